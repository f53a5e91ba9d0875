"""What was read of lists lately, in memory only."""

from collections.abc import Hashable
from threading import Lock
from typing import Final

from cachetools import TTLCache

_KEPT_S: Final = 600
_MOST: Final = 8


class PreviewCache:
    """The last previews of this process, for some minutes; thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._found: TTLCache[tuple[Hashable, ...], object] = TTLCache(_MOST, _KEPT_S)

    def get(self, key: tuple[Hashable, ...]) -> object | None:
        """Return what was put under a key."""
        with self._lock:
            return self._found.get(key)

    def put(self, key: tuple[Hashable, ...], found: object) -> None:
        """Keep it for a while."""
        with self._lock:
            self._found[key] = found

    def forget(self, import_id: str) -> None:
        """Drop what was read of a list, whose id comes first in its keys."""
        with self._lock:
            for key in [key for key in self._found if key[0] == import_id]:
                del self._found[key]

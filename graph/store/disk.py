"""Translation of disk and folder failures into errors that name the cause and the fix."""

import errno
import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from graph.errors import StoreUnavailable

# A fresh database takes 2 MB, its logs some more; with less it hangs without an error message.
LEAST_FREE_BYTES: Final = 32 * 1024 * 1024


def unusable_error(path: Path, error: OSError) -> StoreUnavailable:
    """Return the error for an `OSError` at or below `path`: what is wrong, and the fix."""
    place = error.filename or path
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StoreUnavailable(f"the disk is full at {path}; fix: free some space, then try again")
    if error.errno == errno.EROFS:
        return StoreUnavailable(f"{path} is on a read-only disk; fix: choose another data folder")
    if isinstance(error, PermissionError):
        return StoreUnavailable(
            f"{place} may not be read or written by this user; fix: give this user the rights, "
            "or choose another data folder"
        )
    if isinstance(error, NotADirectoryError | FileExistsError):
        file = Path(place)
        blocking = next((above for above in reversed(file.parents) if above.is_file()), file)
        return StoreUnavailable(f"{blocking} is not a folder; fix: choose another data folder")
    return StoreUnavailable(f"{place} cannot be used: {error.strerror or error}")


def damage_error(what: str, why: str) -> StoreUnavailable:
    """Return the error for a database that cannot read its own files; `why` is the symptom."""
    return StoreUnavailable(
        f"the files of {what} are damaged and cannot be read ({why}); fix: stop Kontaktvej and put "
        "the data folder back from its backup; without one, move the whole folder away and start "
        "again"
    )


def require_room(path: Path) -> None:
    """Check that the disk has room for a database.

    Raises: StoreUnavailable: less than LEAST_FREE_BYTES are free.
    """
    if shutil.disk_usage(path).free < LEAST_FREE_BYTES:
        raise unusable_error(path, OSError(errno.ENOSPC, "nearly full"))


@contextmanager
def translate_os_errors(path: Path) -> Generator[None]:
    """Translate any `OSError` raised inside into StoreUnavailable.

    Raises: StoreUnavailable: see `unusable_error`.
    """
    try:
        yield
    except OSError as error:
        raise unusable_error(path, error) from error

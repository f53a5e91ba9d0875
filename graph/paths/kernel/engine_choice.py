"""Which engine searches: the compiled one once it is ready, else the one in plain Python.

Both return the same results; a caller names one only to compare them. This module does not import
numba, which may be missing.
"""

from importlib.util import find_spec
from typing import Final, Literal

EngineName = Literal["fast", "plain"]
_warm: Final[set[EngineName]] = set()


def can_compile() -> bool:
    """Return whether numba is installed."""
    return find_spec("numba") is not None


def is_compiled_ready() -> bool:
    """Return whether all compiled functions are ready."""
    return "fast" in _warm


def set_compiled_ready() -> None:
    """Select the compiled engine from now on."""
    _warm.add("fast")


def is_fast(name: EngineName | None) -> bool:
    """Return whether the compiled engine is used for this name; None: for the fastest available."""
    return is_compiled_ready() if name is None else name == "fast"

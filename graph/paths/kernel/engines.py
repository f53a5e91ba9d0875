"""Which engine answers: the compiled one, once it is warm, or the one in plain Python?

Both find the same; a caller names one only to compare them.
"""

from importlib.util import find_spec
from typing import Final, Literal

EngineName = Literal["fast", "plain"]
_warm: Final[set[EngineName]] = set()


def can_compile() -> bool:
    """Is there what compiles the search?"""
    return find_spec("numba") is not None


def is_compiled_ready() -> bool:
    """Is all that is compiled ready to answer?"""
    return "fast" in _warm


def set_compiled_ready() -> None:
    """From now on the compiled engine answers."""
    _warm.add("fast")


def is_fast(name: EngineName | None) -> bool:
    """Does the compiled engine answer whoever asks for this one; None: for the fastest there is?"""
    return is_compiled_ready() if name is None else name == "fast"

"""How the search is compiled by numba, and whether the compiled one is ready.

Both find the same; a caller names one only to compare them.

Each module of compiled functions stands alone: numba keeps what it compiled until that module's
own file changes, and would not notice a change in another one.
"""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Final, Literal, TypeAlias, TypeVar, cast

import numba

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


F = TypeVar("F", bound=Callable[..., Any])
Bytes: TypeAlias = Any
"""An array of u1; what an element is, numba knows and the type checker does not."""
Codes: TypeAlias = Any
"""Of u2."""
Ints: TypeAlias = Any
"""Of i4."""
Bits: TypeAlias = Any
"""Of u4."""
Longs: TypeAlias = Any
"""Of i8."""


def compiled(function: F) -> F:
    """The same function as machine code; numba has no types of its own to tell."""
    return cast("F", cast("Any", numba).njit(cache=True, nogil=True)(function))


def inlined(function: F) -> F:
    """A part of a compiled function: a call would copy the tuples of arrays it is given."""
    return cast("F", cast("Any", numba).njit(nogil=True, forceinline=True)(function))

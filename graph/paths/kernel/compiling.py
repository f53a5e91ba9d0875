"""Compilation of the search by numba, and whether the compiled engine is ready.

Both engines return the same results; a caller names one only to compare them.

Each module of compiled functions is self-contained: numba caches its output until that module's
own file changes, and would not detect a change in another one.
"""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any, Final, Literal, TypeAlias, TypeVar, cast

import numba

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


F = TypeVar("F", bound=Callable[..., Any])
Bytes: TypeAlias = Any
"""An array of u1; numba knows the element type, the type checker does not."""
Codes: TypeAlias = Any
"""An array of u2."""
Ints: TypeAlias = Any
"""An array of i4."""
Bits: TypeAlias = Any
"""An array of u4."""
Longs: TypeAlias = Any
"""An array of i8."""


def compiled(function: F) -> F:
    """Compile a function to machine code; the casts are needed because numba has no type stubs."""
    return cast("F", cast("Any", numba).njit(cache=True, nogil=True)(function))


def inlined(function: F) -> F:
    """Inline a part of a compiled function: a call would copy the tuples of arrays passed to it."""
    return cast("F", cast("Any", numba).njit(nogil=True, forceinline=True)(function))

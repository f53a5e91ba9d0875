"""Compilation of the search by numba: cached on disk between runs, without the GIL.

Each module of compiled functions is self-contained: numba caches its output until that module's
own file changes, and would not detect a change in another one.
"""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

import numba

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


def compile_function(function: F) -> F:
    """Compile a function to machine code; the casts are needed because numba has no type stubs."""
    return cast("F", cast("Any", numba).njit(cache=True, nogil=True)(function))


def inline(function: F) -> F:
    """Inline a part of a compiled function: a call would copy the tuples of arrays passed to it."""
    return cast("F", cast("Any", numba).njit(nogil=True, forceinline=True)(function))

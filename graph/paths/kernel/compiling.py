"""How a function is compiled: numba, kept on disk between runs, and without Python's lock.

Each module of compiled functions stands alone: numba keeps what it compiled until that module's
own file changes, and would not notice a change in another one.
"""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

import numba

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

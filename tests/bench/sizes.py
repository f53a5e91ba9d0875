"""Memory of objects: summed over their parts, and as resident memory of a process."""

import gc
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields, is_dataclass
from itertools import chain
from multiprocessing import get_context
from typing import Any, cast

import numpy as np
import psutil

from graph.snapshot.field_types import RawColumns
from graph.vocabulary import Label, LinkType

MB = 1e6


def deep_bytes(value: object, seen: set[int] | None = None) -> int:
    """Return the bytes of an object and all it holds; shared parts count once, classes count 0."""
    seen = set() if seen is None else seen
    if id(value) in seen or isinstance(value, type):
        return 0
    seen.add(id(value))
    return sys.getsizeof(value) + sum(deep_bytes(part, seen) for part in _parts(value))


def _parts(value: Any) -> Iterable[Any]:
    match value:
        case np.ndarray():
            return () if value.base is None else (value.base,)
        case str():
            return ()
        case dict():
            return chain.from_iterable(cast("dict[Any, Any]", value).items())
        case tuple() | list() | frozenset():
            return cast("Iterable[Any]", value)
        case _ if is_dataclass(value):
            return tuple(getattr(value, field.name) for field in fields(value))
        case _:
            return getattr(value, "__dict__", {}).values()


def as_stored(raw: Mapping[Label | LinkType, RawColumns]) -> Mapping[Label | LinkType, RawColumns]:
    """Return the columns as loaded from a database: each text is an object of its own."""
    return {
        what: {name: _again(values) for name, values in columns.items()}
        for what, columns in raw.items()
    }


def _again(values: Sequence[Any]) -> list[Any]:
    return [f"{value} "[:-1] if type(value) is str else value for value in values]


def resident_mb(make: Callable[[], object]) -> float:
    """Return the MB that the result of `make` adds to a new process, after garbage collection."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_resident_mb, make).result()


def _resident_mb(make: Callable[[], object]) -> float:
    before = _now_mb()
    value = make()
    after = _now_mb()
    del value
    return after - before


def _now_mb() -> float:
    gc.collect()
    return psutil.Process().memory_info().rss / MB

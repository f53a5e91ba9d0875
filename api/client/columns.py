"""Columns of what the wire nests: `area.id` and `area.name` instead of an area in a row.

What an answer may leave out has its column all the same, so that a table of nothing has the columns
of a table of something. A model in a list becomes a list in each of its columns.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, cast, get_args, get_origin

from pydantic import BaseModel

Shape = Mapping[str, Any]
"""What the members of a row are called, and the type of each."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShape:
    """Rows of an answer, still nested, and what each is made of."""

    shape: Shape
    rows: Sequence[Row]


def shape_of(model: type[BaseModel]) -> Shape:
    """The members of a model of the wire."""
    return {name: one.annotation for name, one in model.model_fields.items()}


def columns(listed: TableShape) -> dict[str, list[Any]]:
    """Flat columns by name: those known beforehand in their order, then what else there is.

    A number of a count that is left out is 0; of anything else it is None.
    """
    left_out: dict[str, Any] = {}
    counts: list[str] = []
    for name, one in listed.shape.items():
        left_out |= _names(name, one, counts)
    rows = [dict(_flat("", row)) for row in listed.rows]
    for name in sorted({name for row in rows for name in row} - set(left_out)):
        left_out[name] = 0 if name.startswith(tuple(counts)) else None
    return {name: [_value(row.get(name, none)) for row in rows] for name, none in left_out.items()}


def _names(name: str, annotation: Any, counts: list[str]) -> Iterator[tuple[str, Any]]:
    """The columns a member becomes, and what stands there where it is left out."""
    of = _bare(annotation)
    origin, args = get_origin(of), get_args(of)
    if isinstance(of, type) and issubclass(of, BaseModel):
        for inner, one in shape_of(of).items():
            yield from _names(f"{name}.{inner}", one, counts)
    elif origin is tuple:
        of_one = _bare(args[0])
        if isinstance(of_one, type) and issubclass(of_one, BaseModel):
            yield from ((inner, ()) for inner, _ in _names(name, of_one, []))
        else:
            yield name, ()
    elif origin is dict:
        is_count = args[1] is int
        if is_count:
            counts.append(f"{name}.")
        known = get_args(args[0]) if get_origin(args[0]) is Literal else ()
        yield from ((f"{name}.{word}", 0 if is_count else None) for word in known)
    else:
        yield name, None


def _bare(annotation: Any) -> Any:
    """A type without what is noted at it and without `| None`."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        some = [one for one in get_args(annotation) if one is not NoneType]
        return _bare(some[0]) if len(some) == 1 else annotation
    return annotation


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, BaseModel):
        value = dict(value)
    if isinstance(value, Mapping):
        for inner, one in cast("Mapping[str, Any]", value).items():
            yield from _flat(f"{name}.{inner}" if name else inner, one)
    elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        models = cast("tuple[BaseModel, ...]", value)
        inner = columns(TableShape(shape=shape_of(type(models[0])), rows=[dict(x) for x in models]))
        yield from ((f"{name}.{leaf}", many) for leaf, many in inner.items())
    elif value is not None:
        yield name, value


def _value(value: Any) -> Any:
    return list(cast("tuple[Any, ...]", value)) if isinstance(value, tuple) else value

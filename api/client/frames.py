"""Responses as tables of pandas or polars, and as graphs of networkx.

    from api.client.frames import network, table

    shares = table(kontaktvej.coverage_map("VERIFIED"))
    events = table(kontaktvej.history(begins, until), as_="polars")
    around = network(kontaktvej.neighborhood("mun-0787", hops=2))

Optional members have their columns too, so that an empty table has the columns of a filled one. A
model in a list becomes a list in each of its columns. A table holds what the API returned to the
caller; nothing is fetched and nothing is added. The libraries are imported on use, so that the
client does not depend on them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from types import NoneType, UnionType
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    Final,
    Literal,
    Union,
    cast,
    get_args,
    get_origin,
    overload,
)

from pydantic import BaseModel

from api.schemas.analysis import QueryAnswer, is_link, is_node, is_path
from api.schemas.coverage import (
    Cell,
    Civilians,
    Coverage,
    CoverageMap,
    CoverageMatrix,
    InfohouseReach,
    InfohousesOf,
    MapRow,
    MatrixCell,
    MatrixRow,
    MatrixTotal,
    PlanRow,
    PostRow,
    Total,
)
from api.schemas.entities import (
    DueLink,
    DueLinks,
    Entities,
    Entity,
    LastCheck,
    LinkCard,
    Links,
    NameHit,
    Names,
    Neighbor,
    Neighborhood,
    NodeName,
    Tie,
)
from api.schemas.history import (
    Changes,
    Event,
    History,
    HistoryTrend,
    Orphan,
    Owners,
    OwnerSum,
    Quarter,
    Sum,
    ToldChange,
    TrendPoint,
)
from api.schemas.impact import (
    Articulation,
    Bridge,
    BridgeLink,
    Bridges,
    Community,
    Cut,
    Cuts,
    DistrictTies,
    HangingNetwork,
    HangingPost,
    Impact,
    KindMean,
    Loss,
    MetricRow,
    Metrics,
    NetworkRelations,
    Relations,
)
from api.schemas.paths import (
    ComparedPath,
    Hop,
    MunicipalReach,
    NodeRef,
    Path,
    PathDiff,
    Paths,
    Reach,
    Stop,
)

Shape = Mapping[str, Any]
"""The members of a row with their types."""
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShape:
    """The rows of a response, still nested, with the types of their members."""

    shape: Shape
    rows: Sequence[Row]


def shape_of(model: type[BaseModel]) -> Shape:
    """The members of a wire model with their types."""
    return {name: field.annotation for name, field in model.model_fields.items()}


def columns(listed: TableShape) -> dict[str, list[Any]]:
    """Flat columns by name: the declared ones in their order, then any others.

    A missing number of a count is 0; any other missing value is None.
    """
    defaults: dict[str, Any] = {}
    counts: list[str] = []
    for name, annotation in listed.shape.items():
        defaults |= _column_defaults(name, annotation, counts)
    rows = [dict(_flat("", row)) for row in listed.rows]
    for name in sorted({name for row in rows for name in row} - set(defaults)):
        defaults[name] = 0 if name.startswith(tuple(counts)) else None
    lists: dict[str, list[Any]] = {}
    for name, default in defaults.items():
        values = [row.get(name, default) for row in rows]
        lists[name] = [
            list(cast("tuple[Any, ...]", value)) if isinstance(value, tuple) else value
            for value in values
        ]
    return lists


def _column_defaults(name: str, annotation: Any, counts: list[str]) -> Iterator[tuple[str, Any]]:
    """The column names of a member, with the value for rows without it."""
    bare = _bare(annotation)
    origin, args = get_origin(bare), get_args(bare)
    if isinstance(bare, type) and issubclass(bare, BaseModel):
        for inner, field in shape_of(bare).items():
            yield from _column_defaults(f"{name}.{inner}", field, counts)
    elif origin is tuple:
        member = _bare(args[0])
        if isinstance(member, type) and issubclass(member, BaseModel):
            yield from ((inner, ()) for inner, _ in _column_defaults(name, member, []))
        else:
            yield name, ()
    elif origin is dict:
        is_count = args[1] is int
        if is_count:
            counts.append(f"{name}.")
        words = get_args(args[0]) if get_origin(args[0]) is Literal else ()
        yield from ((f"{name}.{word}", 0 if is_count else None) for word in words)
    else:
        yield name, None


def _bare(annotation: Any) -> Any:
    """A type without its annotations and without `| None`."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        types = [member for member in get_args(annotation) if member is not NoneType]
        return _bare(types[0]) if len(types) == 1 else annotation
    return annotation


def _flat(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, BaseModel):
        value = dict(value)
    if isinstance(value, Mapping):
        for inner, member in cast("Mapping[str, Any]", value).items():
            yield from _flat(f"{name}.{inner}" if name else inner, member)
    elif isinstance(value, tuple) and value and isinstance(value[0], BaseModel):
        models = cast("tuple[BaseModel, ...]", value)
        inner = columns(
            TableShape(shape=shape_of(type(models[0])), rows=[dict(model) for model in models])
        )
        yield from ((f"{name}.{leaf}", values) for leaf, values in inner.items())
    elif value is not None:
        yield name, value


def _query_rows(answer: QueryAnswer) -> TableShape:
    """The rows of a query; the columns of a node, link or map get its keys: `post.kind`."""
    rows = [dict(zip(answer.columns, map(_cell, row), strict=True)) for row in answer.rows]
    shape: dict[str, Any] = {}
    for name in answer.columns:
        maps = [cast("dict[str, Any]", row[name]) for row in rows if isinstance(row[name], dict)]
        shape |= {f"{name}.{key}": Any for members in maps for key in members} or {name: Any}
    return TableShape(shape=shape, rows=rows)


def _cell(cell: Any) -> Any:
    if isinstance(cell, list):
        return [_id_of(member) for member in cast("list[Any]", cell)]
    if is_path(cell):
        return [_id_of(member) for member in cell["path"]]
    if is_node(cell):
        return {"id": cell["node"], "labels": cell["labels"], **_without_id(cell["properties"])}
    if is_link(cell):
        ends = {name: cell[name] for name in ("type", "source", "target")}
        return {"id": cell["link"], **ends, **_without_id(cell["properties"])}
    return cell


def _id_of(value: Any) -> Any:
    """The id of a node or link in a list; any other value unchanged."""
    if is_node(value):
        return value["node"]
    return value["link"] if is_link(value) else value


def _without_id(properties: Mapping[str, Any]) -> dict[str, Any]:
    """The properties without the id, which is that of the node or link, and has a column."""
    return {name: value for name, value in properties.items() if name != "id"}


Lists = Mapping[str, Callable[[Any], TableShape]]


def _plain(**models: type[BaseModel]) -> Lists:
    """Lists of a response by the name of their attribute."""

    def of(name: str, model: type[BaseModel]) -> Callable[[Any], TableShape]:
        return lambda answer: TableShape(
            shape=shape_of(model), rows=[dict(row) for row in getattr(answer, name)]
        )

    return {name: of(name, model) for name, model in models.items()}


# ---- coverage and history


def _matrix_rows(answer: CoverageMatrix) -> TableShape:
    """A row for each area; each head has its own columns, such as `SSP.posts`."""
    shape = {name: kind for name, kind in shape_of(MatrixRow).items() if name != "cells"}
    rows: list[dict[str, Any]] = [
        {**{name: getattr(row, name) for name in shape},
         **dict(zip(answer.heads, row.cells, strict=True))}
        for row in answer.rows
    ]  # fmt: skip
    return TableShape(shape={**shape, **dict.fromkeys(answer.heads, MatrixCell)}, rows=rows)


def _matrix_cells(answer: CoverageMatrix) -> TableShape:
    """A row for each area and head."""
    rows: list[dict[str, Any]] = [
        {"area": row.area, "head": head, **dict(cell)}
        for row in answer.rows
        for head, cell in zip(answer.heads, row.cells, strict=True)
    ]
    return TableShape(shape={"area": NodeName, "head": str, **shape_of(MatrixCell)}, rows=rows)


def _matrix_totals(answer: CoverageMatrix) -> TableShape:
    totals = zip(answer.heads, answer.totals, strict=True)
    rows: list[dict[str, Any]] = [{"head": head, **dict(total)} for head, total in totals]
    return TableShape(shape={"head": str, **shape_of(MatrixTotal)}, rows=rows)


def _trend(answer: HistoryTrend) -> TableShape:
    """A row for each area and each quarter in which the area existed."""
    rows: list[dict[str, Any]] = [
        {"area": row.area, "quarter": quarter, **dict(point)}
        for row in answer.rows
        for quarter, point in zip(answer.quarters, row.points, strict=True)
        if point
    ]
    return TableShape(
        shape={"area": NodeName, "quarter": Quarter, **shape_of(TrendPoint)}, rows=rows
    )


def _orphans(answer: Owners) -> TableShape:
    """A row for each element that needs an owner, with its region and district."""
    rows: list[dict[str, Any]] = [
        {"region": group.region, "district": group.district, **dict(orphan)}
        for group in answer.groups
        for orphan in group.found
    ]
    shape = {"region": NodeName, "district": NodeName, **shape_of(Orphan)}
    return TableShape(shape=shape, rows=rows)


# ---- paths

_PATH: Final = (
    "number", "reason", "cost", "chance", "oldest_days", "freshness", "until", "gates",
)  # fmt: skip


def _contacts(answer: Paths) -> TableShape:
    """A row for each contact: who answers and when, and whether it may be called directly."""
    shape = {"number": int, "node": NodeRef, "kind": str, "area": NodeRef, "fit": str, "class": int,
             "is_you": bool, "state": str, "who": NodeRef, "answers": str, "until": datetime,
             "opens_at": datetime, "direct": str, "covers_need": bool, "paths": int}  # fmt: skip
    rows: list[dict[str, Any]] = []
    for contact in answer.contacts:
        stop, direct = contact.stop, contact.direct
        times = stop.resolution and stop.resolution.availability
        rows.append(
            {"number": contact.number, "node": stop.node, "kind": stop.kind, "area": stop.area,
             "fit": contact.fit.words.text, "class": contact.fit.number, "is_you": contact.is_you,
             "state": times and times.state, "who": times and times.who,
             "answers": times and times.words.text, "until": times and times.until,
             "opens_at": times and times.opens_at, "direct": direct and direct.ground,
             "covers_need": direct and direct.covers_need, "paths": len(contact.ways)}
        )  # fmt: skip
    return TableShape(shape=shape, rows=rows)


def _ways(answer: Paths) -> Iterator[tuple[int, Path]]:
    """Each path with the number of its contact."""
    return ((contact.number, path) for contact in answer.contacts for path in contact.ways)


def _paths(answer: Paths) -> TableShape:
    rows: list[dict[str, Any]] = [
        {"contact": contact, **{name: getattr(path, name) for name in _PATH},
         "hops": len(path.hops), "stops": tuple(stop.node for stop in path.stops),
         "summary": path.words.summary}
        for contact, path in _ways(answer)
    ]  # fmt: skip
    shape = {"contact": int, **dict.fromkeys(_PATH, str), "gates": tuple[str, ...], "hops": int}
    return TableShape(shape={**shape, "stops": tuple[NodeRef, ...], "summary": str}, rows=rows)


def _stops(answer: Paths) -> TableShape:
    """A row for each stop of each path, and who answers there."""
    own = ("node", "label", "kind", "tier", "area")
    shape = {name: shape_of(Stop)[name] for name in own}
    rows: list[dict[str, Any]] = [
        {"contact": contact, "path": path.number, "stop": place,
         **{name: getattr(stop, name) for name in own},
         "rung": stop.resolution and stop.resolution.rung,
         "who": stop.resolution and stop.resolution.who, "answers": stop.words.answers}
        for contact, path in _ways(answer)
        for place, stop in enumerate(path.stops)
    ]  # fmt: skip
    shape = {"contact": int, "path": int, "stop": int, **shape}
    return TableShape(shape={**shape, "rung": str, "who": NodeRef, "answers": str}, rows=rows)


def _hops(answer: Paths) -> TableShape:
    rows: list[dict[str, Any]] = [
        {"contact": contact, "path": path.number, "hop": place, **dict(hop)}
        for contact, path in _ways(answer)
        for place, hop in enumerate(path.hops)
    ]
    shape = {"contact": int, "path": int, "hop": int, **shape_of(Hop)}
    return TableShape(shape=shape, rows=rows)


_LISTS: Mapping[type[BaseModel], Lists] = {
    Bridges: _plain(bridges=Bridge, articulations=Articulation, links=BridgeLink),
    Changes: _plain(changes=ToldChange),
    Coverage: _plain(cells=Cell, totals=Total, rows=PostRow, plans=PlanRow, civilians=Civilians),
    CoverageMap: _plain(rows=MapRow),
    CoverageMatrix: {"rows": _matrix_rows, "cells": _matrix_cells, "totals": _matrix_totals},
    Cuts: _plain(cuts=Cut),
    DueLinks: _plain(found=DueLink),
    Entities: _plain(found=Entity),
    History: _plain(events=Event, sums=Sum),
    HistoryTrend: {"rows": _trend},
    Impact: _plain(losses=Loss, posts=HangingPost, networks=HangingNetwork),
    InfohouseReach: _plain(municipalities=InfohousesOf),
    Links: _plain(found=LinkCard),
    Metrics: _plain(
        rows=MetricRow, by_kind=KindMean, communities=Community, districts=DistrictTies
    ),
    Names: _plain(found=NameHit),
    Neighborhood: _plain(neighbors=Neighbor, ties=Tie),
    Owners: {"found": _orphans, **_plain(sums=OwnerSum)},
    PathDiff: _plain(paths=ComparedPath),
    Paths: {"contacts": _contacts, "paths": _paths, "stops": _stops, "hops": _hops},
    QueryAnswer: {"rows": _query_rows},
    Reach: _plain(municipalities=MunicipalReach),
    Relations: _plain(networks=NetworkRelations),
}
_OF_MEASURE: Final = {"COMMUNITIES": "communities", "ASSORTATIVITY": "districts"}


def list_table(pages: Sequence[BaseModel], rows: str | None) -> TableShape:
    """A list of a response, from all its pages; sums repeated on each page come from the last.

    Raises:
        TypeError: there is no table for this type of response.
        ValueError: it has no such list.
    """
    last = pages[-1]
    lists = _LISTS.get(type(last))
    if lists is None:
        names = ", ".join(model.__name__ for model in _LISTS)
        raise TypeError(f"a {type(last).__name__} has no table; there is one of {names}")
    name = rows or (_OF_MEASURE.get(last.measure) if isinstance(last, Metrics) else None)
    name = name or next(iter(lists))
    if name not in lists:
        raise ValueError(f"a {type(last).__name__} has no {name!r}; it has {', '.join(lists)}")
    if name == "sums":
        return lists[name](last)
    tables = [lists[name](page) for page in pages]
    return TableShape(shape=tables[-1].shape, rows=[row for page in tables for row in page.rows])


# ---- networks


class GraphBuilder:
    """Adds nodes and links to a graph of networkx; attributes of repeated ones are merged."""

    def __init__(self, graph: "networkx.MultiDiGraph[str]") -> None:
        self.graph: Any = graph

    def add_node(self, node_id: str, attributes: Mapping[str, Any]) -> None:
        """Add a node, or attributes of a known one."""
        self.graph.add_node(node_id)
        self.graph.nodes[node_id].update(_plain_values(attributes))

    def add_link(
        self, source: str, target: str, link_id: str, attributes: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Add a link, or attributes of a known one, and its ends as nodes."""
        self.graph.add_edge(source, target, link_id)
        edge: dict[str, Any] = self.graph.edges[source, target, link_id]
        edge.update(_plain_values(attributes))
        return edge

    def add(self, answer: BaseModel) -> None:
        """Add the nodes and links of a response.

        Raises: TypeError: there is no graph for this type of response.
        """
        match answer:
            case Neighborhood():
                center = _members(answer, "label", "kind", "tier")
                self.add_node(answer.center.id, {"name": answer.center.name, **center, "steps": 0})
                for neighbor in answer.neighbors:
                    members = _members(neighbor, "label", "kind", "tier", "steps")
                    self.add_node(neighbor.node.id, {"name": neighbor.node.name, **members})
                for tie in answer.ties:
                    members = _members(tie, "type", "gate", "levels", "strength", "until")
                    members |= _check(tie.check)
                    self.add_link(tie.source.id, tie.target.id, tie.id, members)
            case Paths():
                self._add_paths(answer)
            case Links():
                for link in answer.found:
                    for end in (link.source, link.target):
                        self.add_node(end.id, {"name": end.name})
                    fields = {**link.fields, "type": link.type, **_check(link.check)}
                    self.add_link(link.source.id, link.target.id, link.id, fields)
            case QueryAnswer():
                self._add_cell([*answer.rows])
            case _:
                models = "Neighborhood, Paths, Links, QueryAnswer"
                name = type(answer).__name__
                raise TypeError(f"a {name} has no network; there is one of {models}")

    def _add_paths(self, answer: Paths) -> None:
        for stop in (
            *(contact.stop for contact in answer.contacts),
            *(stop for path in answer.paths for stop in path.stops),
        ):
            area = {"area": stop.area.id, "area_name": stop.area.name} if stop.area else {}
            members = _members(stop, "label", "kind", "tier")
            self.add_node(stop.node.id, {"name": stop.node.name, **members, **area})
        for path in answer.paths:
            for hop in path.hops:
                facts = _members(
                    hop.facts, "type", "gate", "levels", "strength", "freshness", "days", "until"
                )
                members = {**facts, "cost": hop.cost, "is_forward": hop.is_forward}
                edge = self.add_link(hop.source.id, hop.target.id, hop.facts.link, members)
                edge["paths"] = (
                    f"{edge['paths']}, {path.number}" if "paths" in edge else str(path.number)
                )

    def _add_cell(self, cell: Any) -> None:
        """Add the nodes and links of a cell, at any depth of lists and maps."""
        if is_node(cell):
            properties = _without_id(cell["properties"])
            self.add_node(cell["node"], {**properties, "label": cell["labels"]})
        elif is_link(cell):
            properties = {**_without_id(cell["properties"]), "type": cell["type"]}
            self.add_link(cell["source"], cell["target"], cell["link"], properties)
        elif isinstance(cell, dict):
            self._add_cell([*cast("dict[str, Any]", cell).values()])
        elif isinstance(cell, list | tuple):
            for member in cast("Sequence[Any]", cell):
                self._add_cell(member)


def _members(model: BaseModel, *names: str) -> dict[str, Any]:
    return {name: getattr(model, name) for name in names}


def _check(check: LastCheck | None) -> dict[str, Any]:
    return {"freshness": check.freshness, "checked_on": check.on} if check else {}


def _plain_values(attributes: Mapping[str, Any]) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        if isinstance(value, list | tuple):
            return ", ".join(map(str, cast("list[Any]", value)))
        if isinstance(value, dict):
            return str(cast("dict[str, Any]", value))
        return value.isoformat() if isinstance(value, date) else value

    return {name: plain(value) for name, value in attributes.items() if value is not None}


if TYPE_CHECKING:
    import networkx
    import pandas  # pyright: ignore[reportMissingTypeStubs] - it ships none
    import polars

Library = Literal["pandas", "polars"]
_ORIGIN: Final = (
    "revision", "on", "at", "begins", "until", "against", "policy", "measure", "by", "method",
    "version", "sampled", "cut", "is_cut", "is_cut_off", "is_exact",
)  # fmt: skip


def origin(answer: BaseModel) -> dict[str, Any]:
    """The revision, dates, policy, method and truncation of a response, as far as it has them."""
    members = {name: getattr(answer, name, None) for name in _ORIGIN}
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in members.items()
        if value is not None
    }


@overload
def table(
    answer: BaseModel | Iterable[BaseModel],
    rows: str | None = None,
    *,
    as_: Literal["pandas"] = "pandas",
) -> "pandas.DataFrame": ...
@overload
def table(
    answer: BaseModel | Iterable[BaseModel], rows: str | None = None,
    *, as_: Literal["polars"],
) -> "polars.DataFrame": ...  # fmt: skip
def table(
    answer: BaseModel | Iterable[BaseModel], rows: str | None = None, *, as_: Library = "pandas"
) -> Any:
    """The rows of a response, or of all its pages, as a table with flat columns.

    `rows` selects another of its lists, such as `totals` of a coverage or `paths` of contacts.
    `attrs` of a pandas table is the `origin` of the response; polars has no such attribute.

    Raises:
        TypeError: there is no table for this type of response.
        ValueError: it has no such list, or there is no page.
        ModuleNotFoundError: the library is not installed; it says what to install.
    """
    library = _library(as_)
    pages = _pages(answer)
    lists = columns(list_table(pages, rows))
    if as_ == "polars":
        return library.DataFrame([_polars(library, *column) for column in lists.items()])
    frame = library.DataFrame({name: _pandas(library, values) for name, values in lists.items()})
    frame.attrs = origin(pages[-1])
    return frame


def network(answer: BaseModel | Iterable[BaseModel]) -> "networkx.MultiDiGraph[str]":
    """The nodes and links of a response, by their ids; its `graph` is the `origin` of the response.

    For a neighborhood, links or a query result, each link goes from its source to its target; for
    paths, each hop goes in the direction of the path, with the numbers of its `paths`. Attributes
    are plain values, so that every format of networkx accepts them; None is omitted.

    Raises:
        TypeError: there is no graph for this type of response.
        ValueError: there is no page.
        ModuleNotFoundError: networkx is not installed.
    """
    pages = _pages(answer)
    builder = GraphBuilder(_library("networkx").MultiDiGraph(**origin(pages[-1])))
    for page in pages:
        builder.add(page)
    return builder.graph


def _pages(answer: BaseModel | Iterable[BaseModel]) -> Sequence[BaseModel]:
    # A model is iterable too, over its members.
    pages = (answer,) if isinstance(answer, BaseModel) else tuple(answer)
    if not pages:
        raise ValueError("there is no page to make it of")
    return pages


def _library(name: str) -> Any:
    try:
        return import_module(name)
    except ModuleNotFoundError as missing:
        if missing.name != name:
            raise
        needed = f"{name} is not installed; fix: pip install 'kontaktvej[notebook]'"
        raise ModuleNotFoundError(needed, name=name) from None


# ---- a column in each library


def _pandas(pandas: Any, values: list[Any]) -> Any:
    """A pandas column; integers and booleans keep their type if some values are missing."""
    present = [value for value in values if value is not None]
    kinds: set[type] = {type(value) for value in present}
    if kinds in ({date}, {datetime}):
        return pandas.Series(pandas.to_datetime(values))
    if len(present) < len(values) and kinds in ({int}, {bool}):
        return pandas.Series(values, dtype="Int64" if kinds == {int} else "boolean")
    return pandas.Series(values, dtype=None if present else "object")


def _polars(polars: Any, name: str, values: list[Any]) -> Any:
    """A polars column; values of several types stay Python objects."""
    kinds: set[type] = {type(value) for value in values if value is not None}
    if kinds == {int, float}:
        return polars.Series(name, values, dtype=polars.Float64)
    if len(kinds) > 1 or dict in kinds:
        return polars.Series(name, values, dtype=polars.Object)
    try:
        return polars.Series(name, values)
    except (TypeError, cast("type[Exception]", polars.exceptions.PolarsError)):
        return polars.Series(name, values, dtype=polars.Object)  # lists of several types

"""Which lists of rows an answer has: the first of them is what its table holds unless told."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel

from api.client.columns import TableShape, shape_of
from api.client.queried import queried
from api.schemas.analysis import QueryAnswer
from api.schemas.answers import Paths
from api.schemas.bridges import Articulation, Bridge, BridgeLink, Bridges
from api.schemas.coverage import (
    Cell,
    Civilians,
    Coverage,
    InfohouseReach,
    InfohousesOf,
    PlanRow,
    PostRow,
    Total,
)
from api.schemas.coverage_map import CoverageMap, MapRow
from api.schemas.coverage_matrix import CoverageMatrix, MatrixCell, MatrixRow, MatrixTotal
from api.schemas.cuts import Cut, Cuts
from api.schemas.entities import Entities, Entity, NodeName
from api.schemas.history import Changes, Event, History, Sum, ToldChange
from api.schemas.history_trend import HistoryTrend, Quarter, TrendPoint
from api.schemas.impact import HangingNetwork, HangingPost, Impact, Loss
from api.schemas.links import DueLink, DueLinks, LinkCard, Links
from api.schemas.metrics import Community, DistrictTies, KindMean, MetricRow, Metrics
from api.schemas.names import NameHit, Names
from api.schemas.neighborhood import Neighbor, Neighborhood, Tie
from api.schemas.owners import Orphan, Owners, OwnerSum
from api.schemas.path_diff import ComparedPath, PathDiff
from api.schemas.paths import Hop, Named, Path, Stop
from api.schemas.reach import Reach, Reached
from api.schemas.relations import NetworkRelations, Relations

Lists = Mapping[str, Callable[[Any], TableShape]]


def _plain(**models: type[BaseModel]) -> Lists:
    """Lists that the answer has under the same name."""

    def of(name: str, model: type[BaseModel]) -> Callable[[Any], TableShape]:
        return lambda answer: TableShape(
            shape=shape_of(model), rows=[dict(one) for one in getattr(answer, name)]
        )

    return {name: of(name, model) for name, model in models.items()}


# ---- coverage and history


def _matrix_rows(answer: CoverageMatrix) -> TableShape:
    """A row for each area; each head has its columns, such as `SSP.posts`."""
    shape = {name: one for name, one in shape_of(MatrixRow).items() if name != "cells"}
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
    """A row for each area and quarter in which the area was there."""
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
    """A row for each that needs an owner, with the region and district it stands in."""
    rows: list[dict[str, Any]] = [
        {"region": group.region, "district": group.district, **dict(one)}
        for group in answer.groups
        for one in group.found
    ]
    shape = {"region": NodeName, "district": NodeName, **shape_of(Orphan)}
    return TableShape(shape=shape, rows=rows)


# ---- paths

_PATH: Final = (
    "number", "reason", "cost", "chance", "oldest_days", "freshness", "until", "gates",
)  # fmt: skip


def _contacts(answer: Paths) -> TableShape:
    """A row for each contact, who answers there when, and whether one may call."""
    rows: list[dict[str, Any]] = [
        {"number": one.number, "node": one.stop.node, "kind": one.stop.kind, "area": one.stop.area,
         "fit": one.fit.words.text, "class": one.fit.number, "is_you": one.is_you,
         **_answering(one.stop), "direct": one.direct and one.direct.ground,
         "covers_need": one.direct and one.direct.covers_need, "paths": len(one.ways)}
        for one in answer.contacts
    ]  # fmt: skip
    shape = {"number": int, "node": Named, "kind": str, "area": Named, "fit": str, "class": int,
             "is_you": bool, "state": str, "who": Named, "answers": str, "until": datetime,
             "opens_at": datetime, "direct": str, "covers_need": bool, "paths": int}  # fmt: skip
    return TableShape(shape=shape, rows=rows)


def _answering(stop: Stop) -> dict[str, Any]:
    """Who answers at a stop, and when; nothing is told of a node that is no post."""
    told = stop.resolution and stop.resolution.availability
    return {
        "state": told and told.state, "who": told and told.who,
        "answers": told and told.words.text, "until": told and told.until,
        "opens_at": told and told.opens_at,
    }  # fmt: skip


def _ways(answer: Paths) -> Iterator[tuple[int, Path]]:
    """Each way with the number of its contact."""
    return ((contact.number, path) for contact in answer.contacts for path in contact.ways)


def _paths(answer: Paths) -> TableShape:
    rows: list[dict[str, Any]] = [
        {"contact": contact, **{name: getattr(path, name) for name in _PATH},
         "hops": len(path.hops), "stops": tuple(stop.node for stop in path.stops),
         "summary": path.words.summary}
        for contact, path in _ways(answer)
    ]  # fmt: skip
    shape = {"contact": int, **dict.fromkeys(_PATH, str), "gates": tuple[str, ...], "hops": int}
    return TableShape(shape={**shape, "stops": tuple[Named, ...], "summary": str}, rows=rows)


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
    said = {"rung": str, "who": Named, "answers": str}
    shape = {"contact": int, "path": int, "stop": int, **shape, **said}
    return TableShape(shape=shape, rows=rows)


def _hops(answer: Paths) -> TableShape:
    rows: list[dict[str, Any]] = [
        {"contact": contact, "path": path.number, "hop": place, **dict(hop)}
        for contact, path in _ways(answer)
        for place, hop in enumerate(path.hops)
    ]
    shape = {"contact": int, "path": int, "hop": int, **shape_of(Hop)}
    return TableShape(shape=shape, rows=rows)


_LISTS: Final[Mapping[type[BaseModel], Lists]] = {
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
    QueryAnswer: {"rows": queried},
    Reach: _plain(municipalities=Reached),
    Relations: _plain(networks=NetworkRelations),
}
_OF_MEASURE: Final = {"COMMUNITIES": "communities", "ASSORTATIVITY": "districts"}


def listed(pages: Sequence[BaseModel], rows: str | None) -> TableShape:
    """A list of an answer, from all its pages; sums that every page tells come from the last.

    Raises:
        TypeError: such an answer has no table.
        ValueError: it has no such list.
    """
    last = pages[-1]
    lists = _lists_of(last)
    if lists is None:
        raise TypeError(f"a {type(last).__name__} has no table; there is one of {_known()}")
    name = rows or (_OF_MEASURE.get(last.measure) if isinstance(last, Metrics) else None)
    name = name or next(iter(lists))
    if name not in lists:
        raise ValueError(f"a {type(last).__name__} has no {name!r}; it has {', '.join(lists)}")
    if name == "sums":
        return lists[name](last)
    found = [lists[name](page) for page in pages]
    return TableShape(shape=found[-1].shape, rows=[row for one in found for row in one.rows])


def _lists_of(answer: BaseModel) -> Lists | None:
    return _LISTS.get(type(answer))


def _known() -> str:
    return ", ".join(one.__name__ for one in _LISTS)

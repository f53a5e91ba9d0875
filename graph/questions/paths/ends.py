"""Where does a need start, and where may it land? Start set, target set, rung, fit, direction."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from graph.columns import NO_HEIGHT, Rows
from graph.errors import NeedTooWide
from graph.offices import areas_of
from graph.questions.paths.ask import Ask, Direction
from graph.questions.paths.criteria import (
    all_of,
    area_of,
    criteria,
    is_area,
    is_kind,
    is_sector,
    seats,
)
from graph.questions.paths.ground import Numbers
from graph.questions.paths.need import Need, Via, granted_levels
from graph.questions.paths.pairs import Mask
from graph.questions.paths.places import among, is_near, posts_covering, sectors
from graph.questions.paths.rules import Policy
from graph.questions.paths.talents import (
    is_held_by_speaker,
)
from graph.tables import NO_WORD
from graph.view import View
from graph.vocabulary import Label, LinkType, NetworkKind, PreventionLevel, Sector

LAST_RUNG: Final = 2
_CRITERIA: Final = {
    "target": "mål",
    "trigger": "behov",
    "area": "sted",
    "network": "samarbejde",
    "sector": "sektor",
    "competence": "kompetence",
    "language": "sprog",
    "channel": "kanal",
    "within_km": "afstand",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """Rows a path starts from, and rows it may land on with their fit cost in micro-nats.

    `rung` is that of the areas the targets cover; `is_here`: all targets are starts as well.
    """

    starts: tuple[int, ...]
    targets: Mapping[int, int]
    rung: int
    direction: Direction
    is_here: bool


def ends(view: View, need: Need, policy: Policy, *, rung: int = 0) -> Ends:
    """The ends of a need on the first rung, from `rung` on, that has a target.

    Raises:
        NotFound: a node the need names is absent or hidden.
        NeedTooWide: more starts or targets than the policy allows.
    """
    starts = starts_of(view, need)
    rows, used = landing(view, need, policy, starts, rung)
    return ends_at(view, need, policy, starts, rows, rung=used)


def ends_at(
    view: View, need: Need, policy: Policy, starts: list[int], rows: list[int], *, rung: int
) -> Ends:
    """The ends of a need whose starts, and rows to land on, are known.

    Raises:
        NeedTooWide: more starts or targets than the policy allows.
    """
    _limit("start", len(starts), policy.search.max_starts, need)
    _limit("target", len(rows), policy.search.max_targets, need)
    here = set(starts)
    away = [row for row in rows if row not in here]
    fit = _fits(view, need, policy, away)
    return Ends(
        starts=tuple(starts),
        targets=fit,
        rung=rung,
        direction=direction_of(view, need, starts, fit),
        is_here=bool(rows) and not away,
    )


def ask_of(view: View, need: Need, policy: Policy, found: Ends) -> Ask:
    """What the search is asked: the need in rows and numbers."""
    search = policy.search
    levels = frozenset({need.level}) if need.level else granted_levels(view)
    overlap = need.overlap_percent
    return Ask(
        starts=found.starts,
        targets=found.targets,
        direction=found.direction,
        max_hops=need.max_hops or search.default_hops,
        max_paths=need.max_paths or search.max_paths,
        overlap_percent=search.overlap_percent if overlap is None else overlap,
        levels=frozenset() if levels == frozenset(PreventionLevel) else levels,
        is_named=is_named(need, policy),
        gate=need.gate,
        via=tuple(_via(view, item) for item in need.via),
        avoid=frozenset(row for node_id in sorted(need.avoid) for row in _avoided(view, node_id)),
    )


def is_named(need: Need, policy: Policy) -> bool:
    """Is the matter about somebody named? The trigger says so; without one it is general."""
    return need.trigger is not None and policy.triggers[need.trigger].is_named


def starts_of(view: View, need: Need) -> list[int]:
    """The rows a need starts from: what it names, else the caller's own posts."""
    if need.start is not None:
        row = view.row(need.start)
        if view.label(row) is Label.RESOURCE_INDIVIDUAL:
            return [row]
        return _sector_posts(view, need, row) if is_area(view, row) else seats(view, row)
    if need.from_area is not None:
        return _sector_posts(view, need, view.current(need.from_area))
    own = (view.find(post) for post in view.caller.posts)
    return sorted(row for row in own if row is not None and view.label(row) is Label.ACTOR)


def _sector_posts(view: View, need: Need, area: int) -> list[int]:
    """The posts that cover exactly an area, of the need's sector if it names one."""
    posts = posts_covering(view, area)
    if need.sector is None:
        return posts
    return [row for row in posts if sectors(view)[row] == need.sector.code]


def landing(
    view: View, need: Need, policy: Policy, starts: list[int], first_rung: int
) -> tuple[list[int], int]:
    """The targets that meet every criterion, on the first rung that has any, and that rung."""
    meets = all_of(view, criteria(view, need, policy))
    found, rung = landed(view, need, meets, starts, first_rung)
    return found.tolist(), rung


def landed(
    view: View, need: Need, meets: Mask, starts: Iterable[int], first_rung: int
) -> tuple[Rows, int]:
    """The same of what is known to meet every criterion but area and distance; rows rise."""
    area = area_of(view, need)
    if need.within_km is not None:
        near = is_near(view, _origins(view, need, area, starts), need.within_km)
        return _rows(meets & near), 0
    if area is None:
        return _rows(meets if first_rung == 0 else np.zeros_like(meets)), 0
    for rung in range(first_rung, LAST_RUNG + 1):
        found = among(view, area, meets, rung)
        if len(found):
            return found, rung
    return np.empty(0, np.int32), 0


def _rows(mask: Mask) -> Rows:
    return np.flatnonzero(mask).astype(np.int32)


def meeting(view: View, need: Need, policy: Policy) -> list[int]:
    """The rows that meet every criterion of a need but its area and distance, in order of id."""
    found: list[int] = _rows(all_of(view, criteria(view, need, policy))).tolist()
    return found


def _origins(view: View, need: Need, area: int | None, starts: Iterable[int]) -> list[int]:
    """The areas a distance is counted from."""
    if area is not None:
        return [area]
    if need.from_area is not None:
        return [view.current(need.from_area)]
    return sorted({own for start in starts for own in areas_of(view, start)})


def _fits(view: View, need: Need, policy: Policy, rows: Iterable[int]) -> dict[int, int]:
    """What each target costs for fitting less well, in micro-nats."""
    targets = list(rows)
    costs = _kind_costs(need, policy)[view.nodes.kind[targets]]
    entries = _entry_points(view, need).intersection(targets)
    if entries:
        is_entry = [target in entries for target in targets]
        costs += np.where(is_entry, 0, policy.fit.no_entry_point)
    if need.language is not None:
        speaking = is_held_by_speaker(view, need.language)[targets]
        costs += np.where(speaking, 0, policy.fit.by_deputy)
    return dict(zip(targets, costs.tolist(), strict=True))


def _kind_costs(need: Need, policy: Policy) -> Numbers:
    """By code of a kind of post: `next_kind` for each place behind the first of the trigger's."""
    costs = np.zeros(NO_WORD + 1, np.int64)
    kinds = () if need.trigger is None else policy.triggers[need.trigger].posts
    for place, kind in enumerate(kinds):
        costs[kind.code] = place * policy.fit.next_kind
    return costs


def _entry_points(view: View, need: Need) -> frozenset[int]:
    """The posts to call first in the need's area; acute ones for acute needs only."""
    area = area_of(view, need)
    if area is None:
        return frozenset()
    links = view.into(area, LinkType.ENTRY_POINT_FOR)
    return frozenset(
        view.source(link)
        for link in links
        if need.is_acute or not view.link_value(link, "is_acute")
    )


def direction_of(
    view: View, need: Need, starts: Iterable[int], targets: Iterable[int]
) -> Direction:
    """What AUTO means here: by the highest tier among starts against that among targets."""
    from_height, to_height = _highest(view, starts), _highest(view, targets)
    if need.direction is not Direction.AUTO:
        return need.direction
    if from_height == to_height:
        return Direction.ACROSS
    return Direction.DOWN if from_height < to_height else Direction.UP


def _highest(view: View, rows: Iterable[int]) -> int:
    return int(view.nodes.height[list(rows)].min(initial=NO_HEIGHT))


def _via(view: View, item: Via) -> frozenset[int]:
    """The rows that meet an item of `via`."""
    if isinstance(item, NetworkKind | frozenset):
        kinds = item if isinstance(item, frozenset) else [item]
        return frozenset(np.flatnonzero(is_kind(view, Label.NETWORK, kinds)).tolist())
    if isinstance(item, Sector):
        return frozenset(np.flatnonzero(is_sector(view, item)).tolist())
    return frozenset(_avoided(view, item))


def _avoided(view: View, node_id: str) -> Iterator[int]:
    """What a named node means on the way: an authority's or person's posts, else itself."""
    row = view.row(node_id)
    if view.label(row) in (Label.AUTHORITY, Label.PERSON):
        yield from seats(view, row)
    else:
        yield row


def _limit(field: str, count: int, limit: int, need: Need) -> None:
    """Refuses a set that is too large, and names what could narrow it."""
    if count <= limit:
        return
    unused = [name for name in _CRITERIA if not getattr(need, name)]
    danish = ", ".join(_CRITERIA[name] for name in unused)
    what = ("begyndelser", "starts") if field == "start" else ("mål", "targets")
    raise NeedTooWide(
        field,
        f"det giver {count} {what[0]}; højst {limit}. Sig også: {danish}",
        f"that makes {count} {what[1]}; {limit} at most. Add: {', '.join(unused)}",
    )

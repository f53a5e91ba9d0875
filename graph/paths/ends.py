"""The asker, start and target sets of a need, and the distance rings of nodes around its place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final

import numpy as np

from graph.access.view import View
from graph.errors import NeedTooWide
from graph.paths.capabilities import (
    all_of,
    area_of,
    criteria,
    is_area,
    is_kind,
    is_sector,
    seats,
)
from graph.paths.fit_classes import LAST_FALLBACK_LEVEL, fit_classes
from graph.paths.intermediates import Intermediates
from graph.paths.kernel.caller_graph import PostAnswers
from graph.paths.kernel.reachability import ReachableCosts
from graph.paths.kernel.request import Direction, SearchPath, SearchRequest
from graph.paths.need import Need, granted_levels
from graph.paths.places import among, areas, around, inside, posts_covering, sectors
from graph.paths.policy import Policy
from graph.snapshot.columns import NO_HEIGHT, Rows
from graph.snapshot.csr import Mask, through
from graph.vocabulary import AreaKind, Label, NetworkKind, PreventionLevel, Sector


def asker_posts_and_networks(
    view: View, answers: PostAnswers, starts: Sequence[int]
) -> tuple[int, ...]:
    """Return the starts, and all posts and networks at which their holders sit or answer."""
    posts = [row for row in starts if view.label(row) is Label.ACTOR]
    keys = np.unique(answers.sits[posts])
    label = view.nodes.label
    is_post_or_network = (label == Label.ACTOR.code) | (label == Label.NETWORK.code)
    is_own = (np.isin(answers.key, keys) | np.isin(answers.sits, keys)) & is_post_or_network
    rows: list[int] = np.flatnonzero(is_own & view.visible).tolist()
    return tuple(sorted({*starts, *rows}))


def with_asker_answering(
    answers: PostAnswers, own: tuple[int, ...], starts: Sequence[int]
) -> PostAnswers:
    """Return `answers` with the asker answering where they sit, even if a duty line would."""
    rows, asking = list(own), (own, tuple(starts))
    sits = answers.sits[rows]
    keys = np.where(np.isin(sits, answers.sits[list(starts)]), sits, answers.key[rows])
    if np.array_equal(answers.key[rows], keys):
        return answers
    cached: tuple[object, PostAnswers] | None = answers.memo.get("asked by")
    if cached is None or cached[0] != asking:
        key = answers.key.copy()
        key[rows] = keys
        cached = answers.memo["asked by"] = asking, replace(answers, key=key)
    return cached[1]


def start_of(path: SearchPath, answers: PostAnswers, starts: Sequence[int]) -> int:
    """Return the requested start at which a path begins, or whose holder has its first post."""
    first = path.rows[0]
    if first in starts:
        return first
    sits, key = answers.sits, answers.key
    return next((row for row in starts if sits[row] in (sits[first], key[first])), first)


def nearest(
    view: View, goal: Iterable[int], costs: ReachableCosts, *, without: Iterable[int], most: int
) -> list[int]:
    """Return the found rows nearest to the nodes of a goal, then cheapest, then by row.

    Nearness is: in the same area, the same police district, the same region, anywhere. Only nodes
    that answer for the areas of one ring after another are considered, until there are enough.
    """
    node_areas = areas(view)
    own = np.zeros(len(view.visible), np.bool_)
    for row in goal:
        own[node_areas.of.of(row)] = True
    wider = around(view, own)
    rows, kinds = view.column(Label.AREA, "kind")
    outer = (
        inside(view, wider & view.mask(rows[kinds == kind.code]))
        for kind in (AreaKind.POLICE_DISTRICT, AreaKind.REGION)
    )
    nearest_rows: list[int] = []
    is_remaining = np.ones(len(view.visible), np.bool_)
    is_remaining[list(without)] = False
    for ring in chain((own,), outer, (None,)):
        nodes = costs.rows
        if ring is not None:
            places = _rows(ring)
            nodes = through((places, places), node_areas.answering)[1]
        nodes = nodes[is_remaining[nodes]]
        nearest_rows += costs.cheapest(nodes, most - len(nearest_rows))
        is_remaining[nodes] = False
        if len(nearest_rows) == most:
            break
    return nearest_rows


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
    """Rows a path starts from, and rows it may end at with the additional cost of ending there.

    `starts` are all rows at which the asker sits or answers, `origins` those that are named.
    `fallback_level` is that of the areas the targets cover; `is_here`: all targets are starts too.
    """

    origins: tuple[int, ...]
    starts: tuple[int, ...]
    targets: Mapping[int, int]
    fallback_level: int
    direction: Direction
    is_here: bool


def ends(
    view: View, need: Need, policy: Policy, answers: PostAnswers, *, kinds: Mask | None = None
) -> Ends:
    """Return the ends of a need: its targets are the first class with a post that answers.

    If no one answers in any class, the targets are the first class. `kinds` restricts the classes.

    Raises:
        NotFound: a node the need names is absent or hidden.
        NeedTooWide: more starts or targets than the policy allows.
    """
    starts = starts_of(view, need)
    rows, fallback_level = first_class_rows(view, need, policy, starts, answers, kinds=kinds)
    own = asker_posts_and_networks(view, answers, starts)
    return ends_at(view, need, policy, starts, rows, fallback_level=fallback_level, own=own)


def first_class_rows(
    view: View,
    need: Need,
    policy: Policy,
    starts: Sequence[int],
    answers: PostAnswers,
    *,
    kinds: Mask | None = None,
) -> tuple[list[int], int]:
    """Return the rows and the fallback level of the first class with a post that answers.

    If none has one, they are those of the first class.
    """
    classes = [fit for fit in fit_classes(view, need, policy, starts, kinds) if fit.rows]
    answering = (fit for fit in classes if (answers.cost[list(fit.rows)] >= 0).any())
    fit_class = next(answering, classes[0] if classes else None)
    return ([], 0) if fit_class is None else (list(fit_class.rows), fit_class.fallback_level)


def ends_at(
    view: View,
    need: Need,
    policy: Policy,
    starts: Sequence[int],
    rows: Sequence[int],
    *,
    fallback_level: int,
    own: Sequence[int] | None = None,
) -> Ends:
    """Return the ends of a need whose starts and target rows are known.

    `own` are all rows at which the asker sits or answers; None: the starts alone.

    Raises:
        NeedTooWide: more starts or targets than the policy allows.
    """
    check_width(need, policy, starts=len(starts), targets=len(rows))
    begins = tuple(starts if own is None else own)
    here = set(begins)
    away = [row for row in rows if row not in here]
    return Ends(
        origins=tuple(starts),
        starts=begins,
        targets=dict.fromkeys(away, 0),
        fallback_level=fallback_level,
        direction=direction_of(view, need, starts, away),
        is_here=bool(rows) and not away,
    )


def check_width(need: Need, policy: Policy, *, starts: int, targets: int) -> None:
    """Refuse more starts or targets than the policy allows.

    Raises:
        NeedTooWide: naming what could narrow them.
    """
    for field, count, limit, danish, english in (
        ("start", starts, policy.search.max_starts, "begyndelser", "starts"),
        ("target", targets, policy.search.max_targets, "mål", "targets"),
    ):
        if count > limit:
            unused = [name for name in _CRITERIA if not getattr(need, name)]
            labels = ", ".join(_CRITERIA[name] for name in unused)
            raise NeedTooWide(
                field,
                f"det giver {count} {danish}; højst {limit}. Sig også: {labels}",
                f"that makes {count} {english}; {limit} at most. Add: {', '.join(unused)}",
            )


def search_request(view: View, need: Need, policy: Policy, reach: Ends) -> SearchRequest:
    """Return the search request of a need: the need in rows and numbers."""
    search = policy.search
    levels = frozenset({need.level}) if need.level else granted_levels(view)
    overlap = need.overlap_percent
    via: list[frozenset[int]] = []
    for item in need.via:
        if isinstance(item, NetworkKind | frozenset):
            kinds = item if isinstance(item, frozenset) else [item]
            via.append(frozenset(np.flatnonzero(is_kind(view, Label.NETWORK, kinds)).tolist()))
        elif isinstance(item, Sector):
            via.append(frozenset(np.flatnonzero(is_sector(view, item)).tolist()))
        else:
            via.append(frozenset(_path_rows(view, item)))
    asked = chain.from_iterable(via)
    return SearchRequest(
        starts=reach.starts,
        targets=reach.targets,
        direction=reach.direction,
        max_hops=need.max_hops or search.default_hops,
        max_paths=need.max_paths or search.max_paths,
        overlap_percent=search.overlap_percent if overlap is None else overlap,
        levels=frozenset() if levels == frozenset(PreventionLevel) else levels,
        is_named=is_named(need, policy),
        gate=need.gate,
        via=tuple(via),
        avoid=frozenset(row for node_id in sorted(need.avoid) for row in _path_rows(view, node_id)),
        closed=Intermediates(view, need, policy, reach.starts, asked).closed_nodes(reach.targets),
    )


def is_named(need: Need, policy: Policy) -> bool:
    """Return whether the matter concerns a named person, as its trigger says; by default not."""
    return need.trigger is not None and policy.triggers[need.trigger].is_named


def starts_of(view: View, need: Need) -> list[int]:
    """Return the rows a need starts from: what it names, else the caller's own posts."""
    if need.start is not None:
        row = view.row(need.start)
        if view.label(row) is Label.RESOURCE_INDIVIDUAL:
            return [row]
        return _sector_posts(view, need, row) if is_area(view, row) else seats(view, row)
    if need.from_area is not None:
        return _sector_posts(view, need, view.current(need.from_area))
    own = (view.find(post) for post in view.caller.posts)
    return sorted(row for row in own if row is not None and view.label(row) is Label.ACTOR)


def can_start(view: View, row: int) -> bool:
    """Return whether a search can start from a node: it is, or has, a post, or is a civilian."""
    if view.label(row) is Label.RESOURCE_INDIVIDUAL:
        return True
    return bool(posts_covering(view, row) if is_area(view, row) else seats(view, row))


def _sector_posts(view: View, need: Need, area: int) -> list[int]:
    """Return the posts that cover exactly an area, of the need's sector if it names one."""
    posts = posts_covering(view, area)
    if need.sector is None:
        return posts
    return [row for row in posts if sectors(view)[row] == need.sector.code]


def first_level_rows(view: View, need: Need, meets: Mask, first: int) -> tuple[Rows, int]:
    """Return the nodes of a mask on the first fallback level, from `first` on, with any; rows rise.

    `meets` are the nodes that meet every criterion but the area.
    """
    area = area_of(view, need)
    if area is None:
        return _rows(meets if first == 0 else np.zeros_like(meets)), 0
    for fallback_level in range(first, LAST_FALLBACK_LEVEL + 1):
        rows = among(view, area, meets, fallback_level)
        if len(rows):
            return rows, fallback_level
    return np.empty(0, np.int32), 0


def _rows(mask: Mask) -> Rows:
    return np.flatnonzero(mask).astype(np.int32)


def matching_rows(view: View, need: Need, policy: Policy) -> list[int]:
    """Return the rows that meet every criterion of a need but area and distance, in order of id."""
    rows: list[int] = _rows(all_of(view, criteria(view, need, policy))).tolist()
    return rows


def direction_of(
    view: View, need: Need, starts: Iterable[int], targets: Iterable[int]
) -> Direction:
    """Return the direction of a need; AUTO compares the highest tier of starts and of targets."""
    if need.direction is not Direction.AUTO:
        return need.direction
    heights = view.nodes.height
    start, target = (
        min((int(heights[row]) for row in rows), default=NO_HEIGHT) for rows in (starts, targets)
    )
    if start == target:
        return Direction.ACROSS
    return Direction.DOWN if start < target else Direction.UP


def _path_rows(view: View, node_id: str) -> Iterator[int]:
    """Yield what a named node means on a path: an authority's or person's posts, else itself."""
    row = view.row(node_id)
    if view.label(row) in (Label.AUTHORITY, Label.PERSON):
        yield from seats(view, row)
    else:
        yield row

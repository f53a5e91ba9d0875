"""Why is there no path, how far do we come, and what would have to exist or be given up?

Source: paths.md §4.4. A hidden link and a missing one read alike.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np

from graph.errors import InvalidNeed
from graph.questions.paths.answer import Edge, Missing, Nearest, NoPath, WouldWork
from graph.questions.paths.ask import Found
from graph.questions.paths.ends import LAST_RUNG, Ends, area_of, ask_of, ends
from graph.questions.paths.explain import chance_of, wish_of
from graph.questions.paths.kernel import reached, reaching, search
from graph.questions.paths.nearness import Nearness
from graph.questions.paths.need import Need
from graph.questions.paths.places import on_rung
from graph.questions.paths.relaxing import Search, relaxations
from graph.questions.paths.resolve import named, resolve, standing
from graph.questions.paths.words import Cause, Relaxed
from graph.vocabulary import Label, LinkType

_MOST: Final = 3  # of each list: a page holds no more, and nobody reads a fourth
_CAUSES: Final[Mapping[Relaxed, Cause]] = {
    Relaxed.MATTER: Cause.GATE,
    Relaxed.GATE: Cause.GATE,
    Relaxed.LEVEL: Cause.LEVEL,
    Relaxed.DIRECTION: Cause.DIRECTION,
    Relaxed.VIA: Cause.VIA,
    Relaxed.AVOID: Cause.AVOIDED,
    Relaxed.MAX_HOPS: Cause.TOO_FAR,
}
_CRITERIA: Final[Mapping[Relaxed, Mapping[str, Any]]] = {
    Relaxed.TARGET: {"target": None},
    Relaxed.TRIGGER: {"trigger": None},
    Relaxed.AREA: {"area": None},
    Relaxed.NETWORK: {"network": frozenset()},
    Relaxed.SECTOR: {"sector": None},
    Relaxed.COMPETENCE: {"competence": None},
    Relaxed.LANGUAGE: {"language": None},
    Relaxed.CHANNEL: {"channel": None},
    Relaxed.WITHIN_KM: {"within_km": None},
}


def no_path(asked: Search, *, is_cut_off: bool = False) -> NoPath:
    """The account of a search that found no path."""
    if not asked.ends.starts:
        return NoPath(cause=Cause.NO_START, proved=True)
    if asked.ends.is_here:
        return NoPath(cause=Cause.HERE, proved=True)
    given_up = [] if not asked.ends.targets else list(_relaxed(asked))
    cause = _cause(asked, given_up)
    is_closed = cause is Cause.NOT_ANSWERING
    missing = _deputies_missing(asked) if is_closed else ()
    return NoPath(
        cause=cause,
        proved=not is_cut_off,
        frontier=(is_closed and _before_closed(asked)) or _frontier(asked),
        from_target=_closed(asked, missing) if is_closed else _from_target(asked),
        missing=missing,
        would_work=(*given_up, *_criteria_dropped(asked)),
        nearest=_nearest(asked),
    )


def cause_of(asked: Search) -> Cause:
    """Why a search found no path, and no more than that: terms are given up until one helps."""
    if not asked.ends.starts:
        return Cause.NO_START
    return Cause.HERE if asked.ends.is_here else _cause(asked, _relaxed(asked))


def _cause(asked: Search, given_up: Iterable[WouldWork]) -> Cause:
    """The first that holds, in the order of paths.md §4.4."""
    if not asked.ends.targets:
        return Cause.NO_TARGET
    if len(asked.closed()) == len(asked.ends.targets):
        return Cause.NOT_ANSWERING
    return next((_CAUSES[work.term] for work in given_up), Cause.NOT_CONNECTED)


def _relaxed(asked: Search) -> Iterator[WouldWork]:
    """Each term of the way which, given up alone, makes a path."""
    for term, change in relaxations(asked):
        found = asked.again(**change)
        if found.paths:
            yield WouldWork(term=term, paths=len(found.paths))


def _criteria_dropped(asked: Search) -> Iterator[WouldWork]:
    """Each criterion of the goal without which there are paths."""
    for term, change in _CRITERIA.items():
        ((field, _),) = change.items()
        if not getattr(asked.need, field):
            continue
        try:
            wider = replace(asked.need, **change)
            found = _search(asked, wider, ends(asked.view, wider, asked.policy))
        except InvalidNeed:  # no goal is left, or too wide a one: nothing to propose
            continue
        if found.paths:
            yield WouldWork(term=term, paths=len(found.paths))


def _search(asked: Search, need: Need, found: Ends, **terms: Any) -> Found:
    """A search for another need; nothing to start from or land on finds nothing."""
    ask = replace(ask_of(asked.view, need, asked.policy, found), **terms)
    column = standing(asked.view, asked.policy, is_acute=need.is_acute)
    return search(asked.view, asked.policy, ask, column)


def _nearest(asked: Search) -> Nearest | None:
    """The best path on the next rung of areas that has one."""
    for rung in range(asked.ends.rung + 1, LAST_RUNG + 1):
        above = ends(asked.view, asked.need, asked.policy, rung=rung)
        if above.rung != rung or not above.targets:
            continue
        found = _search(asked, asked.need, above, max_paths=1).paths
        if found:
            return Nearest(
                rung=rung,
                node=named(asked.view, found[0].rows[-1]),
                hops=len(found[0].hops),
                cost=found[0].cost,
                chance=chance_of(found[0].cost),
            )
    return None


# ---- how far we come


def _frontier(asked: Search) -> tuple[Edge, ...]:
    """The reached nodes nearest to where the path should land."""
    found = reached(asked.view, asked.policy, asked.ask, asked.standing)
    area = area_of(asked.view, asked.need)
    goal = asked.ends.targets or ([] if area is None else [area])
    return _closest(asked, found, goal, without=asked.ends.starts)


def _from_target(asked: Search) -> tuple[Edge, ...]:
    """The nodes that lead on to a target, nearest to where the path should start."""
    if not asked.ends.targets:
        return ()
    found = reaching(asked.view, asked.policy, asked.ask, asked.standing)
    return _closest(asked, found, asked.ends.starts, without=asked.ends.targets)


def _closest(
    asked: Search,
    found: Mapping[int, tuple[int, int]],
    goal: Iterable[int],
    *,
    without: Iterable[int],
) -> tuple[Edge, ...]:
    """Of the found rows, those nearest to the goal on the map, then cheapest."""
    nearness = Nearness.to(asked.view, goal)
    rows = sorted(
        (row for row in found if row not in set(without)),
        key=lambda row: (nearness.of(row), found[row][1], row),
    )
    return tuple(_edge(asked, row, *found[row]) for row in rows[:_MOST])


def _edge(asked: Search, row: int, hops: int, cost: int) -> Edge:
    return Edge(node=named(asked.view, row), hops=hops, cost=cost)


# ---- where nobody answers


def _before_closed(asked: Search) -> tuple[Edge, ...]:
    """Where a path would arrive if the closed posts answered: the stops right before them."""
    found = reached(asked.view, asked.policy, asked.ask, asked.standing)
    stops = (path.rows[-2] for path in asked.opened(asked.closed()).again().paths)
    rows = list(dict.fromkeys(row for row in stops if row in found))
    return tuple(_edge(asked, row, *found[row]) for row in rows[:_MOST])


def _closed(asked: Search, missing: Sequence[Missing]) -> tuple[Edge, ...]:
    """The closed targets, first those where a deputy is proposed, and since when each is vacant."""
    wish = wish_of(asked.need)
    proposed = [asked.view.row(one.target.id) for one in missing]
    rows = dict.fromkeys((*proposed, *asked.closed()))
    return tuple(
        Edge(
            node=named(asked.view, row),
            hops=0,
            cost=0,
            vacant_since=resolve(asked.view, row, asked.policy, wish).vacant_since,
            is_closed=True,
        )
        for row in list(rows)[:_MOST]
    )


def _deputies_missing(asked: Search) -> tuple[Missing, ...]:
    """The deputies that would make a path, one for each closed target, the cheapest first."""
    opened = asked.opened(asked.closed())
    found = reached(asked.view, asked.policy, asked.ask, asked.standing)
    proposals = [
        _deputy_missing(asked, row, path.cost, found)
        for row in asked.closed()
        for path in opened.again(targets={row: asked.ends.targets[row]}, max_paths=1).paths
    ]
    return tuple(sorted(proposals, key=lambda one: (one.path_cost, one.target.id))[:_MOST])


def _deputy_missing(
    asked: Search, row: int, cost: int, found: Mapping[int, tuple[int, int]]
) -> Missing:
    areas = asked.view.areas_of(row)
    return Missing(
        type=LinkType.DEPUTIZES_FOR,
        target=named(asked.view, row),
        path_cost=cost,
        path_chance=chance_of(cost),
        makers=tuple(named(asked.view, post) for post in _makers(asked, row, areas, found)),
        steward=named(asked.view, areas[0]) if areas else None,
    )


def _makers(
    asked: Search, row: int, areas: list[int], found: Mapping[int, tuple[int, int]]
) -> list[int]:
    """The posts that could name one: of a listed kind, for the area or what it lies in."""
    view = asked.view
    kinds = asked.policy.missing[LinkType.DEPUTIZES_FOR].makers
    listed = [
        post for post in view.rows(Label.ACTOR) if post != row and view.value(post, "kind") in kinds
    ]
    around = {
        post for area in areas for rung in (0, 1) for post in on_rung(view, area, listed, rung)
    }
    unreached = (0, np.iinfo(np.int32).max)
    return sorted(around, key=lambda post: (found.get(post, unreached)[1], post))[:_MOST]

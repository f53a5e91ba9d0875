"""Reachability: the best path from one start into each municipality.

A row is the best of the paths that `find` reports for the first class of contacts with any.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths.answer import NodeRef
from graph.paths.answer_terms import Cause
from graph.paths.capabilities import is_kind
from graph.paths.contacts import ContactSearch
from graph.paths.ends import ends_at, first_class_rows, search_request
from graph.paths.explain import explain_paths
from graph.paths.need import Need, check
from graph.paths.no_path import cause_of
from graph.paths.places import inside
from graph.paths.policy import Policy
from graph.paths.relaxation import RelaxableSearch
from graph.paths.resolve import node_ref
from graph.snapshot.csr import Mask
from graph.vocabulary import AreaKind, Label, NetworkKind, PostKind

INFOHOUSES: Final = frozenset(
    {NetworkKind.INFOHOUSE_NETWORK, NetworkKind.INFOHOUSE_MUNICIPALITY},
)
INFOHOUSE_PAIR: Final = frozenset(
    {PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL, PostKind.INFOHOUSE_COORDINATOR_POLICE},
)
"""The two coordinators of a municipality's info house: its own and the police's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MunicipalReach:
    """The best path to one municipality, or why there is none.

    `rung`: 0 the target answers for the municipality itself, 1 for the area it lies in, 2 for the
    country. `oldest_days` is None where a hop was never verified. `path` holds the ids of its
    nodes, empty if there is no path. `cost` is in micro-nats. `is_exact`: the search was not cut
    off.
    """

    area: NodeRef
    rung: int
    target: NodeRef | None
    hops: int | None
    oldest_days: int | None
    cost: int | None
    chance: float | None
    path: tuple[str, ...]
    cause: Cause | None
    is_exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachAnswer:
    """The query, the data and policy used, and a row for each municipality, by id."""

    need: Need
    kinds: frozenset[PostKind]
    on: date
    revision: int
    policy: str
    start: NodeRef | None
    area: NodeRef | None
    municipalities: tuple[MunicipalReach, ...]


def reach_infohouses(view: View, policy: Policy, *, start: str | None = None) -> ReachAnswer:
    """The best path from a start, or the caller's own posts, to each info house's coordinators.

    Raises:
        NeedTooWide: too many starts.
        NotFound: the start is absent or hidden.
    """
    need = Need(on=view.on, start=start, network=INFOHOUSES)
    return reach(view, need, policy, kinds=INFOHOUSE_PAIR)


def reach(
    view: View, need: Need, policy: Policy, *, kinds: frozenset[PostKind] = frozenset()
) -> ReachAnswer:
    """The best path of a need into each municipality, as if that were its area.

    The need's own area selects the municipalities that lie in it; without one, all. `kinds` limits
    the contacts to posts of these kinds, empty: any. A few searches for each municipality.

    Raises:
        InvalidNeed: a term this policy or caller does not allow, or a target or distance.
        NeedTooWide: too many starts or targets.
        NotFound: something the need names is absent or hidden.
    """
    check(view, need, policy)
    # Raise InvalidNeed for fields that select targets other than by municipality.
    for field in ("target", "within_km"):
        if getattr(need, field) is not None:
            raise InvalidNeed(
                field,
                "giver ikke mening, når der spørges om alle kommuner",
                "makes no sense when all municipalities are asked about",
            )
    around = None if need.area is None else view.current(need.area)
    kind_mask = is_kind(view, Label.ACTOR, kinds) if kinds else None
    return ReachAnswer(
        need=need,
        kinds=kinds,
        on=view.on,
        revision=view.revision,
        policy=policy.digest,
        start=None if need.start is None else node_ref(view, view.row(need.start)),
        area=None if around is None else node_ref(view, around),
        municipalities=tuple(
            _best_path(view, need, policy, kind_mask, area) for area in municipalities(view, around)
        ),
    )


def _best_path(
    view: View, need: Need, policy: Policy, kinds: Mask | None, area: int
) -> MunicipalReach:
    """The best path to the first class of contacts in one municipality that has any."""
    need = replace(need, area=view.id(area))
    contacts = ContactSearch(view, need, policy, kinds=kinds)
    nearest = contacts.nearest()
    if nearest is not None:
        fit, way = nearest
        (path,) = explain_paths(view, need, policy, (way,), starts=(contacts.start_of(way),))
        return MunicipalReach(
            area=node_ref(view, area),
            rung=fit.fallback_level,
            target=path.stops[-1].node,
            hops=len(path.hops),
            oldest_days=path.oldest_days,
            cost=path.cost,
            chance=path.chance,
            path=tuple(stop.node.id for stop in path.stops),
            cause=None,
            is_exact=not contacts.is_cut_off,
        )
    # The cause is that of the first class with an answerer.
    starts, answers = contacts.starts, contacts.answers
    rows, fallback_level = first_class_rows(view, need, policy, starts, answers, kinds=kinds)
    ends = ends_at(
        view, need, policy, starts, rows, fallback_level=fallback_level, own=contacts.own
    )
    search = RelaxableSearch(
        view=view,
        need=need,
        policy=policy,
        ends=ends,
        ask=replace(search_request(view, need, policy, ends), max_paths=1),
        answers=answers,
    )
    return MunicipalReach(
        area=node_ref(view, area),
        rung=fallback_level,
        target=None,
        hops=None,
        oldest_days=None,
        cost=None,
        chance=None,
        path=(),
        cause=Cause.HERE if contacts.is_one_of_them else cause_of(search),
        is_exact=not contacts.is_cut_off,
    )


def municipalities(view: View, around: int | None = None) -> list[int]:
    """The municipalities of the date that lie in an area, itself included; None: all. By id."""
    within = view.visible if around is None else inside(view, view.mask(around))
    return [
        area
        for area in view.rows(Label.AREA)
        if view.value(area, "kind") is AreaKind.MUNICIPALITY and within[area]
    ]


def municipality_codes(view: View) -> dict[int, str]:
    """The public code of each municipality of the date, by node."""
    return {area: view.value(area, "code") for area in municipalities(view)}

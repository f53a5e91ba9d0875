"""How far is it to everyone? The best path from one start to each municipality at once."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Final

from graph.errors import InvalidNeed
from graph.questions.paths.answer import Named
from graph.questions.paths.ask import Ask
from graph.questions.paths.ends import LAST_RUNG, Ends, ask_of, ends_at, meeting, starts_of
from graph.questions.paths.explain import explain
from graph.questions.paths.need import Need, check
from graph.questions.paths.nopath import cause_of
from graph.questions.paths.places import on_rung, posts_covering
from graph.questions.paths.relaxing import Search
from graph.questions.paths.resolve import named, standing
from graph.questions.paths.rules import Policy
from graph.questions.paths.words import Cause
from graph.view import View
from graph.vocabulary import AreaKind, Label, LinkType, NetworkKind, PostKind

INFOHOUSES: Final = frozenset(
    {NetworkKind.INFOHOUSE_NETWORK, NetworkKind.INFOHOUSE_MUNICIPALITY},
)
INFOHOUSE_PAIR: Final = frozenset(
    {PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL, PostKind.INFOHOUSE_COORDINATOR_POLICE},
)
"""The two who open the info house of a municipality: its own coordinator and the police's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The best path to one municipality, or why there is none.

    `rung`: 0 the target answers for the municipality itself, 1 for what it lies in, 2 for the
    country. `oldest_days` is None where a hop was never verified. `path` holds the ids of its
    nodes, none for no path. `cost` is in micro-nats. `is_exact`: the search was not cut off.
    """

    area: Named
    rung: int
    target: Named | None
    hops: int | None
    oldest_days: int | None
    cost: int | None
    chance: float | None
    path: tuple[str, ...]
    cause: Cause | None
    is_exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachAnswer:
    """What was asked, by which data and policy; a row for each municipality, by id."""

    need: Need
    kinds: frozenset[PostKind]
    on: date
    revision: int
    policy: str
    start: Named | None
    area: Named | None
    municipalities: tuple[Reached, ...]


def reach_infohouses(view: View, policy: Policy, *, start: str | None = None) -> ReachAnswer:
    """How far from a start, or the caller's own posts, to either coordinator of each info house?

    Raises:
        NeedTooWide: too many starts.
        NotFound: the start is absent or hidden.
    """
    need = Need(on=view.on, start=start, network=INFOHOUSES)
    return reach(view, need, policy, kinds=INFOHOUSE_PAIR)


def reach(
    view: View, need: Need, policy: Policy, *, kinds: frozenset[PostKind] = frozenset()
) -> ReachAnswer:
    """The best path of a need to each municipality, as if that were its area.

    The need's own area says which municipalities: those that lie in it; none means all. `kinds`
    keeps the targets to posts of these kinds, empty: any. One search for each municipality; what
    is the same for all of them is found once.

    Raises:
        InvalidNeed: a term this policy or caller does not allow, or a target or distance.
        NeedTooWide: too many starts or targets.
        NotFound: something the need names is absent or hidden.
    """
    check(view, need, policy)
    _refuse(need)
    asked = _Reaching(view, need, policy, kinds)
    around = None if need.area is None else view.current(need.area)
    return ReachAnswer(
        need=need,
        kinds=kinds,
        on=view.on,
        revision=view.revision,
        policy=policy.digest,
        start=None if need.start is None else named(view, view.row(need.start)),
        area=None if around is None else named(view, around),
        municipalities=tuple(asked.reached(area) for area in municipalities(view, around)),
    )


def municipalities(view: View, around: int | None = None) -> list[int]:
    """The municipalities of the date that lie in an area, itself included; None: all. By id."""
    return [
        area
        for area in view.rows(Label.AREA)
        if view.value(area, "kind") is AreaKind.MUNICIPALITY
        and (around is None or _lies_in(view, area, around))
    ]


def _lies_in(view: View, area: int, around: int) -> bool:
    parents = view.targets(area, LinkType.LIES_IN)
    return area == around or any(_lies_in(view, parent, around) for parent in parents)


def _refuse(need: Need) -> None:
    """Refuses what says where to land in another way than by municipality."""
    for field in ("target", "within_km"):
        if getattr(need, field) is not None:
            raise InvalidNeed(
                field,
                "giver ikke mening, når der spørges om alle kommuner",
                "makes no sense when all municipalities are asked about",
            )


@dataclass(frozen=True)
class _Reaching:
    """One need, and all that is the same for every municipality."""

    view: View
    need: Need
    policy: Policy
    kinds: frozenset[PostKind]

    @cached_property
    def starts(self) -> list[int]:
        return starts_of(self.view, self.need)

    @cached_property
    def posts(self) -> list[int]:
        """The posts that meet the need, wherever they answer."""
        return [
            row
            for row in meeting(self.view, self.need, self.policy)
            if not self.kinds or self.view.value(row, "kind") in self.kinds
        ]

    @cached_property
    def known(self) -> frozenset[int]:
        return frozenset(self.posts)

    @cached_property
    def ask(self) -> Ask:
        """The search without its targets and direction."""
        nowhere = ends_at(self.view, self.need, self.policy, self.starts, [], rung=0)
        return replace(ask_of(self.view, self.need, self.policy, nowhere), max_paths=1)

    def reached(self, area: int) -> Reached:
        """The best path to one municipality: one search."""
        view, policy = self.view, self.policy
        need = replace(self.need, area=view.id(area))
        found_ends = self._ends(need, area)
        search = Search(
            view=view,
            need=need,
            policy=policy,
            ends=found_ends,
            ask=replace(self.ask, targets=found_ends.targets, direction=found_ends.direction),
            standing=standing(view, policy, is_acute=need.is_acute),
        )
        if not found_ends.starts or not found_ends.targets:
            return _nowhere(search, area, is_exact=True)
        found = search.again()
        if not found.paths:
            return _nowhere(search, area, is_exact=found.is_exact)
        (path,) = explain(view, need, policy, found.paths)
        return Reached(
            area=named(view, area),
            rung=found_ends.rung,
            target=path.stops[-1].node,
            hops=len(path.hops),
            oldest_days=path.oldest_days,
            cost=path.cost,
            chance=path.chance,
            path=tuple(stop.node.id for stop in path.stops),
            cause=None,
            is_exact=found.is_exact,
        )

    def _ends(self, need: Need, area: int) -> Ends:
        """The targets that answer for the area, on the first rung that has any."""
        for rung in range(LAST_RUNG + 1):
            rows = self._on_rung(area, rung)
            if rows:
                return ends_at(self.view, need, self.policy, self.starts, rows, rung=rung)
        return ends_at(self.view, need, self.policy, self.starts, [], rung=0)

    def _on_rung(self, area: int, rung: int) -> list[int]:
        if rung:
            return on_rung(self.view, area, self.posts, rung)
        return [row for row in posts_covering(self.view, area) if row in self.known]


def _nowhere(search: Search, area: int, *, is_exact: bool) -> Reached:
    return Reached(
        area=named(search.view, area),
        rung=search.ends.rung,
        target=None,
        hops=None,
        oldest_days=None,
        cost=None,
        chance=None,
        path=(),
        cause=cause_of(search),
        is_exact=is_exact,
    )

"""What breaks if somebody or something leaves? Whom the country no longer reaches, and what hangs.

What leaves is a person, a post, a network or an authority with its posts. The answer compares a
View with the same View without it: so it knows of nothing else that is hidden either.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from graph.errors import InvalidNeed
from graph.offices import posts_of
from graph.publishing import rounded
from graph.questions.hanging import (
    HangingNetwork,
    HangingPost,
    Relation,
    networks,
    posts,
    relations,
)
from graph.questions.local_needs import Cooperation, local_needs, top_posts
from graph.questions.local_ways import LocalWays, Way
from graph.questions.paths.answer import Named
from graph.questions.paths.explain import chance_of
from graph.questions.paths.layers import NEVER
from graph.questions.paths.resolve import named
from graph.questions.paths.rules import Policy
from graph.view import View
from graph.vocabulary import Label, LinkType

LEAVING: Final = (Label.ACTOR, Label.PERSON, Label.NETWORK, Label.AUTHORITY)
"""What can leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalWay:
    """The cheapest way to somebody who meets in a cooperation of a municipality.

    `rung`: 0 the target answers for the municipality itself, 1 for what it lies in, 2 for the
    country. `cost` is in micro-nats.
    """

    target: Named
    rung: int
    hops: int
    cost: int
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """A municipality and a cooperation that are reached worse, or no more: then `after` is None.

    `farther` is the way to the first rung beyond where somebody is still reached, where it is lost.
    """

    area: Named
    cooperation: Cooperation
    before: LocalWay
    after: LocalWay | None
    farther: LocalWay | None

    @property
    def is_lost(self) -> bool:
        """Does no way lead there any more?"""
        return self.after is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What leaves, from where one looks, and what is lost: by municipality, then cooperation.

    `needs`: how many were reached before. `lost` and `worse` count the losses; `cut_off` are the
    municipalities that nothing leads to any more, of those with a way before. `civilians`: how many
    lose their last door opener, in fives, None where they are fewer than may be told.
    """

    node: Named
    label: Label
    on: date
    revision: int
    policy: str
    start: Named | None
    needs: int
    lost: int
    worse: int
    cut_off: tuple[Named, ...]
    losses: tuple[Loss, ...]
    posts: tuple[HangingPost, ...]
    networks: tuple[HangingNetwork, ...]
    relations: tuple[Relation, ...]
    civilians: int | None


def impact(view: View, node_id: str, policy: Policy, *, start: str | None = None) -> Impact:
    """What breaks if this one goes on the date of the View.

    Ways begin at the posts of the highest tier, the national ones where there are any, or at
    `start`; what is crossed costs what it does once this one is gone.

    Raises:
        InvalidNeed: it is nothing that can leave.
        NotFound: it or the start is absent or hidden.
    """
    row = view.row(node_id)
    if view.label(row) not in LEAVING:
        raise InvalidNeed(
            "node_id",
            "skal være en person, en funktion, et netværk eller en myndighed",
            "must be a person, a post, a network or an authority",
        )
    gone = leaving(view, row)
    before = ways(view, policy, start)
    after = before.without(gone)
    losses = tuple(_losses(before, after))
    lost = sum(one.is_lost for one in losses)
    return Impact(
        node=named(view, row),
        label=view.label(row),
        on=view.on,
        revision=view.revision,
        policy=policy.digest,
        start=None if start is None else named(view, view.row(start)),
        needs=int((before.packed < NEVER).sum()),
        lost=lost,
        worse=len(losses) - lost,
        cut_off=tuple(named(view, area) for area in cut_off(before, after)),
        losses=losses,
        posts=tuple(posts(view, after.view, policy, row, gone)),
        networks=tuple(networks(view, after.view, policy, row, gone)),
        relations=tuple(relations(view, gone)),
        civilians=_civilians(view, gone),
    )


def leaving(view: View, row: int) -> frozenset[int]:
    """What goes with it: an authority takes its posts, and those of its parts, along."""
    if view.label(row) is Label.AUTHORITY:
        return frozenset({row, *posts_of(view, row)})
    return frozenset({row})


def ways(view: View, policy: Policy, start: str | None = None) -> LocalWays:
    """The ways as they are, found once for a View."""
    starts = top_posts(view, start)
    key = ("local ways", policy.digest, starts)
    return view.memo(key, lambda: LocalWays(view, policy, starts, local_needs(view)))


def cut_off(before: LocalWays, after: LocalWays) -> list[int]:
    """The municipalities to which a way led, and none does."""
    had, has = (
        {
            need.area
            for need, packed in zip(one.needs, one.packed.tolist(), strict=True)
            if packed < NEVER
        }
        for one in (before, after)
    )
    return sorted(had - has)


def worsened(before: LocalWays, after: LocalWays) -> list[int]:
    """The needs, by place, that cost more than before, or have no way any more."""
    places: list[int] = (after.packed > before.packed).nonzero()[0].tolist()
    return [
        place
        for place in places
        if after.packed[place] >= NEVER or _costs_more(before, after, place)
    ]


def _costs_more(before: LocalWays, after: LocalWays, place: int) -> bool:
    """Hops alone, at the same cost, are no loss."""
    return int(after.packed[place]) >> 4 > int(before.packed[place]) >> 4


def _losses(before: LocalWays, after: LocalWays) -> Iterator[Loss]:
    view = before.view
    for place in worsened(before, after):
        need, was = before.needs[place], before.way(place)
        if was is None:
            continue
        now = after.way(place)
        farther = after.farther(place) if now is None else None
        yield Loss(
            area=named(view, need.area),
            cooperation=need.cooperation,
            before=_told(view, was),
            after=None if now is None else _told(view, now),
            farther=None if farther is None else _told(view, farther),
        )


def _told(view: View, way: Way) -> LocalWay:
    return LocalWay(
        target=named(view, way.target),
        rung=way.rung,
        hops=way.hops,
        cost=way.cost,
        chance=chance_of(way.cost),
    )


def _civilians(view: View, gone: frozenset[int]) -> int | None:
    """How many civilians the caller sees have no door opener left, as it may be told."""
    opened = {
        civilian: [
            (opener, view.sources(opener, LinkType.HOLDS))
            for opener in view.sources(civilian, LinkType.DOOR_OPENER_FOR)
        ]
        for civilian in view.rows(Label.RESOURCE_INDIVIDUAL)
    }
    return rounded(
        sum(
            any(holders for _, holders in openers)
            and not any(opener not in gone and set(holders) - gone for opener, holders in openers)
            for openers in opened.values()
        )
    )

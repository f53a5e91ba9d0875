"""What breaks if somebody or something leaves? Whom the country reaches worse or no more.

What leaves is a person, a post, a network or an authority with its posts. The answer compares a
View with the same View without it: so it knows of nothing else that is hidden either.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from graph.access.disclosure import suppress_small
from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths.answer import NodeRef
from graph.paths.answer_terms import AnswerRole, AvailabilityState, FitGroup
from graph.paths.explain import chance_of
from graph.paths.policy_model import Policy
from graph.paths.resolve import named
from graph.questions.hanging import (
    DependentNetwork,
    DependentPost,
    DependentRelation,
    networks,
    posts,
    relations,
)
from graph.questions.local_losses import Without, Worsening
from graph.questions.reference_needs import Reference
from graph.questions.reference_paths import LocalContact, LocalWays, local_ways
from graph.snapshot.structure import posts_of
from graph.vocabulary import Label, LinkType, Tier

LEAVING: Final = (Label.ACTOR, Label.PERSON, Label.NETWORK, Label.AUTHORITY)
"""What can leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BestContact:
    """The best contact that is reached, and the best way there.

    `fit` is the number of its class, 1 for the best, and `group` who is in that; `rung` who answers
    on the date, `state` whether from the first opening on. `is_old`: the way rests on a check that
    is more than a year old, or on none. `cost` is in micro-nats; no hops: whoever asks is it.
    """

    post: NodeRef
    fit: int
    group: FitGroup
    rung: AnswerRole
    state: AvailabilityState
    is_old: bool
    hops: int
    cost: int
    chance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """What is reached worse in a municipality, or no more: then `after` is None.

    `tier` is that of the posts ways begin at, the national or the municipality's police district;
    None: they were named. `what` got worse first: contact, who answers, age, hops, cost.
    """

    area: NodeRef
    reference: Reference
    tier: Tier | None
    what: Worsening
    before: BestContact
    after: BestContact | None

    @property
    def is_lost(self) -> bool:
        """Is nobody reached any more?"""
        return self.after is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What leaves, from where one looks, and what is lost: by municipality, reference and tier.

    `needs`: how many were reached before. `lost` and `worse` count the losses; `cut_off` are the
    municipalities that nothing leads to any more, of those with a way before. `civilians`: how many
    lose their last door opener, in fives, None where they are fewer than may be told.
    """

    node: NodeRef
    label: Label
    on: date
    revision: int
    policy: str
    start: NodeRef | None
    needs: int
    lost: int
    worse: int
    cut_off: tuple[NodeRef, ...]
    losses: tuple[Loss, ...]
    posts: tuple[DependentPost, ...]
    networks: tuple[DependentNetwork, ...]
    relations: tuple[DependentRelation, ...]
    civilians: int | None


def impact(view: View, node_id: str, policy: Policy, *, start: str | None = None) -> Impact:
    """What breaks if this one goes on the date of the View.

    Ways begin at the posts of the highest tier, the national ones where there are any, and at the
    head of crime prevention of the municipality's police district, or at `start` alone. What is
    crossed costs what it does once this one is gone.

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
    before, left = local_ways(view, policy, start), view.without(gone)
    without = Without(before, left, gone)
    losses = tuple(_losses(without))
    lost = sum(one.is_lost for one in losses)
    return Impact(
        node=named(view, row),
        label=view.label(row),
        on=view.on,
        revision=view.revision,
        policy=policy.digest,
        start=None if start is None else named(view, view.row(start)),
        needs=len(before.reached),
        lost=lost,
        worse=len(losses) - lost,
        cut_off=tuple(named(view, area) for area in without.cut_off),
        losses=losses,
        posts=tuple(posts(view, left, policy, row, gone)),
        networks=tuple(networks(view, left, policy, row, gone)),
        relations=tuple(relations(view, gone)),
        civilians=_civilians(view, gone),
    )


def leaving(view: View, row: int) -> frozenset[int]:
    """What goes with it: an authority takes its posts, and those of its parts, along."""
    if view.label(row) is Label.AUTHORITY:
        return frozenset({row, *posts_of(view, row)})
    return frozenset({row})


def _losses(without: Without) -> Iterator[Loss]:
    view = without.before.view
    for one in without.losses:
        yield Loss(
            area=named(view, one.place.need.area),
            reference=one.place.need.reference,
            tier=one.place.start.tier,
            what=one.what,
            before=_told(without.before, one.before),
            after=None if one.after is None else _told(without.after, one.after),
        )


def _told(ways: LocalWays, contact: LocalContact) -> BestContact:
    rung, state = ways.answering(contact.post)
    return BestContact(
        post=named(ways.view, contact.post),
        fit=contact.number,
        group=contact.group,
        rung=rung,
        state=state,
        is_old=contact.way.is_old,
        hops=contact.way.hops,
        cost=contact.way.cost,
        chance=chance_of(contact.way.cost),
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
    return suppress_small(
        sum(
            any(holders for _, holders in openers)
            and not any(opener not in gone and set(holders) - gone for opener, holders in openers)
            for openers in opened.values()
        )
    )

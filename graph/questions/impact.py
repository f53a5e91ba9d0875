"""What gets worse if a person, post, network or authority leaves, and who could take over.

An authority leaves together with its posts. The answer compares a View with the same View without
what leaves, so it depends on nothing the caller cannot see. It reports lost and worse contacts of
the municipalities, affected posts with possible successors, networks and working relations.
Civilians are not listed; only the number of those who lose their last door opener is reported, with
small numbers suppressed.
"""

from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import product
from typing import Final

import numpy as np

from graph.access.context import SEATS
from graph.access.disclosure import suppress_small
from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths.answer import NodeRef
from graph.paths.answer_terms import AnswerRole, AvailabilityState, FitGroup
from graph.paths.answering_costs import post_answers
from graph.paths.capabilities import is_kind
from graph.paths.explain import chance_of
from graph.paths.places import areas, center_of, kilometers
from graph.paths.policy import Policy
from graph.paths.resolve import node_ref, resolve
from graph.questions.reference_needs import Reference
from graph.questions.reference_paths import LocalContact, LocalWays, Place, local_ways
from graph.snapshot.structure import areas_of, posts_of
from graph.vocabulary import Label, LinkType, NetworkKind, PostKind, Term, Tier


class Worsening(Term):
    """What gets worse, in order of importance."""

    LOST = "LOST", "Nås ikke længere", "No longer reached"
    CLASS = "CLASS", "Kontakten passer dårligere", "The contact fits less"
    ANSWERING = "ANSWERING", "En anden svarer", "Somebody else answers"
    OLD = "OLD", "Forældet kontrol", "Check too old"
    HOPS = "HOPS", "Flere led", "More steps"
    COST = "COST", "Mindre sandsynlig", "Less likely"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalLoss:
    """A place whose contact is worse: what got worse first, and the contact before and after."""

    position: int
    place: Place
    what: Worsening
    before: LocalContact
    after: LocalContact | None


class RemovalEffect:
    """The best contacts before and after some nodes leave."""

    def __init__(
        self, before: LocalWays, remaining_view: View, removed_rows: frozenset[int]
    ) -> None:
        self.before = before
        self._affected = before.affected_places(removed_rows)
        self.after = before.without(remaining_view, removed_rows, self._affected)

    @cached_property
    def losses(self) -> tuple[LocalLoss, ...]:
        """The contacts that are worse, in order of the places.

        Each is classified by what got worse first; more hops are reported before a higher cost.
        """
        losses: list[LocalLoss] = []
        for number, position in enumerate(self._affected):
            before, after = self.before.contact(position), self.after.contact(number)
            if before is None:
                continue
            what = Worsening.LOST
            if after is not None:
                was, now = _rank(self.before, before), _rank(self.after, after)
                if now <= was:
                    continue
                path = Worsening.HOPS if after.way.hops > before.way.hops else Worsening.COST
                ranked = zip(_RANKED, was, now, strict=False)
                what = next((term for term, old, new in ranked if old != new), path)
            losses.append(
                LocalLoss(
                    position=position, place=self.before.places[position], what=what,
                    before=before, after=after,
                )
            )  # fmt: skip
        return tuple(losses)

    @property
    def cut_off(self) -> list[int]:
        """The municipalities in which no contact is reached any more, but one was before."""
        lost_positions = {loss.position for loss in self.losses if loss.what is Worsening.LOST}
        places, reached = (
            self.before.places,
            self.before.positions_with_contact if lost_positions else [],
        )
        had = {places[place].need.area for place in reached}
        return sorted(
            had - {places[place].need.area for place in reached if place not in lost_positions}
        )


_RANKED: Final = (Worsening.CLASS, Worsening.ANSWERING, Worsening.ANSWERING, Worsening.OLD)


def _rank(ways: LocalWays, contact: LocalContact) -> tuple[int, ...]:
    """The rank of a contact, the best first.

    A unit answers as well as a holder, and the asking side as well as either.
    """
    rung, state = ways.rung_and_state(contact.post)
    is_best = contact.is_you or rung is AnswerRole.UNIT
    return (
        contact.number,
        AnswerRole.HOLDER.code if is_best else rung.code,
        0 if contact.is_you or state.is_now else state.code,
        contact.way.is_old,
        contact.way.cost,
        contact.way.hops,
    )


MOST_NEAR: Final = 3
_MEETINGS: Final = (LinkType.COORDINATES, LinkType.MEMBER_OF)
_WORKING: Final = (
    LinkType.KNOWS, LinkType.REFERS_TO, LinkType.ESCALATES_TO, LinkType.SUPPORTS,
)  # fmt: skip


class SuccessorWhy(Term):
    """Why somebody could take over a post."""

    HOLDER = "HOLDER", "Sidder der også", "Holds it as well"
    DEPUTY = "DEPUTY", "Stedfortræder", "Deputy"
    SAME_KIND = "SAME_KIND", "Samme funktion i nærheden", "The same kind of post near"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostSuccessor:
    """A possible successor: a person, and the post they hold today or deputize for.

    `person` is None where a team or line deputizes, and where the name is hidden from the caller:
    then `is_hidden`. `km`: the straight-line distance between the areas of both posts, None where
    they are the same or have no center.
    """

    why: SuccessorWhy
    post: NodeRef
    person: NodeRef | None
    is_hidden: bool
    km: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DependentPost:
    """A post that leaves or loses a holder, deputy or network, and who answers there then.

    `tie` is the type of the lost link; None: the post itself leaves, then nobody answers.
    `is_hidden`: somebody answers whose name is hidden from the caller.
    """

    post: NodeRef
    kind: PostKind
    tie: LinkType | None
    areas: tuple[NodeRef, ...]
    rung: AnswerRole
    who: NodeRef | None
    is_hidden: bool
    successors: tuple[PostSuccessor, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DependentNetwork:
    """A network that leaves or loses a post: how many answered posts it has, before and after.

    `coordinates`: what leaves coordinates it; `coordinators_after` coordinators are left.
    """

    network: NodeRef
    kind: NetworkKind
    is_gone: bool
    coordinates: bool
    posts_before: int
    posts_after: int
    coordinators_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DependentRelation:
    """A working relation: who leaves, by which link, and who is left."""

    type: LinkType
    node: NodeRef
    other: NodeRef


def posts(
    view: View, after: View, policy: Policy, row: int, removed_rows: Set[int]
) -> Iterator[DependentPost]:
    """The posts that depend on what leaves, by id; `after` is the View without it."""
    # By post, the type of its link to what leaves; the first type counts.
    ties: dict[int, LinkType | None] = {
        node: None for node in removed_rows if view.label(node) is Label.ACTOR
    }
    ends: list[tuple[LinkType, list[int]]] = []
    if view.label(row) is Label.PERSON:
        ends = [(link_type, view.targets(row, link_type)) for link_type in SEATS]
    elif view.label(row) is Label.NETWORK:
        ends = [(link_type, view.sources(row, link_type)) for link_type in _MEETINGS]
    for link_type, nodes in ends:
        for node in nodes:
            if view.label(node) is Label.ACTOR:
                ties.setdefault(node, link_type)
    for post, tie in sorted(ties.items()):
        now = None if post in removed_rows else resolve(after, post, policy)
        yield DependentPost(
            post=node_ref(view, post),
            kind=view.value(post, "kind"),
            tie=tie,
            areas=tuple(node_ref(view, area) for area in areas_of(view, post)),
            rung=AnswerRole.CLOSED if now is None else now.rung,
            who=None if now is None else now.who,
            is_hidden=now is not None and now.is_hidden,
            successors=() if tie in _MEETINGS else tuple(_successors(after, view, policy, post)),
        )


def networks(
    view: View, after: View, policy: Policy, row: int, removed_rows: Set[int]
) -> Iterator[DependentNetwork]:
    """Yield the networks in which the leaving node meets through its posts, or a network itself.

    By id."""
    # By network, whether one of the posts coordinates it.
    meetings: dict[int, bool] = {}
    if view.label(row) is Label.NETWORK:
        meetings[row] = False
    else:
        for post in (
            view.targets(row, LinkType.HOLDS) if view.label(row) is Label.PERSON else removed_rows
        ):
            for link in view.out(post, *_MEETINGS) if view.label(post) is Label.ACTOR else ():
                network = view.target(link)
                meetings[network] = (
                    meetings.get(network, False) or view.link_type(link) is LinkType.COORDINATES
                )
    for network, coordinates in sorted(meetings.items()):
        yield DependentNetwork(
            network=node_ref(view, network),
            kind=view.value(network, "kind"),
            is_gone=network in removed_rows,
            coordinates=coordinates,
            posts_before=_answered_post_count(view, policy, network, *_MEETINGS),
            posts_after=_answered_post_count(after, policy, network, *_MEETINGS),
            coordinators_after=_answered_post_count(after, policy, network, LinkType.COORDINATES),
        )


def _answered_post_count(view: View, policy: Policy, network: int, *types: LinkType) -> int:
    """How many posts with an answerer meet in a network."""
    if not view.visible[network]:
        return 0
    answers = post_answers(view, policy).cost >= 0
    meeting = view.sources(network, *types)
    return sum(bool(answers[node]) and view.label(node) is Label.ACTOR for node in meeting)


def relations(view: View, removed_rows: Set[int]) -> Iterator[DependentRelation]:
    """The working relations of what leaves to what remains, by type, then ids."""
    for link_type in _WORKING:
        pairs = {
            (node, other)
            for node in removed_rows
            for other in (*view.targets(node, link_type), *view.sources(node, link_type))
            if other not in removed_rows
        }
        for node, other in sorted(pairs):
            yield DependentRelation(
                type=link_type, node=node_ref(view, node), other=node_ref(view, other)
            )


# ---- possible successors


def _successors(after: View, view: View, policy: Policy, post: int) -> Iterator[PostSuccessor]:
    """Other holders, then deputies, then holders of the nearest posts of the same kind.

    Holders come by id, deputies by their order; among equals hidden ones last. Posts in the same
    place come first, then by distance; those without a center last, if their areas share a parent
    area with the post's.
    """
    seats = after.seats(post) if after.visible[post] else ()
    for seat in sorted(
        (seat for seat in seats if seat.is_in_force(after.day)),
        key=lambda seat: (seat.link_type.code, seat.order, seat.source is None, seat.source or 0),
    ):
        source = seat.source
        is_post = source is not None and after.label(source) is Label.ACTOR
        is_holder = seat.link_type is LinkType.HOLDS
        yield PostSuccessor(
            why=SuccessorWhy.HOLDER if is_holder else SuccessorWhy.DEPUTY,
            post=node_ref(after, source if source is not None and is_post else post),
            person=None if source is None or is_post else node_ref(after, source),
            is_hidden=source is None,
            km=None,
        )
    similar = is_kind(after, Label.ACTOR, [view.value(post, "kind")])
    similar &= post_answers(after, policy).cost >= 0
    similar &= after.mask(after.seat_columns(LinkType.HOLDS).post)
    similar[post] = False
    places = areas(view).of
    distances = [
        (distance, other)
        for other in np.flatnonzero(similar).tolist()
        if (distance := _distance(view, places.of(post).tolist(), places.of(other).tolist()))
        is not None
    ]
    for distance, other in sorted(distances)[:MOST_NEAR]:
        holders = after.sources(other, LinkType.HOLDS)
        yield PostSuccessor(
            why=SuccessorWhy.SAME_KIND,
            post=node_ref(view, other),
            person=node_ref(view, holders[0]) if holders else None,
            is_hidden=not holders,
            km=round(distance) if 0 < distance < _FARTHEST else None,
        )


_FARTHEST: Final = 10_000.0  # km; farther than any two places are apart


def _distance(view: View, own: Sequence[int], others: Sequence[int]) -> float | None:
    """Return kilometers between the nearest two areas; None: no centers and no shared parent."""
    if set(own) & set(others):
        return 0.0
    centers, parents = (
        [[at for area in places if (at := center_of(view, area))] for places in (own, others)],
        [{up for area in places for up in view.targets(area, LinkType.LIES_IN)}
         for places in (own, others)],
    )  # fmt: skip
    distances = [kilometers(center, other) for center, other in product(*centers)]
    return min(distances, default=_FARTHEST if parents[0] & parents[1] else None)


LEAVING: Final = (Label.ACTOR, Label.PERSON, Label.NETWORK, Label.AUTHORITY)
"""The labels of nodes that can leave."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BestContact:
    """The best contact that is reached, and the best path to it.

    `fit` is the number of its class, 1 for the best, and `group` the group of that class; `rung` is
    who answers on the date, `state` whether from the first opening on. `is_old`: the path depends
    on a check that is more than a year old, or missing. `cost` is in micro-nats; 0 hops: the asking
    side is the contact.
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
    """A reference that is reached worse in a municipality, or not at all: `after` is None.

    `tier` is that of the posts where paths begin, the national or the municipality's police
    district; None: the start was named. `what` got worse first: contact, who answers, age, hops,
    cost.
    """

    area: NodeRef
    reference: Reference
    tier: Tier | None
    what: Worsening
    before: BestContact
    after: BestContact | None

    @property
    def is_lost(self) -> bool:
        """Whether no contact is reached any more."""
        return self.after is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """The leaving node, the start, and the losses by municipality, reference and tier.

    `needs`: how many were reached before. `lost` and `worse` count the losses; `cut_off` are the
    municipalities with a path before and none after. `civilians`: how many lose their last door
    opener, in fives, None where the number is too small to report.
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
    """What gets worse if a node leaves on the date of the View.

    Paths begin at the posts of the highest tier, the national ones where there are any, and at the
    head of crime prevention of the municipality's police district, or at `start` alone. Crossing
    costs are those of the View without what leaves.

    Raises:
        InvalidNeed: the node is not of a label that can leave.
        NotFound: the node or the start is absent or hidden.
    """
    row = view.row(node_id)
    label = view.label(row)
    if label not in LEAVING:
        raise InvalidNeed(
            "node_id",
            "skal være en person, en funktion, et samarbejde eller en myndighed",
            "must be a person, a post, a network or an authority",
        )
    # An authority takes its posts with it, and those of its parts.
    removed_rows = frozenset({row, *(posts_of(view, row) if label is Label.AUTHORITY else ())})
    before, remaining_view = local_ways(view, policy, start), view.without(removed_rows)
    effect = RemovalEffect(before, remaining_view, removed_rows)
    losses = tuple(
        Loss(
            area=node_ref(view, loss.place.need.area),
            reference=loss.place.need.reference,
            tier=loss.place.start.tier,
            what=loss.what,
            before=_best_contact(before, loss.before),
            after=None if loss.after is None else _best_contact(effect.after, loss.after),
        )
        for loss in effect.losses
    )
    lost_count = sum(loss.is_lost for loss in losses)
    return Impact(
        node=node_ref(view, row),
        label=label,
        on=view.on,
        revision=view.revision,
        policy=policy.digest,
        start=None if start is None else node_ref(view, view.row(start)),
        needs=len(before.positions_with_contact),
        lost=lost_count,
        worse=len(losses) - lost_count,
        cut_off=tuple(node_ref(view, area) for area in effect.cut_off),
        losses=losses,
        posts=tuple(posts(view, remaining_view, policy, row, removed_rows)),
        networks=tuple(networks(view, remaining_view, policy, row, removed_rows)),
        relations=tuple(relations(view, removed_rows)),
        civilians=_civilians(view, removed_rows),
    )


def _best_contact(ways: LocalWays, contact: LocalContact) -> BestContact:
    rung, state = ways.rung_and_state(contact.post)
    return BestContact(
        post=node_ref(ways.view, contact.post),
        fit=contact.number,
        group=contact.group,
        rung=rung,
        state=state,
        is_old=contact.way.is_old,
        hops=contact.way.hops,
        cost=contact.way.cost,
        chance=chance_of(contact.way.cost),
    )


def _civilians(view: View, removed_rows: frozenset[int]) -> int | None:
    """How many civilians visible to the caller lose their last door opener, if reportable."""
    count = 0
    for civilian in view.rows(Label.RESOURCE_INDIVIDUAL):
        openers = view.sources(civilian, LinkType.DOOR_OPENER_FOR)
        holders = [(opener, set(view.sources(opener, LinkType.HOLDS))) for opener in openers]
        count += any(people for _, people in holders) and not any(
            opener not in removed_rows and people - removed_rows for opener, people in holders
        )
    return suppress_small(count)

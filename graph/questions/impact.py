"""What gets worse if a person, post, network or authority leaves, and who could take over.

An authority leaves together with its posts. The answer compares a View with the same View without
what leaves, so it depends on nothing the caller cannot see. It reports lost and worse contacts of
the municipalities, affected posts with possible successors, networks and working relations.
Civilians are not listed; only the number of those who lose their last door opener is reported, with
small numbers suppressed.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

import numpy as np

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
from graph.paths.resolve import named, resolve
from graph.questions.post_states import mask_of
from graph.questions.reference_needs import Reference
from graph.questions.reference_paths import LocalContact, LocalWays, Place, local_ways
from graph.snapshot.seats import Seat
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


class Without:
    """The best contacts before and after some nodes leave."""

    def __init__(self, before: LocalWays, left: View, gone: frozenset[int]) -> None:
        self.before = before
        self._touched = before.touched(gone)
        self.after = before.without(left, gone, self._touched)

    @cached_property
    def losses(self) -> tuple[LocalLoss, ...]:
        """What is worse, in order of the places."""
        return tuple(self._losses())

    def _losses(self) -> Iterator[LocalLoss]:
        for number, position in enumerate(self._touched):
            before, after = self.before.contact(position), self.after.contact(number)
            what = None if before is None else self._worsening(before, after)
            if before is not None and what is not None:
                yield LocalLoss(
                    position=position, place=self.before.places[position], what=what,
                    before=before, after=after,
                )  # fmt: skip

    def _worsening(self, before: LocalContact, after: LocalContact | None) -> Worsening | None:
        """What got worse first; None: nothing did, or something more important got better.

        More hops are reported rather than a higher cost.
        """
        if after is None:
            return Worsening.LOST
        was, now = _rank(self.before, before), _rank(self.after, after)
        if now <= was:
            return None
        changed = next(at for at in range(len(was)) if was[at] != now[at])
        if changed < len(_RANKED):
            return _RANKED[changed]
        return Worsening.HOPS if after.way.hops > before.way.hops else Worsening.COST

    @property
    def cut_off(self) -> list[int]:
        """The municipalities in which no contact is reached any more, but one was before."""
        lost = {one.position for one in self.losses if one.what is Worsening.LOST}
        places, reached = self.before.places, self.before.reached if lost else []
        had = {places[one].need.area for one in reached}
        return sorted(had - {places[one].need.area for one in reached if one not in lost})


_RANKED: Final = (Worsening.CLASS, Worsening.ANSWERING, Worsening.ANSWERING, Worsening.OLD)


def _rank(ways: LocalWays, contact: LocalContact) -> tuple[int, ...]:
    """The rank of a contact, the best first.

    A unit answers as well as a holder, and the asking side as well as either.
    """
    rung, state = ways.answering(contact.post)
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
_SEATS: Final = (LinkType.HOLDS, LinkType.DEPUTIZES_FOR)
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
    view: View, after: View, policy: Policy, row: int, gone: Set[int]
) -> Iterator[DependentPost]:
    """The posts that depend on what leaves, by id; `after` is the View without it."""
    for post, tie in sorted(_hanging_posts(view, row, gone).items()):
        kind: PostKind = view.value(post, "kind")
        now = None if post in gone else resolve(after, post, policy)
        yield DependentPost(
            post=named(view, post),
            kind=kind,
            tie=tie,
            areas=tuple(named(view, area) for area in areas_of(view, post)),
            rung=AnswerRole.CLOSED if now is None else now.rung,
            who=None if now is None else now.who,
            is_hidden=now is not None and now.is_hidden,
            successors=() if tie in _MEETINGS else tuple(_successors(after, view, policy, post)),
        )


def _hanging_posts(view: View, row: int, gone: Set[int]) -> dict[int, LinkType | None]:
    """By post, the type of its link to what leaves; the first type counts."""
    found: dict[int, LinkType | None] = {
        one: None for one in gone if view.label(one) is Label.ACTOR
    }
    types = _SEATS if view.label(row) is Label.PERSON else _MEETINGS
    around = view.out if view.label(row) is Label.PERSON else view.into
    for link_type in types if view.label(row) in (Label.PERSON, Label.NETWORK) else ():
        for link in around(row, link_type):
            end = view.target(link) if view.label(row) is Label.PERSON else view.source(link)
            if view.label(end) is Label.ACTOR:
                found.setdefault(end, link_type)
    return found


def networks(
    view: View, after: View, policy: Policy, row: int, gone: Set[int]
) -> Iterator[DependentNetwork]:
    """The networks in which what leaves meets, through its posts, by id; a network is its own."""
    if view.label(row) is Label.NETWORK:
        found = {row: False}
    else:
        held = view.targets(row, LinkType.HOLDS) if view.label(row) is Label.PERSON else gone
        found = _networks_of(view, [one for one in held if view.label(one) is Label.ACTOR])
    for network, coordinates in sorted(found.items()):
        yield DependentNetwork(
            network=named(view, network),
            kind=view.value(network, "kind"),
            is_gone=network in gone,
            coordinates=coordinates,
            posts_before=_answering(view, policy, network, *_MEETINGS),
            posts_after=_answering(after, policy, network, *_MEETINGS),
            coordinators_after=_answering(after, policy, network, LinkType.COORDINATES),
        )


def _networks_of(view: View, some: Iterable[int]) -> dict[int, bool]:
    """The networks in which some posts meet, and whether one of them coordinates it."""
    found: dict[int, bool] = {}
    for post in some:
        for link in view.out(post, *_MEETINGS):
            coordinates = view.link_type(link) is LinkType.COORDINATES
            found[view.target(link)] = found.get(view.target(link), False) or coordinates
    return found


def _answering(view: View, policy: Policy, network: int, *types: LinkType) -> int:
    """How many posts with an answerer meet in a network."""
    if not view.visible[network]:
        return 0
    answers = post_answers(view, policy).cost >= 0
    meeting = view.sources(network, *types)
    return sum(bool(answers[one]) and view.label(one) is Label.ACTOR for one in meeting)


def relations(view: View, gone: Set[int]) -> Iterator[DependentRelation]:
    """The working relations of what leaves to what remains, by type, then ids."""
    for link_type in _WORKING:
        found = {
            (one, other)
            for one in gone
            for link in (*view.out(one, link_type), *view.into(one, link_type))
            for other in (view.source(link), view.target(link))
            if other not in gone
        }
        for one, other in sorted(found):
            yield DependentRelation(type=link_type, node=named(view, one), other=named(view, other))


# ---- possible successors


def _successors(after: View, view: View, policy: Policy, post: int) -> Iterator[PostSuccessor]:
    """Other holders, then deputies, then holders of the nearest posts of the same kind."""
    if after.visible[post]:
        seats = [seat for seat in after.seats(post) if seat.is_in_force(after.day)]
        for seat in sorted(seats, key=_successor_rank):
            yield _sitting(after, seat)
    yield from _near(after, view, policy, post)


def _successor_rank(seat: Seat) -> tuple[int, int, bool, int]:
    """Holders by id, then deputies by their order; among equals hidden ones last."""
    return seat.link_type.code, seat.order, seat.source is None, seat.source or 0


def _sitting(view: View, seat: Seat) -> PostSuccessor:
    is_holder, source = seat.link_type is LinkType.HOLDS, seat.source
    is_post = source is not None and view.label(source) is Label.ACTOR
    return PostSuccessor(
        why=SuccessorWhy.HOLDER if is_holder else SuccessorWhy.DEPUTY,
        post=named(view, source if source is not None and is_post else seat.post),
        person=None if source is None or is_post else named(view, source),
        is_hidden=source is None,
        km=None,
    )


def _near(after: View, view: View, policy: Policy, post: int) -> Iterator[PostSuccessor]:
    """The nearest posts of the same kind that have a holder: same place first, then by distance.

    Posts without a center come last, if their areas share a parent area with the post's.
    """
    same = is_kind(after, Label.ACTOR, [view.value(post, "kind")])
    same &= post_answers(after, policy).cost >= 0
    same[post] = False
    held = mask_of(after, after.seat_columns(LinkType.HOLDS).post.tolist())
    places = areas(view).of
    near: list[tuple[float, int]] = []
    for other in np.flatnonzero(same).tolist():
        distance = _distance(view, places.of(post).tolist(), places.of(other).tolist())
        if distance is not None and held[other]:
            near.append((distance, other))
    for distance, other in sorted(near)[:MOST_NEAR]:
        holders = after.sources(other, LinkType.HOLDS)
        yield PostSuccessor(
            why=SuccessorWhy.SAME_KIND,
            post=named(view, other),
            person=named(view, holders[0]) if holders else None,
            is_hidden=not holders,
            km=round(distance) if 0 < distance < _SHARED else None,
        )


_SHARED: Final = 10_000.0  # farther than any two places are apart


def _distance(view: View, own: Sequence[int], others: Sequence[int]) -> float | None:
    """Kilometers between the nearest two areas; None: nothing shows that they are near."""
    if set(own) & set(others):
        return 0.0
    centers = [[at for area in some if (at := center_of(view, area))] for some in (own, others)]
    apart = [kilometers(one, other) for one in centers[0] for other in centers[1]]
    if apart:
        return min(apart)
    around = [{up for area in some for up in view.targets(area, LinkType.LIES_IN)}
              for some in (own, others)]  # fmt: skip
    return _SHARED if around[0] & around[1] else None


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
    """What leaves, the start, and what is lost: by municipality, reference and tier.

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
    """The nodes that leave together: an authority takes its posts, and those of its parts."""
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
    """How many civilians visible to the caller lose their last door opener, if reportable."""
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

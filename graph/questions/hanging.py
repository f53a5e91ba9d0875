"""What hangs on somebody or something that leaves: posts, networks, relations; who could take over?

A part of what `impact` tells. Civilians are none of it.
"""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass
from typing import Final

import numpy as np

from graph.access.view import View
from graph.paths.answer import NodeRef
from graph.paths.answer_terms import AnswerRole
from graph.paths.answering_costs import post_answers
from graph.paths.criteria import is_kind
from graph.paths.places import areas, center_of, kilometers
from graph.paths.policy_model import Policy
from graph.paths.resolve import named, resolve
from graph.questions.post_states import mask_of
from graph.snapshot.seats import Seat
from graph.snapshot.structure import areas_of
from graph.vocabulary import Label, LinkType, NetworkKind, PostKind, Term

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
    """Somebody who could take over: a person, and the post they sit on today or stand in at.

    `person` is None where a team or line stands in, and where the name is not for the caller: then
    `is_hidden`. `km`: between the places both answer for, in a straight line, None where they are
    the same or have no center.
    """

    why: SuccessorWhy
    post: NodeRef
    person: NodeRef | None
    is_hidden: bool
    km: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DependentPost:
    """A post that goes, or loses a holder, a deputy or a network; who answers there afterwards.

    `tie` is how it hangs; None: it goes itself, then nobody answers. `is_hidden`: somebody answers
    whose name is not for the caller.
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
    """A network that goes, or loses somebody: how many posts meet there and answer, then and now.

    `coordinates`: whoever leaves coordinates it, and so many are left who do.
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
    """The posts that hang on it, by id; `after` is the View without what goes."""
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
    """By post how it hangs on what goes; the first tie counts."""
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
    """The networks in which what goes meets, through its posts, by id; a network is its own."""
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
    """How many posts meet in a network at which somebody answers."""
    if not view.visible[network]:
        return 0
    answers = post_answers(view, policy).cost >= 0
    meeting = view.sources(network, *types)
    return sum(bool(answers[one]) and view.label(one) is Label.ACTOR for one in meeting)


def relations(view: View, gone: Set[int]) -> Iterator[DependentRelation]:
    """The working relations of what goes to what is left, by type, then ids."""
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


# ---- who could take over


def _successors(after: View, view: View, policy: Policy, post: int) -> Iterator[PostSuccessor]:
    """Those who sit there too, those who stand in, then those near who do the same elsewhere."""
    if after.visible[post]:
        seats = [seat for seat in after.seats(post) if seat.is_in_force(after.day)]
        for seat in sorted(seats, key=_rank):
            yield _sitting(after, seat)
    yield from _near(after, view, policy, post)


def _rank(seat: Seat) -> tuple[int, int, bool, int]:
    """Holders by id, then deputies by the order they are asked in; of equals the hidden last."""
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
    """The nearest posts of the same kind that have a holder: in the same place, then by distance.

    Whoever has no center comes after those who have one, if they share what their places lie in.
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
    """Between the nearest of two sets of areas; None: nothing tells that they are near."""
    if set(own) & set(others):
        return 0.0
    centers = [[at for area in some if (at := center_of(view, area))] for some in (own, others)]
    apart = [kilometers(one, other) for one in centers[0] for other in centers[1]]
    if apart:
        return min(apart)
    around = [{up for area in some for up in view.targets(area, LinkType.LIES_IN)}
              for some in (own, others)]  # fmt: skip
    return _SHARED if around[0] & around[1] else None

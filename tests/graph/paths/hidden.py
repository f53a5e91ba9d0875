"""What a caller may not see, drawn at random into a world: nothing of it may change an answer.

Who it is that sits in some seats and whom they know, civilians without a consent that counts, what
has ended or not yet begun, links at levels the caller has no part in, details for named people,
fields of no concern. That somebody sits there is no secret (field group HELD).
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any, Final

from graph.access.policy import Caller, Grant, Role
from graph.access.view import View
from graph.errors import GraphError
from graph.model import (
    Actor,
    Consent,
    ContactDetail,
    DeputizesFor,
    DoorOpenerFor,
    Element,
    GaveConsent,
    HopLink,
    Network,
    Organization,
    Person,
    ReachedBy,
    Represents,
    ResourceIndividual,
)
from graph.paths import Need, find
from graph.paths.policy import Policy
from graph.paths.why_not import excluded, why_not
from graph.vocabulary import (
    Channel,
    LegalGate,
    NetworkKind,
    ObtainedHow,
    PreventionLevel,
    Trigger,
    Visibility,
)
from tests.fixtures.builders import (
    civilian,
    consent,
    holds,
    knows,
    meets,
    opens,
    person,
    post,
    refers,
)
from tests.graph.paths.drawn import drawn
from tests.graph.paths.worlds import ON, POLICY, Question, World

_LEVELS: Final = frozenset({PreventionLevel.EXIT, PreventionLevel.CAPACITY_BUILDING})
ROLES: Final = ((Role.COORDINATOR,), (Role.COORDINATOR, Role.OUTREACH), (Role.ANALYST,))
CUT_SHORT: Final = replace(POLICY, budget=replace(POLICY.budget, pops=7))


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenSeat:
    """That somebody holds a post, or deputizes there in some order, and whether they are away."""

    post: str
    order: int | None
    share: float
    is_away: bool


def hidden_seats(draw: Random, world: World) -> tuple[HiddenSeat, ...]:
    """Seats of one or two people, wherever it is odd."""
    posts = [thing.id for thing in world.things if isinstance(thing, Actor)]
    found: list[HiddenSeat] = []
    for _ in range(draw.randint(0, 2)):
        is_away = draw.random() < 0.3
        for post_id in draw.sample(posts, draw.randint(0, min(3, len(posts)))):
            share = draw.choice((0.1, 1.0))
            found.append(HiddenSeat(post=post_id, order=None, share=share, is_away=is_away))
        deputized = draw.sample(posts, draw.randint(0, min(3, len(posts))))
        found += [
            HiddenSeat(post=post_id, order=order, share=1.0, is_away=is_away)
            for order, post_id in enumerate(deputized, 1)
        ]
    return tuple(found)


class Secrets:
    """One choice of everything that is hidden from callers of some roles, with the given seats."""

    def __init__(
        self, seed: int, world: World, roles: tuple[Role, ...], seats: Iterable[HiddenSeat]
    ) -> None:
        self._draw, self._world, self._count = Random(seed), world, 0
        self._is_analyst, self._seats = Role.ANALYST in roles, tuple(seats)
        self.ids: list[str] = []

    def added(self) -> World:
        """The world with the secrets in it."""
        things = [*self._changed(), *self._ended(), *self._other_levels(), *self._details()]
        things += self._nobodies()
        for _ in range(self._draw.randint(0, 2)):
            things += self._silent()
        return self._world.but(*things)

    def _id(self, letter: str) -> str:
        """An id that stands anywhere among the others."""
        self._count += 1
        self.ids.append(f"{letter}{self._draw.randint(0, 40):02}-hidden-{self._count}")
        return self.ids[-1]

    def _some(self, kind: type[Any], most: int) -> list[str]:
        every = [thing.id for thing in self._world.things if isinstance(thing, kind)]
        return self._draw.sample(every, self._draw.randint(0, min(most, len(every))))

    def _nobodies(self) -> Iterator[Element]:
        """People hidden from all: one or more share the seats of those who are away, and others."""
        for is_away in (False, True):
            people = [self._id("n") for _ in range(self._draw.randint(1, 3))]
            for who in people:
                yield from self._nobody(who, is_away=is_away)
            for seat in self._seats:
                if seat.is_away is is_away:
                    yield self._seated(self._draw.choice(people), seat)

    def _nobody(self, who: str, *, is_away: bool) -> Iterator[Element]:
        """A person hidden from all, who knows others."""
        yield person(
            who, visibility=Visibility.NAMED, languages=frozenset({"so"}), title=who,
            absent_from=ON if is_away else None, absent_to=ON + timedelta(9) if is_away else None,
        )  # fmt: skip
        for other in self._some(Person, 3):
            yield knows(self._id("k"), who, other)

    def _seated(self, who: str, seat: HiddenSeat) -> Element:
        if seat.order is None:
            return replace(holds(who, seat.post, share=seat.share), id=self._id("h"))
        return DeputizesFor(
            id=self._id("d"), source_id=who, target_id=seat.post, order=seat.order, source="demo"
        )

    def _silent(self) -> Iterator[Element]:
        """A civilian whose consent is for others, withdrawn or ended, with doors to and from."""
        who, draw = self._id("n"), self._draw
        ended: dict[str, Any] = draw.choice(
            ({"audience": frozenset({"abroad"})}, {"withdrawn_on": ON}, {"expires_on": ON})
        )
        known = {thing.id: thing for thing in civilian(who)}
        yield from (known | {f"c-{who}": replace(consent(f"c-{who}"), **ended)}).values()
        for seat in self._some(Actor, 2):
            yield opens(self._id("l"), seat, who)
        for where in self._some(Organization, 1):
            yield Represents(
                id=self._id("l"), source_id=who, target_id=where, consent_id=f"c-{who}",
                strength=1.0, verified_on=ON, source="demo",
            )  # fmt: skip
        for where in self._some(Network, 1):
            yield replace(meets(who, where), id=self._id("l"))

    def _ended(self) -> Iterator[Element]:
        """A post that has ended with links to and from it, and links out of their time."""
        old, seats = self._id("n"), self._some(Actor, 3)
        yield post(old, valid_to=ON)
        for seat in seats:
            yield refers(self._id("l"), old, seat)
            yield refers(self._id("l"), seat, old)
        for one, other in zip(seats, self._some(Actor, 3), strict=False):
            dates = self._draw.choice(({"valid_to": ON}, {"valid_from": ON + timedelta(1)}))
            if one != other:
                yield refers(self._id("l"), one, other, **dates)

    def _other_levels(self) -> Iterator[Element]:
        """Links at a level the caller has no part in."""
        for one, other in zip(self._some(Actor, 4), self._some(Actor, 4), strict=False):
            if one != other:
                levels = frozenset({PreventionLevel.OUTREACH})
                yield refers(self._id("l"), one, other, levels=levels)

    def _details(self) -> Iterator[Element]:
        """Channels of visible posts and people for those alone who are named."""
        for owner in (*self._some(Actor, 2), *self._some(Person, 2)):
            detail, channel = self._id("t"), self._draw.choice(tuple(Channel))
            yield ContactDetail(
                id=detail, channel=channel, hint="•••", visibility=Visibility.NAMED, source="demo"
            )
            yield ReachedBy(id=self._id("r"), source_id=owner, target_id=detail, source="demo")

    def _changed(self) -> Iterator[Element]:
        """Visible things with other values in fields the caller has no right to."""
        draw = self._draw
        for thing in self._world.things:
            if isinstance(thing, Consent):
                how = draw.choice(tuple(ObtainedHow))
                yield replace(thing, obtained_how=how, recorded_by=draw.choice("xyz"))
            if not self._is_analyst:
                continue
            if isinstance(thing, Person):
                names = ("En Person", "To Personer")
                yield replace(thing, name=draw.choice(names), title=draw.choice(names))
            if isinstance(thing, ResourceIndividual):
                yield replace(thing, display_name=draw.choice(("Far til to", "Mor til fire")))
            if isinstance(thing, HopLink) and not isinstance(thing, GaveConsent | DoorOpenerFor):
                yield replace(thing, verified_by=draw.choice(("n01", "n02", None)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked of both worlds of a pair, of whom and by whom."""

    roles: tuple[Role, ...]
    needs: tuple[Need, ...]
    nodes: tuple[str, ...]
    levels: frozenset[PreventionLevel] = _LEVELS

    def bytes_of(self, world: World) -> bytes:
        """All answers, whole: paths or none, why not, what was excluded; and cut short too."""
        grants = tuple(
            Grant(role=role, areas=frozenset({"dk"}), levels=self.levels) for role in self.roles
        )
        caller, snapshot = Caller(account="tester", grants=grants), world.snapshot()
        told: list[str] = []
        for policy in (POLICY, CUT_SHORT):
            view = View(snapshot, caller, ON, today=ON)
            told += [text for need in self.needs for text in self._texts(view, need, policy)]
        return "\n".join(told).encode()

    def _texts(self, view: View, need: Need, policy: Policy) -> Iterator[str]:
        yield _said(lambda: find(view, need, policy))
        yield _said(lambda: excluded(view, need, policy))
        for node in self.nodes:
            yield _said(lambda node=node: why_not(view, need, node, policy))


def _said(ask: Callable[[], object]) -> str:
    try:
        return repr(ask())
    except GraphError as error:
        return repr(error)


def pair_of(seed: int) -> tuple[World, World, Asked]:
    """Two worlds that differ in what the caller may not see, and what is asked of both."""
    draw = Random(seed)
    world, question = drawn(seed, draw.randint(4, 9), has_ties=draw.random() < 0.5)
    roles, seats = draw.choice(ROLES), hidden_seats(draw, world)
    one, other = (Secrets(draw.getrandbits(32), world, roles, seats) for _ in range(2))
    left, right = one.added(), other.added()
    hidden = [*one.ids[:2], *other.ids[:2]]
    visible = draw.sample(sorted(world.standing), min(2, len(world.standing)))
    nodes = (*hidden, *visible, "unknown")
    return left, right, Asked(roles=roles, needs=needs_of(question, draw), nodes=nodes)


def needs_of(question: Question, draw: Random) -> tuple[Need, ...]:
    """The drawn question as a need, and one for somebody not named."""
    given: dict[str, Any] = {
        "on": ON, "start": question.starts[0], "direction": question.direction,
        "max_hops": max(3, question.max_hops), "overlap_percent": question.overlap_percent,
    }  # fmt: skip
    wide: dict[str, Any] = draw.choice((
        {"language": "so", "area": "dk"}, {"network": frozenset({NetworkKind.SSP}), "area": "dk"},
        {"trigger": Trigger.CONCERN, "area": "dk"}, {"channel": Channel.MOBILE, "area": "dk"},
    ))  # fmt: skip
    gate = draw.choice((None, None, LegalGate.SSP_115))
    return (Need(target=next(iter(question.targets)), gate=gate, **given), Need(**(given | wide)))

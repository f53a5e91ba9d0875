"""Elements that a caller may not see change no answer, whatever their values.

That somebody holds a post or deputizes there is no secret: in a twin world others have the seats.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

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
    Holds,
    HopLink,
    Knows,
    Network,
    Organization,
    Person,
    ReachedBy,
    Represents,
    ResourceIndividual,
)
from graph.paths import Answer, Need, find
from graph.paths.why_not import excluded_nodes, why_not
from graph.vocabulary import (
    PUBLIC_LINES,
    Channel,
    LegalGate,
    NetworkKind,
    ObtainedHow,
    PreventionLevel,
    Trigger,
    Visibility,
)
from tests import kystby
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
from tests.fixtures.examples import drill, examples
from tests.fixtures.snapshots import snapshot_of
from tests.graph.paths.additions import ALL_LEVELS, tie
from tests.graph.paths.random_worlds import draw_case
from tests.graph.paths.worlds import ON, POLICY, Question, World
from tests.graph.stand_ins import reseated
from tests.kystby import NOW, TODAY, caller_of

OUTSIDE = caller_of(Role.COORDINATOR, Role.OUTREACH, areas=("nowhere",), posts=("ssp-post",))
NEEDS: tuple[dict[str, Any], ...] = (
    {"start": "ihd", "target": "ssp-post"},
    {"start": "ihd", "target": "nabo-ssp"},
    {"start": "ihd", "target": "release"},
    {"start": "ssp-post", "area": "nabo"},
    {"start": "ssp-post", "area": "kystby", "language": "so"},
    {"start": "duty", "network": frozenset({NetworkKind.SSP}), "gate": LegalGate.KSP_115},
)
POSTS = st.sampled_from(["ssp-post", "nabo-ssp", "release", "ihd", "duty", "intake"])
DAYS = st.sampled_from([None, date(2026, 11, 1), TODAY, date(2026, 12, 1), date(2027, 1, 1)])
SEEN = st.sampled_from(["amina", "bo", "carl", "dina"])


@st.composite
def hidden_lives(draw: st.DrawFn) -> tuple[Element, ...]:
    """Draw a person whom nobody outside may see, with any seats and acquaintances."""
    away = draw(st.booleans())
    elements: list[Element] = [
        person(
            "a-hidden", visibility=Visibility.AREA, languages=frozenset({"so"}),
            absent_from=TODAY if away else None, absent_to=date(2027, 1, 1) if away else None,
        )
    ]  # fmt: skip
    elements += [
        tie(Holds, "a-hidden", post_id, valid_to=draw(DAYS), share=0.1)
        for post_id in draw(st.sets(POSTS)) - {"duty", "intake"}  # which are units
    ]
    elements += [
        tie(DeputizesFor, "a-hidden", post_id, order=order, id=f"a-hidden--{post_id}--deputy")
        for order, post_id in enumerate(sorted(draw(st.sets(POSTS))), 20)
    ]
    elements += [
        tie(Knows, "a-hidden", other, declared_by=other, strength=0.5, levels=ALL_LEVELS)
        for other in sorted(draw(st.sets(SEEN)))
    ]
    return tuple(elements)


def seen_by_outsiders(*more: Element, apart: bool | None = None) -> View:
    """Return Kystby with more elements; with `apart` others have the seats of the hidden person."""
    elements = (*kystby.elements(), *more)
    if apart is not None:
        elements = reseated(elements, ("a-hidden",), apart=apart)
    return kystby.view_of(snapshot_of(elements), OUTSIDE)


def answers(view: View) -> list[Answer]:
    return [
        find(view, Need(on=TODAY, at=at, **terms), POLICY) for terms in NEEDS for at in (None, NOW)
    ]


@pytest.mark.slow
@examples(25)
@given(more=hidden_lives(), apart=st.booleans())
def test_the_identity_of_a_hidden_person_changes_no_answer(
    more: tuple[Element, ...], apart: bool
) -> None:
    twin = seen_by_outsiders(*more, apart=apart)
    assert answers(seen_by_outsiders(*more)) == answers(twin)


@examples(10)
@given(more=hidden_lives())
def test_a_hidden_person_without_a_seat_changes_no_answer(more: tuple[Element, ...]) -> None:
    unseated = [element for element in more if not isinstance(element, Holds | DeputizesFor)]
    assert answers(seen_by_outsiders(*unseated)) == answers(seen_by_outsiders())


SEEDS = st.integers(0, 2**32)


def assert_same_answer_bytes(seed: int) -> None:
    left, right, question = pair_of(seed)
    assert question.bytes_of(left) == question.bytes_of(right)


@pytest.mark.slow
@examples(60)
@given(SEEDS)
def test_worlds_that_differ_in_hidden_elements_have_the_same_answer_bytes(seed: int) -> None:
    assert_same_answer_bytes(seed)


@pytest.mark.parametrize("part", range(4))
@drill(500)
@given(SEEDS)
def test_thousands_of_worlds_that_differ_in_hidden_elements_have_the_same_bytes(
    part: int, seed: int
) -> None:
    assert_same_answer_bytes(seed)


@pytest.mark.slow
def test_answers_differ_for_a_role_that_may_see_the_hidden_elements() -> None:
    """Otherwise the pairs above would prove nothing."""
    differences = 0
    for seed in range(20):
        left, right, question = pair_of(seed)
        question = replace(question, roles=(Role.DPO,), levels=frozenset(PreventionLevel))
        differences += question.bytes_of(left) != question.bytes_of(right)
    assert differences > 10


_LEVELS: Final = frozenset({PreventionLevel.EXIT, PreventionLevel.CAPACITY_BUILDING})
ROLES: Final = ((Role.COORDINATOR,), (Role.COORDINATOR, Role.OUTREACH), (Role.ANALYST,))
CUT_SHORT: Final = replace(POLICY, budget=replace(POLICY.budget, pops=7))


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenSeat:
    """A hidden person's seat as holder, or as deputy in some order, and whether they are away."""

    post: str
    order: int | None
    share: float
    is_away: bool


def hidden_seats(draw: Random, world: World) -> tuple[HiddenSeat, ...]:
    """Return seats of at most two people at random posts."""
    posts = [element.id for element in world.elements if isinstance(element, Actor)]
    seats: list[HiddenSeat] = []
    for _ in range(draw.randint(0, 2)):
        is_away = draw.random() < 0.3
        for post_id in draw.sample(posts, draw.randint(0, min(3, len(posts)))):
            share = draw.choice((0.1, 1.0))
            seats.append(HiddenSeat(post=post_id, order=None, share=share, is_away=is_away))
        deputized = draw.sample(posts, draw.randint(0, min(3, len(posts))))
        seats += [
            HiddenSeat(post=post_id, order=order, share=1.0, is_away=is_away)
            for order, post_id in enumerate(deputized, 1)
        ]
    return tuple(seats)


class Secrets:
    """One choice of all elements hidden from callers of some roles, with the given seats."""

    def __init__(
        self, seed: int, world: World, roles: tuple[Role, ...], seats: Iterable[HiddenSeat]
    ) -> None:
        self._draw, self._world, self._count = Random(seed), world, 0
        self._is_analyst, self._seats = Role.ANALYST in roles, tuple(seats)
        self.ids: list[str] = []

    def added(self) -> World:
        elements = [
            *self._changed(),
            *self._ended_things(),
            *self._other_levels(),
            *self._details(),
        ]
        elements += self._nobodies()
        for _ in range(self._draw.randint(0, 2)):
            elements += self._silent()
        return self._world.but(*elements)

    def _id(self, letter: str) -> str:
        """Return an id that sorts anywhere among the others."""
        self._count += 1
        self.ids.append(f"{letter}{self._draw.randint(0, 40):02}-hidden-{self._count}")
        return self.ids[-1]

    def _some(self, kind: type[Any], most: int) -> list[str]:
        every = [element.id for element in self._world.elements if isinstance(element, kind)]
        return self._draw.sample(every, self._draw.randint(0, min(most, len(every))))

    def _nobodies(self) -> Iterator[Element]:
        """Yield people hidden from all: some share the seats of those away, others the rest."""
        for is_away in (False, True):
            people = [self._id("n") for _ in range(self._draw.randint(1, 3))]
            for who in people:
                yield from self._nobody(who, is_away=is_away)
            for seat in self._seats:
                if seat.is_away is is_away:
                    yield self._seat_link(self._draw.choice(people), seat)

    def _nobody(self, who: str, *, is_away: bool) -> Iterator[Element]:
        """A person hidden from all, who knows others."""
        yield person(
            who, visibility=Visibility.NAMED, languages=frozenset({"so"}), title=who,
            absent_from=ON if is_away else None, absent_to=ON + timedelta(9) if is_away else None,
        )  # fmt: skip
        for other in self._some(Person, 3):
            yield knows(self._id("k"), who, other)

    def _seat_link(self, who: str, seat: HiddenSeat) -> Element:
        if seat.order is None:
            return replace(holds(who, seat.post, share=seat.share), id=self._id("h"))
        return DeputizesFor(
            id=self._id("d"), source_id=who, target_id=seat.post, order=seat.order, source="demo"
        )

    def _silent(self) -> Iterator[Element]:
        """Yield a civilian whose consent is for others, withdrawn or ended, with links."""
        who, draw = self._id("n"), self._draw
        ended: dict[str, Any] = draw.choice(
            ({"audience": frozenset({"abroad"})}, {"withdrawn_on": ON}, {"expires_on": ON})
        )
        known = {element.id: element for element in civilian(who)}
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

    def _ended_things(self) -> Iterator[Element]:
        """Yield an ended post with links to and from it, and links outside their dates."""
        old, seats = self._id("n"), self._some(Actor, 3)
        yield post(old, valid_to=ON)
        for seat in seats:
            yield refers(self._id("l"), old, seat)
            yield refers(self._id("l"), seat, old)
        for source, target in zip(seats, self._some(Actor, 3), strict=False):
            dates = self._draw.choice(({"valid_to": ON}, {"valid_from": ON + timedelta(1)}))
            if source != target:
                yield refers(self._id("l"), source, target, **dates)

    def _other_levels(self) -> Iterator[Element]:
        """Yield links at a level that the caller has no grant for."""
        for source, target in zip(self._some(Actor, 4), self._some(Actor, 4), strict=False):
            if source != target:
                levels = frozenset({PreventionLevel.OUTREACH})
                yield refers(self._id("l"), source, target, levels=levels)

    def _details(self) -> Iterator[Element]:
        """Yield contact details of visible posts and people that only named callers may see.

        Those of public lines may be seen by everybody, whatever their `visibility`.
        """
        public = {
            element.id
            for element in self._world.elements
            if isinstance(element, Actor) and element.kind in PUBLIC_LINES
        }
        for owner in (*self._some(Actor, 2), *self._some(Person, 2)):
            if owner in public:
                continue
            detail, channel = self._id("t"), self._draw.choice(tuple(Channel))
            yield ContactDetail(
                id=detail, channel=channel, hint="•••", visibility=Visibility.NAMED, source="demo"
            )
            yield ReachedBy(id=self._id("r"), source_id=owner, target_id=detail, source="demo")

    def _changed(self) -> Iterator[Element]:
        """Yield visible elements with other values in fields the caller has no right to."""
        draw = self._draw
        for element in self._world.elements:
            if isinstance(element, Consent):
                how = draw.choice(tuple(ObtainedHow))
                yield replace(element, obtained_how=how, recorded_by=draw.choice("xyz"))
            if not self._is_analyst:
                continue
            if isinstance(element, Person):
                names = ("En Person", "To Personer")
                yield replace(element, name=draw.choice(names), title=draw.choice(names))
            if isinstance(element, ResourceIndividual):
                yield replace(element, display_name=draw.choice(("Far til to", "Mor til fire")))
            if isinstance(element, HopLink) and not isinstance(
                element, GaveConsent | DoorOpenerFor
            ):
                yield replace(element, verified_by=draw.choice(("n01", "n02", None)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PairQuestion:
    """The needs and nodes asked about in both worlds of a pair, and the caller's rights."""

    roles: tuple[Role, ...]
    needs: tuple[Need, ...]
    nodes: tuple[str, ...]
    levels: frozenset[PreventionLevel] = _LEVELS

    def bytes_of(self, world: World) -> bytes:
        """Return all answers: paths or none, why not, what was excluded; also when cut short."""
        grants = tuple(
            Grant(role=role, areas=frozenset({"dk"}), levels=self.levels) for role in self.roles
        )
        caller, snapshot = Caller(account="tester", grants=grants), world.snapshot()
        texts: list[str] = []
        for policy in (POLICY, CUT_SHORT):
            view = View(snapshot, caller, ON, today=ON)
            for need in self.needs:
                texts += [_answer_text(ask, view, need, policy) for ask in (find, excluded_nodes)]
                texts += [_answer_text(why_not, view, need, node, policy) for node in self.nodes]
        return "\n".join(texts).encode()


def _answer_text(question: Callable[..., object], *arguments: object) -> str:
    try:
        return repr(question(*arguments))
    except GraphError as error:
        return repr(error)


def pair_of(seed: int) -> tuple[World, World, PairQuestion]:
    """Return two worlds that differ in what the caller may not see, and the questions to both."""
    draw = Random(seed)
    world, question = draw_case(seed, draw.randint(4, 9), has_ties=draw.random() < 0.5)
    roles, seats = draw.choice(ROLES), hidden_seats(draw, world)
    first, second = (Secrets(draw.getrandbits(32), world, roles, seats) for _ in range(2))
    left, right = first.added(), second.added()
    hidden = [*first.ids[:2], *second.ids[:2]]
    visible = draw.sample(sorted(world.standing), min(2, len(world.standing)))
    nodes = (*hidden, *visible, "unknown")
    return left, right, PairQuestion(roles=roles, needs=needs_of(question, draw), nodes=nodes)


def needs_of(question: Question, draw: Random) -> tuple[Need, ...]:
    """Return the drawn question as a need, and a need without a named target."""
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

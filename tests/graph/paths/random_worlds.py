"""Random worlds and questions, each determined by a seed, a size and whether ties abound."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any, Final

from hypothesis import HealthCheck
from hypothesis import strategies as st

from graph.model import (
    Coordinates,
    DoorOpenerFor,
    Element,
    EscalatesTo,
    HopLink,
    Knows,
    MemberOf,
    Organization,
    RefersTo,
    Represents,
    Supports,
)
from graph.paths.kernel.search import Direction
from graph.vocabulary import (
    CoordinationFunction,
    LegalGate,
    NetworkKind,
    OrganizationKind,
    PostKind,
    PreventionLevel,
    SupportKind,
    Visibility,
)
from tests.fixtures.builders import area, civilian, holds, network, person, post
from tests.fixtures.examples import examples
from tests.graph.paths.worlds import (
    CLOSED,
    DEPUTY,
    HOLDER,
    ON,
    NamedPath,
    Question,
    World,
    result_of,
)

Case = tuple[World, Question]
MANY = 32
often = examples(40, HealthCheck.filter_too_much)


def full(world: World, question: Question) -> tuple[NamedPath, ...]:
    """Return up to `MANY` paths in the plain order, without the diversity rule."""
    return result_of(world, replace(question, overlap_percent=100, max_paths=MANY)).paths


_KINDS: Final = (
    PostKind.CDE_ADVISER, PostKind.HEAD_OF_CRIME_PREVENTION, PostKind.PSYCHIATRY_CONTACT,
    PostKind.SSP_COORDINATOR, PostKind.RELEASE_CONTACT, PostKind.OUTREACH_WORKER,
    PostKind.HOUSING_SOCIAL_COORDINATOR, PostKind.FUNCTIONAL_MAILBOX, PostKind.EMERGENCY_LINE,
)  # fmt: skip
_NETWORKS: Final = (
    NetworkKind.SSP, NetworkKind.KSP, NetworkKind.INFOHOUSE_NETWORK,
    NetworkKind.NATIONAL_COORDINATION, NetworkKind.DISTRICT_COUNCIL, NetworkKind.RESOURCE_PANEL,
)  # fmt: skip
_GATES: Final = tuple(gate for gate in LegalGate if gate is not LegalGate.CHILDRENS_ACT_15_3)


class DrawnCase:
    """One world and one question from a seed; `has_ties`: few different costs."""

    def __init__(self, seed: int, size: int, *, has_ties: bool) -> None:
        self._random, self._size, self._has_ties = Random(seed), size, has_ties
        self._ids = [f"n{number:02}" for number in range(3 * size + 10)]
        self._random.shuffle(self._ids)
        self._links = 0
        flat = _KINDS[3:5] if self._random.random() < 0.5 else _KINDS  # half have few tiers
        self._kinds = (*flat, *_KINDS[3:6])
        self.posts: list[str] = []
        self.networks: list[str] = []
        self.people: list[str] = []
        self.civilians: list[str] = []
        self.organizations: list[str] = []

    def world(self) -> World:
        """Return the world; the lists of ids are filled by this call."""
        elements: list[Element] = [area(), *self._nodes()]
        tries = self._random.randint(3 * self._size, 7 * self._size)
        elements += [link for _ in range(tries) for link in self._link()]
        standing = {
            post_id: self._random.choice((*[HOLDER] * 6, DEPUTY, DEPUTY, CLOSED))
            for post_id in self.posts
        }
        level = self._random.choice(tuple(PreventionLevel))
        levels = self._random.choice(
            (frozenset(PreventionLevel), frozenset(PreventionLevel) - {level})
        )
        unique = {element.id: element for element in elements}
        return World(elements=tuple(unique.values()), standing=standing, levels=levels)

    def question(self) -> Question:
        draw, level = self._random, self._random.choice(tuple(PreventionLevel))
        everything = [*self.posts, *self.networks, *self.civilians, *self.organizations]
        starts = draw.sample(self.posts, min(len(self.posts), draw.choice((1, 1, 2, 3))))
        ends = [*self.posts, *self.networks] if draw.random() < 0.8 else everything
        targets = draw.sample(ends, min(len(ends), draw.choice((1, 2, 2, 3))))
        return Question(
            starts=tuple(starts),
            targets={target: draw.choice((0, 0, 105_361)) for target in targets},
            direction=draw.choice((Direction.DOWN, Direction.UP, *[Direction.ACROSS] * 6)),
            max_hops=draw.choice((1, 3, 4, 4, 5, 6)),
            max_paths=draw.choice((1, 2, 3, 5, 5, 8)),
            overlap_percent=draw.choice((100, 50, 50, 34)),
            levels=draw.choice((*[frozenset[PreventionLevel]()] * 4, frozenset({level}))),
            is_named=draw.random() < 0.12,
            gate=draw.choice((*[None] * 7, LegalGate.SSP_115)),
            via=tuple(
                frozenset(draw.sample(everything, min(len(everything), draw.choice((1, 1, 3, 5)))))
                for _ in range(draw.choice((0, 0, 0, 0, 1, 2)))
            ),
            avoid=frozenset(draw.sample(everything, draw.choice((0, 0, 0, 1)))),
        )

    def same(self) -> dict[str, str]:
        """Return for some of the posts and networks another post, where the same person answers."""
        nodes = [node for node in (*self.posts, *self.networks) if self._random.random() < 0.6]
        heads = self._random.sample(self.posts, min(len(self.posts), 1 + len(nodes) // 3))
        return {node: self._random.choice(heads) for node in nodes if node not in heads}

    def _nodes(self) -> list[Element]:
        elements: list[Element] = []
        for _ in range(self._size):
            kind = self._random.random()
            node_id = self._ids.pop()
            if kind < 0.6 or not self.posts:
                self.posts.append(node_id)
                hours = "00:00-24:00"
                if not self._has_ties:
                    hours = self._random.choice(("MO-FR 09:00-15:00", hours, None))
                elements.append(
                    post(node_id, self._random.choice(self._kinds), hours=hours, **self._dates())
                )
            elif kind < 0.85:
                self.networks.append(node_id)
                elements.append(network(node_id, self._random.choice(_NETWORKS)))
            elif kind < 0.93:
                self.civilians.append(node_id)
                elements += civilian(node_id)
            else:
                self.organizations.append(node_id)
                elements.append(
                    Organization(
                        id=node_id, kind=OrganizationKind.NGO, name="En forening", source="demo"
                    )
                )
        for _ in range(self._random.randint(0, 2 * self._size)):
            elements += self._holder()
        return elements

    def _holder(self) -> list[Element]:
        """A person with one post, sometimes two; some hidden, some absent."""
        person_id = self._ids.pop()
        self.people.append(person_id)
        away = self._random.random() < 0.15
        seats = self._random.sample(
            self.posts, min(len(self.posts), self._random.choice((1, 1, 2)))
        )
        who = person(
            person_id,
            visibility=self._random.choice((Visibility.NAMED, *[Visibility.OPEN] * 5)),
            absent_from=ON - timedelta(3) if away else None,
            absent_to=ON + timedelta(3) if away else None,
        )
        came = self._random.choice((None, ON - timedelta(90)))
        return [who, *(holds(person_id, seat, valid_from=came) for seat in seats)]

    def _dates(self) -> dict[str, Any]:
        """Return dates: most elements are valid; some have ended, some begin tomorrow."""
        chance = self._random.random()
        if chance < 0.03:
            return {"valid_to": ON}
        return {"valid_from": ON + timedelta(1)} if chance < 0.05 else {}

    def _hop(self) -> dict[str, Any]:
        verified_on, strength = ON, self._random.choice((0.8, 1.0))
        if not self._has_ties:
            ago = self._random.choice((-5, 0, 41, 200, 4000))
            verified_on = self._random.choice((None, ON - timedelta(ago)))
            strength = self._random.choice((None, 0.0, 0.33, 0.8, 1.0))
        self._links += 1
        levels = self._random.sample(
            tuple(PreventionLevel), self._random.choice((0, 0, 0, 0, 1, 2))
        )
        return {
            "id": f"l{self._random.randint(0, 9)}{self._links:03}",
            "strength": strength, "verified_on": verified_on, "levels": frozenset(levels),
            "source": "demo", **self._dates(),
        }  # fmt: skip

    def _gate(self) -> LegalGate:
        return (
            LegalGate.INTERNAL
            if self._has_ties
            else self._random.choice((*[LegalGate.INTERNAL] * 6, *_GATES))
        )

    def _link(self) -> list[Element]:
        """Return a hop of a random type, if the world has ends for it."""
        draw, hop = self._random, self._hop()
        source, other = draw.choice(self.posts), draw.choice(self.posts)
        types: list[type[HopLink]] = [RefersTo, EscalatesTo, Supports, MemberOf, Coordinates, Knows]
        match draw.choice(
            [*types, RefersTo, MemberOf, Knows, Knows, *[DoorOpenerFor] * 3, Represents]
        ):
            case t if t in (RefersTo, EscalatesTo) and source != other:
                return [t(source_id=source, target_id=other, gate=self._gate(), **hop)]
            case t if t is Supports and source != other:
                ends = {"source_id": source, "target_id": draw.choice([other, *self.networks])}
                if ends["source_id"] == ends["target_id"]:
                    return []
                return [Supports(kind=SupportKind.ADVICE, gate=self._gate(), **ends, **hop)]
            case t if t is MemberOf and self.networks:
                member = draw.choice([source, source, source, *self.civilians, *self.organizations])
                ends = {"source_id": member, "target_id": draw.choice(self.networks)}
                return [MemberOf(gate=self._gate(), **ends, **hop)]
            case t if t is Coordinates and self.networks:
                ends = {"source_id": source, "target_id": draw.choice(self.networks)}
                chair = CoordinationFunction.CHAIR
                return [Coordinates(function=chair, gate=self._gate(), **ends, **hop)]
            case t if t is Knows and len(self.people) > 1:
                first, second = sorted(draw.sample(self.people, 2))
                ends = {"source_id": first, "target_id": second, "declared_by": first}
                return [Knows(is_confirmed=True, **ends, **hop)]
            case t if t is DoorOpenerFor and self.civilians:
                who = draw.choice(self.civilians)
                ends = {"source_id": source, "target_id": who, "consent_id": f"c-{who}"}
                return [DoorOpenerFor(**ends, **hop)]
            case t if t is Represents and self.civilians and self.organizations:
                who = draw.choice(self.civilians)
                ends = {"source_id": who, "target_id": draw.choice(self.organizations)}
                return [Represents(consent_id=f"c-{who}", **ends, **hop)]
            case _:
                return []


def draw_case(seed: int, size: int, has_ties: bool) -> tuple[World, Question]:
    """A world and a question that has some chance of an answer."""
    draw = DrawnCase(seed, size, has_ties=has_ties)
    return draw.world(), draw.question()


def drawn_with_steps(seed: int, size: int, has_ties: bool) -> tuple[World, Question]:
    """Return a case where a person answers at several nodes; the asker starts from all of theirs.

    The question has one target, as the search for each contact of an answer has.
    """
    draw = DrawnCase(seed, size, has_ties=has_ties)
    world, question = draw.world(), draw.question()
    same = draw.same()
    own = {same.get(start, start) for start in question.starts}
    starts = [node for node in (*draw.posts, *draw.networks) if same.get(node, node) in own]
    target = next(iter(question.targets))
    question = replace(question, starts=tuple(starts), targets={target: 0})
    return replace(world, same=same), question


def cases(max_size: int = 12) -> st.SearchStrategy[tuple[World, Question]]:
    """Worlds of 4 nodes and more with a question each, half of them full of ties."""
    return st.builds(draw_case, st.integers(0, 2**32), st.integers(4, max_size), st.booleans())


def cases_with_steps(max_size: int = 12) -> st.SearchStrategy[tuple[World, Question]]:
    """Return such worlds in which a person answers at several nodes."""
    sizes = st.integers(4, max_size)
    return st.builds(drawn_with_steps, st.integers(0, 2**32), sizes, st.booleans())

from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, note, settings

from graph.access.view import View
from graph.errors import InvalidNeed, NotFound
from graph.paths import find
from graph.paths.answer import Answer, Contact, Path
from graph.paths.answer_terms import AvailabilityState, DirectGround
from graph.vocabulary import Trigger
from tests.fixtures.examples import examples
from tests.graph.paths.contact_oracle import ContactOracle, OracleContact
from tests.graph.paths.drawn_contacts import Case, contact_cases, drawn_case
from tests.graph.paths.worlds import ENGINES, POLICY

pytestmark = pytest.mark.slow

_CALM = [HealthCheck.too_slow, HealthCheck.data_too_large]
quick = examples(100)
thorough = settings(max_examples=1_000, suppress_health_check=_CALM)
PARTS = 5
"""Parts of a drill, each well under the time after which pytest dumps its stacks."""

ContactFacts = tuple[Any, ...]
"""Node, class, whether it is the asker, state, ground, whether the ground covers the need, gate,
what gives the ground, and each way by its nodes and cost.
"""


def facts(contact: Contact) -> ContactFacts:
    direct, available = contact.direct, contact.availability
    return (
        contact.stop.node.id, contact.fit.number, contact.is_you, available and available.state,
        direct and direct.ground, direct is not None and direct.covers_need, direct and direct.gate,
        direct and direct.through and direct.through.id,
        tuple((path_ids(way), way.cost) for way in contact.ways),
    )  # fmt: skip


def path_ids(way: Path) -> tuple[str, ...]:
    """Return the nodes of a way; of the first stop, which may cover several, only the last."""
    first, *others = way.stops
    covered = (first.covers[-1], *(node for stop in others for node in stop.covers))
    return tuple(node.id for node in covered)


def expected(view: View, contact: OracleContact, most_ways: int | None) -> ContactFacts:
    return (
        view.id(contact.row), contact.number, contact.is_you, contact.state, contact.ground,
        contact.covers_need, contact.gate,
        None if contact.through is None else view.id(contact.through),
        tuple((tuple(map(view.id, way.rows)), way.cost) for way in contact.ways[:most_ways]),
    )  # fmt: skip


def assert_agrees_with_oracle(case: Case) -> None:
    """Assert that each engine, on a View of its own, gives the oracle's answer."""
    note(case.name)
    view = case.view()
    try:
        right = ContactOracle(view, case.need, POLICY).answer()
    except (InvalidNeed, NotFound) as refused:
        for engine in ENGINES:
            with pytest.raises(type(refused)):
                find(case.view(), case.need, POLICY, engine=engine)
        return
    for engine in ENGINES:
        answer = find(case.view(), case.need, POLICY, engine=engine)
        is_acute = case.need.trigger is Trigger.ACUTE
        assert (answer.acute is not None) is is_acute
        assert (answer.none is None) is bool(answer.contacts or is_acute)
        assert [passed.fit.number for passed in answer.passed] == list(right.passed)
        assert len(right.contacts) == len(answer.contacts)
        # Compare only the ways that were found where the search says that it may have missed some.
        assert [facts(contact) for contact in answer.contacts] == [
            expected(view, oracle_contact, None if contact.is_exact else len(contact.ways))
            for oracle_contact, contact in zip(right.contacts, answer.contacts, strict=True)
        ]
        assert_costs_and_numbers_add_up(answer)


def assert_costs_and_numbers_add_up(answer: Answer) -> None:
    """Assert that the parts of each hop add up, and that stops, hops and numbers follow on."""
    for number, contact in enumerate(answer.contacts, 1):
        assert contact.number == number
    for number, way in enumerate(answer.paths, 1):
        assert way.number == number
        assert way.cost == sum(hop.cost for hop in way.hops)
        assert len(way.stops) == len(way.hops) + 1
        assert way.stops[0].node == way.stops[0].covers[0]
        for hop in way.hops:
            parts = hop.facts.parts.total + hop.hub + hop.standing + hop.response + hop.inside
            assert hop.cost == parts


@quick
@given(contact_cases())
def test_answers_agree_with_the_oracle(case: Case) -> None:
    assert_agrees_with_oracle(case)


@pytest.mark.drill
@pytest.mark.parametrize("part", range(PARTS))
@thorough
@given(contact_cases(max_size=16))
def test_answers_agree_with_the_oracle_in_thousands_of_worlds(part: int, case: Case) -> None:
    assert_agrees_with_oracle(case)


@pytest.mark.drill
def test_drawn_worlds_cover_every_kind_of_contact() -> None:
    seen: Counter[object] = Counter()
    for seed in range(400):
        case = drawn_case(seed, 4 + seed % 10)
        view = case.view()
        try:
            oracle = ContactOracle(view, case.need, POLICY)
        except (InvalidNeed, NotFound):
            continue
        seen[oracle.kind] += 1
        for contact in oracle.answer().contacts:
            seen.update(
                [("class", contact.number), contact.state, contact.ground, ("you", contact.is_you)]
                + [("old", way.is_old) for way in contact.ways]
                + [("steps", way.hops < len(way.arcs)) for way in contact.ways]
            )
    assert all(seen[kind] > 2 for kind in POLICY.fit)
    assert all(seen[state] > 2 for state in AvailabilityState)
    assert all(seen[ground] > 2 for ground in DirectGround)
    assert all(seen["class", number] > 10 for number in (1, 2, 3))
    assert all(seen[what, True] > 20 for what in ("old", "steps", "you"))

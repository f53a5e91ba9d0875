from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from graph.errors import Invalid
from graph.model import (
    DeputizesFor,
    EntryPointFor,
    GovernedBy,
    Holds,
    HopLink,
    Knows,
    Link,
    ReachedBy,
    RefersTo,
)
from graph.vocabulary import LegalGate, LinkType, PathUse, Rule
from tests.graph import strategies

ENDS: dict[str, Any] = {"id": "link", "source_id": "a", "target_id": "b", "source": "test"}
HOLDS = Holds(**ENDS)
DEPUTY = DeputizesFor(**ENDS, order=1)
ENTRY = EntryPointFor(**ENDS, order=1)
REACHED = ReachedBy(**ENDS)
REFERS = RefersTo(**ENDS, gate=LegalGate.INTERNAL)
KNOWS = Knows(**ENDS, declared_by="a")


def refusal(link: Link, fields: dict[str, Any]) -> set[tuple[str, Rule]]:
    try:
        replace(link, **fields)
    except Invalid as refused:
        return {(fault.field, fault.rule) for fault in refused.faults}
    return set()


REFUSED: list[tuple[Link, dict[str, Any], str, Rule]] = [
    (HOLDS, {"target_id": "a"}, "target_id", Rule.SELF_LINK),
    (HOLDS, {"source_id": ""}, "source_id", Rule.BAD_FORMAT),
    (HOLDS, {"valid_from": date(2026, 2, 1), "valid_to": date(2026, 1, 1)}, "valid_from",
     Rule.FROM_AFTER_TO),
    (HOLDS, {"share": 0.0}, "share", Rule.OUT_OF_RANGE),
    (HOLDS, {"share": 1.01}, "share", Rule.OUT_OF_RANGE),
    (HOLDS, {"share": float("nan")}, "share", Rule.OUT_OF_RANGE),
    (DEPUTY, {"order": 0}, "order", Rule.OUT_OF_RANGE),
    (ENTRY, {"order": 0}, "order", Rule.OUT_OF_RANGE),
    (REACHED, {"order": 100}, "order", Rule.OUT_OF_RANGE),
    (REFERS, {"strength": -0.1}, "strength", Rule.OUT_OF_RANGE),
    (REFERS, {"strength": 1.1}, "strength", Rule.OUT_OF_RANGE),
    (REFERS, {"strength": float("nan")}, "strength", Rule.OUT_OF_RANGE),
    (REFERS, {"gate": None}, "gate", Rule.UNKNOWN_WORD),
    (REFERS, {"trigger": "CONCERN"}, "trigger", Rule.UNKNOWN_WORD),
    (KNOWS, {"source_id": "c"}, "source_id", Rule.SMALLER_ID_FIRST),
    (KNOWS, {"strength": 0.67}, "strength", Rule.ONE_SIDED),
    (KNOWS, {"declared_by": "carl"}, "declared_by", Rule.UNKNOWN_WORD),
    (KNOWS, {"gate": LegalGate.INTERNAL}, "gate", Rule.GATE_OF_KIND),
]  # fmt: skip


@pytest.mark.parametrize(("link", "fields", "field", "rule"), REFUSED)
def test_a_link_is_refused_by_its_rule(
    link: Link, fields: dict[str, Any], field: str, rule: Rule
) -> None:
    assert (field, rule) in refusal(link, fields)


ACCEPTED: list[tuple[Link, dict[str, Any]]] = [
    (HOLDS, {"share": 0.01}),
    (HOLDS, {"share": 1}),
    (DEPUTY, {"order": 99}),
    (ENTRY, {"order": 99}),
    (REFERS, {"strength": 0.0}),
    (REFERS, {"strength": 1}),
    (REFERS, {"strength": None}),
    (KNOWS, {"strength": 0.5}),
    (KNOWS, {"strength": 1.0, "is_confirmed": True}),
    (KNOWS, {"declared_by": "b"}),
]


@pytest.mark.parametrize(("link", "fields"), ACCEPTED)
def test_a_link_at_the_edge_of_its_rules_is_accepted(link: Link, fields: dict[str, Any]) -> None:
    assert refusal(link, fields) == set()


@pytest.mark.parametrize("cls", strategies.LINK_TYPES)
def test_every_link_type_accepts_generated_fields(cls: type[Link]) -> None:
    @settings(derandomize=True, database=None, max_examples=5)
    @given(payload=strategies.payloads(cls))
    def draws(payload: strategies.Payload) -> None:
        assert cls(**payload).type in LinkType

    draws()


def test_only_link_types_that_paths_use_are_hop_links() -> None:
    for cls in strategies.LINK_TYPES:
        assert issubclass(cls, HopLink) == (cls.type.use in (PathUse.FORWARD, PathUse.BOTH))


def test_governed_by_may_have_the_gate_of_the_duty_to_plan() -> None:
    assert GovernedBy(**ENDS, gate=LegalGate.CHILDRENS_ACT_15_3).gate is not None
    assert GovernedBy(**ENDS).gate is None

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from datetime import date, datetime
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import Invalid, RefusedContent
from graph.model import Area, Consent, Element, Node, Plan, Secret
from graph.vocabulary import (
    AreaKind,
    Channel,
    Competence,
    Label,
    LegalGate,
    PlanKind,
    PostKind,
    Rule,
    Tier,
    Visibility,
)
from tests import kystby
from tests.graph import strategies

PLAN = Plan(id="plan", kind=PlanKind.PREPAREDNESS_PLAN, title="Beredskab, Kystby", source="test")
KNOWN: dict[str, Node] = {node.id: node for node in (*kystby.nodes(), PLAN)}


def changed_node(node_id: str, **fields: Any) -> Node:
    return replace(KNOWN[node_id], **fields)


def refusal(build: Callable[[], Element]) -> set[tuple[str, Rule]]:
    try:
        build()
    except Invalid as refused:
        return {(fault.field, fault.rule) for fault in refused.faults}
    return set()


REFUSED: list[tuple[str, dict[str, Any], str, Rule]] = [
    ("dk", {"id": ""}, "id", Rule.BAD_FORMAT),
    ("dk", {"id": "Has Space"}, "id", Rule.BAD_FORMAT),
    ("dk", {"revision": 0}, "revision", Rule.OUT_OF_RANGE),
    ("dk", {"source": ""}, "source", Rule.REQUIRED),
    ("dk", {"source": "some where"}, "source", Rule.BAD_FORMAT),
    ("dk", {"external_id": ""}, "external_id", Rule.BAD_FORMAT),
    ("dk", {"external_id": "to ord"}, "external_id", Rule.BAD_FORMAT),
    ("bo", {"external_id": "bo@kystby"}, "external_id", Rule.BAD_FORMAT),
    ("dk", {"external_id": "x" * 121}, "external_id", Rule.BAD_FORMAT),
    ("dk", {"batch": "Some Where"}, "batch", Rule.BAD_FORMAT),
    ("dk", {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 1, 1)}, "valid_from",
     Rule.FROM_AFTER_TO),
    ("dk", {"valid_from": date(2026, 1, 2), "valid_to": date(2026, 1, 1), "batch": "b"},
     "valid_from", Rule.FROM_AFTER_TO),
    ("dk", {"name": "  "}, "name", Rule.REQUIRED),
    ("dk", {"name": "y" * 121}, "name", Rule.TOO_LONG),
    ("ssp-post", {"name": "SSP, ring 51 23 45 67"}, "name", Rule.CONTACT_DETAIL),
    ("amina", {"title": "Leder, +45 51234567"}, "title", Rule.CONTACT_DETAIL),
    ("jens", {"display_name": "Jens jens@vindrosen.example"}, "display_name", Rule.CONTACT_DETAIL),
    ("dk", {"name": 5}, "name", Rule.BAD_FORMAT),
    ("dk", {"kind": "COUNTRY"}, "kind", Rule.UNKNOWN_WORD),
    ("dk", {"valid_from": datetime(2026, 1, 1)}, "valid_from", Rule.BAD_FORMAT),  # noqa: DTZ001 - must be refused
    ("dk", {"code": ""}, "code", Rule.BAD_FORMAT),
    ("dk", {"code": "hele landet"}, "code", Rule.BAD_FORMAT),
    ("kystby", {"code": "787"}, "code", Rule.BAD_FORMAT),
    ("kystby", {"code": "٠٧٨٧"}, "code", Rule.BAD_FORMAT),
    ("kystby", {"population": 7}, "population", Rule.BOTH_OR_NEITHER),
    ("kystby", {"population": -1, "population_on": date(2021, 1, 1)}, "population",
     Rule.OUT_OF_RANGE),
    ("kystby", {"lat": 55.0}, "lat", Rule.BOTH_OR_NEITHER),
    ("kystby", {"lat": 53.9, "lon": 9.0}, "lat", Rule.OUT_OF_RANGE),
    ("kystby", {"lat": 55.0, "lon": 16.1}, "lon", Rule.OUT_OF_RANGE),
    ("ssp", {"levels": frozenset()}, "levels", Rule.NOT_EMPTY),
    ("ssp", {"levels": frozenset({"EXIT"})}, "levels", Rule.UNKNOWN_WORD),
    ("ssp", {"gate": LegalGate.KSP_115}, "gate", Rule.GATE_OF_KIND),
    ("ssp", {"gate": LegalGate.CHILDRENS_ACT_15_3}, "gate", Rule.GATE_OF_KIND),
    ("forum", {"gate": LegalGate.INTERNAL}, "gate", Rule.GATE_OF_KIND),
    ("ssp", {"meets_every_days": 367}, "meets_every_days", Rule.OUT_OF_RANGE),
    ("ssp-post", {"tier": Tier.NATIONAL}, "tier", Rule.TIER_OF_KIND),
    ("intake", {"is_unit_only": False}, "is_unit_only", Rule.UNIT_ONLY),
    ("ssp-post", {"languages": frozenset({"dansk sprog"})}, "languages", Rule.BAD_FORMAT),
    ("ssp-post", {"hours": "hverdage"}, "hours", Rule.BAD_FORMAT),
    ("ssp-post", {"review_every_days": 29}, "review_every_days", Rule.OUT_OF_RANGE),
    ("bo", {"name": "Bo"}, "name", Rule.FULL_NAME),
    ("bo", {"name": "Bo Rugvang Søren\u0455en"}, "name", Rule.MIXED_SCRIPT),
    ("bo", {"absent_from": date(2026, 1, 1)}, "absent_from", Rule.BOTH_OR_NEITHER),
    ("bo", {"absent_from": date(2026, 1, 2), "absent_to": date(2026, 1, 1)}, "absent_from",
     Rule.FROM_AFTER_TO),
    ("bo", {"languages": frozenset({"DANSK"})}, "languages", Rule.BAD_FORMAT),
    ("jens", {"visibility": Visibility.NETWORK}, "visibility", Rule.CIVILIAN_VISIBILITY),
    ("jens", {"competences": frozenset({Competence.RETURNEES})}, "competences",
     Rule.CIVILIAN_COMPETENCE),
    ("jens", {"display_name": "J\u0435ns R."}, "display_name", Rule.MIXED_SCRIPT),
    ("jens", {"languages": frozenset({""})}, "languages", Rule.BAD_FORMAT),
    ("vindrosen", {"cvr": "1234567"}, "cvr", Rule.BAD_FORMAT),
    ("vindrosen", {"website": "http://vindrosen.example"}, "website", Rule.BAD_FORMAT),
    ("phone-bo", {"hint": ""}, "hint", Rule.BAD_FORMAT),
    ("phone-bo", {"hint": "+45 12 •• •• 78"}, "hint", Rule.BAD_FORMAT),
    ("phone-bo", {"verified_on": date(2026, 9, 2)}, "verified_on", Rule.BOTH_OR_NEITHER),
    ("phone-bo", {"value": "clear"}, "value", Rule.BAD_FORMAT),
    ("consent-jens", {"purposes": frozenset()}, "purposes", Rule.NOT_EMPTY),
    ("consent-jens", {"audience": frozenset()}, "audience", Rule.NOT_EMPTY),
    ("consent-jens", {"audience": frozenset({"Alle Sammen"})}, "audience", Rule.BAD_FORMAT),
    ("consent-jens", {"channels": frozenset({Channel.PHONE})}, "channels", Rule.CONSENT_CHANNELS),
    ("consent-jens", {"expires_on": date(2026, 1, 10)}, "given_on", Rule.FROM_AFTER_TO),
    ("consent-jens", {"expires_on": date(2028, 1, 11)}, "expires_on", Rule.CONSENT_TERM),
    ("consent-jens", {"is_adult": False}, "is_adult", Rule.ADULT),
    ("consent-jens", {"is_adult": "yes"}, "is_adult", Rule.BAD_FORMAT),
    ("consent-jens", {"text_version": "den nye"}, "text_version", Rule.BAD_FORMAT),
    ("consent-jens", {"recorded_by": ""}, "recorded_by", Rule.BAD_FORMAT),
    ("plan", {"adopted_on": date(2024, 3, 20), "due_on": date(2028, 3, 21)}, "due_on",
     Rule.PLAN_TERM),
    ("plan", {"adopted_on": date(2024, 3, 20), "due_on": date(2024, 3, 20)}, "adopted_on",
     Rule.FROM_AFTER_TO),
    ("plan", {"url": "file:///etc/passwd"}, "url", Rule.BAD_FORMAT),
]  # fmt: skip


@pytest.mark.parametrize(("node_id", "fields", "field", "rule"), REFUSED)
def test_a_node_is_refused_by_its_rule_and_no_other(
    node_id: str, fields: dict[str, Any], field: str, rule: Rule
) -> None:
    assert refusal(lambda: changed_node(node_id, **fields)) == {(field, rule)}


ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("dk", {"valid_from": date(2026, 1, 1), "valid_to": date(2026, 1, 2)}),
    ("dk", {"name": "y" * 120}),
    ("kystby", {"population": 0, "population_on": date(2021, 1, 1)}),
    ("kystby", {"lat": 54.0, "lon": 16.0}),
    ("kystby", {"lat": 55, "lon": 9}),
    ("ssp", {"gate": LegalGate.CONTACT_ONLY}),
    ("ssp", {"meets_every_days": 366}),
    ("ssp-post", {"is_unit_only": True}),
    ("ssp-post", {"hours": None, "review_every_days": 366}),
    ("bo", {"name": "Łukasz Müller", "absent_from": date(2026, 1, 1),
            "absent_to": date(2026, 1, 2)}),
    ("vindrosen", {"cvr": "12345678", "website": "https://vindrosen.example/om"}),
    ("phone-bo", {"verified_on": date(2026, 9, 2), "verified_by": "ihd"}),
    ("phone-bo", {"value": Secret("+45 05 12 34 78")}),
    ("consent-jens", {"expires_on": date(2028, 1, 10)}),
    ("plan", {"adopted_on": date(2024, 2, 29), "due_on": date(2028, 2, 29)}),
    ("plan", {"kind": PlanKind.PSP_AGREEMENT, "adopted_on": date(2020, 1, 1),
              "due_on": date(2030, 1, 1)}),
]  # fmt: skip


@pytest.mark.parametrize(("node_id", "fields"), ACCEPTED)
def test_a_node_at_the_edge_of_its_rules_is_accepted(node_id: str, fields: dict[str, Any]) -> None:
    assert refusal(lambda: changed_node(node_id, **fields)) == set()


@pytest.mark.parametrize("cls", strategies.NODE_TYPES)
def test_every_node_class_accepts_generated_fields(cls: type[Node]) -> None:
    @settings(derandomize=True, database=None, max_examples=5)
    @given(payload=strategies.payloads(cls))
    def draws(payload: strategies.Payload) -> None:
        assert cls(**payload).label is Label(cls.__name__)

    draws()


def test_all_faults_of_a_node_are_reported_at_once() -> None:
    assert refusal(lambda: changed_node("bo", name="Bo", absent_from=date(2026, 1, 1))) == {
        ("name", Rule.FULL_NAME),
        ("absent_from", Rule.BOTH_OR_NEITHER),
    }


def test_a_refused_id_is_not_repeated() -> None:
    with pytest.raises(Invalid) as refused:
        changed_node("dk", id="Mette Holm")
    assert "Mette" not in str(refused.value)


def test_texts_are_composed_and_trimmed() -> None:
    assert cast("Area", changed_node("kystby", name=" A\u030aby ")).name == "\u00c5by"


def test_a_node_cannot_be_changed() -> None:
    node: Any = KNOWN["dk"]
    with pytest.raises(FrozenInstanceError):
        node.name = "Norge"


def test_only_the_texts_about_people_are_searched_for_special_categories() -> None:
    assert (
        refusal(lambda: changed_node("kystby-kommune", name="Psykiatri for unge med psykose"))
        == set()
    )
    with pytest.raises(RefusedContent) as refused:
        changed_node("bo", title="muslimsk konsulent")
    assert refused.value.rule is Rule.SPECIAL_CATEGORY


def test_a_clear_contact_value_with_a_cpr_number_is_refused() -> None:
    with pytest.raises(RefusedContent) as refused:
        changed_node("phone-bo", value=Secret("010190-1234"))
    assert (refused.value.field, refused.value.rule) == ("value", Rule.CPR_NUMBER)


def test_every_post_kind_accepts_its_own_tiers_alone() -> None:
    for kind in PostKind:
        for tier in Tier:
            post = {"kind": kind, "tier": tier, "is_unit_only": kind.is_unit_only}
            assert (refusal(lambda post=post: changed_node("ssp-post", **post)) == set()) == (
                tier in kind.tiers
            )


def test_validity_is_half_open() -> None:
    node = changed_node("dk", valid_from=date(2026, 1, 1), valid_to=date(2027, 1, 1))
    days = (date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1))
    assert [node.is_valid(day) for day in days] == [False, True, True, False]
    assert KNOWN["dk"].is_valid(date.min)


@pytest.mark.parametrize(
    ("withdrawn_on", "last_day"),
    [(None, date(2027, 5, 31)), (date(2026, 12, 1), date(2026, 11, 30))],
)
def test_a_consent_is_in_force_until_it_expires_or_is_withdrawn(
    withdrawn_on: date | None, last_day: date
) -> None:
    consent = cast("Consent", changed_node("consent-jens", withdrawn_on=withdrawn_on))
    assert consent.is_in_force(date(2026, 1, 10))
    assert not consent.is_in_force(date(2026, 1, 9))
    assert consent.is_in_force(last_day)
    assert not consent.is_in_force(date.fromordinal(last_day.toordinal() + 1))


def test_a_region_may_have_a_textual_code() -> None:
    area = Area(
        id="reg-oestdanmark", kind=AreaKind.REGION, code="oest", name="Region Østdanmark",
        source="test",
    )  # fmt: skip
    assert area.code == "oest"


@given(hint=st.text("•0123456789 +", max_size=20))
def test_a_hint_never_uncovers_more_than_two_characters(hint: str) -> None:
    faults = refusal(lambda: changed_node("phone-bo", hint=hint))
    uncovered = sum(character.isdigit() for character in hint.removeprefix("+45"))
    assert (not faults) == (bool(hint) and uncovered <= 2)


def test_only_people_and_civilians_are_personal_nodes() -> None:
    personal = {node_id for node_id, node in KNOWN.items() if node.is_personal()}
    assert personal == {"amina", "bo", "carl", "dina", "erik", "jens", "kaj"}

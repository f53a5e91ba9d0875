"""Referrals, escalations, and the support given by the national level."""

from graph.model import EscalatesTo, RefersTo, Supports
from graph.vocabulary import PreventionLevel
from tests.seed.real_structure import links, pairs, targets, tier


def test_support_is_110_of_cde_12_of_rigspolitiet_and_19_of_pet() -> None:
    assert pairs(Supports) == {
        ("CDE_ADVISER", "INFOHOUSE_COORDINATOR_MUNICIPAL"): 98,
        ("CDE_ADVISER", "INFOHOUSE_NETWORK"): 12,
        ("INFOHOUSE_SECRETARIAT", "INFOHOUSE_NETWORK"): 12,
        ("PET_CAPACITY", "HEAD_OF_CRIME_PREVENTION"): 12,
        ("PET_CAPACITY", "PSP_COORDINATOR_PSYCHIATRY"): 5,
        ("PET_CAPACITY", "PROBATION_CONTACT"): 1,
        ("PET_CAPACITY", "ASYLUM_CONTACT"): 1,
    }


def test_referrals_have_the_expected_count_by_sender() -> None:
    counted = pairs(RefersTo)
    house, district = "INFOHOUSE_COORDINATOR_MUNICIPAL", "INFOHOUSE_COORDINATOR_DISTRICT"
    for sender in ("HOTLINE", "SOCIAL_INTAKE", "SOCIAL_DUTY_LINE", "SSP_COORDINATOR"):
        assert counted.pop((sender, house)) == 98
    assert counted.pop(("PROBATION_CONTACT", "RELEASE_CONTACT")) == 98
    assert counted.pop((district, "INFOHOUSE_COORDINATOR_POLICE")) == 98
    assert counted.pop((district, district)) == 12 * 11
    assert counted.pop(("EMERGENCY_LINE", "DUTY_LINE")) == 12
    for sender in ("DUTY_LINE", "FUNCTIONAL_MAILBOX", "PET_EXIT"):
        assert counted.pop((sender, district)) == 12
    for receiver in ("SSP", "PSP", "KSP"):
        pair = ("HEAD_OF_CRIME_PREVENTION", f"{receiver}_COORDINATOR_POLICE")
        assert counted.pop(pair) == 12
    assert counted.pop(("HEAD_OF_CRIME_PREVENTION", district)) == 12
    assert counted.pop(("PROBATION_CONTACT", "PROBATION_CONTACT")) == 14
    assert counted.pop(("CDE_ADVISER", "CORPS_COORDINATOR")) == 3
    assert {sender for sender, _ in counted} == {"PSP_COORDINATOR_PSYCHIATRY"}
    assert counted.total() == 22


def test_escalations_have_the_expected_count_by_receiver() -> None:
    assert targets(EscalatesTo) == {
        "INFOHOUSE_COORDINATOR_POLICE": 98,
        "INFOHOUSE_COORDINATOR_DISTRICT": 98,
        "PET_EXIT": 12,
        "HEAD_OF_CRIME_PREVENTION": 48,
        "PSP_COORDINATOR_PSYCHIATRY": 22,
        "PROBATION_CONTACT": 14,
    }


def test_referrals_never_go_up_and_escalations_never_down() -> None:
    for link in links(RefersTo):
        assert tier(link.source_id).height <= tier(link.target_id).height
    for link in links(EscalatesTo):
        assert tier(link.source_id).height >= tier(link.target_id).height


def test_referrals_from_pet_exit_carry_the_exit_level_only() -> None:
    levels = {link.levels for link in links(RefersTo) if link.source_id == "act-pet-exit"}
    assert levels == {frozenset({PreventionLevel.EXIT})}

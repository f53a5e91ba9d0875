"""Which changes to a network, and to the ways on from a post, are refused?"""

import pytest

from graph.model import EscalatesTo, Knows, MemberOf, RefersTo
from graph.vocabulary import LegalGate, NetworkKind, PreventionLevel, Rule
from tests import kystby
from tests.graph.model.breaking import NEW_YEAR, broken, chairs, found, meets, tie


def test_a_network_is_never_without_a_coordinator() -> None:
    fault = ("ssp", "COORDINATES", Rule.NO_COORDINATOR)
    assert broken(without=["ssp-post--ssp"]) == {fault}
    things = kystby.things(**{"ssp-post--ssp": {"valid_to": NEW_YEAR}})
    assert found(things, ["ssp-post--ssp"]) == {fault}


def test_a_network_has_one_chair_at_a_time() -> None:
    first = chairs("ihd", valid_to=NEW_YEAR)
    assert broken(first, chairs("release", valid_from=NEW_YEAR)) == set()
    second = chairs("release")
    assert broken(first, second) == {
        (one.id, "function", Rule.ONE_CHAIR) for one in (first, second)
    }


@pytest.mark.parametrize(
    ("field", "value"), [("gate", LegalGate.GENERAL), ("levels", frozenset({PreventionLevel.EXIT}))]
)
def test_members_and_coordinators_meet_on_the_networks_terms(field: str, value: object) -> None:
    assert broken(meets(MemberOf, "release", "ssp")) == set()
    for link in (
        meets(MemberOf, "release", "ssp", **{field: value}),
        chairs("ihd", **{field: value}),
    ):
        assert broken(link) == {(link.id, field, Rule.SAME_AS_NETWORK)}


def test_a_network_that_changes_its_gate_names_the_links_that_no_longer_fit() -> None:
    things = kystby.things(ssp={"gate": LegalGate.GENERAL})
    assert found(things, ["ssp"]) == {
        ("ssp-post--ssp", "gate", Rule.SAME_AS_NETWORK),
        ("intake--ssp", "gate", Rule.SAME_AS_NETWORK),
    }


def test_a_civilian_is_a_member_of_panels_and_forums_only() -> None:
    reach = {"gate": LegalGate.CONSENT, "levels": frozenset({PreventionLevel.OUTREACH})}
    link = meets(MemberOf, "jens", "forum", **reach)
    assert broken(link) == set()
    moved = broken(link, forum={"kind": NetworkKind.LOCAL_COUNCIL})
    assert moved == {(link.id, "target_id", Rule.CIVILIAN_NETWORK)}


@pytest.mark.parametrize("member", ["jens", "vindrosen"])
def test_no_civilian_stands_behind_a_gate_that_allows_names(member: str) -> None:
    link = meets(MemberOf, member, "ssp")
    assert (link.id, "gate", Rule.CIVILIAN_GATE) in broken(link)


# ---- ways on ----


def test_a_post_refers_down_and_sideways_and_never_up() -> None:
    down, up = (
        tie(RefersTo, source, target, gate=LegalGate.INFOHOUSE)
        for source, target in (("ihd", "release"), ("release", "ihd"))
    )
    assert broken(down, tie(RefersTo, "intake", "release", gate=LegalGate.INTERNAL)) == set()
    assert broken(up) == {(up.id, "target_id", Rule.HIGHER_TIER)}


def test_a_post_escalates_up_and_sideways_and_never_down() -> None:
    down, up = (
        tie(EscalatesTo, source, target, gate=LegalGate.INFOHOUSE)
        for source, target in (("ihd", "release"), ("release", "ihd"))
    )
    assert broken(up, tie(EscalatesTo, "intake", "release", gate=LegalGate.INTERNAL)) == set()
    assert broken(down) == {(down.id, "target_id", Rule.LOWER_TIER)}


def test_a_pair_knows_each_other_once_at_a_time() -> None:
    again = tie(Knows, "carl", "dina", declared_by="dina", valid_from=NEW_YEAR)
    assert broken(again, **{"carl--dina": {"valid_to": NEW_YEAR}}) == set()
    assert broken(tie(Knows, "bo", "dina", declared_by="bo")) == set()
    assert broken(again) == {
        (again.id, "target_id", Rule.ONE_PAIR),
        ("carl--dina", "target_id", Rule.ONE_PAIR),
    }

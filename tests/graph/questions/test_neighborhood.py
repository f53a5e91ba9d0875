# pyright: reportOptionalMemberAccess=false
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from graph.access.policy import Role
from graph.errors import NotFound
from graph.model import Consent, GaveConsent, Knows
from graph.questions.neighborhood import MOST_CHAINS, Neighbor, Neighborhood, neighborhood, terms_of
from graph.vocabulary import Channel, Freshness, LinkType, PreventionLevel, ResourceKind, Tier
from tests import kystby
from tests.fixtures.builders import post, refers
from tests.graph.paths.additions import kystby_with, tie

STAFF = kystby.caller_of(Role.COORDINATOR, Role.OUTREACH, posts=("ssp-post",))
CONTACT = tie(
    Knows, "amina", "carl", declared_by="amina", strength=0.5, last_contact_on=date(2026, 9, 3)
)


def chains(answer: Neighborhood) -> list[str]:
    return [" ".join(chain.nodes) for chain in answer.chains]


def neighbor_with_id(answer: Neighborhood, node_id: str) -> Neighbor:
    return next(neighbor for neighbor in answer.neighbors if neighbor.node.id == node_id)


def test_an_association_has_chains_to_its_civilian_and_to_the_door_opener() -> None:
    answer = neighborhood(kystby_with(caller=STAFF), "vindrosen", hops=2)
    assert chains(answer) == ["vindrosen jens", "vindrosen jens outreach"]
    assert answer.chains[1].strength == pytest.approx(0.56)  # 0.7 × 0.8
    assert (
        answer.chains[1].freshness is Freshness.NEVER
    )  # the REPRESENTS link of jens was never checked
    assert [tie.type for tie in answer.ties] == [LinkType.REPRESENTS, LinkType.DOOR_OPENER_FOR]


def test_a_chain_of_acquaintances_has_its_last_contact_date_and_strength() -> None:
    answer = neighborhood(
        kystby_with(CONTACT, caller=STAFF), "dina", types=[LinkType.KNOWS], hops=2
    )
    assert chains(answer) == ["dina carl", "dina carl amina"]
    assert answer.chains[0].last_contact_on is None
    assert answer.chains[1].last_contact_on == date(2026, 9, 3)
    assert answer.chains[1].strength == pytest.approx(0.165)  # 0.33 × 0.5


def test_neighborhood_of_a_community_lists_its_worker_post_forum_and_civilian() -> None:
    answer = neighborhood(kystby_with(caller=STAFF), "havnen", level=PreventionLevel.OUTREACH)
    assert [neighbor.node.id for neighbor in answer.neighbors] == [
        "dina",
        "forum",
        "jens",
        "outreach",
    ]
    terms = neighbor_with_id(answer, "jens").terms
    assert terms.until == date(2027, 6, 1)
    assert terms.channels == (Channel.MEDIATED,)
    assert terms.is_mediated_only
    assert [opener.id for opener in terms.door_openers] == ["outreach"]
    assert chains(
        neighborhood(kystby_with(caller=STAFF), "havnen", level=PreventionLevel.EXIT)
    ) == ["havnen dina"]


def test_contact_terms_come_from_consents_with_the_caller_in_their_audience_only() -> None:
    given = {element.id: element for element in kystby.elements()}["consent-jens"]
    assert isinstance(given, Consent)
    by_phone: dict[str, Any] = {"channels": frozenset({Channel.PHONE}), "is_mediated_only": False}
    foreign = replace(given, id="consent-2", audience=frozenset({"nabo"}), **by_phone)
    longer = replace(given, id="consent-3", expires_on=date(2027, 12, 1), **by_phone)
    seen = kystby_with(foreign, tie(GaveConsent, "jens", "consent-2"), caller=STAFF)
    terms = terms_of(seen, seen.row("jens"))
    assert terms.channels == (Channel.MEDIATED,)
    seen = kystby_with(longer, tie(GaveConsent, "jens", "consent-3"), caller=STAFF)
    terms = terms_of(seen, seen.row("jens"))
    assert terms.channels == (Channel.PHONE, Channel.MEDIATED)
    assert not terms.is_mediated_only
    assert terms.until == date(2027, 12, 1)


def test_contact_terms_end_on_the_future_withdrawal_date_of_the_consent() -> None:
    seen = kystby_with(caller=STAFF, changed={"consent-jens": {"withdrawn_on": date(2026, 12, 24)}})
    terms = terms_of(seen, seen.row("jens"))
    assert terms.until == date(2026, 12, 24)


def test_a_neighbor_has_its_tier_and_the_number_of_links_the_caller_sees() -> None:
    answer = neighborhood(kystby_with(caller=STAFF), "jens")
    assert (answer.kind, answer.tier, answer.links) == (
        ResourceKind.DIALOGUE_PARTNER, Tier.COMMUNITY, 2,
    )  # fmt: skip
    around = {neighbor.node.id: (neighbor.tier, neighbor.links) for neighbor in answer.neighbors}
    assert around["vindrosen"] == (Tier.COMMUNITY, 1)
    opener = neighborhood(kystby_with(caller=STAFF), "outreach")
    assert around["outreach"] == (opener.tier, opener.links) == (Tier.COMMUNITY, 4)
    assert len(opener.ties) == 4
    assert {neighbor.node.id: neighbor.tier for neighbor in opener.neighbors}["dina"] is None


def test_a_hidden_node_is_no_neighbor_and_its_own_neighborhood_is_not_found() -> None:
    answer = neighborhood(kystby_with(caller=kystby.caller_of(Role.ANALYST)), "outreach", hops=2)
    assert not {"jens", "kaj", "vindrosen"} & {neighbor.node.id for neighbor in answer.neighbors}
    assert "kaj" not in {
        neighbor.node.id
        for neighbor in neighborhood(kystby_with(caller=STAFF), "outreach").neighbors
    }
    with pytest.raises(NotFound):
        neighborhood(kystby_with(caller=STAFF), "kaj")


def test_a_level_filter_includes_links_at_the_level_and_links_without_levels() -> None:
    answer = neighborhood(kystby_with(caller=STAFF), "outreach", level=PreventionLevel.EXIT)
    assert chains(answer) == ["outreach dina", "outreach kystby-kommune"]


def test_neighborhood_of_a_hub_is_cut_to_its_strongest_chains() -> None:
    spokes = [post(f"spoke-{at:03}") for at in range(MOST_CHAINS + 1)]
    ties = [
        refers(f"r-{at:03}", "ihd", spoke.id, strength=at / MOST_CHAINS)
        for at, spoke in enumerate(spokes)
    ]
    answer = neighborhood(
        kystby_with(*spokes, *ties, caller=STAFF), "ihd", hops=2, types=[LinkType.REFERS_TO]
    )
    assert answer.is_cut
    assert len(answer.chains) == MOST_CHAINS
    assert answer.chains[0].nodes == ("ihd", f"spoke-{MOST_CHAINS}")
    assert "spoke-000" not in {neighbor.node.id for neighbor in answer.neighbors}


def test_neighborhood_has_units_areas_and_municipality_codes() -> None:
    answer = neighborhood(kystby_with(caller=STAFF), "outreach")
    assert answer.unit is not None
    assert answer.unit.id == "kystby-kommune"
    assert answer.areas == ("havnen",)
    assert neighbor_with_id(answer, "jens").areas == ("havnen",)
    assert neighbor_with_id(answer, "dina").unit is None
    codes = {place.area.id: place.codes for place in answer.places}
    municipality = kystby_with(caller=STAFF)
    code = municipality.value(municipality.row("kystby"), "code")
    assert codes["havnen"] == codes["kystby"] == (code,)
    whole = neighborhood(kystby_with(caller=STAFF), "ihd").places
    assert all(place.codes == tuple(sorted(place.codes)) for place in whole)
    assert max(len(place.codes) for place in whole) > 1

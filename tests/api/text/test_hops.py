"""The account of a step and of a path, and how an alternative differs, in Danish and English."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from api.i18n import _
from api.requested_need import RequestedMoment
from api.text.hops import ALLOWS, hop_account, hop_cost, hop_title
from api.text.paths import difference, path_account
from graph.access.policy import Role
from graph.access.view import View
from graph.model import DeputizesFor, RefersTo
from graph.paths import Answer, Need, find
from graph.paths.kernel.request import CostParts
from graph.vocabulary import Label, Language, LegalGate, PostKind, Sector
from tests.graph.paths.additions import ALL_LEVELS, POLICY, kystby_with, post, tie
from tests.kystby import TODAY, caller_of

LANGUAGES: tuple[Language, ...] = ("da", "en")
OWN = caller_of(Role.COORDINATOR, Role.OUTREACH, areas=("dk",), posts=("ssp-post",))


def asked(view: View, **terms: Any) -> Answer:
    return find(view, Need(on=view.on, **terms), POLICY)


def told(answer: Answer, lang: Language, hop: int = 0) -> str:
    path = answer.paths[0]
    moment = RequestedMoment(on=answer.on)
    return "\n".join(hop_account(path.hops[hop], path.stops[hop + 1], moment, lang))


def test_a_hop_is_accounted_for_from_its_reason_to_who_stands_in() -> None:
    answer = asked(kystby_with(), start="ihd", target="ssp-post")
    path = answer.paths[0]
    assert hop_title(path.hops[0], path.stops[1], 1, "da") == (
        "Led 1: Infohus-tovholder, Østkysten → SSP-koordinator, Kystby"
    )
    assert told(answer, "da").splitlines() == [
        "Hvorfor: Infohus-tovholder, Østkysten henviser til SSP-koordinator, Kystby.",
        "Grundlag: Infohus (§ 115). Deling skal være nødvendig for samarbejdet; aldrig til "
        "efterforskning (§ 115, stk. 2); ingen har pligt til at dele (§ 115, stk. 4).",
        "Kontrolleret 15. okt. af Infohus-tovholder, Østkysten (for 41 dage siden, opdateret).",
        "Svageste punkt: tillid. Koster 3,1 (73 %): tillid 1,1 (90 %), alder 0,3 (97 %), grundlag "
        "0,1 (99 %), hvem der svarer 1,1 (90 %), ventetid 0,6 (94 %).",
        "Svarer 25. nov. fra kl. 09.00: Bo Rugvang Sørensen, stedfortræder, til kl. 15.00 "
        "(indehaver fraværende til 7. dec.). Derefter: Vagtcentral, Østkysten, vagt. "
        "Ændres 7. dec.",
    ]


def test_a_network_is_answered_for_by_its_coordinator() -> None:
    answer = asked(kystby_with(), start="ihd", target="ssp-post")
    (path,) = answer.paths
    network = replace(path.stops[1], label=Label.NETWORK)
    text = " ".join(hop_account(path.hops[0], network, RequestedMoment(on=answer.on), "en"))
    assert "Coordinated by SSP-koordinator, Kystby. Answers 25 November from 09:00: Bo" in text


def test_one_call_names_all_that_it_reaches() -> None:
    text = told(asked(kystby_with(), start="ihd", target="intake"), "da")
    assert "Samme opkald: SSP-koordinator, Kystby; SSP Kystby." in text


def test_since_when_somebody_holds_a_post_is_told_of_holders() -> None:
    text = told(asked(kystby_with(caller=OWN), start="outreach", target="ihd"), "en")
    assert "Holder since 1 January 2023." in text


def test_the_parts_of_a_hop_are_all_told_and_make_its_cost() -> None:
    (hop,) = asked(kystby_with(), start="ihd", target="ssp-post").paths[0].hops
    assert hop.cost == hop.facts.parts.total + (hop.hub + hop.standing + hop.response + hop.inside)
    dear = replace(hop, hub=693_147, inside=162_519, cost=hop.cost + 855_666)
    assert hop_cost(dear, "en").startswith("Weakest point: many contacts. Costs 11.7 (31%): ")
    assert hop_cost(dear, "en").endswith(
        "many contacts 6.9 (50%), who answers 1.1 (90%), wait 0.6 (94%), "
        "within the same call 1.6 (85%)."
    )
    parts = CostParts(type=0, strength=0, freshness=0, gate=0)
    free = replace(
        hop, facts=replace(hop.facts, parts=parts), cost=0, hub=0, standing=0, response=0
    )
    assert hop_cost(free, "da") == "Koster 0,0."


def test_parallels_an_end_and_a_missing_check_are_told() -> None:
    again = tie(
        RefersTo, "ihd", "ssp-post", id="again", gate=LegalGate.GENERAL, strength=0.1,
        levels=ALL_LEVELS,
    )  # fmt: skip
    ends = {"ihd--ssp-post": {"valid_to": date(2027, 3, 1), "verified_on": None}}
    answer = asked(kystby_with(again, changed=ends), start="ihd", target="ssp-post")
    text = told(answer, "da")
    assert "Der er også 1 svagere forbindelse." in text
    assert "Aldrig kontrolleret." in text
    assert "Gælder til 1. mar. 2027." in text
    assert "There is 1 weaker link too." in told(answer, "en")


def test_a_consent_says_until_when_and_a_contact_that_nothing_may_be_shared() -> None:
    civil = asked(kystby_with(caller=OWN), start="outreach", target="vindrosen")
    assert "Kun efter samtykke, gyldigt til 1. jun. 2027." in told(civil, "da")
    known = asked(kystby_with(caller=OWN), start="ihd", target="outreach")
    assert "Leddet giver ikke ret til at dele oplysninger." in told(known, "da")


def test_every_ground_of_a_hop_says_what_it_allows_in_both_languages() -> None:
    without = {gate for gate in LegalGate if not gate.is_section_115}
    assert set(ALLOWS) == without - {LegalGate.CHILDRENS_ACT_15_3}
    assert all(_(english, "da") != english for english in ALLOWS.values())


def two_ways() -> Answer:
    """Straight on, and around by a post that is checked longer ago."""
    around = post("x", PostKind.SSP_SCHOOL_CONTACT, Sector.SCHOOL, is_unit_only=True)
    fields: dict[str, Any] = {"gate": LegalGate.INTERNAL, "levels": ALL_LEVELS, "strength": 1.0}
    view = kystby_with(
        around,
        tie(RefersTo, "ihd", "x", verified_on=date(2026, 6, 1), **fields),
        tie(RefersTo, "x", "ssp-post", verified_on=TODAY, **fields),
        tie(DeputizesFor, "bo", "x", order=1),
    )
    return asked(view, start="ihd", target="ssp-post")


def test_an_alternative_says_in_one_line_how_it_differs() -> None:
    first, second = two_ways().paths
    assert difference(second, first, "da") == (
        "Forskel fra vej 1: 1 led mere; går gennem »Post x«; ældste kontrol 177 dage mod 41; "
        "mindre sikker vej."
    )
    assert difference(first, second, "en").startswith(
        "Unlike path 2: 1 step less; leaves out a step; oldest check 41 days against 177."
    )
    shared = replace(second, shared_people=(first.stops[0].node,), oldest_days=None)
    assert "also through Infohus-tovholder, Østkysten" in difference(shared, first, "en")
    assert "et led er aldrig kontrolleret" in difference(shared, first, "da")


@pytest.mark.parametrize(("lang", "text"), [
    ("da", "Led 1 er det svageste. Som vist til 7. dec."),
    ("en", "Step 1 is the weakest. As shown until 7 December."),
])  # fmt: skip
def test_a_path_says_where_it_is_weakest_and_how_long_it_holds(lang: Language, text: str) -> None:
    answer = two_ways()
    assert path_account(answer.paths[1], lang, answer.on).endswith(text)

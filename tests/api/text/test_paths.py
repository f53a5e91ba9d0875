"""A path in Danish and English: steps, summaries, notes."""

from dataclasses import replace
from datetime import date
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from api.cli.tables import StopsText, stops_parts
from api.requested_need import RequestedMoment
from api.text.no_path import failed_sentences
from api.text.paths import (
    hop_reason,
    leg_title,
    note,
    section_115,
    summary,
    whole_difference,
    whole_summary,
)
from graph.access.policy import Role
from graph.access.view import View
from graph.paths import Answer, Need, find
from graph.paths.answer import NodeRef, Note
from graph.paths.answer_terms import NoteKind, PathReason
from graph.paths.stops import StopsAnswer
from graph.vocabulary import Language, LegalGate, Trigger
from tests.graph.paths.additions import POLICY, kystby_with
from tests.graph.questions.letters import stops_of as through
from tests.graph.questions.letters import world
from tests.kystby import TODAY, caller_of

OWN = caller_of(Role.COORDINATOR, Role.OUTREACH, areas=("dk",), posts=("ssp-post",))
MOMENT = RequestedMoment(on=TODAY)
LANGUAGES: tuple[Language, ...] = ("da", "en")


def answer_to(view: View, **terms: Any) -> Answer:
    return find(view, Need(on=view.on, **terms), POLICY)


def test_a_path_is_summed_up_by_hops_oldest_check_ground_and_reason() -> None:
    (path,) = answer_to(kystby_with(), start="ihd", target="ssp-post").paths
    assert summary(path, MOMENT, "da") == "1 led, ældste kontrol 41 dage, Infohus (§ 115). Kortest."
    assert (
        summary(path, MOMENT, "en") == "1 step, oldest check 41 days, Info house (§ 115). Shortest."
    )


def test_a_general_ground_is_not_part_of_the_summary() -> None:
    general = {"ihd--ssp-post": {"gate": LegalGate.GENERAL}}
    (path,) = answer_to(kystby_with(changed=general), start="ihd", target="ssp-post").paths
    assert summary(path, MOMENT, "da") == "1 led, ældste kontrol 41 dage. Kortest."
    assert [note(item, path, "da") for item in path.notes] == [
        "Generelt niveau: ingen navngivne personer."
    ]


def test_a_hop_reason_names_both_ends_in_the_direction_of_the_link() -> None:
    answer = answer_to(kystby_with(), start="ihd", target="intake")
    hops = answer.paths[0].hops
    assert hop_reason(hops[0], "da", answer.on) == (
        "Infohus-tovholder, Østkysten henviser til SSP-koordinator, Kystby, "
        "infohus (§ 115), kontrolleret for 41 dage siden"
    )
    assert hop_reason(hops[1], "en", answer.on) == (  # traversed from the network to its member
        "Social modtagelse, Kystby is a member of SSP Kystby, SSP under § 115, checked 297 days ago"
    )


def test_a_hop_reason_names_acquaintances_and_shows_a_check_of_today_or_none() -> None:
    answer = answer_to(kystby_with(caller=OWN), start="ihd", target="outreach")
    (hop,) = answer.paths[0].hops
    assert hop_reason(hop, "da", answer.on) == (
        "Carl Lyngtoft Holm og Dina Åkær Friis kender hinanden, kun kontakt, aldrig kontrolleret"
    )
    checked = kystby_with(changed={"ihd--ssp-post": {"verified_on": TODAY}})
    answer = answer_to(checked, start="ihd", target="ssp-post")
    assert hop_reason(answer.paths[0].hops[0], "da", answer.on).endswith("kontrolleret i dag")


def test_without_the_right_to_names_acquaintances_are_shown_as_their_posts() -> None:
    analyst = caller_of(Role.ANALYST, areas=("dk",))
    answer = answer_to(kystby_with(caller=analyst), start="ihd", target="outreach")
    text = hop_reason(answer.paths[0].hops[0], "en", answer.on)
    assert text.startswith("Infohus-tovholder, Østkysten and Opsøgende medarbejder, Havnen know")


def test_a_consent_is_shown_with_its_end_date() -> None:
    answer = answer_to(kystby_with(caller=OWN), start="outreach", target="vindrosen")
    da = hop_reason(answer.paths[0].hops[0], "da", answer.on)
    assert "døråbner for Formand Jens R., samtykke til 1. jun. 2027" in da


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_note_is_a_sentence_in_both_languages(lang: Language) -> None:
    view = kystby_with(caller=OWN, changed={"outreach--jens": {"valid_to": date(2026, 12, 1)}})
    paths = [
        *answer_to(view, start="ihd", target="jens").paths,
        *answer_to(view, start="ihd", target="intake").paths,
    ]
    texts = [note(item, path, lang) for path in paths for item in path.notes]
    assert len(texts) == 6
    assert all(text.endswith(".") for text in texts)


def test_the_summary_shows_that_a_hop_was_never_verified() -> None:
    never = {"ihd--ssp-post": {"verified_on": None, "verified_by": None}}
    (path,) = answer_to(kystby_with(changed=never), start="ihd", target="ssp-post").paths
    assert (
        summary(path, MOMENT, "da")
        == "1 led, et led er aldrig kontrolleret, Infohus (§ 115). Kortest."
    )
    assert "a step was never checked" in summary(path, MOMENT, "en")


def test_an_old_knowledge_note_names_the_post_to_call_for_a_check() -> None:
    old = {"ihd--ssp-post": {"verified_on": date(2024, 2, 3)},
           "intake--ssp": {"verified_on": None, "verified_by": None}}  # fmt: skip
    path = answer_to(kystby_with(changed=old), start="ihd", target="intake").paths[0]
    first, later = (
        Note(
            kind=NoteKind.OLD_KNOWLEDGE, hop=number, on=hop.facts.verified_on,
            places=(hop.source, hop.target),
        )
        for number, hop in enumerate(path.hops[:2])
    )  # fmt: skip
    assert note(first, path, "da") == (
        "Led 1 er ikke kontrolleret siden 3. feb. 2024: ring til SSP-koordinator, Kystby, "
        "og bekræft forbindelsen."
    )
    assert note(first, path, "en") == (
        "Step 1 has not been checked since 3 February 2024: call SSP-koordinator, Kystby, "
        "and confirm the link."
    )
    assert note(later, path, "da").startswith("Led 2 er aldrig kontrolleret: ring til ")
    assert " eller " in note(later, path, "da")
    assert note(later, path, "en").startswith("Step 2 has never been checked: call ")
    assert note(later, path, "en", before=3).startswith("Step 5 ")


def test_the_summary_of_a_path_at_another_time_has_then_instead_of_now() -> None:
    (path,) = answer_to(kystby_with(), start="ihd", target="ssp-post").paths
    path = replace(path, reason=PathReason.ANSWERS_NOW)
    assert summary(path, RequestedMoment(on=TODAY, is_now=True), "da").endswith(" Svarer nu.")
    assert summary(path, MOMENT, "da").endswith(" Svarer da.")
    assert summary(path, MOMENT, "en").endswith(" Answers then.")


def test_a_crossing_of_geographies_is_described_by_their_names() -> None:
    (path,) = answer_to(kystby_with(), start="ihd", target="ssp-post").paths
    places = tuple(NodeRef(id=name, name=name) for name in ("Thisted", "Politiet", "Regionen"))
    noted = Note(kind=NoteKind.GEOGRAPHY_CROSSES, places=places)
    assert note(noted, path, "da") == "Thisted hører til Politiet, men til Regionen."
    assert note(noted, path, "en") == "Thisted belongs to Politiet, but to Regionen."


@pytest.mark.parametrize("lang", LANGUAGES)
def test_notes_on_an_older_check_and_a_general_hop_name_the_hop_number(lang: Language) -> None:
    changed: dict[str, dict[str, Any]] = {
        "carl--dina": {"verified_on": date(2026, 11, 20)},
        "dina--outreach": {"valid_from": date(2026, 11, 22)},
        "intake--ssp": {"gate": LegalGate.GENERAL},
    }
    view = kystby_with(caller=OWN, changed=changed)
    (personal,) = answer_to(view, start="ihd", target="outreach").paths
    assert any("1" in note(item, personal, lang) for item in personal.notes)
    general = answer_to(view, start="ihd", target="intake").paths[0]
    stops = {
        "da": "Fra led 2 (generelt niveau): ingen",
        "en": "From step 2 (general level): nobody",
    }
    assert any(note(item, general, lang).startswith(stops[lang]) for item in general.notes)


def test_section_115_is_written_as_its_three_sentences() -> None:
    assert section_115("da") == (
        "Deling skal være nødvendig for samarbejdet; aldrig til efterforskning (§ 115, stk. 2); "
        "ingen har pligt til at dele (§ 115, stk. 4)."
    )


A, D = NodeRef(id="a", name="Post a"), NodeRef(id="d", name="Post d")


def failed(answer: StopsAnswer, lang: Language, goal: NodeRef = D) -> str:
    return " ".join(
        text for item in answer.failed for text in failed_sentences(item, answer, (A, goal), lang)
    )


def printed_text(answer: StopsAnswer, lang: Language, **fields: Any) -> str:
    given: dict[str, Any] = {
        "start": A, "goal": D, "moment": RequestedMoment(on=answer.on), "is_explained": True,
        **fields,
    }  # fmt: skip
    page = StringIO()
    console = Console(file=page, width=200, markup=False, emoji=False, highlight=False)
    for part in stops_parts(StopsText(answer=answer, **given), lang):
        console.print(part)
    return page.getvalue()


def test_a_path_through_stops_has_a_summary_and_titled_legs() -> None:
    (whole,) = through(world("abc", "cd"), "c").paths
    assert whole_summary(whole, "da") == "3 led, ældste kontrol 0 dage. 100 % (skøn)"
    assert whole_summary(whole, "en") == "3 steps, oldest check 0 days. 100% (estimate)"
    assert leg_title(1, A, D, "da") == "Stykke 1: Post a → Post d"


def test_an_alternative_path_through_stops_is_described_by_its_difference() -> None:
    first, second = through(world("abc", "aec", "cd"), "c").paths
    assert whole_difference(second, first, "da") == "Forskel fra vej 1: går gennem »Post e«."
    assert whole_difference(first, first, "en") == "Unlike path 1: leaves out a step."


def test_a_leg_without_a_path_is_explained_as_a_need_of_its_own() -> None:
    answer = through(world("ab", "cd"), "c", trigger=Trigger.CONCERN)
    assert failed(answer, "da").startswith(
        "Stykke 1: Post a → Post c Der er ingen kontaktvej fra Post a til Post c på disse vilkår."
    )
    assert "Concern" not in failed(answer, "en").split("Leg 2")[0]


def test_legs_that_cannot_be_joined_are_reported() -> None:
    answer = through(world("abc", "cbd"), "c")
    assert failed(answer, "en") == (
        "Each leg has paths, but they cannot be joined without meeting somebody twice."
    )
    assert failed(answer, "da").startswith("Hvert stykke har veje, men de kan ikke sættes sammen")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_path_through_stops_is_printed_with_headline_legs_hops_and_costs(lang: Language) -> None:
    text = printed_text(through(world("abc", "aec", "cd"), "c"), lang)
    words = {
        "da": ("gennem Post c til Post d", "Stykke 2"),
        "en": ("through Post c to Post d", "Leg 2"),
    }
    assert all(word in text for word in words[lang])
    assert text.count({"da": "Koster", "en": "Costs"}[lang]) == 6
    numbers = [line.split()[0] for line in text.splitlines() if "Post" in line]
    assert [number for number in numbers if number.isdecimal()] == ["0", "1", "2", "2", "3"] * 2
    dearest = {"da": "Led {} er det svageste", "en": "Step {} is the weakest"}[lang]
    assert [dearest.format(hop) in text for hop in (1, 3)] == [True, False]
    unnamed = printed_text(through(world("ab", "cd"), "c"), lang, goal=None, start=None)
    assert {"da": "til målet", "en": "to the target"}[lang] in unnamed

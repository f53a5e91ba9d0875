"""Reasons for no path, and for no path through a node, in Danish and English."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from api.text.no_path import excluded_sentence, no_path, why_not_sentence
from graph.access.policy import Role
from graph.access.view import View
from graph.model import DeputizesFor, RefersTo
from graph.paths import Answer, Need, find
from graph.paths.answer import MissingLink, Nearest, NodeRef, NoPath, WouldWork
from graph.paths.answer_terms import Cause, Obstacle, Relaxed
from graph.paths.no_path import no_path as why_none
from graph.paths.relaxation import search_of
from graph.paths.why_not import ExcludedNode, WhyNot
from graph.vocabulary import (
    Channel,
    Language,
    LegalGate,
    LinkType,
    NetworkKind,
    PreventionLevel,
    Sector,
    Trigger,
)
from tests.graph.paths.additions import ALL_LEVELS, POLICY, kystby_with, tie
from tests.kystby import TODAY, caller_of

LANGUAGES: tuple[Language, ...] = ("da", "en")


def answer_to(view: View, **terms: Any) -> Answer:
    return find(view, Need(on=view.on, **terms), POLICY)


def test_the_text_of_no_path_is_empty_when_there_is_a_path() -> None:
    answer = answer_to(kystby_with(), start="ihd", target="ssp-post")
    assert [no_path(answer, lang) for lang in LANGUAGES] == ["", ""]


def test_an_unanswered_post_lists_the_missing_holder_and_who_can_name_one() -> None:
    link = tie(RefersTo, "ssp-post", "release", gate=LegalGate.INTERNAL, levels=ALL_LEVELS)
    answer = answer_to(kystby_with(link), start="ihd", target="release")
    assert no_path(answer, "da") == (
        "Der er ingen kontaktvej fra Infohus-tovholder, Østkysten, til Hovedkontakt, Kystby, "
        "på disse vilkår. Årsag: ingen svarer dér. Vejen stopper ved: SSP-koordinator, Kystby. "
        "Det, der mangler: en indehaver eller stedfortræder for Hovedkontakt, Kystby; "
        "Infohus-tovholder, Østkysten eller den registeransvarlige for Kystby kan udpege en."
    )
    assert no_path(answer, "en") == (
        "There is no path from Infohus-tovholder, Østkysten, to Hovedkontakt, Kystby, "
        "on these terms. Cause: nobody answers there. The path stops at: SSP-koordinator, Kystby. "
        "Missing: a holder or a deputy for Hovedkontakt, Kystby; "
        "Infohus-tovholder, Østkysten or the steward of Kystby can name one."
    )
    view = kystby_with(link, tie(DeputizesFor, "bo", "release", order=1))
    assert answer_to(view, start="ihd", target="release").paths


def test_a_term_that_prevents_a_path_is_named_in_the_words_of_the_need() -> None:
    view = kystby_with(changed={"ihd--ssp-post": {"levels": frozenset({PreventionLevel.EXIT})}})
    terms: dict[str, Any] = {
        "start": "ihd", "area": "kystby", "network": frozenset({NetworkKind.SSP}),
        "level": PreventionLevel.OUTREACH,
    }  # fmt: skip
    none = why_none(search_of(view, Need(on=view.on, **terms), POLICY))
    answer = replace(answer_to(view, **terms), contacts=(), none=none)  # as without a telephone
    da, en = no_path(answer, "da"), no_path(answer, "en")
    assert "til SSP-samarbejde, Kystby, på disse vilkår" in da
    assert "Årsag: ikke på det forebyggelsesniveau." in da
    assert "Uden vilkåret »Outreach« er der 1 vej." in da
    assert "Without “Outreach” there is 1 path." in en


def test_an_incomplete_search_reports_none_found_rather_than_none_existing() -> None:
    answer = answer_to(kystby_with(), start="ihd", target="intake", max_hops=2)
    assert answer.none is not None
    variant = replace(answer, none=replace(answer.none, proved=False))
    da, en = no_path(variant, "da"), no_path(variant, "en")
    assert da.startswith("Der er ikke fundet en kontaktvej fra Infohus-tovholder")
    assert "Søgningen nåede sin grænse" in da
    assert en.startswith("No path was found from Infohus-tovholder")
    assert "There is no path" not in en
    assert "nåede sin grænse" not in no_path(answer, "da")


def test_every_relaxed_term_has_a_text() -> None:
    answer = answer_to(kystby_with(), start="ihd", target="intake", max_hops=2)
    assert answer.none is not None
    works = tuple(WouldWork(term=term, paths=1) for term in Relaxed)
    need = replace(
        answer.need, language="so", within_km=60, trigger=Trigger.CONCERN, sector=Sector.HOUSING,
        channel=Channel.VISIT, competence="27", gate=LegalGate.KSP_115,
        level=PreventionLevel.EXIT, network=frozenset({NetworkKind.SSP}),
    )  # fmt: skip
    variant = replace(answer, need=need, none=replace(answer.none, would_work=works))
    text = no_path(variant, "da")
    assert text.count("er der 1 vej.") == len(Relaxed)
    assert "Hvis retningen er ligegyldig, er der 1 vej." in text
    for term in ("somali", "60 km", "Bekymring", "Bolig", "27", "Exit", "SSP-samarbejde"):
        assert f"»{term}«" in text


def test_the_next_tier_and_a_vacancy_are_described() -> None:
    answer = answer_to(kystby_with(), start="ihd", target="release")
    assert answer.none is not None
    edge = replace(answer.none.from_target[0], vacant_since=date(2026, 11, 1))
    missing = MissingLink(
        type=LinkType.DEPUTIZES_FOR, target=edge.node, path_cost=0, path_chance=1.0, makers=(),
        steward=None,
    )  # fmt: skip
    nearest = Nearest(rung=1, node=edge.node, hops=2, cost=0, chance=1.0)
    none = replace(answer.none, from_target=(edge,), missing=(missing,), nearest=nearest)
    variant = replace(answer, none=none)
    assert "for Hovedkontakt, Kystby (ubesat siden 1. nov.)." in no_path(variant, "da")
    assert no_path(variant, "da").endswith("Ét forvaltningsniveau op: Hovedkontakt, Kystby, 2 led.")
    assert no_path(variant, "en").endswith("One tier up: Hovedkontakt, Kystby, 2 steps.")


def test_no_path_is_needed_when_already_at_the_target() -> None:
    answer = answer_to(kystby_with(), start="ihd", target="release")
    variant = replace(answer, none=NoPath(cause=Cause.HERE, proved=True))
    assert no_path(variant, "da") == "Ingen kontaktvej er nødvendig. Årsag: du er der allerede."


def test_every_missing_link_is_described_with_its_ground_and_who_can_make_it() -> None:
    own = caller_of(Role.COORDINATOR, Role.OUTREACH, posts=("ssp-post", "outreach"))
    view = kystby_with(caller=own, without=("carl--dina",))
    answer = answer_to(view, start="ihd", target="jens", level=PreventionLevel.OUTREACH)
    assert no_path(answer, "da").endswith(
        "Det, der mangler: at Infohus-tovholder, Østkysten bliver døråbner for Formand Jens R.; "
        "Opsøgende medarbejder, Havnen eller den registeransvarlige for Havnen kan aftale det. "
        "Eller: en henvisning fra Infohus-tovholder, Østkysten, til Opsøgende medarbejder, "
        "Havnen (generelt niveau); Infohus-tovholder, Østkysten eller den registeransvarlige for "
        "Havnen kan aftale det. Eller: at Infohus-tovholder, Østkysten bliver medlem af "
        "Dialogforum Havnen; SSP-koordinator, Kystby eller den registeransvarlige for "
        "Havnen kan aftale det."
    )
    assert no_path(answer, "en").endswith(
        "Missing: Infohus-tovholder, Østkysten as the door opener for Formand Jens R.; "
        "Opsøgende medarbejder, Havnen or the steward of Havnen can arrange it. "
        "Or: a referral from Infohus-tovholder, Østkysten, to Opsøgende medarbejder, Havnen "
        "(general level); Infohus-tovholder, Østkysten or the steward of Havnen can arrange it. "
        "Or: Infohus-tovholder, Østkysten as a member of Dialogforum Havnen; "
        "SSP-koordinator, Kystby or the steward of Havnen can arrange it."
    )


NEED = Need(
    on=TODAY, start="ihd", target="intake", gate=LegalGate.KSP_115, level=PreventionLevel.OUTREACH
)
SSP = NodeRef(id="ssp", name="SSP Kystby")


def why(obstacle: Obstacle, term: Relaxed | None = None) -> WhyNot:
    return WhyNot(
        node=SSP, obstacle=obstacle, path=1, cost=721_000, hops=9, best=488_000, most_hops=8,
        term=term,
    )  # fmt: skip


@pytest.mark.parametrize(("message", "danish"), [
    (why(Obstacle.GIVEN), "Vej 1 går gennem SSP Kystby."),
    (why(Obstacle.DEARER), "Vejen gennem SSP Kystby er mindre sikker."),
    (why(Obstacle.OVERLAP), "Vejen gennem SSP Kystby er næsten den samme som vej 1."),
    (why(Obstacle.TOO_FAR), "For mange led gennem SSP Kystby (9, højst 8)."),
    (why(Obstacle.NOT_ANSWERING), "SSP Kystby svarer ikke den dag."),
    (why(Obstacle.HUB), "Ingen vej går gennem SSP Kystby: for mange er med."),
    (
        why(Obstacle.LEVEL),
        "Forebyggelsesniveauet passer ikke: vejen gennem SSP Kystby er ikke til outreach.",
    ),
    (
        why(Obstacle.GATE, Relaxed.GATE),
        "Grundlaget rækker ikke: KSP, retsplejelovens § 115 gælder ikke hele vejen gennem "
        "SSP Kystby.",
    ),
    (why(Obstacle.GATE, Relaxed.MATTER),
     "Grundlaget rækker ikke: på vejen gennem SSP Kystby må ingen personer nævnes ved navn."),
])  # fmt: skip
def test_why_not_sentences_have_the_expected_danish_texts(message: WhyNot, danish: str) -> None:
    assert why_not_sentence(message, NEED, "da") == danish


@pytest.mark.parametrize("obstacle", Obstacle)
def test_every_obstacle_is_a_sentence_in_both_languages(obstacle: Obstacle) -> None:
    danish, english = (why_not_sentence(why(obstacle), NEED, lang) for lang in LANGUAGES)
    assert danish != english
    assert all(text.endswith(".") and "SSP Kystby" in text for text in (danish, english))


@pytest.mark.parametrize(
    "obstacle", [obstacle for obstacle in Obstacle if obstacle is not Obstacle.GIVEN]
)
def test_a_search_that_was_cut_off_is_described_as_uncertain(obstacle: Obstacle) -> None:
    cut = replace(why(obstacle), proved=False)
    danish, english = (why_not_sentence(cut, NEED, lang) for lang in LANGUAGES)
    assert danish.endswith("Søgningen nåede sin grænse, så det er ikke sikkert.")
    assert english.endswith("The search reached its limit, so this is not certain.")
    assert "findes ikke" not in danish
    assert "does not exist" not in english


def test_a_hidden_node_is_named_by_the_requested_id() -> None:
    hidden = WhyNot(node=NodeRef(id="erik", name=None), obstacle=Obstacle.NOT_FOUND)
    assert why_not_sentence(hidden, NEED, "da") == (
        "En vej gennem erik findes ikke, eller du har ikke adgang."
    )


@pytest.mark.parametrize("obstacle", [Obstacle.HUB, Obstacle.ENDS])
def test_an_excluded_node_is_described_with_the_surer_path_that_is_lost(obstacle: Obstacle) -> None:
    kept_out = ExcludedNode(node=SSP, obstacle=obstacle, cost=261_000)
    assert excluded_sentence(kept_out, "da").endswith("Ellers var der en sikrere vej dér.")
    assert excluded_sentence(kept_out, "en").endswith(
        "Otherwise there would be a surer path there."
    )

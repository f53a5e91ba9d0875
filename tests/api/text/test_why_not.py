"""Why no path goes through somebody, in Danish and English."""

from dataclasses import replace

import pytest

from api.text.no_path import excluded_sentence, why_not_sentence
from graph.paths import Need
from graph.paths.answer import NodeRef
from graph.paths.answer_terms import Obstacle, Relaxed
from graph.paths.why_not import Excluded, WhyNot
from graph.vocabulary import Language, LegalGate, PreventionLevel
from tests.kystby import TODAY

LANGUAGES: tuple[Language, ...] = ("da", "en")
NEED = Need(
    on=TODAY, start="ihd", target="intake", gate=LegalGate.KSP_115, level=PreventionLevel.OUTREACH
)
SSP = NodeRef(id="ssp", name="SSP Kystby")


def why(obstacle: Obstacle, term: Relaxed | None = None) -> WhyNot:
    return WhyNot(
        node=SSP, obstacle=obstacle, path=1, cost=721_000, hops=9, best=488_000, most_hops=8,
        term=term,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("said", "danish"),
    [
        (why(Obstacle.GIVEN), "Vej 1 går gennem SSP Kystby."),
        (why(Obstacle.DEARER), "Vejen gennem SSP Kystby er mindre sikker."),
        (why(Obstacle.OVERLAP), "Vejen gennem SSP Kystby er næsten den samme som vej 1."),
        (why(Obstacle.TOO_FAR), "For mange led gennem SSP Kystby (9, højst 8)."),
        (why(Obstacle.NOT_ANSWERING), "SSP Kystby svarer ikke den dag."),
        (why(Obstacle.HUB), "Ingen vej går gennem SSP Kystby: for mange er med."),
        (
            why(Obstacle.LEVEL),
            "Niveauet passer ikke: vejen gennem SSP Kystby er ikke til outreach.",
        ),
        (
            why(Obstacle.GATE, Relaxed.GATE),
            "Grundlaget rækker ikke: KSP, retsplejelovens § 115 gælder ikke hele vejen gennem "
            "SSP Kystby.",
        ),
        (
            why(Obstacle.GATE, Relaxed.MATTER),
            "Grundlaget rækker ikke: på vejen gennem SSP Kystby må ingen personer nævnes ved navn.",
        ),
    ],
)
def test_the_sentences_are_those_of_the_design(said: WhyNot, danish: str) -> None:
    assert why_not_sentence(said, NEED, "da") == danish


@pytest.mark.parametrize("obstacle", Obstacle)
def test_every_obstacle_is_a_sentence_in_both_languages(obstacle: Obstacle) -> None:
    danish, english = (why_not_sentence(why(obstacle), NEED, lang) for lang in LANGUAGES)
    assert danish != english
    assert all(text.endswith(".") and "SSP Kystby" in text for text in (danish, english))


@pytest.mark.parametrize("obstacle", [one for one in Obstacle if one is not Obstacle.GIVEN])
def test_a_search_that_was_cut_off_is_told_as_one(obstacle: Obstacle) -> None:
    cut = replace(why(obstacle), proved=False)
    danish, english = (why_not_sentence(cut, NEED, lang) for lang in LANGUAGES)
    assert danish.endswith("Søgningen nåede sin grænse, så det er ikke bevist.")
    assert english.endswith("The search came to its limit, so that is not proved.")
    assert "findes ikke" not in danish
    assert "does not exist" not in english


def test_what_is_hidden_is_called_by_the_id_that_was_sent() -> None:
    hidden = WhyNot(node=NodeRef(id="erik", name=None), obstacle=Obstacle.NOT_FOUND)
    assert why_not_sentence(hidden, NEED, "da") == (
        "En vej gennem erik findes ikke, eller du har ikke adgang."
    )


@pytest.mark.parametrize("obstacle", [Obstacle.HUB, Obstacle.ENDS])
def test_whom_the_rules_kept_out_is_told_with_what_is_lost_by_it(obstacle: Obstacle) -> None:
    kept_out = Excluded(node=SSP, obstacle=obstacle, cost=261_000)
    assert excluded_sentence(kept_out, "da").endswith("Ellers var der en mere sikker vej dér.")
    assert excluded_sentence(kept_out, "en").endswith("Else there would be a surer path there.")

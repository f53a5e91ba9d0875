"""A path through stops in Danish and English."""

from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from api.cli.tables import StopsText, stops_parts
from api.requested_need import RequestedMoment
from api.text.no_path import failed_sentences
from api.text.paths import leg_title, whole_difference, whole_summary
from graph.paths.answer import NodeRef
from graph.paths.stops import StopsAnswer
from graph.vocabulary import Language, Trigger
from tests.graph.questions.letters import asked, world

LANGUAGES: tuple[Language, ...] = ("da", "en")
A, D = NodeRef(id="a", name="Post a"), NodeRef(id="d", name="Post d")


def failed(answer: StopsAnswer, lang: Language, goal: NodeRef = D) -> str:
    return " ".join(
        text for one in answer.failed for text in failed_sentences(one, answer, (A, goal), lang)
    )


def printed(answer: StopsAnswer, lang: Language, **told: Any) -> str:
    moment = RequestedMoment(on=answer.on)
    given: dict[str, Any] = {"start": A, "goal": D, "moment": moment, "is_explained": True, **told}
    page = StringIO()
    console = Console(file=page, width=200, markup=False, emoji=False, highlight=False)
    for part in stops_parts(StopsText(answer=answer, **given), lang):
        console.print(part)
    return page.getvalue()


def test_a_whole_is_summed_up_and_its_legs_are_named() -> None:
    (whole,) = asked(world("abc", "cd"), "c").paths
    assert whole_summary(whole, "da") == "3 led, ældste kontrol 0 dage. 100 % (skøn)"
    assert whole_summary(whole, "en") == "3 steps, oldest check 0 days. 100% (estimate)"
    assert leg_title(1, A, D, "da") == "Stykke 1: Post a → Post d"


def test_an_alternative_names_whom_else_it_meets() -> None:
    first, second = asked(world("abc", "aec", "cd"), "c").paths
    assert whole_difference(second, first, "da") == "Forskel fra vej 1: går gennem »Post e«."
    assert whole_difference(first, first, "en") == "Unlike path 1: leaves out a step."


def test_a_leg_without_a_path_is_told_as_a_need_of_its_own() -> None:
    answer = asked(world("ab", "cd"), "c", trigger=Trigger.CONCERN)
    assert failed(answer, "da").startswith(
        "Stykke 1: Post a → Post c Der er ingen kontaktvej fra Post a, til Post c på disse vilkår."
    )
    assert "Concern" not in failed(answer, "en").split("Leg 2")[0]


def test_legs_that_do_not_join_are_told_so() -> None:
    answer = asked(world("abc", "cbd"), "c")
    assert failed(answer, "en") == (
        "Every leg has paths, but none that join without meeting somebody twice."
    )
    assert failed(answer, "da").startswith("Hvert stykke har veje, men ingen")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_has_a_headline_every_leg_and_where_it_comes_from(lang: Language) -> None:
    text = printed(asked(world("abc", "aec", "cd"), "c"), lang)
    words = {
        "da": ("gennem Post c til Post d", "Stykke 2"),
        "en": ("through Post c to Post d", "Leg 2"),
    }
    assert all(word in text for word in words[lang])
    assert text.count({"da": "Koster", "en": "Costs"}[lang]) == 6
    numbers = [line.split()[0] for line in text.splitlines() if "Post" in line]
    assert [one for one in numbers if one.isdecimal()] == ["0", "1", "2", "2", "3"] * 2
    dearest = {"da": "Led {} er det svageste", "en": "Step {} is the weakest"}[lang]
    assert [dearest.format(hop) in text for hop in (1, 3)] == [True, False]
    unnamed = printed(asked(world("ab", "cd"), "c"), lang, goal=None, start=None)
    assert {"da": "til målet", "en": "to the goal"}[lang] in unnamed

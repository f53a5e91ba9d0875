"""The impact table on the terminal: a post with a hidden holder is shown as held, not vacant."""

from io import StringIO

import pytest
from rich.console import Console

from api.cli.impact import impact_parts
from graph.access.policy import Caller, Role
from graph.model import DeputizesFor, Element, Holds
from graph.questions.impact import impact
from graph.vocabulary import Language, Visibility
from tests.graph.paths.additions import POLICY, kystby_with, person, tie
from tests.kystby import LOCAL_OPERATOR, caller_of

HIDDEN: tuple[Element, ...] = (
    person("gro", visibility=Visibility.NAMED),
    tie(DeputizesFor, "gro", "ssp-post", order=1),
    tie(Holds, "gro", "nabo-ssp", share=0.1),
)
NOT_SHOWN: dict[Language, str] = {
    "da": "navnet vises ikke for din rolle", "en": "the name is not shown to your role",
}  # fmt: skip


def printed_impact(leaving: str, lang: Language, caller: Caller = LOCAL_OPERATOR) -> str:
    """Return the printed impact of somebody leaving Kystby, where gro is hidden."""
    console = Console(file=StringIO(), width=300)
    for part in impact_parts(impact(kystby_with(*HIDDEN, caller=caller), leaving, POLICY), lang):
        console.print(part)
    file = console.file
    assert isinstance(file, StringIO)
    return file.getvalue()


@pytest.mark.parametrize(("lang", "deputy"), [("da", "stedfortræder"), ("en", "deputy")])
def test_a_hidden_deputy_is_listed_without_a_name_as_answering_and_successor(
    lang: Language, deputy: str
) -> None:
    after = {"da": "svarer bagefter", "en": "answers afterwards"}[lang]
    text = printed_impact("bo", lang)
    assert f"{after}: {deputy} ({NOT_SHOWN[lang]})" in text
    assert text.count(f"{deputy} ({NOT_SHOWN[lang]})") == 2
    assert "Gro" not in text


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_hidden_holder_of_a_nearby_post_is_shown_by_the_post(lang: Language) -> None:
    text = printed_impact("ssp-post", lang, caller_of(Role.COORDINATOR))
    assert f"SSP-koordinator, Naboby ({NOT_SHOWN[lang]})" in text
    assert "Erik" not in text

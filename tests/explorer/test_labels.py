"""The words of a sentence that a reader looks for are in bold."""

import pytest

from explorer.labels import when_marked


@pytest.mark.parametrize(
    ("sentence", "marked"),
    [
        ("Svarer nu: Bo Holm", "**Svarer nu:** Bo Holm"),
        (
            "Åbner torsdag kl. 09.00 (Bo Holm); indtil da: Vagtcentral",
            "**Åbner torsdag kl. 09.00** (Bo Holm); indtil da: Vagtcentral",
        ),
        (
            "Answers now: Bo Holm, until 15:00",
            "**Answers now:** Bo Holm, until 15:00",
        ),
        (
            "Opens on Thursday at 09:00 (Bo Holm); until then: Duty desk",
            "**Opens on Thursday at 09:00** (Bo Holm); until then: Duty desk",
        ),
        ("Ingen svarer", "**Ingen svarer**"),
        ("", ""),
    ],
)
def test_the_part_about_when_a_post_answers_is_in_bold(sentence: str, marked: str) -> None:
    assert when_marked(sentence) == marked

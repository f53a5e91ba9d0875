import re
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.normal_form import MOST_MARKS, Form, is_mark, normal_form

ROOT = Path(__file__).parents[2]
DOORS = {"graph/normal_form.py", "explorer/i18n.py"}
"""The only modules that normalize; the explorer has its own, since it does not use the graph's."""
FORMS: tuple[Form, ...] = ("NFC", "NFD", "NFKC", "NFKD")
MARKS = "\u0301\u0327\u0323\u0f73\u0344\u0315"
DRAWN = st.text(st.sampled_from("aåæ\u1100\u1161\u3316ﬁ" + MARKS), max_size=80)


def longest_run(text: str) -> int:
    longest = run = 0
    for character in text:
        run = run + 1 if is_mark(character) else 0
        longest = max(longest, run)
    return longest


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("mark", MARKS)
def test_normal_form_splits_long_runs_of_combining_marks(form: Form, mark: str) -> None:
    for text in (mark * 5_000, f"a{mark}\u0327" * 40, f"{mark}\u0327" * 999):
        # A mark that is decomposed becomes two or three.
        assert longest_run(normal_form(form, text)) <= 3 * MOST_MARKS


@given(DRAWN)
def test_a_text_without_long_runs_of_marks_is_normalized_as_by_unicodedata(text: str) -> None:
    if longest_run(text) <= MOST_MARKS:
        assert [normal_form(form, text) for form in FORMS] == [
            unicodedata.normalize(form, text) for form in FORMS
        ]


def test_no_character_becomes_more_than_seven() -> None:
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    assert max(len(normal_form(form, one)) for one in every for form in FORMS) == 7
    assert normal_form("NFKC", "profeten \ufdfa 12") == "profeten   12"
    assert normal_form("NFC", "profeten \ufdfa") == "profeten \ufdfa"  # stored as it was written


def test_no_combining_mark_is_below_u0300_or_above_u1ffff() -> None:
    beyond = [chr(code) for code in range(0x1FFFF + 1, sys.maxunicode + 1)]
    assert not any(map(is_mark, (*[chr(code) for code in range(0x300)], *beyond)))


def test_only_two_modules_use_the_normalization_of_unicodedata() -> None:
    paths = {
        file.relative_to(ROOT).as_posix()
        for package in ("graph", "api", "explorer", "seed")
        for file in (ROOT / package).rglob("*.py")
        if re.search(r"unicodedata\.(?:is_)?normaliz", file.read_text("utf-8"))
    }
    assert paths == DOORS

"""The screen reader texts of the answer, the network and the map match the reviewed files."""

import pytest

from tests.e2e.desk import ScreenDriver
from tests.e2e.screen_reader import LANGUAGES, PATHS, accessibility_text, golden
from tests.fixtures.examples import drills_after


@pytest.mark.parametrize("lang", drills_after(1, LANGUAGES))
@pytest.mark.parametrize("name", PATHS)
def test_the_screen_reader_text_matches_the_reviewed_file(
    desk: ScreenDriver, name: str, lang: str
) -> None:
    assert accessibility_text(desk, name, lang) == golden(name, lang).read_text("utf-8"), (
        "what a screen reader says changed; if that is meant, run make screen-reader and read it"
    )


@pytest.mark.parametrize("name", PATHS)
def test_every_control_in_the_reviewed_texts_has_a_name(name: str) -> None:
    for lang in LANGUAGES:
        lines = [line.strip() for line in golden(name, lang).read_text("utf-8").splitlines()]
        roles = ("button", "link", "combobox", "checkbox", "radio", "tab", "img")
        nameless = [
            line for line in lines if line.removeprefix("- ").rstrip(":").split(" [")[0] in roles
        ]
        assert nameless == [], (name, lang)
        assert any(line.startswith("- heading") for line in lines)

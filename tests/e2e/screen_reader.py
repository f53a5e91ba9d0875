"""The screen reader texts of the answer, the network and the map, as files in tests/golden.

`make screen-reader` rewrites the texts from the served demo; read the difference before you
commit it. `test_screen_reader.py` compares them.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from graph.access.policy import Role
from tests.browser import open_browser
from tests.databases import server_for_demo
from tests.e2e.demo import served_demo
from tests.e2e.desk import ScreenDriver
from tests.e2e.examples import FIVE_STEPS, TOWN

FOLDER: Final = Path(__file__).parents[1] / "golden" / "screen_reader"
LANGUAGES: Final = ("da", "en")
SITTING: Final = "act-kf-1462"
PATHS: Final = {
    "answer": FIVE_STEPS,
    "network": TOWN,
    "map": "/kort?measure=VACANT&area=mun-0746",
}

_DRAWN: Final = {"network": '[role="application"]', "map": "g.area"}
"""Selectors of elements that the browser draws after the screen itself."""


def golden(name: str, lang: str) -> Path:
    """The file of a screen in a language."""
    return FOLDER / f"{name}.{lang}.yaml"


def accessibility_text(desk: ScreenDriver, name: str, lang: str) -> str:
    """The accessibility tree of a screen, as Playwright writes it: roles, names, states, texts."""
    person = desk.holder(SITTING).id
    with desk.seat(Role.COORDINATOR, person=person, path=PATHS[name], lang=lang) as seat:
        if name in _DRAWN:
            seat.page.locator(_DRAWN[name]).first.wait_for()
            seat.rest()
        text = seat.page.get_by_test_id("stMain").aria_snapshot() + "\n"
    return re.sub(r"user-\d+", "user-1", text)  # the tests number the logins


def texts(desk: ScreenDriver) -> Iterator[tuple[Path, str]]:
    """The file and the text of every screen in every language."""
    for name in PATHS:
        for lang in LANGUAGES:
            yield golden(name, lang), accessibility_text(desk, name, lang)


def main() -> None:
    """Write the texts of a new demo."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (
        server_for_demo() as (server, folder),
        open_browser() as browser,
        served_demo(server, folder, browser) as desk,
    ):
        for path, text in texts(desk):
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

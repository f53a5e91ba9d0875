"""While the API is away, a screen keeps the answer that it shows, and shows no other."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import NamedTuple

import pytest

from explorer.address import AUDIT, CURATION, FIND, MAP, NETWORK, REGISTER, Screen
from graph.access.policy import Role
from tests.api.serving import served
from tests.explorer.screen import Screens, html, open_screen, press, text
from tests.fixtures.examples import drills_after

pytestmark = pytest.mark.slow

GONE = "Forbindelsen er væk. Svaret er fra kl."
NOTHING = "Kontaktvej kan ikke nå registret lige nu."


class Case(NamedTuple):
    """A screen with its role and query, and a part of the answer that it shows."""

    screen: Screen
    role: Role
    person: str | None
    query: dict[str, str]
    part: str


CASES = {
    "path": Case(FIND, Role.COORDINATOR, "carl", {"target": "ssp-post", "answer": "1"},
                 "Infohus-tovholder, Østkysten henviser til SSP-koordinator, Kystby."),
    "network": Case(NETWORK, Role.COORDINATOR, "carl", {"id": "ssp-post"}, "Netværket som tabel"),
    "map": Case(MAP, Role.COORDINATOR, "carl", {"measure": "VACANT"}, "Kystby"),
    "list": Case(REGISTER, Role.COORDINATOR, "carl", {"area": "nabo", "kind": "Actor"},
                 "**SSP-koordinator, Naboby**"),
    "card": Case(REGISTER, Role.COORDINATOR, "carl", {"area": "kystby", "id": "ssp-post"},
                 "**Hvem svarer:** Bo Rugvang Sørensen, stedfortræder"),
    "civilian": Case(REGISTER, Role.OUTREACH, "dina", {"id": "jens"}, "Du er døråbner"),
    "due": Case(CURATION, Role.COORDINATOR, "carl", {"tab": "due"}, "til kontrol"),
    "gaps": Case(CURATION, Role.COORDINATOR, "carl", {"tab": "gaps"}, "Hovedkontakt, Kystby"),
    "consents": Case(CURATION, Role.OUTREACH, "dina", {"tab": "consents"}, "udløbet 1. nov. 2026"),
    "seats": Case(CURATION, Role.COORDINATOR, "carl", {"tab": "handover", "leaving": "amina"},
                  "Overdragelse"),
    "contact": Case(CURATION, Role.OUTREACH, "dina", {"tab": "contact"}, "Dine anmodninger"),
    "ties": Case(CURATION, Role.COORDINATOR, "carl", {"tab": "ties"}, "Tilføj"),
    "rows": Case(AUDIT, Role.DPO, None, {}, "søg på navn"),
    "subject": Case(AUDIT, Role.DPO, None, {"tab": "subject", "subject": "bo"}, "Opslag om"),
    "mine": Case(AUDIT, Role.COORDINATOR, "carl", {"tab": "mine"}, "Mine opslag"),
    "about me": Case(AUDIT, Role.COORDINATOR, "bo", {"tab": "about-me"}, "Opslag om mig"),
}  # fmt: skip


@contextmanager
def available_api(screens: Screens, monkeypatch: pytest.MonkeyPatch) -> Generator[None]:
    """An API for the screens, which is unavailable after the block."""
    with served(screens.app.http.app) as address:
        monkeypatch.setenv("KONTAKTVEJ_EXPLORER_API_URL", address)
        yield


@pytest.mark.parametrize("name", drills_after(3, CASES))
def test_an_answer_remains_on_screen_while_the_api_is_unavailable(
    screens: Screens, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen, role, person, query, part = CASES[name]
    app = screens.app
    app.http.get("/names", params={"text": "bo"}, headers=app.as_(Role.COORDINATOR))
    token = app.token(role, areas=("dk",), person=person)
    with available_api(screens, monkeypatch):
        app = open_screen(screen, token, **query)
        before = text(app)
        assert part in before
        assert GONE not in before
    for _ in range(2):  # the answer is kept on every rerun
        app = app.run()
        now = text(app)
        assert now.count(GONE) == 1
        assert 'href="tel:112"' in html(app)
        assert now.index(app.title[0].value) < now.index(GONE)
        assert part in now
        assert NOTHING not in now
        assert [button.label for button in app.button].count("Prøv nu") == 1


def test_an_answer_from_an_earlier_run_is_hidden_while_the_api_is_unavailable(
    screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    with available_api(screens, monkeypatch):
        token = screens.app.token(Role.COORDINATOR, areas=("dk",), person="carl")
        app = open_screen(REGISTER, token, id="ssp-post")
        app = press(app, "Luk")
    app.query_params["id"] = "ssp-post"
    content = text(app.run())
    assert "Hvem svarer" not in content, "it was seen, but two drawings ago"
    assert NOTHING in content


def test_a_failed_write_shows_an_error_and_that_the_api_is_unavailable(
    screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    with available_api(screens, monkeypatch):
        token = screens.app.token(Role.COORDINATOR, areas=("kystby",), person="carl")
        app = open_screen(CURATION, token, tab="due")
    app = press(app, "Passer")
    content = text(app)
    assert NOTHING in content
    assert GONE in content
    assert [button.label for button in app.button].count("Prøv nu") == 1
    assert screens.app.store.revision() == 1

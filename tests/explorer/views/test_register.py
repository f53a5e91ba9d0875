"""The register screen: a list while typing, filters in the address, and a card."""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import cast

import pytest
from streamlit.testing.v1 import AppTest

from api.client import ApiClient
from api.schemas.entities import NameHit, Names, NodeName, Successor
from explorer.address import FIND, REGISTER
from explorer.views.register import search
from graph.access.policy import Role
from graph.model.content_filter import holds_number
from tests.explorer.screen import Screens, assert_shows, buttons, html, open_screen, press, text


def _register(screens: Screens, *roles: Role, **query: str) -> AppTest:
    return screens.screen(
        REGISTER, *(roles or (Role.COORDINATOR,)), person="carl", areas=("dk",), **query
    )


def _find(screens: Screens, **query: str) -> AppTest:
    return screens.screen(FIND, Role.COORDINATOR, person="carl", areas=("dk",), **query)


def _rows(app: AppTest) -> list[str]:
    return [row.label for row in buttons(app, "row-")]


def _names(app: AppTest) -> list[str]:
    """The names in the rows of the list."""
    return [row.split("**")[1] for row in _rows(app)]


def _search(app: AppTest, words: str) -> AppTest:
    return app.text_input(key="register-text").set_value(words).run()


def test_nothing_is_listed_before_a_search(screens: Screens) -> None:
    app = _register(screens)
    assert "Skriv et navn, en funktion eller et sted." in text(app)
    assert not _rows(app)
    assert not _rows(_register(screens, kind="Actor")), "a kind alone would be a list of all"
    assert not _rows(_search(app, "a")), "one letter is too few"


def test_a_misspelled_search_finds_a_post_and_its_row_opens_the_card(screens: Screens) -> None:
    app = _search(_register(screens), "ssp koordinater kystby")
    first = _rows(app)[0]
    assert first.startswith("**SSP-koordinator, Kystby** · SSP-koordinator · Kystby Kommune")
    assert "✓ Kontrolleret 15. okt. 2026" in first
    press(app, first)
    assert app.query_params["id"] == "ssp-post"
    assert "koordinater" not in str(dict(app.query_params)), "what is typed stays out of it"
    assert app.header[0].value == "SSP-koordinator, Kystby"
    content = text(app)
    assert (
        "**Svarer nu:** Bo Rugvang Sørensen, stedfortræder for SSP-koordinator, til kl. 15.00"
        in content
    )
    assert "**Hvem svarer:** Bo Rugvang Sørensen, stedfortræder" in content
    assert "Indehaver: fraværende til 7. dec. 2026" in content
    assert _rows(app)[0].startswith("▸ ")
    press(app, "Luk")
    assert "id" not in app.query_params


def test_rows_are_filtered_by_area_kind_and_state_in_the_address(screens: Screens) -> None:
    posts = _register(screens, area="nabo", kind="Actor")
    assert _names(posts) == ["SSP-koordinator, Naboby"]
    assert _names(_register(screens, state="VACANT")) == ["Hovedkontakt, Kystby"]
    assert _names(_search(_register(screens, kind="Network"), "kystby")) == ["SSP Kystby"]
    assert _rows(_search(_register(screens, area="nabo"), "ssp")) != []


def test_an_empty_result_lists_the_filters_and_can_remove_them(screens: Screens) -> None:
    app = _search(_register(screens, state="VACANT", area="nabo"), "kystby")
    assert_shows(
        app, "Ingen fundet for din søgning. Disse filtre er slået til:", "“Ubesat”", "“Naboby”"
    )
    press(app, "Fjern filtre")
    assert not {"state", "area", "kind"} & set(app.query_params)
    assert _rows(app)
    nothing = text(_search(app, "xyzzy"))
    assert "Ingen fundet. Prøv færre bogstaver eller et sted i Danmark." in nothing


def test_a_cpr_number_in_the_search_field_is_rejected_and_cleared(screens: Screens) -> None:
    app = _search(_register(screens), "010190-1234")
    assert "Feltet ligner et CPR-nummer." in text(app)
    assert not app.text_input(key="register-text").value


@pytest.mark.parametrize(
    ("query", "times"),
    [
        ({"id": "ssp-post"}, 1),
        ({"area": "nabo", "kind": "Actor"}, 1),
        ({"area": "nabo", "kind": "Actor", "id": "ssp-post"}, 1),
        ({"id": "nobody"}, 0),
        ({}, 0),
    ],
    ids=["card", "list", "both", "hidden", "nothing"],
)
def test_a_found_card_or_list_is_watched_once_for_changes(
    screens: Screens, watched: list[int], query: dict[str, str], times: int
) -> None:
    text(_register(screens, **query))
    assert watched == [screens.app.store.revision()] * times


@pytest.mark.parametrize(
    ("role", "area"), [(Role.COORDINATOR, "kystby"), (Role.ANALYST, "kystby"), (Role.ANALYST, "dk")]
)
def test_a_post_with_an_unnamed_holder_is_shown_as_held(
    screens: Screens, role: Role, area: str
) -> None:
    content = text(screens.screen(REGISTER, role, areas=(area,), id="nabo-ssp"))
    assert "**Hvem svarer:** indehaver (besat; navnet vises ikke for din rolle)" in content


def test_hidden_and_absent_nodes_show_the_same_text(screens: Screens) -> None:
    token = screens.app.token(Role.COORDINATOR)
    hidden, absent = (
        open_screen(REGISTER, token, id="erik"),
        open_screen(REGISTER, token, id="nobody"),
    )
    assert text(hidden) == text(absent).replace("id=nobody", "id=erik")
    assert "Findes ikke, eller du har ikke adgang." in text(hidden)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("node_id", "is_met"),
    [("ssp-post", True), ("ssp", True), ("kystby-kommune", True), ("amina", True), ("bo", False)],
)
def test_a_card_links_to_the_paths_through_its_node(
    screens: Screens, node_id: str, is_met: bool
) -> None:
    assert f'href="/?via={node_id}"' in html(_register(screens, id=node_id))
    app = _find(screens, via=node_id, target="intake")
    assert app.header[0].value.startswith("1 kontakt ·" if is_met else "Ingen kontaktvej")


def test_paths_through_a_civilian_are_found_only_by_a_role_that_sees_them(screens: Screens) -> None:
    app = screens.screen(REGISTER, Role.OUTREACH, person="dina", id="jens")
    assert 'href="/?via=jens"' in html(app)
    app = screens.screen(FIND, Role.OUTREACH, person="dina", via="jens", target="vindrosen")
    assert "Findes ikke" not in text(app)
    assert "via=" not in html(_register(screens, id="jens"))
    app = _find(screens, via="jens", target="vindrosen")
    assert "Findes ikke, eller du har ikke adgang." in text(app)


def test_links_open_the_card_of_the_other_end(screens: Screens) -> None:
    app = _register(screens, id="ssp")
    app.session_state["register-tab-ssp"] = "Forbindelser"
    app.run()
    intake = "**Social modtagelse, Kystby**"
    link = next(button for button in app.button if button.label.startswith(intake))
    assert "er medlem af" in link.label
    assert "Sidst kontrolleret" in link.label
    assert "SSP" in link.label
    link.click().run()
    assert app.query_params["id"] == "intake"


def test_the_history_is_for_roles_that_may_read_it(screens: Screens) -> None:
    app = _register(screens, id="ssp")
    assert [tab.label for tab in app.tabs] == ["Overblik", "Forbindelser", "Historik"]
    app.session_state["register-tab-ssp"] = "Historik"
    app.run()
    assert "Oprettet" in html(app)
    service = screens.screen(REGISTER, Role.SERVICE, areas=("dk",), id="ssp")
    assert [tab.label for tab in service.tabs] == ["Overblik", "Forbindelser"]


def test_the_list_and_a_vcard_of_a_post_are_exported(screens: Screens) -> None:
    app = _register(screens, area="nabo", kind="Actor")
    press(app, "Lav filen")
    assert app.get("link_button")[0].proto.url.startswith("/eksport/")
    app = _register(screens, id="ssp-post")
    assert "Vælg, hvad du skal bruge den til." in text(press(app, "Lav vCard"))
    app.selectbox(key="register-vcard-purpose").set_value("CONCERN").run()
    press(app, "Lav vCard")
    assert app.get("link_button")[0].proto.url.startswith("/eksport/")
    assert "Lav vCard" not in text(_register(screens, Role.ANALYST, id="ssp-post"))
    assert "Lav vCard" not in text(_register(screens, id="ssp-post", on="2027-01-01"))


def test_civilians_whose_consent_ends_are_listed_for_those_who_see_consents(
    screens: Screens,
) -> None:
    app = screens.screen(
        REGISTER, Role.OUTREACH, person="dina", state="CONSENT_ENDS", on="2027-05-15"
    )
    assert _names(app) == ["Formand Jens R."]
    assert not _rows(screens.screen(REGISTER, Role.OUTREACH, person="dina", state="CONSENT_ENDS"))
    for on, names in (("2027-05-02", ["Formand Jens R."]), ("2027-05-01", [])):
        on_day = screens.screen(REGISTER, Role.OUTREACH, person="dina", state="CONSENT_ENDS", on=on)
        assert _names(on_day) == names
    analyst = _register(screens, Role.ANALYST)
    assert "Samtykke udløber inden for 30 dage" not in analyst.selectbox[0].options


def test_a_card_of_a_civilian_shows_the_user_that_they_are_the_door_opener(
    screens: Screens,
) -> None:
    app = screens.screen(REGISTER, Role.OUTREACH, person="dina", id="jens")
    assert "Du er døråbner for personen." in text(app)


def test_on_another_date_the_card_is_of_that_date(screens: Screens) -> None:
    content = text(_register(screens, id="ssp-post", on="2027-01-01"))
    assert "Du ser kontakterne, som de er den 1. jan. 2027." in content
    assert "Svarer nu" not in content
    assert "**Hvem svarer:** Amina Søkilde Østergård" in content


def test_the_register_is_shown_in_english(screens: Screens) -> None:
    assert "found" in text(_search(_register(screens, lang="en"), "ssp kystby"))
    assert "Write a name, a post or a place." in text(_register(screens, lang="en"))


def _query(text: str, state: str | None = None) -> search.RegisterQuery:
    return search.RegisterQuery(
        text=text, label=None, area=None, state=state, day=date(2026, 11, 25), is_today=True
    )


def _client(**answers: object) -> ApiClient:
    """A client that answers these reads, whatever is asked."""

    def read(answer: object) -> Callable[..., object]:
        return lambda *_, **__: answer

    reads = {name: read(answer) for name, answer in answers.items()}
    return cast("ApiClient", SimpleNamespace(**reads))


def test_an_ended_office_and_its_successor_are_listed_once() -> None:
    new, elsewhere = Successor(id="new", name="Ny", years="2022/23"), Successor(id="x", name="X")
    hits = tuple(
        NameHit(id=id, label="Authority", kind=None, name=name, place=(), score=1, successor=now)
        for id, name, now in (
            ("old", "Gammel", new), ("new", "Ny", None), ("older", "Ældst", new),
            ("y", "Y", elsewhere),
        )
    )  # fmt: skip
    answer = search.find(_client(names=Names(found=hits)), _query("gammel"))
    assert [(row.id, row.name) for row in answer.rows] == [("new", "Gammel"), ("x", "Y")]


def test_a_post_in_a_state_is_found_by_post_and_area_name_without_name_hits() -> None:
    rows = [
        SimpleNamespace(
            post=NodeName(id=id, name=name), area=NodeName(id="a", name=place), kind=None,
            own_kind=None, check=None,
        )
        for id, name, place in (
            ("1", "SSP-koordinator", "Læsø"), ("2", "SSP-koordinator", "Thisted"),
            ("3", "Hovedkontakt", "Læsø"),
        )
    ]  # fmt: skip
    client = _client(names=Names(found=()), coverage=SimpleNamespace(rows=rows))
    answer = search.find(client, _query("ssp laesoe", "VACANT"))
    assert [row.id for row in answer.rows] == ["1"]


@pytest.mark.parametrize(
    "text",
    ["010190-1234", "0101901234", "hvem er 311299 - 4321", "01.01.90/1234", "61 01 90 56 78"],
)
def test_a_civil_registration_number_is_detected(text: str) -> None:
    assert search.holds_civil_number(text)
    assert holds_number(text), "as the API refuses it"
    assert not search.holds_civil_number("ssp 0787, 15.10.2026")

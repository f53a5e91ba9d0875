"""The network screen: neighborhoods, navigation without a browser, and tables."""

import re
from typing import Any
from xml.etree import ElementTree

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Selectbox

from explorer import screen_state
from explorer.address import NETWORK
from graph.access.policy import Role
from graph.exchange.formats import FORMATS
from tests.api.withheld import withhold
from tests.explorer.screen import Screens, assert_shows, button, html, press, text


def network(
    screens: Screens, role: Role = Role.OUTREACH, *, lang: str = "da", **query: Any
) -> AppTest:
    """Return the screen for Dina, the outreach worker, or for an account with another role."""
    if role is not Role.OUTREACH:
        return screens.screen(NETWORK, role, lang=lang, **query)
    return screens.screen(NETWORK, role, Role.COORDINATOR, person="dina", lang=lang, **query)


def column(app: AppTest, head: str) -> list[str]:
    """Return the cells under a header, in the one table of posts."""
    tables = map(ElementTree.fromstring, re.findall(r"<table.+?</table>", html(app)))
    (table,) = (table for table in tables if "Kan svare i stedet" in table.itertext())
    rows = [[cell.text or "" for cell in row] for row in table.iter("tr")]
    return [row[rows[0].index(head)] for row in rows[1:]]


def names(app: AppTest) -> list[str]:
    """Return the names of the drawn nodes in the select box."""
    return [option.partition(" · ")[0] for option in chooser(app).options]


def tables(app: AppTest) -> list[str]:
    return re.findall(r"<table.+?</table>", html(app), re.DOTALL)


def chooser(app: AppTest) -> Selectbox[str]:
    return next(box for box in app.selectbox if box.label in {"Valgt node", "Selected node"})


def choose(app: AppTest, name: str) -> AppTest:
    options = chooser(app).options
    return chooser(app).select(next(option for option in options if option.startswith(name))).run()


def test_a_network_without_a_start_shows_a_prompt(screens: Screens) -> None:
    app = network(screens)
    assert "Vælg en funktion, et samarbejde eller en forening at begynde fra." in text(app)
    assert not app.selectbox


def test_a_neighborhood_is_drawn_and_listed_in_a_table(screens: Screens) -> None:
    app = network(screens, id="vindrosen", hops="2")
    assert "3 af højst 300 noder" in text(app)
    assert len(names(app)) == 3
    assert "repræsenterer" in html(app)
    assert "er døråbner for" in html(app)
    assert html(app).count('<tr><th scope="row">') == 2


def test_a_link_type_filter_shows_only_those_links_and_their_ends(screens: Screens) -> None:
    app = network(screens, id="vindrosen", hops="2", type="REPRESENTS")
    assert "2 af højst 300 noder" in text(app)
    assert "er døråbner for" not in html(app)
    (types,) = [field for field in app.multiselect if field.label == "Kun forbindelser af typen"]
    types.set_value([]).run()
    assert "3 af højst 300 noder" in text(app)
    assert "type" not in app.query_params


def test_a_missing_or_invalid_hop_count_defaults_to_one(screens: Screens) -> None:
    assert "2 af højst 300 noder" in text(network(screens, id="vindrosen"))
    assert "2 af højst 300 noder" in text(network(screens, id="vindrosen", hops="7"))


def test_a_chain_of_links_is_shown_in_words_and_a_civilian_with_their_door_opener(
    screens: Screens,
) -> None:
    app = choose(network(screens, id="vindrosen", hops="2"), "Opsøgende medarbejder")
    assert (
        "Formand Jens R. repræsenterer Boldklubben Vindrosen, "
        "Opsøgende medarbejder, Havnen er døråbner for Formand Jens R."
    ) in text(app)
    app = choose(network(screens, id="outreach"), "Formand Jens R.")
    assert "Formidles af Opsøgende medarbejder, Havnen. Nummeret vises ikke." in text(app)
    assert "Efter samtykke, gyldigt til 1. jun. 2027." in text(app)


def test_expanding_a_node_can_be_undone_and_redone(screens: Screens) -> None:
    app = choose(network(screens, id="vindrosen"), "Formand Jens R.")
    before = ["Boldklubben Vindrosen", "Formand Jens R."]
    after = [*before, "Opsøgende medarbejder, Havnen"]
    assert names(app) == before
    app = press(app, "Udvid")
    assert names(app) == after
    assert button(app, "Udvid").disabled
    app = press(app, "↶ Fortryd")
    assert names(app) == before
    app = press(app, "↷ Gentag")
    assert names(app) == after
    assert button(app, "↷ Gentag").disabled


def test_a_new_center_resets_the_undo_history(screens: Screens) -> None:
    app = choose(network(screens, id="outreach"), "Dina")
    app = press(app, "Centrér her")
    assert app.query_params["id"] == "dina"
    assert button(app, "↶ Fortryd").disabled


def test_a_shared_link_restores_the_expanded_nodes_the_reader_may_see(screens: Screens) -> None:
    app = network(screens, id="vindrosen", expanded=["jens", "kaj", "nobody"])
    assert "3 af højst 300 noder" in text(app)
    assert any("expanded=jens" in code.value for code in app.code)
    assert "Modtagere ser kun det" in text(app)


def test_nodes_are_filtered_by_kind_and_by_level(screens: Screens) -> None:
    app = network(screens, id="outreach", kind=["Person"])
    assert len(names(app)) == 2
    app = network(screens, id="outreach", level="EXIT")
    assert not any("jens" in name.lower() for name in names(app))
    assert next(box for box in app.selectbox if box.label == "Forebyggelsesniveau").value == "EXIT"


def test_the_selected_node_has_a_panel_that_closes(screens: Screens) -> None:
    app = network(screens, id="vindrosen")
    assert not any(button.label == "Luk" for button in app.button)
    app = press(choose(app, "Formand Jens R."), "Luk")
    assert chooser(app).value is None
    assert not any(button.label == "Udvid" for button in app.button)


def test_on_the_map_civilians_of_an_area_are_counted_and_not_named(screens: Screens) -> None:
    app = network(screens, id="outreach", layout="map")
    assert "1 ressourceperson, Havnen" in names(app)
    assert "Jens" not in text(app)
    assert "Jens" not in html(app)
    app = choose(app, "1 ressourceperson, Havnen")
    assert not {"Udvid", "Centrér her"} & {button.label for button in app.button}


@pytest.mark.slow
@pytest.mark.parametrize("layout", ["authorities", "networks", "free"])
def test_each_layout_has_the_same_nodes_and_links(screens: Screens, layout: str) -> None:
    app = network(screens, id="ssp-post", hops="2")
    other = network(screens, id="ssp-post", hops="2", layout=layout)
    assert names(other) == names(app)
    assert tables(other) == tables(app)


def test_a_path_between_two_nodes_is_shown_and_hidden_again(screens: Screens) -> None:
    app = choose(network(screens, id="ssp", hops="2"), "Infohus-tovholder, Østkysten")
    other = next(box for box in app.selectbox if box.label == "Vis kontaktvejen til")
    target = next(option for option in other.options if option.startswith("SSP-koordinator"))
    app = other.select(target).run()
    assert (app.query_params["start"], app.query_params["target"]) == ("ihd", "ssp-post")
    assert "Kontaktvej: Infohus-tovholder, Østkysten → SSP-koordinator, Kystby" in text(app)
    app = press(app, "Skjul kontaktvejen")
    assert "Kontaktvej: " not in text(app)
    assert not {"start", "target"} & set(app.query_params)


def test_the_path_opens_on_the_date_of_the_network(screens: Screens) -> None:
    app = network(screens, id="ssp", hops="2", start="ihd", target="ssp-post", on="2027-01-01")
    urls = [link.proto.url for link in app.get("link_button")]
    assert "/?start=ihd&target=ssp-post&on=2027-01-01" in urls


def test_a_failed_path_search_shows_the_reason_beside_the_network(screens: Screens) -> None:
    app = network(screens, id="ssp", start="nobody-at-all", target="ssp-post")
    assert "SSP Kystby" in names(app)
    assert "Findes ikke, eller du har ikke adgang." in text(app)


def test_a_shared_link_contains_the_positions_of_pinned_nodes(screens: Screens) -> None:
    app = network(screens, id="vindrosen", pin=["jens:-120:40", "no-place", "jens:x:1"])
    assert any("pin=jens%3A-120%3A40" in code.value for code in app.code)
    app = press(choose(app, "Formand Jens R."), "Løsn")
    assert not any("pin=" in code.value for code in app.code)


def test_controls_write_codes_into_the_address(screens: Screens) -> None:
    app = network(screens, id="outreach")
    app = next(radio for radio in app.radio if radio.label == "Antal led").set_value("2").run()
    assert app.query_params["hops"] == "2"
    app = next(box for box in app.selectbox if box.label == "Opstilling").set_value("free").run()
    assert app.query_params["layout"] == "free"


def test_impact_of_a_person_lists_their_posts_and_possible_substitutes(
    screens: Screens,
) -> None:
    app = choose(network(screens, id="amina"), "Amina")
    app = press(app, "Hvad afhænger af den?")
    assert column(app, "Funktion") == ["SSP-koordinator, Kystby"]
    (instead,) = column(app, "Kan svare i stedet")
    assert "Bo" in instead
    assert "Amina" not in instead
    assert column(app, "Svarer bagefter") == ["Bo Rugvang Sørensen (stedfortræder)"]
    assert "Ingen kontakt i kommunerne nås dårligere." in text(app)
    assert "**SSP Kystby**: 2 af 2 funktioner svarer stadig." in text(app)


def test_impact_of_a_post_lists_contacts_that_become_unreachable(screens: Screens) -> None:
    app = choose(network(screens, id="ssp-post"), "SSP-koordinator")
    app = press(app, "Hvad afhænger af den?")
    assert "politikredsene, nås 2 ikke længere, og 0 nås dårligere." in text(app)
    assert "Ingen vej fører længere til: Kystby." in text(app)
    row = "<td>SSP</td><td>Nationalt</td><td>Nås ikke længere</td>"
    assert row + "<td>SSP-koordinator, Kystby · 1 led</td><td>ingen</td>" in html(app)
    assert "Ingen koordinerer det." in text(app)
    assert "1 arbejdsrelation ophører: Infohus-tovholder, Østkysten" in text(app)
    assert column(app, "Svarer bagefter") == ["ingen"]


def test_a_hidden_substitute_is_shown_by_their_post(screens: Screens) -> None:
    app = choose(network(screens, id="ssp-post"), "SSP-koordinator")
    app = press(app, "Hvad afhænger af den?")
    assert column(app, "Kan svare i stedet") == [
        "SSP-koordinator, Naboby (navnet vises ikke for din rolle)"
    ]


def test_impact_of_a_network_shows_an_analyst_no_names_of_people(screens: Screens) -> None:
    app = choose(network(screens, Role.ANALYST, lang="en", id="ssp"), "SSP Kystby")
    app = press(app, "What depends on this?")
    assert_shows(app, "**SSP Kystby** goes; 2 posts meet there.", "2 are no longer reached")
    assert "Rugvang" not in text(app)


def test_a_civilian_has_no_impact_button(screens: Screens) -> None:
    app = choose(network(screens, id="outreach"), "Formand Jens R.")
    assert "Hvad afhænger af den?" not in {button.label for button in app.button}


def test_a_network_export_shows_all_formats_its_losses_and_a_download_link(
    screens: Screens,
) -> None:
    app = network(screens, id="ssp")
    (format,) = (radio for radio in app.radio if radio.label == "Format")
    assert format.options == [file_format.label_da for file_format in FORMATS.values()]
    app = press(app, "Lav filen")
    assert_shows(app, "Kontaktoplysninger følger ikke med.", "Forbindelser følger ikke med (2).")
    assert any("kontaktvej-" in link.proto.label for link in app.get("link_button"))
    assert all("/media/" not in link.proto.url for link in app.get("link_button"))


def test_hidden_and_absent_nodes_show_the_same_screen(screens: Screens) -> None:
    hidden, absent = network(screens, id="kaj"), network(screens, id="nobody-at-all")
    (warning,) = hidden.warning
    assert warning.value == (
        "Findes ikke, eller du har ikke adgang. Prøv en anden dato, eller søg på navnet i Register."
    )
    assert screen_text(hidden) == screen_text(absent).replace("nobody-at-all", "kaj")


def test_an_analyst_sees_no_civilians_around_an_association(screens: Screens) -> None:
    app = network(screens, Role.ANALYST, id="vindrosen")
    assert "Ingen forbindelser, du må se, pr. 25. nov. 2026." in text(app)
    assert "Jens" not in text(app)


def test_the_network_is_shown_in_english_on_another_date(screens: Screens) -> None:
    app = network(screens, id="ssp", on="2027-01-01", lang="en")
    assert_shows(app, "You see the contacts as they are on 1 January 2027.", "of at most 300 nodes")


def test_a_neighborhood_is_read_once_while_the_register_is_unchanged(screens: Screens) -> None:
    app = network(screens, id="outreach")
    before = read_count(screens)
    choose(choose(app, "Dina"), "Dina")
    assert read_count(screens) == before


def test_a_person_withheld_meanwhile_is_removed_from_the_screen(
    screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = network(screens, id="vindrosen", hops="2")
    assert "Formand Jens R." in names(app)
    withhold(screens.app.accounts.withholdings, "jens")
    monkeypatch.setattr(screen_state, "WATCH_S", 0)  # a minute later
    assert "Formand Jens R." not in names(app.run())


def screen_text(app: AppTest) -> str:
    return re.sub(r"user-\d+", "user", text(app))


def read_count(screens: Screens) -> int:
    return sum(row.action == "read_neighborhood" for row in screens.app.rows())

"""The screen of the coverage map: its queries, its content and its address."""

import json
import re
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from streamlit.testing.v1 import AppTest

from api.client import ApiClient
from explorer.address import MAP
from explorer.files import fetch_export
from explorer.session import TOKEN
from graph.access.policy import Role
from tests.api.serving import served
from tests.explorer.screen import Screens, assert_shows, downloads, html, open_screen, text


def choose(app: AppTest, name: str, value: str) -> AppTest:
    return app.selectbox(key=f"map-{name}").set_value(value).run()


def exported_lines(screens: Screens, app: AppTest, label: str) -> list[str]:
    """Return the lines of the file of a download button."""
    with ApiClient(screens.address, app.session_state[TOKEN]) as client:
        file = fetch_export(client, *downloads(app)[label])
    assert file.name.endswith(".csv")
    return file.content.decode("utf-8-sig").splitlines()


def maps(app: AppTest) -> list[dict[str, Any]]:
    """Return the data of the maps on the screen."""
    return [
        json.loads(component.proto.json)
        for component in app.get("bidi_component")
        if component.proto.component_name == "kontaktvej.map"
    ]


def matrix_of(content: str) -> dict[str, list[tuple[str, str]]]:
    """Return the cells of the matrix by area: shade and text."""
    lines = re.findall(r'<tr><th scope="row">([^<]+)</th>((?:(?!</tr>).)*kv-heat.*?)</tr>', content)
    return {
        name: [
            (fill, re.sub("<[^>]+>", "", cell))
            for fill, cell in re.findall(r'kv-heat kv-shade-(\w+)"[^>]*>(.*?)</div>', line)
        ]
        for name, line in lines
    }


def test_each_municipality_has_its_figure_in_the_table(screens: Screens) -> None:
    app = screens.screen(MAP, Role.COORDINATOR, measure="VACANT")
    assert app.title[0].value == "Dækningskort"
    figure = "1 af 3</td><td>1 ubesat · 1 indehaver fraværende · 1 skal kontrolleres</td>"
    assert_shows(html(app), 'scope="row">Kystby</th><td class="kv-figure">', figure)
    assert "0 af 1</td><td></td>" in html(app)  # the post of Naboby has a hidden holder
    assert_shows(html(app), "0 (1)</li>", "1 (1)</li>")
    assert "Omrids, ikke opmålt." in text(app)


def test_the_default_measure_is_the_share_of_verified_posts(screens: Screens) -> None:
    app = screens.screen(MAP, Role.ANALYST, areas=("dk",))
    assert app.selectbox(key="map-measure").value == "VERIFIED"
    assert "67 % (2 af 3)" in html(app)
    assert "Gælder ingen funktion her" in html(app)  # Naboby has no post to check


def test_the_coverage_map_is_shown_in_english(screens: Screens) -> None:
    app = screens.screen(MAP, Role.COORDINATOR, lang="en", measure="VACANT")
    assert app.title[0].value == "Coverage map"
    assert "1 of 3</td><td>1 vacant · 1 holder away · 1 due for checking</td>" in html(app)


def test_a_measure_without_deficits_shows_a_message(screens: Screens) -> None:
    app = screens.screen(MAP, Role.COORDINATOR, measure="DOUBLED")
    assert "Ingen kommuner mangler dette." in text(app)
    assert "0 af 3" in html(app)
    assert "Ingen politikredse mangler dette." in text(choose(app, "by", "POLICE_DISTRICT"))


def test_an_area_without_a_number_shows_the_reason(screens: Screens) -> None:
    app = screens.screen(MAP, Role.COORDINATOR, measure="HOPS")
    assert "Ingen kontaktvej (2)</li>" in html(app)
    app = choose(app, "measure", "CIVILIANS")
    assert html(app).count("Færre end 5 vises ikke</td>") == 2


def test_a_dpo_has_no_access_and_is_referred_to_the_steward(screens: Screens) -> None:
    app = screens.screen(MAP, Role.DPO)
    assert "Din rolle giver ikke adgang her. Spørg din registeransvarlige." in text(app)
    assert "kv-areas" not in html(app)


def test_outreach_workers_see_only_the_civilian_contacts_measure(screens: Screens) -> None:
    app = screens.screen(MAP, Role.OUTREACH, measure="VACANT", area="kystby")
    assert app.selectbox(key="map-measure").value == "CIVILIANS"
    assert app.selectbox(key="map-measure").options == ["Civile kontakter"]
    assert "Områdets funktioner" not in html(app)


def test_on_another_date_the_figures_are_those_of_that_date(screens: Screens) -> None:
    app = screens.screen(MAP, Role.COORDINATOR, measure="VERIFIED", area="kystby", on="2027-06-01")
    assert "Du ser kontakterne, som de er den 1. jun. 2027." in text(app)
    assert "0 % (0 af 3)" in html(app)  # on that date every check is too old
    assert "on=2027-06-01" in html(app)
    assert app.date_input(key="map-on").value == date(2027, 6, 1)


def test_an_unavailable_api_shows_an_error_and_preserves_the_chosen_measure(
    screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = screens.app.token(Role.COORDINATOR)
    monkeypatch.setenv("KONTAKTVEJ_EXPLORER_API_URL", "http://127.0.0.1:9")
    app = open_screen(MAP, token, measure="VACANT")
    assert "Kontaktvej kan ikke nå registret lige nu. Dit valg står i adressen." in text(app)
    assert app.query_params["measure"] == "VACANT"
    assert "kv-areas" not in html(app)
    monkeypatch.setenv("KONTAKTVEJ_EXPLORER_API_URL", screens.address)
    assert "1 af 3" in html(open_screen(MAP, token, measure="VACANT"))


@pytest.mark.slow
def test_an_answer_remains_on_screen_while_the_api_is_unavailable(
    screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = screens.app.token(Role.COORDINATOR)
    with served(screens.app.http.app) as address:
        monkeypatch.setenv("KONTAKTVEJ_EXPLORER_API_URL", address)
        app = open_screen(MAP, token, measure="VACANT", area="kystby")
    app = app.run()
    assert "Forbindelsen er væk. Svaret er fra kl." in text(app)
    assert "1 af 3" in html(app)


def test_the_map_shows_the_same_areas_for_the_country_and_the_capital(
    screens: Screens,
) -> None:
    country, capital = maps(screens.screen(MAP, Role.COORDINATOR, measure="VACANT", area="kystby"))
    assert (country["within"], capital["within"]) == ("", "01")
    assert country["areas"] == capital["areas"]
    kystby = next(area for area in country["areas"] if area["id"] == "kystby")
    assert (kystby["said"], kystby["fill"]) == ("Kystby: 1 af 3", "1")
    assert kystby["detail"].startswith("4 funktioner · 1 ubesat")
    assert country["selected"] == "kystby"
    hops = maps(screens.screen(MAP, Role.COORDINATOR, measure="HOPS"))[0]
    assert {area["fill"] for area in hops["areas"]} == {"missing"}


def test_two_dates_are_compared_side_by_side_and_the_address_holds_both(screens: Screens) -> None:
    app = screens.screen(MAP, Role.COORDINATOR, measure="VERIFIED", areas=("dk",))
    app = app.date_input(key="map-against").set_value(date(2027, 6, 1)).run()
    assert app.query_params["against"] == "2027-06-01"
    before, _capital, after, _ = maps(app)
    assert "25. nov. 2026" in before["title"]
    assert "1. jun. 2027" in after["title"]
    figures = [
        next(area["said"] for area in drawn["areas"] if area["id"] == "kystby")
        for drawn in (before, after)
    ]
    assert figures == ["Kystby: 67 % (2 af 3)", "Kystby: 0 % (0 af 3)"]
    assert "Dårligere: 1 · Uændret: 1" in text(app)
    assert "0 % (0 af 3)</td><td>Dårligere</td>" in html(app)
    app = app.date_input(key="map-against").set_value(None).run()
    assert "against" not in app.query_params
    assert len(maps(app)) == 2


def test_the_date_itself_is_not_compared_with_itself(screens: Screens) -> None:
    app = screens.screen(MAP, Role.COORDINATOR, on="2027-01-01", against="2027-01-01")
    assert app.date_input(key="map-against").value is None
    assert len(maps(app)) == 2


# ---- the address


def test_choices_are_written_to_the_address_and_read_from_it(
    screens: Screens,
) -> None:
    app = screens.screen(MAP, Role.COORDINATOR, measure="VACANT", kind="RELEASE_CONTACT")
    assert app.multiselect(key="map-kind").value == ["RELEASE_CONTACT"]
    assert "Ingen funktion" in html(app)  # Naboby has no such post
    app = choose(app, "measure", "DOUBLED")
    app = app.multiselect(key="map-kind").set_value(["SSP_COORDINATOR", "SSP"]).run()
    assert app.query_params["measure"] == "DOUBLED"
    assert app.query_params["kind"] == ["SSP_COORDINATOR", "SSP"]
    assert "0 af 1" in html(app)
    app = app.multiselect(key="map-kind").set_value([]).run()
    assert "kind" not in app.query_params
    app = app.date_input(key="map-on").set_value(date(2027, 1, 1)).run()
    assert app.query_params["on"] == "2027-01-01"


def test_changing_the_division_clears_the_area_and_the_kind(screens: Screens) -> None:
    app = screens.screen(MAP, Role.COORDINATOR, measure="VACANT", area="kystby", kind="SSP")
    app = choose(app, "by", "POLICE_DISTRICT")
    assert {"area", "kind"}.isdisjoint(app.query_params)
    assert "Østkystens Politi" in html(app)


def test_unknown_values_in_the_address_are_ignored(screens: Screens) -> None:
    app = screens.screen(MAP, Role.COORDINATOR, measure="MOOD", by="COMMUNITY", kind="NOBODY")
    assert app.selectbox(key="map-measure").value == "VERIFIED"
    assert app.selectbox(key="map-by").value == "MUNICIPALITY"
    assert app.multiselect(key="map-kind").value == []


def test_the_plans_measure_has_no_kind_filter(screens: Screens) -> None:
    assert not list(screens.screen(MAP, Role.COORDINATOR, measure="PLANS_DUE").multiselect)


# ---- the selected area


def test_a_selected_municipality_lists_its_posts(screens: Screens) -> None:
    app = choose(screens.screen(MAP, Role.COORDINATOR, measure="VACANT"), "area", "kystby")
    content = html(app)
    assert app.query_params["area"] == "kystby"
    assert "Kystby: 1 af 3</h2>" in content
    assert "4 funktioner · 1 ubesat · 1 indehaver fraværende · 1 skal kontrolleres" in text(app)
    assert '<tr class="kv-chosen"><th scope="row" aria-current="true">Kystby</th>' in content
    assert "Hovedkontakt, Kystby</th><td>Ubesat</td><td>–</td>" in content
    state = "<td>Besvares af en enhed, Skal kontrolleres</td>"
    assert f"{state}<td>◷ Sidst kontrolleret: 1. feb. 2026" in content
    assert 'href="/?area=kystby"' in content
    assert 'href="/register?area=kystby"' in content


def test_the_selected_area_lists_only_posts_of_the_chosen_kind(screens: Screens) -> None:
    app = screens.screen(MAP, Role.COORDINATOR, area="kystby", kind="SSP_COORDINATOR")
    assert "SSP-koordinator, Kystby</th>" in html(app)
    assert "Hovedkontakt, Kystby</th>" not in html(app)


def test_the_posts_of_the_selected_area_are_exported_as_csv(screens: Screens) -> None:
    app = screens.screen(MAP, Role.COORDINATOR, area="kystby")
    lines = exported_lines(screens, app, "Hent funktionerne: CSV")
    assert sum("SSP-koordinator, Kystby" in line for line in lines) == 1


def test_the_table_is_exported_as_csv_with_the_chosen_measure_and_kind(screens: Screens) -> None:
    app = screens.screen(MAP, Role.COORDINATOR, measure="VACANT", kind="RELEASE_CONTACT")
    lines = exported_lines(screens, app, "Hent tabellen: CSV")
    assert lines[0].startswith("Id;Kommunekoder;Navn;Ubesat;Ud af;Intet tal, fordi;Funktioner;")
    assert lines[1].startswith("kystby;9999;Kystby;1;1;;1;")
    assert lines[2].startswith("nabo;9999;Naboby;;;Ingen funktion;0;")
    assert len(lines) == 1 + 2  # the header and the two areas
    doubled = choose(app, "measure", "DOUBLED")
    assert json.loads(downloads(doubled)["Hent tabellen: CSV"][1])["measure"] == "DOUBLED"


def test_the_table_is_exported_as_a_zip_with_a_description_file(screens: Screens) -> None:
    app = screens.screen(MAP, Role.COORDINATOR, measure="VACANT")
    with ApiClient(screens.address, app.session_state[TOKEN]) as client:
        file = fetch_export(client, *downloads(app)["Hent tabellen: CSV med beskrivelse (ZIP)"])
    with ZipFile(BytesIO(file.content)) as archive:
        table, about = sorted(archive.namelist(), reverse=True)
        number = table.removeprefix("kontaktvej-").removesuffix(".csv")
        assert about == f"kontaktvej-{number}.about.json"
        assert json.loads(archive.read(about))["Eksport"] == number
    assert file.name == f"kontaktvej-{number}.zip"


def test_an_absent_area_and_one_that_is_no_municipality_are_not_found(screens: Screens) -> None:
    for area in ("atlantis", "havnen"):  # a community is not a municipality
        app = screens.screen(MAP, Role.COORDINATOR, area=area)
        assert "Findes ikke, eller du har ikke adgang." in text(app)


def test_a_post_with_a_hidden_holder_is_shown_as_held(screens: Screens) -> None:
    content = html(screens.screen(MAP, Role.COORDINATOR, measure="VACANT", area="nabo"))
    assert "Naboby</th><td>Besat; navnet vises ikke for din rolle</td>" in content


def test_the_table_is_sorted_by_number_or_by_name(screens: Screens) -> None:
    app = screens.screen(MAP, Role.COORDINATOR, measure="VERIFIED", areas=("dk",))
    assert html(app).index(">Naboby</th>") > html(app).index(">Kystby</th>")
    app = app.radio(key="map-sort").set_value("name").run()
    assert html(app).index(">Kystby</th>") < html(app).index(">Naboby</th>")


def test_the_matrix_is_shown_on_request_and_limited_to_the_selected_area(screens: Screens) -> None:
    app = screens.screen(MAP, Role.COORDINATOR)
    assert "Alle funktioner</th>" not in html(app)
    app = choose(app, "columns", "NETWORK")
    assert app.query_params["columns"] == "NETWORK"
    content = html(app)
    assert '<th scope="col">SSP-samarbejde</th><th scope="col">Dialogforum</th>' in content
    assert matrix_of(content)["Kystby"] == [
        ("1", "1 af 4 (1 ubesat · 1 indehaver fraværende · 1 skal kontrolleres)"),
        ("2", "1 af 2 (1 indehaver fraværende · 1 skal kontrolleres)"),
        ("0", "0 af 1"),
    ]
    assert matrix_of(content)["Naboby"][1] == ("missing", "–")
    total = '<th scope="row">I alt</th><td></td><td>2 · 1 tom</td><td>1 · 1 tom</td>'
    assert total in content
    assert "Skal kontrolleres ud af cellens funktioner." in text(app)
    vacant = html(screens.screen(MAP, Role.COORDINATOR, columns="NETWORK", measure="VACANT"))
    assert matrix_of(vacant)["Kystby"][1][1].startswith("0 af 2 (1 indehaver")
    alone = html(screens.screen(MAP, Role.COORDINATOR, columns="POST_KIND", area="nabo"))
    assert list(matrix_of(alone)) == ["Naboby"]


def test_the_municipalities_of_the_matrix_are_folded_by_district_below_its_sums(
    screens: Screens,
) -> None:
    content = html(screens.screen(MAP, Role.COORDINATOR, columns="NETWORK"))
    sums, folded = content.split('<details class="kv-district" open>')
    summary = re.sub("<[^>]+>", "", folded.split("</summary>")[0])
    assert summary == "Østkystens Politi 1 af 7 · 2 kommuner"
    assert list(matrix_of(sums)) == ["Østkystens Politi"]
    assert list(matrix_of(folded)) == ["Kystby", "Naboby"]
    ssp = [int(rows[1][1].split(" ")[2]) for rows in matrix_of(sums).values()]
    assert ssp == [2]
    district = html(screens.screen(MAP, Role.COORDINATOR, columns="NETWORK", by="POLICE_DISTRICT"))
    assert matrix_of(district) == matrix_of(sums)
    assert "<details" not in district


def test_the_matrix_is_exported_as_csv(screens: Screens) -> None:
    app = screens.screen(MAP, Role.COORDINATOR, columns="NETWORK")
    lines = exported_lines(screens, app, "Hent matricen: CSV")
    assert lines[0].startswith("Id;Kommunekoder;Navn;Kolonne;Funktioner;Besat;")
    assert lines[1].startswith("kystby;9999;Kystby;SSP-samarbejde;2;1;1;0;")
    assert lines[4].startswith("nabo;9999;Naboby;Dialogforum;0;0;")

"""The analysis screen: ready questions, their parameters in the address, their tables."""

from datetime import date

import pytest
from streamlit.testing.v1 import AppTest

from explorer.address import ANALYSIS
from graph.access.policy import Role
from graph.model import End
from tests.change_sets import change_set
from tests.explorer.screen import Shown, assert_shows, drawn, press, text


def _analysis(shown: Shown, lang: str = "da", **query: str | list[str]) -> AppTest:
    return shown.screen(ANALYSIS, Role.ANALYST, areas=("dk",), lang=lang, person=None, **query)


def test_nothing_is_asked_before_a_question_is_chosen(shown: Shown) -> None:
    app = _analysis(shown)
    assert "Vælg et spørgsmål." in text(app)
    app.selectbox(key="analysis-question").set_value("members").run()
    assert app.query_params["question"] == "members"
    assert "Vælg et sted eller en art." in text(app)


def test_another_question_begins_without_the_parameters_of_the_last(shown: Shown) -> None:
    app = _analysis(shown, question="coverage", area="kystby", kind="SSP_COORDINATOR")
    app.selectbox(key="analysis-question").set_value("members").run()
    assert set(app.query_params) == {"question"}


def test_what_changes_between_two_dates_is_summed_and_listed(shown: Shown) -> None:
    asked = {"from": "2024-01-01", "to": "2025-12-31"}
    told = text(_analysis(shown, question="changes", **asked))
    assert "<td>er indehaver af</td><td>Begyndt</td><td>2</td>" in told
    assert "01.08.2024" in told
    assert "revision" in told
    swapped = {"from": "2025-12-31", "to": "2024-01-01"}
    refused = text(_analysis(shown, question="changes", **swapped))
    assert "Den anden dato må ikke være før den første." in refused
    empty = {"from": "2001-01-01", "to": "2001-01-02"}
    assert "gav ingen rækker" in text(_analysis(shown, question="changes", **empty))


def test_posts_are_counted_by_kind_and_area_and_taken_along(shown: Shown) -> None:
    app = _analysis(shown, question="coverage", area="kystby", lang="en")
    assert_shows(app, "By kind", '<th scope="col">Vacant</th>', "<td>Kystby</td>")
    press(app, "Make the file")
    assert app.get("link_button")[0].proto.url.startswith("/eksport/")


def test_networks_are_counted_by_who_meets_there(shown: Shown) -> None:
    told = text(_analysis(shown, question="members", area="kystby"))
    assert "<td>SSP Kystby</td><td>SSP-samarbejde</td><td>1</td><td>1</td><td>0</td>" in told
    assert "revision" in told


def test_a_start_is_asked_for_where_nobody_sits(shown: Shown) -> None:
    assert "Vælg, hvor der skal begyndes." in text(_analysis(shown, question="reach"))
    told = text(_analysis(shown, question="reach", start="ihd"))
    assert "Begynd hos: **Infohus-tovholder, Østkysten**" in told
    assert "<td>Kystby</td>" in told


def test_a_table_names_posts_where_people_may_not_be_named(shown: Shown) -> None:
    assert "Vælg et sted, og hvad der skal dækkes." in text(_analysis(shown, question="table"))
    app = _analysis(
        shown, question="table", area="kystby", deputies="1",
        required=["SSP_COORDINATOR", "INTELLIGENCE"],
    )  # fmt: skip
    told = text(app)
    assert "<td>SSP-koordinator</td><td>SSP-koordinator, Kystby</td>" in told
    assert "Ingen: funktionen findes ikke" in told
    assert "Bo Rugvang" not in told


def test_bridges_are_told_with_what_hangs_on_them_and_drawn(shown: Shown) -> None:
    app = _analysis(shown, question="bridges")
    told = text(app)
    assert "<td>Infohus-tovholder, Østkysten</td>" in told
    told_of = (
        "<td>2</td><td>0</td><td>Nås ikke længere: 2</td><td>SSP: 1, Social modtagelse: 1</td>"
    )
    assert told_of + "<td>Kystby</td>" in told
    assert "Af 2 kontakter i kommunerne, set fra nationalt niveau og politikredsene." in told
    assert len(app.get("vega_lite_chart")) == 1
    app.selectbox(key="analysis-label").set_value("Network").run()
    assert app.query_params["label"] == "Network"
    assert "<td>SSP Kystby</td><td>SSP-samarbejde</td>" in text(app)


def test_membership_and_relations_are_told_by_kind_and_network(shown: Shown) -> None:
    told = text(_analysis(shown, question="relations"))
    assert "1 par kender hinanden; 1 af dem mødes ikke i noget netværk." in told
    assert "<td>SSP Kystby</td><td>SSP-samarbejde</td><td>2</td><td>1</td><td>0</td>" in told
    only = text(_analysis(shown, question="relations", kind="SSP", area="kystby", lang="en"))
    assert "Dialogforum" not in only


def test_what_would_cut_a_place_off_is_asked_of_a_place(shown: Shown) -> None:
    assert "Vælg et sted." in text(_analysis(shown, question="cuts"))
    told = text(_analysis(shown, question="cuts", area="kystby"))
    row = "<td>Nationalt</td><td>SSP</td><td>intet antal personer</td><td></td><td>1</td>"
    assert row + "<td>SSP-koordinator, Kystby</td>" in told
    assert "<td>dem alle</td>" in told


def test_a_measure_says_what_it_means_and_how_it_was_made(shown: Shown) -> None:
    assert "Vælg, hvad der skal måles." in text(_analysis(shown, question="metrics"))
    app = _analysis(shown, question="metrics", measure="BETWEENNESS")
    told = text(app)
    assert "hvem der binder dele sammen" in told
    assert "Lavet med networkx.betweenness_centrality(), version" in told
    assert "af 9 funktioner og netværk og 5 forbindelser." in told
    assert "<td>Infohus-tovholder, Østkysten</td>" in told
    assert "<td>0,214</td>" in told  # 6 of 28
    assert app.get("vega_lite_chart")
    app = press(app, "Lav en fil af denne måling (CSV)")
    assert app.get("link_button")[0].proto.url.startswith("/eksport/")
    groups = text(_analysis(shown, question="metrics", measure="COMMUNITIES", lang="en"))
    assert "Among them" in groups


def test_eight_quarters_are_told_by_three_tables_and_drawn(shown: Shown) -> None:
    app = _analysis(shown, question="trend")
    told = text(app)
    assert '<th scope="col">4. kvt. 2026</th>' in told
    assert "<td>Østkystens Politi</td>" in told
    assert told.count("tegnet") == 3
    assert "<td>0–75 %</td><td>75 %</td>" in told  # a later check hides the one before
    assert "Det sidste kvartal er ikke slut." in told
    assert "vides det ikke, hvornår de blev kontrolleret" in told
    assert "<td>Kystby</td>" in text(_analysis(shown, question="trend", by="MUNICIPALITY"))


def test_what_needs_a_new_owner_is_told_by_district(shown: Shown) -> None:
    assert "gav ingen rækker" in text(_analysis(shown, question="owners"))
    ends = [End(id="intake--ssp", on=date(2027, 1, 1), based_on=1)]
    shown.app.store.apply(change_set(ends=ends))
    told = text(_analysis(shown, question="owners"))
    assert "<td>Netværk</td><td>Sektoren er ikke længere med</td><td>1</td><td>1</td>" in told
    assert "<td>Region Sydkysten</td><td>Østkystens Politi</td><td>SSP-samarbejde</td>" in told
    swapped = {"from": "2027-01-01", "to": "2026-12-31"}
    refused = text(_analysis(shown, question="owners", **swapped))
    assert "Den anden dato skal ligge efter den første." in refused


def test_paths_of_two_dates_are_compared(shown: Shown) -> None:
    assert "Vælg, hvor du begynder, og et sted." in text(_analysis(shown, question="paths"))
    asked = {"from": "2026-11-25", "to": "2027-01-01", "start": "ihd", "area": "kystby"}
    told = text(_analysis(shown, question="paths", kind="SSP", **asked))
    assert "2 veje bevaret" in told or "1 vej bevaret" in told
    assert "indehaver i stedet for stedfortræder, fra 7. dec. 2026." in told


def test_another_date_is_asked_about(shown: Shown) -> None:
    told = text(_analysis(shown, question="members", area="kystby", on="2027-01-01"))
    assert "Du ser strukturen pr. 1. jan. 2027." in told


def test_a_place_that_is_hidden_or_absent_is_said_so(shown: Shown) -> None:
    told = text(_analysis(shown, question="coverage", area="nowhere"))
    assert "Findes ikke, eller du har ikke adgang." in told


def test_it_is_for_analysts(shown: Shown) -> None:
    app = shown.screen(ANALYSIS, Role.COORDINATOR)
    assert "Din rolle giver ikke adgang her." in text(app)


def test_the_api_away_is_said(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KONTAKTVEJ_EXPLORER_API_URL", "http://127.0.0.1:9")
    assert "Kontaktvej kan ikke nå registret lige nu." in text(drawn(ANALYSIS, "0" * 64))

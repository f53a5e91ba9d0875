"""The analysis screen: ready questions, their parameters in the address, their tables."""

import json
from datetime import date
from typing import Final

import pytest
from streamlit.testing.v1 import AppTest

from explorer.address import ANALYSIS
from explorer.views.analysis import questions
from graph.access.policy import Role
from graph.model import End
from tests.change_sets import change_set, changed
from tests.explorer.screen import Screens, assert_shows, downloads, press, text

_CUT: Final = (
    "<td>Nationalt</td><td>SSP</td><td>kan ikke opgøres i personer</td><td></td><td>1</td>"
    "<td>SSP-koordinator, Kystby</td>"
)
_ANSWERS: Final[dict[str, tuple[dict[str, str], list[str]]]] = {
    "what changes between two dates": (
        {"question": "changes", "from": "2024-01-01", "to": "2025-12-31"},
        ["<td>er indehaver af</td><td>Begyndt</td><td>2</td>", "01.08.2024", "revision"],
    ),
    "changes, the dates swapped": (
        {"question": "changes", "from": "2025-12-31", "to": "2024-01-01"},
        ["Den anden dato må ikke være før den første."],
    ),
    "changes, none": (
        {"question": "changes", "from": "2001-01-01", "to": "2001-01-02"}, ["gav ingen rækker"],
    ),
    "networks by who meets there": (
        {"question": "members", "area": "kystby"},
        ["<td>SSP Kystby</td><td>SSP-samarbejde</td><td>1</td><td>1</td><td>0</td>", "revision"],
    ),
    "reach, without a start": ({"question": "reach"}, ["Vælg, hvor vejen begynder."]),
    "reach": (
        {"question": "reach", "start": "ihd"},
        ["Begynd hos: **Infohus-tovholder, Østkysten**", "<td>Kystby</td>"],
    ),
    "speakers, without a place": ({"question": "speakers"}, ["Vælg et sted og et sprog."]),
    "relations by kind and network": (
        {"question": "relations"},
        ["1 par kender hinanden; 1 af dem mødes ikke i noget samarbejde.",
         "<td>SSP Kystby</td><td>SSP-samarbejde</td><td>2</td><td>1</td><td>0</td>"],
    ),
    "cuts, without a place": ({"question": "cuts"}, ["Vælg et sted."]),
    "cuts": ({"question": "cuts", "area": "kystby"}, [_CUT, "<td>dem alle</td>"]),
    "another date": (
        {"question": "members", "area": "kystby", "on": "2027-01-01"},
        ["Du ser kontakterne, som de er den 1. jan. 2027."],
    ),
    "a place that is hidden or absent": (
        {"question": "coverage", "area": "nowhere"}, ["Findes ikke, eller du har ikke adgang."],
    ),
}  # fmt: skip


def _analysis(screens: Screens, lang: str = "da", **query: str | list[str]) -> AppTest:
    return screens.screen(ANALYSIS, Role.ANALYST, areas=("dk",), lang=lang, person=None, **query)


def test_the_screen_lists_what_can_be_asked_and_then_prompts_for_parameters(
    screens: Screens,
) -> None:
    app = _analysis(screens, on="2027-01-01")
    assert "analysis-question" not in {field.key for field in app.selectbox}
    for code, question in questions().items():
        to = f'<a href="/analyse?question={code}&amp;on=2027-01-01" target="_self">'
        assert_shows(app, f"{to}<strong>{question.name}</strong><span>{question.summary}</span>")
    app = _analysis(screens, question="members")
    assert "Vælg et sted eller en type." in text(app)
    app.selectbox(key="analysis-question").set_value(None).run()
    assert_shows(app, "<strong>Hvem mødes i hvilke samarbejder?</strong>")


def test_choosing_another_question_clears_the_parameters_of_the_last_one(screens: Screens) -> None:
    app = _analysis(screens, question="coverage", area="kystby", kind="SSP_COORDINATOR")
    app.selectbox(key="analysis-question").set_value("members").run()
    assert set(app.query_params) == {"question"}


@pytest.mark.parametrize(("query", "parts"), _ANSWERS.values(), ids=_ANSWERS)
def test_a_question_is_answered_in_words(
    screens: Screens, query: dict[str, str], parts: list[str]
) -> None:
    assert_shows(_analysis(screens, **query), *parts)


def test_posts_are_counted_by_kind_and_area_and_exported(screens: Screens) -> None:
    app = _analysis(screens, question="coverage", area="kystby", lang="en")
    assert_shows(app, "By kind", '<th scope="col">Vacant</th>', "<td>Kystby</td>")
    assert press(app, "Make the file").get("link_button")[0].proto.url.startswith("/eksport/")


def test_a_contact_table_shows_an_analyst_posts_but_no_names_of_people(screens: Screens) -> None:
    assert "Vælg et sted, og hvad der skal dækkes." in text(_analysis(screens, question="table"))
    required = ["SSP_COORDINATOR", "INTELLIGENCE"]
    app = _analysis(screens, question="table", area="kystby", deputies="1", required=required)
    post = "<td>SSP-koordinator</td><td>SSP-koordinator, Kystby</td>"
    assert_shows(app, post, "Ingen: funktionen findes ikke")
    assert "Bo Rugvang" not in text(app)


def test_bridges_are_listed_with_their_dependents_and_drawn(screens: Screens) -> None:
    app = _analysis(screens, question="bridges")
    assert_shows(
        app,
        "<td>Infohus-tovholder, Østkysten</td>",
        "<td>2</td><td>0</td><td>Nås ikke længere: 2</td><td>SSP: 1, Social modtagelse: 1</td>"
        "<td>Kystby</td>",
        "2 veje fra nationalt niveau og politikredsene til kontakter i kommunerne.",
    )
    assert len(app.get("vega_lite_chart")) == 1
    app.selectbox(key="analysis-label").set_value("Network").run()
    assert app.query_params["label"] == "Network"
    assert "<td>SSP Kystby</td><td>SSP-samarbejde</td>" in text(app)


def test_relations_are_filtered_by_network_kind_and_area(screens: Screens) -> None:
    app = _analysis(screens, question="relations", kind="SSP", area="kystby", lang="en")
    assert "Dialogforum" not in text(app)


def test_a_metric_shows_its_meaning_method_and_values_and_can_be_exported(screens: Screens) -> None:
    assert "Vælg, hvad der skal måles." in text(_analysis(screens, question="metrics"))
    app = _analysis(screens, question="metrics", measure="BETWEENNESS")
    assert_shows(
        app,
        "hvem der binder dele sammen",
        "Lavet med networkx.betweenness_centrality(), version",
        "af 9 funktioner og samarbejder og 5 forbindelser.",
        "<td>Infohus-tovholder, Østkysten</td>",
        "<td>0,214</td>",  # 6 of 28
    )
    assert app.get("vega_lite_chart")
    export, request, _ = downloads(app)["Hent målingen: CSV"]
    assert (export, json.loads(request)) == ("metrics", {"measure": "BETWEENNESS", "kind": []})
    groups = _analysis(screens, question="metrics", measure="COMMUNITIES", lang="en")
    assert "Among them" in text(groups)


def test_the_trend_shows_charts_by_area_before_its_three_tables(screens: Screens) -> None:
    app = _analysis(screens, question="trend")
    content = text(app)
    assert content.count('class="kv-panels"') == content.count("som tabel") == 3
    assert content.index("kv-panels") < content.index("som tabel")
    assert_shows(
        app,
        "<figcaption><strong>Østkystens Politi</strong>",
        '<th scope="col">4. kvt. 2026</th>',
        "<td>Østkystens Politi</td>",
        "<td>0–75 %</td><td>75 %</td>",  # a later check replaces the earlier one
        "Det sidste kvartal er ikke slut.",
        "vides det ikke, hvornår de blev kontrolleret",
    )
    assert "<td>Kystby</td>" in text(_analysis(screens, question="trend", by="MUNICIPALITY"))


def test_an_answer_shows_its_chart_first_and_its_method_last(
    screens: Screens,
) -> None:
    app = _analysis(screens, question="metrics", measure="BETWEENNESS")
    kinds = [
        "table" if element.type == "html" and "<table" in element.proto.body else element.type
        for element in app.main
    ]
    assert kinds.index("vega_lite_chart") < kinds.index("table")
    content = text(app)
    how = content.index("Sådan er det beregnet")
    assert content.index("De højeste") < how < content.index("Lavet med networkx.")
    assert 'data-sortable="Filtrér rækkerne"' in content


def test_elements_that_need_a_new_owner_are_listed_by_district(screens: Screens) -> None:
    assert "gav ingen rækker" in text(_analysis(screens, question="owners"))
    screens.app.store.apply(
        change_set(ends=[End(id="intake--ssp", on=date(2027, 1, 1), based_on=1)])
    )
    assert_shows(
        _analysis(screens, question="owners"),
        "<td>Samarbejde</td><td>Sektoren er ikke længere med</td><td>1</td><td>1</td>",
        "<td>Region Sydkysten</td><td>Østkystens Politi</td><td>SSP-samarbejde</td>",
    )
    refused = _analysis(screens, question="owners", **{"from": "2027-01-01", "to": "2026-12-31"})
    assert "Den anden dato skal ligge efter den første." in text(refused)


def test_paths_of_two_dates_are_compared(screens: Screens) -> None:
    assert "Vælg, hvor du begynder, og et sted." in text(_analysis(screens, question="paths"))
    query = {"from": "2026-11-25", "to": "2027-01-01", "start": "ihd", "area": "kystby"}
    whole = text(_analysis(screens, question="paths", kind="SSP", **query))
    assert "2 veje bevaret" in whole or "1 vej bevaret" in whole
    assert "indehaver i stedet for stedfortræder, fra 7. dec. 2026." in whole


def test_speakers_of_a_language_are_listed_with_their_distance(screens: Screens) -> None:
    store = screens.app.store
    spoken = changed(store, "intake", languages=frozenset({"so"}))
    store.apply(change_set(updates=[changed(store, "kystby", lat=56.16, lon=10.21), spoken]))
    app = _analysis(screens, question="speakers", area="kystby", spoken="so")
    assert_shows(app, "<td>0</td><td>Social modtagelse, Kystby</td><td></td><td>Kystby</td>")
    no_speakers = _analysis(
        screens, question="speakers", area="kystby", spoken="uk", within_km="10"
    )
    assert "gav ingen rækker" in text(no_speakers)


def test_a_stopped_question_is_not_requested_again_until_the_user_retries(screens: Screens) -> None:
    app = _analysis(screens)
    app.session_state["question-stopped"] = ("cuts", "kystby", None)
    app.query_params["question"] = "cuts"
    app.query_params["area"] = "kystby"
    before = len(screens.app.rows())
    assert_shows(app.run(), "Afbrudt. Der spørges ikke længere.", hidden=[_CUT])
    assert not [row for row in screens.app.rows()[before:] if row.action == "read_cuts"]
    assert_shows(press(app, "Spørg igen"), _CUT, hidden=["Afbrudt"])


def test_a_stopped_question_does_not_block_another_question(screens: Screens) -> None:
    app = _analysis(screens)
    app.session_state["question-stopped"] = ("cuts", "kystby", None)
    app.query_params["question"] = "relations"
    assert_shows(app.run(), "1 par kender hinanden", hidden=["Afbrudt"])

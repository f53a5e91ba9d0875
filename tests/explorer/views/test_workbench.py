"""Free queries on the screen: run, parameterized, shown, saved, shared and deleted."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, get_args

import pytest
from streamlit.testing.v1 import AppTest

from api.analysis.examples import EXAMPLES
from api.client import ApiClient, AskedQuery, Parameter, Problem
from api.schemas.analysis import AnalysisSchema, QueryAnswer
from api.schemas.words import MapMeasure
from explorer.address import ANALYSIS
from explorer.components import editor
from explorer.files import fetch_export
from explorer.session import TOKEN
from explorer.views.analysis import questions
from explorer.views.analysis.query_parameters import OF_MEASURE, QueryDraft, names_in
from explorer.views.analysis.query_result import blank_reasons, elements
from graph.access.policy import Role
from tests.explorer.components.marked_labels import LABELS
from tests.explorer.screen import Screens, downloads, html, press, text

READY_S = 600.0
MEMBERS = (
    "MATCH (a:Actor)-[:MEMBER_OF]->(n:Network {kind: $kind})\n"
    "RETURN n.name AS network, count(*) AS posts"
)
KIND = Parameter(name="kind", type="WORD", label="Slags", vocabulary="NetworkKind", default="SSP")


def analysis(screens: Screens, lang: str = "da", **query: str) -> AppTest:
    return screens.screen(ANALYSIS, Role.ANALYST, areas=("dk",), lang=lang, **query)


def cypher(screens: Screens, **query: str) -> AppTest:
    return analysis(screens, tab="cypher", **query)


def query_link(app: AppTest) -> Any:
    """The link to the query behind the numbers of a page."""
    (link,) = [link.proto for link in app.get("link_button") if "Åbn" in link.proto.label]
    return link


def ask(app: AppTest, query: str, *declared: Parameter) -> AppTest:
    """Submit a query as Ctrl+Enter does, without a browser; wait for the answer or refusal."""
    app.session_state["workbench-draft"] = QueryDraft(text=query, declared=declared)
    app.session_state["workbench-asked"] = query
    ends_at = time.monotonic() + READY_S
    while True:
        app.run()
        if "gøres klar" not in text(app) or time.monotonic() > ends_at:
            return app
        time.sleep(0.5)


def test_parameter_names_are_found_only_after_dollar_signs_outside_literals() -> None:
    assert names_in("MATCH (n {kind: $kind, to: $to}) WHERE n.kind = $kind RETURN n") == (
        "kind", "to",
    )  # fmt: skip
    assert names_in("RETURN '$a', \"$b\", `$c` // $d\n/* $e */, $f, $G, $1") == ("f",)


def test_the_schema_and_limits_are_shown_beside_the_query_field(screens: Screens) -> None:
    content = text(cypher(screens))
    assert "<strong>Actor</strong>" in content
    assert "<strong>MEMBER_OF</strong>" in content
    assert "Actor → Network" in content
    assert "Højst 1.000 rækker" in content
    assert "Vælg et eksempel, eller skriv Cypher." in content


def test_an_empty_field_offers_examples_that_are_asked_at_once(screens: Screens) -> None:
    app = cypher(screens)
    offered = re.findall(
        r'href="([^"]*example=([\w-]+))" target="_self"><strong>([^<]+)', html(app)
    )
    assert len(offered) == 3
    assert all(title.endswith("?") for _to, _id, title in offered)
    assert len({example for _to, example, _title in offered}) == 3
    asked = cypher(screens, example=offered[0][1])
    assert "MATCH" in asked.session_state["workbench-asked"]
    assert "kv-questions" not in html(asked)


def test_an_example_is_written_into_the_field(screens: Screens) -> None:
    app = cypher(screens)
    examples = app.selectbox(key="workbench-example")
    assert len(examples.options) >= 8
    examples.set_value("vacant").run()
    assert "MATCH" in app.session_state["workbench-draft"].text


def test_an_example_query_replaces_the_typed_text(
    screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = cypher(screens)

    def draw(*_: object, **__: object) -> dict[str, Any]:
        return {"text": "RETURN 1"}

    monkeypatch.setattr(editor, "draw", draw)
    app.selectbox(key="workbench-example").set_value("vacant").run()
    assert "MATCH" in app.session_state["workbench-draft"].text


def test_a_page_links_to_the_query_behind_its_numbers(screens: Screens) -> None:
    examples = {example.id for example in EXAMPLES}
    origins = (*(question.origin for question in questions().values()), *OF_MEASURE.values())
    assert {origin.example for origin in origins} <= examples
    assert OF_MEASURE.keys() == {*get_args(MapMeasure)}
    link = query_link(analysis(screens, question="members", area="kystby"))
    assert link.url == "/analyse?tab=cypher&example=meetings&area=kystby"
    link = query_link(analysis(screens, question="bridges"))
    assert link.label == "Åbn en forespørgsel på det, svaret bygger på"
    assert link.url == "/analyse?tab=cypher&example=one-way"
    app = cypher(screens, example="meetings")
    draft = app.session_state["workbench-draft"]
    assert "COORDINATES|MEMBER_OF" in draft.text
    assert "$area" not in draft.text
    assert "example" not in app.query_params


def test_the_query_behind_a_page_has_its_area_and_dates_as_parameters(screens: Screens) -> None:
    app = cypher(screens, example="meetings", area="kystby")
    draft = app.session_state["workbench-draft"]
    assert "(:Area {id: $area})" in draft.text
    (area,) = draft.declared
    assert (area.name, area.type, area.default) == ("area", "AREA", "kystby")
    assert "Udfyld det, spørgsmålet skal bruge." not in text(app), "the place is filled in"
    assert "area" not in app.query_params
    app = cypher(screens, example="ends", **{"from": "2026-12-31", "to": "2027-01-01"})
    draft = app.session_state["workbench-draft"]
    assert [parameter.default for parameter in draft.declared] == ["2026-12-31", "2027-01-01"]
    assert "date($since) < link.valid_to" in draft.text
    assert "from" not in app.query_params


@pytest.mark.drill
def test_a_query_result_is_shown_and_exported_and_an_error_shows_its_position(
    screens: Screens,
) -> None:
    app = ask(cypher(screens), MEMBERS, KIND)
    content = text(app)
    assert '<th scope="col">network</th>' in content
    assert "<td>SSP Kystby</td><td>1</td>" in content
    assert "1 række" in content
    assert "revision 1" in content
    assert [box.label for box in app.selectbox if box.label == "Slags"] == ["Slags"]
    app.segmented_control(key="workbench-view").set_value("diagram").run()
    assert app.get("vega_lite_chart") or app.get("arrow_vega_lite_chart")
    with ApiClient(screens.address, app.session_state[TOKEN]) as client:
        offered = downloads(app)
        assert list(offered) == [
            "Hent svaret: CSV", "Hent svaret: CSV med beskrivelse (ZIP)", "Hent svaret: Parquet",
            "Hent svaret: JSON",
        ]  # fmt: skip
        file = fetch_export(client, *offered["Hent svaret: CSV"])
        assert file.content.decode("utf-8-sig") == "network;posts\r\nSSP Kystby;1\r\n"
        assert fetch_export(client, *offered["Hent svaret: Parquet"]).content.startswith(b"PAR1")

    refused = text(ask(app, "MATCH (n) DETACH DELETE n"))
    assert "Forespørgslen vil gøre mere end at læse." in refused
    assert "<td>SSP Kystby</td>" not in refused
    assert "Linje 1, tegn 18." in text(ask(app, "MATCH (n) RETURN m"))
    drawing = ask(app, "MATCH (a:Actor)-[l:MEMBER_OF]->(n:Network) RETURN a, l, n LIMIT 5")
    assert "Tegnet netværk" in drawing.segmented_control(key="workbench-view").options
    assert "gav ingen rækker" in text(ask(app, "MATCH (n:Network {name: 'x'}) RETURN n"))


@pytest.mark.drill
def test_a_query_without_a_free_slot_shows_a_message_and_can_be_stopped(screens: Screens) -> None:
    app = ask(cypher(screens), "RETURN 1 AS one")
    line = ApiClient(screens.address, app.session_state[TOKEN])
    long = AskedQuery(query="UNWIND range(1, 900000000) AS n RETURN count(n)", purpose="KNOWLEDGE")
    with line, ThreadPoolExecutor(2) as two:
        taking = [two.submit(line.query, long) for _ in range(2)]  # both slots of the account
        time.sleep(1)
        app.session_state["workbench-draft"] = QueryDraft(text="RETURN 2 AS two")
        app.session_state["workbench-asked"] = "RETURN 2 AS two"
        app.run()
        assert "For travlt lige nu" in text(app)
        assert "Afbrudt. Forespørgslen står stadig i feltet." in text(press(app, "Afbryd"))
        assert all(isinstance(query.exception(), Problem) for query in taking)  # over the limit
    # If the engine had not ended them, the account would have to wait for a slot.
    assert "<td>2</td>" in text(ask(cypher(screens), "RETURN 2 AS two"))


def labelled(label: str, *names: str) -> dict[str, object]:
    properties = [{"name": name, "type": "STRING"} for name in names]
    return {"label": label, "count": 1, "properties": properties}


SCHEMA = AnalysisSchema.model_validate(
    {
        "revision": 1, "on": "2026-11-25", "links": [], "examples": [], "procedures": [],
        "labels": [labelled("Actor", "name", "hours"), labelled("Person", "kind")],
        "most_characters": 4000, "most_rows": 1000, "most_bytes": 1000, "most_s": 2,
    }
)  # fmt: skip
LEFT_OUT = "har intet felt name på Person: navne på personer"


@pytest.mark.parametrize(
    ("query", "column", "reason"),
    [
        ("MATCH (p:Person) RETURN p.name", "p.name", LEFT_OUT),
        ("MATCH (p:Person) RETURN p.name AS who", "who", LEFT_OUT),
        ("MATCH (a:Actor) RETURN a.hours", "a.hours", "Registret har ingen værdi dér"),
        ("MATCH (a:Actor) RETURN max(a.hours) AS last", "last", "Forespørgslen fandt intet dér."),
    ],
)
def test_blank_reasons_explain_why_a_cell_is_blank(query: str, column: str, reason: str) -> None:
    answer = QueryAnswer.model_validate(
        {"columns": ["n", column], "rows": [[1, None], [2, "x"]], "ms": 1, "cost": 1,
         "operators": [], "on": "2026-11-25", "revision": 1}
    )  # fmt: skip
    (message,) = blank_reasons(query, answer, SCHEMA)
    assert message.startswith(f"{column}: 1 tom celle.")
    assert reason in message


def test_a_query_with_an_unfilled_parameter_shows_a_prompt(screens: Screens) -> None:
    content = text(ask(cypher(screens), "MATCH (n) WHERE n.id = $which RETURN n"))
    assert "Udfyld det, spørgsmålet skal bruge." in content


@pytest.mark.slow
def test_a_query_is_saved_changed_shared_and_deleted(screens: Screens) -> None:
    app = cypher(screens)
    app.session_state["workbench-draft"] = QueryDraft(text=MEMBERS, declared=(KIND,))
    app.run()
    assert "Giv spørgsmålet et navn." in text(press(app, "Gem som nyt"))
    app.text_input(key="keep-name").set_value("Hvem mødes?")
    app.text_area(key="keep-what").set_value("Tal for hvert netværk.")
    assert "Gemt som version 1." in text(press(app, "Gem som nyt"))
    saved_queries = str(app.query_params["query"])
    app.run()
    app.checkbox(key="keep-all").check()
    assert "Gemt som version 2." in text(press(app, "Gem ændringen"))

    # Another user with whom it is shared opens it, with the same parameters to fill in.
    other = cypher(screens, query=saved_queries)
    assert other.session_state["workbench-draft"].text == MEMBERS
    assert other.session_state["workbench-draft"].parameters() == (KIND,)
    listed = analysis(screens, tab="kept", lang="en")
    assert "**Hvem mødes?**" in text(listed)
    assert "shared with" not in text(listed)  # only the owner sees with whom
    assert not [button for button in listed.button if button.label == "Delete the question"]

    # Its owner deletes it; then it is gone for everybody.
    app.query_params["tab"] = "kept"
    app.run()
    app.button(key=f"delete-{saved_queries}").click().run()
    assert "Hvem mødes?" not in text(app)
    assert "Findes ikke, eller du har ikke adgang." in text(cypher(screens, query=saved_queries))


def test_a_conflicting_change_of_a_saved_query_is_rejected_and_the_draft_remains(
    screens: Screens,
) -> None:
    app = cypher(screens)
    app.session_state["workbench-draft"] = QueryDraft(text="RETURN 1")
    app.run()
    app.text_input(key="keep-name").set_value("Fælles")
    press(app, "Gem som nyt")
    saved_queries = str(app.query_params["query"])
    draft: QueryDraft = app.session_state["workbench-draft"]
    app.session_state["workbench-draft"] = QueryDraft(
        text="RETURN 2", original=draft.original, etag='"7"', declared=()
    )
    app.run()
    assert "ændret et andet sted imens" in text(press(app, "Gem ændringen"))
    assert app.session_state["workbench-draft"].text == "RETURN 2"
    assert app.query_params["query"] == saved_queries


def test_a_question_file_of_a_newer_format_shows_an_error_in_danish() -> None:
    app = AppTest.from_function(_refused_file)
    app.run()
    assert "er i form 2" in text(app)


def _refused_file() -> None:
    from pydantic import ValidationError

    from api.client import QuestionFile
    from explorer.views.analysis import saved_queries

    try:
        QuestionFile.model_validate({"kontaktvej_question": 2, "steps": []})
    except ValidationError as error:
        saved_queries.draw_file_errors(error)


def test_a_drawn_network_contains_each_node_and_link_of_the_result_once() -> None:
    post = {"node": "a", "labels": ["Actor"], "properties": {"name": "SSP", "tier": "MUNICIPAL"}}
    net = {"node": "n", "labels": ["Network"], "properties": {"kind": "SSP"}}
    link: dict[str, object] = {
        "link": "a--n", "type": "MEMBER_OF", "source": "a", "target": "n", "properties": {},
    }  # fmt: skip
    far = {**link, "link": "a--x", "target": "x"}
    network = elements([[{"path": [post, link, net]}, [post, far], 3, None]], LABELS)
    assert [node["id"] for node in network["nodes"]] == ["a", "n"]
    assert [link["id"] for link in network["links"]] == ["a--n"]
    assert network["nodes"][1]["name"] == "some Network"

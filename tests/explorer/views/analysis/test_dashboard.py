"""The dashboard: the pinned queries that it answers, for whom, and with which rights."""

import time
from typing import Final

import pytest
from streamlit.testing.v1 import AppTest

from api.client import ApiClient, NewQuestion, Parameter
from explorer.address import ANALYSIS
from graph.access.policy import Role
from tests.explorer.screen import Screens, html, open_screen, text

pytestmark = pytest.mark.slow

MEMBERS: Final = (
    "MATCH (a:Actor)-[:MEMBER_OF]->(n:Network) RETURN n.name AS network, count(*) AS posts "
    "ORDER BY network"
)
READY_S: Final = 600.0


def keep(screens: Screens, token: str, name: str, query: str = MEMBERS, **more: object) -> str:
    with ApiClient(screens.address, token=token) as client:
        new = NewQuestion.model_validate({"name": name, "query": query, **more})
        return client.keep_question(new).id


def dashboard(screens: Screens, token: str) -> AppTest:
    """Return the dashboard after its queries ran, once the replica is ready."""
    ends_at = time.monotonic() + READY_S
    app = open_screen(ANALYSIS, token, tab="dashboard")
    app.button(key="dashboard-ask").click().run()
    while "gøres klar" in text(app) and time.monotonic() < ends_at:
        time.sleep(0.5)
        app.run()
    return app


def analyst(screens: Screens) -> str:
    return screens.app.token(Role.ANALYST, areas=("dk",))


def test_a_dashboard_without_pinned_queries_shows_a_message(screens: Screens) -> None:
    app = open_screen(ANALYSIS, analyst(screens), tab="dashboard")
    assert "Her er intet endnu." in text(app)
    assert html(app).count("example=") == 3


@pytest.mark.drill
def test_a_pinned_query_shows_a_chart_and_a_table_and_opens_in_the_workbench(
    screens: Screens,
) -> None:
    mine = analyst(screens)
    question = keep(screens, mine, "Posts of networks", is_pinned=True)
    keep(screens, mine, "Not pinned")
    app = dashboard(screens, mine)
    assert [header.value for header in app.header] == ["Posts of networks"]
    assert "<th" in html(app)
    assert len(app.get("vega_lite_chart")) == 1
    app.button(key=f"dashboard-open-{question}").click().run()
    assert app.session_state["workbench-draft"].text == MEMBERS
    assert app.session_state["workbench-draft"].original.id == question


def test_another_user_sees_only_pinned_queries_shared_with_their_role(screens: Screens) -> None:
    owner = analyst(screens)
    keep(screens, owner, "Only mine", is_pinned=True)
    keep(screens, owner, "For all", is_pinned=True, roles=("ANALYST",))
    headers = [header.value for header in dashboard(screens, analyst(screens)).header]
    assert "For all" in headers
    assert "Only mine" not in headers


def test_a_failing_or_unfilled_query_shows_its_error_beside_the_other_results(
    screens: Screens,
) -> None:
    mine = analyst(screens)
    keep(screens, mine, "A refused one", "MATCH (n) DELETE n", is_pinned=True)
    needs = Parameter(name="kind", type="TEXT", label="Slags")
    keep(screens, mine, "B unfilled", "MATCH (n {kind: $kind}) RETURN n.name",
         parameters=(needs,), is_pinned=True)  # fmt: skip
    keep(screens, mine, "C answered", is_pinned=True)
    app = dashboard(screens, mine)
    content = text(app)
    assert "Udfyld det, spørgsmålet skal bruge." in content
    assert len(app.error) == 1
    assert len(app.get("vega_lite_chart")) >= 1


def test_a_result_is_cached_until_the_user_reruns_the_query(screens: Screens) -> None:
    mine = analyst(screens)
    keep(screens, mine, "Kept", is_pinned=True)
    app = dashboard(screens, mine)
    query_count = _query_count(screens)
    app.run()
    assert _query_count(screens) == query_count
    app.button(key="dashboard-ask").click().run()
    assert _query_count(screens) > query_count


def test_queries_run_only_on_request_and_with_the_chosen_purpose(screens: Screens) -> None:
    mine = analyst(screens)
    keep(screens, mine, "Not asked yet", is_pinned=True)
    before = _query_count(screens)
    app = open_screen(ANALYSIS, mine, tab="dashboard")
    assert "Not asked yet" in text(app)
    assert _query_count(screens) == before
    app.selectbox(key="dashboard-purpose").set_value("VERIFY")
    app.button(key="dashboard-ask").click().run()
    queries = [row for row in screens.app.json_rows() if row["action"] == "run_query"]
    assert queries[-1]["purpose"] == "VERIFY"


def _query_count(screens: Screens) -> int:
    return sum(row["action"] == "run_query" for row in screens.app.json_rows())

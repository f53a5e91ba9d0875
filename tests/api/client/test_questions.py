"""The questions from Python: a real client, a real server, the real store."""

import subprocess
import sys
from collections.abc import Generator

import pytest

from api.client import (
    ApiClient,
    AskedHandover,
    AskedReach,
    AskedStops,
    AskedTable,
    AskedWhyNot,
    Invalid,
    Need,
    NotAllowed,
    NotFound,
    NotSignedIn,
)
from graph.access.policy import Role
from tests.api.serving import served
from tests.fixtures.app import TestApp


@pytest.fixture
def address(app: TestApp) -> Generator[str]:
    """Where Kystby is served."""
    with served(app.http.app) as address:
        yield address


def test_a_name_leads_to_a_path_in_the_callers_language(app: TestApp, address: str) -> None:
    token = app.token(Role.COORDINATOR, person="carl")
    with ApiClient(address, token, "en") as client:
        found = client.paths(Need(target=client.names("ssp-koordinator kystby").found[0].id))
    assert found.paths[0].stops[-1].node.id == "ssp-post"
    assert found.paths[0].words.summary.startswith("1 step, oldest check 41 days")


def test_every_question_about_paths_has_its_method(app: TestApp, address: str) -> None:
    token = app.token(Role.COORDINATOR, areas=("dk",), person="carl")
    with ApiClient(address, token) as client:
        assert client.ready().is_ready
        assert client.revision().revision == 1
        whole = client.paths_through_stops(AskedStops(target="intake", stops=("ssp-post",)))
        assert whole.paths[0].legs[0].stops[-1].node.id == "ssp-post"
        why = client.why_not(AskedWhyNot(target="ssp-post", node="nobody")).why_not
        assert why.obstacle == "NOT_FOUND"
        assert len(client.reach(AskedReach(sector="YOUTH")).municipalities) == 2
        moved = client.handover(AskedHandover(from_area="kystby", to_area="nabo"))
        assert len(moved.sectors) == 4
        table = client.table(AskedTable(area="kystby", required=("POLICE",)))
        assert [seat.person and seat.person.id for seat in table.seats] == ["carl"]


def test_what_the_api_refuses_is_raised_by_its_family(app: TestApp, address: str) -> None:
    with ApiClient(address, app.token(Role.COORDINATOR), "en") as client:
        with pytest.raises(NotFound) as hidden:
            client.paths(Need(target="erik"))
        with pytest.raises(Invalid) as invalid:
            client.paths(Need(start="ihd"))
    assert hidden.value.slug == "not-found"
    assert hidden.value.request_id
    assert [fault.pointer for fault in invalid.value.errors] == ["/target"]
    assert "say at least one" in str(invalid.value)
    with ApiClient(address, app.token(Role.ADMIN)) as client, pytest.raises(NotAllowed) as refused:
        client.names("amina")
    assert refused.value.members["needed"] == "QUESTION"
    with ApiClient(address) as client, pytest.raises(NotSignedIn):
        client.names("amina")


def test_who_uses_the_client_loads_no_server_and_no_graph() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import api.client, sys; print(*sys.modules)"],
        capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    assert not {"graph", "fastapi", "sqlalchemy", "neo4j", "numpy"} & set(loaded)

"""An internal error, and the end of a session while its page is open."""

import re
from dataclasses import replace

import pytest
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from graph.access.policy import Role
from tests.api.serving import served
from tests.e2e.desk import ScreenDriver
from tests.e2e.test_network_journeys import WORKER
from tests.explorer.server import served_explorer


def test_an_unexpected_answer_shows_an_error_number_and_none_of_its_content(
    desk: ScreenDriver, capfd: pytest.CaptureFixture[str]
) -> None:
    name = desk.holder(WORKER).name

    async def api_of_tomorrow(scope: Scope, receive: Receive, send: Send) -> None:
        """The API with one answer that has a field unknown to this explorer."""
        if scope.get("path") == "/audit/mine":
            await JSONResponse({"rows": [], "next": None, "colleague": name})(scope, receive, send)
        else:
            await desk.app.http.app(scope, receive, send)

    with (
        served(api_of_tomorrow) as api,
        served_explorer(api) as explorer,
        replace(desk, address=explorer.address).seat(Role.COORDINATOR, path=None) as seat,
    ):
        seat.open("/log?tab=mine", "Noget gik galt hos os.")
        number = re.search(r"Noget gik galt hos os\. Nummer: ([0-9A-F]{4})\.", seat.text())
        assert number is not None
        for secret in (name, "ValidationError", "OwnRows", "colleague"):
            assert secret not in seat.page.content()
        seat.open("/vedligehold")
        assert "Noget gik galt hos os." not in seat.text(), "the other screens go on"
    log = capfd.readouterr().err
    assert f"a screen failed, number {number[1]}" in log
    assert "OwnRows" in log, "what broke"
    assert name not in log


def test_a_refused_socket_redirects_to_sign_in_with_the_return_address(desk: ScreenDriver) -> None:
    token = desk.app.token(Role.COORDINATOR, areas=("dk",))
    with desk.seat(token=token, path="/kort") as seat:
        desk.app.end_session(token)
        seat.page.evaluate(
            "() => { new WebSocket(`${location.origin.replace('http', 'ws')}/_stcore/stream`) }"
        )
        seat.page.wait_for_url("**/login?next=%2Fkort")
        assert seat.page.locator("#login").is_visible()
        seat.errors.clear()  # the browser logs each refused socket

"""A session ends while its page is open: where does that lead?"""

from graph.access.policy import Role
from tests.e2e.desk import ScreenDriver

_SOCKET = "() => { new WebSocket(`${location.origin.replace('http', 'ws')}/_stcore/stream`) }"


def test_a_socket_that_is_refused_leads_to_sign_in_and_back(desk: ScreenDriver) -> None:
    token = desk.app.token(Role.COORDINATOR, areas=("dk",))
    with desk.seat(token=token, path="/kort") as seat:
        end(desk, token)
        seat.page.evaluate(_SOCKET)
        seat.page.wait_for_url("**/login?next=%2Fkort")
        assert seat.page.locator("#login").is_visible()
        seat.errors.clear()  # a browser tells of each socket that is refused


def end(desk: ScreenDriver, token: str) -> None:
    """Signs out whoever has a session, from elsewhere."""
    who = desk.app.accounts.signed_in(token)
    assert who is not None
    desk.app.accounts.sessions.end(who.via)

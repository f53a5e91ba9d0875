"""Validation of session cookies while the API does not answer."""

import anyio
from starlette.requests import HTTPConnection

from explorer.page import SESSION
from explorer.session import ClientSession, ClientSessions
from explorer.settings import ExplorerSettings
from graph.access.policy import Role
from tests.explorer.screen import Screens
from tests.wire import Wire, wire_to


def connection_with(token: str) -> HTTPConnection:
    """A connection of a browser with a session cookie."""
    return HTTPConnection(
        {
            "type": "websocket", "client": ("127.0.0.1", 1),
            "headers": [(b"cookie", f"{SESSION}={token}".encode())],
        }
    )  # fmt: skip


def test_a_confirmed_session_stays_open_while_many_others_wait(screens: Screens) -> None:
    token = screens.app.token(Role.COORDINATOR)
    with wire_to(screens.address) as wire:
        sessions = ClientSessions(ExplorerSettings(api_url=wire.uri))
        first, confirmed, stranger = anyio.run(_states, sessions, wire, token)
    assert first is confirmed is ClientSession.OPEN
    assert stranger is ClientSession.UNKNOWN


async def _states(
    sessions: ClientSessions, wire: Wire, token: str
) -> tuple[ClientSession, ClientSession, ClientSession]:
    """The state of a session before and while the queue is full, and that of an unknown one."""
    first = await sessions.of(connection_with(token))
    confirmed = stranger = first
    wire.hold()
    async with anyio.create_task_group() as group:
        for number in range(100):
            group.start_soon(sessions.of, connection_with(_made_up(token, number)))
        await anyio.sleep(0.2)  # until they wait
        confirmed = await sessions.of(connection_with(token))
        stranger = await sessions.of(connection_with(_made_up(token, 100)))
        wire.cut()
    return first, confirmed, stranger


def _made_up(token: str, number: int) -> str:
    digits = f"{number:04}"
    return token[: -len(digits)] + digits

"""Screen x role: the screens that each role is shown, and the API's answers to each of them.

The screens are those of `explorer/address.py`; the rights of a role are up to the policy of the
API, whose log shows every refusal.
"""

import pytest

from api.audit.entry import AuditKind
from explorer.address import FIND, SCREENS, Screen
from graph.access.policy import Role
from tests.explorer.screen import Screens, html, open_screen, text
from tests.fixtures.app import TestApp

REFUSAL = "Din rolle giver ikke adgang her."
_MODULES = [screen.module for screen in SCREENS]


def denied_actions(app: TestApp, first: int) -> list[tuple[str, str]]:
    """Return the actions refused since a row of the log."""
    rows = app.rows()[first:]
    return [(row.action, row.kind.value) for row in rows if row.kind is AuditKind.DENIED]


@pytest.mark.slow
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("screen", SCREENS, ids=_MODULES)
def test_a_screen_is_shown_to_its_roles_and_refused_to_others(
    screens: Screens, screen: Screen, role: Role
) -> None:
    first = len(screens.app.rows())
    query = {"area": "kystby"} if screen is FIND else {}  # a bare address may redirect
    app = open_screen(screen, screens.app.token(role, areas=("dk",)), **query)
    content = text(app)
    if screen.roles is None or role in screen.roles:
        assert REFUSAL not in content
        assert app.title, "a screen has a heading"
        assert denied_actions(screens.app, first) == [], (
            "the API refuses nothing that the screen asks"
        )
        return
    assert REFUSAL in content
    links = html(app)
    linked = [other for other in SCREENS if other is not FIND and f'href="/{other.path}"' in links]
    assert linked, "a refusal leads on"
    assert all(other.roles is None or role in other.roles for other in linked)
    actions = {row.action for row in screens.app.rows()[first:]}
    assert actions <= {"read_vocabulary", "read_entity"}, (
        "a screen that is refused asks for nothing"
    )


@pytest.mark.parametrize("role", Role)
def test_no_role_lands_on_a_refusal(screens: Screens, role: Role) -> None:
    app = open_screen(FIND, screens.app.token(role, areas=("dk",)))
    assert REFUSAL not in text(app)

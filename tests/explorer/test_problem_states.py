"""Messages where no data can be shown: the log cannot be written, or the budget is used up."""

from collections.abc import Generator
from contextlib import contextmanager
from urllib.parse import quote

import pytest
from streamlit.testing.v1 import AppTest

from explorer.address import FIND, NETWORK, REGISTER, Screen
from graph.access.policy import Role
from tests.api.audit.logs import tampering
from tests.change_sets import NUMBERS, change_set
from tests.explorer.screen import Screens, html, open_screen, press, text
from tests.fixtures.app import TestApp
from tests.fixtures.details import numbers_of

pytestmark = pytest.mark.slow

NOT_LOGGED = "Opslaget kan ikke logges lige nu, derfor vises intet."
MOST = 30
PEOPLE = ("Amina", "Bo Rugvang", "Dina", "Jens R.")


@contextmanager
def unwritable_log(app: TestApp) -> Generator[None]:
    """Make writes to the audit log fail while the block lasts."""
    month = app.audit.storage.existing_months()[-1]
    with tampering(app.folder, month) as file:
        file.execute("ALTER TABLE audit RENAME TO elsewhere")
    try:
        yield
    finally:
        with tampering(app.folder, month) as file:
            file.execute("ALTER TABLE elsewhere RENAME TO audit")


def everything(app: AppTest) -> str:
    """Return everything sent to a browser, drawings and texts for screen readers included."""
    return "\n".join(str(getattr(element, "proto", "")) for element in (*app.main, *app.sidebar))


@pytest.mark.parametrize(
    ("screen", "query", "part"),
    [
        (FIND, {"target": "ssp-post"}, "Svarer nu: Bo"),
        (REGISTER, {"id": "bo"}, "Mobil +45"),
        (REGISTER, {"area": "kystby"}, "SSP Kystby"),
        (NETWORK, {"id": "ssp-post"}, "SSP Kystby"),
    ],
    ids=["find", "card", "register", "network"],
)
def test_a_look_up_that_cannot_be_logged_hides_all_data_including_earlier_data(
    own_screens: Screens, screen: Screen, query: dict[str, str], part: str
) -> None:
    app = own_screens.screen(screen, Role.COORDINATOR, person="carl", areas=("dk",), **query)
    assert part in everything(app)
    with unwritable_log(own_screens.app):
        app.query_params["hops"] = "2"  # a repeated query would not be sent
        app.run()
        assert NOT_LOGGED in text(app)
        assert part not in everything(app)
        assert not [name for name in PEOPLE if name in everything(app)]
        assert "Findes ikke" not in everything(app)
    app.run()
    assert NOT_LOGGED not in text(app)
    assert part in everything(app)


def test_an_exhausted_reveal_budget_shows_a_message_and_the_screen_still_works(
    own_screens: Screens,
) -> None:
    app = own_screens.app
    token = app.token(Role.COORDINATOR, person="carl", areas=("dk",))
    app.store.apply(change_set(creates=numbers_of("amina", MOST)))
    numbers = [{"detail": f"number-{place}", "channel": "MOBILE"} for place in range(MOST)]
    request = {"details": numbers, "purpose": "CONCERN"}
    headers = {"Authorization": f"Bearer {token}"}
    assert app.http.post("/reveal", json=request, headers=headers).status_code == 200
    app = open_screen(REGISTER, token, id="bo")
    press(app, "Vis mobil")
    app.selectbox(key="reveal-purpose-of").set_value("CONCERN").run()
    assert f"Du har vist {MOST} af {MOST} i dag." in text(app)
    press(app, "Vis og log")
    message = f"Du har vist {MOST} kontaktoplysninger i dag. Du kan vise flere i morgen."
    assert message in text(app)
    assert NUMBERS["phone-bo"] not in html(app)
    press(app, "Vis alligevel: alvorlig sikkerhedsmæssig bekymring")
    assert NUMBERS["phone-bo"] in html(app)
    app.query_params["id"] = "ssp-post"
    app.run()
    assert message not in text(app)
    assert app.title


def test_at_the_limit_a_file_is_made_for_a_serious_security_concern(own_screens: Screens) -> None:
    app = own_screens.app
    token = app.token(Role.COORDINATOR, person="carl", areas=("dk",))
    app.store.apply(change_set(creates=numbers_of("amina", MOST)))
    numbers = [{"detail": f"number-{place}", "channel": "MOBILE"} for place in range(MOST)]
    request = {"details": numbers, "purpose": "CONCERN"}
    headers = {"Authorization": f"Bearer {token}"}
    assert app.http.post("/reveal", json=request, headers=headers).status_code == 200
    screen = open_screen(REGISTER, token, id="ssp-post")
    screen.selectbox(key="register-vcard-purpose").set_value("CONCERN").run()
    press(screen, "Lav vCard")
    assert f"Du har vist {MOST} kontaktoplysninger i dag." in text(screen)
    assert not screen.get("link_button")
    press(screen, "Vis alligevel: alvorlig sikkerhedsmæssig bekymring")
    (link,) = screen.get("link_button")
    assert link.proto.label.startswith("Hent kontaktvej-")
    shown = [row for row in app.rows() if row.action == "reveal_contacts"][-1]
    assert (shown.kind.value, shown.purpose) == ("shown", "SERIOUS")
    assert shown.asked["beyond"] == MOST


def _signed_out() -> None:
    from explorer import problem_states

    problem_states.signed_out()


def test_the_sign_in_link_returns_to_the_same_query() -> None:
    app = AppTest.from_function(_signed_out)
    app.query_params["target"], app.query_params["stops"] = "ssp-post", ["a", "b"]
    app.run()
    (link,) = app.get("link_button")
    back = "/?target=ssp-post&stops=a&stops=b"
    assert link.proto.url == f"/login?next={quote(back, safe='')}"

"""A screen in Streamlit's AppTest: the real script and the real API, without a browser."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape

import pandas as pd  # pyright: ignore[reportMissingTypeStubs]  # has none
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button
from streamlit.util import calc_hash

from explorer.address import FIND, Screen
from explorer.app import SCRIPT
from explorer.i18n import LANGUAGE
from explorer.session import TOKEN
from graph.access.policy import Role
from tests.fixtures.app import TestApp

_TIMEOUT_S = 600  # an upper limit
_KEEPING = re.compile(r"\\(?=[^a-zA-Z0-9\s])|\u2060")


@dataclass(frozen=True, slots=True, kw_only=True)
class Screens:
    """An application that is served at an address, and the screens that use it."""

    app: TestApp
    address: str

    def screen(
        self,
        screen: Screen,
        *roles: Role,
        person: str | None = None,
        areas: Iterable[str] = ("kystby",),
        lang: str = "da",
        **query: str | list[str],
    ) -> AppTest:
        """Run a screen with a session of these roles and return it."""
        return open_screen(
            screen, self.app.token(*roles, areas=areas, person=person), lang=lang, **query
        )


def open_screen(
    screen: Screen, token: str | None, *, lang: str = "da", **query: str | list[str]
) -> AppTest:
    """Run the screen with a session token and return it; None: without a session."""
    app = AppTest.from_file(SCRIPT, default_timeout=_TIMEOUT_S)
    app.session_state[LANGUAGE] = lang
    if token is not None:
        app.session_state[TOKEN] = token
    for name, value in query.items():
        app.query_params[name] = value
    # `switch_page` takes a file; our pages are functions, identified by the digest of their path.
    app._page_hash = "" if screen is FIND else calc_hash(screen.path)  # pyright: ignore[reportPrivateUsage]  # see above
    return app.run()


def text(app: AppTest) -> str:
    """Return all text on a screen, in order, without the escapes of Markdown."""
    assert not app.exception, app.exception
    return _KEEPING.sub("", "\n".join(filter(None, map(_text_of, app))))


def _text_of(element: object) -> str:
    value = getattr(element, "value", None)
    if isinstance(value, pd.DataFrame):
        return value.to_csv(index=False)
    words = value if isinstance(value, str) and value else getattr(element, "label", None)
    return words if isinstance(words, str) else ""


def html(app: AppTest) -> str:
    """Return the HTML elements of a screen, without its styles."""
    assert not app.exception, app.exception
    bodies: list[str] = [element.proto.body for element in app.get("html")]
    return "\n".join(body for body in bodies if not body.startswith("<style>"))


def downloads(app: AppTest) -> dict[str, tuple[str, str, str]]:
    """Return the values that each download button sends, by label: export, request, format."""
    values: dict[str, tuple[str, str, str]] = {}
    for form in re.findall(r'<form method="post" action="/eksport".*?</form>', html(app)):
        export = re.search(r'name="export" value="([^"]*)"', form)
        request = re.search(r'name="asked" value="([^"]*)"', form)
        assert export is not None
        assert request is not None
        for format, label in re.findall(r'name="format" value="(\w+)" aria-label="([^"]*)"', form):
            values[unescape(label)] = (export[1], unescape(request[1]), format)
    return values


def button(app: AppTest, label: str) -> Button:
    return next(button for button in app.button if seen_label(button) == label)


def seen_label(button: Button) -> str:
    """Return the visible part of a label, without the text for screen readers."""
    return button.label.partition(" :gray[")[0]


def press(app: AppTest, label: str) -> AppTest:
    """Press the button with a label, and rerun the screen."""
    return button(app, label).click().run()


def buttons(app: AppTest, key: str) -> list[Button]:
    """Return the buttons whose keys begin with `key`."""
    return [button for button in app.button if (button.key or "").startswith(key)]


def reveal(app: AppTest, label: str, purpose: str = "CONCERN") -> AppTest:
    """Presses the button that reveals contact details, chooses a purpose, and confirms."""
    press(app, label)
    app.selectbox(key="reveal-purpose-of").set_value(purpose).run()
    return press(app, "Vis og log")


def assert_shows(screen: AppTest | str, *parts: str, hidden: Iterable[str] = ()) -> None:
    """Assert that a screen or text holds each of `parts` and none of `hidden`."""
    content = screen if isinstance(screen, str) else text(screen)
    for part in parts:
        assert part in content, f"{part!r} is not in {content!r}"
    for part in hidden:
        assert part not in content, f"{part!r} is in {content!r}"

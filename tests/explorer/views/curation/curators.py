"""The curators of Kystby, each on the screen for curation."""

from collections.abc import Iterator
from typing import Any

from streamlit.testing.v1 import AppTest

from explorer.address import CURATION
from graph.access.policy import Role
from tests.change_sets import change_set, changed
from tests.explorer.screen import Screens
from tests.fixtures.app import TestApp

_CONTROLS = (
    "button", "checkbox", "date_input", "multiselect", "number_input", "radio", "selectbox",
    "text_input", "toggle",
)  # fmt: skip


def carl(screens: Screens, lang: str = "da", **query: str) -> AppTest:
    """Return the screen of carl, the district's coordinator, with a role in Kystby."""
    return screens.screen(CURATION, Role.COORDINATOR, person="carl", lang=lang, **query)


def steward(screens: Screens, **query: str) -> AppTest:
    """Return the screen of a steward without a person in the register."""
    return screens.screen(CURATION, Role.STEWARD, **query)


def dina(screens: Screens, **query: str) -> AppTest:
    """Return the screen of dina, the outreach worker of Havnen, whose post renews the consents."""
    return screens.screen(CURATION, Role.OUTREACH, person="dina", **query)


def keyed(app: AppTest, key: str) -> Any:
    controls: Iterator[Any] = (control for kind in _CONTROLS for control in app.get(kind))
    return next(control for control in controls if control.key == key)


def stands(app: TestApp, element_id: str) -> Any:
    (element,) = app.store.elements([element_id])
    return element


def edited(app: TestApp, element_id: str, **fields: Any) -> None:
    app.store.apply(change_set(updates=[changed(app.store, element_id, **fields)]))

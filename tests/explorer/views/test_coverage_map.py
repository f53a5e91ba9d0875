"""The coverage map's screen: what is asked, what is shown, and what stands in the address."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.screens import MAP
from graph.access import Role
from tests.explorer.screen import Shown, text


def html(app: AppTest) -> str:
    """What stands on the screen as HTML."""
    assert not app.exception, app.exception
    return "\n".join(one.proto.body for one in app.get("html"))


def test_every_municipality_has_its_figure_on_the_map_and_in_the_table(shown: Shown) -> None:
    app = shown.screen(MAP, Role.COORDINATOR, measure="VACANT")
    print(text(app)); print(html(app)); print(app)

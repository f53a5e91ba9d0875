"""The coverage map's screen: what is asked, what is shown, and what stands in the address."""

from streamlit.testing.v1 import AppTest

from explorer.screens import MAP
from graph.access import Role
from tests.explorer.screen import Shown


def html(app: AppTest) -> str:
    """What stands on the screen as HTML."""
    assert not app.exception, app.exception
    return "\n".join(one.proto.body for one in app.get("html"))


def test_every_municipality_has_its_figure_on_the_map_and_in_the_table(shown: Shown) -> None:
    shown.screen(MAP, Role.COORDINATOR, measure="VACANT")

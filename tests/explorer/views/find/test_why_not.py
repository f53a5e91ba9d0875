"""The reason why no shown path goes through a node, and the button that shows one."""

import pytest

from explorer.address import FIND
from graph.access.policy import Role
from graph.model import BelongsTo, Element, Holds, RefersTo
from graph.vocabulary import LegalGate, PostKind, Sector, Visibility
from tests.change_sets import change_set
from tests.explorer.screen import Screens, text
from tests.graph.paths.additions import ALL_LEVELS, person, post, tie
from tests.kystby import TODAY


def refers(source: str, target: str) -> Element:
    return tie(
        RefersTo, source, target, gate=LegalGate.INTERNAL, levels=ALL_LEVELS, strength=1.0,
        verified_on=TODAY,
    )  # fmt: skip


@pytest.mark.slow
def test_a_path_omitted_as_too_similar_is_shown_by_a_button(own_screens: Screens) -> None:
    posts = [
        element
        for post_id in ("first", "last")
        for element in (
            post(post_id, PostKind.SSP_COORDINATOR, Sector.YOUTH, hours="00:00-24:00"),
            tie(BelongsTo, post_id, "kystby-kommune"),
            person(f"p-{post_id}", visibility=Visibility.OPEN),
            tie(Holds, f"p-{post_id}", post_id),
        )
    ]
    ways = [refers("ihd", "first"), refers("first", "intake"), refers("first", "last"),
            refers("last", "intake")]  # fmt: skip
    own_screens.app.store.apply(change_set(creates=[*posts, *ways]))
    app = own_screens.screen(FIND, Role.COORDINATOR, person="carl", areas=("dk",), target="intake")
    app.session_state["why-not-asked"] = "last"
    app.run()
    assert "er næsten den samme som vej 1" in text(app)
    way = next(button for button in app.button if button.key == "why-not-via")
    assert way.label.startswith("Vis vejen gennem ")
    way.click().run()
    assert app.query_params["via"] == "last"
    assert app.header[0].value.startswith("1 kontakt ·")
    assert app.session_state["why-not-asked"] is None

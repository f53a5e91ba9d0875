"""A contact request on a civilian's card: the door opener answers, and the requester sees it."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.address import CURATION, FIND, NETWORK, REGISTER
from explorer.session import TOKEN
from graph.access.policy import Role
from graph.model import DoorOpenerFor, ReachedBy
from graph.vocabulary import PreventionLevel
from tests.api.routes.test_reveal import AMINA
from tests.change_sets import change_set
from tests.explorer import screen
from tests.explorer.screen import Screens, assert_shows, open_screen, press, text
from tests.explorer.views.curation.curators import dina
from tests.graph.paths.additions import tie

_NUMBER = "+45 05 22 33 44"
_JENS = "**Formand Jens R.** · Bekymring"


def _card_after_request(screens: Screens) -> AppTest:
    """Return the card of Jens after a contact request by Amina, who has a number."""
    screens.app.store.apply(change_set(creates=(AMINA, tie(ReachedBy, "amina", "phone-amina"))))
    app = screens.screen(REGISTER, Role.COORDINATOR, person="amina", id="jens")
    press(app, "Bed om kontakt")
    app.selectbox(key="reveal-purpose-of").set_value("CONCERN").run()
    press(app, "Send")
    return app


def _own(app: AppTest) -> AppTest:
    return open_screen(CURATION, str(app.session_state[TOKEN]), tab="contact")


def _links(app: AppTest) -> list[str]:
    return [link.proto.label for link in app.get("link_button")]


@pytest.mark.slow
def test_a_door_opener_sees_the_requester_and_answers_the_request(own_screens: Screens) -> None:
    asking = _card_after_request(own_screens)
    assert_shows(_own(asking), "Dine anmodninger", _JENS, "Ikke givet videre endnu")
    there = dina(own_screens, tab="contact")
    assert_shows(
        there, "1 anmodning skal gives videre", _JENS, "Gennem Opsøgende medarbejder, Havnen",
        "Skal ringes op: Amina Søkilde Østergård", hidden=(_NUMBER,),
    )  # fmt: skip
    press(there, "Vis telefon")
    assert 'href="tel:+4505223344"' in screen.html(there)
    press(there, "Jeg har givet den videre")
    assert_shows(there, "Gemt. Den, der spurgte, kan se det.", ":blue-badge[Givet videre]")
    assert "Givet videre" in text(_own(asking))
    press(there, "Svaret er ja")
    assert_shows(
        there, "Ingen anmodning venter på dig.", "Besvaret de seneste tredive dage",
        "✓ Sagde ja", hidden=("Skal ringes op",),
    )  # fmt: skip
    assert "✓ Sagde ja" in text(_own(asking))


@pytest.mark.slow
def test_a_pending_contact_request_is_linked_on_the_find_and_network_screens(
    own_screens: Screens,
) -> None:
    waits = "1 kontaktanmodning venter på dig"
    begins = (FIND, NETWORK)
    for page in begins:
        assert waits not in _links(own_screens.screen(page, Role.OUTREACH, person="dina"))
    _card_after_request(own_screens)
    for page in begins:
        assert waits in _links(own_screens.screen(page, Role.OUTREACH, person="dina"))


def test_a_user_without_contact_requests_sees_a_message(own_screens: Screens) -> None:
    assert_shows(
        dina(own_screens, tab="contact"), "Ingen anmodning venter på dig.",
        "Du har ikke bedt om kontakt de seneste tredive dage.",
    )  # fmt: skip


@pytest.mark.slow
def test_a_request_without_a_chosen_door_opener_skips_a_vacant_post(own_screens: Screens) -> None:
    levels = frozenset({PreventionLevel.OUTREACH})
    # nobody holds this post, which is the first in the order of ids
    vacant = tie(
        DoorOpenerFor, "intake", "jens", consent_id="consent-jens", strength=0.8, levels=levels
    )
    own_screens.app.store.apply(change_set(creates=[vacant]))
    assert "Sendt til Opsøgende medarbejder, Havnen." in text(_card_after_request(own_screens))


@pytest.mark.slow
def test_a_later_answer_does_not_replace_the_first_answer_to_a_request(
    own_screens: Screens,
) -> None:
    _card_after_request(own_screens)
    first, second = dina(own_screens, tab="contact"), dina(own_screens, tab="contact")
    press(first, "Svaret er nej")
    press(second, "Svaret er ja")
    assert_shows(second, "✕ Sagde nej", hidden=("Gemt.",))


def test_a_steward_has_no_contact_requests_tab(own_screens: Screens) -> None:
    app = own_screens.screen(CURATION, Role.STEWARD, tab="contact")
    assert "Kontaktanmodninger" not in text(app)

"""A change proposed on a card, as shown to the steward and to the proposer."""

import pytest
from streamlit.testing.v1 import AppTest

from explorer.address import CURATION, REGISTER
from explorer.session import TOKEN
from graph.access.policy import Role
from tests.explorer.screen import Screens, assert_shows, open_screen, press, text
from tests.explorer.views.curation.curators import edited, keyed, stands, steward
from tests.kystby import TODAY

_SENT = "Sendt til den registeransvarlige. Du finder svaret under Vedligehold, Forslag."


def _open_card(screens: Screens, node: str = "ssp-post") -> AppTest:
    app = screens.screen(REGISTER, Role.OUTREACH, person="dina", id=node)
    return press(app, "Foreslå en ændring")


def _mine(app: AppTest) -> AppTest:
    """Return the list of proposals of the screen's user."""
    return open_screen(CURATION, str(app.session_state[TOKEN]), tab="proposals")


@pytest.mark.slow
def test_proposed_hours_are_previewed_and_accepted_by_the_steward(own_screens: Screens) -> None:
    app = _open_card(own_screens)
    keyed(app, "propose-ssp-post-hours").set_value("man-tor 08.00-16.00")
    keyed(app, "propose-ssp-post-comment").set_value("Ny åbningstid fra december.")
    assert _SENT in text(press(app, "Send til den registeransvarlige"))
    assert_shows(_mine(app), "**SSP-koordinator, Kystby**", "Venter på svar")
    there = steward(own_screens, tab="proposals")
    assert_shows(
        there, "1 forslag venter på dit svar", "Foreslået af Dina Åkær Friis, ",
        "<td>Åbningstid</td><td>man-fre 09.00-15.00</td><td>man-tor 08.00-16.00</td>",
        "Bemærkning: Ny åbningstid fra december.",
    )  # fmt: skip
    assert "Intet er gemt endnu." in text(press(there, "Vis, hvad der ændres"))
    assert own_screens.app.store.revision() == 1
    assert "Godkendt og gemt i dit navn." in text(press(there, "Godkend"))
    assert stands(own_screens.app, "ssp-post").hours == "MO-TH 08:00-16:00"
    assert "✓ Godkendt" in text(_mine(app))


@pytest.mark.slow
def test_a_steward_declines_with_a_reason_that_the_proposer_reads(own_screens: Screens) -> None:
    app = _open_card(own_screens, "release")
    keyed(app, "propose-release-kind").set_value("gone").run()
    press(app, "Send til den registeransvarlige")
    there = steward(own_screens, tab="proposals")
    assert "**Hovedkontakt, Kystby** ophører 25. nov. 2026" in text(there)
    press(there, "Afvis …")
    assert "Skal udfyldes." in text(press(there, "Afvis"))
    (reason,) = there.text_input
    reason.set_value("Spørg 20 30 40 50")
    assert "telefonnummer" in text(press(there, "Afvis"))
    there.text_input[0].set_value("Funktionen besættes til januar.")
    assert "Afvist. Intet er ændret." in text(press(there, "Afvis"))
    assert_shows(_mine(app), "✕ Afvist", "Begrundelse: Funktionen besættes til januar.")
    assert own_screens.app.store.revision() == 1


@pytest.mark.slow
def test_accepting_a_proposal_that_a_holder_left_makes_the_post_vacant(
    own_screens: Screens,
) -> None:
    app = _open_card(own_screens)
    keyed(app, "propose-ssp-post-kind").set_value("left").run()
    assert "**Amina Søkilde Østergård**" in text(app)
    assert _SENT in text(press(app, "Send til den registeransvarlige"))
    there = steward(own_screens, tab="proposals")
    holding = "Amina Søkilde Østergård er indehaver af SSP-koordinator, Kystby"
    assert f"**{holding}** ophører 25. nov. 2026" in text(there)
    press(there, "Godkend")
    assert stands(own_screens.app, "amina--ssp-post").valid_to == TODAY
    card = own_screens.screen(REGISTER, Role.STEWARD, id="ssp-post")
    assert_shows(card, "stedfortræder · ubesat siden 25. nov. 2026", hidden=["Amina"])


@pytest.mark.slow
def test_an_invalid_or_unchanged_proposal_shows_an_error_and_is_not_sent(
    own_screens: Screens,
) -> None:
    app = _open_card(own_screens)
    assert "Intet er ændret." in text(press(app, "Send til den registeransvarlige"))
    keyed(app, "propose-ssp-post-name").set_value("")
    assert "Skal udfyldes." in text(press(app, "Send til den registeransvarlige"))
    keyed(app, "propose-ssp-post-name").set_value("SSP, Kystby")
    keyed(app, "propose-ssp-post-hours").set_value("altid")
    press(app, "Send til den registeransvarlige")
    assert [error.value for error in app.error] == [
        "Skriv fx man-fre 09.00-15.00.", "Intet er gemt.",
    ]  # fmt: skip
    keyed(app, "propose-ssp-post-hours").set_value("MO 09:00-15:00")
    keyed(app, "propose-ssp-post-comment").set_value("Borgeren 010190-1234 spurgte")
    assert "ligner et CPR-nummer" in text(press(app, "Send til den registeransvarlige"))
    keyed(app, "propose-ssp-post-comment").set_value("")
    assert _SENT in text(press(app, "Send til den registeransvarlige"))


@pytest.mark.slow
def test_a_proposal_for_a_node_changed_meanwhile_cannot_be_accepted(own_screens: Screens) -> None:
    app = _open_card(own_screens)
    keyed(app, "propose-ssp-post-hours").set_value("MO-TH 08:00-16:00")
    press(app, "Send til den registeransvarlige")
    there = steward(own_screens, tab="proposals")
    edited(own_screens.app, "ssp-post", hours="MO 10:00-11:00")
    assert "Intet er gemt" in text(press(there, "Godkend"))
    assert "Oplysningen er ændret, siden forslaget blev sendt" in text(there)
    assert stands(own_screens.app, "ssp-post").hours == "MO 10:00-11:00"


@pytest.mark.slow
def test_an_own_proposal_is_withdrawn(own_screens: Screens) -> None:
    app = _open_card(own_screens)
    keyed(app, "propose-ssp-post-name").set_value("SSP, Kystby")
    press(app, "Send til den registeransvarlige")
    mine = _mine(app)
    assert "Forslaget er trukket tilbage." in text(press(mine, "Træk forslaget tilbage"))
    assert "Ingen forslag venter på dit svar." in text(steward(own_screens, tab="proposals"))


@pytest.mark.parametrize(
    ("role", "node", "is_offered"),
    [
        (Role.OUTREACH, "ssp-post", True), (Role.COORDINATOR, "ssp", True),
        (Role.COORDINATOR, "bo", True), (Role.COORDINATOR, "kystby", False),
        (Role.OUTREACH, "jens", False), (Role.OUTREACH, "dina", False),
        (Role.STEWARD, "ssp-post", False), (Role.STEWARD, "nabo-ssp", True),
        (Role.ANALYST, "ssp-post", False), (Role.DPO, "ssp-post", False),
    ],
)  # fmt: skip
def test_proposing_a_change_is_offered_by_role_and_node(
    screens: Screens, role: Role, node: str, is_offered: bool
) -> None:
    app = screens.screen(REGISTER, role, person="dina" if role is Role.OUTREACH else None, id=node)
    assert not app.exception
    assert ("Foreslå en ændring" in {button.label for button in app.button}) is is_offered


@pytest.mark.parametrize("lang", ["da", "en"])
def test_only_a_steward_sees_proposals_waiting_for_an_answer(screens: Screens, lang: str) -> None:
    heads = {
        role: [
            header.value
            for header in screens.screen(CURATION, role, tab="proposals", lang=lang).header
        ]
        for role in (Role.COORDINATOR, Role.OUTREACH, Role.STEWARD)
    }
    own = "Foreslået af dig" if lang == "da" else "Proposed by you"
    waits = "Venter på dit svar" if lang == "da" else "Waiting for your answer"
    assert heads[Role.COORDINATOR] == heads[Role.OUTREACH] == [own]
    assert heads[Role.STEWARD] == [waits, own]

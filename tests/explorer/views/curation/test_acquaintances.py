"""Acquaintances: declared, confirmed and removed by the two people they link."""

from datetime import date

from tests.explorer.screen import Screens, assert_shows, press, text
from tests.explorer.views.curation.curators import carl, dina, edited, stands
from tests.kystby import TODAY


def test_removing_an_acquaintance_ends_the_link_today(own_screens: Screens) -> None:
    app = dina(own_screens, tab="ties")
    assert_shows(app, "Du kender 1 person", "kun angivet af den anden")
    press(app, "Jeg kender ikke denne person")
    assert "Kendskabet til Carl Lyngtoft Holm er fjernet." in text(app)
    assert "Ingen er registreret som din bekendt." in text(app)
    assert stands(own_screens.app, "carl--dina").valid_to == TODAY


def test_a_concurrently_changed_acquaintance_is_shown_and_not_saved(own_screens: Screens) -> None:
    app = dina(own_screens, tab="ties")
    for day, label in ((10, "Ja, vi kender hinanden"), (11, "Jeg kender ikke denne person")):
        edited(own_screens.app, "carl--dina", last_contact_on=date(2026, 11, day))
        content = text(press(app, label))
        assert "Intet er gemt: En anden har ændret det imens." in content, label
        assert f"</td><td>{day}.11.2026</td></tr>" in content, label
    assert own_screens.app.store.revision() == 3


def test_an_acquaintance_is_confirmed_by_the_other_person(own_screens: Screens) -> None:
    app = dina(own_screens, tab="ties")
    assert "bekræftet af begge" in text(press(app, "Ja, vi kender hinanden"))
    mine = carl(own_screens, tab="ties")
    assert "Ja, vi kender hinanden" not in {button.label for button in mine.button}
    assert "sidst kontakt 25. nov. 2026" in text(press(mine, "Haft kontakt i dag"))

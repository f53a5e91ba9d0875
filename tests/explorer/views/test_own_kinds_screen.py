"""The screen of own kinds: a table, and a form with its errors at their fields."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from explorer.address import OWN_KINDS, REGISTER
from explorer.views.own_kinds.form import code_of
from graph.access.policy import Role
from graph.own_kinds import OwnKind
from tests.explorer.screen import Screens, assert_shows, html, press, text
from tests.explorer.views.curation.curators import edited
from tests.fixtures.own_kinds import OWN_KINDS as KINDS


@pytest.fixture
def own_screens(own_kinds_screens: Screens) -> Screens:
    """Kystby with a file of own kinds."""
    return own_kinds_screens


def screen(screens: Screens, **query: str) -> AppTest:
    """The screen as a steward of the whole country sees it."""
    return screens.screen(OWN_KINDS, Role.STEWARD, areas=("dk",), **query)


def kinds(screens: Screens) -> dict[str, OwnKind]:
    return dict(screens.app.directory.own_kinds.by_id)


@pytest.mark.slow
def test_own_kinds_are_listed_with_their_parents_and_number_of_uses(
    own_screens: Screens,
) -> None:
    edited(own_screens.app, "outreach", own_kind="UNGEKONSULENT")
    rows = html(screen(own_screens))
    assert (
        '<th scope="row"><a href="/arter?kind=UNGEKONSULENT" target="_self">Ungekonsulent</a></th>'
        "<td>Youth adviser</td><td>Funktion</td><td>Demokratikonsulent</td><td>–</td><td>1</td>"
    ) in rows
    assert "<td>SSP-samarbejde</td>" in rows, "a shipped kind above"


def test_an_added_own_kind_is_offered_in_forms_at_once(own_screens: Screens) -> None:
    app = press(screen(own_screens), "Ny egen type")
    kind: Any = app.selectbox(key="own-kind-new-of")
    assert [*kind.options] == [
        "Funktion", "Samarbejde", "Myndighed", "Forening", "Plan", "Sektor", "Kompetence",
    ]  # fmt: skip
    app.text_input(key="own-kind-new-label_da").set_value("Gademedarbejder, nat & dag")
    app.text_input(key="own-kind-new-label_en").set_value("Street worker")
    app.selectbox(key="own-kind-new-PostKind-is_a").set_value("OUTREACH_WORKER")
    assert_shows(press(app, "Gem"), "Den egne type er tilføjet.", "Gademedarbejder, nat &amp; dag")
    added = kinds(own_screens)["GADEMEDARBEJDER_NAT_DAG"]
    assert (added.label_da, added.is_a) == ("Gademedarbejder, nat & dag", "OUTREACH_WORKER")
    assert "new" not in app.query_params
    register = own_screens.screen(REGISTER, Role.STEWARD, new="Actor")
    choice: Any = register.selectbox(key="new-Actor-kind")
    assert "Gademedarbejder, nat & dag" in choice.options


def test_an_open_session_sees_a_kind_renamed_in_the_file(own_screens: Screens) -> None:
    local = own_screens.screen(REGISTER, Role.STEWARD, new="Actor")
    file = own_screens.app.directory.own_kinds_file
    assert file is not None
    file.write(file.text().replace('"Tryghedsvejleder"', '"Tryghedskonsulent"'))
    kind: Any = local.run().selectbox(key="new-Actor-kind")
    assert "Tryghedskonsulent" in kind.options
    assert "Tryghedsvejleder" not in kind.options


def test_an_invalid_own_kind_shows_each_error_at_its_field_and_is_not_saved(
    own_screens: Screens,
) -> None:
    app = screen(own_screens, new="1")
    app = press(app, "Gem")
    assert [error.value for error in app.error] == [*["Skal udfyldes."] * 3, "Intet er gemt."]
    fields = ("Dansk navn *", "Engelsk navn *", "Hører under *")
    assert_shows(app, *(f"{field}\nSkal udfyldes." for field in fields))
    app.text_input(key="own-kind-new-label_da").set_value("Mentor")
    app.text_input(key="own-kind-new-label_en").set_value("Youth adviser")
    app.multiselect(key="own-kind-new-tiers").set_value(["NATIONAL"])
    app.selectbox(key="own-kind-new-PostKind-is_a").set_value("OUTREACH_WORKER")
    app = press(app, "Gem")
    for field in ("Mentor", "Youth adviser", "Kode"):  # the code is made of the Danish name
        assert_shows(app, f"{field}\nFindes allerede.")
    assert_shows(app, "kun hvis der er færre\nPasser ikke til funktionens type.")
    assert app.text_input(key="own-kind-new-label_da").value == "Mentor", "what was typed stays"
    assert own_screens.app.directory.own_kinds.rows == KINDS.rows


def test_a_kind_is_changed(own_screens: Screens) -> None:
    app = screen(own_screens, kind="BOLIGNET")
    gate: Any = app.selectbox(key="own-kind-BOLIGNET-gate")
    assert gate.value == "GENERAL"
    gate.set_value("CONTACT_ONLY")
    app.text_input(key="own-kind-BOLIGNET-label_da").set_value("Boligsocialt net")
    assert_shows(press(app, "Gem"), "Den egne type er ændret.", "Boligsocialt net")
    changed = kinds(own_screens)["BOLIGNET"]
    assert (changed.label_da, changed.gate) == ("Boligsocialt net", "CONTACT_ONLY")


def test_a_kind_cannot_have_itself_or_a_descendant_as_its_parent(own_screens: Screens) -> None:
    above: Any = screen(own_screens, kind="DEMOKRATIKONSULENT").selectbox(
        key="own-kind-DEMOKRATIKONSULENT-PostKind-is_a"
    )
    assert "Tryghedsvejleder" in above.options
    assert not {"Demokratikonsulent", "Ungekonsulent"} & {*above.options}


def test_an_own_kind_in_use_cannot_be_removed_but_an_unused_one_can(own_screens: Screens) -> None:
    edited(own_screens.app, "ssp-post", own_kind="SSP_KONSULENT")
    app = press(press(screen(own_screens, kind="SSP_KONSULENT"), "Fjern …"), "Fjern den egne type")
    assert_shows(app, "Intet er gemt.", "1 i registret er af denne type.")
    moved: Any = app.selectbox(key="own-kind-SSP_KONSULENT-PostKind-is_a")
    moved.set_value("MENTOR")
    assert_shows(press(app, "Gem"), "1 i registret er af denne type.")
    app = press(press(screen(own_screens, kind="FRITIDSKLUB"), "Fjern …"), "Fjern den egne type")
    assert_shows(app, "Den egne type er fjernet.")
    assert {*kinds(own_screens)} == {*KINDS.by_id} - {"FRITIDSKLUB"}


def test_an_own_kind_is_saved_after_a_concurrent_change_only_when_repeated(
    own_screens: Screens,
) -> None:
    app = screen(own_screens, kind="BOLIGNET")
    file = own_screens.app.directory.own_kinds_file
    assert file is not None
    file.write(file.text().replace('"Housing-social network"', '"Housing network"'))
    app.text_input(key="own-kind-BOLIGNET-label_da").set_value("Net")
    app = press(app, "Gem")
    assert_shows(app, "De egne typer er ændret af en anden imens.")
    assert kinds(own_screens)["BOLIGNET"].label_da == "Boligsocialt netværk"
    assert_shows(press(app, "Gem"), "Den egne type er ændret.")


def test_a_steward_of_a_municipality_can_read_but_not_change_own_kinds(
    own_screens: Screens,
) -> None:
    app = own_screens.screen(OWN_KINDS, Role.STEWARD, kind="BOLIGNET")
    assert_shows(
        app, "Egne typer gælder for alle", "Boligsocialt netværk", hidden=("Gem", "Ny egen type")
    )
    assert 'href="/arter?kind' not in html(app)


def test_an_invalid_file_of_own_kinds_shows_its_error(own_screens: Screens) -> None:
    file = own_screens.app.directory.own_kinds_file
    assert file is not None
    file.write(file.text().replace('"OUTREACH_WORKER"', '"NOWHERE"'))
    assert_shows(
        screen(own_screens), "Filen er ændret på serveren og kan ikke bruges.",
        "linje 5: DEMOKRATIKONSULENT.is_a: er ikke en type, der findes", "Fritidsklub",
        hidden=("Ny egen type",),
    )  # fmt: skip


def test_a_register_without_own_kinds_shows_a_message(screens: Screens) -> None:
    app = screens.screen(OWN_KINDS, Role.STEWARD, areas=("dk",))
    assert "Der er ingen egne typer endnu." in text(app)


@pytest.mark.parametrize(("name", "code"), [
    ("Demokratikonsulent", "DEMOKRATIKONSULENT"),
    ("Børne- og ungekonsulent", "BOERNE_OG_UNGEKONSULENT"),
    ("Ærø é 2", "AEROE_E_2"), ("x" * 60, "X" * 40),
])  # fmt: skip
def test_a_code_is_made_of_a_name(name: str, code: str) -> None:
    assert code_of(name) == code

"""Own kinds on the screens: offered in forms, shown on cards and in lists."""

from typing import Any

import pytest

from explorer.address import ANALYSIS, REGISTER
from graph.access.policy import Role
from graph.model import Actor
from graph.vocabulary import Competence
from tests.change_sets import change_set, changed
from tests.explorer.screen import Screens, press, text
from tests.explorer.views.curation.curators import edited, stands
from tests.fixtures.own_kinds import OF_KYSTBY


@pytest.fixture
def own_screens(own_kinds_screens: Screens) -> Screens:
    """Kystby with a file of own kinds."""
    return own_kinds_screens


@pytest.mark.slow
def test_a_new_post_may_be_of_an_own_kind(own_screens: Screens) -> None:
    app = own_screens.screen(REGISTER, Role.STEWARD, new="Actor")
    app.session_state["register-picks"] = {"new-Actor-belongs": "kystby-kommune"}
    app.text_input(key="new-Actor-name").set_value("Demokratikonsulent, Kystby")
    kind: Any = app.selectbox(key="new-Actor-kind")
    assert {"Demokratikonsulent", "Ungekonsulent", "Mentor"} <= {*kind.options}
    assert "Fritidsklub" not in kind.options
    kind.set_value("DEMOKRATIKONSULENT")
    app.selectbox(key="new-Actor-sector").set_value("YOUTH")
    app.selectbox(key="new-Actor-tier").set_value("MUNICIPAL")
    assert "Passer ikke til funktionens type." in text(press(app, "Opret"))
    app.selectbox(key="new-Actor-tier").set_value("COMMUNITY")
    content = text(press(app, "Opret"))
    assert "Gemt som ændring 2." in content, content
    post = stands(own_screens.app, str(app.query_params["id"]))
    assert isinstance(post, Actor)
    assert (post.kind.value, post.own_kind) == ("OUTREACH_WORKER", "DEMOKRATIKONSULENT")
    assert "Demokratikonsulent · " in content


@pytest.mark.slow
def test_the_kind_of_a_post_is_changed_to_an_own_kind_and_back(own_screens: Screens) -> None:
    app = press(own_screens.screen(REGISTER, Role.STEWARD, id="outreach"), "Ret oplysninger")
    (kind,) = (box for box in app.selectbox if box.label == "Type *")
    kind.set_value("UNGEKONSULENT")
    content = text(press(app, "Vis, hvad der ændres"))
    assert "<td>Ungekonsulent</td>" in content
    assert "Gemt som ændring 2." in text(press(app, "Gem"))
    post = stands(own_screens.app, "outreach")
    assert (post.kind.value, post.own_kind) == ("OUTREACH_WORKER", "UNGEKONSULENT")
    app = press(app, "Ret oplysninger")
    (kind,) = (box for box in app.selectbox if box.label == "Type *")
    assert kind.value == "UNGEKONSULENT"
    kind.set_value("OUTREACH_WORKER")
    assert "Gemt som ændring 3." in text(press(app, "Gem"))
    assert stands(own_screens.app, "outreach").own_kind is None


def choice_box(app: Any, label: str) -> Any:
    return next(box for box in (*app.selectbox, *app.multiselect) if box.label == label)


def test_own_sectors_and_competences_are_chosen_beside_the_shipped_ones(
    own_screens: Screens,
) -> None:
    app = press(own_screens.screen(REGISTER, Role.STEWARD, id="outreach"), "Ret oplysninger")
    choice_box(app, "Sektor *").set_value("TRYGHED")
    choice_box(app, "Kompetence").set_value(["BROBYGNING", "CLUBS"])
    content = text(press(app, "Vis, hvad der ændres"))
    assert "<td>Tryghedsforvaltningen</td>" in content
    assert "<td>Brobygning</td>" in content
    content = text(press(app, "Gem"))
    assert "Gemt som ændring 2." in content
    assert "<td>Tryghedsforvaltningen</td>" in content
    post = stands(own_screens.app, "outreach")
    assert isinstance(post, Actor)
    assert (post.sector.value, post.own_sector) == ("YOUTH", "TRYGHED")
    assert post.competences == {Competence.MENTORING, Competence.CLUBS}
    assert post.own_competences == {"BROBYGNING"}
    app = press(app, "Ret oplysninger")
    assert choice_box(app, "Sektor *").value == "TRYGHED"
    assert {*choice_box(app, "Kompetence").value} == {"BROBYGNING", "CLUBS"}
    choice_box(app, "Sektor *").set_value("YOUTH")
    choice_box(app, "Kompetence").set_value(["CLUBS", "MENTORING"])
    assert "Gemt som ændring 3." in text(press(app, "Gem"))
    post = stands(own_screens.app, "outreach")
    assert isinstance(post, Actor)
    assert (post.own_sector, post.own_competences) == (None, frozenset())
    assert post.competences == {Competence.MENTORING, Competence.CLUBS}


def test_removed_own_competences_and_their_parent_are_preserved_on_save(
    own_screens: Screens,
) -> None:
    both = frozenset({"GONE", "BROBYGNING"})
    mentoring = frozenset({Competence.MENTORING})
    edited(own_screens.app, "outreach", competences=mentoring, own_competences=both)
    app = own_screens.screen(REGISTER, Role.STEWARD, id="outreach")
    assert "<td>Brobygning</td>" in text(app)
    app = press(app, "Ret oplysninger")
    choice_box(app, "Kompetence").set_value(["BROBYGNING", "CLUBS"])
    assert "Gemt som ændring 3." in text(press(app, "Gem"))
    post = stands(own_screens.app, "outreach")
    assert isinstance(post, Actor)
    assert post.competences == {Competence.MENTORING, Competence.CLUBS}
    assert post.own_competences == both


def test_an_own_competence_can_be_proposed(own_screens: Screens) -> None:
    app = press(own_screens.screen(REGISTER, Role.COORDINATOR, id="outreach"), "Foreslå en ændring")
    choice_box(app, "Kompetence").set_value(["BROBYGNING"])
    content = text(press(app, "Send til den registeransvarlige"))
    assert "Sendt til den registeransvarlige." in content, content


def test_a_removed_own_kind_is_shown_as_its_parent_and_preserved_on_save(
    own_screens: Screens,
) -> None:
    edited(own_screens.app, "outreach", own_kind="GONE")
    app = own_screens.screen(REGISTER, Role.STEWARD, id="outreach")
    content = text(app)
    assert "Opsøgende medarbejder · " in content
    assert "GONE" not in content
    app = press(app, "Ret oplysninger")
    next(field for field in app.text_input if field.label == "Navn *").set_value("Opsøger, Havnen")
    assert "Gemt som ændring 3." in text(press(app, "Gem"))
    post = stands(own_screens.app, "outreach")
    assert (post.name, post.own_kind) == ("Opsøger, Havnen", "GONE")


def test_lists_and_coverage_show_own_kinds(own_screens: Screens) -> None:
    store = own_screens.app.store
    updates = [changed(store, node, own_kind=own) for node, own in OF_KYSTBY.items()]
    store.apply(change_set(updates=updates))
    app = own_screens.screen(REGISTER, Role.COORDINATOR, area="kystby")
    labels = [button.label for button in app.button]
    assert any("Tryghedsvejleder" in label for label in labels)
    assert not any("Opsøgende medarbejder · " in label for label in labels)
    app = own_screens.screen(
        ANALYSIS, Role.ANALYST, question="coverage", kind="SSP_KONSULENT", areas=("dk",)
    )
    assert "<td>Tryghedsvejleder</td>" in text(app)

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
    assert "Passer ikke til funktionens art." in text(press(app, "Opret"))
    app.selectbox(key="new-Actor-tier").set_value("COMMUNITY")
    content = text(press(app, "Opret"))
    assert "Gemt som ændring 2." in content, content
    post = stands(own_screens.app, str(app.query_params["id"]))
    assert isinstance(post, Actor)
    assert (post.kind.value, post.own_kind) == ("OUTREACH_WORKER", "DEMOKRATIKONSULENT")
    assert "Demokratikonsulent · " in content


@pytest.mark.slow
def test_a_kind_is_changed_to_an_own_one_and_back(own_screens: Screens) -> None:
    app = press(own_screens.screen(REGISTER, Role.STEWARD, id="outreach"), "Ret oplysninger")
    (kind,) = (box for box in app.selectbox if box.label == "Art *")
    kind.set_value("UNGEKONSULENT")
    content = text(press(app, "Vis, hvad der ændres"))
    assert "<td>Ungekonsulent</td>" in content
    assert "Gemt som ændring 2." in text(press(app, "Gem"))
    post = stands(own_screens.app, "outreach")
    assert (post.kind.value, post.own_kind) == ("OUTREACH_WORKER", "UNGEKONSULENT")
    app = press(app, "Ret oplysninger")
    (kind,) = (box for box in app.selectbox if box.label == "Art *")
    assert kind.value == "UNGEKONSULENT"
    kind.set_value("OUTREACH_WORKER")
    assert "Gemt som ændring 3." in text(press(app, "Gem"))
    assert stands(own_screens.app, "outreach").own_kind is None


def picked(app: Any, label: str) -> Any:
    return next(box for box in (*app.selectbox, *app.multiselect) if box.label == label)


def test_own_sectors_and_competences_are_chosen_beside_the_shipped_ones(
    own_screens: Screens,
) -> None:
    app = press(own_screens.screen(REGISTER, Role.STEWARD, id="outreach"), "Ret oplysninger")
    picked(app, "Sektor *").set_value("TRYGHED")
    picked(app, "Kompetence").set_value(["BROBYGNING", "CLUBS"])
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
    assert picked(app, "Sektor *").value == "TRYGHED"
    assert {*picked(app, "Kompetence").value} == {"BROBYGNING", "CLUBS"}
    picked(app, "Sektor *").set_value("YOUTH")
    picked(app, "Kompetence").set_value(["CLUBS", "MENTORING"])
    assert "Gemt som ændring 3." in text(press(app, "Gem"))
    post = stands(own_screens.app, "outreach")
    assert isinstance(post, Actor)
    assert (post.own_sector, post.own_competences) == (None, frozenset())
    assert post.competences == {Competence.MENTORING, Competence.CLUBS}


def test_own_competences_that_are_gone_stay_with_what_they_were_beneath(
    own_screens: Screens,
) -> None:
    both = frozenset({"GONE", "BROBYGNING"})
    mentoring = frozenset({Competence.MENTORING})
    edited(own_screens.app, "outreach", competences=mentoring, own_competences=both)
    app = own_screens.screen(REGISTER, Role.STEWARD, id="outreach")
    assert "<td>Brobygning</td>" in text(app)
    app = press(app, "Ret oplysninger")
    picked(app, "Kompetence").set_value(["BROBYGNING", "CLUBS"])
    assert "Gemt som ændring 3." in text(press(app, "Gem"))
    post = stands(own_screens.app, "outreach")
    assert isinstance(post, Actor)
    assert post.competences == {Competence.MENTORING, Competence.CLUBS}
    assert post.own_competences == both


def test_a_proposed_competence_may_be_an_own_one(own_screens: Screens) -> None:
    app = press(own_screens.screen(REGISTER, Role.COORDINATOR, id="outreach"), "Foreslå en ændring")
    picked(app, "Kompetence").set_value(["BROBYGNING"])
    content = text(press(app, "Send til den registeransvarlige"))
    assert "Sendt til den registeransvarlige." in content, content


def test_an_own_kind_that_is_gone_shows_its_parent_and_stays(own_screens: Screens) -> None:
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

from datetime import date

from graph.access.policy import Role
from graph.snapshot.structure import areas_of, own_posts, posts_of
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.kystby import TODAY, caller_of, view_of

OWN = caller_of(Role.COORDINATOR, Role.OUTREACH, posts=("ssp-post",))


def test_areas_of_a_node_are_its_own_or_those_it_is_linked_to() -> None:
    view = view_of(kystby.snapshot(), OWN)
    areas = {node: [view.id(area) for area in areas_of(view, view.row(node))] for node in (
        "havnen", "ssp", "ssp-post", "outreach", "amina", "jens")}  # fmt: skip
    assert areas == {
        "havnen": ["havnen"], "ssp": ["kystby"], "ssp-post": ["kystby"],
        "outreach": ["havnen"], "amina": ["kystby"], "jens": ["havnen"],
    }  # fmt: skip


def test_the_posts_of_a_body_are_its_own_and_those_of_its_parts() -> None:
    view = view_of(kystby.snapshot())
    assert {view.id(post) for post in posts_of(view, view.row("kystby-kommune"))} == {
        "ssp-post", "intake", "release", "outreach",
    }  # fmt: skip
    assert [view.id(post) for post in posts_of(view, view.row("ssp"))] == ["ssp-post"]
    assert [view.id(post) for post in posts_of(view, view.row("carl"))] == ["ihd"]
    assert [view.id(post) for post in posts_of(view, view.row("duty"))] == ["duty"]


def test_own_posts_are_those_a_person_holds_or_deputizes_for_on_the_date() -> None:
    snapshot = kystby.snapshot()
    assert own_posts(snapshot, "amina", TODAY) == {"ssp-post"}
    assert "ssp-post" in own_posts(snapshot, "bo", TODAY)
    assert own_posts(snapshot, "amina", date(1990, 1, 1)) == frozenset()
    gone = snapshot_of(kystby.elements(amina={"valid_to": TODAY}))
    assert own_posts(gone, "amina", TODAY) == frozenset()
    assert own_posts(snapshot, "nobody", TODAY) == own_posts(snapshot, None, TODAY) == frozenset()

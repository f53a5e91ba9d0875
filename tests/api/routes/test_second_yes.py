"""A change that ends more than twenty elements is written after a second person's yes."""

from datetime import timedelta
from typing import Any

import pytest

from graph.access.policy import Role
from graph.model import BelongsTo, RefersTo
from graph.vocabulary import LegalGate, PostKind, Sector
from tests import kystby
from tests.change_sets import change_set
from tests.fixtures.app import TestApp
from tests.fixtures.editor import EditorClient, desk_of, slug
from tests.graph.paths.additions import post, tie

POSTS = tuple(f"unit-{number}" for number in range(11))


@pytest.fixture
def steward(app: TestApp) -> EditorClient:
    """A steward who may end eleven units and the link of each to its authority."""
    units = [post(item, PostKind.SOCIAL_INTAKE, Sector.SOCIAL_SERVICES) for item in POSTS]
    ties = [tie(BelongsTo, item, "kystby-kommune") for item in POSTS]
    app.store.apply(change_set(creates=(*units, *ties)))
    return desk_of(app, Role.STEWARD)


def end_all(desk: EditorClient, *posts: str) -> Any:
    links = [f"{item}--kystby-kommune" for item in posts]
    return desk.apply(ends=[desk.ending(item) for item in (*posts, *links)])


def is_ended(desk: EditorClient, element_id: str) -> bool:
    return desk.element(element_id).valid_to is not None


@pytest.mark.slow
def test_twenty_elements_can_be_ended_by_one_steward(steward: EditorClient) -> None:
    assert end_all(steward, *POSTS[:10]).status_code == 200
    assert is_ended(steward, POSTS[9])


@pytest.mark.slow
def test_a_large_end_is_written_once_by_the_confirming_steward(
    app: TestApp, steward: EditorClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = app.directory.today()
    revision = app.store.revision()
    answer = end_all(steward, *POSTS)
    assert (answer.status_code, slug(answer), answer.json()["ends"]) == (409, "second-yes", 22)
    assert app.store.revision() == revision
    waiting = f"/change-sets/{answer.json()['waiting']}/confirm"
    own = steward.send("POST", waiting)
    assert (own.status_code, slug(own)) == (409, "second-yes")
    monkeypatch.setattr(kystby, "TODAY", today + timedelta(days=2))
    other = desk_of(app, Role.STEWARD)
    dry = other.send("POST", f"{waiting}?dry_run=true").json()
    assert dry["is_allowed"]
    assert {effect["id"] for effect in dry["would"]} >= set(POSTS)
    assert not is_ended(steward, POSTS[0])
    key = {"Idempotency-Key": "second-yes-1"}
    assert other.send("POST", waiting, **key).status_code == 200
    assert {steward.element(item).valid_to for item in POSTS} == {today}
    again = other.send("POST", waiting, **key)
    assert (again.status_code, app.store.revision()) == (200, revision + 1)
    assert other.send("POST", waiting).status_code == 404, "it is there no more"
    who = app.accounts.signed_in(other.headers["Authorization"].split()[1])
    assert who is not None
    assert {change.made_by for change in app.store.changes_since(revision)} == {who.account}


@pytest.mark.slow
def test_links_of_an_ended_node_count_towards_confirmation(
    app: TestApp, steward: EditorClient
) -> None:
    referring = [tie(RefersTo, "unit-0", item, gate=LegalGate.SSP_115) for item in POSTS[1:]]
    referred = [tie(RefersTo, item, "unit-0", gate=LegalGate.SSP_115) for item in POSTS[1:]]
    app.store.apply(change_set(creates=(*referring, *referred)))
    answer = steward.end("unit-0")
    assert (answer.status_code, slug(answer), answer.json()["ends"]) == (409, "second-yes", 22)
    assert not is_ended(steward, "unit-0")
    assert steward.end("unit-1").status_code == 200


@pytest.mark.slow
def test_confirming_needs_the_same_rights_and_unchanged_elements(
    app: TestApp, steward: EditorClient
) -> None:
    waiting = f"/change-sets/{end_all(steward, *POSTS).json()['waiting']}/confirm"
    assert desk_of(app, Role.STEWARD, area="nabo").send("POST", waiting).status_code == 403
    other = desk_of(app, Role.STEWARD)
    assert other.send("POST", "/change-sets/no-such-change/confirm").status_code == 404
    assert other.change(POSTS[0], name="En anden enhed").status_code == 200
    late = other.send("POST", waiting)
    assert (late.status_code, slug(late)) == (412, "conflict")
    assert not any(is_ended(steward, item) for item in POSTS)


def test_a_waiting_change_is_stored_encrypted(app: TestApp, steward: EditorClient) -> None:
    end_all(steward, *POSTS)
    lying = b"".join(
        file.read_bytes() for file in app.folder.rglob("*") if "accounts.sqlite" in file.name
    )
    assert b"waiting_change" in lying
    assert b"unit-0" not in lying

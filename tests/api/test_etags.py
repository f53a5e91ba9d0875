"""The ETag of an element: its reader, when it changes, and where its key is stored."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.etags import etag_of, web_key
from api.identity.store import Assurance, Principal
from api.state import RequestContext
from graph.access.policy import Caller, Role, Task
from graph.model import Element
from graph.store.encryption.key_file import KEY_BYTES, KeyringRefused
from tests import kystby
from tests.fixtures.app import TestApp

THINGS = {element.id: element for element in kystby.elements()}


def context(app: TestApp, caller: Caller) -> RequestContext:
    state: Any = app.http.app_state
    who = Principal(account="a", caller=caller, via="s", assurance=Assurance.STRONG)
    return RequestContext(
        app_state=state["app_state"], who=who, task=Task.QUESTION, action="test", request_id="r",
        lang="en", is_change=False,
    )  # fmt: skip


def test_an_etag_differs_by_revision_element_and_role(app: TestApp) -> None:
    coordinator = context(app, kystby.caller_of(Role.COORDINATOR))
    bo: Element = THINGS["bo"]
    mine = etag_of(coordinator, bo)
    assert mine == etag_of(context(app, kystby.caller_of(Role.COORDINATOR)), replace(bo))
    others = {
        etag_of(coordinator, replace(bo, revision=2)),
        etag_of(coordinator, THINGS["carl"]),
        etag_of(coordinator, THINGS["amina--ssp-post"]),
        etag_of(context(app, kystby.caller_of(Role.ANALYST)), bo),
        etag_of(context(app, kystby.caller_of(Role.COORDINATOR, Role.STEWARD)), THINGS["jens"]),
    }
    assert len(others) == 5
    assert mine not in others
    assert mine.startswith('"')
    assert "bo" not in mine


def test_the_web_key_is_created_once_and_refused_if_readable_by_others(tmp_path: Path) -> None:
    key = web_key(tmp_path)
    assert len(key) == KEY_BYTES
    assert web_key(tmp_path) == key
    assert [path.name for path in tmp_path.iterdir()] == ["web.key"]
    (tmp_path / "web.key").chmod(0o644)
    with pytest.raises(KeyringRefused, match="open to other users"):
        web_key(tmp_path)


def test_a_damaged_web_key_is_refused(tmp_path: Path) -> None:
    web_key(tmp_path)
    (tmp_path / "web.key").write_bytes(b"short")
    with pytest.raises(KeyringRefused, match="damaged"):
        web_key(tmp_path)

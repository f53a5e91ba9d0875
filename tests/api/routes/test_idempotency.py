"""The same Idempotency-Key writes once only, whatever happens in between."""

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from api.editing.idempotency import RETENTION, RUNS, WriteKeys, body_digest, key_digest
from api.errors import Refusal
from api.identity.store import open_identity_store
from graph.access.policy import Role
from tests.fixtures.app import TestApp
from tests.fixtures.editor import EditorClient, desk_of, slug
from tests.fixtures.faulty_proxy import Wire

KEY = {"Idempotency-Key": "3f1c2a9e-5d0b"}
SEAT: dict[str, Any] = {"type": "HOLDS", "fields": {"source_id": "bo", "target_id": "release"}}


def test_the_same_key_and_body_give_the_same_outcome_and_write_once(app: TestApp) -> None:
    steward = desk_of(app, Role.STEWARD)
    first = steward.send("POST", "/links", SEAT, **KEY)
    assert first.status_code == 201
    assert desk_of(app, Role.STEWARD).change("release", hours=None).status_code == 200
    again = steward.send("POST", "/links", SEAT, **KEY)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Location"] == first.headers["Location"]
    assert app.store.revision() == 3
    intents = [row for row in app.json_rows() if row["kind"] == "intent"]
    assert intents[-1]["change_set"] == first.json()["change_set"]


def test_a_key_is_bound_to_body_and_condition_and_separate_per_account_and_route(
    app: TestApp,
) -> None:
    steward = desk_of(app, Role.STEWARD)
    assert steward.send("POST", "/links", SEAT, **KEY).status_code == 201
    more = {"type": "HOLDS", "fields": {**SEAT["fields"], "share": 0.5}}
    answer = steward.send("POST", "/links", more, **KEY)
    assert (answer.status_code, slug(answer)) == (409, "key-reused")
    assert app.store.revision() == 2
    assert desk_of(app, Role.STEWARD).send("POST", "/links", SEAT, **KEY).status_code == 201
    assert steward.send("POST", "/change-sets", {"creates": [SEAT]}, **KEY).status_code == 200
    body, condition = {"fields": {"hours": None}}, steward.based_on("ssp-post")
    first = steward.send("PATCH", "/entities/ssp-post", body, **condition, **KEY)
    other = steward.send("PATCH", "/entities/ssp-post", body, **{"If-Match": '"x"'}, **KEY)
    assert (first.status_code, other.status_code, slug(other)) == (200, 409, "key-reused")


def test_a_repeated_change_under_its_key_succeeds_despite_a_stale_etag(app: TestApp) -> None:
    steward = desk_of(app, Role.STEWARD)
    headers = {**steward.based_on("ssp-post"), **KEY}
    body = {"fields": {"hours": None}}
    first = steward.send("PATCH", "/entities/ssp-post", body, **headers)
    again = steward.send("PATCH", "/entities/ssp-post", body, **headers)
    assert (again.status_code, again.json()) == (200, first.json())
    assert again.headers["ETag"] == first.headers["ETag"]
    assert app.store.revision() == 2


def test_a_refused_write_leaves_the_key_free_for_a_corrected_body(steward: EditorClient) -> None:
    wrong = {"type": "HOLDS", "fields": {**SEAT["fields"], "share": 7}}
    assert steward.send("POST", "/links", wrong, **KEY).status_code == 422
    assert steward.send("POST", "/links", SEAT, **KEY).status_code == 201


def test_a_dry_run_does_not_use_up_the_key(steward: EditorClient) -> None:
    assert steward.send("POST", "/links?dry_run=true", SEAT, **KEY).json()["is_allowed"] is True
    assert steward.send("POST", "/links", SEAT, **KEY).status_code == 201


def test_eight_at_once_with_one_key_write_once(app: TestApp, steward: EditorClient) -> None:

    def seat(_number: int) -> Response:
        return steward.send("POST", "/links", SEAT, **KEY)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(seat, range(8)))
    assert app.store.revision() == 2
    actual = {
        (answer.status_code, "" if answer.status_code == 201 else slug(answer))
        for answer in answers
    }
    assert (201, "") in actual
    assert actual <= {(201, ""), (409, "in-progress")}


def test_a_malformed_idempotency_key_is_refused(app: TestApp, steward: EditorClient) -> None:
    for key in ("short", "x" * 129, "with a blank in it"):
        assert steward.send("POST", "/links", SEAT, **{"Idempotency-Key": key}).status_code == 422
    assert app.store.revision() == 1


# ---- the keys themselves


@pytest.fixture
def keys(tmp_path: Path) -> Generator[WriteKeys]:
    with open_identity_store(tmp_path / "accounts") as identities:
        yield WriteKeys(identities.engine)


NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def test_a_key_in_progress_is_refused_until_its_run_times_out(keys: WriteKeys) -> None:
    assert not keys.begin("k", "body", "set-1", at=NOW).is_repeat
    with pytest.raises(Refusal, match=r"^in-progress$"):
        keys.begin("k", "body", "set-2", at=NOW + RUNS - timedelta(seconds=1))
    later = keys.begin("k", "body", "set-2", at=NOW + RUNS)
    assert (later.change_set, later.is_repeat) == ("set-1", True)


def test_leaving_a_key_allows_a_repeat_at_once(keys: WriteKeys) -> None:
    keys.leave(keys.begin("k", "body", "set-1", at=NOW))
    assert keys.begin("k", "body", "set-2", at=NOW).change_set == "set-1"


def test_a_settled_key_is_stored_for_a_day_and_then_starts_anew(keys: WriteKeys) -> None:
    keys.settle(keys.begin("k", "body", "set-1", at=NOW))
    assert keys.begin("k", "body", "set-2", at=NOW + RETENTION).change_set == "set-1"
    after = keys.begin("k", "other", "set-3", at=NOW + RETENTION + timedelta(seconds=1))
    assert (after.change_set, after.is_repeat) == ("set-3", False)


def test_digests_differ_when_the_same_text_is_split_into_other_parts() -> None:
    assert key_digest("a", "bc", "d") != key_digest("ab", "c", "d")
    assert body_digest(b"s", b"ab", b"c") != body_digest(b"s", b"a", b"bc")
    assert body_digest(b"s", b"a") != body_digest(b"t", b"a")


# ---- the store lost during a write


@pytest.mark.slow
def test_a_repeat_settles_a_write_of_unknown_outcome(breaking: tuple[TestApp, Wire]) -> None:
    app, wire = breaking
    store, steward = app.store, desk_of(app, Role.STEWARD)
    wire.breaks = True
    lost = steward.send("POST", "/links", SEAT, **KEY)
    assert (lost.status_code, slug(lost)) == (503, "outcome-unknown")
    assert "Retry-After" in lost.headers
    left_open = app.json_rows()[-1]
    assert left_open["kind"] == "intent"
    again = steward.send("POST", "/links", SEAT, **KEY)
    assert (again.status_code, again.json()["change_set"]) == (201, left_open["change_set"])
    assert store.revision_by_key(left_open["change_set"]) == again.json()["revision"]
    assert store.counts()["HOLDS"] == 5

"""What is asked again: made once for each account, told the same, and written down each time."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from api.answer_cache import AnswerCache, CachedAnswer
from graph.access.policy import Role
from graph.errors import NotFound
from graph.model import Actor, ChangeReason, ChangeSet
from tests.fixtures.app import TestApp

NEED: dict[str, Any] = {"start": "ihd", "target": "ssp-post"}


def _made(number: int) -> CachedAnswer:
    return CachedAnswer(body=str(number).encode(), persons=frozenset(), count=number)


def test_an_answer_is_made_once_for_each_account_and_question() -> None:
    again, made = AnswerCache(), list[int]()

    def make() -> CachedAnswer:
        made.append(len(made))
        return _made(len(made))

    assert again.answer("line", "who?", make) is again.answer("line", "who?", make)
    assert again.answer("bo", "who?", make).count == 2
    assert again.answer("line", "where?", make).count == 3
    assert made == [0, 1, 2]


def test_only_the_last_answers_are_kept_and_no_failure_is() -> None:
    again = AnswerCache(most=2)
    for number in range(3):
        again.answer("line", number, lambda number=number: _made(number))
    again.answer("line", 1, lambda: _made(10))  # kept, and now the last that was asked
    again.answer("line", 3, lambda: _made(3))
    assert [again.answer("line", number, lambda: _made(99)).count for number in (1, 3)] == [1, 3]
    assert again.answer("line", 2, lambda: _made(20)).count == 20

    def fail() -> CachedAnswer:
        raise NotFound("nobody")

    for _ in range(2):
        with pytest.raises(NotFound):
            again.answer("line", "nobody", fail)
    assert again.answer("line", "nobody", lambda: _made(5)).count == 5


def test_a_need_asked_again_is_told_and_written_down_as_the_first_time(app: TestApp) -> None:
    first, second = app.as_(Role.COORDINATOR), app.as_(Role.COORDINATOR)
    bodies = [
        app.http.post("/paths", json=NEED, headers=headers).content
        for headers in (first, first, second)
    ]
    assert bodies[0] == bodies[1] == bodies[2]
    english = app.http.post("/paths", json=NEED, params={"lang": "en"}, headers=first)
    assert english.content != bodies[0]
    rows = [row for row in app.rows() if row.action == "find_paths" and row.kind == "shown"]
    assert len(rows) == 4
    assert {row.count for row in rows} == {rows[0].count} != {0}
    assert {row.subjects for row in rows} == {rows[0].subjects} != {()}


def test_a_write_is_seen_by_the_next_asking(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    before = app.http.post("/paths", json=NEED, headers=headers).content
    (post,) = app.store.things(["ssp-post"])
    assert isinstance(post, Actor)
    changed = replace(post, name="SSP-konsulent i Kystby")
    app.store.apply(
        ChangeSet(made_by="test", made_at=datetime.now(UTC), reason=ChangeReason.CORRECTED,
                  updates=(changed,))
    )  # fmt: skip
    after = app.http.post("/paths", json=NEED, headers=headers).content
    assert changed.name.encode() not in before
    assert changed.name.encode() in after

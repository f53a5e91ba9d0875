"""The log of a question: its ids and words, and exactly the persons in the answer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest

from graph.access.policy import Role
from graph.model import Actor, ChangeReason, ChangeSet
from tests.fixtures.app import TestApp

NEED: dict[str, Any] = {"start": "ihd", "target": "ssp-post"}


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for item in cast("dict[str, object]", value).values():
                yield from _texts(item)
        case list():
            for item in cast("list[object]", value):
                yield from _texts(item)
        case _:
            pass


def test_the_log_names_exactly_the_persons_in_an_answer(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    persons = app.directory.persons()
    named = set[str]()
    for path in ("/entities?label=Person", "/entities?label=Actor", "/entities/amina",
                  "/names?text=am", "/entities/amina/neighborhood", "/links"):  # fmt: skip
        stand = persons.intersection(_texts(app.read(path, headers)))
        assert set(app.rows()[-1].subjects) == stand, path
        named |= stand
    assert len(named) > 2


@pytest.mark.parametrize("need", [
    NEED,
    {"start": "outreach", "target": "jens", "level": "OUTREACH"},
    {"start": "outreach", "target": "release"},
    {"start": "ssp-post", "target": "no-such"},
], ids=lambda need: need["target"])  # fmt: skip
def test_the_log_names_exactly_the_persons_in_paths(app: TestApp, need: dict[str, str]) -> None:
    answer = app.post("/paths", app.as_(Role.COORDINATOR), need)
    stand = app.directory.persons().intersection(_texts(answer.json()))
    assert set(app.rows()[-1].subjects) == stand


def test_a_repeated_need_is_answered_and_logged_like_the_first(app: TestApp) -> None:
    first, second = app.as_(Role.COORDINATOR), app.as_(Role.COORDINATOR)
    bodies = [app.post("/paths", headers, NEED).content for headers in (first, first, second)]
    assert bodies[0] == bodies[1] == bodies[2]
    assert app.post("/paths", first, NEED, lang="en").content != bodies[0]
    rows = [row for row in app.rows() if row.action == "find_paths" and row.kind == "shown"]
    assert len(rows) == 4
    assert {row.count for row in rows} == {rows[0].count} != {0}
    assert {row.subjects for row in rows} == {rows[0].subjects} != {()}


def test_a_write_is_visible_in_the_next_answer(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    before = app.post("/paths", headers, NEED).content
    (post,) = app.store.elements(["ssp-post"])
    assert isinstance(post, Actor)
    changed = replace(post, name="SSP-konsulent i Kystby")
    app.store.apply(
        ChangeSet(made_by="test", made_at=datetime.now(UTC), reason=ChangeReason.CORRECTED,
                  updates=(changed,))
    )  # fmt: skip
    after = app.post("/paths", headers, NEED).content
    assert changed.name.encode() not in before
    assert changed.name.encode() in after


@pytest.mark.parametrize(("path", "query"), [
    ("/coverage/map", {"measure": "VERIFIED", "meets_in": "SSP", "by": "REGION"}),
    ("/coverage/matrix", {"columns": "POST_KIND", "column": "MENTOR", "by": "REGION"}),
    ("/links", {"source": "ssp-post", "type": "COORDINATES", "limit": "5"}),
])  # fmt: skip
def test_ids_words_and_numbers_of_a_query_are_logged_in_plain_text(
    app: TestApp, path: str, query: dict[str, str]
) -> None:
    answer = app.get(path, app.as_(Role.COORDINATOR), **query)
    assert answer.status_code == 200, answer.text
    (row,) = [row for row in app.json_rows() if row["kind"] == "asked"]
    assert row["asked"] == query

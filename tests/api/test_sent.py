"""How a long answer is sent: with the bytes the framework would send, and nobody in it missed."""

from collections.abc import Iterator
from datetime import date
from typing import cast

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from pydantic import BaseModel

from api.text.responses import json_response
from graph.access.policy import Role
from tests.fixtures.app import TestApp


class _Told(BaseModel):
    """What JSON has to spell in some way."""

    text: str
    on: date
    parts: tuple["_Told", ...] = ()
    cost: float = 0.1
    none: None = None


_PART = _Told(text='Åse → "Bo" \\ \n', on=date(2026, 11, 25))
_WHOLE = _Told(text="…", on=date(2027, 1, 1), parts=(_PART, _PART), cost=float("inf"))


def test_an_answer_made_once_has_the_bytes_of_one_the_framework_makes() -> None:
    app = FastAPI()
    app.add_api_route("/ours", lambda: json_response(_WHOLE), response_model=_Told)
    app.add_api_route("/theirs", lambda: _WHOLE, response_model=_Told)
    with TestClient(app) as http:
        ours, theirs = http.get("/ours"), http.get("/theirs")
    assert ours.content == theirs.content
    assert ours.headers["content-type"] == theirs.headers["content-type"]


def _texts(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for one in cast("dict[str, object]", value).values():
                yield from _texts(one)
        case list():
            for one in cast("list[object]", value):
                yield from _texts(one)
        case _:
            pass


def test_the_log_names_exactly_the_persons_that_stand_in_an_answer(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    persons = app.directory.persons()
    named = set[str]()
    for asked in ("/entities?label=Person", "/entities?label=Actor", "/entities/amina",
                  "/names?text=am", "/entities/amina/neighborhood", "/links"):  # fmt: skip
        answer = app.http.get(asked, headers=headers)
        assert answer.status_code == 200, asked
        stand = persons.intersection(_texts(answer.json()))
        assert set(app.rows()[-1].subjects) == stand, asked
        named |= stand
    assert len(named) > 2


@pytest.mark.parametrize("need", [
    {"start": "ihd", "target": "ssp-post"},
    {"start": "outreach", "target": "jens", "level": "OUTREACH"},
    {"start": "outreach", "target": "release"},
    {"start": "ssp-post", "target": "no-such"},
], ids=lambda need: need["target"])  # fmt: skip
def test_the_log_names_exactly_the_persons_that_stand_in_paths(
    app: TestApp, need: dict[str, str]
) -> None:
    headers = app.as_(Role.COORDINATOR)
    for _ in range(2):  # made, and told again
        answer = app.http.post("/paths", json=need, headers=headers)
        stand = app.directory.persons().intersection(_texts(answer.json()))
        assert set(app.rows()[-1].subjects) == stand

"""Which bodies are read, and with what place are the others refused?"""

from typing import Any

import pytest

from api.audited_route import MOST_MEMBERS, MOST_TEXT, parsed
from api.errors import Refused
from api.middleware import MOST_BODY
from graph.access.policy import Role
from tests.fixtures.app import TestApp
from tests.fixtures.editor import desk_of, slug


def refused(sent: bytes) -> Refused:
    with pytest.raises(Refused) as told:
        parsed(sent)
    return told.value


@pytest.mark.parametrize(
    ("sent", "where"),
    [
        (b'{"a": 1, "a": 2}', {"in": "body", "member": 1}),
        (b'[{"b": [{"x": 1, "y": 2, "x": 1}]}]', {"in": "body", "member": 2}),
        (b'{"a": NaN}', {"in": "body", "number": None}),
        (b'{"a": -Infinity}', {"in": "body", "number": None}),
        (b'{"a": 1e999}', {"in": "body", "number": None}),
        (b'{"a": 1' + b"0" * 5_000 + b"}", {"in": "body", "number": None}),
        (b'{"a": 1,}', {"in": "body", "character": 8}),
        (b"", {"in": "body", "character": 0}),
        (b'{"a": "\xff"}', {"in": "body", "byte": 7}),
        (b'{"a": "\\ud800"}', {"in": "body", "member": None}),
    ],
)
def test_what_two_readers_could_read_differently_is_refused_with_its_place(
    sent: bytes, where: dict[str, Any]
) -> None:
    error = refused(sent)
    assert (error.kind.slug, error.members) == ("malformed", {"where": where})


def test_every_route_reads_bodies_strictly_and_writes_nothing_of_a_refused_one(
    app: TestApp,
) -> None:
    headers = {**desk_of(app, Role.STEWARD).headers, "Content-Type": "application/json"}

    def post(content: bytes, **more: str) -> tuple[int, str]:
        answer = app.http.post("/change-sets", content=content, headers={**headers, **more})
        return answer.status_code, slug(answer)

    assert post(b'{"ends": [], "ends": []}') == (400, "malformed")
    assert post(b'{"ends": [NaN]}') == (400, "malformed")
    assert post(b"[" * 40) == (413, "too-large")
    assert post(b" " * (MOST_BODY + 1)) == (413, "too-large")
    assert post(b"{}", **{"Content-Type": "text/plain"}) == (415, "media-type")
    assert post(b'{"ends": [], "\xc3\xa6": 1}') == (422, "invalid")
    assert app.store.revision() == 1


@pytest.mark.parametrize(
    ("sent", "limit"),
    [
        (b'"%b"' % (b"a" * (MOST_TEXT + 1)), MOST_TEXT),
        (b'{"fields": {"name": ["b", "%b"]}}' % (b"a" * (MOST_TEXT + 1)), MOST_TEXT),
        (b'{"%b": 1}' % (b"a" * (MOST_TEXT + 1)), MOST_TEXT),
        (b"{%b}" % b",".join(b'"%d": 1' % one for one in range(MOST_MEMBERS + 1)), MOST_MEMBERS),
    ],
)
def test_a_longer_text_than_any_that_is_asked_for_is_not_looked_at(sent: bytes, limit: int) -> None:
    error = refused(sent)
    assert (error.kind.slug, error.members) == ("too-large", {"limit": limit})


def test_the_longest_text_that_is_asked_for_is_read() -> None:
    assert parsed(b'["%b"]' % (b"a" * MOST_TEXT)) == ["a" * MOST_TEXT]

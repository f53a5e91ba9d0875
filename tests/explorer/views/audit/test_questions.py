"""Grouping of the rows of the log into questions."""

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from api.schemas.audit import AuditRow, RowKind
from explorer.views.audit.questions import questions

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
FIND = {"target": "act-ssp-0787"}
_numbers = count(1)


def request(
    action: str,
    minute: float,
    asked: dict[str, Any] | None = None,
    *subjects: str,
    via: str = "ses-1",
    kind: RowKind = "shown",
) -> list[AuditRow]:
    """The two rows of a request."""
    number = next(_numbers)

    def row(seq: int, kind: RowKind, **fields: Any) -> AuditRow:
        return AuditRow.model_validate(
            {
                "seq": seq, "at": NOON + timedelta(minutes=minute), "kind": kind, "caller": "acc-1",
                "role": "COORDINATOR", "via": via, "action": action, "purpose": None,
                "subjects": (), "asked": {}, "result": None, "count": None, "ms": None,
                "request_id": f"req-{number}", "change_set": None, "key_id": "k",
                "prev": "0" * 64, "mac": "a" * 64, **fields,
            }
        )  # fmt: skip

    return [
        row(2 * number, "asked", asked=asked or {}),
        row(2 * number + 1, kind, subjects=subjects, result=200),
    ]


def grouped(*rows: list[AuditRow]) -> list[list[str]]:
    groups, _ = questions([row for pair in rows for row in pair][::-1])
    return [[request.last.action for request in question.requests] for question in groups]


def test_reveals_and_cards_are_grouped_with_the_search_before_them() -> None:
    rows = (
        request("find_paths", 0, FIND), request("reveal_detail", 1), request("read_entity", 2),
        request("find_paths", 3, {"target": "act-other"}), request("reveal_contacts", 4),
    )  # fmt: skip
    assert grouped(*rows) == [
        ["find_paths", "reveal_contacts"], ["find_paths", "reveal_detail", "read_entity"],
    ]  # fmt: skip


def test_a_repeated_search_is_grouped_into_the_same_question() -> None:
    rows = (request("find_paths", 0, FIND), request("find_paths", 5, FIND))
    assert grouped(*rows) == [["find_paths", "find_paths"]]


def test_a_long_pause_or_another_session_starts_a_new_question() -> None:
    rows = (
        request("find_paths", 0, FIND), request("reveal_detail", 1, via="ses-2"),
        request("reveal_detail", 20),
    )  # fmt: skip
    assert grouped(*rows) == [["reveal_detail"], ["reveal_detail"], ["find_paths"]]


def test_a_name_typed_letter_by_letter_is_one_question() -> None:
    rows = [request("read_names", second / 60, {"text": f"hmac:{second}"}) for second in range(4)]
    assert grouped(*rows) == [["read_names"] * 4]


def test_a_card_read_just_before_a_search_is_grouped_with_it() -> None:
    own_post = request("read_entity", 0, {"node_id": "act-kf-1462"})
    ((actions),) = grouped(own_post, request("find_paths", 0.1, FIND))
    assert actions == ["read_entity", "find_paths"]
    ((first),) = questions([*own_post, *request("find_paths", 0.1, FIND)])[0]
    assert first.head.parameters == FIND


def test_technical_rows_are_separated_unless_denied() -> None:
    fine, refused = request("open_session", 0), request("open_session", 1, kind="denied")
    groups, technical = questions([*fine, *refused])
    assert [question.head.last.kind for question in groups] == ["denied"]
    assert technical == [fine[1]]


def test_a_question_lists_revealed_people_people_in_answers_and_exceptions() -> None:
    (question,), _ = questions(
        [
            *request("find_paths", 0, FIND, "amina", "bo"),
            *request("reveal_detail", 1, None, "bo"),
            *request("reveal_detail", 2, None, "carl", kind="denied"),
        ]
    )
    assert (question.revealed_people, question.people) == (("bo",), ("amina", "bo"))
    assert [row.kind for row in question.exceptions] == ["denied"]


def test_log_reads_with_different_filters_are_one_question() -> None:
    rows = [request("read_rows", minute, {"role": f"ROLE_{minute}"}) for minute in (0, 2, 9)]
    assert grouped(*rows) == [["read_rows"] * 3]
    assert len(grouped(*rows, request("find_paths", 10, FIND))) == 2

"""Reports from the log hold what their reader may see, and nothing more."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from api.audit.entry import AuditKind, AuditRow
from api.audit.log import AuditLog
from api.audit.report import (
    CallerPosts,
    Sample,
    accounts_of,
    breach_of,
    last_days_of,
    look_ups,
    outcomes_of,
    rows_of,
    sample_of,
    search_text,
)
from api.identity.changes import HOST
from api.schemas.reveal import MOST_DETAILS
from graph.access.policy import Grant, Role
from tests import kystby
from tests.api.audit.logs import NOON, Clock, fill, open_log, rows, shown_entry
from tests.fixtures.accounts import Clock as AccountsClock
from tests.fixtures.accounts import opened_identity

ASKED = replace(shown_entry(1), kind=AuditKind.ASKED, result=None)


def person_of_account(account: str) -> str | None:
    return {"acc-1": "amina", "acc-2": "carl"}.get(account)


def test_look_ups_of_a_person_show_date_purpose_and_office_and_no_account(log: AuditLog) -> None:
    offices = CallerPosts(kystby.snapshot(), person_of_account)
    log.append(ASKED)
    log.append(shown_entry(1, subjects=("bo", "jens"), purpose="CONCERN"))
    log.append(shown_entry(2, subjects=("jens",), caller="acc-nobody", role="DPO"))
    log.append(shown_entry(3, subjects=("bo",)))
    log.append(replace(shown_entry(4, subjects=("jens",)), kind=AuditKind.DENIED))
    rows, next_one = look_ups(log, "jens", offices)
    assert next_one is None
    assert [(row.on, row.purpose, row.offices, row.role) for row in rows] == [
        (kystby.TODAY, None, (), "DPO"),
        (kystby.TODAY, "CONCERN", ("SSP_COORDINATOR",), "COORDINATOR"),
    ]
    assert "acc-" not in repr(rows)
    assert "amina" not in repr(rows)


def test_a_look_up_late_at_night_has_the_danish_date(log: AuditLog, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)
    log.append(shown_entry(1, subjects=("jens",)))
    (row,), _ = look_ups(log, "jens", lambda _account, _on: ())
    assert row.on == date(2026, 11, 26)


def test_pages_go_back_through_the_months_without_gaps(log: AuditLog, clock: Clock) -> None:
    for month in (9, 10, 11):
        clock.now = NOON.replace(month=month)
        fill(log, 4)
    seen: list[int] = []
    before: int | None = None
    while True:
        page, before = rows_of(log, before=before, most=5)
        seen += [row.seq for row in page]
        if before is None:
            break
    assert seen == list(range(12, 0, -1))


def test_own_requests_are_listed_once_each_and_paged_by_request_id(log: AuditLog) -> None:
    for number in range(5):
        log.append(replace(ASKED, request_id=f"req-{number}"))
        log.append(shown_entry(number))
        log.append(shown_entry(number + 100, caller="acc-2"))
    page, before = outcomes_of(log, "acc-1", most=3)
    rest, end = outcomes_of(log, "acc-1", before=before, most=3)
    assert [row.request_id for row in (*page, *rest)] == [f"req-{n}" for n in (4, 3, 2, 1, 0)]
    assert (before, end) == ("req-2", None)
    assert outcomes_of(log, "acc-3") == ((), None)


def own_pages(log: AuditLog, most: int) -> list[tuple[AuditRow, ...]]:
    """The outcomes of acc-1, page by page."""
    page, before = outcomes_of(log, "acc-1", most=most)
    pages = [page]
    while before is not None:
        page, before = outcomes_of(log, "acc-1", before=before, most=most)
        pages.append(page)
    return pages


@pytest.mark.parametrize("most", [1, 3, 50])
def test_pages_of_overlapping_own_requests_lose_and_repeat_no_row(
    log: AuditLog, clock: Clock, most: int
) -> None:
    log.append(replace(ASKED, request_id="req-1"))  # a stream, whose events are outcomes
    for number in range(2, 12):
        log.append(replace(ASKED, request_id=f"req-{number}"))
        log.append(shown_entry(1, ms=number))
        log.append(shown_entry(number - 1 if number > 2 else 2, ms=100 + number))
    clock.now = NOON.replace(month=12)
    log.append_all([shown_entry(1, ms=200 + number) for number in range(2 * MOST_DETAILS)])
    whole = [row for row in reversed(rows(log)) if row.kind is AuditKind.SHOWN]
    assert [row for page in own_pages(log, most) for row in page] == whole
    page, before = outcomes_of(log, "acc-1", most=most)
    log.append(shown_entry(1, ms=999))
    rest, _ = outcomes_of(log, "acc-1", before=before, most=len(whole))
    assert [*page, *rest] == whole


@pytest.mark.parametrize(("most", "requests"), [
    (1, [{3}, {2}, {1}]), (2, [{3}, {2}, {1}]), (3, [{3}, {2, 1}]), (4, [{3, 2}, {1}]),
    (5, [{3, 2}, {1}]), (6, [{3, 2, 1}]),
])  # fmt: skip
def test_a_page_of_own_requests_splits_no_request(
    log: AuditLog, most: int, requests: list[set[int]]
) -> None:
    for number in (1, 2, 3):
        log.append(replace(ASKED, request_id=f"req-{number}"))
        log.append_all(
            [shown_entry(number, subjects=(f"person-{index}",)) for index in range(number)]
        )
        log.append(shown_entry(number + 100, caller="acc-2"))
    pages = own_pages(log, most)
    assert [{row.request_id for row in page} for page in pages] == [
        {f"req-{number}" for number in page} for page in requests
    ]
    assert [(row.request_id, *row.subjects) for page in pages for row in page] == [
        (f"req-{number}", f"person-{index}")
        for number in (3, 2, 1)
        for index in reversed(range(number))
    ]


def append_urgent_and_other_rows(log: AuditLog) -> None:
    for number in range(20):
        log.append(shown_entry(number))
        log.append(shown_entry(number + 100, action="reveal_detail", purpose="CONCERN"))
    for number in range(4):
        log.append(shown_entry(number + 200, action="reveal_detail", purpose="ACUTE"))
    log.append(replace(shown_entry(300, action="reveal_detail"), kind=AuditKind.ALERT))


def test_a_sample_has_its_half_of_urgent_reveals_and_no_row_twice(log: AuditLog) -> None:
    hour = timedelta(hours=1)
    append_urgent_and_other_rows(log)
    drawn = sample_of(log, 8, since=NOON - hour, until=NOON + hour)
    whole = sample_of(log, 200, since=NOON - hour, until=NOON + hour)
    assert sample_of(log, 8, since=NOON + hour, until=NOON + 2 * hour).others == ()
    assert (len(drawn.urgent), len(drawn.others)) == (4, 4)
    assert {row.purpose == "ACUTE" or row.kind is AuditKind.ALERT for row in drawn.urgent} == {True}
    assert {row.purpose == "ACUTE" for row in drawn.others} == {False}
    assert (len(whole.urgent), len(whole.others)) == (5, 40)
    assert len({row.seq for row in (*whole.urgent, *whole.others)}) == 45


def test_the_same_seed_draws_the_same_sample_in_log_order(log: AuditLog) -> None:
    hour = timedelta(hours=1)
    drawn: list[Sample] = []
    append_urgent_and_other_rows(log)
    for seed in (1, 1, 2):
        log.rng = Random(seed)
        drawn.append(sample_of(log, 8, since=NOON - hour, until=NOON + hour))
    first, again, other = drawn
    assert first == again != other
    for sample in drawn:
        numbers = [row.seq for row in sample.others]
        assert numbers == sorted(numbers)


def test_search_finds_a_whole_logged_text_and_not_a_part_of_it(log: AuditLog) -> None:
    for _ in range(3):
        log.append(replace(ASKED, asked={"text": f"hmac:{log.term('ssp thisted')}"}))
    newest, older = search_text(log, "SSP  Thisted", most=2)
    assert ([row.seq for row in newest], older) == ([3, 2], 2)
    oldest, older = search_text(log, "SSP  Thisted", before=older, most=2)
    assert ([row.seq for row in oldest], older) == ([1], None)
    assert search_text(log, "thisted") == ((), None)
    assert "thisted" not in repr(rows_of(log))


def test_a_breach_report_lists_people_shown_to_an_account_in_a_period(tmp_path: Path) -> None:
    clock, hour = Clock(), timedelta(hours=1)
    with open_log(tmp_path, clock) as log:
        log.append(shown_entry(1, subjects=("amina", "bo")))
        clock.now = NOON + hour
        log.append(shown_entry(2, subjects=("bo",), action="reveal_detail"))
        log.append(shown_entry(3, subjects=("carl",), caller="acc-2"))
        clock.now = NOON + 2 * hour
        log.append(shown_entry(4, subjects=("dina",)))
        exposures = breach_of(log, "acc-1", since=NOON, until=NOON + 2 * hour)
    assert [(item.person, item.count, item.is_revealed) for item in exposures] == [
        ("amina", 1, False), ("bo", 2, True),
    ]  # fmt: skip
    assert (exposures[1].first_at, exposures[1].last_at) == (NOON, NOON + hour)
    assert exposures[1].actions == ("read_names", "reveal_detail")


def test_accounts_of_an_area_have_or_had_a_right_there(tmp_path: Path) -> None:
    day = timedelta(days=1)
    with opened_identity(tmp_path, AccountsClock()) as identity:
        changes, today = identity.accounts.changes, kystby.TODAY

        def account_with(
            login: str, *, begins: date | None = None, ends: date | None = None
        ) -> tuple[str, str]:
            account = identity.accounts.add(login)
            return account, identity.give(account, Role.COORDINATOR, begins=begins, ends=ends)

        here, _ = account_with("here", begins=today)
        expired, _ = account_with("expired", ends=today + day)
        ended, grant = account_with("ended")
        changes.end(grant, by=HOST, is_host=True)
        account_with("future", begins=today + day)
        _, grant = account_with("ended-before-it-began", begins=today + day)
        changes.end(grant, by=HOST, is_host=True)
        account_with("expired-before-it-was-confirmed", ends=today)
        for login in ("waiting", "refused"):
            right = Grant(role=Role.COORDINATOR, areas=frozenset({"kystby"}))
            change = changes.give(identity.accounts.add(login), right, by=here)
        changes.refuse(change.id, by=HOST, is_host=True)
        engine = identity.accounts.engine
        assert accounts_of(engine, ["kystby", "nabo"], today) == {here, expired, ended}
        in_two_days = accounts_of(engine, ["kystby"], today + 2 * day)
        assert len(in_two_days) == 4, "with the future one, but not the one that ended before"
        assert accounts_of(engine, ["nabo"], today) == frozenset()


def test_offices_of_an_account_are_those_of_the_posts_held_on_the_date() -> None:
    offices = CallerPosts(kystby.snapshot(), person_of_account)
    assert offices("acc-1", kystby.TODAY) == ["SSP_COORDINATOR"]
    assert offices("acc-1", date(2024, 7, 31)) == []
    assert offices("acc-2", kystby.TODAY) == ["INFOHOUSE_COORDINATOR_DISTRICT"]
    assert offices("acc-unknown", kystby.TODAY) == []


def test_the_last_day_of_an_account_is_that_of_its_newest_row(log: AuditLog, clock: Clock) -> None:
    clock.now = datetime(2026, 9, 30, 22, 30, tzinfo=UTC)
    log.append(shown_entry(1))
    log.append(shown_entry(2, caller="acc-2"))
    clock.now = NOON.replace(month=11)
    log.append(ASKED)
    days = last_days_of(log, ["acc-1", "acc-2", "acc-3"])
    assert days == {"acc-1": NOON.replace(month=11).date(), "acc-2": date(2026, 10, 1)}
    assert last_days_of(log, []) == {}

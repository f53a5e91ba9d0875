from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from graph.access.policy import Caller, Role
from graph.model import Change, ChangeKind, ChangeReason, Element, Holds, LiesIn, SucceededBy
from graph.questions.history_trend import (
    HistoryTrend,
    TrendPoint,
    days_seen,
    history_trend,
    quarters_until,
)
from graph.vocabulary import AreaKind, LinkType
from seed.people.data_gaps import VACANT
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.graph.paths.additions import area, tie
from tests.kystby import LOCAL_OPERATOR, TODAY
from tests.seed import demo

SSP = "ssp-post--ssp"


@pytest.mark.parametrize("on", [date.min, date(1, 4, 1), date(2, 1, 1), date.max])
@pytest.mark.parametrize("count", [1, 8])
def test_quarters_are_limited_at_the_ends_of_the_calendar(on: date, count: int) -> None:
    quarters = quarters_until(on, count)
    assert 1 <= len(quarters) <= count
    assert days_seen(quarters)[0] < quarters[0].begins


def trend_of(
    *more: Element,
    on: date = TODAY,
    quarters: int = 3,
    caller: Caller = LOCAL_OPERATOR,
    changes: Sequence[Change] = (),
    by: AreaKind = AreaKind.POLICE_DISTRICT,
    changed: dict[str, dict[str, Any]] | None = None,
) -> HistoryTrend:
    snapshot = snapshot_of((*kystby.elements(**changed or {}), *more))
    known = quarters_until(on, quarters)
    views = [kystby.view_of(snapshot, caller, on=day) for day in days_seen(known)]
    return history_trend(views, known, changes, today=kystby.view_of(snapshot, caller), by=by)


def points(trend: HistoryTrend, place: str = "pol-ost") -> list[TrendPoint | None]:
    (row,) = (candidate for candidate in trend.rows if candidate.area.id == place)
    return list(row.points)


def each(trend: HistoryTrend, *names: str) -> list[tuple[int, ...]]:
    return [tuple(getattr(point, name) for name in names) for point in points(trend)]


def checked(link: str, before: date | None, revision: int = 2) -> Change:
    return Change(
        revision=revision, touched=link, kind=ChangeKind.UPDATED, what=LinkType.COORDINATES,
        fields=("verified_on",), before={"verified_on": before}, made_by="tester",
        made_at=datetime(2026, 10, 15, tzinfo=UTC), reason=ChangeReason.VERIFIED,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("on", "expected"),
    [
        (date(2026, 11, 25), [(2026, 3, "2026-09-30", True), (2026, 4, "2026-11-25", False)]),
        (date(2026, 12, 31), [(2026, 3, "2026-09-30", True), (2026, 4, "2026-12-31", True)]),
        (date(2027, 1, 1), [(2026, 4, "2026-12-31", True), (2027, 1, "2027-01-01", False)]),
    ],
)
def test_the_last_quarter_is_that_of_the_date_and_seen_on_it_while_unfinished(
    on: date, expected: list[tuple[int, int, str, bool]]
) -> None:
    quarters = quarters_until(on, 2)
    assert [(x.year, x.number, str(x.seen_on), x.is_whole) for x in quarters] == expected
    assert days_seen(quarters)[0] == quarters[0].begins - timedelta(1)


def test_coverage_counts_seats_that_people_can_hold_and_held_seats() -> None:
    leaves = {"carl--ihd": {"valid_to": date(2026, 9, 1)}}
    # ssp-post, release, ihd, outreach, nabo-ssp: the release contact is vacant all the time
    assert each(trend_of(changed=leaves), "seats", "held") == [(5, 4), (5, 3), (5, 3)]


def test_holders_that_begin_or_end_count_per_quarter_but_not_if_they_do_both() -> None:
    leaves = {
        "amina--ssp-post": {"valid_to": date(2026, 10, 1)},  # the first day without her
        "carl--ihd": {"valid_to": date(2026, 7, 1)},
    }
    trend = trend_of(
        tie(Holds, "bo", "ssp-post", valid_from=date(2026, 10, 1)),
        tie(Holds, "bo", "release", valid_from=date(2026, 8, 1), valid_to=date(2026, 9, 1)),
        changed=leaves,
    )
    assert each(trend, "begun", "ended") == [(0, 0), (0, 1), (1, 1)]


def test_a_later_check_leaves_earlier_quarters_unknown_without_a_change_record() -> None:
    # Four links: ssp-post--ssp and outreach--forum and ihd--ssp-post checked 15 October,
    # intake--ssp 1 February, which is 183 days before 3 August.
    fresh = ("links", "in_time", "unknown")
    assert each(trend_of(), *fresh) == [(4, 1, 3), (4, 0, 3), (4, 3, 0)]
    remembered = [checked(SSP, date(2026, 5, 1))]
    assert each(trend_of(changes=remembered), *fresh) == [(4, 2, 2), (4, 1, 2), (4, 3, 0)]
    assert each(trend_of(changes=[checked(SSP, None)]), *fresh) == [(4, 1, 2), (4, 0, 2), (4, 3, 0)]


def test_the_newest_of_several_earlier_checks_counts_in_a_quarter() -> None:
    fresh = ("in_time", "unknown")
    twice = [checked(SSP, date(2025, 1, 1), 2), checked(SSP, date(2026, 9, 1), 3)]
    assert each(trend_of(changes=twice), *fresh) == [(1, 2), (1, 2), (3, 0)]


def test_checks_are_unknown_to_callers_who_may_not_see_the_changes() -> None:
    remembered = [checked(SSP, date(2026, 5, 1))]
    for role, unknown in ((Role.ANALYST, 2), (Role.COORDINATOR, 2), (Role.SERVICE, 3)):
        trend = trend_of(changes=remembered, caller=kystby.caller_of(role))
        assert each(trend, "unknown")[0] == (unknown,), role
    far = kystby.caller_of(Role.COORDINATOR, areas=("nabo",))
    assert each(trend_of(changes=remembered, caller=far), "unknown")[0] == (3,)


def test_links_of_people_and_civilians_are_not_counted_for_a_district() -> None:
    everybody = kystby.caller_of(Role.OUTREACH, areas=("dk",), posts=("outreach",))
    assert each(trend_of(caller=everybody), "links") == each(trend_of(), "links")


def test_an_area_has_points_only_while_it_is_there() -> None:
    new_year = date(2027, 1, 1)
    trend = trend_of(
        area("reg-ny", AreaKind.REGION, valid_from=new_year),
        tie(SucceededBy, "reg-syd", "reg-ny", valid_from=new_year),
        tie(LiesIn, "kystby", "reg-ny", valid_from=new_year),
        changed={"reg-syd": {"valid_to": new_year}},
        on=date(2027, 2, 1), quarters=2, by=AreaKind.REGION,
    )  # fmt: skip
    assert [point is None for point in points(trend, "reg-syd")] == [False, True]
    assert [point is None for point in points(trend, "reg-ny")] == [True, False]


def test_the_demo_has_twelve_districts_eight_quarters_and_three_measures() -> None:
    known = quarters_until(TODAY, 8)
    views = [demo.view_of(day) for day in days_seen(known)]
    trend = history_trend(views, known, (), today=demo.view_of())
    assert (len(trend.rows), {len(row.points) for row in trend.rows}) == (12, {8})
    latest = [row.points[-1] for row in trend.rows]
    assert sum(point.seats - point.held for point in latest if point is not None) == sum(
        VACANT.values()
    )
    assert all(point is not None and point.unknown == 0 for point in latest)
    assert sum(point.begun + point.ended for row in trend.rows for point in row.points if point) > 0

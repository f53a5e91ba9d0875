"""Who answers at a post, minute by minute, against a clock that is read a minute at a time.

Three weeks each over Easter, Christmas and the days the clocks change; real minutes are stepped in
UTC and told in Danish time. Who there is at each post is written down here by hand.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any, Final

import pytest

from graph.access import LOCAL_OPERATOR
from graph.model import (
    Actor,
    Authority,
    BelongsTo,
    Covers,
    DeputizesFor,
    EntryPointFor,
    Holds,
    LiesIn,
    ReachedBy,
    Thing,
)
from graph.questions.paths.answer import Availability
from graph.questions.paths.availability import availability
from graph.questions.paths.words import AvailabilityState, Rung
from graph.snapshot import Snapshot, snapshot_of
from graph.view import View
from graph.vocabulary import AreaKind, AuthorityKind, Channel, PostKind, Sector, Tier, Visibility
from tests.graph.questions.paths.additions import POLICY, area, detail, person, tie
from tests.graph.questions.paths.clock_oracle import COPENHAGEN, is_open

OFFICE: Final = "MO-FR 09:00-15:00"
ALWAYS: Final = "00:00-24:00"
SPANS: Final = {
    "easter": date(2027, 3, 15),  # the clocks go forward on Easter Sunday, 28 March
    "christmas": date(2026, 12, 18),
    "autumn": date(2026, 10, 19),
    "next autumn": date(2027, 10, 18),
}
DAYS, BEYOND = 21, 9
"""What is asked about, and how far the clock runs on to see who comes next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """One who could answer at a post: by id where all may know it, with hours and days."""

    rung: Rung
    who: str | None = None
    hours: str | None = None
    since: date = date.min
    until: date = date.max
    away: tuple[date, date] | None = None

    def is_there(self, day: date) -> bool:
        """On a day."""
        is_away = self.away is not None and self.away[0] <= day < self.away[1]
        return self.since <= day < self.until and not is_away

    def may_answer(self, day: date) -> bool:
        """On a day; nobody sits behind a mailbox or a number of the post's own."""
        return self.rung not in (Rung.OWN_CHANNEL, Rung.MAILBOX) and self.is_there(day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is said of a post at a minute; `until` is only told of who answers now."""

    state: AvailabilityState
    rung: Rung
    who: str | None
    until: datetime | None
    opens_at: datetime | None


# ---- the posts


class World:
    """Every post with who could answer there, in order; absences lie in the weeks from `first`."""

    def __init__(self, first: date) -> None:
        self.first = first
        self.things: list[Thing] = [
            area("dk", AreaKind.COUNTRY),
            area("pol-ost", AreaKind.POLICE_DISTRICT),
            area("kystby", AreaKind.MUNICIPALITY),
            tie(LiesIn, "pol-ost", "dk"),
            tie(LiesIn, "kystby", "pol-ost"),
            _body("kommune", AuthorityKind.MUNICIPALITY, Tier.MUNICIPAL),
            _body("boxed", AuthorityKind.MUNICIPALITY, Tier.MUNICIPAL),
            _body("politi", AuthorityKind.POLICE_DISTRICT, Tier.DISTRICT),
            tie(Covers, "kommune", "kystby"),
            tie(Covers, "boxed", "kystby"),
            tie(Covers, "politi", "pol-ost"),
        ]
        self.posts: dict[str, tuple[Who, ...]] = {}
        self._lines()
        self._patterns()
        self._stand_ins()
        self._comings_and_goings()
        self._without_holder()

    def day(self, number: int) -> date:
        """A day of the weeks, from 0."""
        return self.first + timedelta(number)

    def view(self, on: date) -> View:
        """What the operator of the command line sees."""
        return _view(self.first, on)

    def _lines(self) -> None:
        """Two duty lines, one of them for the nights, and a mailbox."""
        self._post("line", ALWAYS, PostKind.DUTY_LINE, body="politi")
        self._post("night", "16:00-24:00; 00:00-08:00", PostKind.DUTY_LINE, body="politi")
        self._post("box", ALWAYS, PostKind.FUNCTIONAL_MAILBOX, body="boxed")
        self._post("hourless", None, PostKind.DUTY_LINE, body="politi")
        self.things.append(tie(EntryPointFor, "night", "pol-ost", order=1, is_acute=True))
        self.posts["line"] = (Who(rung=Rung.UNIT, who="politi", hours=ALWAYS),)

    def _patterns(self) -> None:
        """A holder in hours of each pattern, and with none that are known."""
        for number, hours in enumerate(
            (
                OFFICE, ALWAYS, "MO-TH 08:00-16:00; FR 08:00-14:30", "SA-SU 10:00-12:00",
                "07:30-22:00", "00:00-02:30", "02:15-02:45", "SU 02:15-05:00; WE 12:00-24:00",
                "FR-MO 18:00-24:00", "00:00-02:00; 03:00-06:00", None,
            )
        ):  # fmt: skip
            post = f"pattern-{number}"
            self._post(post, hours)
            self.posts[post] = (self._holder(post, hours),)

    def _stand_ins(self) -> None:
        """An absent holder with deputies and duty lines."""
        away = (self.day(4), self.day(11))
        for post, hours in (("deputized", OFFICE), ("late", "07:30-22:00")):
            self._post(post, hours)
            self.posts[post] = (
                self._holder(post, hours, away=away),
                self._deputy(post, hours, order=2, away=(self.day(6), self.day(8))),
                self._line(post, "line", ALWAYS),
            )
        self._post("own-hours", OFFICE)
        self.posts["own-hours"] = (
            self._holder("own-hours", OFFICE, away=away),
            self._line("own-hours", "hourless", OFFICE),
            self._line("own-hours", "night", "16:00-24:00; 00:00-08:00"),
        )
        self._post("neighbor", "TU-TH 08:00-20:00")
        self._holder("neighbor", "TU-TH 08:00-20:00", away=(self.day(12), self.day(14)))
        self._post("by-post", OFFICE)
        self.things.append(tie(DeputizesFor, "neighbor", "by-post", order=1))
        self.posts["by-post"] = (
            self._holder("by-post", OFFICE, away=away),
            Who(rung=Rung.DEPUTY, who="p-neighbor", hours="TU-TH 08:00-20:00",
                away=(self.day(12), self.day(14))),
        )  # fmt: skip
        self._post("unknown", None)
        self.posts["unknown"] = (
            self._holder("unknown", None, away=away), self._line("unknown", "night",
            "16:00-24:00; 00:00-08:00"),
        )  # fmt: skip
        self._post("hidden", OFFICE)
        self.posts["hidden"] = (
            self._holder("hidden", OFFICE, away=away, is_hidden=True),
            self._deputy("hidden", OFFICE, order=1, is_hidden=True),
        )

    def _comings_and_goings(self) -> None:
        """A holder who leaves, one who comes, and one who acts between them."""
        self._post("passed-on", "MO-TH 08:00-16:00; FR 08:00-14:30")
        hours = "MO-TH 08:00-16:00; FR 08:00-14:30"
        self.posts["passed-on"] = (
            self._holder("passed-on", hours, until=self.day(5)),
            self._holder("passed-on", hours, name="next", since=self.day(15)),
            self._holder("passed-on", hours, name="acting", since=self.day(8), until=self.day(13)),
        )
        self._post("shared", ALWAYS)
        self.posts["shared"] = (
            self._holder("shared", ALWAYS, share=0.6, away=(self.day(3), self.day(4))),
            self._holder("shared", ALWAYS, name="half", share=0.4),
        )

    def _without_holder(self) -> None:
        """A unit, a post with a number of its own, a mailbox, and nobody at all."""
        self._post("unit", "07:30-22:00", PostKind.SOCIAL_INTAKE)
        self.posts["unit"] = (Who(rung=Rung.UNIT, who="kommune", hours="07:30-22:00"),)
        self._post("own-number", OFFICE)
        self.things += [
            detail("d-own", Channel.PHONE), tie(ReachedBy, "own-number", "d-own")
        ]  # fmt: skip
        self.posts["own-number"] = (Who(rung=Rung.OWN_CHANNEL, hours=OFFICE),)
        self._post("mailbox", OFFICE, body="boxed")
        self.posts["mailbox"] = (Who(rung=Rung.MAILBOX, who="box", hours=ALWAYS),)
        self._post("mailbox-until", OFFICE, body="boxed")
        self.posts["mailbox-until"] = (
            self._holder("mailbox-until", OFFICE, away=(self.day(0), self.day(9))),
            Who(rung=Rung.MAILBOX, who="box", hours=ALWAYS),
        )
        self._post("vacant", OFFICE)
        self.posts["vacant"] = ()

    def _post(
        self,
        post: str,
        hours: str | None,
        kind: PostKind = PostKind.SSP_COORDINATOR,
        body: str = "kommune",
    ) -> None:
        tier = Tier.DISTRICT if Tier.DISTRICT in kind.tiers else min(kind.tiers)
        self.things += [
            Actor(
                id=post, kind=kind, name="En post", tier=tier, sector=Sector.YOUTH, hours=hours,
                is_unit_only=kind.is_unit_only, source="test",
            ),
            tie(BelongsTo, post, body),
        ]  # fmt: skip

    def _holder(
        self,
        post: str,
        hours: str | None,
        *,
        name: str = "p",
        since: date | None = None,
        until: date | None = None,
        away: tuple[date, date] | None = None,
        share: float = 1.0,
        is_hidden: bool = False,
    ) -> Who:
        is_acting = name == "acting"
        who = self._person(f"{name}-{post}", away, is_hidden)
        self.things.append(
            tie(
                Holds, who, post, valid_from=since, valid_to=until, share=share,
                is_acting=is_acting,
            )
        )  # fmt: skip
        return Who(
            rung=Rung.ACTING if is_acting else Rung.HOLDER, who=None if is_hidden else who,
            hours=hours, since=since or date.min, until=until or date.max, away=away,
        )  # fmt: skip

    def _deputy(
        self,
        post: str,
        hours: str | None,
        *,
        order: int,
        away: tuple[date, date] | None = None,
        is_hidden: bool = False,
    ) -> Who:
        who = self._person(f"deputy-{post}", away, is_hidden)
        self.things.append(tie(DeputizesFor, who, post, order=order))
        return Who(
            rung=Rung.DEPUTY, who=None if is_hidden else who, hours=hours, away=away
        )  # fmt: skip

    def _line(self, post: str, line: str, hours: str) -> Who:
        order = 8 + len([one for one in self.things if isinstance(one, DeputizesFor)])
        self.things.append(tie(DeputizesFor, line, post, order=order))
        return Who(rung=Rung.DUTY_LINE, who=line, hours=hours)

    def _person(self, who: str, away: tuple[date, date] | None, is_hidden: bool) -> str:
        visibility = Visibility.NAMED if is_hidden else Visibility.OPEN
        absent: dict[str, Any] = {}
        if away is not None:
            absent = {"absent_from": away[0], "absent_to": away[1]}
        self.things.append(person(who, visibility=visibility, **absent))
        return who


def _body(body: str, kind: AuthorityKind, tier: Tier) -> Authority:
    return Authority(
        id=body, kind=kind, tier=tier, sector=Sector.POLICE, name=body, source="test"
    )  # fmt: skip


@cache
def world(first: date) -> World:
    """The posts, with absences in the weeks from a date."""
    return World(first)


@cache
def _snapshot(first: date) -> Snapshot:
    return snapshot_of(tuple(world(first).things))


@cache
def _view(first: date, on: date) -> View:
    return View(_snapshot(first), LOCAL_OPERATOR, on, today=on)


# ---- the clock


@cache
def minutes(first: date, days: int) -> tuple[datetime, ...]:
    """Every minute as Danish clocks show it; those shown twice in autumn stand once."""
    step, end = (
        datetime(day.year, day.month, day.day, tzinfo=COPENHAGEN).astimezone(UTC)
        for day in (first, first + timedelta(days))
    )
    shown: list[datetime] = []
    while step < end:
        local = step.astimezone(COPENHAGEN)
        if not local.fold:
            shown.append(local.replace(tzinfo=None))
        step += timedelta(minutes=1)
    return tuple(shown)


@cache
def open_minutes(first: date, hours: str | None) -> frozenset[datetime]:
    """The minutes of the weeks at which hours are open; none where they are not known."""
    if hours is None:
        return frozenset()
    known = minutes(first, DAYS + BEYOND)
    return frozenset(minute for minute in known if is_open(hours, minute, POLICY.closing))


@cache
def by_the_minute(first: date, post: str) -> dict[datetime, Said]:
    """What is right at each minute of the weeks, read backward from the end."""
    everybody, last = world(first).posts[post], world(first).day(DAYS)
    hours = [open_minutes(first, one.hours) for one in everybody]
    until: list[datetime | None] = [None] * len(everybody)
    next_one: Who | None = None
    next_minute: datetime | None = None
    right: dict[datetime, Said] = {}
    for minute in reversed(minutes(first, DAYS + BEYOND)):
        answering = [
            minute in open_then and one.may_answer(minute.date())
            for one, open_then in zip(everybody, hours, strict=True)
        ]
        place = answering.index(True) if True in answering else None
        if minute.date() < last and place is not None:
            right[minute] = _said(everybody[place], until=until[place])
        elif minute.date() < last:
            right[minute] = _later(everybody, minute.date(), next_one, next_minute)
        for number, is_answering in enumerate(answering):
            if not is_answering:
                until[number] = minute
        if place is not None:
            next_one, next_minute = everybody[place], minute
    return right


def _said(one: Who, *, until: datetime | None) -> Said:
    states = {
        Rung.DEPUTY: AvailabilityState.DEPUTY,
        Rung.DUTY_LINE: AvailabilityState.DUTY_LINE,
    }
    state = states.get(one.rung, AvailabilityState.ANSWERING)
    return Said(state=state, rung=one.rung, who=one.who, until=until, opens_at=None)


def _later(
    everybody: tuple[Who, ...], day: date, next_one: Who | None, next_minute: datetime | None
) -> Said:
    """Nobody answers: are the hours unknown, does somebody later, or never?"""
    there = [one for one in everybody if one.is_there(day)]
    people = [one for one in there if one.may_answer(day)]
    first = (people or there or [Who(rung=Rung.CLOSED)])[0]
    state, opens_at = AvailabilityState.NOBODY, None
    if people and people[0].hours is None:
        state = AvailabilityState.HOURS_UNKNOWN
    elif next_one is not None:
        state, first, opens_at = AvailabilityState.OPENS_AT, next_one, next_minute
    return Said(state=state, rung=first.rung, who=first.who, until=None, opens_at=opens_at)


def told(found: Availability) -> Said:
    """What the product says, as the clock does."""
    return Said(
        state=found.state,
        rung=found.rung,
        who=found.who and found.who.id,
        until=_instant(found.until) if found.state.is_now else None,
        opens_at=found.opens_at,
    )


def _instant(minute: datetime | None) -> datetime | None:
    """A minute as a clock shows it: at the end of what is left out in spring it is 03:00."""
    if minute is None:
        return None
    there = minute.replace(tzinfo=COPENHAGEN).astimezone(UTC).astimezone(COPENHAGEN)
    return there.replace(tzinfo=None, fold=0)


def agrees(span: str, post: str, asked: Iterator[datetime]) -> None:
    """Is every minute asked about as the clock has it?"""
    first = SPANS[span]
    right = by_the_minute(first, post)
    for minute in asked:
        view = world(first).view(minute.date())
        found = availability(view, view.row(post), POLICY, minute)
        assert told(found) == right[minute], minute
        assert not found.is_dated
        covers = None if right[minute].state.is_now or not _is_night(minute) else "night"
        assert (found.covers and found.covers.id) == covers, minute


def _is_night(minute: datetime) -> bool:
    return is_open("16:00-24:00; 00:00-08:00", minute, POLICY.closing)


def changes(span: str, post: str) -> Iterator[datetime]:
    """The minutes around each change of what is right, and some between."""
    right = by_the_minute(SPANS[span], post)
    known = sorted(right)
    for place, minute in enumerate(known):
        around = known[max(0, place - 1) : place + 2]
        is_change = len({(right[one].state, right[one].who) for one in around}) > 1
        if is_change or place % 353 == 0:
            yield minute


POSTS: Final = tuple(world(SPANS["easter"]).posts)


@pytest.mark.parametrize("post", POSTS)
@pytest.mark.parametrize("span", ["easter", "christmas", "autumn"])
def test_who_answers_is_what_the_clock_says_where_it_changes(span: str, post: str) -> None:
    agrees(span, post, changes(span, post))


@pytest.mark.drill
@pytest.mark.parametrize("post", POSTS)
@pytest.mark.parametrize("span", SPANS)
def test_who_answers_is_what_the_clock_says_at_every_minute(span: str, post: str) -> None:
    agrees(span, post, iter(by_the_minute(SPANS[span], post)))


# ---- by hand


def at(day: str, time: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{time}")


def asked_at(view: View, post: str, minute: datetime | None) -> Availability:
    return availability(view, view.row(post), POLICY, minute)


def shown(span: str, post: str, minute: datetime) -> tuple[str, str | None, datetime | None]:
    """State, who, and when somebody answers."""
    found = asked_at(world(SPANS[span]).view(minute.date()), post, minute)
    return found.state, found.who and found.who.id, found.opens_at


def test_at_night_an_office_opens_in_the_morning_and_the_duty_line_covers_till_then() -> None:
    minute = at("2026-12-18", "01:16")
    assert shown("christmas", "pattern-0", minute) == (
        "OPENS_AT", "p-pattern-0", at("2026-12-18", "09:00")
    )  # fmt: skip
    found = asked_at(world(SPANS["christmas"]).view(minute.date()), "pattern-0", minute)
    assert found.covers is not None
    assert (found.covers.id, found.until) == ("night", None)


@pytest.mark.parametrize(
    ("span", "closes", "opens"),
    [
        # a weekend; Christmas Eve to Second Day of Christmas, then a Sunday; New Year's Eve and Day
        ("christmas", ("2026-12-18", "15:00"), ("2026-12-21", "09:00")),
        ("christmas", ("2026-12-23", "15:00"), ("2026-12-28", "09:00")),
        ("christmas", ("2026-12-30", "15:00"), ("2027-01-04", "09:00")),
        # Maundy Thursday to Easter Monday
        ("easter", ("2027-03-24", "15:00"), ("2027-03-30", "09:00")),
        ("easter", ("2027-03-28", "03:00"), ("2027-03-30", "09:00")),
        # a weekend with one hour more
        ("autumn", ("2026-10-23", "15:00"), ("2026-10-26", "09:00")),
        ("autumn", ("2026-10-25", "02:30"), ("2026-10-26", "09:00")),
        ("next autumn", ("2027-10-29", "15:00"), ("2027-11-01", "09:00")),
    ],
)
def test_an_office_opens_on_the_next_working_day(
    span: str, closes: tuple[str, str], opens: tuple[str, str]
) -> None:
    assert shown(span, "pattern-0", at(*closes)) == ("OPENS_AT", "p-pattern-0", at(*opens))


@pytest.mark.parametrize("day", ["2026-12-24", "2026-12-25", "2026-12-31", "2027-01-01"])
def test_hours_that_name_no_weekday_hold_on_public_holidays(day: str) -> None:
    first = SPANS["christmas"]
    found = asked_at(world(first).view(date.fromisoformat(day)), "pattern-4", at(day, "12:00"))
    assert (found.state, found.until) == (AvailabilityState.ANSWERING, at(day, "22:00"))


def test_an_opening_in_the_hour_that_is_left_out_begins_after_it_or_not_at_all() -> None:
    minute = at("2027-03-28", "01:00")
    assert shown("easter", "pattern-9", minute)[0] == "ANSWERING"
    assert shown("easter", "pattern-9", at("2027-03-28", "03:00"))[0] == "ANSWERING"
    assert shown("easter", "pattern-6", minute) == (
        "OPENS_AT", "p-pattern-6", at("2027-03-29", "02:15")
    )  # fmt: skip
    assert shown("easter", "by-post", minute)[2] == at("2027-03-30", "08:00")


def test_a_deputy_answers_for_an_absent_holder_and_the_duty_line_for_both() -> None:
    first = SPANS["autumn"]
    away, both, back = (first + timedelta(days) for days in (4, 7, 11))
    for day, state, who in (
        (away, "DEPUTY", "deputy-late"),
        (both, "DUTY_LINE", "line"),
        (back, "ANSWERING", "p-late"),
    ):
        minute = datetime.combine(day, datetime.min.time()) + timedelta(hours=12)
        assert shown("autumn", "late", minute)[:2] == (state, who)
        night = minute + timedelta(hours=11)
        assert shown("autumn", "late", night)[:2] == ("DUTY_LINE", "line")


def test_somebody_hidden_answers_without_a_name() -> None:
    first = SPANS["autumn"]
    found = asked_at(world(first).view(first), "hidden", at("2026-10-19", "10:00"))
    assert (found.state, found.rung, found.who) == ("ANSWERING", Rung.HOLDER, None)
    away = first + timedelta(4)
    found = asked_at(world(first).view(away), "hidden", at("2026-10-23", "10:00"))
    assert (found.state, found.rung, found.who) == ("DEPUTY", Rung.DEPUTY, None)


def test_hours_that_are_not_known_are_never_now() -> None:
    first = SPANS["autumn"]
    for time in ("00:00", "10:00", "23:59"):
        found = asked_at(world(first).view(first), "pattern-10", at("2026-10-19", time))
        assert (found.state, found.rung) == ("HOURS_UNKNOWN", Rung.HOLDER)
        assert (found.opens_at, found.until) == (None, None)


def test_nobody_answers_at_a_vacant_post_or_one_that_has_a_mailbox_alone() -> None:
    first = SPANS["autumn"]
    view, minute = world(first).view(first), at("2026-10-19", "10:00")
    vacant, boxed = (asked_at(view, post, minute) for post in ("vacant", "mailbox"))
    assert (vacant.state, vacant.rung, vacant.who) == ("NOBODY", Rung.CLOSED, None)
    assert (boxed.state, boxed.rung, boxed.who and boxed.who.id) == ("NOBODY", Rung.MAILBOX, "box")


@pytest.mark.parametrize(
    ("comes", "state"), [(date(2027, 11, 20), "OPENS_AT"), (date(2028, 1, 1), "NOBODY")]
)
def test_whoever_comes_within_400_days_answers_from_then_on(comes: date, state: str) -> None:
    things = (
        *world(SPANS["autumn"]).things,
        person("coming"),
        tie(Holds, "coming", "vacant", valid_from=comes),
    )
    on = date(2026, 10, 19)
    view = View(snapshot_of(things), LOCAL_OPERATOR, on, today=on)
    found = asked_at(view, "vacant", at("2026-10-19", "10:00"))
    opens_at = at("2027-11-22", "09:00") if state == "OPENS_AT" else None
    assert (found.state, found.opens_at) == (state, opens_at)


def test_without_an_hour_a_post_is_judged_at_its_own_first_opening_of_the_day() -> None:
    first = SPANS["autumn"]
    view = world(first).view(first)
    found = asked_at(view, "pattern-0", None)
    assert found.is_dated
    assert (found.state, found.until) == ("ANSWERING", at("2026-10-19", "15:00"))
    assert found.opens_at == at("2026-10-19", "09:00")
    saturday = world(first).view(first + timedelta(5))
    closed = asked_at(saturday, "pattern-0", None)
    assert (closed.state, closed.opens_at) == ("OPENS_AT", at("2026-10-26", "09:00"))

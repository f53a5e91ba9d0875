"""Posts whose possible answerers are listed by hand, and a clock to compare them with.

Real minutes are stepped in UTC and shown in Danish time.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Final

from graph.access.policy import LOCAL_OPERATOR
from graph.access.view import View
from graph.model import (
    Actor,
    Authority,
    BelongsTo,
    Covers,
    DeputizesFor,
    Element,
    EntryPointFor,
    Holds,
    LiesIn,
    ReachedBy,
)
from graph.paths.answer_terms import AnswerRole, AvailabilityState
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import AreaKind, AuthorityKind, Channel, PostKind, Sector, Tier, Visibility
from tests.fixtures.snapshots import snapshot_of
from tests.graph.paths.additions import POLICY, area, detail, person, tie
from tests.graph.paths.clock_oracle import COPENHAGEN, is_open

OFFICE: Final = "MO-FR 09:00-15:00"
ALWAYS: Final = "00:00-24:00"
INTAKE: Final = "07:30-22:00"
NIGHT: Final = "16:00-24:00; 00:00-08:00"
SPANS: Final = {
    "easter": date(2027, 3, 15),  # the clocks go forward on Easter Sunday, 28 March
    "christmas": date(2026, 12, 18),
    "autumn": date(2026, 10, 19),
    "next autumn": date(2027, 10, 18),
}
DAYS, BEYOND = 21, 9
"""The days asked about, and the further days the clock runs on to see who answers next."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """A possible answerer at a post, with hours and days; `who` is the id where all may know it."""

    rung: AnswerRole
    who: str | None = None
    hours: str | None = None
    since: date = date.min
    until: date = date.max
    away: tuple[date, date] | None = None

    def is_there(self, day: date) -> bool:
        is_away = self.away is not None and self.away[0] <= day < self.away[1]
        return self.since <= day < self.until and not is_away

    def may_answer(self, day: date) -> bool:
        """Return whether a person may answer on a day: not at a mailbox or a number of the post."""
        return self.rung not in (AnswerRole.OWN_CHANNEL, AnswerRole.MAILBOX) and self.is_there(day)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedState:
    """The expected availability of a post at a minute; `until` is set only if somebody answers."""

    state: AvailabilityState
    rung: AnswerRole
    who: str | None
    until: datetime | None
    opens_at: datetime | None


class World:
    """Every post with its possible answerers, in order; absences lie in the weeks from `first`."""

    def __init__(self, first: date) -> None:
        self.first = first
        self.elements: list[Element] = [
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
        return self.first + timedelta(number)

    def view(self, on: date) -> View:
        return _view(self.first, on)

    def _lines(self) -> None:
        """Add duty lines, one of them for the nights, and a mailbox."""
        self._post("line", ALWAYS, PostKind.DUTY_LINE, body="politi")
        self._post("night", NIGHT, PostKind.DUTY_LINE, body="politi")
        self._post("box", ALWAYS, PostKind.FUNCTIONAL_MAILBOX, body="boxed")
        self._post("hourless", None, PostKind.DUTY_LINE, body="politi")
        self._post("social", NIGHT, PostKind.SOCIAL_DUTY_LINE)
        self.elements += [
            tie(EntryPointFor, "night", "pol-ost", order=1, is_acute=True),
            tie(EntryPointFor, "social", "kystby", order=2, is_acute=True),
        ]
        self.posts["line"] = (Who(rung=AnswerRole.UNIT, who="politi", hours=ALWAYS),)

    def _patterns(self) -> None:
        """Add a post with a holder for each pattern of hours, and one with unknown hours."""
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
        """Add posts with an absent holder, deputies and duty lines."""
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
            self._line("own-hours", "night", NIGHT),
        )
        self._post("neighbor", "TU-TH 08:00-20:00")
        self._holder("neighbor", "TU-TH 08:00-20:00", away=(self.day(12), self.day(14)))
        self._post("by-post", OFFICE)
        self.elements.append(tie(DeputizesFor, "neighbor", "by-post", order=1))
        self.posts["by-post"] = (
            self._holder("by-post", OFFICE, away=away),
            Who(rung=AnswerRole.DEPUTY, who="p-neighbor", hours="TU-TH 08:00-20:00",
                away=(self.day(12), self.day(14))),
        )  # fmt: skip
        self._post("unknown", None)
        self.posts["unknown"] = (
            self._holder("unknown", None, away=away), self._line("unknown", "night",
            NIGHT),
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
            self._holder("passed-on", hours, valid_to=self.day(5)),
            self._holder("passed-on", hours, name="next", valid_from=self.day(15)),
            self._holder(
                "passed-on", hours, name="acting", valid_from=self.day(8), valid_to=self.day(13)
            ),
        )
        self._post("shared", ALWAYS)
        self.posts["shared"] = (
            self._holder("shared", ALWAYS, share=0.6, away=(self.day(3), self.day(4))),
            self._holder("shared", ALWAYS, name="half", share=0.4),
        )

    def _without_holder(self) -> None:
        """Add a unit, a post with a number of its own, posts with a mailbox, and a vacant post."""
        self._post("unit", INTAKE, PostKind.SOCIAL_INTAKE)
        self.elements.append(tie(EntryPointFor, "unit", "kystby", order=1))
        self.posts["unit"] = (Who(rung=AnswerRole.UNIT, who="kommune", hours=INTAKE),)
        self._post("mentor", OFFICE, PostKind.MENTOR)
        self.posts["mentor"] = (self._holder("mentor", OFFICE),)
        self._post("police", OFFICE, PostKind.SSP_COORDINATOR_POLICE, body="politi")
        self.posts["police"] = (self._holder("police", OFFICE),)
        self._post("own-number", OFFICE)
        self.elements += [
            detail("d-own", Channel.PHONE), tie(ReachedBy, "own-number", "d-own")
        ]  # fmt: skip
        self.posts["own-number"] = (Who(rung=AnswerRole.OWN_CHANNEL, hours=OFFICE),)
        self._post("mailbox", OFFICE, body="boxed")
        self.posts["mailbox"] = (Who(rung=AnswerRole.MAILBOX, who="box", hours=ALWAYS),)
        self._post("mailbox-until", OFFICE, body="boxed")
        self.posts["mailbox-until"] = (
            self._holder("mailbox-until", OFFICE, away=(self.day(0), self.day(9))),
            Who(rung=AnswerRole.MAILBOX, who="box", hours=ALWAYS),
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
        self.elements += [
            Actor(
                id=post, kind=kind, name="En post", tier=tier, sector=Sector.YOUTH, hours=hours,
                is_unit_only=kind.is_unit_only, source="test",
            ),
            tie(BelongsTo, post, body),
        ]  # fmt: skip

    def _holder(
        self, post: str, hours: str | None, *, name: str = "p",
        away: tuple[date, date] | None = None, is_hidden: bool = False, **seat: Any,
    ) -> Who:  # fmt: skip
        is_acting = name == "acting"
        who = self._person(f"{name}-{post}", away, is_hidden)
        self.elements.append(tie(Holds, who, post, is_acting=is_acting, **seat))
        return Who(
            rung=AnswerRole.ACTING if is_acting else AnswerRole.HOLDER,
            who=None if is_hidden else who, hours=hours, away=away,
            since=seat.get("valid_from", date.min), until=seat.get("valid_to", date.max),
        )  # fmt: skip

    def _deputy(
        self, post: str, hours: str | None, *, order: int,
        away: tuple[date, date] | None = None, is_hidden: bool = False,
    ) -> Who:  # fmt: skip
        who = self._person(f"deputy-{post}", away, is_hidden)
        self.elements.append(tie(DeputizesFor, who, post, order=order))
        return Who(rung=AnswerRole.DEPUTY, who=None if is_hidden else who, hours=hours, away=away)

    def _line(self, post: str, line: str, hours: str) -> Who:
        order = 8 + len([link for link in self.elements if isinstance(link, DeputizesFor)])
        self.elements.append(tie(DeputizesFor, line, post, order=order))
        return Who(rung=AnswerRole.DUTY_LINE, who=line, hours=hours)

    def _person(self, who: str, away: tuple[date, date] | None, is_hidden: bool) -> str:
        visibility = Visibility.NAMED if is_hidden else Visibility.OPEN
        absent_from, absent_to = away or (None, None)
        self.elements.append(
            person(who, visibility=visibility, absent_from=absent_from, absent_to=absent_to)
        )
        return who


def covering(post: str, minute: datetime) -> str | None:
    """Return who covers a post while it is closed: its team, its mailbox, its duty line."""
    if post == "mentor":
        return None
    if post.startswith("mailbox") and is_open(OFFICE, minute, POLICY.closing):
        return "box"
    is_of_team = not post.startswith("mailbox") and post not in ("unit", "police")
    if is_of_team and is_open(INTAKE, minute, POLICY.closing):
        return "unit"
    line = "night" if post == "police" else "social"
    return line if is_open(NIGHT, minute, POLICY.closing) else None


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
    return snapshot_of(tuple(world(first).elements))


@lru_cache(maxsize=2)  # a View memoizes its answers
def _view(first: date, on: date) -> View:
    return View(_snapshot(first), LOCAL_OPERATOR, on, today=on)


@cache
def minutes(first: date, days: int) -> tuple[datetime, ...]:
    """Return every minute as Danish clocks show it; those shown twice in autumn occur once."""
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


@lru_cache(maxsize=4)
def by_the_minute(first: date, post: str) -> dict[datetime, ExpectedState]:
    """Return the expected state at each minute of the weeks, computed backward from the end."""
    everybody, last = world(first).posts[post], world(first).day(DAYS)
    hours = [open_minutes(first, candidate.hours) for candidate in everybody]
    until: list[datetime | None] = [None] * len(everybody)
    next_one: Who | None = None
    next_minute: datetime | None = None
    right: dict[datetime, ExpectedState] = {}
    for minute in reversed(minutes(first, DAYS + BEYOND)):
        answering = [
            minute in open_then and candidate.may_answer(minute.date())
            for candidate, open_then in zip(everybody, hours, strict=True)
        ]
        place = answering.index(True) if True in answering else None
        if minute.date() < last and place is not None:
            right[minute] = _expected(everybody[place], until=until[place])
        elif minute.date() < last:
            right[minute] = _later(everybody, minute.date(), next_one, next_minute)
        for number, is_answering in enumerate(answering):
            if not is_answering:
                until[number] = minute
        if place is not None:
            next_one, next_minute = everybody[place], minute
    return right


def _expected(candidate: Who, *, until: datetime | None) -> ExpectedState:
    states = {
        AnswerRole.DEPUTY: AvailabilityState.DEPUTY,
        AnswerRole.DUTY_LINE: AvailabilityState.DUTY_LINE,
    }
    state = states.get(candidate.rung, AvailabilityState.ANSWERING)
    return ExpectedState(
        state=state, rung=candidate.rung, who=candidate.who, until=until, opens_at=None
    )


def _later(
    everybody: tuple[Who, ...], day: date, next_one: Who | None, next_minute: datetime | None
) -> ExpectedState:
    """Return the state if nobody answers: hours unknown, somebody answers later, or nobody does."""
    there = [candidate for candidate in everybody if candidate.is_there(day)]
    people = [candidate for candidate in there if candidate.may_answer(day)]
    first = (people or there or [Who(rung=AnswerRole.CLOSED)])[0]
    state, opens_at = AvailabilityState.NOBODY, None
    if people and people[0].hours is None:
        state = AvailabilityState.HOURS_UNKNOWN
    elif next_one is not None:
        state, first, opens_at = AvailabilityState.OPENS_AT, next_one, next_minute
    return ExpectedState(state=state, rung=first.rung, who=first.who, until=None, opens_at=opens_at)

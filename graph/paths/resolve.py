"""Who answers at a post: holder, deputy, duty line, mailbox; and what that costs.

`resolve` tells it of one post, `standing.py` of all at once; a property test holds them together.
Source: paths.md §4.2, answer.md §5.
"""

from datetime import date, datetime
from typing import Final

from graph.access.view import View
from graph.paths.answer import Answering, NodeRef, PassedOver, Resolution
from graph.paths.availability import answerer, answering_node, availability_of
from graph.paths.capabilities import channels_of
from graph.paths.rules import Policy
from graph.paths.seats import ANY, FOREVER, Candidate, Preference, candidates, first
from graph.paths.words import AnswerRole, PassedWhy
from graph.snapshot.field_types import date_to_day, day_to_date
from graph.vocabulary import Channel

CLOSED_COST: Final = -1
_SITS: Final = (AnswerRole.HOLDER, AnswerRole.ACTING)


def named(view: View, row: int) -> NodeRef:
    """A visible node by id and, where the caller may know it, name."""
    return NodeRef(id=view.id(row), name=view.name(row))


def resolve(
    view: View, post: int, policy: Policy, preference: Preference = ANY, at: datetime | None = None
) -> Resolution:
    """Who answers at a post at a local minute, who was passed over, and until when it stays so.

    With no minute: on the date of the View.
    """
    if at is not None:
        return _resolution(view, post, policy, preference, at)
    key = ("resolution", policy.digest, post, preference)
    return view.memo(key, lambda: _resolution(view, post, policy, preference, None))


def cost_of(policy: Policy, rung: AnswerRole) -> int:
    """What it costs that this one answers, in micro-nats; CLOSED_COST where nobody does."""
    return policy.standing[rung.lower()] if rung.is_open else CLOSED_COST


def _resolution(
    view: View, post: int, policy: Policy, preference: Preference, at: datetime | None
) -> Resolution:
    asked, day = candidates(view, post, preference), view.day
    found = answerer(asked, view.on, policy.closing, at)
    present = first(asked, day)
    chosen = None if present is None else found.chosen
    answers_on = day if found.opens_at is None else date_to_day(found.opens_at.date())
    speaker = None if chosen is None else chosen.speaker(answers_on)
    reveal = None if speaker is None else _reached_at(view, post, speaker)
    available = availability_of(view, post, policy, found, at)
    return Resolution(
        post=named(view, post),
        rung=AnswerRole.CLOSED if chosen is None else chosen.rung,
        cost=None if chosen is None else cost_of(policy, chosen.rung),
        who=None if chosen is None else available.who,
        since=_since(chosen),
        vacant_since=_vacant_since(asked, day),
        until=_date(_changes_on(asked, day)),
        leaves=None if chosen is None else _date(_leaves_on(chosen, day)),
        is_at_once=at is not None and available.state.is_now,
        is_hidden=speaker is not None and speaker.is_hidden,
        channels=_channels(view, reveal),
        passed_over=_passed_over(asked, present, day),
        order=tuple(
            Answering(rung=one.rung, who=answering_node(view, one, day))
            for one in asked
            if one.is_there(day)
        ),
        reveal=None if reveal is None else view.id(reveal),
        availability=available,
    )


def _reached_at(view: View, post: int, speaker: Candidate) -> int | None:
    """Whose details reach the one who answers: the person's own, else the post's."""
    for row in (speaker.person, speaker.post, post):
        if row is not None and channels_of(view, row):
            return row
    return None


def _channels(view: View, row: int | None) -> tuple[Channel, ...]:
    return () if row is None else tuple(sorted(channels_of(view, row)))


def _since(chosen: Candidate | None) -> date | None:
    if chosen is None or chosen.rung not in _SITS:
        return None
    return _date(chosen.from_day)


def _vacant_since(asked: tuple[Candidate, ...], day: int) -> date | None:
    """The day the last holder left, where nobody holds the post and no unit answers."""
    seated = [one for one in asked if one.rung in _SITS]
    if any(one.from_day <= day < one.to_day for one in seated):
        return None
    left = [one.to_day for one in seated if one.to_day <= day]
    return _date(max(left)) if left else None


def _changes_on(asked: tuple[Candidate, ...], day: int) -> int:
    """The first later day on which another one answers, or nobody."""
    now = _key(asked, day)
    days = sorted({later for one in asked for later in one.days() if day < later < FOREVER})
    return next((later for later in days if _key(asked, later) != now), FOREVER)


def _key(asked: tuple[Candidate, ...], day: int) -> object:
    chosen = first(asked, day)
    if chosen is None:
        return None
    speaker = chosen.speaker(day)
    return chosen.rung, chosen.post, speaker.person, speaker.post


def _leaves_on(chosen: Candidate, day: int) -> int:
    """The first later day on which this one is not there."""
    days = sorted({later for later in chosen.days() if day < later < FOREVER})
    return next((later for later in days if not chosen.is_there(later)), FOREVER)


def _passed_over(
    asked: tuple[Candidate, ...], chosen: Candidate | None, day: int
) -> tuple[PassedOver, ...]:
    """Who would have come before the one who answers, and why not; of the past, only the last."""
    vacant_since = _vacant_since(asked, day)
    passed: list[PassedOver] = []
    for one in asked if chosen is None else asked[: asked.index(chosen)]:
        match one.why_not(day):
            case PassedWhy.ABSENT as why:
                passed.append(PassedOver(rung=one.rung, why=why, until=_date(one.absent_to)))
            case PassedWhy.NOT_YET as why if chosen is None or chosen.rung not in _SITS:
                passed.append(PassedOver(rung=one.rung, why=why, until=_date(one.from_day)))
            case PassedWhy.ENDED as why if one.rung in _SITS and _date(one.to_day) == vacant_since:
                passed.append(PassedOver(rung=one.rung, why=why, until=None))
            case _:
                pass
    passed += _lacking(asked, chosen, day)
    return tuple(passed)


def _lacking(asked: tuple[Candidate, ...], chosen: Candidate | None, day: int) -> list[PassedOver]:
    """Those of the same rung who are there, but lack what the one who answers has."""
    if chosen is None:
        return []
    return [
        PassedOver(rung=one.rung, why=one.misses, until=None)
        for one in asked
        if one is not chosen
        and one.rung is chosen.rung
        and one.misses is not None
        and one.misses is not chosen.misses
        and one.is_there(day)
    ]


def _date(day: int) -> date | None:
    """A day as a date; unbounded ends are None."""
    return None if abs(day) >= FOREVER else day_to_date(day)

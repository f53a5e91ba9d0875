"""Who answers at a post on the date: holder, deputy, duty line, mailbox; and what that costs.

`resolve` tells it of one post, `standing` of all at once; a property test holds them together.
Source: paths.md §4.2.
"""

from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.questions.paths.answer import Answering, Named, PassedOver, Resolution
from graph.questions.paths.rules import Policy
from graph.questions.paths.seats import (
    ALWAYS,
    ANY,
    FOREVER,
    Candidate,
    Wish,
    candidates,
    first,
)
from graph.questions.paths.talents import channels_of
from graph.questions.paths.words import PassedWhy, Rung
from graph.tables import date_to_day, day_to_date
from graph.view import View
from graph.vocabulary import Channel, Label, LinkType, PostKind

Mask = NDArray[np.bool_]
CLOSED_COST: Final = -1
_SITS: Final = (Rung.HOLDER, Rung.ACTING)


def named(view: View, row: int) -> Named:
    """A visible node by id and, where the caller may know it, name."""
    return Named(id=view.id(row), name=view.name(row))


def resolve(view: View, post: int, policy: Policy, wish: Wish = ANY) -> Resolution:
    """Who answers at a post, who was passed over, and until when it stays so."""
    key = ("resolution", policy.digest, post, wish)
    return view.memo(key, lambda: _resolution(view, post, policy, wish))


def cost_of(policy: Policy, rung: Rung) -> int:
    """What it costs that this one answers, in micro-nats; CLOSED_COST where nobody does."""
    return policy.standing[rung.lower()] if rung.is_open else CLOSED_COST


def _resolution(view: View, post: int, policy: Policy, wish: Wish) -> Resolution:
    asked, day = candidates(view, post, wish), date_to_day(view.on)
    chosen = first(asked, day)
    speaker = None if chosen is None else _speaker(chosen, day)
    reveal = None if speaker is None else _reached_at(view, post, speaker)
    return Resolution(
        post=named(view, post),
        rung=Rung.CLOSED if chosen is None else chosen.rung,
        cost=None if chosen is None else cost_of(policy, chosen.rung),
        who=None if chosen is None else _who(view, chosen, day),
        since=_since(chosen),
        vacant_since=_vacant_since(asked, day),
        until=_date(_changes_on(asked, day)),
        leaves=None if chosen is None else _date(_leaves_on(chosen, day)),
        is_at_once=chosen is not None and _is_at_once(view, chosen),
        channels=_channels(view, reveal),
        passed_over=_passed_over(asked, chosen, day),
        order=tuple(
            Answering(rung=one.rung, who=_who(view, one, day)) for one in asked if one.is_there(day)
        ),
        reveal=None if reveal is None else view.id(reveal),
    )


def _speaker(chosen: Candidate, day: int) -> Candidate:
    """The one who answers inside a deputy that is a post, else the chosen one."""
    return first(chosen.inner, day) or chosen


def _who(view: View, chosen: Candidate, day: int) -> Named | None:
    """A person, else the post that answers; a unit for a post without holders."""
    speaker = _speaker(chosen, day)
    if speaker.person is not None:
        return named(view, speaker.person)
    if chosen.rung is Rung.OWN_CHANNEL or chosen.post is None:
        return None
    units = view.targets(chosen.post, LinkType.BELONGS_TO) if chosen.rung is Rung.UNIT else []
    return named(view, units[0] if units else chosen.post)


def _reached_at(view: View, post: int, speaker: Candidate) -> int | None:
    """Whose details reach the one who answers: the person's own, else the post's."""
    for row in (speaker.person, speaker.post, post):
        if row is not None and channels_of(view, row):
            return row
    return None


def _channels(view: View, row: int | None) -> tuple[Channel, ...]:
    return () if row is None else tuple(sorted(channels_of(view, row)))


def _is_at_once(view: View, chosen: Candidate) -> bool:
    """A need has a date and no time of day, so only a line that never closes is in its hours."""
    if chosen.rung is Rung.DUTY_LINE and chosen.post is not None:
        return view.value(chosen.post, "hours") == ALWAYS
    return chosen.rung in (Rung.HOLDER, Rung.UNIT)


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
    speaker = _speaker(chosen, day)
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


# ---- all posts at once


def standing(view: View, policy: Policy, *, is_acute: bool = False) -> NDArray[np.int32]:
    """What entering each node costs for who answers: int32[nodes], micro-nats.

    CLOSED_COST where nobody answers, and for hidden nodes; 0 for what is no post. O(links).
    """
    return view.memo(
        ("standing", policy.digest, is_acute), lambda: _standing(view, policy, is_acute)
    )


def _standing(view: View, policy: Policy, is_acute: bool) -> NDArray[np.int32]:
    costs = np.array([cost_of(policy, rung) for rung in Rung], np.int32)
    column = np.where(_posts(view), costs[_rungs(view, is_acute)], 0).astype(np.int32)
    column[~view.visible] = CLOSED_COST
    column.flags.writeable = False
    return column


def _posts(view: View) -> Mask:
    return view.visible & (view.nodes.label == Label.ACTOR.code)


def _rungs(view: View, is_acute: bool) -> NDArray[np.uint8]:
    """The code of the rung at which each post answers; the last written comes first."""
    own = _own_rungs(view)
    source, target = _ends(view, LinkType.DEPUTIZES_FOR)
    is_line = _is_kind(view, PostKind.DUTY_LINE)
    stands_in = _present(view) | (_posts(view) & ~is_line & (own != Rung.CLOSED.code))
    rung = np.where(own < Rung.DEPUTY.code, Rung.CLOSED.code, own).astype(np.uint8)
    rung[target[is_line[source]]] = Rung.DUTY_LINE.code
    rung[target[stands_in[source]]] = Rung.DEPUTY.code
    rung = np.where(own < Rung.DEPUTY.code, own, rung).astype(np.uint8)
    if is_acute:
        rung[target[(is_line & _is_always_open(view))[source]]] = Rung.DUTY_LINE.code
    return rung


def _own_rungs(view: View) -> NDArray[np.uint8]:
    """The rung at which each post answers when no deputy is asked."""
    rung = np.full(len(view.visible), Rung.CLOSED.code, np.uint8)
    rung[_with_mailbox(view)] = Rung.MAILBOX.code
    rung[_ends(view, LinkType.REACHED_BY)[0]] = Rung.OWN_CHANNEL.code
    rows, acting = view.column(LinkType.HOLDS, "is_acting")
    there = view.open_links[rows] & _present(view)[view.links.source[rows]]
    rung[view.links.target[rows[there & acting]]] = Rung.ACTING.code
    rung[view.links.target[rows[there & ~acting]]] = Rung.HOLDER.code
    units, is_unit_only = view.column(Label.ACTOR, "is_unit_only")
    rung[units[is_unit_only]] = Rung.UNIT.code
    return rung


def _ends(view: View, link_type: LinkType) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    links = np.flatnonzero(view.open_links & (view.links.type == link_type.code))
    return view.links.source[links], view.links.target[links]


def _present(view: View) -> Mask:
    """The visible people who are not known to be away."""
    present = view.visible & (view.nodes.label == Label.PERSON.code)
    day = date_to_day(view.on)
    rows, away = view.column(Label.PERSON, "absent_from")
    back = view.column(Label.PERSON, "absent_to")[1]
    for row in rows[(away <= day) & (day < back)].tolist():
        present[row] &= view.visible[row] and view.value(row, "absent_from") is None
    return present


def _is_kind(view: View, kind: PostKind) -> Mask:
    return _posts(view) & (view.nodes.kind == kind.code)


def _is_always_open(view: View) -> Mask:
    rows, hours = view.column(Label.ACTOR, "hours")
    always = np.zeros(len(view.visible), np.bool_)
    always[rows] = [text == ALWAYS for text in hours]
    return always


def _with_mailbox(view: View) -> Mask:
    """The posts whose authority, or what that is a part of, has a functional mailbox."""
    post, unit = _ends(view, LinkType.BELONGS_TO)
    has_box = np.zeros(len(view.visible), np.bool_)
    has_box[unit[_is_kind(view, PostKind.FUNCTIONAL_MAILBOX)[post]]] = True
    part, whole = _ends(view, LinkType.PART_OF)
    has_box[part[has_box[whole]]] = True
    reached = np.zeros(len(view.visible), np.bool_)
    reached[post[has_box[unit]]] = True
    return reached

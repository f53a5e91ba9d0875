"""Vectorized resolution: who answers at every post, and the cost of entering each node.

The counterpart of `resolve` for all nodes at once; a property test compares the two.
Source: docs/paths.md, "Who answers".
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from graph.access.view import View, memoize_by_view
from graph.model.opening_hours import ClosingDays, is_open_at, mean_wait_days, next_opening
from graph.paths.answer_terms import AnswerRole
from graph.paths.capabilities import is_kind, posts
from graph.paths.kernel.caller_graph import PostAnswers
from graph.paths.policy import Policy, response_costs
from graph.paths.resolve import CLOSED_COST, cost_of
from graph.snapshot.arc_costs import LONGEST_WAIT, QUARTERS
from graph.snapshot.columns import Rows
from graph.snapshot.csr import Mask, link_ends
from graph.snapshot.seats import NO_SOURCE
from graph.vocabulary import DUTY_LINES, Label, LinkType, PostKind

_MOST_MOMENTS: Final = 3
"""Number of minutes cached per View; each takes 24 bytes per node and 8 per arc."""
_NONE: Final = -1


def post_answers(view: View, policy: Policy, at: datetime | None = None) -> PostAnswers:
    """Return who answers at a local minute, or on the date of the View.

    The last few results are cached. The cost of a wait is counted from the minute; without a
    minute it is the mean over a week. O(nodes + links).
    """
    cache: dict[datetime | None, PostAnswers] = view.memo(
        ("post_answers", policy.digest), lambda: dict[datetime | None, PostAnswers]()
    )
    answers = cache.pop(at, None)
    if answers is None:
        answers = _post_answers(view, policy, at)
        for oldest in list(cache)[: max(0, len(cache) - _MOST_MOMENTS + 1)]:
            cache.pop(oldest, None)
    cache[at] = answers
    return answers


def _post_answers(view: View, policy: Policy, at: datetime | None) -> PostAnswers:
    present, hours = _present(view), _hours(view)
    is_open = None
    if at is not None:
        open_now = [bool(text) and is_open_at(text, at, policy.closing) for text in hours.texts]
        is_open = np.array(open_now)[hours.of]
    rung, key, is_now = _answerers(view, present, is_open)
    sits = present.own_key.copy()
    key_networks(view, rung != AnswerRole.CLOSED.code, sits)
    # The cost of waiting until a node is open; networks answer at once.
    unknown = round(policy.cost.hours_unknown_days * QUARTERS)
    waits = [unknown if not text else _wait(text, policy.closing, at) for text in hours.texts]
    response = response_costs(policy)[np.array(waits)][hours.of].astype(np.int32)
    response[(view.nodes.label == Label.NETWORK.code) | is_now] = 0
    costs = np.array([cost_of(policy, role) for role in AnswerRole], np.int32)
    cost = np.where(posts(view), costs[rung], 0).astype(np.int32)
    is_closed = ~view.visible | (cost == CLOSED_COST)
    cost += response
    cost[is_closed] = CLOSED_COST
    for column in (cost, response, key, sits):
        column.flags.writeable = False
    return PostAnswers(cost=cost, response=response, key=key, sits=sits)


# ---- hours


@dataclass(frozen=True, slots=True)
class _Hours:
    """The distinct opening hours of posts, and by node the index of its hours; 0 means unknown."""

    texts: tuple[str, ...]
    of: NDArray[np.int32]


@memoize_by_view
def _hours(view: View) -> _Hours:
    rows, column = view.column(Label.ACTOR, "hours")
    code_by_text: dict[str, int] = {"": 0}
    of = np.zeros(len(view.visible), np.int32)
    codes = np.fromiter(
        (code_by_text.setdefault(str(text or ""), len(code_by_text)) for text in column), np.int32
    )
    is_visible = view.field_mask(Label.ACTOR, "hours")
    of[rows[is_visible]] = codes[is_visible]
    return _Hours(tuple(code_by_text), of)


@lru_cache(maxsize=4_096)
def _wait(text: str, closing: ClosingDays, at: datetime | None) -> int:
    """Quarter days from a minute until opening, at most a week; the mean if no minute is given."""
    if at is None:
        days = mean_wait_days(text)
    else:
        opening = next_opening(text, at, closing)
        days = LONGEST_WAIT if opening is None else (opening - at).total_seconds() / 86_400
    return min(round(days * QUARTERS), LONGEST_WAIT)


# ---- who answers


@dataclass(frozen=True, slots=True)
class _Present:
    """By node, who is present on the date, whatever the hour; _NONE: no one.

    `own` is the rung of who answers without a deputy and `own_key` the row of who that is;
    `channel` marks the posts with contact details of their own; `deputies` are the deputized posts
    and who deputizes, the last in precedence first; `mailbox` is the functional mailbox.
    """

    own: NDArray[np.uint8]
    own_key: Rows
    channel: Mask
    deputies: tuple[Rows, Rows]
    mailbox: Rows


@memoize_by_view
def _present(view: View) -> _Present:
    count = len(view.visible)
    own = np.full(count, AnswerRole.CLOSED.code, np.uint8)
    key = np.arange(count, dtype=np.int32)
    channel = np.zeros(count, np.bool_)
    channel[link_ends(view, LinkType.REACHED_BY)[0]] = True
    channel &= posts(view)
    own[channel] = AnswerRole.OWN_CHANNEL.code
    holders = view.seat_columns(LinkType.HOLDS)
    # The candidate with the highest precedence is written last.
    order = np.lexsort((
        holders.source, holders.source == NO_SOURCE, -holders.share, holders.is_acting,
    ))[::-1]  # fmt: skip
    order = order[~holders.is_away[order]]
    post, source = holders.post[order], holders.source[order]
    own[post] = np.where(holders.is_acting[order], AnswerRole.ACTING.code, AnswerRole.HOLDER.code)
    key[post] = np.where(source == NO_SOURCE, post, source)
    units, is_unit_only = view.column(Label.ACTOR, "is_unit_only")
    unit = units[is_unit_only & view.visible[units]]
    own[unit] = AnswerRole.UNIT.code
    key[unit] = unit
    # The key of a unit is its authority; a duty line keeps its own.
    post, body = link_ends(view, LinkType.BELONGS_TO)
    is_unit = (view.mask(unit) & ~is_kind(view, Label.ACTOR, DUTY_LINES))[post]
    post, body = post[is_unit], body[is_unit]
    order = np.lexsort((body, post))[::-1]
    key[post[order]] = body[order]
    deputies = view.seat_columns(LinkType.DEPUTIZES_FOR)
    is_hidden = deputies.source == NO_SOURCE
    order = np.lexsort((deputies.source, is_hidden, deputies.order))[::-1]
    order = order[~deputies.is_away[order]]
    return _Present(
        own=own,
        own_key=key,
        channel=channel,
        deputies=(deputies.post[order], deputies.source[order]),
        mailbox=_mailbox(view),
    )


def _answerers(
    view: View, present: _Present, is_open: Mask | None
) -> tuple[NDArray[np.uint8], Rows, Mask]:
    """Return by node the answering rung, who answers, and whether at the minute itself.

    Higher precedence is written later and overwrites lower.
    """
    count = len(view.visible)
    rung = np.full(count, AnswerRole.CLOSED.code, np.uint8)
    key = np.arange(count, dtype=np.int32)
    boxed = present.mailbox != _NONE
    rung[boxed], key[boxed] = AnswerRole.MAILBOX.code, present.mailbox[boxed]
    _write(view, present, rung, key, None)
    is_now = np.zeros(count, np.bool_)
    if is_open is not None:
        now_rung, now_key = np.full_like(rung, AnswerRole.CLOSED.code), key.copy()
        _write(view, present, now_rung, now_key, is_open)
        is_now = now_rung != AnswerRole.CLOSED.code
        rung = np.where(is_now, now_rung, rung)
        key = np.where(is_now, now_key, key)
    key[~posts(view)] = np.arange(count, dtype=np.int32)[~posts(view)]
    key_networks(view, rung != AnswerRole.CLOSED.code, key)
    return rung, key, is_now


def _write(
    view: View, present: _Present, rung: NDArray[np.uint8], key: Rows, is_open: Mask | None
) -> None:
    """Overwrite `rung` and `key` by precedence; with `is_open`, only who answers at the minute."""
    everybody = posts(view)
    is_there = everybody if is_open is None else everybody & is_open
    if is_open is None:
        channel = present.channel & is_there
        rung[channel], key[channel] = AnswerRole.OWN_CHANNEL.code, np.flatnonzero(channel)
    post, source = present.deputies
    is_post = (source != NO_SOURCE) & (view.nodes.label[source] == Label.ACTOR.code)
    is_line = is_post & is_kind(view, Label.ACTOR, DUTY_LINES)[source]
    own = present.own[source]
    attended = ~is_post | (own < AnswerRole.DEPUTY.code)
    if is_open is None:
        # Deputies that are only a number or a mailbox are overwritten by those with a person.
        is_reached = (own == AnswerRole.OWN_CHANNEL.code) | (present.mailbox[source] != _NONE)
        groups = (~attended & is_reached, attended)
    else:
        by_own = is_post & (_hours(view).of[source] != 0)
        groups = (attended & np.where(by_own, is_open[source], is_open[post]),)
    speaker = np.where(source == NO_SOURCE, post, source)
    is_person = is_post & np.isin(own, [AnswerRole.HOLDER.code, AnswerRole.ACTING.code])
    speaker = np.where(is_person, present.own_key[source], speaker)
    for answers in groups:
        for lines, code in (
            (is_line, AnswerRole.DUTY_LINE.code),
            (~is_line, AnswerRole.DEPUTY.code),
        ):
            is_answering = answers & lines
            rung[post[is_answering]], key[post[is_answering]] = code, speaker[is_answering]
    sits = (present.own < AnswerRole.DEPUTY.code) & is_there
    rung[sits], key[sits] = present.own[sits], present.own_key[sits]


def key_networks(view: View, is_there: Mask, key: Rows) -> None:
    """Key each network by its first coordinating post that is staffed, the chair first.

    `is_there`, bool[nodes]: the staffed posts. Writes into `key`.
    """
    rows, function = view.column(LinkType.COORDINATES, "function")
    is_seen = view.open_links[rows]
    links = rows[is_seen]
    post, network = view.links.source[links], view.links.target[links]
    function = function[is_seen]
    is_staffed = is_there[post]
    order = np.lexsort((post[is_staffed], function[is_staffed]))[::-1]
    key[network[is_staffed][order]] = key[post[is_staffed][order]]


def _mailbox(view: View) -> Rows:
    """int32[nodes]: the first functional mailbox of each post's authority, or of its parent."""
    post, unit = link_ends(view, LinkType.BELONGS_TO)
    part, whole = link_ends(view, LinkType.PART_OF)
    is_box = posts(view) & (view.nodes.kind == PostKind.FUNCTIONAL_MAILBOX.code)
    box = np.full(len(view.visible), _NONE, np.int32)
    boxes = is_box[post]
    order = np.argsort(post[boxes])[::-1]
    box[unit[boxes][order]] = post[boxes][order]
    above = np.full_like(box, _NONE)
    order = np.argsort(box[whole], kind="stable")[::-1]
    has_box = box[whole][order] != _NONE
    above[part[order][has_box]] = box[whole][order][has_box]
    mailbox = np.full_like(box, _NONE)
    for of in (above, box):
        has = (of[unit] != _NONE) & (of[unit] != post)
        order = np.argsort(of[unit][has], kind="stable")[::-1]
        mailbox[post[has][order]] = of[unit][has][order]
    return mailbox

"""The time of the need: now, one of the usual times, or a date and an hour of one's own."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from functools import partial
from html import escape
from typing import Final, TypeVar, cast

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from api.client import Invalid
from api.danish_time import danish_now
from explorer import address
from explorer.frame import ScreenContext
from explorer.i18n import _, day, hour, moment, typed_date
from explorer.views.find.need import BEST, NeedQuery

_WHEN: Final = "term-when"
_HOUR: Final = "term-hour"
_DATE: Final = "term-on"
_NOW: Final = "now"
_OWN_TIME: Final = "own-time"
"""The option of a date and an hour; in the session state: whether it was chosen."""
_REFUSED_HOUR: Final = "term-hour-refused"
_MORNING: Final = time(9)
_LAST_WORKING_HOUR: Final = time(15)
_EVENING: Final = time(22)
_WEEKEND: Final = 5
_EVERY_MIN: Final = 30
_TEN: Final = time(22, 10)
A = TypeVar("A")
_TYPED_HOUR: Final = re.compile(r"(?:kl\.?|at)?\s*(\d{1,2})(?:\s*[.:]?\s*(\d{2}))?(?:\s*h)?")


def usual_times(now: datetime) -> dict[datetime, str]:
    """The times that are asked about most, with their labels; none is past."""
    today, tomorrow = now.date(), now.date() + timedelta(days=1)
    next_hour = now.replace(minute=0) + timedelta(hours=1)
    working = max(next_hour, datetime.combine(today, _MORNING))
    times: dict[datetime, str] = {}
    if today.weekday() < _WEEKEND and working <= datetime.combine(today, _LAST_WORKING_HOUR):
        times[working] = _("Today {hour}", hour=hour(working.time()))
    evening = datetime.combine(today, _EVENING)
    if now < evening:
        times[evening] = _("Tonight {hour}", hour=hour(_EVENING))
    times[datetime.combine(tomorrow, _MORNING)] = _("Tomorrow morning {hour}", hour=hour(_MORNING))
    return times


def has_own_time(context: ScreenContext) -> bool:
    """Whether the need is of a date and an hour that are not among the usual ones."""
    at = _moment(context)
    is_usual = context.is_today if at is None else at in _usual_times(context)
    return not is_usual or _OWN_TIME in st.session_state


def when_field(context: ScreenContext) -> None:
    """Draw the choice of the time; a typed hour is one of the date on screen.

    The address has the minute that a choice means, so that a link sent on means the same.
    """
    at = _moment(context)
    usual = {f"{time:%Y-%m-%dT%H:%M}": label for time, label in _usual_times(context).items()}
    names = {_NOW: _("Now"), **usual, _OWN_TIME: _("Other time")}

    def choose() -> None:
        choice: str = st.session_state[_WHEN]
        st.session_state.pop(_OWN_TIME, None)
        if choice == _OWN_TIME:
            st.session_state[_OWN_TIME] = True
        elif choice == _NOW:
            _write(context, context.me.today, None)
        elif choice in usual:
            address.change(at=datetime.fromisoformat(choice), on=None, **BEST)
        else:
            _write_typed(context, choice)

    is_own = has_own_time(context)
    st.session_state[_WHEN] = (
        _OWN_TIME if is_own else _NOW if at is None else f"{at:%Y-%m-%dT%H:%M}"
    )
    st.selectbox(
        _("When"), list(names), key=_WHEN, format_func=names.__getitem__,
        placeholder=names[_NOW], on_change=choose, accept_new_options=True,
    )  # fmt: skip
    if not is_own:
        _refusal()


def own_time_fields(context: ScreenContext, left: DeltaGenerator, right: DeltaGenerator) -> None:
    """Draw the date and the hour of the need; without an hour it is now, or the first opening.

    Hours that are past today are not offered, except the one in the address. A minute between the
    offered ones can be typed, as `22.10`, `22:10`, `kl. 22` or `2210`.
    """
    at, now = _moment(context), danish_now()

    def choose_date() -> None:
        on: date = st.session_state[_DATE] or context.me.today
        _write(context, on, None if at is None else at.time())

    times = {time(*divmod(minutes, 60)) for minutes in range(0, 24 * 60, _EVERY_MIN)}
    if context.on == now.date():
        times = {start for start in times if start > now.time()}
    if at is not None:
        times.add(at.time())
    names = {f"{start:%H:%M}": hour(start) for start in sorted(times)}

    def choose_hour() -> None:
        choice: str | None = st.session_state[_HOUR]
        if choice is None:
            _write(context, context.on, None)
        else:
            _write_typed(context, choice)

    st.session_state[_DATE] = context.on
    st.session_state[_HOUR] = None if at is None else f"{at:%H:%M}"
    with left:
        st.date_input(_("Date"), key=_DATE, format=typed_date(), on_change=choose_date)
    with right:
        st.selectbox(
            _("Hour"), list(names), key=_HOUR, index=None, format_func=names.__getitem__,
            placeholder=_("Now") if context.is_today else _("Opening"), on_change=choose_hour,
            accept_new_options=True,
        )  # fmt: skip
        _refusal()


def answer_or_now(
    context: ScreenContext, query: NeedQuery, ask: Callable[[NeedQuery], A]
) -> tuple[A, NeedQuery]:
    """Return the answer to a query and the query itself, for now if its minute has passed today.

    Raises: Problem: as the API reports.
    """
    try:
        return ask(query), query
    except Invalid as refused:
        at, errors = (
            query.fields.get("at"),
            cast("list[dict[str, object]]", refused.members["errors"]),
        )
        is_of_at = [error["field"] for error in errors] == ["at"]
        if not is_of_at or at is None or at.date() != context.me.today:
            raise
        return ask(query.now()), query.now()


def passed_minute(context: ScreenContext, query: NeedQuery) -> None:
    """Draw that the minute of a link has passed, and the button that shows its date."""
    asked = address.moment()
    if asked is None or "at" in query.fields:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="passed"):
        st.markdown(
            _("The link asked about {moment}. This is the answer for now.", moment=moment(asked)),
            width="content",
        )
        if asked.date() < context.me.today:
            st.button(
                _("See {day} as it was", day=day(asked.date())), key="as-it-was", type="tertiary",
                on_click=partial(address.change, on=asked.date(), at=None),
            )  # fmt: skip


def time_in(text: str) -> time | None:
    """The time of day that a text names; None if it names none."""
    match = _TYPED_HOUR.fullmatch(text.strip().casefold())
    if match is None or int(match[1]) > 23 or int(match[2] or 0) > 59:
        return None
    return time(int(match[1]), int(match[2] or 0))


def _moment(context: ScreenContext) -> datetime | None:
    """The minute in the address, unless the answer is of a later date."""
    at = address.moment()
    return None if at is None or at.date() < context.on else at


def _usual_times(context: ScreenContext) -> Mapping[datetime, str]:
    now = danish_now()
    if now.date() != context.me.today:  # the register's today is another, as in a demo
        now = datetime.combine(context.me.today, time())
    return usual_times(now)


def _write_typed(context: ScreenContext, text: str) -> None:
    """Write an hour that was typed, of the date on screen; or remember the refusal."""
    typed_time = time_in(text)
    if typed_time is None:
        st.session_state[_REFUSED_HOUR] = _("Write the hour as {example}.", example=hour(_TEN))
    else:
        _write(context, context.on, typed_time)


def _refusal() -> None:
    if refused := st.session_state.pop(_REFUSED_HOUR, None):
        st.html(f'<p class="kv-fault" role="alert">{escape(refused)}</p>')


def _write(context: ScreenContext, on: date, at: time | None) -> None:
    """Write date and hour; without an hour, a shared link refers to the time it is opened."""
    if at is not None:
        address.change(at=datetime.combine(on, at), on=None, **BEST)
    else:
        address.change(on=None if on == context.me.today else on, at=None, **BEST)

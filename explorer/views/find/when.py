"""When a need is: its date, and the hour where one is asked about. Changing one keeps the other."""

from datetime import date, datetime, time
from functools import partial
from typing import Final

import streamlit as st

from api.danish_time import danish_now
from explorer import address
from explorer.frame import ScreenContext
from explorer.i18n import _, day, hour, typed_date
from explorer.views.find.need import BEST

_HOUR: Final = "term-hour"
_DATE: Final = "term-on"
_EVERY_MIN: Final = 30


def hour_field(context: ScreenContext) -> None:
    """The hour of the need. Without one it is now, or on another date when a post first opens."""
    at = address.moment()
    times = {f"{one:%H:%M}": hour(one) for one in _times(context.on, at)}
    st.session_state[_HOUR] = None if at is None else f"{at:%H:%M}"
    st.selectbox(
        _("When"), list(times), key=_HOUR, index=None, format_func=times.__getitem__,
        placeholder=_("Now") if context.is_today else _("Opening"),
        on_change=partial(_on_hour, context, list(times)),
    )  # fmt: skip


def _times(on: date, at: datetime | None) -> list[time]:
    """Those to choose from, in order: none that is over today, and the one in the address."""
    now = danish_now()
    times = {time(*divmod(minutes, 60)) for minutes in range(0, 24 * 60, _EVERY_MIN)}
    if on == now.date():
        times = {one for one in times if one > now.time()}
    return sorted(times if at is None else times | {at.time()})


def _on_hour(context: ScreenContext, times: list[str]) -> None:
    chosen: str | None = st.session_state[_HOUR]
    if chosen is None:
        _write(context, context.on, None)
    elif chosen in times:  # a browser may tell one of before by its label
        _write(context, context.on, time.fromisoformat(chosen))


def date_field(context: ScreenContext) -> None:
    """The date of the need."""
    st.session_state[_DATE] = context.on
    st.date_input(_("Date"), key=_DATE, format=typed_date(), on_change=partial(_on_date, context))
    st.caption(_("As of {day}", day=day(context.on)))


def _on_date(context: ScreenContext) -> None:
    at = address.moment()
    _write(context, st.session_state[_DATE] or context.me.today, None if at is None else at.time())


def _write(context: ScreenContext, on: date, at: time | None) -> None:
    """Now is not written: a link then asks about the moment it is opened."""
    if at is not None:
        address.change(at=datetime.combine(on, at), on=None, **BEST)
    else:
        address.change(on=None if on == context.me.today else on, at=None, **BEST)

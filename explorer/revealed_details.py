"""Contact details in clear text beside the names they reach, shown for ten minutes.

The purpose is chosen once for a screen. Values are stored in the user's session only; they are
removed after ten minutes, on another screen, while the API is unavailable, and on a past date,
whose people may have left.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final, cast, get_args

import streamlit as st

from api.client import AskedDetail, AskedReveal, Problem
from api.schemas.reveal import MOST_DETAILS, ChannelWord, PurposeWord
from explorer import address, reveal, screen_state, session
from explorer.frame import ScreenContext
from explorer.i18n import _, ngettext, number
from explorer.reveal import MaskedDetail

LIFETIME: Final = timedelta(minutes=10)
_REFUSED: Final = "revealed-refused"
_COUNT: Final = "revealed-count"
_PURPOSE: Final = "reveal-purpose"
_LOOK_S: Final = 15
_BUDGET_S: Final = 300
_USUAL: Final = "KNOWLEDGE"
"""The purpose proposed where neither the need nor an earlier choice names one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _ShownValue:
    channel: str
    value: str
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _RevealRefusal:
    place: str
    problem: Problem
    details: tuple[MaskedDetail, ...]


def begin(context: ScreenContext) -> None:
    """Remove expired values before a screen draws details."""
    if context.is_past or screen_state.is_away():
        forget()
    shown_values, now = _shown_values(), datetime.now(UTC)
    for detail in [detail for detail, value in shown_values.items() if value.until <= now]:
        del shown_values[detail]


def forget() -> None:
    """Remove all values."""
    st.session_state.pop(screen_state.DETAILS, None)


def may_reveal(context: ScreenContext) -> bool:
    """Whether the user may be shown contact details on this screen."""
    return not context.is_past and session.may(context.me, "REVEAL")


def purpose(context: ScreenContext, *, place: str) -> PurposeWord | None:
    """Draw the choice of purpose, proposed by the need; None if the role has none."""
    budgets = _budgets(context)
    names = {word: name for word, name in session.terms("Purpose").items() if word in budgets}
    if not names:
        return None
    trigger, last = address.text("trigger"), st.session_state.get(_PURPOSE)
    usual = next((word for word in (trigger, last, _USUAL) if word in names), next(iter(names)))
    choice = st.selectbox(
        _("What for?"), list(names), index=list(names).index(usual), width=210,
        key=f"purpose-{place}-{trigger}", format_func=names.__getitem__, filter_mode=None,
        label_visibility="collapsed",
    )  # fmt: skip
    if choice not in names:
        return None
    st.session_state[_PURPOSE] = choice
    return cast("PurposeWord", choice) if choice in get_args(PurposeWord) else None


def button_for_all(
    context: ScreenContext,
    details: Iterable[MaskedDetail],
    choice: PurposeWord | None,
    *,
    key: str,
    is_main: bool = True,
) -> None:
    """Draw the button that shows all details still masked, all or none, and the day's count."""
    masked_details = {detail.detail: detail for detail in details if value_of(detail) is None}
    if choice is None:
        return
    if masked_details:
        batch = tuple(masked_details.values())[:MOST_DETAILS]
        label = ngettext("Show {count} number", "Show all {count} numbers", len(batch))
        st.button(
            label, key=f"all-{key}", type="primary" if is_main else "secondary",
            on_click=partial(_show, key, batch, choice),
        )  # fmt: skip
    used_count, most = map(number, _budgets(context)[choice])
    st.caption(_("{used} of {most} shown today", used=used_count, most=most), width="content")


def button(
    detail: MaskedDetail,
    choice: PurposeWord | None,
    *,
    key: str,
    place: str,
    hint: bool = False,
    is_main: bool = False,
) -> None:
    """Draw a value in clear, or the button that shows it; `hint` adds the hint to its label.

    `place`: the key under which `refusal` draws the reason if it is refused.
    """
    value = value_of(detail)
    if value is not None:
        st.html(reveal.value_html(detail.channel, value, size="1.0625rem"))
    elif choice is not None:
        label = reveal.show_label(detail.channel, detail.owner, detail.hint if hint else None)
        st.button(
            label, key=f"show-{key}", type="primary" if is_main else "secondary",
            on_click=partial(_show, place, (detail,), choice),
        )  # fmt: skip


def refusal(place: str) -> None:
    """Draw why the last request at a place was refused, once."""
    refused: _RevealRefusal | None = st.session_state.get(_REFUSED)
    if refused is not None and refused.place == place:
        del st.session_state[_REFUSED]
        reveal.draw_refusal(refused.problem, refused.details)
        if reveal.is_exceedable(refused.problem):
            go = partial(_show, place, refused.details, "SERIOUS", is_beyond=True)
            reveal.draw_beyond(f"beyond-{place}", go)


def value_of(detail: MaskedDetail) -> str | None:
    """The value of a detail while it is shown."""
    shown_value = _shown_values().get(detail.detail)
    return None if shown_value is None else shown_value.value


def watch() -> None:
    """Redraw the screen once a value has been shown for ten minutes."""
    if not _shown_values():
        return

    @st.fragment(run_every=_LOOK_S)
    def rerun_if_expired() -> None:
        if any(value.until <= datetime.now(UTC) for value in _shown_values().values()):
            st.rerun(scope="app")

    rerun_if_expired()


def _show(
    place: str,
    details: Sequence[MaskedDetail],
    choice: PurposeWord,
    *,
    is_beyond: bool = False,
) -> None:
    requests = tuple(
        AskedDetail(detail=detail.detail, channel=cast("ChannelWord", detail.channel))
        for detail in details
    )
    try:
        answer = session.client().reveal_details(
            AskedReveal(details=requests, purpose=choice, beyond=is_beyond)
        )
    except Problem as problem:
        refused = _RevealRefusal(place=place, problem=problem, details=tuple(details))
        st.session_state[_REFUSED] = refused
        return
    st.session_state[_COUNT] = st.session_state.get(_COUNT, 0) + 1
    until = datetime.now(UTC) + LIFETIME
    for detail in answer.revealed:
        _shown_values()[detail.detail] = _ShownValue(
            channel=detail.channel, value=detail.value, until=until
        )


def _shown_values() -> dict[str, _ShownValue]:
    return st.session_state.setdefault(screen_state.DETAILS, {})


def _budgets(context: ScreenContext) -> dict[str, tuple[int, int]]:
    """The number of details shown today and the maximum, by purpose."""
    request = ("budgets", st.session_state.get(_COUNT, 0))
    try:
        answer = screen_state.fetch(
            context.client, request, context.client.budgets, fresh_s=_BUDGET_S, quietly=True
        )
    except Problem:
        return {}
    return {budget.purpose: (budget.used, budget.most) for budget in answer.found}

"""A dialog that shows a contact detail in clear text for a purpose, or requests contact.

The value is written into the dialog in the run in which it was requested and is not stored, so
closing the dialog or any other interaction removes it. `explorer.revealed_details` shows several
details for ten minutes beside the names of their owners.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Any, Final, cast, get_args

import streamlit as st

from api.client import (
    ApiClient,
    AskedContact,
    AskedReveal,
    Conflict,
    NotAllowed,
    Problem,
    TooMany,
)
from api.schemas.accounts import Me
from api.schemas.reveal import ChannelWord, PurposeWord
from explorer import address, problem_states, session
from explorer.components import is_dark
from explorer.i18n import _, number, plain

_OPEN: Final = "reveal-open"
_PURPOSE: Final = "reveal-purpose"
_LAST_PURPOSE: Final = "reveal-chosen"
_OPENER: Final = "reveal-opener"
_BEYOND: Final = "reveal-goes-beyond"
PHONE_CHANNELS: Final = frozenset({"PHONE", "MOBILE", "EMERGENCY"})
_MAIL_CHANNELS: Final = frozenset({"EMAIL", "SECURE_EMAIL"})


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorOpener:
    """A post that mediates contact to a civilian."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MaskedDetail:
    """A contact detail without its value; `owner` is the name of the person or post it reaches."""

    detail: str
    channel: str
    hint: str | None
    owner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Dialog:
    """The subject of the open dialog: a contact detail or a civilian.

    `individual`: a civilian who is contacted through a door opener.
    """

    key: str
    place: Mapping[str, list[str]]
    detail: str | None = None
    channel: str | None = None
    individual: str | None = None
    openers: tuple[DoorOpener, ...] = ()


def button(
    detail_id: str,
    channel: str | None,
    hint: str | None,
    *,
    owner: str,
    key: str,
    me: Me | None = None,
) -> None:
    """Draw a masked detail and, except for a past date, the button that opens the dialog.

    A user who may not reveal anything sees the mask only. `me`: the user, where the screen has it
    already.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(plain(masked_text(channel, hint)), width="content")
        if channel is not None and _may(me, "REVEAL"):
            dialog = _Dialog(key=key, place=address.here(), detail=detail_id, channel=channel)
            st.button(show_label(channel, owner), key=key, on_click=partial(_open_dialog, dialog))
    _dialog_of(key)


def show_label(channel: str, owner: str, hint: str | None = None) -> str:
    """The label of the button that shows a detail; only screen readers read its owner's name.

    The name is colored text, which `frame.css` hides in buttons from sight.
    """
    label = _("Show {channel}", channel=session.term("Channel", channel).lower())
    whose = _("for {owner}", owner=plain(owner))
    return " ".join(filter(None, (label, hint, f":gray[{whose}]")))


def masked_text(channel: str | None, hint: str | None) -> str:
    """The text of a detail without its value."""
    return f"{session.term('Channel', channel)} {hint or '•••••'}".strip()


def draw_mediated_contact(
    individual: str,
    openers: tuple[DoorOpener, ...],
    *,
    key: str,
    me: Me | None = None,
    is_hidden: bool = True,
) -> None:
    """Draw a civilian who is reached through a post, and the button that sends the request to it.

    `is_hidden`: the user's role sees no contact detail of the civilian.
    """
    names = plain(", ".join(opener.name for opener in openers))
    if is_hidden:
        st.markdown(_("Passed on by {posts}. The number is not shown.", posts=names))
    else:
        st.markdown(_("Passed on by {posts}.", posts=names))
    if openers and _may(me, "ASK"):
        dialog = _Dialog(key=key, place=address.here(), individual=individual, openers=openers)
        st.button(_("Ask for contact"), key=key, on_click=partial(_open_dialog, dialog))
    _dialog_of(key)


def value_html(channel: str, value: str, *, size: str = "1.5rem") -> str:
    """A value as HTML: a call or mail link where its channel has one."""
    text, to = escape(value), None
    if channel in PHONE_CHANNELS:
        to = call_address(value)
    elif channel in _MAIL_CHANNELS:
        to = f"mailto:{text}"
    if to is not None:
        color = "#8CC4FF" if is_dark() else "#004D99"  # a dialog inherits neither theme
        text = f'<a href="{to}" style="color:{color}">{text}</a>'
    return f'<p class="kv-revealed" style="font-size:{size};user-select:all">{text}</p>'


def call_address(number: str) -> str:
    """The address that calls a number."""
    return "tel:" + re.sub(r"(?!^\+)\D", "", number)


def _may(me: Me | None, task: str) -> bool:
    own = me or session.client().me()
    return address.answer_day(own.today) >= own.today and session.may(own, task)


# ---- the dialog


def _open_dialog(dialog: _Dialog) -> None:
    st.session_state[_OPEN] = dialog
    st.session_state[_LAST_PURPOSE] = st.session_state.get(_PURPOSE)
    st.session_state.pop(_OPENER, None)


def _close_dialog() -> None:
    st.session_state.pop(_OPEN, None)


def _dialog_of(key: str) -> None:
    """Draw the dialog if the button with this key opened it and the address is still the same."""
    dialog: _Dialog | None = st.session_state.get(_OPEN)
    if dialog is None or dialog.key != key:
        return
    if dialog.place != address.here():
        _close_dialog()
        return
    title = _("Ask for contact") if dialog.individual else _("Show a contact detail")
    st.dialog(title, on_dismiss=_close_dialog)(_inside)()


def _inside() -> None:
    dialog: _Dialog | None = st.session_state.get(_OPEN)
    if dialog is None:
        return
    client = session.client()
    with problem_states.show_problems():
        if dialog.individual is None:
            _reveal_detail(client, dialog)
        else:
            names = {opener.id: opener.name for opener in dialog.openers}
            st.markdown(
                _(
                    "Passed on by {posts}. The number is not shown.",
                    posts=plain(", ".join(names.values())),
                )
            )
            st.markdown(_("You hand on your own work contact detail and are called back."))
            opener = None  # the API then chooses a post where somebody is present
            if len(names) > 1:
                opener = st.selectbox(
                    _("Through whom?"), list(names), index=None, format_func=names.__getitem__,
                    key=_OPENER, placeholder=_("Where somebody is present"),
                )  # fmt: skip
            purpose = _purpose(session.terms("Trigger"))
            if not st.button(_("Send"), type="primary", key="reveal-ask"):
                return
            if purpose is None:
                st.warning(_("Choose what you need it for."))
                return
            st.session_state[_PURPOSE] = purpose
            answer = client.ask_for_contact(
                AskedContact(individual=dialog.individual, purpose=purpose, opener=opener)
            )
            st.success(_("Sent to {post}.", post=plain(answer.opener_name or answer.opener)))


def _reveal_detail(client: ApiClient, dialog: _Dialog) -> None:
    st.markdown(session.term("Channel", dialog.channel))
    budgets = {budget.purpose: budget for budget in client.budgets().found}
    words = session.terms("Purpose")
    purpose = _purpose({code: word for code, word in words.items() if code in budgets} or words)
    if purpose in budgets:
        budget = budgets[purpose]
        st.markdown(
            _("You have shown {used} of {most} today.",
                used=number(budget.used), most=number(budget.most))
        )  # fmt: skip
    is_beyond = bool(st.session_state.pop(_BEYOND, None))
    if not st.button(_("Show and log"), type="primary", key="reveal-now") and not is_beyond:
        return
    if is_beyond:
        purpose = "SERIOUS"
    if purpose is None:
        st.warning(_("Choose what you need it for."))
        return
    st.session_state[_PURPOSE] = purpose
    try:
        detail = client.reveal_detail(
            AskedReveal(
                detail=dialog.detail or "",
                channel=cast("ChannelWord", dialog.channel),
                purpose=purpose,
                beyond=is_beyond,
            )
        )
    except Problem as problem:
        if isinstance(problem, Conflict) and problem.slug == "mediated-only":
            st.session_state[_OPEN] = _Dialog(
                key=dialog.key,
                place=dialog.place,
                individual=str(problem.members["individual"]),
                openers=_openers(problem.members.get("openers")),
            )
            st.rerun()
        draw_refusal(problem)
        if is_exceedable(problem):
            draw_beyond("reveal-beyond", partial(st.session_state.__setitem__, _BEYOND, True))
    else:
        st.html(value_html(detail.channel, detail.value))
        st.markdown(_("It is written down that you have seen it. Close, and it is gone."))


def is_exceedable(problem: Problem) -> bool:
    """Whether the limit of the day was met, and a serious security concern may go beyond it."""
    beyond = problem.members.get("beyond")
    return problem.slug == "budget-used" and isinstance(beyond, list) and "SERIOUS" in beyond


def draw_beyond(key: str, go: Callable[[], None]) -> None:
    """Draw the button that goes beyond the limit of the day, with what that means."""
    st.markdown(
        _(
            "Is it a serious security concern that cannot wait until tomorrow? Then you can go "
            "beyond the limit. The data protection officer is told."
        )
    )
    st.button(_("Show anyway: serious security concern"), key=key, on_click=go)


def draw_refusal(problem: Problem, details: Sequence[MaskedDetail] = ()) -> None:
    """Draw why a detail is not shown; of several, which of them prevents the rest."""
    remaining, most = problem.members.get("left"), problem.members.get("most")
    place = re.fullmatch(r"/details/(\d+)", str(problem.members.get("pointer")))
    if problem.slug == "budget-used" and details and isinstance(remaining, int) and remaining > 0:
        st.warning(
            _("Nothing is shown: you can show {left} more today, and these are more.",
                left=number(remaining))
        )  # fmt: skip
    elif isinstance(problem, TooMany) and problem.slug == "budget-used" and isinstance(most, int):
        st.warning(
            _(
                "You have shown {count} contact details today. You can show more tomorrow.",
                count=number(most),
            )
        )
    elif isinstance(problem, NotAllowed) and problem.slug == "forbidden":
        needed = problem.members.get("needed")
        words = cast("list[object]", needed) if isinstance(needed, list) else []
        allowed = [session.term("Purpose", str(word)) for word in words]
        if allowed:
            st.warning(_("Your role may show it for: {purposes}.", purposes=", ".join(allowed)))
        else:
            problem_states.draw(problem)
    elif place is not None and int(place[1]) < len(details):
        owner = plain(details[int(place[1])].owner)
        if problem.slug == "mediated-only":
            posts = plain(
                ", ".join(opener.name for opener in _openers(problem.members.get("openers")))
            )
            st.warning(
                _("Nothing is shown: {owner} is contacted through {posts}.",
                    owner=owner, posts=posts)
            )  # fmt: skip
        else:
            st.warning(
                _("Nothing is shown: the contact detail of {owner} does not exist, or you have "
                    "no access.", owner=owner)
            )  # fmt: skip
    else:
        problem_states.draw(problem)


def _openers(members: object) -> tuple[DoorOpener, ...]:
    openers = cast("list[dict[str, Any]]", members) if isinstance(members, list) else []
    return tuple(
        DoorOpener(id=opener["id"], name=opener.get("name") or opener["id"]) for opener in openers
    )


# ---- the purpose


def _purpose(words: Mapping[str, str]) -> PurposeWord | None:
    """Draw the choice of purpose; the last choice is preselected, the first has no default."""
    options = list(words)
    last = st.session_state.get(_LAST_PURPOSE)
    choice = st.selectbox(
        _("What do you need it for?"),
        options,
        index=options.index(last) if last in options else None,
        format_func=words.__getitem__,
        placeholder=_("Choose a purpose"),
        key=f"{_PURPOSE}-of",
        filter_mode=None,
    )
    return cast("PurposeWord", choice) if choice in get_args(PurposeWord) else None

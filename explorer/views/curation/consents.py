"""Which consents end soon, and how is one renewed or taken back? Taking back is one click."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Final

import streamlit as st

from api.client import ApiClient
from api.schemas.changes import DueAt, Receipt, Receipts
from explorer import address, screen_state, session
from explorer.frame import ScreenContext
from explorer.i18n import _, day, ngettext, plain
from explorer.settings import ExplorerSettings
from explorer.views.curation import recording, renewing, saving

_SOON: Final = timedelta(days=31)  # ends within 30 days: before the 31st
_MOST: Final = 50
_LINK: Final = "curating-withdrawal-link"


def show(context: ScreenContext) -> None:
    """Those that end within 30 days or have just ended, or all; then what is recorded anew."""
    is_all = st.toggle(_("Also those that end later"), key="consents-all")
    ends_before = None if is_all else context.on + _SOON
    page = screen_state.fetch_and_watch(
        context.client, ("consents", ends_before),
        lambda: next(context.client.consents(ends_before=ends_before, limit=_MOST)),
    )  # fmt: skip
    found = [one for one in page.found if _is_kept(context, one)]
    if found:
        st.header(_count(len(found), is_all=is_all), anchor=False)
    else:
        st.info(_("No consent that you may see is over or ends within 30 days."))
    renewed = address.one("id")
    for one in found:
        _row(context, one)
        if one.id == renewed:
            renewing.show(context, one)
    if page.next:
        st.info(_("There are more. The first to end stand first."))
    _by_post(page)
    if context.seat is not None and "OUTREACH" in session.roles(context.me):
        recording.show(context, context.seat)


def _is_kept(context: ScreenContext, one: Receipt) -> bool:
    """Of what is over only where nothing has taken its place: then the person is hidden."""
    return not one.is_withdrawn and (one.ends_on > context.on or one.individual is None)


def _count(count: int, *, is_all: bool) -> str:
    if is_all:
        return ngettext("{count} consent", "{count} consents", count)
    return ngettext(
        "{count} consent is over or ends within 30 days",
        "{count} consents are over or end within 30 days",
        count,
    )


def _row(context: ScreenContext, one: Receipt) -> None:
    with st.container(border=True):
        who = one.name or _("Somebody whose consent is over")
        st.markdown(f"**{plain(who)}**")
        st.markdown(" · ".join(_facts(context, one)))
        with st.container(horizontal=True):
            if one.may_withdraw and one.ends_on > context.on:
                st.button(
                    _("Withdraw the consent"), key=f"withdraw-{one.id}",
                    on_click=_withdraw, args=(context.client, one.id),
                )  # fmt: skip
                st.button(
                    _("Make a withdrawal link"), key=f"link-{one.id}",
                    on_click=_make_link, args=(context.client, one.id),
                )  # fmt: skip
            if session.may(context.me, "EDIT") and "OUTREACH" in session.roles(context.me):
                st.button(
                    _("Renew …"), key=f"renew-{one.id}",
                    on_click=partial(address.change, id=one.id),
                )  # fmt: skip
        _link(one.id)


def _facts(context: ScreenContext, one: Receipt) -> Iterator[str]:
    is_over = one.ends_on <= context.on
    yield (
        _("over since {day}", day=day(one.ends_on))
        if is_over
        else _("ends {day}", day=day(one.ends_on))
    )
    yield ", ".join(session.term("ConsentPurpose", word) for word in one.purposes)
    yield ", ".join(session.term("Channel", word) for word in one.channels)
    yield _("renewed by {post}", post=plain(one.renewal_name or "–"))


def _withdraw(client: ApiClient, consent: str) -> None:
    """It holds at once, also where the database is told later."""
    st.session_state.pop(_LINK, None)
    if saving.attempt(lambda: client.withdraw_consent(consent)) is not None:
        saving.note(_("The consent is withdrawn. The person is no longer shown."))


def _make_link(client: ApiClient, consent: str) -> None:
    """The address is told this once, and stands nowhere else."""
    made = saving.attempt(lambda: client.make_withdrawal_link(consent))
    if made is not None:
        st.session_state[_LINK] = (consent, made.path)


def _link(consent: str) -> None:
    held: tuple[str, str] | None = st.session_state.get(_LINK)
    if held is None or held[0] != consent:
        return
    st.markdown(_("Give this address to whoever gave the consent. One button there takes it back."))
    st.code(f"{ExplorerSettings().api_url.rstrip('/')}{held[1]}", language=None)


def _by_post(page: Receipts) -> None:
    """What a steward is told: how many each post has to renew, and no small number."""
    for one in page.due_by_post:
        st.markdown(_due_at(one))


def _due_at(one: DueAt) -> str:
    return _(
        "{post} has at least {count} consents to renew.",
        post=plain(one.name or one.post), count=one.at_least,
    )  # fmt: skip

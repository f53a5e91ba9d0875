"""Consents: those ending soon, their renewal and withdrawal, and recording of new ones."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import streamlit as st
from pydantic import ValidationError

from api.client import ApiClient, AskedRenewal, ChangeSet, Create
from api.schemas.changes import Receipt
from explorer import address, screen_state, session
from explorer.frame import ScreenContext
from explorer.i18n import _, day, ngettext, plain
from explorer.session import UserSeat
from explorer.settings import ExplorerSettings
from explorer.views.curation import editing, fields
from explorer.views.curation.editing import field_name

_LONGEST: Final = timedelta(days=730)  # the law's 24 months, rounded down


def offices(client: ApiClient, post: str, besides: Iterable[str]) -> dict[str, str]:
    """Return the names of the authority of a post, and of those that a consent names, by id."""
    of_post = partial(client.links, source=post, type="BELONGS_TO")
    links = screen_state.fetch(client, ("offices", post), lambda: next(of_post())).found
    names = {link.target.id: link.target.name or link.target.id for link in links}
    for office in besides:
        if office not in names:
            names[office] = session.name_of(office) or office
    return names


def typed(
    before: Mapping[str, Any], offices: Mapping[str, str], today: date, *, key: str
) -> dict[str, Any]:
    """Draw the controls, prefilled from an earlier consent; return the values for the API."""
    purposes, channels = session.terms("ConsentPurpose"), session.terms("Channel")
    choose = _("Choose one or more")
    return {
        "purposes": st.multiselect(
            field_name("purposes"), list(purposes), before.get("purposes", ["CONTACT"]),
            format_func=purposes.__getitem__, key=f"{key}-purposes", placeholder=choose,
        ),
        "audience": st.multiselect(
            field_name("audience"), list(offices), before.get("audience", [*offices]),
            format_func=offices.__getitem__, key=f"{key}-audience", placeholder=choose,
        ),
        "channels": st.multiselect(
            field_name("channels"), list(channels), before.get("channels", ["MEDIATED"]),
            format_func=channels.__getitem__, key=f"{key}-channels", placeholder=choose,
        ),
        "is_mediated_only": st.checkbox(
            _("Contact through the door opener alone"), before.get("is_mediated_only", True),
            key=f"{key}-mediated",
        ),
        "given_on": _day("given_on", today, key),
        "expires_on": _day("expires_on", today + _LONGEST, key),
        "obtained_how": fields.word(
            field_name("obtained_how"), "ObtainedHow", before.get("obtained_how", "MEETING"),
            key=f"{key}-how",
        ),
        "text_version": st.text_input(
            field_name("text_version"), before.get("text_version", ""), max_chars=20,
            key=f"{key}-text",
        ),
        "covers_art9": st.checkbox(
            _("Covers faith (GDPR art. 9)"), before.get("covers_art9", False),
            key=f"{key}-art9",
        ),
        "is_adult": st.checkbox(field_name("is_adult"), value=False, key=f"{key}-adult"),
    }  # fmt: skip


def _day(field: str, value: date, key: str) -> str | None:
    picked = fields.day(field_name(field), value, key=f"{key}-{field}")
    return None if picked is None else picked.isoformat()


def show_renewal(context: ScreenContext, receipt: Receipt) -> None:
    """Draw the renewal form, prefilled from the earlier receipt."""
    read = partial(context.client.entity, receipt.id)
    before = screen_state.fetch(context.client, ("receipt", receipt.id), read).thing.entity.fields
    names = offices(context.client, receipt.renewal_by, before.get("audience", ()))
    key = f"renew-form-{receipt.id}"
    with st.form(key, enter_to_submit=False):
        st.subheader(_("What was agreed to this time"), anchor=False)
        values = typed(before, names, context.on, key=key)
        with st.container(horizontal=True):
            is_saved = st.form_submit_button(_("Record the renewal"), type="primary")
            st.form_submit_button(
                _("Close without renewing"), on_click=partial(address.change, id=None)
            )
    if not is_saved:
        return
    try:
        renewal = AskedRenewal.model_validate(values)
    except ValidationError:
        st.error(_("Fill in purposes, receivers, channels, dates and the version of the text."))
        return
    if editing.attempt(lambda: context.client.renew_consent(receipt.id, renewal)) is not None:
        editing.note(_("The consent is renewed."))
        address.change(id=None)
        st.rerun()
    editing.outcome(context.client)


_VISIBLE: Final = {"AREA", "NAMED"}


def show_recording(context: ScreenContext, seat: UserSeat) -> None:
    """Draw the form for a new civilian; the user's post is door opener and renews the consent."""
    with st.expander(_("Record somebody who has agreed")):
        names = offices(context.client, seat.id, ())
        key = f"record-{seat.id}"
        with st.form(key, enter_to_submit=False):
            st.markdown(
                _("Only what the person has agreed to be shown as. Nothing about citizens.")
            )
            visible = session.terms("Visibility")
            person = {
                "display_name": st.text_input(
                    field_name("display_name"), max_chars=120, key=f"{key}-name"
                ),
                "kind": fields.word(_("Kind of person"), "ResourceKind", None, key=f"{key}-kind"),
                "visibility": st.selectbox(
                    field_name("visibility"),
                    [word for word in visible if word in _VISIBLE],
                    format_func=visible.__getitem__,
                    key=f"{key}-seen",
                ),
            }
            consent = typed({}, names, context.on, key=key)
            is_saved = st.form_submit_button(_("Save person and consent"), type="primary")
        if is_saved:
            duties = {"recorded_by": seat.id, "renewal_by": seat.id}
            gave: dict[str, Any] = {"source_id": "@person", "target_id": "@consent"}
            door: dict[str, Any] = {
                "source_id": seat.id, "target_id": "@person", "consent_id": "@consent",
                "levels": ["OUTREACH"],
            }  # fmt: skip
            terms = {**fields.filled(consent), **duties}
            changes = ChangeSet(creates=(
                Create(label="ResourceIndividual", called="@person", fields=fields.filled(person)),
                Create(label="Consent", called="@consent", fields=terms),
                Create(type="GAVE_CONSENT", fields=gave),
                Create(type="DOOR_OPENER_FOR", fields=door),
            ))  # fmt: skip
            if editing.write(lambda: context.client.apply_change_set(changes)) is not None:
                st.rerun()
            editing.outcome(context.client)


_SOON: Final = timedelta(days=31)  # ends within 30 days: before the 31st
_MOST: Final = 50
_LINK: Final = "curating-withdrawal-link"


def show(context: ScreenContext) -> None:
    """Draw the consents that end within 30 days or have just ended, or all; then the new form."""
    is_all = st.toggle(_("Also those that end later"), key="consents-all")
    ends_before = None if is_all else context.on + _SOON
    page = screen_state.fetch_and_watch(
        context.client, ("consents", ends_before),
        lambda: next(context.client.consents(ends_before=ends_before, limit=_MOST)),
    )  # fmt: skip
    found = [
        receipt
        for receipt in page.found
        if not receipt.is_withdrawn and (receipt.ends_on > context.on or receipt.individual is None)
    ]
    if found and is_all:
        st.header(ngettext("{count} consent", "{count} consents", len(found)), anchor=False)
    elif found:
        text = ngettext(
            "{count} consent is over or ends within 30 days",
            "{count} consents are over or end within 30 days",
            len(found),
        )
        st.header(text, anchor=False)
    else:
        st.info(_("No consent that you may see is over or ends within 30 days."))
    renewed = address.one("id")
    for receipt in found:
        _row(context, receipt)
        if receipt.id == renewed:
            show_renewal(context, receipt)
    if page.next:
        st.info(_("There are more. The first to end stand first."))
    for due in page.due_by_post:  # for stewards; small numbers are withheld
        name = plain(due.name or due.post)
        st.markdown(
            _("{post} has at least {count} consents to renew.", post=name, count=due.at_least)
        )
    if context.seat is not None and "OUTREACH" in session.roles(context.me):
        show_recording(context, context.seat)


def _row(context: ScreenContext, receipt: Receipt) -> None:
    with st.container(border=True):
        who = receipt.name or _("Somebody whose consent is over")
        st.markdown(f"**{plain(who)}**")
        end, is_over = day(receipt.ends_on), receipt.ends_on <= context.on
        facts = (
            _("over since {day}", day=end) if is_over else _("ends {day}", day=end),
            ", ".join(session.term("ConsentPurpose", word) for word in receipt.purposes),
            ", ".join(session.term("Channel", word) for word in receipt.channels),
            _("renewed by {post}", post=plain(receipt.renewal_name or "–")),
        )
        st.markdown(" · ".join(facts))
        with st.container(horizontal=True):
            if receipt.may_withdraw and not is_over:
                st.button(
                    _("Withdraw the consent"), key=f"withdraw-{receipt.id}",
                    on_click=_withdraw, args=(context.client, receipt.id),
                )  # fmt: skip
                st.button(
                    _("Make a withdrawal link"), key=f"link-{receipt.id}",
                    on_click=_make_link, args=(context.client, receipt.id),
                )  # fmt: skip
            if session.may(context.me, "EDIT") and "OUTREACH" in session.roles(context.me):
                st.button(
                    _("Renew …"), key=f"renew-{receipt.id}",
                    on_click=partial(address.change, id=receipt.id),
                )  # fmt: skip
        link: tuple[str, str] | None = st.session_state.get(_LINK)
        if link is not None and link[0] == receipt.id:
            st.markdown(
                _("Give this address to whoever gave the consent. One button there takes it back.")
            )
            st.code(f"{ExplorerSettings().api_url.rstrip('/')}{link[1]}", language=None)


def _withdraw(client: ApiClient, consent: str) -> None:
    """Withdraw a consent; it takes effect at once, even if the database is updated later."""
    st.session_state.pop(_LINK, None)
    if editing.attempt(lambda: client.withdraw_consent(consent)) is not None:
        editing.note(_("The consent is withdrawn. The person is no longer shown."))


def _make_link(client: ApiClient, consent: str) -> None:
    """Make a withdrawal link; its address is returned only once and stored nowhere else."""
    link = editing.attempt(lambda: client.make_withdrawal_link(consent))
    if link is not None:
        st.session_state[_LINK] = (consent, link.path)

"""Consents: those ending soon, their renewal and withdrawal, and recording of new ones."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import streamlit as st

from api.client import ApiClient, AskedRenewal, ChangeSet, Create, Problem
from api.schemas.changes import Receipt, Receipts
from explorer import address, screen_state, session
from explorer.frame import ScreenContext
from explorer.i18n import _, day, ngettext, plain
from explorer.labels import SOON
from explorer.session import UserSeat
from explorer.settings import ExplorerSettings
from explorer.views.curation import editing, fields
from explorer.views.curation.editing import field_name
from explorer.views.curation.field_errors import EXAMPLES, FieldErrors, example, required_errors

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


_REQUIRED: Final = (
    "purposes", "audience", "channels", "given_on", "expires_on", "obtained_how", "text_version",
    "is_adult",
)  # fmt: skip
_MEDIATED: Final = "MEDIATED"


def consent_fields(
    before: Mapping[str, Any],
    offices: Mapping[str, str],
    today: date,
    errors: FieldErrors,
    *,
    key: str,
) -> dict[str, Any]:
    """Draw the controls, prefilled from an earlier consent; return the values for the API."""
    purposes, channels = session.terms("ConsentPurpose"), session.terms("Channel")
    choose, values = _("Choose one or more"), dict[str, Any]()
    values["purposes"] = st.multiselect(
        _required_label("purposes"), list(purposes), before.get("purposes", ["CONTACT"]),
        format_func=purposes.__getitem__, key=f"{key}-purposes", placeholder=choose,
    )  # fmt: skip
    errors.below("purposes")
    values["audience"] = st.multiselect(
        _required_label("audience"), list(offices), before.get("audience", [*offices]),
        format_func=offices.__getitem__, key=f"{key}-audience", placeholder=choose,
    )  # fmt: skip
    errors.below("audience")
    ways = {True: _("Only through the door opener"), False: _("Also directly")}
    is_mediated = st.radio(
        _("How may the person be contacted?"), list(ways), format_func=ways.__getitem__,
        index=0 if before.get("is_mediated_only", True) else 1, horizontal=True,
        key=f"{key}-mediated",
    )  # fmt: skip
    direct = [channel for channel in channels if channel != _MEDIATED]
    direct_channels = st.multiselect(
        _("If directly: by which channels"), direct,
        [channel for channel in before.get("channels", ()) if channel != _MEDIATED],
        format_func=channels.__getitem__, key=f"{key}-channels", placeholder=choose,
    )  # fmt: skip
    errors.below("channels")
    values["is_mediated_only"] = is_mediated
    values["channels"] = [_MEDIATED] if is_mediated else direct_channels
    left, right = st.columns(2)
    with left:
        values["given_on"] = _day("given_on", today, key)
        errors.below("given_on")
    with right:
        values["expires_on"] = _day("expires_on", today + _LONGEST, key)
        errors.below("expires_on")
    st.caption(_("A consent holds for two years at most."))
    left, right = st.columns(2)
    with left:
        values["obtained_how"] = fields.word(
            _required_label("obtained_how"), "ObtainedHow", before.get("obtained_how", "MEETING"),
            key=f"{key}-how",
        )  # fmt: skip
        errors.below("obtained_how")
    with right:
        text = st.text_input(
            _required_label("text_version"), before.get("text_version", ""), max_chars=20,
            key=f"{key}-text", placeholder=EXAMPLES["text_version"],
        )  # fmt: skip
        values["text_version"] = (text or "").strip()
        errors.below("text_version")
    st.caption(
        _("The version is printed on the text that the person was given.")
        + " "
        + example("text_version")
    )
    values["covers_art9"] = st.checkbox(
        _("The consent also covers the person's faith (GDPR art. 9)"),
        before.get("covers_art9", False),
        key=f"{key}-art9",
    )
    values["is_adult"] = st.checkbox(_required_label("is_adult"), value=False, key=f"{key}-adult")
    errors.below("is_adult")
    return values


def _required_label(field: str) -> str:
    """The label of a field that must be filled in."""
    return f"{field_name(field)} *"


def _day(field: str, value: date, key: str) -> str | None:
    chosen_day = fields.day(_required_label(field), value, key=f"{key}-{field}")
    return None if chosen_day is None else chosen_day.isoformat()


def _consent_errors(values: Mapping[str, Any], *besides: str) -> dict[str, str]:
    """The errors of fields that must still be filled in, checked before the request."""
    lacking = required_errors(values, (*besides, *_REQUIRED))
    if "is_adult" in lacking:
        lacking["is_adult"] = _("The person must be 18 or older.")
    return lacking


def show_renewal(context: ScreenContext, receipt: Receipt) -> None:
    """Draw the renewal form, prefilled from the earlier receipt."""
    client, errors = context.client, FieldErrors()
    read = partial(client.entity, receipt.id)
    before = screen_state.fetch(client, ("receipt", receipt.id), read).value.entity.fields
    names = offices(client, receipt.renewal_by, before.get("audience", ()))
    key = f"renew-form-{receipt.id}"
    with st.form(key, enter_to_submit=False):
        st.subheader(_("What was agreed to this time"), anchor=False)
        st.caption(_("Fields with * must be filled in."))
        values = consent_fields(before, names, context.on, errors, key=key)
        with st.container(horizontal=True):
            is_saved = st.form_submit_button(_("Save the renewal"), type="primary")
            st.form_submit_button(
                _("Close without renewing"), on_click=partial(address.change, id=None)
            )
    if not is_saved:
        return
    if lacking := _consent_errors(values):
        errors.tell(lacking)
        return
    renewal = AskedRenewal.model_validate(values)
    if _send_form(client, errors, lambda: client.renew_consent(receipt.id, renewal)):
        editing.note(_("The consent is renewed."))
        address.change(id=None)
        st.rerun()


def _send_form(client: ApiClient, errors: FieldErrors, do: Callable[[], object]) -> bool:
    """Send a form; errors are shown at their fields, and typed values are kept."""
    try:
        do()
    except Problem as problem:
        if not errors.draw_problem(problem):
            editing.refuse(problem)
            editing.outcome(client)
        return False
    screen_state.invalidate()
    return True


_VISIBLE: Final = {"AREA", "NAMED"}
_NEW: Final = "curating-new-individual"


def show_recording(context: ScreenContext, seat: UserSeat) -> None:
    """Draw the form for a new civilian; the user's post is door opener and renews the consent."""
    names = offices(context.client, seat.id, ())
    key, errors = f"record-{seat.id}", FieldErrors()
    with st.form(key, enter_to_submit=False):
        st.subheader(_("New resource individual"), anchor=False)
        st.caption(
            _("Only what the person has agreed to be shown as. Nothing about citizens.")
            + " "
            + _("Fields with * must be filled in.")
        )
        visible = session.terms("Visibility")
        person: dict[str, Any] = {
            "display_name": st.text_input(
                _required_label("display_name"), max_chars=120, key=f"{key}-name"
            ).strip()
        }
        st.caption(_("A first name is enough. No CPR number, address or phone number."))
        errors.below("display_name")
        left, right = st.columns(2)
        with left:
            person["kind"] = fields.word(
                _("Helps as") + " *", "ResourceKind", None, key=f"{key}-kind"
            )
            errors.below("kind")
        with right:
            person["visibility"] = st.selectbox(
                field_name("visibility"), [word for word in visible if word in _VISIBLE],
                format_func=visible.__getitem__, key=f"{key}-seen",
            )  # fmt: skip
            errors.below("visibility")
        consent = consent_fields({}, names, context.on, errors, key=key)
        with st.container(horizontal=True):
            is_saved = st.form_submit_button(_("Save person and consent"), type="primary")
            st.form_submit_button(
                _("Close without saving"), on_click=partial(st.session_state.pop, _NEW, None)
            )
    if not is_saved:
        return
    if lacking := _consent_errors({**person, **consent}, "display_name", "kind"):
        errors.tell(lacking)
        return
    duties = {"recorded_by": seat.id, "renewal_by": seat.id}
    gave: dict[str, Any] = {"source_id": "@person", "target_id": "@consent"}
    door: dict[str, Any] = {
        "source_id": seat.id, "target_id": "@person", "consent_id": "@consent",
        "levels": ["OUTREACH"],
    }  # fmt: skip
    terms = {**fields.without_empty(consent), **duties}
    changes = ChangeSet(creates=(
        Create(label="ResourceIndividual", called="@person", fields=fields.without_empty(person)),
        Create(label="Consent", called="@consent", fields=terms),
        Create(type="GAVE_CONSENT", fields=gave),
        Create(type="DOOR_OPENER_FOR", fields=door),
    ))  # fmt: skip
    if _send_form(context.client, errors, lambda: context.client.apply_change_set(changes)):
        st.session_state.pop(_NEW, None)
        editing.note(_("{name} and the consent are saved.", name=person["display_name"]))
        st.rerun()


_STEP: Final = 50
_SHOWN_COUNT: Final = "curating-consents-shown"
_HOLDERS: Final = 5
_LINK: Final = "curating-withdrawal-link"
_ASKING: Final = "curating-withdrawal"


def show(context: ScreenContext) -> None:
    """Draw the form of a new civilian, then the consents that have ended or end in 30 days."""
    if context.seat is not None and "OUTREACH" in session.roles(context.me):
        if st.session_state.get(_NEW):
            show_recording(context, context.seat)
        else:
            st.button(
                _("New resource individual"), key="consents-new", type="primary",
                on_click=partial(st.session_state.__setitem__, _NEW, True),
            )  # fmt: skip
    is_all = st.toggle(_("Also those that end later"), key="consents-all")
    ends_before = None if is_all else context.on + SOON
    most: int = st.session_state.get(_SHOWN_COUNT, _STEP)
    receipts, last_page = screen_state.fetch_and_watch(
        context.client, ("consents", ends_before, most),
        partial(_receipts, context.client, ends_before, most),
    )  # fmt: skip
    if receipts and is_all:
        st.header(ngettext("{count} consent", "{count} consents", len(receipts)), anchor=False)
    elif receipts:
        text = ngettext(
            "{count} consent is over or ends within 30 days",
            "{count} consents are over or end within 30 days",
            len(receipts),
        )
        st.header(text, anchor=False)
    else:
        st.info(_("No consent that you may see is over or ends within 30 days."))
    renewed = address.text("id")
    for receipt in receipts:
        _row(context, receipt)
        if receipt.id == renewed:
            show_renewal(context, receipt)
    if last_page.next:
        st.info(_("There are more. The first to end stand first."))
        st.button(
            _("Show more consents"), key="consents-more",
            on_click=partial(st.session_state.__setitem__, _SHOWN_COUNT, most + _STEP),
        )  # fmt: skip
    for due in last_page.due_by_post:  # for stewards; small numbers are withheld
        name = plain(due.name or due.post)
        st.markdown(
            _("{post} has at least {count} consents to renew.", post=name, count=due.at_least)
        )


def _receipts(
    client: ApiClient, ends_before: date | None, most: int
) -> tuple[list[Receipt], Receipts]:
    """The first consents that are neither withdrawn nor replaced, and the last page of them."""
    pages = client.consents(ends_before=ends_before, open_only=True, limit=_STEP)
    page = next(pages)
    receipts = list(page.found)
    while page.next and len(receipts) < most:
        page = next(pages)
        receipts += page.found
    return receipts, page


def _row(context: ScreenContext, receipt: Receipt) -> None:
    with st.container(border=True):
        who = receipt.name or _("Somebody whose consent is over")
        st.markdown(f"**{plain(who)}**")
        end, is_over = day(receipt.ends_on), receipt.ends_on <= context.on
        facts = (
            _("over since {day}", day=end) if is_over else _("ends {day}", day=end),
            ", ".join(session.term("ConsentPurpose", word) for word in receipt.purposes),
            ", ".join(session.term("Channel", word) for word in receipt.channels),
        )
        st.markdown(" · ".join(facts))
        st.markdown(_renewer(context, receipt))
        if st.session_state.get(_ASKING) == receipt.id:
            _ask_whether_to_withdraw(context.client, receipt, who)
            return
        with st.container(horizontal=True):
            if session.may(context.me, "EDIT") and "OUTREACH" in session.roles(context.me):
                st.button(
                    _("Renew …"), key=f"renew-{receipt.id}",
                    on_click=partial(address.change, id=receipt.id),
                )  # fmt: skip
            if receipt.may_withdraw and not is_over:
                st.button(
                    _("Withdraw the consent …"), key=f"withdraw-{receipt.id}",
                    on_click=partial(st.session_state.__setitem__, _ASKING, receipt.id),
                )  # fmt: skip
                st.button(
                    _("Make a withdrawal link"), key=f"link-{receipt.id}",
                    on_click=_make_link, args=(context.client, receipt.id),
                )  # fmt: skip
        link: tuple[str, str] | None = st.session_state.get(_LINK)
        if link is not None and link[0] == receipt.id:
            st.markdown(
                _("Give this address to whoever gave the consent. One button there takes it back.")
            )
            st.code(f"{ExplorerSettings().api_url.rstrip('/')}{link[1]}", language=None)


def _renewer(context: ScreenContext, receipt: Receipt) -> str:
    """A sentence on who renews a consent: the user, or whom to ask, by name if visible."""
    post = plain(receipt.renewal_name or receipt.renewal_by)
    if receipt.renewal_by in context.me.posts:
        return _("You renew it.")
    ask = partial(context.client.links, target=receipt.renewal_by, type="HOLDS", limit=_HOLDERS)
    holders = screen_state.fetch(
        context.client, ("renewers", receipt.renewal_by), lambda: next(ask()).found
    )
    names = ", ".join(link.source.name for link in holders if link.source.name)
    if names:
        return _("Ask {name} ({post}) to renew it.", name=plain(names), post=post)
    return _("Ask {post} to renew it.", post=post)


def _ask_whether_to_withdraw(client: ApiClient, receipt: Receipt, who: str) -> None:
    """Draw the effect of a withdrawal, and the buttons that confirm or cancel it."""
    st.warning(
        _("{name} is hidden from everybody at once, on every screen, and no longer contacted. This "
          "cannot be undone: only a new consent shows the person again.", name=plain(who))
    )  # fmt: skip

    def withdraw() -> None:
        st.session_state.pop(_ASKING, None)
        st.session_state.pop(_LINK, None)
        # It takes effect at once, even if the database is updated later.
        if editing.attempt(lambda: client.withdraw_consent(receipt.id)) is not None:
            editing.note(_("The consent is withdrawn. The person is no longer shown."))

    with st.container(horizontal=True):
        st.button(
            _("Yes, withdraw it"), key=f"withdraw-yes-{receipt.id}", type="primary",
            on_click=withdraw,
        )  # fmt: skip
        st.button(
            _("No, keep it"), key=f"withdraw-no-{receipt.id}",
            on_click=partial(st.session_state.pop, _ASKING, None),
        )  # fmt: skip


def _make_link(client: ApiClient, consent: str) -> None:
    """Make a withdrawal link; its address is returned only once and stored nowhere else."""
    link = editing.attempt(lambda: client.make_withdrawal_link(consent))
    if link is not None:
        st.session_state[_LINK] = (consent, link.path)

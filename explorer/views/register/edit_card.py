"""Forms on a card: contact details, fields, holder and deputy, and the closing of a node or link.

Each form is drawn in place of the value, and produces one `Draft`. The API returns what the caller
may change together with the node, and checks it again at each write.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import date, timedelta
from functools import partial
from typing import Any, Final

import streamlit as st

from api.client import ApiClient, NotFound, Problem, VersionedValue
from api.schemas.changes import Reason, WriteResult
from api.schemas.entities import Detail, Entity, LinkCard, Rights, WholeEntity
from api.schemas.impact import Impact
from api.schemas.words import Label, LinkType
from explorer import screen_state, session
from explorer.components import component_value
from explorer.components.combobox import ComboboxValue, combobox
from explorer.frame import ScreenContext
from explorer.i18n import _, ngettext, number, plain, short_day
from explorer.labels import Labels
from explorer.reveal import PHONE_CHANNELS
from explorer.views.curation import editing, fields
from explorer.views.find.need import search_nodes
from explorer.views.register import drafts, node_fields
from explorer.views.register.drafts import Draft, DraftBuilder
from explorer.views.register.node_fields import NODE_FIELDS, NodeField

_NO_RIGHTS: Final = Rights(fields=(), may_end=False, links=())
_DIGITS: Final = 8  # of a Danish number
_WORK_CHANNELS: Final = ("MOBILE", "PHONE", "EMAIL", "SECURE_EMAIL", "DIGITAL_POST", "VISIT")


def rights_of(context: ScreenContext, whole: WholeEntity) -> Rights:
    """What the caller may change of a node; nothing on another date than today."""
    if not context.is_today or not session.may(context.me, "EDIT"):
        return _NO_RIGHTS
    return whole.rights or _NO_RIGHTS


def buttons(
    context: ScreenContext,
    form: str,
    make: Callable[[], Draft | None],
    *,
    node: str,
    save: str,
    is_previewed: bool = True,
    on_save: Callable[[WriteResult], None] | None = None,
    cancel: Callable[[], None] = drafts.close,
) -> None:
    """Draw the buttons inside a form: save, preview and cancel.

    `is_previewed`: saving is allowed without a preview.
    """
    is_allowed = drafts.show_preview(form)
    with st.container(horizontal=True):
        is_saved = st.form_submit_button(
            save, key=f"{form}-save", type="primary", disabled=not (is_previewed or is_allowed)
        )
        is_asked = st.form_submit_button(_("Show what would change"), key=f"{form}-ask")
        st.form_submit_button(_("Cancel"), key=f"{form}-cancel", on_click=cancel)
    if not (is_saved or is_asked):
        return
    draft = make()
    if draft is not None and is_saved:
        drafts.save(context.client, draft, node=node, on_save=on_save)
    elif draft is not None:
        drafts.preview(context.client, draft)
    st.rerun()


# ---- contact details


def written_number(channel: str | None, text: str) -> str:
    """A Danish telephone number as it is usually written: `01234567` is `+45 01 23 45 67`."""
    digits = re.sub(r"^(\+|00)45|[ .\-]", "", text.strip())
    if channel in PHONE_CHANNELS and len(digits) == _DIGITS and digits.isdecimal():
        return "+45 " + " ".join(digits[place : place + 2] for place in range(0, _DIGITS, 2))
    return text.strip()


def detail_rule(channel: str | None) -> str:
    """The rule of a number or address in plain words."""
    if channel in PHONE_CHANNELS:
        return _("A number at work, for example +45 01 23 45 67. It is shown for a purpose only.")
    if channel in ("EMAIL", "SECURE_EMAIL"):
        return _("An address at work, for example navn@kommune.dk. It is shown for a purpose only.")
    return _("How to reach them at work. It is shown for a purpose only.")


def checked_control(key: str) -> bool:
    """Draw the control by which the user says that they have checked a number or address."""
    return st.checkbox(_("I have checked it: I called it, or its holder told me"), key=key)


def change_detail(context: ScreenContext, detail: Detail, owner: Entity, *, node: str) -> None:
    """Draw the form of a contact detail in its place: a new value with its preview, or its end."""
    client, what = context.client, f"detail-{detail.id}"

    def read() -> VersionedValue[Entity]:
        card = client.entity(detail.id)
        return VersionedValue(card.value.entity, card.etag)

    edit = editing.open_edit(what, read)
    channel = session.term("Channel", detail.channel)

    def make(value: str, *, is_checked: bool) -> Draft:
        builder = DraftBuilder(form=what)
        builder.update(
            detail.id, edit.etag, {"value": written_number(detail.channel, value)},
            edit.value.fields, label="ContactDetail", name=channel,
            controls=dict.fromkeys(("", "value"), "value"), is_checked=is_checked,
        )  # fmt: skip
        return builder.draft()

    def remove() -> None:
        builder = DraftBuilder(form=what)
        builder.end(
            detail.id, edit.etag, context.on + timedelta(days=1), edit.value.fields,
            name=channel, control="value",
        )  # fmt: skip
        note = _("It is shown until the end of today.")
        drafts.save(client, builder.draft(), node=node, note=note)

    drafts.problems(client, what, node=node)
    with st.container(border=True):
        value = st.text_input(
            _("New {channel}", channel=channel.lower()), key=f"{edit.key}-value", max_chars=120,
            autocomplete="off", live="200ms",
        )  # fmt: skip
        node_fields.below(detail_rule(detail.channel), drafts.fault(what, "value"))
        is_checked = checked_control(f"{edit.key}-checked")
        if value.strip():
            _show_new_value(context, detail, owner, value, is_checked=is_checked)
        with st.container(horizontal=True):
            is_saved = st.button(_("Save"), key=f"{edit.key}-save", type="primary")
            st.button(_("Cancel"), key=f"{edit.key}-cancel", on_click=drafts.close)
            st.button(
                _("No longer in use"), key=f"{edit.key}-end", type="tertiary", on_click=remove
            )
    if is_saved:
        if not value.strip():
            drafts.require(what, ["value"])
        else:
            drafts.save(client, make(value, is_checked=is_checked), node=node)
        st.rerun()


def _show_new_value(
    context: ScreenContext, detail: Detail, owner: Entity, value: str, *, is_checked: bool
) -> None:
    """Draw a typed value before it is saved: old and new, the check, and whose cards show it."""
    client, never = context.client, _("Never checked")
    before = never
    if detail.check is not None and detail.check.on is not None:
        before = short_day(detail.check.on)
    pairs = (
        (session.term("Channel", detail.channel), detail.hint or "",
         written_number(detail.channel, value)),
        (editing.field_name("verified_on"), before, short_day(context.on) if is_checked else never),
    )  # fmt: skip
    lines = [f"- {plain(what)}: {plain(old)} → **{plain(new)}**" for what, old, new in pairs]
    st.markdown("\n".join((_("Nothing is saved yet. This would change:"), "", *lines)))
    names = [owner.name or ""]
    if owner.label == "Person":
        held = screen_state.fetch(
            client, ("held", owner.id),
            lambda: next(client.links(source=owner.id, type="HOLDS")).found,
        )  # fmt: skip
        names += [editing.name(link.target) for link in held]
    st.markdown(_("It is shown at: {names}", names=plain(" · ".join(filter(None, names)))))


def add_detail(context: ScreenContext, whole: WholeEntity, *, node: str) -> None:
    """Draw the form of a new contact detail of a node."""
    owner, what = whole.entity, f"add-detail-{whole.entity.id}"
    words = session.terms("Channel")
    drafts.problems(context.client, what, node=node)
    with st.form(what, enter_to_submit=True, border=True):
        channel = st.selectbox(
            _("Channel"), _WORK_CHANNELS, format_func=words.__getitem__, key=f"{what}-channel"
        )
        value = st.text_input(
            _("Number or address"), key=f"{what}-value", max_chars=120, autocomplete="off"
        )
        node_fields.below(detail_rule(channel), drafts.fault(what, "value"))
        is_checked = checked_control(f"{what}-checked")
        with st.container(horizontal=True):
            is_saved = st.form_submit_button(_("Save"), type="primary")
            st.form_submit_button(_("Cancel"), on_click=drafts.close)
    if not is_saved:
        return
    if not value.strip():
        drafts.require(what, ["value"])
    else:
        builder = DraftBuilder(form=what)
        builder.names[owner.id] = owner.name or ""
        builder.create_detail(
            owner.id, channel, written_number(channel, value), control="value",
            order=max((detail.order for detail in whole.details), default=0) + 1,
            visibility=str(owner.fields.get("visibility", "NETWORK")), is_checked=is_checked,
        )  # fmt: skip
        drafts.save(context.client, builder.draft(), node=node)
    st.rerun()


# ---- fields


ABSENCE: Final = ("absent_from", "absent_to")
"""The fields of an absence; its reason is never recorded."""


def change_fields(
    context: ScreenContext,
    whole: WholeEntity,
    only: Sequence[str] | None = None,
    *,
    node: str | None = None,
) -> None:
    """Draw the form of the fields of a node that the caller may change, or of some of them.

    `node`: the card on which it stands, where that is another node's.
    """
    element, client = whole.entity.id, context.client
    node = node or element
    what = "-".join(("fields", element, *(only or ())))

    def read() -> VersionedValue[Entity]:
        card = client.entity(element)
        return VersionedValue(card.value.entity, card.etag)

    edit = editing.open_edit(what, read)
    before, label, allowed = edit.value.fields, edit.value.label, rights_of(context, whole).fields
    form_fields = [
        field
        for field in NODE_FIELDS.get(label, ())
        if field.name in allowed and (only is None or field.name in only)
    ]
    values: dict[str, Any] = {}

    def make() -> Draft | None:
        changes = node_fields.changed_values(before, values)
        if not changes:
            editing.note(_("Nothing is changed."))
            drafts.close()
            return None
        builder = DraftBuilder(form=what)
        builder.update(
            element, edit.etag, changes, before, label=label, name=whole.entity.name or "",
            controls=node_fields.controls_of(form_fields),
        )  # fmt: skip
        return builder.draft()

    drafts.problems(client, what, node=node)
    with st.form(edit.key, enter_to_submit=False):
        values |= controls(form_fields, before, label=label, form=what, key=edit.key)
        buttons(context, what, make, node=node, save=_("Save"))


def controls(
    form_fields: Sequence[NodeField], values: Mapping[str, Any], *, label: str, form: str, key: str
) -> dict[str, Any]:
    """Draw the controls of fields, each with its rule and its fault; return the typed values."""
    typed_values: dict[str, Any] = {}
    for field in form_fields:
        content = node_fields.control(
            field, node_fields.own_in_place(field, values), label=label, key=f"{key}-{field.name}",
            fault=drafts.fault(form, field.name),
        )  # fmt: skip
        typed_values |= node_fields.fields_of(field, content, values)
    return typed_values


# ---- holder and deputy

_NEW: Final = "NEW"
_EXISTING_PERSON: Final = "KNOWN"
_NOBODY: Final = "NOBODY"


def pick(
    context: ScreenContext, words: Labels, label: str, key: str, among: Sequence[Label],
    *, without: Collection[str] = (),
) -> str | None:  # fmt: skip
    """Draw a field that finds a node by its name; return the id of the chosen one.

    `without`: the ids of nodes that are not offered.
    """
    now = drafts.picked_id(key)
    name: str | None = None
    if now is not None:
        with suppress(NotFound):  # a node that has ended meanwhile
            name = session.name_of(now)
    combobox(
        label, partial(search_nodes, context.client, words, sorted(among), without=without),
        key=key, value=ComboboxValue(id=now, name=name or now) if now else None, clear=_("Clear"),
        placeholder=_("Write at least two letters"),
        on_pick=lambda: drafts.pick(key, component_value(key, "value")),
    )  # fmt: skip
    return now


def new_holder(context: ScreenContext, words: Labels, whole: WholeEntity) -> None:
    """Draw the form of a new holder of a post.

    A new person is entered with contact details; the previous holder ends on the same day.
    """
    node, client = whole.entity.id, context.client
    what = f"HOLDS-{node}"
    holders = next(client.links(target=node, type="HOLDS")).found
    ways = {
        _NEW: _("Somebody new"),
        _EXISTING_PERSON: _("Somebody in the register"),
        _NOBODY: _("Nobody: the post is vacant"),
    }
    offered = [_EXISTING_PERSON, *([_NOBODY] if holders else [])]
    if "STEWARD" in session.roles(context.me):  # stewards may create people
        offered.insert(0, _NEW)
    way = st.radio(
        _("Who?"), offered, format_func=ways.__getitem__, key=f"{what}-way", horizontal=True
    )
    known_id: str | None = None
    if way == _EXISTING_PERSON:
        known_id = pick(context, words, _("Person"), f"{what}-known", ("Person",))
        node_fields.below("", drafts.fault(what, "person"))
    person: dict[str, Any] = {}
    on = context.on

    def make() -> Draft | None:
        if way == _NEW and not person.get("name"):
            drafts.require(what, ["name"])
            return None
        if way == _EXISTING_PERSON and known_id is None:
            drafts.require(what, ["person"])
            return None
        builder = DraftBuilder(form=what, reason="HANDED_OVER")
        builder.names[node] = whole.entity.name or ""
        taker = known_id
        if way == _NEW:
            taker = create_person(builder, person)
        elif known_id is not None:
            builder.names[known_id] = session.name_of(known_id) or known_id
        if taker is not None:
            builder.create_link(
                "HOLDS", taker, node, control="person" if known_id else "name",
                valid_from=on.isoformat(),
            )  # fmt: skip
            builder.places[f"/creates/{len(builder.creates) - 1}/fields/valid_from"] = "on"
        for link in holders:
            last = link.fields.get("valid_to")
            if last is None or date.fromisoformat(str(last)) > on:
                builder.end(
                    link.id, client.link(link.id).etag, on, link.fields,
                    name=editing.link_text(link), control="on",
                )  # fmt: skip
        return builder.draft()

    drafts.problems(client, what, node=node)
    with st.form(f"{what}-form", enter_to_submit=False):
        if way == _NEW:
            person = new_person(what, what)
        on = fields.day(_("First day"), context.on, key=f"{what}-on") or context.on
        node_fields.below(
            _("Whoever holds the post now, holds it until then.") if holders else "",
            drafts.fault(what, "on"),
        )
        buttons(context, what, make, node=node, save=_("Save"))


def choose_deputy(context: ScreenContext, words: Labels, whole: WholeEntity) -> None:
    """Draw the choice of a deputy of a post: somebody of the register, and until when, if at all.

    The deputy begins today, and is asked after the deputies that the post has.
    """
    post, client = whole.entity, context.client
    what = f"DEPUTIZES_FOR-{post.id}"
    seats: dict[LinkType, Sequence[LinkCard]] = {
        seat: next(client.links(target=post.id, type=seat)).found
        for seat in ("HOLDS", "DEPUTIZES_FOR")
    }
    deputy = pick(
        context, words, _("Who stands in?"), f"{what}-known", ("Person", "Actor"),
        without={post.id, *(link.source.id for links in seats.values() for link in links)},
    )  # fmt: skip
    node_fields.below("", drafts.fault(what, "person"))
    until: date | None = None

    def make() -> Draft | None:
        if deputy is None:
            drafts.require(what, ["person"])
            return None
        orders = [int(link.fields.get("order", 0)) for link in seats["DEPUTIZES_FOR"]]
        period = {"valid_from": context.on.isoformat()}
        if until is not None:
            period["valid_to"] = (until + timedelta(days=1)).isoformat()
        builder = DraftBuilder(form=what, reason="HANDED_OVER")
        builder.names[post.id] = post.name or ""
        builder.names[deputy] = session.name_of(deputy) or deputy
        builder.create_link(
            "DEPUTIZES_FOR", deputy, post.id, control="person",
            order=next(place for place in range(1, 100) if place not in orders), **period,
        )  # fmt: skip
        builder.places["/creates/0/fields/valid_to"] = "until"
        return builder.draft()

    drafts.problems(client, what, node=post.id)
    with st.form(f"{what}-form", enter_to_submit=False):
        until = fields.day(_("Until (may be empty)"), None, key=f"{what}-until")
        node_fields.below(_("The last day; empty: until further notice."),
                          drafts.fault(what, "until"))  # fmt: skip
        buttons(context, what, make, node=post.id, save=_("Save"))


def new_person(form: str, key: str) -> dict[str, Any]:
    """Draw the controls of a new person, with mobile number and mail address."""
    name, title = NODE_FIELDS["Person"][:2]
    person = controls((name, title), {}, label="Person", form=form, key=key)
    for channel in ("MOBILE", "EMAIL"):
        person[channel] = st.text_input(
            session.term("Channel", channel), key=f"{key}-{channel}", max_chars=120,
            autocomplete="off",
        )  # fmt: skip
        node_fields.below(detail_rule(channel), drafts.fault(form, channel))
    person["is_checked"] = checked_control(f"{key}-checked")
    return person


def create_person(builder: DraftBuilder, person: Mapping[str, Any]) -> str:
    """Add a new person and their contact details; return their name in the change set."""
    own = {**fields.without_empty({name: person[name] for name in ("name", "title")}),
           "visibility": person.get("visibility") or "NETWORK"}  # fmt: skip
    local_name = builder.create_node(
        "Person", "@person", own, name=person["name"] or "", controls={name: name for name in own}
    )
    reached = [channel for channel in ("MOBILE", "EMAIL") if person[channel].strip()]
    for order, channel in enumerate(reached, 1):
        builder.create_detail(
            local_name, channel, written_number(channel, person[channel]), order=order,
            visibility=own["visibility"], control=channel, is_checked=person["is_checked"],
        )  # fmt: skip
    return local_name


# ---- closing


def close_node(context: ScreenContext, whole: WholeEntity) -> None:
    """Draw the form that closes a node: its last day, what ends with it, and which paths change."""
    node, client = whole.entity, context.client
    what = f"close-{node.id}"
    last: date = context.on
    reason: Reason = "CORRECTED"

    def make() -> Draft:
        builder = DraftBuilder(form=what, reason=reason)
        card = client.entity(node.id)
        builder.end(
            node.id, card.etag, last + timedelta(days=1), card.value.entity.fields,
            name=node.name or "", control="on",
        )  # fmt: skip
        links = drafts.links_of(client, node.id)
        builder.hanging = tuple(link for link in links if link.type != "REACHED_BY")
        return builder.draft()

    drafts.problems(client, what, node=node.id)
    with st.form(f"{what}-form", enter_to_submit=False):
        last = fields.day(_("Last day"), context.on, key=f"{what}-on") or context.on
        node_fields.below(
            _("Nothing is deleted: until then all stays as it is. What hangs on it ends with it."),
            drafts.fault(what, "on"),
        )
        reason = fields.reason(what)
        buttons(context, what, make, node=node.id, save=_("End it"), is_previewed=False)
    if drafts.is_previewed(what) and node.label in ("Actor", "Network", "Person"):
        _impact(client, node)


def _impact(client: ApiClient, node: Entity) -> None:
    """Draw what closing a node does to the contacts of the municipalities."""
    key = f"register-impact-{node.id}"
    try:
        with st.spinner(_("Working out which paths change …")):
            impact: Impact = st.session_state.get(key) or client.impact(node.id)
    except Problem:
        return  # the preview is drawn without it
    st.session_state[key] = impact
    if not (impact.lost or impact.worse):
        st.markdown(
            _("No contact of a municipality rests on it: all {needs} are reached as before.",
                needs=number(impact.needs))
        )  # fmt: skip
        return
    lost_text = ngettext(
        "{count} contact is no longer reached", "{count} contacts are no longer reached",
        impact.lost,
    )  # fmt: skip
    worse = ngettext("{count} is reached less well", "{count} are reached less well", impact.worse)
    st.markdown(_("Without it: {lost}, {worse}.", lost=lost_text, worse=worse))
    places = sorted({loss.area.name or loss.area.id for loss in impact.losses})
    st.markdown(plain(", ".join(places[:8])))


def end_link(context: ScreenContext, link: LinkCard, *, node: str) -> None:
    """Draw the form that ends a link: its last day, and its faults."""
    client, what = context.client, f"end-{link.id}"
    last: date = context.on

    def make() -> Draft:
        current_link = client.link(link.id)
        builder = DraftBuilder(form=what)
        builder.end(
            link.id, current_link.etag, last + timedelta(days=1), current_link.value.fields,
            name=editing.link_text(link), control="on",
        )  # fmt: skip
        return builder.draft()

    drafts.problems(client, what, node=node)
    with st.form(f"{what}-form", enter_to_submit=False):
        last = fields.day(_("Last day"), context.on, key=f"{what}-on") or context.on
        node_fields.below(
            _("The last verified contact of a network needs a successor first."),
            drafts.fault(what, "on"),
        )
        buttons(context, what, make, node=node, save=_("End the link"))

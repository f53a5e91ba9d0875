"""The form in which a user proposes a change to the steward who may make it."""

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any, Final

import streamlit as st

from api.client import ChangeSet, Ending, NewProposal, Update, VersionedValue
from api.client.problems import Problem
from api.schemas.entities import Entity, LinkCard
from explorer import screen_state, session
from explorer.frame import ScreenContext
from explorer.i18n import _, plain
from explorer.views.curation import editing, fields
from explorer.views.curation.field_errors import EXAMPLES, FieldErrors, example, required_errors
from explorer.views.register.node_fields import COMPETENCES, HOURS, control, fields_of, own_in_place

_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "Actor": ("name", "hours", "competences"),
    "Network": ("name",),
    "Authority": ("name",),
    "Organization": ("name", "website"),
    "Person": ("name", "title"),
}
"""The fields that can be proposed for each label; the first one is required."""
_PROPOSERS: Final = frozenset(("COORDINATOR", "OUTREACH", "STEWARD"))
_MOST_HOLDERS: Final = 20
_COMMENT: Final = 300
_OPEN: Final = "propose-open"
_SENT_NODE: Final = "propose-sent"


def form(context: ScreenContext, node_id: str, *, entity: Entity | None = None) -> None:
    """Draw the button, and the form it opens, for users who may see a node but not change it.

    `entity`: the node, where the screen has read it already.
    """
    if entity is None:
        entity = _read(context, node_id).value
    if not _is_offered(context, entity):
        return
    if st.session_state.get(_SENT_NODE) == node_id:
        st.session_state.pop(_SENT_NODE)
        st.success(_("Sent to the steward. You find the answer under Curation, Proposals."))
    if st.session_state.get(_OPEN) != node_id:
        st.button(
            _("Propose a change"), key=f"propose-{node_id}",
            on_click=partial(st.session_state.__setitem__, _OPEN, node_id),
        )  # fmt: skip
        return
    with st.container(border=True):
        st.subheader(_("Propose a change"), anchor=False)
        _draw(context, _read(context, node_id))


def _read(context: ScreenContext, node_id: str) -> VersionedValue[Entity]:
    def read() -> VersionedValue[Entity]:
        card = context.client.entity(node_id)
        return VersionedValue(card.value.entity, card.etag)

    return screen_state.fetch(context.client, ("proposing", node_id), read)


def _is_offered(context: ScreenContext, entity: Entity) -> bool:
    """Whether a user may propose, and not certainly save it themselves; the API decides."""
    roles = session.roles(context.me)
    is_own = entity.id == context.me.person
    if entity.label not in _FIELDS or entity.name is None or is_own or not context.is_today:
        return False
    if not roles & _PROPOSERS:
        return False
    of_steward = {
        area for grant in context.me.grants if grant.role == "STEWARD" for area in grant.areas
    }
    return of_steward.isdisjoint({"dk", *(area.id for area in entity.areas)})


def _draw(context: ScreenContext, whole: VersionedValue[Entity]) -> None:
    entity, key = whole.value, f"propose-{whole.value.id}"
    client = context.client
    holders: list[VersionedValue[LinkCard]] = []
    if entity.label == "Actor":
        ask = partial(client.links, target=entity.id, type="HOLDS", limit=_MOST_HOLDERS)
        holders = screen_state.fetch(
            client, ("holders", entity.id),
            lambda: [client.link(link.id) for link in next(ask()).found],
        )  # fmt: skip
    kinds = {"fields": _("Something is wrong or missing")}
    if holders:
        kinds["left"] = _("The holder has left")
    if entity.label != "Person":
        kinds["gone"] = _("It no longer exists")
    kind: str = st.radio(
        _("What is to be changed?"), list(kinds), format_func=kinds.__getitem__, key=f"{key}-kind"
    )
    errors = FieldErrors()
    with st.form(f"{key}-{kind}", enter_to_submit=False):
        changes = ChangeSet()
        lacking: Mapping[str, str] = {}
        if kind == "fields":
            values = _typed_values(entity, errors, key=key)
            lacking = required_errors(values, _FIELDS[entity.label][:1])
            changed = {
                name: value
                for name, value in values.items()
                if editing.even(value) != editing.even(_before(entity, name))
            }
            if changed:
                update = Update(id=entity.id, if_match=whole.etag, fields=changed)
                changes = ChangeSet(updates=(update,))
        elif kind == "left":
            changes = _departure(context, holders, key=key)
        else:
            on = _first_day(_("First day it no longer exists"), context, key)
            changes = ChangeSet(ends=(Ending(id=entity.id, if_match=whole.etag, on=on),))
        comment = st.text_input(
            _("Why? (one sentence to the steward)"), max_chars=_COMMENT, key=f"{key}-comment"
        )
        st.caption(
            _("No phone numbers, mail addresses or CPR numbers, and nothing about citizens.")
        )
        errors.below("comment")
        with st.container(horizontal=True):
            is_sent = st.form_submit_button(_("Send to the steward"), type="primary")
            st.form_submit_button(
                _("Close without sending"), on_click=partial(st.session_state.pop, _OPEN, None)
            )
    if not is_sent:
        return
    if lacking:
        errors.tell(lacking)
    elif not (changes.updates or changes.ends):
        st.info(_("Nothing is changed."))
    else:
        _send(context, NewProposal(changes=changes, comment=comment.strip() or None), errors)


def _typed_values(entity: Entity, errors: FieldErrors, *, key: str) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in _FIELDS[entity.label]:
        label, before = editing.field_name(name), _before(entity, name)
        if name == "competences":
            choice = control(
                COMPETENCES, own_in_place(COMPETENCES, entity.fields), label=entity.label,
                key=f"{key}-{name}",
            )  # fmt: skip
            values |= fields_of(COMPETENCES, choice, entity.fields)
        elif name == "hours":
            values[name] = control(HOURS, before, label=entity.label, key=f"{key}-{name}")
        else:
            text = st.text_input(label, before or "", max_chars=120, key=f"{key}-{name}")
            values[name] = text.strip() or None
            if name in EXAMPLES:
                st.caption(example(name))
        errors.below(name)
    return values


def _before(entity: Entity, name: str) -> Any:
    return entity.name if name == "name" else entity.fields.get(name)


def _departure(
    context: ScreenContext, holders: list[VersionedValue[LinkCard]], *, key: str
) -> ChangeSet:
    names = {link.value.id: plain(editing.name(link.value.source)) for link in holders}
    etags = {link.value.id: link.etag for link in holders}
    link_id = next(iter(names))
    if len(names) > 1:
        link_id = st.selectbox(
            _("Who has left?"), list(names), format_func=names.__getitem__, key=f"{key}-who"
        )
    else:
        st.markdown(f"**{names[link_id]}**")
    on = _first_day(_("First day the post is without the holder"), context, key)
    return ChangeSet(
        reason="HANDED_OVER", ends=(Ending(id=link_id, if_match=etags[link_id], on=on),)
    )  # fmt: skip


def _first_day(label: str, context: ScreenContext, key: str) -> date:
    return fields.day(label, context.on, key=f"{key}-on") or context.on


def _send(context: ScreenContext, proposal: NewProposal, errors: FieldErrors) -> None:
    try:
        context.client.make_proposal(proposal)
    except Problem as problem:
        if not errors.draw_problem(problem):
            editing.refuse(problem)
            editing.outcome(context.client)
        return
    st.session_state[_SENT_NODE] = st.session_state.pop(_OPEN, None)
    st.rerun()

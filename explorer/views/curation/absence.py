"""The absence dates of a person, and the deputies of their posts."""

from functools import partial
from typing import Final

import streamlit as st

from api.client import ApiClient, ChangedFields, Versioned
from api.schemas.changes import Written
from api.schemas.entities import Entity
from explorer import address, frame, screen_state, session
from explorer.i18n import _, plain
from explorer.views.curation import editing, fields, saving
from explorer.views.curation.saving import Fields, day_in, field_name

_DAYS: Final = ("absent_from", "absent_to")


def show(context: frame.ScreenContext, person: str) -> None:
    """Draw the absence dates, for users who may change them, and the deputies of each post."""
    st.subheader(_("Away, and who stands in"), anchor=False)
    if person == context.me.person or "STEWARD" in session.roles(context.me):
        _dates(context.client, person)
    held_by = partial(context.client.links, source=person, type="HOLDS")
    for held in screen_state.fetch(context.client, ("held", person), lambda: next(held_by())).found:
        _deputies(context, held.target.id, saving.name(held.target))


def _dates(client: ApiClient, person: str) -> None:
    held = editing.opened(f"away-{person}", partial(_read, client, person))
    before, ways = held.thing.fields, _ways(client, person)
    editing.side_by_side(held, _DAYS, ways)
    with st.form(held.key, enter_to_submit=False):
        typed = {name: _typed(name, before.get(name), f"{held.key}-{name}") for name in _DAYS}
        is_saved = st.form_submit_button(_("Save the absence"))
    changed = {name: one for name, one in typed.items() if one != before.get(name)}
    if is_saved and changed:
        editing.save(held, changed, ways)
        st.rerun()
    elif is_saved:
        st.info(_("Nothing is changed."))


def _read(client: ApiClient, person: str) -> Versioned[Entity]:
    context = client.entity(person)
    return Versioned(context.thing.entity, context.etag)


def _ways(client: ApiClient, person: str) -> editing.EditActions:
    def change(changed: Fields, etag: str | None) -> Written:
        return client.change_entity(person, ChangedFields(fields=dict(changed)), etag)

    changes = partial(client.entity_changes, person)
    return editing.EditActions(change=change, changes=changes, close=editing.leave)


def _typed(field: str, value: object, key: str) -> str | None:
    picked = fields.day(field_name(field), day_in(value), key=key)
    return None if picked is None else picked.isoformat()


def _deputies(context: frame.ScreenContext, post: str, name: str) -> None:
    to_post = partial(context.client.links, target=post, type="DEPUTIZES_FOR")
    found = screen_state.fetch(context.client, ("deputies", post), lambda: next(to_post())).found
    in_order = sorted(found, key=lambda one: (one.fields.get("order", 99), one.id))
    st.markdown(f"**{plain(name)}**")
    if not in_order:
        st.markdown(_("Nobody whom you may see stands in."))
    for one in in_order:
        who = plain(saving.name(one.source))
        st.button(
            f"{one.fields.get('order', '–')}. {who} …", key=f"deputy-{one.id}", type="tertiary",
            on_click=partial(address.change, tab="due", id=one.id),
        )  # fmt: skip
    st.button(
        _("Name a deputy"), key=f"deputy-new-{post}",
        on_click=partial(
            address.change, tab="new", type="DEPUTIZES_FOR", target=post, source=None
        ),
    )  # fmt: skip

"""When is somebody away, and who stands in at their posts meanwhile?"""

from datetime import date
from functools import partial

import streamlit as st

from api.client import ApiClient, ChangedFields, Seen
from api.schemas.entities import WholeEntity
from explorer import address, frame, on_screen, session
from explorer.curating import fields, saving, wording
from explorer.curating.wording import day_in, field_name
from explorer.words import say


def show(seen: frame.Seen, person: str) -> None:
    """The deputies of each post; the dates for those who may write them."""
    read = on_screen.kept(seen.client, ("person", person), partial(seen.client.entity, person))
    st.subheader(say("Away, and who stands in"), anchor=False)
    if person == seen.me.person or "STEWARD" in session.roles(seen.me):
        _dates(seen.client, read)
    held_by = partial(seen.client.links, source=person, type="HOLDS")
    for held in on_screen.kept(seen.client, ("held", person), lambda: next(held_by())).found:
        _deputies(seen, held.target.id, wording.name(held.target))


def _dates(client: ApiClient, read: Seen[WholeEntity]) -> None:
    entity = read.thing.entity
    key = f"away-{entity.id}-{entity.fields.get('revision', 0)}"
    with st.form(key, enter_to_submit=False):
        away, back = (
            fields.day(field_name(name), day_in(entity.fields.get(name)), key=f"{key}-{name}")
            for name in ("absent_from", "absent_to")
        )
        is_saved = st.form_submit_button(say("Save the absence"))
    if is_saved:
        asked = ChangedFields(fields={"absent_from": _text(away), "absent_to": _text(back)})
        saving.write(lambda: client.change_entity(entity.id, asked, read.etag))
        st.rerun()


def _text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _deputies(seen: frame.Seen, post: str, name: str) -> None:
    to_post = partial(seen.client.links, target=post, type="DEPUTIZES_FOR")
    found = on_screen.kept(seen.client, ("deputies", post), lambda: next(to_post())).found
    in_order = sorted(found, key=lambda one: (one.fields.get("order", 99), one.id))
    st.markdown(f"**{wording.plain(name)}**")
    if not in_order:
        st.markdown(say("Nobody stands in."))
    for one in in_order:
        who = wording.plain(wording.name(one.source))
        st.button(
            f"{one.fields.get('order', '–')}. {who} …", key=f"deputy-{one.id}", type="tertiary",
            on_click=partial(address.change, tab="due", id=one.id),
        )  # fmt: skip
    st.button(
        say("Name a deputy"), key=f"deputy-new-{post}",
        on_click=partial(
            address.change, tab="new", type="DEPUTIZES_FOR", target=post, source=None
        ),
    )  # fmt: skip

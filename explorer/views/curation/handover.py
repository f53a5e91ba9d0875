"""Handover of a departing person's posts to a successor, as one change set."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

import streamlit as st

from api.client import ApiClient, ChangedFields, ChangeSet, Create, Ending, Versioned
from api.client import Versioned as Read
from api.schemas.changes import Written
from api.schemas.entities import Entity, LinkCard, NodeName
from api.schemas.words import Label
from explorer import address, frame, screen_state, session
from explorer.frame import ScreenContext
from explorer.i18n import _, plain
from explorer.labels import labels
from explorer.views.curation import editing, fields
from explorer.views.curation.editing import Fields, day_in, field_name
from explorer.views.curation.fields import pick

_DAYS: Final = ("absent_from", "absent_to")


def show_absence(context: frame.ScreenContext, person: str) -> None:
    """Draw the absence dates, for users who may change them, and the deputies of each post."""
    st.subheader(_("Away, and who stands in"), anchor=False)
    if person == context.me.person or "STEWARD" in session.roles(context.me):
        _dates(context.client, person)
    held_by = partial(context.client.links, source=person, type="HOLDS")
    for held in screen_state.fetch(context.client, ("held", person), lambda: next(held_by())).found:
        to_post = partial(context.client.links, target=held.target.id, type="DEPUTIZES_FOR")
        found = screen_state.fetch(
            context.client, ("deputies", held.target.id), partial(next, to_post())
        ).found
        in_order = sorted(found, key=lambda one: (one.fields.get("order", 99), one.id))
        st.markdown(f"**{plain(editing.name(held.target))}**")
        if not in_order:
            st.markdown(_("Nobody whom you may see stands in."))
        for one in in_order:
            who = plain(editing.name(one.source))
            st.button(
                f"{one.fields.get('order', '–')}. {who} …", key=f"deputy-{one.id}", type="tertiary",
                on_click=partial(address.change, tab="due", id=one.id),
            )  # fmt: skip
        st.button(
            _("Name a deputy"), key=f"deputy-new-{held.target.id}",
            on_click=partial(
                address.change, tab="new", type="DEPUTIZES_FOR", target=held.target.id, source=None
            ),
        )  # fmt: skip


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


_SEATS: Final = ("HOLDS", "DEPUTIZES_FOR")
_PERSON: Final[frozenset[Label]] = frozenset(("Person",))
_KEPT: Final = {"HOLDS": ("is_acting", "share"), "DEPUTIZES_FOR": ("order",)}
_KEY: Final = "handover"
_Seat = Read[LinkCard]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverPlan:
    """The seats that end, the successor (none: they become vacant), and the date."""

    seats: tuple[_Seat, ...]
    to: str | None
    new_name: str
    on: date

    def as_one(self) -> ChangeSet:
        """The change set: the old seats end on the day the new ones begin."""
        taker = "@new" if self.new_name else self.to
        seats = enumerate(self.seats if taker else ())
        taken = [_taken(one.thing, place, taker or "", self.on) for place, one in seats]
        return ChangeSet(
            reason="HANDED_OVER",
            creates=(*self._new(), *taken),
            ends=tuple(
                Ending(id=one.thing.id, if_match=one.etag, on=self.on) for one in self.seats
            ),
        )

    def links(self) -> list[LinkCard]:
        """The old seats as they were read."""
        return [one.thing for one in self.seats]

    def _new(self) -> tuple[Create, ...]:
        fields: dict[str, Any] = {"name": self.new_name, "visibility": "NETWORK"}
        return (Create(label="Person", called="@new", fields=fields),) if self.new_name else ()


def _taken(seat: LinkCard, place: int, taker: str, on: date) -> Create:
    kept = {name: seat.fields[name] for name in _KEPT[seat.type] if name in seat.fields}
    ends = {"source_id": taker, "target_id": seat.target.id, "valid_from": on.isoformat()}
    return Create(type=seat.type, called=_called(place), fields={**kept, **ends})


def _called(place: int) -> str:
    """The name by which the change set refers to a new seat."""
    return f"@seat-{place}"


def show(context: ScreenContext) -> None:
    """Draw the choice of the departing person and the checklist of their seats.

    The person's id is in the address.
    """
    words = labels()
    leaving = pick(context.client, words, _("Who leaves?"), "leaving", _PERSON)
    if leaving is None:
        editing.leave()
        st.info(_("Choose who leaves or is away. Their posts are shown as a checklist."))
        return
    seats = screen_state.fetch(
        context.client,
        ("seats", leaving),
        lambda: tuple(
            context.client.link(link.id)
            for link_type in _SEATS
            for link in next(context.client.links(source=leaving, type=link_type)).found
        ),
    )
    st.header(_("Handover"), anchor=False)
    if not seats:
        st.info(_("No post that you may see is held by this person."))
    else:
        client = context.client
        ticked = tuple(
            one for one in seats
            if st.checkbox(editing.label(one.thing), value=True, key=f"hand-{one.thing.id}")
        )  # fmt: skip
        to = pick(client, labels(), _("Who takes over?"), "taking", _PERSON)
        new_name = _new_name(context) if to is None else ""
        on = fields.day(_("First day of whoever takes over"), context.on, key=f"{_KEY}-on")
        plan = HandoverPlan(seats=ticked, to=to, new_name=new_name, on=on or context.on)
        if to is None and not new_name:
            st.warning(_("Without somebody who takes over, the posts are vacant from that day."))
        with st.container(horizontal=True):
            st.button(
                _("Hand over"), type="primary", key=f"{_KEY}-save", disabled=not ticked,
                on_click=_save, args=(client, plan),
            )  # fmt: skip
            taker = plan.new_name or (session.name_of(plan.to) if plan.to else None) or ""
            ending = {one.thing.id: editing.told(one.thing) for one in plan.seats}
            beginning = {
                _called(place): editing.told(
                    one.thing.model_copy(update={"source": NodeName(id="", name=taker)})
                )
                for place, one in enumerate(plan.seats)
            }
            st.button(
                _("Show what would change"), key=f"{_KEY}-ask", disabled=not ticked,
                on_click=_ask, args=(client, plan, {**ending, **beginning, "@new": taker}),
            )  # fmt: skip
        editing.show_dry_run(_KEY)
    show_absence(context, leaving)


def _new_name(context: ScreenContext) -> str:
    """The name of a successor who is not in the register yet; for users who may create people."""
    if "STEWARD" not in session.roles(context.me):
        return ""
    text: str = st.text_input(_("Or the name of somebody new"), max_chars=120, key=f"{_KEY}-new")
    return text.strip()


def _ask(client: ApiClient, plan: HandoverPlan, names: Mapping[str, str]) -> None:
    do = partial(client.dry_run.apply_change_set, plan.as_one())
    editing.dry_run(_KEY, do, names, partial(editing.refuse, saw=plan.links()))


def _save(client: ApiClient, plan: HandoverPlan) -> None:
    do = partial(client.apply_change_set, plan.as_one())
    if editing.write(do, partial(editing.refuse, saw=plan.links())) is not None:
        address.change(taking=None)

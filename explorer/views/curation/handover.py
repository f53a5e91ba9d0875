"""Handover of a departing person's posts to a successor, as one change set."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

import streamlit as st

from api.client import (
    ApiClient,
    ChangedFields,
    ChangeSet,
    Create,
    Ending,
    Problem,
    VersionedValue,
)
from api.schemas.changes import WriteResult
from api.schemas.entities import Entity, LinkCard, NodeName
from api.schemas.words import Label
from explorer import address, frame, problem_states, screen_state, session
from explorer.address import REGISTER
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
        absence_form(context.client, person)
    links, fetch = context.client.links, partial(screen_state.fetch, context.client)
    holds = links(source=person, type="HOLDS")
    for post in [link.target for link in fetch(("held", person), partial(next, holds)).found]:
        deputies = links(target=post.id, type="DEPUTIZES_FOR")
        deputy_links = fetch(("deputies", post.id), partial(next, deputies)).found
        in_order = sorted(deputy_links, key=lambda link: (link.fields.get("order", 99), link.id))
        st.markdown(f"**{plain(editing.name(post))}**")
        if not in_order:
            st.markdown(_("Nobody whom you may see stands in."))
        for link in in_order:
            order, who = link.fields.get("order", "–"), plain(editing.name(link.source))
            st.button(
                f"{order}. {who} …", key=f"deputy-{link.id}", type="tertiary",
                on_click=partial(address.change, tab="due", id=link.id),
            )  # fmt: skip
        problem_states.anchor(
            _("Name a deputy"), address.link(REGISTER, id=post.id, form="DEPUTIZES_FOR")
        )


def absence_form(client: ApiClient, person: str) -> None:
    """Draw the form of the dates on which a person is away."""

    def read() -> VersionedValue[Entity]:
        card = client.entity(person)
        return VersionedValue(card.value.entity, card.etag)

    def change(changes: Fields, etag: str | None) -> WriteResult:
        return client.change_entity(person, ChangedFields(fields=dict(changes)), etag)

    actions = editing.EditActions(
        change=change, changes=partial(client.entity_changes, person), close=editing.leave
    )
    edit = editing.open_edit(f"away-{person}", read)
    before = edit.value.fields
    editing.side_by_side(edit, _DAYS, actions)
    changes: dict[str, str | None] = {}
    with st.form(edit.key, enter_to_submit=False):
        for name in _DAYS:
            on = fields.day(field_name(name), day_in(before.get(name)), key=f"{edit.key}-{name}")
            value = None if on is None else on.isoformat()
            if value != before.get(name):
                changes[name] = value
        is_saved = st.form_submit_button(_("Save the absence"))
    if is_saved and changes:
        editing.save(edit, changes, actions)
        st.rerun()
    elif is_saved:
        st.info(_("Nothing is changed."))


_SEATS: Final = ("HOLDS", "DEPUTIZES_FOR")
_PERSON: Final[frozenset[Label]] = frozenset(("Person",))
_COPIED_FIELDS: Final = {"HOLDS": ("is_acting", "share"), "DEPUTIZES_FOR": ("order",)}
_KEY: Final = "handover"
_Seat = VersionedValue[LinkCard]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverPlan:
    """The seats that end, the successor (none: they become vacant), and the date."""

    seats: tuple[_Seat, ...]
    to: str | None
    new_name: str
    on: date

    def as_one(self) -> ChangeSet:
        """The change set: the old seats end on the day the new ones begin."""
        creates: list[Create] = []
        if self.new_name:
            person: dict[str, Any] = {"name": self.new_name, "visibility": "NETWORK"}
            creates.append(Create(label="Person", called="@new", fields=person))
        taker = "@new" if self.new_name else self.to
        for place, seat in enumerate(link.value for link in self.seats if taker):
            same = {
                name: seat.fields[name] for name in _COPIED_FIELDS[seat.type] if name in seat.fields
            }
            ends = {"source_id": taker, "target_id": seat.target.id}
            start = {"valid_from": self.on.isoformat()}
            creates.append(
                Create(type=seat.type, called=_seat_name(place), fields={**same, **ends, **start})
            )
        return ChangeSet(
            reason="HANDED_OVER",
            creates=tuple(creates),
            ends=tuple(
                Ending(id=seat.value.id, if_match=seat.etag, on=self.on) for seat in self.seats
            ),
        )

    def links(self) -> list[LinkCard]:
        """The old seats as they were read."""
        return [seat.value for seat in self.seats]


def _seat_name(place: int) -> str:
    """The name by which the change set refers to a new seat."""
    return f"@seat-{place}"


def show(context: ScreenContext) -> None:
    """Draw the choice of the departing person and the checklist of their seats.

    The person's id is in the address.
    """
    client = context.client
    leaving = pick(client, labels(), _("Who leaves?"), "leaving", _PERSON)
    if leaving is None:
        editing.leave()
        st.info(_("Choose who leaves or is away. Their posts are shown as a checklist."))
        return
    seats = screen_state.fetch(
        client,
        ("seats", leaving),
        lambda: [
            client.link(link.id)
            for link_type in _SEATS
            for link in next(client.links(source=leaving, type=link_type)).found
        ],
    )
    st.header(_("Handover"), anchor=False)
    if seats:
        _checklist(context, leaving, seats)
    else:
        st.info(_("No post that you may see is held by this person."))
    show_absence(context, leaving)


def _checklist(context: ScreenContext, leaving: str, seats: Sequence[_Seat]) -> None:
    client, form = context.client, f"{_KEY}-{leaving}"
    ticks = {f"hand-{seat.value.id}": seat for seat in seats}
    for key, seat in ticks.items():
        st.checkbox(editing.label(seat.value), value=True, key=key)
    taking = pick(client, labels(), _("Who takes over?"), "taking", _PERSON)
    if taking is None and "STEWARD" in session.roles(context.me):  # stewards may create people
        st.text_input(_("Or the name of somebody new"), max_chars=120, key=f"{form}-new")
    fields.day(_("First day of whoever takes over"), context.on, key=f"{form}-on")

    def current_plan() -> HandoverPlan:
        """The plan as the controls hold it: a callback may be called before it was drawn."""
        to, new_name = address.text("taking"), st.session_state.get(f"{form}-new") or ""
        return HandoverPlan(
            seats=tuple(seat for key, seat in ticks.items() if st.session_state[key]),
            to=to,
            new_name="" if to else new_name.strip(),
            on=st.session_state[f"{form}-on"] or context.on,
        )

    def save() -> None:
        plan = current_plan()
        do = partial(client.apply_change_set, plan.as_one())
        if plan.seats and editing.write(do, _refusal_handler(plan)) is not None:
            address.change(taking=None)

    def ask() -> None:
        plan = current_plan()
        do = partial(client.dry_run.apply_change_set, plan.as_one())
        if not plan.seats:
            return
        # The elements in words, by their ids or their names in the change set.
        new_name = plan.new_name or (session.name_of(plan.to) if plan.to else None) or ""
        names = {link.id: editing.link_text(link) for link in plan.links()}
        taker = NodeName(id="", name=new_name)
        for place, link in enumerate(plan.links()):
            names[_seat_name(place)] = editing.link_text(link.model_copy(update={"source": taker}))
        names["@new"] = new_name
        editing.dry_run(_preview_of(plan), do, names, _refusal_handler(plan))

    plan = current_plan()
    if plan.to is None and not plan.new_name:
        st.warning(_("Without somebody who takes over, the posts are vacant from that day."))
    is_empty = not plan.seats
    with st.container(horizontal=True):
        st.button(
            _("Hand over"), type="primary", key=f"{_KEY}-save", disabled=is_empty, on_click=save
        )
        st.button(_("Show what would change"), key=f"{_KEY}-ask", disabled=is_empty, on_click=ask)
    editing.show_dry_run(_preview_of(plan))


def _preview_of(plan: HandoverPlan) -> str:
    """The name of the preview of a plan: another plan has another."""
    return f"{_KEY}: {plan.as_one().model_dump_json()}"


def _refusal_handler(plan: HandoverPlan) -> Callable[[Problem], None]:
    return partial(editing.refuse, saw=plan.links())

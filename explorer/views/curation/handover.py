"""Handover of a departing person's posts to a successor, as one change set."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final

import streamlit as st

from api.client import ApiClient, ChangeSet, Create, Ending
from api.client import Versioned as Read
from api.schemas.entities import LinkCard, NodeName
from api.schemas.words import Label
from explorer import address, screen_state, session
from explorer.frame import ScreenContext
from explorer.i18n import _
from explorer.labels import labels
from explorer.views.curation import absence, editing, fields, saving
from explorer.views.curation.fields import pick

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
        context.client, ("seats", leaving), lambda: _seats(context.client, leaving)
    )
    st.header(_("Handover"), anchor=False)
    if not seats:
        st.info(_("No post that you may see is held by this person."))
    else:
        _checklist(context, seats)
    absence.show(context, leaving)


def _seats(client: ApiClient, person: str) -> tuple[_Seat, ...]:
    """The seats of a person, each with its version, on which its end is based."""
    return tuple(
        client.link(link.id)
        for link_type in _SEATS
        for link in next(client.links(source=person, type=link_type)).found
    )


def _checklist(context: ScreenContext, seats: Sequence[_Seat]) -> None:
    client = context.client
    ticked = tuple(
        one for one in seats
        if st.checkbox(saving.label(one.thing), value=True, key=f"hand-{one.thing.id}")
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
        st.button(
            _("Show what would change"), key=f"{_KEY}-ask", disabled=not ticked,
            on_click=_ask, args=(client, plan, _names(plan)),
        )  # fmt: skip
    saving.show_dry_run(_KEY)


def _new_name(context: ScreenContext) -> str:
    """The name of a successor who is not in the register yet; for users who may create people."""
    if "STEWARD" not in session.roles(context.me):
        return ""
    text: str = st.text_input(_("Or the name of somebody new"), max_chars=120, key=f"{_KEY}-new")
    return text.strip()


def _ask(client: ApiClient, plan: HandoverPlan, names: Mapping[str, str]) -> None:
    do = partial(client.dry_run.apply_change_set, plan.as_one())
    saving.dry_run(_KEY, do, names, partial(saving.refuse, saw=plan.links()))


def _names(plan: HandoverPlan) -> dict[str, str]:
    """Sentences for the seats that end and those that begin, by id."""
    taker = plan.new_name or (session.name_of(plan.to) if plan.to else None) or ""
    ending = {one.thing.id: saving.told(one.thing) for one in plan.seats}
    beginning = {
        _called(place): saving.told(
            one.thing.model_copy(update={"source": NodeName(id="", name=taker)})
        )
        for place, one in enumerate(plan.seats)
    }
    return {**ending, **beginning, "@new": taker}


def _save(client: ApiClient, plan: HandoverPlan) -> None:
    do = partial(client.apply_change_set, plan.as_one())
    if saving.write(do, partial(saving.refuse, saw=plan.links())) is not None:
        address.change(taking=None)

"""The fields of each link type, and the controls that edit them."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, Final, Literal

import streamlit as st

from api.client import ApiClient, NotFound
from api.schemas.changes import Reason
from api.schemas.words import Label
from explorer import address, session
from explorer.components import component_value
from explorer.components.combobox import ComboboxValue, combobox
from explorer.i18n import _, typed_date
from explorer.labels import Labels
from explorer.views.curation import editing
from explorer.views.curation.editing import day_in, field_name
from explorer.views.find.need import search_nodes

Shape = Literal["word", "words", "share", "order", "flag", "day"]
Ends = tuple[frozenset[Label], frozenset[Label]]


@dataclass(frozen=True, slots=True)
class EditField:
    """A field: its name in the register, its shape, and the enumeration of its words."""

    name: str
    shape: Shape
    words: str = ""


_BOUNDS: Final = (EditField("valid_from", "day"), EditField("valid_to", "day"))
_HOP: Final = (
    EditField("gate", "word", "LegalGate"),
    EditField("levels", "words", "PreventionLevel"),
    EditField("strength", "share"),
)
_ORDER: Final = EditField("order", "order")
FIELDS: Final[Mapping[str, tuple[EditField, ...]]] = {
    "COORDINATES": (EditField("function", "word", "CoordinationFunction"), *_HOP, *_BOUNDS),
    "MEMBER_OF": (
        EditField("attendance", "word", "Attendance"),
        EditField("is_lendable", "flag"),
        *_HOP,
        *_BOUNDS,
    ),
    "SUPPORTS": (EditField("kind", "word", "SupportKind"), *_HOP, *_BOUNDS),
    "REFERS_TO": (EditField("trigger", "word", "Trigger"), *_HOP, *_BOUNDS),
    "ESCALATES_TO": (EditField("trigger", "word", "Trigger"), *_HOP, *_BOUNDS),
    "HOLDS": (EditField("is_acting", "flag"), EditField("share", "share"), *_BOUNDS),
    "DEPUTIZES_FOR": (_ORDER, *_BOUNDS),
    "ENTRY_POINT_FOR": (_ORDER, EditField("is_acute", "flag"), *_BOUNDS),
    "COVERS": _BOUNDS,
    "KNOWS": (
        EditField("since_on", "day"),
        EditField("last_contact_on", "day"),
        EditField("levels", "words", "PreventionLevel"),
        EditField("strength", "share"),
        *_BOUNDS,
    ),
}
"""The link types created and edited here; the others depend on a consent or a contact detail."""
_OTHER: Final = (*_HOP, *_BOUNDS)
_POST: Final[frozenset[Label]] = frozenset(("Actor",))
ENDS: Final[Mapping[str, Ends]] = {
    "COORDINATES": (_POST, frozenset(("Network",))),
    "MEMBER_OF": (frozenset(("Actor", "Organization")), frozenset(("Network",))),
    "SUPPORTS": (_POST, frozenset(("Actor", "Network"))),
    "REFERS_TO": (_POST, _POST),
    "ESCALATES_TO": (_POST, _POST),
    "HOLDS": (frozenset(("Person",)), _POST),
    "DEPUTIZES_FOR": (frozenset(("Person", "Actor")), _POST),
    "ENTRY_POINT_FOR": (_POST, frozenset(("Area",))),
    "COVERS": (
        frozenset(("Authority", "Network", "Actor", "Organization")),
        frozenset(("Area",)),
    ),
    "KNOWS": (frozenset(("Person",)), frozenset(("Person",))),
}
"""The labels that a link type may join; a civilian's membership is created with the consent."""
_START: Final[Mapping[str, Any]] = {
    "share": 1.0, "order": 1, "attendance": "STANDING", "function": "COORDINATOR",
}  # fmt: skip
_REASONS: Final[tuple[Reason, ...]] = ("CORRECTED", "HANDED_OVER", "REORGANIZED")
_A_ROW: Final = 2


def fields_of(link_type: str) -> tuple[EditField, ...]:
    """The fields of a link type; for types not in `FIELDS` those that every hop has."""
    return FIELDS.get(link_type, _OTHER)


def initial_values(link_type: str) -> dict[str, Any]:
    """The initial values of a new link of a type."""
    names = [field.name for field in fields_of(link_type)]
    return {name: _START[name] for name in names if name in _START}


def draw_fields(link_type: str, values: Mapping[str, Any], *, key: str) -> dict[str, Any]:
    """Draw the controls, filled in; return the values as the API takes them."""
    entered_values: dict[str, Any] = {}
    fields = fields_of(link_type)
    for first in range(0, len(fields), _A_ROW):
        row = fields[first : first + _A_ROW]
        for field, place in zip(row, st.columns(_A_ROW), strict=False):
            with place:
                value = values.get(field.name)
                entered_values[field.name] = _control(field, value, f"{key}-{field.name}")
    return entered_values


def changed_values(
    link_type: str, before: Mapping[str, Any], values: Mapping[str, Any]
) -> dict[str, Any]:
    """The values that differ from before."""
    return {
        field.name: values[field.name]
        for field in fields_of(link_type)
        if editing.even(values[field.name]) != editing.even(before.get(field.name))
    }


def without_empty(values: Mapping[str, Any]) -> dict[str, Any]:
    """The typed values without empty ones."""
    return {name: value for name, value in values.items() if value not in (None, [], "")}


def _control(field: EditField, value: Any, key: str) -> Any:
    label = field_name(field.name)
    match field.shape:
        case "word":
            return word(label, field.words, value, key=key)
        case "words":
            terms = session.terms(field.words)
            return st.multiselect(
                label, list(terms), default=value or [], format_func=terms.__getitem__, key=key,
                placeholder=_("Choose one or more"),
            )  # fmt: skip
        case "share":
            return st.number_input(
                label, min_value=0.0, max_value=1.0, step=0.1, value=value, key=key
            )
        case "order":
            return st.number_input(label, min_value=1, max_value=99, value=value or 1, key=key)
        case "flag":
            return st.checkbox(label, value=bool(value), key=key)
        case "day":
            chosen_day = day(label, day_in(value), key=key)
            return None if chosen_day is None else chosen_day.isoformat()


def word(label: str, enumeration: str, value: str | None, *, key: str) -> str | None:
    """Draw a choice of one word, or of none."""
    terms = session.terms(enumeration)
    options = [None, *terms]
    return st.selectbox(
        label, options, index=options.index(value if value in terms else None),
        format_func=lambda code: terms.get(code, "–") if code else "–", key=key,
    )  # fmt: skip


def day(label: str, value: date | None, *, key: str) -> date | None:
    """Draw a date field; it may be empty."""
    return st.date_input(label, value, format=typed_date(), key=key)


def reason(key: str) -> Reason:
    """Draw the choice of reason for a write: a word from a list, since there is no free text."""
    terms: Mapping[str, str] = session.terms("ChangeReason")
    return st.selectbox(
        _("Reason for the change"), _REASONS, format_func=terms.__getitem__, key=f"{key}-why"
    )


def pick(
    client: ApiClient, words: Labels, label: str, place: str, labels: Collection[Label]
) -> str | None:
    """Draw a node field; return the id that the parameter `place` of the address holds."""
    now, value, key = address.text(place), None, f"pick-{place}"
    if now is not None:
        with suppress(NotFound):  # a node that the caller may not see
            value = ComboboxValue(id=now, name=session.name_of(now) or now)
    combobox(
        label, partial(search_nodes, client, words, sorted(labels)), key=key, value=value,
        clear=_("Clear"), placeholder=_("Write at least two letters"),
        on_pick=lambda: address.change(**{place: component_value(key, "value")}),
    )  # fmt: skip
    return now

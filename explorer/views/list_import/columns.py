"""The form for the meaning of the columns and words of a list, with examples."""

from collections.abc import Mapping
from functools import partial
from typing import Any, Final

import streamlit as st

from api.client import AskedMapping, PickedReading
from api.schemas.imports import Import, ImportReading
from explorer import session
from explorer.frame import ScreenContext
from explorer.i18n import _, ngettext, plain
from explorer.views.list_import import outcome

_NONE: Final = ""
_LEFT_OUT: Final = "-"
_ORDERS: Final = ("DMY", "MDY")
_MOST_WORDS: Final = 30
_KINDS: Final = {"POST": "PostKind", "NETWORK": "NetworkKind"}


def show(context: ScreenContext, import_: Import) -> None:
    """Draw the form of columns and words; open while something must be chosen."""
    unknown = sum(reading.meaning is None for reading in import_.readings)
    label = _("What the columns mean")
    if unknown:
        label = ngettext(
            "What the columns mean ({count} unknown word)",
            "What the columns mean ({count} unknown words)",
            unknown,
        )
    with (
        st.expander(label, expanded=bool(import_.faults or unknown)),
        st.form(f"columns-{import_.id}", border=False, enter_to_submit=False),
    ):
        _columns(import_)
        _words(import_)
        st.text_input(
            _("Authority of all rows (if no column says it)"),
            import_.constants.get("AUTHORITY", ""), max_chars=200, key="columns-authority",
        )  # fmt: skip
        st.checkbox(
            _("The list is complete: what it no longer has is ended"), import_.is_complete,
            key="columns-complete",
        )  # fmt: skip
        st.checkbox(
            _("Where we changed the same, follow the list"), import_.takes_source,
            key="columns-takes",
        )  # fmt: skip
        st.form_submit_button(
            _("Read the list again"), type="primary", on_click=partial(_choose, context, import_)
        )


def choices_of(import_: Import, **changed: Any) -> AskedMapping:
    """The current choices for a list, with `changed` in place of some."""
    choices: dict[str, Any] = {
        "fields": {column.header: column.field for column in import_.columns if column.header},
        "dates": {
            column.header: column.dates
            for column in import_.columns
            if column.header and column.dates
        },
        "constants": dict(import_.constants),
        "readings": tuple(
            PickedReading(field=reading.field, typed=reading.typed, meaning=reading.meaning)
            for reading in import_.readings
            if reading.meaning is not None
        ),
        "merges": dict(import_.merges),
        "holders": dict(import_.holders),
        "is_complete": import_.is_complete,
        "takes_source": import_.takes_source,
        **changed,
    }
    return AskedMapping(**choices)


def _columns(import_: Import) -> None:
    labels = {_NONE: _("not imported"), **{field.code: field.label for field in import_.fields}}
    orders = {"DMY": _("Day first"), "MDY": _("Month first")}
    undecided = {fault.header for fault in import_.faults if fault.rule == "DATE_ORDER"}
    new = {fault.header for fault in import_.faults if fault.rule == "NEW_COLUMN"}
    for place, column in enumerate(import_.columns):
        if not column.header:
            continue
        examples = " · ".join(column.examples).replace("\n", " / ")
        label = plain(column.header)
        if column.header in new:
            label = _("{column} (new since the last list)", column=label)
        st.selectbox(
            label, list(labels), format_func=labels.__getitem__,
            index=list(labels).index(column.field or _NONE), key=_column_key(import_, place),
        )  # fmt: skip
        if examples:
            st.caption(plain(_("For example: {examples}", examples=examples)))
        if column.dates is not None or column.header in undecided:
            st.radio(
                _("Dates in {column}", column=plain(column.header)), _ORDERS,
                index=None if column.dates is None else _ORDERS.index(column.dates),
                format_func=orders.__getitem__, horizontal=True, key=_dates_key(import_, place),
            )  # fmt: skip


def _words(import_: Import) -> None:
    for place, reading in enumerate(import_.readings[:_MOST_WORDS]):
        options = _options(reading)
        if options:
            values = list(options)
            st.selectbox(
                word_question(reading), values,
                format_func=options.__getitem__,
                index=values.index(_value_of(reading)) if _value_of(reading) in options else 0,
                key=_word_key(import_, place),
            )  # fmt: skip


def word_question(reading: ImportReading) -> str:
    """Return the question about the meaning of a word, with the number of its rows."""
    question = _("What is meant by {word}?", word=f"*{plain(reading.typed)}*")
    if reading.count is None:
        return question
    rows = ngettext("{count} row", "{count} rows", reading.count)
    return f"{question} ({rows})"


def _value_of(reading: ImportReading) -> str:
    """The option of a word's present meaning."""
    return _LEFT_OUT if reading.meaning == "" else reading.meaning or _NONE


def _options(reading: ImportReading) -> Mapping[str, str]:
    """The possible meanings of a word, the most likely first; the empty value is unknown."""
    options = {_NONE: _("not chosen")}
    if reading.field == "POST":
        options[_LEFT_OUT] = _("leave it out")
    if reading.meaning:
        options[reading.meaning] = reading.label or reading.meaning
    options |= {choice.code: choice.label for choice in reading.choices}
    if reading.field in _KINDS:
        options |= {
            value: label
            for value, label in session.kinds(_KINDS[reading.field]).items()
            if value not in options
        }
    return options


def _choose(context: ScreenContext, import_: Import) -> None:
    state = st.session_state
    fields: dict[str, str | None] = {}
    dates: dict[str, str] = {}
    for place, column in enumerate(import_.columns):
        if column.header:
            fields[column.header] = state[_column_key(import_, place)] or None
            order = state.get(_dates_key(import_, place))
            if order:
                dates[column.header] = order
    readings = [
        PickedReading(
            field=reading.field, typed=reading.typed, meaning="" if value == _LEFT_OUT else value
        )
        for place, reading in enumerate(import_.readings)
        for value in (state.get(_word_key(import_, place), _value_of(reading)),)
        if value
    ]
    authority = str(state["columns-authority"]).strip()
    choices = choices_of(
        import_, fields=fields, dates=dates, readings=tuple(readings),
        constants={
            **{name: text for name, text in import_.constants.items() if name != "AUTHORITY"},
            **({"AUTHORITY": authority} if authority else {}),
        },
        is_complete=bool(state["columns-complete"]), takes_source=bool(state["columns-takes"]),
    )  # fmt: skip
    outcome.write(lambda: context.client.choose_mapping(import_.id, choices), "")


def _column_key(import_: Import, place: int) -> str:
    return f"column-{import_.id}-{place}"


def _dates_key(import_: Import, place: int) -> str:
    return f"dates-{import_.id}-{place}"


def _word_key(import_: Import, place: int) -> str:
    return f"word-{import_.id}-{place}"

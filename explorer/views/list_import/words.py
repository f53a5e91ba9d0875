"""The form for the meaning of words in another system's file: types of units and of posts."""

from collections.abc import Mapping
from functools import partial
from typing import Final

import streamlit as st

from api.client import PickedReading
from api.schemas.imports import Import, ImportReading
from explorer import session
from explorer.frame import ScreenContext
from explorer.i18n import _, ngettext, plain
from explorer.views.list_import import columns, outcome

_UNKNOWN: Final = ""
_LEFT_OUT: Final = "-"
_OTHERS: Final = "*"
_MOST_WORDS: Final = 60


def show(context: ScreenContext, import_: Import) -> None:
    """Draw the form of words and of import options; open while a word is unknown."""
    unknown = sum(reading.meaning is None for reading in import_.readings)
    label = _("How the file is read")
    if unknown:
        label = ngettext(
            "What the words mean ({count} unknown word)",
            "What the words mean ({count} unknown words)",
            unknown,
        )
    with (
        st.expander(label, expanded=bool(import_.faults or unknown)),
        st.form(f"words-{import_.id}", border=False, enter_to_submit=False),
    ):
        listed = _shown_words(import_)
        for place, reading in enumerate(listed):
            if reading.field == "UNIT":
                _unit(import_, place, reading)
            else:
                options = _options(reading, session.kinds("PostKind"))
                _select(
                    _question_text(reading),
                    options,
                    _kind_of(reading),
                    _key(import_, f"kind-{place}"),
                )
        if import_.format != "NATIVE":
            leaves_others = any(
                reading.typed == _OTHERS and reading.meaning == "" for reading in import_.readings
            )
            st.checkbox(
                _("Leave out all words that are not chosen"), leaves_others,
                key=_key(import_, "others"),
            )  # fmt: skip
            st.checkbox(
                _("The list is complete: what it no longer has is ended"), import_.is_complete,
                key=_key(import_, "complete"),
            )  # fmt: skip
        st.checkbox(
            _("Where we changed the same, follow the list"), import_.takes_source,
            key=_key(import_, "takes"),
        )  # fmt: skip
        st.form_submit_button(
            _("Read the list again"), type="primary", on_click=partial(_choose, context, import_)
        )


def _shown_words(import_: Import) -> list[ImportReading]:
    """The words that are drawn."""
    return _words(import_)[:_MOST_WORDS]


def _words(import_: Import) -> list[ImportReading]:
    return [reading for reading in import_.readings if reading.typed != _OTHERS]


def _unit(import_: Import, place: int, reading: ImportReading) -> None:
    """Draw the choices for a unit type: kind; tier and sector, by default as the unit above."""
    kinds = {**session.kinds("AuthorityKind"), **session.kinds("OrganizationKind")}
    kind_code, tier, sector = [*(reading.meaning or "").split("/"), "", ""][:3]
    above = {_UNKNOWN: _("as the unit above")}
    first, second, third = st.columns((2, 1, 1))
    with first:
        kind = kind_code or _kind_of(reading)
        _select(
            _question_text(reading), _options(reading, kinds), kind, _key(import_, f"kind-{place}")
        )
    with second:
        tiers = {**above, **session.terms("Tier")}
        _select(_("Tier"), tiers, tier, _key(import_, f"tier-{place}"))
    with third:
        sectors = {**above, **session.kinds("Sector")}
        _select(_("Sector"), sectors, sector, _key(import_, f"sector-{place}"))


def _question_text(reading: ImportReading) -> str:
    if reading.field != "UNIT":
        return columns.word_question(reading)
    word = plain(reading.typed) or _("(no type)")
    return _("What is a unit of the type {word}?", word=f"*{word}*")


def _options(reading: ImportReading, kinds: Mapping[str, str]) -> dict[str, str]:
    """The possible meanings of a word, the most likely first."""
    likely = {choice.code: choice.label for choice in reading.choices}
    first = {_UNKNOWN: _("not chosen"), _LEFT_OUT: _("leave it out")}
    return {**first, **likely, **{key: kinds[key] for key in kinds if key not in likely}}


def _kind_of(reading: ImportReading) -> str:
    if reading.meaning is None:
        return _UNKNOWN
    return reading.meaning or _LEFT_OUT


def _select(label: str, options: Mapping[str, str], value: str, key: str) -> None:
    values = list(options)
    st.selectbox(
        label, values, format_func=options.__getitem__,
        index=values.index(value) if value in options else 0, key=key,
    )  # fmt: skip


def _choose(context: ScreenContext, import_: Import) -> None:
    state = st.session_state
    readings: list[PickedReading] = []
    for place, reading in enumerate(_shown_words(import_)):
        kind: str = state[_key(import_, f"kind-{place}")]
        if kind == _UNKNOWN:
            continue
        meaning = "" if kind == _LEFT_OUT else kind
        tier, sector = (state.get(_key(import_, f"{part}-{place}")) for part in ("tier", "sector"))
        if meaning and (tier or sector):
            meaning = f"{kind}/{tier or ''}/{sector or ''}"
        readings.append(PickedReading(field=reading.field, typed=reading.typed, meaning=meaning))
    readings += [  # choices for words that are not drawn are kept
        PickedReading(field=reading.field, typed=reading.typed, meaning=reading.meaning)
        for reading in _words(import_)[_MOST_WORDS:]
        if reading.meaning is not None
    ]
    if state.get(_key(import_, "others")):
        readings += [
            PickedReading(field=field, typed=_OTHERS, meaning="") for field in ("UNIT", "POST")
        ]
    choices = columns.choices_of(
        import_, readings=tuple(readings), is_complete=bool(state.get(_key(import_, "complete"))),
        takes_source=bool(state[_key(import_, "takes")]),
    )  # fmt: skip
    outcome.write(lambda: context.client.choose_mapping(import_.id, choices), "")


def _key(import_: Import, name: str) -> str:
    return f"words-{import_.id}-{name}"

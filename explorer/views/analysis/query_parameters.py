"""The query being written: its text, and a control for each of its parameters.

It is stored in the session only; the address names the saved query, never the text.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Final, cast, get_args

import streamlit as st
from pydantic import JsonValue

from api.client import Parameter
from api.schemas.analysis import ParameterType, QueryExample, Question
from api.schemas.exports import NamesPurpose
from api.schemas.words import Label, MapMeasure
from explorer import address, problem_states, session
from explorer.address import ANALYSIS
from explorer.components import component_value
from explorer.components.combobox import ComboboxOptions, combobox, options
from explorer.frame import ScreenContext
from explorer.i18n import _, plain, typed_date
from explorer.labels import labels
from explorer.views.find.need import value_of

_PLACE: Final = "workbench-draft"
_QUOTED: Final = re.compile(
    r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`|//[^\n]*|/\*.*?\*/""", re.DOTALL
)
_NAME: Final = re.compile(r"\$([a-z][a-z0-9_]{0,39})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryDraft:
    """A query text and its declared parameters; `original` is the saved query it is based on.

    `etag` is the version of `original`.
    """

    text: str = ""
    declared: tuple[Parameter, ...] = ()
    original: Question | None = None
    etag: str | None = None

    def parameters(self) -> tuple[Parameter, ...]:
        """A parameter for each `$name` in the text, as declared; TEXT if undeclared."""
        declarations = {parameter.name: parameter for parameter in self.declared}
        return tuple(
            declarations.get(name) or Parameter(name=name, type="TEXT", label=name)
            for name in names_in(self.text)
        )

    def declare(self, parameter: Parameter) -> "QueryDraft":
        """Return the draft with one parameter redeclared."""
        others = tuple(other for other in self.declared if other.name != parameter.name)
        return replace(self, declared=(*others, parameter))


def names_in(text: str) -> tuple[str, ...]:
    """The names after a `$`, each once, in order; not those in string literals and comments."""
    return tuple(dict.fromkeys(_NAME.findall(_QUOTED.sub(" ", text))))


def now() -> QueryDraft:
    """The current draft."""
    draft: QueryDraft | None = st.session_state.get(_PLACE)
    return draft or QueryDraft()


def keep(draft: QueryDraft) -> None:
    """Replace the current draft."""
    st.session_state[_PLACE] = draft


_VALUES: Final = "given-"
_TYPES: Final[tuple[ParameterType, ...]] = get_args(ParameterType)
VOCABULARIES: Final = (
    "AreaKind", "NetworkKind", "PostKind", "Sector", "Tier", "PreventionLevel", "LegalGate",
    "AuthorityKind", "OrganizationKind", "PlanKind", "Language",
)  # fmt: skip


def purpose_field(key: str) -> None:
    """Draw the choice of purpose of a query, which is stored in the session under `key`."""
    purposes: tuple[NamesPurpose, ...] = get_args(NamesPurpose)
    words = session.terms("Purpose")
    st.selectbox(
        _("What it is for"), purposes, index=purposes.index("KNOWLEDGE"), key=key,
        format_func=lambda purpose: words.get(purpose) or str(purpose), filter_mode=None,
    )  # fmt: skip


def fill_in(context: ScreenContext, draft: QueryDraft) -> dict[str, JsonValue] | None:
    """Draw the parameters; return their values by name, None if one is missing."""
    parameters = draft.parameters()
    if not parameters:
        return {}
    columns = st.columns(min(3, len(parameters)))
    values = dict[str, JsonValue]()
    for place, parameter in enumerate(parameters):
        with columns[place % len(columns)]:
            values[parameter.name] = _pick(context, parameter)
    return None if any(value is None for value in values.values()) else values


def forget() -> None:
    """Discard the parameter values of the last query."""
    for key in [key for key in st.session_state if str(key).startswith(_VALUES)]:
        del st.session_state[key]


def declare(draft: QueryDraft) -> None:
    """Draw the type and label of each parameter."""
    if not draft.parameters():
        return
    types = {
        "TEXT": _("Text"),
        "WHOLE": _("Whole number"),
        "NUMBER": _("Number"),
        "YES_NO": _("Yes or no"),
        "DATE": _("Date"),
        "WORD": _("Word of a list"),
        "AREA": _("Place"),
        "NODE": _("Anything with a name"),
    }
    with st.expander(_("What is filled in")):
        for parameter in draft.parameters():
            name, kind, words = st.columns(3)
            label_key, type_key, word_key = (
                f"declare-{what}-{parameter.name}" for what in ("l", "t", "w")
            )
            redo = partial(_redeclare, parameter, label_key, type_key, word_key)
            name.text_input(
                _("What ${name} is called", name=parameter.name), value=parameter.label,
                key=label_key, max_chars=80, on_change=redo,
            )  # fmt: skip
            kind.selectbox(
                _("Type of ${name}", name=parameter.name), _TYPES, key=type_key,
                index=_TYPES.index(parameter.type), format_func=types.__getitem__, on_change=redo,
            )  # fmt: skip
            if parameter.type == "WORD":
                vocabularies = _vocabularies(parameter)
                words.selectbox(
                    _("Vocabulary of ${name}", name=parameter.name), vocabularies, key=word_key,
                    index=vocabularies.index(parameter.vocabulary or vocabularies[0]),
                    on_change=redo,
                )  # fmt: skip


def _pick(context: ScreenContext, parameter: Parameter) -> JsonValue:
    key, label = f"{_VALUES}{parameter.name}-{parameter.type}", plain(parameter.label)
    match parameter.type:
        case "AREA" | "NODE":
            return _node(context, parameter, key)
        case "WORD":
            terms = session.terms(parameter.vocabulary or "")
            default = parameter.default if parameter.default in terms else None
            return st.selectbox(
                label, list(terms), key=key, format_func=lambda word: terms[word],
                index=list(terms).index(str(default)) if default else None,
                placeholder=_("Choose one"),
            )  # fmt: skip
        case "YES_NO":
            return st.checkbox(label, value=bool(parameter.default), key=key)
        case "DATE":
            usual = date.fromisoformat(str(parameter.default)) if parameter.default else context.on
            day = st.date_input(label, value=usual, format=typed_date(), key=key)
            return day.isoformat()
        case "WHOLE":
            return st.number_input(
                label,
                value=parameter.default if isinstance(parameter.default, int) else 0,
                step=1,
                key=key,
            )
        case "NUMBER":
            return st.number_input(
                label,
                value=float(parameter.default)
                if isinstance(parameter.default, int | float)
                else 0.0,
                key=key,
            )
        case _:
            return st.text_input(label, value=str(parameter.default or ""), key=key) or None


def _node(context: ScreenContext, parameter: Parameter, key: str) -> str | None:
    """Draw the choice of a node by name; return its id."""
    place, words = f"{key}-picked", labels()
    node_id: str | None = st.session_state.get(place) or cast("str | None", parameter.default)
    sought: tuple[Label, ...] = ("Area",) if parameter.type == "AREA" else ()

    def search(query: str) -> ComboboxOptions:
        if not query:
            return ComboboxOptions()
        return ComboboxOptions(options=options(context.client.names(query, label=sought), words))

    def pick() -> None:
        st.session_state[place] = component_value(key, "value")

    combobox(
        parameter.label, search, key=key, value=value_of(context.client, node_id), on_pick=pick,
        placeholder=_("Write a name"), clear=_("Clear"),
    )  # fmt: skip
    return node_id


def _vocabularies(parameter: Parameter) -> tuple[str, ...]:
    """The vocabularies to choose from; that of an imported query is included."""
    own = parameter.vocabulary
    return VOCABULARIES if own is None or own in VOCABULARIES else (own, *VOCABULARIES)


def _redeclare(parameter: Parameter, label_key: str, type_key: str, word_key: str) -> None:
    """Redeclare a parameter; its default is dropped if type or vocabulary changes."""
    state: Mapping[str, Any] = cast("Mapping[str, Any]", st.session_state)
    type_: ParameterType = state[type_key]
    vocabulary = (state.get(word_key) or _vocabularies(parameter)[0]) if type_ == "WORD" else None
    is_same = (type_, vocabulary) == (parameter.type, parameter.vocabulary)
    redone = Parameter(
        name=parameter.name, type=type_, label=str(state[label_key]).strip() or parameter.name,
        vocabulary=vocabulary, default=parameter.default if is_same else None,
    )  # fmt: skip
    keep(now().declare(redone))


@dataclass(frozen=True, slots=True)
class Origin:
    """The id of an example, and whether it returns the numbers themselves.

    Answers based on path rules need a search, and answers about several dates several Views, which
    no Cypher pattern expresses. The example then queries the data the answer is built from.
    """

    example: str
    is_whole: bool = True


OF_MEASURE: Final[Mapping[MapMeasure, Origin]] = {
    "VERIFIED": Origin("oldest-check", is_whole=False),
    "VACANT": Origin("kinds"),
    "WITHOUT_DEPUTY": Origin("deputies"),
    "DOUBLED": Origin("doubled"),
    "PLANS_DUE": Origin("plans", is_whole=False),
    "HOPS": Origin("shortest", is_whole=False),
    "OLDEST_HOP": Origin("shortest", is_whole=False),
    "COST": Origin("shortest", is_whole=False),
    "CIVILIANS": Origin("civilians"),
}


def offer(
    context: ScreenContext,
    origin: Origin | None,
    parameters: Mapping[str, address.Value] | None = None,
) -> None:
    """Draw the link to the query, for users who may run queries; it uses today's data.

    The area and dates of the screen are passed along; `parameters` has those that the address
    lacks.
    """
    if origin is not None and session.may(context.me, "ANALYZE"):
        about = {"area": address.text("area"), **(parameters or {})}
        problem_states.anchor(
            _("Open the query behind it")
            if origin.is_whole
            else _("Open a query of what the answer is made from"),
            address.link(ANALYSIS, tab="cypher", example=origin.example, **about),
        )


def draft_of(example: QueryExample) -> QueryDraft:
    """The draft of an example, restricted to the area or the dates in the address."""
    area, begins, until = address.text("area"), address.day("from"), address.day("to")
    if example.of_area and area:
        return QueryDraft(text=example.of_area, declared=(
            Parameter(name="area", type="AREA", label=_("Area"), default=area),
        ))  # fmt: skip
    if example.of_time and begins and until:
        return QueryDraft(text=example.of_time, declared=(
            Parameter(name="since", type="DATE", label=_("After"), default=begins.isoformat()),
            Parameter(name="until", type="DATE", label=_("Until"), default=until.isoformat()),
        ))  # fmt: skip
    return QueryDraft(text=example.query)

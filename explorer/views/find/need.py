"""The need in the address, and the controls that show and change it."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, Final, Literal, cast

import streamlit as st
from pydantic import ValidationError

from api.client import ApiClient, Need, NotFound
from api.schemas.entities import Names
from api.schemas.words import Label, Relaxed
from explorer import address, session
from explorer.components import component_value
from explorer.components.combobox import (
    MAX_OPTIONS,
    ComboboxOption,
    ComboboxOptions,
    ComboboxValue,
    combobox,
    options,
)
from explorer.frame import ScreenContext
from explorer.i18n import _, language, ngettext, normal_form, number, plain
from explorer.labels import Labels
from explorer.languages import language_label, language_names

WHAT: Final = ("target", "trigger", "network", "sector", "competence")
"""What must be reached: one of these at a time."""
TERMS: Final = (
    "level", "language", "channel", "within_km", "gate", "via", "avoid", "stops", "max_hops",
    "direction",
)  # fmt: skip
"""The conditions: each can be removed."""
BEST: Final[Mapping[str, None]] = {"contact": None, "answer": None}
"""Removes the choices within an answer, so that the best contact and path are shown."""
OF_RELAXED: Final[Mapping[Relaxed, str]] = {
    "GATE": "gate", "LEVEL": "level", "DIRECTION": "direction", "VIA": "via", "AVOID": "avoid",
    "MAX_HOPS": "max_hops", "TARGET": "target", "TRIGGER": "trigger", "AREA": "area",
    "NETWORK": "network", "SECTOR": "sector", "COMPETENCE": "competence",
    "LANGUAGE": "language", "CHANNEL": "channel", "WITHIN_KM": "within_km",
}  # fmt: skip
"""The address parameter of each term; terms that are missing here have none."""
AS_IT_STANDS: Final = "enough"
"""Set if a need lacks a usual choice and is to be answered nevertheless."""
MOST_STOPS: Final = 3
MOST_VIA: Final = 2
MissingChoice = Literal["WHAT", "WHERE", "START"]
_MANY: Final = ("network", "avoid", "via", "stops")
_NUMBERS: Final = ("within_km", "max_hops")


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedQuery:
    """The query in the address; `missing`: what must be chosen before there can be an answer."""

    fields: Mapping[str, Any]
    stops: tuple[str, ...]
    missing: MissingChoice | None
    is_move: bool
    is_back: bool

    def now(self) -> "NeedQuery":
        """The query without its minute."""
        fields = {name: value for name, value in self.fields.items() if name != "at"}
        return replace(self, fields=fields)

    def need(self) -> Need:
        """Return the need.

        Raises: NotFound: the address holds an unknown word.
        """
        try:
            return Need.model_validate(self.fields)
        except ValidationError:
            raise NotFound(404, {}) from None


def need_query(on: date, *, is_today: bool, seat: str | None) -> NeedQuery:
    """The query in the address on a date, from the user's post where it names no start."""
    fields: dict[str, Any] = {}
    for name in (*WHAT, *TERMS, "area", "start"):
        if name in _MANY:
            value = address.many(name)
        else:
            value = address.number(name) if name in _NUMBERS else address.text(name)
        if value:
            fields[name] = value
    stops = fields.pop("stops", ())[:MOST_STOPS]
    fields.setdefault("start", seat)
    at = address.moment()
    if at is not None and at.date() >= on:  # a minute that has passed is answered for now
        fields["at"] = at
    elif not is_today:
        fields["on"] = on
    missing: MissingChoice | None = None
    if fields.get("trigger") not in ("MOVE", "ACUTE"):
        if not fields["start"]:
            missing = "START"
        elif not ("target" in fields or address.text(AS_IT_STANDS)):
            is_named = any(name in fields for name in WHAT)
            missing = "WHAT" if not is_named else None if "area" in fields else "WHERE"
    return NeedQuery(
        fields={name: value for name, value in fields.items() if value is not None},
        stops=stops,
        missing=missing,
        is_move=fields.get("trigger") == "MOVE",
        is_back=address.text("back") is not None,
    )


def need_parameters(what: str | None) -> dict[str, address.Value]:
    """The address parameters after a choice of what to reach; the previous choice is removed.

    `what` is an id, or a parameter and a word: `trigger:RELEASE`, also with a place:
    `trigger:RELEASE@mun-0787`.
    """
    choice: dict[str, address.Value] = {**dict.fromkeys((*WHAT, "back", AS_IT_STANDS)), **BEST}
    part, _, rest = (what or "").partition(":")
    if part in WHAT and rest:
        choice[part], _, place = rest.partition("@")
        if place:
            choice["area"] = place
    elif what is not None:
        choice["target"] = what
    return choice


def reverse_parameters(start: str, target: str) -> dict[str, address.Value]:
    """The address parameters of the reverse path, from its end to its start."""
    rest = dict.fromkeys((*WHAT, *TERMS, "area"))
    back = None if address.text("back") else "1"
    return {**rest, **BEST, "start": target, "target": start, "back": back}


def without(name: str, code: str | None = None) -> dict[str, address.Value]:
    """The address parameters without a term, or without one code of several."""
    others = tuple(other for other in address.many(name) if other != code) if code else ()
    return {name: others or None, **BEST}


def without_obstacle(name: str) -> dict[str, address.Value]:
    """The address parameters without a term that prevents an answer."""
    return {**without(name), AS_IT_STANDS: "1"}


def term_at(relaxed: str) -> str | None:
    """The address parameter of a term of a need."""
    return OF_RELAXED.get(cast("Relaxed", relaxed))


_WORDS: Final = {
    "trigger": "Trigger", "network": "NetworkKind", "sector": "Sector",
    "competence": "Competence",
}  # fmt: skip
_MOST_WORDS: Final = 8


def start_field(client: ApiClient, words: Labels, value: ComboboxValue | None) -> None:
    """Draw the choice of the post or authority the path starts from."""
    _field(
        _("My post"), partial(search_nodes, client, words, (), starts_only=True), "start", value,
        lambda node_id: {"start": node_id, **BEST},
    )  # fmt: skip


def what_field(client: ApiClient, words: Labels, value: ComboboxValue | None) -> None:
    """Draw the choice of what to reach: a node, or a word for the subject."""

    def search(text: str) -> ComboboxOptions:
        if not text:
            return ComboboxOptions(options=_kinds_of_need())
        answer = client.names(text, limit=MAX_OPTIONS)
        subjects, nodes = subject_options(answer), options(answer, words)
        is_node = bool(answer.what) and answer.what[0].subjects[0].field is None
        both = (*nodes, *subjects) if is_node else (*subjects, *nodes)
        return _combobox_options(both[:MAX_OPTIONS], answer.remarks)

    _field(_("I need to reach"), search, "what", value, need_parameters)


def where_field(
    client: ApiClient,
    words: Labels,
    value: ComboboxValue | None,
    *,
    name: str = "area",
    label: str = "",
) -> None:
    """Draw the choice of the area to be covered; a text with a subject fills that in too."""

    def search(text: str) -> ComboboxOptions:
        if not text:
            return ComboboxOptions()
        answer = client.names(text, label=("Area",), limit=MAX_OPTIONS)
        subjects = subject_options(answer) if name == "area" and answer.where else ()
        both = (*subjects, *options(answer, words))
        return _combobox_options(both[:MAX_OPTIONS], answer.remarks)

    def parameters(choice: str | None) -> dict[str, address.Value]:
        if choice and "@" in choice:
            return need_parameters(choice)
        return {name: choice, **BEST}

    _field(label or _("Where"), search, name, value, parameters)


def node_field(
    client: ApiClient,
    words: Labels,
    label: str,
    key: str,
    on_pick: Callable[[str | None], None],
    *,
    value: ComboboxValue | None = None,
) -> None:
    """Draw the choice of any node; `on_pick` is called with its id."""
    combobox(
        label, partial(_once, key, partial(search_nodes, client, words, ())), key=key, value=value,
        placeholder=_("Write at least two letters"), clear=_("Clear"),
        on_pick=lambda: on_pick(component_value(key, "value")),
    )  # fmt: skip


def value_of(
    client: ApiClient, node_id: str | None, name: str | None = None
) -> ComboboxValue | None:
    """The field value of a node; its name is fetched where it is not passed."""
    if node_id is None:
        return None
    if name is None:
        with suppress(NotFound):
            name = session.name_of(node_id, client)
        name = name or _("Does not exist, or you have no access.")
    return ComboboxValue(id=node_id, name=name)


def word_value() -> ComboboxValue | None:
    """The field value of the word in the address."""
    for part in _WORDS:
        word = address.text(part)
        if word is not None:
            return ComboboxValue(id=f"{part}:{word}", name=word_label(part, word))
    return None


def word_label(part: str, word: str) -> str:
    """The label of a word that a parameter holds; the word itself where it is unknown."""
    return _terms(part).get(word, word)


def _terms(part: str) -> dict[str, str]:
    """The words that a parameter may hold, with their labels."""
    return session.competences() if part == "competence" else session.kinds(_WORDS[part])


def _kinds_of_need() -> tuple[ComboboxOption, ...]:
    """The kinds of need, which are offered before anything is typed."""
    group = _subject_groups()["trigger"]
    return tuple(
        ComboboxOption(id=f"trigger:{word}", kind=group, name=label, detail="", group=group)
        for word, label in _terms("trigger").items()
    )


def _subject_groups() -> dict[str, str]:
    return {
        "trigger": _("Kind of need"),
        "network": session.term("Label", "Network"),
        "sector": _("Sector"),
        "competence": _("Competence"),
    }


def subject_options(answer: Names) -> tuple[ComboboxOption, ...]:
    """The subjects that a text was read as, each with the place it names, as options.

    Subjects that begin like the last word follow.
    """
    groups = _subject_groups()
    place = answer.where[0] if answer.where else None
    area, name = (place.areas[0].id, place.areas[0].name or "") if place else ("", "")
    detail = place.alias if place and place.alias and place.alias != name else ""
    found: dict[str, ComboboxOption] = {}
    for subject in (*(one for what in answer.what for one in what.subjects), *answer.completions):
        if subject.field is None:
            continue
        group = groups[subject.field]
        option_id = f"{subject.field}:{subject.word}" + (f"@{area}" if area else "")
        option = ComboboxOption(
            id=option_id, kind=group, name=f"{subject.label} · {name}" if area else subject.label,
            detail=detail, group=group,
        )  # fmt: skip
        found.setdefault(option_id, option)
    return tuple(found.values())[:_MOST_WORDS]


def _field(
    label: str,
    search: Callable[[str], ComboboxOptions],
    name: str,
    value: ComboboxValue | None,
    change: Callable[[str | None], dict[str, address.Value]],
) -> None:
    key = f"field-{name}"
    combobox(
        label, partial(_once, key, search), key=key, value=value,
        placeholder=_("Write at least two letters"), clear=_("Clear"),
        on_pick=lambda: address.change(**change(component_value(key, "value"))),
    )  # fmt: skip


def _once(key: str, search: Callable[[str], ComboboxOptions], text: str) -> ComboboxOptions:
    """Return the options of a text, searched once while unchanged.

    Each search is logged and counted.
    """
    name = f"{key}-found"
    last: tuple[str, str, ComboboxOptions] | None = st.session_state.get(name)
    if last is None or last[:2] != (text, language()):
        st.session_state[name] = last = (text, language(), search(text))
    return last[2]


def search_nodes(
    client: ApiClient,
    words: Labels,
    labels: Sequence[Label],
    text: str,
    *,
    starts_only: bool = False,
    without: Collection[str] = (),
) -> ComboboxOptions:
    """Return the nodes with one of the labels (none: any) whose names resemble a text.

    `starts_only`: only those from which a contact path can start. `without`: ids left out.
    """
    if not text:
        return ComboboxOptions()
    answer = client.names(
        text, label=labels, limit=MAX_OPTIONS, starts_only=True if starts_only else None
    )
    found = tuple(option for option in options(answer, words) if option["id"] not in without)
    return _combobox_options(found, answer.remarks)


def _combobox_options(
    options: tuple[ComboboxOption, ...], remarks: Sequence[str]
) -> ComboboxOptions:
    if options:
        status = ngettext("{count} found", "{count} found", len(options))
    else:
        status = _("None found. Try fewer letters, or a place in Denmark.")
    return ComboboxOptions(options=options, status=status, remark=" ".join(remarks))


def fold_text(text: str) -> str:
    """A text normalized for comparison: without case, accents and variants of Danish letters."""
    plain = text.casefold().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    return "".join(filter(str.isalnum, normal_form("NFKD", plain)))


_KM: Final = (10, 25, 60, 100)
_HOPS: Final = (2, 3, 4, 6, 8)
_BY_WORD: Final = {
    "level": "PreventionLevel", "channel": "Channel", "gate": "LegalGate",
    "direction": "Direction",
}  # fmt: skip


def terms(context: ScreenContext, words: Labels) -> None:
    """Draw the conditions: a popover with controls, drawn once opened, and buttons of those set."""
    client = context.client
    # The conditions in the address: parameter and code.
    alone, together = (*_BY_WORD, "language", "within_km", "max_hops"), ("via", "avoid", "stops")
    if _narrows():
        alone, together = (*alone, "sector", "competence"), ("network", *together)
    single = [(name, code) for name in alone if (code := address.text(name)) is not None]
    multiple = [(name, code) for name in together for code in address.many(name)]
    conditions = [*single, *multiple]
    count = len(conditions)
    label = _("More conditions ({count})", count=count) if count else _("More conditions")
    more = st.popover(label, key="terms", on_change="rerun")
    if more.open:
        with more:
            for name, enumeration in _BY_WORD.items():
                _choice(name, session.terms(enumeration))
            if _narrows():
                for name in ("sector", "network", "competence"):
                    _choice(name, _terms(name))
            _choice("language", language_names())
            _choice("within_km", {str(km): f"{km} km" for km in _KM})
            _choice("max_hops", {str(hops): number(hops) for hops in _HOPS})
            for label, name, most in (
                (_("Through"), "via", MOST_VIA),
                (_("Avoid"), "avoid", 100),
                (_("Stop on the way"), "stops", MOST_STOPS),
            ):
                node_field(client, words, label, f"{name}-field", partial(add, name, most))
    for name, code in conditions:
        if name in _BY_WORD:
            text = session.term(_BY_WORD[name], code)
        elif name in _WORDS:
            text = word_label(name, code)
        elif name == "language":
            text = language_label(code)
        elif name in _NUMBERS:
            text = code
        else:
            value = value_of(client, code)
            text = value["name"] if value else code
        st.button(
            f"✕ {_label(name)}: {plain(text)}", key=f"chip-{name}-{code}",
            on_click=partial(address.change, **without(name, code)),
        )  # fmt: skip


def _narrows() -> bool:
    """Whether sector, cooperation and competence are conditions, not what must be reached."""
    return address.text("target") is not None or address.text("trigger") is not None


def _label(name: str) -> str:
    return {
        "level": _("Prevention level"),
        "channel": _("Channel"),
        "gate": _("Legal ground"),
        "direction": _("Direction"),
        "sector": _("Sector"),
        "network": session.term("Label", "Network"),
        "competence": _("Competence"),
        "language": _("Language"),
        "within_km": _("Maximum distance (km)"),
        "max_hops": _("Maximum steps"),
        "via": _("Through"),
        "avoid": _("Avoid"),
        "stops": _("Stop on the way"),
    }[name]


def _choice(name: str, words: Mapping[str, str]) -> None:
    now = address.text(name)
    key = f"term-{name}"
    codes = [*words] if now is None or now in words else [*words, now]
    st.session_state[key] = now
    st.selectbox(
        _label(name), codes, key=key, index=None, placeholder=_("Any"),
        format_func=lambda code: words.get(code, code),
        on_change=partial(address.choose, name, key, codes, **BEST),
    )  # fmt: skip


def add(name: str, most: int, new_code: str | None) -> None:
    """Append a code to a condition; the oldest of more than `most` are removed."""
    if new_code is None:
        return
    others = (code for code in address.many(name) if code != new_code)
    address.change(**{name: (*others, new_code)[-most:], **BEST})

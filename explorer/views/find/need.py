"""The need in the address, and the controls that show and change it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Any, Final, Literal, cast

import streamlit as st
from babel import Locale
from pydantic import ValidationError

from api.client import ApiClient, Invalid, Need, NotFound
from api.danish_time import danish_now
from api.schemas.entities import Names
from api.schemas.words import Label, Relaxed
from explorer import address, session
from explorer.components import held
from explorer.components.combobox import (
    ComboboxOption,
    ComboboxOptions,
    ComboboxValue,
    combobox,
    options,
)
from explorer.frame import ScreenContext
from explorer.i18n import _, day, hour, language, ngettext, normal_form, number, plain, typed_date
from explorer.labels import Labels

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
"""The address parameter of each term; missing ones have none."""
AS_IT_STANDS: Final = "enough"
"""Set if a need lacks a usual choice and is to be answered nevertheless."""
MOST_STOPS: Final = 3
MOST_VIA: Final = 2
Missing = Literal["WHAT", "WHERE", "START"]
_MANY: Final = ("network", "avoid", "via", "stops")
_NUMBERS: Final = ("within_km", "max_hops")


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedQuery:
    """The query in the address; `missing`: what must be chosen before there can be an answer."""

    fields: Mapping[str, Any]
    stops: tuple[str, ...]
    missing: Missing | None
    is_move: bool
    is_back: bool

    def need(self) -> Need:
        """Return the need.

        Raises: NotFound: the address holds an unknown word.
        """
        try:
            return Need.model_validate(self.fields)
        except ValidationError:
            raise NotFound(404, {}) from None


def asked_at(on: date, *, is_today: bool, seat: str | None) -> NeedQuery:
    """The query in the address on a date, from the user's post where it names no start."""
    fields = {name: told for name in (*WHAT, *TERMS, "area", "start") if (told := _told(name))}
    stops = tuple(fields.pop("stops", ()))[:MOST_STOPS]
    is_move, is_acute = (fields.get("trigger") == one for one in ("MOVE", "ACUTE"))
    fields.setdefault("start", seat)
    at = address.moment()
    if at is not None:
        fields["at"] = at
    elif not is_today:
        fields["on"] = on
    if "network" in fields:
        fields["network"] = tuple(fields["network"])
    return NeedQuery(
        fields={name: told for name, told in fields.items() if told is not None},
        stops=stops,
        missing=None if is_move or is_acute else _missing(fields, address.one(AS_IT_STANDS)),
        is_move=is_move,
        is_back=address.one("back") is not None,
    )


def written(what: str | None) -> dict[str, address.Value]:
    """The address parameters after a choice of what to reach; the previous choice is removed.

    `what` is an id, or a parameter and a word: `trigger:RELEASE`.
    """
    gone: dict[str, address.Value] = {**dict.fromkeys((*WHAT, "back", AS_IT_STANDS)), **BEST}
    if what is None:
        return gone
    part, _, word = what.partition(":")
    if part in WHAT and word:
        return {**gone, part: word}
    return {**gone, "target": what}


def turned(start: str, target: str) -> dict[str, address.Value]:
    """The address parameters of the reverse path, from its end to its start."""
    rest = dict.fromkeys((*WHAT, *TERMS, "area"))
    back = None if address.one("back") else "1"
    return {**rest, **BEST, "start": target, "target": start, "back": back}


def without(name: str, code: str | None = None) -> dict[str, address.Value]:
    """The address parameters without a term, or without one code of several."""
    left = tuple(one for one in address.many(name) if one != code) if code else ()
    return {name: left or None, **BEST}


def dropped(name: str) -> dict[str, address.Value]:
    """The address parameters without a term that prevents an answer."""
    return {**without(name), AS_IT_STANDS: "1"}


def _told(name: str) -> Any:
    if name in _MANY:
        return address.many(name)
    return address.number(name) if name in _NUMBERS else address.one(name)


def _missing(fields: Mapping[str, Any], as_it_stands: str | None) -> Missing | None:
    if not fields.get("start"):
        return "START"
    if fields.get("target") or as_it_stands:
        return None
    if not any(fields.get(name) for name in WHAT):
        return "WHAT"
    return None if fields.get("area") else "WHERE"


def term_at(relaxed: str) -> str | None:
    """The address parameter of a term of a need."""
    return OF_RELAXED.get(cast("Relaxed", relaxed))


_TRIGGERS: Final = "Trigger"
_WORDS: Final = (
    ("trigger", _TRIGGERS),
    ("network", "NetworkKind"),
    ("sector", "Sector"),
    ("competence", "Competence"),
)
_MOST: Final = 20
_MOST_WORDS: Final = 8


def start_field(client: ApiClient, told: Labels, value: ComboboxValue | None) -> None:
    """Draw the choice of the post or authority the path starts from."""
    _field(
        _("My post"), partial(_nodes, client, told, None), "start", value,
        lambda picked: {"start": picked, **BEST},
    )  # fmt: skip


def what_field(client: ApiClient, told: Labels, value: ComboboxValue | None) -> None:
    """Draw the choice of what to reach: a node, or a word for the subject."""
    _field(_("I need to reach"), partial(_whats, client, told), "what", value, written)


def where_field(
    client: ApiClient,
    told: Labels,
    value: ComboboxValue | None,
    *,
    name: str = "area",
    label: str = "",
) -> None:
    """Draw the choice of the area to be covered."""
    _field(
        label or _("Where"), partial(_nodes, client, told, "Area"), name, value,
        lambda picked: {name: picked, **BEST},
    )  # fmt: skip


def node_field(
    client: ApiClient,
    told: Labels,
    label: str,
    key: str,
    picked: Callable[[str | None], None],
    *,
    value: ComboboxValue | None = None,
) -> None:
    """Draw the choice of any node; `picked` is called with its id."""
    combobox(
        label,
        partial(_once, key, partial(_nodes, client, told, None)),
        key=key,
        value=value,
        placeholder=_("Write at least two letters"),
        clear=_("Clear"),
        on_pick=lambda: picked(held(key, "value")),
    )


def value_of(
    client: ApiClient, node_id: str | None, known: str | None = None
) -> ComboboxValue | None:
    """The field value of a node; its name is fetched where it is not given."""
    if node_id is None:
        return None
    if known is not None:
        return ComboboxValue(id=node_id, name=known)
    try:
        name = session.name_of(node_id, client)
    except NotFound:
        name = None
    return ComboboxValue(id=node_id, name=name or _("Does not exist, or you have no access."))


def word_value() -> ComboboxValue | None:
    """The field value of the word in the address."""
    for part, enumeration in _WORDS:
        told = address.one(part)
        if told is not None:
            return ComboboxValue(id=f"{part}:{told}", name=_called(enumeration, told))
    return None


def _called(enumeration: str, word: str) -> str:
    if enumeration == "Competence":
        return session.competences().get(word, word)
    return session.term(enumeration, word)


def _field(
    label: str,
    search: Callable[[str], ComboboxOptions],
    name: str,
    value: ComboboxValue | None,
    change: Callable[[str | None], dict[str, address.Value]],
) -> None:
    key = f"field-{name}"
    combobox(
        label,
        partial(_once, key, search),
        key=key,
        value=value,
        placeholder=_("Write at least two letters"),
        clear=_("Clear"),
        on_pick=lambda: address.change(**change(held(key, "value"))),
    )


def _once(key: str, search: Callable[[str], ComboboxOptions], text: str) -> ComboboxOptions:
    """Return the options of a text, searched once while unchanged.

    Each search is logged and counted.
    """
    name = f"{key}-found"
    held_before: tuple[str, str, ComboboxOptions] | None = st.session_state.get(name)
    if held_before is None or held_before[:2] != (text, language()):
        st.session_state[name] = held_before = (text, language(), search(text))
    return held_before[2]


def _nodes(client: ApiClient, told: Labels, label: Label | None, text: str) -> ComboboxOptions:
    if not text:
        return ComboboxOptions()
    try:
        answer = client.names(text, label=(label,) if label else (), limit=_MOST)
    except Invalid:
        return ComboboxOptions(refused=_refused())
    return _found(options(answer, told))


def _whats(client: ApiClient, told: Labels, text: str) -> ComboboxOptions:
    words = tuple(_words(text))
    if not text:
        return ComboboxOptions(options=words[:_MOST])
    try:
        hits = client.names(text, limit=_MOST).found
    except Invalid:
        return ComboboxOptions(refused=_refused())
    nodes = options(Names(found=hits), told)
    whole = (*words[:_MOST_WORDS], *nodes)
    return _found(whole[:_MOST])


def _found(found: tuple[ComboboxOption, ...]) -> ComboboxOptions:
    if not found:
        return ComboboxOptions(status=_("None found. Try fewer letters, or a place in Denmark."))
    status = ngettext("{count} found", "{count} found", len(found))
    return ComboboxOptions(options=found, status=status)


def _words(text: str) -> Iterable[ComboboxOption]:
    """The vocabulary words that contain the text; for an empty text the kinds of need."""
    sought = folded(text)
    groups = {
        "trigger": _("Kind of need"),
        "network": _("Cooperation"),
        "sector": _("Sector"),
        "competence": _("Competence"),
    }
    for part, enumeration in _WORDS:
        if not text and part != "trigger":
            continue
        words = (
            session.competences() if part == "competence" else session.terms(enumeration)
        ).items()
        for word, label in words:
            # Whether all words of a label occur in a text: SSP in "hvem er i ssp på læsø".
            if (
                sought in folded(label)
                or (set(map(folded, label.split())) <= set(map(folded, text.split())))
                or sought == folded(word)
            ):
                yield ComboboxOption(
                    id=f"{part}:{word}",
                    kind=groups[part],
                    name=label,
                    detail="",
                    group=groups[part],
                )


def folded(text: str) -> str:
    """A text normalized for comparison: without case, accents and variants of Danish letters."""
    plain = text.casefold().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    return "".join(one for one in normal_form("NFKD", plain) if one.isalnum())


def _refused() -> str:
    return _(
        "The field looks like a CPR number. Search for a post, a place or a subject, "
        "never for citizens."
    )


_HOUR: Final = "term-hour"
_DATE: Final = "term-on"
_EVERY_MIN: Final = 30


def hour_field(context: ScreenContext) -> None:
    """Draw the hour of the need; without one it is now, or on another date the first opening."""
    at = address.moment()
    times = {f"{one:%H:%M}": hour(one) for one in _times(context.on, at)}
    st.session_state[_HOUR] = None if at is None else f"{at:%H:%M}"
    st.selectbox(
        _("When"), list(times), key=_HOUR, index=None, format_func=times.__getitem__,
        placeholder=_("Now") if context.is_today else _("Opening"),
        on_change=partial(_on_hour, context, list(times)),
    )  # fmt: skip


def _times(on: date, at: datetime | None) -> list[time]:
    """The times to choose from: none that is past today, and the one in the address."""
    now = danish_now()
    times = {time(*divmod(minutes, 60)) for minutes in range(0, 24 * 60, _EVERY_MIN)}
    if on == now.date():
        times = {one for one in times if one > now.time()}
    return sorted(times if at is None else times | {at.time()})


def _on_hour(context: ScreenContext, times: list[str]) -> None:
    chosen: str | None = st.session_state[_HOUR]
    if chosen is None:
        _write(context, context.on, None)
    elif chosen in times:  # a browser may send an outdated option by its label
        _write(context, context.on, time.fromisoformat(chosen))


def date_field(context: ScreenContext) -> None:
    """Draw the date of the need."""
    st.session_state[_DATE] = context.on
    st.date_input(_("Date"), key=_DATE, format=typed_date(), on_change=partial(_on_date, context))
    st.caption(_("As of {day}", day=day(context.on)))


def _on_date(context: ScreenContext) -> None:
    at = address.moment()
    _write(context, st.session_state[_DATE] or context.me.today, None if at is None else at.time())


def _write(context: ScreenContext, on: date, at: time | None) -> None:
    """Write date and hour; now is not written, so that a shared link refers to its opening time."""
    if at is not None:
        address.change(at=datetime.combine(on, at), on=None, **BEST)
    else:
        address.change(on=None if on == context.me.today else on, at=None, **BEST)


# The languages most spoken by posts and civilians of the register; a link may hold any other tag.
_LANGUAGES: Final = (
    "am", "ar", "bs", "da", "de", "en", "fa", "fr", "ku", "pl", "ps", "ro", "ru", "so", "sr",
    "sw", "ti", "tr", "uk", "ur", "vi",
)  # fmt: skip
_KM: Final = (10, 25, 60, 100)
_HOPS: Final = (2, 3, 4, 6, 8)
_BY_WORD: Final[Mapping[str, str]] = {
    "level": "PreventionLevel",
    "channel": "Channel",
    "gate": "LegalGate",
}


def terms(context: ScreenContext, told: Labels) -> None:
    """Draw the conditions: a popover with controls, drawn once opened, and buttons of those set."""
    count = len(_set())
    label = _("More conditions ({count})", count=count) if count else _("More conditions")
    more = st.popover(label, key="terms", on_change="rerun")
    if more.open:
        with more:
            client = context.client
            for name, enumeration in _BY_WORD.items():
                _choice(name, _label(name), session.terms(enumeration))
            if _narrows():
                _choice("sector", _label("sector"), session.terms("Sector"))
                _choice("network", _label("network"), session.terms("NetworkKind"))
                _choice("competence", _label("competence"), session.competences())
            _choice("language", _label("language"), {one: _spoken(one) for one in _LANGUAGES})
            _choice("within_km", _label("within_km"), {str(one): f"{one} km" for one in _KM})
            _choice("max_hops", _label("max_hops"), {str(one): number(one) for one in _HOPS})
            date_field(context)
            node_field(client, told, _("Through"), "via-field", partial(add, "via", MOST_VIA))
            node_field(client, told, _("Avoid"), "avoid-field", partial(add, "avoid", 100))
            node_field(
                client, told, _("Stop on the way"), "stops-field", partial(add, "stops", MOST_STOPS)
            )
    _chips(context.client)


def _narrows() -> bool:
    """Whether sector, cooperation and competence are conditions, not what must be reached."""
    return address.one("target") is not None or address.one("trigger") is not None


def _set() -> list[tuple[str, str]]:
    """The conditions in the address: parameter and code."""
    alone, together = (*_BY_WORD, "language", "within_km", "max_hops"), ("via", "avoid", "stops")
    if _narrows():
        alone, together = (*alone, "sector", "competence"), ("network", *together)
    single = [(name, code) for name in alone if (code := address.one(name)) is not None]
    several = [(name, code) for name in together for code in address.many(name)]
    return [*single, *several]


def _chips(client: ApiClient) -> None:
    told = _set()
    if not told:
        return
    for name, code in told:
        st.button(
            f"✕ {_label(name)}: {plain(_text(client, name, code))}",
            key=f"chip-{name}-{code}",
            on_click=partial(address.change, **without(name, code)),
        )


def _text(client: ApiClient, name: str, code: str) -> str:
    if name in _BY_WORD:
        return session.term(_BY_WORD[name], code)
    if name == "sector":
        return session.term("Sector", code)
    if name == "network":
        return session.term("NetworkKind", code)
    if name == "competence":
        return session.competences().get(code, code)
    if name == "language":
        return _spoken(code)
    if name in ("within_km", "max_hops"):
        return code
    value = value_of(client, code)
    return value["name"] if value else code


def _label(name: str) -> str:
    return {
        "level": _("Prevention level"),
        "channel": _("Channel"),
        "gate": _("Gate"),
        "sector": _("Sector"),
        "network": _("Cooperation"),
        "competence": _("Competence"),
        "language": _("Language"),
        "within_km": _("At most km"),
        "max_hops": _("At most steps"),
        "via": _("Through"),
        "avoid": _("Avoid"),
        "stops": _("Stop on the way"),
    }[name]


def _spoken(code: str) -> str:
    names = cast("Mapping[str, str]", Locale(language()).languages)
    return names.get(code.partition("-")[0], code).capitalize()


def _choice(name: str, label: str, words: Mapping[str, str]) -> None:
    now = address.one(name)
    key = f"term-{name}"
    codes = [*words] if now is None or now in words else [*words, now]
    st.session_state[key] = now
    st.selectbox(
        label, codes, key=key, index=None, placeholder=_("Any"),
        format_func=lambda code: words.get(code, code),
        on_change=partial(address.choose, name, key, codes, **BEST),
    )  # fmt: skip


def add(name: str, most: int, picked: str | None) -> None:
    """Append a code to a condition; the oldest of more than `most` are removed."""
    if picked is None:
        return
    kept = tuple(one for one in address.many(name) if one != picked)
    address.change(**{name: (*kept, picked)[-most:], **BEST})

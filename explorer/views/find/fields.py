"""The fields of a need: my post, whom to reach, where; each finds while one types."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Final

import streamlit as st

from api.client import ApiClient, Invalid, NotFound
from api.schemas.entities import Names
from api.schemas.words import Label
from explorer import address, session
from explorer.components import held
from explorer.components.combobox import (
    ComboboxOption,
    ComboboxOptions,
    ComboboxValue,
    combobox,
    options,
)
from explorer.i18n import _, language, ngettext, normal_form
from explorer.labels import Labels
from explorer.views.find.need import BEST, written

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
    """The post or authority one asks from."""
    _field(
        _("My post"), partial(_nodes, client, told, None), "start", value,
        lambda picked: {"start": picked, **BEST},
    )  # fmt: skip


def what_field(client: ApiClient, told: Labels, value: ComboboxValue | None) -> None:
    """Whom or what to reach: a node, or a word for what it is about."""
    _field(_("I need to reach"), partial(_whats, client, told), "what", value, written)


def where_field(
    client: ApiClient,
    told: Labels,
    value: ComboboxValue | None,
    *,
    name: str = "area",
    label: str = "",
) -> None:
    """For which place somebody must answer."""
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
    """Any node; `picked` is told which."""
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
    """How a field writes a node; its name is looked up where nobody knows it."""
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
    """How the field writes the word that stands in the address."""
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
    """What a text finds, asked once while it stands there: each asking is logged and counted."""
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
    """The words that hold the text; with none, the kinds of need, which come first anyway."""
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
            if sought in folded(label) or _is_told(label, text) or sought == folded(word):
                yield ComboboxOption(
                    id=f"{part}:{word}",
                    kind=groups[part],
                    name=label,
                    detail="",
                    group=groups[part],
                )


def _is_told(label: str, text: str) -> bool:
    """Whether all words of a label are among those of a text: SSP in "hvem er i ssp på læsø"."""
    return set(map(folded, label.split())) <= set(map(folded, text.split()))


def folded(text: str) -> str:
    """A text as it is compared: without case, accents and the Danish letters' two spellings."""
    plain = text.casefold().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    return "".join(one for one in normal_form("NFKD", plain) if one.isalnum())


def _refused() -> str:
    return _(
        "The field looks like a CPR number. Search for a post, a place or a subject, "
        "never for citizens."
    )

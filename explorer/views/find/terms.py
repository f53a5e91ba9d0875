"""On what terms: the conditions of a need, each a chip that can be taken away."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, cast

import streamlit as st
from babel import Locale

from api.client import ApiClient
from explorer import address, session
from explorer.frame import ScreenContext
from explorer.i18n import _, language, number, plain
from explorer.labels import Labels
from explorer.views.find.fields import node_field, value_of
from explorer.views.find.need import BEST, MOST_STOPS, MOST_VIA, without
from explorer.views.find.when import date_field

# The languages that posts and civilians of the register speak most; any other tag works in a link.
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
    """The controls, drawn once they are opened, and the conditions that are set; side by side."""
    count = _count()
    label = _("More conditions ({count})", count=count) if count else _("More conditions")
    more = st.popover(label, key="terms", on_change="rerun")
    if more.open:
        with more:
            _choices(context, told)
    _chips(context.client)


def _choices(context: ScreenContext, told: Labels) -> None:
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
    node_field(client, told, _("Stop on the way"), "stops-field", partial(add, "stops", MOST_STOPS))


def _narrows() -> bool:
    """Whether a sector, a cooperation or a competence is a condition, not what must be reached."""
    return address.one("target") is not None or address.one("trigger") is not None


def _count() -> int:
    return len(_set())


def _set() -> list[tuple[str, str]]:
    """The conditions in the address: the part it stands in, and the code."""
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
            on_click=_drop(name, code),
        )


def _drop(name: str, code: str) -> Callable[[], None]:
    return partial(address.change, **without(name, code))


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
    """Puts one more behind those of a condition, the oldest of too many going."""
    if picked is None:
        return
    kept = tuple(one for one in address.many(name) if one != picked)
    address.change(**{name: (*kept, picked)[-most:], **BEST})

"""How a name that was found is written, and what follows an ended office."""

from datetime import date
from typing import Protocol

from api.text.format import format_date
from graph.vocabulary import Language


class _Successor(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def since(self) -> date | None: ...
    @property
    def years(self) -> str | None: ...


class _Found(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def alias(self) -> str | None: ...
    @property
    def successor(self) -> _Successor | None: ...


def format_name_match(one: _Found, lang: Language) -> str:
    """`Bornholm (3700 Rønne)`; `Socialstyrelsen, siden 2022/23: Social- og Boligstyrelsen`."""
    name = one.name
    if one.alias is not None and one.alias not in name:
        name = f"{name} ({one.alias})"
    return name if one.successor is None else f"{name}, {format_successor(one.successor, lang)}"


def format_successor(one: _Successor, lang: Language) -> str:
    """`since 10 October 2022: …`, `siden 2022/23: …`; `succeeded by …` where no year is known."""
    when = one.years if one.since is None else format_date(one.since, lang)
    if when is None:
        return f"efterfulgt af {one.name}" if lang == "da" else f"succeeded by {one.name}"
    return f"{'siden' if lang == 'da' else 'since'} {when}: {one.name}"

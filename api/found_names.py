"""How names are written: one that was found, what follows an ended office, all the other names."""

import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Final, Protocol

from api.written import written_date
from graph.vocabulary import Language

_POSTCODE: Final = re.compile(r"(\d{4}) (.+)")
_FEW: Final = 3  # postcodes of a town that are written one by one


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


def written_found(one: _Found, lang: Language) -> str:
    """`Bornholm (3700 Rønne)`; `Socialstyrelsen, siden 2022/23: Social- og Boligstyrelsen`."""
    name = one.name
    if one.alias is not None and one.alias not in name:
        name = f"{name} ({one.alias})"
    return name if one.successor is None else f"{name}, {written_successor(one.successor, lang)}"


def written_successor(one: _Successor, lang: Language) -> str:
    """`since 10 October 2022: …`, `siden 2022/23: …`; `succeeded by …` where no year is known."""
    when = one.years if one.since is None else written_date(one.since, lang)
    if when is None:
        return f"efterfulgt af {one.name}" if lang == "da" else f"succeeded by {one.name}"
    return f"{'siden' if lang == 'da' else 'since'} {when}: {one.name}"


def written_aliases(aliases: Iterable[str]) -> list[str]:
    """Other names in order; of a town with many postcodes the first and the last of them."""
    codes: defaultdict[str, list[str]] = defaultdict(list)
    plain: list[str] = []
    for alias in sorted(aliases):
        found = _POSTCODE.fullmatch(alias)
        if found:
            codes[found[2]].append(found[1])
        else:
            plain.append(alias)
    towns = [
        f"{part} {town}"
        for town, several in codes.items()
        for part in (several if len(several) <= _FEW else (f"{several[0]}–{several[-1]}",))
    ]
    return sorted(towns) + plain

"""Provenance of exported files: number, account, time of export, date of the data, losses."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from graph.exchange.loss_report import ExportLoss
from graph.vocabulary import Language

DEMO: Final[Mapping[Language, str]] = {
    "da": "Demodata: personer og numre er opdigtede.",
    "en": "Demo data: people and numbers are made up.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Export number, account, time with its zone, date of the data, losses, demo flag."""

    number: str
    account: str
    made_at: datetime
    on: date
    losses: tuple[ExportLoss, ...]
    is_demo: bool

    def lines(self, lang: Language) -> Iterator[tuple[str, str]]:
        """The provenance as pairs of name and value; one line for each loss."""
        is_danish = lang == "da"
        yield ("Eksport" if is_danish else "Export"), self.number
        yield ("Konto" if is_danish else "Account"), self.account
        yield ("Lavet" if is_danish else "Made"), self.made_at.isoformat(timespec="seconds")
        yield (
            ("Kontakterne, som de er den" if is_danish else "The contacts as they are on"),
            self.on.isoformat(),
        )
        if self.is_demo:
            yield "Demodata" if is_danish else "Demo data", DEMO[lang].partition(": ")[2]
        for loss in self.losses:
            yield ("Bemærk" if is_danish else "Note"), loss.text(lang)

    def sentence(self, lang: Language) -> str:
        """Return the provenance as one text."""
        return " ".join(f"{name}: {value.removesuffix('.')}." for name, value in self.lines(lang))


def about(lines: Iterable[tuple[str, str]]) -> dict[str, str | list[str]]:
    """Return provenance lines as members of an object; a repeated name has a list of values."""
    members: dict[str, str | list[str]] = {}
    for name, value in lines:
        existing = members.get(name)
        if existing is None:
            members[name] = value
        else:
            members[name] = [*([existing] if isinstance(existing, str) else existing), value]
    return members


def about_json(
    lines: Iterable[tuple[str, str]], head: Mapping[str, str | int] | None = None
) -> bytes:
    """Return provenance as a JSON file of its own, after the members of `head`."""
    return json.dumps({**(head or {}), **about(lines)}, ensure_ascii=False, indent=1).encode()

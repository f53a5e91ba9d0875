"""A path on one page to have in the hand: PDF/UA-1, tagged, in the reader's language.

Set by typst; the card is its JSON input, so no text of it can be taken for anything but text. The
fonts are those that typst brings along, so that it looks the same on every machine.
"""

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import segno
import typst

from graph.exchange.stamp import DEMO, Stamp
from graph.vocabulary import Language

VALID: Final = timedelta(days=30)
_TEMPLATE: Final = Path(__file__).with_name("action_card.typ").read_bytes()
_DANGER: Final[Mapping[Language, str]] = {
    "da": "Akut fare: ring 112. Politi: 114.",
    "en": "Acute danger: call 112. Police: 114.",
}
_HEADS: Final[Mapping[Language, Mapping[str, Any]]] = {
    "da": {
        "path": "Kontakt i denne rækkefølge",
        "coordinators": "Koordinatorer",
        "numbers": "Åbne numre",
        "notes": "Vær opmærksom på",
        "columns": ("Nr.", "Hvem", "Kontakt", "Grundlag og kontrol"),
        "number_columns": ("Linje", "Nummer"),
    },
    "en": {
        "path": "Contact in this order",
        "coordinators": "Coordinators",
        "numbers": "Public numbers",
        "notes": "Mind that",
        "columns": ("No.", "Who", "Contact", "Ground and check"),
        "number_columns": ("Line", "Number"),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A channel or a line by name, and its value."""

    channel: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A step of the path, or a coordinator: all in words; what is not known is left out."""

    place: str
    name: str
    answers: str | None
    changes: str | None
    hours: str | None
    gate: str | None
    checked: str | None
    ways: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What stands on the page, in words. `link` is where the path is on the screen."""

    title: str
    summary: str
    steps: tuple[Row, ...]
    coordinators: tuple[Row, ...]
    numbers: tuple[Told, ...]
    notes: tuple[str, ...]
    link: str


def action_card(card: Card, stamp: Stamp, lang: Language, valid: str) -> bytes:
    """The PDF; `valid` says in words when it was printed and until when it holds."""
    told = {
        **asdict(card),
        "lang": lang,
        "heads": _HEADS[lang],
        "danger": _DANGER[lang],
        "demo": DEMO[lang] if stamp.is_demo else None,
        "numbers": [{"name": one.channel, "value": one.value} for one in card.numbers],
        "valid": valid,
        "origin": stamp.sentence(lang),
        "qr": _code(card.link),
        "qr_says": f"QR: {card.link}",
    }
    made: bytes | list[bytes] | None = typst.compile(
        _TEMPLATE, sys_inputs={"card": json.dumps(told)}, format="pdf", pdf_standards=["ua-1"],
        ignore_system_fonts=True, timestamp=round(stamp.made_at.timestamp()),
    )  # fmt: skip
    assert isinstance(made, bytes)  # noqa: S101 - one file, since none was named
    return made


def valid_until(printed: date) -> date:
    """The first date on which a card is to be made anew."""
    return printed + VALID


def _code(link: str) -> str:
    """A QR code as SVG."""
    svg = io.BytesIO()
    segno.make(link, error="m").save(svg, kind="svg", xmldecl=False, border=2)
    return svg.getvalue().decode()

"""A contact and the way there on one page to have in the hand: PDF/UA-1, in the reader's language.

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

from graph.exchange.provenance import DEMO, Provenance
from graph.vocabulary import Language

VALID: Final = timedelta(days=30)
_TEMPLATE: Final = Path(__file__).with_name("action_card.typ").read_bytes()
_HEADS: Final[Mapping[Language, Mapping[str, Any]]] = {
    "da": {
        "contact": "Ring til",
        "path": "Kontakt i denne rækkefølge",
        "coordinators": "Faste kontakter",
        "numbers": "Åbne numre",
        "notes": "Vær opmærksom på",
        "columns": ("Nr.", "Hvem", "Kontakt", "Grundlag og kontrol"),
        "number_columns": ("Linje", "Nummer"),
    },
    "en": {
        "contact": "Call",
        "path": "Contact in this order",
        "coordinators": "Standing contacts",
        "numbers": "Public numbers",
        "notes": "Mind that",
        "columns": ("No.", "Who", "Contact", "Ground and check"),
        "number_columns": ("Line", "Number"),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardText:
    """A channel or a line by name, and its value."""

    channel: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """A contact, a step of the path, or a coordinator: in words; what is not known is left out."""

    place: str
    name: str
    answers: str | None
    changes: str | None
    hours: str | None
    gate: str | None
    checked: str | None
    ways: tuple[CardText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What stands on the page, in words. `link` is where the path is on the screen.

    `danger`: what to call in acute danger. `contact`: whom it is about, and `direct` whether they
    may be called; `inform`: who is told afterwards in acute danger, under `inform_head`.
    """

    title: str
    danger: str
    summary: str
    contact: CardRow | None
    direct: tuple[str, ...]
    inform: tuple[CardRow, ...]
    inform_head: str
    steps: tuple[CardRow, ...]
    coordinators: tuple[CardRow, ...]
    numbers: tuple[CardText, ...]
    notes: tuple[str, ...]
    link: str


def action_card(card: Card, stamp: Provenance, lang: Language, valid: str) -> bytes:
    """The PDF; `valid` says in words when it was printed and until when it holds."""
    told = {
        **asdict(card),
        "lang": lang,
        "heads": _HEADS[lang],
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

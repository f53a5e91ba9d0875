"""Action cards: a contact and the path to it on one printable page each, as PDF/UA-1."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import segno

from graph.exchange.pdf import typeset
from graph.exchange.provenance import Provenance
from graph.vocabulary import Language

VALID: Final = timedelta(days=30)
_TEMPLATE: Final = Path(__file__).with_name("action_card.typ").read_bytes()
_HEADS: Final[Mapping[Language, Mapping[str, Any]]] = {
    "da": {
        "contact": "Ring til",
        "coordinators": "Faste kontakter",
        "numbers": "Åbne numre",
        "notes": "Vær opmærksom på",
        "contents": "Indhold",
        "columns": ("Nr.", "Hvem", "Kontakt", "Grundlag og kontrol"),
        "number_columns": ("Linje", "Nummer"),
    },
    "en": {
        "contact": "Call",
        "coordinators": "Standing contacts",
        "numbers": "Public numbers",
        "notes": "Mind that",
        "contents": "Contents",
        "columns": ("No.", "Who", "Contact", "Ground and check"),
        "number_columns": ("Line", "Number"),
    },
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CardText:
    """The name of a channel or line, and its value."""

    channel: str
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CardRow:
    """A contact, a step of the path, or a coordinator, as text; unknown parts are None."""

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
    """The contents of the page, as text; `link` is the address of the path in the application.

    `danger`: what to call in acute danger. `contact`: the contact the card is about, and `direct`
    whether they may be called; `inform`: who is informed afterwards in acute danger, under
    `inform_head`.
    """

    title: str
    danger: str
    summary: str
    contact: CardRow | None
    direct: tuple[str, ...]
    inform: tuple[CardRow, ...]
    inform_head: str
    steps: tuple[CardRow, ...]
    steps_head: str
    coordinators: tuple[CardRow, ...]
    numbers: tuple[CardText, ...]
    notes: tuple[str, ...]
    link: str


def action_card(card: Card, stamp: Provenance, lang: Language, valid: str) -> bytes:
    """The PDF; `valid` says in words when it was printed and how long it is valid."""
    return _typeset((card,), card.title, stamp, lang, valid, has_contents=False)


def action_cards(
    cards: Sequence[Card], title: str, stamp: Provenance, lang: Language, valid: str
) -> bytes:
    """Several cards in one PDF: a page of contents, then a page for each."""
    return _typeset(cards, title, stamp, lang, valid, has_contents=True)


def _typeset(
    cards: Sequence[Card],
    title: str,
    stamp: Provenance,
    lang: Language,
    valid: str,
    *,
    has_contents: bool,
) -> bytes:
    entries: list[Mapping[str, Any]] = []
    for card in cards:
        svg = io.BytesIO()
        segno.make(card.link, error="m").save(svg, kind="svg", xmldecl=False, border=2)
        entries.append(
            {
                **asdict(card),
                "numbers": [{"name": line.channel, "value": line.value} for line in card.numbers],
                "qr": svg.getvalue().decode(),
                "qr_says": f"QR: {card.link}",
            }
        )
    content = {
        "title": title,
        "heads": _HEADS[lang],
        "valid": valid,
        "has_contents": has_contents,
        "cards": entries,
    }
    return typeset(_TEMPLATE, "card", content, stamp, lang)


def valid_until(printed: date) -> date:
    """The first date on which a card is no longer valid and must be printed again."""
    return printed + VALID

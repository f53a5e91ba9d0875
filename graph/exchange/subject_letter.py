"""A letter about the look-ups of a person, as PDF/UA-1."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from graph.exchange.pdf import typeset
from graph.exchange.provenance import Provenance
from graph.vocabulary import Language

_TEMPLATE: Final = Path(__file__).with_name("subject_letter.typ").read_bytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The contents of the letter, as text; `lines` are the rows of its table under `heads`."""

    title: str
    name: str
    day: str
    opening: tuple[str, ...]
    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    closing: tuple[str, ...]
    sender: str


def subject_letter(letter: Letter, stamp: Provenance, lang: Language) -> bytes:
    """The PDF."""
    return typeset(_TEMPLATE, "letter", asdict(letter), stamp, lang)

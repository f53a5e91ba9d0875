"""A letter about the look-ups of a person, as PDF/UA-1.

Typeset by typst, as the action card is: the text is passed as JSON input, so that none of it is
interpreted as markup, with the fonts bundled with typst.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import typst

from graph.exchange.provenance import DEMO, Provenance
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
    content = {
        **asdict(letter),
        "lang": lang,
        "demo": DEMO[lang] if stamp.is_demo else None,
        "origin": stamp.sentence(lang),
    }
    pdf: bytes | list[bytes] | None = typst.compile(
        _TEMPLATE, sys_inputs={"letter": json.dumps(content)}, format="pdf", pdf_standards=["ua-1"],
        ignore_system_fonts=True, timestamp=round(stamp.made_at.timestamp()),
    )  # fmt: skip
    assert isinstance(pdf, bytes)  # noqa: S101 - one file, since none was named
    return pdf

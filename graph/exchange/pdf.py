"""Documents as PDF/UA-1, typeset by typst in the reader's language.

The text is passed as JSON input, so that none of it is interpreted as markup. Only the fonts
bundled with typst are used, so that a page looks the same on every machine.
"""

import json
from collections.abc import Mapping
from typing import Any

import typst

from graph.exchange.provenance import DEMO, Provenance
from graph.vocabulary import Language


def typeset(
    template: bytes, name: str, content: Mapping[str, Any], stamp: Provenance, lang: Language
) -> bytes:
    """The PDF of a template that reads its content under a name, with its origin and language."""
    text = json.dumps(
        {
            **content,
            "lang": lang,
            "demo": DEMO[lang] if stamp.is_demo else None,
            "origin": stamp.sentence(lang),
        }
    )
    pdf: bytes | list[bytes] | None = typst.compile(
        template, sys_inputs={name: text}, format="pdf", pdf_standards=["ua-1"],
        ignore_system_fonts=True, timestamp=round(stamp.made_at.timestamp()),
    )  # fmt: skip
    assert isinstance(pdf, bytes)  # noqa: S101 - one file, since none was named
    return pdf

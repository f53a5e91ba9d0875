"""How an answer's identifiers, dates and gaps are said on a screen: the words of the vocabulary.

One object serves drawings, lists and tables, so that they cannot say it differently.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from explorer import session
from explorer.i18n import _, day

SIGNS: Final = {"FRESH": "✓", "STALE": "◷", "EXPIRED": "⚠", "NEVER": "?"}
COLORS: Final = {"FRESH": "green", "STALE": "orange", "EXPIRED": "red", "NEVER": "gray"}
_OLD: Final = frozenset({"EXPIRED", "NEVER"})


def is_old(freshness: str) -> bool:
    """Whether a check is so old, or missing, that it must be made before one relies on the link."""
    return freshness in _OLD


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of the register in the language of whoever looks."""

    words: Mapping[str, str]

    def word(self, identifier: str | None, /) -> str:
        """`MUNICIPAL` is `Kommunalt`; what is no word of ours stands as it is."""
        return self.words.get(identifier or "", identifier or "")

    def check(self, freshness: str, on: date | None, /) -> str:
        """`FRESH` and a date are `Kontrolleret 15. okt. 2026`."""
        if on is None or freshness == "NEVER":
            return _("Never checked")
        if freshness == "FRESH":
            return _("Checked {day}", day=day(on))
        if freshness == "STALE":
            return _("Older check: {day}", day=day(on))
        return _("Not checked since {day}", day=day(on))

    def chip(self, freshness: str, on: date | None, /) -> str:
        """The same with its sign, as a badge of Markdown: never by color alone."""
        return f":{COLORS[freshness]}-badge[{SIGNS[freshness]} {self.check(freshness, on)}]"

    def unnamed(self, label: str, /) -> str:
        """What a node is called whose name the caller may not know."""
        return {
            "Actor": _("a post"),
            "Network": _("a network"),
            "Authority": _("an authority"),
            "Person": _("a person"),
            "ResourceIndividual": _("a resource individual"),
            "Organization": _("an association"),
            "Area": _("an area"),
        }.get(label, label)


def name_not_shown() -> str:
    """What is said of somebody whose name is not for whoever looks."""
    return _("the name is not shown to your role")


def labels() -> Labels:
    """The words for this session.

    Raises: Problem: the vocabulary cannot be read.
    """
    return Labels({**session.all_terms(), **_labels()})


def _labels() -> dict[str, str]:
    return {
        "Actor": _("Post"),
        "Network": _("Network"),
        "Authority": _("Authority"),
        "Person": _("Person"),
        "ResourceIndividual": _("Resource individual"),
        "Organization": _("Association"),
        "Area": _("Area"),
    }

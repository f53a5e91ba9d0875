"""The words for identifiers, dates and missing names on a screen, from the API's vocabulary.

One object serves drawings, lists and tables, so that they use the same words.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from explorer import session
from explorer.i18n import _, day, plain

SIGNS: Final = {"FRESH": "✓", "STALE": "◷", "EXPIRED": "⚠", "NEVER": "?"}
COLORS: Final = {"FRESH": "green", "STALE": "orange", "EXPIRED": "red", "NEVER": "gray"}
_OLD: Final = frozenset({"EXPIRED", "NEVER"})
SOON: Final = timedelta(days=31)
"""What is called within 30 days: before the 31st day."""


def is_old(freshness: str) -> bool:
    """Whether a check is missing, or so old that it must be repeated before the link is used."""
    return freshness in _OLD


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of the register in the language of the session."""

    words: Mapping[str, str]

    def word(self, identifier: str | None, /) -> str:
        """The word for an identifier: `MUNICIPAL` is `Kommunalt`; an unknown one is unchanged."""
        return self.words.get(identifier or "", identifier or "")

    def kind(self, kind: str | None, own_kind: str | None, label: str, /) -> str:
        """The words for what a node is: its own kind where that is known, else its kind."""
        return self.words.get(own_kind or "") or self.word(kind or label)

    def check(self, freshness: str, on: date | None, /) -> str:
        """The words for a check: `FRESH` and a date are `Kontrolleret 15. okt. 2026`."""
        if on is None or freshness == "NEVER":
            return _("Never checked")
        if freshness == "FRESH":
            return _("Checked {day}", day=day(on))
        if freshness == "STALE":
            return _("Last checked: {day}", day=day(on))
        return _("Not checked since {day}", day=day(on))

    def chip(self, freshness: str, on: date | None, /) -> str:
        """The words for a check with its sign, as a Markdown badge: never by color alone."""
        return f":{COLORS[freshness]}-badge[{SIGNS[freshness]} {self.check(freshness, on)}]"

    def generic_name(self, label: str, /) -> str:
        """The words for a node whose name the caller may not know."""
        return {
            "Actor": _("a post"),
            "Network": _("a network"),
            "Authority": _("an authority"),
            "Person": _("a person"),
            "ResourceIndividual": _("a resource individual"),
            "Organization": _("an association"),
            "Area": _("an area"),
        }.get(label, label)


_LEAD: Final = re.compile(r"(?:[^:(;]|(?<=\d):(?=\d))+:?")
"""The start of a sentence about who answers: `Svarer nu:` or `Opens on Thursday at 09:00`."""


def when_marked(sentence: str) -> str:
    """A sentence about who answers, as Markdown with the time in bold."""
    lead = _LEAD.match(sentence)
    if lead is None:
        return plain(sentence)
    rest = sentence[lead.end() :].lstrip()
    return f"**{plain(lead[0].rstrip())}** {plain(rest)}".rstrip()


def name_not_shown() -> str:
    """The note for a person whose name is hidden from the user."""
    return _("the name is not shown to your role")


def labels() -> Labels:
    """Return the words for this session.

    Raises: Problem: the vocabulary cannot be read.
    """
    return Labels(
        {
            **session.all_terms(),
            "Actor": _("Post"),
            "Network": session.term("Label", "Network"),
            "Authority": _("Authority"),
            "Person": _("Person"),
            "ResourceIndividual": _("Resource individual"),
            "Organization": _("Association"),
            "Area": _("Area"),
        }
    )

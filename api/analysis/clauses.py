"""Where in a query stands what it may not do? The engine names it, and tells no place."""

import re
from dataclasses import dataclass
from typing import Final

# A string or a name in backticks may hold brackets that are none; a comment anything.
_ASIDE: Final = re.compile(
    r"""'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?|`(?:[^`]|``)*`?|//[^\n]*|/\*.*?(?:\*/|\Z)""",
    re.DOTALL,
)
_CLAUSE: Final = re.compile(
    r"\b(?:(?:(?:NO)?DETACH\s+)?DELETE|CREATE|MERGE|INSERT|SET|REMOVE|FOREACH|LOAD\s+CSV|SHOW"
    r"|TERMINATE|DROP|ALTER|RENAME|GRANT|DENY|REVOKE|START|STOP|ENABLE|DISABLE"
    r"|IN\s+(?:\S+\s+)?(?:CONCURRENT\s+)?TRANSACTIONS)\b",
    re.IGNORECASE,
)
_CALL: Final = re.compile(r"\bCALL\s+(?=[\w.])", re.IGNORECASE)
# What stands after or before one of these is a name, though it is written like a clause.
_BEFORE_A_NAME: Final = tuple("([,.:$<>=+-*/%^|&!")
_AFTER_A_NAME: Final = re.compile(r"\s*(?:[:.,)\]=<>|&]|AS\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Place:
    """Where something begins in a query, counted from 1; `word` is it, where it is a clause."""

    line: int
    column: int
    word: str = ""


def place(text: str, position: int, word: str = "") -> Place:
    """A position of a text, as people count."""
    before = text[:position]
    return Place(before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1, word)


def without_asides(text: str) -> str:
    """A query with blanks for its strings, comments and quoted names: every place stays."""
    return _ASIDE.sub(_blank, text)


def of_clause(text: str) -> Place | None:
    """The first clause of a query that does more than read; None where none is seen."""
    bare = without_asides(text)
    for found in _CLAUSE.finditer(bare):
        before = bare[: found.start()].rstrip()
        is_name = before.endswith(_BEFORE_A_NAME) or before[-3:].split()[-1:] in (["AS"], ["as"])
        if is_name or _AFTER_A_NAME.match(bare, found.end()):
            continue
        return place(text, found.start(), " ".join(found[0].upper().split()))
    return None


def of_call(text: str, procedure: str) -> Place | None:
    """Where a query calls a procedure: the one of that name, else the first; None: none is seen."""
    bare = without_asides(text)
    calls = list(_CALL.finditer(bare))
    named = [one for one in calls if bare.startswith(procedure, one.end())]
    return place(text, (named or calls)[0].start(), "CALL") if calls else None


def _blank(match: re.Match[str]) -> str:
    """As long as what it stands for, on as many lines."""
    return "".join("\n" if one == "\n" else " " for one in match[0])

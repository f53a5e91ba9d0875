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
    r"\b(?P<clause>(?:(?:NO)?DETACH\s+)?DELETE|LOAD\s+CSV|FOREACH(?=\s*\()|INSERT(?=\s*\()"
    r"|CREATE(?=\s*\(|\s+\w)|MERGE(?=\s*\(|\s+\w*\s*=)"
    r"|(?:SET|REMOVE)(?=\s+\(?\w*\)?\s*(?:[.:\[]|\+?=|IS\b)))\b"
    r"|\bIN\s+(?:\S+\s+)?(?:CONCURRENT\s+)?(?P<many>TRANSACTIONS)\b",
    re.IGNORECASE,
)
_COMMAND: Final = re.compile(
    r"\s*(SHOW|TERMINATE|DROP|ALTER|RENAME|GRANT|DENY|REVOKE|START|STOP|ENABLE|DISABLE)\b",
    re.IGNORECASE,
)
"""What stands at the beginning, and nowhere else."""
_CALL: Final = re.compile(r"\bCALL\s+(?=[\w.])", re.IGNORECASE)
# After one of these a name is to come, though it may be written like a clause; so it is before one.
_BEFORE_A_NAME: Final = re.compile(
    r"(?:[(\[,.:$<>=+\-/%^|&!]|(?<!WITH)(?<!RETURN)(?<!DISTINCT)\*"
    r"|\b(?:WITH|AS|BY|WHERE|AND|X?OR|NOT|RETURN|DISTINCT|UNWIND|IN|LIMIT|SKIP|OFFSET|THEN|ELSE|WHEN"
    r"|CASE|YIELD|MATCH|CONTAINS))\Z",
    re.IGNORECASE,
)
_AFTER_A_NAME: Final = re.compile(r"[.:]|\s*[,)\]=<>|&]|\s+AS\b", re.IGNORECASE)
_LONGEST: Final = 20  # characters of what may stand before a name


@dataclass(frozen=True, slots=True)
class QueryPosition:
    """Where something begins in a query, counted from 1; `word` is it, where it is a clause."""

    line: int
    column: int
    word: str = ""


def query_position(text: str, position: int, word: str = "") -> QueryPosition:
    """A position of a text, as people count."""
    before = text[:position]
    return QueryPosition(before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1, word)


def without_asides(text: str) -> str:
    """A query with blanks for its strings, comments and quoted names: every place stays."""
    return _ASIDE.sub(_blank, text)


def of_clause(text: str) -> QueryPosition | None:
    """The first clause of a query that does more than read; None where none is seen."""
    bare = without_asides(text)
    command = _COMMAND.match(bare)
    if command is not None:
        return query_position(text, command.start(1), command[1].upper())
    for found in _CLAUSE.finditer(bare):
        if found["many"]:
            return query_position(text, found.start(), "IN TRANSACTIONS")
        before = " ".join(bare[: found.start()].split()[-2:]).replace(" *", "*")[-_LONGEST:]
        if not _BEFORE_A_NAME.search(before) and not _AFTER_A_NAME.match(bare, found.end()):
            return query_position(text, found.start(), " ".join(found["clause"].upper().split()))
    return None


def of_call(text: str, procedure: str) -> QueryPosition | None:
    """Where a query calls a procedure: the one of that name, else the first; None: none is seen."""
    bare = without_asides(text)
    calls = list(_CALL.finditer(bare))
    named = [one for one in calls if bare.startswith(procedure, one.end())]
    return query_position(text, (named or calls)[0].start(), "CALL") if calls else None


def _blank(match: re.Match[str]) -> str:
    """As long as what it stands for, on as many lines."""
    return "".join("\n" if one == "\n" else " " for one in match[0])

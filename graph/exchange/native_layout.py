"""The layout of Kontaktvej's own format, which exports write and imports read.

A folder or zip holds `nodes.csv`, `links.csv` and `about.json`, a workbook the sheets `nodes` and
`links`; a row is an element. A set is
written `a|b`, in order, with a backslash before a `|` or a backslash in one of its values; words as
identifiers, dates as ISO dates, flags as `true` and `false`, an absent value as an empty cell.
An export leaves the cells of a person's own fields empty, but the name, whatever their values.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final, cast

from graph.exchange.csv import escape_formula

NODES: Final = "nodes.csv"
LINKS: Final = "links.csv"
ABOUT: Final = "about.json"
SORT_COLUMN: Final[Mapping[str, str]] = {NODES: "label", LINKS: "type"}
"""The column of each table with the label or type of a row."""
SHEETS: Final[Mapping[str, str]] = {NODES: "nodes", LINKS: "links"}
"""The sheet of each table in a workbook."""
ABOUT_FORMAT: Final[Mapping[str, str | int]] = {"format": "kontaktvej", "version": 1}
"""The members of `about.json` that identify the format."""
_ESCAPED: Final = str.maketrans({"\\": "\\\\", "|": "\\|"})


def native_cell(value: object) -> str:
    """Return a value as its cell, escaped as in other CSV files."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case date():
            return value.isoformat()
        case frozenset():
            members = sorted(map(str, cast("frozenset[object]", value)))
            return escape_formula("|".join(member.translate(_ESCAPED) for member in members))
        case _:
            return escape_formula(str(value))

"""From a page's numbers to a query that asks for them: opened in the field, to be edited there."""

from collections.abc import Mapping
from typing import Final

from explorer import session, states
from explorer.address import link
from explorer.frame import Seen
from explorer.screens import ANALYSIS
from explorer.words import say

OF_QUESTION: Final[Mapping[str, str]] = {
    "changes": "ends", "coverage": "kinds", "members": "meetings", "relations": "meet-and-know",
}  # fmt: skip
"""What is told by the rules of a path has no query: it is found by a search, not by a pattern."""
OF_MEASURE: Final[Mapping[str, str]] = {
    "VACANT": "kinds", "VERIFIED": "oldest-check", "PLANS_DUE": "plans", "CIVILIANS": "civilians",
}  # fmt: skip


def offer(seen: Seen, example: str | None) -> None:
    """The way to the query, for whoever may ask freely; today's data are asked by it."""
    if example is not None and session.may(seen.me, "ANALYZE"):
        states.anchor(
            say("Open the query behind it"), link(ANALYSIS, tab="cypher", example=example)
        )

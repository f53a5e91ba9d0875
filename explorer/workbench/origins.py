"""From a page's numbers to a query that asks for them: opened in the field, to be edited there."""

from collections.abc import Mapping
from typing import Final

from api.client import Parameter
from api.schemas.analysis import QueryExample
from explorer import address, session, states
from explorer.frame import Seen
from explorer.screens import ANALYSIS
from explorer.words import say
from explorer.workbench.draft import Draft

OF_QUESTION: Final[Mapping[str, str]] = {
    "changes": "ends", "coverage": "kinds", "members": "meetings", "relations": "meet-and-know",
}  # fmt: skip
"""What is told by the rules of a path has no query: it is found by a search, not by a pattern."""
OF_MEASURE: Final[Mapping[str, str]] = {
    "VACANT": "kinds", "VERIFIED": "oldest-check", "PLANS_DUE": "plans", "CIVILIANS": "civilians",
}  # fmt: skip


def offer(
    seen: Seen, example: str | None, asked: Mapping[str, address.Value] | None = None
) -> None:
    """The way to the query, for whoever may ask freely; today's data are asked by it.

    The area and the days that the page is about go along; `asked` says them where the address does
    not.
    """
    if example is not None and session.may(seen.me, "ANALYZE"):
        about = {"area": address.one("area"), **(asked or {})}
        states.anchor(
            say("Open the query behind it"),
            address.link(ANALYSIS, tab="cypher", example=example, **about),
        )


def draft_of(example: QueryExample) -> Draft:
    """The example as it is opened: of the area or the days that the address names."""
    area, begins, until = address.one("area"), address.day("from"), address.day("to")
    if example.of_area and area:
        return Draft(text=example.of_area, declared=(
            Parameter(name="area", type="AREA", label=say("Area"), default=area),
        ))  # fmt: skip
    if example.of_time and begins and until:
        return Draft(text=example.of_time, declared=(
            Parameter(name="since", type="DATE", label=say("After"), default=begins.isoformat()),
            Parameter(name="until", type="DATE", label=say("Until"), default=until.isoformat()),
        ))  # fmt: skip
    return Draft(text=example.query)

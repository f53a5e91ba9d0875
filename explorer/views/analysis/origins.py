"""Links from the numbers of a screen to a Cypher query for them, opened in the editor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from api.client import Parameter
from api.schemas.analysis import QueryExample
from api.schemas.words import MapMeasure
from explorer import address, problem_states, session
from explorer.frame import ScreenContext
from explorer.i18n import _
from explorer.screens import ANALYSIS
from explorer.views.analysis.query_parameters import QueryDraft


@dataclass(frozen=True, slots=True)
class Origin:
    """The id of an example, and whether it returns the numbers themselves.

    Answers based on path rules need a search, and answers about several dates several Views, which
    no Cypher pattern expresses. The example then queries the data the answer is built from.
    """

    example: str
    is_whole: bool = True


OF_QUESTION: Final[Mapping[str, Origin]] = {
    "bridges": Origin("one-way", is_whole=False),
    "changes": Origin("ends", is_whole=False),
    "coverage": Origin("kinds"),
    "cuts": Origin("ways-out", is_whole=False),
    "members": Origin("meetings"),
    "metrics": Origin("most-links", is_whole=False),
    "owners": Origin("ends", is_whole=False),
    "paths": Origin("shortest", is_whole=False),
    "reach": Origin("shortest", is_whole=False),
    "relations": Origin("meet-and-know", is_whole=False),
    "table": Origin("held-by", is_whole=False),
    "trend": Origin("kinds", is_whole=False),
}
OF_MEASURE: Final[Mapping[MapMeasure, Origin]] = {
    "VERIFIED": Origin("oldest-check", is_whole=False),
    "VACANT": Origin("kinds"),
    "WITHOUT_DEPUTY": Origin("deputies"),
    "DOUBLED": Origin("doubled"),
    "PLANS_DUE": Origin("plans", is_whole=False),
    "HOPS": Origin("shortest", is_whole=False),
    "OLDEST_HOP": Origin("shortest", is_whole=False),
    "COST": Origin("shortest", is_whole=False),
    "CIVILIANS": Origin("civilians"),
}


def offer(
    context: ScreenContext, origin: Origin | None, asked: Mapping[str, address.Value] | None = None
) -> None:
    """Draw the link to the query, for users who may run queries; it uses today's data.

    The area and dates of the screen are passed along; `asked` has them where the address does not.
    """
    if origin is not None and session.may(context.me, "ANALYZE"):
        about = {"area": address.one("area"), **(asked or {})}
        problem_states.anchor(
            _("Open the query behind it")
            if origin.is_whole
            else _("Open a query of what the answer is made from"),
            address.link(ANALYSIS, tab="cypher", example=origin.example, **about),
        )


def draft_of(example: QueryExample) -> QueryDraft:
    """The draft of an example, restricted to the area or the dates in the address."""
    area, begins, until = address.one("area"), address.day("from"), address.day("to")
    if example.of_area and area:
        return QueryDraft(text=example.of_area, declared=(
            Parameter(name="area", type="AREA", label=_("Area"), default=area),
        ))  # fmt: skip
    if example.of_time and begins and until:
        return QueryDraft(text=example.of_time, declared=(
            Parameter(name="since", type="DATE", label=_("After"), default=begins.isoformat()),
            Parameter(name="until", type="DATE", label=_("Until"), default=until.isoformat()),
        ))  # fmt: skip
    return QueryDraft(text=example.query)

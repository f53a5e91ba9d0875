"""Selections of Kystby for tests of exported files."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from graph.access.policy import Role
from graph.access.view import View
from graph.exchange.selection import ExportSelection
from graph.model import Element, GovernedBy, Plan
from graph.vocabulary import Competence, Label, LegalGate, PlanKind
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.graph.paths.additions import tie
from tests.kystby import caller_of, view_of

ODD_NAME: Final = "=Åse's \"<b>\\u0041|;&amp;</b>\\"
"""A name with characters that formats use as syntax."""
PLAN: Final = Plan(
    id="plan", kind=PlanKind.PREPAREDNESS_PLAN, title="Beredskabsplan, Kystby",
    adopted_on=date(2024, 3, 1), due_on=date(2028, 3, 1), url="https://kystby.example/plan",
    source="kystby",
)  # fmt: skip


_FIELDS: Final[dict[str, dict[str, Any]]] = {
    "ssp": {"name": ODD_NAME},
    "ssp-post": {
        "languages": frozenset({"da", "so"}), "hours": "MO-FR 09:00-15:00;SA 10:00-24:00",
        "competences": frozenset({Competence.SSP, Competence.ONLINE}),
    },
    "kystby-kommune": {"aliases": frozenset({"Kystby", "a|b\\"}), "seat": "Kystby"},
    "amina--ssp-post": {"valid_to": date(2027, 1, 1)},
}  # fmt: skip


def rich_things() -> tuple[Element, ...]:
    """Kystby with a plan, an odd name, and a post and an authority that have all their fields."""
    governed = tie(GovernedBy, "kystby-kommune", "plan", gate=LegalGate.CHILDRENS_ACT_15_3)
    return (*kystby.elements(**_FIELDS), PLAN, governed)


def everything(elements: Iterable[Element] | None = None, *roles: Role) -> View:
    """Return the View of a caller with the roles; by default those that see most."""
    seen = roles or (Role.STEWARD, Role.COORDINATOR, Role.OUTREACH)
    snapshot = snapshot_of(rich_things() if elements is None else elements)
    return view_of(snapshot, caller_of(*seen, posts=("outreach",)))


def selection_of(view: View, *, with_names: bool = False) -> ExportSelection:
    """Return all nodes that a View shows, civilians and contact details included."""
    ids = [view.id(row) for label in Label for row in view.rows(label)]
    return ExportSelection(view, ids, with_names=with_names)

"""The check of rights to an import takes time linear in the number of elements."""

from functools import partial
from types import SimpleNamespace
from typing import Any, cast

from api.imports.rights import Judge, denied_in
from graph.access.policy import Role
from graph.access.view import View
from graph.exchange.imports import ImportRule
from graph.exchange.imports.native_preview import NativePlan
from graph.model import Authority, Covers, Link, Node, PartOf
from graph.own_kinds import NO_OWN_KINDS
from graph.vocabulary import AuthorityKind, Rule, Sector, Tier
from tests.fixtures.calls import calls_of
from tests.fixtures.snapshots import snapshot_of
from tests.kystby import TODAY, caller_of, elements

STEWARD = View(snapshot_of(elements()), caller_of(Role.STEWARD), TODAY, today=TODAY)


def denied_rules(plan: NativePlan) -> dict[str, ImportRule | Rule]:
    context = SimpleNamespace(directory=SimpleNamespace(own_kinds=NO_OWN_KINDS))
    judge = Judge(cast("Any", context), snapshot_of(elements()), STEWARD)
    return dict(denied_in(judge, plan))


def units(width: int, area: str, count: int) -> NativePlan:
    """Return `count` new units of an area as a tree, each with up to `width` parts."""
    elements: list[Node | Link] = []
    for number in range(count):
        unit = Authority(
            id=f"u-{number}", kind=AuthorityKind.UNIT, name=f"Enhed {number}", source="hr",
            tier=Tier.MUNICIPAL, sector=Sector.YOUTH,
        )  # fmt: skip
        elements += unit, Covers(id=f"c-{number}", source_id=unit.id, target_id=area, source="hr")
        if number:
            over = f"u-{(number - 1) // width}"
            elements.append(
                PartOf(id=f"p-{number}", source_id=unit.id, target_id=over, source="hr")
            )
    return NativePlan(creates={element.id: element for element in elements})


def test_checking_import_rights_to_a_tree_of_units_takes_linear_time() -> None:
    for width in (1, 1_000):  # a chain, and all units below the first
        few, many = (units(width, "kystby", count) for count in (100, 200))
        assert denied_rules(many) == {}
        assert calls_of(partial(denied_rules, many)) < 2.5 * calls_of(partial(denied_rules, few))


def test_importing_units_of_another_area_is_denied_for_every_element() -> None:
    plan = units(2, "nabo", 20)
    assert denied_rules(plan) == dict.fromkeys(plan.creates, ImportRule.NOT_YOURS)

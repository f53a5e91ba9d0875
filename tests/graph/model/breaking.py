"""Kystby with something added, left out or changed, and what is wrong with it then."""

from collections.abc import Collection
from datetime import date
from typing import Any

from graph.model import Coordinates, Element, Link, rule_context, violations
from graph.vocabulary import CoordinationFunction, LegalGate, PreventionLevel, Rule
from tests import kystby

NEW_YEAR = date(2027, 1, 1)
ALL = frozenset(PreventionLevel)
Broken = set[tuple[str, str, Rule]]


def tie(cls: type[Link], source: str, target: str, **fields: Any) -> Link:
    fields.setdefault("id", f"new-{source}--{target}")
    return cls(source_id=source, target_id=target, source="test", **fields)


def meets(cls: type[Link], source: str, target: str, **fields: Any) -> Link:
    fields = {"gate": LegalGate.SSP_115, "levels": ALL, **fields}
    return tie(cls, source, target, **fields)


def chairs(source: str, **fields: Any) -> Link:
    return meets(Coordinates, source, "ssp", function=CoordinationFunction.CHAIR, **fields)


def broken(*added: Element, without: Collection[str] = (), **changed: dict[str, Any]) -> Broken:
    """What is wrong with Kystby once some things are added, left out or changed."""
    things = (*kystby.things(without=without, **changed), *added)
    return found(things, [thing.id for thing in things])


def found(things: Collection[Element], touched: Collection[str]) -> Broken:
    return {
        (fault.where, fault.field, fault.rule)
        for fault in violations(rule_context(things), touched)
    }

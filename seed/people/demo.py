"""The demo's whole world: the real structure, with fictional people in it."""

from datetime import date

from graph.model.rule_context import RuleContext, rule_context
from seed.people.people import DEFAULT_SEED, people
from seed.structure.structure import structure


def demo(*, today: date, seed: int = DEFAULT_SEED) -> RuleContext:
    """About 5,000 nodes and 11,000 links; dates count from `today`, only 1 January 2027 is fixed.

    Source: domain.md §6.
    """
    real = structure()
    return rule_context((*real.nodes, *real.links, *people(real, seed=seed, today=today)))

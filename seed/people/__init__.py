"""The demo: the real structure with fictional people, the same for the same seed and date."""

from datetime import date
from typing import Final

from graph.model import Link, Node
from graph.model.rule_context import RuleContext, rule_context
from seed.people import scenarios
from seed.people.builder import NameGenerator, world_builder
from seed.people.civilians import civilians
from seed.people.communities import communities, mentors, organizations
from seed.people.contact_details import details
from seed.people.data_gaps import checks, data_gaps, plan_dates
from seed.people.staff import acquaintances, deputies, staff
from seed.structure import Structure, structure

DEFAULT_SEED: Final = 4107


def people(structure: Structure, *, seed: int, today: date) -> tuple[Node | Link, ...]:
    """The elements that the demo adds to the structure or changes there: checks, plan dates.

    A changed element has the id and the source of the one it replaces.
    """
    draft = world_builder(structure, seed=seed, today=today)
    names = NameGenerator(draft.stream("names"), scenarios.OWN_NAMES)
    staff(draft, names)
    deputies(draft, names)
    data_gaps(draft)
    mentors(draft, names)
    places = communities(draft, names)
    civilians(draft, places, organizations(draft, places))
    details(draft)
    acquaintances(draft)
    checks(draft)
    plan_dates(draft)
    before = {element.id: element for element in (*structure.nodes, *structure.links)}
    return tuple(element for element in draft.elements() if before.get(element.id) is not element)


def demo(*, today: date, seed: int = DEFAULT_SEED) -> RuleContext:
    """About 5,000 nodes and 11,000 links; dates count from `today`, only 1 January 2027 is fixed.

    Source: docs/domain.md, "What is real, what is invented".
    """
    real = structure()
    return rule_context((*real.nodes, *real.links, *people(real, seed=seed, today=today)))

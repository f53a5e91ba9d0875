"""Fictional people for the real structure, the same ones for the same seed number and date."""

from datetime import date
from typing import Final

from graph.model import Link, Node
from seed.people import scenarios
from seed.people.acquaintances import acquaintances
from seed.people.builder import world_builder
from seed.people.checks import checks
from seed.people.civilians import civilians
from seed.people.communities import communities
from seed.people.data_gaps import data_gaps
from seed.people.deputies import deputies
from seed.people.details import details
from seed.people.mentors import mentors
from seed.people.names import Names
from seed.people.organizations import organizations
from seed.people.plan_dates import plan_dates
from seed.people.staff import staff
from seed.structure.structure import Structure

DEFAULT_SEED: Final = 4107


def people(structure: Structure, *, seed: int, today: date) -> tuple[Node | Link, ...]:
    """What the demo adds to the structure, and what it changes there: checks and plan dates.

    A changed thing has the id of the one it replaces, and its source.
    """
    draft = world_builder(structure, seed=seed, today=today)
    names = Names(draft.stream("names"), scenarios.OWN_NAMES)
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
    before = {thing.id: thing for thing in (*structure.nodes, *structure.links)}
    return tuple(thing for thing in draft.things() if before.get(thing.id) is not thing)

"""Fictional people for the real structure, the same ones for the same seed number and date."""

from datetime import date
from typing import Final

from graph.model import Link, Node
from seed import stories
from seed.acquaintances import acquaintances
from seed.checks import checks
from seed.civilians import civilians
from seed.communities import communities
from seed.deputies import deputies
from seed.details import details
from seed.draft import draft_of
from seed.flaws import flaws
from seed.mentors import mentors
from seed.names import Names
from seed.organizations import organizations
from seed.plan_dates import plan_dates
from seed.staff import staff
from seed.structure import Structure

DEFAULT_SEED: Final = 4107


def people(structure: Structure, *, seed: int, today: date) -> tuple[Node | Link, ...]:
    """What the demo adds to the structure, and what it changes there: checks and plan dates.

    A changed thing has the id of the one it replaces, and its source.
    """
    draft = draft_of(structure, seed=seed, today=today)
    names = Names(draft.stream("names"), stories.OWN_NAMES)
    staff(draft, names)
    deputies(draft, names)
    flaws(draft)
    mentors(draft, names)
    places = communities(draft, names)
    civilians(draft, places, organizations(draft, places))
    details(draft)
    acquaintances(draft)
    checks(draft)
    plan_dates(draft)
    before = {thing.id: thing for thing in (*structure.nodes, *structure.links)}
    return tuple(thing for thing in draft.things() if before.get(thing.id) is not thing)

"""The demo as of 25 November 2026, built once per run, and shortcuts for its tests."""

from collections import defaultdict
from datetime import date
from functools import cache
from typing import Final

from graph.access.policy import LOCAL_OPERATOR, Caller
from graph.access.view import View
from graph.model import Holds, Node, Person
from graph.model.rule_context import RuleContext
from graph.paths import Answer, Need, find
from graph.paths.policy_file import load_policy
from graph.snapshot.snapshot import Snapshot
from seed.people import demo
from seed.people.builder import structure_index
from seed.structure import structure
from tests.fixtures.snapshots import snapshot_of

TODAY: Final = date(2026, 11, 25)
REAL: Final = structure()
GROUND: Final = structure_index(REAL)


@cache
def pinned() -> RuleContext:
    """The demo of that day."""
    return demo(today=TODAY)


@cache
def snapshot() -> Snapshot:
    """Return the demo as a Snapshot."""
    return snapshot_of((*pinned().nodes.values(), *pinned().links.values()))


def view_of(on: date = TODAY, caller: Caller = LOCAL_OPERATOR) -> View:
    """Return a caller's View of a date; today is `TODAY`."""
    return View(snapshot(), caller, on, today=TODAY)


def answer(need: Need) -> Answer:
    """The paths for a need, under the policy that is shipped."""
    return find(view_of(need.on), need, load_policy())


def persons(world: RuleContext) -> list[Person]:
    """The professionals."""
    return [node for node in world.nodes.values() if isinstance(node, Person)]


def count(world: RuleContext, cls: type[Node]) -> int:
    """Return the number of nodes of a class."""
    return sum(isinstance(node, cls) for node in world.nodes.values())


def holds_by_post(world: RuleContext) -> dict[str, list[Holds]]:
    """Return the HOLDS links of each post that are valid on `TODAY`."""
    by_post: defaultdict[str, list[Holds]] = defaultdict(list)
    for link in world.links.values():
        if isinstance(link, Holds) and link.is_valid(TODAY):
            by_post[link.target_id].append(link)
    return by_post


def holders(world: RuleContext, post: str, on: date = TODAY) -> list[Person]:
    """Return the people who hold a post on a date."""
    nodes = (world.nodes[x.source_id] for x in world.links_to(post, Holds) if x.is_valid(on))
    return [person for person in nodes if isinstance(person, Person)]

"""The demo as it grows: ids that come out the same each time, links that outlive no end."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, TypeVar

from graph.model import Actor, Link, Node, id_of
from seed.people.ground import StructureIndex, structure_index
from seed.structure.links import earliest, latest
from seed.structure.structure import Structure

DEMO: Final = "demo"

LinkT = TypeVar("LinkT", bound=Link)
NodeT = TypeVar("NodeT", bound=Node)


@dataclass(slots=True)
class WorldBuilder:
    """Structure and invented things so far, by id; `pinned` hops keep the check they were given."""

    ground: StructureIndex
    seed: int
    today: date
    nodes: dict[str, Node]
    links: dict[str, Link]
    pinned: set[str] = field(default_factory=set[str])

    def stream(self, topic: str) -> random.Random:
        """A topic's own numbers: what one topic draws shifts no other."""
        return random.Random(f"{self.seed}/{topic}")  # noqa: S311 - invented data, no secret

    def days_ago(self, days: int) -> date:
        """A date counted from today; a negative number lies ahead."""
        return self.today - timedelta(days=days)

    def add(self, node: NodeT) -> NodeT:
        """Puts in a node, and gives it back.

        Raises: ValueError: its id is taken.
        """
        if node.id in self.nodes:
            raise ValueError(f"{node.id} is there already")
        self.nodes[node.id] = node
        return node

    def tie(
        self,
        cls: type[LinkT],
        source_id: str,
        target_id: str,
        *,
        key: str = "",
        valid_from: date | None = None,
        valid_to: date | None = None,
        **own: Any,
    ) -> LinkT:
        """Puts in a link that lives no longer than its ends; `own` are the fields of its type.

        Raises:
            KeyError: an end is not there.
            ValueError: these two are tied by such a link already; `key` parts them.
        """
        ends = self.nodes[source_id], self.nodes[target_id]
        link = cls(
            id=id_of(DEMO, cls.type, source_id, target_id, key),
            source_id=source_id,
            target_id=target_id,
            source=DEMO,
            valid_from=latest(valid_from, *(end.valid_from for end in ends)),
            valid_to=earliest(valid_to, *(end.valid_to for end in ends)),
            **own,
        )
        if link.id in self.links:
            raise ValueError(f"{source_id} and {target_id} are tied by a {cls.type} already")
        self.links[link.id] = link
        return link

    def all(self, cls: type[NodeT]) -> list[NodeT]:
        """The nodes of a class, in the order they came."""
        return [node for node in self.nodes.values() if isinstance(node, cls)]

    def post(self, post_id: str) -> Actor:
        """A post by its id, invented or not."""
        post = self.nodes[post_id]
        if not isinstance(post, Actor):
            raise TypeError(f"{post_id} is no post")
        return post

    def ties(self, cls: type[LinkT]) -> list[LinkT]:
        """The links of a class, in the order they came."""
        return [link for link in self.links.values() if isinstance(link, cls)]

    def swap(self, thing: Node | Link) -> None:
        """Puts a changed thing in the place of the one with its id."""
        if isinstance(thing, Node):
            self.nodes[thing.id] = thing
        else:
            self.links[thing.id] = thing

    def things(self) -> Iterator[Node | Link]:
        """Every node, then every link."""
        yield from self.nodes.values()
        yield from self.links.values()


def world_builder(structure: Structure, *, seed: int, today: date) -> WorldBuilder:
    """The structure, with nothing invented yet."""
    return WorldBuilder(
        ground=structure_index(structure),
        seed=seed,
        today=today,
        nodes={node.id: node for node in structure.nodes},
        links={link.id: link for link in structure.links},
    )

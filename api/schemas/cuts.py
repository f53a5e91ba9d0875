"""How little would cut a place off, on the wire."""

from datetime import date

from pydantic import Field

from api.schemas.entities import NodeName
from api.schemas.wire import Wire
from api.schemas.words import Cooperation


class FewestNodes(Wire):
    """Whom it takes; `is_exact`: no fewer do. Else no fewer than `at_least`."""

    nodes: tuple[NodeName, ...]
    at_least: int = Field(examples=[2])
    is_exact: bool = Field(examples=[True])


class Cut(Wire):
    """What would cut a municipality off, by a cooperation; without one, by all of them.

    `people`: the fewest whose leaving leaves no way, `bus_factor` how many that are; without them,
    no number of people does. `posts`: the fewest posts, those one starts from aside. Without
    `posts` there is no way now.
    """

    area: NodeName
    cooperation: Cooperation | None = None
    people: FewestNodes | None = None
    posts: FewestNodes | None = None
    bus_factor: int | None = Field(default=None, examples=[1])


class Cuts(Wire):
    """By municipality, then cooperation, all of them together last."""

    area: NodeName | None = None
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    policy: str = Field(examples=["5f0c2a9e7b31"])
    start: NodeName | None = None
    cuts: tuple[Cut, ...]

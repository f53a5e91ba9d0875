"""How little would cut a place off, on the wire."""

from datetime import date

from pydantic import Field

from api.schemas.base import Wire
from api.schemas.entities import NodeName
from api.schemas.words import Reference, Tier


class FewestNodes(Wire):
    """Whom it takes; `is_exact`: no fewer do. Else no fewer than `at_least`."""

    nodes: tuple[NodeName, ...]
    at_least: int = Field(examples=[2])
    is_exact: bool = Field(examples=[True])


class Cut(Wire):
    """What would cut a municipality off from the right contacts, by a reference; without one, all.

    `tier`: where ways begin, as in `impact`. `fit`: the number of the class that is reached, whose
    posts the cut is from. `people`: the fewest whose leaving leaves no way, `bus_factor` how many
    that are; without them, no number of people does. `posts`: the fewest posts; without them there
    is no way now. Whoever asks stays, with their posts.
    """

    area: NodeName
    reference: Reference | None = None
    tier: Tier | None = Field(default=None, examples=["DISTRICT"])
    fit: int | None = Field(default=None, examples=[1])
    people: FewestNodes | None = None
    posts: FewestNodes | None = None
    bus_factor: int | None = Field(default=None, examples=[1])


class Cuts(Wire):
    """By municipality and tier, then reference, all of them together last."""

    area: NodeName | None = None
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    policy: str = Field(examples=["5f0c2a9e7b31"])
    start: NodeName | None = None
    cuts: tuple[Cut, ...]

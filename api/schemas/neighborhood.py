"""Who is around a node, on the wire. What is not told or empty is left out."""

from datetime import date

from pydantic import Field

from api.schemas.base import Wire, Words
from api.schemas.entities import Checked, NodeName


class Terms(Wire):
    """On what terms the caller may contact a civilian; `until`: the first date without consent."""

    until: date = Field(examples=["2027-06-01"])
    channels: tuple[str, ...] = Field(examples=[["MEDIATED"]])
    is_mediated_only: bool = Field(examples=[True])
    door_openers: tuple[NodeName, ...]


class Neighbor(Wire):
    """A node around, in how many steps, in which tier; `links`: how many you see at it in all."""

    node: NodeName
    label: str = Field(examples=["ResourceIndividual"])
    kind: str | None = Field(default=None, examples=["DIALOGUE_PARTNER"])
    tier: str | None = Field(default=None, examples=["COMMUNITY"])
    links: int = Field(ge=0, examples=[2])
    steps: int = Field(ge=1, le=2, examples=[1])
    terms: Terms | None = None


class Tie(Wire):
    """A link of a chain; `until`: the first date on which it is no more."""

    id: str = Field(examples=["outreach--jens"])
    type: str = Field(examples=["DOOR_OPENER_FOR"])
    source: NodeName
    target: NodeName
    levels: Words = Field(examples=[["OUTREACH"]])
    gate: str | None = Field(default=None, examples=["CONSENT"])
    strength: float | None = Field(default=None, ge=0, le=1, examples=[0.8])
    check: Checked | None = None
    last_contact_on: date | None = Field(default=None, examples=["2026-09-03"])
    until: date | None = None


class Chain(Wire):
    """A way from the center: the ids of its nodes, the center first, and of its ties.

    `strength` is the product of those known, `freshness` the worst, `last_contact_on` the longest
    ago. From an area to whoever answers for it there is a step and no tie.
    """

    nodes: tuple[str, ...] = Field(examples=[["vindrosen", "jens", "outreach"]])
    ties: tuple[str, ...] = Field(examples=[["jens--vindrosen", "outreach--jens"]])
    strength: float | None = Field(default=None, ge=0, le=1, examples=[0.56])
    freshness: str | None = Field(default=None, examples=["FRESH"])
    last_contact_on: date | None = None


class Neighborhood(Wire):
    """Neighbors by steps, chains the shortest and strongest first; `is_cut`: there are more."""

    center: NodeName
    label: str = Field(examples=["Organization"])
    kind: str | None = Field(default=None, examples=["SPORTS_CLUB"])
    tier: str | None = Field(default=None, examples=["COMMUNITY"])
    links: int = Field(ge=0, examples=[1])
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    neighbors: tuple[Neighbor, ...]
    ties: tuple[Tie, ...]
    chains: tuple[Chain, ...]
    is_cut: bool = Field(examples=[False])

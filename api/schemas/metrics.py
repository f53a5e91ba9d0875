"""Who is central, who hangs together, do districts keep to themselves, on the wire."""

from datetime import date
from typing import Annotated

from pydantic import Field

from api.schemas.base import Sorted, Wire
from api.schemas.entities import NodeName
from api.schemas.words import Label, Metric, NetworkKind, PostKind


class MetricRow(Wire):
    """A post or network, and its value."""

    node: NodeName
    label: Label = Field(examples=["Actor"])
    kind: PostKind | NetworkKind = Field(examples=["SSP_COORDINATOR"])
    value: float = Field(examples=[0.12])


class KindMean(Wire):
    """All of a kind: how many there are, their mean, and the highest."""

    kind: PostKind | NetworkKind = Field(examples=["SSP_COORDINATOR"])
    nodes: int = Field(examples=[98])
    mean: float = Field(examples=[0.03])
    highest: float = Field(examples=[0.12])


class Community(Wire):
    """Posts and networks with more ties among them than with others.

    `districts`: those most of its posts answer for. `members`: the first fifty.
    """

    number: int = Field(examples=[1])
    posts: int = Field(examples=[140])
    networks: int = Field(examples=[48])
    districts: tuple[NodeName, ...]
    members: tuple[NodeName, ...]


class DistrictTies(Wire):
    """How many ties join posts of a district to each other, and to those of others."""

    district: NodeName
    within: int = Field(examples=[412])
    outward: int = Field(examples=[9])


class MetricsWords(Wire):
    """What the measure is called, and what it means here and what it does not."""

    name: str = Field(examples=["Nærhed"])
    meaning: str


class Metrics(Wire):
    """One measure of who works with whom, and how it was made.

    `value`: the modularity of communities, or the coefficient of districts. `sampled`: so many
    nodes were walked from; without it all, and `rows` are exact. `by_kind` are of all kinds.
    """

    measure: Metric
    kinds: Annotated[tuple[PostKind | NetworkKind, ...], Sorted]
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    policy: str = Field(examples=["5f0c2a9e7b31"])
    method: str = Field(examples=["networkx.harmonic_centrality"])
    version: str = Field(examples=["3.6.1"])
    parameters: dict[str, int] = Field(examples=[{"sources": 197, "seed": 1}])
    sampled: int | None = Field(default=None, examples=[197])
    nodes: int = Field(examples=[1465])
    links: int = Field(examples=[6150])
    value: float | None = Field(default=None, examples=[0.83])
    rows: tuple[MetricRow, ...]
    by_kind: tuple[KindMean, ...]
    communities: tuple[Community, ...]
    districts: tuple[DistrictTies, ...]
    is_cut: bool = Field(examples=[True])
    words: MetricsWords

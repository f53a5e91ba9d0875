"""Analysts' own queries on the wire: what is asked, what is found, and what there is to ask about.

In a row a node is `{"node": id, "labels", "properties"}`, a link `{"link": id, "type", "source",
"target", "properties"}`, a path `{"path": [node, link, node, …]}`, and a date its ISO text.
"""

from datetime import date
from typing import Any, Literal

from pydantic import Field, JsonValue

from api.schemas.base import Wire
from api.schemas.exports import NamesPurpose
from api.schemas.words import Label, LinkType

_TWO_HOPS = (
    "MATCH (post:Actor)-[:MEMBER_OF]->(network:Network {kind: $kind})-[:COVERS]->(place:Area) "
    "RETURN place.name AS place, count(post) AS posts ORDER BY place"
)


class AskedQuery(Wire):
    """A query in Cypher that only reads, what it is for, and the values of its `$parameters`."""

    query: str = Field(min_length=1, max_length=8_000, examples=[_TWO_HOPS])
    purpose: NamesPurpose = Field(examples=["KNOWLEDGE"])
    parameters: dict[str, JsonValue] = Field(
        default_factory=dict[str, JsonValue], examples=[{"kind": "SSP"}]
    )


QueryFormat = Literal["CSV", "JSON", "PARQUET", "GRAPHML"]


class AskedQueryExport(AskedQuery):
    """A query whose answer is to be a file: its rows, or the nodes and links in them."""

    format: QueryFormat = Field(examples=["CSV"])


class QueryAnswer(Wire):
    """What a query found: in the data of which revision and date; `cut` where there would be more.

    `operators` are the steps of its plan, `cost` how many rows the planner expected in all of them.
    """

    revision: int = Field(examples=[1])
    on: date
    columns: tuple[str, ...] = Field(examples=[["place", "posts"]])
    rows: tuple[tuple[Any, ...], ...] = Field(examples=[[["Thisted", 6]]])
    cut: Literal["ROWS", "BYTES"] | None = None
    ms: int = Field(examples=[12])
    operators: tuple[str, ...] = Field(examples=[["Expand(All)", "NodeByLabelScan"]])
    cost: int = Field(examples=[480])


class Property(Wire):
    """A property: its type in Cypher; `word` is the enumeration its values are identifiers of."""

    name: str = Field(examples=["kind"])
    type: Literal[
        "STRING", "INTEGER", "FLOAT", "BOOLEAN", "DATE", "LIST<STRING>"
    ] = Field(examples=["STRING"])  # fmt: skip
    word: str | None = Field(default=None, examples=["PostKind"])


class LabelSchema(Wire):
    """A label: how many nodes have it, and which properties they may have."""

    label: Label
    count: int = Field(examples=[827])
    properties: tuple[Property, ...]


class LinkEnds(Wire):
    """Which labels links of a type join, and how many do."""

    source: Label
    target: Label
    count: int = Field(examples=[921])


class LinkSchema(Wire):
    """A type of link: what it joins, and which properties it may have."""

    type: LinkType
    count: int = Field(examples=[921])
    ends: tuple[LinkEnds, ...]
    properties: tuple[Property, ...]


class QueryExample(Wire):
    """A question in words, and the query that asks it."""

    id: str = Field(examples=["vacant"])
    title: str = Field(examples=["Which kinds of posts are most often vacant?"])
    query: str
    of_area: str | None = Field(
        description="the same of one area and all that lies in it: `$area`, an id", examples=[None]
    )
    of_time: str | None = Field(
        description="the same of the days after `$since` until `$until`, two dates",
        examples=[None],
    )


class AnalysisSchema(Wire):
    """What can be asked about, as it stands now; some questions to begin with; how far it goes."""

    revision: int = Field(examples=[1])
    on: date
    labels: tuple[LabelSchema, ...]
    links: tuple[LinkSchema, ...]
    examples: tuple[QueryExample, ...]
    procedures: tuple[str, ...] = Field(examples=[["db.labels"]])
    most_characters: int = Field(examples=[4000])
    most_rows: int = Field(examples=[1000])
    most_bytes: int = Field(examples=[1000000])
    most_s: float = Field(examples=[2.0])

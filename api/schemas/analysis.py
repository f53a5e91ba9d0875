"""Wire models of analysis queries and of saved questions.

In a row a node is `{"node": id, "labels", "properties"}`, a link `{"link": id, "type", "source",
"target", "properties"}`, a path `{"path": [node, link, node, …]}`, and a date its ISO text. A map
from a query may also have a key `node` or `link`; it counts as a node or link only if it has
exactly the keys of one.
"""

import re
from datetime import date, datetime
from typing import Annotated, Any, Final, Literal, Self, TypeGuard, cast

from pydantic import AfterValidator, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from api.schemas.base import Wire
from api.schemas.exports import NamesPurpose
from api.schemas.words import Label, LinkType

Map = dict[str, Any]
_NODE: Final = {"node", "labels", "properties"}
_LINK: Final = {"link", "type", "source", "target", "properties"}


def is_node(cell: object) -> TypeGuard[Map]:
    """Whether a cell is a node: `{"node": id, "labels": [label, …], "properties": {…}}`."""
    members = _map(cell)
    return (
        members.keys() == _NODE
        and isinstance(members["node"], str)
        and bool(members["labels"])
        and _are_texts(members["labels"])
        and isinstance(members["properties"], dict)
    )


def is_link(cell: object) -> TypeGuard[Map]:
    """Whether a cell is a link.

    Its form is `{"link": id, "type": …, "source": id, "target": id, "properties": {…}}`.
    """
    members = _map(cell)
    return (
        members.keys() == _LINK
        and _are_texts([members[name] for name in ("link", "type", "source", "target")])
        and isinstance(members["properties"], dict)
    )


def is_path(cell: object) -> TypeGuard[Map]:
    """Whether a cell is a path: `{"path": [node, link, node, …]}`."""
    members = _map(cell)
    steps: object = members.get("path")
    if len(members) != 1 or not isinstance(steps, list):
        return False
    elements = cast("list[object]", steps)
    return bool(elements) and all(is_node(step) or is_link(step) for step in elements)


def _map(cell: object) -> Map:
    return cast("Map", cell) if isinstance(cell, dict) else {}


def _are_texts(values: object) -> bool:
    return isinstance(values, list) and all(
        isinstance(value, str) for value in cast("list[object]", values)
    )


_TWO_HOPS = (
    "MATCH (post:Actor)-[:MEMBER_OF]->(network:Network {kind: $kind})-[:COVERS]->(place:Area) "
    "RETURN place.name AS place, count(post) AS posts ORDER BY place"
)


class AskedQuery(Wire):
    """A read-only Cypher query, its purpose, and the values of its `$parameters`."""

    query: str = Field(min_length=1, max_length=8_000, examples=[_TWO_HOPS])
    purpose: NamesPurpose = Field(examples=["KNOWLEDGE"])
    parameters: dict[str, JsonValue] = Field(
        default_factory=dict[str, JsonValue], examples=[{"kind": "SSP"}]
    )


QueryFormat = Literal["CSV", "JSON", "PARQUET", "GRAPHML"]


class AskedQueryExport(AskedQuery):
    """A query whose result becomes a file: its rows, or the nodes and links in them."""

    format: QueryFormat = Field(examples=["CSV"])


class QueryAnswer(Wire):
    """The result of a query, with the revision and date of its data; `cut` if there is more.

    `operators` are the steps of its plan, `cost` is the number of rows the planner expected in all
    of them.
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
    """A property and its Cypher type; `word` is the enumeration that its values belong to."""

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
    """The labels at the two ends of links of a type, and the number of such links."""

    source: Label
    target: Label
    count: int = Field(examples=[921])


class LinkSchema(Wire):
    """A type of link: the labels at its ends, and the properties it may have."""

    type: LinkType
    count: int = Field(examples=[921])
    ends: tuple[LinkEnds, ...]
    properties: tuple[Property, ...]


class QueryExample(Wire):
    """A question in words, and the query that answers it."""

    id: str = Field(examples=["vacant"])
    title: str = Field(examples=["Which kinds of posts are most often vacant?"])
    query: str
    of_area: str | None = Field(
        description="the same query for one area and all inside it; `$area` is an id",
        examples=[None],
    )
    of_time: str | None = Field(
        description="the same query for the days after `$since` until `$until`", examples=[None]
    )


class AnalysisSchema(Wire):
    """What a query can ask about, example queries, and the limits of a query."""

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


FORM: Final = 1
"""Version of the files that are written; files of a higher version are refused."""
MOST_CHARACTERS: Final = 4_000
MOST_PARAMETERS: Final = 20
MOST_READERS: Final = 50
_NEWER: Final = (
    "the file is of form {form}, and this Kontaktvej reads up to form {reads}; "
    "fix: update Kontaktvej, or let whoever made the file write it in an older form"
)
_WORD: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")

ParameterType = Literal["TEXT", "WHOLE", "NUMBER", "YES_NO", "DATE", "WORD", "AREA", "NODE"]
"""`WORD` is a vocabulary word; `AREA` and `NODE` are chosen by name and passed as ids."""
_PYTHON: Final = {
    "TEXT": str, "WHOLE": int, "NUMBER": float, "YES_NO": bool, "DATE": str, "WORD": str,
    "AREA": str, "NODE": str,
}  # fmt: skip


def _parameter_name(name: str) -> str:
    if not _WORD.fullmatch(name):
        raise ValueError("small letters, digits and _, and a letter first")
    return name


def _line(text: str) -> str:
    if not text.isprintable():
        raise ValueError("one line, without control characters")
    return text.strip()


def _lines(text: str) -> str:
    if not all(line.isprintable() for line in text.replace("\t", " ").split("\n")):
        raise ValueError("no control characters but tabs and line breaks")
    return text.strip()


Line = Annotated[str, AfterValidator(_line)]
Lines = Annotated[str, AfterValidator(_lines)]


class Parameter(Wire):
    """A value that is filled in before a question is asked: `$name` in its query."""

    name: Annotated[str, AfterValidator(_parameter_name)] = Field(
        max_length=40, examples=["network"]
    )
    type: ParameterType = Field(examples=["WORD"])
    label: Line = Field(min_length=1, max_length=80, examples=["Kind of network"])
    vocabulary: Annotated[str, Field(pattern=r"^[A-Z][A-Za-z]{1,39}$")] | None = Field(
        default=None, examples=["NetworkKind"]
    )
    default: str | bool | int | float | None = Field(default=None, examples=["SSP"])

    @model_validator(mode="after")
    def _check_type(self) -> Self:
        if (self.vocabulary is None) == (self.type == "WORD"):
            raise ValueError("a parameter that is a word names its vocabulary, and no other does")
        if self.default is not None and not is_of(self.type, self.default):
            raise ValueError(f"the default is no {self.type}")
        return self


def is_of(of_type: ParameterType, value: Any) -> bool:
    """Whether a value is valid for a parameter of this type."""
    if of_type == "NUMBER":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if of_type == "DATE":
        if not isinstance(value, str):
            return False
        try:
            date.fromisoformat(value)
        except ValueError:
            return False
        return True
    return type(value) is _PYTHON[of_type]


class QuestionContent(Wire):
    """The content of a question, without its owner."""

    name: Line = Field(min_length=1, max_length=120, examples=["Vacant posts of a network"])
    description: Lines = Field(
        default="", max_length=1_000, examples=["Posts that nobody holds, by municipality."]
    )
    query: Lines = Field(
        min_length=1, max_length=MOST_CHARACTERS,
        examples=["MATCH (p:Actor)-[:MEMBER_OF]->(n:Network) WHERE n.kind = $network "
                  "RETURN p.name, n.name ORDER BY p.name"],
    )  # fmt: skip
    parameters: tuple[Parameter, ...] = Field(default=(), max_length=MOST_PARAMETERS)

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        names = [parameter.name for parameter in self.parameters]
        if len(names) != len(set(names)):
            raise ValueError("two parameters have the same name")
        return self


class NewQuestion(QuestionContent):
    """A question to save; shared with the analysts of `logins`, or with all of a role.

    With `is_pinned` its answer is shown on the dashboard of everyone who may ask it.
    """

    is_pinned: bool = False
    roles: tuple[str, ...] = Field(default=(), max_length=10, examples=[["ANALYST"]])
    logins: tuple[Annotated[str, Field(max_length=80)], ...] = Field(
        default=(), max_length=MOST_READERS, examples=[["maja"]]
    )


class Question(QuestionContent):
    """A saved question. Only its owner gets `roles` and `logins`, whom it is shared with.

    To change it, send the `ETag` it was read with; `version` grows by one each time.
    """

    id: str = Field(examples=["que-3f2a9c41d07b5e68"])
    version: int = Field(examples=[3])
    owner: str = Field(examples=["analyst"])
    is_mine: bool
    is_pinned: bool = False
    changed_at: datetime
    roles: tuple[str, ...] | None = Field(default=None, examples=[["ANALYST"]])
    logins: tuple[str, ...] | None = Field(default=None, examples=[["maja"]])


class Questions(Wire):
    """The questions an account may ask: its own first, then the shared ones, each by name."""

    found: tuple[Question, ...]


class QuestionFile(QuestionContent):
    """A question as a file. It names no account, so it can be given to anyone."""

    kontaktvej_question: int = Field(ge=1, examples=[FORM])

    @model_validator(mode="before")
    @classmethod
    def _of_a_known_form(cls, sent: Any) -> Any:
        """Refuse a newer form before the members are validated, which may be unknown."""
        form: object = sent.get("kontaktvej_question") if isinstance(sent, dict) else None  # pyright: ignore[reportUnknownVariableType] - whatever was sent
        if isinstance(form, int) and form > FORM:
            raise PydanticCustomError("newer_form", _NEWER, {"form": form, "reads": FORM})
        return sent  # pyright: ignore[reportUnknownVariableType] - whatever was sent

"""Results, query plans and errors of a replica, as JSON can hold them."""

import math
import re
from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from neo4j import ResultSummary
from neo4j.exceptions import Neo4jError
from neo4j.graph import Node, Path, Relationship

from graph.errors import GraphError

_PLACE: Final = re.compile(r"\(?line (\d+), column (\d+)(?: \(offset: \d+\))?\)?")
_MOST_TOLD: Final = 300
_TIME: Final = "TransactionTimedOut"
_MEMORY: Final = ("MemoryPoolOutOfMemory", "OutOfMemory", "StackOverFlow")
_WRITES: Final = ("Statement.AccessMode", "Transaction.ForbiddenDueToTransactionType", "Forbidden")


class QueryFailed(GraphError):
    """The engine's refusal of a query.

    `rule` is TIME, MEMORY, READ_ONLY, PARAMETER, PROCEDURE, SYNTAX (also of what names are used
    for), VALUE (while it ran) or DEPTH; `line` and `column`, counted from 1, where it tells them.
    """

    def __init__(
        self, rule: str, told: str, *, line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(told)
        self.rule, self.told, self.line, self.column = rule, told, line, column


def failure(error: Neo4jError) -> QueryFailed:
    """What the engine said, as far as it concerns the query."""
    code, message = error.code or "", error.message or ""
    place = _PLACE.search(message)
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    first = message.partition("\n")[0].strip()
    said = _PLACE.sub("", first).strip()[:_MOST_TOLD]
    return QueryFailed(_rule(code), said, line=line, column=column)


def _rule(code: str) -> str:
    if _TIME in code:
        return "TIME"
    if any(part in code for part in _MEMORY):
        return "MEMORY"
    if any(part in code for part in _WRITES):
        return "READ_ONLY"
    kind = code.rpartition(".")[2]
    match kind:
        case "ParameterMissing":
            return "PARAMETER"
        case "ProcedureNotFound" | "ProcedureCallFailed" | "ProcedureRegistrationFailed":
            return "PROCEDURE"
        case "SyntaxError" | "SemanticError" | "EntityNotFound" | "NotSystemDatabaseError":
            return "SYNTAX"
        case _ if code.startswith("Neo.ClientError.Statement."):
            return "VALUE"
        case _:
            return "ENGINE"


@dataclass(frozen=True, slots=True)
class Operator:
    """A step of a plan: `details` name a procedure; `rows` is how many the planner expects."""

    name: str
    details: str
    rows: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryPlan:
    """What the engine would do, and of which kind: `r` reads and does nothing else."""

    query_type: str
    operators: tuple[Operator, ...]


def query_plan(summary: ResultSummary) -> QueryPlan:
    """What the engine has told of a query that it explained."""
    plan = cast("dict[str, Any]", summary.plan or {})
    return QueryPlan(query_type=summary.query_type or "", operators=tuple(_operators(plan)))


def _operators(plan: Mapping[str, Any]) -> Generator[Operator]:
    """The steps of a plan, each before those it draws from."""
    waiting = [plan] if plan else []
    while waiting:
        step = waiting.pop()
        args: Mapping[str, Any] = step.get("args") or {}
        yield Operator(
            str(step.get("operatorType", "")).partition("@")[0],
            str(args.get("Details", "")),
            float(args.get("EstimatedRows", 0.0)),
        )
        waiting += step.get("children") or []


MOST_DEPTH: Final = 24  # an answer stands eight levels deep already where it is sent


class TooDeep(Exception):
    """A value that holds others in more layers than an answer can."""


def json_value(value: object, ids: Mapping[str, str], depth: int = 0) -> Any:
    """A value; `ids` are those of the nodes by what the engine calls them.

    Raises: TooDeep.
    """
    if depth > MOST_DEPTH:
        raise TooDeep
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case Node():
            return _node(value, ids, depth)
        case Relationship():
            return _link(value, ids, depth)
        case Path():
            return {"path": _steps(value, ids, depth)}
        case list():
            return [json_value(one, ids, depth + 1) for one in cast("list[object]", value)]
        case dict():
            items = cast("dict[str, object]", value).items()
            return {name: json_value(one, ids, depth + 1) for name, one in items}
        case _:  # dates, durations and points say it best themselves
            written = getattr(value, "iso_format", None)
            return str(value) if written is None else written()


def _node(node: Node, ids: Mapping[str, str], depth: int) -> dict[str, Any]:
    properties = _properties(node, ids, depth)
    return {"node": ids.get(node.element_id), "labels": sorted(node.labels),
            "properties": properties}  # fmt: skip


def _link(link: Relationship, ids: Mapping[str, str], depth: int) -> dict[str, Any]:
    properties = _properties(link, ids, depth)
    ends = [None if end is None else ids.get(end.element_id) for end in link.nodes]
    return {"link": properties.get("id"), "type": link.type, "source": ends[0], "target": ends[1],
            "properties": properties}  # fmt: skip


def _steps(path: Path, ids: Mapping[str, str], depth: int) -> list[Any]:
    """Its nodes and links in turn."""
    first, *rest = path.nodes
    steps = [json_value(first, ids, depth + 1)]
    for link, node in zip(path.relationships, rest, strict=True):
        steps += [json_value(link, ids, depth + 1), json_value(node, ids, depth + 1)]
    return steps


def _properties(thing: Node | Relationship, ids: Mapping[str, str], depth: int) -> dict[str, Any]:
    return {name: json_value(thing[name], ids, depth + 1) for name in sorted(thing.keys())}

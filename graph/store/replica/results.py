"""Results, query plans and errors of a replica in JSON-compatible form."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from neo4j import ResultSummary
from neo4j.exceptions import Neo4jError
from neo4j.graph import Node, Path, Relationship

from graph.errors import GraphError

_PLACE: Final = re.compile(r"\(?line (\d+), column (\d+)(?: \(offset: \d+\))?\)?")
_MOST_CHARACTERS: Final = 300
_TIME: Final = "TransactionTimedOut"
_MEMORY: Final = ("MemoryPoolOutOfMemory", "OutOfMemory", "StackOverFlow")
_WRITES: Final = ("Statement.AccessMode", "Transaction.ForbiddenDueToTransactionType", "Forbidden")


class QueryFailed(GraphError):
    """A query that the engine refused or could not finish.

    `rule` is TIME, MEMORY, READ_ONLY, PARAMETER, PROCEDURE, SYNTAX (also semantic errors), VALUE
    (at run time), DEPTH or ENGINE (anything else); `line` and `column`, counted from 1, are set if
    the engine reports them.
    """

    def __init__(
        self, rule: str, message: str, *, line: int | None = None, column: int | None = None
    ) -> None:
        super().__init__(message)
        self.rule, self.message, self.line, self.column = rule, message, line, column


def failure(error: Neo4jError) -> QueryFailed:
    """Translate an engine error into QueryFailed, with the first line of its message."""
    message = error.message or ""
    place = _PLACE.search(message)
    line, column = (int(place[1]), int(place[2])) if place else (None, None)
    first_line = _PLACE.sub("", message.partition("\n")[0].strip()).strip()
    rule = _rule(error.code or "")
    return QueryFailed(rule, first_line[:_MOST_CHARACTERS], line=line, column=column)


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
    """A plan step: `details` name, for example, a procedure; `rows` is the planner's estimate."""

    name: str
    details: str
    rows: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryPlan:
    """The execution plan of a query; `query_type` is `r` for a query that only reads."""

    query_type: str
    operators: tuple[Operator, ...]


def query_plan(summary: ResultSummary) -> QueryPlan:
    """Return the query plan from the summary of an EXPLAIN."""
    plan = cast("dict[str, Any]", summary.plan or {})
    operators: list[Operator] = []
    waiting = [plan] if plan else []
    while waiting:  # each step before its children
        step = waiting.pop()
        args: Mapping[str, Any] = step.get("args") or {}
        operators.append(
            Operator(
                str(step.get("operatorType", "")).partition("@")[0],
                str(args.get("Details", "")),
                float(args.get("EstimatedRows", 0.0)),
            )
        )
        waiting += step.get("children") or []
    return QueryPlan(query_type=summary.query_type or "", operators=tuple(operators))


MOST_DEPTH: Final = 24  # the response adds eight levels around a value


class TooDeep(Exception):
    """A value is nested deeper than MOST_DEPTH."""


def json_value(value: object, ids: Mapping[str, str], depth: int = 0) -> Any:
    """Return a value in JSON-compatible form; `ids` maps the engine's element ids to node ids.

    Raises: TooDeep: the value is nested too deeply.
    """
    if depth > MOST_DEPTH:
        raise TooDeep
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case Node():
            properties = _properties(value, ids, depth)
            return {"node": ids.get(value.element_id), "labels": sorted(value.labels),
                    "properties": properties}  # fmt: skip
        case Relationship():
            properties = _properties(value, ids, depth)
            ends = [None if end is None else ids.get(end.element_id) for end in value.nodes]
            return {"link": properties.get("id"), "type": value.type, "source": ends[0],
                    "target": ends[1], "properties": properties}  # fmt: skip
        case Path():
            first, *rest = value.nodes
            steps = [json_value(first, ids, depth + 1)]
            for link, node in zip(value.relationships, rest, strict=True):
                steps += [json_value(link, ids, depth + 1), json_value(node, ids, depth + 1)]
            return {"path": steps}
        case list():
            return [json_value(item, ids, depth + 1) for item in cast("list[object]", value)]
        case dict():
            items = cast("dict[str, object]", value).items()
            return {name: json_value(item, ids, depth + 1) for name, item in items}
        case _:  # dates, durations and points have a text form of their own
            iso_format = getattr(value, "iso_format", None)
            return str(value) if iso_format is None else iso_format()


def _properties(element: Node | Relationship, ids: Mapping[str, str], depth: int) -> dict[str, Any]:
    return {name: json_value(element[name], ids, depth + 1) for name in sorted(element.keys())}

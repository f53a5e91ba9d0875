"""What would an engine do with a query, step by step, and may any of it write?"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from neo4j import ResultSummary


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

"""Why an engine would not answer a query that somebody typed, and where in it that lies."""

import re
from typing import Final

from neo4j.exceptions import Neo4jError

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

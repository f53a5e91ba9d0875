"""Validation of queries: read-only, and only operators and procedures on the allow-list.

Nothing is executed before all five checks have passed.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from api.errors import Refusal
from api.i18n import N_, bilingual
from graph.errors import TooExpensive
from graph.model.content_filter import normalize_text, refuse_content
from graph.normal_form import normal_form
from graph.store.replica.results import QueryFailed, QueryPlan

# Strings and quoted names may contain brackets that do not nest; comments may contain anything.
_ASIDE: Final = re.compile(
    r"""'(?:[^'\\]|\\.)*'?|"(?:[^"\\]|\\.)*"?|`(?:[^`]|``)*`?|//[^\n]*|/\*.*?(?:\*/|\Z)""",
    re.DOTALL,
)
_CLAUSE: Final = re.compile(
    r"\b(?P<clause>(?:(?:NO)?DETACH\s+)?DELETE|LOAD\s+CSV|FOREACH(?=\s*\()|INSERT(?=\s*\()"
    r"|CREATE(?=\s*\(|\s+\w)|MERGE(?=\s*\(|\s+\w*\s*=)"
    r"|(?:SET|REMOVE)(?=\s+\(?\w*\)?\s*(?:[.:\[]|\+?=|IS\b)))\b"
    r"|\bIN\s+(?:\S+\s+)?(?:CONCURRENT\s+)?(?P<many>TRANSACTIONS)\b",
    re.IGNORECASE,
)
_COMMAND: Final = re.compile(
    r"\s*(SHOW|TERMINATE|DROP|ALTER|RENAME|GRANT|DENY|REVOKE|START|STOP|ENABLE|DISABLE)\b",
    re.IGNORECASE,
)
"""Commands that are recognized only at the beginning of a query."""
_CALL: Final = re.compile(r"\bCALL\s+(?=[\w.])", re.IGNORECASE)
# A word after one of these is a name, even if it reads like a clause; see _AFTER_A_NAME too.
_BEFORE_A_NAME: Final = re.compile(
    r"(?:[(\[,.:$<>=+\-/%^|&!]|(?<!WITH)(?<!RETURN)(?<!DISTINCT)\*"
    r"|\b(?:WITH|AS|BY|WHERE|AND|X?OR|NOT|RETURN|DISTINCT|UNWIND|IN|LIMIT|SKIP|OFFSET|THEN|ELSE|WHEN"
    r"|CASE|YIELD|MATCH|CONTAINS))\Z",
    re.IGNORECASE,
)
_AFTER_A_NAME: Final = re.compile(r"[.:]|\s*[,)\]=<>|&]|\s+AS\b", re.IGNORECASE)
_LONGEST: Final = 20  # characters that are looked at before a possible name


@dataclass(frozen=True, slots=True)
class QueryPosition:
    """A position in a query, counted from 1; `word` is the clause found there, if any."""

    line: int
    column: int
    word: str = ""


def query_position(text: str, position: int, word: str = "") -> QueryPosition:
    """Convert an offset in a text to a line and a column, both counted from 1."""
    before = text[:position]
    return QueryPosition(before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1, word)


def without_asides(text: str) -> str:
    """The query with strings, comments and quoted names blanked; all offsets are preserved."""
    return _ASIDE.sub(lambda aside: re.sub(r"[^\n]", " ", aside[0]), text)


def of_clause(text: str) -> QueryPosition | None:
    """The first clause of a query that does more than read; None if there is none."""
    bare = without_asides(text)
    command = _COMMAND.match(bare)
    if command is not None:
        return query_position(text, command.start(1), command[1].upper())
    for clause in _CLAUSE.finditer(bare):
        if clause["many"]:
            return query_position(text, clause.start(), "IN TRANSACTIONS")
        before = " ".join(bare[: clause.start()].split()[-2:]).replace(" *", "*")[-_LONGEST:]
        if not _BEFORE_A_NAME.search(before) and not _AFTER_A_NAME.match(bare, clause.end()):
            return query_position(text, clause.start(), " ".join(clause["clause"].upper().split()))
    return None


def of_call(text: str, procedure: str) -> QueryPosition | None:
    """The call of the named procedure, otherwise the first call; None if there is no call."""
    bare = without_asides(text)
    calls = list(_CALL.finditer(bare))
    matches = [call for call in calls if bare.startswith(procedure, call.end())]
    return query_position(text, (matches or calls)[0].start(), "CALL") if calls else None


MOST_CHARACTERS: Final = 4_000
MOST_NESTED: Final = 32
MOST_PARAMETERS: Final = 50
MOST_PARAMETER_TEXT: Final = 20_000
READS: Final = "r"
OPERATORS: Final = frozenset(
    {
        # Start of the plan: scans and seeks.
        "AllNodesScan", "NodeByLabelScan", "UnionNodeByLabelsScan",
        "IntersectionNodeByLabelsScan", "SubtractionNodeByLabelsScan",
        "NodeIndexSeek", "NodeIndexSeekByRange", "NodeIndexScan",
        "NodeByIdSeek", "NodeByElementIdSeek",
        "DirectedAllRelationshipsScan", "UndirectedAllRelationshipsScan",
        "DirectedRelationshipTypeScan", "UndirectedRelationshipTypeScan",
        "DirectedUnionRelationshipTypesScan", "UndirectedUnionRelationshipTypesScan",
        "DirectedRelationshipByIdSeek", "UndirectedRelationshipByIdSeek",
        "DirectedRelationshipByElementIdSeek", "UndirectedRelationshipByElementIdSeek",
        "NodeCountFromCountStore", "RelationshipCountFromCountStore",
        # Expansion.
        "Expand(All)", "Expand(Into)", "OptionalExpand(All)", "OptionalExpand(Into)",
        "VarLengthExpand(All)", "VarLengthExpand(Into)", "VarLengthExpand(Pruning)",
        "VarLengthExpand(Pruning,BFS,All)", "ProjectEndpoints", "Repeat(Trail)",
        "ShortestPath", "StatefulShortestPath(All)",
        # Combination of subplans.
        "Argument", "Apply", "SemiApply", "AntiSemiApply", "SelectOrSemiApply",
        "SelectOrAntiSemiApply", "RollUpApply", "CartesianProduct", "NodeHashJoin",
        "NodeLeftOuterHashJoin", "NodeRightOuterHashJoin", "ValueHashJoin", "Optional", "Union",
        "TriadicSelection",
        # Filtering, projection, aggregation and results.
        "Filter", "Projection", "CacheProperties", "Unwind", "Distinct", "OrderedDistinct",
        "EagerAggregation", "OrderedAggregation", "Sort", "PartialSort", "Top", "PartialTop",
        "Skip", "Limit", "EmptyResult", "ProduceResults",
    }
)  # fmt: skip
"""Each operator occurs in a read query of the tests; any other is refused by name."""
PROCEDURES: Final = frozenset({"db.labels", "db.relationshipTypes", "db.propertyKeys"})
_PROCEDURE_CALL: Final = "ProcedureCall"
_AHEAD: Final = re.compile(r"(?:explain|profile|cypher|use)\b", re.IGNORECASE)
_PROCEDURE: Final = re.compile(r"[\w.]+")
_PARAMETER: Final = re.compile(r"[A-Za-z_]\w{0,59}", re.ASCII)
_INT64: Final = range(-(2**63), 2**63)


def query_refusal(
    rule: str, message: str, values: Mapping[str, object] | None = None, /, **members: object
) -> Refusal:
    """The refusal of a query: the rule that it breaks, and further members such as the position.

    Members and `values` fill in the message.
    """
    present = {name: value for name, value in members.items() if value is not None}
    text = bilingual(message, **{**members, **(values or {})})
    return Refusal("query-refused", text, rule=rule, **present)


def read_text(text: str) -> str:
    """Check a query text and normalize it to NFC with plain line breaks.

    Raises:
        Refusal: it breaks a rule that is checked before the query is sent to the engine.
        RefusedContent: it contains data about a citizen; the text itself is stored nowhere.
    """
    if len(text) > MOST_CHARACTERS:
        raise query_refusal(
            "LENGTH", N_("The query has more than {limit} characters."), limit=MOST_CHARACTERS
        )
    plain = normal_form("NFC", text.replace("\r\n", "\n").replace("\t", " "))
    for position, character in enumerate(plain):
        category = unicodedata.category(character)
        if character != "\n" and (category.startswith("C") or category in ("Zl", "Zp")):
            raise query_refusal(
                "CONTROL",
                N_("The query has an invisible character."),
                **_members(query_position(plain, position)),
            )
    position = plain.casefold().find("\\u")
    if position >= 0:
        raise query_refusal(
            "ESCAPE",
            N_("Write the character itself in place of \\u."),
            **_members(query_position(plain, position)),
        )
    bare = without_asides(plain)
    if _AHEAD.match(bare.lstrip()):
        raise query_refusal("PREFIX", N_("Do not begin with EXPLAIN, PROFILE, CYPHER or USE."))
    depth = 0
    for position, character in enumerate(bare):
        depth += (character in "([{") - (character in ")]}" and depth > 0)
        if depth > MOST_NESTED:
            raise query_refusal(
                "NESTING",
                N_("Brackets are nested more than {limit} deep."),
                limit=MOST_NESTED,
                **_members(query_position(bare, position)),
            )
    refuse_content("query", normalize_text(plain))
    return plain


def read_parameters(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Check the parameters of a query.

    Raises:
        Refusal: a name is invalid, or the parameters are too many or too large.
        RefusedContent: one of their texts contains data about a citizen.
    """
    if len(parameters) > MOST_PARAMETERS:
        raise query_refusal("PARAMETER", N_("{limit} parameters at most."), limit=MOST_PARAMETERS)
    texts = list[str]()
    for name, value in parameters.items():
        if not _PARAMETER.fullmatch(name):
            raise query_refusal(
                "PARAMETER", N_("A parameter has letters, digits and _ in its name.")
            )
        _gather(name, value, texts)
    if sum(map(len, texts)) > MOST_PARAMETER_TEXT:
        raise query_refusal(
            "PARAMETER", N_("The parameters are too large."), limit=MOST_PARAMETER_TEXT
        )
    for text in (*parameters, *texts):
        refuse_content("parameters", text)
    return dict(parameters)


def _gather(name: str, value: Any, texts: list[str]) -> None:
    """Collect all texts in a value. Raises: Refusal: a number does not fit into 64 bits."""
    match value:
        case bool() | float() | None:
            return
        case int():
            if value not in _INT64:
                raise query_refusal("PARAMETER", N_("A number is too large."), name=name)
            texts.append(str(value))
        case str():
            texts.append(value)
        case list():
            for element in cast("list[Any]", value):
                _gather(name, element, texts)
        case _:
            for key, element in cast("dict[str, Any]", value).items():
                texts.append(key)
                _gather(name, element, texts)


def require_plan(explained: QueryPlan, text: str) -> tuple[str, ...]:
    """Check the plan of a query and return the names of its operators, unique and sorted.

    Raises:
        Refusal: it does more than read, or uses an operator or procedure that is not allowed; the
            position is that of the first such clause or call in the text.
    """
    for operator in explained.operators:
        if operator.name == _PROCEDURE_CALL:
            name = _PROCEDURE.match(operator.details)
            procedure = name[0] if name else ""
            if procedure not in PROCEDURES:
                raise _no_procedure(procedure, text)
    if explained.query_type != READS:
        raise _no_reading(text)
    for operator in explained.operators:
        if operator.name not in OPERATORS and operator.name != _PROCEDURE_CALL:
            raise query_refusal(
                "OPERATOR",
                N_("The operator {name} is not allowed."),
                name=operator.name,
                **_members(of_clause(text)),
            )
    if not explained.operators:  # a text without a plan is not a query
        raise query_refusal("READ_ONLY", N_("This is not a query."))
    return tuple(sorted({operator.name for operator in explained.operators}))


def _no_procedure(procedure: str, text: str) -> Refusal:
    return query_refusal(
        "PROCEDURE",
        N_("Only these procedures may be called: {allowed}."),
        {"allowed": ", ".join(sorted(PROCEDURES))},
        name=procedure or None,
        **_members(of_call(text, procedure)),
    )


def _no_reading(text: str) -> Refusal:
    position = of_clause(text)
    if position is None:
        return query_refusal("READ_ONLY", N_("The query would do more than read."))
    return query_refusal(
        "READ_ONLY",
        N_("The query would do more than read. {word} is not allowed."),
        {"word": position.word},
        **_members(position),
    )


def _members(position: QueryPosition | None) -> dict[str, int]:
    return {} if position is None else {"line": position.line, "column": position.column}


def validation_error(error: QueryFailed, text: str, *, before: int = 0) -> Exception:
    """Convert an error of the engine to the error that the caller receives.

    `before` is the number of characters prepended to the text in the statement given to the engine.
    """
    if error.rule in ("TIME", "MEMORY"):
        return TooExpensive("the query took more time or memory than it may")
    column = error.column
    if column is not None and error.line == 1:
        column = max(1, column - before)
    match error.rule:
        case "READ_ONLY":
            return _no_reading(text)
        case "PROCEDURE":
            return _no_procedure("", text)
        case "DEPTH":
            return query_refusal("DEPTH", N_("The answer is nested too deeply."))
        case _:
            where = f" ({error.line}:{column})" if error.line is not None else ""
            rule = error.rule if error.rule in ("SYNTAX", "PARAMETER") else "VALUE"
            return query_refusal(
                rule,
                N_("The database cannot run the query{where}: {reason}"),
                {"where": where, "reason": error.message},
                line=error.line,
                column=column,
            )

"""The result of a query as a file."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from api.analysis.query_runner import QueryResult
from api.exports.request import ExportFile
from api.schemas.analysis import QueryFormat
from graph.exchange.loss_report import ExportLoss, LossKind
from graph.exchange.provenance import Provenance
from graph.exchange.query_table import (
    QueryTable,
    network_losses,
    rows_csv,
    rows_graphml,
    rows_json,
    rows_parquet,
)
from graph.vocabulary import Language

_WRITERS: Final[Mapping[QueryFormat, Callable[[QueryTable, Provenance, Language], bytes]]] = {
    "CSV": rows_csv, "JSON": rows_json, "PARQUET": rows_parquet, "GRAPHML": rows_graphml,
}  # fmt: skip


def losses(answer: QueryResult, format: QueryFormat) -> tuple[ExportLoss, ...]:
    """What the file leaves out of the full result."""
    cut = () if answer.cut is None else (ExportLoss(kind=LossKind.ROWS),)
    return (*cut, *(network_losses(_rows(answer)) if format == "GRAPHML" else ()))


def build(
    answer: QueryResult, format: QueryFormat, stamp: Provenance, lang: Language
) -> ExportFile:
    """The file; it names no people, whose ids differ with each filling of the replica."""
    found = _rows(answer)
    content = _WRITERS[format](
        found, replace(stamp, on=answer.on, losses=losses(answer, format)), lang
    )
    return ExportFile(content=content, rows=len(answer.rows), people=frozenset())


def _rows(answer: QueryResult) -> QueryTable:
    return QueryTable(columns=answer.columns, rows=answer.rows, revision=answer.revision)

"""What a query finds as a file."""

from collections.abc import Callable, Mapping
from typing import Final

from api.analysis.asking import Answer
from api.exporting.order import File
from api.schemas.analysis import QueryFormat
from graph.exchange.rows import Rows, rows_csv, rows_graphml, rows_json, rows_parquet
from graph.exchange.stamp import Stamp
from graph.vocabulary import Language

_WRITERS: Final[Mapping[QueryFormat, Callable[[Rows, Stamp, Language], bytes]]] = {
    "CSV": rows_csv, "JSON": rows_json, "PARQUET": rows_parquet, "GRAPHML": rows_graphml,
}  # fmt: skip


def made(answer: Answer, format: QueryFormat, stamp: Stamp, lang: Language) -> File:
    """The file; nobody is in it by name, and people have other ids at each filling."""
    found = Rows(columns=answer.columns, rows=answer.rows, revision=answer.revision)
    content = _WRITERS[format](found, stamp, lang)
    return File(content=content, rows=len(answer.rows), people=frozenset())

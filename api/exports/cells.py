"""The coverage matrix as a CSV file with one row per area and column."""

from api.exports.request import ExportFile
from api.schemas.exports import AskedMatrix
from graph.access.view import View
from graph.exchange.csv import matrix_csv
from graph.exchange.provenance import Provenance
from graph.questions.coverage_matrix import CoverageMatrix, MatrixColumns, coverage_matrix
from graph.vocabulary import AreaKind, Language


def table(view: View, asked: AskedMatrix) -> CoverageMatrix:
    """The coverage matrix of a request. Raises: InvalidNeed, NotFound: as `coverage_matrix`."""
    return coverage_matrix(
        view, MatrixColumns(asked.columns), by=AreaKind(asked.by), area=asked.area,
        heads=asked.column,
    )  # fmt: skip


def build(view: View, asked: AskedMatrix, stamp: Provenance, lang: Language) -> ExportFile:
    """The file; it names no people. Raises: as `table`."""
    found = table(view, asked)
    return ExportFile(
        content=matrix_csv(found, stamp, lang), rows=len(found.rows), people=frozenset()
    )

"""The coverage map as a CSV file with one row per area."""

from api.exports.request import ExportFile
from api.schemas.exports import AskedMap
from graph.access.view import View
from graph.exchange.csv import map_csv
from graph.exchange.provenance import Provenance
from graph.paths.policy import Policy
from graph.questions.coverage_map import CoverageMap, MapMeasure, coverage_map
from graph.vocabulary import AreaKind, Language, NetworkKind, PostKind


def table(view: View, asked: AskedMap, policy: Policy) -> CoverageMap:
    """The coverage map of a request. Raises: NeedTooWide, NotFound: as `coverage_map`."""
    return coverage_map(
        view, MapMeasure(asked.measure), policy,
        kinds=[PostKind(one) for one in asked.kind],
        meets_in=[NetworkKind(one) for one in asked.meets_in],
        by=AreaKind(asked.by),
    )  # fmt: skip


def build(
    view: View, asked: AskedMap, policy: Policy, stamp: Provenance, lang: Language
) -> ExportFile:
    """The file; it names no people. Raises: as `table`."""
    found = table(view, asked, policy)
    return ExportFile(content=map_csv(found, stamp, lang), rows=len(found.rows), people=frozenset())

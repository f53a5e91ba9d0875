"""A measure of who works with whom as a file, with the method that it was made by."""

from typing import Final

from api.exports.request import ExportFile
from api.schemas.exports import AskedMetrics
from api.text.metrics import MEANING
from graph.access.view import View
from graph.exchange.csv import metrics_csv
from graph.exchange.provenance import Provenance
from graph.paths.policy import Policy
from graph.questions.metrics import Metric, Metrics, metrics
from graph.vocabulary import Language, NetworkKind, PostKind

_MOST: Final = 5_000  # rows, as of any structure
_POSTS: Final = frozenset(PostKind)


def table(view: View, asked: AskedMetrics, policy: Policy) -> Metrics:
    """What is measured."""
    kinds = [PostKind(one) if one in _POSTS else NetworkKind(one) for one in asked.kind]
    return metrics(view, Metric(asked.measure), policy, kinds=kinds, most=_MOST, most_members=_MOST)


def build(
    view: View, asked: AskedMetrics, policy: Policy, stamp: Provenance, lang: Language
) -> ExportFile:
    """The file; nobody is in it."""
    found = table(view, asked, policy)
    meaning = MEANING[found.measure][lang == "en"]
    return ExportFile(
        content=metrics_csv(found, stamp, lang, meaning, most=_MOST),
        rows=rows_of(found),
        people=frozenset(),
    )


def rows_of(found: Metrics) -> int:
    """How many rows its file has."""
    members = sum(len(one.members) for one in found.communities)
    return min(len(found.rows) or members or len(found.districts), _MOST)

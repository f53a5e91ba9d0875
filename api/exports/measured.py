"""A network metric as a file, with a description of its method."""

from typing import Final

from api.exports.request import ExportFile
from api.i18n import _
from api.schemas.exports import AskedMetrics
from api.text.metrics import MEANING
from graph.access.view import View
from graph.exchange.csv import metrics_csv
from graph.exchange.provenance import Provenance
from graph.paths.policy import Policy
from graph.questions.metrics import Metric, Metrics, metrics
from graph.vocabulary import Language, NetworkKind, PostKind

_MOST: Final = 5_000  # rows, the limit for all structure exports
_POSTS: Final = frozenset(PostKind)


def table(view: View, asked: AskedMetrics, policy: Policy) -> Metrics:
    """The metric of a request."""
    kinds = [PostKind(one) if one in _POSTS else NetworkKind(one) for one in asked.kind]
    return metrics(view, Metric(asked.measure), policy, kinds=kinds, most=_MOST, most_members=_MOST)


def build(
    view: View, asked: AskedMetrics, policy: Policy, stamp: Provenance, lang: Language
) -> ExportFile:
    """The file; it names no people."""
    found = table(view, asked, policy)
    meaning = _(MEANING[found.measure], lang)
    return ExportFile(
        content=metrics_csv(found, stamp, lang, meaning, most=_MOST),
        rows=rows_of(found),
        people=frozenset(),
    )


def rows_of(found: Metrics) -> int:
    """The number of rows of the file."""
    members = sum(len(one.members) for one in found.communities)
    return min(len(found.rows) or members or len(found.districts), _MOST)

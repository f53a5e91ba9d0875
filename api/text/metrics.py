"""Explanations of the network metrics: what each means here, and what it does not mean."""

from collections.abc import Mapping
from typing import Final

from api.i18n import N_
from graph.questions.metrics import Metric

MEANING: Final[Mapping[Metric, str]] = {
    Metric.DEGREE: N_(
        "How many other posts and networks there is a link to. It does not say how often the link "
        "is used, or how good it is."
    ),
    Metric.BETWEENNESS: N_(
        "What share of the shortest paths between two others goes through here: who ties parts "
        "together. It does not say that there is no other path; “Critical contacts” says that."
    ),
    Metric.HARMONIC: N_(
        "How few steps it is to all others on average, from 0 to 1. Steps are not time, and "
        "direction and legal ground are left out; a contact path counts them in."
    ),
    Metric.COMMUNITIES: N_(
        "Groups with more links inward than outward. The borders are the method's and nobody's "
        "decision, and another method may draw them elsewhere."
    ),
    Metric.ASSORTATIVITY: N_(
        "Whether links stay within a police district more often than chance would have it: 1 is "
        "always, 0 is as chance. It does not say whether that is good or bad."
    ),
}

"""What each network metric means here, and what it does not mean, in Danish and English."""

from collections.abc import Mapping
from typing import Final

from graph.questions.metrics import Metric

MEANING: Final[Mapping[Metric, tuple[str, str]]] = {
    Metric.DEGREE: (
        "Hvor mange andre funktioner og netværk der er en forbindelse til. Det siger ikke, hvor "
        "ofte den bruges, eller hvor god den er.",
        "How many other posts and networks there is a link to. It does not say how often the link "
        "is used, or how good it is.",
    ),
    Metric.BETWEENNESS: (
        "Hvor stor en del af de korteste veje mellem to andre der går herigennem: hvem der binder "
        "dele sammen. Det siger ikke, at der ingen vej er udenom; det siger broerne.",
        "What share of the shortest ways between two others goes through here: who ties parts "
        "together. It does not say that there is no way around; the bridges say that.",
    ),
    Metric.HARMONIC: (
        "Hvor få led der er til alle andre i gennemsnit, fra 0 til 1. Led er ikke tid, og "
        "retning og lovgrundlag er ikke regnet med; det er de i en kontaktvej.",
        "How few hops it is to all others on average, from 0 to 1. Hops are not time, and "
        "direction and legal ground are left out; a contact path counts them in.",
    ),
    Metric.COMMUNITIES: (
        "Grupper med flere forbindelser indadtil end udadtil. Grænserne er metodens, ikke nogens "
        "beslutning, og en anden metode kan sætte dem anderledes.",
        "Groups with more links inward than outward. The borders are the method's and nobody's "
        "decision, and another method may draw them elsewhere.",
    ),
    Metric.ASSORTATIVITY: (
        "Om forbindelser oftere går inden for en politikreds end mellem to, end tilfældet ville "
        "give: 1 er altid, 0 er som tilfældet. Det siger ikke, om det er godt eller skidt.",
        "Whether links stay within a police district more often than chance would have it: 1 is "
        "always, 0 is as chance. It does not say whether that is good or bad.",
    ),
}
"""By metric: Danish, English."""

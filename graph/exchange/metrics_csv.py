"""A measure of who works with whom as a spreadsheet: its rows, and behind them how it was made."""

from collections.abc import Iterator
from typing import Final

from graph.exchange.csv import table_csv
from graph.exchange.stamp import Stamp
from graph.questions.metrics import Metric, Metrics
from graph.vocabulary import Language

_HEADS: Final[dict[Language, dict[str, tuple[str, ...]]]] = {
    "da": {
        "groups": ("Gruppe", "Funktioner", "Netværk", "Politikredse", "Blandt dem"),
        "districts": ("Id", "Politikreds", "Forbindelser indadtil", "Forbindelser til andre"),
        "rows": ("Id", "Navn", "Type", "Art"),
    },
    "en": {
        "groups": ("Group", "Posts", "Networks", "Police districts", "Among them"),
        "districts": ("Id", "Police district", "Ties within", "Ties to others"),
        "rows": ("Id", "Name", "Label", "Kind"),
    },
}
_NOTES: Final[dict[Language, tuple[str, ...]]] = {
    "da": ("Betydning", "Metode", "Version", "Parametre", "Noder", "Forbindelser",
           "Skønnet ud fra", "Revision", "Politik", "Samlet værdi"),
    "en": ("Meaning", "Method", "Version", "Parameters", "Nodes", "Links", "Estimated from",
           "Revision", "Policy", "Value in all"),
}  # fmt: skip


def metrics_csv(found: Metrics, stamp: Stamp, lang: Language, meaning: str) -> bytes:
    """A row for each node, group or district."""
    heads = _HEADS[lang]
    notes = tuple(_notes(found, lang, meaning))
    match found.measure:
        case Metric.COMMUNITIES:
            return table_csv(heads["groups"], _groups(found), stamp, lang, notes)
        case Metric.ASSORTATIVITY:
            return table_csv(heads["districts"], _districts(found), stamp, lang, notes)
        case _:
            head = (*heads["rows"], found.measure.label(lang))
            return table_csv(head, _rows(found), stamp, lang, notes)


def _rows(found: Metrics) -> Iterator[list[object]]:
    for one in found.rows:
        yield [one.node.id, one.node.name, one.label, one.kind, one.value]


def _groups(found: Metrics) -> Iterator[list[object]]:
    for one in found.communities:
        districts = ", ".join(district.name or district.id for district in one.districts)
        members = ", ".join(node.id for node in one.members)
        yield [one.number, one.posts, one.networks, districts, members]


def _districts(found: Metrics) -> Iterator[list[object]]:
    for one in found.districts:
        yield [one.district.id, one.district.name, one.within, one.outward]


def _notes(found: Metrics, lang: Language, meaning: str) -> Iterator[tuple[str, str]]:
    """How it was made, so that it can be made again; what does not apply is left out."""
    told = (
        meaning, found.method, found.version,
        ", ".join(f"{name}={value}" for name, value in sorted(found.parameters.items())),
        found.nodes, found.links, found.sampled, found.revision, found.policy, found.value,
    )  # fmt: skip
    for name, value in zip(_NOTES[lang], told, strict=True):
        if value not in (None, ""):
            yield name, str(value)

"""A measure of who works with whom as a spreadsheet: its rows, and behind them how it was made."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from graph.exchange.csv import table_csv
from graph.exchange.provenance import Provenance
from graph.questions.metrics import Metric, Metrics
from graph.vocabulary import Language

_HEADS: Final[dict[Language, dict[str, tuple[str, ...]]]] = {
    "da": {
        "groups": ("Gruppe", "Funktioner", "Netværk", "Politikredse", "Id", "Navn"),
        "districts": ("Id", "Politikreds", "Forbindelser indadtil", "Forbindelser til andre"),
        "rows": ("Id", "Navn", "Type", "Art"),
    },
    "en": {
        "groups": ("Group", "Posts", "Networks", "Police districts", "Id", "Name"),
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
_CUT: Final[dict[Language, tuple[str, str]]] = {
    "da": ("Skåret", "der er flere rækker end en fil må have"),
    "en": ("Cut", "there are more rows than a file may have"),
}


def metrics_csv(
    found: Metrics, stamp: Provenance, lang: Language, meaning: str, *, most: int
) -> bytes:
    """A row for each node, member of a group, or district: so many at `most`, and it says so."""
    head, rows = _table(found, lang)
    first = list(islice(rows, most))
    is_cut = found.is_cut or next(rows, None) is not None
    notes = (*_notes(found, lang, meaning), *([_CUT[lang]] if is_cut else []))
    return table_csv(head, first, stamp, lang, notes)


def _table(found: Metrics, lang: Language) -> tuple[tuple[str, ...], Iterator[list[object]]]:
    heads = _HEADS[lang]
    match found.measure:
        case Metric.COMMUNITIES:
            return heads["groups"], _groups(found)
        case Metric.ASSORTATIVITY:
            return heads["districts"], _districts(found)
        case _:
            return (*heads["rows"], found.measure.label(lang)), _rows(found)


def _rows(found: Metrics) -> Iterator[list[object]]:
    for one in found.rows:
        yield [one.node.id, one.node.name, one.label, one.kind, one.value]


def _groups(found: Metrics) -> Iterator[list[object]]:
    for one in found.communities:
        districts = ", ".join(district.name or district.id for district in one.districts)
        for node in one.members:
            yield [one.number, one.posts, one.networks, districts, node.id, node.name]


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

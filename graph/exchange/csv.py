"""CSV exports for spreadsheets: semicolons, UTF-8 with a byte order mark, localized.

A text that a spreadsheet would interpret as a formula gets a leading `'`; `unescape_formula`
removes exactly that. A file has its header and its rows only, as in RFC 4180; its provenance and
losses are a separate file: `provenance.about_json`.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from graph.exchange.selection import in_words
from graph.questions.coverage_map import CoverageMap
from graph.questions.coverage_matrix import COLUMN_WORDS, CoverageMatrix
from graph.questions.metrics import Metric, Metrics
from graph.questions.post_states import PostState
from graph.vocabulary import Language

# Also full-width signs, which some spreadsheets read as the plain ones.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001 - full-width signs are meant
_MAP_HEAD: Final[dict[Language, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "da": (("Id", "Kommunekoder", "Navn"), ("Ud af", "Intet tal, fordi", "Funktioner")),
    "en": (("Id", "Municipality codes", "Name"), ("Out of", "No number, because", "Posts")),
}
"""The heads before and after the number column, whose head is the measure."""
_MATRIX_HEAD: Final[dict[Language, tuple[str, ...]]] = {
    "da": ("Id", "Kommunekoder", "Navn", "Kolonne", "Funktioner"),
    "en": ("Id", "Municipality codes", "Name", "Column", "Posts"),
}


def escape_formula(cell: str) -> str:
    """Escape a cell so that no spreadsheet interprets it as a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unescape_formula(cell: str) -> str:
    """Return the cell as it was before `escape_formula`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def map_csv(coverage: CoverageMap, lang: Language) -> bytes:
    """A row for each area by one measure, and a column for each state that posts can be in."""
    before, behind = _MAP_HEAD[lang]
    head = (
        *before,
        coverage.measure.label(lang),
        *behind,
        *(state.label(lang) for state in PostState),
    )
    rows = (
        [row.area.id, ", ".join(row.codes), row.area.name, row.number, row.of, row.lack, row.posts,
         *(row.states.get(state, 0) for state in PostState)]
        for row in coverage.rows
    )  # fmt: skip
    return table_csv(head, rows, lang)


def table_csv(head: Sequence[str], rows: Iterable[Sequence[object]], lang: Language) -> bytes:
    """Return any table as CSV, with values in words."""
    return text_csv(head, ([_cell(value, lang) for value in row] for row in rows))


def text_csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return a table as CSV; its cells are texts, already escaped where needed."""
    text = io.StringIO()
    write = csv.writer(text, delimiter=";", lineterminator="\r\n")
    write.writerow(map(escape_formula, head))
    write.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def matrix_csv(matrix: CoverageMatrix, lang: Language) -> bytes:
    """A row for each area and column, with its posts and a column for each of their states."""
    head = (*_MATRIX_HEAD[lang], *(state.label(lang) for state in PostState))
    words = {word.value: word.label(lang) for word in COLUMN_WORDS.get(matrix.columns, ())}
    rows = (
        [row.area.id, ", ".join(row.codes), row.area.name, words.get(column, column), cell.posts,
         *(cell.states.get(state, 0) for state in PostState)]
        for row in matrix.rows
        for column, cell in zip(matrix.heads, row.cells, strict=True)
    )  # fmt: skip
    return table_csv(head, rows, lang)


def _cell(value: object, lang: Language) -> str:
    match in_words(value, lang):
        case None:
            return ""
        case float() as number:
            return str(number).replace(".", "," if lang == "da" else ".")
        case int() as number:
            return str(number)
        case date() as day:
            return day.isoformat()
        case text:
            return escape_formula(str(text))


METRIC_HEADS: Final[dict[Language, dict[str, tuple[str, ...]]]] = {
    "da": {
        "groups": ("Gruppe", "Funktioner", "Samarbejder", "Politikredse", "Id", "Navn"),
        "districts": ("Id", "Politikreds", "Forbindelser indadtil", "Forbindelser til andre"),
        "rows": ("Id", "Navn", "Node", "Type"),
    },
    "en": {
        "groups": ("Group", "Posts", "Networks", "Police districts", "Id", "Name"),
        "districts": ("Id", "Police district", "Ties within", "Ties to others"),
        "rows": ("Id", "Name", "Node", "Kind"),
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


def metrics_csv(metrics: Metrics, lang: Language, *, most: int) -> bytes:
    """A row for each node, community member or district; at `most` rows."""
    match metrics.measure:
        case Metric.COMMUNITIES:
            head = METRIC_HEADS[lang]["groups"]
        case Metric.ASSORTATIVITY:
            head = METRIC_HEADS[lang]["districts"]
        case _:
            head = (*METRIC_HEADS[lang]["rows"], metrics.measure.label(lang))
    return table_csv(head, _metric_rows(metrics)[:most], lang)


def metrics_notes(
    metrics: Metrics, lang: Language, meaning: str, *, most: int
) -> tuple[tuple[str, str], ...]:
    """How the metric was computed, so that it can be reproduced, and whether its file is cut."""
    values = (
        meaning, metrics.method, metrics.version,
        ", ".join(f"{name}={value}" for name, value in sorted(metrics.parameters.items())),
        metrics.nodes, metrics.links, metrics.sampled, metrics.revision, metrics.policy,
        metrics.value,
    )  # fmt: skip
    notes = [(name, str(value)) for name, value in zip(_NOTES[lang], values, strict=True)
             if value not in (None, "")]  # fmt: skip
    if metrics.is_cut or len(_metric_rows(metrics)) > most:
        notes.append(_CUT[lang])
    return tuple(notes)


def _metric_rows(metrics: Metrics) -> list[list[object]]:
    match metrics.measure:
        case Metric.COMMUNITIES:
            return [
                [group.number, group.posts, group.networks,
                 ", ".join(district.name or district.id for district in group.districts),
                 node.id, node.name]
                for group in metrics.communities
                for node in group.members
            ]  # fmt: skip
        case Metric.ASSORTATIVITY:
            return [[ties.district.id, ties.district.name, ties.within, ties.outward]
                    for ties in metrics.districts]  # fmt: skip
        case _:
            return [[row.node.id, row.node.name, row.label, row.kind, row.value]
                    for row in metrics.rows]  # fmt: skip

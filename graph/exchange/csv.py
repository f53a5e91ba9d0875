"""CSV exports for spreadsheets: semicolons, UTF-8 with a byte order mark, localized.

A cell that a spreadsheet would interpret as a formula gets a leading `'`; `unguarded` removes
exactly that. After the table come rows whose first cell begins with `# `: the provenance of the
file, and what it leaves out.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import islice
from typing import Final

from graph.exchange.loss_report import ExportLoss, LossKind, counted
from graph.exchange.provenance import Provenance
from graph.exchange.selection import ExportSelection, in_words
from graph.paths.answer import NodeRef
from graph.questions.coverage_map import CoverageMap, MapRow
from graph.questions.coverage_matrix import COLUMN_WORDS, CoverageMatrix
from graph.questions.entities import Entity, LinkCard
from graph.questions.metrics import Metric, Metrics
from graph.questions.post_states import LastCheck, PostState
from graph.vocabulary import Language

# Also full-width, which some spreadsheets read as the plain ones.
_FORMULA: Final = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")  # noqa: RUF001 - full-width signs are meant
_NODE_HEAD: Final[dict[Language, tuple[str, ...]]] = {
    "da": ("Id", "Type", "Art", "Navn", "Sted", "Niveau", "Sektor", "Åbent", "Gælder fra",
           "Gælder til", "Kontrolleret", "Tilstand", "Kilde"),
    "en": ("Id", "Type", "Kind", "Name", "Place", "Tier", "Sector", "Hours", "Valid from",
           "Valid to", "Checked", "State", "Source"),
}  # fmt: skip
_NODE_FIELDS: Final = frozenset({"tier", "sector", "hours", "valid_from", "valid_to", "source"})
_LINK_HEAD: Final[dict[Language, tuple[str, ...]]] = {
    "da": ("Id", "Fra, id", "Fra", "Forbindelse", "Til, id", "Til", "Grundlag", "Niveauer",
           "Styrke", "Gælder fra", "Gælder til", "Kontrolleret", "Tilstand", "Kilde"),
    "en": ("Id", "From, id", "From", "Link", "To, id", "To", "Ground", "Levels",
           "Strength", "Valid from", "Valid to", "Checked", "State", "Source"),
}  # fmt: skip
_LINK_FIELDS: Final = frozenset(
    {"gate", "levels", "strength", "valid_from", "valid_to", "source", "verified_on"}
)
_MAP_HEAD: Final[dict[Language, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "da": (("Id", "Kommunekoder", "Navn"), ("Ud af", "Intet tal, fordi", "Funktioner")),
    "en": (("Id", "Municipality codes", "Name"), ("Out of", "No number, because", "Posts")),
}
"""The heads before and after the number column, whose head is the measure."""


_MATRIX_HEAD: Final[dict[Language, tuple[str, ...]]] = {
    "da": ("Id", "Kommunekoder", "Navn", "Kolonne", "Funktioner"),
    "en": ("Id", "Municipality codes", "Name", "Column", "Posts"),
}


def guarded(cell: str) -> str:
    """The cell, escaped so that no spreadsheet interprets it as a formula."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def node_losses(taken: ExportSelection) -> tuple[ExportLoss, ...]:
    """What the table of nodes leaves out."""
    fields = {name for node in taken.nodes for name in node.fields} - _NODE_FIELDS
    return counted((LossKind.LINKS, taken.link_count), (LossKind.FIELDS, len(fields)))


def link_losses(taken: ExportSelection) -> tuple[ExportLoss, ...]:
    """What the table of links leaves out; of nodes it has only id and name."""
    of_links = {name for link in taken.links for name in link.fields} - _LINK_FIELDS
    of_nodes = {name for node in taken.nodes for name in node.fields}
    return counted((LossKind.FIELDS, len(of_links | of_nodes)))


def nodes_csv(taken: ExportSelection, stamp: Provenance, lang: Language) -> bytes:
    """A row for each node."""
    return _csv(_NODE_HEAD[lang], (_node(one, lang) for one in taken.nodes), stamp, lang)


def links_csv(taken: ExportSelection, stamp: Provenance, lang: Language) -> bytes:
    """A row for each link."""
    return _csv(_LINK_HEAD[lang], (_link(one, lang) for one in taken.links), stamp, lang)


def map_csv(found: CoverageMap, stamp: Provenance, lang: Language) -> bytes:
    """A row for each area by one measure, and a column for each state that posts can be in."""
    before, behind = _MAP_HEAD[lang]
    states = [state.label(lang) for state in PostState]
    head = (*before, found.measure.label(lang), *behind, *states)
    return _csv(head, (_area(one) for one in found.rows), stamp, lang)


def table_csv(
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    stamp: Provenance,
    lang: Language,
    notes: Iterable[tuple[str, str]] = (),
) -> bytes:
    """Any table, at least two columns wide, so that the rows after it fit.

    `notes` come before the rows of provenance.
    """
    narrow = max(0, 2 - len(head))
    wide = ((*row, *[""] * narrow) for row in rows)
    return _csv((*map(guarded, head), *[""] * narrow), wide, stamp, lang, notes)


def matrix_csv(found: CoverageMatrix, stamp: Provenance, lang: Language) -> bytes:
    """A row for each area and column, with its posts and a column for each of their states."""
    head = (*_MATRIX_HEAD[lang], *(state.label(lang) for state in PostState))
    kind = COLUMN_WORDS.get(found.columns)
    words = {word.value: word.label(lang) for word in kind or ()}
    rows = (
        [row.area.id, ", ".join(row.codes), row.area.name, words.get(column, column), cell.posts,
         *(cell.states.get(state, 0) for state in PostState)]
        for row in found.rows
        for column, cell in zip(found.heads, row.cells, strict=True)
    )  # fmt: skip
    return _csv(head, rows, stamp, lang)


def _node(node: Entity, lang: Language) -> list[object]:
    told = [node.fields.get(name) for name in ("tier", "sector", "hours", "valid_from", "valid_to")]
    return [
        node.id, node.label, node.kind, node.name, _names(node.areas), *told,
        *_check(node.check, lang), node.fields.get("source"),
    ]  # fmt: skip


def _link(link: LinkCard, lang: Language) -> list[object]:
    told = [
        link.fields.get(one) for one in ("gate", "levels", "strength", "valid_from", "valid_to")
    ]
    return [
        link.id, link.source.id, link.source.name, link.type, link.target.id, link.target.name,
        *told, *_check(link.check, lang), link.fields.get("source"),
    ]  # fmt: skip


def _area(row: MapRow) -> list[object]:
    states = [row.states.get(state, 0) for state in PostState]
    return [
        row.area.id, ", ".join(row.codes), row.area.name, row.number, row.of, row.lack, row.posts,
        *states,
    ]  # fmt: skip


def _names(several: Iterable[NodeRef]) -> str:
    return ", ".join(one.name or one.id for one in several)


def _check(check: LastCheck | None, lang: Language) -> tuple[object, object]:
    return (None, None) if check is None else (check.on, check.freshness.label(lang))


def _csv(
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    stamp: Provenance,
    lang: Language,
    notes: Iterable[tuple[str, str]] = (),
) -> bytes:
    text = io.StringIO()
    write = csv.writer(text, delimiter=";", lineterminator="\r\n")
    write.writerow(head)
    write.writerows([_cell(value, lang) for value in row] for row in rows)
    write.writerows(_notes((*notes, *stamp.lines(lang)), len(head)))
    return text.getvalue().encode("utf-8-sig")


def _notes(notes: Iterable[tuple[str, str]], width: int) -> Iterator[list[str]]:
    """Rows as wide as the table, so that no row is ragged."""
    for name, value in notes:
        yield [f"# {name}", guarded(value), *[""] * (width - 2)]


def _cell(value: object, lang: Language) -> str:
    match in_words(value, lang):
        case None:
            return ""
        case float() as number:
            return str(number).replace(".", "," if lang == "da" else ".")
        case date() as day:
            return day.isoformat()
        case told:
            return guarded(str(told))


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
    """A row for each node, community member or district; at `most` rows, with a note if cut."""
    head, rows = _table(found, lang)
    first = list(islice(rows, most))
    is_cut = found.is_cut or next(rows, None) is not None
    notes = (*_metric_notes(found, lang, meaning), *([_CUT[lang]] if is_cut else []))
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


def _metric_notes(found: Metrics, lang: Language, meaning: str) -> Iterator[tuple[str, str]]:
    """How the metric was computed, so that it can be reproduced; empty values are left out."""
    told = (
        meaning, found.method, found.version,
        ", ".join(f"{name}={value}" for name, value in sorted(found.parameters.items())),
        found.nodes, found.links, found.sampled, found.revision, found.policy, found.value,
    )  # fmt: skip
    for name, value in zip(_NOTES[lang], told, strict=True):
        if value not in (None, ""):
            yield name, str(value)

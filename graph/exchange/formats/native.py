"""The structure in the terms of the model: `nodes.csv`, `links.csv` and `about.json`, zipped.

A row for each element. The columns are `label` or `type`, `id`, then the fields of the model in
order of definition, so that the file can be read back; cells follow `native_layout`. As a workbook
the tables are the sheets `nodes` and `links`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final

from graph.access.field_groups import FIELD_GROUP, FieldGroup
from graph.exchange.csv import text_csv
from graph.exchange.formats.excel import workbook
from graph.exchange.native_layout import (
    ABOUT,
    ABOUT_FORMAT,
    LINKS,
    NODES,
    SHEETS,
    SORT_COLUMN,
    native_cell,
)
from graph.exchange.provenance import Provenance, about_json
from graph.exchange.selection import ExportSelection
from graph.exchange.structure_format import StructureFormat
from graph.exchange.zip_file import zip_files
from graph.snapshot.columns import NAME_FIELD
from graph.snapshot.field_types import class_of
from graph.vocabulary import Label, Language, LinkType

_LABELS: Final = tuple(
    label
    for label in Label
    if label not in (Label.RESOURCE_INDIVIDUAL, Label.CONTACT_DETAIL, Label.CONSENT)
)


def _columns(whats: Iterable[Label | LinkType], *also: tuple[Label, str]) -> tuple[str, ...]:
    """The fields of all classes that may be exported, without `id`."""
    return tuple(
        dict.fromkeys(
            field.name
            for what in whats
            for field in fields(class_of(what))
            if field.name != "id"
            and (
                FIELD_GROUP[what, field.name] is FieldGroup.STRUCTURE or (what, field.name) in also
            )
        )
    )


NODE_COLUMNS: Final = _columns(_LABELS, (Label.PERSON, "name"))
LINK_COLUMNS: Final = _columns(LinkType)


def native(selection: ExportSelection, stamp: Provenance, lang: Language) -> bytes:
    """The zip file."""
    entries = {file: text_csv(head, rows) for file, (head, rows) in _tables(selection).items()} | {
        ABOUT: about_json(stamp.lines(lang), ABOUT_FORMAT)
    }
    return zip_files(entries, stamp.made_at)


def native_excel(selection: ExportSelection, stamp: Provenance, lang: Language) -> bytes:
    """The workbook."""
    tables = [(SHEETS[file], head, rows) for file, (head, rows) in _tables(selection).items()]
    return workbook((*tables, ("about", (), stamp.lines(lang))), stamp, lang)


def _tables(
    selection: ExportSelection,
) -> Mapping[str, tuple[Sequence[str], Iterable[Sequence[str]]]]:
    """The headers and rows of the nodes and of the links, by the name of their file."""
    nodes = (
        _row(
            (node.label, node.id),
            NODE_COLUMNS,
            {**node.fields, "kind": node.kind, NAME_FIELD.get(node.label, "name"): node.name},
        )
        for node in selection.nodes
    )
    links = (
        _row(
            (link.type, link.id),
            LINK_COLUMNS,
            {**link.fields, "source_id": link.source.id, "target_id": link.target.id},
        )
        for link in selection.links
    )
    return {
        NODES: ((SORT_COLUMN[NODES], "id", *NODE_COLUMNS), nodes),
        LINKS: ((SORT_COLUMN[LINKS], "id", *LINK_COLUMNS), links),
    }


def _row(key: tuple[str, str], columns: Sequence[str], values: Mapping[str, Any]) -> Sequence[str]:
    return [*map(str, key), *(native_cell(values.get(name)) for name in columns)]


FORMATS: Final = (
    StructureFormat(
        id="NATIVE", label_da="Kontaktvej (ZIP)", label_en="Kontaktvej (ZIP)",
        suffix="zip", media_type="application/zip", write=native,
    ),
    StructureFormat(
        id="NATIVE_EXCEL", label_da="Kontaktvej (Excel, kan indlæses igen)",
        label_en="Kontaktvej (Excel, can be imported again)", suffix="xlsx",
        media_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write=native_excel,
    ),
)  # fmt: skip

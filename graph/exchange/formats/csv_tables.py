"""The structure as two CSV tables for spreadsheets: its nodes, and the links among them."""

from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Final

from graph.exchange.csv import table_csv
from graph.exchange.loss_report import ExportLoss, LossKind, nonzero_losses
from graph.exchange.provenance import Provenance
from graph.exchange.selection import ExportSelection
from graph.exchange.shared_terms import GROUNDS, with_grounds
from graph.exchange.structure_format import CSV_MEDIA_TYPE, StructureFormat
from graph.questions.entities import Entity, LinkCard
from graph.questions.post_states import LastCheck
from graph.vocabulary import Language

NODE_HEAD: Final[dict[Language, tuple[str, ...]]] = {
    "da": ("Id", "Node", "Type", "Navn", "Sted", "Forvaltningsniveau", "Sektor", "Åbningstid",
           "Gælder fra", "Gælder til", "Kontrolleret", "Tilstand", "Kilde", "Id i kilden"),
    "en": ("Id", "Node", "Kind", "Name", "Place", "Tier", "Sector", "Opening hours",
           "Valid from", "Valid to", "Checked", "State", "Source", "Id in the source"),
}  # fmt: skip
_OF_SOURCE: Final = ("source", "external_id")
_NODE_FIELDS: Final = frozenset(
    {"own_kind", "tier", "sector", "hours", "valid_from", "valid_to", *_OF_SOURCE}
)
LINK_HEAD: Final[dict[Language, tuple[str, ...]]] = {
    "da": ("Id", "Fra, id", "Fra", "Forbindelse", "Til, id", "Til", "Grundlag",
           "Forebyggelsesniveauer", "Styrke", "Gælder fra", "Gælder til", "Kontrolleret",
           "Tilstand", "Kilde", "Id i kilden"),
    "en": ("Id", "From, id", "From", "Link", "To, id", "To", "Legal ground", "Prevention levels",
           "Strength", "Valid from", "Valid to", "Checked", "State", "Source", "Id in the source"),
}  # fmt: skip
_LINK_FIELDS: Final = frozenset(
    {"gate", "levels", "strength", "valid_from", "valid_to", *_OF_SOURCE, "verified_on"}
)


def _fields_without_column(
    elements: Iterable[Entity | LinkCard], listed: Set[str] = frozenset()
) -> set[str]:
    """The names of the fields without a column; gate, levels and strength are counted apart."""
    return {name for element in elements for name in element.fields} - listed - GROUNDS


def node_losses(selection: ExportSelection) -> tuple[ExportLoss, ...]:
    """What the table of nodes leaves out."""
    fields = _fields_without_column(selection.nodes, _NODE_FIELDS)
    return nonzero_losses(
        (LossKind.LINKS, selection.link_count),
        (LossKind.GROUNDS, with_grounds(selection.nodes)),
        (LossKind.FIELDS, len(fields)),
    )


def link_losses(selection: ExportSelection) -> tuple[ExportLoss, ...]:
    """What the table of links leaves out; of the nodes at their ends it has only id and name."""
    ends = {end.id for link in selection.links for end in (link.source, link.target)}
    nodes = [node for node in selection.nodes if node.id in ends]
    of_links, of_nodes = (
        _fields_without_column(selection.links, _LINK_FIELDS),
        _fields_without_column(nodes),
    )
    return nonzero_losses(
        (LossKind.NODES, selection.node_count - len(nodes)),
        (LossKind.GROUNDS, with_grounds(nodes)),
        (LossKind.FIELDS, len(of_links | of_nodes)),
    )


def lost_fields(selection: ExportSelection) -> frozenset[str]:
    """The names of the fields that neither table has a column for, but gate and levels."""
    return frozenset(
        _fields_without_column(selection.nodes, _NODE_FIELDS)
        | _fields_without_column(selection.links, _LINK_FIELDS)
    )


def nodes_csv(selection: ExportSelection, _stamp: Provenance, lang: Language) -> bytes:
    """A row for each node."""
    return table_csv(NODE_HEAD[lang], node_rows(selection, lang), lang)


def links_csv(selection: ExportSelection, _stamp: Provenance, lang: Language) -> bytes:
    """A row for each link."""
    return table_csv(LINK_HEAD[lang], link_rows(selection, lang), lang)


def node_rows(selection: ExportSelection, lang: Language) -> Iterator[Sequence[object]]:
    """A row for each node, under the head of nodes; its kind is the own kind, if it has one."""
    names = ("tier", "sector", "hours", "valid_from", "valid_to")
    for node in selection.nodes:
        yield (
            node.id, node.label,
            node.kind and selection.own_kinds.label(node.kind, node.own_kind, lang), node.name,
            ", ".join(area.name or area.id for area in node.areas),
            *map(node.fields.get, names), *_check(node.check, lang),
            *map(node.fields.get, _OF_SOURCE),
        )  # fmt: skip


def link_rows(selection: ExportSelection, lang: Language) -> Iterator[Sequence[object]]:
    """A row for each link, under the head of links."""
    names = ("gate", "levels", "strength", "valid_from", "valid_to")
    for link in selection.links:
        yield (
            link.id, link.source.id, link.source.name, link.type, link.target.id,
            link.target.name, *map(link.fields.get, names), *_check(link.check, lang),
            *map(link.fields.get, _OF_SOURCE),
        )  # fmt: skip


def _check(check: LastCheck | None, lang: Language) -> tuple[object, object]:
    return (None, None) if check is None else (check.on, check.freshness.label(lang))


FORMATS: Final = (
    StructureFormat(
        id="NODES_CSV", label_da="Noder (CSV)", label_en="Nodes (CSV)",
        suffix="csv", media_type=CSV_MEDIA_TYPE, write=nodes_csv, losses=node_losses,
        rows=lambda selection: selection.node_count,
    ),
    StructureFormat(
        id="LINKS_CSV", label_da="Forbindelser (CSV)", label_en="Links (CSV)",
        suffix="csv", media_type=CSV_MEDIA_TYPE, write=links_csv, losses=link_losses,
        rows=lambda selection: selection.link_count,
    ),
)  # fmt: skip

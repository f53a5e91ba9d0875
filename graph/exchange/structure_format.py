"""A format in which the structure is exported: its labels, its writer and its losses.

A module of `graph.exchange.formats` defines one in its `FORMATS`; nothing else lists them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from graph.exchange.loss_report import ExportLoss
from graph.exchange.provenance import Provenance
from graph.exchange.selection import ExportSelection
from graph.vocabulary import Language

Writer = Callable[[ExportSelection, Provenance, Language], bytes]


def every_element(selection: ExportSelection) -> int:
    """The number of nodes and links."""
    return selection.node_count + selection.link_count


def no_losses(_selection: ExportSelection) -> tuple[ExportLoss, ...]:
    """Return no losses beyond those of the selection."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StructureFormat:
    """One format; `suffix` ends the name of the file, `rows` counts what the file lists.

    `losses` are those of the format, in addition to those of the selection.
    """

    id: str
    label_da: str
    label_en: str
    suffix: str
    media_type: str
    write: Writer
    losses: Callable[[ExportSelection], tuple[ExportLoss, ...]] = no_losses
    rows: Callable[[ExportSelection], int] = every_element


CSV_MEDIA_TYPE: Final = "text/csv; charset=utf-8; header=present"

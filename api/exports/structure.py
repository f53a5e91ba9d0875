"""A list or a network as a file: no contact details, and names only if they may be exported."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from api.errors import Refused
from api.exports.request import ExportFile, ExportOutline
from api.i18n import bilingual
from api.schemas.exports import AskedExport
from graph.access.view import View
from graph.exchange.csv import link_losses, links_csv, node_losses, nodes_csv
from graph.exchange.graph_files import gexf, graphml, network_losses
from graph.exchange.loss_report import ExportLoss, report
from graph.exchange.provenance import Provenance
from graph.exchange.selection import ExportSelection, export_selection
from graph.vocabulary import Language

MOST_ROWS: Final = 5_000
MOST_NAMED: Final = 500
"""Maximum length of a file without and with names. Source: security.md §2, table of actions."""
Write = Callable[[ExportSelection, Provenance, Language], bytes]
_WRITE: Final[Mapping[str, tuple[Write, Callable[[ExportSelection], tuple[ExportLoss, ...]]]]] = {
    "NODES_CSV": (nodes_csv, node_losses),
    "LINKS_CSV": (links_csv, link_losses),
    "GRAPHML": (graphml, network_losses),
    "GEXF": (gexf, network_losses),
}


def outline(view: View, asked: AskedExport) -> ExportOutline:
    """The length and the losses of the file.

    Raises:
        NotFound: one of the nodes is absent or hidden.
        Refused: it would be too long.
    """
    found = export_selection(view, asked.nodes, with_names=asked.with_names)
    return ExportOutline(rows=_rows(found, asked), losses=_losses(found, asked))


def build(view: View, asked: AskedExport, stamp: Provenance, lang: Language) -> ExportFile:
    """The file. Raises: as `outline`."""
    found = export_selection(view, asked.nodes, with_names=asked.with_names)
    rows = _rows(found, asked)
    write, _ = _WRITE[asked.format]
    content = write(found, replace(stamp, losses=_losses(found, asked)), lang)
    return ExportFile(content=content, rows=rows, people=found.people)


def _losses(found: ExportSelection, asked: AskedExport) -> tuple[ExportLoss, ...]:
    _, lost = _WRITE[asked.format]
    return report((*found.losses, *lost(found)))


def _rows(found: ExportSelection, asked: AskedExport) -> int:
    nodes, links = found.node_count, found.link_count
    rows = {"NODES_CSV": nodes, "LINKS_CSV": links}.get(asked.format, nodes + links)
    require_room(rows, with_names=asked.with_names)
    return rows


def require_room(rows: int, *, with_names: bool) -> None:
    """Require that a file is not too long. Raises: Refused."""
    most = MOST_NAMED if with_names else MOST_ROWS
    if rows > most:
        raise Refused(
            "too-large",
            bilingual(
                "A file holds {most} rows at most; this one would have {rows}.",
                most=most,
                rows=rows,
            ),
            most=most,
        )

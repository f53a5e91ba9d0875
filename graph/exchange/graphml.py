"""A network as GraphML, with where it comes from as attributes of the graph."""

import io

from graph.exchange.graph_files import network
from graph.exchange.provenance import Provenance
from graph.exchange.selection import ExportSelection
from graph.vocabulary import Language


def graphml(taken: ExportSelection, stamp: Provenance, lang: Language) -> bytes:
    """The nodes and links; attributes stand under their names, links under their ids."""
    import networkx as nx  # 20 MB, for whoever asks for a file

    graph = network(taken)
    graph.graph |= _told(stamp, lang)
    out = io.BytesIO()
    nx.write_graphml_xml(graph, out, named_key_ids=True)
    return out.getvalue()


def _told(stamp: Provenance, lang: Language) -> dict[str, str | bool]:
    return {
        "export_number": stamp.number,
        "account": stamp.account,
        "made_at": stamp.made_at.isoformat(timespec="seconds"),
        "on": stamp.on.isoformat(),
        "is_demo": stamp.is_demo,
        "losses": " ".join(loss.text(lang) for loss in stamp.losses),
    }

"""A selection as GraphML and GEXF, written by networkx, with its provenance.

Attributes have their names in the model, terms their identifiers, since programs read these files.
Attributes that collide with names reserved by the formats are renamed: `class` is a node's label,
`relation` a link's type; `label` is the text drawn for it.
"""

import io
from collections.abc import Mapping
from datetime import date
from typing import Any, Final, cast
from xml.etree.ElementTree import SubElement, tostring

from graph.exchange.loss_report import ExportLoss, LossKind, nonzero_losses
from graph.exchange.provenance import Provenance
from graph.exchange.selection import ExportSelection
from graph.exchange.structure_format import StructureFormat
from graph.questions.post_states import LastCheck
from graph.vocabulary import Language

_RENAMED: Final = {"kind": "supports_kind"}  # GEXF reserves a link's `kind`


def network(selection: ExportSelection) -> Any:
    """A directed multigraph; parallel links have their ids, as key and as attribute."""
    import networkx as nx  # 20 MB, imported on demand

    graph: Any = nx.MultiDiGraph()  # pyright: ignore[reportUnknownVariableType] - it has no types
    for node in selection.nodes:
        about = {"label": node.name or node.id, "class": node.label, "name": node.name}
        about |= {"kind": node.kind, "areas": ", ".join(area.id for area in node.areas) or None}
        graph.add_node(node.id, **_attributes({**about, **_check(node.check), **node.fields}))
    for link in selection.links:
        fields = {_RENAMED.get(name, name): value for name, value in link.fields.items()}
        about = {"id": link.id, "label": link.type, "relation": link.type}
        attributes = _attributes({**about, **_check(link.check), **fields})
        graph.add_edge(link.source.id, link.target.id, key=link.id, **attributes)
    return graph


def network_losses(selection: ExportSelection) -> tuple[ExportLoss, ...]:
    """What neither format can represent: dates, and fields of several values."""
    values = [value for element in (*selection.nodes, *selection.links)
              for value in element.fields.values()]  # fmt: skip
    sets = sum(isinstance(value, frozenset) for value in values)
    days = sum(isinstance(value, date) for value in values)
    return nonzero_losses((LossKind.LISTS, sets), (LossKind.DATES, days))


def _check(check: LastCheck | None) -> Mapping[str, object]:
    return {} if check is None else {"checked_on": check.on, "freshness": check.freshness}


def _attributes(fields: Mapping[str, object]) -> dict[str, object]:
    attributes: dict[str, object] = {}
    for name, value in fields.items():
        match value:
            case None:
                continue
            case bool() | int() | float():
                attributes[name] = value
            case frozenset():
                attributes[name] = ", ".join(sorted(map(str, cast("frozenset[object]", value))))
            case date():
                attributes[name] = value.isoformat()
            case _:
                attributes[name] = str(value)
    return attributes


def graphml(selection: ExportSelection, stamp: Provenance, lang: Language) -> bytes:
    """The nodes and links as GraphML; attributes by name, links by id."""
    import networkx as nx  # 20 MB, imported on demand

    graph = network(selection)
    graph.graph |= {
        "export_number": stamp.number,
        "account": stamp.account,
        "made_at": stamp.made_at.isoformat(timespec="seconds"),
        "on": stamp.on.isoformat(),
        "is_demo": stamp.is_demo,
        "losses": " ".join(loss.text(lang) for loss in stamp.losses),
    }
    out = io.BytesIO()
    nx.write_graphml_xml(graph, out)
    return out.getvalue()


def gexf(selection: ExportSelection, stamp: Provenance, lang: Language) -> bytes:
    """The nodes and links as GEXF; links by id."""
    from networkx.readwrite.gexf import GEXFWriter  # 20 MB, imported on demand

    writer: Any = GEXFWriter(network(selection), version="1.2draft")
    meta = writer.xml.find("meta")
    meta.set("lastmodifieddate", stamp.made_at.date().isoformat())
    meta.find("creator").text = "Kontaktvej"
    SubElement(meta, "description").text = stamp.sentence(lang)
    return cast("bytes", tostring(writer.xml, encoding="utf-8", xml_declaration=True))


FORMATS: Final = (
    StructureFormat(
        id="GRAPHML", label_da="GraphML", label_en="GraphML",
        suffix="graphml", media_type="application/graphml+xml",
        write=graphml, losses=network_losses,
    ),
    StructureFormat(
        id="GEXF", label_da="GEXF", label_en="GEXF",
        suffix="gexf", media_type="application/gexf+xml", write=gexf, losses=network_losses,
    ),
)  # fmt: skip

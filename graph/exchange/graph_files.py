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

from graph.exchange.loss_report import ExportLoss, LossKind, counted
from graph.exchange.provenance import Provenance
from graph.exchange.selection import ExportSelection, several
from graph.questions.post_states import LastCheck
from graph.vocabulary import Language

_RENAMED: Final = {"kind": "supports_kind"}  # GEXF reserves a link's `kind`


def network(taken: ExportSelection) -> Any:
    """A directed multigraph; parallel links have their ids, as key and as attribute."""
    import networkx as nx  # 20 MB, imported on demand

    graph: Any = nx.MultiDiGraph()  # pyright: ignore[reportUnknownVariableType] - it has no types
    for node in taken.nodes:
        about = {"label": node.name or node.id, "class": node.label, "name": node.name}
        about |= {"kind": node.kind, "areas": ", ".join(one.id for one in node.areas) or None}
        graph.add_node(node.id, **_told({**about, **_check(node.check), **node.fields}))
    for link in taken.links:
        fields = {_RENAMED.get(name, name): value for name, value in link.fields.items()}
        about = {"id": link.id, "label": link.type, "relation": link.type}
        told = _told({**about, **_check(link.check), **fields})
        graph.add_edge(link.source.id, link.target.id, key=link.id, **told)
    return graph


def network_losses(taken: ExportSelection) -> tuple[ExportLoss, ...]:
    """What neither format can represent: dates, and fields of several values."""
    things = [*(node.fields for node in taken.nodes), *(link.fields for link in taken.links)]
    sets = sum(several(value) for fields in things for value in fields.values())
    days = sum(isinstance(value, date) for fields in things for value in fields.values())
    return counted((LossKind.LISTS, sets), (LossKind.DATES, days))


def _check(check: LastCheck | None) -> Mapping[str, object]:
    return {} if check is None else {"checked_on": check.on, "freshness": check.freshness}


def _told(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: _value(value) for name, value in fields.items() if value is not None}


def _value(value: object) -> object:
    match value:
        case bool() | int() | float():
            return value
        case frozenset():
            return ", ".join(sorted(map(str, cast("frozenset[object]", value))))
        case date():
            return value.isoformat()
        case _:
            return str(value)


def graphml(taken: ExportSelection, stamp: Provenance, lang: Language) -> bytes:
    """The nodes and links as GraphML; attributes by name, links by id."""
    import networkx as nx  # 20 MB, imported on demand

    graph = network(taken)
    graph.graph |= _attributes(stamp, lang)
    out = io.BytesIO()
    nx.write_graphml_xml(graph, out, named_key_ids=True)
    return out.getvalue()


def _attributes(stamp: Provenance, lang: Language) -> dict[str, str | bool]:
    return {
        "export_number": stamp.number,
        "account": stamp.account,
        "made_at": stamp.made_at.isoformat(timespec="seconds"),
        "on": stamp.on.isoformat(),
        "is_demo": stamp.is_demo,
        "losses": " ".join(loss.text(lang) for loss in stamp.losses),
    }


def gexf(taken: ExportSelection, stamp: Provenance, lang: Language) -> bytes:
    """The nodes and links as GEXF; links by id."""
    from networkx.readwrite.gexf import GEXFWriter  # 20 MB, imported on demand

    writer: Any = GEXFWriter(network(taken), version="1.2draft")
    meta = writer.xml.find("meta")
    meta.set("lastmodifieddate", stamp.made_at.date().isoformat())
    meta.find("creator").text = "Kontaktvej"
    SubElement(meta, "description").text = stamp.sentence(lang)
    told: bytes = tostring(writer.xml, encoding="utf-8", xml_declaration=True)
    return told

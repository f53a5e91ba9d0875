"""A network as GEXF 1.2, as Gephi reads it, with where it comes from in its description."""

from typing import Any
from xml.etree.ElementTree import SubElement, tostring

from graph.exchange.graph_files import network
from graph.exchange.provenance import Provenance
from graph.exchange.selection import ExportSelection
from graph.vocabulary import Language


def gexf(taken: ExportSelection, stamp: Provenance, lang: Language) -> bytes:
    """The nodes and links; links under their ids."""
    from networkx.readwrite.gexf import GEXFWriter  # 20 MB, for whoever asks for a file

    writer: Any = GEXFWriter(network(taken), version="1.2draft")
    meta = writer.xml.find("meta")
    meta.set("lastmodifieddate", stamp.made_at.date().isoformat())
    meta.find("creator").text = "Kontaktvej"
    SubElement(meta, "description").text = stamp.sentence(lang)
    told: bytes = tostring(writer.xml, encoding="utf-8", xml_declaration=True)
    return told

import io
from dataclasses import replace
from typing import Any
from xml.etree.ElementTree import fromstring

import networkx as nx
import pytest

from graph.access.policy import Role
from graph.exchange.formats.graph_files import gexf, graphml, network, network_losses
from graph.exchange.loss_report import LossKind, report
from graph.exchange.selection import ExportSelection
from graph.model import MemberOf
from graph.vocabulary import LegalGate
from tests import kystby
from tests.fixtures.snapshots import snapshot_of
from tests.graph.exchange.selections import everything, selection_of
from tests.graph.exchange.stamps import stamp
from tests.graph.paths.additions import tie
from tests.kystby import caller_of, view_of

IDS = ("ssp-post", "ssp", "intake", "ihd", "amina", "bo", "kystby", "kystby-kommune", "duty")


def town(**changed: dict[str, Any]) -> ExportSelection:
    """Kystby's SSP, whose coordinator is also a member: two parallel links."""
    second = replace(tie(MemberOf, "ssp-post", "ssp", gate=LegalGate.SSP_115), id="second")
    view = view_of(snapshot_of((*kystby.elements(**changed), second)), caller_of(Role.COORDINATOR))
    return ExportSelection(view, IDS, with_names=False)


def read(content: bytes, format: str) -> Any:
    source: Any = io.BytesIO(content)
    if format == "gexf":
        return nx.read_gexf(source)  # pyright: ignore[reportUnknownVariableType] - no types
    return nx.read_graphml(source, force_multigraph=True)  # pyright: ignore[reportUnknownVariableType] - no types


@pytest.mark.parametrize(("write", "format"), [(graphml, "graphml"), (gexf, "gexf")])
def test_another_program_reads_back_the_same_nodes_links_and_values(
    write: Any, format: str
) -> None:
    selection = town()
    before, after = network(selection), read(write(selection, stamp(selection), "da"), format)
    assert set(after.nodes) == set(before.nodes) == set(IDS)
    assert len(after.edges) == len(before.edges) == len(selection.links)
    for node, attributes in before.nodes(data=True):
        assert {name: after.nodes[node].get(name) for name in attributes} == attributes
    ids = {link.id: (link.source.id, link.target.id) for link in selection.links}
    for source, target, attributes in after.edges(data=True):
        assert ids.pop(attributes["id"]) == (source, target)
    assert ids == {}


def test_graphml_preserves_value_types_and_writes_vocabulary_as_codes() -> None:
    after = read(graphml(town(), stamp(), "da"), "graphml")
    post = after.nodes["ssp-post"]
    assert (post["class"], post["kind"]) == ("Actor", "SSP_COORDINATOR")
    assert (post["label"], post["areas"]) == ("SSP-koordinator, Kystby", "kystby")
    assert post["is_unit_only"] is False
    (link,) = [
        attributes
        for *_, attributes in after.edges(data=True)
        if attributes["relation"] == "COORDINATES"
    ]
    assert (link["strength"], link["gate"]) == (0.9, "SSP_115")
    assert link["verified_on"] == "2026-10-15"
    assert after.nodes["amina"]["label"] == "amina"
    assert "name" not in after.nodes["amina"]


def test_each_file_contains_its_provenance_and_losses() -> None:
    selection = town()
    losses = report((*selection.losses, *network_losses(selection)))
    assert {loss.kind for loss in losses} == {
        LossKind.DETAILS, LossKind.NAMES, LossKind.PERSONAL, LossKind.CHECKERS, LossKind.LISTS,
        LossKind.DATES,
    }  # fmt: skip
    marked = stamp(selection, losses=losses)
    after = read(graphml(selection, marked, "en"), "graphml")
    assert after.graph["export_number"] == marked.number
    assert after.graph["account"] == "acc-1"
    assert after.graph["on"] == "2026-11-25"
    assert after.graph["is_demo"] is True
    assert "People stand by id, not by name (2)." in after.graph["losses"]
    meta = fromstring(gexf(selection, marked, "en"))[0]
    content = "".join(meta.itertext())
    assert meta.get("lastmodifieddate") == "2026-11-25"
    for text in (marked.number, "acc-1", "Demo data", "Contact details stay behind"):
        assert text in content


def test_each_attribute_of_a_node_or_link_is_declared_once_with_its_type() -> None:
    selection = selection_of(everything())
    root = fromstring(graphml(selection, stamp(), "da"))
    keys = [key.attrib for key in root.iter() if key.tag.endswith("}key")]
    assert len({key["id"] for key in keys}) == len(keys)
    types = {(key["for"], key["attr.name"]): key["attr.type"] for key in keys}
    assert len(types) == len(keys)
    assert types["node", "source"] == types["edge", "source"] == "string"
    assert types["edge", "strength"] == "double"
    assert types["node", "is_unit_only"] == "boolean"
    assert types["node", "review_every_days"] == "long"
    used = {data.get("key") for data in root.iter() if data.tag.endswith("}data")}
    assert used == {key["id"] for key in keys}
    attributes = [element for element in fromstring(gexf(selection, stamp(), "da")).iter()
                  if element.tag.endswith("}attribute")]  # fmt: skip
    assert len({element.get("id") for element in attributes}) == len(attributes)


def test_xml_special_characters_in_a_name_are_escaped() -> None:
    name = "<b>&amp;]]>\"' Ærø</b>"
    for write, format in ((graphml, "graphml"), (gexf, "gexf")):
        after = read(write(town(ssp={"name": name}), stamp(), "da"), format)
        assert after.nodes["ssp"]["name"] == name


def test_the_same_selection_is_written_to_identical_bytes() -> None:
    assert graphml(town(), stamp(), "da") == graphml(town(), stamp(), "da")
    assert gexf(town(), stamp(), "da") == gexf(town(), stamp(), "da")

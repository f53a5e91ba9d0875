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
    view = view_of(snapshot_of((*kystby.things(**changed), second)), caller_of(Role.COORDINATOR))
    return ExportSelection(view, IDS, with_names=False)


def read(told: bytes, format: str) -> Any:
    source: Any = io.BytesIO(told)
    if format == "gexf":
        return nx.read_gexf(source)  # pyright: ignore[reportUnknownVariableType] - no types
    return nx.read_graphml(source, force_multigraph=True)  # pyright: ignore[reportUnknownVariableType] - no types


@pytest.mark.parametrize(("write", "format"), [(graphml, "graphml"), (gexf, "gexf")])
def test_another_program_reads_back_the_same_nodes_links_and_values(
    write: Any, format: str
) -> None:
    found = town()
    before, after = network(found), read(write(found, stamp(found), "da"), format)
    assert set(after.nodes) == set(before.nodes) == set(IDS)
    assert len(after.edges) == len(before.edges) == len(found.links)
    for node, told in before.nodes(data=True):
        assert {name: after.nodes[node].get(name) for name in told} == told
    ids = {link.id: (link.source.id, link.target.id) for link in found.links}
    for source, target, told in after.edges(data=True):
        assert ids.pop(told["id"]) == (source, target)
    assert ids == {}


def test_values_keep_their_types_and_words_are_identifiers() -> None:
    after = read(graphml(town(), stamp(), "da"), "graphml")
    post = after.nodes["ssp-post"]
    assert (post["class"], post["kind"]) == ("Actor", "SSP_COORDINATOR")
    assert (post["label"], post["areas"]) == ("SSP-koordinator, Kystby", "kystby")
    assert post["is_unit_only"] is False
    (link,) = [told for *_, told in after.edges(data=True) if told["relation"] == "COORDINATES"]
    assert (link["strength"], link["gate"]) == (0.9, "SSP_115")
    assert link["verified_on"] == "2026-10-15"
    assert after.nodes["amina"]["label"] == "amina"
    assert "name" not in after.nodes["amina"]


def test_each_file_says_where_it_comes_from_and_what_it_does_not_hold() -> None:
    found = town()
    losses = report((*found.losses, *network_losses(found)))
    assert {loss.kind for loss in losses} == {
        LossKind.DETAILS, LossKind.NAMES, LossKind.PERSONAL, LossKind.CHECKERS, LossKind.LISTS,
        LossKind.DATES,
    }  # fmt: skip
    marked = stamp(found, losses=losses)
    after = read(graphml(found, marked, "en"), "graphml")
    assert after.graph["export_number"] == marked.number
    assert after.graph["account"] == "acc-1"
    assert after.graph["on"] == "2026-11-25"
    assert after.graph["is_demo"] is True
    assert "People stand by id, not by name (2)." in after.graph["losses"]
    meta = fromstring(gexf(found, marked, "en"))[0]
    told = "".join(meta.itertext())
    assert meta.get("lastmodifieddate") == "2026-11-25"
    for text in (marked.number, "acc-1", "Demo data", "Contact details stay behind"):
        assert text in told


def test_each_attribute_of_a_node_or_link_is_declared_once_with_its_type() -> None:
    found = selection_of(everything())
    root = fromstring(graphml(found, stamp(), "da"))
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
    attributes = [one for one in fromstring(gexf(found, stamp(), "da")).iter()
                  if one.tag.endswith("}attribute")]  # fmt: skip
    assert len({one.get("id") for one in attributes}) == len(attributes)


def test_no_name_leaves_its_place_in_the_file() -> None:
    name = "<b>&amp;]]>\"' Ærø</b>"
    for write, format in ((graphml, "graphml"), (gexf, "gexf")):
        after = read(write(town(ssp={"name": name}), stamp(), "da"), format)
        assert after.nodes["ssp"]["name"] == name


def test_the_same_is_written_the_same() -> None:
    assert graphml(town(), stamp(), "da") == graphml(town(), stamp(), "da")
    assert gexf(town(), stamp(), "da") == gexf(town(), stamp(), "da")

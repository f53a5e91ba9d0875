"""Each node and link of a selection is in the file, as another program reads it, or is lost."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import pytest

from graph.access.policy import Role
from graph.exchange.formats import FORMATS
from graph.exchange.loss_report import LossKind
from graph.exchange.selection import ExportSelection
from graph.model import Coordinates, Element, MemberOf, Network, PartOf
from graph.vocabulary import CoordinationFunction, LegalGate, LinkType, NetworkKind, PreventionLevel
from tests import kystby
from tests.graph.exchange.selections import everything, rich_things, selection_of
from tests.graph.exchange.stamps import stamp
from tests.graph.paths.additions import tie
from tests.seed import demo

Tie = tuple[LinkType, str, str]
File = tuple[set[str], list[Tie]]
"""The ids of the nodes of a file, and its links."""


def read_hsds(document: Any, selection: ExportSelection) -> File:
    ids = {row["organization_id"]: row["identifier"]
           for row in document.get("organization_identifier", ())
           if row["identifier_type"] == "kontaktvej"}  # fmt: skip
    for row in document.get("attribute", ()):
        if row.get("link_type") == "kontaktvej":
            ids[row["link_id"]] = row["value"]
    known = {(link.type, link.source.id, link.target.id) for link in selection.links}
    ties = [
        (LinkType.PART_OF, ids[row["id"]], ids[row["parent_organization_id"]])
        for row in document.get("organization", ())
        if "parent_organization_id" in row
    ]
    for row in document.get("service", ()):
        if "organization_id" in row:
            ties.append((LinkType.BELONGS_TO, ids[row["id"]], ids[row["organization_id"]]))
        if "program_id" in row:
            ends = ids[row["id"]], ids[row["program_id"]]
            coordinates = (LinkType.COORDINATES, *ends) in known
            ties.append((LinkType.COORDINATES if coordinates else LinkType.MEMBER_OF, *ends))
    areas: set[str] = set()
    for row in document.get("service_area", ()):
        area = row["uri"].removeprefix("urn:kontaktvej:")
        areas.add(area)
        if (covers := (LinkType.COVERS, ids[row["service_id"]], area)) in known:
            ties.append(covers)  # else the area is that of the authority
    ties += [
        (LinkType.HOLDS, ids[row["id"]], ids[row["service_id"]])
        for row in document.get("contact", ())
    ]
    return {*ids.values(), *areas}, ties


_POPOLO: Final = {
    ("organizations", "parent_id"): LinkType.PART_OF,
    ("organizations", "area_id"): LinkType.COVERS,
    ("posts", "area_id"): LinkType.COVERS,
    ("posts", "organization_id"): LinkType.BELONGS_TO,
    ("areas", "parent_id"): LinkType.LIES_IN,
}


def read_popolo(document: Any, selection: ExportSelection) -> File:
    by_id = {link.id: link for link in selection.links}
    nodes = {record["id"] for name in ("organizations", "posts", "persons", "areas")
             for record in document[name]}  # fmt: skip
    ties = [
        (link_type, record["id"], record[key])
        for (name, key), link_type in _POPOLO.items()
        for record in document[name]
        if key in record
    ]
    for record in document["memberships"]:
        link = by_id[record["id"]]
        ends = {value for key, value in record.items() if key.endswith("_id")}
        assert {link.source.id, link.target.id} <= {*ends, record.get("member", {}).get("id")}
        ties.append((link.type, link.source.id, link.target.id))
    return nodes, ties


_JSON_LD: Final = {
    "subOrganizationOf": LinkType.PART_OF, "postIn": LinkType.BELONGS_TO,
    "areaServed": LinkType.COVERS, "containedInPlace": LinkType.LIES_IN,
    "holds": LinkType.HOLDS, "subjectOf": LinkType.GOVERNED_BY,
}  # fmt: skip


def read_json_ld(document: Any, selection: ExportSelection) -> File:
    by_id = {link.id: link for link in selection.links}
    nodes: set[str] = set()
    ties: list[Tie] = []
    for record in document["@graph"][1:]:
        key = record["id"].removeprefix("urn:kontaktvej:")
        if "member" not in record:
            nodes.add(key)
        elif by_id[key].type is not LinkType.HOLDS:
            ties.append((by_id[key].type, by_id[key].source.id, by_id[key].target.id))
        ties += [
            (link_type, key, target.removeprefix("urn:kontaktvej:"))
            for name, link_type in _JSON_LD.items()
            for target in record.get(name, ())
        ]
    return nodes, ties


READERS: Final[dict[str, Callable[[Any, ExportSelection], File]]] = {
    "HSDS": read_hsds, "POPOLO": read_popolo, "JSON_LD": read_json_ld,
}  # fmt: skip
EACH = pytest.mark.parametrize("name", READERS)


def losses_of(name: str, selection: ExportSelection) -> Counter[LossKind]:
    return Counter({loss.kind: loss.count or 0 for loss in FORMATS[name].losses(selection)})


def check(name: str, selection: ExportSelection) -> None:
    """Assert that what is not in the file is exactly what the losses count."""
    document = json.loads(FORMATS[name].write(selection, stamp(selection), "da"))
    nodes, ties = READERS[name](document, selection)
    links: Counter[Tie] = Counter(
        (link.type, link.source.id, link.target.id) for link in selection.links
    )
    assert not Counter(ties) - links
    lost = losses_of(name, selection)
    node_ids = {node.id for node in selection.nodes} & nodes
    assert lost[LossKind.NODES] + lost[LossKind.PROGRAMS] == selection.node_count - len(node_ids)
    assert lost[LossKind.LINKS] == selection.link_count - len(ties)


def two_networks() -> tuple[Element, ...]:
    """Kystby with a second network: the SSP post is a member of it, and it is part of the SSP."""
    psp = Network(
        id="apsp", kind=NetworkKind.PSP_OPERATIONAL, name="PSP Kystby", gate=LegalGate.PSP_115,
        levels=frozenset(PreventionLevel), source="kystby",
    )  # fmt: skip
    gate = {"gate": LegalGate.PSP_115}
    return (
        *rich_things(), psp,
        replace(tie(MemberOf, "ssp-post", "apsp", **gate), id="a-member"),
        tie(Coordinates, "intake", "apsp", function=CoordinationFunction.CHAIR, **gate),
        tie(PartOf, "apsp", "ssp"),
    )  # fmt: skip


@EACH
@pytest.mark.parametrize("with_names", [False, True])
def test_each_element_of_a_town_is_in_the_file_or_counted_as_lost(
    name: str, with_names: bool
) -> None:
    for elements in (rich_things(), two_networks()):
        check(name, selection_of(everything(elements), with_names=with_names))


PARTS: Final = (
    ("kystby-kommune", "kystby"),
    ("ssp",),
    ("ssp-post", "kystby"),
    ("ssp-post", "ssp", "apsp", "intake", "kystby-kommune"),
    ("amina", "bo", "ssp-post"),
    ("duty", "ihd", "kystby-kommune"),
)
"""Selections of which links lead out, or whose only link has no place."""


@EACH
@pytest.mark.parametrize("ids", PARTS)
def test_each_element_of_a_partial_selection_is_in_the_file_or_counted_as_lost(
    name: str, ids: tuple[str, ...]
) -> None:
    check(name, ExportSelection(everything(two_networks()), ids, with_names=False))


@EACH
@pytest.mark.slow
def test_each_element_of_the_demo_is_in_the_file_or_counted_as_lost(name: str) -> None:
    check(name, selection_of(demo.view_of(), with_names=True))


def test_a_service_of_hsds_is_in_the_network_that_its_post_coordinates() -> None:
    ids = ("ssp-post", "ssp", "apsp", "intake", "kystby-kommune")
    selection = ExportSelection(everything(two_networks()), ids, with_names=False)
    _, ties = read_hsds(json.loads(FORMATS["HSDS"].write(selection, stamp(), "da")), selection)
    assert (LinkType.COORDINATES, "ssp-post", "ssp") in ties
    assert (LinkType.MEMBER_OF, "ssp-post", "apsp") not in ties
    # two more meetings, and a network's part
    assert losses_of("HSDS", selection)[LossKind.LINKS] == 3


def test_hsds_has_no_areas_of_an_authority() -> None:
    selection = ExportSelection(everything(), ("kystby-kommune", "kystby"), with_names=False)
    assert [link.type for link in selection.links] == [LinkType.COVERS]
    lost = losses_of("HSDS", selection)
    assert (lost[LossKind.NODES], lost[LossKind.LINKS]) == (1, 1)


@pytest.mark.parametrize(("hours", "lost"), [("MO-FR 09:00-15:00", 0), (None, 1)])
def test_hsds_has_the_dates_of_a_post_only_with_its_hours(hours: str | None, lost: int) -> None:
    dated = {"hours": hours, "valid_from": kystby.TODAY, "valid_to": None}
    view = everything(kystby.elements(**{"ssp-post": dated}), Role.COORDINATOR)
    selection = ExportSelection(view, ("ssp-post",), with_names=False)
    content = FORMATS["HSDS"].write(selection, stamp(), "da").decode()
    assert ('"valid_from": "2026-11-25"' in content) is (lost == 0)
    assert losses_of("HSDS", selection)[LossKind.POST_DATES] == lost


def test_json_ld_has_the_dates_of_a_holder_only_if_the_post_has_an_authority() -> None:
    view = everything()
    for ids, lost in ((("amina", "ssp-post"), 1), (("amina", "ssp-post", "kystby-kommune"), 0)):
        selection = ExportSelection(view, ids, with_names=False)
        content = FORMATS["JSON_LD"].write(selection, stamp(), "da").decode()
        assert ('"startDate": "2024-08-01"' in content) is (lost == 0)
        assert losses_of("JSON_LD", selection)[LossKind.HOLDER_DATES] == lost

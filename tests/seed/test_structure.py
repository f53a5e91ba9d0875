"""The real structure as a whole: its sums and rows, ids, names and sources."""

import re
from collections import Counter
from datetime import date
from typing import Any

import pytest

from graph.model import (
    Actor,
    Area,
    Authority,
    BelongsTo,
    Coordinates,
    Covers,
    DeputizesFor,
    EntryPointFor,
    EscalatesTo,
    GovernedBy,
    HopLink,
    LiesIn,
    Link,
    Mark,
    MemberOf,
    Network,
    Node,
    PartOf,
    Plan,
    RefersTo,
    SucceededBy,
    Supports,
    marked_fields,
)
from graph.model.base import each_text
from graph.model.content_filter import refuse_content
from graph.model.rule_context import rule_context
from graph.model.rules import violations
from seed.structure import structure
from seed.structure.sources import DATA
from tests.seed.real_structure import BUILT, NODES, links, nodes


def test_the_structure_has_1970_nodes_and_6807_links() -> None:
    assert (len(BUILT.nodes), len(BUILT.links)) == (1970, 6939)


@pytest.mark.parametrize(
    ("cls", "count"),
    [(Area, 117), (Authority, 179), (Network, 529), (Actor, 925), (Plan, 220)],
)
def test_each_node_class_has_the_expected_count(cls: type[Node], count: int) -> None:
    assert len(nodes(cls)) == count


@pytest.mark.parametrize(
    ("cls", "count"),
    [
        (LiesIn, 260), (PartOf, 169), (Covers, 788), (BelongsTo, 928), (Coordinates, 921),
        (MemberOf, 1825), (Supports, 141), (RefersTo, 855), (EscalatesTo, 292),
        (EntryPointFor, 424), (GovernedBy, 220), (DeputizesFor, 110), (SucceededBy, 6),
    ],
)  # fmt: skip
def test_each_link_class_has_the_expected_count(cls: type[Link], count: int) -> None:
    assert len(links(cls)) == count


def test_building_twice_gives_equal_things() -> None:
    assert structure() == BUILT


def test_ids_are_unique() -> None:
    elements = (*BUILT.nodes, *BUILT.links)
    assert len({element.id for element in elements}) == len(elements)


@pytest.mark.parametrize("cls", [Area, Authority, Network, Actor])
def test_no_two_nodes_of_a_label_share_a_name(
    cls: type[Area | Authority | Network | Actor],
) -> None:
    assert [name for name, n in Counter(node.name for node in nodes(cls)).items() if n > 1] == []


@pytest.mark.parametrize(
    ("node_id", "name"),
    [
        ("act-rel-0787", "Hovedkontakt, god løsladelse, Thisted"),
        ("act-ihm-0787", "Infohus-tovholder, Thisted Kommune"),
        ("act-ihp-0787", "Infohus-tovholder, politi, Thisted"),
        ("act-ihd-1462", "Infohus-tovholder, Midt- og Vestjylland"),
        ("act-ssp-0825", "SSP-koordinator, Læsø"),
        ("act-sspp-1460", "SSP-koordinator, politi, Nordjylland"),
        ("act-head-1462", "Leder, kriminalpræventiv sektion, Midt- og Vestjylland"),
        ("act-pet-capacity", "PET: kapacitet"),
        ("act-cde-1", "Rådgiver, CDE"),
        ("aut-pet-fc", "PET Forebyggelsescenter"),
        ("net-ihk-0787", "Infohus Thisted"),
        ("net-ssp-0825", "SSP Læsø"),
        ("net-ihn-1462", "Infohus netværk Midt- og Vestjylland"),
        ("net-koordinationsgruppen", "Koordinationsgruppen"),
    ],
)
def test_nodes_are_called_what_their_users_type(node_id: str, name: str) -> None:
    node: Any = NODES[node_id]
    assert node.name == name


def test_every_text_passes_the_content_check() -> None:
    for node in BUILT.nodes:
        for field in marked_fields(type(node), Mark.TEXT):
            for text in each_text(getattr(node, field)):
                refuse_content(field, text, about_person=True)


def test_every_source_is_a_key_of_sources_md() -> None:
    text = (DATA / "SOURCES.md").read_text(encoding="utf-8")
    keys = set(re.findall(r"^### `([a-z0-9-]+)`$", text, re.MULTILINE))
    used = {element.source for element in (*BUILT.nodes, *BUILT.links)}
    assert used <= keys
    assert keys - used == {"refused-names", "places"}


def test_links_tie_the_labels_their_type_allows() -> None:
    for link in BUILT.links:
        assert NODES[link.source_id].label in link.type.sources, link
        assert NODES[link.target_id].label in link.type.targets, link


def test_the_structure_breaks_no_rule_between_elements() -> None:
    everything = (*BUILT.nodes, *BUILT.links)
    world = rule_context(everything)
    assert list(violations(world, [element.id for element in everything])) == []


def test_no_link_but_a_succession_is_valid_outside_its_ends() -> None:
    for link in BUILT.links:
        for end in (NODES[link.source_id], NODES[link.target_id]):
            if not isinstance(link, SucceededBy):
                assert (end.valid_from or date.min) <= (link.valid_from or date.min), link
                assert (link.valid_to or date.max) <= (end.valid_to or date.max), link


def test_hops_are_unverified_and_carry_gate_levels_and_strength() -> None:
    for link in BUILT.links:
        if isinstance(link, HopLink):
            assert link.verified_on is None
            assert link.levels
            assert link.strength is not None

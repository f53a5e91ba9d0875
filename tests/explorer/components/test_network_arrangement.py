"""Positions of the nodes of a network: by authority, by network and on the map."""

from math import dist
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from api.schemas.entities import Neighborhood
from explorer.components.network import CAP, arrangement_of, elements
from explorer.components.network.arrangement import _centers  # pyright: ignore[reportPrivateUsage] - tested by itself
from tests.explorer.components.marked_labels import LABELS
from tests.explorer.components.test_network import around, neighbor, tie

AARHUS, LAESOE = "0751", "0825"


def neighborhood_of(*neighbors: Any, ties: list[Any], **more: Any) -> Neighborhood:
    """Return a neighborhood of a network with Aarhus, Læsø, and Denmark with all municipalities."""
    places = [
        {"area": {"id": "aarhus", "name": "Aarhus"}, "codes": [AARHUS]},
        {"area": {"id": "laesoe", "name": "Læsø"}, "codes": [LAESOE]},
        {"area": {"id": "dk", "name": "Danmark"}, "codes": sorted(_centers())},
    ]
    return around("ssp", list(neighbors), ties, places=places, areas=["aarhus"], **more)


def tie_as(id: str, source: str, target: str, type: str) -> Any:
    return tie(id, source, target) | {"type": type}


def groups(answer: Neighborhood, layout: Any) -> dict[str, str | None]:
    arrangement = arrangement_of(elements(answer, said=LABELS), [answer], layout, LABELS)
    assert arrangement["map"] is None
    named = {group["id"]: group["name"] for group in arrangement["groups"]}
    return {
        node["id"]: named[group] if (group := node.get("group")) else None
        for node in arrangement["elements"]["nodes"]
    }


def test_posts_are_grouped_with_their_authority_and_holders_with_their_post() -> None:
    unit = {"unit": {"id": "council", "name": "Aarhus Kommune"}}
    answer = neighborhood_of(
        neighbor("post") | unit,
        neighbor("council", label="Authority"),
        neighbor("holder", label="Person", tier=None),
        neighbor("alone"),
        ties=[
            tie_as("1", "post", "ssp", "COORDINATES"),
            tie_as("2", "post", "council", "BELONGS_TO"),
            tie_as("3", "holder", "post", "HOLDS"),
            tie_as("4", "alone", "ssp", "MEMBER_OF"),
        ],
    )

    names = groups(answer, "authorities")
    assert names["post"] == names["holder"] == names["council"] == "Aarhus Kommune"
    assert (names["alone"], names["ssp"]) == (None, None)


def test_a_post_is_grouped_with_the_network_it_coordinates_over_one_it_is_in() -> None:
    answer = neighborhood_of(
        neighbor("other", label="Network"), neighbor("leads"), neighbor("sits"),
        ties=[
            tie_as("1", "leads", "ssp", "MEMBER_OF"), tie_as("2", "leads", "other", "COORDINATES"),
            tie_as("3", "sits", "other", "MEMBER_OF"), tie_as("4", "sits", "ssp", "MEMBER_OF"),
        ],
    )  # fmt: skip
    assert groups(answer, "networks") == {
        "ssp": "SSP", "other": "OTHER", "leads": "OTHER", "sits": "SSP",
    }  # fmt: skip


def test_nodes_are_placed_at_their_areas_and_national_ones_beside_the_map() -> None:
    answer = neighborhood_of(
        neighbor("here") | {"areas": ["aarhus"]}, neighbor("there") | {"areas": ["laesoe"]},
        neighbor("both") | {"areas": ["aarhus", "laesoe"]}, neighbor("all") | {"areas": ["dk"]},
        neighbor("none"),
        ties=[tie_as(end, end, "ssp", "MEMBER_OF") for end in ("here", "there", "both", "all")],
    )  # fmt: skip
    arrangement = arrangement_of(elements(answer, said=LABELS), [answer], "map", LABELS)
    at = {node["id"]: node.get("at") for node in arrangement["elements"]["nodes"]}
    centers = _centers()
    assert at["ssp"] == at["here"] == tuple(round(x, 1) for x in centers[AARHUS])
    (here, there) = (at[node_id] or (0, 0) for node_id in ("here", "there"))
    assert there[1] < here[1]  # Læsø lies further north
    assert at["both"] in (here, there)  # their mean lies in the sea
    assert at["all"] is at["none"] is None
    assert arrangement["map"] is not None
    assert len(arrangement["map"]["outlines"]) == len(centers) == 98


def test_a_place_of_several_municipalities_lies_in_one_of_them() -> None:
    fyn = ["0410", "0420", "0430", "0440", "0450", "0461", "0479", "0480"]
    answer = around(
        "ssp",
        [
            neighbor("hotline") | {"areas": ["kbh", "aarhus", "east"]},
            neighbor("police") | {"areas": ["fyn"]},
        ],
        [tie_as(end, end, "ssp", "MEMBER_OF") for end in ("hotline", "police")],
        places=[
            {"area": {"id": "kbh", "name": "København"}, "codes": ["0101"]},
            {"area": {"id": "aarhus", "name": "Aarhus"}, "codes": [AARHUS]},
            {"area": {"id": "east", "name": "Østjylland"}, "codes": [AARHUS, "0741"]},  # Samsø
            {"area": {"id": "fyn", "name": "Fyn"}, "codes": fyn},
        ],
    )
    nodes = arrangement_of(elements(answer, said=LABELS), [answer], "map", LABELS)["elements"]
    at = {node["id"]: node.get("at") or (0, 0) for node in nodes["nodes"]}
    cities = [_centers()[code] for code in ("0101", AARHUS)]
    assert min(dist(at["hotline"], city) for city in cities) < 0.1
    assert min(_centers()[code][0] for code in fyn) < at["police"][0]
    assert at["police"][0] < max(_centers()[code][0] for code in fyn)


@given(
    st.lists(
        st.sets(st.sampled_from(sorted(_centers())), min_size=1, max_size=40),
        min_size=1, max_size=6,
    )
)  # fmt: skip
def test_no_node_may_be_drawn_nearer_to_another_place_than_to_its_own(
    areas: list[set[str]],
) -> None:
    ids = [f"area-{index}" for index in range(len(areas))]
    answer = around(
        "ssp",
        [neighbor(f"in-{area}") | {"areas": [area]} for area in ids],
        [tie_as(area, f"in-{area}", "ssp", "MEMBER_OF") for area in ids],
        places=[
            {"area": {"id": area, "name": area}, "codes": sorted(codes)}
            for area, codes in zip(ids, areas, strict=True)
        ],
    )
    nodes = arrangement_of(elements(answer, said=LABELS), [answer], "map", LABELS)["elements"]
    placed = [node for node in nodes["nodes"] if "at" in node and "reach" in node]
    assert len(placed) == len(areas)
    places = {node["at"] for node in placed} | set(_centers().values())
    for node in placed:
        assert node["reach"] > 0
        away = [dist(node["at"], other) for other in places]
        assert all(far < 0.1 or far > 2 * node["reach"] for far in away)


def test_civilians_of_an_area_are_one_count_on_the_map_with_their_links() -> None:
    answer = neighborhood_of(
        neighbor("opener") | {"areas": ["aarhus"]},
        neighbor("jens", label="ResourceIndividual") | {"areas": ["aarhus"]},
        neighbor("kaj", label="ResourceIndividual") | {"areas": ["aarhus"]},
        neighbor("una", label="ResourceIndividual") | {"areas": ["laesoe"]},
        ties=[
            tie_as("1", "opener", "jens", "DOOR_OPENER_FOR"),
            tie_as("2", "opener", "kaj", "DOOR_OPENER_FOR"),
            tie_as("3", "jens", "kaj", "KNOWS"),
        ],
    )
    drawing = arrangement_of(elements(answer, said=LABELS), [answer], "map", LABELS)["elements"]
    counted = {node["id"]: node for node in drawing["nodes"] if node.get("count")}
    assert {node["count"] for node in counted.values() if "count" in node} == {1, 2}
    assert "Aarhus" in counted["civilians-aarhus"]["name"]
    assert not {"jens", "kaj", "una"} & {node["id"] for node in drawing["nodes"]}
    assert [(link["source"], link["target"]) for link in drawing["links"]] == [
        ("opener", "civilians-aarhus")
    ]
    text = str(drawing)
    assert not any(name in text for name in ("JENS", "KAJ", "UNA"))
    assert len(drawing["nodes"]) < CAP


def test_the_layouts_tiers_and_free_add_no_groups_and_no_map() -> None:
    answer = neighborhood_of(neighbor("a"), ties=[tie_as("1", "a", "ssp", "MEMBER_OF")])
    drawn = elements(answer, said=LABELS)
    for layout in ("tiers", "free"):
        arrangement = arrangement_of(drawn, [answer], layout, LABELS)
        assert (arrangement["elements"], arrangement["groups"], arrangement["map"]) == (
            drawn,
            [],
            None,
        )

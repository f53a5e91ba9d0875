"""A map is a node, link or path only if it has all its members: queries may return own maps."""

from typing import Any

import pytest

from api.schemas.analysis import is_link, is_node, is_path

NODE: dict[str, Any] = {"node": "ssp", "labels": ["Actor"], "properties": {"name": "SSP"}}
LINK: dict[str, Any] = {
    "link": "l", "type": "MEMBER_OF", "source": "ssp", "target": "net", "properties": {},
}  # fmt: skip


def test_nodes_links_and_paths_of_the_engine_are_recognized() -> None:
    assert is_node(NODE)
    assert is_link(LINK)
    assert is_path({"path": [NODE, LINK, NODE]})


OWN: list[Any] = [
    None, 7, "x", [], {}, {"node": NODE}, {"node": "x"}, {"node": NODE, "posts": 3},
    NODE | {"labels": 7}, NODE | {"labels": []}, NODE | {"labels": [7]}, NODE | {"node": None},
    NODE | {"properties": 7}, NODE | {"more": 1}, {"link": LINK}, LINK | {"source": None},
    LINK | {"properties": []}, {"path": 7}, {"path": []}, {"path": [7]},
    {"path": [NODE], "more": 1},
]  # fmt: skip


@pytest.mark.parametrize("own", OWN)
def test_a_custom_map_of_a_query_is_no_node_link_or_path(own: object) -> None:
    assert not is_node(own)
    assert not is_link(own)
    assert not is_path(own)

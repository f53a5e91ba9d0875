"""Which cells of an answer are nodes, links and paths: a map of a query's own is none of them.

A query may return a map with a key `node` or `link`; only all that a node or link has makes one.
"""

from typing import Any, Final, TypeGuard, cast

Map = dict[str, Any]
_NODE: Final = {"node", "labels", "properties"}
_LINK: Final = {"link", "type", "source", "target", "properties"}


def is_node(cell: object) -> TypeGuard[Map]:
    """`{"node": id, "labels": [label, …], "properties": {…}}`."""
    told = _map(cell)
    return (
        told.keys() == _NODE
        and isinstance(told["node"], str)
        and bool(told["labels"])
        and _are_texts(told["labels"])
        and isinstance(told["properties"], dict)
    )


def is_link(cell: object) -> TypeGuard[Map]:
    """`{"link": id, "type": …, "source": id, "target": id, "properties": {…}}`."""
    told = _map(cell)
    return (
        told.keys() == _LINK
        and _are_texts([told[name] for name in ("link", "type", "source", "target")])
        and isinstance(told["properties"], dict)
    )


def is_path(cell: object) -> TypeGuard[Map]:
    """`{"path": [node, link, node, …]}`."""
    told = _map(cell)
    steps: object = told.get("path")
    if len(told) != 1 or not isinstance(steps, list):
        return False
    things = cast("list[object]", steps)
    return bool(things) and all(is_node(one) or is_link(one) for one in things)


def _map(cell: object) -> Map:
    return cast("Map", cell) if isinstance(cell, dict) else {}


def _are_texts(values: object) -> bool:
    return isinstance(values, list) and all(
        isinstance(one, str) for one in cast("list[object]", values)
    )

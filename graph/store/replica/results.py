"""What an engine returns, as JSON can hold it: nodes, links and paths so that they can be drawn."""

import math
from collections.abc import Mapping
from typing import Any, Final, cast

from neo4j.graph import Node, Path, Relationship

MOST_DEPTH: Final = 24  # an answer stands eight levels deep already where it is sent


class TooDeep(Exception):
    """A value that holds others in more layers than an answer can."""


def json_value(value: object, ids: Mapping[str, str], depth: int = 0) -> Any:
    """A value; `ids` are those of the nodes by what the engine calls them.

    Raises: TooDeep.
    """
    if depth > MOST_DEPTH:
        raise TooDeep
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else str(value)
        case Node():
            return _node(value, ids, depth)
        case Relationship():
            return _link(value, ids, depth)
        case Path():
            return {"path": _steps(value, ids, depth)}
        case list():
            return [json_value(one, ids, depth + 1) for one in cast("list[object]", value)]
        case dict():
            items = cast("dict[str, object]", value).items()
            return {name: json_value(one, ids, depth + 1) for name, one in items}
        case _:  # dates, durations and points say it best themselves
            written = getattr(value, "iso_format", None)
            return str(value) if written is None else written()


def _node(node: Node, ids: Mapping[str, str], depth: int) -> dict[str, Any]:
    properties = _properties(node, ids, depth)
    return {"node": ids.get(node.element_id), "labels": sorted(node.labels),
            "properties": properties}  # fmt: skip


def _link(link: Relationship, ids: Mapping[str, str], depth: int) -> dict[str, Any]:
    properties = _properties(link, ids, depth)
    ends = [None if end is None else ids.get(end.element_id) for end in link.nodes]
    return {"link": properties.get("id"), "type": link.type, "source": ends[0], "target": ends[1],
            "properties": properties}  # fmt: skip


def _steps(path: Path, ids: Mapping[str, str], depth: int) -> list[Any]:
    """Its nodes and links in turn."""
    first, *rest = path.nodes
    steps = [json_value(first, ids, depth + 1)]
    for link, node in zip(path.relationships, rest, strict=True):
        steps += [json_value(link, ids, depth + 1), json_value(node, ids, depth + 1)]
    return steps


def _properties(thing: Node | Relationship, ids: Mapping[str, str], depth: int) -> dict[str, Any]:
    return {name: json_value(thing[name], ids, depth + 1) for name in sorted(thing.keys())}

"""Which nodes and links an answer tells of, with plain values about each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from pydantic import BaseModel

from api.schemas.analysis import QueryAnswer
from api.schemas.answers import Paths
from api.schemas.cells import is_link, is_node
from api.schemas.entities import Checked
from api.schemas.links import Links
from api.schemas.neighborhood import Neighborhood, Tie
from api.schemas.paths import Hop, Stop

Key = tuple[str, str, str]
"""Source, target and id of a link."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerGraph:
    """What is found so far. A node that is told of twice keeps all that is told."""

    nodes: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    links: dict[Key, dict[str, Any]] = field(default_factory=dict[Key, dict[str, Any]])

    def node(self, node_id: str, told: Mapping[str, Any]) -> None:
        """A node, or more about one."""
        self.nodes.setdefault(node_id, {}).update(_plain(told))

    def link(self, key: Key, told: Mapping[str, Any]) -> dict[str, Any]:
        """A link, or more about one; its ends are nodes."""
        for end in key[:2]:
            self.node(end, {})
        known = self.links.setdefault(key, {})
        known.update(_plain(told))
        return known


def answer_graph(found: AnswerGraph, answer: BaseModel) -> None:
    """Adds what an answer tells of.

    Raises: TypeError: it tells of no network.
    """
    match answer:
        case Neighborhood():
            _neighborhood(found, answer)
        case Paths():
            _paths(found, answer)
        case Links():
            _links(found, answer)
        case QueryAnswer():
            for row in answer.rows:
                for cell in row:
                    _cell(found, cell)
        case _:
            known = "Neighborhood, Paths, Links, QueryAnswer"
            raise TypeError(f"a {type(answer).__name__} has no network; there is one of {known}")


def _neighborhood(found: AnswerGraph, answer: Neighborhood) -> None:
    center = _told(answer, "label", "kind", "tier")
    found.node(answer.center.id, {"name": answer.center.name, **center, "steps": 0})
    for one in answer.neighbors:
        told = _told(one, "label", "kind", "tier", "steps")
        found.node(one.node.id, {"name": one.node.name, **told})
    for tie in answer.ties:
        _tie(found, tie)


def _tie(found: AnswerGraph, tie: Tie) -> None:
    told = _told(tie, "type", "gate", "levels", "strength", "until")
    found.link((tie.source.id, tie.target.id, tie.id), {**told, **_checked(tie.check)})


def _paths(found: AnswerGraph, answer: Paths) -> None:
    for contact in answer.contacts:
        _stop(found, contact.stop)
    for path in answer.paths:
        for stop in path.stops:
            _stop(found, stop)
        for hop in path.hops:
            _hop(found, hop, path.number)


def _stop(found: AnswerGraph, stop: Stop) -> None:
    area = {"area": stop.area.id, "area_name": stop.area.name} if stop.area else {}
    told = _told(stop, "label", "kind", "tier")
    found.node(stop.node.id, {"name": stop.node.name, **told, **area})


def _hop(found: AnswerGraph, hop: Hop, path: int) -> None:
    facts = _told(hop.facts, "type", "gate", "levels", "strength", "freshness", "days", "until")
    told = {**facts, "cost": hop.cost, "is_forward": hop.is_forward}
    known = found.link((hop.source.id, hop.target.id, hop.facts.link), told)
    known["paths"] = f"{known['paths']}, {path}" if "paths" in known else str(path)


def _links(found: AnswerGraph, answer: Links) -> None:
    for link in answer.found:
        for end in (link.source, link.target):
            found.node(end.id, {"name": end.name})
        told = {**link.fields, "type": link.type, **_checked(link.check)}
        found.link((link.source.id, link.target.id, link.id), told)


def _told(model: BaseModel, *names: str) -> dict[str, Any]:
    return {name: getattr(model, name) for name in names}


def _checked(check: Checked | None) -> dict[str, Any]:
    return {"freshness": check.freshness, "checked_on": check.on} if check else {}


def _cell(found: AnswerGraph, cell: Any) -> None:
    """Nodes and links of a cell, however deep in lists and maps they lie."""
    if isinstance(cell, list):
        for one in cast("list[Any]", cell):
            _cell(found, one)
    elif is_node(cell):
        found.node(cell["node"], {**_named(cell["properties"]), "label": cell["labels"]})
    elif is_link(cell):
        key = (cell["source"], cell["target"], cell["link"])
        found.link(key, {**_named(cell["properties"]), "type": cell["type"]})
    elif isinstance(cell, dict):
        for one in cast("dict[str, Any]", cell).values():
            _cell(found, one)


def _named(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Without the id, which is the node's or link's own."""
    return {name: one for name, one in properties.items() if name != "id"}


def _plain(told: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(one) for name, one in told.items() if one is not None}


def _value(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return ", ".join(map(str, cast("list[Any]", value)))
    if isinstance(value, dict):
        return str(cast("dict[str, Any]", value))
    return value.isoformat() if isinstance(value, date) else value

"""The network in what a query found: its nodes, links and paths, as a drawing takes them."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from api.schemas.analysis import is_link, is_node
from explorer.components import ComponentLabels
from explorer.components.network import CAP, DrawnLink, DrawnNode, NetworkElements


def elements(rows: Iterable[Iterable[Any]], words: ComponentLabels) -> NetworkElements:
    """Every node and link in the cells, each once, as many as are drawn; links between them."""
    nodes, links = dict[str, Mapping[str, Any]](), dict[str, Mapping[str, Any]]()
    for row in rows:
        for cell in row:
            _gather(cell, nodes, links)
    shown = dict(list(nodes.items())[:CAP])
    return NetworkElements(
        nodes=tuple(_node(one, words) for one in shown.values()),
        links=tuple(
            _link(one, words)
            for one in links.values()
            if one["source"] in shown and one["target"] in shown
        ),
    )


def _gather(cell: Any, nodes: dict[str, Mapping[str, Any]], links: dict[str, Any]) -> None:
    if isinstance(cell, list):
        for one in cast("list[Any]", cell):
            _gather(one, nodes, links)
    elif is_node(cell):
        nodes.setdefault(cell["node"], cell)
    elif is_link(cell):
        links.setdefault(cell["link"], cell)
    elif isinstance(cell, dict):
        for one in cast("dict[str, Any]", cell).values():
            _gather(one, nodes, links)


def _node(one: Mapping[str, Any], words: ComponentLabels) -> DrawnNode:
    fields, label = one["properties"], str(one["labels"][0])
    return DrawnNode(
        id=one["node"],
        label=label,
        kind=words.word(str(fields.get("kind") or label)),
        name=str(fields.get("name") or words.unnamed(label)),
        tier=fields.get("tier"),
        more=0,
        freshness=None,
    )


def _link(one: Mapping[str, Any], words: ComponentLabels) -> DrawnLink:
    gate = one["properties"].get("gate")
    return DrawnLink(
        id=one["link"],
        source=one["source"],
        target=one["target"],
        type=words.word(one["type"]),
        gate=words.word(gate) if gate else None,
        freshness=None,
    )

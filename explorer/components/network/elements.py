"""The nodes and links of a network as they are drawn, merged from the API's answers."""

from collections.abc import Collection, Sequence
from typing import Final, NotRequired, TypedDict

from api.schemas.entities import Neighbor, Neighborhood, NodeName
from explorer.components import ComponentLabels
from explorer.components.path import TIERS, DrawnTier

CAP: Final = 300  # more nodes cannot be distinguished on any screen
_COVERS: Final = "COVERS"
_WORST: Final = ("FRESH", "STALE", "EXPIRED", "NEVER")


class DrawnNode(TypedDict):
    """A node; `more` is the number of its links not drawn, `freshness` the worst of those drawn.

    `group`: the id of its group. `at`: its place on the map, `reach`: how far from there it may be
    drawn. `count`: the number of people that it represents, if it is not a node of the register.
    """

    id: str
    label: str
    kind: str
    name: str
    tier: str | None
    more: int
    freshness: str | None
    group: NotRequired[str | None]
    at: NotRequired[tuple[float, float]]
    reach: NotRequired[float]
    count: NotRequired[int]


class DrawnLink(TypedDict):
    """A link between two nodes of the drawing, in words."""

    id: str
    source: str
    target: str
    type: str
    gate: str | None
    freshness: str | None


class NetworkElements(TypedDict):
    """The nodes drawn, the center first, then by distance; and the links between them."""

    nodes: tuple[DrawnNode, ...]
    links: tuple[DrawnLink, ...]


def elements(
    *answers: Neighborhood,
    said: ComponentLabels,
    labels: Collection[str] = (),
    types: Collection[str] = (),
    cap: int = CAP,
) -> NetworkElements:
    """Merge several answers into one drawing: the first around the center, the rest around others.

    `labels` restricts the nodes to some labels; `types` restricts the links to some types and the
    nodes to their ends; empty: all. The center is always included. At most `cap` nodes.
    """
    center = answers[0].center.id
    nodes: list[tuple[DrawnNode, int]] = []
    links: list[DrawnLink] = []
    for answer in answers:
        nodes.append((_node(answer, said, answer.center), answer.links))
        nodes += [
            (_node(neighbor, said, neighbor.node), neighbor.links) for neighbor in answer.neighbors
        ]
        links += _links(answer, said, types)
    tied = {center, *(end for link in links for end in (link["source"], link["target"]))}
    context: dict[str, tuple[DrawnNode, int]] = {}
    for node, count in nodes:
        is_wanted = (not labels or node["label"] in labels) and (not types or node["id"] in tied)
        if len(context) < cap and (node["id"] == center or is_wanted):
            context.setdefault(node["id"], (node, count))
    drawn_links = {
        link["id"]: link
        for link in links
        if link["source"] in context and link["target"] in context
    }
    ends: dict[str, list[DrawnLink]] = {node_id: [] for node_id in context}
    for link in drawn_links.values():
        for end in {link["source"], link["target"]}:
            ends[end].append(link)
    for node, count in context.values():
        own = ends[node["id"]]
        node["more"] = max(count - sum(">" not in link["id"] for link in own), 0)
        known_freshness = [link["freshness"] for link in own if link["freshness"] in _WORST]
        node["freshness"] = max(known_freshness, key=_WORST.index, default=None)
    return NetworkElements(
        nodes=tuple(node for node, _count in context.values()), links=tuple(drawn_links.values())
    )


def types_of(*answers: Neighborhood) -> frozenset[str]:
    """The types of the links in the answers."""
    types = {tie.type for answer in answers for tie in answer.ties}
    return frozenset(types | {_COVERS for answer in answers if _is_answered_for(answer)})


def tiers(nodes: Sequence[DrawnNode], words: ComponentLabels) -> tuple[DrawnTier, ...]:
    """The tiers of these nodes, the national one first."""
    used_tiers = {node["tier"] for node in nodes}
    return tuple(DrawnTier(id=tier, label=words.word(tier)) for tier in TIERS if tier in used_tiers)


def _node(entry: Neighborhood | Neighbor, words: ComponentLabels, node: NodeName) -> DrawnNode:
    return DrawnNode(
        id=node.id,
        label=entry.label,
        kind=words.kind(entry.kind, entry.own_kind, entry.label),
        name=node.name or words.generic_name(entry.label),
        tier=entry.tier,
        more=0,
        freshness=None,
    )


def _links(answer: Neighborhood, words: ComponentLabels, types: Collection[str]) -> list[DrawnLink]:
    links = [
        DrawnLink(
            id=tie.id,
            source=tie.source.id,
            target=tie.target.id,
            type=words.word(tie.type),
            gate=words.word(tie.gate) if tie.gate else None,
            freshness=tie.check.freshness if tie.check else None,
        )
        for tie in answer.ties
        if not types or tie.type in types
    ]
    # An answer has a step from an area to those responsible for it, but no tie.
    if _is_answered_for(answer) and (not types or _COVERS in types):
        links += [
            DrawnLink(
                id=f"{answer.center.id}>{neighbor.node.id}",
                source=neighbor.node.id,
                target=answer.center.id,
                type=words.word(_COVERS),
                gate=None,
                freshness=None,
            )
            for neighbor in answer.neighbors
            if neighbor.steps == 1
        ]
    return links


def _is_answered_for(answer: Neighborhood) -> bool:
    return answer.label == "Area" and any(other.steps == 1 for other in answer.neighbors)

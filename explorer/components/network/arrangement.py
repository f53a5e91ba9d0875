"""Layouts of the nodes of a network: in groups by authority or network, and on the map."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import pairwise
from math import dist
from typing import Final, Literal, TypedDict

from api.schemas.entities import Neighbor, Neighborhood, NodeName
from explorer.components import ComponentLabels
from explorer.components.network.elements import DrawnLink, DrawnNode, NetworkElements
from explorer.i18n import _, ngettext
from explorer.outlines import SCALE, centers, outlines

Layout = Literal["tiers", "authorities", "networks", "map", "free"]
Place = tuple[float, float]
_SCALE: Final = 0.3  # so far apart that the posts of a town cover no other region
_OWN: Final = 0.45  # of the way to the next place belongs to a place
_FURTHEST: Final = 90.0  # from the middle of a place to its nodes, about ten kilometers
_NEAREST: Final = 30.0  # between two places
_WHOLE_COUNTRY: Final = 90  # municipalities; fewer are only a part of the country
_JOINS: Final = frozenset({"MEMBER_OF", "COORDINATES"})


class NetworkGroup(TypedDict):
    """A group of nodes, with the name of their authority or network."""

    id: str
    name: str


class NetworkMap(TypedDict):
    """The outlines beneath the nodes as SVG paths; `rest` is the label of nodes without a place."""

    outlines: list[str]
    rest: str


class Arrangement(TypedDict):
    """The elements of a drawing in a layout, its groups and its map."""

    elements: NetworkElements
    groups: list[NetworkGroup]
    map: NetworkMap | None


def arrangement_of(
    elements: NetworkElements,
    answers: Sequence[Neighborhood],
    layout: Layout,
    words: ComponentLabels,
) -> Arrangement:
    """Return the elements with the groups or the map of a layout."""
    if layout == "map":
        return _on_map(elements, answers, words)
    if layout == "authorities":
        units: dict[str, tuple[str, str | None]] = {}
        for node_id, entry in _answers_by_node(answers).items():
            node: NodeName = entry.center if isinstance(entry, Neighborhood) else entry.node
            is_unit = entry.label in {"Authority", "Organization"}  # in its own group
            unit = node if is_unit else entry.unit
            if unit is not None:
                units[node_id] = (unit.id, unit.name or words.generic_name("Authority"))
        return _group_nodes(elements, answers, units)
    if layout == "networks":
        return _group_nodes(elements, answers, _networks(elements, answers))
    return Arrangement(elements=elements, groups=[], map=None)


# ---- groups


def _answers_by_node(answers: Iterable[Neighborhood]) -> dict[str, Neighborhood | Neighbor]:
    """The first answer or neighbor that describes each node, by the id of the node."""
    by_node: dict[str, Neighborhood | Neighbor] = {}
    for answer in answers:
        by_node.setdefault(answer.center.id, answer)
        for neighbor in answer.neighbors:
            by_node.setdefault(neighbor.node.id, neighbor)
    return by_node


def _networks(
    elements: NetworkElements, answers: Sequence[Neighborhood]
) -> dict[str, tuple[str, str | None]]:
    """The network of each post: one it coordinates, else one it is a member of.

    Of several networks, the one drawn first is taken, which is nearest to the center.
    """
    order = {node["id"]: at for at, node in enumerate(elements["nodes"])}
    names = {node["id"]: node["name"] for node in elements["nodes"] if node["label"] == "Network"}
    of: defaultdict[str, list[tuple[bool, int, str]]] = defaultdict(list)
    for answer in answers:
        for tie in answer.ties:
            if tie.type in _JOINS and tie.target.id in names:
                rank = (tie.type != "COORDINATES", order[tie.target.id], tie.target.id)
                of[tie.source.id].append(rank)
    networks = {node_id: min(ranks)[-1] for node_id, ranks in of.items()}
    used_networks = {network: network for network in networks.values()}
    return {node_id: (group, names[group]) for node_id, group in (networks | used_networks).items()}


def _group_nodes(
    elements: NetworkElements,
    answers: Sequence[Neighborhood],
    groups: Mapping[str, tuple[str, str | None]],
) -> Arrangement:
    """Put each node into its group, and a person into that of the post they hold."""
    seats = {
        tie.source.id: tie.target.id
        for answer in answers
        for tie in answer.ties
        if tie.type == "HOLDS"
    }
    names: dict[str, str] = {}
    nodes: list[DrawnNode] = []
    for node in elements["nodes"]:
        group = groups.get(node["id"]) or groups.get(seats.get(node["id"], ""))
        if group is not None:
            names[group[0]] = group[1] or ""
        nodes.append({**node, "group": group[0] if group else None})
    return Arrangement(
        elements=NetworkElements(nodes=tuple(nodes), links=elements["links"]),
        groups=[NetworkGroup(id=node_id, name=name) for node_id, name in sorted(names.items())],
        map=None,
    )


# ---- on the map


def _on_map(
    elements: NetworkElements, answers: Sequence[Neighborhood], words: ComponentLabels
) -> Arrangement:
    """Put each node at its place; the civilians of an area become one node with their count."""
    by_node = _answers_by_node(answers)
    codes = {place.area.id: place.codes for answer in answers for place in answer.places}
    names = {place.area.id: place.area.name for answer in answers for place in answer.places}
    positions = _centers()
    areas: dict[str, tuple[str, ...]] = {}
    middles: dict[str, Place] = {}
    for node_id, entry in by_node.items():
        own = entry.center if isinstance(entry, Neighborhood) else entry.node
        # An area on the map is its own place.
        areas[node_id] = entry.areas or ((own.id,) if own.id in codes else ())
        each = [codes.get(area, ()) for area in areas[node_id]]
        seats = [
            area for area in each if len(area) == 1
        ]  # a municipality says more than a district
        of = {code for area in seats or each for code in area if code in positions}
        # Beside the map without a municipality, or with 90 and more.
        if of and len(of) < _WHOLE_COUNTRY:
            middles[node_id] = _middle({code: positions[code] for code in sorted(of)})
    places = _places(middles)
    civilians_by_area: defaultdict[str, list[DrawnNode]] = defaultdict(list)
    nodes: list[DrawnNode] = []
    for node in elements["nodes"]:
        if node["label"] == "ResourceIndividual":
            civilians_by_area[next(iter(areas.get(node["id"], ())), "")].append(node)
        else:
            nodes.append(_at_place(node, places))
    stands: dict[str, str] = {}
    for area, civilians in sorted(civilians_by_area.items()):
        count_id = f"civilians-{area}"
        stands.update({node["id"]: count_id for node in civilians})
        place = names.get(area) or words.generic_name("Area")
        count = ngettext(
            "{count} resource individual, {place}", "{count} resource individuals, {place}",
            len(civilians), place=place,
        )  # fmt: skip
        more = {"id": count_id, "name": count, "count": len(civilians), "more": 0}
        nodes.append(
            {**_at_place(civilians[0], places), **more, "freshness": None}  # pyright: ignore[reportArgumentType]  # a partial update
        )
    links: dict[str, DrawnLink] = {}
    for link in elements["links"]:
        ends = (stands.get(link["source"]), stands.get(link["target"]))
        if not any(ends):
            links[link["id"]] = link
            continue
        source, target = ends[0] or link["source"], ends[1] or link["target"]
        link_id = f"{source}>{link['type']}>{target}"
        links[link_id] = {**link, "id": link_id, "source": source, "target": target}
    return Arrangement(
        elements=NetworkElements(
            nodes=tuple(nodes),
            links=tuple(link for link in links.values() if link["source"] != link["target"]),
        ),
        groups=[],
        map=NetworkMap(outlines=_paths(), rest=_("The whole country")),
    )


class _MapPlace(TypedDict):
    """Where a node stands: `reach` is how far from its place it may be drawn."""

    at: Place
    reach: float


def _places(middles: Mapping[str, Place]) -> dict[str, _MapPlace]:
    """The place of each node, and its reach: nearer to it than to any other place.

    A middle that is almost at a municipality or at another middle is the same place.
    """
    known = {_mean([center]) for center in _centers().values()}
    own: dict[Place, Place] = {}
    for middle in sorted(set(middles.values())):
        nearest = min(known, key=lambda place: (dist(place, middle), place))
        own[middle] = nearest if dist(nearest, middle) < _NEAREST else middle
        known.add(own[middle])
    reach = {
        place: min(_OWN * min(dist(place, other) for other in known - {place}), _FURTHEST)
        for place in own.values()
    }
    return {
        node_id: _MapPlace(at=own[middle], reach=round(reach[own[middle]], 1))
        for node_id, middle in middles.items()
    }


def _at_place(node: DrawnNode, places: Mapping[str, _MapPlace]) -> DrawnNode:
    place = places.get(node["id"])
    return {**node, **place} if place else node


@cache
def _rings() -> dict[str, list[list[Place]]]:
    """The outer rings of each municipality, in the units of the drawing."""
    return {
        str(feature["properties"]["code"]): [
            [(round(x * _SCALE, 1), round(y * _SCALE, 1)) for x, y in part[0]]
            for part in feature["geometry"]["coordinates"]
        ]
        for feature in outlines()["features"]
    }


@cache
def _centers() -> dict[str, Place]:
    """The middle of the largest part of each municipality.

    Without an outline: the mean of those with the same first two digits, which lie around it.
    """
    scale = SCALE * _SCALE
    places = {code: (x * scale, y * scale) for code, (x, y) in centers().items()}
    for code in _rings().keys() - places.keys():
        around = [place for other, place in places.items() if other[:2] == code[:2]]
        if around:
            places[code] = _mean(around)
    return places


def _middle(positions: Mapping[str, Place]) -> Place:
    """The mean of municipalities where it lies in one of them, else the center nearest to it.

    The mean of Aarhus and København lies in the sea.
    """
    centers = list(positions.values())
    mean = _mean(centers)
    if any(_is_inside(mean, ring) for code in positions for ring in _rings().get(code, ())):
        return mean
    return _mean([min(centers, key=lambda center: round(dist(center, mean), 1))])


def _is_inside(place: Place, ring: Sequence[Place]) -> bool:
    """Whether a closed ring contains a place: a line to the right crosses it an odd time."""
    x, y = place
    crossings = (
        (b - y) * (x2 - x1) / (b - a) + x - x2
        for (x1, a), (x2, b) in pairwise(ring)
        if (a > y) != (b > y)
    )
    return sum(crossing < 0 for crossing in crossings) % 2 == 1


def _mean(points: Sequence[Place]) -> Place:
    x, y = (sum(part) / len(points) for part in zip(*points, strict=True))
    return (round(x, 1), round(y, 1))


@cache
def _paths() -> list[str]:
    return [
        "".join("M" + "L".join(f"{x:g},{y:g}" for x, y in ring) + "Z" for ring in rings)
        for rings in _rings().values()
    ]

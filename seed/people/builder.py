"""The builder of the demo: an index of the structure, and reproducible ids, draws and names."""

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import Any, Final, TypeVar

from faker.providers.person.da_DK import Provider

from graph.model import Actor, Area, BelongsTo, Covers, LiesIn, Link, Node, id_of
from graph.model.content_filter import fold
from graph.vocabulary import AreaKind, PostKind
from seed.structure import Structure
from seed.structure.links import earliest, latest
from seed.structure.sources import DATA

EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class StructureIndex:
    """Lookups over a structure.

    `owner` is the first authority of a post; `areas` what it covers, itself or through its
    authority; `district` the police district of a municipality. All in the order of the structure.
    """

    nodes: Mapping[str, Node]
    posts: tuple[Actor, ...]
    municipalities: tuple[Area, ...]
    districts: tuple[Area, ...]
    owner: Mapping[str, str]
    areas: Mapping[str, tuple[str, ...]]
    district: Mapping[str, str]
    seats: Mapping[tuple[PostKind, str], Actor]

    def seat(self, kind: PostKind, area_id: str) -> Actor:
        """The post of a kind that covers an area, the first one if there are several.

        Raises: KeyError: there is none.
        """
        return self.seats[kind, area_id]

    def area(self, area_id: str) -> Area:
        """An area by its id."""
        area = self.nodes[area_id]
        if not isinstance(area, Area):
            raise TypeError(f"{area_id} is no area")
        return area

    def municipalities_of(self, district_id: str) -> tuple[Area, ...]:
        """The municipalities of a police district, by code."""
        return tuple(area for area in self.municipalities if self.district[area.id] == district_id)

    def is_police(self, post_id: str) -> bool:
        """Whether the post belongs to the section of a police district."""
        return self.owner[post_id].startswith("aut-sec-")


def structure_index(structure: Structure) -> StructureIndex:
    """The lookups of one structure. O(nodes + links)."""
    nodes = {node.id: node for node in structure.nodes}
    owner: dict[str, str] = {}
    covered: defaultdict[str, list[str]] = defaultdict(list)
    district: dict[str, str] = {}
    for link in structure.links:
        if isinstance(link, BelongsTo):
            owner.setdefault(link.source_id, link.target_id)
        elif isinstance(link, Covers):
            covered[link.source_id].append(link.target_id)
        elif isinstance(link, LiesIn) and link.target_id.startswith("pol-"):
            district[link.source_id] = link.target_id
    posts = tuple(node for node in structure.nodes if isinstance(node, Actor))
    areas = {
        post.id: tuple(covered.get(post.id) or covered.get(owner[post.id], ())) for post in posts
    }
    seats: dict[tuple[PostKind, str], Actor] = {}
    for post in posts:
        for area in areas[post.id]:
            seats.setdefault((post.kind, area), post)
    return StructureIndex(
        nodes=nodes,
        posts=posts,
        municipalities=_areas(structure, AreaKind.MUNICIPALITY),
        districts=_areas(structure, AreaKind.POLICE_DISTRICT),
        owner=owner,
        areas=areas,
        district=district,
        seats=seats,
    )


def _areas(structure: Structure, kind: AreaKind) -> tuple[Area, ...]:
    areas = (node for node in structure.nodes if isinstance(node, Area) and node.kind is kind)
    return tuple(sorted(areas, key=lambda area: area.code))


def km_between(area: Area, other: Area) -> float:
    """The straight line between the centers of two areas, in km.

    Source: the haversine formula on a sphere.

    Raises: ValueError: one of them has no center.
    """
    places = area.lat, area.lon, other.lat, other.lon
    if None in places:
        raise ValueError(f"no center: {area.id} or {other.id}")
    south, west, north, east = (radians(degrees) for degrees in places if degrees is not None)
    half = sin((north - south) / 2) ** 2
    half += cos(south) * cos(north) * sin((east - west) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(half))


DEMO: Final = "demo"

LinkT = TypeVar("LinkT", bound=Link)
NodeT = TypeVar("NodeT", bound=Node)


@dataclass(slots=True)
class WorldBuilder:
    """Structure and invented data so far, by id; `pinned` hops keep their date of check."""

    ground: StructureIndex
    seed: int
    today: date
    nodes: dict[str, Node]
    links: dict[str, Link]
    pinned: set[str] = field(default_factory=set[str])

    def stream(self, topic: str) -> random.Random:
        """A generator for one topic: draws of one topic do not affect any other."""
        return random.Random(f"{self.seed}/{topic}")  # noqa: S311 - invented data, no secret

    def days_ago(self, days: int) -> date:
        """A date counted back from today; a negative number is in the future."""
        return self.today - timedelta(days=days)

    def add(self, node: NodeT) -> NodeT:
        """Add a node and return it.

        Raises: ValueError: its id is taken.
        """
        if node.id in self.nodes:
            raise ValueError(f"{node.id} is there already")
        self.nodes[node.id] = node
        return node

    def tie(
        self,
        cls: type[LinkT],
        source_id: str,
        target_id: str,
        *,
        key: str = "",
        valid_from: date | None = None,
        valid_to: date | None = None,
        **own: Any,
    ) -> LinkT:
        """Add a link valid no longer than its ends; `own` are the fields of its type.

        Raises:
            KeyError: an end does not exist.
            ValueError: these two have such a link already; `key` distinguishes several.
        """
        ends = self.nodes[source_id], self.nodes[target_id]
        link = cls(
            id=id_of(DEMO, cls.type, source_id, target_id, key),
            source_id=source_id,
            target_id=target_id,
            source=DEMO,
            valid_from=latest(valid_from, *(end.valid_from for end in ends)),
            valid_to=earliest(valid_to, *(end.valid_to for end in ends)),
            **own,
        )
        if link.id in self.links:
            raise ValueError(f"{source_id} and {target_id} are tied by a {cls.type} already")
        self.links[link.id] = link
        return link

    def all(self, cls: type[NodeT]) -> list[NodeT]:
        """The nodes of a class, in insertion order."""
        return [node for node in self.nodes.values() if isinstance(node, cls)]

    def post(self, post_id: str) -> Actor:
        """A post by its id, invented or not."""
        post = self.nodes[post_id]
        if not isinstance(post, Actor):
            raise TypeError(f"{post_id} is no post")
        return post

    def ties(self, cls: type[LinkT]) -> list[LinkT]:
        """The links of a class, in insertion order."""
        return [link for link in self.links.values() if isinstance(link, cls)]

    def swap(self, element: Node | Link) -> None:
        """Replace the node or link with the same id."""
        if isinstance(element, Node):
            self.nodes[element.id] = element
        else:
            self.links[element.id] = element

    def elements(self) -> Iterator[Node | Link]:
        """Every node, then every link."""
        yield from self.nodes.values()
        yield from self.links.values()


def world_builder(structure: Structure, *, seed: int, today: date) -> WorldBuilder:
    """The structure, without invented data yet."""
    return WorldBuilder(
        ground=structure_index(structure),
        seed=seed,
        today=today,
        nodes={node.id: node for node in structure.nodes},
        links={link.id: link for link in structure.links},
    )


# ---- names: plausible, and never that of an office-holder

REFUSED_FILE: Final = DATA / "refused_names.txt"
MIDDLE_NAMES: Final = (
    "Rugvang", "Lyngtoft", "Stenrugvang", "Havretoft", "Vindløkke", "Bøgevang", "Kløvertoft",
    "Marskvang", "Tjørnetoft", "Rørvang", "Ellehegn", "Klithegn", "Hørløkke", "Mosevang",
    "Pilehegn", "Sandtoft", "Brombærvang", "Hasselhegn", "Kornløkke", "Tranevang", "Lærkehegn",
    "Bækvang", "Engtoft", "Skovhegn", "Bygtoft", "Høvang", "Fyrløkke", "Strandhegn", "Rævetoft",
    "Sivvang", "Svaleløkke", "Ørtoft", "Agerhegn", "Birkevang", "Dueløkke", "Gyvelhegn",
    "Humletoft", "Kirsebærvang", "Mærgelhegn", "Ribsløkke",
)  # fmt: skip
"""Invented: the middle name is the first protection against the name of a real person."""


GIVEN_NAMES: Final = tuple(Provider.first_names)
SURNAMES: Final = tuple(Provider.last_names)


class NameGenerator:
    """Draws full names, each one once, and none of the refused ones."""

    def __init__(self, stream: random.Random, used_names: Iterable[str] = ()) -> None:
        """Initialize with `used_names`, names already assigned elsewhere."""
        self._stream = stream
        self._used_names = set(used_names)

    def draw(self) -> str:
        """Given name, made-up middle name and surname; independent of language and place."""
        while True:
            first = self._stream.choice(GIVEN_NAMES)
            surname = self._stream.choice(SURNAMES)
            name = f"{first} {self._stream.choice(MIDDLE_NAMES)} {surname}"
            if name not in self._used_names and not is_refused(name):
                self._used_names.add(name)
                return name


def slug(text: str) -> str:
    """Lower-case letters, digits and hyphens: for ids and addresses."""
    marks = "".join(mark if mark.isalnum() else " " for mark in fold(text))
    return "-".join(marks.split())


def is_refused(name: str) -> bool:
    """Whether it is the name of an office-holder, ignoring the middle name."""
    words = fold(name).split()
    return not refused_names().isdisjoint({" ".join(words), f"{words[0]} {words[-1]}"})


@cache
def refused_names(path: Path = REFUSED_FILE) -> frozenset[str]:
    """The names of office-holders, folded, in full and as given name with surname."""
    names: set[str] = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        words = fold(line.partition("#")[0]).split()
        if words:
            names |= {" ".join(words), f"{words[0]} {words[-1]}"}
    return frozenset(names)

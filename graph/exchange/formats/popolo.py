"""The structure as Popolo: organizations, posts, persons, memberships and areas, as JSON.

Source: popoloproject.com, the schemas of the specification. Authorities, networks and civil
organizations are organizations. A holder, a deputy, and a post that meets in a network are
memberships. End dates are inclusive, as in the specification.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from graph.exchange.loss_report import ExportLoss
from graph.exchange.provenance import Provenance, about
from graph.exchange.selection import ExportSelection
from graph.exchange.shared_terms import filled_in, last_date, links_from, standard_losses
from graph.exchange.structure_format import StructureFormat
from graph.questions.entities import Entity, LinkCard
from graph.vocabulary import Label, Language, LinkType

_BODIES: Final = frozenset({Label.AUTHORITY, Label.NETWORK, Label.ORGANIZATION})
_OF_POSTS: Final = frozenset({LinkType.HOLDS, LinkType.DEPUTIZES_FOR})
_OF_BODIES: Final = frozenset({LinkType.MEMBER_OF, LinkType.COORDINATES})
_SINGLE: Final = frozenset(
    {LinkType.BELONGS_TO, LinkType.PART_OF, LinkType.COVERS, LinkType.LIES_IN}
)
"""The types of which an object has its first link only."""
_DATES: Final = "valid_from valid_to"
_REPRESENTED: Final[Mapping[Label | LinkType, str]] = {
    Label.AUTHORITY: "name_en aliases",
    Label.NETWORK: "",
    Label.ORGANIZATION: "cvr website",
    Label.ACTOR: _DATES,
    Label.PERSON: "",
    Label.AREA: "code lat lon",
    LinkType.HOLDS: _DATES,
    LinkType.DEPUTIZES_FOR: _DATES,
    LinkType.MEMBER_OF: f"{_DATES} attendance",
    LinkType.COORDINATES: f"{_DATES} function",
    **dict.fromkeys(_SINGLE, ""),
}
"""The fields that the format can represent, besides id, name and kind."""


def popolo(selection: ExportSelection, stamp: Provenance, lang: Language) -> bytes:
    """Return the JSON file; `meta` is its provenance."""
    content = {"meta": about(stamp.lines(lang)), **_Writer(selection, lang).lists()}
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


class _Writer:
    """Writer of each kind of object; no object refers to a node outside the selection.

    `file_ids` are the ids of the nodes and links in what it wrote.
    """

    def __init__(self, selection: ExportSelection, lang: Language) -> None:
        self._lang: Language = lang
        self._selection = selection
        self._label = {node.id: node.label for node in selection.nodes}
        self._targets = {link_type: links_from(selection, link_type) for link_type in _SINGLE}
        self.file_ids: set[str] = set()

    def lists(self) -> dict[str, list[dict[str, Any]]]:
        """The objects of each class."""
        nodes = self._selection.nodes
        lists = {
            "organizations": [self.organization(node) for node in nodes if node.label in _BODIES],
            "posts": [self.post(node) for node in nodes if node.label is Label.ACTOR],
            "persons": [
                filled_in({"id": node.id, "name": node.name})
                for node in nodes
                if node.label is Label.PERSON
            ],
            "memberships": list(self.memberships()),
            "areas": [self.area(node) for node in nodes if node.label is Label.AREA],
        }
        self.file_ids.update(record["id"] for objects in lists.values() for record in objects)
        return lists

    def organization(self, node: Entity) -> dict[str, Any]:
        """An authority, network or civil organization."""
        fields = node.fields
        names = [fields.get("name_en"), *sorted(fields.get("aliases", ()))]
        cvr, website = fields.get("cvr"), fields.get("website")
        return filled_in(
            {
                "id": node.id,
                "name": node.name,
                "other_names": [{"name": name} for name in names if name],
                "identifiers": [{"identifier": cvr, "scheme": "CVR"}] if cvr else [],
                "classification": node.kind and node.kind.label(self._lang),
                "parent_id": self._first(LinkType.PART_OF, node.id),
                "area_id": self._first(LinkType.COVERS, node.id),
                "links": [{"url": website}] if website else [],
            }
        )

    def post(self, node: Entity) -> dict[str, Any]:
        """A post, of the authority or organization it belongs to."""
        return filled_in(
            {
                "id": node.id,
                "label": node.name,
                "role": node.kind and node.kind.label(self._lang),
                "organization_id": self._first(LinkType.BELONGS_TO, node.id),
                "area_id": self._first(LinkType.COVERS, node.id),
                **_period(node.fields),
            }
        )

    def area(self, node: Entity) -> dict[str, Any]:
        """An area; its parent is the first area it lies in."""
        fields = node.fields
        place = None
        if "lat" in fields and "lon" in fields:
            place = {"type": "Point", "coordinates": [fields["lon"], fields["lat"]]}
        return filled_in(
            {
                "id": node.id,
                "name": node.name,
                "identifier": fields.get("code"),
                "classification": node.kind and node.kind.label(self._lang),
                "parent_id": self._first(LinkType.LIES_IN, node.id),
                "geometry": place,
            }
        )

    def memberships(self) -> Iterator[dict[str, Any]]:
        """A membership for each holder, deputy, member and coordinator."""
        for link in self._selection.links:
            if link.type in _OF_POSTS and self._label[link.source.id] is Label.PERSON:
                body = self._first(LinkType.BELONGS_TO, link.target.id)
                yield self._membership(
                    link, person_id=link.source.id, post_id=link.target.id, organization_id=body
                )
            elif link.type in _OF_POSTS:  # a post that deputizes
                yield self._membership(
                    link, post_id=link.target.id, member={"id": link.source.id},
                    on_behalf_of_id=self._first(LinkType.BELONGS_TO, link.source.id),
                )  # fmt: skip
            elif link.type in _OF_BODIES:
                is_post = self._label[link.source.id] is Label.ACTOR
                body = self._first(LinkType.BELONGS_TO, link.source.id)
                yield self._membership(
                    link, organization_id=link.target.id,
                    post_id=link.source.id if is_post else None,
                    member=None if is_post else {"id": link.source.id},
                    on_behalf_of_id=body if is_post else None,
                )  # fmt: skip

    def _membership(self, link: LinkCard, **members: Any) -> dict[str, Any]:
        terms = (link.fields.get("function"), link.fields.get("attendance"))
        role = ", ".join(term.label(self._lang) for term in (link.type, *terms) if term)
        return filled_in({"id": link.id, "role": role, **members, **_period(link.fields)})

    def _first(self, link_type: LinkType, source: str) -> str | None:
        link = next(iter(self._targets[link_type].get(source, ())), None)
        if link is None:
            return None
        self.file_ids.add(link.id)
        return link.target.id


def _period(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {"start_date": fields.get("valid_from"), "end_date": last_date(fields.get("valid_to"))}


def popolo_losses(selection: ExportSelection) -> tuple[ExportLoss, ...]:
    """What Popolo cannot represent: competences, languages and hours among others."""
    writer = _Writer(selection, "en")
    writer.lists()
    return standard_losses(selection, _REPRESENTED, writer.file_ids)


FORMATS: Final = (
    StructureFormat(
        id="POPOLO", label_da="Popolo (JSON)", label_en="Popolo (JSON)",
        suffix="popolo.json", media_type="application/json", write=popolo, losses=popolo_losses,
    ),
)  # fmt: skip

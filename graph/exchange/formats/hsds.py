"""The structure as HSDS 3: the Human Services Data Specification, as one JSON object of tables.

Source: openreferral/specification, branch 3.0, `schema/compiled/tabular.json`. Authorities and
civil organizations are organizations, networks programs of the organization that coordinates
them, posts services with schedules, languages, service areas and competences, their holders
contacts. A service has one program: the network that its post coordinates, else one it meets in.
End dates are inclusive. HSDS requires UUIDs: any other id is mapped to a deterministic UUID, and
kept in `organization_identifier`, as an attribute, or in the URI of a service area.
"""

import json
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, Final, cast

from graph.access.context import MEETINGS
from graph.exchange.loss_report import ExportLoss, LossKind, nonzero_losses
from graph.exchange.provenance import Provenance, about
from graph.exchange.selection import ExportSelection
from graph.exchange.shared_terms import (
    clock,
    filled_in,
    is_dated,
    last_date,
    links_from,
    standard_losses,
)
from graph.exchange.structure_format import StructureFormat
from graph.model.opening_hours import DAYS, hour_groups
from graph.questions.entities import Entity, LinkCard
from graph.vocabulary import Competence, Label, Language, LinkType, Term

_SPACE: Final = uuid.uuid5(uuid.NAMESPACE_DNS, "kontaktvej")
_SCHEME: Final = "kontaktvej"
_BODIES: Final = frozenset({Label.AUTHORITY, Label.ORGANIZATION})
_REPRESENTED: Final[Mapping[Label | LinkType, str]] = {
    Label.AUTHORITY: "name_en seat",
    Label.NETWORK: "",
    Label.ORGANIZATION: "cvr website",
    Label.ACTOR: "hours languages competences valid_from valid_to",
    Label.PERSON: "",
    Label.AREA: "",
    LinkType.HOLDS: "",
    LinkType.BELONGS_TO: "",
    LinkType.PART_OF: "",
    LinkType.COVERS: "",
    LinkType.COORDINATES: "",
    LinkType.MEMBER_OF: "",
}
"""The fields that the format can represent, besides id, name and kind."""


def uuid_of(*key: str) -> str:
    """A UUID for an id or a part of it; an id that is a UUID stays as it is."""
    if len(key) == 1:
        try:
            return str(uuid.UUID(key[0]))
        except ValueError:
            pass
    return str(uuid.uuid5(_SPACE, "/".join(key)))


def hsds(selection: ExportSelection, stamp: Provenance, lang: Language) -> bytes:
    """Return the JSON file; `about` is its provenance."""
    content = {"about": about(stamp.lines(lang)), **_Tables(selection, lang).rows}
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


class _Tables:
    """The rows of each table by its name in the specification.

    `file_ids` are the ids of the nodes and links in them; `undated` counts the posts whose dates
    are not in them.
    """

    def __init__(self, selection: ExportSelection, lang: Language) -> None:
        self.rows: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
        self.file_ids: set[str] = set()
        self.undated = 0
        self._lang: Language = lang
        self._nodes = {node.id: node for node in selection.nodes}
        self._bodies = links_from(selection, LinkType.BELONGS_TO)
        self._parents = links_from(selection, LinkType.PART_OF)
        self._meetings = links_from(selection, *MEETINGS)
        self._coverage = links_from(selection, LinkType.COVERS)
        self._programs = _programs(selection, self._bodies)
        self._holders: defaultdict[str, list[LinkCard]] = defaultdict(list)
        for link in selection.links:
            if link.type is LinkType.HOLDS:
                self._holders[link.target.id].append(link)
        self._terms: set[str] = set()
        for node in selection.nodes:
            if node.label in _BODIES:
                self._add_organization(node)
            elif node.label is Label.ACTOR:
                self._add_service(node)
            elif node.label is Label.NETWORK and (body := self._programs.get(node.id)) is not None:
                # A network is a program only if an organization that coordinates it is known.
                self.file_ids.add(node.id)
                self._add(
                    "program", id=uuid_of(node.id), organization_id=uuid_of(body), name=node.name,
                    description=_label(node.kind, self._lang),
                )  # fmt: skip
                self._add_id(node.id, "program", uuid_of(node.id))

    def _add_organization(self, node: Entity) -> None:
        """An authority or civil organization."""
        body, fields = uuid_of(node.id), node.fields
        self.file_ids.add(node.id)
        self._add(
            "organization", id=body, name=node.name, alternate_name=fields.get("name_en"),
            description=_label(node.kind, self._lang), website=fields.get("website"),
            parent_organization_id=self._first(self._parents.get(node.id, ())),
        )  # fmt: skip
        ids = {_SCHEME: node.id, "CVR": fields.get("cvr")}
        for scheme, identifier in ids.items():
            if identifier:
                self._add(
                    "organization_identifier", id=uuid_of(node.id, scheme), organization_id=body,
                    identifier_scheme=scheme, identifier_type=scheme, identifier=identifier,
                )  # fmt: skip
        if "seat" in fields:
            self._add(
                "location", id=uuid_of(node.id, "seat"), organization_id=body,
                location_type="physical", name=fields["seat"],
            )  # fmt: skip

    def _add_service(self, node: Entity) -> None:
        """A post, with its areas, languages, hours, competences and holders."""
        service, fields = uuid_of(node.id), node.fields
        meetings = [
            link for link in self._meetings.get(node.id, ()) if link.target.id in self._programs
        ]
        meetings.sort(key=lambda link: link.type is not LinkType.COORDINATES)
        self.file_ids.add(node.id)
        self._add(
            "service", id=service, name=node.name, status="active",
            description=_label(node.kind, self._lang),
            organization_id=self._first(self._bodies.get(node.id, ())),
            program_id=self._first(meetings),
            assured_date=node.check and node.check.on,
        )  # fmt: skip
        self._add_id(node.id, "service", service)
        areas = {area.id for area in node.areas}
        self.file_ids |= areas
        coverage = self._coverage.get(node.id, ())
        self.file_ids.update(link.id for link in coverage if link.target.id in areas)
        for area in node.areas:
            self._add(
                "service_area", id=uuid_of(node.id, area.id), service_id=service, name=area.name,
                uri=f"urn:{_SCHEME}:{area.id}",
            )  # fmt: skip
        for language in sorted(fields.get("languages", ())):
            self._add(
                "language", id=uuid_of(node.id, "language", language), service_id=service,
                code=language,
            )  # fmt: skip
        groups = hour_groups(fields["hours"]) if "hours" in fields else ()
        self.undated += not groups and is_dated(node)
        for place, (days, opens, closes) in enumerate(groups):
            weekdays = range(7) if days is None else sorted(days)
            self._add(
                "schedule", id=uuid_of(node.id, "hours", str(place)), service_id=service,
                valid_from=fields.get("valid_from"), valid_to=last_date(fields.get("valid_to")),
                freq="WEEKLY", wkst="MO", byday=",".join(DAYS[day] for day in weekdays),
                opens_at=clock(opens), closes_at=clock(closes),
            )  # fmt: skip
        for competence in sorted(cast("frozenset[Competence]", fields.get("competences", ()))):
            taxonomy = _SCHEME if competence.number.startswith("kv:") else "KLE"
            label = competence.label(self._lang)
            self._attribute(service, node.id, competence, taxonomy, competence.number, label)
        for person, link in {link.source.id: link for link in self._holders[node.id]}.items():
            contact = uuid_of(node.id, person)
            self.file_ids |= {person, link.id}
            self._add(
                "contact", id=contact, service_id=service, name=self._nodes[person].name,
                title=_label(node.kind, self._lang),
            )  # fmt: skip
            self._add_id(person, "contact", contact)

    def _first(self, links: Iterable[LinkCard]) -> str | None:
        """The UUID of the target of the first link, the only one for which there is a field."""
        link = next(iter(links), None)
        if link is None:
            return None
        self.file_ids.add(link.id)
        return uuid_of(link.target.id)

    def _add_id(self, node_id: str, table: str, row: str) -> None:
        """Keep the id of a node as an attribute of its row."""
        self._add(
            "attribute", id=uuid_of(row, _SCHEME), link_id=row, link_entity=table,
            link_type=_SCHEME, value=node_id,
        )  # fmt: skip

    def _attribute(
        self, service: str, node_id: str, term: str, taxonomy: str, code: str, name: str
    ) -> None:
        """Classify a service by a term, which is defined once."""
        term_id = uuid_of(taxonomy, term)
        if term_id not in self._terms:
            self._terms.add(term_id)
            self._add(
                "taxonomy_term", id=term_id, code=code, name=name, description=name,
                taxonomy=taxonomy,
            )  # fmt: skip
        self._add(
            "attribute", id=uuid_of(node_id, taxonomy, term), link_id=service,
            link_entity="service", taxonomy_term_id=term_id, value=code,
        )  # fmt: skip

    def _add(self, table: str, **members: Any) -> None:
        self.rows[table].append(filled_in(members))


def _programs(
    selection: ExportSelection, bodies: Mapping[str, list[LinkCard]]
) -> Mapping[str, str]:
    """The organization of each network: that of the first coordinating post in the selection."""
    programs: dict[str, str] = {}
    for link in selection.links:
        if link.type is LinkType.COORDINATES:
            for body in bodies.get(link.source.id, ()):
                programs.setdefault(link.target.id, body.target.id)
    return programs


def _label(kind: Term | None, lang: Language) -> str:
    return "" if kind is None else kind.label(lang)


def hsds_losses(selection: ExportSelection) -> tuple[ExportLoss, ...]:
    """What HSDS cannot represent: networks that no selected post coordinates, holders over time."""
    tables = _Tables(selection, "en")
    alone = {
        node.id
        for node in selection.nodes
        if node.label is Label.NETWORK and node.id not in tables.file_ids
    }
    dated = sum(
        link.type is LinkType.HOLDS and link.id in tables.file_ids and is_dated(link)
        for link in selection.links
    )
    return (
        *standard_losses(selection, _REPRESENTED, tables.file_ids | alone),
        *nonzero_losses(
            (LossKind.PROGRAMS, len(alone)),
            (LossKind.POST_DATES, tables.undated),
            (LossKind.HOLDER_DATES, dated),
        ),
    )


FORMATS: Final = (
    StructureFormat(
        id="HSDS", label_da="HSDS 3 (JSON)", label_en="HSDS 3 (JSON)",
        suffix="hsds.json", media_type="application/json", write=hsds, losses=hsds_losses,
    ),
)  # fmt: skip

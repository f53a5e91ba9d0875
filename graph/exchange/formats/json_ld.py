"""The structure as JSON-LD in the terms of schema.org and the Organization Ontology of W3C.

The context is part of the file, so that nothing is fetched to read it. A post is a post and a
contact point with hours and languages; holders of posts and participants of networks are
memberships with their first and last date.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from graph.exchange.loss_report import ExportLoss, LossKind, nonzero_losses
from graph.exchange.provenance import Provenance
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
from graph.model.opening_hours import hour_groups
from graph.questions.entities import Entity, LinkCard
from graph.vocabulary import Label, Language, LinkType

_DATE: Final = "http://www.w3.org/2001/XMLSchema#date"
CONTEXT: Final[Mapping[str, Any]] = {
    "schema": "https://schema.org/",
    "org": "http://www.w3.org/ns/org#",
    "kv": "urn:kontaktvej:",
    "id": "@id",
    "type": "@type",
    **{
        name: f"schema:{name}"
        for name in ("name", "alternateName", "identifier", "description", "geo", "latitude",
                     "longitude", "availableLanguage", "hoursAvailable", "opens", "closes",
                     "roleName")
    },
    **{
        name: {"@id": f"schema:{name}", "@type": "@id"}
        for name in ("areaServed", "containedInPlace", "subjectOf", "url", "dayOfWeek")
    },
    **{
        name: {"@id": f"schema:{name}", "@type": _DATE}
        for name in ("startDate", "endDate", "datePublished", "expires", "dateCreated",
                     "temporalCoverage")
    },
    **{
        name: {"@id": f"org:{name}", "@type": "@id"}
        for name in ("classification", "role", "subOrganizationOf", "postIn", "holds", "member",
                     "organization")
    },
}  # fmt: skip
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TYPES: Final[Mapping[Label, tuple[str, ...]]] = {
    Label.AUTHORITY: ("schema:GovernmentOrganization", "org:FormalOrganization"),
    Label.ORGANIZATION: ("schema:NGO", "org:FormalOrganization"),
    Label.NETWORK: ("schema:Organization", "org:OrganizationalCollaboration"),
    Label.ACTOR: ("org:Post", "schema:ContactPoint"),
    Label.PERSON: ("schema:Person",),
    Label.AREA: ("schema:AdministrativeArea",),
    Label.PLAN: ("schema:CreativeWork",),
}
_PROPERTIES: Final[Mapping[LinkType, str]] = {
    LinkType.PART_OF: "subOrganizationOf",
    LinkType.BELONGS_TO: "postIn",
    LinkType.COVERS: "areaServed",
    LinkType.LIES_IN: "containedInPlace",
    LinkType.HOLDS: "holds",
    LinkType.GOVERNED_BY: "subjectOf",
}
_MEMBERSHIPS: Final = (LinkType.MEMBER_OF, LinkType.COORDINATES)
_DATES: Final = "valid_from valid_to"
_REPRESENTED: Final[Mapping[Label | LinkType, str]] = {
    Label.AUTHORITY: "name_en aliases",
    Label.ORGANIZATION: "cvr website",
    Label.NETWORK: "",
    Label.ACTOR: "hours languages",
    Label.PERSON: "",
    Label.AREA: "code name_en official_name aliases lat lon",
    Label.PLAN: "adopted_on due_on url",
    **dict.fromkeys(_PROPERTIES, ""),
    LinkType.HOLDS: _DATES,
    LinkType.MEMBER_OF: f"{_DATES} attendance",
    LinkType.COORDINATES: f"{_DATES} function",
}
"""The fields that the format can represent, besides id, name and kind."""


def json_ld(selection: ExportSelection, stamp: Provenance, lang: Language) -> bytes:
    """Return the JSON file; the first object of its graph is its provenance."""
    properties = {link_type: links_from(selection, link_type) for link_type in _PROPERTIES}
    about = {
        "id": f"kv:{stamp.number}",
        "type": "schema:Dataset",
        "identifier": stamp.number,
        "description": stamp.sentence(lang),
        "dateCreated": stamp.made_at.date().isoformat(),
        "temporalCoverage": stamp.on.isoformat(),
    }
    objects: list[dict[str, Any]] = [about]
    for node in selection.nodes:
        ties = {
            name: [_ref(link.target.id) for link in properties[link_type].get(node.id, ())]
            for link_type, name in _PROPERTIES.items()
        }
        objects.append(
            filled_in({"id": _ref(node.id), "type": list(_TYPES[node.label]),
                       **_of_node(node, lang), **ties})
        )  # fmt: skip
    # A membership for each holder whose organization is known, and each seat in a network.
    bodies = properties[LinkType.BELONGS_TO]
    for link in selection.links:
        if link.type in _MEMBERSHIPS:
            objects.append(_membership(link, link.target.id, lang))
        elif link.type is LinkType.HOLDS:
            objects += [
                _membership(link, body.target.id, lang) for body in bodies.get(link.target.id, ())
            ]
    content = {"@context": CONTEXT, "@graph": objects}
    return json.dumps(content, ensure_ascii=False, indent=1).encode()


def _ref(node_id: str) -> str:
    return f"urn:kontaktvej:{node_id}"


def _of_node(node: Entity, lang: Language) -> dict[str, Any]:
    """Return the JSON members made from the node's own fields."""
    fields = node.fields
    others = (
        fields.get("name_en"),
        fields.get("official_name"),
        *sorted(fields.get("aliases", ())),
    )
    members: dict[str, Any] = {
        "name": node.name,
        "alternateName": [name for name in others if name],
        "identifier": fields.get("cvr") or fields.get("code"),
        "url": fields.get("website") or fields.get("url"),
        "availableLanguage": sorted(fields.get("languages", ())),
        "hoursAvailable": _hours(fields.get("hours")),
        "datePublished": fields.get("adopted_on"),
        "expires": fields.get("due_on"),
    }
    if node.kind is not None:
        kind = {"id": f"kv:kind/{node.kind}", "name": node.kind.label(lang)}
        members["role" if node.label is Label.ACTOR else "classification"] = kind
    if "lat" in fields and "lon" in fields:
        members["geo"] = {"type": "schema:GeoCoordinates", "latitude": fields["lat"],
                          "longitude": fields["lon"]}  # fmt: skip
    return members


def _hours(hours: str | None) -> list[dict[str, Any]]:
    return [
        {
            "type": "schema:OpeningHoursSpecification",
            "dayOfWeek": [
                f"schema:{_DAYS[day]}" for day in (range(7) if days is None else sorted(days))
            ],
            "opens": clock(opens),
            "closes": clock(closes),
        }
        for days, opens, closes in (hour_groups(hours) if hours else ())
    ]


def _membership(link: LinkCard, organization: str, lang: Language) -> dict[str, Any]:
    fields = link.fields
    is_held, term = link.type is LinkType.HOLDS, fields.get("function") or fields.get("attendance")
    return filled_in(
        {
            "id": _ref(link.id),
            "type": ["org:Membership", "schema:OrganizationRole"],
            "member": _ref(link.source.id),
            "organization": _ref(organization),
            "roleName": link.target.name if is_held else term and term.label(lang),
            "startDate": fields.get("valid_from"),
            "endDate": last_date(fields.get("valid_to")),
        }
    )


def json_ld_losses(selection: ExportSelection) -> tuple[ExportLoss, ...]:
    """What these terms cannot represent, such as competences and the order of deputies."""
    bodies = links_from(selection, LinkType.BELONGS_TO)
    dated = sum(  # there is no membership to hold the dates
        link.type is LinkType.HOLDS and link.target.id not in bodies and is_dated(link)
        for link in selection.links
    )
    return (
        *standard_losses(selection, _REPRESENTED),
        *nonzero_losses((LossKind.HOLDER_DATES, dated)),
    )


FORMATS: Final = (
    StructureFormat(
        id="JSON_LD", label_da="JSON-LD", label_en="JSON-LD",
        suffix="jsonld", media_type="application/ld+json", write=json_ld, losses=json_ld_losses,
    ),
)  # fmt: skip

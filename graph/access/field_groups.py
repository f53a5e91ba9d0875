"""Field groups, the units of access: each field of a label or link type is in exactly one.

A field that is not listed is in no group, so no caller may use it. HELD
has no field: it is derived from the seats of a post and describes the post itself, regardless of
who the holders are (`seats.py`).
"""

from collections.abc import Mapping
from typing import Final

from graph.vocabulary import Label, LinkType, Term


class FieldGroup(Term):
    """A group of fields with the same access rights."""

    STRUCTURE = "STRUCTURE", "Struktur"
    HELD = "HELD", "Bemanding"
    IDENTITY = "IDENTITY", "Identitet"
    PROFILE = "PROFILE", "Profil"
    TIES = "TIES", "Relationer"
    TERMS = "TERMS", "Vilkår"
    EVIDENCE = "EVIDENCE", "Dokumentation"
    CHANNEL = "CHANNEL", "Kanal"
    SEALED = "SEALED", "Forseglet", "Sealed"
    PROVENANCE = "PROVENANCE", "Ophav"


_Group = Mapping[FieldGroup, str]
_THING: Final[_Group] = {
    FieldGroup.STRUCTURE: "id valid_from valid_to source",
    FieldGroup.PROVENANCE: "revision batch",  # they reflect changes of hidden fields too
}
_NUMBERED: Final[_Group] = {FieldGroup.STRUCTURE: "external_id"}
_LINK: Final[_Group] = {FieldGroup.STRUCTURE: "source_id target_id"}
_HOP: Final[_Group] = {
    FieldGroup.STRUCTURE: "verified_on levels gate strength",
    FieldGroup.PROVENANCE: "verified_by",
}
_PLACED: Final[_Group] = {FieldGroup.STRUCTURE: "confidence"}

_OF_NODES: Final[Mapping[Label, _Group]] = {
    Label.AREA: {
        FieldGroup.STRUCTURE: "kind code name name_en official_name aliases population "
        "population_on lat lon"
    },
    Label.AUTHORITY: {
        FieldGroup.STRUCTURE: "kind own_kind tier sector own_sector name name_en aliases seat "
        "confidence"
    },
    Label.NETWORK: {FieldGroup.STRUCTURE: "kind own_kind name gate levels meets_every_days"},
    Label.ACTOR: {
        FieldGroup.STRUCTURE: "kind own_kind name tier sector own_sector is_unit_only competences "
        "own_competences languages hours needs_deputy review_every_days"
    },
    Label.PERSON: {
        FieldGroup.STRUCTURE: "visibility",
        FieldGroup.IDENTITY: "name title external_id",
        FieldGroup.PROFILE: "languages competences own_competences absent_from absent_to",
    },
    Label.RESOURCE_INDIVIDUAL: {
        FieldGroup.IDENTITY: "display_name external_id",
        FieldGroup.PROFILE: "kind languages competences visibility",
    },
    Label.ORGANIZATION: {FieldGroup.STRUCTURE: "kind own_kind name cvr website"},
    Label.CONTACT_DETAIL: {
        FieldGroup.CHANNEL: "channel hint is_work visibility verified_on",
        FieldGroup.SEALED: "value",
        FieldGroup.PROVENANCE: "verified_by",
    },
    Label.CONSENT: {
        FieldGroup.TERMS: "purposes audience channels is_mediated_only given_on expires_on "
        "withdrawn_on renewal_by",
        FieldGroup.EVIDENCE: "obtained_how text_version covers_art9 is_adult recorded_by",
    },
    Label.PLAN: {FieldGroup.STRUCTURE: "kind own_kind title adopted_on due_on url"},
}
_OF_LINKS: Final[Mapping[LinkType, tuple[_Group, ...]]] = {
    LinkType.HOLDS: ({FieldGroup.STRUCTURE: "is_acting share"},),
    LinkType.DEPUTIZES_FOR: ({FieldGroup.STRUCTURE: "order"},),
    LinkType.BELONGS_TO: (),
    LinkType.PART_OF: (),
    LinkType.COVERS: (_PLACED,),
    LinkType.LIES_IN: (_PLACED,),
    LinkType.ENTRY_POINT_FOR: ({FieldGroup.STRUCTURE: "order is_acute"},),
    LinkType.MEMBER_OF: (_HOP, {FieldGroup.STRUCTURE: "attendance is_lendable"}),
    LinkType.COORDINATES: (_HOP, {FieldGroup.STRUCTURE: "function"}),
    LinkType.SUPPORTS: (_HOP, {FieldGroup.STRUCTURE: "kind"}),
    LinkType.REFERS_TO: (_HOP, {FieldGroup.STRUCTURE: "trigger"}),
    LinkType.ESCALATES_TO: (_HOP, {FieldGroup.STRUCTURE: "trigger"}),
    LinkType.KNOWS: (
        _HOP,
        {
            FieldGroup.TIES: "since_on last_contact_on is_confirmed",
            FieldGroup.PROVENANCE: "declared_by",
        },
    ),
    LinkType.DOOR_OPENER_FOR: (_HOP, {FieldGroup.TIES: "consent_id"}),
    LinkType.REPRESENTS: (_HOP, {FieldGroup.TIES: "consent_id"}),
    LinkType.SUCCEEDED_BY: (),
    LinkType.GOVERNED_BY: ({FieldGroup.STRUCTURE: "gate"},),
    LinkType.REACHED_BY: ({FieldGroup.STRUCTURE: "order"},),
    LinkType.GAVE_CONSENT: (),
}

_IDENTIFIED: Final = (Label.PERSON, Label.RESOURCE_INDIVIDUAL)
"""Labels whose external id can identify a person and is therefore in IDENTITY."""

FIELD_GROUP: Final[Mapping[tuple[Label | LinkType, str], FieldGroup]] = {
    (what, name): group
    for what, parts in (
        *(
            (label, (_THING, *(() if label in _IDENTIFIED else (_NUMBERED,)), group))
            for label, group in _OF_NODES.items()
        ),
        *((link_type, (_THING, _NUMBERED, _LINK, *more)) for link_type, more in _OF_LINKS.items()),
    )
    for part in parts
    for group, names in part.items()
    for name in names.split()
}
"""Map from label or link type and field name to the group."""


_MAIN: Final = {
    Label.PERSON: FieldGroup.IDENTITY,
    Label.RESOURCE_INDIVIDUAL: FieldGroup.IDENTITY,
    Label.CONTACT_DETAIL: FieldGroup.CHANNEL,
    Label.CONSENT: FieldGroup.TERMS,
}


def main_group(label: Label) -> FieldGroup:
    """Return the group whose right permits creating and ending a node."""
    return _MAIN.get(label, FieldGroup.STRUCTURE)


def field_group(what: Label | LinkType, name: str) -> FieldGroup:
    """Return the group of a field.

    Raises: KeyError: there is no such field, hence no right to it.
    """
    return FIELD_GROUP[what, name]


def change_group(what: Label | LinkType, name: str) -> FieldGroup:
    """Return the group that governs reports of changes of a field; raises as `field_group`.

    A change of the value of a contact detail is reported to all who see its hint.
    """
    is_value = what is Label.CONTACT_DETAIL and name == "value"
    return FieldGroup.CHANNEL if is_value else field_group(what, name)

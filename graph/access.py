"""Who may see what: callers, their grants, and the one policy table, as data.

Source: security.md §2. Pure, no clock: the date is passed in. What is not listed is denied. The
table holds what may be *seen*; revealing, verifying and writing join it with the doors that do so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from graph.vocabulary import Label, LinkType, PreventionLevel, Word


class Role(Word):
    """What a caller is here for."""

    COORDINATOR = "COORDINATOR", "Koordinator", "Coordinator"
    OUTREACH = "OUTREACH", "Opsøgende medarbejder", "Outreach worker"
    ANALYST = "ANALYST", "Analytiker", "Analyst"
    STEWARD = "STEWARD", "Registeransvarlig", "Steward"
    DPO = "DPO", "Databeskyttelsesrådgiver", "Data protection officer"
    ADMIN = "ADMIN", "Administrator", "Administrator"
    SERVICE = "SERVICE", "System", "Service"


class FieldGroup(Word):
    """Fields that are seen together."""

    STRUCTURE = "STRUCTURE", "Struktur"
    IDENTITY = "IDENTITY", "Identitet"
    PROFILE = "PROFILE", "Profil"
    TIES = "TIES", "Relationer"
    TERMS = "TERMS", "Vilkår"
    EVIDENCE = "EVIDENCE", "Dokumentation"
    CHANNEL = "CHANNEL", "Kanal"
    PROVENANCE = "PROVENANCE", "Ophav"


class Scope(Word):
    """How far a right to see reaches."""

    VIEW = "VIEW", "Så langt synligheden rækker", "As far as visibility reaches"
    AREA = "AREA", "Kun egne områder", "Own areas only"
    CONSENT = "CONSENT", "Efter samtykke", "Under the consent rule"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role in areas, at levels, between dates (half-open). Areas reach everything inside them."""

    role: Role
    areas: frozenset[str]
    levels: frozenset[PreventionLevel] = frozenset(PreventionLevel)
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid(self, on: date) -> bool:
        """Does it give anything on that date?"""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on < self.valid_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks: an account, its grants, and the posts it sits on; a right comes whole from one.

    `person` is the node of whoever has the account; `posts` are its seats on the date asked about.
    """

    account: str
    grants: tuple[Grant, ...]
    posts: frozenset[str] = frozenset()
    person: str | None = None


LOCAL_OPERATOR: Final = Caller(
    account="local-operator",
    grants=(
        Grant(role=Role.COORDINATOR, areas=frozenset({"dk"})),
        Grant(role=Role.OUTREACH, areas=frozenset({"dk"})),
    ),
)
"""Whoever runs the command line on the host: all of Denmark, with no post, so never `NAMED`."""

_EVERYONE: Final = frozenset(Role)


class Task(Word):
    """What a route is for: who may come through it at all. What they then see is the View's."""

    OWN = "OWN", "Egne forhold", "Own affairs"
    QUESTION = "QUESTION", "Spørgsmål", "Questions"
    EDIT = "EDIT", "Rettelse", "Editing"
    VERIFY = "VERIFY", "Kontrol", "Verification"
    REVEAL = "REVEAL", "Visning af kontaktoplysning", "Revealing"
    WITHDRAW = "WITHDRAW", "Tilbagetrækning", "Withdrawal"
    AUDIT = "AUDIT", "Loggen", "The audit log"
    ACCOUNTS = "ACCOUNTS", "Konti", "Accounts"


TASKS: Final[Mapping[Task, frozenset[Role]]] = {
    Task.OWN: _EVERYONE,
    Task.QUESTION: _EVERYONE - {Role.ADMIN},
    Task.EDIT: frozenset({Role.COORDINATOR, Role.OUTREACH, Role.STEWARD}),
    Task.VERIFY: frozenset({Role.COORDINATOR, Role.OUTREACH, Role.STEWARD}),
    Task.REVEAL: frozenset({Role.COORDINATOR, Role.OUTREACH, Role.STEWARD, Role.DPO}),
    Task.WITHDRAW: frozenset({Role.OUTREACH, Role.COORDINATOR, Role.DPO}),
    Task.AUDIT: frozenset({Role.DPO}),
    Task.ACCOUNTS: frozenset({Role.ADMIN}),
}
"""Source: security.md §2, the table of actions."""
WRITES: Final = frozenset({Task.EDIT, Task.VERIFY, Task.WITHDRAW, Task.ACCOUNTS})
"""Those that change something: their intent is written down before, their outcome after."""

_READERS: Final = _EVERYONE - {Role.ADMIN}
_STAFF: Final = frozenset({Role.COORDINATOR, Role.OUTREACH})


def _seen(
    view: frozenset[Role] | set[Role],
    *,
    area: frozenset[Role] | set[Role] = frozenset(),
    consent: frozenset[Role] | set[Role] = frozenset(),
) -> Mapping[Role, Scope]:
    """Which role sees how far."""
    return {
        **dict.fromkeys(view, Scope.VIEW),
        **dict.fromkeys(area, Scope.AREA),
        **dict.fromkeys(consent, Scope.CONSENT),
    }


_CIVIL: Final = _seen({Role.DPO}, consent=_STAFF)
_OFFICES: Final = (Label.AREA, Label.AUTHORITY, Label.NETWORK, Label.ACTOR)
_CIVIL_LINKS: Final = (LinkType.DOOR_OPENER_FOR, LinkType.REPRESENTS, LinkType.GAVE_CONSENT)
_PLAIN_LINKS: Final = tuple(
    link_type for link_type in LinkType if link_type not in (*_CIVIL_LINKS, LinkType.KNOWS)
)

MAY_SEE: Final[Mapping[tuple[Label | LinkType, FieldGroup], Mapping[Role, Scope]]] = {
    **{(label, FieldGroup.STRUCTURE): _seen(_EVERYONE) for label in _OFFICES},
    **{(what, FieldGroup.STRUCTURE): _seen(_READERS) for what in (Label.ORGANIZATION, Label.PLAN)},
    **{(link_type, FieldGroup.STRUCTURE): _seen(_READERS) for link_type in _PLAIN_LINKS},
    (Label.PERSON, FieldGroup.STRUCTURE): _seen(_READERS - {Role.SERVICE}, area={Role.SERVICE}),
    (Label.PERSON, FieldGroup.IDENTITY): _seen(
        _READERS - {Role.ANALYST, Role.SERVICE}, area={Role.SERVICE}
    ),
    (Label.PERSON, FieldGroup.PROFILE): _seen(_READERS - {Role.SERVICE}, area={Role.SERVICE}),
    (LinkType.KNOWS, FieldGroup.TIES): _seen(
        {*_STAFF, Role.ANALYST, Role.DPO}, area={Role.STEWARD}
    ),
    (Label.RESOURCE_INDIVIDUAL, FieldGroup.STRUCTURE): _CIVIL,
    (Label.RESOURCE_INDIVIDUAL, FieldGroup.IDENTITY): _CIVIL,
    (Label.RESOURCE_INDIVIDUAL, FieldGroup.PROFILE): _CIVIL,
    **{(link_type, FieldGroup.TIES): _CIVIL for link_type in _CIVIL_LINKS},
    (LinkType.MEMBER_OF, FieldGroup.TIES): _CIVIL,  # a civilian's; others' are STRUCTURE
    (Label.CONSENT, FieldGroup.STRUCTURE): _CIVIL,
    (Label.CONSENT, FieldGroup.TERMS): _CIVIL,
    (Label.CONSENT, FieldGroup.EVIDENCE): _seen({Role.DPO}),
    (Label.CONTACT_DETAIL, FieldGroup.STRUCTURE): _seen(
        {*_STAFF, Role.STEWARD, Role.DPO}, area={Role.SERVICE}
    ),
    (Label.CONTACT_DETAIL, FieldGroup.CHANNEL): _seen(
        {*_STAFF, Role.STEWARD, Role.DPO}, area={Role.SERVICE}
    ),
}
"""Label or link type and field group -> role -> how far it is seen; absent is denied.

A contact detail follows its owner besides: a person's is a steward's only inside own areas, a
civilian's stands under the consent rule. Provenance is `PROVENANCE_ROLES`, whatever the label.
"""

PROVENANCE_ROLES: Final = frozenset({Role.COORDINATOR, Role.OUTREACH, Role.STEWARD, Role.DPO})

_GROUPS: Final[Mapping[Label | LinkType, Mapping[str, FieldGroup]]] = {
    Label.PERSON: {
        "name": FieldGroup.IDENTITY,
        "title": FieldGroup.IDENTITY,
        "languages": FieldGroup.PROFILE,
        "competences": FieldGroup.PROFILE,
        "absent_from": FieldGroup.PROFILE,
        "absent_to": FieldGroup.PROFILE,
    },
    Label.RESOURCE_INDIVIDUAL: {
        "display_name": FieldGroup.IDENTITY,
        "kind": FieldGroup.PROFILE,
        "languages": FieldGroup.PROFILE,
        "competences": FieldGroup.PROFILE,
        "visibility": FieldGroup.PROFILE,
    },
    Label.CONSENT: {
        **dict.fromkeys(("purposes", "audience", "channels", "is_mediated_only"), FieldGroup.TERMS),
        **dict.fromkeys(("given_on", "expires_on", "withdrawn_on", "renewal_by"), FieldGroup.TERMS),
        **dict.fromkeys(
            ("obtained_how", "text_version", "covers_art9", "is_adult", "recorded_by"),
            FieldGroup.EVIDENCE,
        ),
    },
    Label.CONTACT_DETAIL: dict.fromkeys(
        ("channel", "hint", "is_work", "visibility", "verified_on"), FieldGroup.CHANNEL
    ),
    LinkType.KNOWS: dict.fromkeys(("since_on", "last_contact_on", "is_confirmed"), FieldGroup.TIES),
    LinkType.DOOR_OPENER_FOR: {"consent_id": FieldGroup.TIES},
    LinkType.REPRESENTS: {"consent_id": FieldGroup.TIES},
}
# A revision counts changes of hidden fields too, so it goes only to those who may write.
_PROVENANCE: Final = frozenset({"verified_by", "declared_by", "revision"})


def field_group(what: Label | LinkType, name: str) -> FieldGroup:
    """The one group a field belongs to; a field of the model not named here is structure."""
    if name in _PROVENANCE:
        return FieldGroup.PROVENANCE
    return _GROUPS.get(what, {}).get(name, FieldGroup.STRUCTURE)


def scope_of(role: Role, what: Label | LinkType, group: FieldGroup) -> Scope | None:
    """How far a role sees a field group; None: not at all."""
    if group is FieldGroup.PROVENANCE:
        return Scope.VIEW if role in PROVENANCE_ROLES else None
    return MAY_SEE.get((what, group), {}).get(role)


def link_group(link_type: LinkType, *, is_civil: bool) -> FieldGroup:
    """The group that decides whether a link of a type is seen; `is_civil`: a civilian is an end."""
    if is_civil or link_type is LinkType.KNOWS:
        return FieldGroup.TIES if link_type is not LinkType.REACHED_BY else FieldGroup.STRUCTURE
    return FieldGroup.STRUCTURE

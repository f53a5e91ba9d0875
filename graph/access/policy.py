"""Access policy as data: callers, their grants, and the policy table.

Source: docs/security.md, "Roles". No clock: the date is passed in. An unlisted right is denied.
`permissions.py` applies the table to one node or link, `masks.py` to all of them at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, NamedTuple

from graph.access.field_groups import FieldGroup
from graph.vocabulary import Label, LinkType, PreventionLevel, Term


class Role(Term):
    """The role of a caller, to which the policy table assigns rights."""

    COORDINATOR = "COORDINATOR", "Koordinator", "Coordinator"
    OUTREACH = "OUTREACH", "Opsøgende medarbejder", "Outreach worker"
    ANALYST = "ANALYST", "Analytiker", "Analyst"
    STEWARD = "STEWARD", "Registeransvarlig", "Steward"
    DPO = "DPO", "Databeskyttelsesrådgiver", "Data protection officer"
    ADMIN = "ADMIN", "Administrator", "Administrator"
    SERVICE = "SERVICE", "System", "Service"


class Action(Term):
    """An action on a field group."""

    SEE = "SEE", "Se", "See"
    COUNT = "COUNT", "Tælle", "Count"
    REVEAL = "REVEAL", "Vise kontaktoplysning", "Reveal"
    ASK = "ASK", "Spørge gennem døråbneren", "Ask through the door opener"
    VERIFY = "VERIFY", "Kontrollere", "Verify"
    EDIT = "EDIT", "Oprette, ændre, afslutte", "Create, change, end"
    WITHDRAW = "WITHDRAW", "Trække tilbage", "Withdraw"


class Scope(Term):
    """The reach of a right."""

    VIEW = "VIEW", "Så langt synligheden rækker", "As far as visibility reaches"
    AREA = "AREA", "Kun egne områder", "Own areas only"
    OWN = "OWN", "Kun eget", "One's own only"
    PREVIEW = "PREVIEW", "Kun som forslag", "Only as a preview that a steward applies"
    CONSENT = "CONSENT", "Efter samtykke", "Under the consent rule"
    CONSENT_AREA = (
        "CONSENT_AREA",
        "Efter samtykke i egne områder",
        "Under the consent rule, own areas only",
    )


class AccessRule(NamedTuple):
    """One right: an action and its scope."""

    action: Action
    scope: Scope


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role in areas (with all inside them), at levels, between dates (half-open)."""

    role: Role
    areas: frozenset[str]
    levels: frozenset[PreventionLevel] = frozenset(PreventionLevel)
    valid_from: date | None = None
    valid_to: date | None = None

    def is_valid(self, on: date) -> bool:
        """Return whether the grant is valid on a date."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on < self.valid_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """The caller: an account, its grants and its posts; each right is from a single grant.

    `person` is the id of the account holder's node; `posts` are those they hold on the requested
    date.
    """

    account: str
    grants: tuple[Grant, ...]
    posts: frozenset[str] = frozenset()
    person: str | None = None


LOCAL_OPERATOR: Final = Caller(
    account="local-operator",
    grants=tuple(
        Grant(role=role, areas=frozenset({"dk"})) for role in (Role.COORDINATOR, Role.OUTREACH)
    ),
)
"""The user of the command line on the host: all of Denmark, no post, hence never `NAMED`."""

# ---- the table

PERSON_DETAIL: Final = "ContactDetail of Person"
CIVIL_DETAIL: Final = "ContactDetail of ResourceIndividual"
"""A contact detail is named by its owner; those of offices are under its own label."""
PUBLIC_NUMBER: Final = "Number of a public line"
"""A contact detail of a post of `PUBLIC_LINES`: these rights come on top of an office's.

Nobody needs a purpose to see it, so its value may be seen too; its `visibility` does not limit it.
"""
CHANGE: Final = "Change"
ANYTHING: Final = (*Label, *LinkType, PERSON_DETAIL, CIVIL_DETAIL)
"""All keys for a rule that applies to every node and link."""


def detail_name(owner: Label) -> str:
    """Return the table's name of a contact detail of an owner with this label."""
    match owner:
        case Label.PERSON:
            return PERSON_DETAIL
        case Label.RESOURCE_INDIVIDUAL:
            return CIVIL_DETAIL
        case _:
            return Label.CONTACT_DETAIL


_CELL: Final[Mapping[str, Action]] = dict(zip("SNRKVEW", Action, strict=True))
_SUFFIX: Final[Mapping[str, Scope]] = {
    "": Scope.VIEW,
    "a": Scope.AREA,
    "o": Scope.OWN,
    "p": Scope.PREVIEW,
    "†": Scope.CONSENT,
    "a†": Scope.CONSENT_AREA,
}
_OFFICES: Final = (Label.AREA, Label.AUTHORITY, Label.NETWORK, Label.ACTOR)
CIVIL_LINKS: Final = (LinkType.DOOR_OPENER_FOR, LinkType.REPRESENTS, LinkType.GAVE_CONSENT)
_STRUCTURE_LINKS: Final = tuple(
    link_type
    for link_type in LinkType
    if link_type not in (*CIVIL_LINKS, LinkType.KNOWS, LinkType.REACHED_BY)
)
_STRUCTURE: Final = FieldGroup.STRUCTURE


def _cell(rights: str) -> frozenset[AccessRule]:
    """Parse rights such as `S Va Ea`: an action of `_CELL`, then a scope of `_SUFFIX`."""
    return frozenset(AccessRule(_CELL[right[0]], _SUFFIX[right[1:]]) for right in rights.split())


def _row(cells: str) -> Mapping[Role, frozenset[AccessRule]]:
    """Parse one line of the table: a cell for each role in order, separated by `|`."""
    return MappingProxyType(
        {
            role: _cell(cell)
            for role, cell in zip(Role, cells.split("|"), strict=True)
            if cell.strip()
        }
    )


# COORDINATOR | OUTREACH | ANALYST | STEWARD | DPO | ADMIN | SERVICE
_OFFICE: Final = _row("S | S | S | S Ea | S | S | S Ep")
_BODY: Final = _row("S | S | S | S Ea | S | | S Ep")
_LINK: Final = _row("S Va Ea | S Va | S | S Va Ea | S | | S Ep")
_CIVIL: Final = _row("S† | S† Ea† | | | S | | ")
_CIVIL_PROFILE: Final = _row("S† | S† Ea† | N | N | S | | ")
_CIVIL_LINK: Final = _row("S† | S† Va† Ea† | | | S | | ")
_OFFICE_CHANNEL: Final = _row("S | S | | S Ea | S | | Sa Ep")
_PERSON_CHANNEL: Final = _row("S | S | | Sa Ea | S | | Sa Ep")
_CIVIL_CHANNEL: Final = _row("S† | S† Ea† | | | S | | ")
_PUBLIC: Final = _row("S | S | S | S | S | | S")
_TERMS: Final = _row("S† | S† So Ea W | | N | S W | | ")
_PROVENANCE: Final = _row("S | S | | S | S | | ")

RULES: Final[Mapping[tuple[str, FieldGroup], Mapping[Role, frozenset[AccessRule]]]] = {
    **{(label, _STRUCTURE): _OFFICE for label in _OFFICES},
    **{(label, _STRUCTURE): _BODY for label in (Label.ORGANIZATION, Label.PLAN)},
    **{(link_type, _STRUCTURE): _LINK for link_type in _STRUCTURE_LINKS},
    (Label.ACTOR, FieldGroup.HELD): _row("S | S | S | S | S | S | S"),  # if the post is seen
    (LinkType.REACHED_BY, _STRUCTURE): _row("S | S | S | S | S | S | S"),  # written as its detail
    (Label.PERSON, _STRUCTURE): _row("S | S | S | S Ea | S | | Sa Ep"),
    (Label.PERSON, FieldGroup.IDENTITY): _row("S | S | | S Ea | S | | Sa Ep"),
    (Label.PERSON, FieldGroup.PROFILE): _row("S Eo | S Eo | S | S Ea | S | | Sa"),
    (LinkType.KNOWS, FieldGroup.TIES): _row("S Eo | S Eo | S | Sa | S | | "),
    (Label.RESOURCE_INDIVIDUAL, _STRUCTURE): _CIVIL,
    (Label.RESOURCE_INDIVIDUAL, FieldGroup.IDENTITY): _CIVIL,
    (Label.RESOURCE_INDIVIDUAL, FieldGroup.PROFILE): _CIVIL_PROFILE,
    **{(link_type, FieldGroup.TIES): _CIVIL_LINK for link_type in CIVIL_LINKS},
    (LinkType.MEMBER_OF, FieldGroup.TIES): _CIVIL_LINK,  # of a civilian; others are STRUCTURE
    (Label.CONSENT, _STRUCTURE): _row("S† | S† So Ea | | | S | | "),
    (Label.CONSENT, FieldGroup.TERMS): _TERMS,
    (Label.CONSENT, FieldGroup.EVIDENCE): _row("| So | | | S | | "),
    (Label.CONTACT_DETAIL, _STRUCTURE): _OFFICE_CHANNEL,
    (Label.CONTACT_DETAIL, FieldGroup.CHANNEL): _OFFICE_CHANNEL,
    (Label.CONTACT_DETAIL, FieldGroup.SEALED): _row("R | R | | R Ea | | | Ep"),
    (PERSON_DETAIL, _STRUCTURE): _PERSON_CHANNEL,
    (PERSON_DETAIL, FieldGroup.CHANNEL): _PERSON_CHANNEL,
    (PERSON_DETAIL, FieldGroup.SEALED): _row("R | R | | Ra Ea | R | | Ep"),
    (CIVIL_DETAIL, _STRUCTURE): _CIVIL_CHANNEL,
    (CIVIL_DETAIL, FieldGroup.CHANNEL): _CIVIL_CHANNEL,
    (CIVIL_DETAIL, FieldGroup.SEALED): _row("K | R† K | | | R | | "),
    **{
        (PUBLIC_NUMBER, group): _PUBLIC
        for group in (_STRUCTURE, FieldGroup.CHANNEL, FieldGroup.SEALED)
    },
    **{(what, FieldGroup.PROVENANCE): _PROVENANCE for what in ANYTHING},
    (CHANGE, _STRUCTURE): _row("Sa | Sa | S | Sa | S | | "),
}
"""The policy table: label or link type and field group -> role -> rights; absent is denied.

`MEMBER_OF` of a civilian is in TIES, of others in STRUCTURE. The DPO sees people, details and
consents by area alone, regardless of visibility, consent and withholding. HELD of a post is whether
it is held or vacant, its holder on leave, or a deputy present; not who that is.
"""
OWN: Final[Mapping[tuple[str, FieldGroup], frozenset[AccessRule]]] = {
    **{
        (Label.PERSON, group): _cell("So Eo")
        for group in (_STRUCTURE, FieldGroup.IDENTITY, FieldGroup.PROFILE)
    },
    **{(PERSON_DETAIL, group): _cell("So Eo") for group in (_STRUCTURE, FieldGroup.CHANNEL)},
    (PERSON_DETAIL, FieldGroup.SEALED): _cell("Ro Eo"),
    **{(what, FieldGroup.PROVENANCE): _cell("So") for what in (Label.PERSON, PERSON_DETAIL)},
}
"""The rights of every caller with a grant, in any role, to their own person and details."""


def rules_of(role: Role, what: str, group: FieldGroup) -> frozenset[AccessRule]:
    """Return a role's rights to a field group, own person included; SERVICE has no person."""
    rules = RULES.get((what, group), {}).get(role, frozenset())
    return rules if role is Role.SERVICE else rules | OWN.get((what, group), frozenset())


def scope_of(role: Role, what: str, group: FieldGroup) -> Scope | None:
    """Return the scope in which a role sees a field group of others; None: not at all."""
    return MAY_SEE.get((what, group), {}).get(role)


MAY_SEE: Final[Mapping[tuple[str, FieldGroup], Mapping[Role, Scope]]] = {
    key: {
        role: rule.scope
        for role, rules in row.items()
        for rule in rules
        if rule.action is Action.SEE and rule.scope is not Scope.OWN
    }
    for key, row in RULES.items()
}
"""The SEE rights of the table without OWN, from which the masks are computed."""

SEES_NAMES: Final = frozenset(MAY_SEE[Label.PERSON, FieldGroup.IDENTITY])
"""The roles that see the names of people."""


def link_group(link_type: LinkType, *, is_civil: bool) -> FieldGroup:
    """Return the group that governs sight of a link; `is_civil`: a civilian is an end."""
    if is_civil or link_type is LinkType.KNOWS:
        return FieldGroup.TIES if link_type is not LinkType.REACHED_BY else FieldGroup.STRUCTURE
    return FieldGroup.STRUCTURE


# ---- the routes


class Task(Term):
    """The task of a route, which decides on access to it; the View decides on its contents."""

    OWN = "OWN", "Egne forhold", "Own affairs"
    QUESTION = "QUESTION", "Spørgsmål", "Questions"
    EDIT = "EDIT", "Rettelse", "Editing"
    VERIFY = "VERIFY", "Kontrol", "Verification"
    REVEAL = "REVEAL", "Visning af kontaktoplysning", "Revealing"
    ASK = "ASK", "Kontakt gennem døråbner", "Contact through a door opener"
    CONSENTS = "CONSENTS", "Samtykker", "Consents"
    WITHDRAW = "WITHDRAW", "Tilbagetrækning", "Withdrawal"
    AUDIT = "AUDIT", "Loggen", "The audit log"
    ACCOUNTS = "ACCOUNTS", "Konti", "Accounts"
    APPROVE = "APPROVE", "Godkendelse af ændrede rettigheder", "Approving changed rights"
    EXPORT = "EXPORT", "Udtræk af strukturen", "Exporting the structure"
    EXPORT_NAMES = "EXPORT_NAMES", "Udtræk med navne", "Exporting names"
    EXPORT_DETAILS = "EXPORT_DETAILS", "Udtræk med kontaktoplysninger", "Exporting contact details"
    ANALYZE = "ANALYZE", "Egne forespørgsler", "Queries of one's own"
    IMPORT = "IMPORT", "Import af lister", "Importing lists"
    OWN_KINDS = "OWN_KINDS", "Egne typer", "Own kinds"


def _roles_with(*actions: Action, what: str | None = None) -> frozenset[Role]:
    """Return the roles with such a right to any element (or `what`), own person included."""
    return frozenset(
        role
        for role in Role
        for element, group in RULES
        for rule in rules_of(role, element, group)
        if what in (None, element) and rule.action in actions and rule.scope is not Scope.PREVIEW
    )


TASKS: Final[Mapping[Task, frozenset[Role]]] = {
    Task.OWN: frozenset(Role),
    Task.QUESTION: frozenset(Role) - {Role.ADMIN},
    Task.EDIT: _roles_with(Action.EDIT),
    Task.VERIFY: _roles_with(Action.VERIFY),
    Task.REVEAL: _roles_with(Action.REVEAL),
    Task.ASK: _roles_with(Action.ASK),
    Task.CONSENTS: _roles_with(Action.SEE, Action.COUNT, what=Label.CONSENT),
    Task.WITHDRAW: _roles_with(Action.WITHDRAW),
    Task.AUDIT: frozenset({Role.DPO}),
    Task.ACCOUNTS: frozenset({Role.ADMIN}),
    Task.APPROVE: frozenset({Role.ADMIN, Role.DPO}),
    Task.EXPORT: frozenset({Role.COORDINATOR, Role.OUTREACH, Role.ANALYST, Role.STEWARD}),
    Task.EXPORT_NAMES: frozenset({Role.COORDINATOR, Role.STEWARD}),
    Task.EXPORT_DETAILS: frozenset({Role.COORDINATOR, Role.OUTREACH}),
    Task.ANALYZE: frozenset({Role.ANALYST}),
    Task.IMPORT: frozenset({Role.STEWARD}),
    Task.OWN_KINDS: frozenset({Role.STEWARD}),
}
"""Task -> roles: derived from the rights in the policy table, or else listed here."""
WRITES: Final = frozenset(
    {
        Task.EDIT, Task.VERIFY, Task.ASK, Task.WITHDRAW, Task.ACCOUNTS, Task.APPROVE, Task.IMPORT,
        Task.OWN_KINDS,
    }
)  # fmt: skip
"""Tasks that change data: the audit records the intent before and the outcome after."""
WRITES_THINGS: Final = WRITES - {Task.ACCOUNTS, Task.APPROVE, Task.ASK, Task.OWN_KINDS}
"""Tasks that write to the graph; the others write elsewhere."""

_PERSONAL: Final = frozenset({FieldGroup.IDENTITY, FieldGroup.CHANNEL, FieldGroup.SEALED})
READS_PERSONS: Final = frozenset(
    role
    for (what, group), row in RULES.items()
    if group in _PERSONAL and what != PUBLIC_NUMBER
    for role, rules in row.items()
    if any(rule.action in (Action.SEE, Action.REVEAL) for rule in rules)
)
"""The roles that see the identity or contact details of others."""

CHANGES_SEEN: Final[Mapping[Role, Scope]] = {
    **dict.fromkeys((Role.ANALYST, Role.DPO), Scope.VIEW),
    **dict.fromkeys((Role.COORDINATOR, Role.OUTREACH, Role.STEWARD), Scope.AREA),
}
"""How far changes of visible elements are reported to each role, limited to visible fields."""

COUNTED_FOR: Final = frozenset(Role) - {Role.ADMIN, Role.SERVICE}
"""The roles that receive counts of civilians, small numbers suppressed."""

"""Kystby: one made-up town on one page, used by every test that needs a small world.

dk
└ pol-ost (police district)     reg-syd (region)
  └──────────── kystby ─────────┘            nabo: the neighboring town, in the same district
                  └ havnen (community)

ssp-post    held by amina (absent 16 Nov - 7 Dec 2026), deputy bo, then the duty line
intake      a unit: nobody holds it
release     vacant, no deputy
ihd         the district's coordinator, held by carl
outreach    held by dina; opens the door to jens (consent in force) and kaj (expired)
nabo-ssp    held by erik, whose visibility is AREA: hidden outside his own town
ssp         the network: ssp-post coordinates, intake is a member
forum       the dialogue forum of havnen
jens        a civilian, represents the sports club vindrosen
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any, Final

from graph.access.policy import LOCAL_OPERATOR, Caller, Grant, Role
from graph.access.view import View
from graph.model import (
    Actor,
    Area,
    Authority,
    BelongsTo,
    Consent,
    ContactDetail,
    Coordinates,
    Covers,
    DeputizesFor,
    DoorOpenerFor,
    Element,
    GaveConsent,
    Holds,
    Knows,
    LiesIn,
    Link,
    MemberOf,
    Network,
    Node,
    Organization,
    Person,
    ReachedBy,
    RefersTo,
    Represents,
    ResourceIndividual,
)
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import (
    AreaKind,
    AuthorityKind,
    Channel,
    ConsentPurpose,
    CoordinationFunction,
    LegalGate,
    NetworkKind,
    ObtainedHow,
    OrganizationKind,
    PostKind,
    PreventionLevel,
    ResourceKind,
    Sector,
    Tier,
    Visibility,
)
from tests.fixtures.snapshots import snapshot_of

TODAY: Final = date(2026, 11, 25)
NOW: Final = datetime.combine(TODAY, time(10))  # a Wednesday, in office hours
_SEEN: Final = date(2026, 10, 15)
_ALL: Final = frozenset(PreventionLevel)
_REACH: Final = frozenset({PreventionLevel.OUTREACH})


def _area(area_id: str, kind: AreaKind, name: str, code: str = "9999") -> Area:
    return Area(id=area_id, kind=kind, code=code, name=name, source="kystby")


def _post(post_id: str, kind: PostKind, name: str, sector: Sector) -> Actor:
    tier = next(iter(kind.tiers - {Tier.NATIONAL} or kind.tiers))
    return Actor(
        id=post_id, kind=kind, name=name, tier=tier, sector=sector,
        is_unit_only=kind.is_unit_only, source="kystby",
        hours="00:00-24:00" if kind is PostKind.DUTY_LINE else "MO-FR 09:00-15:00",
    )  # fmt: skip


def _consent(consent_id: str, expires_on: date) -> Consent:
    return Consent(
        id=consent_id, purposes=frozenset({ConsentPurpose.CONTACT}),
        audience=frozenset({"kystby-kommune"}), channels=frozenset({Channel.MEDIATED}),
        is_mediated_only=True, given_on=date(2026, 1, 10), expires_on=expires_on,
        obtained_how=ObtainedHow.MEETING, text_version="da-3", is_adult=True,
        recorded_by="outreach", renewal_by="outreach", source="kystby",
    )  # fmt: skip


def nodes() -> tuple[Node, ...]:
    """Every node of Kystby, in reading order."""
    return (
        _area("dk", AreaKind.COUNTRY, "Danmark", "DK"),
        _area("pol-ost", AreaKind.POLICE_DISTRICT, "Østkystens Politi"),
        _area("reg-syd", AreaKind.REGION, "Region Sydkysten"),
        _area("kystby", AreaKind.MUNICIPALITY, "Kystby"),
        _area("nabo", AreaKind.MUNICIPALITY, "Naboby"),
        _area("havnen", AreaKind.COMMUNITY, "Havnen", "havnen"),
        Authority(
            id="kystby-kommune", kind=AuthorityKind.MUNICIPALITY, tier=Tier.MUNICIPAL,
            sector=Sector.SOCIAL_SERVICES, name="Kystby Kommune", source="kystby",
        ),
        Authority(
            id="nabo-kommune", kind=AuthorityKind.MUNICIPALITY, tier=Tier.MUNICIPAL,
            sector=Sector.SOCIAL_SERVICES, name="Naboby Kommune", source="kystby",
        ),
        Authority(
            id="politi", kind=AuthorityKind.POLICE_DISTRICT, tier=Tier.DISTRICT,
            sector=Sector.POLICE, name="Østkystens Politi", source="kystby",
        ),
        _post("ssp-post", PostKind.SSP_COORDINATOR, "SSP-koordinator, Kystby", Sector.YOUTH),
        _post("intake", PostKind.SOCIAL_INTAKE, "Social modtagelse, Kystby", Sector.SCHOOL),
        _post("release", PostKind.RELEASE_CONTACT, "Hovedkontakt, Kystby", Sector.SOCIAL_SERVICES),
        _post(
            "ihd", PostKind.INFOHOUSE_COORDINATOR_DISTRICT, "Infohus-tovholder, Østkysten",
            Sector.POLICE,
        ),
        _post("duty", PostKind.DUTY_LINE, "Vagtcentral, Østkysten", Sector.POLICE),
        _post("outreach", PostKind.OUTREACH_WORKER, "Opsøgende medarbejder, Havnen", Sector.YOUTH),
        _post("nabo-ssp", PostKind.SSP_COORDINATOR, "SSP-koordinator, Naboby", Sector.YOUTH),
        Network(
            id="ssp", kind=NetworkKind.SSP, name="SSP Kystby", gate=LegalGate.SSP_115,
            levels=_ALL, source="kystby",
        ),
        Network(
            id="forum", kind=NetworkKind.DIALOGUE_FORUM, name="Dialogforum Havnen",
            gate=LegalGate.CONSENT, levels=_REACH, source="kystby",
        ),
        Person(
            id="amina", name="Amina Søkilde Østergård", source="kystby",
            absent_from=date(2026, 11, 16), absent_to=date(2026, 12, 7),
        ),
        Person(id="bo", name="Bo Rugvang Sørensen", source="kystby"),
        Person(id="carl", name="Carl Lyngtoft Holm", source="kystby"),
        Person(id="dina", name="Dina Åkær Friis", source="kystby"),
        Person(
            id="erik", name="Erik Stenbro Sørensen", visibility=Visibility.AREA, source="kystby"
        ),
        ResourceIndividual(
            id="jens", display_name="Formand Jens R.", kind=ResourceKind.DIALOGUE_PARTNER,
            visibility=Visibility.AREA, source="kystby",
        ),
        ResourceIndividual(
            id="kaj", display_name="Kaj fra Havnen", kind=ResourceKind.ROLE_MODEL,
            visibility=Visibility.AREA, source="kystby",
        ),
        Organization(
            id="vindrosen", kind=OrganizationKind.SPORTS_CLUB, name="Boldklubben Vindrosen",
            source="kystby",
        ),
        _consent("consent-jens", date(2027, 6, 1)),
        _consent("consent-kaj", date(2026, 11, 1)),
        ContactDetail(
            id="phone-bo", channel=Channel.MOBILE, hint="+45 •• •• •• 78", source="kystby"
        ),
        ContactDetail(
            id="phone-erik", channel=Channel.MOBILE, hint="+45 •• •• •• 12",
            visibility=Visibility.AREA, source="kystby",
        ),
        ContactDetail(
            id="phone-jens", channel=Channel.MOBILE, hint="+45 •• •• •• 34", is_work=False,
            visibility=Visibility.NAMED, source="kystby",
        ),
    )  # fmt: skip


def _tie(cls: type[Link], source: str, target: str, **fields: Any) -> Link:
    tie_id = f"{source}--{target}"
    return cls(id=tie_id, source_id=source, target_id=target, source="kystby", **fields)


def links() -> tuple[Link, ...]:
    """Every link of Kystby; the id of each is `source--target`."""
    return (
        _tie(LiesIn, "pol-ost", "dk"),
        _tie(LiesIn, "reg-syd", "dk"),
        _tie(LiesIn, "kystby", "pol-ost"),
        _tie(LiesIn, "kystby", "reg-syd"),
        _tie(LiesIn, "nabo", "pol-ost"),
        _tie(LiesIn, "nabo", "reg-syd"),
        _tie(LiesIn, "havnen", "kystby"),
        _tie(Covers, "kystby-kommune", "kystby"),
        _tie(Covers, "nabo-kommune", "nabo"),
        _tie(Covers, "politi", "pol-ost"),
        _tie(Covers, "outreach", "havnen"),
        _tie(Covers, "ssp", "kystby"),
        _tie(Covers, "forum", "havnen"),
        _tie(Covers, "vindrosen", "kystby"),
        _tie(BelongsTo, "ssp-post", "kystby-kommune"),
        _tie(BelongsTo, "intake", "kystby-kommune"),
        _tie(BelongsTo, "release", "kystby-kommune"),
        _tie(BelongsTo, "outreach", "kystby-kommune"),
        _tie(BelongsTo, "nabo-ssp", "nabo-kommune"),
        _tie(BelongsTo, "ihd", "politi"),
        _tie(BelongsTo, "duty", "politi"),
        _tie(Holds, "amina", "ssp-post", valid_from=date(2024, 8, 1)),
        _tie(Holds, "carl", "ihd", valid_from=date(2023, 1, 1)),
        _tie(Holds, "dina", "outreach", valid_from=date(2025, 3, 1)),
        _tie(Holds, "erik", "nabo-ssp", valid_from=date(2022, 2, 1)),
        _tie(DeputizesFor, "bo", "ssp-post", order=1),
        _tie(DeputizesFor, "duty", "ssp-post", order=9),
        _tie(DeputizesFor, "duty", "ihd", order=9),
        _tie(
            Coordinates,
            "ssp-post",
            "ssp",
            function=CoordinationFunction.COORDINATOR,
            levels=_ALL,
            gate=LegalGate.SSP_115,
            strength=0.9,
            verified_on=_SEEN,
            verified_by="ihd",
        ),
        _tie(
            Coordinates,
            "outreach",
            "forum",
            function=CoordinationFunction.COORDINATOR,
            levels=_REACH,
            gate=LegalGate.CONSENT,
            strength=0.9,
            verified_on=_SEEN,
            verified_by="outreach",
        ),
        _tie(
            MemberOf,
            "intake",
            "ssp",
            levels=_ALL,
            gate=LegalGate.SSP_115,
            strength=0.7,
            verified_on=date(2026, 2, 1),
            verified_by="ssp-post",
        ),
        _tie(
            RefersTo,
            "ihd",
            "ssp-post",
            gate=LegalGate.INFOHOUSE,
            levels=_ALL,
            strength=0.8,
            verified_on=_SEEN,
            verified_by="ihd",
        ),
        _tie(Knows, "carl", "dina", declared_by="carl", strength=0.33, levels=_ALL),
        _tie(
            DoorOpenerFor,
            "outreach",
            "jens",
            consent_id="consent-jens",
            levels=_REACH,
            strength=0.8,
            verified_on=_SEEN,
            verified_by="outreach",
        ),
        _tie(
            DoorOpenerFor, "outreach", "kaj", consent_id="consent-kaj", levels=_REACH, strength=0.8
        ),
        _tie(
            Represents, "jens", "vindrosen", consent_id="consent-jens", levels=_REACH, strength=0.7
        ),
        _tie(GaveConsent, "jens", "consent-jens"),
        _tie(GaveConsent, "kaj", "consent-kaj"),
        _tie(ReachedBy, "bo", "phone-bo"),
        _tie(ReachedBy, "erik", "phone-erik"),
        _tie(ReachedBy, "jens", "phone-jens"),
    )


def elements(*, without: Iterable[str] = (), **changed: dict[str, Any]) -> tuple[Element, ...]:
    """Return Kystby without some elements and with some fields changed: `bo={"title": "…"}`."""
    left_out = set(without)
    return tuple(
        replace(element, **changed.get(element.id, {}))
        for element in (*nodes(), *links())
        if element.id not in left_out
    )


def snapshot() -> Snapshot:
    return snapshot_of(elements())


def view_of(
    seen: Snapshot, caller: Caller = LOCAL_OPERATOR, *, on: date = TODAY, today: date = TODAY
) -> View:
    """Return a caller's View of a Snapshot, by default on an ordinary Wednesday."""
    return View(seen, caller, on, today=today)


def caller_of(
    *roles: Role,
    areas: Iterable[str] = ("kystby",),
    posts: Iterable[str] = (),
    levels: frozenset[PreventionLevel] = _ALL,
) -> Caller:
    """A caller with one grant for each role."""
    grants = tuple(Grant(role=role, areas=frozenset(areas), levels=levels) for role in roles)
    return Caller(account="tester", grants=grants, posts=frozenset(posts))


OUTSIDE: Final = caller_of(Role.COORDINATOR, areas=("nowhere",))
"""A caller without access to Kystby, who sees only people open to all or in a network."""

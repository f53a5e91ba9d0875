"""Links of posts: owner, coverage, deputies, entry points, support, referral, escalation."""

from collections.abc import Iterator
from typing import Final

from graph.model import (
    BelongsTo,
    Covers,
    DeputizesFor,
    EntryPointFor,
    EscalatesTo,
    Link,
    RefersTo,
    Supports,
)
from graph.vocabulary import (
    Confidence,
    LegalGate,
    PostKind,
    PreventionLevel,
    Sector,
    SupportKind,
    Trigger,
)
from seed.structure.links import (
    ALL_LEVELS,
    CAPACITY_LEVEL,
    ESCALATION_LEVELS,
    EXIT_LEVEL,
    LinkFactory,
)
from seed.structure.posts import (
    DISTRICT_SEATS,
    MUNICIPAL_SEATS,
    SECTION_COORDINATORS,
    probation_post_of,
)
from seed.structure.sources import Denmark

DUTY_LINE_ORDER: Final = 9  # after all personal deputies
_ENTRY_POINTS: Final = ("ihm", "intake", "rel")  # whom to call first in a municipality, in order


def seat_links(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """The posts' owners, coverage of their own, deputizing duty lines, and entry points."""
    yield from _owners(denmark, tie)
    yield from _coverage(denmark, tie)
    yield from _duty_lines(denmark, tie)
    yield from _entry_points(denmark, tie)


def _owners(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """One owner for each post; the hotline has two police districts and two municipalities."""
    for place in denmark.municipalities:
        for seat in MUNICIPAL_SEATS:
            is_police = seat.sector is Sector.POLICE
            owner = f"aut-sec-{place.district}" if is_police else f"aut-mun-{place.code}"
            yield tie(BelongsTo, f"act-{seat.code}-{place.code}", owner, source=seat.source)
    for place in denmark.districts:
        for seat in DISTRICT_SEATS:
            unit = "pol" if seat.kind is PostKind.DUTY_LINE else "sec"
            owner = f"aut-{unit}-{place.code}"
            yield tie(BelongsTo, f"act-{seat.code}-{place.code}", owner, source=seat.source)
        yield tie(BelongsTo, f"act-kf-{place.code}", "aut-kf-01", source="model")
    for body in denmark.psychiatry:
        yield tie(BelongsTo, f"act-{body.id}", f"aut-{body.id}", source="psychiatry")
    for body in (denmark.directorate, *denmark.departments):
        yield tie(BelongsTo, f"act-{body.id}", f"aut-{body.id}", source="probation")
    for post in denmark.national_posts:
        for owner in post.owners:
            yield tie(BelongsTo, f"act-{post.id}", f"aut-{owner}", source=post.origin)


def _coverage(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """Only where a post covers something other than its authority does."""
    for place in denmark.municipalities:
        yield tie(Covers, f"act-ihp-{place.code}", f"mun-{place.code}", source="infohus")
    for place in denmark.districts:
        unsure = Confidence.UNCONFIRMED  # Kriminalforsorgen's own areas are not published
        area = f"pol-{place.code}"
        yield tie(Covers, f"act-kf-{place.code}", area, source="model", confidence=unsure)


def _duty_lines(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """The district's duty line deputizes for its info house coordinators, last in order."""
    order = DUTY_LINE_ORDER
    for place in denmark.municipalities:
        duty, post = f"act-duty-{place.district}", f"act-ihp-{place.code}"
        yield tie(DeputizesFor, duty, post, source="model", order=order)
    for place in denmark.districts:
        duty, post = f"act-duty-{place.code}", f"act-ihd-{place.code}"
        yield tie(DeputizesFor, duty, post, source="model", order=order)


def _entry_points(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    for place in denmark.municipalities:
        for order, seat in enumerate(_ENTRY_POINTS, start=1):
            post, area = f"act-{seat}-{place.code}", f"mun-{place.code}"
            yield tie(EntryPointFor, post, area, source="halsnaes", order=order)
    for place in denmark.districts:
        area, acute = f"pol-{place.code}", f"act-duty-{place.code}"
        yield tie(EntryPointFor, acute, area, source="emergency", order=1, is_acute=True)
        yield tie(EntryPointFor, f"act-ihd-{place.code}", area, source="infohus", order=2)
    for body in denmark.psychiatry:
        if body.is_organization:
            area = f"reg-{body.region}"
            yield tie(EntryPointFor, f"act-{body.id}", area, source="psp", order=1)
    yield tie(EntryPointFor, "act-hotline", "dk", source="hotline", order=1)
    for order, number in enumerate(("112", "114"), start=2):
        alarm = f"act-{number}"
        yield tie(EntryPointFor, alarm, "dk", source="emergency", order=order, is_acute=True)


SUPPORT_STRENGTH: Final = 0.6

ADVISERS: Final = {
    "cde-1": frozenset({"1461", "1462", "1463"}),
    "cde-2": frozenset({"1460", "1464", "1465", "1466"}),
    "cde-3": frozenset({"1467", "1468", "1469", "1470", "1471"}),
}
"""The police districts of each adviser: an assumption that avoids one hub of 110 links."""


def supports(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """141: CDE 110, Rigspolitiet 12, PET 19."""
    advisers = {district: post for post, districts in ADVISERS.items() for district in districts}
    for place in denmark.municipalities:
        adviser = f"act-{advisers[place.district]}"
        yield _supports(tie, adviser, f"act-ihm-{place.code}", SupportKind.ADVICE, "cde")
    for place in denmark.districts:
        network, adviser = f"net-ihn-{place.code}", f"act-{advisers[place.code]}"
        yield _supports(tie, adviser, network, SupportKind.TRAINING, "cde")
        yield _supports(tie, "act-secretariat", network, SupportKind.STEERING, "infohus")
    for post in _trained_by_pet(denmark):
        yield _supports(tie, "act-pet-capacity", post, SupportKind.TRAINING, "pet")


def _trained_by_pet(denmark: Denmark) -> Iterator[str]:
    """Posts of the police, psychiatry, Kriminalforsorgen and the Immigration Service."""
    yield from (f"act-head-{place.code}" for place in denmark.districts)
    yield from (f"act-{body.id}" for body in denmark.psychiatry if body.is_organization)
    yield from ("act-kf-01", "act-asylum")


def _supports(
    tie: LinkFactory, helper: str, helped: str, kind: SupportKind, source: str
) -> Supports:
    return tie(
        Supports,
        helper,
        helped,
        source=source,
        gate=LegalGate.GENERAL,
        levels=CAPACITY_LEVEL,
        strength=SUPPORT_STRENGTH,
        kind=kind,
    )


REFERRAL_STRENGTH: Final = 0.8
ESCALATION_STRENGTH: Final = 0.9
_INTERNAL: Final = LegalGate.INTERNAL
_INFOHOUSE: Final = LegalGate.INFOHOUSE


def referrals(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """625 REFERS_TO, never to a higher tier."""
    for place in denmark.municipalities:
        house, probation = f"act-ihm-{place.code}", probation_post_of(place, denmark)
        yield _refers(tie, "act-hotline", house, Trigger.CONCERN, _INFOHOUSE)
        yield _refers(tie, f"act-intake-{place.code}", house, Trigger.CONCERN)
        yield _refers(tie, f"act-ssp-{place.code}", house, Trigger.CONCERN)
        release = f"act-rel-{place.code}"
        yield _refers(tie, probation, release, Trigger.RELEASE, LegalGate.KSP_115)
        police = f"act-ihp-{place.code}"
        yield _refers(tie, f"act-ihd-{place.district}", police, Trigger.HAND_BACK)
    for district in denmark.districts:
        yield from _police_referrals(district.code, tie)
    for post in _probation_posts(denmark):
        yield _refers(tie, "act-kf-01", post, Trigger.RELEASE)
    for unit, organization in _psychiatric_pairs(denmark):
        yield _refers(tie, organization, unit, Trigger.CONCERN)
    for adviser in ("cde-1", "cde-2", "cde-3"):
        yield _refers(tie, f"act-{adviser}", "act-corps", Trigger.KNOWLEDGE)


def escalations(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """292 ESCALATES_TO, never to a lower tier."""
    for place in denmark.municipalities:
        police = f"act-ihp-{place.code}"
        yield _escalates(tie, f"act-ihm-{place.code}", police, Trigger.CONCERN, _INFOHOUSE)
        yield _escalates(tie, police, f"act-ihd-{place.district}", Trigger.SERIOUS)
    for district in denmark.districts:
        yield _escalates(tie, f"act-ihd-{district.code}", "act-pet-exit", Trigger.SERIOUS)
        for seat in SECTION_COORDINATORS:
            coordinator, head = f"act-{seat}-{district.code}", f"act-head-{district.code}"
            yield _escalates(tie, coordinator, head, Trigger.SERIOUS)
    for unit, organization in _psychiatric_pairs(denmark):
        yield _escalates(tie, unit, organization, Trigger.CONCERN)
    for post in _probation_posts(denmark):
        yield _escalates(tie, post, "act-kf-01", Trigger.RELEASE)


def _police_referrals(district: str, tie: LinkFactory) -> Iterator[Link]:
    """Referrals within the police, and between the police and PET, by internal rules."""
    coordinator = f"act-ihd-{district}"
    yield _refers(tie, "act-114", f"act-duty-{district}", Trigger.ACUTE)
    yield _refers(tie, f"act-duty-{district}", coordinator, Trigger.CONCERN)
    yield _refers(tie, f"act-mail-{district}", coordinator, Trigger.CONCERN)
    yield _refers(tie, "act-pet-exit", coordinator, Trigger.HAND_BACK, levels=EXIT_LEVEL)
    for seat in SECTION_COORDINATORS:
        yield _refers(tie, f"act-head-{district}", f"act-{seat}-{district}", Trigger.CONCERN)


def _probation_posts(denmark: Denmark) -> tuple[str, ...]:
    """The 14 posts under the directorate."""
    departments = tuple(f"act-{body.id}" for body in denmark.departments)
    return departments + tuple(f"act-kf-{place.code}" for place in denmark.districts)


def _psychiatric_pairs(denmark: Denmark) -> Iterator[tuple[str, str]]:
    """The 22 units, each with the organization of its region."""
    for body in denmark.psychiatry:
        if not body.is_organization:
            yield f"act-{body.id}", f"act-{denmark.organization_of(body.region).id}"


def _refers(
    tie: LinkFactory,
    sender: str,
    receiver: str,
    trigger: Trigger,
    gate: LegalGate = _INTERNAL,
    *,
    levels: frozenset[PreventionLevel] = ALL_LEVELS,
) -> RefersTo:
    """The gate is the sender's: within one authority unless given."""
    return tie(
        RefersTo,
        sender,
        receiver,
        source="halsnaes",
        gate=gate,
        levels=levels,
        strength=REFERRAL_STRENGTH,
        trigger=trigger,
    )


def _escalates(
    tie: LinkFactory, sender: str, receiver: str, trigger: Trigger, gate: LegalGate = _INTERNAL
) -> EscalatesTo:
    return tie(
        EscalatesTo,
        sender,
        receiver,
        source="halsnaes",
        gate=gate,
        levels=ESCALATION_LEVELS,
        strength=ESCALATION_STRENGTH,
        trigger=trigger,
    )

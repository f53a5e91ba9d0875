"""Links of posts: owner, coverage, deputies, entry points, support, referral, escalation."""

from collections.abc import Iterator
from functools import partial
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

SUPPORT_STRENGTH: Final = 0.6
REFERRAL_STRENGTH: Final = 0.8
ESCALATION_STRENGTH: Final = 0.9
DUTY_LINE_ORDER: Final = 9  # after all personal deputies
_ENTRY_POINTS: Final = ("ihm", "intake", "rel")  # whom to call first in a municipality, in order
ADVISERS: Final = {
    "cde-1": frozenset({"1461", "1462", "1463"}),
    "cde-2": frozenset({"1460", "1464", "1465", "1466"}),
    "cde-3": frozenset({"1467", "1468", "1469", "1470", "1471"}),
}
"""The police districts of each adviser: an assumption that avoids one hub of 110 links."""


def seat_links(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """The posts' owners, coverage of their own, deputizing duty lines, and entry points.

    Each post has one owner, but the hotline is owned by two police districts and two
    municipalities. A post has COVERS links only to areas that its authority does not cover.
    """
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
    for place in denmark.municipalities:
        yield tie(Covers, f"act-ihp-{place.code}", f"mun-{place.code}", source="infohus")
    for place in denmark.districts:
        unsure = Confidence.UNCONFIRMED  # Kriminalforsorgen's own areas are not published
        area = f"pol-{place.code}"
        yield tie(Covers, f"act-kf-{place.code}", area, source="model", confidence=unsure)
    duty_line = partial(tie, DeputizesFor, source="model", order=DUTY_LINE_ORDER)
    for place in denmark.municipalities:
        yield duty_line(f"act-duty-{place.district}", f"act-ihp-{place.code}")
    for place in denmark.districts:
        yield duty_line(f"act-duty-{place.code}", f"act-ihd-{place.code}")
    for place in denmark.municipalities:
        for order, code in enumerate(_ENTRY_POINTS, start=1):
            post_id, area = f"act-{code}-{place.code}", f"mun-{place.code}"
            yield tie(EntryPointFor, post_id, area, source="halsnaes", order=order)
    acute = partial(tie, EntryPointFor, source="emergency", is_acute=True)
    for place in denmark.municipalities:
        line, area, order = f"act-sduty-{place.code}", f"mun-{place.code}", len(_ENTRY_POINTS) + 1
        yield acute(line, area, source="social-duty", order=order)
    for place in denmark.districts:
        area = f"pol-{place.code}"
        yield acute(f"act-duty-{place.code}", area, order=1)
        yield tie(EntryPointFor, f"act-ihd-{place.code}", area, source="infohus", order=2)
    for body in denmark.psychiatry:
        if body.is_organization:
            area = f"reg-{body.region}"
            yield tie(EntryPointFor, f"act-{body.id}", area, source="psp", order=1)
    yield tie(EntryPointFor, "act-hotline", "dk", source="hotline", order=1)
    yield acute("act-112", "dk", order=2)
    yield acute("act-114", "dk", order=3)


def supports(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """Yield 141 SUPPORTS links: CDE 110, Rigspolitiet 12, PET 19."""
    support = partial(
        tie,
        Supports,
        gate=LegalGate.GENERAL,
        levels=CAPACITY_LEVEL,
        strength=SUPPORT_STRENGTH,
    )
    training = SupportKind.TRAINING
    advisers = {
        district: f"act-{post}" for post, districts in ADVISERS.items() for district in districts
    }
    for place in denmark.municipalities:
        adviser, house = advisers[place.district], f"act-ihm-{place.code}"
        yield support(adviser, house, source="cde", kind=SupportKind.ADVICE)
    for place in denmark.districts:
        network = f"net-ihn-{place.code}"
        yield support(advisers[place.code], network, source="cde", kind=training)
        yield support("act-secretariat", network, source="infohus", kind=SupportKind.STEERING)
    for post in (
        *(f"act-head-{place.code}" for place in denmark.districts),
        *(f"act-{body.id}" for body in denmark.psychiatry if body.is_organization),
        "act-kf-01",
        "act-asylum",
    ):
        yield support("act-pet-capacity", post, source="pet", kind=training)


def referrals(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """855 REFERS_TO, never to a higher tier; the gate is the sender's.

    Each info house of a police district refers who moves to that of each other district.
    """
    refer = partial(
        tie,
        RefersTo,
        source="halsnaes",
        gate=LegalGate.INTERNAL,
        levels=ALL_LEVELS,
        strength=REFERRAL_STRENGTH,
        trigger=Trigger.CONCERN,
    )
    for place in denmark.municipalities:
        house, probation = f"act-ihm-{place.code}", probation_post_of(place, denmark)
        release, police = f"act-rel-{place.code}", f"act-ihp-{place.code}"
        yield refer("act-hotline", house, gate=LegalGate.INFOHOUSE)
        yield refer(f"act-intake-{place.code}", house)
        yield refer(f"act-sduty-{place.code}", house, source="social-duty")
        yield refer(f"act-ssp-{place.code}", house)
        yield refer(probation, release, trigger=Trigger.RELEASE, gate=LegalGate.KSP_115)
        yield refer(f"act-ihd-{place.district}", police, trigger=Trigger.HAND_BACK)
    for district in (place.code for place in denmark.districts):
        coordinator = f"act-ihd-{district}"
        yield refer("act-114", f"act-duty-{district}", trigger=Trigger.ACUTE)
        yield refer(f"act-duty-{district}", coordinator)
        yield refer(f"act-mail-{district}", coordinator)
        yield refer("act-pet-exit", coordinator, trigger=Trigger.HAND_BACK, levels=EXIT_LEVEL)
        for seat in SECTION_COORDINATORS:
            yield refer(f"act-head-{district}", f"act-{seat}-{district}")
        for other in (place.code for place in denmark.districts if place.code != district):
            yield refer(
                coordinator, f"act-ihd-{other}", source="model", trigger=Trigger.MOVE,
                gate=LegalGate.INFOHOUSE,
            )  # fmt: skip
    for post in _probation_posts(denmark):
        yield refer("act-kf-01", post, trigger=Trigger.RELEASE)
    for unit, organization in _psychiatric_pairs(denmark):
        yield refer(organization, unit)
    for adviser in ADVISERS:
        yield refer(f"act-{adviser}", "act-corps", trigger=Trigger.KNOWLEDGE)


def escalations(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """292 ESCALATES_TO, never to a lower tier."""
    escalate = partial(
        tie,
        EscalatesTo,
        source="halsnaes",
        gate=LegalGate.INTERNAL,
        levels=ESCALATION_LEVELS,
        strength=ESCALATION_STRENGTH,
        trigger=Trigger.SERIOUS,
    )
    for place in denmark.municipalities:
        house, police = f"act-ihm-{place.code}", f"act-ihp-{place.code}"
        yield escalate(house, police, trigger=Trigger.CONCERN, gate=LegalGate.INFOHOUSE)
        yield escalate(police, f"act-ihd-{place.district}")
    for district in (place.code for place in denmark.districts):
        yield escalate(f"act-ihd-{district}", "act-pet-exit")
        for seat in SECTION_COORDINATORS:
            yield escalate(f"act-{seat}-{district}", f"act-head-{district}")
    for unit, organization in _psychiatric_pairs(denmark):
        yield escalate(unit, organization, trigger=Trigger.CONCERN)
    for post in _probation_posts(denmark):
        yield escalate(post, "act-kf-01", trigger=Trigger.RELEASE)


def _probation_posts(denmark: Denmark) -> tuple[str, ...]:
    """The 14 posts under the directorate."""
    departments = tuple(f"act-{body.id}" for body in denmark.departments)
    return departments + tuple(f"act-kf-{place.code}" for place in denmark.districts)


def _psychiatric_pairs(denmark: Denmark) -> Iterator[tuple[str, str]]:
    """The 22 units, each with the organization of its region."""
    for body in denmark.psychiatry:
        if not body.is_organization:
            yield f"act-{body.id}", f"act-{denmark.organization_of(body.region).id}"

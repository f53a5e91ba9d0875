"""Who passes a concern on, who hands it back, and which way it goes up."""

from collections.abc import Iterator
from typing import Final

from graph.model import EscalatesTo, Link, RefersTo
from graph.vocabulary import LegalGate, PreventionLevel, Trigger
from seed.structure.links import ALL_LEVELS, ESCALATION_LEVELS, EXIT_LEVEL, LinkFactory
from seed.structure.posts import SECTION_COORDINATORS, probation_post_of
from seed.structure.sources import Denmark

REFERRAL_STRENGTH: Final = 0.8
ESCALATION_STRENGTH: Final = 0.9
_INTERNAL: Final = LegalGate.INTERNAL
_INFOHOUSE: Final = LegalGate.INFOHOUSE


def referrals(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """625 REFERS_TO, never to a higher tier."""
    for one in denmark.municipalities:
        house, probation = f"act-ihm-{one.code}", probation_post_of(one, denmark)
        yield _refers(tie, "act-hotline", house, Trigger.CONCERN, _INFOHOUSE)
        yield _refers(tie, f"act-intake-{one.code}", house, Trigger.CONCERN)
        yield _refers(tie, f"act-ssp-{one.code}", house, Trigger.CONCERN)
        release = f"act-rel-{one.code}"
        yield _refers(tie, probation, release, Trigger.RELEASE, LegalGate.KSP_115)
        police = f"act-ihp-{one.code}"
        yield _refers(tie, f"act-ihd-{one.district}", police, Trigger.HAND_BACK)
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
    for one in denmark.municipalities:
        police = f"act-ihp-{one.code}"
        yield _escalates(tie, f"act-ihm-{one.code}", police, Trigger.CONCERN, _INFOHOUSE)
        yield _escalates(tie, police, f"act-ihd-{one.district}", Trigger.SERIOUS)
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
    """Within the police, and between the police and PET: one authority's own rules."""
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
    return departments + tuple(f"act-kf-{one.code}" for one in denmark.districts)


def _psychiatric_pairs(denmark: Denmark) -> Iterator[tuple[str, str]]:
    """The 22 units, each with its region's organization."""
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
    """The gate is the sender's: inside one authority unless told otherwise."""
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

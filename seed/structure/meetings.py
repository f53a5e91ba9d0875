"""Coordinators and members of the networks of the structure."""

from collections.abc import Iterator
from datetime import date
from typing import Final, cast

from graph.model import Coordinates, Link, MemberOf, Network
from graph.vocabulary import Attendance, CoordinationFunction
from seed.structure.links import REGION_REFORM, LinkFactory
from seed.structure.posts import probation_post_of
from seed.structure.sources import Denmark, Municipality

COORDINATION_STRENGTH: Final = 0.9
STANDING_STRENGTH: Final = 0.7
BY_NEED_STRENGTH: Final = 0.4
_SOURCE: Final = "model"  # members by kind of post: an interpretation of the law and guidance

_COORDINATOR: Final = CoordinationFunction.COORDINATOR
_DISTRICT: Final = CoordinationFunction.DISTRICT
_SECRETARIAT: Final = CoordinationFunction.SECRETARIAT
_STANDING: Final = Attendance.STANDING
_BY_NEED: Final = Attendance.BY_NEED

_NATIONAL_COORDINATORS: Final = (
    ("cde-1", "koordinationsgruppen", _COORDINATOR),
    ("secretariat", "styregruppen", _SECRETARIAT),
    ("corps", "korps", _COORDINATOR),
)
_NATIONAL_MEMBERS: Final = (
    ("koordinationsgruppen", ("pet-capacity", "cde-2", "cde-3", "kl", "regioner", "viso")),
    ("styregruppen", ("pet-capacity", "cde-2", "kl")),
)


def meetings(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """Yield 921 COORDINATES links, then 1,825 MEMBER_OF links.

    Kredsråd networks have no members here: their members hold offices without a post.
    """
    for place in denmark.municipalities:
        here, district = place.code, place.district
        yield _coordinates(tie, f"act-ssp-{here}", f"net-ssp-{here}", _COORDINATOR)
        yield _coordinates(tie, f"act-sspp-{district}", f"net-ssp-{here}", _DISTRICT)
        yield _coordinates(tie, f"act-psp-{here}", f"net-pspo-{here}", _COORDINATOR)
        yield _coordinates(tie, f"act-pspp-{district}", f"net-pspo-{here}", _DISTRICT)
        yield _coordinates(tie, f"act-rel-{here}", f"net-ksp-{here}", _COORDINATOR)
        yield _coordinates(tie, f"act-kspp-{district}", f"net-ksp-{here}", _DISTRICT)
        yield _coordinates(tie, f"act-ihm-{here}", f"net-ihk-{here}", _COORDINATOR)
        yield _coordinates(tie, f"act-ihp-{here}", f"net-ihk-{here}", _COORDINATOR)
        yield _coordinates(tie, f"act-ssp-{here}", f"net-lr-{here}", _SECRETARIAT)
    for place in denmark.districts:
        yield _coordinates(tie, f"act-ihd-{place.code}", f"net-ihn-{place.code}", _COORDINATOR)
        yield _coordinates(tie, f"act-pspp-{place.code}", f"net-psps-{place.code}", _COORDINATOR)
        yield _coordinates(tie, f"act-head-{place.code}", f"net-kr-{place.code}", _SECRETARIAT)
    for post, network, function in _NATIONAL_COORDINATORS:
        yield _coordinates(tie, f"act-{post}", f"net-{network}", function)
    leaving = frozenset(region.code for region in denmark.regions if region.successor)
    for municipality in denmark.municipalities:
        yield from _municipal_members(municipality, denmark, leaving, tie)
    # PSP steering 14 + 98 + 12 = 124, Infohus netværk 14 + 196 + 12 = 222.
    for district, region in denmark.district_regions():
        psychiatry = f"act-{denmark.organization_of(region).id}"
        leaves_on = REGION_REFORM if region in leaving else None
        yield _member(tie, psychiatry, f"net-psps-{district}", _STANDING, leaves_on)
        yield _member(tie, psychiatry, f"net-ihn-{district}", _BY_NEED, leaves_on)
    for place in denmark.municipalities:
        yield _member(tie, f"act-psp-{place.code}", f"net-psps-{place.district}", _STANDING)
        yield _member(tie, f"act-ihm-{place.code}", f"net-ihn-{place.district}", _STANDING)
        yield _member(tie, f"act-ihp-{place.code}", f"net-ihn-{place.district}", _STANDING)
    for place in denmark.districts:
        yield _member(tie, f"act-head-{place.code}", f"net-psps-{place.code}", _STANDING)
        yield _member(tie, f"act-kf-{place.code}", f"net-ihn-{place.code}", _BY_NEED)
    for network, members in _NATIONAL_MEMBERS:
        for post in members:
            yield _member(tie, f"act-{post}", f"net-{network}", _STANDING)


def _municipal_members(
    place: Municipality, denmark: Denmark, leaving: frozenset[str], tie: LinkFactory
) -> Iterator[Link]:
    """Yield 15 for each municipality: SSP 3, PSP 2, KSP 2, Infohus kommune 6, Lokalråd 2."""
    here, body = place.code, denmark.psychiatry_of(place)
    psychiatry, probation = f"act-{body.id}", probation_post_of(place, denmark)
    leaves_on = REGION_REFORM if body.is_organization and place.region in leaving else None
    # Social intake and police coordinator are no SSP members: they are linked to SSP through the
    # two coordinators, and are the only posts that still answer on Læsø after 1 February 2027
    # (story 4).
    yield _member(tie, f"act-school-{here}", f"net-ssp-{here}", _STANDING)
    yield _member(tie, f"act-ihm-{here}", f"net-ssp-{here}", _STANDING)
    yield _member(tie, f"act-rel-{here}", f"net-ssp-{here}", _BY_NEED)
    yield _member(tie, psychiatry, f"net-pspo-{here}", _STANDING, leaves_on)
    yield _member(tie, f"act-intake-{here}", f"net-pspo-{here}", _STANDING)
    yield _member(tie, probation, f"net-ksp-{here}", _STANDING)
    yield _member(tie, f"act-ihp-{here}", f"net-ksp-{here}", _BY_NEED)
    yield _member(tie, f"act-ssp-{here}", f"net-ihk-{here}", _STANDING)
    yield _member(tie, f"act-intake-{here}", f"net-ihk-{here}", _STANDING)
    yield _member(tie, f"act-school-{here}", f"net-ihk-{here}", _BY_NEED)
    yield _member(tie, f"act-rel-{here}", f"net-ihk-{here}", _BY_NEED)
    yield _member(tie, psychiatry, f"net-ihk-{here}", _BY_NEED, leaves_on)
    yield _member(tie, probation, f"net-ihk-{here}", _BY_NEED)
    yield _member(tie, f"act-ihm-{here}", f"net-lr-{here}", _STANDING)
    yield _member(tie, f"act-ihp-{here}", f"net-lr-{here}", _STANDING)


def _coordinates(
    tie: LinkFactory, post: str, network_id: str, function: CoordinationFunction
) -> Coordinates:
    network = _network(tie, network_id)
    return tie(
        Coordinates,
        post,
        network_id,
        source=_SOURCE,
        gate=network.gate,
        levels=network.levels,
        strength=COORDINATION_STRENGTH,
        function=function,
    )


def _member(
    tie: LinkFactory,
    post: str,
    network_id: str,
    attendance: Attendance,
    leaves_on: date | None = None,
) -> MemberOf:
    network = _network(tie, network_id)
    return tie(
        MemberOf,
        post,
        network_id,
        source="reform-2027" if leaves_on else _SOURCE,
        valid_to=leaves_on,
        gate=network.gate,
        levels=network.levels,
        strength=STANDING_STRENGTH if attendance is _STANDING else BY_NEED_STRENGTH,
        attendance=attendance,
    )


def _network(tie: LinkFactory, network_id: str) -> Network:
    return cast("Network", tie.nodes[network_id])  # by its id

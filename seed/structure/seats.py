"""Whose seat a post is, what it covers, who answers for it last, and whom an area calls first."""

from collections.abc import Iterator
from typing import Final

from graph.model import BelongsTo, Covers, DeputizesFor, EntryPointFor, Link
from graph.vocabulary import Confidence, PostKind, Sector
from seed.structure.links import LinkFactory
from seed.structure.posts import DISTRICT_SEATS, MUNICIPAL_SEATS
from seed.structure.sources import Denmark

DUTY_LINE_ORDER: Final = 9  # behind all personal deputies
_ENTRY_POINTS: Final = ("ihm", "intake", "rel")  # whom to call first in a municipality, in order


def seat_links(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """Whose posts they are, what they cover apart from that, who deputizes, who is called first."""
    yield from _owners(denmark, tie)
    yield from _coverage(denmark, tie)
    yield from _duty_lines(denmark, tie)
    yield from _entry_points(denmark, tie)


def _owners(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """One for each post; the hotline is run by two police districts and two municipalities."""
    for one in denmark.municipalities:
        for seat in MUNICIPAL_SEATS:
            is_police = seat.sector is Sector.POLICE
            owner = f"aut-sec-{one.district}" if is_police else f"aut-mun-{one.code}"
            yield tie(BelongsTo, f"act-{seat.code}-{one.code}", owner, source=seat.source)
    for one in denmark.districts:
        for seat in DISTRICT_SEATS:
            unit = "pol" if seat.kind is PostKind.DUTY_LINE else "sec"
            owner = f"aut-{unit}-{one.code}"
            yield tie(BelongsTo, f"act-{seat.code}-{one.code}", owner, source=seat.source)
        yield tie(BelongsTo, f"act-kf-{one.code}", "aut-kf-01", source="model")
    for body in denmark.psychiatry:
        yield tie(BelongsTo, f"act-{body.id}", f"aut-{body.id}", source="psychiatry")
    for body in (denmark.directorate, *denmark.departments):
        yield tie(BelongsTo, f"act-{body.id}", f"aut-{body.id}", source="probation")
    for post in denmark.national_posts:
        for owner in post.owners:
            yield tie(BelongsTo, f"act-{post.id}", f"aut-{owner}", source=post.origin)


def _coverage(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """Only where a post covers something else than its authority does."""
    for one in denmark.municipalities:
        yield tie(Covers, f"act-ihp-{one.code}", f"mun-{one.code}", source="infohus")
    for one in denmark.districts:
        unsure = Confidence.UNCONFIRMED  # Kriminalforsorgen's own areas are not published
        place = f"pol-{one.code}"
        yield tie(Covers, f"act-kf-{one.code}", place, source="model", confidence=unsure)


def _duty_lines(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    """The district's duty line answers for its info house coordinators, last of all."""
    order = DUTY_LINE_ORDER
    for one in denmark.municipalities:
        duty, post = f"act-duty-{one.district}", f"act-ihp-{one.code}"
        yield tie(DeputizesFor, duty, post, source="model", order=order)
    for one in denmark.districts:
        duty, post = f"act-duty-{one.code}", f"act-ihd-{one.code}"
        yield tie(DeputizesFor, duty, post, source="model", order=order)


def _entry_points(denmark: Denmark, tie: LinkFactory) -> Iterator[Link]:
    for one in denmark.municipalities:
        for order, seat in enumerate(_ENTRY_POINTS, start=1):
            post, area = f"act-{seat}-{one.code}", f"mun-{one.code}"
            yield tie(EntryPointFor, post, area, source="halsnaes", order=order)
    for one in denmark.districts:
        area, acute = f"pol-{one.code}", f"act-duty-{one.code}"
        yield tie(EntryPointFor, acute, area, source="emergency", order=1, is_acute=True)
        yield tie(EntryPointFor, f"act-ihd-{one.code}", area, source="infohus", order=2)
    for body in denmark.psychiatry:
        if body.is_organization:
            area = f"reg-{body.region}"
            yield tie(EntryPointFor, f"act-{body.id}", area, source="psp", order=1)
    yield tie(EntryPointFor, "act-hotline", "dk", source="hotline", order=1)
    for order, number in enumerate(("112", "114"), start=2):
        alarm = f"act-{number}"
        yield tie(EntryPointFor, alarm, "dk", source="emergency", order=order, is_acute=True)

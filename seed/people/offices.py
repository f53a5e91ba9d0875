"""Where the offices are, which of them moved, and which details were not checked since."""

from dataclasses import replace
from functools import partial
from typing import Final

from graph.model import Actor, Authority, BelongsTo, ContactDetail, ReachedBy
from graph.vocabulary import Channel, PostKind, Visibility
from seed.people import scenarios
from seed.people.builder import WorldBuilder
from seed.people.contact_details import ContactDetailFactory

MOVED: Final = {
    scenarios.MOVED_SECTION: scenarios.SECTION_MOVED_DAYS,
    "aut-mun-0661": 70,
    "aut-mun-0370": 120,
}
"""How long ago, in days, one section and two municipal units moved."""

_LAST_CHECK_DAYS: Final = 60  # before it moved


def offices(directory: ContactDetailFactory) -> None:
    """A phone and an address for each municipality and crime-preventive section."""
    ground = directory.draft.ground
    for area in ground.municipalities:
        intake = ground.seat(PostKind.SOCIAL_INTAKE, area.id)
        _office(directory, ground.owner[intake.id], area.name, intake)
    for district in ground.districts:
        head = ground.seat(PostKind.HEAD_OF_CRIME_PREVENTION, district.id)
        seat = directory.draft.nodes[f"aut-{district.id}"]
        town = seat.seat if isinstance(seat, Authority) and seat.seat else district.name
        _office(directory, ground.owner[head.id], town, head)


def _office(directory: ContactDetailFactory, owner: str, town: str, checker: Actor) -> None:
    """One address, or the one left and the present one."""
    authority = directory.draft.nodes[owner]
    give = partial(directory.give, authority, visibility=Visibility.OPEN, checked_by=checker.id)
    give(Channel.PHONE, directory.numbers.draw())
    if owner not in MOVED:
        give(Channel.VISIT, directory.address(town), order=2)
        return
    days = MOVED[owner]
    moved_on = directory.draft.days_ago(days)
    old, new = directory.address(town), directory.address(town)
    give(Channel.VISIT, old, order=3, valid_to=moved_on, checked_days=days + _LAST_CHECK_DAYS)
    give(Channel.VISIT, new, order=2, valid_from=moved_on, checked_days=days)


def recheck_moved_section(draft: WorldBuilder) -> None:
    """Four details of Horsens' section were checked before it moved, all others since (story 7)."""
    stale = scenarios.STALE_SECTION_DETAILS
    for number, detail in enumerate(section_details(draft, scenarios.MOVED_SECTION)):
        days = scenarios.SECTION_MOVED_DAYS + 30 * (stale - number) if number < stale else number
        draft.swap(replace(detail, verified_on=draft.days_ago(days)))


def section_details(draft: WorldBuilder, section: str) -> list[ContactDetail]:
    """The details of a section and of its posts that are true today; the address comes last."""
    posts = {link.source_id for link in draft.ties(BelongsTo) if link.target_id == section}
    found = [
        detail
        for link in draft.ties(ReachedBy)
        if link.source_id in {section, *posts}
        and isinstance(detail := draft.nodes[link.target_id], ContactDetail)
        and detail.is_valid(draft.today)
    ]
    return sorted(found, key=lambda detail: (detail.channel is Channel.VISIT, detail.id))

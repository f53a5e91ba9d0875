"""What a civilian agreed to: until when a way to them stands, and whether they may be called.

The View holds a civilian only under a consent in force on the date and today; this tells of it.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from graph.access.policy import Role
from graph.access.view import View
from graph.paths.answer import Direct
from graph.paths.resolve import named
from graph.paths.words import DirectGround
from graph.vocabulary import Channel, ConsentPurpose, Label, LinkType, PreventionLevel

_STAFF: Final = (Role.COORDINATOR, Role.OUTREACH)


def consented_until(view: View, civilian: int) -> date | None:
    """The first date on which no visible consent is in force."""
    return max((until for _, until in _in_force(view, civilian)), default=None)


def has_consented(view: View, civilian: int) -> Direct | None:
    """How the caller, being in the audience, may reach a civilian without the door opener."""
    audience = _audience(view)
    allowed = [
        (consent, until)
        for consent, until in _in_force(view, civilian)
        if not view.value(consent, "is_mediated_only")
        and not audience.isdisjoint(view.value(consent, "audience"))
    ]
    if not allowed:
        return None
    consent, until = max(allowed, key=lambda one: (one[1], view.id(one[0])))
    channels: frozenset[Channel] = view.value(consent, "channels") - {Channel.MEDIATED}
    openers = view.sources(civilian, LinkType.DOOR_OPENER_FOR)
    return Direct(
        ground=DirectGround.CONSENT,
        covers_need=True,
        channels=tuple(sorted(channels)),
        until=until,
        opener=named(view, openers[0]) if openers else None,
    )


def _in_force(view: View, civilian: int) -> Iterator[tuple[int, date]]:
    """The visible consents for contact in force on the date and today, and when each ends."""
    for consent in view.targets(civilian, LinkType.GAVE_CONSENT):
        given_on: date | None = view.value(consent, "given_on")
        expires_on: date | None = view.value(consent, "expires_on")
        if given_on is None or expires_on is None:
            continue
        withdrawn_on: date | None = view.value(consent, "withdrawn_on")
        until = min(expires_on, withdrawn_on or expires_on)
        is_in_force = all(given_on <= day < until for day in (view.on, view.today))
        if is_in_force and ConsentPurpose.CONTACT in view.value(consent, "purposes"):
            yield consent, until


def _audience(view: View) -> frozenset[str]:
    """Who the caller is to a consent: their areas with all inside, authorities and networks."""
    places = {
        view.id(area)
        for grant in view.caller.grants
        if grant.is_valid(view.today)
        and grant.role in _STAFF
        and PreventionLevel.OUTREACH in grant.levels
        for area in _inside(view, grant.areas)
    }
    for post in view.rows(Label.ACTOR):
        if view.id(post) in view.caller.posts:
            bodies = view.targets(
                post, LinkType.BELONGS_TO, LinkType.MEMBER_OF, LinkType.COORDINATES
            )
            places.update(view.id(body) for body in bodies)
    return frozenset(places)


def _inside(view: View, areas: frozenset[str]) -> frozenset[int]:
    """The visible areas of these ids and all that lies in them."""
    found = {row for row in view.rows(Label.AREA) if view.id(row) in areas}
    edge = set(found)
    while edge:
        edge = {part for area in edge for part in view.sources(area, LinkType.LIES_IN)} - found
        found |= edge
    return frozenset(found)

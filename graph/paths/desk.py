"""The standing posts of a place, and the acute card for acute danger. Source: answer.md §5."""

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np

from graph.access.view import View
from graph.paths.answer import AcuteCard, LocalDesk, LocalPost
from graph.paths.availability import duty_line
from graph.paths.contacts import ContactSearch
from graph.paths.criteria import is_kind
from graph.paths.places import among
from graph.paths.policy import Policy
from graph.paths.resolve import named
from graph.snapshot.structure import areas_of
from graph.vocabulary import AreaKind, Label, LinkType, PostKind, Trigger

_NEAR: Final = (0, 1)


def local_desk(asked: ContactSearch, area: int) -> LocalDesk | None:
    """Return the standing posts of a place in the order of the policy; None if it has none."""
    view, policy = asked.view, asked.policy
    home = home_of(view, area)
    rows: list[int] = view.memo(
        ("local desk", policy.digest, home),
        lambda: [row for kind in policy.local for row in _nearest(view, home, kind)],
    )
    posts = tuple(_local(asked, row) for row in rows)
    return LocalDesk(area=named(view, home), posts=posts) if posts else None


def home_of(view: View, area: int) -> int:
    """Return the place whose posts answer for an area: of a community, its municipality."""
    if view.value(area, "kind") is not AreaKind.COMMUNITY:
        return area
    return next(iter(view.targets(area, LinkType.LIES_IN)), area)


def place_of(view: View, row: int) -> int | None:
    """Return the one municipality a node answers for; None if there is none or several."""
    areas = [one for one in areas_of(view, row) if view.label(one) is Label.AREA]
    homes = {home_of(view, one) for one in areas}
    found = [one for one in homes if view.value(one, "kind") is AreaKind.MUNICIPALITY]
    return found[0] if len(found) == len(homes) == 1 else None


def _nearest(view: View, area: int, kind: PostKind) -> list[int]:
    """Return the posts of a kind that answer for an area, else those for what it lies in."""
    mask = is_kind(view, Label.ACTOR, [kind])
    for rung in _NEAR:
        found: list[int] = np.unique(among(view, area, mask, rung)).tolist()
        if found:
            return found
    return []


def _local(asked: ContactSearch, row: int) -> LocalPost:
    view, resolution = asked.view, asked.explainer.resolve(row)
    is_you = row in asked.own
    may_call = resolution.rung.is_open and not is_you
    return LocalPost(
        post=named(view, row),
        kind=view.value(row, "kind"),
        resolution=resolution,
        is_you=is_you,
        direct=asked.direct_contact.direct(row, resolution) if may_call else None,
    )


def acute_card(asked: ContactSearch, area: int | None) -> AcuteCard:
    """Return the emergency lines, the duty line of the place, and the posts to inform afterwards.

    If no place is named, it is the asker's, provided they answer for one place alone.
    """
    view = asked.view
    place = area if area is not None else _place_of_all(view, asked.starts)
    line = None if place is None else duty_line(view, place)
    told = [] if place is None else _informed(view, asked.policy, place)
    return AcuteCard(
        area=None if place is None else named(view, place),
        lines=tuple(_local(asked, row) for row in _emergency_lines(view)),
        duty_line=None if line is None else _local(asked, line),
        inform=tuple(_local(asked, row) for row in told),
    )


def _place_of_all(view: View, starts: Iterable[int]) -> int | None:
    places = {place_of(view, row) for row in starts}
    return places.pop() if len(places) == 1 else None


def _informed(view: View, policy: Policy, place: int) -> list[int]:
    """Return the posts of the first kind to contact about a concern in that place."""
    return _nearest(view, home_of(view, place), policy.triggers[Trigger.CONCERN].posts[0])


def _emergency_lines(view: View) -> Iterator[int]:
    """The lines anyone may call, in the order of their entry points: 112, then 114."""
    rows = np.flatnonzero(is_kind(view, Label.ACTOR, [PostKind.EMERGENCY_LINE])).tolist()
    orders = {
        row: min(
            (int(view.link_value(link, "order")) for link in view.out(row, _ENTRY)), default=99
        )
        for row in rows
    }
    return iter(sorted(rows, key=lambda row: (orders[row], row)))


_ENTRY: Final = LinkType.ENTRY_POINT_FOR

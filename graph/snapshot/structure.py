"""Structural lookups: the areas a node is responsible for, and the posts that belong to a node."""

from datetime import date

import numpy as np

from graph.access.view import View
from graph.snapshot.field_types import date_to_day
from graph.snapshot.snapshot import Snapshot
from graph.vocabulary import Label, LinkType


def areas_of(view: View, row: int) -> list[int]:
    """Return the areas a node is responsible for.

    These are the areas it covers itself (an area: itself). Otherwise a person has those of the
    posts held or deputized for, a civilian those of the door openers, and any other node those of
    the authority it belongs to.
    """
    own = view.targets(row, LinkType.COVERS)
    if own or view.label(row) is Label.AREA:
        return own or [row]
    if view.label(row) is Label.PERSON:
        seats = view.targets(row, LinkType.HOLDS, LinkType.DEPUTIZES_FOR)
        return sorted({area for seat in seats for area in areas_of(view, seat)})
    if view.label(row) is Label.RESOURCE_INDIVIDUAL:
        openers = view.sources(row, LinkType.DOOR_OPENER_FOR)
        return sorted({area for opener in openers for area in areas_of(view, opener)})
    owners = view.targets(row, LinkType.BELONGS_TO)
    return sorted({area for owner in owners for area in view.targets(owner, LinkType.COVERS)})


def posts_of(view: View, row: int) -> list[int]:
    """Return the posts of a person (held), an authority (with its parts, two levels) or a network.

    For a network: the posts that coordinate it, or else its member posts. For a post: itself.
    """
    match view.label(row):
        case Label.ACTOR:
            return [row]
        case Label.PERSON:
            return view.targets(row, LinkType.HOLDS)
        case Label.NETWORK:
            members = view.sources(row, LinkType.MEMBER_OF)
            posts = [member for member in members if view.label(member) is Label.ACTOR]
            return view.sources(row, LinkType.COORDINATES) or posts
        case _:
            units = {row}
            for _ in range(2):
                units |= {part for unit in units for part in view.sources(unit, LinkType.PART_OF)}
            return sorted(
                {post for unit in units for post in view.sources(unit, LinkType.BELONGS_TO)}
            )


def own_posts(snapshot: Snapshot, person: str | None, on: date) -> frozenset[str]:
    """Return the posts a person holds or deputizes for on a date.

    None for a person who is unknown or not valid on the date.
    """
    row = -1 if person is None else snapshot.row_of.get(person, -1)
    links, nodes, day = snapshot.links, snapshot.nodes, date_to_day(on)
    if row < 0 or not nodes.valid_from[row] <= day < nodes.valid_to[row]:
        return frozenset()
    around = snapshot.out.links[snapshot.out.start[row] : snapshot.out.start[row + 1]]
    is_seat = np.isin(links.type[around], [LinkType.HOLDS.code, LinkType.DEPUTIZES_FOR.code])
    is_seat &= (links.valid_from[around] <= day) & (day < links.valid_to[around])
    seats: list[int] = links.target[around[is_seat]].tolist()
    return frozenset(nodes.ids[seat] for seat in seats)

"""Contact search: `find` returns the contacts for a need, the paths to each, and their order.

Also the standing posts of a place, and the card for acute danger. Source: answer.md §5.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from graph.access.view import View
from graph.paths.answer import AcuteCard, Answer, LocalDesk, LocalPost, NodeRef
from graph.paths.availability import duty_line
from graph.paths.capabilities import is_kind
from graph.paths.contacts import ContactSearch
from graph.paths.ends import area_of
from graph.paths.kernel.engine_choice import EngineName
from graph.paths.kernel.request import Direction
from graph.paths.need import Need, check
from graph.paths.no_path import no_path
from graph.paths.places import among
from graph.paths.policy import Policy
from graph.paths.relaxation import search_of
from graph.paths.resolve import named
from graph.snapshot.structure import areas_of
from graph.vocabulary import AreaKind, Label, LinkType, PostKind, Trigger

__all__ = ["Answer", "Need", "find"]


def find(view: View, need: Need, policy: Policy, engine: EngineName | None = None) -> Answer:
    """Return the contacts for a need with their paths, or the reason why there are none.

    The View must be of the date of the need. Acute danger is answered with the acute card alone,
    because there is nothing to choose. `engine` None: the compiled engine if it is warm.

    Raises:
        InvalidNeed: a term this policy or caller does not allow.
        NeedTooWide: too many starts or targets.
        NotFound: something the need names is absent or hidden.
    """
    check(view, need, policy)
    search = ContactSearch(view, need, policy, engine)
    area = area_of(view, need)
    if need.trigger is Trigger.ACUTE:
        return _answer(search, area, acute=acute_card(search, area))
    contacts, passed = search.contacts()
    if not contacts:
        relaxable = search_of(view, need, policy)
        answer = _answer(search, area, local=_local(search, area, None))
        direction, rung = relaxable.ask.direction, relaxable.ends.rung
        return replace(answer, direction=direction, rung=rung, none=no_path(relaxable))
    first = view.row(contacts[0].stop.node.id)
    answer = _answer(search, area, local=_local(search, area, first))
    return replace(
        answer,
        direction=search.direction(first),
        rung=next(fit.rung for fit in search.classes if first in fit.rows),
        contacts=contacts,
        passed=passed,
    )


def _answer(
    search: ContactSearch,
    area: int | None,
    *,
    local: LocalDesk | None = None,
    acute: AcuteCard | None = None,
) -> Answer:
    """An answer without contacts."""
    view, need = search.view, search.need
    return Answer(
        need=need,
        on=view.on,
        at=need.at,
        revision=view.revision,
        policy=search.policy.digest,
        direction=Direction.AUTO,
        rung=0,
        start=_named(view, need.start),
        target=_named(view, need.target),
        area=None if area is None else named(view, area),
        contacts=(),
        passed=(),
        local=local,
        acute=acute,
        none=None,
    )


def _named(view: View, node_id: str | None) -> NodeRef | None:
    return None if node_id is None else named(view, view.current(node_id))


def _local(search: ContactSearch, area: int | None, first: int | None) -> LocalDesk | None:
    """The standing posts of the need's place, else of the first contact's place."""
    if area is None and first is not None:
        area = place_of(search.view, first)
    if area is None:
        return None
    return local_desk(search, area)


_NEAR: Final = (0, 1)


def local_desk(search: ContactSearch, area: int) -> LocalDesk | None:
    """Return the standing posts of a place in the order of the policy; None if it has none."""
    view, policy = search.view, search.policy
    home = home_of(view, area)
    rows: list[int] = view.memo(
        ("local desk", policy.digest, home),
        lambda: [row for kind in policy.local for row in _nearest(view, home, kind)],
    )
    posts = tuple(_local_post(search, row) for row in rows)
    return LocalDesk(area=named(view, home), posts=posts) if posts else None


def home_of(view: View, area: int) -> int:
    """Return the place whose posts answer for an area: of a community, its municipality."""
    if view.value(area, "kind") is not AreaKind.COMMUNITY:
        return area
    return next(iter(view.targets(area, LinkType.LIES_IN)), area)


def place_of(view: View, row: int) -> int | None:
    """Return the one municipality a node answers for; None if there is none or several."""
    areas = [area for area in areas_of(view, row) if view.label(area) is Label.AREA]
    homes = {home_of(view, area) for area in areas}
    municipalities = [area for area in homes if view.value(area, "kind") is AreaKind.MUNICIPALITY]
    return municipalities[0] if len(municipalities) == len(homes) == 1 else None


def _nearest(view: View, area: int, kind: PostKind) -> list[int]:
    """Return the posts of a kind that answer for an area, else those for what it lies in."""
    mask = is_kind(view, Label.ACTOR, [kind])
    for rung in _NEAR:
        rows: list[int] = np.unique(among(view, area, mask, rung)).tolist()
        if rows:
            return rows
    return []


def _local_post(search: ContactSearch, row: int) -> LocalPost:
    view, resolution = search.view, search.explainer.resolve(row)
    is_you = row in search.own
    may_call = resolution.rung.is_open and not is_you
    return LocalPost(
        post=named(view, row),
        kind=view.value(row, "kind"),
        resolution=resolution,
        is_you=is_you,
        direct=search.direct_contact.direct(row, resolution) if may_call else None,
    )


def acute_card(search: ContactSearch, area: int | None) -> AcuteCard:
    """Return the emergency lines, the duty line of the place, and the posts to inform afterwards.

    If no place is named, it is the asker's, provided they answer for one place alone.
    """
    view = search.view
    place = area if area is not None else _place_of_all(view, search.starts)
    line = None if place is None else duty_line(view, place)
    posts = (
        []
        if place is None
        else _nearest(view, home_of(view, place), search.policy.triggers[Trigger.CONCERN].posts[0])
    )
    return AcuteCard(
        area=None if place is None else named(view, place),
        lines=tuple(_local_post(search, row) for row in _emergency_lines(view)),
        duty_line=None if line is None else _local_post(search, line),
        inform=tuple(_local_post(search, row) for row in posts),
    )


def _place_of_all(view: View, starts: Iterable[int]) -> int | None:
    places = {place_of(view, row) for row in starts}
    return places.pop() if len(places) == 1 else None


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

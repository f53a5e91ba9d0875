"""Contact search: `find` returns the contacts for a need, the paths to each, and their order.

Also the standing posts of a place, and the card for acute danger. See docs/paths.md, "A need".
"""

from dataclasses import replace

import numpy as np

from graph.access.view import View
from graph.paths.answer import AcuteCard, Answer, LocalDesk, LocalPost
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
from graph.paths.resolve import node_ref
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
    start, target = (
        None if node is None else node_ref(view, view.current(node))
        for node in (need.start, need.target)
    )
    answer = Answer(
        need=need, on=view.on, at=need.at, revision=view.revision, policy=policy.digest,
        direction=Direction.AUTO, rung=0, start=start, target=target,
        area=None if area is None else node_ref(view, area), call=None, contacts=(), passed=(),
        local=None, acute=None, none=None,
    )  # fmt: skip
    if need.trigger is Trigger.ACUTE:
        return replace(answer, acute=acute_card(search, area))
    contacts, passed_classes = search.contacts()
    if contacts:
        first = view.row(contacts[0].stop.node.id)
        area = place_of(view, first) if area is None else area
        answer = replace(
            answer,
            direction=search.direction(first),
            rung=next(fit.fallback_level for fit in search.classes if first in fit.rows),
            call=next((contact.call for contact in contacts if contact.call), None),
            contacts=contacts,
            passed=passed_classes,
        )
    else:
        relaxable = search_of(view, need, policy)
        answer = replace(
            answer,
            direction=relaxable.ask.direction,
            rung=relaxable.ends.fallback_level,
            none=no_path(relaxable),
        )
    return replace(answer, local=None if area is None else local_desk(search, area))


def local_desk(search: ContactSearch, area: int) -> LocalDesk | None:
    """Return the standing posts of a place in the order of the policy; None if it has none."""
    view, policy = search.view, search.policy
    home = home_of(view, area)
    rows: list[int] = view.memo(
        ("local desk", policy.digest, home),
        lambda: [row for kind in policy.local for row in _nearest(view, home, kind)],
    )
    posts = tuple(_local_post(search, row) for row in rows)
    return LocalDesk(area=node_ref(view, home), posts=posts) if posts else None


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
    for fallback_level in (0, 1):
        rows: list[int] = np.unique(among(view, area, mask, fallback_level)).tolist()
        if rows:
            return rows
    return []


def _local_post(search: ContactSearch, row: int) -> LocalPost:
    view, resolution = search.view, search.explainer.resolve(row)
    is_you = row in search.own
    may_call = resolution.rung.is_open and not is_you
    return LocalPost(
        post=node_ref(view, row),
        kind=view.value(row, "kind"),
        resolution=resolution,
        is_you=is_you,
        direct=search.direct_contact.direct(row, resolution) if may_call else None,
    )


def acute_card(search: ContactSearch, area: int | None) -> AcuteCard:
    """Return the emergency lines, the duty line of the place, and the posts to inform afterwards.

    If no place is named, it is that of the target, else the asker's, provided there is one alone.
    """
    view, target = search.view, search.need.target
    if area is None:
        rows = search.starts if target is None else (view.current(target),)
        places = {place_of(view, row) for row in rows}
        area = places.pop() if len(places) == 1 else None
    line, inform = None, list[int]()
    if area is not None:
        line = duty_line(view, area)
        concern = search.policy.triggers[Trigger.CONCERN].posts[0]
        inform = _nearest(view, home_of(view, area), concern)
    # The lines anyone may call, in the order of their entry points: 112, then 114.
    order = {
        row: min(
            (
                int(view.link_value(link, "order"))
                for link in view.out(row, LinkType.ENTRY_POINT_FOR)
            ),
            default=99,
        )
        for row in np.flatnonzero(is_kind(view, Label.ACTOR, [PostKind.EMERGENCY_LINE])).tolist()
    }
    return AcuteCard(
        area=None if area is None else node_ref(view, area),
        lines=tuple(
            _local_post(search, row) for row in sorted(order, key=lambda row: (order[row], row))
        ),
        duty_line=None if line is None else _local_post(search, line),
        inform=tuple(_local_post(search, row) for row in inform),
    )

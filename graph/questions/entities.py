"""One node with its details, lists of nodes by id, and cards of areas and networks."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np

from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths.answer import NodeRef, Resolution
from graph.paths.places import areas, inside
from graph.paths.policy_model import Policy
from graph.paths.resolve import named, resolve
from graph.questions.post_states import LastCheck, check_of, check_of_link, last_check
from graph.snapshot.csr import Mask, firsts
from graph.snapshot.field_types import class_of, date_to_day, field_types
from graph.vocabulary import (
    PUBLIC_LINES,
    AreaKind,
    Attendance,
    AuthorityKind,
    Channel,
    CoordinationFunction,
    Label,
    LinkType,
    NetworkKind,
    OrganizationKind,
    PlanKind,
    PostKind,
    ResourceKind,
    Term,
)

MOST: Final = 100
KINDS: Final[Mapping[Label, type[Term]]] = {
    Label.AREA: AreaKind,
    Label.AUTHORITY: AuthorityKind,
    Label.NETWORK: NetworkKind,
    Label.ACTOR: PostKind,
    Label.ORGANIZATION: OrganizationKind,
    Label.RESOURCE_INDIVIDUAL: ResourceKind,
    Label.PLAN: PlanKind,
}
LISTED: Final = frozenset(Label) - {Label.CONTACT_DETAIL, Label.CONSENT}
"""Labels listed by default; contact details and consents belong to one of these."""
_MEETINGS: Final = (LinkType.COORDINATES, LinkType.MEMBER_OF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A node as a list shows it; `fields` are those the caller sees that are not empty."""

    id: str
    label: Label
    kind: Term | None
    name: str | None
    areas: tuple[NodeRef, ...]
    check: LastCheck | None
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """A contact detail without its value; `is_public`: that of a line with a public number."""

    id: str
    channel: Channel | None
    hint: str | None
    order: int
    is_work: bool | None
    check: LastCheck | None
    is_public: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeEntity:
    """A node, who answers if it is a post, and its contact details, in order."""

    entity: Entity
    resolution: Resolution | None
    details: tuple[Detail, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityPage:
    """A page of a list, by id; `after`: the id the next page starts after, None on the last."""

    found: tuple[Entity, ...]
    after: str | None


def entity(view: View, node_id: str, policy: Policy) -> WholeEntity:
    """One node, who answers there, and its contact details.

    Raises:
        NotFound: absent, hidden or not valid on the date.
    """
    row = view.row(node_id)
    is_post = view.label(row) is Label.ACTOR
    return WholeEntity(
        entity=entity_of(view, row),
        resolution=resolve(view, row, policy) if is_post else None,
        details=details_of(view, row),
    )


def details_of(view: View, row: int) -> tuple[Detail, ...]:
    """The contact details of a visible node, in the order they are to be tried."""
    details = (_detail(view, row, link) for link in view.out(row, LinkType.REACHED_BY))
    return tuple(sorted(details, key=lambda one: (one.order, one.id)))


def entities(
    view: View,
    *,
    label: Label | None = None,
    kind: str | None = None,
    area: str | None = None,
    network: str | None = None,
    after: str = "",
    limit: int = 50,
) -> EntityPage:
    """The nodes that match all filters, by id.

    `kind` is the identifier of a kind; `area`: the nodes that answer for it or for an area in it,
    and those areas themselves; `network`: the nodes that coordinate it or are members of it.
    Contact details and consents are listed only when their label is asked for.

    Raises:
        InvalidNeed: no label has such a kind.
        NotFound: the area or network is absent or hidden.
    """
    chosen = view.visible & _labeled(view, frozenset({label}) if label else LISTED)
    if kind is not None:
        chosen = chosen & _of_kind(view, kind)
    if area is not None:
        chosen = chosen & answering_in(view, view.current(area))
    if network is not None:
        chosen = chosen & view.mask(view.sources(view.current(network), *_MEETINGS))
    rows: list[int] = np.flatnonzero(chosen).tolist()
    ids = [view.id(row) for row in rows]
    start = bisect_right(ids, after)
    found = rows[start : start + limit]
    is_more = start + limit < len(rows)
    return EntityPage(
        found=tuple(entity_of(view, row) for row in found),
        after=view.id(found[-1]) if is_more and found else None,
    )


def _labeled(view: View, labels: frozenset[Label]) -> Mask:
    return np.isin(view.nodes.label, [label.code for label in labels])


def _of_kind(view: View, kind: str) -> Mask:
    """The nodes of a kind the caller may see; several labels may have a kind of that name."""
    found = np.zeros(len(view.visible), np.bool_)
    known = [label for label, kinds in KINDS.items() if kind in kinds.__members__.values()]
    if not known:
        raise InvalidNeed("kind", "er ikke en art, vi bruger", "is not a kind in use")
    for label in known:
        rows, kinds = view.column(label, "kind")
        found[rows[view.shown(label, "kind") & (kinds == KINDS[label](kind).code)]] = True
    return found


def answering_in(view: View, area: int) -> Mask:
    """bool[nodes]: the area, the areas in it, and the nodes that answer for any of these."""
    outer = view.mask(area)
    pairs, within = areas(view).of, inside(view, outer)
    return view.mask(firsts(pairs)[within[pairs.to]])


def entity_of(view: View, row: int) -> Entity:
    """A visible node as a list shows it."""
    label = view.label(row)
    return Entity(
        id=view.id(row),
        label=label,
        kind=view.value(row, "kind") if label in KINDS else None,
        name=view.name(row),
        areas=() if label is Label.AREA else tuple(_areas(view, row)),
        check=check_of(view, row),
        fields=filled(view.fields(row)),
    )


def _areas(view: View, row: int) -> Iterator[NodeRef]:
    pairs = areas(view).of
    yield from (named(view, area) for area in pairs.of(row).tolist())


def filled(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields without empty values: hidden and empty cannot be told apart."""
    return {
        name: value
        for name, value in fields.items()
        if value is not None and (not isinstance(value, frozenset) or value)
    }


def _detail(view: View, owner: int, link: int) -> Detail:
    detail = view.target(link)
    verified_on: date | None = view.value(detail, "verified_on")
    day = None if verified_on is None else date_to_day(verified_on)
    is_line = view.label(owner) is Label.ACTOR and view.value(owner, "kind") in PUBLIC_LINES
    return Detail(
        id=view.id(detail),
        channel=view.value(detail, "channel"),
        hint=view.value(detail, "hint"),
        order=view.link_value(link, "order"),
        is_work=view.value(detail, "is_work"),
        check=last_check(view, day),
        is_public=is_line,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaCard:
    """An area with its parent and child areas, one step each way, by id."""

    entity: Entity
    lies_in: tuple[NodeRef, ...]
    holds: tuple[NodeRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A node that coordinates a network or is a member of it, and by which link."""

    node: NodeRef
    label: Label
    link: str
    function: CoordinationFunction | None
    attendance: Attendance | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkCard:
    """A network and its participants: coordinators, then members, by link."""

    entity: Entity
    meeting: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaPage:
    """A page of areas, by id; `after` as in `EntityPage`."""

    found: tuple[AreaCard, ...]
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPage:
    """A page of networks, by id; `after` as in `EntityPage`."""

    found: tuple[NetworkCard, ...]
    after: str | None


def area_cards(
    view: View,
    *,
    kind: str | None = None,
    area: str | None = None,
    after: str = "",
    limit: int = 50,
) -> AreaPage:
    """The areas of a kind in an area, itself included. Raises as `entities`."""
    page = entities(view, label=Label.AREA, kind=kind, area=area, after=after, limit=limit)
    return AreaPage(found=tuple(_area(view, one) for one in page.found), after=page.after)


def network_cards(
    view: View,
    *,
    kind: str | None = None,
    area: str | None = None,
    after: str = "",
    limit: int = 50,
) -> NetworkPage:
    """The networks of a kind that answer for an area or one in it. Raises as `entities`."""
    page = entities(view, label=Label.NETWORK, kind=kind, area=area, after=after, limit=limit)
    return NetworkPage(found=tuple(_network(view, one) for one in page.found), after=page.after)


def _area(view: View, one: Entity) -> AreaCard:
    row = view.row(one.id)
    return AreaCard(
        entity=one,
        lies_in=tuple(named(view, other) for other in view.targets(row, LinkType.LIES_IN)),
        holds=tuple(named(view, other) for other in view.sources(row, LinkType.LIES_IN)),
    )


def _network(view: View, one: Entity) -> NetworkCard:
    row = view.row(one.id)
    links = (*view.into(row, LinkType.COORDINATES), *view.into(row, LinkType.MEMBER_OF))
    return NetworkCard(entity=one, meeting=tuple(_meeting(view, link) for link in links))


def _meeting(view: View, link: int) -> Meeting:
    row, is_member = view.source(link), view.link_type(link) is LinkType.MEMBER_OF
    return Meeting(
        node=named(view, row),
        label=view.label(row),
        link=view.links.ids[link],
        function=None if is_member else view.link_value(link, "function"),
        attendance=view.link_value(link, "attendance") if is_member else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCard:
    """A link; `fields` are those the caller sees that are not empty."""

    id: str
    type: LinkType
    source: NodeRef
    target: NodeRef
    check: LastCheck | None
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkPage:
    """A page of a list, by id; `after`: the id the next page starts after, None on the last."""

    found: tuple[LinkCard, ...]
    after: str | None


def link(view: View, link_id: str) -> LinkCard:
    """One link.

    Raises:
        NotFound: absent, hidden or not valid on the date.
    """
    return card_of(view, view.link_row(link_id))


def links(
    view: View,
    *,
    source: str | None = None,
    target: str | None = None,
    type: LinkType | None = None,
    after: str = "",
    limit: int = 50,
) -> LinkPage:
    """The links from `source`, to `target` and of a type, by id; an omitted filter matches any.

    Raises:
        NotFound: an end is absent or hidden.
    """
    chosen = view.open_links.copy()
    if source is not None:
        chosen &= view.links.source == view.row(source)
    if target is not None:
        chosen &= view.links.target == view.row(target)
    if type is not None:
        chosen &= view.links.type == type.code
    rows: list[int] = np.flatnonzero(chosen).tolist()
    start = bisect_right([view.links.ids[row] for row in rows], after)
    found = rows[start : start + limit]
    is_more = start + limit < len(rows)
    return LinkPage(
        found=tuple(card_of(view, row) for row in found),
        after=view.links.ids[found[-1]] if is_more and found else None,
    )


def card_of(view: View, row: int) -> LinkCard:
    """An open link as a list shows it."""
    link_type = view.link_type(row)
    names = field_types(class_of(link_type))
    return LinkCard(
        id=view.links.ids[row],
        type=link_type,
        source=named(view, view.source(row)),
        target=named(view, view.target(row)),
        check=check_of_link(view, row),
        fields=filled({name: view.link_value(row, name) for name in names}),
    )

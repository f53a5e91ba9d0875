"""One node with its details, lists of nodes by id, and cards of areas and networks."""

from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Generic, TypeVar

import numpy as np

from graph.access.context import MEETINGS
from graph.access.permissions import is_public
from graph.access.view import View
from graph.errors import InvalidNeed
from graph.own_kinds import LABEL_OF, NO_OWN_KINDS, WITH_OWN_KINDS, OwnKinds
from graph.paths.answer import NodeRef, Resolution
from graph.paths.capabilities import is_own_kind
from graph.paths.need import area_row
from graph.paths.places import areas, inside
from graph.paths.policy import Policy
from graph.paths.resolve import node_ref, resolve
from graph.questions.post_states import LastCheck, check_of, check_of_link, last_check
from graph.snapshot.csr import Mask, firsts
from graph.snapshot.field_types import class_of, date_to_day, field_types
from graph.vocabulary import (
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

T = TypeVar("T")
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """A node as a list shows it; `fields` are those the caller sees that are not empty.

    `own_kind` is the id of its own kind beneath `kind`.
    """

    id: str
    label: Label
    kind: Term | None
    own_kind: str | None
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
class CardPage(Generic[T]):
    """A page of a list, by id; `after`: the id the next page starts after, None on the last."""

    found: tuple[T, ...]
    after: str | None


def _page(
    mask: Mask, ids: Sequence[str], after: str, limit: int, card: Callable[[int], T]
) -> CardPage[T]:
    """The first rows of a mask whose id comes after another."""
    rows: list[int] = np.flatnonzero(mask).tolist()
    first = bisect_right(rows, after, key=lambda row: ids[row])
    page_rows = rows[first : first + limit]
    is_more = first + limit < len(rows)
    return CardPage(
        found=tuple(map(card, page_rows)),
        after=ids[page_rows[-1]] if is_more and page_rows else None,
    )


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
    details: list[Detail] = []
    for link in view.out(row, LinkType.REACHED_BY):
        detail = view.target(link)
        verified_on: date | None = view.value(detail, "verified_on")
        details.append(
            Detail(
                id=view.id(detail),
                channel=view.value(detail, "channel"),
                hint=view.value(detail, "hint"),
                order=view.link_value(link, "order"),
                is_work=view.value(detail, "is_work"),
                check=last_check(view, None if verified_on is None else date_to_day(verified_on)),
                is_public=is_public(view, detail),
            )
        )
    return tuple(sorted(details, key=lambda detail: (detail.order, detail.id)))


def entities(
    view: View,
    *,
    label: Label | None = None,
    kind: str | None = None,
    area: str | None = None,
    network: str | None = None,
    own_kinds: OwnKinds = NO_OWN_KINDS,
    after: str = "",
    limit: int = 50,
) -> CardPage[Entity]:
    """The nodes that match all filters, by id.

    `kind` is the identifier of a kind, shipped or own; those beneath an own one count as well.
    `area`: the nodes that answer for it or for an area in it, and those areas themselves;
    `network`: the nodes that coordinate it or are members of it. Contact details and consents are
    listed only when their label is asked for.

    Raises:
        InvalidNeed: no label has such a kind, or the area is not an area.
        NotFound: the area or network is absent or hidden.
    """
    labels = LISTED if label is None else {label}
    mask = view.visible & np.isin(view.nodes.label, [label.code for label in labels])
    own = own_kinds.by_id.get(kind or "")
    if own is not None and (of_label := LABEL_OF.get(type(own.parent))) is not None:
        mask &= is_own_kind(view, of_label, own_kinds.within(own.id))
    elif kind is not None:  # several labels may have a kind of that name
        is_kind = np.zeros(len(mask), np.bool_)
        classes = {label: kinds for label, kinds in KINDS.items() if kind in {*kinds}}
        if not classes:
            raise InvalidNeed("kind", "er ikke en type, vi bruger", "is not a kind in use")
        for label, kinds in classes.items():
            rows, column = view.column(label, "kind")
            is_kind[rows[view.field_mask(label, "kind") & (column == kinds(kind).code)]] = True
        mask &= is_kind
    if area is not None:
        mask &= answering_in(view, area_row(view, "area", area))
    if network is not None:
        mask &= view.mask(view.sources(view.current(network), *MEETINGS))
    return _page(mask, view.nodes.ids, after, limit, lambda row: entity_of(view, row))


def answering_in(view: View, area: int) -> Mask:
    """bool[nodes]: the area, the areas in it, and the nodes that answer for any of these."""
    pairs, within = areas(view).of, inside(view, view.mask(area))
    return view.mask(firsts(pairs)[within[pairs.to]])


def entity_of(view: View, row: int) -> Entity:
    """A visible node as a list shows it."""
    label = view.label(row)
    places: list[int] = [] if label is Label.AREA else areas(view).of.of(row).tolist()
    return Entity(
        id=view.id(row),
        label=label,
        kind=view.value(row, "kind") if label in KINDS else None,
        own_kind=own_kind_of(view, row),
        name=view.name(row),
        areas=tuple(node_ref(view, area) for area in places),
        check=check_of(view, row),
        fields=without_empty(view.fields(row)),
    )


def own_kind_of(view: View, row: int) -> str | None:
    """The id of the own kind of a visible node."""
    return view.value(row, "own_kind") if view.label(row) in WITH_OWN_KINDS else None


def without_empty(fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields without empty values: hidden and empty cannot be told apart."""
    return {name: value for name, value in fields.items() if value not in (None, frozenset())}


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaCard:
    """An area with its parent and child areas, one step each way, by id."""

    entity: Entity
    lies_in: tuple[NodeRef, ...]
    holds: tuple[NodeRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkParticipant:
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
    meeting: tuple[NetworkParticipant, ...]


def area_cards(
    view: View,
    *,
    kind: str | None = None,
    area: str | None = None,
    after: str = "",
    limit: int = 50,
) -> CardPage[AreaCard]:
    """The areas of a kind in an area, itself included. Raises as `entities`."""
    page = entities(view, label=Label.AREA, kind=kind, area=area, after=after, limit=limit)
    cards = (
        AreaCard(
            entity=entity,
            lies_in=tuple(node_ref(view, node) for node in view.targets(row, LinkType.LIES_IN)),
            holds=tuple(node_ref(view, node) for node in view.sources(row, LinkType.LIES_IN)),
        )
        for entity in page.found
        for row in (view.row(entity.id),)
    )
    return CardPage(found=tuple(cards), after=page.after)


def network_cards(
    view: View,
    *,
    kind: str | None = None,
    area: str | None = None,
    own_kinds: OwnKinds = NO_OWN_KINDS,
    after: str = "",
    limit: int = 50,
) -> CardPage[NetworkCard]:
    """The networks of a kind that answer for an area or one in it. Raises as `entities`."""
    page = entities(
        view, label=Label.NETWORK, kind=kind, area=area, own_kinds=own_kinds, after=after,
        limit=limit,
    )  # fmt: skip
    cards: list[NetworkCard] = []
    for entity in page.found:
        row = view.row(entity.id)
        links = [*view.into(row, LinkType.COORDINATES), *view.into(row, LinkType.MEMBER_OF)]
        meetings = tuple(
            NetworkParticipant(
                node=node_ref(view, view.source(link)),
                label=view.label(view.source(link)),
                link=view.links.ids[link],
                function=None if is_member else view.link_value(link, "function"),
                attendance=view.link_value(link, "attendance") if is_member else None,
            )
            for link in links
            for is_member in (view.link_type(link) is LinkType.MEMBER_OF,)
        )
        cards.append(NetworkCard(entity=entity, meeting=meetings))
    return CardPage(found=tuple(cards), after=page.after)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkCard:
    """A link; `fields` are those the caller sees that are not empty."""

    id: str
    type: LinkType
    source: NodeRef
    target: NodeRef
    check: LastCheck | None
    fields: Mapping[str, Any]


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
) -> CardPage[LinkCard]:
    """The links from `source`, to `target` and of a type, by id; an omitted filter matches any.

    Raises:
        NotFound: an end is absent or hidden.
    """
    mask = view.open_links.copy()
    if source is not None:
        mask &= view.links.source == view.row(source)
    if target is not None:
        mask &= view.links.target == view.row(target)
    if type is not None:
        mask &= view.links.type == type.code
    return _page(mask, view.links.ids, after, limit, lambda row: card_of(view, row))


def card_of(view: View, row: int) -> LinkCard:
    """An open link as a list shows it."""
    link_type = view.link_type(row)
    names = field_types(class_of(link_type))
    return LinkCard(
        id=view.links.ids[row],
        type=link_type,
        source=node_ref(view, view.source(row)),
        target=node_ref(view, view.target(row)),
        check=check_of_link(view, row),
        fields=without_empty({name: view.link_value(row, name) for name in names}),
    )

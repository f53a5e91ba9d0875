"""What lies in each area, and who meets in each network?"""

from dataclasses import dataclass

from graph.access.view import View
from graph.paths.answer import NodeRef
from graph.paths.resolve import named
from graph.questions.entities import Entity, entities
from graph.vocabulary import Attendance, CoordinationFunction, Label, LinkType


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaCard:
    """An area, what it lies in and what lies in it, one step each way, by id."""

    entity: Entity
    lies_in: tuple[NodeRef, ...]
    holds: tuple[NodeRef, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Who coordinates a network or is a member of it, by which link."""

    node: NodeRef
    label: Label
    link: str
    function: CoordinationFunction | None
    attendance: Attendance | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkCard:
    """A network and who meets in it: those who coordinate, then the members, by link."""

    entity: Entity
    meeting: tuple[Meeting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaPage:
    """Some areas, by id; `after` as in `Page`."""

    found: tuple[AreaCard, ...]
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkPage:
    """Some networks, by id; `after` as in `Page`."""

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
    """The networks of a kind that answer for an area or what lies in it. Raises as `entities`."""
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

"""What does one node look like to a caller: its fields, who answers there, and its links?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from graph.access.view import View
from graph.paths.answer import NodeRef, Resolution
from graph.paths.answer_terms import AnswerRole
from graph.paths.policy import Policy
from graph.paths.resolve import resolve
from graph.questions.names import name_match
from graph.snapshot.field_types import MISSING, class_of, field_types
from graph.vocabulary import Channel, Freshness, Label, LegalGate, LinkType


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeCardLink:
    """A link as seen from the node.

    `who` and `rung`: who answers at the other end, where that is a post. `channel`: of a contact
    detail, whose name is its hint. `days` since it was verified, None where never or no matter.
    """

    type: LinkType
    is_outward: bool
    other: str
    name: str | None
    rung: AnswerRole | None
    who: NodeRef | None
    channel: Channel | None
    gate: LegalGate | None
    days: int | None
    freshness: Freshness | None
    until: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeCard:
    """What the caller may see of a node on the date; links in the order of type, name and id.

    `at`: the minute for which it says who answers; None: the date alone.
    """

    id: str
    label: Label
    name: str | None
    place: tuple[str, ...]
    on: date
    at: datetime | None
    fields: dict[str, Any]
    answering: Resolution | None
    links: tuple[NodeCardLink, ...]


def node_card(view: View, row: int, policy: Policy, *, at: datetime | None = None) -> NodeCard:
    """The card of a visible node, at a minute of the View's date where one is given."""
    label = view.label(row)
    return NodeCard(
        id=view.id(row),
        label=label,
        name=view.name(row),
        place=name_match(view, row),
        on=view.on,
        at=at,
        fields={key: value for key, value in view.fields(row).items() if _is_told(key, value)},
        answering=resolve(view, row, policy, at=at) if label is Label.ACTOR else None,
        links=tuple(sorted(_links(view, row, policy), key=_order)),
    )


def _order(link: NodeCardLink) -> tuple[int, str, str]:
    return link.type.code, link.name or "", link.other


def _is_told(key: str, value: object) -> bool:
    is_named_above = key in ("id", "name", "display_name")
    return not is_named_above and value is not None and value != frozenset()


def _links(view: View, row: int, policy: Policy) -> Iterator[NodeCardLink]:
    for is_outward, links in ((True, view.out(row)), (False, view.into(row))):
        for link in links:
            other = view.target(link) if is_outward else view.source(link)
            yield _card_link(view, link, other, policy, is_outward=is_outward)


def _card_link(
    view: View, link: int, other: int, policy: Policy, *, is_outward: bool
) -> NodeCardLink:
    link_type, label = view.link_type(link), view.label(other)
    answering = resolve(view, other, policy) if label is Label.ACTOR else None
    verified = int(view.links.verified_on[link])
    days = None if verified == MISSING else max(0, view.day - verified)
    return NodeCardLink(
        type=link_type,
        is_outward=is_outward,
        other=view.id(other),
        name=view.name(other),
        rung=answering.rung if answering else None,
        who=answering.who if answering else None,
        channel=view.value(other, "channel") if label is Label.CONTACT_DETAIL else None,
        gate=_gate(view, link, link_type),
        days=days,
        freshness=Freshness.of(days) if link_type.use.is_hop else None,
        until=view.link_value(link, "valid_to"),
    )


def _gate(view: View, link: int, link_type: LinkType) -> LegalGate | None:
    has_gate = "gate" in field_types(class_of(link_type))
    return view.link_value(link, "gate") if has_gate else None

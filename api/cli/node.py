"""Terminal output of a node and of found names."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final, cast

from babel.dates import get_day_names
from rich.table import Table
from rich.text import Text

from api.cli.console import OUT, _, table_with
from api.i18n import N_
from api.requested_need import RequestedMoment
from api.schemas.entities import written_aliases
from api.text.availability import answerer, answering
from api.text.format import format_date, format_days, in_sentence
from api.text.responses import format_name_match
from graph.access.view import View
from graph.model.opening_hours import DAYS
from graph.paths.answer import NodeRef, Resolution
from graph.paths.answer_terms import AnswerRole
from graph.paths.policy import Policy
from graph.paths.resolve import resolve
from graph.questions import names
from graph.questions.names import name_match
from graph.snapshot.field_types import MISSING, class_of, field_types
from graph.vocabulary import Channel, Freshness, Label, Language, LegalGate, LinkType, Term

FIELD_WORDS: Final[dict[str, str]] = {
    "kind": N_("Kind"),
    "title": N_("Title"),
    "code": N_("Code"),
    "official_name": N_("Full name"),
    "name_en": N_("English name"),
    "aliases": N_("Other names"),
    "population": N_("Inhabitants"),
    "population_on": N_("Counted"),
    "tier": N_("Tier"),
    "sector": N_("Sector"),
    "seat": N_("Seat"),
    "confidence": N_("Source"),
    "gate": N_("Legal ground"),
    "levels": N_("Level"),
    "meets_every_days": N_("Days between meetings"),
    "competences": N_("Competence"),
    "languages": N_("Languages"),
    "hours": N_("Open"),
    "absent_from": N_("Absent from"),
    "absent_to": N_("Absent until"),
    "visibility": N_("Visible to"),
    "cvr": N_("CVR number"),
    "website": N_("Website"),
    "adopted_on": N_("Adopted"),
    "due_on": N_("To be revised by"),
    "url": N_("Found at"),
    "valid_from": N_("From"),
    "valid_to": N_("Until"),
}
"""The fields of a card, in this order; `--json` has all fields."""


def written_hours(hours: str, lang: Language) -> str:
    """`MO-FR 09:00-15:00` as `man-fre 09:00-15:00`; `00:00-24:00` as `døgnet rundt`."""
    if hours == "00:00-24:00":
        return _("always", lang)
    names = get_day_names("abbreviated", locale=lang)
    for number, code in enumerate(DAYS):
        hours = hours.replace(code, names[number][:3])
    return hours


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeCardLink:
    """A link as seen from the node.

    `who` and `rung`: who answers at the other end, if that is a post. `channel`: of a contact
    detail, whose name is its hint. `days`: since the last verification, None if never or not
    applicable.
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
    """What the caller may see of a node on a date; links are sorted by type, name and id.

    `at` is the minute for which it says who answers; None: for the date alone.
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
    """The card of a visible node, at a minute of the View's date if one is given."""
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


def show_card(shown: NodeCard, lang: Language) -> None:
    """Print the card; columns that are empty for all links are omitted."""
    heading = Text(shown.name or shown.id, style="bold")
    OUT.print(heading.append(f"  {shown.label.label(lang)}  {shown.id}", style="not bold"))
    if shown.place:
        OUT.print(" · ".join(shown.place))
    if shown.answering:
        moment = RequestedMoment(on=shown.on, at=shown.at, is_now=shown.at is not None)
        for line in _who(shown.answering, moment, lang):
            OUT.print(line)
    OUT.print()
    facts = Table(box=None, show_header=False, pad_edge=False)
    for key, heading in FIELD_WORDS.items():
        if key in shown.fields:
            facts.add_row(_(heading, lang), _said(key, shown.fields[key], lang))
    OUT.print(facts)
    if shown.links:
        OUT.print()
        OUT.print(_link_table(shown.links, lang))


def _who(found: Resolution, moment: RequestedMoment, lang: Language) -> Iterator[str]:
    """Who answers, how and until when; who is next; whether the post has several holders."""
    channels = ", ".join(channel.label(lang) for channel in found.channels)
    now = answering(found, moment, lang).removesuffix(".")
    yield f"{now}. {channels}" if channels else f"{now}."
    if found.leaves:
        day = format_date(found.leaves, lang)
        yield _("Answers until {day}.", lang, day=day)
    if len(found.order) > 1:
        order = "; ".join(answerer(one.who, one.rung, lang) for one in found.order)
        yield _("Ask in this order: {order}.", lang, order=order)
    if sum(one.rung is AnswerRole.HOLDER for one in found.order) > 1:
        yield _("Doubled: several holders.", lang)


_Cell = Callable[[NodeCardLink, Language], str]


def _link_table(links: tuple[NodeCardLink, ...], lang: Language) -> Table:
    used = [one for one in _COLUMNS if any(one[1](link, lang) for link in links)]
    table = table_with(_(heading, lang) for heading, _cell in used)
    for link in links:
        table.add_row(*(cell(link, lang) for _heading, cell in used))
    return table


def _tie(link: NodeCardLink, lang: Language) -> str:
    return f"{'→' if link.is_outward else '←'} {link.type.label(lang)}"


def _with(link: NodeCardLink, lang: Language) -> str:
    """A contact detail by its channel and hint, a post with who answers there."""
    name = link.name or link.other
    if link.channel:
        return f"{link.channel.label(lang)} {name}"
    return f"{name}: {answerer(link.who, link.rung, lang)}" if link.rung else name


def _gate_text(link: NodeCardLink, lang: Language) -> str:
    return link.gate.label(lang) if link.gate else ""


def _verified(link: NodeCardLink, lang: Language) -> str:
    if link.freshness is None or link.days is None:
        return link.freshness.label(lang) if link.freshness else ""
    days = format_days(link.days, lang)
    ago = _("{days} ago", lang, days=days)
    return f"{ago}, {in_sentence(link.freshness.label(lang))}"


def _until(link: NodeCardLink, lang: Language) -> str:
    return format_date(link.until, lang) if link.until else ""


_COLUMNS: Final[tuple[tuple[str, _Cell], ...]] = (
    (N_("Link"), _tie),
    (N_("With"), _with),
    (N_("Legal ground"), _gate_text),
    (N_("Verified"), _verified),
    (N_("Until"), _until),
)


def _said(key: str, value: object, lang: Language) -> str:
    """A field value in words."""
    if isinstance(value, Term):
        return value.label(lang)
    if isinstance(value, date):
        return format_date(value, lang)
    if key == "aliases":
        return ", ".join(written_aliases(cast("frozenset[str]", value)))
    if isinstance(value, frozenset):
        words = cast("frozenset[object]", value)
        return ", ".join(sorted(_said(key, one, lang) for one in words))
    return written_hours(str(value), lang) if key == "hours" else str(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundNames:
    """A node found by name; `who` and `rung`: who answers there, if it is a post.

    `alias` and `successor` are those of `NameMatch`.
    """

    id: str
    label: Label
    kind: Term | None
    name: str
    alias: str | None
    place: tuple[str, ...]
    score: float
    successor: names.NameSuccessor | None
    rung: AnswerRole | None
    who: NodeRef | None


def find_names(view: View, text: str, policy: Policy, *, limit: int) -> tuple[FoundNames, ...]:
    """The nodes a text may mean, the most likely first."""
    return tuple(_found(view, one, policy) for one in names.names(view, text, limit=limit))


def _found(view: View, one: names.NameMatch, policy: Policy) -> FoundNames:
    is_post = one.label is Label.ACTOR
    answering = resolve(view, view.row(one.id), policy) if is_post else None
    return FoundNames(
        id=one.id, label=one.label, kind=one.kind, name=one.name, alias=one.alias, place=one.place,
        score=one.score, successor=one.successor,
        rung=answering.rung if answering else None, who=answering.who if answering else None,
    )  # fmt: skip


def show_names(text: str, found: Sequence[FoundNames], lang: Language) -> None:
    """Print a line per node: id, name, kind, place, who answers.

    For an office that has ended, the id is that of its successor, which can be shown.
    """
    if not found:
        nobody = _("None found. Try fewer letters, or a place in Denmark.", lang)
        OUT.print(nobody)
        return
    OUT.print(_('"{text}"', lang, text=text), style="bold")
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("Id", no_wrap=True, overflow="ignore", header_style="dim")
    for heading in (N_("Name"), N_("Kind"), N_("Place"), N_("Who answers")):
        table.add_column(_(heading, lang), overflow="fold", header_style="dim")
    for one in found:
        kind = one.kind.label(lang) if one.kind else one.label.label(lang)
        who = answerer(one.who, one.rung, lang) if one.rung else ""
        node_id = one.successor.id if one.successor else one.id
        table.add_row(node_id, format_name_match(one, lang), kind, " · ".join(one.place), who)
    OUT.print(table)

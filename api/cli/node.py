"""`kontaktvej find` and `kontaktvej show`; resolution of a typed text to one node."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Final, cast

import typer
from babel.dates import get_day_names
from rich.table import Table
from rich.text import Text

from api.cli.console import ERR, OUT, _, language, table_with, write_json
from api.cli.local_store import opened_view
from api.cli.options import (
    NONE_FOUND,
    AsJson,
    Lang,
    NameOrId,
    On,
    Revision,
    date_of,
    option,
    own_kinds_of,
    policy_of,
    search_text,
)
from api.cli.tables import indent
from api.danish_time import danish_now
from api.i18n import N_, language_name
from api.requested_need import RequestedMoment, to_moment
from api.schemas.entities import written_aliases
from api.text.availability import answering_sentence, format_answerer
from api.text.format import (
    format_date,
    format_days,
    in_sentence,
    name_of,
    names_of,
)
from api.text.search import search_answer
from graph.access.view import View
from graph.errors import GraphError, NotFound
from graph.model.base import each_text
from graph.model.opening_hours import DAYS
from graph.own_kinds import NO_OWN_KINDS, SHIPPED_FIELDS, OwnKinds
from graph.paths.answer import NodeRef, Resolution
from graph.paths.answer_terms import AnswerRole
from graph.paths.policy import Policy
from graph.paths.resolve import resolve
from graph.questions import names
from graph.questions.post_states import PostState, post_masks
from graph.questions.speakers import Speakers
from graph.questions.speakers import speakers as find_speakers
from graph.snapshot.field_types import MISSING, class_of, field_types
from graph.vocabulary import Channel, Freshness, Label, Language, LegalGate, LinkType, Term

STARTS: Final = (
    Label.ACTOR, Label.AUTHORITY, Label.NETWORK, Label.PERSON, Label.RESOURCE_INDIVIDUAL,
)  # fmt: skip
GOALS: Final = (
    Label.AREA, Label.ACTOR, Label.NETWORK, Label.AUTHORITY,
    Label.ORGANIZATION, Label.PERSON, Label.RESOURCE_INDIVIDUAL,
)  # fmt: skip
_MANY = 12  # more than a user compares at a glance
_NEAR = 0.85  # all words found, if not in full: close enough to be offered alone


@dataclass(frozen=True, slots=True)
class NodeCandidate:
    """A node a text may mean, as listed; for an office that has ended, with its successor's id."""

    id: str
    label: Label
    name: str
    alias: str | None
    place: tuple[str, ...]
    successor: names.NameSuccessor | None


class NothingNear(NotFound):
    """A text that resembles no name; `is_place`: it may have been meant as a place."""

    def __init__(self, text: str, *, is_place: bool) -> None:
        super().__init__(text)
        self.is_place = is_place

    def text(self, lang: Language) -> str:
        """The typed text, and that places abroad are not included."""
        sentence = NotFound.text(self, lang)
        if not self.is_place:
            return sentence
        return _("{text}. Kontaktvej knows places in Denmark only.", lang, text=sentence)


class Ambiguous(GraphError):
    """A text that fits several nodes, or none exactly but some approximately."""

    def __init__(self, text: str, candidates: Sequence[NodeCandidate], *, is_exact: bool) -> None:
        super().__init__(text)
        self.typed_text, self.is_exact = text, is_exact
        self.candidates, self.has_more = tuple(candidates[:_MANY]), len(candidates) > _MANY

    def text(self, lang: Language) -> str:
        """The typed text, and how to go on; the candidates are listed below it."""
        if self.is_exact:
            return _('"{text}" fits several. Choose an id:', lang, text=self.typed_text)
        return _(
            '"{text}" was not found. Did you mean one of these? Choose an id:', lang,
            text=self.typed_text,
        )  # fmt: skip


def speakers(
    spoken: Annotated[
        str, typer.Argument(help=_("A language code, e.g. so (Somali) or uk (Ukrainian)"))
    ],
    near: Annotated[str, option(_("The place to count from"), "--near")],
    within: Annotated[int, option(_("Maximum distance in kilometers"), "--within")] = 60,
    on: On = None,
    revision: Revision = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Print who speaks a language within so many kilometers of a place, nearest first."""
    text, language_ = search_text("near", near), language(lang)
    with opened_view(on, language_, revision) as view:
        answer = find_speakers(view, spoken, choose(view, text, (Label.AREA,)), within)
    if as_json:
        write_json(answer)
    else:
        OUT.print(_speakers(answer, language_))
    if not answer.found:
        raise typer.Exit(NONE_FOUND)


def _speakers(answer: Speakers, lang: Language) -> Table | str:
    spoken_language, place = language_name(answer.language, lang), name_of(answer.area, lang)
    if not answer.found:
        return _(
            "Nobody within {km} km of {place} is known to speak {language}.", lang,
            km=answer.within_km, place=place, language=spoken_language,
        )  # fmt: skip
    heads = (_("Distance", lang), _("Who", lang), _("Speaks", lang), _("Place", lang))
    table = table_with(heads)
    for speaker in answer.found:
        table.add_row(
            f"{speaker.km} km", name_of(speaker.node, lang), names_of(speaker.people, lang),
            names_of(speaker.areas, lang),
        )  # fmt: skip
    return table


def choose(view: View, text: str, labels: Sequence[Label]) -> str:
    """The id of the one node a text means; `labels` are ordered by preference.

    An id stands for itself. Among several nodes with exactly that name, or else with it as an
    alias, the one of the first label is chosen (a municipality before its office); within one label
    the user must choose. An office that has ended is replaced by its successor.

    Raises:
        Ambiguous: several fit, or none exactly but some approximately.
        NotFound: nothing is similar.
    """
    try:
        view.row(text)
    except NotFound:
        pass
    else:
        return text
    matches = names.names(view, text, labels=labels, limit=_MANY + 1)
    for score in (names.EXACT, names.ALIAS):
        for label in labels:
            same = [match for match in matches if match.score >= score and match.label is label]
            if same:
                return _only(text, same, is_exact=True)
    if not matches:
        raise NothingNear(text, is_place=Label.AREA in labels)
    near = [match for match in matches if match.score >= _NEAR]
    return _only(text, near or matches, is_exact=len(near) > 1)


def _only(text: str, matches: Sequence[names.NameMatch], *, is_exact: bool) -> str:
    candidates: dict[str, NodeCandidate] = {}
    for match in matches:
        candidate = NodeCandidate(
            match.current, match.label, match.name, match.alias, match.place, match.successor
        )
        candidates.setdefault(candidate.id, candidate)
    if len(candidates) == 1 and matches[0].score >= _NEAR:
        return matches[0].current
    raise Ambiguous(text, tuple(candidates.values()), is_exact=is_exact)


def show_candidates(error: Ambiguous, lang: Language) -> None:
    """Print the candidates on standard error, with ids that can be copied in full."""
    from api.text.responses import format_name_match

    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(no_wrap=True, overflow="ignore")
    for _column in ("label", "name", "place"):
        table.add_column(overflow="fold")
    for node in error.candidates:
        name = format_name_match(node, lang)
        table.add_row(f"  {node.id}", node.label.label(lang), name, " · ".join(node.place))
    ERR.print(table)
    if error.has_more:
        ERR.print(_("There are more: type more of the name.", lang))


def find(
    text: Annotated[str, typer.Argument(help=_("A name; spelling mistakes do not matter"))],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=50, help=_("At most"))] = 20,
    on: On = None,
    revision: Revision = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Find a person, post, network, authority or place by name."""
    text, policy, own_kinds = search_text("text", text), policy_of(), own_kinds_of()
    with opened_view(on, language(lang), revision) as view:
        answer = names.search(view, text, limit=limit, own_kinds=own_kinds, lang=language(lang))
        nodes = with_answerers(view, answer.found, policy)
    if as_json:
        write_json(nodes)
    else:
        show_names(text, nodes, language(lang), own_kinds)
    read = search_answer(answer, own_kinds, language(lang))
    understood = [what.subjects[0].label for what in read.what]
    understood += [place.areas[0].name or place.areas[0].id for place in read.where]
    if understood:
        ERR.print(_("Understood as: {words}.", language(lang), words=" · ".join(understood)))
    for remark in read.remarks:
        ERR.print(remark)
    if not nodes:
        raise typer.Exit(NONE_FOUND)


def show(
    text: NameOrId,
    on: On = None,
    revision: Revision = None,
    as_json: AsJson = False,
    lang: Lang = None,
) -> None:
    """Show one node: its fields, who answers there, and its links with their freshness."""
    text, policy, own_kinds = search_text("text", text), policy_of(), own_kinds_of()
    moment = to_moment(danish_now(), date_of("on", on), None)
    with opened_view(moment.on.isoformat(), language(lang), revision) as view:
        row = view.row(choose(view, text, (*GOALS, Label.PLAN)))
        card = node_card(view, row, policy, at=moment.at)
    if as_json:
        write_json(card)
    else:
        show_card(card, language(lang), own_kinds)


_OWN_FIELDS: Final = {field: own for own, field in SHIPPED_FIELDS.items()}
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
    "levels": N_("Prevention level"),
    "meets_every_days": N_("Days between meetings"),
    "competences": N_("Competence"),
    "languages": N_("Languages"),
    "hours": N_("Opening hours"),
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

    `at` is the minute for which it says who answers; None: for the date alone. `is_doubled`: a post
    with more holders than one seat.
    """

    id: str
    label: Label
    name: str | None
    place: tuple[str, ...]
    on: date
    at: datetime | None
    fields: dict[str, Any]
    answering: Resolution | None
    is_doubled: bool
    links: tuple[NodeCardLink, ...]


def node_card(view: View, row: int, policy: Policy, *, at: datetime | None = None) -> NodeCard:
    """The card of a visible node, at a minute of the View's date if one is given."""
    label = view.label(row)
    links = [_card_link(view, link, view.target(link), policy, True) for link in view.out(row)]
    links += [_card_link(view, link, view.source(link), policy, False) for link in view.into(row)]
    return NodeCard(
        id=view.id(row),
        label=label,
        name=view.name(row),
        place=names.place_names(view, row),
        on=view.on,
        at=at,
        fields={
            key: value
            for key, value in view.fields(row).items()
            if key not in ("id", "name", "display_name") and value not in (None, frozenset())
        },
        answering=resolve(view, row, policy, at=at) if label is Label.ACTOR else None,
        is_doubled=bool(post_masks(view)[PostState.DOUBLED][row]),
        links=tuple(sorted(links, key=lambda link: (link.type.code, link.name or "", link.other))),
    )


def _card_link(view: View, link: int, other: int, policy: Policy, is_outward: bool) -> NodeCardLink:
    link_type, label = view.link_type(link), view.label(other)
    answers = resolve(view, other, policy) if label is Label.ACTOR else None
    verified = int(view.links.verified_on[link])
    days = None if verified == MISSING else max(0, view.day - verified)
    has_gate = "gate" in field_types(class_of(link_type))
    return NodeCardLink(
        type=link_type,
        is_outward=is_outward,
        other=view.id(other),
        name=view.name(other),
        rung=answers.rung if answers else None,
        who=answers.who if answers else None,
        channel=view.value(other, "channel") if label is Label.CONTACT_DETAIL else None,
        gate=view.link_value(link, "gate") if has_gate else None,
        days=days,
        freshness=Freshness.of(days) if link_type.use.is_hop else None,
        until=view.link_value(link, "valid_to"),
    )


def show_card(card: NodeCard, lang: Language, own_kinds: OwnKinds = NO_OWN_KINDS) -> None:
    """Print the card; columns that are empty for all links are omitted."""
    heading = Text(card.name or card.id, style="bold")
    OUT.print(heading.append(f"  {card.label.label(lang)}  {card.id}", style="not bold"))
    if card.place:
        OUT.print(" · ".join(card.place))
    if resolution := card.answering:
        moment = RequestedMoment(on=card.on, at=card.at, is_now=card.at is not None)
        channels = ", ".join(channel.label(lang) for channel in resolution.channels)
        now = answering_sentence(resolution, moment, lang).removesuffix(".")
        OUT.print(f"{now}. {channels}" if channels else f"{now}.")
        if resolution.leaves:
            day = format_date(resolution.leaves, lang)
            OUT.print(_("Answers until {day}.", lang, day=day))
        if len(resolution.order) > 1:
            seats = (format_answerer(seat.who, seat.rung, lang) for seat in resolution.order)
            OUT.print(_("Ask in this order: {order}.", lang, order="; ".join(seats)))
        if card.is_doubled:
            OUT.print(_("Doubled: several holders.", lang))
    OUT.print()
    facts = Table(box=None, show_header=False, pad_edge=False)
    for key, heading in FIELD_WORDS.items():
        if key in card.fields:
            text = _field_text(key, card.fields[key], lang)
            if own := each_text(card.fields.get(_OWN_FIELDS.get(key, ""))):
                value: Term | frozenset[Term] = card.fields[key]
                words = value if isinstance(value, frozenset) else frozenset({value})
                text = ", ".join(own_kinds.labels(words, own, lang))
            facts.add_row(_(heading, lang), text)
    OUT.print(facts)
    if not card.links:
        return
    OUT.print()
    rows: list[tuple[str, ...]] = []
    for link in card.links:
        other = link.name or link.other
        if link.channel:
            other = f"{link.channel.label(lang)} {other}"
        elif link.rung:
            other = f"{other}: {format_answerer(link.who, link.rung, lang)}"
        verified = link.freshness.label(lang) if link.freshness else ""
        if link.freshness and link.days is not None:
            ago = _("{days} ago", lang, days=format_days(link.days, lang))
            verified = f"{ago}, {in_sentence(verified)}"
        rows.append(
            (f"{'→' if link.is_outward else '←'} {link.type.label(lang)}", other,
             link.gate.label(lang) if link.gate else "", verified,
             format_date(link.until, lang) if link.until else "")
        )  # fmt: skip
    columns = [
        (_(heading, lang), cells)
        for heading, cells in zip(_COLUMNS, zip(*rows, strict=True), strict=True)
        if any(cells)
    ]
    table = table_with(heading for heading, _cells in columns)
    for row in zip(*(cells for _heading, cells in columns), strict=True):
        table.add_row(*row)
    OUT.print(table)


_COLUMNS: Final = (N_("Link"), N_("With"), N_("Legal ground"), N_("Checked"), N_("Until"))


def _field_text(key: str, value: object, lang: Language) -> str:
    if isinstance(value, Term):
        return value.label(lang)
    if isinstance(value, date):
        return format_date(value, lang)
    if key == "aliases":
        return ", ".join(written_aliases(cast("frozenset[str]", value)))
    if isinstance(value, frozenset):
        members = cast("frozenset[object]", value)
        return ", ".join(sorted(_field_text(key, member, lang) for member in members))
    if key != "hours":
        return str(value)
    if value == "00:00-24:00":
        return _("always", lang)
    hours = str(value)  # as `MO-FR 09:00-15:00`
    names = get_day_names("abbreviated", locale=lang)
    for number, code in enumerate(DAYS):
        hours = hours.replace(code, names[number][:3])
    return hours


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundNames:
    """A node found by name; `who` and `rung`: who answers there, if it is a post.

    `alias` and `successor` are those of `NameMatch`.
    """

    id: str
    label: Label
    kind: Term | None
    own_kind: str | None
    name: str
    alias: str | None
    place: tuple[str, ...]
    score: float
    successor: names.NameSuccessor | None
    rung: AnswerRole | None
    who: NodeRef | None


def with_answerers(
    view: View, matches: Iterable[names.NameMatch], policy: Policy
) -> tuple[FoundNames, ...]:
    """The nodes found, a post with who answers there."""

    def with_answerer(match: names.NameMatch) -> FoundNames:
        is_post = match.label is Label.ACTOR
        answers = resolve(view, view.row(match.id), policy) if is_post else None
        return FoundNames(
            id=match.id, label=match.label, kind=match.kind, own_kind=match.own_kind,
            name=match.name, alias=match.alias, place=match.place,
            score=match.score, successor=match.successor, rung=answers.rung if answers else None,
            who=answers.who if answers else None,
        )  # fmt: skip

    return tuple(map(with_answerer, matches))


def show_names(
    text: str, nodes: Sequence[FoundNames], lang: Language, own_kinds: OwnKinds = NO_OWN_KINDS
) -> None:
    """Print each node: its name and id, below them its kind and place, and who answers.

    An id is never broken, so that it can be copied. For an office that has ended, it is that of its
    successor, which can be shown.
    """
    from api.text.responses import format_name_match

    if not nodes:
        OUT.print(_("None found. Try fewer letters, or a place in Denmark.", lang))
        return
    OUT.print(_('"{text}"', lang, text=text), style="bold")
    for node in nodes:
        kind = (
            own_kinds.label(node.kind, node.own_kind, lang) if node.kind else node.label.label(lang)
        )
        node_id = node.successor.id if node.successor else node.id
        name = Text.assemble(format_name_match(node, lang), "  ", (node_id, "dim"))
        OUT.print(name, soft_wrap=True)
        OUT.print(indent(" · ".join((kind, *node.place))))
        if node.rung:
            who = format_answerer(node.who, node.rung, lang)
            OUT.print(indent(_("Answers: {who}", lang, who=who)))

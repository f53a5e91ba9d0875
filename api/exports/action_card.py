"""Action card (PDF): the contact, the path to it, local coordinators, and the public lines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final, TypedDict
from urllib.parse import urlencode

from api.exports.contacts import (
    ContactSelection,
    DistrictSelection,
    ReachableContact,
    Uncover,
    card_request,
    people,
    ways,
)
from api.exports.request import ContactsExport, ExportFile
from api.i18n import _
from api.schemas.exports import AskedContacts
from api.text.contacts import (
    acute_title,
    direct,
    direct_sentences,
    duty_line_sentence,
    inform_heading,
)
from api.text.format import format_check, format_date, format_hours, name_of
from api.text.paths import note, numbered_on, summary, whole_summary
from graph.access.view import View
from graph.exchange.action_card import (
    VALID,
    Card,
    CardRow,
    CardText,
    action_card,
    action_cards,
    valid_until,
)
from graph.exchange.provenance import Provenance
from graph.paths.answer import Hop, Stop
from graph.questions.entities import details_of
from graph.questions.post_states import check_of
from graph.vocabulary import Label, Language, LegalGate

_LEFT_OUT: Final = frozenset({"on", "at", "max_hops", "max_paths", "overlap_percent"})


def build(
    view: View,
    selection: ContactSelection | DistrictSelection,
    order: ContactsExport,
    stamp: Provenance,
    uncover: Uncover,
    *,
    screens_url: str,
) -> ExportFile:
    """The action card, or those of a district, each with the address of its path."""
    lang, request = order.lang, order.asked
    printed = stamp.made_at.date()
    day, until = format_date(printed, lang), format_date(valid_until(printed), lang)
    valid = _("Printed {day}. Valid until {until}.", lang, day=day, until=until)
    stamped = replace(stamp, losses=selection.losses)
    if isinstance(selection, DistrictSelection):
        cards = [
            _card(view, card, order.counted, lang, uncover,
                  link=link_of(screens_url, card_request(request, town.id)))
            for town, card in zip(selection.towns, selection.cards, strict=True)
        ]  # fmt: skip
        title = _("Action cards: {place}", lang, place=name_of(selection.district, lang))
        content = action_cards(cards, title, stamped, lang, valid)
    else:
        link = link_of(screens_url, request)
        card = _card(view, selection, order.counted, lang, uncover, link=link)
        content = action_card(card, stamped, lang, valid)
    return ExportFile(content=content, rows=selection.rows, people=people(view, selection))


def _card(
    view: View,
    selection: ContactSelection,
    allowed: Sequence[str],
    lang: Language,
    uncover: Uncover,
    *,
    link: str,
) -> Card:
    """One card in words; `link` is the address of the path."""
    rows = _RowBuilder(view, allowed, lang, uncover)
    posts = {contact.post: contact for contact in selection.posts}
    end = selection.legs[-1].stops[-1].node if selection.legs else None
    place = selection.place or (
        selection.contact.stop.node if selection.contact is not None else end
    )
    if selection.acute is not None:
        outline = duty_line_sentence(selection.acute, lang)
    elif selection.whole is not None:
        outline = whole_summary(selection.whole, lang)
    elif selection.legs:
        outline = summary(selection.legs[-1], selection.moment, lang)
    elif selection.contact is None and place is not None:
        outline = _("There is no path to {goal} on these terms.", lang, goal=name_of(place, lang))
    else:
        outline = ""
    sentences: list[str] = []
    if selection.contact is not None and selection.contact.direct is not None:
        allowance = selection.contact.direct
        sentences.append(direct(allowance, selection.contact.stop.node, lang))
        sentences += direct_sentences(allowance, lang)
    notes = dict.fromkeys(
        note(leg_note, leg, lang, before=before)
        for leg, before in numbered_on(selection.legs)
        for leg_note in leg.notes
    )
    where = _("Denmark", lang) if place is None else name_of(place, lang)
    others = tuple(rows.coordinator(contact) for contact in selection.coordinators)
    return Card(
        title=_("Action card: {place}", lang, place=where),
        danger=acute_title(lang),
        summary=outline,
        contact=rows.contact(selection, posts),
        direct=tuple(sentences),
        inform=others if selection.acute else (),
        inform_head=inform_heading(lang),
        steps=tuple(rows.steps(selection, posts)),
        steps_head=_steps_heading(selection, lang),
        coordinators=() if selection.acute else others,
        numbers=tuple(rows.number(row) for row in selection.lines),
        notes=tuple(notes),
        link=link,
    )


def _steps_heading(selection: ContactSelection, lang: Language) -> str:
    """The heading above the path, which is the second choice where a direct call is allowed."""
    if selection.contact is not None and selection.contact.direct is not None:
        return _("Or through, in this order", lang)
    return _("Contact in this order", lang)


def link_of(screens_url: str, request: AskedContacts) -> str:
    """The address of the answer in the explorer, with the fields of the need as parameters."""
    need = {} if request.need is None else request.need.model_dump(exclude_defaults=True)
    parameters = {
        name: value for name, value in need.items() if name not in _LEFT_OUT and value is not None
    }
    is_path = request.contact is None
    result = {"answer": request.answer} if is_path else {"contact": request.contact}
    query = urlencode({**parameters, "stops": request.stops, **result}, doseq=True)
    return f"{screens_url}?{query}"


class _ContactFields(TypedDict):
    changes: str | None
    hours: str | None
    ways: tuple[CardText, ...]


class _RowBuilder:
    """Builds the rows of the card: posts in words, with their details in clear."""

    def __init__(
        self, view: View, allowed: Sequence[str], lang: Language, uncover: Uncover
    ) -> None:
        self._view, self._allowed, self._uncover = view, allowed, uncover
        self._lang: Language = lang

    def contact(
        self, selection: ContactSelection, posts: Mapping[str, ReachableContact]
    ) -> CardRow | None:
        """The row of the contact at the top of the card: who answers, and by what number."""
        if selection.acute is not None:
            return self.coordinator(selection.posts[0]) if selection.posts else None
        if selection.contact is None:
            return None
        stop = selection.contact.stop
        post = None if stop.resolution is None else posts[stop.resolution.post.id]
        hop = selection.legs[-1].hops[-1] if selection.legs else None
        return CardRow(
            place="",
            name=name_of(stop.node, self._lang),
            answers=self._answers(stop, post, hop),
            gate=None,
            checked=None,
            **self._contact_fields(post),
        )

    def steps(
        self, selection: ContactSelection, posts: Mapping[str, ReachableContact]
    ) -> Iterator[CardRow]:
        """A row for each stop after the start, numbered across legs.

        The number of the contact is left out here, since the row at the top has it.
        """
        hops = [hop for leg in selection.legs for hop in leg.hops]
        stops = [stop for leg in selection.legs for stop in leg.stops[1:]]
        for place, (hop, stop) in enumerate(zip(hops, stops, strict=True), 1):
            is_above = selection.contact is not None and place == len(stops)
            post = None if stop.resolution is None else posts[stop.resolution.post.id]
            facts = hop.facts
            gate = None if facts.gate is None else facts.gate.label(self._lang)
            if facts.gate is LegalGate.CONSENT and facts.until is not None:
                day = format_date(facts.until, self._lang)
                gate = _("{what} until {day}", self._lang, what=gate, day=day)
            yield CardRow(
                place=str(place),
                name=name_of(stop.node, self._lang),
                answers=_("See above.", self._lang) if is_above else self._answers(stop, post, hop),
                gate=gate,
                checked=format_check(facts.verified_on, facts.freshness, self._lang),
                **self._contact_fields(None if is_above else post),
            )

    def coordinator(self, contact: ReachableContact) -> CardRow:
        """A row for a coordinator, who is not a step of the path."""
        check = check_of(self._view, contact.row)
        return CardRow(
            place="–",
            name=self._view.name(contact.row) or contact.post,
            answers=contact.answers(self._lang),
            gate=None,
            checked=None if check is None else format_check(check.on, check.freshness, self._lang),
            **self._contact_fields(contact),
        )

    def number(self, row: int) -> CardText:
        """The name, hours and number of a public line."""
        details = details_of(self._view, row)
        values = [self._uncover(detail.id) for detail in details if detail.is_public]
        name, hours = self._view.name(row), self._view.value(row, "hours")
        when = [] if hours is None else [format_hours(hours, self._lang)]
        return CardText(
            channel=", ".join([name or self._view.id(row), *when]), value=", ".join(values)
        )

    def _answers(self, stop: Stop, post: ReachableContact | None, hop: Hop | None) -> str | None:
        """Who answers; for a network also the post, for a civilian the door opener."""
        if stop.label is Label.RESOURCE_INDIVIDUAL:
            # The door opener of a civilian, whose number is never shown.
            notice = _("The number is not shown.", self._lang)
            if hop is None:
                return notice
            through = _("Through {name}.", self._lang, name=name_of(hop.source, self._lang))
            return f"{through} {notice}"
        if post is None:
            return None
        now = post.answers(self._lang)
        if stop.label is not Label.NETWORK:
            return now
        return f"{name_of(post.resolution.post, self._lang)}. {now}"

    def _contact_fields(self, post: ReachableContact | None) -> _ContactFields:
        """When another person answers, within the validity of the card; hours and details.

        The hours are those of the post that answers, which may be another one in its place.
        """
        if post is None:
            return {"changes": None, "hours": None, "ways": ()}
        until, who = post.resolution.until, post.resolution.who
        changes = None
        if until is not None and until <= self._view.on + VALID:
            changes = _("Changes on {day}.", self._lang, day=format_date(until, self._lang))
        row = None if who is None else self._view.find(who.id)
        if row is None or self._view.label(row) is not Label.ACTOR:
            row = post.row
        hours: str | None = self._view.value(row, "hours")
        return {
            "changes": changes,
            "hours": None if hours is None else format_hours(hours, self._lang),
            "ways": tuple(
                CardText(channel=way.channel.label(self._lang), value=way.value)
                for way in ways(post, self._allowed, self._uncover)
            ),
        }

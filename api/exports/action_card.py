"""Action card (PDF): the contact, the path to it, local coordinators, and the public lines."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final, TypedDict
from urllib.parse import urlencode

from api.exports.contacts import ContactSelection, ReachableContact, Uncover, people, ways
from api.exports.request import ExportFile
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
from graph.exchange.action_card import VALID, Card, CardRow, CardText, action_card, valid_until
from graph.exchange.provenance import Provenance
from graph.paths.answer import Hop, NodeRef, Stop
from graph.questions.entities import details_of
from graph.questions.post_states import check_of
from graph.vocabulary import Label, Language, LegalGate

_LEFT_OUT: Final = frozenset({"on", "at", "max_hops", "max_paths", "overlap_percent"})


def build(
    view: View,
    those: ContactSelection,
    allowed: Sequence[str],
    stamp: Provenance,
    lang: Language,
    uncover: Uncover,
    *,
    link: str,
) -> ExportFile:
    """The action card; `link` is the address of the path in the explorer."""
    told = _Teller(view, allowed, lang, uncover)
    posts = {one.post: one for one in those.posts}
    notes = dict.fromkeys(
        note(one, leg, lang, before=before)
        for leg, before in numbered_on(those.legs)
        for one in leg.notes
    )
    others = tuple(told.coordinator(one) for one in those.coordinators)
    card = Card(
        title=f"Action card: {_title(those, lang)}",
        danger=acute_title(lang),
        summary=_summary(those, lang),
        contact=told.contact(those, posts),
        direct=tuple(_direct(those, lang)),
        inform=others if those.acute else (),
        inform_head=inform_heading(lang),
        steps=tuple(told.steps(those, posts)),
        coordinators=() if those.acute else others,
        numbers=tuple(told.number(row) for row in those.lines),
        notes=tuple(notes),
        link=link,
    )
    printed = stamp.made_at.date()
    stamped = replace(stamp, losses=those.losses)
    return ExportFile(
        content=action_card(card, stamped, lang, _valid(printed, lang)),
        rows=those.rows,
        people=people(view, those),
    )


def link_of(screens_url: str, asked: AskedContacts) -> str:
    """The address of the answer in the explorer, with the fields of the need as parameters."""
    need = {} if asked.need is None else asked.need.model_dump(exclude_defaults=True)
    given = {
        name: value for name, value in need.items() if name not in _LEFT_OUT and value is not None
    }
    shown = {"answer": asked.answer} if asked.contact is None else {"contact": asked.contact}
    return f"{screens_url}?{urlencode({**given, 'stops': asked.stops, **shown}, doseq=True)}"


def _title(those: ContactSelection, lang: Language) -> str:
    """The place, otherwise the node at the end of the path."""
    if those.place is not None:
        return name_of(those.place, lang)
    if those.contact is not None:
        return name_of(those.contact.stop.node, lang)
    return name_of(those.legs[-1].stops[-1].node, lang) if those.legs else "Danmark"


def _summary(those: ContactSelection, lang: Language) -> str:
    """The summary of the path; in acute danger the duty line of the place."""
    if those.acute is not None:
        return duty_line_sentence(those.acute, lang)
    if those.whole is not None:
        return whole_summary(those.whole, lang)
    return summary(those.legs[-1], those.moment, lang) if those.legs else ""


def _direct(those: ContactSelection, lang: Language) -> Iterator[str]:
    """The sentences that the contact may be called directly, and what to observe."""
    contact = those.contact
    if contact is not None and contact.direct is not None:
        yield direct(contact.direct, contact.stop.node, lang)
        yield from direct_sentences(contact.direct, lang)


def _valid(printed: date, lang: Language) -> str:
    day = format_date(printed, lang)
    until = format_date(valid_until(printed), lang)
    return _("Printed {day}. Valid until {until}.", lang, day=day, until=until)


class _Reaching(TypedDict):
    changes: str | None
    hours: str | None
    ways: tuple[CardText, ...]


class _Teller:
    """Builds the rows of the card: posts in words, with their details in clear."""

    def __init__(
        self, view: View, allowed: Sequence[str], lang: Language, uncover: Uncover
    ) -> None:
        self._view, self._allowed, self._uncover = view, allowed, uncover
        self._lang: Language = lang

    def contact(
        self, those: ContactSelection, posts: Mapping[str, ReachableContact]
    ) -> CardRow | None:
        """The row of the contact at the top of the card: who answers, and by what number."""
        if those.acute is not None:
            return self.coordinator(those.posts[0]) if those.posts else None
        if those.contact is None:
            return None
        stop = those.contact.stop
        post = None if stop.resolution is None else posts[stop.resolution.post.id]
        hop = those.legs[-1].hops[-1] if those.legs else None
        return CardRow(
            place="",
            name=name_of(stop.node, self._lang),
            answers=self._answers(stop, post, hop),
            gate=None,
            checked=None,
            **self._reached(post),
        )

    def steps(
        self, those: ContactSelection, posts: Mapping[str, ReachableContact]
    ) -> Iterator[CardRow]:
        """A row for each stop after the start, numbered across legs.

        The number of the contact is left out here, since the row at the top has it.
        """
        hops = [hop for leg in those.legs for hop in leg.hops]
        stops = [stop for leg in those.legs for stop in leg.stops[1:]]
        for place, (hop, stop) in enumerate(zip(hops, stops, strict=True), 1):
            is_above = those.contact is not None and place == len(stops)
            post = None if stop.resolution is None else posts[stop.resolution.post.id]
            yield CardRow(
                place=str(place),
                name=name_of(stop.node, self._lang),
                answers=_("See above.", self._lang) if is_above else self._answers(stop, post, hop),
                gate=self._gate(hop),
                checked=format_check(hop.facts.verified_on, hop.facts.freshness, self._lang),
                **self._reached(None if is_above else post),
            )

    def coordinator(self, one: ReachableContact) -> CardRow:
        """A row for a coordinator, who is not a step of the path."""
        check = check_of(self._view, one.row)
        return CardRow(
            place="–",
            name=self._view.name(one.row) or one.post,
            answers=one.answers(self._lang),
            gate=None,
            checked=None if check is None else format_check(check.on, check.freshness, self._lang),
            **self._reached(one),
        )

    def number(self, row: int) -> CardText:
        """The name, hours and number of a public line."""
        values = [
            self._uncover(one.id) for one in details_of(self._view, row) if one.is_public
        ]  # fmt: skip
        name, hours = self._view.name(row), self._view.value(row, "hours")
        when = [] if hours is None else [format_hours(hours, self._lang)]
        return CardText(
            channel=", ".join([name or self._view.id(row), *when]), value=", ".join(values)
        )

    def _gate(self, hop: Hop) -> str | None:
        """The legal ground; for a consent with the day on which it ends."""
        gate, until = hop.facts.gate, hop.facts.until
        if gate is not LegalGate.CONSENT or until is None:
            return None if gate is None else gate.label(self._lang)
        day = format_date(until, self._lang)
        return _("{what} until {day}", self._lang, what=gate.label(self._lang), day=day)

    def _answers(self, stop: Stop, post: ReachableContact | None, hop: Hop | None) -> str | None:
        """Who answers; for a network also the post, for a civilian the door opener."""
        if stop.label is Label.RESOURCE_INDIVIDUAL:
            # The door opener of a civilian, whose number is never shown.
            hidden = _("The number is not shown.", self._lang)
            if hop is None:
                return hidden
            through = _("Through {name}.", self._lang, name=name_of(hop.source, self._lang))
            return f"{through} {hidden}"
        if post is None:
            return None
        now = post.answers(self._lang)
        if stop.label is not Label.NETWORK:
            return now
        return f"{name_of(post.resolution.post, self._lang)}. {now}"

    def _reached(self, post: ReachableContact | None) -> _Reaching:
        if post is None:
            return {"changes": None, "hours": None, "ways": ()}
        told = ways(post, self._allowed, self._uncover)
        return {
            "changes": self._changes(post.resolution.until),
            "hours": self._hours(post),
            "ways": tuple(CardText(channel=one.channel.label(self._lang), value=one.value)
                          for one in told),
        }  # fmt: skip

    def _changes(self, until: date | None) -> str | None:
        """The date on which another person answers, if it is within the validity of the card."""
        if until is None or until > self._view.on + VALID:
            return None
        return _("Changes on {day}.", self._lang, day=format_date(until, self._lang))

    def _hours(self, post: ReachableContact) -> str | None:
        """The hours of the post, or those of a post that answers in its place."""
        who: NodeRef | None = post.resolution.who
        row = None if who is None else self._view.find(who.id)
        if row is None or self._view.label(row) is not Label.ACTOR:
            row = post.row
        hours: str | None = self._view.value(row, "hours")
        return None if hours is None else format_hours(hours, self._lang)

"""Review dates as a calendar: when each post and link must be checked next, and plans are due.

A post is due after its own interval, a link after the time for which a check is fresh; an element
that was never checked is due on the date of the structure. A link that its post answers for has no
entry of its own besides that of the post.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from functools import partial
from typing import Any, Final

from graph.exchange.loss_report import ExportLoss, LossKind, nonzero_losses
from graph.exchange.provenance import Provenance
from graph.exchange.selection import ExportSelection
from graph.exchange.structure_format import StructureFormat
from graph.questions.entities import Entity, LinkCard
from graph.questions.post_states import OF_POST, LastCheck
from graph.vocabulary import FRESH_DAYS, Label, Language, LinkType

_WORDS: Final[dict[Language, tuple[str, str, str, str]]] = {
    "da": ("Kontrollér", "Revidér", "sidst kontrolleret", "aldrig kontrolleret"),
    "en": ("Check", "Revise", "last checked", "never checked"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Review:
    """An element that must be checked or revised on a date; `check`: the last one, if any."""

    id: str
    what: str
    on: date
    is_plan: bool = False
    check: LastCheck | None = None


def calendar(selection: ExportSelection, stamp: Provenance, lang: Language) -> bytes:
    """Return a calendar with an all-day event for each date, without an alarm."""
    from icalendar import Calendar, Event  # a tenth of a second, imported on demand

    check, revise, last, never = _WORDS[lang]
    book: Any = Calendar()
    book.add("prodid", "-//Kontaktvej//DA")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", f"Kontaktvej {stamp.number}")
    book.add("x-wr-caldesc", stamp.sentence(lang))
    for review in _reviews(selection, stamp.on, lang):
        event: Any = Event()
        event.add("uid", f"{review.id}@kontaktvej")
        event.add("dtstamp", stamp.made_at.astimezone(UTC))
        event.add("dtstart", review.on)
        event.add("dtend", review.on + timedelta(days=1))
        event.add("summary", f"{revise if review.is_plan else check}: {review.what}")
        if review.check is not None:
            on = review.check.on
            event.add("description", never if on is None else f"{last} {on.isoformat()}")
        event.add("transp", "TRANSPARENT")
        book.add_component(event)
    content: bytes = book.to_ical()
    return content


def calendar_losses(selection: ExportSelection) -> tuple[ExportLoss, ...]:
    """Return the nodes and links without a date on which they must be checked."""
    nodes = sum(not _is_dated(node) for node in selection.nodes)
    links = selection.link_count - sum(1 for _ in _own_links(selection))
    return nonzero_losses((LossKind.NODES, nodes), (LossKind.LINKS, links))


def _is_dated(node: Entity) -> bool:
    return "due_on" in node.fields or (node.label is Label.ACTOR and node.check is not None)


def _own_links(selection: ExportSelection) -> Iterator[LinkCard]:
    """The links that are checked separately: not those that a post in the selection answers for."""
    posts = {node.id for node in selection.nodes if node.label is Label.ACTOR and node.check}
    types: defaultdict[str, set[LinkType]] = defaultdict(set)
    for link in selection.links:
        types[link.source.id].add(link.type)
    answered = {
        post: next((group for group in OF_POST if not types[post].isdisjoint(group)), ())
        for post in posts
    }
    for link in selection.links:
        if link.check is not None and link.type not in answered.get(link.source.id, ()):
            yield link


def _reviews(selection: ExportSelection, today: date, lang: Language) -> Iterator[_Review]:
    for node in filter(_is_dated, selection.nodes):
        review = partial(_Review, id=node.id, what=node.name or node.id)
        if node.check is None:
            yield review(on=node.fields["due_on"], is_plan=True)
        else:
            days: int = node.fields.get("review_every_days", FRESH_DAYS)
            yield review(on=_next(node.check, days, today), check=node.check)
    for link in _own_links(selection):
        source, target = link.source.name or link.source.id, link.target.name or link.target.id
        yield _Review(
            id=link.id, what=f"{source} {link.type.label(lang)} {target}",
            on=_next(link.check, FRESH_DAYS, today), check=link.check,
        )  # fmt: skip


def _next(check: LastCheck | None, days: int, today: date) -> date:
    """The first day on which a check is due again."""
    if check is None or check.on is None:
        return today
    return check.on + timedelta(days=days + 1)


FORMATS: Final = (
    StructureFormat(
        id="ICALENDAR", label_da="Kalender: kontrolfrister", label_en="Calendar: dates of checks",
        suffix="ics", media_type="text/calendar; charset=utf-8",
        write=calendar, losses=calendar_losses,
        rows=lambda selection: sum(map(_is_dated, selection.nodes))
        + sum(1 for _ in _own_links(selection)),
    ),
)  # fmt: skip

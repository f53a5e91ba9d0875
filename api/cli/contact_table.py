"""A contact on the terminal: who it is, who answers when, whether one may call, and its ways."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from api.cli.console import table_with
from api.cli.language import said
from api.cli.tables import hop_parts, indented
from api.cli.told_path import PathText
from api.text.availability import answering
from api.text.contacts import (
    acute_title,
    contact_title,
    direct,
    direct_sentences,
    duty_line_sentence,
    inform_heading,
    local_title,
    you,
)
from api.text.format import format_chance, format_path_count, in_sentence, name_of
from api.text.no_path import account
from api.text.paths import difference, fewer_sentence, summary
from graph.paths.answer import AcuteCard, Contact, LocalDesk, LocalPost, Path, Resolution
from graph.vocabulary import Language

_DEEPER: Final = 6
_HEADS: Final = (("Hvem", "Who"), ("Svarer", "Answers"), ("Må jeg ringe?", "May I call?"))


def contact_parts(contact: Contact, told: PathText, lang: Language) -> Iterator[RenderableType]:
    """A contact, part by part; where a call is all that is needed its ways are one line."""
    title = contact_title(contact, told.answer, told.policy, lang)
    yield Text(f"{contact.number}  {title}", style="bold")
    if contact.is_you:
        yield indented(you(contact, lang) or "")
        return
    if contact.stop.resolution is not None:
        yield from _answers(contact.stop.resolution, told, lang)
    is_enough = contact.direct is not None and contact.direct.covers_need
    if is_enough:
        yield from _direct(contact, lang)
    if is_enough and not told.is_explained:
        yield from _folded(contact, lang)
        return
    for path in contact.ways:
        yield from _way(path, contact, told, lang)
    yield from _without_way(contact, told, lang)
    if not is_enough:
        yield from _direct(contact, lang)


def _answers(resolution: Resolution, told: PathText, lang: Language) -> Iterator[RenderableType]:
    """Who answers, and by what means."""
    yield indented(f"{answering(resolution, told.moment, lang)}.")
    if resolution.channels:
        channels = ", ".join(in_sentence(one.label(lang)) for one in resolution.channels)
        yield indented(said(f"Kan nås på: {channels}.", f"Reached by: {channels}.", lang))


def _direct(contact: Contact, lang: Language) -> Iterator[RenderableType]:
    if contact.direct is not None:
        sentences = (
            direct(contact.direct, contact.stop.node, lang), *direct_sentences(contact.direct, lang)
        )  # fmt: skip
        yield indented(" ".join(sentences))


# ---- its ways


def _folded(contact: Contact, lang: Language) -> Iterator[RenderableType]:
    """`eller gennem: A → B`; how many more ways there are."""
    if not contact.ways:
        return
    best, *others = contact.ways
    between = " → ".join(name_of(stop.node, lang) for stop in best.stops[1:-1])
    if not between:
        return
    line = said(f"eller gennem: {between}", f"or through: {between}", lang)
    if others:
        more = format_path_count(len(others), lang)
        line += said(f" (og {more} til: --explain)", f" (and {more} more: --explain)", lang)
    yield Padding(Text(line, style="dim"), (0, 0, 0, 3), expand=False)


def _way(path: Path, contact: Contact, told: PathText, lang: Language) -> Iterator[RenderableType]:
    head = said("Vej", "Path", lang)
    told_in_line = f"{summary(path, told.moment, lang)} {format_chance(path.chance, lang)}"
    yield indented(f"{head} {path.number}: {told_in_line}")
    is_explained = told.is_explained
    yield from hop_parts(path, told.moment, lang, is_explained=is_explained, by=_DEEPER)
    if is_explained and path is not contact.ways[0]:
        yield indented(difference(path, contact.ways[0], lang), by=_DEEPER)


def _without_way(contact: Contact, told: PathText, lang: Language) -> Iterator[RenderableType]:
    """Why no way leads there; else why there are no more."""
    if contact.none is not None:
        goal = name_of(contact.stop.node, lang)
        yield indented(" ".join(account(contact.none, told.answer, goal, lang)))
    elif contact.fewer is not None:
        yield Padding(
            Text(fewer_sentence(contact.fewer, lang), style="dim"), (0, 0, 0, 3), expand=False
        )


# ---- the place


def local_parts(desk: LocalDesk, told: PathText, lang: Language) -> Iterator[RenderableType]:
    """The standing posts of a place, and whether they may be called."""
    yield Text(local_title(desk, lang), style="bold")
    yield Padding(_posts(desk.posts, told, lang), (0, 0, 0, 3), expand=False)


def acute_parts(card: AcuteCard, told: PathText, lang: Language) -> Iterator[RenderableType]:
    """Whom to call in acute danger; nothing to choose."""
    yield Text(acute_title(lang), style="bold")
    yield Text(duty_line_sentence(card, lang))
    if card.duty_line is not None:
        yield from _answers(card.duty_line.resolution, told, lang)
    if card.inform:
        yield Text(inform_heading(lang))
        yield Padding(_posts(card.inform, told, lang), (0, 0, 0, 3), expand=False)


def _posts(posts: Sequence[LocalPost], told: PathText, lang: Language) -> Table:
    """A row for each post: who answers, and whether it may be called."""
    table = table_with(said(danish, english, lang) for danish, english in _HEADS)
    for one in posts:
        answers = answering(one.resolution, told.moment, lang, is_covered=False)
        cells = [name_of(one.post, lang), answers]
        table.add_row(*cells, _may(one, lang))
    return table


def _may(one: LocalPost, lang: Language) -> str:
    if (own := you(one, lang)) is not None:
        return own
    if one.direct is not None:
        return one.direct.ground.label(lang)
    return said("Gennem en vej", "By a path", lang) if one.resolution.rung.is_open else "–"

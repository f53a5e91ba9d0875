"""A path as a table of contacts, with an account of every hop if asked, and what to note of it."""

from collections.abc import Iterator
from datetime import date

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from api.difference_words import path_account
from api.explain_words import hop_account, hop_title
from api.path_words import answering, hop_reason, note
from api.terminal.language import said
from api.written import name_of
from graph.questions.paths.answer import Hop, Path, Stop
from graph.questions.paths.words import NoteKind
from graph.vocabulary import Freshness, Language


def hop_parts(
    path: Path, lang: Language, on: date, *, is_explained: bool, before: int = 0
) -> Iterator[RenderableType]:
    """The stops in order with who answers and why each hop; its accounts; its notes.

    `before`: how many hops were counted before this path's.
    """
    yield Padding(_table(path, lang, on, before), (0, 0, 0, 3), expand=False)
    if is_explained:
        yield from _account(path, lang, on, before)
    for one in path.notes:
        if not (is_explained and one.kind is NoteKind.SECTION_115):  # its hops tell it
            yield indented(note(one, path, lang, before=before))


def _table(path: Path, lang: Language, on: date, before: int) -> Table:
    table = Table(show_edge=False, pad_edge=False, box=None, padding=(0, 2, 0, 0))
    for heading in _HEADINGS[lang]:
        table.add_column(heading, overflow="fold", header_style="dim")
    table.add_row(str(before), *_stop(path.stops[0], lang, on), "")
    for number, (hop, stop) in enumerate(_hops(path), before + 1):
        table.add_row(str(number), *_stop(stop, lang, on), _why(hop, lang, on))
    return table


def _account(path: Path, lang: Language, on: date, before: int) -> Iterator[RenderableType]:
    """Each hop in full, then the path as a whole."""
    for number, (hop, stop) in enumerate(_hops(path), before + 1):
        yield indented(hop_title(hop, number, lang))
        for line in hop_account(hop, stop, lang, on):
            yield indented(line, by=5)
    yield indented(path_account(path, lang, on, before=before))


def _hops(path: Path) -> Iterator[tuple[Hop, Stop]]:
    """Each hop with the stop it leads to."""
    return zip(path.hops, path.stops[1:], strict=True)


def indented(line: str, by: int = 3) -> Padding:
    """A line under the headline of its path."""
    return Padding(Text(line), (0, 0, 0, by), expand=False)


_HEADINGS: dict[Language, tuple[str, ...]] = {
    "da": ("", "Kontakt", "Svarer nu", "Hvorfor dette led"),
    "en": ("", "Contact", "Answers now", "Why this hop"),
}


def _stop(stop: Stop, lang: Language, on: date) -> tuple[str, str]:
    where = f"{name_of(stop.node, lang)} ({stop.tier.label(lang).lower()})"
    if stop.resolution is None:
        return where, ""
    who = answering(stop.resolution, lang, on=on)
    channels = ", ".join(channel.label(lang) for channel in stop.resolution.channels)
    told = who.removeprefix(said("Svarer nu: ", "Answers now: ", lang))
    return where, f"{told.removesuffix('.')}. {channels}" if channels else told


def _why(hop: Hop, lang: Language, on: date) -> str:
    """The reason for a hop; that it was checked too long ago is said in words."""
    reason, freshness = hop_reason(hop, lang, on), hop.facts.freshness
    if freshness in (Freshness.FRESH, Freshness.NEVER):  # the reason says "never" itself
        return reason
    return f"{reason} ({freshness.label(lang).lower()})"

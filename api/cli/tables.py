"""A path as a table of contacts, with an account of every hop if asked, and what to note of it."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from api.cli.console import table_with
from api.requested_need import RequestedMoment
from api.text.availability import answering
from api.text.format import name_of
from api.text.hops import hop_account, hop_title
from api.text.paths import hop_reason, note, path_account
from graph.paths.answer import Hop, Path, Stop
from graph.paths.answer_terms import NoteKind
from graph.vocabulary import Freshness, Language


def hop_parts(
    path: Path,
    moment: RequestedMoment,
    lang: Language,
    *,
    is_explained: bool,
    before: int = 0,
    by: int = 3,
) -> Iterator[RenderableType]:
    """The stops in order with who answers and why each hop; its accounts; its notes.

    `before`: how many hops were counted before this path's. `by`: how far it is indented.
    """
    yield Padding(_table(path, moment, lang, before), (0, 0, 0, by), expand=False)
    if is_explained:
        yield from _account(path, moment, lang, before, by)
    for one in path.notes:
        if not (is_explained and one.kind is NoteKind.SECTION_115):  # its hops tell it
            yield indented(note(one, path, lang, before=before), by=by)


def _table(path: Path, moment: RequestedMoment, lang: Language, before: int) -> Table:
    table = table_with(_HEADINGS[lang])
    table.add_row(str(before), _where(path.stops[0], lang), "", "")  # whoever asks
    for number, (hop, stop) in enumerate(_hops(path), before + 1):
        table.add_row(str(number), *_stop(stop, moment, lang), _why(hop, moment, lang))
    return table


def _account(
    path: Path, moment: RequestedMoment, lang: Language, before: int, by: int
) -> Iterator[RenderableType]:
    """Each hop in full, then the path as a whole."""
    for number, (hop, stop) in enumerate(_hops(path), before + 1):
        yield indented(hop_title(hop, stop, number, lang), by=by)
        for line in hop_account(hop, stop, moment, lang):
            yield indented(line, by=by + 2)
    yield indented(path_account(path, lang, moment.on, before=before), by=by)


def _hops(path: Path) -> Iterator[tuple[Hop, Stop]]:
    """Each hop with the stop it leads to."""
    return zip(path.hops, path.stops[1:], strict=True)


def indented(line: str, by: int = 3) -> Padding:
    """A line under the headline of its path."""
    return Padding(Text(line), (0, 0, 0, by), expand=False)


_HEADINGS: dict[Language, tuple[str, ...]] = {
    "da": ("", "Kontakt", "Hvem svarer", "Hvorfor dette led"),
    "en": ("", "Contact", "Who answers", "Why this step"),
}


def _where(stop: Stop, lang: Language) -> str:
    return f"{name_of(stop.node, lang)} ({stop.tier.label(lang).lower()})"


def _stop(stop: Stop, moment: RequestedMoment, lang: Language) -> tuple[str, str]:
    """Where it is, with what the same call reaches; and who answers, by what means."""
    where = _where(stop, lang)
    others = "; ".join(name_of(one, lang) for one in stop.covers if one != stop.node)
    if others:
        where += f"; {'samme opkald' if lang == 'da' else 'same call'}: {others}"
    if stop.resolution is None:
        return where, ""
    who = answering(stop.resolution, moment, lang, is_covered=False)
    channels = ", ".join(channel.label(lang) for channel in stop.resolution.channels)
    return where, f"{who}. {channels}" if channels else who


def _why(hop: Hop, moment: RequestedMoment, lang: Language) -> str:
    """The reason for a hop; that it was checked too long ago is said in words."""
    reason, freshness = hop_reason(hop, lang, moment.on), hop.facts.freshness
    if freshness in (Freshness.FRESH, Freshness.NEVER):  # the reason says "never" itself
        return reason
    return f"{reason} ({freshness.label(lang).lower()})"

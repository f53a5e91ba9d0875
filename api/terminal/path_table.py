"""An answer on the terminal: each path as a numbered list of contacts, or why there is none."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from api.difference_words import difference, path_account
from api.explain_words import hop_account, hop_title
from api.no_path_words import no_path_sentences
from api.path_words import answering, direct, hop_reason, name_of, note, summary
from api.terminal.language import said
from api.terminal.telling import OUT
from api.terminal.told_path import ToldPath
from api.why_not_words import excluded_sentence, why_not_sentence
from api.written import written_chance, written_date
from graph.questions.paths.answer import Answer, Hop, Named, Path, Stop
from graph.questions.paths.ask import FewerWhy
from graph.questions.paths.words import NoteKind
from graph.vocabulary import Freshness, Language


def show_path(told: ToldPath, lang: Language) -> None:
    """Prints all paths from the best to the last; whom the reader contacts, in what order."""
    for part in parts_of(told, lang):
        OUT.print(part)


def parts_of(told: ToldPath, lang: Language) -> Iterator[RenderableType]:
    """The same, part by part: headline, paths with their accounts, why not, what else to know."""
    answer = told.answer
    yield Text(_headline(answer, lang), style="bold")
    for path in answer.paths:
        yield ""
        yield from _path(path, told, lang)
    yield from no_path_sentences(answer, lang)
    yield from _besides(told, lang)
    for line in _closing(answer, lang):
        yield Text(line, style="dim")


def _besides(told: ToldPath, lang: Language) -> Iterator[RenderableType]:
    """Whom the rules kept out, and why no path goes through the one that was asked about."""
    lines = [excluded_sentence(one, lang) for one in told.excluded]
    if told.why_not is not None:
        why = why_not_sentence(told.why_not, told.answer.need, lang)
        lines.append(f"{said('Hvorfor ikke?', 'Why not?', lang)} {why}")
    if lines:
        yield ""
        yield from lines


def _headline(answer: Answer, lang: Language) -> str:
    day = written_date(answer.on, lang)
    start = _name(answer.start, answer, lang)
    goal = _name(answer.target or answer.area, answer, lang)
    start += "," if "," in start else ""
    return said(f"Fra {start} til {goal}, {day}", f"From {start} to {goal}, {day}", lang)


def _name(named: Named | None, answer: Answer, lang: Language) -> str:
    if named is not None:
        return name_of(named, lang)
    trigger, networks = answer.need.trigger, sorted(answer.need.network)
    words = [trigger] if trigger else networks
    return " / ".join(word.label(lang) for word in words) or said("målet", "the goal", lang)


def _path(path: Path, told: ToldPath, lang: Language) -> Iterator[RenderableType]:
    answer = told.answer
    headline = f"{path.number}  {summary(path, lang)} {written_chance(path.chance, lang)}"
    yield Text(headline, style="bold")
    table = Table(show_edge=False, pad_edge=False, box=None, padding=(0, 2, 0, 0))
    for heading in _HEADINGS[lang]:
        table.add_column(heading, overflow="fold", header_style="dim")
    table.add_row("0", *_stop(path.stops[0], answer, lang), "")
    for number, hop in enumerate(path.hops, start=1):
        table.add_row(
            str(number), *_stop(path.stops[number], answer, lang), _why(hop, answer, lang)
        )
    yield Padding(table, (0, 0, 0, 3), expand=False)
    if told.is_explained:
        yield from _account(path, answer, lang)
    for one in path.notes:
        if not (told.is_explained and one.kind is NoteKind.SECTION_115):  # its hops tell it
            yield _indented(note(one, path, lang))


def _account(path: Path, answer: Answer, lang: Language) -> Iterator[RenderableType]:
    """Each hop in full, the whole path, and how it differs from the best."""
    for number, hop in enumerate(path.hops, start=1):
        yield _indented(hop_title(hop, number, lang))
        for line in hop_account(hop, path.stops[number], answer, lang):
            yield _indented(line, by=5)
    yield _indented(path_account(path, answer, lang))
    if path.number > 1:
        yield _indented(difference(path, answer.paths[0], lang))


def _indented(line: str, by: int = 3) -> Padding:
    return Padding(Text(line), (0, 0, 0, by), expand=False)


_HEADINGS: dict[Language, tuple[str, ...]] = {
    "da": ("", "Kontakt", "Svarer nu", "Hvorfor dette led"),
    "en": ("", "Contact", "Answers now", "Why this hop"),
}


def _stop(stop: Stop, answer: Answer, lang: Language) -> tuple[str, str]:
    where = f"{name_of(stop.node, lang)} ({stop.tier.label(lang).lower()})"
    if stop.resolution is None:
        return where, ""
    who = answering(stop.resolution, lang, on=answer.on)
    channels = ", ".join(channel.label(lang) for channel in stop.resolution.channels)
    told = who.removeprefix(said("Svarer nu: ", "Answers now: ", lang))
    return where, f"{told.removesuffix('.')}. {channels}" if channels else told


def _why(hop: Hop, answer: Answer, lang: Language) -> str:
    """The reason for a hop; that it was checked too long ago is said in words."""
    reason, freshness = hop_reason(hop, answer, lang), hop.facts.freshness
    if freshness in (Freshness.FRESH, Freshness.NEVER):  # the reason says "never" itself
        return reason
    return f"{reason} ({freshness.label(lang).lower()})"


def _closing(answer: Answer, lang: Language) -> Iterator[str]:
    if answer.direct:
        yield direct(answer.direct, lang)
    if answer.paths and answer.fewer:
        yield _fewer(answer, lang)
    yield said(
        f"Registrets revision {answer.revision}, politik {answer.policy}. "
        "Procenten er et skøn, der ordner vejene.",
        f"Revision {answer.revision}, policy {answer.policy}. "
        "The percentage is an estimate that orders the paths.",
        lang,
    )


def _fewer(answer: Answer, lang: Language) -> str:
    fewer = answer.fewer
    if fewer is None or fewer.why is FewerWhy.ALL_FOUND:
        return said("Der er ikke flere veje.", "There are no more paths.", lang)
    if fewer.why is FewerWhy.CUT_OFF:
        return said(
            "Søgningen blev afbrudt; der kan være flere.",
            "The search was cut off; there may be more.",
            lang,
        )
    alike = said(
        "Der er flere, men de ligner disse for meget", "There are more, but too alike", lang
    )
    if fewer.bottleneck is None:
        return f"{alike}."
    through = name_of(fewer.bottleneck, lang)
    return said(f"{alike}; alle går gennem {through}.", f"{alike}; all pass {through}.", lang)

"""An answer on the terminal: each path as a numbered list of contacts, or why there is none."""

from collections.abc import Iterator

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from api.no_path_words import no_path_sentences
from api.path_words import answering, direct, hop_reason, name_of, note, summary
from api.terminal.language import said
from api.terminal.telling import OUT
from api.written import written_chance, written_date
from graph.questions.paths.answer import Answer, Hop, Named, Path, Stop
from graph.questions.paths.kernel import FewerWhy
from graph.vocabulary import Freshness, Language


def show_answer(answer: Answer, lang: Language) -> None:
    """Prints all paths from the best to the last; whom the reader contacts, in what order."""
    OUT.print(_headline(answer, lang), style="bold")
    for path in answer.paths:
        OUT.print()
        _show_path(path, answer, lang)
    if answer.none:
        for sentence in no_path_sentences(answer, lang):
            OUT.print(sentence)
    for line in _closing(answer, lang):
        OUT.print(line, style="dim")


def _headline(answer: Answer, lang: Language) -> str:
    day = written_date(answer.on, lang)
    start = _name(answer.start, answer, lang)
    goal = _name(answer.target or answer.area, answer, lang)
    start += "," if "," in start else ""
    return said(f"Fra {start} til {goal}, {day}", f"From {start} to {goal}, {day}", lang)


def _name(named: Named | None, answer: Answer, lang: Language) -> str:
    if named is not None:
        return name_of(named, lang)
    trigger = answer.need.trigger
    return trigger.label(lang) if trigger else said("målet", "the goal", lang)


def _show_path(path: Path, answer: Answer, lang: Language) -> None:
    headline = f"{path.number}  {summary(path, lang)} {written_chance(path.chance, lang)}"
    OUT.print(headline, style="bold")
    table = Table(show_edge=False, pad_edge=False, box=None, padding=(0, 2, 0, 0))
    for heading in _HEADINGS[lang]:
        table.add_column(heading, overflow="fold", header_style="dim")
    table.add_row("0", *_stop(path.stops[0], answer, lang), "")
    for number, hop in enumerate(path.hops, start=1):
        table.add_row(
            str(number), *_stop(path.stops[number], answer, lang), _why(hop, answer, lang)
        )
    OUT.print(Padding(table, (0, 0, 0, 3), expand=False))
    for one in path.notes:
        OUT.print(Padding(Text(note(one, path, lang)), (0, 0, 0, 3), expand=False))


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

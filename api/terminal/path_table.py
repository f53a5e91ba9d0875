"""An answer on the terminal: each path as a numbered list of contacts, or why there is none."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from api.difference_words import difference
from api.no_path_words import no_path_sentences
from api.path_words import direct, summary
from api.terminal.hop_table import hop_parts, indented
from api.terminal.language import said
from api.terminal.telling import OUT
from api.terminal.told_path import ToldPath
from api.why_not_words import excluded_sentence, why_not_sentence
from api.written import name_of, written_chance, written_date
from graph.questions.paths.answer import Answer, Fewer, Named, Path
from graph.questions.paths.ask import FewerWhy
from graph.vocabulary import Language


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
    headline = f"{path.number}  {summary(path, lang)} {written_chance(path.chance, lang)}"
    yield Text(headline, style="bold")
    yield from hop_parts(path, lang, told.answer.on, is_explained=told.is_explained)
    if told.is_explained and path.number > 1:
        yield indented(difference(path, told.answer.paths[0], lang))


def _closing(answer: Answer, lang: Language) -> Iterator[str]:
    if answer.direct:
        yield direct(answer.direct, lang)
    if answer.paths and answer.fewer:
        yield fewer_sentence(answer.fewer, lang)
    yield origin(answer.revision, answer.policy, lang)


def origin(revision: int, policy: str, lang: Language) -> str:
    """By which data and rules this was answered, and what a percentage is worth."""
    return said(
        f"Registrets revision {revision}, politik {policy}. "
        "Procenten er et skøn, der ordner vejene.",
        f"Revision {revision}, policy {policy}. "
        "The percentage is an estimate that orders the paths.",
        lang,
    )


def fewer_sentence(fewer: Fewer, lang: Language) -> str:
    """Why there are no more paths."""
    if fewer.why is FewerWhy.ALL_FOUND:
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

"""An answer on the terminal: each path as a numbered list of contacts, or why there is none."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from api.answer_words import fewer_sentence, headline, origin
from api.difference_words import difference
from api.no_path_words import no_path_sentences
from api.path_words import direct, summary
from api.terminal.hop_table import hop_parts, indented
from api.terminal.language import said
from api.terminal.telling import OUT
from api.terminal.told_path import ToldPath
from api.why_not_words import excluded_sentence, why_not_sentence
from api.written import written_chance
from graph.questions.paths.answer import Answer, Path
from graph.vocabulary import Language


def show_path(told: ToldPath, lang: Language) -> None:
    """Prints all paths from the best to the last; whom the reader contacts, in what order."""
    for part in parts_of(told, lang):
        OUT.print(part)


def parts_of(told: ToldPath, lang: Language) -> Iterator[RenderableType]:
    """The same, part by part: headline, paths with their accounts, why not, what else to know."""
    answer = told.answer
    yield Text(headline(answer, lang), style="bold")
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


def _path(path: Path, told: ToldPath, lang: Language) -> Iterator[RenderableType]:
    title = f"{path.number}  {summary(path, lang)} {written_chance(path.chance, lang)}"
    yield Text(title, style="bold")
    yield from hop_parts(path, lang, told.answer.on, is_explained=told.is_explained)
    if told.is_explained and path.number > 1:
        yield indented(difference(path, told.answer.paths[0], lang))


def _closing(answer: Answer, lang: Language) -> Iterator[str]:
    if answer.direct:
        yield direct(answer.direct, lang)
    if answer.paths and answer.fewer:
        yield fewer_sentence(answer.fewer, lang)
    yield origin(answer.revision, answer.policy, lang)

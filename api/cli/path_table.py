"""An answer on the terminal: contacts with their ways, who was passed over, and the place."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.text import Text

from api.cli.console import OUT
from api.cli.contact_table import acute_parts, contact_parts, local_parts
from api.cli.language import said
from api.cli.told_path import PathText
from api.text.contacts import passed
from api.text.no_path import excluded_sentence, no_path_sentences, why_not_sentence
from api.text.paths import headline, origin
from graph.vocabulary import Language


def show_path(told: PathText, lang: Language) -> None:
    """Prints whom the reader contacts, best first, and by which ways; in acute danger the card."""
    for part in parts_of(told, lang):
        OUT.print(part)


def parts_of(told: PathText, lang: Language) -> Iterator[RenderableType]:
    """The same, part by part."""
    answer = told.answer
    yield Text(headline(answer, lang), style="bold")
    if answer.acute is not None:
        yield ""
        yield from acute_parts(answer.acute, told, lang)
    for contact in answer.contacts:
        yield ""
        yield from contact_parts(contact, told, lang)
    if answer.passed:
        yield ""
        yield from (passed(one, answer, told.policy, lang) for one in answer.passed)
    yield from no_path_sentences(answer, lang)
    if answer.local is not None:
        yield ""
        yield from local_parts(answer.local, told, lang)
    yield from _besides(told, lang)
    yield Text(origin(answer.revision, answer.policy, lang), style="dim")


def _besides(told: PathText, lang: Language) -> Iterator[RenderableType]:
    """Whom the rules kept out, and why no path goes through the one that was asked about."""
    lines = [excluded_sentence(one, lang) for one in told.excluded]
    if told.why_not is not None:
        why = why_not_sentence(told.why_not, told.answer.need, lang)
        lines.append(f"{said('Hvorfor ikke?', 'Why not?', lang)} {why}")
    if lines:
        yield ""
        yield from lines

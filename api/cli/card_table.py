"""One node on the terminal: who answers there, its fields in words, its links with their age."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import Final, cast

from rich.table import Table
from rich.text import Text

from api.cli.console import OUT, table_with
from api.cli.field_words import FIELD_WORDS, written_hours
from api.cli.language import said
from api.cli.node import NodeCard, NodeCardLink
from api.requested_need import RequestedMoment
from api.schemas.aliases import written_aliases
from api.text.availability import answerer, answering
from api.text.format import format_date, format_days, in_sentence
from graph.paths.answer import Resolution
from graph.paths.answer_terms import AnswerRole
from graph.vocabulary import Language, Term


def show_card(shown: NodeCard, lang: Language) -> None:
    """Prints it; what is empty on all links has no column."""
    heading = Text(shown.name or shown.id, style="bold")
    OUT.print(heading.append(f"  {shown.label.label(lang)}  {shown.id}", style="not bold"))
    if shown.place:
        OUT.print(" · ".join(shown.place))
    if shown.answering:
        moment = RequestedMoment(on=shown.on, at=shown.at, is_now=shown.at is not None)
        for line in _who(shown.answering, moment, lang):
            OUT.print(line)
    OUT.print()
    facts = Table(box=None, show_header=False, pad_edge=False)
    for key, words in FIELD_WORDS.items():
        if key in shown.fields:
            facts.add_row(said(*words, lang), _said(key, shown.fields[key], lang))
    OUT.print(facts)
    if shown.links:
        OUT.print()
        OUT.print(_link_table(shown.links, lang))


def _who(found: Resolution, moment: RequestedMoment, lang: Language) -> Iterator[str]:
    """Who answers, how and how long; who comes next; that two sit on one seat."""
    channels = ", ".join(channel.label(lang) for channel in found.channels)
    now = answering(found, moment, lang).removesuffix(".")
    yield f"{now}. {channels}" if channels else f"{now}."
    if found.leaves:
        day = format_date(found.leaves, lang)
        yield said(f"Svarer indtil {day}.", f"Answers until {day}.", lang)
    if len(found.order) > 1:
        order = "; ".join(answerer(one.who, one.rung, lang) for one in found.order)
        yield said(f"Spørg i denne rækkefølge: {order}.", f"Ask in this order: {order}.", lang)
    if sum(one.rung is AnswerRole.HOLDER for one in found.order) > 1:
        yield said("Dobbelt: funktionen har flere indehavere.", "Doubled: several holders.", lang)


_Cell = Callable[[NodeCardLink, Language], str]


def _link_table(links: tuple[NodeCardLink, ...], lang: Language) -> Table:
    used = [one for one in _COLUMNS if any(one[2](link, lang) for link in links)]
    table = table_with(said(danish, english, lang) for danish, english, _ in used)
    for link in links:
        table.add_row(*(cell(link, lang) for _, _, cell in used))
    return table


def _tie(link: NodeCardLink, lang: Language) -> str:
    return f"{'→' if link.is_outward else '←'} {link.type.label(lang)}"


def _with(link: NodeCardLink, lang: Language) -> str:
    """A contact detail by its kind and hint, a post with who answers there."""
    name = link.name or link.other
    if link.channel:
        return f"{link.channel.label(lang)} {name}"
    return f"{name}: {answerer(link.who, link.rung, lang)}" if link.rung else name


def _gate(link: NodeCardLink, lang: Language) -> str:
    return link.gate.label(lang) if link.gate else ""


def _verified(link: NodeCardLink, lang: Language) -> str:
    if link.freshness is None or link.days is None:
        return link.freshness.label(lang) if link.freshness else ""
    days = format_days(link.days, lang)
    ago = said(f"for {days} siden", f"{days} ago", lang)
    return f"{ago}, {in_sentence(link.freshness.label(lang))}"


def _until(link: NodeCardLink, lang: Language) -> str:
    return format_date(link.until, lang) if link.until else ""


_COLUMNS: Final[tuple[tuple[str, str, _Cell], ...]] = (
    ("Forbindelse", "Link", _tie),
    ("Med", "With", _with),
    ("Grundlag", "Legal ground", _gate),
    ("Kontrolleret", "Verified", _verified),
    ("Til", "Until", _until),
)


def _said(key: str, value: object, lang: Language) -> str:
    """A field's value as a reader says it."""
    if isinstance(value, Term):
        return value.label(lang)
    if isinstance(value, date):
        return format_date(value, lang)
    if key == "aliases":
        return ", ".join(written_aliases(cast("frozenset[str]", value)))
    if isinstance(value, frozenset):
        words = cast("frozenset[object]", value)
        return ", ".join(sorted(_said(key, one, lang) for one in words))
    return written_hours(str(value), lang) if key == "hours" else str(value)

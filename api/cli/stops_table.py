"""A path through stops on the terminal: each whole, leg by leg, or why a leg has no path."""

from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import RenderableType
from rich.text import Text

from api.cli.console import OUT
from api.cli.language import said
from api.cli.tables import hop_parts, indented
from api.requested_need import RequestedMoment
from api.text.format import format_date, format_minute, name_of
from api.text.paths import fewer_sentence, origin, summary
from api.text.stops import (
    failed_sentences,
    leg_title,
    numbered_on,
    whole_difference,
    whole_summary,
)
from graph.paths.answer import NodeRef
from graph.paths.stops import StopsAnswer, WholePath
from graph.vocabulary import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class StopsText:
    """What `kontaktvej path --stops` tells; the ends as they are named."""

    answer: StopsAnswer
    moment: RequestedMoment
    start: NodeRef | None
    goal: NodeRef | None
    is_explained: bool


def show_stops(told: StopsText, lang: Language) -> None:
    """Prints all whole paths from the best to the last."""
    for part in stops_parts(told, lang):
        OUT.print(part)


def stops_parts(told: StopsText, lang: Language) -> Iterator[RenderableType]:
    """The same, part by part."""
    answer = told.answer
    yield Text(_headline(told, lang), style="bold")
    for whole in answer.paths:
        yield ""
        yield from _whole(whole, told, lang)
    for failed in answer.failed:
        yield ""
        yield from failed_sentences(failed, answer, (told.start, told.goal), lang)
    if answer.fewer:
        yield Text(fewer_sentence(answer.fewer, lang), style="dim")
    if answer.paths and not answer.is_exact:
        unproved = (
            "Hvert stykke er søgt for sig; der kan findes en bedre vej i alt.",
            "Each leg was searched apart; there may be a better path in all.",
        )
        yield Text(said(*unproved, lang), style="dim")
    yield Text(origin(answer.revision, answer.policy, lang), style="dim")


def _headline(told: StopsText, lang: Language) -> str:
    """Names hold commas, so the stops are separated by semicolons."""
    answer = told.answer
    through = "; ".join(name_of(stop, lang) for stop in answer.stops)
    start = name_of(told.start, lang)
    trigger = answer.need.trigger
    goal = told.goal.name if told.goal and told.goal.name else None
    goal = goal or (trigger.label(lang) if trigger else said("målet", "the goal", lang))
    at = told.moment.at
    day = format_date(answer.on, lang) if at is None else format_minute(at, lang)
    return said(
        f"Fra {start} gennem {through} til {goal}, {day}",
        f"From {start} through {through} to {goal}, {day}",
        lang,
    )


def _whole(whole: WholePath, told: StopsText, lang: Language) -> Iterator[RenderableType]:
    yield Text(f"{whole.number}  {whole_summary(whole, lang)}", style="bold")
    for place, (leg, before) in enumerate(numbered_on(whole.legs), start=1):
        title = leg_title(place, leg.stops[0].node, leg.stops[-1].node, lang)
        yield indented(f"{title}. {summary(leg, told.moment, lang)}")
        yield from hop_parts(leg, told.moment, lang, is_explained=told.is_explained, before=before)
    if told.is_explained and whole.number > 1:
        yield indented(whole_difference(whole, told.answer.paths[0], lang))

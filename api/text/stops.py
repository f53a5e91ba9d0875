"""Sentences about paths through stops: the whole, its legs, and a leg without a path."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from api.text.format import format_chance, format_hops, name_of
from api.text.no_path import no_path_sentences
from api.text.paths import oldest_check
from graph.paths.answer import Answer, NodeRef, Path
from graph.paths.stops import FailedLeg, StopsAnswer, WholePath
from graph.vocabulary import Language


def whole_summary(whole: WholePath, lang: Language) -> str:
    """The summary of all legs: `6 led, ældste kontrol 112 dage. 20 % (skøn)`."""
    parts = [format_hops(whole.hops, lang), oldest_check(whole.oldest_days, lang)]
    parts += [gate.label(lang) for gate in whole.gates if gate.is_section_115]
    return f"{', '.join(parts)}. {format_chance(whole.chance, lang)}"


def numbered_on(legs: Sequence[Path]) -> Iterator[tuple[Path, int]]:
    """Each leg with the number of hops before it, since contacts are numbered across legs."""
    before = accumulate((len(leg.hops) for leg in legs), initial=0)
    return zip(legs, before, strict=False)


def leg_title(leg: int, start: NodeRef | None, target: NodeRef | None, lang: Language) -> str:
    """The title of a leg: `Stykke 2: A → B`."""
    word = "Stykke" if lang == "da" else "Leg"
    return f"{word} {leg}: {name_of(start, lang)} → {name_of(target, lang)}"


def failed_sentences(
    failed: FailedLeg,
    answer: StopsAnswer,
    ends: tuple[NodeRef | None, NodeRef | None],
    lang: Language,
) -> Iterator[str]:
    """Why a leg has no path; `ends` are the start and the goal with names.

    If every leg has paths, the sentence says that they cannot be joined.
    """
    if failed.leg is None:
        yield (
            "Hvert stykke har veje, men ingen, der kan sættes sammen uden at møde nogen to gange."
            if lang == "da"
            else "Every leg has paths, but none that join without meeting somebody twice."
        )
        return
    leg = answer.legs[failed.leg - 1]
    is_last = failed.leg == len(answer.legs)
    start = leg.start or ends[0]
    target = leg.target or ends[1]
    yield leg_title(failed.leg, start, target, lang)
    yield from no_path_sentences(_asked(failed, answer, start, target, is_last=is_last), lang)


def _asked(
    failed: FailedLeg,
    answer: StopsAnswer,
    start: NodeRef | None,
    target: NodeRef | None,
    *,
    is_last: bool,
) -> Answer:
    """A leg as a need of its own; on a leg to a stop the terms of the goal do not apply."""
    need, leg = answer.need, answer.legs[(failed.leg or 1) - 1]
    is_place = is_last and need.target is None
    if not is_last:
        need = replace(
            need, target=target.id if target else None, trigger=None, area=None,
            network=frozenset(), sector=None, competence=None,
        )  # fmt: skip
    return Answer(
        need=need,
        on=answer.on,
        at=need.at,
        revision=answer.revision,
        policy=answer.policy,
        direction=leg.direction,
        rung=leg.rung,
        start=start,
        target=None if is_place else target,
        area=target if is_place else None,
        contacts=(),
        passed=(),
        local=None,
        acute=None,
        none=failed.none,
    )


def whole_difference(whole: WholePath, best: WholePath, lang: Language) -> str:
    """How an alternative differs from the first path as a whole: its other stops, in one line."""
    own, other = (
        {stop.node.id: name_of(stop.node, lang) for leg in one.legs for stop in leg.stops}
        for one in (whole, best)
    )
    quote = "»{}«" if lang == "da" else "“{}”"
    through = ", ".join(quote.format(name) for key, name in own.items() if key not in other)
    if lang == "da":
        way = f"går gennem {through}" if through else "springer et led over"
        return f"Forskel fra vej {best.number}: {way}."
    way = f"goes through {through}" if through else "leaves out a step"
    return f"Unlike path {best.number}: {way}."

"""Answers about paths as they are sent: each part with its words in the caller's language beside.

The parts are those of `graph`, so that the wire says what the core found; only words are added.
"""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final

from api.answer_words import fewer_sentence, headline, origin
from api.difference_words import difference, path_account
from api.explain_words import hop_account, hop_title
from api.no_path_words import no_path_sentences
from api.path_words import answering, direct, hop_reason, note, summary
from api.schemas import paths as wire
from api.schemas.found import Paths
from api.schemas.handover import Handover
from api.schemas.stops import PathsThroughStops
from api.schemas.why_not import WhyNotAnswer
from api.stops_words import (
    failed_sentences,
    leg_title,
    numbered_on,
    whole_difference,
    whole_summary,
)
from api.why_not_words import excluded_sentence, why_not_sentence
from graph.questions.handover import HandoverAnswer, SectorHandover
from graph.questions.paths import Answer, Need
from graph.questions.paths.answer import Fewer, Hop, Named, Path, Stop
from graph.questions.paths.whynot import Excluded, WhyNot
from graph.questions.stops import FailedLeg, StopsAnswer, WholePath
from graph.vocabulary import Language

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_MOST_KEPT: Final = 2_000  # of one View: about 14 MB; to all 98 municipalities: 1,452
Told = dict[str, object]
"""A part of an answer by its fields, for a wire model to be made from."""


def beside(part: "DataclassInstance", **more: object) -> Told:
    """The fields of a frozen dataclass, with words beside them, or told parts in their place."""
    return {name: getattr(part, name) for name in _names(type(part))} | more


@cache
def _names(cls: "type[DataclassInstance]") -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls))


class Kept:
    """The stops and hops of one View in one language, each told once.

    The core makes them once for a View; here they are known again by being the same, not equal.
    """

    def __init__(self, most: int = _MOST_KEPT) -> None:
        self._most = most
        self._told: dict[tuple[int, ...], tuple[Stop | Hop, Stop, wire.Stop | wire.Hop]] = {}

    def stop(self, stop: Stop, lang: Language, on: date) -> wire.Stop:
        """A stop, with who answers there in a sentence."""
        told = self._found((id(stop),), stop, stop)
        if isinstance(told, wire.Stop):
            return told
        resolution = stop.resolution
        answers = None if resolution is None else answering(resolution, lang, on=on)
        made = wire.Stop.model_validate(beside(stop, words=Told(answers=answers)))
        self._told[(id(stop),)] = stop, stop, made
        return made

    def hop(self, hop: Hop, stop: Stop, number: int, lang: Language, on: date) -> wire.Hop:
        """A hop to a stop, by its number on the path, with its account."""
        key = (id(hop), id(stop), number)
        told = self._found(key, hop, stop)
        if isinstance(told, wire.Hop):
            return told
        words = Told(
            title=hop_title(hop, number, lang),
            why=hop_reason(hop, lang, on),
            account=tuple(hop_account(hop, stop, lang, on)),
        )
        made = wire.Hop.model_validate(beside(hop, words=words))
        self._told[key] = hop, stop, made
        return made

    def _found(
        self, key: tuple[int, ...], part: Stop | Hop, stop: Stop
    ) -> wire.Stop | wire.Hop | None:
        if len(self._told) >= self._most:
            self._told.clear()
        told = self._told.get(key)
        return told[2] if told and told[0] is part and told[1] is stop else None


def told_paths(answer: Answer, lang: Language, kept: Kept | None = None) -> Paths:
    """An answer on the wire, explained in full; `kept` of its View, where that is asked again."""
    kept = kept or Kept()
    best = answer.paths[0] if answer.paths else None
    none, allowed = answer.none, answer.direct
    return Paths.model_validate(
        beside(
            answer,
            paths=tuple(told_path(path, best, kept, lang, answer.on) for path in answer.paths),
            fewer=_fewer(answer.fewer, lang),
            direct=allowed and beside(allowed, words=Told(text=direct(allowed, lang))),
            none=none
            and beside(none, words=Told(sentences=tuple(no_path_sentences(answer, lang)))),
            words=Told(
                headline=headline(answer, lang),
                origin=origin(answer.revision, answer.policy, lang),
            ),
        )
    )


def told_path(
    path: Path, best: Path | None, kept: Kept, lang: Language, on: date, *, before: int = 0
) -> Told:
    """A path whose stops, hops and notes are told, and how it differs from the best.

    `before`: how many hops were counted before its own, on the legs before it.
    """
    stops = path.stops[1:]
    return beside(
        path,
        stops=tuple(kept.stop(stop, lang, on) for stop in path.stops),
        hops=tuple(
            kept.hop(hop, stop, number, lang, on)
            for number, (hop, stop) in enumerate(zip(path.hops, stops, strict=True), before + 1)
        ),
        notes=tuple(
            beside(one, words=Told(text=note(one, path, lang, before=before))) for one in path.notes
        ),
        words=Told(
            summary=summary(path, lang),
            account=path_account(path, lang, on, before=before),
            difference=None if best is None or path is best else difference(path, best, lang),
        ),
    )


def _fewer(fewer: Fewer | None, lang: Language) -> Told | None:
    return fewer and beside(fewer, words=Told(text=fewer_sentence(fewer, lang)))


# ---- through stops


def told_stops(
    answer: StopsAnswer, ends: tuple[Named | None, Named | None], lang: Language
) -> PathsThroughStops:
    """A path through stops on the wire; `ends`: the start and the goal as they are named."""
    return PathsThroughStops.model_validate(
        beside(
            answer,
            paths=tuple(_whole(whole, answer, lang) for whole in answer.paths),
            fewer=_fewer(answer.fewer, lang),
            failed=tuple(_failed(failed, answer, ends, lang) for failed in answer.failed),
            words=Told(origin=origin(answer.revision, answer.policy, lang)),
        )
    )


def _whole(whole: WholePath, answer: StopsAnswer, lang: Language) -> Told:
    best, kept = answer.paths[0], Kept()
    return beside(
        whole,
        legs=tuple(
            told_path(leg, None, kept, lang, answer.on, before=before)
            for leg, before in numbered_on(whole.legs)
        ),
        words=Told(
            summary=whole_summary(whole, lang),
            legs=tuple(
                leg_title(place, leg.stops[0].node, leg.stops[-1].node, lang)
                for place, leg in enumerate(whole.legs, 1)
            ),
            difference=None if whole is best else whole_difference(whole, best, lang),
        ),
    )


def _failed(
    failed: FailedLeg,
    answer: StopsAnswer,
    ends: tuple[Named | None, Named | None],
    lang: Language,
) -> Told:
    sentences = tuple(failed_sentences(failed, answer, ends, lang))
    return beside(failed, none=beside(failed.none, words=Told(sentences=sentences)))


# ---- why not, and who hands over


def told_why_not(
    why: WhyNot, excluded: Sequence[Excluded], need: Need, lang: Language
) -> WhyNotAnswer:
    """Why not through a node, and whom the rules kept out, on the wire."""
    return WhyNotAnswer.model_validate(
        Told(
            why_not=beside(why, words=Told(text=why_not_sentence(why, need, lang))),
            excluded=tuple(
                beside(one, words=Told(text=excluded_sentence(one, lang))) for one in excluded
            ),
        )
    )


def told_handover(answer: HandoverAnswer, lang: Language) -> Handover:
    """Who hands over to whom, on the wire."""
    sectors = tuple(_sector(one, answer, lang) for one in answer.sectors)
    return Handover.model_validate(beside(answer, sectors=sectors))


def _sector(one: SectorHandover, answer: HandoverAnswer, lang: Language) -> Told:
    return beside(
        one,
        path=one.path and told_path(one.path, None, Kept(), lang, answer.on),
        gaps=one.gaps,
        words=Told(gaps=tuple(gap.label(lang) for gap in one.gaps)),
    )

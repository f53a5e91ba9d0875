"""Answers about paths as they are sent: each part with its words in the caller's language beside.

The parts are those of `graph`, so that the wire says what the core found; only words are added.
"""

from collections.abc import Sequence
from datetime import date

from api.answer_words import fewer_sentence, headline, origin
from api.beside import Told, beside
from api.difference_words import difference, path_account
from api.no_path_words import no_path_sentences
from api.parts import Kept, Part, Persons, as_told, filled
from api.path_words import direct, note, summary
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
from graph.questions.paths.answer import Fewer, Named, Path
from graph.questions.paths.whynot import Excluded, WhyNot
from graph.questions.stops import FailedLeg, StopsAnswer, WholePath
from graph.vocabulary import Language


def written_paths(answer: Answer, lang: Language, kept: Kept[Part], persons: Persons) -> Part:
    """An answer as it is sent, explained in full; its stops and hops are kept for others."""
    parts = [kept.of(path, lang, answer.on) for path in answer.paths]
    return filled(_told_paths(answer, lang), parts, persons)


def _told_paths(answer: Answer, lang: Language) -> Paths:
    """An answer on the wire, without the stops and hops of its paths."""
    best = answer.paths[0] if answer.paths else None
    none, allowed = answer.none, answer.direct
    return Paths.model_validate(
        beside(
            answer,
            paths=tuple(_told_path(path, best, lang, answer.on) for path in answer.paths),
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


def _told_path(path: Path, best: Path | None, lang: Language, on: date, *, before: int = 0) -> Told:
    """A path without its stops and hops, and how it differs from the best.

    `before`: how many hops were counted before its own, on the legs before it.
    """
    return beside(
        path,
        stops=(),
        hops=(),
        notes=tuple(
            beside(one, words=Told(text=note(one, path, lang, before=before))) for one in path.notes
        ),
        words=Told(
            summary=summary(path, lang),
            account=path_account(path, lang, on, before=before),
            difference=None if best is None or path is best else difference(path, best, lang),
        ),
    )


def _whole_path(
    path: Path, kept: Kept[wire.Stop | wire.Hop], lang: Language, on: date, *, before: int = 0
) -> Told:
    """A path with its stops and hops."""
    stops, hops = kept.of(path, lang, on, before=before)
    return _told_path(path, None, lang, on, before=before) | Told(stops=stops, hops=hops)


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
    best, kept = answer.paths[0], Kept(as_told)
    return beside(
        whole,
        legs=tuple(
            _whole_path(leg, kept, lang, answer.on, before=before)
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
        path=one.path and _whole_path(one.path, Kept(as_told), lang, answer.on),
        gaps=one.gaps,
        words=Told(gaps=tuple(gap.label(lang) for gap in one.gaps)),
    )

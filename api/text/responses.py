"""Answers about paths as they are sent: each part with its words in the caller's language beside.

The parts are those of `graph`, so that the wire says what the core found; only words are added.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from api.asked_moment import RequestedMoment
from api.beside import Told, with_fields
from api.parts import (
    NO_RESOLUTION,
    NO_STOP,
    Fragment,
    FragmentCache,
    Persons,
    ToldPart,
    assemble,
    resolution_fragment,
    sent_fragment,
)
from api.schemas.answers import Paths
from api.schemas.handover import Handover
from api.schemas.stops import PathsThroughStops
from api.schemas.why_not import WhyNotAnswer
from api.text.acute import acute_title, duty_line_sentence, inform_heading, local_title
from api.text.answers import fewer_sentence, headline, origin
from api.text.contacts import contact_title, direct, direct_sentences, fit, passed, passed_goal, you
from api.text.differences import difference, path_account
from api.text.format import name_of
from api.text.no_path import account, no_path_sentences
from api.text.paths import note, summary
from api.text.stops import (
    failed_sentences,
    leg_title,
    numbered_on,
    whole_difference,
    whole_summary,
)
from api.text.why_not import excluded_sentence, why_not_sentence
from graph.paths import Answer, Need
from graph.paths.answer import (
    AcuteCard,
    Contact,
    Direct,
    FewerPaths,
    Fit,
    LocalPost,
    NodeRef,
    NoPath,
    PassedClass,
    Path,
)
from graph.paths.policy_model import Policy
from graph.paths.stops import FailedLeg, StopsAnswer, WholePath
from graph.paths.why_not import Excluded, WhyNot
from graph.questions.handover import HandoverAnswer, HandoverSide, SectorHandover
from graph.vocabulary import Language


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseText:
    """An answer, the policy it was found by, and for whom and when it is put in words."""

    answer: Answer
    policy: Policy
    moment: RequestedMoment
    lang: Language


def paths_response(
    telling: ResponseText, kept: FragmentCache[Fragment], persons: Persons
) -> Fragment:
    """An answer as it is sent, explained in full; its parts are kept for others."""
    return assemble(_told_paths(telling), _parts(telling, kept), persons)


def _parts(
    telling: ResponseText, kept: FragmentCache[Fragment]
) -> Iterator[Sequence[Sequence[Fragment]]]:
    """The parts of an answer in the order they stand in it."""
    answer, moment, lang = telling.answer, telling.moment, telling.lang
    for contact in answer.contacts:
        yield ((kept.stop(contact.stop, moment, lang),),)
        for path in contact.ways:
            yield kept.of(path, moment, lang)
    for post in (*(answer.local.posts if answer.local else ()), *_acute_posts(answer.acute)):
        yield ((kept.resolution(post.resolution, moment, lang),),)


def _acute_posts(card: AcuteCard | None) -> Iterator[LocalPost]:
    if card is not None:
        yield from card.lines
        yield from () if card.duty_line is None else (card.duty_line,)
        yield from card.inform


def _told_paths(telling: ResponseText) -> Paths:
    """An answer on the wire, without the parts that are kept."""
    answer, lang = telling.answer, telling.lang
    local, acute = answer.local, answer.acute
    return Paths.model_validate(
        with_fields(
            answer,
            contacts=tuple(_contact(one, telling) for one in answer.contacts),
            passed=tuple(_passed(one, telling) for one in answer.passed),
            local=local
            and with_fields(
                local,
                posts=tuple(_local_post(one, lang) for one in local.posts),
                words=Told(title=local_title(local, lang)),
            ),
            acute=acute and _acute(acute, lang),
            none=answer.none and _no_path(answer.none, tuple(no_path_sentences(answer, lang))),
            words=Told(
                headline=headline(answer, lang),
                origin=origin(answer.revision, answer.policy, lang),
            ),
        )
    )


# ---- a contact


def _contact(contact: Contact, telling: ResponseText) -> Told:
    answer, policy, lang = telling.answer, telling.policy, telling.lang
    best, node, none = contact.ways[0] if contact.ways else None, contact.stop.node, contact.none
    goal = name_of(node, lang)
    return with_fields(
        contact,
        stop=NO_STOP,
        fit=_fit(contact.fit, telling),
        direct=_direct(contact.direct, node, lang),
        ways=tuple(_told_path(path, best, telling.moment, lang) for path in contact.ways),
        fewer=_fewer(contact.fewer, lang),
        none=none and _no_path(none, tuple(account(none, answer, goal, lang))),
        words=Told(title=contact_title(contact, answer, policy, lang), you=you(contact, lang)),
    )


def _fit(told: Fit, telling: ResponseText) -> Told:
    text = fit(told, telling.answer, telling.policy, telling.lang)
    return with_fields(told, words=Told(text=text))


def _direct(allowed: Direct | None, who: NodeRef, lang: Language) -> Told | None:
    if allowed is None:
        return None
    text, sentences = direct(allowed, who, lang), tuple(direct_sentences(allowed, lang))
    return with_fields(allowed, words=Told(text=text, sentences=sentences))


def _passed(one: PassedClass, telling: ResponseText) -> Told:
    answer, policy, lang = telling.answer, telling.policy, telling.lang
    goal = passed_goal(one, answer, policy, lang)
    return with_fields(
        one,
        fit=_fit(one.fit, telling),
        none=_no_path(one.none, tuple(account(one.none, answer, goal, lang))),
        words=Told(text=passed(one, answer, policy, lang)),
    )


def _no_path(none: NoPath, sentences: Sequence[str]) -> Told:
    return with_fields(none, words=Told(sentences=sentences))


# ---- a place


def _local_post(one: LocalPost, lang: Language) -> Told:
    return with_fields(one, resolution=NO_RESOLUTION, direct=_direct(one.direct, one.post, lang))


def _acute(card: AcuteCard, lang: Language) -> Told:
    line = card.duty_line
    return with_fields(
        card,
        lines=tuple(_local_post(one, lang) for one in card.lines),
        duty_line=line and _local_post(line, lang),
        inform=tuple(_local_post(one, lang) for one in card.inform),
        words=Told(
            title=acute_title(lang),
            duty_line=duty_line_sentence(card, lang),
            inform=inform_heading(lang),
        ),
    )


# ---- a path


def _told_path(
    path: Path, best: Path | None, moment: RequestedMoment, lang: Language, *, before: int = 0
) -> Told:
    """A path without its stops and hops, and how it differs from the best.

    `before`: how many hops were counted before its own, on the legs before it.
    """
    return with_fields(
        path,
        stops=(),
        hops=(),
        notes=tuple(
            with_fields(one, words=Told(text=note(one, path, lang, before=before)))
            for one in path.notes
        ),
        words=Told(
            summary=summary(path, moment, lang),
            account=path_account(path, lang, moment.on, before=before),
            difference=None if best is None or path is best else difference(path, best, lang),
        ),
    )


def _whole_path(
    path: Path,
    kept: FragmentCache[ToldPart],
    moment: RequestedMoment,
    lang: Language,
    *,
    before: int = 0,
) -> Told:
    """A path with its stops and hops."""
    stops, hops = kept.of(path, moment, lang, before=before)
    return _told_path(path, None, moment, lang, before=before) | Told(stops=stops, hops=hops)


def _fewer(fewer: FewerPaths | None, lang: Language) -> Told | None:
    return fewer and with_fields(fewer, words=Told(text=fewer_sentence(fewer, lang)))


# ---- through stops


def stops_response(
    answer: StopsAnswer,
    ends: tuple[NodeRef | None, NodeRef | None],
    moment: RequestedMoment,
    lang: Language,
) -> PathsThroughStops:
    """A path through stops on the wire; `ends`: the start and the goal as they are named."""
    return PathsThroughStops.model_validate(
        with_fields(
            answer,
            paths=tuple(_whole(whole, answer, moment, lang) for whole in answer.paths),
            fewer=_fewer(answer.fewer, lang),
            failed=tuple(_failed(failed, answer, ends, lang) for failed in answer.failed),
            words=Told(origin=origin(answer.revision, answer.policy, lang)),
        )
    )


def _whole(whole: WholePath, answer: StopsAnswer, moment: RequestedMoment, lang: Language) -> Told:
    best, kept = answer.paths[0], FragmentCache(sent_fragment)
    return with_fields(
        whole,
        legs=tuple(
            _whole_path(leg, kept, moment, lang, before=before)
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
    ends: tuple[NodeRef | None, NodeRef | None],
    lang: Language,
) -> Told:
    sentences = tuple(failed_sentences(failed, answer, ends, lang))
    return with_fields(failed, none=with_fields(failed.none, words=Told(sentences=sentences)))


# ---- why not, and who hands over


def why_not_response(
    why: WhyNot, excluded: Sequence[Excluded], need: Need, lang: Language
) -> WhyNotAnswer:
    """Why not through a node, and whom the rules kept out, on the wire."""
    return WhyNotAnswer.model_validate(
        Told(
            why_not=with_fields(why, words=Told(text=why_not_sentence(why, need, lang))),
            excluded=tuple(
                with_fields(one, words=Told(text=excluded_sentence(one, lang))) for one in excluded
            ),
        )
    )


def handover_response(answer: HandoverAnswer, lang: Language) -> Handover:
    """Who hands over to whom, on the wire."""
    sectors = tuple(_sector(one, answer, lang) for one in answer.sectors)
    return Handover.model_validate(with_fields(answer, sectors=sectors))


def _sector(one: SectorHandover, answer: HandoverAnswer, lang: Language) -> Told:
    moment = RequestedMoment(on=answer.on)
    return with_fields(
        one,
        giving=_side(one.giving, moment, lang),
        taking=_side(one.taking, moment, lang),
        path=one.path and _whole_path(one.path, FragmentCache(sent_fragment), moment, lang),
        gaps=one.gaps,
        words=Told(gaps=tuple(gap.label(lang) for gap in one.gaps)),
    )


def _side(side: HandoverSide, moment: RequestedMoment, lang: Language) -> Told:
    posts = tuple(resolution_fragment(one, moment, lang) for one in side.posts)
    return with_fields(side, posts=posts)

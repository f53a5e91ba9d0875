"""Wire form of answers about paths: each part with its text in the language of the caller.

The parts have the fields of the `graph` classes, so that the wire form has what the search found;
only words are added.
"""

from collections.abc import Iterable, Sequence
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, Protocol

from api.i18n import _
from api.public_numbers import PublicNumber
from api.requested_need import RequestedMoment
from api.schemas import paths as wire
from api.text.availability import answering_sentence, availability
from api.text.contacts import (
    acute_title,
    call,
    contact_title,
    direct,
    direct_sentences,
    duty_line_sentence,
    fit,
    inform_heading,
    local_title,
    passed_goal,
    passed_reason,
    you,
)
from api.text.format import format_date, name_of
from api.text.hops import hop_account, hop_title
from api.text.no_path import (
    account,
    excluded_sentence,
    failed_sentences,
    no_path_sentences,
    why_not_sentence,
)
from api.text.path_diff import diff_causes, diff_headline, path_title, why_sentence
from api.text.paths import (
    difference,
    fewer_sentence,
    headline,
    hop_reason,
    leg_title,
    note,
    numbered_on,
    origin,
    path_account,
    summary,
    whole_difference,
    whole_summary,
)
from graph.paths import Answer, Need
from graph.paths.answer import (
    Contact,
    Direct,
    FewerPaths,
    Fit,
    LocalPost,
    NodeRef,
    NoPath,
    Path,
    Resolution,
    Stop,
)
from graph.paths.path_diff import PathDiff
from graph.paths.policy import Policy
from graph.paths.stops import StopsAnswer, WholePath
from graph.paths.why_not import ExcludedNode, WhyNot
from graph.questions.handover import HandoverAnswer, HandoverSide
from graph.vocabulary import Language

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Fields = dict[str, object]
"""The fields of a part of an answer, from which a wire model is validated."""


def with_fields(part: "DataclassInstance", **more: object) -> Fields:
    """The fields of a frozen dataclass, with added or replaced members."""
    return {field.name: getattr(part, field.name) for field in fields(part)} | more


def path_diff_response(diff: PathDiff, lang: Language) -> wire.PathDiff:
    """The wire form of a comparison of two dates."""
    paths: list[Fields] = []
    for compared in diff.paths:
        path = compared.after or compared.before
        why = tuple(
            with_fields(change, words=Fields(text=why_sentence(change, compared, lang)))
            for change in compared.why
        )
        paths.append(
            Fields(
                fate=compared.fate,
                stops=() if path is None else tuple(stop.node for stop in path.stops),
                hops=() if path is None else tuple(hop.facts.type for hop in path.hops),
                before=_of_date(compared.before),
                after=_of_date(compared.after),
                why=why,
                words=Fields(title=path_title(compared, lang)),
            )
        )
    return wire.PathDiff.model_validate(
        with_fields(
            diff,
            against=diff.against.on,
            paths=tuple(paths),
            words=Fields(
                headline=diff_headline(diff, lang),
                causes=tuple(diff_causes(diff, lang)),
                origin=origin(diff.revision, diff.policy, lang),
            ),
        )
    )


def _of_date(path: Path | None) -> Fields | None:
    if path is None:
        return None
    return Fields(
        number=path.number, cost=path.cost, chance=path.chance, oldest_days=path.oldest_days
    )


class _Successor(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def since(self) -> date | None: ...
    @property
    def years(self) -> str | None: ...


class _NameMatch(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def alias(self) -> str | None: ...
    @property
    def successor(self) -> _Successor | None: ...


def format_name_match(match: _NameMatch, lang: Language) -> str:
    """`Bornholm (3700 Rønne)`; `Socialstyrelsen, siden 2022/23: Social- og Boligstyrelsen`."""
    name = match.name
    if match.alias is not None and match.alias not in name:
        name = f"{name} ({match.alias})"
    if match.successor is None:
        return name
    return f"{name}, {format_successor(match.successor, lang)}"


def format_successor(successor: _Successor, lang: Language) -> str:
    """`since 10 October 2022: …`, `siden 2022/23: …`; `succeeded by …` if no year is known."""
    when = successor.years if successor.since is None else format_date(successor.since, lang)
    if when is None:
        return _("succeeded by {name}", lang, name=successor.name)
    return _("since {when}: {name}", lang, when=when, name=successor.name)


def paths_response(
    answer: Answer,
    policy: Policy,
    moment: RequestedMoment,
    lang: Language,
    *,
    numbers: Iterable[PublicNumber] = (),
) -> wire.Paths:
    """The wire form of an answer; `numbers` are those of the card for acute danger."""
    local, card = answer.local, answer.acute
    return wire.Paths.model_validate(
        with_fields(
            answer,
            call=answer.call and _call(answer.contacts[answer.call.contact - 1], moment, lang),
            contacts=tuple(
                _contact(contact, answer, policy, moment, lang) for contact in answer.contacts
            ),
            passed=tuple(
                with_fields(
                    group,
                    fit=_fit(group.fit, answer, policy, lang),
                    none=_no_path(
                        group.none,
                        account(group.none, answer, passed_goal(group, answer, policy, lang), lang),
                    ),
                    words=Fields(text=passed_reason(group, answer, policy, lang)),
                )
                for group in answer.passed
            ),
            local=local
            and with_fields(
                local,
                posts=tuple(_local_post(post, moment, lang) for post in local.posts),
                words=Fields(title=local_title(local, lang)),
            ),
            acute=card
            and with_fields(
                card,
                lines=tuple(_local_post(line, moment, lang) for line in card.lines),
                duty_line=card.duty_line and _local_post(card.duty_line, moment, lang),
                inform=tuple(_local_post(post, moment, lang) for post in card.inform),
                numbers=tuple(number._asdict() for number in numbers),
                words=Fields(
                    title=acute_title(lang),
                    duty_line=duty_line_sentence(card, lang),
                    inform=inform_heading(lang),
                ),
            ),
            none=answer.none and _no_path(answer.none, no_path_sentences(answer, lang)),
            words=Fields(
                headline=headline(answer, lang), origin=origin(answer.revision, answer.policy, lang)
            ),
        )
    )


# ---- a contact


def _contact(
    contact: Contact, answer: Answer, policy: Policy, moment: RequestedMoment, lang: Language
) -> Fields:
    best, node, none = contact.ways[0] if contact.ways else None, contact.stop.node, contact.none
    return with_fields(
        contact,
        stop=_stop(contact.stop, moment, lang),
        fit=_fit(contact.fit, answer, policy, lang),
        direct=_direct(contact.direct, node, lang),
        call=_call(contact, moment, lang),
        ways=tuple(_path(path, moment, lang, best=best) for path in contact.ways),
        fewer=_fewer(contact.fewer, lang),
        none=none and _no_path(none, account(none, answer, name_of(node, lang), lang)),
        words=Fields(title=contact_title(contact, answer, policy, lang), you=you(contact, lang)),
    )


def _call(contact: Contact, moment: RequestedMoment, lang: Language) -> Fields | None:
    if contact.call is None:
        return None
    who = contact.first_stop.resolution
    return with_fields(
        contact.call,
        availability=who and _resolution(who, moment, lang)["availability"],
        words=Fields(text=call(contact, moment, lang)),
    )


def _fit(why: Fit, answer: Answer, policy: Policy, lang: Language) -> Fields:
    return with_fields(why, words=Fields(text=fit(why, answer, policy, lang)))


def _direct(allowed: Direct | None, who: NodeRef, lang: Language) -> Fields | None:
    if allowed is None:
        return None
    text, sentences = direct(allowed, who, lang), tuple(direct_sentences(allowed, lang))
    return with_fields(allowed, words=Fields(text=text, sentences=sentences))


def _no_path(none: NoPath, sentences: Iterable[str]) -> Fields:
    return with_fields(none, words=Fields(sentences=tuple(sentences)))


# ---- a place


def _local_post(post: LocalPost, moment: RequestedMoment, lang: Language) -> Fields:
    return with_fields(
        post,
        resolution=with_fields(
            post.resolution,
            availability=with_fields(
                post.resolution.availability,
                # The duty line of the place is in the same list.
                words=Fields(
                    text=answering_sentence(post.resolution, moment, lang, is_covered=False)
                ),
            ),
        ),
        direct=_direct(post.direct, post.post, lang),
    )


# ---- a path


def _path(
    path: Path,
    moment: RequestedMoment,
    lang: Language,
    *,
    best: Path | None = None,
    before: int = 0,
) -> Fields:
    """A path, and how it differs from the best; `before`: the number of hops of preceding legs."""
    steps = enumerate(zip(path.hops, path.stops[1:], strict=True), before + 1)
    return with_fields(
        path,
        stops=tuple(_stop(stop, moment, lang) for stop in path.stops),
        hops=tuple(
            with_fields(
                hop,
                words=Fields(
                    title=hop_title(hop, stop, number, lang),
                    why=hop_reason(hop, lang, moment.on),
                    account=tuple(hop_account(hop, stop, moment, lang)),
                ),
            )
            for number, (hop, stop) in steps
        ),
        notes=tuple(
            with_fields(path_note, words=Fields(text=note(path_note, path, lang, before=before)))
            for path_note in path.notes
        ),
        words=Fields(
            summary=summary(path, moment, lang),
            account=path_account(path, lang, moment.on, before=before),
            difference=None if best is None or path is best else difference(path, best, lang),
        ),
    )


def _stop(stop: Stop, moment: RequestedMoment, lang: Language) -> Fields:
    resolution = stop.resolution
    return with_fields(
        stop,
        resolution=resolution and _resolution(resolution, moment, lang),
        words=Fields(answers=resolution and answering_sentence(resolution, moment, lang)),
    )


def _resolution(resolution: Resolution, moment: RequestedMoment, lang: Language) -> Fields:
    """Who answers at a post, with a sentence."""
    text = availability(resolution, moment, lang)
    return with_fields(
        resolution, availability=with_fields(resolution.availability, words=Fields(text=text))
    )


def _fewer(fewer: FewerPaths | None, lang: Language) -> Fields | None:
    return fewer and with_fields(fewer, words=Fields(text=fewer_sentence(fewer, lang)))


# ---- through stops


def stops_response(
    answer: StopsAnswer,
    ends: tuple[NodeRef | None, NodeRef | None],
    moment: RequestedMoment,
    lang: Language,
) -> wire.PathsThroughStops:
    """The wire form of a path through stops; `ends` are the start and the goal with names."""
    return wire.PathsThroughStops.model_validate(
        with_fields(
            answer,
            paths=tuple(_whole(whole, answer, moment, lang) for whole in answer.paths),
            fewer=_fewer(answer.fewer, lang),
            failed=tuple(
                with_fields(leg, none=_no_path(leg.none, failed_sentences(leg, answer, ends, lang)))
                for leg in answer.failed
            ),
            words=Fields(origin=origin(answer.revision, answer.policy, lang)),
        )
    )


def _whole(
    whole: WholePath, answer: StopsAnswer, moment: RequestedMoment, lang: Language
) -> Fields:
    best = answer.paths[0]
    return with_fields(
        whole,
        legs=tuple(
            _path(leg, moment, lang, before=before) for leg, before in numbered_on(whole.legs)
        ),
        words=Fields(
            summary=whole_summary(whole, lang),
            legs=tuple(
                leg_title(place, leg.stops[0].node, leg.stops[-1].node, lang)
                for place, leg in enumerate(whole.legs, 1)
            ),
            difference=None if whole is best else whole_difference(whole, best, lang),
        ),
    )


# ---- why not, and handover


def why_not_response(
    why: WhyNot, excluded: Sequence[ExcludedNode], need: Need, lang: Language
) -> wire.WhyNotAnswer:
    """The wire form of why no path goes through a node, and what the rules excluded."""
    return wire.WhyNotAnswer.model_validate(
        Fields(
            why_not=with_fields(why, words=Fields(text=why_not_sentence(why, need, lang))),
            excluded=tuple(
                with_fields(node, words=Fields(text=excluded_sentence(node, lang)))
                for node in excluded
            ),
        )
    )


def handover_response(
    answer: HandoverAnswer, moment: RequestedMoment, lang: Language
) -> wire.Handover:
    """The wire form of a handover between two areas."""
    sectors = tuple(
        with_fields(
            sector,
            giving=_side(sector.giving, moment, lang),
            taking=_side(sector.taking, moment, lang),
            path=sector.path and _path(sector.path, moment, lang),
            gaps=sector.gaps,
            words=Fields(gaps=tuple(gap.label(lang) for gap in sector.gaps)),
        )
        for sector in answer.sectors
    )
    return wire.Handover.model_validate(with_fields(answer, sectors=sectors))


def _side(side: HandoverSide, moment: RequestedMoment, lang: Language) -> Fields:
    return with_fields(side, posts=tuple(_resolution(post, moment, lang) for post in side.posts))

"""Wire form of answers about paths: each part with its text in the language of the caller.

The search builds the parts (stops, hops, resolutions) once per View. The cache here recognizes them
by identity, not by equality, and serializes each only once. A route that returns the JSON itself
names its `response_model`; the framework then does not build the model again.

The parts have the fields of the `graph` classes, so that the wire form has what the search found;
only words are added.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from fastapi import Response
from pydantic import BaseModel
from pydantic_core import to_json

from api.i18n import _
from api.requested_need import RequestedMoment
from api.schemas import paths as wire
from api.schemas.paths import Handover, Paths, PathsThroughStops, WhyNotAnswer
from api.text.availability import answering, availability
from api.text.contacts import (
    acute_title,
    contact_title,
    direct,
    direct_sentences,
    duty_line_sentence,
    fit,
    inform_heading,
    local_title,
    passed,
    passed_goal,
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
    AcuteCard,
    Contact,
    Direct,
    FewerPaths,
    Fit,
    Hop,
    LocalPost,
    NodeRef,
    NoPath,
    PassedClass,
    Path,
    Resolution,
    Stop,
)
from graph.paths.path_diff import ComparedPath, PathDiff
from graph.paths.policy import Policy
from graph.paths.stops import FailedLeg, StopsAnswer, WholePath
from graph.paths.why_not import Excluded, WhyNot
from graph.questions.handover import HandoverAnswer, HandoverSide, SectorHandover
from graph.vocabulary import Language

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Told = dict[str, object]
"""The fields of a part of an answer, from which a wire model is validated."""


def with_fields(part: "DataclassInstance", **more: object) -> Told:
    """The fields of a frozen dataclass, with added or replaced members."""
    return {name: getattr(part, name) for name in _names(type(part))} | more


@cache
def _names(cls: "type[DataclassInstance]") -> tuple[str, ...]:
    return tuple(field.name for field in fields(cls))


_MOST_KEPT: Final = 4_000  # per View: about 6 MB; an answer for all 98 municipalities has 3,100
T = TypeVar("T")
ToldPart = wire.Stop | wire.Hop | wire.Resolution
Persons = Callable[[bytes], frozenset[str]]
"""Function that finds the persons in a JSON text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """Serialized JSON and the persons in it."""

    body: bytes
    persons: frozenset[str]


class FragmentCache(Generic[T]):
    """Cache of the parts of answers of one View in one language, as built by `make`.

    Text about the current minute is cached separately from text about another moment.
    """

    def __init__(self, make: Callable[[ToldPart], T], most: int = _MOST_KEPT) -> None:
        self._make, self._most = make, most
        self._kept: dict[tuple[int, ...], tuple[object, object, object, T]] = {}

    def of(
        self, path: Path, moment: RequestedMoment, lang: Language, *, before: int = 0
    ) -> tuple[Sequence[T], Sequence[T]]:
        """The stops and hops of a path; `before` is the number of hops of preceding legs."""
        steps = enumerate(zip(path.hops, path.stops[1:], strict=True), before + 1)
        return (
            [self.stop(stop, moment, lang) for stop in path.stops],
            [self._hop(hop, stop, number, moment, lang) for number, (hop, stop) in steps],
        )

    def stop(self, stop: Stop, moment: RequestedMoment, lang: Language) -> T:
        """A stop, with a sentence on who answers there."""
        return self._once(
            (id(stop),), stop, stop, moment, lambda: stop_fragment(stop, moment, lang)
        )

    def resolution(self, resolution: Resolution, moment: RequestedMoment, lang: Language) -> T:
        """Who answers at a post, with a sentence."""
        return self._once(
            (id(resolution),), resolution, resolution, moment,
            lambda: wire.Resolution.model_validate(resolution_fragment(resolution, moment, lang)),
        )  # fmt: skip

    def _hop(self, hop: Hop, stop: Stop, number: int, moment: RequestedMoment, lang: Language) -> T:
        """A hop to a stop, with its number on the path and its description."""

        def told() -> wire.Hop:
            words = Told(
                title=hop_title(hop, stop, number, lang),
                why=hop_reason(hop, lang, moment.on),
                account=tuple(hop_account(hop, stop, moment, lang)),
            )
            return wire.Hop.model_validate(with_fields(hop, words=words))

        return self._once((id(hop), id(stop), number), hop, stop, moment, told)

    def _once(
        self,
        key: tuple[int, ...],
        part: object,
        stop: object,
        moment: RequestedMoment,
        told: Callable[[], ToldPart],
    ) -> T:
        said_at = moment.on if moment.is_now else moment
        kept = self._kept.get(key)
        if kept is not None and kept[0] is part and kept[1] is stop and kept[2] == said_at:
            return kept[3]
        if len(self._kept) >= self._most:
            self._kept.clear()
        made = self._make(told())
        self._kept[key] = part, stop, said_at, made
        return made


def stop_fragment(stop: Stop, moment: RequestedMoment, lang: Language) -> wire.Stop:
    """The wire form of a stop, with a sentence on who answers there."""
    resolution = stop.resolution
    return wire.Stop.model_validate(
        with_fields(
            stop,
            resolution=resolution and resolution_fragment(resolution, moment, lang),
            words=Told(answers=resolution and answering(resolution, moment, lang)),
        )
    )


def resolution_fragment(resolution: Resolution, moment: RequestedMoment, lang: Language) -> Told:
    """The fields of a resolution, with a sentence on who answers."""
    text = availability(resolution, moment, lang)
    return with_fields(
        resolution, availability=with_fields(resolution.availability, words=Told(text=text))
    )


def sent_fragment(told: ToldPart) -> ToldPart:
    """A part as its wire model, unserialized."""
    return told


def written_once(persons: Persons) -> Callable[[BaseModel], Fragment]:
    """Return a function that serializes a part and finds the persons in it."""

    def written(told: BaseModel) -> Fragment:
        body = to_json(told)
        return Fragment(body=body, persons=persons(body))

    return written


# ---- answers serialized from cached parts

_NOBODY: Final = wire.Named(id="", name=None)
NO_RESOLUTION: Final = wire.Resolution(
    post=_NOBODY, rung="CLOSED", cost=None, who=None, since=None, vacant_since=None, until=None,
    leaves=None, is_at_once=False, is_hidden=False, channels=(), passed_over=(), order=(),
    reveal=None,
    availability=wire.Availability(
        state="NOBODY", rung="CLOSED", who=None, until=None, opens_at=None, covers=None,
        is_dated=False, words=wire.AvailabilityWords(text=""),
    ),
)  # fmt: skip
NO_STOP: Final = wire.Stop(
    node=_NOBODY, label="Area", kind=None, tier="NATIONAL", area=None, resolution=None, covers=(),
    words=wire.StopWords(answers=None),
)  # fmt: skip
"""Placeholders in an answer for the cached parts."""
# No text of an answer matches: in a JSON text a quote is preceded by a backslash.
_LEFT_OUT: Final = re.compile(
    b"|".join(
        (
            rb'"stops":\[\],"hops":\[\]',
            re.escape(to_json(NO_STOP)),
            re.escape(to_json(NO_RESOLUTION)),
        )
    )
)


def assemble(
    told: Paths, parts: Iterable[Sequence[Sequence[Fragment]]], persons: Persons
) -> Fragment:
    """Serialize an answer, with the cached parts in place of their placeholders, in order.

    Each element of `parts` is a part alone, as `((part,),)`, or the stops and the hops of a path.
    """
    written, named = to_json(told), set[str]()
    body, end = bytearray(), 0
    for place, lists in zip(_LEFT_OUT.finditer(written), parts, strict=True):
        body += written[end : place.start()]
        body += _written(lists)
        end = place.end()
        named.update(*(one.persons for several in lists for one in several))
    body += written[end:]
    return Fragment(body=bytes(body), persons=persons(written) | named)


def _written(lists: Sequence[Sequence[Fragment]]) -> bytes:
    if len(lists) == 1:
        return lists[0][0].body
    stops, hops = (b",".join([one.body for one in several]) for several in lists)
    return b'"stops":[%b],"hops":[%b]' % (stops, hops)


def json_response(answer: BaseModel) -> Response:
    """An answer as a JSON response."""
    return json_response_as(to_json(answer))


def json_response_as(body: bytes) -> Response:
    """A JSON response from serialized bytes."""
    return Response(body, media_type="application/json")


def path_diff_response(diff: PathDiff, lang: Language) -> wire.PathDiff:
    """The wire form of a comparison of two dates."""
    return wire.PathDiff.model_validate(
        with_fields(
            diff,
            against=diff.against.on,
            paths=tuple(_path(one, lang) for one in diff.paths),
            words=Told(
                headline=diff_headline(diff, lang),
                causes=tuple(diff_causes(diff, lang)),
                origin=origin(diff.revision, diff.policy, lang),
            ),
        )
    )


def _path(one: ComparedPath, lang: Language) -> Told:
    path = one.after or one.before
    return Told(
        fate=one.fate,
        stops=() if path is None else tuple(stop.node for stop in path.stops),
        hops=() if path is None else tuple(hop.facts.type for hop in path.hops),
        before=_of_date(one.before),
        after=_of_date(one.after),
        why=tuple(
            with_fields(why, words=Told(text=why_sentence(why, one, lang))) for why in one.why
        ),
        words=Told(title=path_title(one, lang)),
    )


def _of_date(path: Path | None) -> Told | None:
    if path is None:
        return None
    return Told(
        number=path.number, cost=path.cost, chance=path.chance, oldest_days=path.oldest_days
    )


class _Successor(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def since(self) -> date | None: ...
    @property
    def years(self) -> str | None: ...


class _Found(Protocol):
    @property
    def name(self) -> str: ...
    @property
    def alias(self) -> str | None: ...
    @property
    def successor(self) -> _Successor | None: ...


def format_name_match(one: _Found, lang: Language) -> str:
    """`Bornholm (3700 Rønne)`; `Socialstyrelsen, siden 2022/23: Social- og Boligstyrelsen`."""
    name = one.name
    if one.alias is not None and one.alias not in name:
        name = f"{name} ({one.alias})"
    return name if one.successor is None else f"{name}, {format_successor(one.successor, lang)}"


def format_successor(one: _Successor, lang: Language) -> str:
    """`since 10 October 2022: …`, `siden 2022/23: …`; `succeeded by …` if no year is known."""
    when = one.years if one.since is None else format_date(one.since, lang)
    if when is None:
        return _("succeeded by {name}", lang, name=one.name)
    return _("since {when}: {name}", lang, when=when, name=one.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseText:
    """An answer with its policy, and the moment and language of its text."""

    answer: Answer
    policy: Policy
    moment: RequestedMoment
    lang: Language


def paths_response(
    telling: ResponseText, kept: FragmentCache[Fragment], persons: Persons
) -> Fragment:
    """A complete serialized answer; its parts are cached for later answers."""
    return assemble(_told_paths(telling), _parts(telling, kept), persons)


def _parts(
    telling: ResponseText, kept: FragmentCache[Fragment]
) -> Iterator[Sequence[Sequence[Fragment]]]:
    """The parts of an answer in the order of their placeholders."""
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
    """The wire form of an answer, with placeholders for the cached parts."""
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

    `before` is the number of hops of preceding legs.
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
    """The wire form of a path through stops; `ends` are the start and the goal with names."""
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


# ---- why not, and handover


def why_not_response(
    why: WhyNot, excluded: Sequence[Excluded], need: Need, lang: Language
) -> WhyNotAnswer:
    """The wire form of why no path goes through a node, and what the rules excluded."""
    return WhyNotAnswer.model_validate(
        Told(
            why_not=with_fields(why, words=Told(text=why_not_sentence(why, need, lang))),
            excluded=tuple(
                with_fields(one, words=Told(text=excluded_sentence(one, lang))) for one in excluded
            ),
        )
    )


def handover_response(answer: HandoverAnswer, lang: Language) -> Handover:
    """The wire form of a handover between two areas."""
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

"""The stops, hops and resolutions of answers as they are sent: each told once for a View, and
written once.

The core makes them once for a View; here they are known again by being the same, not equal.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from pydantic import BaseModel
from pydantic_core import to_json

from api.asked_moment import RequestedMoment
from api.beside import Told, with_fields
from api.schemas import paths as wire
from api.schemas.answers import Paths
from api.text.availability import answering, availability
from api.text.hops import hop_account, hop_title
from api.text.paths import hop_reason
from graph.paths.answer import Hop, Path, Resolution, Stop
from graph.vocabulary import Language

_MOST_KEPT: Final = 4_000  # of one View: about 6 MB; to all 98 municipalities: 3,100
T = TypeVar("T")
ToldPart = wire.Stop | wire.Hop | wire.Resolution
Persons = Callable[[bytes], frozenset[str]]
"""Which of the persons that are shown stand in a JSON text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fragment:
    """JSON as it is sent, and the persons in it."""

    body: bytes
    persons: frozenset[str]


class FragmentCache(Generic[T]):
    """The parts of answers of one View in one language, each as `make` makes it of what is told.

    What is said of the present minute is kept apart from what is said of another.
    """

    def __init__(self, make: Callable[[ToldPart], T], most: int = _MOST_KEPT) -> None:
        self._make, self._most = make, most
        self._kept: dict[tuple[int, ...], tuple[object, object, object, T]] = {}

    def of(
        self, path: Path, moment: RequestedMoment, lang: Language, *, before: int = 0
    ) -> tuple[Sequence[T], Sequence[T]]:
        """The stops and the hops of a path; `before`: how many hops were counted before its own."""
        steps = enumerate(zip(path.hops, path.stops[1:], strict=True), before + 1)
        return (
            [self.stop(stop, moment, lang) for stop in path.stops],
            [self._hop(hop, stop, number, moment, lang) for number, (hop, stop) in steps],
        )

    def stop(self, stop: Stop, moment: RequestedMoment, lang: Language) -> T:
        """A stop, with who answers there in a sentence."""
        return self._once(
            (id(stop),), stop, stop, moment, lambda: stop_fragment(stop, moment, lang)
        )

    def resolution(self, resolution: Resolution, moment: RequestedMoment, lang: Language) -> T:
        """Who answers at a post, in a sentence."""
        return self._once(
            (id(resolution),), resolution, resolution, moment,
            lambda: wire.Resolution.model_validate(resolution_fragment(resolution, moment, lang)),
        )  # fmt: skip

    def _hop(self, hop: Hop, stop: Stop, number: int, moment: RequestedMoment, lang: Language) -> T:
        """A hop to a stop, by its number on the path, with its account."""

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
    """A stop, with who answers there in a sentence."""
    resolution = stop.resolution
    return wire.Stop.model_validate(
        with_fields(
            stop,
            resolution=resolution and resolution_fragment(resolution, moment, lang),
            words=Told(answers=resolution and answering(resolution, moment, lang)),
        )
    )


def resolution_fragment(resolution: Resolution, moment: RequestedMoment, lang: Language) -> Told:
    """Who answers at a post, in a sentence."""
    text = availability(resolution, moment, lang)
    return with_fields(
        resolution, availability=with_fields(resolution.availability, words=Told(text=text))
    )


def sent_fragment(told: ToldPart) -> ToldPart:
    """A part as it is told."""
    return told


def written_once(persons: Persons) -> Callable[[BaseModel], Fragment]:
    """What makes a part as it is sent."""

    def written(told: BaseModel) -> Fragment:
        body = to_json(told)
        return Fragment(body=body, persons=persons(body))

    return written


# ---- an answer, told without its parts and written with them

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
"""What stands in an answer where a kept part will be written."""
# No text of an answer holds any of these: in a text a quote stands behind a backslash.
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
    """An answer that was told without its parts, written with them in the order they stand in it.

    Each is a part alone, as `((part,),)`, or the stops and the hops of a path.
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

"""The stops and hops of paths as they are sent: each told once for a View, and written once.

The core makes them once for a View; here they are known again by being the same, not equal.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Final, Generic, TypeVar

from pydantic import BaseModel
from pydantic_core import to_json

from api.beside import Told, beside
from api.explain_words import hop_account, hop_title
from api.path_words import answering, hop_reason
from api.schemas import paths as wire
from api.schemas.found import Paths
from graph.questions.paths.answer import Hop, Path, Stop
from graph.vocabulary import Language

_MOST_KEPT: Final = 2_000  # of one View: about 3 MB; to all 98 municipalities: 1,459
_LEFT_OUT: Final = b'"stops":[],"hops":[]'
T = TypeVar("T")
Persons = Callable[[bytes], frozenset[str]]
"""Which of the persons that are shown stand in a JSON text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """JSON as it is sent, and the persons in it."""

    body: bytes
    persons: frozenset[str]


class Kept(Generic[T]):
    """The stops and hops of one View in one language, each as `make` makes it of what is told."""

    def __init__(self, make: Callable[[wire.Stop | wire.Hop], T], most: int = _MOST_KEPT) -> None:
        self._make, self._most = make, most
        self._kept: dict[tuple[int, ...], tuple[Stop | Hop, Stop, T]] = {}

    def of(
        self, path: Path, lang: Language, on: date, *, before: int = 0
    ) -> tuple[Sequence[T], Sequence[T]]:
        """The stops and the hops of a path; `before`: how many hops were counted before its own."""
        steps = enumerate(zip(path.hops, path.stops[1:], strict=True), before + 1)
        return (
            [self._stop(stop, lang, on) for stop in path.stops],
            [self._hop(hop, stop, number, lang, on) for number, (hop, stop) in steps],
        )

    def _stop(self, stop: Stop, lang: Language, on: date) -> T:
        """A stop, with who answers there in a sentence."""
        key = (id(stop),)
        kept = self._kept.get(key)
        if kept is not None and kept[0] is stop:
            return kept[2]
        resolution = stop.resolution
        answers = None if resolution is None else answering(resolution, lang, on=on)
        told = wire.Stop.model_validate(beside(stop, words=Told(answers=answers)))
        return self._keep(key, stop, stop, told)

    def _hop(self, hop: Hop, stop: Stop, number: int, lang: Language, on: date) -> T:
        """A hop to a stop, by its number on the path, with its account."""
        key = (id(hop), id(stop), number)
        kept = self._kept.get(key)
        if kept is not None and kept[0] is hop and kept[1] is stop:
            return kept[2]
        words = Told(
            title=hop_title(hop, number, lang),
            why=hop_reason(hop, lang, on),
            account=tuple(hop_account(hop, stop, lang, on)),
        )
        return self._keep(key, hop, stop, wire.Hop.model_validate(beside(hop, words=words)))

    def _keep(
        self, key: tuple[int, ...], part: Stop | Hop, stop: Stop, told: wire.Stop | wire.Hop
    ) -> T:
        if len(self._kept) >= self._most:
            self._kept.clear()
        made = self._make(told)
        self._kept[key] = part, stop, made
        return made


def as_told(told: wire.Stop | wire.Hop) -> wire.Stop | wire.Hop:
    """A part as it is told."""
    return told


def written_once(persons: Persons) -> Callable[[BaseModel], Part]:
    """What makes a part as it is sent."""

    def written(told: BaseModel) -> Part:
        body = to_json(told)
        return Part(body=body, persons=persons(body))

    return written


def filled(
    told: Paths, parts: Sequence[tuple[Sequence[Part], Sequence[Part]]], persons: Persons
) -> Part:
    """An answer that was told without the stops and hops of its paths, written with them."""
    written = to_json(told)
    pieces = written.split(_LEFT_OUT)  # no text holds it: there a quote stands behind a backslash
    body = bytearray(pieces[0])
    for (stops, hops), piece in zip(parts, pieces[1:], strict=True):
        body += b'"stops":[%b],"hops":[%b]' % (_listed(stops), _listed(hops))
        body += piece
    named = (one.persons for one in chain.from_iterable(chain.from_iterable(parts)))
    return Part(body=bytes(body), persons=persons(written).union(*named))


def _listed(parts: Sequence[Part]) -> bytes:
    return b",".join([one.body for one in parts])

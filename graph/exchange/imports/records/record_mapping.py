"""Readings of the source's own words: types of units, and kinds of posts.

A word equal to a label of Kontaktvej's is read as that label; a nearly equal one is read and listed
with its reading; for any other, the user is asked. A user's reading may also leave out a word, or
all other words.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final, TypeVar

from graph.errors import InvalidNeed
from graph.exchange.imports.mapping import ACCEPTED, ValueReading
from graph.exchange.imports.targets import TargetField
from graph.exchange.imports.words import kinds_of, plain
from graph.vocabulary import AuthorityKind, OrganizationKind, PostKind, Sector, Term, Tier

TermT = TypeVar("TermT", bound=Term)
OTHERS: Final = "*"
"""Stands for all words that have no reading of their own."""
_MARGIN: Final = 3  # by which a word nearly like a kind must be better than the next
_SURE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReading:
    """The reading of a type of unit; tier and sector default to those of the unit above."""

    kind: AuthorityKind | OrganizationKind
    tier: Tier | None = None
    sector: Sector | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMapping:
    """The readings of words that a user chose."""

    values: tuple[ValueReading, ...] = ()
    _units: Mapping[str, UnitReading | None] = field(
        default_factory=dict[str, UnitReading | None], init=False
    )
    _posts: Mapping[str, PostKind | None] = field(
        default_factory=dict[str, PostKind | None], init=False
    )

    def __post_init__(self) -> None:
        """Parse the readings. Raises: InvalidNeed: one is not a kind."""
        object.__setattr__(
            self,
            "_units",
            {_key(one.typed): unit_reading(one.value) for one in self._of(TargetField.UNIT)},
        )
        object.__setattr__(
            self,
            "_posts",
            {_key(one.typed): post_reading(one.value) for one in self._of(TargetField.POST)},
        )

    def _of(self, target: TargetField) -> Iterable[ValueReading]:
        return (one for one in self.values if one.field is target)

    def digest(self) -> str:
        """Return the SHA-256 of the readings."""
        said = sorted(f"{one.field.value}\x1f{one.typed}\x1f{one.value}" for one in self.values)
        return hashlib.sha256("\x1e".join(said).encode()).hexdigest()

    def unit(self, word: str) -> UnitReading | None:
        """Return the reading of a type of unit; None: left out. Raises: KeyError: not known."""
        key = _key(word)
        if key in self._units:
            return self._units[key]
        if key in _unit_words():
            return UnitReading(kind=_unit_words()[key])
        return self._units[OTHERS]

    def post(self, words: Iterable[str]) -> tuple[PostKind | None, int]:
        """Return the kind of a post, and the score of the match; None: it is left out.

        Raises: KeyError: no word has a reading.
        """
        listed = [word for word in words if word]
        for word in listed or [""]:
            key = _key(word)
            if key in self._posts:
                return self._posts[key], _SURE
        for word in listed:
            found = kinds_of(word, "post")
            if not found:
                continue
            score, kind = found[0].score, found[0].kind
            rest = found[1].score if len(found) > 1 else 0
            if isinstance(kind, PostKind) and (
                score == _SURE or (score >= ACCEPTED and score - rest >= _MARGIN)
            ):
                return kind, round(score)
        return self._posts[OTHERS], _SURE


def _key(word: str) -> str:
    return OTHERS if word.strip() == OTHERS else plain(word)


@cache
def _unit_words() -> Mapping[str, AuthorityKind | OrganizationKind]:
    words: dict[str, AuthorityKind | OrganizationKind] = {}
    for kinds in (OrganizationKind, AuthorityKind):
        for kind in kinds:
            for word in (kind.value, kind.label_da, kind.label_en):
                words[plain(word)] = kind
    return words


def unit_reading(text: str) -> UnitReading | None:
    """Parse a typed reading, `UNIT` or `UNIT/MUNICIPAL/YOUTH`; empty: left out.

    Raises: InvalidNeed: a part is not a kind, tier or sector.
    """
    if not text.strip():
        return None
    kind, *rest = (part.strip() for part in text.split("/"))
    known = _unit_words().get(plain(kind))
    if known is None or len(rest) > 2:
        raise _not_one(*AuthorityKind, *OrganizationKind)
    tier, sector = (*rest, "", "")[:2]
    return UnitReading(
        kind=known,
        tier=_member(Tier, tier) if tier else None,
        sector=_member(Sector, sector) if sector else None,
    )


def post_reading(text: str) -> PostKind | None:
    """Parse a typed kind of post; empty: left out. Raises: InvalidNeed: it is not a kind."""
    return _member(PostKind, text) if text.strip() else None


def _member(terms: type[TermT], text: str) -> TermT:
    key = plain(text)
    for term in terms:
        if key in (plain(term.value), plain(term.label_da), plain(term.label_en)):
            return term
    raise _not_one(*terms)


def _not_one(*terms: Term) -> InvalidNeed:
    listed = ", ".join(term.value for term in terms)
    return InvalidNeed("--read", f"skal være et af {listed}", f"must be one of {listed}")

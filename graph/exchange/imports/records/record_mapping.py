"""Readings of the source's own words: types of units, and kinds of posts.

A word equal to a label of Kontaktvej's is read as that label; a nearly equal one is read and listed
with its reading; for any other, the user is asked. A user's reading may also leave out a word, or
all other words.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, cast

from graph.errors import InvalidNeed
from graph.exchange.imports.kind_readings import find_kind
from graph.exchange.imports.mapping import ACCEPTED, ValueReading
from graph.exchange.imports.targets import TargetField
from graph.exchange.imports.words import KindProposal, is_own_word, kinds_of, plain
from graph.own_kinds import NO_OWN_KINDS, OwnKinds
from graph.vocabulary import AuthorityKind, OrganizationKind, PostKind, Sector, Tier

OTHERS: Final = "*"
"""Stands for all words that have no reading of their own."""
_MARGIN: Final = 3  # by which a word nearly like a kind must be better than the next
_SURE: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitReading:
    """The reading of a type of unit; tier and sector default to those of the unit above.

    `own_kind` and `own_sector` are the ids of own kinds beneath `kind` and `sector`.
    """

    kind: AuthorityKind | OrganizationKind
    own_kind: str | None = None
    tier: Tier | None = None
    sector: Sector | None = None
    own_sector: str | None = None

    def text(self) -> str:
        """Return the reading as it is typed, with identifiers."""
        sector = self.own_sector or (self.sector and self.sector.value)
        parts = (self.own_kind or self.kind.value, self.tier and self.tier.value, sector)
        return "/".join(part or "" for part in parts).rstrip("/")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMapping:
    """The readings of words that a user chose.

    `removed_readings` are saved readings as kinds that exist no more: their words are asked about
    again.
    """

    values: tuple[ValueReading, ...] = ()
    own_kinds: OwnKinds = NO_OWN_KINDS
    removed_readings: tuple[ValueReading, ...] = ()
    name: str = "--read"
    """The option or member that has the readings, for messages."""
    _units: Mapping[str, UnitReading | None] = field(
        default_factory=dict[str, UnitReading | None], init=False
    )
    _posts: Mapping[str, KindProposal | None] = field(
        default_factory=dict[str, KindProposal | None], init=False
    )
    _proposals: dict[tuple[str, ...], KindProposal | None] = field(
        default_factory=dict[tuple[str, ...], KindProposal | None], init=False, compare=False
    )
    """The kinds of posts by words: many seats have the same ones, and a search is slow."""

    def __post_init__(self) -> None:
        """Parse the readings. Raises: InvalidNeed: one is not a kind."""
        units = {
            _key(reading.typed): unit_reading(reading.value, self.own_kinds, self.name)
            for reading in self._of(TargetField.UNIT)
        }
        posts = {
            _key(reading.typed): post_reading(reading.value, self.own_kinds, self.name)
            for reading in self._of(TargetField.POST)
        }
        object.__setattr__(self, "_units", units)
        object.__setattr__(self, "_posts", posts)

    @classmethod
    def of_saved(cls, values: Iterable[ValueReading], own_kinds: OwnKinds) -> "RecordMapping":
        """Return the mapping of saved readings, some of whose kinds may have been removed since."""
        readings: list[ValueReading] = []
        removed_readings: list[ValueReading] = []
        for reading in values:
            try:
                cls(values=(reading,), own_kinds=own_kinds)
            except InvalidNeed:
                removed_readings.append(reading)
            else:
                readings.append(reading)
        return cls(
            values=tuple(readings), own_kinds=own_kinds, removed_readings=tuple(removed_readings)
        )

    def _of(self, target: TargetField) -> Iterable[ValueReading]:
        return (reading for reading in self.values if reading.field is target)

    def reads_unit(self, word: str) -> bool:
        """Return whether the user chose what a type of unit is."""
        return _key(word) in self._units

    def removed_kind(self, target: TargetField, word: str) -> str | None:
        """Return the kind that a word was read as, if it was removed."""
        words = (_key(word), OTHERS)
        readings = [
            reading
            for reading in self.removed_readings
            if reading.field is target and _key(reading.typed) in words
        ]
        return (
            min(readings, key=lambda reading: _key(reading.typed) == OTHERS).value
            if readings
            else None
        )

    def _is_removed(self, target: TargetField, key: str) -> bool:
        return any(
            reading.field is target and _key(reading.typed) == key
            for reading in self.removed_readings
        )

    def digest(self) -> str:
        """Return the SHA-256 of the readings."""
        lines = sorted(
            f"{reading.field.value}\x1f{reading.typed}\x1f{reading.value}"
            for reading in self.values
        )
        return hashlib.sha256("\x1e".join(lines).encode()).hexdigest()

    def unit(self, word: str) -> UnitReading | None:
        """Return the reading of a type of unit; None: left out. Raises: KeyError: not known."""
        key = _key(word)
        if key in self._units:
            return self._units[key]
        if self._is_removed(TargetField.UNIT, key):
            raise KeyError(key)
        kinds = _unit_words(self.own_kinds).get(key)
        if kinds is not None and len(kinds) == 1:
            return kinds[0]
        return self._units[OTHERS]

    def post(self, words: Iterable[str]) -> KindProposal | None:
        """Return the kind of a post, with the score of the match; None: it is left out.

        Raises: KeyError: no word has a reading.
        """
        listed = tuple(word for word in words if word)
        if listed not in self._proposals:
            self._proposals[listed] = self._post(listed)
        return self._proposals[listed]

    def synonym(self, words: Iterable[str]) -> str | None:
        """Return the first word for a post if none is its kind's own, or was chosen to mean it."""
        kind, listed = self.post(words), [word for word in words if word]
        if kind is None or any(
            _key(word) in self._posts or is_own_word(word, kind) for word in listed
        ):
            return None
        return next(iter(listed), None)

    def _post(self, listed: Sequence[str]) -> KindProposal | None:
        for word in listed or ("",):
            key = _key(word)
            if key in self._posts:
                return self._posts[key]
            if self._is_removed(TargetField.POST, key):
                raise KeyError(key)
        for word in listed:
            kinds = kinds_of(word, "post", self.own_kinds)
            if not kinds:
                continue
            best = kinds[0]
            rest = kinds[1].score if len(kinds) > 1 else 0
            if best.score == _SURE or (best.score >= ACCEPTED and best.score - rest >= _MARGIN):
                return best
        return self._posts[OTHERS]


def _key(word: str) -> str:
    return OTHERS if word.strip() == OTHERS else plain(word)


@lru_cache(maxsize=4)
def _unit_words(own_kinds: OwnKinds) -> Mapping[str, tuple[UnitReading, ...]]:
    """The kinds of units by identifier and label; a label may be that of several."""
    words: dict[str, tuple[UnitReading, ...]] = {}
    for kinds in (OrganizationKind, AuthorityKind):
        for kind in kinds:
            for word in (kind.value, kind.label_da, kind.label_en):
                words[plain(word)] = (UnitReading(kind=kind),)
    for row in own_kinds.rows:
        if isinstance(row.parent, AuthorityKind | OrganizationKind):
            reading = UnitReading(kind=row.parent, own_kind=row.id)
            for word in {plain(row.label_da), plain(row.label_en)} - {""}:
                words[word] = (*words.get(word, ()), reading)
    return words


def unit_reading(
    text: str, own_kinds: OwnKinds = NO_OWN_KINDS, name: str = "--read"
) -> UnitReading | None:
    """Parse a typed reading, `UNIT` or `UNIT/MUNICIPAL/YOUTH`; empty: left out.

    Raises: InvalidNeed: a part is not a kind, tier or sector; `name` is where it was typed.
    """
    if not text.strip():
        return None
    kind, *rest = (part.strip() for part in text.split("/"))
    proposal = find_kind(kind, (AuthorityKind, OrganizationKind), own_kinds, name=name)
    if len(rest) > 2:
        raise InvalidNeed(name, "skal have formen ART/NIVEAU/SEKTOR", "must be KIND/TIER/SECTOR")
    tier, sector = (*rest, "", "")[:2]
    of = find_kind(sector, (Sector,), own_kinds, name=name) if sector else None
    return UnitReading(
        kind=cast("AuthorityKind | OrganizationKind", proposal.kind),
        own_kind=proposal.own and proposal.own.id,
        tier=cast("Tier", find_kind(tier, (Tier,), own_kinds, name=name).kind) if tier else None,
        sector=cast("Sector", of.kind) if of else None,
        own_sector=of.own.id if of and of.own else None,
    )


def post_reading(
    text: str, own_kinds: OwnKinds = NO_OWN_KINDS, name: str = "--read"
) -> KindProposal | None:
    """Parse a typed kind of post; empty: left out.

    Raises: InvalidNeed: it is not a kind; `name` is where it was typed.
    """
    return find_kind(text, (PostKind,), own_kinds, name=name) if text.strip() else None

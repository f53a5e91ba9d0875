"""Base classes of nodes and links: id, revision, validity, source, and field checks."""

import hashlib
import re
import secrets
import time
import uuid
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from datetime import date
from enum import Enum, auto
from functools import cache
from types import UnionType
from typing import (
    Annotated,
    Any,
    ClassVar,
    Final,
    NamedTuple,
    NoReturn,
    Self,
    Union,
    final,
    get_args,
    get_origin,
    get_type_hints,
)

from graph.errors import Fault, Invalid
from graph.model.contact_forms import DIALED
from graph.model.content_filter import holds_contact, refuse_content, refuse_number
from graph.normal_form import normal_form
from graph.vocabulary import Channel, Label, LegalGate, LinkType, PreventionLevel, Rule, Term

_VERSION: Final = 7 << 76
_VARIANT: Final = 2 << 62
_LETTERS: Final = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def new_id() -> str:
    """Return a new UUIDv7 (RFC 9562, section 5.7): 48 bits of milliseconds, 74 random bits."""
    return _uuid7(time.time_ns() // 1_000_000, secrets.randbits(74))


def id_of(*key: str, at_ms: int = 0) -> str:
    """Return the deterministic UUIDv7 of a key.

    The random bits are the first 74 of the key's SHA-256, so seeding twice yields the same ids.
    """
    digest = hashlib.sha256("\x1f".join(key).encode()).digest()
    return _uuid7(at_ms, int.from_bytes(digest[:10]) >> 6)


def random_id(prefix: str) -> str:
    """Return a new id: the prefix and 16 random letters."""
    return f"{prefix}-{letters_of(secrets.token_hex(8))}"


def letters_of(hexadecimal: str) -> str:
    """Return hexadecimal digits as letters from a to p: without digits, no id looks like CPR."""
    return hexadecimal.translate(_LETTERS)


def _uuid7(at_ms: int, random_bits: int) -> str:
    high, low = random_bits >> 62, random_bits & ((1 << 62) - 1)
    return str(uuid.UUID(int=at_ms << 80 | _VERSION | high << 64 | _VARIANT | low))


_NOT_DIGITS: Final = re.compile(r"[^0-9]")
_NATIONAL_DIGITS: Final = 8


@final
class Secret:
    """A contact value in clear text; only reveal, action card and vCard may hold one.

    `repr` and formatting show `<Secret>`; pickling, copying and JSON encoding fail. A log line, a
    cache or a response that was not meant to carry the value therefore cannot leak it.
    """

    __slots__ = ("_clear", "is_stored")

    def __init__(self, clear: str, *, is_stored: bool = False) -> None:
        """Hold a value; `is_stored`: it was read from the store, whose rules were those of then."""
        self._clear, self.is_stored = clear, is_stored

    def uncover(self) -> str:
        """Return the clear value; every call site needs attention in review."""
        return self._clear

    def __repr__(self) -> str:
        return "<Secret>"

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a secret is neither pickled nor copied")


def hint(channel: Channel, value: str) -> str:
    """Return what a list may show of a contact value: at most the last two digits of a number.

    A number of fewer than eight digits, and any value of another channel, shows no digit.
    """
    digits = _NOT_DIGITS.sub("", value)
    if channel not in DIALED or len(digits) < _NATIONAL_DIGITS:
        return "•••••"
    is_danish = len(digits) == _NATIONAL_DIGITS or re.match(r"\s*(\+|00)45", value)
    return f"{'+45' if is_danish else '+••'} •• •• •• {digits[-2:]}"


MAX_TEXT = 120
_UNIONS: Final = (Union, UnionType)  # Python 3.11 yields either, depending on the operands
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")  # the common part of BCP 47


class Mark(Enum):
    """Attributes of a field, read by the checks, the store and the Snapshot."""

    TEXT = auto()  # free text: NFC, trimmed, short, passed through the content filter
    GUARDED = auto()  # structured text, e.g. a URL: passed through the filter too
    SEALED = auto()  # personal: encrypted before it reaches the database driver
    REF = auto()  # the id of another node or link
    OWN_KIND = auto()  # the id of an own kind


Text = Annotated[str, Mark.TEXT]
Texts = frozenset[Text]
PersonalText = Annotated[str, Mark.TEXT, Mark.SEALED]
Ref = Annotated[str, Mark.REF]
Url = Annotated[str, Mark.GUARDED]
PersonalCode = Annotated[str, Mark.SEALED]
OwnKindId = Annotated[str, Mark.OWN_KIND]
OwnKindIds = frozenset[OwnKindId]


@cache
def _defaults(cls: type) -> tuple[tuple[str, object], ...]:
    """Return the default of each field of `cls`; MISSING where it must have a value."""
    return tuple((field.name, field.default) for field in fields(cls))


@cache
def marked_fields(cls: type, mark: Mark) -> tuple[str, ...]:
    """Return the names of the fields of `cls` that carry `mark`, in order of definition."""
    hints = get_type_hints(cls, include_extras=True)
    return tuple(field.name for field in fields(cls) if mark in _marks(hints[field.name]))


class AcceptedTypes(NamedTuple):
    """The exact types a field accepts, and the type of the members of a set."""

    name: str
    types: frozenset[type]
    inside: type | None
    rule: Rule


@cache
def accepted_types(cls: type) -> tuple[AcceptedTypes, ...]:
    """Return the types each field of `cls` accepts, for checks at run time."""
    accepted: list[AcceptedTypes] = []
    for name, hint in ((field.name, get_type_hints(cls)[field.name]) for field in fields(cls)):
        parts: tuple[Any, ...] = get_args(hint) if get_origin(hint) in _UNIONS else (hint,)
        allowed = frozenset(get_origin(part) or part for part in parts)
        inside = next((get_args(part)[0] for part in parts if get_args(part)), None)
        is_word = any(issubclass(kind, Term) for kind in (*allowed, inside or object))
        rule = Rule.UNKNOWN_WORD if is_word else Rule.BAD_FORMAT
        types = allowed | {int} if float in allowed else allowed
        accepted.append(AcceptedTypes(name, types, inside, rule))
    return tuple(accepted)


@cache
def code_fields(cls: type) -> tuple[str, ...]:
    """Return the names of the fields of `cls` that hold ids or codes, singly or in a set."""
    hints = get_type_hints(cls)
    free = (*marked_fields(cls, Mark.TEXT), *marked_fields(cls, Mark.GUARDED))
    return tuple(
        field.name
        for field in fields(cls)
        if field.name not in free and hints[field.name] in (str, str | None, frozenset[str])
    )


def _marks(hint: Any) -> Iterator[object]:
    """The markers of a type, also inside a union: `Text | None` is marked like `Text`."""
    if get_origin(hint) is Annotated:
        yield from get_args(hint)[1:]
    for part in get_args(hint):
        if get_args(part):
            yield from _marks(part)


def each_text(value: str | frozenset[str] | None) -> Sequence[str]:
    """Return the texts of a field: the single one, or those of a set, sorted."""
    return (value,) if isinstance(value, str) else sorted(value or ())


def clean(text: str) -> str:
    """Return a text as it is stored: NFC, without white space at the ends."""
    return text if text.isascii() and text == text.strip() else normal_form("NFC", text).strip()


def both_or_neither(where: str, name: str, value: object, other: object) -> Iterator[Fault]:
    """Yield a fault if only one of two fields that belong together is filled in."""
    if (value is None) != (other is None):
        yield Fault(where, name, Rule.BOTH_OR_NEITHER)


def period_faults(where: str, name: str, start: date | None, end: date | None) -> Iterator[Fault]:
    """Yield a fault if a half-open period is empty or reversed."""
    if start is not None and end is not None and start >= end:
        yield Fault(where, name, Rule.FROM_AFTER_TO)


def within(where: str, name: str, value: float | None, low: float, high: float) -> Iterator[Fault]:
    """Yield a fault if a number is given and is outside `low` to `high`, both inclusive."""
    if value is not None and not low <= value <= high:
        yield Fault(where, name, Rule.OUT_OF_RANGE)


def months_later(day: date, months: int) -> date:
    """Return the same day so many months later, or the last day of a shorter month."""
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def known_languages(where: str, languages: frozenset[str]) -> Iterator[Fault]:
    """Yield a fault if a language does not have the form of a BCP 47 tag."""
    if not all(_LANGUAGE.fullmatch(language) for language in languages):
        yield Fault(where, "languages", Rule.BAD_FORMAT)


_ID = re.compile(r"[a-z0-9][a-z0-9_:.-]{0,119}")
_SOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:./-]{0,119}")
_EXTERNAL_ID = re.compile(r"[A-Za-z0-9_:./-]{1,120}")
OWN_KIND_ID: Final = re.compile(r"[A-Z][A-Z0-9_]{1,39}")
"""The form of the id of an own kind: like the identifiers of the vocabulary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A node or link: permanent id, revision of the last write, period of validity and source.

    `valid_from` and `valid_to` are half-open Danish dates; None is unbounded. `source` is a key of
    `SOURCES.md`, the name of an imported system, `form`, or `demo`. `external_id` is the id in the
    source's own system, unique among the nodes, or the links, of the source; `batch` is the id of
    the last import that wrote the element. Only imports set these two. An element that an
    import created and its undo took back begins and ends on the same day, and so is never valid.
    """

    id: str
    revision: int = 1
    valid_from: date | None = None
    valid_to: date | None = None
    source: str
    external_id: str | None = None
    batch: str | None = None

    def __post_init__(self) -> None:
        """Clean the texts, then check all rules and report all faults together.

        Raises:
            Invalid: rules of the model are broken.
            RefusedContent: a text is of a kind that is never stored.
        """
        # Values of the wrong type: any of them could contain unfiltered text.
        misfits = tuple(
            Fault("", name, rule)
            for name, types, inside, rule in accepted_types(type(self))
            for value in (getattr(self, name),)
            if type(value) not in types
            or (inside and any(type(member) is not inside for member in value or ()))
        )
        if misfits:
            raise Invalid(misfits)
        for name in code_fields(type(self)):  # checked first, since a fault repeats the id
            for code in each_text(getattr(self, name)):
                refuse_number(name, code)
        for name in marked_fields(type(self), Mark.TEXT):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(
                    self,
                    name,
                    clean(value) if isinstance(value, str) else frozenset(map(clean, value)),
                )
        faults = tuple(self.faults())
        if faults:
            raise Invalid(faults)
        for mark in (Mark.TEXT, Mark.GUARDED):
            for name in marked_fields(type(self), mark):
                for text in each_text(getattr(self, name)):
                    refuse_content(name, text, about_person=self.is_personal())

    @classmethod
    def from_stored(cls, values: Mapping[str, Any]) -> Self:
        """Return an element of stored values, which were checked when they were written.

        Checking them again takes several times as long as all the rest. Fields without a value
        take their defaults.
        """
        element = object.__new__(cls)
        for name, default in _defaults(cls):
            value = values[name] if default is MISSING else values.get(name, default)
            object.__setattr__(element, name, value)
        return element

    def faults(self) -> Iterator[Fault]:
        """Yield the rules this element breaks by itself; a subclass adds its own."""
        if not is_id(self.id):
            yield Fault("", "id", Rule.BAD_FORMAT)  # may be any text, so not repeated
        if self.revision < 1:
            yield Fault(self.id, "revision", Rule.OUT_OF_RANGE)
        if not _SOURCE.fullmatch(self.source):
            yield Fault(self.id, "source", Rule.BAD_FORMAT if self.source else Rule.REQUIRED)
        if self.external_id is not None and not _EXTERNAL_ID.fullmatch(self.external_id):
            yield Fault(self.id, "external_id", Rule.BAD_FORMAT)
        if self.batch is not None and not is_id(self.batch):
            yield Fault(self.id, "batch", Rule.BAD_FORMAT)
        if not self.is_taken_back():
            yield from period_faults(self.id, "valid_from", self.valid_from, self.valid_to)
        for name in marked_fields(type(self), Mark.TEXT):
            texts = each_text(getattr(self, name))
            if any(len(text) > MAX_TEXT for text in texts):
                yield Fault(self.id, name, Rule.TOO_LONG)
            if "" in texts:
                yield Fault(self.id, name, Rule.REQUIRED)
            if any(holds_contact(text) for text in texts):
                yield Fault(self.id, name, Rule.CONTACT_DETAIL)
        for name in marked_fields(type(self), Mark.REF):
            ref = getattr(self, name)
            if ref is not None and not is_id(ref):
                yield Fault(self.id, name, Rule.BAD_FORMAT)
        for name in marked_fields(type(self), Mark.OWN_KIND):
            if not all(map(OWN_KIND_ID.fullmatch, each_text(getattr(self, name)))):
                yield Fault(self.id, name, Rule.BAD_FORMAT)

    def is_personal(self) -> bool:
        """Return whether the texts are about a person: GDPR art. 9 words are then refused too."""
        return False

    def is_taken_back(self) -> bool:
        """Return whether an import created the element and was then undone."""
        return (
            self.batch is not None
            and self.valid_from is not None
            and (self.valid_from == self.valid_to)
        )

    def is_valid(self, on: date) -> bool:
        """Return whether the element is valid on a date."""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on < self.valid_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Node(Element):
    """A node of the graph."""

    label: ClassVar[Label]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Element):
    """A dated, directed link from the node `source_id` to the node `target_id`."""

    type: ClassVar[LinkType]

    source_id: Ref
    target_id: Ref

    def faults(self) -> Iterator[Fault]:
        """Yield faults; a link joins two different nodes."""
        yield from Element.faults(self)
        if self.source_id == self.target_id:
            yield Fault(self.id, "target_id", Rule.SELF_LINK)


@dataclass(frozen=True, slots=True, kw_only=True)
class HopLink(Link):
    """A link a path may traverse: its verification, levels, gate and strength.

    `strength` is the likelihood of an answer through this link, 0 to 1; None is unknown.
    `verified_by` is the id of a person or post, or of the account that verified it.
    """

    verified_on: date | None = None
    verified_by: Ref | None = None
    levels: frozenset[PreventionLevel] = frozenset()
    gate: LegalGate
    strength: float | None = None

    def faults(self) -> Iterator[Fault]:
        """Yield faults; strength is from 0 to 1."""
        yield from Link.faults(self)
        if self.strength is not None and not 0 <= self.strength <= 1:
            yield Fault(self.id, "strength", Rule.OUT_OF_RANGE)


def is_id(text: str) -> bool:
    """Return whether a text has the form of an id: small letters, digits and `_ : . -`."""
    return _ID.fullmatch(text) is not None


def words(values: frozenset[Enum]) -> list[str]:
    """Return the identifiers of a set of enumeration members, sorted, as they are stored."""
    return sorted(str(value.value) for value in values)

"""What every node and link has in common: id, revision, validity, source, and how it is checked."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import ClassVar

from graph.errors import Fault, Invalid
from graph.model.content_filter import holds_contact, refuse_content, refuse_number
from graph.model.fields import (
    MAX_TEXT,
    Mark,
    Ref,
    clean,
    coded,
    each_text,
    holdings,
    marked,
    rising,
)
from graph.vocabulary import Label, LegalGate, LinkType, PreventionLevel, Rule

_ID = re.compile(r"[a-z0-9][a-z0-9_:.-]{0,119}")
_SOURCE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_:./-]{0,119}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A node or link: an id for good, the revision it was last written at, when it is true, whence.

    `valid_from` and `valid_to` are half-open Danish dates; None is unbounded. `source` is a key of
    `SOURCES.md`, an import batch, `form`, or `demo`.
    """

    id: str
    revision: int = 1
    valid_from: date | None = None
    valid_to: date | None = None
    source: str

    def __post_init__(self) -> None:
        """Cleans the texts, then refuses a thing that breaks a rule, with all its faults.

        Raises:
            Invalid: rules of the model are broken.
            RefusedContent: a text is of a kind that is never stored.
        """
        misfits = tuple(self._misfits())
        if misfits:
            raise Invalid(misfits)
        for name in coded(type(self)):  # first: a fault repeats the id
            for code in each_text(getattr(self, name)):
                refuse_number(name, code)
        for name in marked(type(self), Mark.TEXT):
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, _cleaned(value))
        faults = tuple(self.faults())
        if faults:
            raise Invalid(faults)
        for mark in (Mark.TEXT, Mark.GUARDED):
            for name in marked(type(self), mark):
                for text in each_text(getattr(self, name)):
                    refuse_content(name, text, about_person=self.is_personal())

    def _misfits(self) -> Iterator[Fault]:
        """Values of another type than the field's: a text could hide in any of them."""
        for name, types, inside, rule in holdings(type(self)):
            value = getattr(self, name)
            fits = type(value) in types
            if not fits or (inside and any(type(one) is not inside for one in value or ())):
                yield Fault("", name, rule)

    def faults(self) -> Iterator[Fault]:
        """Each rule this thing breaks by itself; a subclass adds its own."""
        if not is_id(self.id):
            yield Fault("", "id", Rule.BAD_FORMAT)  # what is no id may be anything: not repeated
        if self.revision < 1:
            yield Fault(self.id, "revision", Rule.OUT_OF_RANGE)
        if not _SOURCE.fullmatch(self.source):
            yield Fault(self.id, "source", Rule.BAD_FORMAT if self.source else Rule.REQUIRED)
        yield from rising(self.id, "valid_from", self.valid_from, self.valid_to)
        for name in marked(type(self), Mark.TEXT):
            texts = each_text(getattr(self, name))
            if any(len(text) > MAX_TEXT for text in texts):
                yield Fault(self.id, name, Rule.TOO_LONG)
            if "" in texts:
                yield Fault(self.id, name, Rule.REQUIRED)
            if any(holds_contact(text) for text in texts):
                yield Fault(self.id, name, Rule.CONTACT_DETAIL)
        for name in marked(type(self), Mark.REF):
            ref = getattr(self, name)
            if ref is not None and not is_id(ref):
                yield Fault(self.id, name, Rule.BAD_FORMAT)

    def is_personal(self) -> bool:
        """Do the texts tell of a person? Then the guard also refuses special categories."""
        return False

    def is_valid(self, on: date) -> bool:
        """Is it true in the world on that date?"""
        return (self.valid_from is None or self.valid_from <= on) and (
            self.valid_to is None or on < self.valid_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Node(Element):
    """A thing in the graph."""

    label: ClassVar[Label]


@dataclass(frozen=True, slots=True, kw_only=True)
class Link(Element):
    """A dated, directed tie from the node `source_id` to the node `target_id`."""

    type: ClassVar[LinkType]

    source_id: Ref
    target_id: Ref

    def faults(self) -> Iterator[Fault]:
        """A tie joins two different things."""
        yield from Element.faults(self)
        if self.source_id == self.target_id:
            yield Fault(self.id, "target_id", Rule.SELF_LINK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop(Link):
    """A link a path may walk: when and by whom it was verified, its levels, gate and strength.

    `strength` is 0 to 1, how likely this link gets an answer; None is unknown. `verified_by` is the
    id of a person or post, or of the account that verified it.
    """

    verified_on: date | None = None
    verified_by: Ref | None = None
    levels: frozenset[PreventionLevel] = frozenset()
    gate: LegalGate
    strength: float | None = None

    def faults(self) -> Iterator[Fault]:
        """Strength is a share."""
        yield from Link.faults(self)
        if self.strength is not None and not 0 <= self.strength <= 1:
            yield Fault(self.id, "strength", Rule.OUT_OF_RANGE)


def is_id(text: str) -> bool:
    """Has it the form of an id: small letters, digits and a few marks."""
    return _ID.fullmatch(text) is not None


def _cleaned(value: str | frozenset[str]) -> str | frozenset[str]:
    return clean(value) if isinstance(value, str) else frozenset(map(clean, value))


def words(values: frozenset[Enum]) -> list[str]:
    """The identifiers of a set of words, sorted: how a set is stored."""
    return sorted(str(value.value) for value in values)

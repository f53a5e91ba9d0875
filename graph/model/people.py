"""The nodes about people: professionals, civilians, their contact details and consents.

Fields and rules: domain.md §3.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, ClassVar, Final

from graph.errors import Fault
from graph.model.base import Node, is_id
from graph.model.content_filter import mixed_script, refuse_content
from graph.model.fields import (
    Mark,
    PersonalText,
    Ref,
    both_or_neither,
    known_languages,
    months_later,
    rising,
)
from graph.model.secret import Secret
from graph.vocabulary import (
    Channel,
    Competence,
    ConsentPurpose,
    Label,
    ObtainedHow,
    ResourceKind,
    Rule,
    Visibility,
)

_MAX_CONSENT_MONTHS: Final = 24
_TEXT_VERSION: Final = re.compile(r"[a-z]{1,3}-?[0-9]{1,4}(\.[0-9]{1,2})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Node):
    """A professional who holds posts. No reason for an absence is ever stored."""

    label: ClassVar[Label] = Label.PERSON

    name: PersonalText
    title: PersonalText | None = None
    languages: frozenset[str] = frozenset()
    competences: frozenset[Competence] = frozenset()
    absent_from: date | None = None
    absent_to: date | None = None
    visibility: Visibility = Visibility.NETWORK

    def faults(self) -> Iterator[Fault]:
        """A whole name in one alphabet a word, and an absence with both its ends."""
        yield from Node.faults(self)
        if len(self.name.split()) < 2:
            yield Fault(self.id, "name", Rule.FULL_NAME)
        if mixed_script(self.name):
            yield Fault(self.id, "name", Rule.MIXED_SCRIPT)
        yield from known_languages(self.id, self.languages)
        yield from both_or_neither(self.id, "absent_from", self.absent_from, self.absent_to)
        yield from rising(self.id, "absent_from", self.absent_from, self.absent_to)

    def is_personal(self) -> bool:
        """A person."""
        return True


_NOT_CIVILIAN: Final = frozenset({Competence.DISENGAGEMENT, Competence.RETURNEES})


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceIndividual(Node):
    """A civilian who helps, bound by consent; `display_name` is what they chose to be called."""

    label: ClassVar[Label] = Label.RESOURCE_INDIVIDUAL

    display_name: PersonalText
    kind: Annotated[ResourceKind, Mark.SEALED]
    languages: Annotated[frozenset[str], Mark.SEALED] = frozenset()
    competences: Annotated[frozenset[Competence], Mark.SEALED] = frozenset()
    visibility: Visibility

    def faults(self) -> Iterator[Fault]:
        """Never open to all, never listed with what would tell of a past."""
        yield from Node.faults(self)
        if mixed_script(self.display_name):
            yield Fault(self.id, "display_name", Rule.MIXED_SCRIPT)
        yield from known_languages(self.id, self.languages)
        if self.competences & _NOT_CIVILIAN:
            yield Fault(self.id, "competences", Rule.CIVILIAN_COMPETENCE)
        if self.visibility not in (Visibility.AREA, Visibility.NAMED):
            yield Fault(self.id, "visibility", Rule.CIVILIAN_VISIBILITY)

    def is_personal(self) -> bool:
        """A person."""
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactDetail(Node):
    """A way to reach its owner; the value is here on the way into the store only, then None.

    At rest the value is `sealed` and `key_id`. `hint` shows its last two characters at most.
    """

    label: ClassVar[Label] = Label.CONTACT_DETAIL

    channel: Channel
    value: Secret | None = None
    hint: str
    is_work: bool = True
    visibility: Visibility = Visibility.NETWORK
    verified_on: date | None = None
    verified_by: Ref | None = None

    def __post_init__(self) -> None:
        """The value is guarded as any text is, though it is sealed later."""
        Node.__post_init__(self)
        if self.value is not None:
            refuse_content("value", self.value.uncover())

    def faults(self) -> Iterator[Fault]:
        """What is shown uncovers at most two characters."""
        yield from Node.faults(self)
        if not self.hint or _uncovered(self.hint) > 2:
            yield Fault(self.id, "hint", Rule.BAD_FORMAT)
        yield from both_or_neither(self.id, "verified_on", self.verified_on, self.verified_by)


def _uncovered(hint: str) -> int:
    """How many letters and digits of a hint stand open, the country code aside."""
    return sum(character.isalnum() for character in hint.removeprefix("+45"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent(Node):
    """A receipt of what a civilian agreed to; nothing but the withdrawal is ever written to it.

    In force on a day d when `given_on` <= d < the earlier of `expires_on` and `withdrawn_on`.
    """

    label: ClassVar[Label] = Label.CONSENT

    purposes: frozenset[ConsentPurpose]
    audience: frozenset[str]
    channels: frozenset[Channel]
    is_mediated_only: bool
    given_on: date
    expires_on: date
    withdrawn_on: date | None = None
    obtained_how: ObtainedHow
    text_version: str
    covers_art9: bool = False
    is_adult: bool
    recorded_by: Ref
    renewal_by: Ref

    def faults(self) -> Iterator[Fault]:
        """A term of two years at most, of an adult, for somebody and something."""
        yield from Node.faults(self)
        for name in ("purposes", "audience", "channels"):
            if not getattr(self, name):
                yield Fault(self.id, name, Rule.NOT_EMPTY)
        if not all(is_id(one) for one in self.audience):
            yield Fault(self.id, "audience", Rule.BAD_FORMAT)
        if not _TEXT_VERSION.fullmatch(self.text_version):
            yield Fault(self.id, "text_version", Rule.BAD_FORMAT)
        if self.is_mediated_only and self.channels != frozenset({Channel.MEDIATED}):
            yield Fault(self.id, "channels", Rule.CONSENT_CHANNELS)
        yield from rising(self.id, "given_on", self.given_on, self.expires_on)
        if self.expires_on > months_later(self.given_on, _MAX_CONSENT_MONTHS):
            yield Fault(self.id, "expires_on", Rule.CONSENT_TERM)
        if not self.is_adult:
            yield Fault(self.id, "is_adult", Rule.ADULT)

    def is_in_force(self, on: date) -> bool:
        """Judged on one date; who asks about a past date must ask about today too."""
        until = min(self.expires_on, self.withdrawn_on or self.expires_on)
        return self.given_on <= on < until

"""The link classes, one for each link type.

The types are those of docs/domain.md, "Nodes and links". Rules that need both ends of a link are in
`rules.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from graph.errors import Fault
from graph.model.base import HopLink, Link, Ref, within
from graph.vocabulary import (
    Attendance,
    Confidence,
    CoordinationFunction,
    LegalGate,
    LinkType,
    Rule,
    SupportKind,
    Trigger,
)

MAX_ONE_SIDED = 0.5  # limit of a tie that only one of the two has declared


@dataclass(frozen=True, slots=True, kw_only=True)
class Holds(Link):
    """A person holds a post; a sum of shares above 1 is reported as doubled, not refused."""

    type: ClassVar[LinkType] = LinkType.HOLDS

    is_acting: bool = False
    share: float = 1.0

    def faults(self) -> Iterator[Fault]:
        """Yield faults; a share is above 0 and at most 1."""
        yield from Link.faults(self)
        if not 0 < self.share <= 1:
            yield Fault(self.id, "share", Rule.OUT_OF_RANGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeputizesFor(Link):
    """A person or post deputizes, in `order`; the duty line comes last."""

    type: ClassVar[LinkType] = LinkType.DEPUTIZES_FOR

    order: int

    def faults(self) -> Iterator[Fault]:
        """Yield faults; orders count from 1."""
        yield from Link.faults(self)
        yield from within(self.id, "order", self.order, 1, 99)


@dataclass(frozen=True, slots=True, kw_only=True)
class BelongsTo(Link):
    """The authority or organization that a post belongs to."""

    type: ClassVar[LinkType] = LinkType.BELONGS_TO


@dataclass(frozen=True, slots=True, kw_only=True)
class PartOf(Link):
    """Part-whole relation of authorities to authorities, of networks to networks."""

    type: ClassVar[LinkType] = LinkType.PART_OF


@dataclass(frozen=True, slots=True, kw_only=True)
class Covers(Link):
    """Jurisdiction; a post without one covers what its authority covers."""

    type: ClassVar[LinkType] = LinkType.COVERS

    confidence: Confidence = Confidence.CONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class LiesIn(Link):
    """The hierarchy of areas; police districts and regions do not nest."""

    type: ClassVar[LinkType] = LinkType.LIES_IN

    confidence: Confidence = Confidence.CONFIRMED


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryPointFor(Link):
    """The first contact in an area, by `order`."""

    type: ClassVar[LinkType] = LinkType.ENTRY_POINT_FOR

    order: int
    is_acute: bool = False

    def faults(self) -> Iterator[Fault]:
        """Yield faults; orders count from 1."""
        yield from Link.faults(self)
        yield from within(self.id, "order", self.order, 1, 99)


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberOf(HopLink):
    """Membership of a post, association or civilian; `is_lendable`: may be borrowed."""

    type: ClassVar[LinkType] = LinkType.MEMBER_OF

    attendance: Attendance = Attendance.STANDING
    is_lendable: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinates(HopLink):
    """A post coordinates a network."""

    type: ClassVar[LinkType] = LinkType.COORDINATES

    function: CoordinationFunction


@dataclass(frozen=True, slots=True, kw_only=True)
class Supports(HopLink):
    """National support of local work: offered forward, requested backward."""

    type: ClassVar[LinkType] = LinkType.SUPPORTS

    kind: SupportKind


@dataclass(frozen=True, slots=True, kw_only=True)
class RefersTo(HopLink):
    """Referral and hand-back; never to a higher tier."""

    type: ClassVar[LinkType] = LinkType.REFERS_TO

    trigger: Trigger | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalatesTo(HopLink):
    """Escalation; never to a lower tier."""

    type: ClassVar[LinkType] = LinkType.ESCALATES_TO

    trigger: Trigger | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Knows(HopLink):
    """Two people know each other; the smaller id is the source, either side may remove the link.

    `strength` is 0.33, 0.67 or 1; at most 0.5 until both have confirmed.
    """

    type: ClassVar[LinkType] = LinkType.KNOWS

    gate: LegalGate = LegalGate.CONTACT_ONLY
    since_on: date | None = None
    last_contact_on: date | None = None
    declared_by: Ref
    is_confirmed: bool = False

    def faults(self) -> Iterator[Fault]:
        """Yield faults of order, confirmation, declaring person and gate."""
        yield from HopLink.faults(self)
        if self.source_id > self.target_id:
            yield Fault(self.id, "source_id", Rule.SMALLER_ID_FIRST)
        if not self.is_confirmed and (self.strength or 0) > MAX_ONE_SIDED:
            yield Fault(self.id, "strength", Rule.ONE_SIDED)
        if self.declared_by not in (self.source_id, self.target_id):
            yield Fault(self.id, "declared_by", Rule.UNKNOWN_WORD)
        if self.gate is not LegalGate.CONTACT_ONLY:
            yield Fault(self.id, "gate", Rule.GATE_OF_KIND)


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorOpenerFor(HopLink):
    """The only path to a civilian; names the consent it is based on."""

    type: ClassVar[LinkType] = LinkType.DOOR_OPENER_FOR

    gate: LegalGate = LegalGate.CONSENT
    consent_id: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Represents(HopLink):
    """A path to an association through a civilian; names the consent it is based on."""

    type: ClassVar[LinkType] = LinkType.REPRESENTS

    gate: LegalGate = LegalGate.CONSENT
    consent_id: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class SucceededBy(Link):
    """The successor of a node after a reorganization."""

    type: ClassVar[LinkType] = LinkType.SUCCEEDED_BY


@dataclass(frozen=True, slots=True, kw_only=True)
class GovernedBy(Link):
    """The plan of a body; only this link has the gate barnets lov § 15(3), no ground to share."""

    type: ClassVar[LinkType] = LinkType.GOVERNED_BY

    gate: LegalGate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachedBy(Link):
    """The owner of a contact detail."""

    type: ClassVar[LinkType] = LinkType.REACHED_BY

    order: int = 1

    def faults(self) -> Iterator[Fault]:
        """Yield faults; orders count from 1."""
        yield from Link.faults(self)
        yield from within(self.id, "order", self.order, 1, 99)


@dataclass(frozen=True, slots=True, kw_only=True)
class GaveConsent(Link):
    """The consent receipt of a civilian, a condition of the civilian's visibility."""

    type: ClassVar[LinkType] = LinkType.GAVE_CONSENT

"""Paths on the wire: their stops and hops, who answers at each, and what it says in words.

Ids, codes and numbers are the same for every reader; `words` are in the caller's language.
"""

from datetime import date
from typing import Annotated

from pydantic import Field

from api.schemas.base import Minute, Sorted, Wire
from api.schemas.words import (
    AvailabilityState,
    Channel,
    Freshness,
    Label,
    LegalGate,
    LinkType,
    NoteKind,
    PassedWhy,
    PreventionLevel,
    Reason,
    Rung,
    StopKind,
    Tier,
)


class Named(Wire):
    """A node by id, with its name where you may know it."""

    id: str = Field(examples=["act-ihm-0787"])
    name: str | None = Field(examples=["Infohus-tovholder, Thisted Kommune"])


# ---- who answers


class PassedOver(Wire):
    """Somebody who would have come first; `until` is the first date that changes, if known."""

    rung: Rung
    why: PassedWhy
    until: date | None


class Answering(Wire):
    """One who could answer; without `who` it is the post's own channel."""

    rung: Rung
    who: Named | None


class AvailabilityWords(Wire):
    """The same in a sentence; "now" stands in it only where somebody answers at this minute."""

    text: str = Field(examples=["Svarer nu: Birgit Lyngtoft Aagaard, indehaver, til kl. 15.00"])


class Availability(Wire):
    """Who answers at a post at a moment, or when somebody will, in Danish local time.

    `until`: the first minute at which this one no longer answers. `opens_at` is told with OPENS_AT
    alone, and `who` answers from then. `covers`: the duty line of the place, which answers
    meanwhile. `is_dated`: no hour was asked about, so the moment is the first opening of the date.
    """

    state: AvailabilityState
    rung: Rung
    who: Named | None
    until: Minute | None
    opens_at: Minute | None
    covers: Named | None
    is_dated: bool
    words: AvailabilityWords


class Resolution(Wire):
    """Who answers at a post at the moment asked about, else at its next opening.

    `is_hidden`: somebody holds the post or stands in whose name is not for you. `cost` in
    micro-nats, none: closed. `since`: the day a holder came. `vacant_since`: the day the last one
    left. `until`: the first date on which another answers. `leaves`: the first on which this one
    does not. `order`: all who could answer. `reveal`: whose contact details those are.
    """

    post: Named
    rung: Rung
    cost: int | None
    who: Named | None
    since: date | None
    vacant_since: date | None
    until: date | None
    leaves: date | None
    is_at_once: bool
    is_hidden: bool
    channels: tuple[Channel, ...]
    passed_over: tuple[PassedOver, ...]
    order: tuple[Answering, ...]
    reveal: str | None
    availability: Availability


class StopWords(Wire):
    """Who answers at a stop and why somebody else does not; none where nobody is asked."""

    answers: str | None = Field(
        examples=["Svarer nu: Bo Holm, stedfortræder, til kl. 15.00 (indehaver fraværende)"]
    )


class Stop(Wire):
    """A step of a path: one call. For a network, `resolution` is of its coordinating post.

    `covers`: all nodes of the step in the order of the way, where the same person, unit or duty
    line answers at several; else the node alone.
    """

    node: Named
    label: Label
    kind: StopKind | None
    tier: Tier
    area: Named | None
    resolution: Resolution | None
    covers: tuple[Named, ...]
    words: StopWords


# ---- hops


class Parts(Wire):
    """What the link itself costs, in micro-nats."""

    type: int
    strength: int
    freshness: int
    gate: int


class HopFacts(Wire):
    """What is known of the link of a hop; no `days`: it was never verified."""

    link: str
    type: LinkType
    gate: LegalGate | None
    levels: Annotated[tuple[PreventionLevel, ...], Sorted]
    strength: float | None
    verified_on: date | None
    days: int | None
    freshness: Freshness
    verified_by: Named | None
    until: date | None
    carriers: tuple[Named, ...]
    parts: Parts


class HopWords(Wire):
    """A hop in words: its ends, why one can go this way in a line, and all that is known of it."""

    title: str = Field(examples=["Led 1: PET: kapacitet → Koordinationsgruppen"])
    why: str
    account: tuple[str, ...]


class Hop(Wire):
    """One link as used on a path; `is_forward`: walked from the link's source to its target.

    `cost` is the sum of the parts, `hub`, `standing`, `response` and `inside`, in micro-nats:
    `response` is for the wait until somebody answers there, `inside` what the links between the
    nodes of the step cost. `also` are the ids of parallel links that cost more.
    """

    source: Named
    target: Named
    is_forward: bool
    facts: HopFacts
    cost: int
    hub: int
    standing: int
    response: int
    inside: int
    also: tuple[str, ...]
    words: HopWords


# ---- paths


class NoteWords(Wire):
    """A note as a sentence."""

    text: str


class Note(Wire):
    """What to know about a path before using it; `hop` is a position from 0."""

    kind: NoteKind
    hop: int | None
    on: date | None
    places: tuple[Named, ...]
    words: NoteWords


class PathWords(Wire):
    """A path in words: in a line, what it costs in all, how it differs from its contact's best."""

    summary: str = Field(examples=["3 led, ældste kontrol 64 dage. Kortest."])
    account: str
    difference: str | None


class Path(Wire):
    """A way to a target: n + 1 stops, n hops.

    `oldest_days` is none where a hop was never verified, `weakest` the position of the dearest hop,
    `until` the first date on which a part changes, `shared_people` whom it meets as path 1 does.
    `chance` is an estimate that orders the paths.
    """

    number: int
    reason: Reason | None
    cost: int
    chance: float = Field(ge=0, le=1)
    stops: tuple[Stop, ...]
    hops: tuple[Hop, ...]
    oldest_days: int | None
    freshness: Freshness
    weakest: int
    gates: tuple[LegalGate, ...]
    until: date | None
    notes: tuple[Note, ...]
    shared_people: tuple[Named, ...]
    words: PathWords

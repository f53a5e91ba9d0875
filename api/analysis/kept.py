"""What is known of a replica while it is there: for whom, by which data, and how far it is."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from time import monotonic

from api.errors import Refused
from graph.access.policy import Caller
from graph.store.replica.replica import Replica


class ReplicaStep(StrEnum):
    """What is being done until a replica can be asked; how many seconds to wait."""

    STARTING = "STARTING"
    FILLING = "FILLING"

    @property
    def wait_s(self) -> int:
        """When it is worth asking again."""
        return 4 if self is ReplicaStep.STARTING else 2


@dataclass(frozen=True, slots=True)
class ReplicaStamp:
    """By which data a replica was filled; the revision is that of its View."""

    revision: int
    day: date
    withheld: frozenset[str]


@dataclass(slots=True, kw_only=True)
class ReplicaState:
    """The replica of a clearance; `step` is None while it can be asked.

    `left` is the one before, whose process has ended: what it holds may be taken over.
    """

    caller: Caller
    left: "ReplicaState | None" = None
    step: ReplicaStep | None = ReplicaStep.STARTING
    engine: Replica | None = None
    stamp: ReplicaStamp | None = None
    filled_at: float = 0.0
    ready_at: float = 0.0
    used_at: float = field(default_factory=monotonic)
    running: int = 0
    is_over: bool = False

    @property
    def is_dead(self) -> bool:
        """Has its process ended by itself?"""
        return self.step is None and self.engine is not None and not self.engine.is_alive


def filling(step: ReplicaStep) -> Refused:
    """That a replica will be there soon."""
    return Refused(
        "replica-filling",
        (
            "Analysekopien gøres klar. Prøv igen om lidt.",
            "The copy for analysis is being made ready. Try again shortly.",
        ),
        step=step.value,
        retry_after=step.wait_s,
    )


def kill(kept: ReplicaState) -> None:
    """Kills its process, if it has one yet; whoever is filling it stops by itself."""
    for one in (kept, kept.left):
        if one is not None and one.engine is not None:
            one.engine.kill()

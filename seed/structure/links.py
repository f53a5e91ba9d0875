"""How the structure ties its nodes: ids that seeding twice gives again, and validity in bounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from graph.model import Link, Node, SucceededBy, id_of
from graph.vocabulary import PreventionLevel

ALL_LEVELS: Final = frozenset(PreventionLevel)
EXIT_LEVEL: Final = frozenset({PreventionLevel.EXIT})
CAPACITY_LEVEL: Final = frozenset({PreventionLevel.CAPACITY_BUILDING})
ESCALATION_LEVELS: Final = EXIT_LEVEL | CAPACITY_LEVEL

LinkT = TypeVar("LinkT", bound=Link)


@dataclass(frozen=True, slots=True)
class LinkFactory:
    """Makes links between nodes that are there already."""

    nodes: Mapping[str, Node]

    def __call__(
        self,
        cls: type[LinkT],
        source_id: str,
        target_id: str,
        *,
        source: str,
        valid_from: date | None = None,
        valid_to: date | None = None,
        **own: Any,
    ) -> LinkT:
        """A link that lives no longer than its two ends; `own` are the fields of its type.

        Raises: KeyError: an end is no node of the structure.
        """
        ends = self.nodes[source_id], self.nodes[target_id]
        return cls(
            id=id_of(cls.type, source_id, target_id, ""),
            source_id=source_id,
            target_id=target_id,
            source=source,
            valid_from=latest(valid_from, *(end.valid_from for end in ends)),
            valid_to=earliest(valid_to, *(end.valid_to for end in ends)),
            **own,
        )


def latest(*starts: date | None) -> date | None:
    """When the last one begins; None where all are unbounded."""
    return max((start for start in starts if start), default=None)


def earliest(*ends: date | None) -> date | None:
    """When the first one ends; None where all are unbounded."""
    return min((end for end in ends if end), default=None)


def succession(old_id: str, new_id: str, *, source: str, on: date | None) -> SucceededBy:
    """A link from what ended to what follows it; its ends never live at the same time."""
    return SucceededBy(
        id=id_of(SucceededBy.type, old_id, new_id, ""),
        source_id=old_id,
        target_id=new_id,
        source=source,
        valid_from=on,
    )

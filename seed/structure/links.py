"""Links of the structure: reproducible ids, validity within that of both ends, and the dates.

Source of the dates from which facts hold: seed/data/SOURCES.md, "Facts".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeVar

from graph.model import Link, Node, SucceededBy, id_of
from graph.vocabulary import PreventionLevel

MUNICIPAL_REFORM: Final = date(2007, 1, 1)  # 98 municipalities, 5 regions
INFOHOUSES: Final = date(2009, 1, 1)  # 2009; the day is inferred
PSP: Final = date(2009, 4, 1)  # in every police district
KSP: Final = date(2010, 12, 21)  # act 1549 adds it to § 115
DISTRICT_GEOMETRY: Final = date(2014, 2, 13)  # the oldest outlines used to place municipalities
CDE: Final = date(2022, 10, 10)  # NCFE's tasks move to CDE
DUTY_TO_PLAN: Final = date(2024, 4, 1)  # barnets lov § 15(3)
REGION_REFORM: Final = date(2027, 1, 1)  # Hovedstaden + Sjælland become Region Østdanmark

ALL_LEVELS: Final = frozenset(PreventionLevel)
EXIT_LEVEL: Final = frozenset({PreventionLevel.EXIT})
CAPACITY_LEVEL: Final = frozenset({PreventionLevel.CAPACITY_BUILDING})
ESCALATION_LEVELS: Final = EXIT_LEVEL | CAPACITY_LEVEL

LinkT = TypeVar("LinkT", bound=Link)


@dataclass(frozen=True, slots=True)
class LinkFactory:
    """Creates links between existing nodes."""

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
        """A link valid no longer than its two ends; `own` are the fields of its type.

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
    """The latest of the starts; None where all are unbounded."""
    return max((start for start in starts if start), default=None)


def earliest(*ends: date | None) -> date | None:
    """The earliest of the ends; None where all are unbounded."""
    return min((end for end in ends if end), default=None)


def succession(old_id: str, new_id: str, *, source: str, on: date | None) -> SucceededBy:
    """A link from an ended node to its successor; its ends are never valid at the same time."""
    return SucceededBy(
        id=id_of(SucceededBy.type, old_id, new_id, ""),
        source_id=old_id,
        target_id=new_id,
        source=source,
        valid_from=on,
    )

"""Does the wire say all that the core found, and nothing that it did not?"""

from dataclasses import fields
from typing import Any

import pytest
from pydantic import BaseModel

from api.schemas import impact, paths
from graph.paths import answer, need
from graph.paths import stops as core_stops
from graph.paths import why_not as core_why_not
from graph.paths.kernel import request
from graph.questions import bridges as core_bridges
from graph.questions import cuts as core_cuts
from graph.questions import handover as core_handover
from graph.questions import impact as core_impact
from graph.questions import meeting_participants as core_table
from graph.questions import metrics as core_metrics
from graph.questions import reach as core_reach
from graph.questions import relations as core_relations

OURS = {"words"}
"""What the wire adds to every part: the same in the caller's language."""
COUNTED = {"Cut": {"bus_factor"}, "SectorHandover": {"gaps"}, "MeetingParticipants": {"uncovered"}}
"""What the core works out when it is asked for it."""
OTHER_NAMES = {
    "Answer": "Paths",
    "StopsAnswer": "PathsThroughStops",
    "HandoverAnswer": "Handover",
    "ReachAnswer": "Reach",
    "CostParts": "Parts",
    "DependentNetwork": "HangingNetwork",
    "DependentPost": "HangingPost",
    "DependentRelation": "Relation",
    "FewerPaths": "Fewer",
    "HandoverSide": "Side",
    "MeetingParticipants": "SmallestTable",
    "NodeRef": "Named",
    "ParticipantSeat": "Seat",
    "PostSuccessor": "Successor",
}
_WIRE = (impact, paths)
_CORE = (
    answer, core_bridges, core_cuts, core_stops, core_handover, core_impact,
    core_metrics, core_relations, core_table, core_reach, core_why_not,
)  # fmt: skip
NEVER_SENT = {"CombinedPath", "CombinedPaths", "Cover", "LocalLoss", "Measured", "WorkingGraph"}
"""What the core uses on its way to an answer."""
PARTS = [
    *(
        part
        for home in _CORE
        for part in vars(home).values()
        if isinstance(part, type)
        and part.__module__ == home.__name__
        and hasattr(part, "__dataclass_fields__")
        and not part.__name__.startswith("_")
        and part.__name__ not in NEVER_SENT
    ),
    request.CostParts,
    need.Need,
]


def _wire(part: type[Any]) -> type[BaseModel]:
    name = OTHER_NAMES.get(part.__name__, part.__name__)
    model: Any = next(getattr(home, name) for home in _WIRE if hasattr(home, name))
    return model


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_each_part_of_an_answer_is_sent_whole(part: type[Any]) -> None:
    known = {field.name for field in fields(part)} | COUNTED.get(part.__name__, set())
    assert set(_wire(part).model_fields) - OURS == known

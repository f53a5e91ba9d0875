"""The models and words of the wire match those of the core."""

from dataclasses import fields
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from api.exports.request import ENDINGS, MEDIA_TYPES, ORDERS, ContactsExport
from api.schemas import impact as wire_impact
from api.schemas import paths as wire_paths
from api.schemas import words as wire
from api.schemas.analysis import QueryFormat
from api.schemas.exports import (
    AskedContacts,
    ContactFormat,
    LossKind,
    NamesPurpose,
)
from graph import vocabulary
from graph.access.purposes import CARE, NEEDS
from graph.exchange import loss_report
from graph.exchange.formats import FORMATS
from graph.paths import answer, answer_terms, need, path_diff, stops, why_not
from graph.paths.kernel import request
from graph.questions import (
    bridges,
    coverage_map,
    coverage_matrix,
    cuts,
    handover,
    impact,
    meeting_participants,
    metrics,
    owners,
    post_states,
    reach,
    reference_paths,
    relations,
)
from graph.vocabulary import Term
from tests.kystby import TODAY

OURS = {"words"}
"""Fields that the wire adds to every part: the same in words of the caller's language."""
COUNTED = {
    "Cut": {"bus_factor"}, "SectorHandover": {"gaps"}, "MeetingParticipants": {"uncovered"},
    "AcuteCard": {"numbers"},
}  # fmt: skip
"""Fields that the wire adds: computed properties of the core, and public numbers."""
OTHER_NAMES = {
    "Answer": "Paths", "StopsAnswer": "PathsThroughStops", "HandoverAnswer": "Handover",
    "ReachAnswer": "Reach", "CostParts": "Parts", "DependentNetwork": "HangingNetwork",
    "DependentPost": "HangingPost", "DependentRelation": "Relation", "FewerPaths": "Fewer",
    "HandoverSide": "Side", "MeetingParticipants": "SmallestTable", "ParticipantSeat": "Seat",
}  # fmt: skip
_WIRE = (wire_impact, wire_paths)
_CORE = (
    answer, bridges, cuts, stops, handover, impact, metrics, relations, meeting_participants, reach,
    why_not,
)  # fmt: skip
NEVER_SENT = {"CombinedPath", "CombinedPaths", "Cover", "LocalLoss", "Measurement", "WorkingGraph"}
"""Intermediate types of the core, which are not sent."""
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


def _wire_model(part: type[Any]) -> type[BaseModel]:
    name = OTHER_NAMES.get(part.__name__, part.__name__)
    model: Any = next(getattr(home, name) for home in _WIRE if hasattr(home, name))
    return model


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_each_wire_model_has_the_fields_of_its_core_type(part: type[Any]) -> None:
    known = {field.name for field in fields(part)} | COUNTED.get(part.__name__, set())
    assert set(_wire_model(part).model_fields) - OURS == known


_HOMES = (
    vocabulary, answer_terms, request, handover, post_states, coverage_map, coverage_matrix, impact,
    reference_paths, metrics, owners, path_diff,
)  # fmt: skip
NAMES = [name for name, value in vars(wire).items() if get_args(value) and name != "StopKind"]


OTHER_WORDS = {"Reason": "PathReason", "PathWhy": "PathChangeReason", "Rung": "AnswerRole"}
"""Enumerations with another name on the wire."""


def _core_enumeration(name: str) -> type[Term]:
    name = OTHER_WORDS.get(name, name)
    term: Any = next(getattr(home, name) for home in _HOMES if hasattr(home, name))
    assert issubclass(term, Term)
    return term


@pytest.mark.parametrize("name", NAMES)
def test_each_wire_enumeration_has_the_words_of_the_core_in_the_same_order(name: str) -> None:
    assert list(get_args(getattr(wire, name))) == [str(word) for word in _core_enumeration(name)]


def test_stop_kinds_are_all_post_network_organization_and_resource_kinds() -> None:
    kinds = (wire.PostKind, wire.NetworkKind, wire.OrganizationKind, wire.ResourceKind)
    assert set(get_args(wire.StopKind)) == {word for kind in kinds for word in get_args(kind)}


def test_sector_words_differ_from_network_kinds_and_post_kinds() -> None:
    sectors, kinds, posts = (
        set(get_args(item)) for item in (wire.Sector, wire.NetworkKind, wire.PostKind)
    )
    assert not sectors & kinds
    assert not sectors & posts


def test_loss_kinds_match_the_core_and_have_a_different_label_per_language() -> None:
    assert list(get_args(LossKind)) == [kind.value for kind in loss_report.LossKind]
    for kind in loss_report.LossKind:
        assert kind.label("da") != kind.label("en")


def test_purposes_for_exporting_names_are_those_of_needs_and_of_register_care() -> None:
    assert set(get_args(NamesPurpose)) == {purpose.value for purpose in NEEDS | CARE}


def test_each_export_format_has_a_file_ending_and_each_ending_a_media_type() -> None:
    formats = (ContactFormat, QueryFormat)
    tables = {"MAP_CSV", "MATRIX_CSV", "METRICS_CSV", "AUDIT_CSV", "SUBJECT_LETTER", "ABOUT_JSON"}
    assert set(ENDINGS) == {
        *tables,
        *FORMATS,
        *(get_arg for each in formats for get_arg in get_args(each)),
    }
    assert set(ENDINGS.values()) == set(MEDIA_TYPES)


def test_an_export_order_round_trips_through_json() -> None:
    need = {
        "start": "ihd", "area": "kystby", "trigger": "RELEASE", "network": ["SSP", "KSP"],
        "avoid": ["bo", "amina"], "via": [["SSP", "KSP"], "POLICE"], "language": "so",
        "within_km": 60, "on": "2026-11-25",
    }  # fmt: skip
    response = AskedContacts.model_validate({"format": "VCARD", "purpose": "MOVE", "need": need})
    order = ContactsExport(
        lang="en", on=TODAY, asked=response, posts=("ssp-post",), counted=("phone-bo",)
    )
    assert ORDERS.validate_json(order.model_dump_json()) == order

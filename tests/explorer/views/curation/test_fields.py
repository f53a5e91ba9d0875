"""The controls of a link match the fields of the register, with the same types and words."""

import pytest

from explorer.views.curation.fields import ENDS, FIELDS, changed_values, without_empty
from graph.model import LINK_CLASSES
from graph.snapshot.field_types import FieldKind, field_types
from graph.vocabulary import Label, LinkType

_HELD = {
    "word": FieldKind.WORD, "words": FieldKind.WORDS, "share": FieldKind.SHARE,
    "order": FieldKind.NUMBER, "flag": FieldKind.FLAG, "day": FieldKind.DATE,
}  # fmt: skip
_NOT_TYPED = {
    "id", "source_id", "target_id", "revision", "source", "external_id", "batch", "verified_on",
    "verified_by",
}  # fmt: skip
_LEFT_OUT = {"KNOWS": {"gate", "declared_by", "is_confirmed"}, "COVERS": {"confidence"}}
"""Fields that have one value only, are set by the system, or have a button of their own."""


@pytest.mark.parametrize("link_type", FIELDS)
def test_controls_match_the_field_types_and_cover_every_editable_field(link_type: str) -> None:
    held = field_types(LINK_CLASSES[LinkType(link_type)])
    for field in FIELDS[link_type]:
        assert held[field.name].kind is _HELD[field.shape], field
        words = held[field.name].words
        assert field.words == (words.__name__ if words else ""), field
    forgotten = held.keys() - _NOT_TYPED - {field.name for field in FIELDS[link_type]}
    assert forgotten == _LEFT_OUT.get(link_type, set())


@pytest.mark.parametrize("link_type", ENDS)
def test_offered_ends_are_the_labels_the_link_type_allows_except_civilians(link_type: str) -> None:
    joins = LinkType(link_type)
    for offered, may_be in zip(ENDS[link_type], (joins.sources, joins.targets), strict=True):
        assert offered == {label.value for label in may_be - {Label.RESOURCE_INDIVIDUAL}}


def test_changed_values_and_without_empty_drop_unchanged_and_empty_fields() -> None:
    before = {"gate": "SSP_115", "levels": ["EXIT", "OUTREACH"], "strength": 0.7}
    typed = {
        "trigger": None, "gate": "SSP_115", "levels": ["OUTREACH", "EXIT"], "strength": 0.0,
        "valid_from": None, "valid_to": "2027-01-01",
    }  # fmt: skip
    assert changed_values("REFERS_TO", before, typed) == {"strength": 0.0, "valid_to": "2027-01-01"}
    assert without_empty(typed) == {
        "gate": "SSP_115", "levels": ["OUTREACH", "EXIT"], "strength": 0.0,
        "valid_to": "2027-01-01",
    }  # fmt: skip

from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.model import Actor, ContactDetail, Element, Network
from graph.snapshot.field_types import (
    MISSING,
    NO_WORD,
    FieldKind,
    FieldType,
    class_of,
    date_to_day,
    day_to_date,
    field_types,
    mask_of,
    pack,
    raw_columns,
    unpack,
)
from graph.vocabulary import Competence, Label, LegalGate, LinkType, PreventionLevel
from tests.graph import strategies

SORTS: tuple[Label | LinkType, ...] = (*Label, *LinkType)
GATE = FieldType(FieldKind.WORD, LegalGate)
LEVELS = FieldType(FieldKind.WORDS, PreventionLevel)
COMPETENCES = FieldType(FieldKind.WORDS, Competence)


@pytest.mark.parametrize("what", SORTS)
def test_packing_and_unpacking_restores_every_field_of_every_class(what: Label | LinkType) -> None:
    cls = class_of(what)

    @settings(derandomize=True, database=None, max_examples=5)
    @given(payload=strategies.payloads(cls))
    def draws(payload: strategies.Payload) -> None:
        element = cls(**payload)
        raw = raw_columns(cls, [element])
        kinds = field_types(cls)
        packed = {name: pack(kind, raw[name]) for name, kind in kinds.items()}
        out = {name: unpack(kind, packed[name], 0) for name, kind in kinds.items()}
        assert cls(**out) == element

    draws()


VALUES: list[tuple[FieldType, list[Any]]] = [
    (FieldType(FieldKind.TEXT), ["a", None, "å"]),
    (FieldType(FieldKind.TEXTS), [frozenset({"da"}), frozenset()]),
    (FieldType(FieldKind.DATE), [date(1969, 12, 31), None, date(2026, 11, 25)]),
    (FieldType(FieldKind.NUMBER), [0, None, -5, 10_000_000]),
    (FieldType(FieldKind.SHARE), [0.0, None, 0.33]),
    (FieldType(FieldKind.FLAG), [True, False]),
    (GATE, [None, *LegalGate]),
    (LEVELS, [frozenset(), frozenset(PreventionLevel)]),
    (COMPETENCES, [frozenset({word}) for word in Competence]),
]


@pytest.mark.parametrize(("kind", "values"), VALUES)
def test_a_packed_column_unpacks_to_its_values_including_missing_ones(
    kind: FieldType, values: list[Any]
) -> None:
    column = pack(kind, values)
    assert [unpack(kind, column, place) for place in range(len(values))] == values


RAW: list[tuple[FieldType, Any, Any]] = [
    (FieldType(FieldKind.DATE), "2026-11-25", date(2026, 11, 25)),
    (GATE, "SSP_115", LegalGate.SSP_115),
    (LEVELS, ["EXIT", "OUTREACH"], frozenset({PreventionLevel.EXIT, PreventionLevel.OUTREACH})),
    (LEVELS, None, frozenset()),
    (FieldType(FieldKind.TEXTS), ["da", "so"], frozenset({"da", "so"})),
    (FieldType(FieldKind.TEXTS), None, frozenset()),
]


@pytest.mark.parametrize(("kind", "raw", "value"), RAW)
def test_raw_database_values_are_unpacked_to_typed_values(
    kind: FieldType, raw: object, value: object
) -> None:
    assert unpack(kind, pack(kind, [raw]), 0) == value


def test_unpacked_numbers_and_flags_are_python_values_not_numpy_ones() -> None:
    for kind, value in ((FieldKind.NUMBER, 7), (FieldKind.SHARE, 0.5), (FieldKind.FLAG, True)):
        field = FieldType(kind)
        assert type(unpack(field, pack(field, [value]), 0)) is type(value)


def test_packing_an_unknown_word_raises_key_error() -> None:
    with pytest.raises(KeyError):
        pack(GATE, ["NO_SUCH_GATE"])
    with pytest.raises(KeyError):
        pack(LEVELS, [["NO_SUCH_LEVEL"]])


def test_the_value_of_a_contact_detail_has_no_column() -> None:
    assert "value" not in field_types(ContactDetail)
    assert "hint" in field_types(ContactDetail)


def test_optional_and_marked_fields_have_the_kind_of_their_value_type() -> None:
    assert field_types(Actor)["hours"] == FieldType(FieldKind.TEXT)
    assert field_types(Actor)["languages"] == FieldType(FieldKind.TEXTS)
    assert field_types(Network)["gate"] == GATE


def test_word_codes_of_gates_and_competences_are_below_no_word() -> None:
    assert max(len(words) for words in (LegalGate, Competence)) < NO_WORD


@given(on=st.dates())
def test_a_date_is_restored_from_its_day_number(on: date) -> None:
    assert day_to_date(date_to_day(on)) == on
    assert date_to_day(on) != MISSING


def test_day_0_is_1_january_1970_and_a_missing_day_is_none() -> None:
    assert date_to_day(date(1970, 1, 1)) == 0
    assert day_to_date(MISSING) is None


@given(levels=st.frozensets(st.sampled_from(list(PreventionLevel))))
def test_a_mask_has_the_bit_of_each_word(levels: frozenset[PreventionLevel]) -> None:
    column = np.asarray(pack(LEVELS, [levels]))
    assert mask_of(levels) == int(column[0])
    assert mask_of(levels) == sum(2**level.code for level in levels)


def test_every_label_and_type_has_its_class() -> None:
    assert all(issubclass(class_of(what), Element) for what in SORTS)

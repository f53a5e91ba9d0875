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
def test_every_field_of_every_class_comes_out_as_it_went_in(what: Label | LinkType) -> None:
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
def test_a_column_gives_back_its_values_missing_ones_too(
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
def test_values_as_the_database_gives_them_are_understood(
    kind: FieldType, raw: object, value: object
) -> None:
    assert unpack(kind, pack(kind, [raw]), 0) == value


def test_what_comes_out_is_never_a_numpy_number() -> None:
    for kind, value in ((FieldKind.NUMBER, 7), (FieldKind.SHARE, 0.5), (FieldKind.FLAG, True)):
        field = FieldType(kind)
        assert type(unpack(field, pack(field, [value]), 0)) is type(value)


def test_a_word_that_is_not_in_use_is_refused() -> None:
    with pytest.raises(KeyError):
        pack(GATE, ["NO_SUCH_GATE"])
    with pytest.raises(KeyError):
        pack(LEVELS, [["NO_SUCH_LEVEL"]])


def test_a_clear_contact_value_has_no_column() -> None:
    assert "value" not in field_types(ContactDetail)
    assert "hint" in field_types(ContactDetail)


def test_optional_and_marked_fields_have_the_kind_of_what_they_hold() -> None:
    assert field_types(Actor)["hours"] == FieldType(FieldKind.TEXT)
    assert field_types(Actor)["languages"] == FieldType(FieldKind.TEXTS)
    assert field_types(Network)["gate"] == GATE


def test_no_word_is_taken_for_a_missing_one() -> None:
    assert max(len(words) for words in (LegalGate, Competence)) < NO_WORD


@given(on=st.dates())
def test_a_day_number_is_its_date(on: date) -> None:
    assert day_to_date(date_to_day(on)) == on
    assert date_to_day(on) != MISSING


def test_the_first_day_is_1970_and_a_missing_one_no_date() -> None:
    assert date_to_day(date(1970, 1, 1)) == 0
    assert day_to_date(MISSING) is None


@given(levels=st.frozensets(st.sampled_from(list(PreventionLevel))))
def test_a_mask_has_the_bit_of_each_word(levels: frozenset[PreventionLevel]) -> None:
    column = np.asarray(pack(LEVELS, [levels]))
    assert mask_of(levels) == int(column[0])
    assert mask_of(levels) == sum(2**level.code for level in levels)


def test_every_label_and_type_has_its_class() -> None:
    assert all(issubclass(class_of(what), Element) for what in SORTS)

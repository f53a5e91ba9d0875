"""The policy table against the same table typed a second time by hand, cell by cell."""

import csv
from datetime import date
from pathlib import Path

import pytest

from graph.access import MAY_SEE, FieldGroup, Grant, Role, Scope, field_group, scope_of
from graph.tables import class_of, field_types
from graph.vocabulary import Label, LinkType

_CELL = {"S": Scope.VIEW, "Sa": Scope.AREA, "S†": Scope.CONSENT, "-": None}


def _what(text: str) -> Label | LinkType:
    return LinkType(text) if text.isupper() else Label(text)


def _table() -> dict[tuple[Label | LinkType, FieldGroup, Role], Scope | None]:
    with Path(__file__).with_name("access_table.csv").open(encoding="utf-8") as file:
        return {
            (_what(row["what"]), FieldGroup(row["group"]), role): _CELL[row[role]]
            for row in csv.DictReader(file)
            for role in Role
        }


def test_every_cell_of_the_policy_is_as_it_was_typed_by_hand() -> None:
    wrong = {
        cell: scope for cell, scope in _table().items() if scope_of(cell[2], *cell[:2]) != scope
    }
    assert wrong == {}


def test_the_hand_typed_table_leaves_out_no_cell_of_the_policy() -> None:
    assert {(what, group) for what, group, _ in _table()} == {*MAY_SEE}


@pytest.mark.parametrize("what", [*Label, *LinkType])
def test_every_field_of_the_model_belongs_to_a_group_somebody_may_see(
    what: Label | LinkType,
) -> None:
    for name in field_types(class_of(what)):
        group = field_group(what, name)
        is_civil_tie = (what, FieldGroup.TIES) in MAY_SEE
        assert is_civil_tie or any(scope_of(role, what, group) for role in Role), (what, name)


def test_a_grant_is_half_open() -> None:
    grant = Grant(
        role=Role.ANALYST,
        areas=frozenset({"dk"}),
        valid_from=date(2026, 1, 1),
        valid_to=date(2027, 1, 1),
    )
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [grant.is_valid(day) for day in days] == [False, True, True, False]

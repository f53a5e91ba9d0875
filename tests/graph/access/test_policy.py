from dataclasses import fields
from datetime import date

import pytest

from graph.access.field_groups import FIELD_GROUP, FieldGroup, field_group, main_group
from graph.access.policy import (
    CIVIL_DETAIL,
    OWN,
    PERSON_DETAIL,
    READS_PERSONS,
    RULES,
    TASKS,
    Action,
    Grant,
    Role,
    Scope,
    Task,
    detail_name,
    link_group,
    rules_of,
)
from graph.snapshot.field_types import class_of
from graph.vocabulary import Label, LinkType
from tests.graph.oracle import typed_table


def test_every_cell_of_the_policy_is_as_it_was_typed_by_hand() -> None:
    typed = typed_table()
    assert {(what, group) for what, group, _ in typed} == {*RULES}
    wrong = {
        cell: rules
        for cell, rules in typed.items()
        if RULES[cell[:2]].get(cell[2], frozenset()) != rules
    }
    assert wrong == {}


def test_the_policy_denies_at_least_as_much_as_it_permits() -> None:
    permitted = sum(len(rules) for row in RULES.values() for rules in row.values())
    assert permitted <= (len(RULES) * len(Role) * len(Action)) - permitted


@pytest.mark.parametrize("what", [*Label, *LinkType])
def test_every_field_of_the_model_is_in_exactly_one_group_and_no_other_field_is(
    what: Label | LinkType,
) -> None:
    named = {name for kind, name in FIELD_GROUP if kind is what}
    assert named == {field.name for field in fields(class_of(what))}


def test_a_field_that_is_not_in_the_model_has_no_right_to_it() -> None:
    with pytest.raises(KeyError):
        field_group(Label.PERSON, "cpr")


@pytest.mark.parametrize("label", Label)
def test_what_makes_a_node_is_a_group_of_its_own_line(label: Label) -> None:
    assert (label, main_group(label)) in RULES


def test_what_is_not_in_the_table_is_denied() -> None:
    for role in Role:
        assert rules_of(role, "Case", FieldGroup.STRUCTURE) == frozenset()
        assert rules_of(role, Label.AREA, FieldGroup.IDENTITY) == frozenset()


def test_ones_own_person_is_everybodys_but_a_machines() -> None:
    assert all(rule.scope is Scope.OWN for rules in OWN.values() for rule in rules)
    for role in Role:
        rules = rules_of(role, Label.PERSON, FieldGroup.IDENTITY)
        assert any(rule.scope is Scope.OWN for rule in rules) == (role is not Role.SERVICE)


def test_an_administrator_has_no_right_to_anything_but_offices_and_what_is_their_own() -> None:
    opened = {key for key, row in RULES.items() if Role.ADMIN in row}
    assert opened == {
        *((label, FieldGroup.STRUCTURE)
          for label in (Label.AREA, Label.AUTHORITY, Label.NETWORK, Label.ACTOR)),
        (Label.ACTOR, FieldGroup.HELD),
        (LinkType.REACHED_BY, FieldGroup.STRUCTURE),
    }  # fmt: skip


def test_routes_follow_from_the_table() -> None:
    staff = {Role.COORDINATOR, Role.OUTREACH}
    people = frozenset(Role) - {Role.SERVICE}  # for their own data
    assert TASKS[Task.EDIT] == TASKS[Task.REVEAL] == people
    assert TASKS[Task.VERIFY] == staff | {Role.STEWARD}
    assert TASKS[Task.ASK] == staff
    assert TASKS[Task.WITHDRAW] == {Role.OUTREACH, Role.DPO}
    assert TASKS[Task.CONSENTS] == staff | {Role.STEWARD, Role.DPO}
    assert TASKS[Task.EXPORT] == staff | {Role.ANALYST, Role.STEWARD}
    assert TASKS[Task.EXPORT_NAMES] == {Role.COORDINATOR, Role.STEWARD}
    assert TASKS[Task.EXPORT_DETAILS] == staff
    assert TASKS[Task.ANALYZE] == {Role.ANALYST}
    assert TASKS[Task.IMPORT] == TASKS[Task.OWN_KINDS] == {Role.STEWARD}
    assert TASKS[Task.APPROVE] == {Role.ADMIN, Role.DPO}
    assert {*TASKS} == {*Task}


def test_who_reads_persons_follows_from_the_table() -> None:
    assert frozenset(Role) - READS_PERSONS == {Role.ANALYST, Role.ADMIN}


def test_a_grant_is_half_open() -> None:
    grant = Grant(
        role=Role.ANALYST,
        areas=frozenset({"dk"}),
        valid_from=date(2026, 1, 1),
        valid_to=date(2027, 1, 1),
    )
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 12, 31), date(2027, 1, 1)]
    assert [grant.is_valid(day) for day in days] == [False, True, True, False]


def test_a_contact_detail_stands_under_its_owner() -> None:
    owners = {label: detail_name(label) for label in Label}
    assert owners.pop(Label.PERSON) == PERSON_DETAIL
    assert owners.pop(Label.RESOURCE_INDIVIDUAL) == CIVIL_DETAIL
    assert set(owners.values()) == {Label.CONTACT_DETAIL}


def test_a_link_is_a_tie_where_a_civilian_is_an_end_or_people_know_each_other() -> None:
    assert {
        link_type
        for link_type in LinkType
        if link_group(link_type, is_civil=False) is FieldGroup.TIES
    } == {LinkType.KNOWS}
    civil = {
        link_type
        for link_type in LinkType
        if link_group(link_type, is_civil=True) is FieldGroup.STRUCTURE
    }
    assert civil == {LinkType.REACHED_BY}  # it is seen as the detail it leads to
    groups = {
        link_group(link_type, is_civil=is_civil)
        for link_type in LinkType
        for is_civil in (True, False)
    }
    assert groups == {FieldGroup.TIES, FieldGroup.STRUCTURE}

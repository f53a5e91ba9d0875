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
def test_field_groups_cover_exactly_the_fields_of_the_model(
    what: Label | LinkType,
) -> None:
    named = {name for kind, name in FIELD_GROUP if kind is what}
    assert named == {field.name for field in fields(class_of(what))}


def test_the_group_of_an_unknown_field_raises_key_error() -> None:
    with pytest.raises(KeyError):
        field_group(Label.PERSON, "cpr")


@pytest.mark.parametrize("label", Label)
def test_the_main_group_of_each_label_has_rules(label: Label) -> None:
    assert (label, main_group(label)) in RULES


def test_cells_absent_from_the_table_are_denied() -> None:
    for role in Role:
        assert rules_of(role, "Case", FieldGroup.STRUCTURE) == frozenset()
        assert rules_of(role, Label.AREA, FieldGroup.IDENTITY) == frozenset()


def test_every_role_except_service_has_rights_to_its_own_person() -> None:
    assert all(rule.scope is Scope.OWN for rules in OWN.values() for rule in rules)
    for role in Role:
        rules = rules_of(role, Label.PERSON, FieldGroup.IDENTITY)
        assert any(rule.scope is Scope.OWN for rule in rules) == (role is not Role.SERVICE)


def test_an_administrator_has_rules_only_for_structure_and_held_posts() -> None:
    opened = {key for key, row in RULES.items() if Role.ADMIN in row}
    assert opened == {
        *((label, FieldGroup.STRUCTURE)
          for label in (Label.AREA, Label.AUTHORITY, Label.NETWORK, Label.ACTOR)),
        (Label.ACTOR, FieldGroup.HELD),
        (LinkType.REACHED_BY, FieldGroup.STRUCTURE),
    }  # fmt: skip


def test_the_roles_of_each_task_follow_from_the_table() -> None:
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


def test_all_roles_except_analyst_and_admin_read_persons() -> None:
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


def test_the_policy_name_of_a_contact_detail_depends_on_its_owner() -> None:
    owners = {label: detail_name(label) for label in Label}
    assert owners.pop(Label.PERSON) == PERSON_DETAIL
    assert owners.pop(Label.RESOURCE_INDIVIDUAL) == CIVIL_DETAIL
    assert set(owners.values()) == {Label.CONTACT_DETAIL}


def test_links_of_civilians_and_acquaintances_are_in_the_group_of_ties() -> None:
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

"""Every value sent for a field is either read or a fault of that field, and never a crash."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pytest

from api.editing.change_plan import plain
from api.editing.fields import OURS, build, read_fields, update_fields
from graph.model import LINK_CLASSES, NODE_CLASSES, Element
from graph.vocabulary import Rule
from tests import kystby

CLASSES = (*NODE_CLASSES.values(), *LINK_CLASSES.values())
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 7, 10**12, -(2**31), 0.5, 1e308, "", " ", "x", "x" * 500,
    "2026-11-25", "2026-13-01", "20261125", "0000-00-00", "9999-12-31", "ÅØ", "\x00", "a\nb",
    "😀" * 9, "PHONE", "@new", [], ["x"], [1], [None], [["x"]], ["OUTREACH", "OUTREACH"], [""],
    {}, {"a": 1},
)  # fmt: skip
KYSTBY = {type(element): element for element in kystby.elements()}


def faults_of(cls: type[Element], sent: Mapping[str, Any]) -> list[tuple[str, Rule]]:
    """Return the faults of a new element with these fields; also apply them to an existing one."""
    reading = read_fields(cls, sent, pointer="", element_id=None)
    known = frozenset(fault.field for fault in reading.faults)
    ours = {"id": "new", "source": "form", "hint": "•••••", "declared_by": "amina"}
    names = {field.name for field in fields(cls)}
    values = {name: value for name, value in ours.items() if name in names} | dict(reading.values)
    element, faults = build(cls, values, pointer="", faulty=known)
    assert (element is None) == bool(faults or known)
    if cls in KYSTBY:
        update_fields(KYSTBY[cls], reading.values, pointer="")
    return [(fault.field, fault.rule) for fault in (*reading.faults, *faults)]


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_any_value_sent_for_a_field_is_read_or_a_fault(cls: type[Element]) -> None:
    for field in fields(cls):
        for value in ODD:
            faults = faults_of(cls, {field.name: value})
            if field.name in OURS:
                assert (field.name, Rule.SET_BY_US) in faults
    assert ("color", Rule.UNKNOWN_FIELD) in faults_of(cls, {"color": "red"})


def test_every_element_of_kystby_is_read_back_from_its_own_fields() -> None:
    for element in kystby.elements():
        sent = {
            field.name: plain(getattr(element, field.name))
            for field in fields(element)
            if field.name not in {*OURS, "value"}
        }
        reading = read_fields(type(element), sent, pointer="", element_id=element.id)
        assert reading.faults == ()
        after, faults = update_fields(element, reading.values, pointer="")
        assert (after, faults) == (element, [])

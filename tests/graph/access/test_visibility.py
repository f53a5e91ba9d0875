from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access.field_groups import FIELD_GROUP, FieldGroup
from graph.access.permissions import may_see, may_use_field
from graph.access.policy import RULES, Action
from graph.access.view import View
from graph.model import Element, Link, Node
from graph.vocabulary import Label
from tests.fixtures.examples import drill, examples
from tests.fixtures.snapshots import snapshot_of
from tests.graph.drawn_worlds import DAYS, callers, worlds
from tests.graph.oracle import oracles, seen_by_hand, typed_table

pytestmark = pytest.mark.slow

Case = tuple[set[str], set[str]]
Use = tuple[str, bool, bool]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    elements, caller = draw(worlds()), draw(callers())
    on, today = draw(DAYS), draw(DAYS)
    withheld = draw(st.frozensets(st.sampled_from(["jens", "bo", "carl"]), max_size=1))
    view = View(snapshot_of(elements), caller, on, today=today, withheld=withheld)
    masks = {view.id(row) for label in Label for row in view.rows(label)}
    return masks, seen_by_hand(elements, caller, on, today, withheld)


@examples(200)
@given(cases())
def test_the_masks_show_the_same_nodes_as_the_rules_applied_one_by_one(case: Case) -> None:
    assert case[0] == case[1]


@drill(10_000)
@given(cases())
def test_the_masks_show_the_same_nodes_as_the_rules_in_thousands_of_worlds(case: Case) -> None:
    assert case[0] == case[1]


_GRANTED = {
    (rule.action, what.split(" ")[0], group)
    for (what, group, _), rules in typed_table().items()
    for rule in rules
}


def _cell(element: Element, field: str) -> tuple[str, FieldGroup]:
    """Return the table's cell for a field; fields of a civilian's link are under TIES."""
    assert isinstance(element, Link | Node)
    what = element.type if isinstance(element, Link) else element.label
    group = FIELD_GROUP[what, field]
    is_tie = (what, FieldGroup.TIES) in RULES and group is FieldGroup.STRUCTURE
    return what.value, FieldGroup.TIES if is_tie else group


@st.composite
def uses(draw: st.DrawFn) -> Use:
    """Draw whether a caller may use one field of one element, by the View and by the oracle."""
    elements, caller = draw(worlds()), draw(callers())
    on, today = draw(DAYS), draw(DAYS)
    withheld = draw(st.frozensets(st.sampled_from(["jens", "bo", "amina"]), max_size=1))
    action = draw(st.sampled_from(Action))
    named = [(element, attribute.name) for element in elements for attribute in fields(element)]
    granted = [
        (element, field) for element, field in named if (action, *_cell(element, field)) in _GRANTED
    ]
    element, field = draw(st.sampled_from(named) | st.sampled_from(granted or named))
    _, group = _cell(element, field)
    view = View(snapshot_of(elements), caller, on, today=today, withheld=withheld)
    by_hand = any(
        oracle.uses(element, group, action, {*withheld})
        for oracle in oracles(elements, caller, on, today)
    )
    by_view = may_use_field(view, element.id, field, action)
    assert may_see(view, element.id) or not by_view
    return f"{action} {element.id}.{field}", by_view, by_hand


@examples(400)
@given(uses())
def test_the_rights_to_a_field_match_the_policy_table(use: Use) -> None:
    assert use[1] == use[2], use[0]


@drill(10_000)
@given(uses())
def test_the_rights_to_a_field_match_the_policy_table_in_thousands_of_worlds(
    use: Use,
) -> None:
    assert use[1] == use[2], use[0]

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import islice

import pytest

from graph.errors import StoreUnavailable
from graph.model import (
    Change,
    ChangeKind,
    ChangeReason,
    ChangeSet,
    Consent,
    ContactDetail,
    HopLink,
    Link,
    Node,
    Person,
    Plan,
)
from graph.model.rule_context import RuleContext
from graph.snapshot.snapshot import Snapshot
from graph.store.store import Store
from graph.vocabulary import Label
from seed.__main__ import summary
from seed.loader import (
    LoadReport,
    difference,
    load,
    load_structure,
    refuse_real_data,
    without_changed_by_others,
)
from seed.people import demo
from seed.structure import structure
from tests.fixtures.snapshots import snapshot_of

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
REAL = structure()


def sample(world: RuleContext) -> dict[str, Node | Link]:
    """A few nodes of each sort, and the links between them."""
    nodes: dict[str, Node] = {"dk": world.nodes["dk"]}
    for cls in {type(node) for node in world.nodes.values()}:
        nodes |= islice((x for x in world.nodes.items() if type(x[1]) is cls), 60)
    links = (x for x in world.links.values() if {x.source_id, x.target_id} <= nodes.keys())
    return {**nodes, **{link.id: link for link in links}}


WANTED = sample(demo(today=TODAY))
STRUCTURE: dict[str, Node | Link] = {
    one.id: one for one in (*REAL.nodes, *REAL.links) if one.id in WANTED
}


def demo_snapshot(*changed: Node | Link, without: Iterable[str] = ()) -> Snapshot:
    """Return the demo as a store holds it, with some elements changed or missing."""
    elements = {**WANTED, **{element.id: element for element in changed}}
    return snapshot_of(element for element in elements.values() if element.id not in set(without))


def person() -> Person:
    return next(node for node in WANTED.values() if isinstance(node, Person))


def changes_of(snapshot: Snapshot) -> ChangeSet:
    return difference(WANTED, snapshot, on=TODAY, now=NOW)


def test_an_empty_store_gets_every_element_and_a_complete_one_no_change() -> None:
    assert len(changes_of(snapshot_of(())).creates) == len(WANTED)
    assert len(changes_of(demo_snapshot())) == 0


def test_a_missing_element_is_created_and_a_changed_one_is_restored() -> None:
    other = replace(person(), title="Konsulent i noget andet", revision=7)
    link = next(element.id for element in WANTED.values() if isinstance(element, Link))
    changes = changes_of(demo_snapshot(other, without=[link]))
    assert [element.id for element in changes.creates] == [link]
    assert changes.updates == (replace(person(), revision=7),)
    assert changes.reason is ChangeReason.SEEDED


def test_a_detail_is_compared_without_its_value() -> None:
    detail = next(node for node in WANTED.values() if isinstance(node, ContactDetail))
    assert len(changes_of(demo_snapshot(replace(detail, value=None)))) == 0


def test_an_element_no_longer_in_the_demo_ends_today() -> None:
    former = replace(person(), id="former", revision=3)
    (end,) = changes_of(demo_snapshot(former)).ends
    assert (end.id, end.on, end.based_on) == ("former", TODAY, 3)


def test_an_element_that_has_already_ended_is_not_changed() -> None:
    former = replace(person(), id="former", valid_to=date(2026, 1, 1))
    assert len(changes_of(demo_snapshot(former))) == 0


def test_a_consent_is_neither_changed_nor_ended() -> None:
    consent = next(
        node
        for node in WANTED.values()
        if isinstance(node, Consent) and not node.withdrawn_on and node.is_in_force(TODAY)
    )
    withdrawn = replace(consent, withdrawn_on=TODAY)
    older = replace(consent, id="older")
    assert len(changes_of(demo_snapshot(withdrawn, older))) == 0


def test_the_structure_alone_leaves_people_checks_and_plan_dates_as_they_are() -> None:
    assert len(difference(STRUCTURE, demo_snapshot(), on=TODAY, now=NOW, is_alone=True)) == 0


def test_the_structure_alone_restores_facts_and_preserves_verifications() -> None:
    hop = next(
        link
        for link in WANTED.values()
        if isinstance(link, HopLink) and link.id in STRUCTURE and link.verified_on
    )
    plan = next(node for node in WANTED.values() if isinstance(node, Plan))
    snapshot = demo_snapshot(replace(hop, strength=0.1), replace(plan, title="Noget andet"))
    changes = difference(STRUCTURE, snapshot, on=TODAY, now=NOW, is_alone=True)
    assert {element.id: element for element in changes.updates} == {hop.id: hop, plan.id: plan}


def change(element_id: str, made_by: str, *fields: str) -> Change:
    """Return the record of an update, or of the creation where no field is named."""
    return Change(
        revision=1, touched=element_id, what=Label.PERSON, fields=fields, made_by=made_by,
        kind=ChangeKind.UPDATED if fields else ChangeKind.CREATED,
        made_at=NOW, reason=ChangeReason.CORRECTED,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("history", "is_left"),
    [
        ([("seed",)], False),
        ([("seed",), ("acc-1", "verified_on", "verified_by", "due_on")], False),
        ([("seed",), ("acc-1", "title")], True),
        ([("seed",), ("local-operator", "batch", "external_id"), ("acc-1", "due_on")], True),
        ([("acc-1", "title"), ("seed", "title")], False),
        ([("acc-1",)], True),
    ],
)
def test_elements_changed_by_others_are_neither_updated_nor_ended(
    history: list[tuple[str, ...]], is_left: bool
) -> None:
    former = replace(person(), id="former")
    changes = changes_of(demo_snapshot(former, replace(person(), title="Noget andet")))
    assert (len(changes.updates), len(changes.ends)) == (1, 1)
    rest = without_changed_by_others(
        changes, lambda element_id: [change(element_id, *record) for record in history]
    )
    assert (len(rest.updates), len(rest.ends)) == ((0, 0) if is_left else (1, 1))


def test_the_demo_is_refused_by_a_store_with_real_people() -> None:
    real_person = replace(person(), id="real", source="form")
    with pytest.raises(StoreUnavailable, match="real data"):
        refuse_real_data(demo_snapshot(real_person), REAL)
    refuse_real_data(demo_snapshot(), REAL)


def test_the_summary_of_a_load_lists_its_counts() -> None:
    done = LoadReport(created=3, updated=2, ended=1, unchanged=0, seed=9, today=TODAY)
    expected = "Demo data of 2026-11-25 (seed 9): 3 created, 2 updated, 1 ended, 0 unchanged."
    assert summary(done) == expected
    alone = summary(replace(done, today=None, changed_by_others=4))
    assert alone.startswith("Structure: 3 created")
    assert alone.endswith("0 unchanged, 4 changed by others and left.")


@pytest.mark.drill
def test_loading_the_demo_twice_changes_nothing_even_on_another_day(store: Store) -> None:
    first = load(store, now=NOW, seed=12, today=TODAY)
    revision = store.revision()
    again = load(store, now=datetime(2027, 5, 1, tzinfo=UTC))
    assert (first.updated, first.ended, first.unchanged) == (0, 0, 0)
    assert again == replace(first, created=0, unchanged=first.created)
    assert store.revision() == revision
    assert load_structure(store, now=NOW).created == 0
    assert store.revision() == revision

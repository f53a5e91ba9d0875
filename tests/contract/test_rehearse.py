from datetime import date
from typing import Any

import pytest

from graph.errors import Conflict, Invalid, NotFound
from graph.model import (
    ChangeKind,
    ChangeSet,
    Coordinates,
    Element,
    End,
    Holds,
    MemberOf,
    Network,
    Person,
)
from graph.store.encryption.keyring import Keyring
from graph.store.store import Store
from graph.vocabulary import CoordinationFunction, LegalGate, Rule
from tests import kystby
from tests.change_sets import change_set, changed, element_of

NEW_YEAR = date(2027, 1, 1)


def end(element_id: str, on: date = NEW_YEAR) -> End:
    return End(id=element_id, on=on, based_on=1)


def rules_of(store: Store, changes: ChangeSet) -> list[tuple[str, Rule]]:
    """Return where and by which rules a change set is refused, in a dry run and applied alike."""
    before = store.revision()
    faults: list[list[tuple[str, Rule]]] = []
    for attempt in (store.dry_run, store.apply):
        with pytest.raises(Invalid) as refused:
            attempt(changes)
        faults.append([(fault.where, fault.rule) for fault in refused.value.faults])
    assert faults[0] == faults[1]
    assert store.revision() == before
    return faults[0]


def test_a_dry_run_lists_the_touched_elements_and_writes_nothing(
    town: Store, keyring: Keyring
) -> None:
    new = Person(id="ida", name="Ida Rugvang Holm", source="test")
    touched = town.dry_run(
        change_set(creates=[new], updates=[changed(town, "ssp-post", hours=None)])
    )
    assert [(change.kind, change.after.id) for change in touched] == [
        (ChangeKind.CREATED, "ida"),
        (ChangeKind.UPDATED, "ssp-post"),
    ]
    assert (town.revision(), town.elements(["ida"]), town.changes_since(1)) == (1, (), ())
    assert keyring.existing_keys(["ida"]) == {}


def test_a_dry_run_of_ending_a_stale_or_unknown_element_raises(town: Store) -> None:
    stale = End(id="ssp-post", on=NEW_YEAR, based_on=7)
    with pytest.raises(Conflict):
        town.dry_run(change_set(ends=[stale]))
    with pytest.raises(NotFound):
        town.dry_run(change_set(ends=[end("nobody")]))


def test_ending_a_node_moves_the_later_end_of_its_link_forward(town: Store) -> None:
    town.apply(change_set(updates=[changed(town, "amina--ssp-post", valid_to=date(2028, 1, 1))]))
    touched = town.dry_run(change_set(ends=[end("amina")]))
    assert [change.after.id for change in touched] == ["amina", "amina--ssp-post"]
    assert touched[1].after.valid_to == NEW_YEAR
    assert town.apply(change_set(ends=[end("amina")])) == 3
    seat = element_of(town, "amina--ssp-post", Holds)
    assert (seat.valid_to, seat.revision) == (NEW_YEAR, 3)
    assert [change.touched for change in town.changes_since(2)] == ["amina", "amina--ssp-post"]


def test_ending_a_node_before_its_link_begins_is_refused(town: Store) -> None:
    town.apply(change_set(updates=[changed(town, "bo--ssp-post", valid_from=date(2027, 2, 1))]))
    assert rules_of(town, change_set(ends=[end("bo")])) == [("bo--ssp-post", Rule.OUTLIVES_END)]


@pytest.fixture
def lonely(town: Store) -> Store:
    """Kystby, where the network `ssp` has one verified contact left: `ssp-post`, coordinator."""
    town.apply(change_set(ends=[end("intake--ssp", date(2026, 11, 1))]))
    return town


def contact(cls: type[Coordinates | MemberOf] = MemberOf, **fields: Any) -> Element:
    """Return a link from `release` to the network, with the network's gate and levels."""
    network = next(
        node for node in kystby.nodes() if isinstance(node, Network) and node.id == "ssp"
    )
    more = {"function": CoordinationFunction.COORDINATOR} if cls is Coordinates else {}
    given: dict[str, Any] = {"gate": LegalGate.SSP_115, "levels": network.levels, **more, **fields}
    return cls(id="new", source_id="release", target_id="ssp", source="test", **given)


def test_the_last_verified_contact_of_a_network_cannot_be_ended_alone(lonely: Store) -> None:
    assert ("ssp-post--ssp", Rule.LAST_CONTACT) in rules_of(
        lonely, change_set(ends=[end("ssp-post--ssp")])
    )
    assert rules_of(lonely, change_set(ends=[end("ssp-post")])) == [
        ("ssp-post--ssp", Rule.LAST_CONTACT)
    ]
    earlier = changed(lonely, "ssp-post--ssp", valid_to=NEW_YEAR)
    assert ("ssp-post--ssp", Rule.LAST_CONTACT) in rules_of(lonely, change_set(updates=[earlier]))


def test_the_last_contact_can_be_ended_with_a_successor_from_the_same_day(lonely: Store) -> None:
    late = contact(valid_from=date(2027, 1, 2))
    assert rules_of(lonely, change_set(creates=[late], ends=[end("ssp-post")])) == [
        ("ssp-post--ssp", Rule.LAST_CONTACT)
    ]
    in_time = contact(valid_from=NEW_YEAR)
    assert lonely.apply(change_set(creates=[in_time], ends=[end("ssp-post")])) == 3


def test_an_existing_unverified_member_is_no_successor_until_verified(
    lonely: Store,
) -> None:
    lonely.apply(change_set(creates=[contact()]))
    ending = [end("ssp-post")]
    assert rules_of(lonely, change_set(ends=ending)) == [("ssp-post--ssp", Rule.LAST_CONTACT)]
    verified = changed(lonely, "new", verified_on=kystby.TODAY, verified_by="release")
    assert lonely.apply(change_set(updates=[verified], ends=ending)) == 4


def test_of_the_last_two_contacts_only_one_can_be_ended(town: Store) -> None:
    assert town.apply(change_set(ends=[end("intake")])) == 2
    assert rules_of(town, change_set(ends=[end("ssp-post")])) == [
        ("ssp-post--ssp", Rule.LAST_CONTACT)
    ]


@pytest.mark.slow
def test_the_last_contact_can_end_with_its_network_or_if_it_is_unverified(
    lonely: Store,
) -> None:
    assert lonely.dry_run(change_set(ends=[end("ssp-post"), end("ssp")]))
    unverified = changed(lonely, "ssp-post--ssp", verified_on=None, verified_by=None)
    lonely.apply(change_set(updates=[unverified]))
    assert lonely.apply(change_set(ends=[end("ssp-post")])) == 4


def test_the_last_holder_of_the_last_contact_post_can_be_ended(lonely: Store) -> None:
    assert lonely.apply(change_set(ends=[end("amina--ssp-post")])) == 3

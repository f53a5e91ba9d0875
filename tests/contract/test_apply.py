from dataclasses import replace
from datetime import date

import pytest

from graph.errors import Conflict, Fault, Invalid, NotFound, PlanOutdated
from graph.model import (
    Actor,
    Area,
    Change,
    ChangeKind,
    ChangeReason,
    Consent,
    ContactDetail,
    Covers,
    Element,
    End,
    Holds,
    PartOf,
    Person,
    ReachedBy,
    Secret,
)
from graph.store.encryption.keyring import Keyring
from graph.store.store import Store
from graph.vocabulary import AreaKind, Channel, Label, LinkType, Rule, Visibility
from tests.change_sets import MADE_AT, change_set, changed, element_of
from tests.databases import Server

TODAY = date(2026, 11, 25)


def country(area_id: str) -> Area:
    return Area(id=area_id, kind=AreaKind.COUNTRY, code=area_id, name=area_id, source="test")


def faults_of(store: Store, *creates: Element, updates: tuple[Element, ...] = ()) -> list[Fault]:
    """Return the faults of a refused write; afterwards nothing has changed."""
    before = store.revision(), store.counts()
    with pytest.raises(Invalid) as refused:
        store.apply(change_set(creates=creates, updates=updates))
    assert (store.revision(), store.counts()) == before
    return list(refused.value.faults)


def test_each_write_raises_the_revision_and_sets_it_on_touched_elements(store: Store) -> None:
    assert store.apply(change_set(creates=[country("a"), country("b")])) == 1
    assert store.apply(change_set(updates=[changed(store, "a", name="Land")])) == 2
    assert (element_of(store, "a", Area).revision, element_of(store, "b", Area).revision) == (2, 1)


def test_an_empty_change_set_changes_nothing(store: Store) -> None:
    store.apply(change_set(creates=[country("a")]))
    assert store.apply(change_set()) == 1
    assert store.changes_since(1) == ()


def test_a_stale_update_raises_conflict_with_both_revisions_and_writes_nothing(
    store: Store,
) -> None:
    store.apply(change_set(creates=[country("a"), country("b")]))
    mine = changed(store, "a", name="Mit land")
    store.apply(change_set(updates=[changed(store, "a", name="Dit land")]))
    with pytest.raises(Conflict) as error:
        store.apply(change_set(updates=[changed(store, "b", name="Nyt"), mine]))
    assert (error.value.element_id, error.value.based_on, error.value.current) == ("a", 1, 2)
    assert store.revision() == 2
    assert (element_of(store, "a", Area).name, element_of(store, "b", Area).name) == (
        "Dit land",
        "b",
    )


def test_a_stale_end_raises_conflict(store: Store) -> None:
    store.apply(change_set(creates=[country("a")]))
    store.apply(change_set(updates=[changed(store, "a", name="Land")]))
    with pytest.raises(Conflict):
        store.apply(change_set(ends=[End(id="a", on=TODAY, based_on=1)]))


def test_a_change_set_planned_on_an_earlier_revision_is_refused_even_if_it_only_creates(
    store: Store,
) -> None:
    store.apply(change_set(creates=[country("a")]))
    planned = replace(change_set(creates=[country("b")], idempotency="key-1"), planned_on=0)
    with pytest.raises(PlanOutdated):
        store.apply(planned)
    assert store.revision() == 1
    assert store.apply(replace(planned, planned_on=1)) == 2
    store.apply(change_set(creates=[country("c")]))
    assert store.apply(replace(planned, planned_on=1)) == 2  # it was written before


def test_changing_or_ending_an_unknown_element_raises_not_found(store: Store) -> None:
    for changes in (
        change_set(updates=[country("a")]),
        change_set(ends=[End(id="a", on=TODAY, based_on=1)]),
    ):
        with pytest.raises(NotFound):
            store.apply(changes)
    assert store.revision() == 0


def test_the_same_idempotency_key_writes_once_and_returns_the_first_revision(store: Store) -> None:
    once = change_set(creates=[country("a")], idempotency="key-1")
    assert store.apply(once) == 1
    store.apply(change_set(creates=[country("b")], idempotency="key-2"))
    assert store.apply(once) == 1
    assert (store.revision(), store.counts()["Area"]) == (2, 2)


def test_an_existing_id_is_refused_even_for_an_element_of_another_label(store: Store) -> None:
    store.apply(change_set(creates=[country("a")]))
    organization = Person(id="a", name="Bo Sørensen", source="test")
    assert faults_of(store, country("b"), organization) == [Fault("a", "id", Rule.DUPLICATE)]


def test_an_id_twice_in_one_change_set_is_refused(store: Store) -> None:
    assert faults_of(store, country("a"), country("a")) == [Fault("a", "id", Rule.DUPLICATE)]


def test_a_write_that_fails_half_way_is_rolled_back(store: Store, server: Server) -> None:
    server.ask("CREATE (:Area {id: 'b'})")  # bypasses the store: only the database can refuse
    with pytest.raises(Invalid) as refused:
        store.apply(change_set(creates=[country("a"), country("b"), country("c")]))
    assert refused.value.faults[0].rule is Rule.DUPLICATE
    (left,) = server.ask("MATCH (node) WHERE NOT node:Store RETURN count(node) AS count")
    assert (left["count"], store.revision()) == (1, 0)


def test_a_link_needs_both_its_ends(store: Store) -> None:
    link = Covers(id="l", source_id="nobody", target_id="a", source="test")
    assert faults_of(store, country("a"), link) == [Fault("l", "source_id", Rule.MISSING_END)]


def test_a_link_that_breaks_a_rule_with_stored_elements_refuses_the_whole_write(
    town: Store,
) -> None:
    second = Holds(id="h", source_id="bo", target_id="intake", source="test")
    assert faults_of(town, country("b"), second) == [Fault("h", "target_id", Rule.UNIT_ONLY)]


def test_a_link_that_closes_a_part_of_cycle_of_four_is_refused(town: Store) -> None:
    bodies = [
        replace(element_of(town, "politi", Element), id=f"body-{n}", revision=1) for n in range(4)
    ]
    ties = [
        PartOf(id=f"tie-{n}", source_id=f"body-{n}", target_id=f"body-{n + 1}", source="test")
        for n in range(3)
    ]
    town.apply(change_set(creates=[*bodies, *ties]))
    closing = PartOf(id="tie-3", source_id="body-3", target_id="body-0", source="test")
    assert Fault("tie-3", "target_id", Rule.CYCLE) in faults_of(town, closing)


def test_an_update_cannot_change_the_ends_of_a_link_or_the_label_of_a_node(town: Store) -> None:
    moved = changed(town, "politi--pol-ost", target_id="kystby")
    assert faults_of(town, updates=(moved,)) == [
        Fault("politi--pol-ost", "source_id", Rule.WRONG_ENDS)
    ]
    other = Person(id="kystby", revision=1, name="Bo Sørensen", source="test")
    assert faults_of(town, updates=(other,)) == [Fault("kystby", "id", Rule.DUPLICATE)]


def test_an_end_sets_only_the_end_date_and_the_revision(town: Store) -> None:
    before = element_of(town, "amina--ssp-post", Holds)
    town.apply(change_set(ends=[End(id=before.id, on=TODAY, based_on=1)]))
    assert element_of(town, before.id, Holds) == replace(before, valid_to=TODAY, revision=2)


def test_a_field_that_is_set_to_none_is_removed(town: Store) -> None:
    town.apply(change_set(updates=[changed(town, "amina", absent_from=None, absent_to=None)]))
    assert element_of(town, "amina", Person).absent_from is None


def test_a_consent_can_only_be_withdrawn_and_not_be_reinstated(town: Store) -> None:
    longer = changed(town, "consent-kaj", expires_on=date(2027, 1, 1))
    assert faults_of(town, updates=(longer,)) == [
        Fault("consent-kaj", "expires_on", Rule.CONSENT_FIXED)
    ]
    town.apply(change_set(updates=[changed(town, "consent-jens", withdrawn_on=TODAY)]))
    assert element_of(town, "consent-jens", Consent).withdrawn_on == TODAY
    taken_back = changed(town, "consent-jens", withdrawn_on=None)
    assert faults_of(town, updates=(taken_back,)) == [
        Fault("consent-jens", "withdrawn_on", Rule.CONSENT_FIXED)
    ]


def test_a_new_detail_and_a_changed_channel_require_a_value(town: Store) -> None:
    detail = ContactDetail(id="d", channel=Channel.PHONE, hint="•••••", source="test")
    tie = ReachedBy(id="t", source_id="bo", target_id="d", source="test", order=2)
    assert faults_of(town, detail, tie) == [Fault("d", "value", Rule.REQUIRED)]
    moved = changed(town, "phone-bo", channel=Channel.PHONE)
    assert faults_of(town, updates=(moved,)) == [Fault("phone-bo", "value", Rule.REQUIRED)]


def test_an_erased_person_cannot_be_renamed_but_other_changes_are_allowed(
    town: Store, keyring: Keyring
) -> None:
    keyring.destroy("carl")
    with pytest.raises(NotFound):
        town.apply(change_set(updates=[changed(town, "carl", name="Nyt Navn")]))
    town.apply(change_set(ends=[End(id="carl--ihd", on=TODAY, based_on=1)]))
    town.apply(change_set(updates=[changed(town, "carl", absent_from=TODAY, absent_to=date.max)]))
    assert element_of(town, "carl", Person).name == "Slettet person"


def test_changes_record_author_time_reason_and_previous_values(town: Store) -> None:
    town.apply(change_set(updates=[changed(town, "ssp-post", hours=None)], made_by="lise"))
    town.apply(change_set(ends=[End(id="politi--pol-ost", on=TODAY, based_on=1)]))
    updated, ended = town.changes_since(1)
    assert updated == Change(
        revision=2, touched="ssp-post", kind=ChangeKind.UPDATED, what=Label.ACTOR,
        fields=("hours",), before={"hours": "MO-FR 09:00-15:00"},
        made_by="lise", made_at=MADE_AT, reason=ChangeReason.CORRECTED,
    )  # fmt: skip
    assert (ended.kind, ended.what, ended.fields) == (
        ChangeKind.ENDED, LinkType.COVERS, ("valid_to",)
    )  # fmt: skip
    assert ended.before == {"valid_to": None}


def test_changes_are_ordered_by_revision_and_id(store: Store) -> None:
    store.apply(change_set(creates=[country("c"), country("a")]))
    store.apply(change_set(creates=[country("b")]))
    assert [(change.revision, change.touched) for change in store.changes_since(0)] == [
        (1, "a"),
        (1, "c"),
        (2, "b"),
    ]


def test_a_previous_date_in_a_change_is_returned_as_a_date(town: Store) -> None:
    town.apply(change_set(updates=[changed(town, "amina", absent_to=date(2027, 1, 1))]))
    (change,) = town.changes_since(1)
    assert change.before == {"absent_to": date(2026, 12, 7)}


def test_an_update_replaces_the_value_of_a_detail_and_keeps_it_when_none_is_sent(
    town: Store, keyring: Keyring
) -> None:
    town.apply(change_set(updates=[changed(town, "phone-bo", value=Secret("+45 09 99 99 99"))]))
    town.apply(change_set(updates=[changed(town, "phone-bo", is_work=True, hint="•••••")]))
    assert town.reveal("phone-bo").uncover() == "+45 09 99 99 99"
    assert keyring.details_with([(Channel.MOBILE, "09999999")]) == {
        (Channel.MOBILE, "09999999"): ["phone-bo"]
    }
    assert keyring.details_with([(Channel.MOBILE, "05123478")]) == {}


def test_hiding_a_person_also_hides_their_ended_contact_details(town: Store) -> None:
    town.apply(change_set(ends=[End(id="phone-bo", on=TODAY, based_on=1)]))
    hidden = changed(town, "bo", visibility=Visibility.NAMED)
    town.apply(change_set(updates=[hidden]))
    assert element_of(town, "phone-bo", ContactDetail).visibility is Visibility.NAMED
    assert town.reveal("phone-bo").uncover() == "+45 05 12 34 78"
    (record,) = town.changes_of("phone-bo", until=3)[-1:]
    assert (record.kind, record.fields) == (ChangeKind.UPDATED, ("visibility",))


def test_a_post_is_stored_with_its_set_of_languages(town: Store) -> None:
    post = changed(town, "ssp-post", languages=frozenset({"so", "da"}))
    town.apply(change_set(updates=[post]))
    assert element_of(town, "ssp-post", Actor).languages == {"da", "so"}


def test_revision_by_key_returns_the_revision_of_a_change_set_or_none(store: Store) -> None:
    store.apply(change_set(creates=[country("a")], idempotency="first"))
    store.apply(change_set(creates=[country("b")], idempotency="second"))
    assert (store.revision_by_key("first"), store.revision_by_key("second")) == (1, 2)
    assert store.revision_by_key("never") is None
    assert store.revision_by_key("first", waits=False) == 1
    assert store.revision_by_key("never", waits=False) is None

from dataclasses import replace
from datetime import date

from graph.model import ChangeKind, End
from graph.store.store import Store
from tests.change_sets import change_set, changed, fill_with_kystby
from tests.kystby import TODAY


def test_the_changes_of_one_thing_are_its_own_and_in_order(store: Store) -> None:
    fill_with_kystby(store)
    store.apply(change_set(updates=[changed(store, "intake", hours="00:00-24:00")]))
    store.apply(change_set(updates=[changed(store, "bo", title="Konsulent")]))
    store.apply(change_set(ends=[End(id="intake", on=date(2027, 1, 1), based_on=2)]))
    found = store.changes_of("intake", until=4)
    assert [(one.revision, one.kind) for one in found] == [
        (1, ChangeKind.CREATED),
        (2, ChangeKind.UPDATED),
        (4, ChangeKind.ENDED),
    ]
    assert found[1].before == {"hours": "MO-FR 09:00-15:00"}
    assert store.changes_of("intake", until=3) == found[:2]
    assert store.changes_of("nobody", until=4) == ()
    assert found == tuple(one for one in store.changes_since(0) if one.touched == "intake")


def test_what_was_written_to_a_field_is_told_of_everything_it_was_written_to(store: Store) -> None:
    fill_with_kystby(store)
    for day in (date(2026, 11, 1), TODAY):
        again = [changed(store, one, verified_on=day) for one in ("ssp-post--ssp", "intake--ssp")]
        store.apply(change_set(updates=again))
    store.apply(change_set(updates=[changed(store, "intake", hours="00:00-24:00")]))
    found = store.changes_to("verified_on", until=4)
    assert [(one.revision, one.touched, one.before["verified_on"]) for one in found] == [
        (2, "intake--ssp", date(2026, 2, 1)),
        (2, "ssp-post--ssp", date(2026, 10, 15)),
        (3, "intake--ssp", date(2026, 11, 1)),
        (3, "ssp-post--ssp", date(2026, 11, 1)),
    ]
    assert store.changes_to("verified_on", until=2) == found[:2]
    assert store.changes_to("id", until=4) == ()


def test_changes_come_in_order_from_a_place_on_and_are_all_the_others(store: Store) -> None:
    fill_with_kystby(store)
    store.apply(
        change_set(updates=[changed(store, "bo", absent_from=TODAY, absent_to=date(2027, 1, 1))])
    )
    every, told, place = store.changes_since(0), list[object](), (0, "")
    while found := store.changes_after(place, until=2, limit=7):
        told += found
        place = (found[-1].revision, found[-1].touched)
    assert told == list(every)
    assert store.changes_after((1, "~"), until=1, limit=7) == ()
    assert store.changes_after((2, ""), until=2, limit=7) == (every[-1],)
    assert replace(every[-1], before={}).fields == ("absent_from", "absent_to")

from dataclasses import replace
from datetime import date

from graph.model import ChangeKind, End
from graph.store.store import Store
from tests.change_sets import change_set, changed
from tests.kystby import TODAY


def test_changes_of_an_element_are_returned_in_order_up_to_a_revision(town: Store) -> None:
    town.apply(change_set(updates=[changed(town, "intake", hours="00:00-24:00")]))
    town.apply(change_set(updates=[changed(town, "bo", title="Konsulent")]))
    town.apply(change_set(ends=[End(id="intake", on=date(2027, 1, 1), based_on=2)]))
    changes = town.changes_of("intake", until=4)
    assert [(change.revision, change.kind) for change in changes] == [
        (1, ChangeKind.CREATED),
        (2, ChangeKind.UPDATED),
        (4, ChangeKind.ENDED),
    ]
    assert changes[1].before == {"hours": "MO-FR 09:00-15:00"}
    assert town.changes_of("intake", until=3) == changes[:2]
    assert town.changes_of("nobody", until=4) == ()
    assert changes == tuple(
        change for change in town.changes_since(0) if change.touched == "intake"
    )


def test_changes_to_a_field_are_listed_for_every_element_with_previous_values(town: Store) -> None:
    for day in (date(2026, 11, 1), TODAY):
        again = [
            changed(town, link_id, verified_on=day) for link_id in ("ssp-post--ssp", "intake--ssp")
        ]
        town.apply(change_set(updates=again))
    town.apply(change_set(updates=[changed(town, "intake", hours="00:00-24:00")]))
    changes = town.changes_to("verified_on", until=4)
    assert [
        (change.revision, change.touched, change.before["verified_on"]) for change in changes
    ] == [
        (2, "intake--ssp", date(2026, 2, 1)),
        (2, "ssp-post--ssp", date(2026, 10, 15)),
        (3, "intake--ssp", date(2026, 11, 1)),
        (3, "ssp-post--ssp", date(2026, 11, 1)),
    ]
    assert town.changes_to("verified_on", until=2) == changes[:2]
    assert town.changes_to("id", until=4) == ()


def test_changes_after_a_place_are_paged_in_order_and_complete(town: Store) -> None:
    town.apply(
        change_set(updates=[changed(town, "bo", absent_from=TODAY, absent_to=date(2027, 1, 1))])
    )
    every, changes, place = town.changes_since(0), list[object](), (0, "")
    while page := town.changes_after(place, until=2, limit=7):
        changes += page
        place = (page[-1].revision, page[-1].touched)
    assert changes == list(every)
    assert town.changes_after((1, "~"), until=1, limit=7) == ()
    assert town.changes_after((2, ""), until=2, limit=7) == (every[-1],)
    assert replace(every[-1], before={}).fields == ("absent_from", "absent_to")

from dataclasses import replace
from datetime import date

from graph.model import ChangeKind, End
from graph.store.store import Store
from tests.change_sets import change_set, changed
from tests.kystby import TODAY


def test_the_changes_of_one_thing_are_its_own_and_in_order(town: Store) -> None:
    town.apply(change_set(updates=[changed(town, "intake", hours="00:00-24:00")]))
    town.apply(change_set(updates=[changed(town, "bo", title="Konsulent")]))
    town.apply(change_set(ends=[End(id="intake", on=date(2027, 1, 1), based_on=2)]))
    found = town.changes_of("intake", until=4)
    assert [(one.revision, one.kind) for one in found] == [
        (1, ChangeKind.CREATED),
        (2, ChangeKind.UPDATED),
        (4, ChangeKind.ENDED),
    ]
    assert found[1].before == {"hours": "MO-FR 09:00-15:00"}
    assert town.changes_of("intake", until=3) == found[:2]
    assert town.changes_of("nobody", until=4) == ()
    assert found == tuple(one for one in town.changes_since(0) if one.touched == "intake")


def test_what_was_written_to_a_field_is_told_of_everything_it_was_written_to(town: Store) -> None:
    for day in (date(2026, 11, 1), TODAY):
        again = [changed(town, one, verified_on=day) for one in ("ssp-post--ssp", "intake--ssp")]
        town.apply(change_set(updates=again))
    town.apply(change_set(updates=[changed(town, "intake", hours="00:00-24:00")]))
    found = town.changes_to("verified_on", until=4)
    assert [(one.revision, one.touched, one.before["verified_on"]) for one in found] == [
        (2, "intake--ssp", date(2026, 2, 1)),
        (2, "ssp-post--ssp", date(2026, 10, 15)),
        (3, "intake--ssp", date(2026, 11, 1)),
        (3, "ssp-post--ssp", date(2026, 11, 1)),
    ]
    assert town.changes_to("verified_on", until=2) == found[:2]
    assert town.changes_to("id", until=4) == ()


def test_changes_come_in_order_from_a_place_on_and_are_all_the_others(town: Store) -> None:
    town.apply(
        change_set(updates=[changed(town, "bo", absent_from=TODAY, absent_to=date(2027, 1, 1))])
    )
    every, told, place = town.changes_since(0), list[object](), (0, "")
    while found := town.changes_after(place, until=2, limit=7):
        told += found
        place = (found[-1].revision, found[-1].touched)
    assert told == list(every)
    assert town.changes_after((1, "~"), until=1, limit=7) == ()
    assert town.changes_after((2, ""), until=2, limit=7) == (every[-1],)
    assert replace(every[-1], before={}).fields == ("absent_from", "absent_to")

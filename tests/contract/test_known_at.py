from dataclasses import replace
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest

from graph.model import (
    Actor,
    Consent,
    ContactDetail,
    DeputizesFor,
    Element,
    End,
    Holds,
    Knows,
    Person,
    RefersTo,
)
from graph.snapshot.snapshot import Snapshot
from graph.store.store import Store
from graph.vocabulary import Competence, PreventionLevel, Visibility
from tests.change_sets import change_set, changed, fill_with_kystby
from tests.databases import Server
from tests.fixtures.examples import drills_after
from tests.graph.earlier_worlds import clear
from tests.graph.paths.additions import tie
from tests.kystby import TODAY

NEW_YEAR = date(2027, 1, 1)
_MAY_END = (Holds, Knows, RefersTo, DeputizesFor)


def new_things(number: int) -> list[Element]:
    """Return a person, and their link as a deputy at a post."""
    person = Person(id=f"new-{number}", name="Nina Nyvang Holm", source="test")
    return [person, tie(DeputizesFor, person.id, "release", order=number + 2)]


def another(element: Element, drawn: Random) -> Element:
    """Return the element with another value in a field that may change."""
    values: dict[type[Element], list[dict[str, Any]]] = {
        Actor: [{"hours": "00:00-24:00"}, {"name": f"Funktion {drawn.randint(0, 99)}"}],
        Person: [
            {"name": "Rettet Navn Holm"},
            {"visibility": drawn.choice(list(Visibility))},
            {"languages": frozenset(drawn.sample(["da", "so", "ar"], 2))},
            {"absent_from": TODAY, "absent_to": TODAY + timedelta(drawn.randint(1, 90))},
            {"competences": frozenset(drawn.sample(list(Competence), 2))},
        ],
    }
    fields = {"source": f"seen-{drawn.randint(0, 999)}"}
    return replace(element, **drawn.choice(values.get(type(element), [fields])))


def write_more(store: Store, drawn: Random, number: int) -> None:
    """Write one more revision: changed elements, and perhaps new ones and ended ones."""
    chosen = drawn.sample(
        [
            element
            for element in store.load().elements()
            if not isinstance(element, Consent | ContactDetail)
        ],
        6,
    )
    ends = [
        End(id=element.id, on=NEW_YEAR, based_on=element.revision)
        for element in chosen
        if isinstance(element, _MAY_END) and element.valid_to is None
    ]
    ended = {end.id for end in ends}
    updates = [another(element, drawn) for element in chosen if element.id not in ended]
    creates = new_things(number) if drawn.random() < 0.5 else []
    store.apply(change_set(creates=creates, updates=updates, ends=ends))


def clear_things(snapshot: Snapshot) -> list[dict[str, object]]:
    return [clear(element) for element in snapshot.elements()]


@pytest.mark.slow
@pytest.mark.parametrize("seed", drills_after(1, range(5)))
def test_known_at_returns_each_earlier_revision_as_it_was_loaded(store: Store, seed: int) -> None:
    drawn = Random(seed)
    fill_with_kystby(store)
    loaded = [store.load()]
    for number in range(8):
        write_more(store, drawn, number)
        loaded.append(store.load())
    present = loaded[-1]
    for snapshot in loaded:
        known = store.known_at(present, snapshot.revision).snapshot
        assert known.revision == snapshot.revision
        assert clear_things(known) == clear_things(snapshot)
    assert list(store.known_at(present, 0).snapshot.elements()) == []


def test_a_person_has_the_present_name_at_an_earlier_revision(town: Store) -> None:
    town.apply(change_set(updates=[changed(town, "bo", name="Bo Rettet Sørensen")]))
    town.apply(change_set(updates=[changed(town, "bo", languages=frozenset({"so"}))]))
    known = town.known_at(town.load(), 1).snapshot
    person = known.node(known.row_of["bo"])
    assert isinstance(person, Person)
    assert (person.name, person.languages) == ("Bo Rettet Sørensen", frozenset())


def test_known_at_ignores_writes_after_the_given_snapshot(town: Store) -> None:
    town.apply(change_set(updates=[changed(town, "intake", name="To")]))
    present = town.load()
    town.apply(change_set(updates=[changed(town, "intake", name="Tre")]))
    known = town.known_at(present, 2).snapshot
    assert known.nodes.name[known.row_of["intake"]] == "To"


def test_a_deleted_person_is_absent_at_an_earlier_revision(town: Store, server: Server) -> None:
    town.apply(change_set(updates=[changed(town, "bo", languages=frozenset({"so"}))]))
    server.ask("MATCH (gone {id: 'bo'}) DETACH DELETE gone")
    server.ask("MATCH (change:Change {touched: 'bo'}) DELETE change")
    server.ask("MATCH (store:Store) SET store.revision = store.revision + 1")
    known = town.known_at(town.load(), 1).snapshot
    assert "bo" not in known.row_of
    assert "ssp-post" in known.row_of


def test_known_at_restores_the_levels_of_a_link(town: Store) -> None:
    before = town.load()
    levels = frozenset({PreventionLevel.EXIT})
    change = changed(town, "ihd--ssp-post", levels=levels, verified_on=None, verified_by=None)
    town.apply(change_set(updates=[change]))
    known = town.known_at(town.load(), 1).snapshot
    link = before.link_row_of["ihd--ssp-post"]
    assert known.link(link) == before.link(link)

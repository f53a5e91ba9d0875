"""The register as it would be after an import; hidden elements take no part in it."""

from dataclasses import replace

from graph.exchange.imports.planned_snapshot import planned_snapshot, stand_ins
from graph.model import Holds, Person
from tests.graph.exchange.imports.office_lists import World, table


def test_a_created_element_never_replaces_one_with_the_same_id() -> None:
    known = Person(id="known", name="Ida Bæk", source="x")
    world = World([known])
    snapshot = world.snapshot()
    post = next(
        element.id for element in snapshot.elements() if element.id.startswith("act-ssp-0787")
    )
    seat = Holds(id="seat", source_id="known", target_id=post, source="x")
    preview = world.preview(table("Kommune;Funktion", "Thisted;SSP-koordinator"))
    preview = replace(preview, creates=(replace(known, name="Per Dam"), seat), updates=())
    ids = stand_ins(preview)
    planned = planned_snapshot(snapshot, preview, ids)
    elements = {element.id: element for element in planned.elements()}
    assert elements["known"] == snapshot.node(snapshot.row_of["known"])
    assert getattr(elements[ids["known"]], "name", None) == "Per Dam"
    created = elements[ids["seat"]]
    assert isinstance(created, Holds)
    assert (created.source_id, created.target_id) == (ids["known"], post)


def test_without_stand_ins_created_elements_have_their_own_ids() -> None:
    world = World()
    snapshot = world.snapshot()
    preview = world.preview(table("Kommune;Funktion;Navn", "Thisted;SSP-koordinator;Per Dam"))
    elements = {
        element.id: element for element in planned_snapshot(snapshot, preview, {}).elements()
    }
    assert preview.creates
    assert all(elements[element.id] == replace(element, revision=1) for element in preview.creates)

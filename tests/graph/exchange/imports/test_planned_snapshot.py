"""The register as it would be after an import; hidden elements take no part in it."""

from dataclasses import replace

from graph.exchange.imports.planned_snapshot import planned_snapshot, stand_ins
from graph.model import Holds, Person
from tests.graph.exchange.imports.office_lists import World, table


def test_what_is_created_never_takes_the_place_of_somebody_who_is_there() -> None:
    known = Person(id="known", name="Ida Bæk", source="x")
    world = World([known])
    snapshot = world.snapshot()
    post = next(one.id for one in snapshot.things() if one.id.startswith("act-ssp-0787"))
    seat = Holds(id="seat", source_id="known", target_id=post, source="x")
    found = world.preview(table("Kommune;Funktion", "Thisted;SSP-koordinator"))
    found = replace(found, creates=(replace(known, name="Per Dam"), seat), updates=())
    ids = stand_ins(found)
    planned = planned_snapshot(snapshot, found, ids)
    things = {one.id: one for one in planned.things()}
    assert things["known"] == snapshot.node(snapshot.row_of["known"])
    assert getattr(things[ids["known"]], "name", None) == "Per Dam"
    created = things[ids["seat"]]
    assert isinstance(created, Holds)
    assert (created.source_id, created.target_id) == (ids["known"], post)


def test_whoever_sees_everything_is_told_the_ids_that_will_be() -> None:
    world = World()
    snapshot = world.snapshot()
    found = world.preview(table("Kommune;Funktion;Navn", "Thisted;SSP-koordinator;Per Dam"))
    things = {one.id: one for one in planned_snapshot(snapshot, found, {}).things()}
    assert found.creates
    assert all(things[one.id] == replace(one, revision=1) for one in found.creates)

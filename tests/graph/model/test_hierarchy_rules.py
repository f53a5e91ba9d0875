"""Which changes to what lies in what, and to what follows what, are refused?"""

from dataclasses import replace
from datetime import date

import pytest

from graph.model import LiesIn, PartOf, SucceededBy
from graph.vocabulary import Rule
from tests import kystby
from tests.graph.model.breaking import NEW_YEAR, broken, found, tie


def test_an_authority_is_part_of_one_at_a_time() -> None:
    one = tie(PartOf, "kystby-kommune", "nabo-kommune")
    other = tie(PartOf, "kystby-kommune", "politi")
    assert broken(one) == set()
    assert broken(one, other) == {(link.id, "target_id", Rule.ONE_PARENT) for link in (one, other)}


def test_authorities_that_are_part_of_each_other_go_round_in_a_circle() -> None:
    ring = ("politi", "kystby-kommune", "nabo-kommune", "politi")
    links = [tie(PartOf, ring[at], ring[at + 1]) for at in range(3)]
    assert broken(*links[:2]) == set()
    assert broken(*links) == {(link.id, "target_id", Rule.CYCLE) for link in links}
    assert found((*kystby.things(), *links), [links[2].id]) == {
        (links[2].id, "target_id", Rule.CYCLE)
    }


def test_a_longer_circle_is_found_where_the_world_holds_what_lies_above() -> None:
    ring = ("a", "b", "c", "d", "e", "a")
    bodies = [replace(kystby.nodes()[6], id=one) for one in ring[:5]]
    links = [tie(PartOf, ring[at], ring[at + 1]) for at in range(5)]
    assert found((*bodies, *links), [links[0].id]) == {(links[0].id, "target_id", Rule.CYCLE)}


def test_a_circle_that_never_was_at_one_time_is_none() -> None:
    there = tie(PartOf, "politi", "kystby-kommune", valid_to=NEW_YEAR)
    back = tie(PartOf, "kystby-kommune", "politi", valid_from=NEW_YEAR)
    assert broken(there, back) == set()


@pytest.mark.parametrize("parent", ["pol-ost", "reg-syd"])
def test_a_municipality_lies_in_one_district_and_one_region(parent: str) -> None:
    assert broken(without=[f"kystby--{parent}"]) == {("kystby", "LIES_IN", Rule.HIERARCHY)}
    twice = tie(LiesIn, "kystby", parent)
    assert (twice.id, "target_id", Rule.HIERARCHY) in broken(twice)


def test_a_municipality_passes_from_one_region_to_the_next_without_a_gap() -> None:
    ended = {"kystby--reg-syd": {"valid_to": NEW_YEAR}}
    onward = tie(LiesIn, "kystby", "reg-syd", valid_from=NEW_YEAR)
    assert broken(onward, **ended) == set()
    late = tie(LiesIn, "kystby", "reg-syd", valid_from=date(2027, 1, 2))
    assert broken(late, **ended) == {("kystby", "LIES_IN", Rule.HIERARCHY)}


def test_a_community_lies_in_one_municipality() -> None:
    second = tie(LiesIn, "havnen", "nabo")
    assert (second.id, "target_id", Rule.COMMUNITY_PARENT) in broken(second)
    assert broken(without=["havnen--kystby"]) == {("havnen", "LIES_IN", Rule.COMMUNITY_PARENT)}
    district = tie(LiesIn, "havnen", "pol-ost")
    assert broken(district) == {(district.id, "target_id", Rule.COMMUNITY_PARENT)}


def test_districts_and_regions_do_not_nest() -> None:
    link = tie(LiesIn, "pol-ost", "reg-syd")
    assert broken(link) == {(link.id, "target_id", Rule.WRONG_ENDS)}


def test_a_successor_begins_where_the_old_one_ends() -> None:
    link = tie(SucceededBy, "kystby-kommune", "nabo-kommune")
    old, on_time = {"valid_to": NEW_YEAR}, {"valid_from": NEW_YEAR}
    mentioned = {"kystby-kommune": old}
    things = [*kystby.things(**mentioned, **{"nabo-kommune": on_time}), link]
    assert found(things, [link.id]) == set()
    late = {"nabo-kommune": {"valid_from": date(2027, 1, 2)}}
    things = [*kystby.things(**mentioned, **late), link]
    assert found(things, [link.id]) == {(link.id, "target_id", Rule.SUCCESSION)}


def test_nothing_succeeds_itself_in_the_end() -> None:
    ring = ("politi", "kystby-kommune", "nabo-kommune", "politi")
    links = [tie(SucceededBy, ring[at], ring[at + 1]) for at in range(3)]
    assert broken(*links[:2]) == set()
    assert broken(*links) == {(link.id, "target_id", Rule.CYCLE) for link in links}

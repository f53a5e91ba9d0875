from datetime import timedelta
from itertools import pairwise
from typing import Any, Final

import pytest

from graph.access.view import View
from graph.model import Element
from graph.paths import Need, find
from graph.paths.answer import Contact, Path
from graph.paths.answer_terms import NoteKind
from graph.vocabulary import STALE_DAYS, Freshness, NetworkKind
from tests.graph.paths.additions import POLICY, coordinates, kystby_with
from tests.graph.questions.letters import letters, refers
from tests.kystby import TODAY
from tests.seed import demo

OLD: Final[dict[str, Any]] = {"verified_on": TODAY - timedelta(days=STALE_DAYS + 1)}
NEVER: Final[dict[str, Any]] = {"verified_on": None}
DEAR: Final[dict[str, Any]] = {"strength": 0.0}


def world(*ways: Element) -> View:
    return kystby_with(*letters(), *ways)


def contact(view: View, **terms: Any) -> Contact:
    given: dict[str, Any] = {"start": "a", "target": "d", **terms}
    (sole_contact,) = find(view, Need(on=TODAY, **given), POLICY).contacts
    return sole_contact


def ways_as_letters(view: View, **terms: Any) -> list[str]:
    return ["".join(stop.node.id for stop in way.stops) for way in contact(view, **terms).ways]


def is_old(way: Path) -> bool:
    return NoteKind.OLD_KNOWLEDGE in {note.kind for note in way.notes}


def chain(nodes: str, **fields: Any) -> list[Element]:
    return [refers(source, target, **fields) for source, target in pairwise(nodes)]


@pytest.mark.parametrize("knowledge", [OLD, NEVER])
def test_a_cheap_way_over_old_knowledge_ranks_below_a_dear_fresh_one(
    knowledge: dict[str, Any],
) -> None:
    first, second = contact(world(*chain("abd", **DEAR), refers("a", "d", **knowledge))).ways
    assert ["".join(stop.node.id for stop in way.stops) for way in (first, second)] == ["abd", "ad"]
    assert second.cost < first.cost
    assert (is_old(first), is_old(second)) == (False, True)


def test_a_link_verified_a_year_ago_to_the_day_is_not_old() -> None:
    to_the_day = {"verified_on": TODAY - timedelta(days=STALE_DAYS)}
    assert ways_as_letters(world(*chain("abd", **DEAR), refers("a", "d", **to_the_day))) == [
        "ad",
        "abd",
    ]


def test_old_ways_are_ordered_among_themselves_after_the_fresh_ones() -> None:
    view = world(
        *chain("abd"), *chain("acd", **DEAR),
        refers("a", "e", **NEVER), refers("e", "d"), refers("a", "f", **OLD), refers("f", "d"),
    )  # fmt: skip
    assert ways_as_letters(view) == ["abd", "acd", "afd", "aed"]


def test_ways_are_returned_even_when_all_knowledge_is_old() -> None:
    (way,) = contact(world(*chain("abd", **OLD))).ways
    assert is_old(way)
    assert (way.freshness, way.oldest_days) == (Freshness.EXPIRED, STALE_DAYS + 1)
    (never,) = contact(world(*chain("abd", **NEVER))).ways
    assert (never.freshness, never.oldest_days) == (Freshness.NEVER, None)


def test_an_old_way_does_not_exclude_a_fresh_overlapping_one() -> None:
    """The old way is the cheapest, and too like the others to be listed beside them."""
    view = world(*chain("abcd"), refers("b", "d", **OLD))
    assert ways_as_letters(view, overlap_percent=0) == ["abcd"]
    assert ways_as_letters(view, overlap_percent=50) == ["abcd"]
    assert ways_as_letters(view, overlap_percent=100) == ["abcd", "abd"]


def test_a_fresh_parallel_link_is_preferred_to_a_cheaper_old_one() -> None:
    fresh = refers("a", "d", id="fresh", **DEAR)
    (way,) = contact(world(refers("a", "d", id="old", **OLD), fresh)).ways
    assert (way.hops[0].facts.link, is_old(way)) == ("fresh", False)
    assert way.hops[0].also == ("old",)


def test_a_way_with_fresh_and_old_parallel_links_is_listed_once() -> None:
    assert ways_as_letters(world(refers("a", "b", id="old", **OLD), *chain("abd", **DEAR))) == [
        "abd"
    ]


def test_a_way_that_is_old_anyway_takes_the_cheapest_link_on_each_hop() -> None:
    view = world(
        refers("a", "b", id="old", **OLD), refers("a", "b", id="fresh", **DEAR),
        refers("b", "d", **OLD),
    )  # fmt: skip
    (way,) = contact(view).ways
    assert [hop.facts.link for hop in way.hops] == ["old", "b--d"]
    assert is_old(way)


def test_the_old_knowledge_note_has_its_hop_and_the_nodes_at_its_ends() -> None:
    (way,) = contact(world(*chain("ab"), *chain("bcd", **OLD))).ways
    (note,) = (note for note in way.notes if note.kind is NoteKind.OLD_KNOWLEDGE)
    assert note.hop == 1
    assert [place.id for place in note.places] == ["b", "c"]


def test_old_knowledge_inside_a_step_is_noted_on_the_hop_to_that_step() -> None:
    view = kystby_with(changed={"ssp-post--ssp": OLD})
    (way,) = contact(view, start="ihd", target="intake").ways
    assert [note.hop for note in way.notes if note.kind is NoteKind.OLD_KNOWLEDGE] == [0]
    (note,) = (note for note in way.notes if note.kind is NoteKind.OLD_KNOWLEDGE)
    assert [place.id for place in note.places] == ["ssp-post", "ssp"]
    assert note.on == OLD["verified_on"]
    assert way.freshness is Freshness.EXPIRED


def test_a_contact_with_only_old_ways_ranks_below_one_with_a_fresh_way() -> None:
    chair: dict[str, Any] = {"area": "kystby", "network": frozenset({NetworkKind.SSP})}
    both = (coordinates(letter, "ssp") for letter in "bc")
    vacant = ("amina--ssp-post", "bo--ssp-post", "duty--ssp-post")
    view = kystby_with(
        *letters(), *both, refers("a", "b", **OLD), refers("a", "c", **DEAR), without=vacant
    )
    answer = find(view, Need(on=TODAY, start="a", **chair), POLICY)
    assert [contact.stop.node.id for contact in answer.contacts[:2]] == ["c", "b"]


def test_demo_contacts_list_fresh_ways_before_old_ones() -> None:
    view, seen = demo.view_of(), 0
    for code in [
        municipality.id.removeprefix("mun-") for municipality in demo.GROUND.municipalities
    ][::7]:
        for kind in (NetworkKind.SSP, NetworkKind.KSP):
            need = Need(
                on=TODAY, start="act-pet-exit", network=frozenset({kind}), area=f"mun-{code}"
            )
            for contact in find(view, need, POLICY).contacts:
                ages = [is_old(way) for way in contact.ways]
                assert ages == sorted(ages)
                seen += True in ages
    assert seen

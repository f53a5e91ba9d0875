from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import strategies as st

from graph.access.policy import Caller, Role
from graph.access.view import View
from graph.errors import NotFound
from graph.model import (
    Consent,
    DoorOpenerFor,
    GaveConsent,
    Holds,
    Link,
    Person,
    Represents,
    ResourceIndividual,
)
from graph.paths.answer import Direct, NodeRef, Path
from graph.paths.answer_terms import Cause, DirectGround, NoteKind
from graph.vocabulary import Channel, Trigger
from tests import kystby
from tests.fixtures.examples import examples
from tests.graph.paths.additions import answer_of, kystby_with, tie
from tests.graph.paths.random_worlds import Case, DrawnCase
from tests.graph.paths.worlds import ON, NamedPath, World, result_of
from tests.kystby import caller_of

OWN = caller_of(Role.COORDINATOR, Role.OUTREACH, areas=("dk",), posts=("ssp-post", "outreach"))


def best(view: View, **terms: Any) -> Path:
    return answer_of(view, **terms).paths[0]


def direct(view: View, **terms: Any) -> Direct | None:
    (contact,) = answer_of(view, **terms).contacts
    return contact.direct


def kinds(path: Path) -> list[NoteKind]:
    return [note.kind for note in path.notes]


def test_a_path_enters_a_civilian_by_the_door_opener_and_leaves_to_an_association() -> None:
    path = best(kystby_with(caller=OWN), start="ihd", target="vindrosen")
    assert [stop.node.id for stop in path.stops] == ["ihd", "outreach", "jens", "vindrosen"]
    assert {NoteKind.OPENER_HOP, NoteKind.NAMED_STOPS_AT} <= set(kinds(path))
    assert path.hops[1].facts.carriers == (NodeRef(id="dina", name="Dina Åkær Friis"),)
    assert path.stops[2].resolution is None


def test_a_need_about_a_named_person_never_reaches_a_civilian() -> None:
    view = kystby_with(caller=OWN)
    named = {"start": "ihd", "target": "jens", "trigger": Trigger.CONCERN}
    assert answer_of(view, **named).none is not None
    assert answer_of(view, start="ihd", target="jens").paths


def test_a_path_leads_from_a_civilian_to_an_association_alone() -> None:
    view = kystby_with(caller=OWN)
    assert answer_of(view, start="jens", target="vindrosen").paths
    none = answer_of(view, start="jens", target="ssp").none
    assert none is not None
    assert none.cause is Cause.NOT_CONNECTED


def test_hops_end_with_the_consent_and_withdrawal_applies_to_past_dates() -> None:
    path = best(kystby_with(caller=OWN), start="ihd", target="vindrosen")
    assert path.hops[1].facts.until == path.hops[2].facts.until == date(2027, 6, 1)
    withdrawn = {"consent-jens": {"withdrawn_on": date(2026, 11, 20)}}
    in_the_past = kystby_with(caller=OWN, changed=withdrawn, on=date(2026, 10, 1))
    with pytest.raises(NotFound):
        answer_of(in_the_past, start="ihd", target="jens")


DIRECT = {
    "consent-jens": {
        "is_mediated_only": False,
        "channels": frozenset({Channel.MOBILE, Channel.MEDIATED}),
    }
}


def test_a_consent_to_direct_contact_is_listed_beside_the_paths() -> None:
    assert direct(kystby_with(caller=OWN), start="ihd", target="jens") is None
    answer = answer_of(kystby_with(caller=OWN, changed=DIRECT), start="ihd", target="jens")
    (contact,) = answer.contacts
    assert contact.ways
    assert contact.direct == Direct(
        ground=DirectGround.CONSENT,
        covers_need=True,
        channels=(Channel.MOBILE,),
        until=date(2027, 6, 1),
        opener=NodeRef(id="outreach", name="Opsøgende medarbejder, Havnen"),
    )


def test_a_consent_without_a_channel_of_its_own_allows_no_direct_contact() -> None:
    """Such a consent says both that the person may be called, and by no way of calling."""
    mediated = {"consent-jens": {"is_mediated_only": False}}
    assert direct(kystby_with(caller=OWN, changed=mediated), start="ihd", target="jens") is None


def test_hops_to_a_civilian_are_valid_until_the_consent_of_their_links_expires() -> None:
    longer = replace(
        next(element for element in kystby.elements() if isinstance(element, Consent)),
        id="consent-longer", expires_on=date(2027, 12, 1),
    )  # fmt: skip
    view = kystby_with(longer, tie(GaveConsent, "jens", "consent-longer"), caller=OWN)
    path = best(view, start="ihd", target="vindrosen")
    assert path.hops[1].facts.until == path.hops[2].facts.until == date(2027, 6, 1)


def test_direct_contact_is_offered_to_the_audience_of_the_consent_alone() -> None:
    changed = {"consent-jens": {**DIRECT["consent-jens"], "audience": frozenset({"nabo"})}}
    neighbor = Caller(account="n", grants=OWN.grants, posts=frozenset({"nabo-ssp"}))
    terms = {"start": "ihd", "target": "jens"}
    assert direct(kystby_with(caller=neighbor, changed=changed), **terms) is not None
    outside = caller_of(Role.COORDINATOR, Role.OUTREACH, areas=("kystby",), posts=("ssp-post",))
    with pytest.raises(NotFound):
        answer_of(kystby_with(caller=outside, changed=changed), **terms)


def test_a_direct_consent_for_another_audience_is_not_offered() -> None:
    other = replace(
        next(element for element in kystby.elements() if isinstance(element, Consent)),
        id="consent-other", audience=frozenset({"nabo"}), **DIRECT["consent-jens"],
    )  # fmt: skip
    own = caller_of(Role.COORDINATOR, Role.OUTREACH, areas=("kystby",), posts=("ssp-post",))
    view = kystby_with(other, tie(GaveConsent, "jens", "consent-other"), caller=own)
    assert direct(view, start="outreach", target="jens") is None


often = examples(60, HealthCheck.filter_too_much)


def draw_case(seed: int, size: int) -> Case:
    """Return a world and a question with civilians, or associations they represent, as targets."""
    draw = DrawnCase(seed, size, has_ties=False)
    world, question = draw.world(), draw.question()
    ends = draw.organizations if seed % 2 else [*draw.civilians, *question.targets]
    return world, replace(
        question, targets=dict.fromkeys(ends, 0), is_named=False, gate=None, via=(), max_hops=6,
        overlap_percent=100, max_paths=32, levels=frozenset(),
    )  # fmt: skip


CASES = st.builds(draw_case, st.integers(0, 2**32), st.integers(8, 16))


def civilian_places(world: World, paths: tuple[NamedPath, ...]) -> Iterator[tuple[NamedPath, int]]:
    """Yield each place on a path where a civilian is."""
    civil = {element.id for element in world.elements if isinstance(element, ResourceIndividual)}
    for path in paths:
        for place, node in enumerate(path.nodes):
            if node in civil:
                yield path, place


@pytest.mark.slow
@often
@given(CASES)
def test_drawn_paths_enter_by_a_present_door_opener_and_leave_by_representation(
    case: Case,
) -> None:
    world, question = case
    links = {element.id: element for element in world.elements if isinstance(element, Link)}
    present = {
        element.id
        for element in world.elements
        if isinstance(element, Person)
        and not (
            element.absent_from
            and element.absent_to
            and element.absent_from <= ON < element.absent_to
        )
    }
    seats = {(link.source_id, link.target_id) for link in links.values() if isinstance(link, Holds)}
    met = list(civilian_places(world, result_of(world, question).paths))
    assume(met)
    for path, place in met:
        (opener,) = path.carriers[place - 1]
        assert isinstance(links[path.links[place - 1]], DoorOpenerFor)
        assert opener in present
        assert (opener, path.nodes[place - 1]) in seats
        left = path.links[place:]
        assert [type(links[link]) for link in left] in ([], [Represents])


@pytest.mark.slow
@often
@given(CASES, st.booleans())
def test_no_path_passes_a_civilian_whose_consent_has_ended_on_any_date(
    case: Case, is_withdrawn: bool
) -> None:
    world, question = case
    assume(list(civilian_places(world, result_of(world, question).paths)))
    end = {"withdrawn_on": ON} if is_withdrawn else {"expires_on": ON}
    given = [element for element in world.elements if isinstance(element, Consent)]
    ended = world.but(*(replace(consent, **end) for consent in given))
    for on in (ON, ON - timedelta(30), ON + timedelta(30)):
        assert not list(civilian_places(ended, result_of(replace(ended, on=on), question).paths))


def test_drawn_worlds_have_civilians_within_and_at_the_end_of_paths() -> None:
    places = set[bool]()
    for seed in range(60):
        world, question = draw_case(seed, 14)
        paths = result_of(world, question).paths
        places |= {place == len(path.nodes) - 1 for path, place in civilian_places(world, paths)}
    assert places == {True, False}

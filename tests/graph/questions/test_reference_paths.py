from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st

from graph.access.view import View
from graph.model import BelongsTo, Covers, Element, Holds
from graph.paths import find
from graph.paths.answer import Contact
from graph.paths.answer_terms import FitGroup
from graph.paths.need import Need
from graph.questions.reference_needs import Reference, local_needs, local_starts
from graph.questions.reference_paths import LocalWays, local_ways
from graph.vocabulary import LegalGate, PostKind, Sector, Tier
from tests.fixtures.examples import examples
from tests.graph.paths.additions import POLICY, coordinates, kystby_with, person, post, tie
from tests.graph.questions.leaving import HOUSE, view_of, worlds
from tests.graph.questions.letters import refers
from tests.kystby import TODAY
from tests.seed import demo

Facts = tuple[str, int, str, str, bool, int, int]


def first_with_a_way(view: View, start: str, area: str, reference: Reference) -> Facts | None:
    """Return `find`'s facts about the first contact with a way; the asker counts as reached."""
    need = Need(on=view.on, start=start, area=area, network=reference.kinds)
    contacts = (
        contact for contact in find(view, need, POLICY).contacts if contact.ways or contact.is_you
    )
    return next((contact_facts(contact) for contact in contacts), None)


def contact_facts(contact: Contact) -> Facts:
    available = contact.availability
    assert available is not None
    way = next(iter(contact.ways), None)
    return (
        contact.stop.node.id, contact.fit.number, available.rung, available.state,
        False if way is None else way.oldest_days is None or way.oldest_days > 365,
        0 if way is None else way.cost, 0 if way is None else len(way.hops),
    )  # fmt: skip


def best_of(ways: LocalWays, place: int) -> Facts | None:
    contact = ways.contact(place)
    if contact is None:
        return None
    rung, state = ways.rung_and_state(contact.post)
    way = contact.way
    post_id = ways.view.id(contact.post)
    return post_id, contact.number, rung, state, way.is_old, way.cost, way.hops


def askable_places(ways: LocalWays) -> Iterator[tuple[int, str, Reference]]:
    """Yield the places that `find` can be asked about."""
    for number, place in enumerate(ways.places):
        if place.need.reference.kinds:
            yield number, ways.view.id(place.need.area), place.need.reference


@examples(30)
@given(elements=worlds(), start=st.sampled_from(["cde", "ihd", "duty", "intake", "release"]))
def test_the_best_contact_is_the_first_of_find_with_a_way(
    elements: tuple[Element, ...], start: str
) -> None:
    view = view_of(elements)
    ways = local_ways(view, POLICY, start)
    for place, area, reference in askable_places(ways):
        assert best_of(ways, place) == first_with_a_way(view, start, area, reference)


def test_in_the_demo_best_contacts_of_a_district_head_are_the_first_of_find() -> None:
    view = demo.view_of()
    ways = local_ways(view, POLICY, "act-head-1470")
    inside = {
        place.need.area
        for place in local_ways(view, POLICY).places
        if "act-head-1470" in map(view.id, place.start.posts)
    }
    places = [(place, area, reference) for place, area, reference in askable_places(ways)
              if view.row(area) in inside]  # fmt: skip
    assert len(places) == 4 * len(inside) > 0
    for place, area, reference in places:
        assert best_of(ways, place) == first_with_a_way(view, "act-head-1470", area, reference)


def test_a_local_ssp_need_has_a_coordinator_and_a_member_class_and_an_intake_one() -> None:
    view = kystby_with()
    classes = {
        (view.id(need.area), need.reference): [
            (local_class.number, local_class.group, [view.id(row) for row in local_class.rows])
            for local_class in need.classes()
        ]
        for need in local_needs(view, POLICY)
    }
    assert classes == {
        ("kystby", Reference.SSP): [
            (1, FitGroup.COORDINATOR, ["ssp-post"]), (3, FitGroup.MEMBER, ["intake"]),
        ],
        ("kystby", Reference.SOCIAL_INTAKE): [(1, FitGroup.EXACT, ["intake"])],
    }  # fmt: skip


def test_in_the_demo_every_reference_need_has_a_contact_from_two_starts() -> None:
    view = demo.view_of()
    starts = local_starts(view)
    assert len(starts) == 13
    assert [start.tier for start in starts[:2]] == [Tier.NATIONAL, Tier.DISTRICT]
    kinds = {view.value(row, "kind") for start in starts[1:] for row in start.posts}
    assert kinds == {PostKind.HEAD_OF_CRIME_PREVENTION}
    ways = local_ways(view, POLICY)
    assert len(ways.places) == len(ways.positions_with_contact) == 2 * 5 * 98


def test_a_way_ends_at_the_first_coordinator_on_it() -> None:
    """The coordinator of the police can be reached only through the municipal one."""
    pair = (
        ("ihm", PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL, Sector.SOCIAL_SERVICES),
        ("ihp", PostKind.INFOHOUSE_COORDINATOR_POLICE, Sector.POLICE),
    )
    elements: list[Element] = [HOUSE, tie(Covers, "house", "kystby")]
    for post_id, kind, sector in pair:
        elements += [
            post(post_id, kind, sector, tier=Tier.MUNICIPAL, hours="MO-FR 09:00-15:00"),
            person(f"{post_id}-holder"), tie(Holds, f"{post_id}-holder", post_id),
            tie(BelongsTo, post_id, "kystby-kommune"),
            coordinates(
                post_id, "house", gate=LegalGate.INFOHOUSE, strength=0.9, verified_on=TODAY
            ),
        ]  # fmt: skip
    view = kystby_with(*elements, refers("ihd", "ihm"))
    ways = local_ways(view, POLICY)
    (place,) = (
        place for place, _, reference in askable_places(ways) if reference is Reference.INFOHOUSE
    )
    contact = ways.contact(place)
    assert contact is not None
    assert view.id(contact.post) == "ihm"
    assert ways.searches.alone(
        ways.places[place].start, view.row("ihp"), frozenset({view.row("ihm")}),
        ways.places[place].need.need,
    ) is None  # fmt: skip

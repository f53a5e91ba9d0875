from collections import Counter
from datetime import date

import pytest

from graph.model import (
    Actor,
    Consent,
    ContactDetail,
    DoorOpenerFor,
    Holds,
    Knows,
    LiesIn,
    MemberOf,
    Network,
    Organization,
    Person,
    RefersTo,
    ResourceIndividual,
)
from graph.model.content_filter import fold, refuse_content
from graph.model.rule_context import RuleContext
from graph.model.rules import violations
from graph.vocabulary import (
    AreaKind,
    NetworkKind,
    PostKind,
)
from seed.people import demo
from seed.people.builder import DEMO, MIDDLE_NAMES, is_refused, refused_names, structure_index
from tests.seed.demo import REAL, TODAY, count, persons, pinned

STRUCTURE = {element.id: element for element in (*REAL.nodes, *REAL.links)}


@pytest.fixture(scope="module")
def world() -> RuleContext:
    return pinned()


def links(world: RuleContext, cls: type) -> int:
    return sum(isinstance(link, cls) for link in world.links.values())


def as_texts(world: RuleContext) -> dict[str, str]:
    return {element.id: repr(element) for element in (*world.nodes.values(), *world.links.values())}


@pytest.mark.slow
def test_the_same_seed_number_and_date_give_equal_things_and_another_number_other_names(
    world: RuleContext,
) -> None:
    again, other = demo(today=TODAY), demo(today=TODAY, seed=2)
    assert as_texts(again) == as_texts(world)
    assert {person.name for person in persons(other)} != {person.name for person in persons(world)}


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_the_demo_breaks_no_rule_of_the_model_whatever_the_seed_number(seed: int) -> None:
    world = demo(today=TODAY, seed=seed)
    assert list(violations(world, [*world.nodes, *world.links])) == []


def test_the_demo_breaks_no_rule_on_a_leap_day_either() -> None:
    world = demo(today=date(2028, 2, 29))
    assert list(violations(world, [*world.nodes, *world.links])) == []


def test_demo_elements_have_the_demo_source_and_others_gain_only_checks_and_dates(
    world: RuleContext,
) -> None:
    may_change = {"verified_on", "verified_by", "adopted_on", "due_on"}
    for element in (*world.nodes.values(), *world.links.values()):
        real = STRUCTURE.get(element.id)
        if real is None:
            is_real_number = isinstance(element, ContactDetail) and element.source != DEMO
            assert element.source == DEMO or is_real_number
        else:
            changed = {
                name
                for name in type(element).__dataclass_fields__
                if getattr(element, name) != getattr(real, name)
            }
            assert changed <= may_change


def test_the_world_has_about_5_200_nodes_and_11_400_links(world: RuleContext) -> None:
    assert abs(len(world.nodes) - 5_200) < 250
    assert abs(len(world.links) - 11_400) < 600
    assert abs(count(world, ContactDetail) - 2_400) < 100


def test_every_count_of_the_design_comes_out(world: RuleContext) -> None:
    assert count(world, Person) == 316 + 29 + 44 + 27 + 15 + 9 + 25 + 100 + 24
    assert count(world, Organization) == 40
    assert count(world, ResourceIndividual) == 60
    assert count(world, Consent) == 68
    assert links(world, Knows) == 900
    knows = [link for link in world.links.values() if isinstance(link, Knows)]
    assert sum(not link.is_confirmed for link in knows) == 180
    kinds = Counter(node.kind for node in world.nodes.values() if isinstance(node, Actor))
    assert kinds[PostKind.MENTOR] + kinds[PostKind.PARENT_COACH] == 100
    assert kinds[PostKind.OUTREACH_WORKER] == kinds[PostKind.HOUSING_SOCIAL_COORDINATOR] == 12
    forums = [
        node
        for node in world.nodes.values()
        if isinstance(node, Network) and node.kind is NetworkKind.DIALOGUE_FORUM
    ]
    assert len(forums) == 12


def test_699_posts_of_the_structure_can_have_a_holder_and_226_are_unit_only() -> None:
    posts = [node for node in REAL.nodes if isinstance(node, Actor)]
    assert Counter(post.is_unit_only for post in posts) == {False: 699, True: 226}


def test_how_many_people_share_a_municipality_s_five_posts_follows_its_size(
    world: RuleContext,
) -> None:
    ground = structure_index(REAL)
    kinds = (
        PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL,
        PostKind.SSP_COORDINATOR,
        PostKind.SSP_SCHOOL_CONTACT,
        PostKind.PSP_COORDINATOR_MUNICIPAL,
        PostKind.RELEASE_CONTACT,
    )
    everybody: set[str] = set()
    for area in ground.municipalities:
        posts = {ground.seat(kind, area.id).id for kind in kinds}
        staff = {link.source_id for post in posts for link in world.links_to(post, Holds)}
        size = area.population or 0
        expected = 1 if size < 10_000 else 2 if size < 30_000 else 3 if size < 60_000 else 5
        assert len(staff) == expected
        everybody |= staff
    assert len(everybody) == 316


def test_no_name_is_given_twice_or_is_an_office_holder_s_and_all_have_a_made_up_middle(
    world: RuleContext,
) -> None:
    names = [person.name for person in persons(world)]
    assert len(set(names)) == len(names)
    for name in names:
        refuse_content("name", name, about_person=True)
        assert name.split()[1] in MIDDLE_NAMES
        assert not is_refused(name)


def test_a_refused_name_is_recognized_in_any_case_and_with_a_middle_name() -> None:
    assert refused_names()
    full_name = next(name for name in refused_names() if name == "mette frederiksen")
    given, surname = full_name.split()
    assert is_refused(f"{given.upper()} Rugvang {surname.title()}")
    assert not is_refused("Birgit Lyngtoft Aagaard")


def test_no_made_up_middle_name_is_a_refused_surname() -> None:
    surnames = {name.split()[-1] for name in refused_names()}
    assert surnames.isdisjoint(map(fold, MIDDLE_NAMES))


def test_23_municipalities_lend_their_mentors_to_the_corps(world: RuleContext) -> None:
    houses = {
        link.target_id
        for link in world.links_from("act-corps", RefersTo)
        if isinstance(world.nodes[link.target_id], Actor)
    }
    assert len(houses) == 23
    mentors = {
        link.target_id
        for house in houses
        for link in world.links_from(house, RefersTo)
        if link.target_id.startswith(("act-mentor-", "act-coach-"))
    }
    assert len(mentors) == 100
    assert mentors <= {link.source_id for link in world.links_to("net-korps", MemberOf)}


def test_12_communities_lie_in_municipalities_and_outreach_opens_to_each_civilian(
    world: RuleContext,
) -> None:
    areas = [n for n in world.nodes.values() if getattr(n, "kind", None) is AreaKind.COMMUNITY]
    assert len(areas) == 12
    for area in areas:
        (around,) = world.links_from(area.id, LiesIn)
        assert getattr(world.nodes[around.target_id], "kind", None) is AreaKind.MUNICIPALITY
    for individual in world.nodes.values():
        if isinstance(individual, ResourceIndividual):
            openers = {link.source_id for link in world.links_to(individual.id, DoorOpenerFor)}
            assert any(opener.startswith("act-outreach-") for opener in openers)

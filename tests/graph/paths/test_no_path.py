# pyright: reportOptionalMemberAccess=false
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from math import exp
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import strategies as st

from graph.access.policy import LOCAL_OPERATOR, Role
from graph.access.view import View
from graph.errors import GraphError
from graph.model import Covers, DeputizesFor, Element, Holds, RefersTo
from graph.paths import Answer, Need, find
from graph.paths.answer import NodeRef, NoPath
from graph.paths.answer_terms import Cause, FitNeed, Relaxed
from graph.paths.kernel.request import Direction
from graph.paths.no_path import no_path
from graph.paths.places import center_of, kilometers
from graph.paths.relaxation import search_of
from graph.vocabulary import (
    Channel,
    LegalGate,
    LinkType,
    NetworkKind,
    PostKind,
    PreventionLevel,
    Sector,
    Trigger,
    Visibility,
)
from tests import kystby
from tests.answers.measures import MONDAY, ask, view_at
from tests.fixtures.examples import examples
from tests.fixtures.snapshots import snapshot_of
from tests.graph import drawn_worlds
from tests.graph.paths.additions import (
    ALL_LEVELS,
    POLICY,
    QUIET,
    answer_of,
    kystby_with,
    person,
    post,
    tie,
)
from tests.graph.paths.random_worlds import draw_case
from tests.graph.paths.worlds import ON, World
from tests.graph.stand_ins import reseated
from tests.kystby import TODAY, caller_of

EXIT = frozenset({PreventionLevel.EXIT})
SSP = frozenset({NetworkKind.SSP})


def quiet(*more: Element, without: Iterable[str] = (), **terms: Any) -> View:
    """Return Kystby where nobody has a direct contact, so answers consist of paths."""
    return kystby_with(*more, without=(*QUIET, *without), **terms)


def none_of(view: View, **terms: Any) -> NoPath:
    answer = answer_of(view, **terms)
    assert not answer.contacts
    assert answer.none is not None
    return answer.none


def path_counts_by_term(none: NoPath) -> dict[Relaxed, int]:
    return {work.term: work.paths for work in none.would_work}


def refers(source: str, target: str, **fields: Any) -> Any:
    given = {"gate": LegalGate.INTERNAL, "levels": ALL_LEVELS, **fields}
    return tie(RefersTo, source, target, **given)


def test_no_start_and_a_start_at_the_target_are_proved_causes() -> None:
    view = kystby_with()
    assert none_of(view, target="ihd") == NoPath(cause=Cause.NO_START, proved=True)
    here = Need(on=TODAY, start="ihd", target="ihd")
    assert no_path(search_of(view, here, POLICY)) == NoPath(cause=Cause.HERE, proved=True)
    (contact,) = find(view, here, POLICY).contacts
    assert (contact.is_you, contact.ways, contact.direct) == (True, (), None)


def test_a_need_without_targets_has_cause_no_target_and_a_criterion_to_drop() -> None:
    none = none_of(kystby_with(), start="ihd", network=SSP, sector=Sector.HOUSING)
    assert none.cause is Cause.NO_TARGET
    assert path_counts_by_term(none) == {Relaxed.SECTOR: 1}


@pytest.mark.parametrize(
    ("place", "language"), [("0316", "so"), ("0779", "ar"), ("0825", "so"), ("0326", "fa")]
)
def test_where_nobody_meets_the_terms_the_nearest_who_do_are_offered(
    place: str, language: str
) -> None:
    terms: dict[str, Any] = {"start": f"act-ihm-{place}", "area": f"mun-{place}"}
    answer = ask(MONDAY, **terms, language=language)
    assert answer.none is not None
    assert answer.none.cause is Cause.NO_TARGET
    assert not answer.none.frontier
    able = answer.none.nearest_able
    assert [each.km for each in able] == sorted(each.km for each in able)
    assert Relaxed.LANGUAGE in path_counts_by_term(answer.none)
    view = view_at(MONDAY)
    here = center_of(view, view.row(f"mun-{place}"))
    assert here is not None
    for each in able:
        moved = ask(MONDAY, **{**terms, "area": each.area.id}, language=language)
        assert each.node in [contact.stop.node for contact in moved.contacts]
        there = center_of(view, view.row(each.area.id))
        assert there is not None
        assert each.km - 1 < kilometers(here, there) <= each.km
    wider = ask(MONDAY, **terms, language=language, within_km=able[0].km)
    assert wider.contacts[0].stop.node == able[0].node


@pytest.mark.parametrize("start", ["aut-siri", "aut-kf-02"])
def test_a_start_without_posts_names_posts_to_begin_at(start: str) -> None:
    need: dict[str, Any] = {"area": "mun-0316", "trigger": Trigger.CONCERN}
    none = ask(MONDAY, start=start, **need).none
    assert none is not None
    assert none.cause is Cause.NO_START
    assert none.begin_at
    for beginning in none.begin_at:
        assert ask(MONDAY, start=beginning.id, **need).contacts


@pytest.mark.parametrize(
    ("cause", "term", "link", "terms"),
    [
        (Cause.GATE, Relaxed.GATE, {}, {"gate": LegalGate.KSP_115}),
        (Cause.LEVEL, Relaxed.LEVEL, {"levels": EXIT}, {"level": PreventionLevel.OUTREACH}),
        (Cause.DIRECTION, Relaxed.DIRECTION, {}, {"direction": Direction.UP}),
        (Cause.VIA, Relaxed.VIA, {}, {"via": ("intake",)}),
        (
            Cause.AVOIDED, Relaxed.AVOID, {},
            {"avoid": frozenset({"ihd"}), "start": "outreach", "direction": Direction.ACROSS},
        ),
    ],
)  # fmt: skip
def test_the_cause_is_the_term_whose_removal_makes_a_path(
    cause: Cause, term: Relaxed, link: dict[str, Any], terms: dict[str, Any]
) -> None:
    more = refers("outreach", "ihd", gate=LegalGate.INFOHOUSE)
    view = quiet(more, changed={"ihd--ssp-post": link})
    none = none_of(view, **{"start": "ihd", "target": "ssp-post", **terms})
    assert (none.cause, none.proved) == (cause, True)
    assert path_counts_by_term(none)[term] == 1


def test_a_named_matter_is_stopped_by_a_general_gate() -> None:
    view = kystby_with(changed={"intake--ssp": {"gate": LegalGate.GENERAL}})
    none = none_of(view, start="ihd", target="intake", trigger=Trigger.CONCERN)
    assert none.cause is Cause.GATE
    assert path_counts_by_term(none) == {Relaxed.MATTER: 1, Relaxed.TRIGGER: 1}


def test_a_path_over_max_hops_is_too_far_and_no_path_at_all_is_not_connected() -> None:
    view = quiet()
    far = none_of(view, start="ihd", target="intake", max_hops=2)
    assert (far.cause, path_counts_by_term(far)) == (Cause.TOO_FAR, {Relaxed.MAX_HOPS: 1})
    assert none_of(view, start="ihd", target="nabo-ssp").cause is Cause.NOT_CONNECTED


def test_the_frontier_is_ordered_by_distance_to_the_target_then_cost() -> None:
    view = kystby_with(refers("nabo-ssp", "outreach"), without=("ihd--ssp-post",))
    none = none_of(view, start="nabo-ssp", target="intake")
    assert [edge.node.id for edge in none.frontier] == ["outreach", "forum"]
    assert [edge.node.id for edge in none.from_target] == ["ssp", "ssp-post"]
    hops = {edge.node.id: edge.hops for edge in none.from_target}
    assert hops == {"ssp": 1, "ssp-post": 1}  # one step: the same one answers at both


def test_a_closed_target_shows_the_frontier_the_missing_link_and_its_makers() -> None:
    none = answer_of(kystby_with(refers("ssp-post", "release")), start="ihd", target="release").none
    assert none.cause is Cause.NOT_ANSWERING
    assert [(edge.node.id, edge.hops) for edge in none.frontier] == [("ssp-post", 1)]
    assert [(edge.node.id, edge.is_closed) for edge in none.from_target] == [("release", True)]
    (missing,) = none.missing
    assert (missing.type, missing.target.id) == (LinkType.DEPUTIZES_FOR, "release")
    assert missing.makers == (NodeRef(id="ihd", name="Infohus-tovholder, Østkysten"),)
    assert missing.steward == NodeRef(id="kystby", name="Kystby")


def test_making_the_proposed_link_gives_a_path_at_the_promised_cost() -> None:
    link = refers("ssp-post", "release")
    none = none_of(kystby_with(link), start="ihd", target="release")
    view = kystby_with(link, person("gert"), tie(DeputizesFor, "gert", "release", order=1))
    (path,) = answer_of(view, start="ihd", target="release").paths
    assert path.cost == none.missing[0].path_cost
    assert path.chance == none.missing[0].path_chance


def test_a_vacancy_shows_its_start_if_the_last_holder_is_visible() -> None:
    changed = {
        "carl": {"visibility": Visibility.OPEN},
        "carl--ihd": {"valid_to": date(2026, 11, 1)},
    }
    view = kystby_with(refers("ssp-post", "ihd"), changed=changed, without=("duty--ihd",))
    (edge,) = none_of(view, start="ssp-post", target="ihd").from_target
    assert edge.vacant_since == date(2026, 11, 1)


def test_one_closed_target_among_open_ones_is_not_the_cause() -> None:
    view = quiet(without=("ihd--ssp-post",))
    need = Need(on=TODAY, start="ihd", area="kystby")
    assert no_path(search_of(view, need, POLICY)).cause is Cause.NOT_CONNECTED


def test_dropping_the_proposed_level_makes_the_promised_number_of_paths() -> None:
    view = kystby_with(changed={"ihd--ssp-post": {"levels": EXIT}})
    terms: dict[str, Any] = {
        "start": "ihd", "network": SSP, "sector": Sector.SCHOOL, "area": "kystby",
        "level": PreventionLevel.OUTREACH,
    }  # fmt: skip
    need = Need(on=view.on, **terms)
    none = find(view, need, POLICY).none
    assert none is not None
    assert path_counts_by_term(none) == {Relaxed.LEVEL: 1}
    assert (
        len(find(view, replace(need, level=None), POLICY).paths)
        == path_counts_by_term(none)[Relaxed.LEVEL]
    )


NARROW: tuple[dict[str, Any], ...] = (
    {"start": "ihd", "target": "intake", "max_hops": 2},
    {"start": "ihd", "area": "nabo", "sector": Sector.YOUTH, "language": "so"},
    {"start": "ihd", "area": "kystby", "sector": Sector.SCHOOL, "network": SSP},
    {"start": "duty", "target": "ssp-post", "via": ("ssp",), "avoid": frozenset({"ihd"})},
    {"from_area": "kystby", "area": "nabo", "sector": Sector.YOUTH, "gate": LegalGate.KSP_115},
    {
        "start": "ssp-post",
        "area": "pol-ost",
        "direction": Direction.DOWN,
        "channel": Channel.MOBILE,
    },
    {"start": "ihd", "trigger": Trigger.CONCERN, "area": "kystby", "via": ("outreach",)},
    {"start": "ihd", "network": SSP, "level": PreventionLevel.EXIT, "gate": LegalGate.PSP_115},
)
GIVEN_UP: dict[str, Any] = {
    "gate": None, "level": None, "direction": Direction.ACROSS, "via": (), "avoid": frozenset(),
    "target": None, "trigger": None, "area": None, "network": frozenset(), "sector": None,
    "competence": None, "language": None, "channel": None, "within_km": None,
}  # fmt: skip


@pytest.mark.slow
@examples(100)
@given(elements=drawn_worlds.worlds(), terms=st.sampled_from(NARROW))
def test_dropping_a_proposed_term_makes_the_promised_number_of_paths(
    elements: tuple[Element, ...], terms: dict[str, Any]
) -> None:
    view = View(snapshot_of(elements), LOCAL_OPERATOR, TODAY, today=TODAY)
    need = Need(on=TODAY, **terms)
    none = find(view, need, POLICY).none
    for work in () if none is None else none.would_work:
        if (field := work.term.lower()) in GIVEN_UP:  # excludes the matter and 12 hops
            wider = replace(need, **{field: GIVEN_UP[field]})
            assert len(find(view, wider, POLICY).paths) == work.paths


def test_the_only_target_criterion_is_not_proposed_to_be_dropped() -> None:
    assert Relaxed.TARGET not in path_counts_by_term(
        none_of(quiet(), start="ihd", target="nabo-ssp")
    )


def tower() -> tuple[Element, ...]:
    """A post of nabo that nobody reaches, and one of the district that is reached."""
    return (
        post("isolated", PostKind.INFOHOUSE_COORDINATOR_DISTRICT, Sector.YOUTH),
        tie(Covers, "isolated", "nabo"),
        person("gert"),
        tie(Holds, "gert", "isolated"),
        refers("duty", "ihd"),
    )


NEXT_RUNG: dict[str, Any] = {"start": "duty", "area": "nabo", "trigger": Trigger.KNOWLEDGE}


def test_the_next_rung_is_shown_as_nearest_but_not_used() -> None:
    answer = answer_of(kystby_with(*tower()), **NEXT_RUNG)
    assert (answer.rung, answer.contacts) == (0, ())
    assert (answer.none.nearest.rung, answer.none.nearest.node.id) == (1, "ihd")


def test_a_passed_class_lists_its_cause_posts_and_nearest_on_the_next_rung() -> None:
    district = (
        post("isolated", PostKind.SSP_SCHOOL_CONTACT, Sector.SCHOOL, is_unit_only=True),
        tie(Covers, "isolated", "nabo"),
        post("above", PostKind.SSP_COORDINATOR_POLICE, Sector.SCHOOL, is_unit_only=True),
        tie(Covers, "above", "pol-ost"),
        refers("ihd", "above"),
    )
    answer = answer_of(kystby_with(*district), start="ihd", area="nabo", sector=Sector.SCHOOL)
    assert [contact.stop.node.id for contact in answer.contacts] == ["above"]
    assert (answer.contacts[0].fit.number, answer.rung) == (3, 1)
    (left,) = answer.passed
    assert (left.fit.number, left.cause) == (2, Cause.NOT_CONNECTED)
    assert [node.id for node in left.posts] == ["isolated"]
    assert left.none.nearest.node.id == "above"


def test_a_next_rung_over_max_targets_is_skipped_and_the_cause_is_unchanged() -> None:
    beside = post("beside", PostKind.INFOHOUSE_COORDINATOR_DISTRICT, Sector.POLICE)
    view = kystby_with(*tower(), beside, tie(Covers, "beside", "pol-ost"), refers("duty", "beside"))
    need = Need(on=view.on, **NEXT_RUNG)
    narrow = replace(POLICY, search=replace(POLICY.search, max_targets=1))
    account, narrow_account = find(view, need, POLICY).none, find(view, need, narrow).none
    assert account
    assert account.nearest
    assert account.nearest.rung == 1
    assert narrow_account
    assert narrow_account.nearest is None
    assert narrow_account.cause is account.cause


def test_a_hidden_holders_post_is_reached_with_the_same_answer_for_any_holder() -> None:
    outside = caller_of(Role.COORDINATOR, posts=("ssp-post",))
    link, terms = refers("ihd", "nabo-ssp"), {"start": "ihd", "target": "nabo-ssp"}
    hidden = answer_of(kystby_with(link, caller=outside), **terms)
    assert hidden.contacts[0].ways
    somebody = snapshot_of(reseated((*kystby.elements(), link), ("erik", "phone-erik")))
    assert hidden == answer_of(kystby.view_of(somebody, outside), **terms)


def test_a_vacant_post_is_not_answering_for_any_caller() -> None:
    gone = ("erik", "erik--nabo-ssp", "phone-erik", "erik--phone-erik")
    for caller in (LOCAL_OPERATOR, caller_of(Role.COORDINATOR, posts=("ssp-post",))):
        view = kystby_with(refers("ihd", "nabo-ssp"), caller=caller, without=gone)
        assert none_of(view, start="ihd", target="nabo-ssp").cause is Cause.NOT_ANSWERING


def test_a_withdrawn_consent_has_the_same_answer_as_an_absent_civilian() -> None:
    own = caller_of(Role.COORDINATOR, Role.OUTREACH, posts=("ssp-post",))
    ended = {"consent-jens": {"withdrawn_on": date(2026, 11, 20)}}
    gone = (
        "jens", "consent-jens", "phone-jens", "outreach--jens", "jens--vindrosen",
        "jens--consent-jens", "jens--phone-jens",
    )  # fmt: skip
    terms = {"start": "ihd", "target": "vindrosen"}
    assert answer_of(kystby_with(caller=own), **terms).paths
    withdrawn = answer_of(kystby_with(caller=own, changed=ended), **terms)
    never = answer_of(kystby_with(caller=own, without=gone), **terms)
    assert withdrawn.none is not None
    assert withdrawn == never


often = examples(120, HealthCheck.filter_too_much)
SEEDS = st.integers(0, 2**32)
TERMS = (Relaxed.LEVEL, Relaxed.GATE, Relaxed.DIRECTION, Relaxed.VIA, Relaxed.AVOID)
"""Terms a need can drop; the matter is set by the trigger, and no caller may ask for 12 hops."""


def answer_in(world: World, need: Need) -> Answer:
    return find(world.view(world.snapshot()), need, POLICY)


def drawn_need(seed: int) -> tuple[World, Need]:
    """Return a world and a need with more terms than most."""
    draw = Random(seed)
    world, question = draw_case(seed, draw.randint(5, 10), has_ties=draw.random() < 0.5)
    seen = [element.id for element in world.elements if element.id in world.standing]
    need = Need(
        on=ON, start=question.starts[0], target=next(iter(question.targets)),
        direction=draw.choice((Direction.DOWN, Direction.UP, Direction.ACROSS)),
        max_hops=draw.choice((2, 3, 6)), gate=draw.choice((None, None, LegalGate.SSP_115)),
        level=draw.choice((None, None, *PreventionLevel)),
        avoid=frozenset(draw.sample(seen, draw.choice((0, 0, 1)))),
        via=tuple(draw.sample(seen, draw.choice((0, 0, 1)))),
    )  # fmt: skip
    return world, need


def without_a_path(seed: int) -> tuple[World, Need, Answer]:
    """Return such a world and need without a path, and the answer."""
    world, need = drawn_need(seed)
    try:
        answer = answer_in(world, need)
    except GraphError:  # a start, a target or a level that the caller may not use
        assume(False)
        raise
    assume(answer.none is not None)
    return world, need, answer


@pytest.mark.drill
@often
@given(SEEDS)
def test_would_work_lists_the_terms_whose_removal_makes_paths_and_their_number(seed: int) -> None:
    world, need, answer = without_a_path(seed)
    assert answer.none is not None
    path_counts = {work.term: work.paths for work in answer.none.would_work if work.term in TERMS}
    wider = {
        term: answer_in(world, replace(need, **{field: GIVEN_UP[field]})).contacts
        for term in TERMS
        if getattr(need, field := term.lower())
    }
    view = world.view(world.snapshot())
    targets = [view.id(row) for row in search_of(view, need, POLICY).ends.targets]
    reached = {
        term: [contact for contact in contacts if contact.ways and contact.stop.node.id in targets]
        for term, contacts in wider.items()
    }
    assert set(path_counts) == {term for term, contacts in reached.items() if contacts}
    for term, contacts in reached.items():
        if contacts and len(targets) == 1 and contacts[0].fit.need is FitNeed.NODE:
            assert path_counts[term] == len(contacts[0].ways)


def vacated(seed: int) -> tuple[World, Need, Answer]:
    """Return a world where nobody has held the target, a plain need for it, and the answer."""
    world, need = drawn_need(seed)
    seats = [
        element.id
        for element in world.elements
        if isinstance(element, Holds) and element.target_id == need.target
    ]
    world = world.without(*seats)
    plain = Need(on=ON, start=need.start, target=need.target, direction=Direction.ACROSS)
    try:
        return world, plain, answer_in(world, plain)
    except GraphError:
        assume(False)
        raise


@pytest.mark.drill
@often
@given(SEEDS)
def test_a_proposed_deputy_gives_a_path_at_exactly_the_promised_cost(seed: int) -> None:
    world, need, answer = vacated(seed)
    assume(answer.none is not None)
    assert answer.none is not None
    proposed = [
        missing for missing in answer.none.missing if missing.type is LinkType.DEPUTIZES_FOR
    ]
    assume(proposed)
    for missing in proposed:
        deputy = DeputizesFor(
            id="d-new", source_id="n-new", target_id=missing.target.id, order=1, source="demo"
        )
        new_world = world.but(person("n-new", visibility=Visibility.OPEN), deputy)
        search = search_of(new_world.view(new_world.snapshot()), need, POLICY)
        path = search.search_again(max_paths=1, old_last=False).paths[0]  # old links included
        assert path.cost == missing.path_cost
        assert exp(-path.cost / 1e6) == pytest.approx(missing.path_chance)
        assert search.view.id(path.rows[-1]) == missing.target.id
        assert answer_in(new_world, need).contacts[0].ways

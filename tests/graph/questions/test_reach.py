from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access.policy import Role
from graph.access.view import View
from graph.errors import InvalidNeed, NotFound
from graph.model import BelongsTo, Covers, Element, Holds, LiesIn
from graph.paths import Need, find
from graph.paths.answer import Path
from graph.paths.answer_terms import Cause, NoteKind
from graph.questions.reach import (
    INFOHOUSE_PAIR,
    INFOHOUSES,
    MunicipalReach,
    ReachAnswer,
    reach,
    reach_infohouses,
)
from graph.vocabulary import (
    AreaKind,
    LegalGate,
    NetworkKind,
    PostKind,
    PreventionLevel,
    Sector,
    Trigger,
)
from tests.fixtures.examples import examples
from tests.graph.paths.additions import POLICY, area, kystby_with, person, post, tie
from tests.graph.questions.letters import refers
from tests.graph.stand_ins import hidden_people, taken_over
from tests.kystby import OUTSIDE, TODAY, caller_of
from tests.seed import demo

SSP = frozenset({PostKind.SSP_COORDINATOR})
FROM_IHD = Need(on=TODAY, start="ihd", sector=Sector.YOUTH)


def row_of(answer: ReachAnswer, area_id: str) -> MunicipalReach:
    (row,) = (candidate for candidate in answer.municipalities if candidate.area.id == area_id)
    return row


def test_each_municipality_has_one_row_in_order_of_id_and_no_other_area_has() -> None:
    answer = reach(kystby_with(), FROM_IHD, POLICY, kinds=SSP)
    assert [row.area.id for row in answer.municipalities] == ["kystby", "nabo"]


def test_the_district_coordinator_reaches_kystby_s_ssp_coordinator_in_one_hop() -> None:
    row = row_of(reach(kystby_with(), FROM_IHD, POLICY, kinds=SSP), "kystby")
    assert row.path == ("ihd", "ssp-post")
    assert (row.hops, row.oldest_days, row.rung, row.cause) == (1, 41, 0, None)
    assert row.target is not None
    assert row.target.id == "ssp-post"
    # type 0, strength 0.9, 41 days, office hours, INFOHOUSE 0.99, a deputy answers 0.90
    assert row.cost == 105_361 + 25_968 + 64_539 + 10_050 + 105_361
    assert row.chance == pytest.approx(0.732, abs=0.001)


def test_an_unreachable_municipality_has_a_cause_and_no_path() -> None:
    row = row_of(reach(kystby_with(), FROM_IHD, POLICY, kinds=SSP), "nabo")
    assert row.cause is Cause.NOT_CONNECTED
    assert (row.hops, row.cost, row.chance, row.path) == (None, None, None, ())


def test_oldest_days_is_none_when_a_hop_was_never_verified() -> None:
    view = kystby_with(refers("ihd", "nabo-ssp", verified_on=None))
    row = row_of(reach(view, FROM_IHD, POLICY, kinds=SSP), "nabo")
    assert (row.hops, row.oldest_days) == (1, None)


def test_the_filter_by_kinds_excludes_a_nearer_post_of_another_kind() -> None:
    view = kystby_with(refers("ihd", "intake"))
    need = Need(on=TODAY, start="ihd", area="dk")
    assert row_of(reach(view, need, POLICY), "kystby").path == ("ihd", "intake")
    assert row_of(reach(view, need, POLICY, kinds=SSP), "kystby").path == ("ihd", "ssp-post")


def test_a_municipality_without_such_a_post_is_reached_at_the_next_rung() -> None:
    need = Need(on=TODAY, start="ssp-post", area="dk")
    kinds = frozenset({PostKind.INFOHOUSE_COORDINATOR_DISTRICT})
    view = kystby_with(refers("ssp-post", "ihd"))
    row = row_of(reach(view, need, POLICY, kinds=kinds), "nabo")
    assert (row.rung, row.path, row.cause) == (1, ("ssp-post", "ihd"), None)


def test_reach_lists_only_the_municipalities_of_the_requested_area() -> None:
    view = kystby_with(area("fjern", AreaKind.MUNICIPALITY), tie(LiesIn, "fjern", "dk"))
    in_district = Need(on=TODAY, start="ihd", area="pol-ost")
    area_ids = [row.area.id for row in reach(view, in_district, POLICY).municipalities]
    assert area_ids == ["kystby", "nabo"]
    everywhere = [row.area.id for row in reach(view, FROM_IHD, POLICY).municipalities]
    assert everywhere == ["fjern", "kystby", "nabo"]


def test_each_municipality_has_its_own_cause() -> None:
    answer = reach(
        kystby_with(refers("ihd", "nabo-ssp", gate=LegalGate.GENERAL)),
        Need(on=TODAY, start="ihd", trigger=Trigger.MOVE), POLICY,
    )  # fmt: skip
    assert row_of(answer, "kystby").cause is None
    assert row_of(answer, "nabo").cause is Cause.GATE  # general: no named persons


def test_no_start_and_no_target_are_different_causes() -> None:
    no_start = reach(kystby_with(), Need(on=TODAY, sector=Sector.YOUTH), POLICY)
    assert {row.cause for row in no_start.municipalities} == {Cause.NO_START}
    no_target = reach(kystby_with(), Need(on=TODAY, start="ihd", sector=Sector.HOUSING), POLICY)
    assert {row.cause for row in no_target.municipalities} == {Cause.NO_TARGET}


def test_reach_without_a_named_start_begins_at_the_caller_s_own_posts() -> None:
    caller = caller_of(Role.COORDINATOR, posts=("ihd",))
    answer = reach(kystby_with(caller=caller), Need(on=TODAY, sector=Sector.YOUTH), POLICY)
    assert row_of(answer, "kystby").path == ("ihd", "ssp-post")


def test_a_municipality_that_begins_after_the_date_has_no_row() -> None:
    later = area("ny-by", AreaKind.MUNICIPALITY, valid_from=date(2027, 1, 1))
    answer = reach(kystby_with(later), FROM_IHD, POLICY)
    assert [row.area.id for row in answer.municipalities] == ["kystby", "nabo"]


@pytest.mark.parametrize(("field", "value"), [("target", "ssp-post"), ("within_km", 20)])
def test_a_need_with_a_target_or_a_distance_raises_invalid_need(field: str, value: Any) -> None:
    need = Need(on=TODAY, start="ihd", sector=Sector.YOUTH, **{field: value})
    with pytest.raises(InvalidNeed, match=field):
        reach(kystby_with(), need, POLICY)


def test_a_start_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        reach_infohouses(kystby_with(), POLICY, start="nobody")


POSTS = ("ihd", "ssp-post", "intake", "release", "nabo-ssp", "outreach", "duty")
TERMS: tuple[dict[str, Any], ...] = (
    {"sector": Sector.YOUTH},
    {"sector": Sector.POLICE},
    {"network": frozenset({NetworkKind.SSP})},
    {"trigger": Trigger.MOVE},
    {"trigger": Trigger.CONCERN},
    {"sector": Sector.YOUTH, "level": PreventionLevel.EXIT, "max_hops": 2},
    {"sector": Sector.SOCIAL_SERVICES, "gate": LegalGate.SSP_115, "avoid": frozenset({"intake"})},
)


@st.composite
def worlds(draw: st.DrawFn) -> View:
    pairs = draw(st.sets(st.tuples(st.sampled_from(POSTS), st.sampled_from(POSTS)), max_size=8))
    gates = st.sampled_from([LegalGate.INTERNAL, LegalGate.GENERAL, LegalGate.SSP_115])
    return kystby_with(
        *(
            refers(source, target, id=f"r-{source}-{target}", gate=draw(gates))
            for source, target in sorted(pairs)
            if source != target
        )
    )


@pytest.mark.slow
@examples(60)
@given(view=worlds(), start=st.sampled_from(POSTS), terms=st.sampled_from(TERMS))
def test_every_row_has_the_best_path_or_cause_of_find_for_that_municipality(
    view: View, start: str, terms: dict[str, Any]
) -> None:
    for row in reach(view, Need(on=TODAY, start=start, **terms), POLICY).municipalities:
        answer = find(view, Need(on=TODAY, start=start, area=row.area.id, **terms), POLICY)
        assert row.is_exact is answer.is_exact
        if not answer.paths:
            is_you = any(contact.is_you for contact in answer.contacts)
            if answer.none is None:
                assert (row.cause is Cause.HERE) is is_you
            else:
                assert row.cause is answer.none.cause
            assert (row.path, row.target) == ((), None)
            continue
        first = next(contact for contact in answer.contacts if contact.ways)
        path = min(
            (
                contact.ways[0]
                for contact in answer.contacts
                if contact.ways and contact.fit.number == first.fit.number
            ),
            key=lambda way: (is_old(way), way.cost, len(way.hops), ids(way)),
        )
        assert row.path == ids(path)
        assert (row.cost, row.hops) == (path.cost, len(path.hops))
        assert row.oldest_days == path.oldest_days


def is_old(way: Path) -> bool:
    return any(note.kind is NoteKind.OLD_KNOWLEDGE for note in way.notes)


def ids(way: Path) -> tuple[str, ...]:
    return tuple(stop.node.id for stop in way.stops)


@examples(25)
@given(hidden_people("nabo-ssp release ihd", "nabo-ssp release", "bo carl dina", verified_on=TODAY))
def test_the_identity_of_a_hidden_person_changes_no_row(hidden: tuple[Element, ...]) -> None:
    need = Need(on=TODAY, start="duty", area="dk")
    here = refers("ihd", "nabo-ssp"), refers("duty", "ihd"), refers("ihd", "release")
    answer, twin = (
        reach(kystby_with(*here, *more, caller=OUTSIDE), need, POLICY)
        for more in (hidden, taken_over(hidden, "a-hidden"))
    )
    assert answer == twin


@pytest.fixture(scope="module")
def from_pet() -> ReachAnswer:
    return reach_infohouses(demo.view_of(), POLICY, start="act-pet-exit")


def test_pet_reaches_the_info_house_of_all_98_municipalities_within_four_hops(
    from_pet: ReachAnswer,
) -> None:
    ids = [row.area.id for row in from_pet.municipalities]
    assert (len(ids), ids) == (98, sorted(ids))
    assert [row.area.id for row in from_pet.municipalities if row.cause] == []
    assert max(row.hops or 99 for row in from_pet.municipalities) <= 4


def test_every_info_house_is_reached_at_a_coordinator_of_its_own(from_pet: ReachAnswer) -> None:
    for row in from_pet.municipalities:
        code = row.area.id.removeprefix("mun-")
        assert row.target is not None
        assert row.target.id in {f"act-ihm-{code}", f"act-ihp-{code}"}
        assert row.rung == 0
        assert row.path[0] == "act-pet-exit"


def test_a_row_of_the_demo_has_the_best_path_of_find(from_pet: ReachAnswer) -> None:
    row = row_of(from_pet, "mun-0787")
    answer = demo.answer(Need(on=TODAY, start="act-pet-exit", area="mun-0787", network=INFOHOUSES))
    right = [contact for contact in answer.contacts if contact.fit.number == 1]
    best = min((contact.ways[0] for contact in right), key=lambda way: way.cost)
    assert row.path == ids(best)
    assert row.cost == best.cost
    assert from_pet.kinds == INFOHOUSE_PAIR


def test_only_a_municipality_without_a_post_of_the_kinds_has_the_cause_no_target() -> None:
    here = (
        post("ihm-nabo", PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL, Sector.SOCIAL_SERVICES),
        tie(BelongsTo, "ihm-nabo", "nabo-kommune"),
        tie(Covers, "ihm-nabo", "nabo"),
        person("ib"),
        tie(Holds, "ib", "ihm-nabo"),
        refers("ihd", "ihm-nabo"),
    )
    need = Need(on=TODAY, start="ihd", area="dk")
    answer = reach(kystby_with(*here), need, POLICY, kinds=INFOHOUSE_PAIR)
    causes = {row.area.id: row.cause for row in answer.municipalities}
    assert causes == {"kystby": Cause.NO_TARGET, "nabo": None}

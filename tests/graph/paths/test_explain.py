from datetime import date
from math import exp
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.access.policy import Role
from graph.access.view import View
from graph.model import Covers, Holds, Knows, LiesIn, RefersTo
from graph.paths.answer import NodeRef, Note, Path
from graph.paths.answer_terms import AnswerRole, NoteKind
from graph.vocabulary import (
    STALE_DAYS,
    AreaKind,
    CoordinationFunction,
    Freshness,
    Label,
    LegalGate,
    PostKind,
    Sector,
    Tier,
)
from tests import kystby
from tests.fixtures.examples import examples
from tests.fixtures.snapshots import snapshot_of
from tests.graph.paths.additions import (
    ALL_LEVELS,
    POLICY,
    answer_of,
    area,
    coordinates,
    kystby_with,
    person,
    post,
    tie,
)
from tests.graph.stand_ins import reseated
from tests.kystby import TODAY, caller_of

OWN = caller_of(Role.COORDINATOR, Role.OUTREACH, areas=("dk",), posts=("ssp-post", "outreach"))


def best(view: View, **terms: Any) -> Path:
    return answer_of(view, **terms).paths[0]


def kinds(path: Path) -> list[NoteKind]:
    return [note.kind for note in path.notes]


def test_a_hop_has_its_link_gate_age_verifier_and_cost_parts() -> None:
    (hop,) = best(kystby_with(), start="ihd", target="ssp-post").hops
    facts = hop.facts
    assert (facts.link, facts.gate, facts.strength) == (
        "ihd--ssp-post", LegalGate.INFOHOUSE, 0.8,
    )  # fmt: skip
    assert (facts.days, facts.freshness) == (41, Freshness.FRESH)
    assert facts.verified_by == NodeRef(id="ihd", name="Infohus-tovholder, Østkysten")
    # the worked example of `test_hop_costs.py`, with another gate
    assert (facts.parts.strength, facts.parts.freshness) == (105_361, 25_968)
    assert (hop.standing, hop.response, hop.cost) == (105_361, 64_539, 311_279)


def test_hop_cost_parts_add_up_to_the_path_cost_and_chance() -> None:
    view = kystby_with(caller=OWN)
    for target in ("ssp-post", "intake", "ssp", "jens", "vindrosen"):
        for path in answer_of(view, start="ihd", target=target).paths:
            for hop in path.hops:
                parts = hop.facts.parts
                total = parts.type + parts.strength + parts.freshness + parts.gate
                assert hop.cost == total + hop.hub + hop.standing + hop.response + hop.inside
            assert path.cost == sum(hop.cost for hop in path.hops)
            assert path.chance == pytest.approx(exp(-path.cost / 1e6))
            assert path.hops[path.weakest].cost == max(hop.cost for hop in path.hops)


@examples(25)
@given(
    strengths=st.lists(st.sampled_from([0.0, 0.33, 0.7, 1.0]), min_size=3, max_size=3),
    days=st.lists(st.integers(0, 3000), min_size=3, max_size=3),
)
def test_a_path_summarizes_the_cost_and_age_of_its_hops(
    strengths: list[float], days: list[int]
) -> None:
    links = ("ihd--ssp-post", "ssp-post--ssp", "intake--ssp")
    changed = {
        link: {"strength": strength, "verified_on": date.fromordinal(TODAY.toordinal() - age)}
        for link, strength, age in zip(links, strengths, days, strict=True)
    }
    path = best(kystby_with(changed=changed), start="ihd", target="intake")
    assert path.cost == sum(
        hop.facts.parts.total + hop.hub + hop.standing + hop.response + hop.inside
        for hop in path.hops
    )
    assert path.oldest_days == max(days)
    assert [hop.facts.days for hop in path.hops] == [days[0], days[2]]  # days[1]: inside a step
    assert path.freshness is Freshness.of(max(days))
    assert (NoteKind.OLD_KNOWLEDGE in kinds(path)) is (max(days) > STALE_DAYS)


def test_a_verifier_is_shown_only_if_visible_and_to_callers_with_provenance() -> None:
    by_person = {"ihd--ssp-post": {"verified_by": "erik"}}
    terms = {"start": "ihd", "target": "ssp-post"}
    open_to_all = best(kystby_with(changed=by_person), **terms).hops[0].facts.verified_by
    assert open_to_all is not None
    assert open_to_all.id == "erik"
    hidden = kystby_with(changed=by_person, caller=caller_of(Role.COORDINATOR, posts=("ihd",)))
    assert best(hidden, **terms).hops[0].facts.verified_by is None
    analyst = kystby_with(caller=caller_of(Role.ANALYST, areas=("dk",)))
    assert best(analyst, **terms).hops[0].facts.verified_by is None


def test_a_stop_has_its_tier_area_and_answer_role() -> None:
    path = best(kystby_with(), start="ihd", target="intake")
    assert [stop.tier for stop in path.stops] == [Tier.DISTRICT, Tier.MUNICIPAL, Tier.MUNICIPAL]
    assert [stop.area.id if stop.area else None for stop in path.stops] == [
        "pol-ost", "kystby", "kystby",
    ]  # fmt: skip
    rungs = [stop.resolution.rung if stop.resolution else None for stop in path.stops]
    assert rungs == [AnswerRole.HOLDER, AnswerRole.DEPUTY, AnswerRole.UNIT]


def test_a_network_and_the_post_that_coordinates_it_are_one_step() -> None:
    _, step, _ = best(kystby_with(), start="ihd", target="intake").stops
    assert (step.node.id, step.label) == ("ssp-post", Label.ACTOR)
    assert [node.id for node in step.covers] == ["ssp-post", "ssp"]


def test_a_network_stop_shows_its_chair_before_other_coordinators() -> None:
    """Of two coordinators, the way goes through the one who is not chair."""
    chair = coordinates("release", "ssp", CoordinationFunction.CHAIR)
    held = tie(Holds, "gert", "release")
    path = best(kystby_with(chair, held, person("gert")), start="ihd", target="intake")
    network = path.stops[2]
    assert (network.node.id, network.label) == ("ssp", Label.NETWORK)
    assert network.resolution is not None
    assert network.resolution.post.id == "release"


def test_path_until_is_the_first_change_of_a_link_or_of_who_answers() -> None:
    terms = {"start": "ihd", "target": "ssp-post"}
    assert best(kystby_with(), **terms).until == date(2026, 12, 7)  # amina is back
    ending = {"ihd--ssp-post": {"valid_to": date(2026, 12, 1)}}
    assert best(kystby_with(changed=ending), **terms).until == date(2026, 12, 1)
    leaving = {"bo--ssp-post": {"valid_to": date(2026, 11, 30)}}
    assert best(kystby_with(changed=leaving), **terms).until == date(2026, 11, 30)
    inside = {"ssp-post--ssp": {"valid_to": date(2026, 12, 2)}}
    on_to_intake = best(kystby_with(changed=inside), start="ihd", target="intake")
    assert on_to_intake.until == date(2026, 12, 2)


@pytest.mark.parametrize(
    ("ending", "target"), [("ihd--ssp-post", "ssp-post"), ("dina--outreach", "outreach")]
)
def test_no_path_uses_a_link_or_the_seat_of_a_carrier_on_the_day_it_ends(
    ending: str, target: str
) -> None:
    last = date(2026, 11, 26)
    more = tie(Holds, "bo", "outreach")
    for day, is_found in ((TODAY, True), (last, False)):
        view = kystby_with(more, changed={ending: {"valid_to": last}}, on=day)
        assert bool(answer_of(view, start="ihd", target=target).paths) is is_found


def test_section_115_hops_and_the_hop_that_stops_named_matters_are_noted() -> None:
    path = best(kystby_with(), start="ihd", target="intake")
    assert path.notes == (Note(kind=NoteKind.SECTION_115, hop=0),)
    assert path.gates == (LegalGate.INFOHOUSE, LegalGate.SSP_115)
    general = {"intake--ssp": {"gate": LegalGate.GENERAL}}
    noted = best(kystby_with(changed=general), start="ihd", target="intake").notes
    assert Note(kind=NoteKind.NAMED_STOPS_AT, hop=1) in noted


def test_a_link_that_ends_within_thirty_days_is_noted_but_a_return_is_not() -> None:
    terms = {"start": "ihd", "target": "ssp-post"}
    assert NoteKind.ENDS_SOON not in kinds(best(kystby_with(), **terms))
    for ends_on, is_soon in [(date(2026, 12, 25), True), (date(2026, 12, 26), False)]:
        view = kystby_with(changed={"ihd--ssp-post": {"valid_to": ends_on}})
        assert (NoteKind.ENDS_SOON in kinds(best(view, **terms))) is is_soon


def test_a_personal_hop_lists_carriers_and_is_stale_if_older_than_the_holder() -> None:
    changed = {
        "carl--dina": {"verified_on": date(2026, 11, 20), "levels": ALL_LEVELS},
        "dina--outreach": {"valid_from": date(2026, 11, 22)},
    }
    path = best(kystby_with(changed=changed), start="ihd", target="outreach")
    (hop,) = path.hops
    assert [carrier.id for carrier in hop.facts.carriers] == ["carl", "dina"]
    assert hop.facts.freshness is Freshness.STALE
    assert {NoteKind.PERSONAL_HOP, NoteKind.OLDER_THAN_HOLDER} <= set(kinds(path))


def test_a_personal_hop_lasts_until_a_carrier_leaves_or_is_absent() -> None:
    leaving = {"dina--outreach": {"valid_to": date(2027, 3, 1)}}
    path = best(kystby_with(changed=leaving), start="ihd", target="outreach")
    assert path.hops[0].facts.until == date(2027, 3, 1)
    away = {"dina": {"absent_from": date(2027, 2, 1), "absent_to": date(2027, 2, 8)}}
    path = best(kystby_with(changed=away), start="ihd", target="outreach")
    assert path.hops[0].facts.until == date(2027, 2, 1)


def corner() -> tuple[Any, ...]:
    """Two more towns: most of the district lies in reg-syd, hjoerne does not."""
    return (
        area("reg-nord", AreaKind.REGION),
        area("hjoerne", AreaKind.MUNICIPALITY),
        tie(LiesIn, "reg-nord", "dk"),
        tie(LiesIn, "hjoerne", "pol-ost"),
        tie(LiesIn, "hjoerne", "reg-nord"),
        post("far", PostKind.RELEASE_CONTACT, Sector.SOCIAL_SERVICES, is_unit_only=True),
        tie(Covers, "far", "hjoerne"),
        post("cde", PostKind.CDE_ADVISER, Sector.SOCIAL_SERVICES, is_unit_only=True),
        tie(Covers, "cde", "dk"),
        *(
            tie(RefersTo, source, "far", gate=LegalGate.INTERNAL, levels=ALL_LEVELS)
            for source in ("ihd", "cde")
        ),
    )


def test_crossing_geographies_are_noted_on_a_path_from_outside_the_district() -> None:
    view = kystby_with(*corner())
    noted = best(view, start="cde", target="far").notes
    places = (
        NodeRef(id="hjoerne", name="hjoerne"),
        NodeRef(id="pol-ost", name="Østkystens Politi"),
        NodeRef(id="reg-nord", name="reg-nord"),
    )
    assert Note(kind=NoteKind.GEOGRAPHY_CROSSES, places=places) in noted
    assert NoteKind.GEOGRAPHY_CROSSES not in kinds(best(view, start="ihd", target="far"))


def test_a_hop_with_a_hidden_carrier_is_not_used() -> None:
    knows = tie(Knows, "carl", "erik", declared_by="carl", strength=0.33, levels=ALL_LEVELS)
    terms = {"start": "ihd", "target": "nabo-ssp"}
    assert answer_of(kystby_with(knows), **terms).paths
    outside = caller_of(Role.COORDINATOR, posts=("ssp-post",))
    seen = answer_of(kystby_with(knows, caller=outside), **terms)
    assert not seen.paths
    somebody_else = reseated((*kystby.elements(), knows), ("erik", "phone-erik"))
    assert seen == answer_of(kystby.view_of(snapshot_of(somebody_else), outside), **terms)


def test_an_answer_names_its_start_area_date_revision_and_policy() -> None:
    answer = answer_of(kystby_with(), start="ihd", area="kystby", sector=Sector.YOUTH)
    assert (answer.revision, answer.policy, answer.on) == (1, POLICY.digest, TODAY)
    assert answer.start == NodeRef(id="ihd", name="Infohus-tovholder, Østkysten")
    assert answer.area == NodeRef(id="kystby", name="Kystby")
    assert (answer.is_exact, answer.is_cut_off, answer.none) == (True, False, None)

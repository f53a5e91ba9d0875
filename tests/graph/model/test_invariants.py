"""Which changes to Kystby are refused, and by which rule?"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from graph.errors import Fault
from graph.model import (
    Actor,
    BelongsTo,
    ContactDetail,
    Coordinates,
    DeputizesFor,
    EntryPointFor,
    EscalatesTo,
    GaveConsent,
    Holds,
    Knows,
    LiesIn,
    Link,
    MemberOf,
    Organization,
    PartOf,
    ReachedBy,
    RefersTo,
    Represents,
    SucceededBy,
    Thing,
    faults_among,
    world_of,
)
from graph.vocabulary import (
    Channel,
    CoordinationFunction,
    LegalGate,
    LinkType,
    NetworkKind,
    OrganizationKind,
    PostKind,
    PreventionLevel,
    Rule,
    Sector,
    Tier,
    Visibility,
)
from tests import kystby

NEW_YEAR = date(2027, 1, 1)
ALL = frozenset(PreventionLevel)
Broken = set[tuple[str, str, Rule]]


def tie(cls: type[Link], source: str, target: str, **fields: Any) -> Link:
    fields.setdefault("id", f"new-{source}--{target}")
    return cls(source_id=source, target_id=target, source="test", **fields)


def meets(cls: type[Link], source: str, target: str, **fields: Any) -> Link:
    fields = {"gate": LegalGate.SSP_115, "levels": ALL, **fields}
    return tie(cls, source, target, **fields)


def chairs(source: str, **fields: Any) -> Link:
    return meets(Coordinates, source, "ssp", function=CoordinationFunction.CHAIR, **fields)


def broken(*added: Thing, without: Collection[str] = (), **changed: dict[str, Any]) -> Broken:
    """What is wrong with Kystby once some things are added, left out or changed."""
    things = (*kystby.things(without=without, **changed), *added)
    return found(things, [thing.id for thing in things])


def found(things: Collection[Thing], touched: Collection[str]) -> Broken:
    return {
        (fault.where, fault.field, fault.rule) for fault in faults_among(world_of(things), touched)
    }


def test_kystby_breaks_no_rule() -> None:
    assert broken() == set()


# ---- ends and validity ----


def test_a_link_to_nobody_has_no_end() -> None:
    link = tie(Holds, "amina", "nobody")
    assert broken(link) == {(link.id, "target_id", Rule.MISSING_END)}


def test_a_link_joins_only_the_labels_of_its_type() -> None:
    link = tie(Holds, "ssp", "release")
    assert broken(link) == {(link.id, "source_id", Rule.WRONG_ENDS)}


def test_an_authority_is_no_part_of_a_network() -> None:
    link = tie(PartOf, "politi", "ssp")
    assert broken(link) == {(link.id, "target_id", Rule.SAME_LABEL)}


def test_a_post_is_succeeded_by_a_post_only() -> None:
    assert broken(tie(SucceededBy, "release", "ssp-post")) == set()
    link = tie(SucceededBy, "release", "amina")
    assert broken(link) == {(link.id, "target_id", Rule.SAME_LABEL)}


def test_a_link_without_dates_inherits_the_bounds_of_its_ends() -> None:
    assert broken(bo={"valid_to": NEW_YEAR}) == set()


@pytest.mark.parametrize(
    ("dates", "field"),
    [
        ({"valid_to": date(2027, 1, 2)}, "valid_to"),
        ({"valid_from": NEW_YEAR}, "valid_from"),
        ({"valid_from": date(2019, 12, 31)}, "valid_from"),
        ({"valid_to": date(2020, 1, 1)}, "valid_to"),
    ],
)
def test_a_link_dated_outside_one_of_its_ends_outlives_it(dates: Any, field: str) -> None:
    link = tie(Holds, "carl", "release", **dates)
    bounded = {"valid_from": date(2020, 1, 1), "valid_to": NEW_YEAR}
    assert broken(link, release=bounded) == {(link.id, field, Rule.OUTLIVES_END)}


def test_a_link_as_long_as_its_ends_outlives_none() -> None:
    link = tie(Holds, "carl", "release", valid_from=date(2020, 1, 1), valid_to=NEW_YEAR)
    assert broken(link, release={"valid_from": date(2020, 1, 1), "valid_to": NEW_YEAR}) == set()


def test_ending_a_post_is_refused_while_a_link_of_its_own_date_goes_on() -> None:
    holds = {"valid_to": date(2027, 6, 1)}
    things = kystby.things(**{"release": {"valid_to": NEW_YEAR}, "carl--release": holds})
    things = (*things, tie(Holds, "carl", "release", id="old", **holds))
    assert found(things, ["release"]) == {("old", "valid_to", Rule.OUTLIVES_END)}


def test_a_flaw_elsewhere_blocks_no_other_save() -> None:
    flawed = (*kystby.things(without=["ssp-post--ssp"]), tie(Holds, "amina", "nobody"))
    assert found(flawed, ["release", "carl--ihd"]) == set()
    assert found(flawed, ["ssp"]) == {("ssp", "COORDINATES", Rule.NO_COORDINATOR)}


def test_what_is_touched_and_no_longer_there_is_no_fault() -> None:
    assert found(kystby.things(), ["gone"]) == set()


# ---- posts ----


def test_a_post_answered_by_a_unit_takes_no_holder() -> None:
    link = tie(Holds, "carl", "intake")
    assert broken(link) == {(link.id, "target_id", Rule.UNIT_ONLY)}


def test_a_post_with_a_holder_cannot_turn_into_a_unit() -> None:
    things = kystby.things(**{"ssp-post": {"is_unit_only": True}})
    assert found(things, ["ssp-post"]) == {("amina--ssp-post", "target_id", Rule.UNIT_ONLY)}


def test_two_deputies_share_an_order_one_after_the_other_only() -> None:
    until, after = {"valid_to": NEW_YEAR}, {"valid_from": NEW_YEAR}
    rival = tie(DeputizesFor, "carl", "ssp-post", order=1, **after)
    assert broken(rival, **{"bo--ssp-post": until}) == set()
    assert broken(rival) == {
        (rival.id, "order", Rule.SAME_ORDER),
        ("bo--ssp-post", "order", Rule.SAME_ORDER),
    }


def test_an_order_clashes_with_nothing_that_ended_with_its_deputy() -> None:
    rival = tie(DeputizesFor, "carl", "ssp-post", order=1, valid_from=NEW_YEAR)
    assert broken(rival, bo={"valid_to": NEW_YEAR}) == set()


def test_two_entry_points_of_an_area_have_different_orders() -> None:
    first = tie(EntryPointFor, "ihd", "kystby", order=1)
    assert broken(first, tie(EntryPointFor, "duty", "kystby", order=2)) == set()
    assert broken(first, tie(EntryPointFor, "duty", "nabo", order=1)) == set()
    second = tie(EntryPointFor, "duty", "kystby", order=1)
    assert broken(first, second) == {(one.id, "order", Rule.SAME_ORDER) for one in (first, second)}


def test_a_new_post_needs_an_authority() -> None:
    post = Actor(
        id="new", kind=PostKind.MENTOR, name="Mentor, Kystby", tier=Tier.MUNICIPAL,
        sector=Sector.YOUTH, source="test",
    )  # fmt: skip
    assert broken(post) == {("new", "BELONGS_TO", Rule.ONE_SEAT)}
    assert broken(post, tie(BelongsTo, "new", "kystby-kommune")) == set()


def test_a_post_belongs_to_two_one_after_the_other_only() -> None:
    new = tie(BelongsTo, "release", "politi", valid_from=NEW_YEAR)
    assert broken(new, **{"release--kystby-kommune": {"valid_to": NEW_YEAR}}) == set()
    assert (new.id, "target_id", Rule.ONE_SEAT) in broken(new)


def test_a_post_is_never_without_an_authority_between_two() -> None:
    new = tie(BelongsTo, "release", "politi", valid_from=date(2027, 2, 1))
    ended = {"release--kystby-kommune": {"valid_to": NEW_YEAR}}
    assert broken(new, **ended) == {("release", "BELONGS_TO", Rule.ONE_SEAT)}
    assert broken(**ended) == {("release", "BELONGS_TO", Rule.ONE_SEAT)}


def test_a_seat_that_was_lost_with_its_authority_is_mended_without_closing_the_gap() -> None:
    new = tie(BelongsTo, "release", "politi", valid_from=date(2027, 2, 1))
    abolished = {"kystby-kommune": {"valid_to": NEW_YEAR}}
    things = (*kystby.things(**abolished), new)
    assert found(kystby.things(**abolished), ["kystby-kommune"]) == set()
    assert found(things, [new.id]) == set()


def test_what_was_before_the_first_link_is_no_gap() -> None:
    assert broken(**{"release--kystby-kommune": {"valid_from": date(2024, 5, 1)}}) == set()


def test_a_shared_line_belongs_to_several() -> None:
    assert broken(tie(BelongsTo, "duty", "kystby-kommune")) == set()


# ---- hierarchies ----


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


# ---- networks ----


def test_a_network_is_never_without_a_coordinator() -> None:
    fault = ("ssp", "COORDINATES", Rule.NO_COORDINATOR)
    assert broken(without=["ssp-post--ssp"]) == {fault}
    things = kystby.things(**{"ssp-post--ssp": {"valid_to": NEW_YEAR}})
    assert found(things, ["ssp-post--ssp"]) == {fault}


def test_a_network_has_one_chair_at_a_time() -> None:
    first = chairs("ihd", valid_to=NEW_YEAR)
    assert broken(first, chairs("release", valid_from=NEW_YEAR)) == set()
    second = chairs("release")
    assert broken(first, second) == {
        (one.id, "function", Rule.ONE_CHAIR) for one in (first, second)
    }


@pytest.mark.parametrize(
    ("field", "value"), [("gate", LegalGate.GENERAL), ("levels", frozenset({PreventionLevel.EXIT}))]
)
def test_members_and_coordinators_meet_on_the_networks_terms(field: str, value: object) -> None:
    assert broken(meets(MemberOf, "release", "ssp")) == set()
    for link in (
        meets(MemberOf, "release", "ssp", **{field: value}),
        chairs("ihd", **{field: value}),
    ):
        assert broken(link) == {(link.id, field, Rule.SAME_AS_NETWORK)}


def test_a_network_that_changes_its_gate_names_the_links_that_no_longer_fit() -> None:
    things = kystby.things(ssp={"gate": LegalGate.GENERAL})
    assert found(things, ["ssp"]) == {
        ("ssp-post--ssp", "gate", Rule.SAME_AS_NETWORK),
        ("intake--ssp", "gate", Rule.SAME_AS_NETWORK),
    }


def test_a_civilian_is_a_member_of_panels_and_forums_only() -> None:
    reach = {"gate": LegalGate.CONSENT, "levels": frozenset({PreventionLevel.OUTREACH})}
    link = meets(MemberOf, "jens", "forum", **reach)
    assert broken(link) == set()
    moved = broken(link, forum={"kind": NetworkKind.LOCAL_COUNCIL})
    assert moved == {(link.id, "target_id", Rule.CIVILIAN_NETWORK)}


@pytest.mark.parametrize("member", ["jens", "vindrosen"])
def test_no_civilian_stands_behind_a_gate_that_allows_names(member: str) -> None:
    link = meets(MemberOf, member, "ssp")
    assert (link.id, "gate", Rule.CIVILIAN_GATE) in broken(link)


# ---- ways on ----


def test_a_post_refers_down_and_sideways_and_never_up() -> None:
    down, up = (
        tie(RefersTo, source, target, gate=LegalGate.INFOHOUSE)
        for source, target in (("ihd", "release"), ("release", "ihd"))
    )
    assert broken(down, tie(RefersTo, "intake", "release", gate=LegalGate.INTERNAL)) == set()
    assert broken(up) == {(up.id, "target_id", Rule.HIGHER_TIER)}


def test_a_post_escalates_up_and_sideways_and_never_down() -> None:
    down, up = (
        tie(EscalatesTo, source, target, gate=LegalGate.INFOHOUSE)
        for source, target in (("ihd", "release"), ("release", "ihd"))
    )
    assert broken(up, tie(EscalatesTo, "intake", "release", gate=LegalGate.INTERNAL)) == set()
    assert broken(down) == {(down.id, "target_id", Rule.LOWER_TIER)}


def test_a_pair_knows_each_other_once_at_a_time() -> None:
    again = tie(Knows, "carl", "dina", declared_by="dina", valid_from=NEW_YEAR)
    assert broken(again, **{"carl--dina": {"valid_to": NEW_YEAR}}) == set()
    assert broken(tie(Knows, "bo", "dina", declared_by="bo")) == set()
    assert broken(again) == {
        (again.id, "target_id", Rule.ONE_PAIR),
        ("carl--dina", "target_id", Rule.ONE_PAIR),
    }


# ---- contact details ----


def test_a_detail_has_exactly_one_owner_for_good() -> None:
    second = tie(ReachedBy, "carl", "phone-bo", valid_from=NEW_YEAR)
    assert broken(second, **{"bo--phone-bo": {"valid_to": NEW_YEAR}}) == {
        (second.id, "source_id", Rule.ONE_OWNER),
        ("bo--phone-bo", "source_id", Rule.ONE_OWNER),
    }
    assert broken(without=["bo--phone-bo"]) == {("phone-bo", "REACHED_BY", Rule.ONE_OWNER)}


def test_two_details_of_one_owner_may_share_an_order() -> None:
    detail = ContactDetail(id="mail-bo", channel=Channel.EMAIL, hint="•••••", source="test")
    assert broken(detail, tie(ReachedBy, "bo", "mail-bo")) == set()


def test_a_detail_is_not_seen_where_its_person_is_not() -> None:
    wide = {"phone-erik": {"visibility": Visibility.NETWORK}}
    assert broken(**wide) == {("phone-erik", "visibility", Rule.WIDER_THAN_OWNER)}
    assert broken(**{"phone-erik": {"visibility": Visibility.NAMED}}) == set()


def test_a_person_who_hides_names_the_detail_that_is_still_seen() -> None:
    things = kystby.things(bo={"visibility": Visibility.NAMED})
    assert found(things, ["bo"]) == {("phone-bo", "visibility", Rule.WIDER_THAN_OWNER)}


def test_only_a_civilian_has_a_private_detail() -> None:
    assert broken(**{"phone-jens": {"is_work": True}}) == set()
    private = broken(**{"phone-bo": {"is_work": False}})
    assert private == {("phone-bo", "is_work", Rule.OWN_CHANNEL)}


# ---- civilians ----


def test_a_consent_has_exactly_one_giver() -> None:
    second = tie(GaveConsent, "kaj", "consent-jens")
    assert broken(second) == {
        (second.id, "source_id", Rule.ONE_GIVER),
        ("jens--consent-jens", "source_id", Rule.ONE_GIVER),
    }
    alone = kystby.things(without=["kaj--consent-kaj"])
    assert found(alone, ["consent-kaj"]) == {("consent-kaj", "GAVE_CONSENT", Rule.ONE_GIVER)}


@pytest.mark.parametrize("consent", ["consent-kaj", "consent-nobody", "ssp"])
def test_a_door_opens_on_the_civilians_own_consent(consent: str) -> None:
    for link in ("outreach--jens", "jens--vindrosen"):
        assert broken(**{link: {"consent_id": consent}}) == {
            (link, "consent_id", Rule.CONSENT_MISSING)
        }


def test_a_civilian_needs_a_door_opener() -> None:
    assert broken(without=["outreach--kaj"]) == {("kaj", "DOOR_OPENER_FOR", Rule.NO_DOOR_OPENER)}


def test_a_civilian_needs_a_consent() -> None:
    alone = kystby.things(without=["kaj--consent-kaj"])
    assert found(alone, ["kaj"]) == {
        ("kaj", "GAVE_CONSENT", Rule.CONSENT_MISSING),
        ("outreach--kaj", "consent_id", Rule.CONSENT_MISSING),
    }


def test_the_links_of_a_door_opener_are_judged_without_the_civilians_own() -> None:
    partial = [thing for thing in kystby.things() if not isinstance(thing, GaveConsent)]
    assert found(partial, ["outreach"]) == set()


@pytest.mark.parametrize(
    ("covers_art9", "visibility", "is_fine"),
    [
        (True, Visibility.NAMED, True),
        (True, Visibility.AREA, False),
        (False, Visibility.NAMED, False),
    ],
)
def test_a_faith_community_is_represented_under_art_9_and_by_name_only(
    covers_art9: bool, visibility: Visibility, is_fine: bool
) -> None:
    changed: dict[str, dict[str, Any]] = {
        "vindrosen": {"kind": OrganizationKind.FAITH_COMMUNITY},
        "consent-jens": {"covers_art9": covers_art9},
        "jens": {"visibility": visibility},
    }
    fault = ("jens--vindrosen", "consent_id", Rule.CONSENT_ART9)
    assert broken(**changed) == (set() if is_fine else {fault})
    assert found(kystby.things(**changed), ["vindrosen"]) == (set() if is_fine else {fault})


def test_a_consent_that_was_not_brought_along_covers_no_faith() -> None:
    faith = Organization(
        id="faith", kind=OrganizationKind.FAITH_COMMUNITY, name="Havnens menighed", source="test"
    )
    link = tie(Represents, "jens", "faith", consent_id="consent-jens")
    things = [*kystby.things(jens={"visibility": Visibility.NAMED}), faith, link]
    without = [thing for thing in things if thing.id != "consent-jens"]
    assert (link.id, "consent_id", Rule.CONSENT_ART9) in found(without, ["faith"])


# ---- as a whole ----


def test_a_fault_is_found_whichever_of_its_links_is_touched() -> None:
    rival = tie(DeputizesFor, "carl", "ssp-post", order=1)
    things = (*kystby.things(), rival)
    for touched in (rival.id, "bo--ssp-post"):
        assert found(things, [touched]) == {(touched, "order", Rule.SAME_ORDER)}


def test_of_two_things_with_the_same_id_the_later_counts() -> None:
    old, new = (tie(DeputizesFor, "carl", "ssp-post", id="one", order=order) for order in (1, 2))
    assert found((*kystby.things(), old, new), ["one"]) == set()


def test_every_fault_reads_well_in_both_languages() -> None:
    fault = Fault("ssp", LinkType.COORDINATES, Rule.NO_COORDINATOR)
    assert fault.text("da") == "ssp COORDINATES: skal have mindst én, der koordinerer"
    assert fault.text("en") == "ssp COORDINATES: must have at least one coordinator"

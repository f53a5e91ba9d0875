from datetime import date
from typing import Any

import pytest

from graph.access.policy import Role
from graph.errors import InvalidNeed
from graph.model import (
    Authority,
    BelongsTo,
    Covers,
    Element,
    GovernedBy,
    Holds,
    PartOf,
    Plan,
    SucceededBy,
)
from graph.questions.owners import Orphan, Owners, OwnerWhy, owners
from graph.vocabulary import AuthorityKind, Label, PlanKind, Sector, Tier, Visibility
from tests import kystby
from tests.graph.paths.additions import coordinates, kystby_with, person, tie
from tests.kystby import LOCAL_OPERATOR
from tests.seed import demo

EVE, NEW_YEAR = date(2026, 12, 31), date(2027, 1, 1)
ENDS: dict[str, Any] = {"valid_to": NEW_YEAR}


def authority(authority_id: str, **fields: Any) -> Authority:
    return Authority(
        id=authority_id, kind=AuthorityKind.REGION, tier=Tier.REGIONAL, source="kystby",
        sector=Sector.PSYCHIATRY, name=f"Myndighed {authority_id}", **fields,
    )  # fmt: skip


PLAN = Plan(id="plan", kind=PlanKind.RELEASE_AGREEMENT, title="Løsladelse", source="kystby")
HEIR = (
    authority("heir", valid_from=NEW_YEAR),
    tie(SucceededBy, "kystby-kommune", "heir", valid_from=NEW_YEAR),
)


def owners_of(*more: Element, days: tuple[date, date] = (EVE, NEW_YEAR), **terms: Any) -> Owners:
    before, after = (kystby_with(*more, on=day, **terms) for day in days)
    return owners(before, after)


def orphans_of(answer: Owners) -> list[Orphan]:
    return [orphan for group in answer.groups for orphan in group.found]


def orphans(answer: Owners) -> list[tuple[str, OwnerWhy, str | None, str | None]]:
    return [
        (
            orphan.node.id,
            orphan.why,
            orphan.owner and orphan.owner.id,
            orphan.successor and orphan.successor.id,
        )
        for orphan in orphans_of(answer)
    ]


def test_posts_and_plans_of_an_ending_authority_are_orphans_with_its_successor() -> None:
    governed = tie(GovernedBy, "kystby-kommune", "plan")
    left = {"intake", "outreach", "plan", "release", "ssp-post"}
    for heirs, successor in (((), None), (HEIR, "heir")):
        answer = owners_of(PLAN, governed, *heirs, changed={"kystby-kommune": ENDS})
        assert {orphan[0] for orphan in orphans(answer)} == left
        assert {orphan[1:] for orphan in orphans(answer)} == {
            (OwnerWhy.OWNER_ENDS, "kystby-kommune", successor)
        }
        assert {orphan.on for orphan in orphans_of(answer)} == {NEW_YEAR}
    (plan,) = (orphan for orphan in orphans_of(answer) if orphan.label is Label.PLAN)
    assert plan.kind is PlanKind.RELEASE_AGREEMENT


def test_posts_moved_to_another_authority_are_no_orphans() -> None:
    moved = (
        tie(BelongsTo, post_id, "nabo-kommune", valid_from=NEW_YEAR)
        for post_id in ("ssp-post", "intake", "release", "outreach")
    )
    assert orphans(owners_of(*moved, changed={"kystby-kommune": ENDS})) == []


def test_a_post_whose_holder_leaves_is_an_orphan_unless_a_new_holder_begins() -> None:
    leaves = {"amina--ssp-post": ENDS, "carl--ihd": ENDS}
    answer = owners_of(tie(Holds, "bo", "ssp-post", valid_from=NEW_YEAR), changed=leaves)
    assert orphans(answer) == [("ihd", OwnerWhy.NO_HOLDER, None, None)]
    (group,) = answer.groups
    assert group.district is not None
    assert (group.district.id, group.region) == ("pol-ost", None)  # a district lies in no region


def test_a_network_losing_its_area_coordinator_or_last_sector_member_is_an_orphan() -> None:
    assert orphans(owners_of(changed={"ssp--kystby": ENDS})) == [
        ("ssp", OwnerWhy.OWNER_ENDS, "kystby", None)
    ]
    assert orphans(owners_of(changed={"ssp-post--ssp": ENDS})) == [
        ("ssp", OwnerWhy.NO_COORDINATOR, "ssp-post", None)
    ]
    assert orphans(owners_of(changed={"intake--ssp": ENDS})) == [
        ("ssp", OwnerWhy.NO_MEMBER, "intake", None)
    ]
    same = {"intake": {"sector": Sector.YOUTH}, "intake--ssp": ENDS}
    assert orphans(owners_of(changed=same)) == []  # the coordinator is of that sector too


def test_a_post_that_ends_is_an_orphan_unless_it_has_a_successor() -> None:
    assert orphans(owners_of(changed={"intake": ENDS})) == [
        ("intake", OwnerWhy.ENDS, "kystby-kommune", None),
        ("ssp", OwnerWhy.NO_MEMBER, "intake", None),
    ]
    followed = owners_of(
        tie(SucceededBy, "intake", "release", valid_from=NEW_YEAR), changed={"intake": ENDS}
    )
    assert orphans(followed) == [("ssp", OwnerWhy.NO_MEMBER, "intake", "release")]


def test_the_successor_may_be_that_of_the_body_the_owner_is_part_of() -> None:
    old, new = authority("old", **ENDS), authority("new", valid_from=NEW_YEAR)
    answer = owners_of(
        old, new, tie(SucceededBy, "old", "new", valid_from=NEW_YEAR),
        tie(PartOf, "kystby-kommune", "old"), changed={"intake--ssp": ENDS},
    )  # fmt: skip
    assert orphans(answer) == [("ssp", OwnerWhy.NO_MEMBER, "intake", "new")]


def test_orphans_are_grouped_by_region_and_district_and_summed_by_label_and_reason() -> None:
    leaves = {
        "amina--ssp-post": ENDS, "carl--ihd": ENDS, "intake--ssp": ENDS,
    }  # fmt: skip
    answer = owners_of(changed=leaves)
    assert [
        (group.region and group.region.id, group.district and group.district.id,
         [orphan.node.id for orphan in group.found])
        for group in answer.groups
    ] == [("reg-syd", "pol-ost", ["ssp-post", "ssp"]), (None, "pol-ost", ["ihd"])]  # fmt: skip
    assert [
        (total.label, total.why, total.count, total.without_successor) for total in answer.sums
    ] == [
        (Label.ACTOR, OwnerWhy.NO_HOLDER, 2, 2),
        (Label.NETWORK, OwnerWhy.NO_MEMBER, 1, 1),
    ]


def test_a_post_whose_hidden_holder_leaves_is_an_orphan_like_any_other() -> None:
    leaves = {"erik--nabo-ssp": ENDS}
    expected = [("nabo-ssp", OwnerWhy.NO_HOLDER, None, None)]
    for caller in (kystby.caller_of(Role.COORDINATOR), LOCAL_OPERATOR):
        assert orphans(owners_of(caller=caller, changed=leaves)) == expected
        heir = person("gro", visibility=Visibility.AREA)
        held = tie(Holds, "gro", "nabo-ssp", valid_from=NEW_YEAR)
        assert orphans(owners_of(heir, held, caller=caller, changed=leaves)) == []


def test_a_post_is_an_orphan_from_the_day_its_last_holder_leaves() -> None:
    other = person("gro"), tie(Holds, "gro", "nabo-ssp", valid_to=date(2026, 12, 20))
    leaves = {"erik--nabo-ssp": {"valid_to": date(2026, 12, 10)}}
    answer = owners_of(*other, changed=leaves, days=(date(2026, 12, 1), EVE))
    assert [orphan.on for orphan in orphans_of(answer)] == [date(2026, 12, 20)]


def test_a_network_is_an_orphan_from_the_day_its_last_coordinator_leaves() -> None:
    leaves = {"ssp-post--ssp": {"valid_to": date(2026, 12, 20)}}
    other = coordinates("outreach", "ssp", valid_to=date(2026, 12, 10))
    (orphan,) = orphans_of(owners_of(other, changed=leaves, days=(date(2026, 12, 1), EVE)))
    assert (orphan.node.id, orphan.why) == ("ssp", OwnerWhy.NO_COORDINATOR)
    assert orphan.on == date(2026, 12, 20)
    assert orphan.owner is not None
    assert orphan.owner.id == "ssp-post"


def test_a_second_date_that_is_not_later_raises_invalid_need() -> None:
    with pytest.raises(InvalidNeed, match="to"):
        owners_of(days=(EVE, EVE))


def test_at_new_year_100_demo_networks_of_two_regions_lose_a_last_sector_member() -> None:
    answer = owners(demo.view_of(EVE), demo.view_of(NEW_YEAR))
    assert [
        (total.label, total.why, total.count, total.without_successor) for total in answer.sums
    ] == [(Label.NETWORK, OwnerWhy.NO_MEMBER, 100, 0)]
    assert {orphan.successor.id for orphan in orphans_of(answer) if orphan.successor} == {
        "aut-reg-oestdanmark"
    }
    regions = {group.region.id for group in answer.groups if group.region}
    assert regions == {"reg-1084", "reg-1085"}


def test_a_post_that_stops_covering_an_area_is_no_orphan() -> None:
    assert orphans(owners_of(tie(Covers, "ihd", "nabo", valid_to=NEW_YEAR))) == []

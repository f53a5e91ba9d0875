"""Posts, their authorities, their deputies, and the entry points of areas."""

import re
from collections import Counter, defaultdict

from graph.model import Actor, BelongsTo, DeputizesFor, EntryPointFor
from graph.vocabulary import KEY_POSTS, PostKind, Tier
from tests.seed.real_structure import kind, links, nodes, pairs, targets


def test_posts_are_eight_a_municipality_seven_a_district_and_57_more() -> None:
    seats = Counter(
        post.id.rpartition("-")[2]
        for post in nodes(Actor)
        if re.fullmatch(r"act-[a-z]+-\d{4}", post.id) and not post.id.startswith("act-kf-")
    )
    assert Counter(seats.values()) == {8: 98, 7: 12}
    probation = {post.id for post in nodes(Actor) if post.kind is PostKind.PROBATION_CONTACT}
    psychiatry = {post.id for post in nodes(Actor) if post.tier is Tier.REGIONAL}
    national = {post.id for post in nodes(Actor) if post.tier is Tier.NATIONAL} - probation
    assert (len(psychiatry), len(probation), len(national)) == (27, 15, 15)


def test_699_posts_can_be_staffed_and_226_are_answered_by_a_unit() -> None:
    assert Counter(post.is_unit_only for post in nodes(Actor)) == {False: 699, True: 226}


def test_the_196_key_posts_and_no_others_need_a_deputy() -> None:
    assert len([post for post in nodes(Actor) if post.needs_deputy]) == 196
    assert all(post.needs_deputy == (post.kind in KEY_POSTS) for post in nodes(Actor))


def test_each_post_belongs_to_one_authority_and_the_hotline_to_four() -> None:
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for link in links(BelongsTo):
        owners[link.source_id].add(link.target_id)
    assert owners.pop("act-hotline") == {
        "aut-pol-1461", "aut-pol-1470", "aut-mun-0751", "aut-mun-0101"
    }  # fmt: skip
    assert set(owners) == {post.id for post in nodes(Actor)} - {"act-hotline"}
    assert {len(owner) for owner in owners.values()} == {1}


def test_entry_points_have_expected_counts_unique_orders_and_acute_lines() -> None:
    assert targets(EntryPointFor) == {
        "MUNICIPALITY": 4 * 98, "POLICE_DISTRICT": 2 * 12, "REGION": 5, "COUNTRY": 3,
    }  # fmt: skip
    order = Counter((link.target_id, link.order) for link in links(EntryPointFor))
    assert set(order.values()) == {1}
    acute = {kind(link.source_id) for link in links(EntryPointFor) if link.is_acute}
    assert acute == {"DUTY_LINE", "SOCIAL_DUTY_LINE", "EMERGENCY_LINE"}


def test_a_duty_line_deputizes_last_for_police_and_district_coordinators() -> None:
    assert pairs(DeputizesFor) == {
        ("DUTY_LINE", "INFOHOUSE_COORDINATOR_POLICE"): 98,
        ("DUTY_LINE", "INFOHOUSE_COORDINATOR_DISTRICT"): 12,
    }
    assert {link.order for link in links(DeputizesFor)} == {9}

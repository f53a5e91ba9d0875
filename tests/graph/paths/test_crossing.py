from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from graph.model import Coordinates, Organization, Represents, Supports
from graph.paths.kernel.search import Direction
from graph.vocabulary import (
    CoordinationFunction,
    LegalGate,
    NetworkKind,
    OrganizationKind,
    PostKind,
    PreventionLevel,
    SupportKind,
    Visibility,
)
from tests.fixtures.builders import (
    FROM_A_TO_Z,
    best,
    chain,
    civilian,
    consent,
    holds,
    knows,
    meets,
    network,
    opens,
    paths,
    person,
    post,
    posts,
    refers,
    world_of,
)
from tests.graph.paths.worlds import DEPUTY, ON, Question, World, result_of

KNOWS_COST = 105_361 + 51_293  # type 0.90, gate CONTACT_ONLY 0.95


@pytest.mark.parametrize("kind", [PostKind.FUNCTIONAL_MAILBOX, PostKind.EMERGENCY_LINE])
def test_mailboxes_and_emergency_lines_only_end_a_path(kind: PostKind) -> None:
    world = world_of(post("a"), post("b", kind), post("z"), *chain("a", "b", "z"))
    assert paths(world) == []
    assert paths(world, replace(FROM_A_TO_Z, targets={"b": 0})) == ["a-b"]


def test_a_path_crosses_an_ssp_network_but_only_ends_at_a_council() -> None:
    def meeting(kind: NetworkKind) -> World:
        return world_of(*posts("az"), network("n", kind), meets("a", "n"), meets("z", "n"))

    assert paths(meeting(NetworkKind.SSP)) == ["a-n-z"]
    assert paths(meeting(NetworkKind.DISTRICT_COUNCIL)) == []
    assert paths(meeting(NetworkKind.DISTRICT_COUNCIL), replace(FROM_A_TO_Z, targets={"n": 0})) == [
        "a-n"
    ]


def civilian_world() -> World:
    """a -> (opener b, held by p) -> civilian r -> association o; r also meets in a panel n."""
    ends: dict[str, Any] = {
        "source_id": "r",
        "consent_id": "c-r",
        "strength": 1.0,
        "verified_on": ON,
    }
    return world_of(
        *posts("abz"), *chain("a", "b"), person("p"), holds("p", "b"), *civilian("r"),
        opens("d", "b", "r"), network("n", NetworkKind.RESOURCE_PANEL),
        Organization(id="o", kind=OrganizationKind.NGO, name="En forening", source="demo"),
        Represents(id="e", target_id="o", source="demo", **ends),
        meets("r", "n"), meets("a", "n"), meets("z", "n"), meets("o", "n"),
    )  # fmt: skip


def to(*targets: str) -> Question:
    return replace(FROM_A_TO_Z, targets=dict.fromkeys(targets, 0))


def test_a_civilian_is_entered_only_by_the_door_opener_who_is_the_carrier() -> None:
    ways = result_of(civilian_world(), to("r")).paths
    assert [path.nodes for path in ways] == [("a", "b", "r")]
    assert ways[0].carriers == ((), ("p",))


def test_a_path_leads_from_a_civilian_only_to_the_organization_they_represent() -> None:
    assert paths(civilian_world(), to("o")) == ["a-b-r-o"]
    assert paths(civilian_world().without("m-a-n"), to("n")) == []
    assert paths(civilian_world(), replace(to("n", "o"), starts=("r",))) == ["r-o"]


def test_a_need_about_a_named_person_never_reaches_a_civilian() -> None:
    gate = LegalGate.INTERNAL  # even over a gate that would let the matter pass
    door = replace(opens("d", "b", "r"), gate=gate)
    assert paths(civilian_world().but(door), to("r")) == ["a-b-r"]
    assert paths(civilian_world().but(door), replace(to("r"), is_named=True)) == []


def test_a_door_opener_post_with_two_holders_is_one_link() -> None:
    path = best(civilian_world().but(person("q"), holds("q", "b")), to("r"))
    assert (path.links, path.carriers, path.also) == (("l-a-b", "d"), ((), ("p",)), ((), ()))


def test_a_civilian_is_not_entered_by_an_absent_door_opener_or_a_deputy() -> None:
    away = person("p", absent_from=ON, absent_to=ON + timedelta(1))
    back = person("p", absent_from=ON - timedelta(2), absent_to=ON)
    assert paths(civilian_world().but(away), to("r")) == []
    assert paths(civilian_world().but(back), to("r")) == ["a-b-r"]
    assert paths(replace(civilian_world().without("h-p-b"), standing={"b": DEPUTY}), to("r")) == []


def test_a_withdrawn_consent_hides_its_civilian_on_past_dates_too() -> None:
    withdrawn = consent("c-r", withdrawn_on=ON)
    yesterday = ON - timedelta(1)
    assert paths(replace(civilian_world(), on=yesterday), to("r")) == ["a-b-r"]
    gone = civilian_world().but(withdrawn)
    assert paths(gone, to("r")) == []
    assert paths(replace(gone, on=yesterday), to("r")) == []


def acquaintance_world(**fields: Any) -> World:
    """p in post a knows q in post z."""
    return world_of(
        *posts("az"), person("p"), person("q"), holds("p", "a"), holds("q", "z"),
        knows("k", "p", "q", **fields),
    )  # fmt: skip


def test_an_acquaintance_links_both_posts_in_both_directions() -> None:
    path = best(acquaintance_world())
    assert (path.nodes, path.links, path.carriers) == (("a", "z"), ("k",), (("p", "q"),))
    assert path.cost == KNOWS_COST
    back = best(acquaintance_world(), Question(starts=("z",), targets={"a": 0}))
    assert back.carriers == (("q", "p"),)


def test_an_acquaintance_requires_both_people_present_and_visible_in_their_seats() -> None:
    away = {"absent_from": ON - timedelta(1), "absent_to": ON + timedelta(1)}
    assert paths(acquaintance_world().but(person("q", **away))) == []
    assert paths(acquaintance_world().but(holds("q", "z", valid_to=ON))) == []
    assert paths(acquaintance_world().but(holds("q", "z", valid_from=ON + timedelta(1)))) == []
    assert paths(acquaintance_world().but(person("q", visibility=Visibility.NAMED))) == []
    assert paths(acquaintance_world(valid_to=ON)) == []


def test_an_acquaintance_never_leads_from_a_post_to_itself() -> None:
    world = acquaintance_world().but(holds("q", "a"), holds("p", "z"))
    assert paths(world) == ["a-z"]
    assert best(world).carriers == (("p", "q"),)


def test_an_acquaintance_verified_before_a_seat_began_counts_as_184_days_old() -> None:
    came = holds("q", "z", valid_from=ON - timedelta(10))
    older = best(acquaintance_world(verified_on=ON - timedelta(11)).but(came))
    assert older.cost == best(acquaintance_world(verified_on=ON - timedelta(184))).cost
    assert best(acquaintance_world(verified_on=ON - timedelta(10)).but(came)).cost < older.cost
    oldest = acquaintance_world(verified_on=ON - timedelta(300))
    assert best(oldest.but(came)).cost == best(oldest).cost > older.cost


def test_a_need_about_a_named_person_passes_only_gates_that_allow_it() -> None:
    for gate in LegalGate:
        if gate is LegalGate.CHILDRENS_ACT_15_3:
            continue
        world = world_of(*posts("az"), refers("l", "a", "z", gate=gate))
        named = paths(world, replace(FROM_A_TO_Z, is_named=True))
        assert named == (["a-z"] if gate.allows_named else [])
        assert paths(world) == ["a-z"]


def test_a_need_with_a_gate_uses_only_that_gate_and_the_internal_one() -> None:
    world = world_of(
        *posts("abcz"), refers("l1", "a", "b", gate=LegalGate.SSP_115), refers("l2", "b", "z"),
        refers("l3", "a", "c", gate=LegalGate.PSP_115), refers("l4", "c", "z"),
    )  # fmt: skip
    assert paths(world, replace(FROM_A_TO_Z, gate=LegalGate.SSP_115)) == ["a-b-z"]
    assert paths(world, replace(FROM_A_TO_Z, gate=LegalGate.INTERNAL)) == []


def test_a_link_and_a_need_must_share_a_level_and_no_levels_means_all() -> None:
    exit_, outreach = (
        frozenset({level}) for level in (PreventionLevel.EXIT, PreventionLevel.OUTREACH)
    )
    world = world_of(*posts("az"), refers("l", "a", "z", levels=exit_))
    assert paths(world, replace(FROM_A_TO_Z, levels=exit_)) == ["a-z"]
    assert paths(world, replace(FROM_A_TO_Z, levels=outreach)) == []
    assert paths(world) == ["a-z"]
    assert paths(world.but(refers("l", "a", "z")), replace(FROM_A_TO_Z, levels=exit_)) == ["a-z"]


def test_the_consent_gate_is_open_for_outreach_alone() -> None:
    world = world_of(*posts("az"), refers("l", "a", "z", gate=LegalGate.CONSENT))
    exit_ = frozenset({PreventionLevel.EXIT})
    outreach = frozenset({PreventionLevel.OUTREACH})
    assert paths(world, replace(FROM_A_TO_Z, levels=exit_)) == []
    assert paths(world, replace(FROM_A_TO_Z, levels=outreach)) == ["a-z"]
    assert paths(world.but(refers("l", "a", "z", gate=LegalGate.CONSENT, levels=exit_))) == []


def tiered_world() -> World:
    """National n, district d, municipal m, joined down and up by support."""
    tiers = {
        "n": PostKind.CDE_ADVISER, "d": PostKind.HEAD_OF_CRIME_PREVENTION,
        "e": PostKind.HEAD_OF_CRIME_PREVENTION, "m": PostKind.SSP_COORDINATOR,
        "k": PostKind.SSP_COORDINATOR,
    }  # fmt: skip

    def helps(source: str, target: str) -> Supports:
        return Supports(
            id=f"s-{source}-{target}", source_id=source, target_id=target, kind=SupportKind.ADVICE,
            gate=LegalGate.GENERAL, strength=1.0, verified_on=ON, source="demo",
        )  # fmt: skip

    ties = (helps("n", "d"), helps("n", "e"), helps("d", "m"), helps("e", "k"), helps("d", "e"))
    return world_of(*(post(name, kind) for name, kind in tiers.items()), *ties)


def way(start: str, target: str, direction: Direction, max_hops: int = 6) -> list[str]:
    """The paths from one to another in a direction."""
    question = Question(
        starts=(start,), targets={target: 0}, direction=direction, max_hops=max_hops,
        overlap_percent=100,
    )  # fmt: skip
    return paths(tiered_world(), question)


def test_down_never_climbs_and_up_never_descends_but_both_allow_the_same_tier() -> None:
    assert way("n", "m", Direction.DOWN) == ["n-d-m", "n-e-d-m"]
    assert way("n", "m", Direction.UP) == []
    assert way("m", "n", Direction.UP) == ["m-d-n", "m-d-e-n"]
    assert way("m", "n", Direction.DOWN) == []
    assert way("m", "k", Direction.UP) == way("m", "k", Direction.DOWN) == []


def test_across_climbs_then_descends_and_never_climbs_again() -> None:
    assert way("m", "k", Direction.ACROSS) == ["m-d-e-k", "m-d-n-e-k"]
    assert way("d", "n", Direction.ACROSS) == ["d-n", "d-e-n"]
    assert way("n", "e", Direction.ACROSS) == ["n-e", "n-d-e"]
    assert "n" not in "".join(way("d", "k", Direction.ACROSS, max_hops=2))


def test_a_referral_is_used_one_way_and_a_network_in_both_directions() -> None:
    world = world_of(*posts("abz"), refers("l", "z", "a"))
    assert paths(world) == []
    chairs = [
        Coordinates(
            id=f"c-{name}", source_id=name, target_id="n", function=CoordinationFunction.CHAIR,
            gate=LegalGate.SSP_115, strength=1.0, verified_on=ON, source="demo",
        )
        for name in "az"
    ]  # fmt: skip
    assert paths(world.but(network("n"), *chairs)) == ["a-n-z"]

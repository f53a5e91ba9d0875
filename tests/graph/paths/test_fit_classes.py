from typing import Any, Final

import pytest

from graph.access.policy import Caller, Role
from graph.access.view import View
from graph.model import BelongsTo, Covers, DeputizesFor, Element, EntryPointFor, Holds, ReachedBy
from graph.paths import Need
from graph.paths.answer_terms import FitGroup, FitNeed
from graph.paths.ends import starts_of
from graph.paths.fit_classes import FitClass, fit_classes, fit_need
from graph.vocabulary import (
    AreaKind,
    Channel,
    Competence,
    Label,
    LinkType,
    NetworkKind,
    PostKind,
    Sector,
    Tier,
    Trigger,
)
from tests.fixtures.builders import network
from tests.graph.paths.additions import POLICY, coordinates, detail, kystby_with, post, tie
from tests.graph.questions.leaving import meets
from tests.kystby import caller_of
from tests.seed import demo

SSP: Final = frozenset({NetworkKind.SSP})
INFOHOUSES: Final = frozenset({NetworkKind.INFOHOUSE_NETWORK, NetworkKind.INFOHOUSE_MUNICIPALITY})


def need(view: View, **terms: Any) -> Need:
    return Need(on=view.on, **terms)


def classes(view: View, **terms: Any) -> tuple[FitClass, ...]:
    request = need(view, **terms)
    return fit_classes(view, request, POLICY, starts_of(view, request))


def groups(view: View, **terms: Any) -> dict[FitGroup, list[str]]:
    """The posts of each group that has any."""
    return {
        fit_class.rule.who: [view.id(row) for row in fit_class.rows]
        for fit_class in classes(view, **terms)
        if fit_class.rows
    }


def groups_in_order(view: View, **terms: Any) -> list[tuple[FitGroup, list[str]]]:
    """The groups with their posts, the first class first."""
    return list(groups(view, **terms).items())


def through(view: View, **terms: Any) -> dict[str, str]:
    """Return what makes each post right, where that is one node."""
    return {
        view.id(row): view.id(other)
        for fit_class in classes(view, **terms)
        for row, other in fit_class.through.items()
    }


def police(post_id: str, kind: PostKind = PostKind.SSP_COORDINATOR_POLICE) -> Element:
    return post(post_id, kind, Sector.POLICE)


@pytest.mark.parametrize(
    ("terms", "kind"),
    [
        ({"target": "ssp", "trigger": Trigger.MOVE}, FitNeed.NAMED_NETWORK),
        ({"target": "politi", "language": "so"}, FitNeed.AUTHORITY),
        ({"target": "duty", "network": SSP}, FitNeed.NODE),
        ({"target": "carl"}, FitNeed.NODE),
        ({"target": "vindrosen"}, FitNeed.NODE),
        ({"trigger": Trigger.MOVE, "network": SSP}, FitNeed.TRIGGER),
        ({"network": SSP, "area": "kystby", "sector": Sector.YOUTH}, FitNeed.NETWORK_IN_AREA),
        ({"network": SSP, "target": "kystby"}, FitNeed.NETWORK_IN_AREA),
        ({"network": SSP, "area": "dk"}, FitNeed.NETWORK),
        ({"network": SSP}, FitNeed.NETWORK),
        ({"sector": Sector.YOUTH, "language": "so"}, FitNeed.SECTOR),
        ({"competence": "27", "area": "kystby"}, FitNeed.ABILITY),
        ({"area": "kystby", "language": "so"}, FitNeed.ABILITY),
        ({"area": "kystby", "channel": Channel.MOBILE}, FitNeed.ABILITY),
        ({"target": "kystby"}, FitNeed.AREA),
    ],
)
def test_the_kind_of_a_need_is_the_first_that_matches(terms: dict[str, Any], kind: FitNeed) -> None:
    view = kystby_with()
    assert fit_need(view, need(view, **terms)) is kind


def ssp_with_others() -> View:
    """SSP Kystby with the district's coordinator beside its own, and a member from there."""
    return kystby_with(
        police("sspp"), tie(BelongsTo, "sspp", "politi"), coordinates("sspp", "ssp"),
        meets("ihd", "ssp"),
    )  # fmt: skip


def test_coordinators_and_members_are_grouped_by_the_areas_own_tier_and_above() -> None:
    view, terms = ssp_with_others(), {"network": SSP, "area": "kystby"}
    assert groups_in_order(view, **terms) == [
        (FitGroup.COORDINATOR, ["ssp-post"]),
        (FitGroup.COORDINATOR_ABOVE, ["sspp"]),
        (FitGroup.MEMBER, ["intake"]),
        (FitGroup.MEMBER_ABOVE, ["ihd"]),
    ]
    assert set(through(view, **terms).values()) == {"ssp"}


def test_a_coordinator_of_the_surrounding_areas_network_is_one_tier_above() -> None:
    wide = network("ihn", NetworkKind.INFOHOUSE_NETWORK)
    view = kystby_with(wide, tie(Covers, "ihn", "pol-ost"), coordinates("ihd", "ihn"))
    terms = {"network": INFOHOUSES, "area": "kystby"}
    assert groups(view, **terms) == {FitGroup.COORDINATOR_ABOVE: ["ihd"]}
    assert through(view, **terms) == {"ihd": "ihn"}


def test_coordinators_of_a_neighboring_areas_network_do_not_fit() -> None:
    other = network("ssp-nabo", NetworkKind.SSP)
    view = kystby_with(other, tie(Covers, "ssp-nabo", "nabo"), coordinates("nabo-ssp", "ssp-nabo"))
    here, there = ({"network": SSP, "area": place} for place in ("kystby", "nabo"))
    assert groups(view, **here)[FitGroup.COORDINATOR] == ["ssp-post"]
    assert groups(view, **there) == {FitGroup.COORDINATOR: ["nabo-ssp"]}


def test_a_community_without_a_network_uses_that_of_its_municipality() -> None:
    terms = {"network": SSP, "area": "havnen"}
    assert groups(kystby_with(), **terms)[FitGroup.COORDINATOR] == ["ssp-post"]


def test_without_an_area_only_coordinators_of_the_highest_tier_fit() -> None:
    wide, near = (network("ihn", NetworkKind.INFOHOUSE_NETWORK),
                  network("ihk", NetworkKind.INFOHOUSE_MUNICIPALITY))  # fmt: skip
    view = kystby_with(
        wide, near, coordinates("ihd", "ihn"), coordinates("ssp-post", "ihk"),
        coordinates("intake", "ihn"),
    )  # fmt: skip
    assert groups(view, network=INFOHOUSES) == {FitGroup.TOP_COORDINATOR: ["ihd"]}
    assert groups(view, network=INFOHOUSES, area="dk") == {FitGroup.TOP_COORDINATOR: ["ihd"]}
    assert groups(kystby_with(), network=SSP) == {FitGroup.TOP_COORDINATOR: ["ssp-post"]}


def test_a_named_network_groups_own_tier_and_other_coordinators_and_members() -> None:
    assert groups_in_order(ssp_with_others(), target="ssp") == [
        (FitGroup.OWN_COORDINATOR, ["ssp-post"]),
        (FitGroup.OTHER_COORDINATOR, ["sspp"]),
        (FitGroup.ANY_MEMBER, ["ihd", "intake"]),
    ]


def test_trigger_kinds_rank_in_order_each_at_its_first_level_with_a_post() -> None:
    kind = PostKind.INFOHOUSE_COORDINATOR_POLICE
    view = kystby_with(police("ihp", kind), tie(Covers, "ihp", "pol-ost"))
    fit = classes(view, trigger=Trigger.CONCERN, area="kystby")
    assert [[view.id(row) for row in fit_class.rows] for fit_class in fit] == [
        [],
        ["ihp"],
        ["intake"],
    ]
    assert [fit_class.fallback_level for fit_class in fit] == [0, 1, 0]
    assert [fit_class.rule.who for fit_class in fit] == [
        FitGroup.FIRST_KIND, FitGroup.SECOND_KIND, FitGroup.LATER_KIND,
    ]  # fmt: skip


def test_trigger_kinds_after_the_second_are_one_class() -> None:
    view = kystby_with(
        post("psyk", PostKind.PSYCHIATRY_CONTACT, Sector.PSYCHIATRY), tie(Covers, "psyk", "kystby"),
        post("kif", PostKind.PROBATION_CONTACT, Sector.PRISON_PROBATION),
        tie(Covers, "kif", "kystby"),
    )  # fmt: skip
    assert groups_in_order(view, trigger=Trigger.MOVE, area="kystby") == [
        (FitGroup.SECOND_KIND, ["ssp-post"]),
        (FitGroup.LATER_KIND, ["kif", "psyk"]),
    ]


@pytest.mark.parametrize("sector", [None, Sector.YOUTH])
def test_an_area_groups_entry_points_posts_that_cover_it_and_posts_around_it(
    sector: Sector | None,
) -> None:
    above = post("youth", PostKind.SSP_COORDINATOR_POLICE, Sector.YOUTH)
    view = kystby_with(
        tie(EntryPointFor, "nabo-ssp", "kystby", order=1), above, tie(Covers, "youth", "pol-ost")
    )
    terms: dict[str, Any] = {"area": "kystby", "sector": sector}
    exact = ["ssp-post"] if sector else ["intake", "release", "ssp-post"]
    around = ["youth"] if sector else ["duty", "ihd", "youth"]
    assert groups_in_order(view, **terms) == [
        (FitGroup.ENTRY_POINT, ["nabo-ssp"]),
        (FitGroup.EXACT, exact),
        (FitGroup.AROUND, around),
    ]
    assert set(through(view, **terms).values()) == {"kystby"}
    assert [fit_class.fallback_level for fit_class in classes(view, **terms)][1:] == [0, 1]


def test_posts_that_cover_the_country_fit_when_no_nearer_post_does() -> None:
    cde = post("cde", PostKind.CDE_ADVISER, Sector.SOCIAL_SERVICES)
    view = kystby_with(cde, tie(Covers, "cde", "dk"), without=("release--kystby-kommune",))
    by_group = groups(view, area="kystby", sector=Sector.SOCIAL_SERVICES)
    assert by_group == {FitGroup.AROUND: ["cde"]}


def test_within_km_includes_posts_of_nearby_areas() -> None:
    centers = {"kystby": {"lat": 56.0, "lon": 10.0}, "nabo": {"lat": 56.3, "lon": 10.0}}
    view = kystby_with(changed=centers)
    terms: dict[str, Any] = {"area": "kystby", "sector": Sector.YOUTH, "within_km": 34}
    assert groups(view, **terms) == {FitGroup.EXACT: ["nabo-ssp", "outreach", "ssp-post"]}
    assert through(view, **terms) == {}


def test_an_authority_groups_its_head_and_entry_points_apart_from_other_posts() -> None:
    view = kystby_with(
        police("head", PostKind.HEAD_OF_CRIME_PREVENTION), tie(BelongsTo, "head", "politi"),
        tie(EntryPointFor, "ihd", "kystby", order=1), tie(EntryPointFor, "ihd", "nabo", order=1),
        tie(EntryPointFor, "duty", "pol-ost", order=1, is_acute=True),
    )  # fmt: skip
    assert groups_in_order(view, target="politi") == [
        (FitGroup.HEAD, ["head", "ihd"]),
        (FitGroup.POST, ["duty"]),
    ]
    assert set(through(view, target="politi").values()) == {"politi"}
    assert groups(view, target="politi", sector=Sector.YOUTH) == {}


def test_a_competence_is_grouped_by_own_deputys_and_broader_matches() -> None:
    view = kystby_with(
        changed={
            "release": {"competences": frozenset({Competence.SSP_INDIVIDUAL})},
            "bo": {"competences": frozenset({Competence.SSP_INDIVIDUAL})},
            "intake": {"competences": frozenset({BROADER})},
        }
    )
    terms = {"competence": Competence.SSP_INDIVIDUAL.number, "area": "kystby"}
    assert groups_in_order(view, **terms) == [
        (FitGroup.ITSELF, ["release"]),
        (FitGroup.BY_DEPUTY, ["ssp-post"]),
        (FitGroup.BROADER, ["intake"]),
    ]


BROADER: Final = next(
    one for one in Competence if Competence.SSP_INDIVIDUAL.number.startswith(f"{one.number}.")
)


def test_abilities_must_all_match_and_one_met_by_a_deputy_counts_as_by_deputy() -> None:
    view = kystby_with(
        detail("mail", Channel.SECURE_EMAIL), tie(ReachedBy, "ssp-post", "mail"),
        changed={"bo": {"languages": frozenset({"so"})}, "carl": {"languages": frozenset({"so"})}},
    )  # fmt: skip
    terms: dict[str, Any] = {"language": "so", "channel": Channel.SECURE_EMAIL, "area": "kystby"}
    assert groups(view, **terms) == {FitGroup.BY_DEPUTY: ["ssp-post"]}


def test_a_named_post_or_person_also_lists_the_posts_that_stand_in() -> None:
    view = kystby_with(tie(DeputizesFor, "ihd", "ssp-post", order=2))
    for target in ("ssp-post", "amina"):
        assert groups_in_order(view, target=target) == [
            (FitGroup.NAMED, ["ssp-post"]),
            (FitGroup.STANDS_IN, ["duty", "ihd"]),
        ]
    assert through(view, target="ssp-post") == {"duty": "ssp-post", "ihd": "ssp-post"}


def test_a_target_person_means_their_posts_and_a_civilian_or_association_itself() -> None:
    view = kystby_with(tie(Holds, "carl", "release"), caller=caller_of_outreach())
    assert groups(view, target="carl")[FitGroup.NAMED] == ["ihd", "release"]
    assert groups(view, target="jens") == {FitGroup.NAMED: ["jens"]}
    assert groups(view, target="vindrosen") == {FitGroup.NAMED: ["vindrosen"]}


def caller_of_outreach() -> Caller:
    return caller_of(Role.COORDINATOR, Role.OUTREACH, areas=("dk",), posts=("outreach",))


def test_a_post_is_listed_only_in_the_first_class_that_it_fits() -> None:
    both = (coordinates("intake", "ssp"), tie(EntryPointFor, "intake", "kystby", order=1))
    view = kystby_with(*both)
    by_network = groups(view, network=SSP, area="kystby")
    assert by_network == {FitGroup.COORDINATOR: ["intake", "ssp-post"]}
    by_place = groups(view, area="kystby")
    assert by_place[FitGroup.ENTRY_POINT] == ["intake"]
    assert "intake" not in by_place[FitGroup.EXACT]


def test_further_criteria_narrow_every_class() -> None:
    view = ssp_with_others()
    in_police = groups_in_order(view, network=SSP, area="kystby", sector=Sector.POLICE)
    assert in_police == [(FitGroup.COORDINATOR_ABOVE, ["sspp"]), (FitGroup.MEMBER_ABOVE, ["ihd"])]
    by_mobile = groups(view, network=SSP, area="kystby", channel=Channel.MOBILE)
    assert by_mobile == {FitGroup.COORDINATOR: ["ssp-post"]}  # of the deputy


def test_every_fit_group_occurs_in_the_example_needs() -> None:
    """Fails if this file lacks a test for a group."""
    view = ssp_with_others()
    met = {fit_class.rule.who for terms in (
        {"network": SSP, "area": "kystby"}, {"network": SSP}, {"target": "ssp"},
        {"trigger": Trigger.MOVE}, {"area": "kystby"}, {"target": "politi"},
        {"area": "kystby", "language": "so"}, {"target": "duty"},
    ) for fit_class in classes(view, **terms)}  # fmt: skip
    assert met == set(FitGroup)


CODES: Final = [one.id.removeprefix("mun-") for one in demo.GROUND.municipalities]
ASKED: Final = {
    "ssp": frozenset({NetworkKind.SSP}),
    "psp": frozenset({NetworkKind.PSP_OPERATIONAL}),
    "ksp": frozenset({NetworkKind.KSP}),
    "infohus": frozenset({NetworkKind.INFOHOUSE_MUNICIPALITY}),
}


@pytest.mark.parametrize("name", ASKED)
def test_in_each_of_98_municipalities_the_first_class_is_its_own_coordinators(name: str) -> None:
    view = demo.view_of()
    assert len(CODES) == 98
    for code in CODES:
        place = view.row(f"mun-{code}")
        first = classes(view, network=ASKED[name], area=f"mun-{code}")[0]
        assert first.rows, code
        for row in first.rows:
            assert view.value(row, "tier") is Tier.MUNICIPAL
            kinds = {
                view.value(network, "kind")
                for network in view.targets(row, LinkType.COORDINATES)
                if place in view.targets(network, LinkType.COVERS)
            }
            assert kinds & ASKED[name], (code, view.id(row))


def test_in_the_demo_posts_of_thisted_fit_needs_in_thisted() -> None:
    view = demo.view_of()
    by_group = groups(view, network=ASKED["ssp"], area="mun-0787")
    assert by_group[FitGroup.COORDINATOR] == ["act-ssp-0787"]
    assert by_group[FitGroup.COORDINATOR_ABOVE] == ["act-sspp-1462"]
    assert "act-rel-0787" in groups(view, trigger=Trigger.RELEASE, area="mun-0787")[
        FitGroup.FIRST_KIND
    ]  # fmt: skip
    entries = groups(view, area="mun-0787", sector=Sector.SOCIAL_SERVICES)[FitGroup.ENTRY_POINT]
    assert "act-ihm-0787" in entries


def test_without_a_place_the_twelve_districts_coordinate_the_info_houses() -> None:
    view = demo.view_of()
    posts = groups(view, network=INFOHOUSES)[FitGroup.TOP_COORDINATOR]
    tiers = {view.value(view.row(post_id), "tier") for post_id in posts}
    assert (len(posts), tiers) == (12, {Tier.DISTRICT})


def test_a_demo_need_for_a_mentor_matches_only_mentors() -> None:
    view = demo.view_of()
    terms: dict[str, Any] = {"competence": "15.20.36", "language": "so", "area": "mun-0740"}
    fit = classes(view, within_km=60, **terms)
    assert {view.value(row, "kind") for fit_class in fit for row in fit_class.rows} == {
        PostKind.MENTOR
    }
    assert view.value(view.row("mun-0740"), "kind") is AreaKind.MUNICIPALITY
    assert all(view.label(row) is Label.ACTOR for fit_class in fit for row in fit_class.rows)

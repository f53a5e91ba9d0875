"""Networks, their coordinators and members, and the memberships that end in 2027."""

from collections import Counter

from graph.model import Coordinates, Covers, LiesIn, MemberOf, Network
from graph.vocabulary import Attendance, CoordinationFunction, Tier
from tests.seed.real_structure import NODES, REFORM, TODAY, kind, kinds, links, nodes, targets, tier


def test_each_kind_of_network_has_the_expected_count() -> None:
    municipal = ("SSP", "PSP_OPERATIONAL", "KSP", "INFOHOUSE_MUNICIPALITY", "LOCAL_COUNCIL")
    district = ("INFOHOUSE_NETWORK", "PSP_STEERING", "DISTRICT_COUNCIL")
    national = ("NATIONAL_COORDINATION", "INFOHOUSE_STEERING", "MENTOR_CORPS")
    assert kinds(Network) == (
        dict.fromkeys(municipal, 98) | dict.fromkeys(district, 12) | dict.fromkeys(national, 1)
    )


def test_each_network_covers_exactly_one_area() -> None:
    covered = Counter(link.source_id for link in links(Covers) if link.source_id in NODES)
    assert {covered[network.id] for network in nodes(Network)} == {1}


def test_coordination_is_two_per_ssp_psp_ksp_and_info_house_and_one_elsewhere() -> None:
    twice = ("SSP", "PSP_OPERATIONAL", "KSP", "INFOHOUSE_MUNICIPALITY")
    assert targets(Coordinates) == dict.fromkeys(twice, 196) | {
        "LOCAL_COUNCIL": 98,
        "INFOHOUSE_NETWORK": 12, "PSP_STEERING": 12, "DISTRICT_COUNCIL": 12,
        "NATIONAL_COORDINATION": 1, "INFOHOUSE_STEERING": 1, "MENTOR_CORPS": 1,
    }  # fmt: skip


def test_every_network_is_coordinated_and_none_has_two_chairs() -> None:
    for on in (TODAY, REFORM):
        coordinated = {link.target_id for link in links(Coordinates, on)}
        assert coordinated == {network.id for network in nodes(Network)}
    chairs = Counter(
        link.target_id for link in links(Coordinates) if link.function is CoordinationFunction.CHAIR
    )
    assert max(chairs.values(), default=0) <= 1


def test_each_kind_of_network_has_the_expected_number_of_members() -> None:
    assert targets(MemberOf) == {
        "SSP": 294, "PSP_OPERATIONAL": 196, "PSP_STEERING": 124, "KSP": 196,
        "INFOHOUSE_MUNICIPALITY": 588, "INFOHOUSE_NETWORK": 222, "LOCAL_COUNCIL": 196,
        "NATIONAL_COORDINATION": 6, "INFOHOUSE_STEERING": 3,
    }  # fmt: skip


def test_an_info_house_has_two_standing_members_and_four_by_need() -> None:
    attendance = Counter(
        (link.target_id, link.attendance)
        for link in links(MemberOf)
        if kind(link.target_id) == "INFOHOUSE_MUNICIPALITY"
    )
    assert len(attendance) == 2 * 98
    assert all(
        count == (2 if how is Attendance.STANDING else 4)
        for (_house, how), count in attendance.items()
    )


def test_the_center_for_prevention_meets_the_advisers_in_the_coordination_group() -> None:
    group = "net-koordinationsgruppen"
    members = {link.source_id for link in links(MemberOf) if link.target_id == group}
    coordinators = {link.source_id for link in links(Coordinates) if link.target_id == group}
    assert {"act-pet-capacity", "act-kl", "act-regioner"} <= members
    assert coordinators == {"act-cde-1"}


def test_member_and_coordinator_links_have_the_gate_and_levels_of_their_network() -> None:
    for link in (*links(MemberOf), *links(Coordinates)):
        network = NODES[link.target_id]
        assert isinstance(network, Network)
        assert (link.gate, link.levels) == (network.gate, network.levels)


def test_exactly_100_memberships_end_on_1_january_2027() -> None:
    ended = [link for link in links(MemberOf) if link.valid_to is not None]
    assert {link.valid_to for link in ended} == {REFORM}
    assert Counter(kind(link.target_id) for link in ended) == {
        "PSP_OPERATIONAL": 44, "INFOHOUSE_MUNICIPALITY": 44,
        "PSP_STEERING": 6, "INFOHOUSE_NETWORK": 6,
    }  # fmt: skip
    assert {link.source_id for link in ended} == {"act-psy-01", "act-psy-11"}


def test_in_region_oestdanmark_only_egedal_and_bornholm_have_psychiatric_contacts() -> None:
    eastern = {link.source_id for link in links(LiesIn) if link.target_id == "reg-oestdanmark"}
    contacts = {
        link.target_id.replace("net-ihk-", "mun-"): link.source_id
        for link in links(MemberOf, REFORM)
        if link.target_id.startswith("net-ihk-") and tier(link.source_id) is Tier.REGIONAL
    }
    assert {area: post for area, post in contacts.items() if area in eastern} == {
        "mun-0240": "act-psy-03",
        "mun-0400": "act-psy-04",
    }


def test_89_municipalities_fall_back_on_the_regional_organization() -> None:
    members = Counter(
        kind(link.source_id)
        for link in links(MemberOf)
        if link.target_id.startswith("net-pspo-") and tier(link.source_id) is Tier.REGIONAL
    )
    assert members == {"PSP_COORDINATOR_PSYCHIATRY": 89, "PSYCHIATRY_CONTACT": 9}


def test_kif_naestved_and_haderslev_are_the_probation_members_of_their_own_ksp() -> None:
    probation = {
        link.target_id: link.source_id
        for link in links(MemberOf)
        if link.target_id.startswith("net-ksp-") and kind(link.source_id) == "PROBATION_CONTACT"
    }
    assert probation.pop("net-ksp-0370") == "act-kf-08"
    assert probation.pop("net-ksp-0510") == "act-kf-09"
    assert set(probation.values()) == {f"act-kf-{code}" for code in range(1460, 1472)}


def test_ssp_on_laesoe_has_the_seats_of_ssp_school_info_house_and_release() -> None:
    seats = {
        link.source_id
        for link in (*links(MemberOf), *links(Coordinates))
        if link.target_id == "net-ssp-0825" and link.source_id.endswith("-0825")
    }
    assert seats == {"act-ssp-0825", "act-school-0825", "act-ihm-0825", "act-rel-0825"}

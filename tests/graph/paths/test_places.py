from datetime import date
from typing import Any

import pytest

from graph.access.view import View
from graph.errors import InvalidNeed, NotFound
from graph.model import Covers, SucceededBy
from graph.paths.places import kilometers
from graph.vocabulary import AreaKind, NetworkKind, PostKind, Sector, Trigger
from tests.graph.paths.additions import (
    answer_of,
    area,
    ends_of,
    kystby_with,
    person,
    post,
    targets_of,
    tie,
)

SSP = frozenset({NetworkKind.SSP})


def psychiatry() -> tuple[Any, ...]:
    return (
        post("psyk", PostKind.PSYCHIATRY_CONTACT, Sector.PSYCHIATRY),
        tie(Covers, "psyk", "reg-syd"),
        post("cde", PostKind.CDE_ADVISER, Sector.SOCIAL_SERVICES),
        tie(Covers, "cde", "dk"),
    )


def test_the_first_fallback_level_with_a_target_is_used() -> None:
    view = kystby_with(*psychiatry())
    for terms, targets, fallback_level in [
        ({"sector": Sector.YOUTH}, ["ssp-post"], 0),
        ({"sector": Sector.POLICE}, ["duty", "ihd"], 1),
        ({"sector": Sector.PSYCHIATRY}, ["psyk"], 1),
        ({"trigger": Trigger.KNOWLEDGE}, ["ihd"], 1),
        ({"target": "cde"}, ["cde"], 2),
        ({"sector": Sector.HOUSING}, [], 0),
    ]:
        assert targets_of(view, area="kystby", **terms) == targets
        assert ends_of(view, area="kystby", **terms).fallback_level == fallback_level


def test_each_sector_looks_up_its_own_hierarchy_only() -> None:
    view = kystby_with(
        post("by-region", PostKind.PSYCHIATRY_CONTACT, Sector.PSYCHIATRY),
        tie(Covers, "by-region", "reg-syd"),
        post("by-district", PostKind.PSYCHIATRY_CONTACT, Sector.PSYCHIATRY),
        tie(Covers, "by-district", "pol-ost"),
        post("police-by-region", PostKind.SSP_COORDINATOR_POLICE, Sector.POLICE),
        tie(Covers, "police-by-region", "reg-syd"),
    )
    assert targets_of(view, area="kystby", sector=Sector.PSYCHIATRY) == ["by-region"]
    assert targets_of(view, area="kystby", sector=Sector.POLICE) == ["duty", "ihd"]


def test_a_community_falls_back_to_its_municipality() -> None:
    view = kystby_with()
    assert targets_of(view, area="havnen") == ["outreach"]
    assert targets_of(view, area="havnen", network=SSP) == ["ssp-post"]
    assert ends_of(view, area="havnen", network=SSP).fallback_level == 1


def view_with_merger(ends_on: date) -> View:
    return kystby_with(
        area("storby", AreaKind.MUNICIPALITY, valid_from=ends_on),
        post("stor-ssp", PostKind.SSP_COORDINATOR, Sector.YOUTH, valid_from=ends_on),
        tie(Covers, "stor-ssp", "storby", valid_from=ends_on),
        tie(SucceededBy, "nabo", "storby", valid_from=ends_on),
        tie(SucceededBy, "nabo-ssp", "stor-ssp", valid_from=ends_on),
        changed={"nabo": {"valid_to": ends_on}, "nabo-ssp": {"valid_to": ends_on}},
    )


def test_an_ended_target_is_replaced_by_its_successor() -> None:
    view = view_with_merger(date(2026, 11, 1))
    assert targets_of(view, target="nabo-ssp") == ["stor-ssp"]
    assert targets_of(view, area="nabo") == ["stor-ssp"]
    assert answer_of(view, start="ihd", target="nabo-ssp").target is not None


def test_a_target_is_not_replaced_by_its_successor_before_it_ends() -> None:
    assert targets_of(view_with_merger(date(2026, 11, 26)), target="nabo-ssp") == ["nabo-ssp"]


def test_an_ended_person_is_not_replaced_by_a_successor() -> None:
    view = kystby_with(
        person("frida"),
        tie(SucceededBy, "erik", "frida", valid_from=date(2026, 11, 1)),
        changed={"erik": {"valid_to": date(2026, 11, 1)}},
    )
    with pytest.raises(NotFound):
        ends_of(view, target="erik")


def area_centers(**centers: tuple[float, float]) -> dict[str, dict[str, Any]]:
    return {name: {"lat": lat, "lon": lon} for name, (lat, lon) in centers.items()}


def test_a_distance_counts_between_centers_of_areas() -> None:
    view = kystby_with(changed=area_centers(kystby=(56.0, 10.0), nabo=(56.3, 10.0)))
    assert targets_of(view, area="kystby", sector=Sector.YOUTH, within_km=33) == [
        "outreach", "ssp-post",
    ]  # fmt: skip
    assert "nabo-ssp" in targets_of(view, area="kystby", sector=Sector.YOUTH, within_km=34)
    assert "nabo-ssp" in targets_of(view, start="ssp-post", sector=Sector.YOUTH, within_km=34)
    assert "nabo-ssp" not in targets_of(view, from_area="kystby", sector=Sector.YOUTH, within_km=33)


def test_a_distance_from_a_place_without_a_center_is_refused() -> None:
    with pytest.raises(InvalidNeed, match="within_km"):
        ends_of(kystby_with(), area="kystby", within_km=60)


def test_a_degree_of_latitude_is_111_kilometers() -> None:
    assert kilometers((55.0, 10.0), (56.0, 10.0)) == pytest.approx(111.195, abs=0.001)

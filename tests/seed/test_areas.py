"""Denmark's areas, and their changes on 1 January 2027."""

from collections import Counter, defaultdict
from datetime import date

import pytest

from graph.model import Area, LiesIn
from graph.vocabulary import Confidence
from tests.seed.real_structure import (
    LAST_DAY_OF_FIVE_REGIONS,
    NODES,
    REFORM,
    TODAY,
    kind,
    kinds,
    links,
    pairs,
)


def test_areas_are_a_country_98_municipalities_12_districts_and_6_regions() -> None:
    assert kinds(Area) == {"COUNTRY": 1, "MUNICIPALITY": 98, "POLICE_DISTRICT": 12, "REGION": 6}


def test_areas_lie_in_two_hierarchies_and_48_such_links_end_with_the_reform() -> None:
    assert pairs(LiesIn) == {
        ("MUNICIPALITY", "POLICE_DISTRICT"): 98,
        ("MUNICIPALITY", "REGION"): 98 + 46,
        ("POLICE_DISTRICT", "COUNTRY"): 12,
        ("REGION", "COUNTRY"): 6,
    }
    ended = Counter(kind(link.source_id) for link in links(LiesIn) if link.valid_to == REFORM)
    assert ended == {"MUNICIPALITY": 46, "REGION": 2}
    assert sum(link.target_id == "reg-oestdanmark" for link in links(LiesIn)) == 46


@pytest.mark.parametrize("on", [TODAY, LAST_DAY_OF_FIVE_REGIONS, REFORM])
def test_a_municipality_lies_in_one_district_and_one_region_on_a_date(on: date) -> None:
    parents = Counter((link.source_id, kind(link.target_id)) for link in links(LiesIn, on))
    of_municipalities = {key: n for key, n in parents.items() if key[0].startswith("mun-")}
    assert len(of_municipalities) == 2 * 98
    assert set(of_municipalities.values()) == {1}


def test_districts_and_regions_make_14_pairs_because_they_do_not_nest() -> None:
    parents: defaultdict[str, dict[str, str]] = defaultdict(dict)
    for link in links(LiesIn, TODAY):
        if link.source_id.startswith("mun-"):
            parents[link.source_id][kind(link.target_id)] = link.target_id
    pairs_found = {(each["POLICE_DISTRICT"], each["REGION"]) for each in parents.values()}
    assert len(pairs_found) == 14
    regions = Counter(district for district, _ in pairs_found)
    assert {district for district, n in regions.items() if n == 2} == {"pol-1462", "pol-1463"}


def test_seven_municipalities_have_a_partly_confirmed_parent_area() -> None:
    partly = [
        NODES[link.source_id] for link in links(LiesIn) if link.confidence is Confidence.PARTLY
    ]
    names = {area.name for area in partly if isinstance(area, Area)}
    assert names == {
        "Brøndby", "Glostrup", "Hvidovre", "Vallensbæk", "Faxe", "Lejre", "Bornholm"
    }  # fmt: skip
    assert len(partly) == 7


def test_the_population_sums_to_the_country_s_of_1_january_2021() -> None:
    country = NODES["dk"]
    assert isinstance(country, Area)
    assert (country.population, country.population_on) == (5_839_955, date(2021, 1, 1))

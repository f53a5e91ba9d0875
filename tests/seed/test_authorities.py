"""Authorities, their parents, their coverage and their successors."""

from collections import Counter
from datetime import date

import pytest

from graph.model import Authority, Covers, EntryPointFor, PartOf, SucceededBy
from graph.vocabulary import Confidence
from tests.seed.real_structure import (
    LAST_DAY_OF_FIVE_REGIONS,
    NODES,
    REFORM,
    TODAY,
    kind,
    kinds,
    links,
    nodes,
    pairs,
)


def test_each_kind_of_authority_has_the_expected_count() -> None:
    assert kinds(Authority) == {
        "MINISTRY": 3,
        "AGENCY": 7,  # PET, Rigspolitiet, Udlændingestyrelsen, SIRI, two of social, a directorate
        "UNIT": 16,  # 12 sections, PET's center, CDE and its unit, NCFE
        "ASSOCIATION_OF_AUTHORITIES": 2,
        "PROBATION_AREA": 6,
        "PROBATION_DEPARTMENT": 2,
        "POLICE_DISTRICT": 12,
        "MUNICIPALITY": 98,
        "REGION": 6,
        "PSYCHIATRIC_ORGANIZATION": 5,
        "PSYCHIATRIC_UNIT": 22,
    }


def test_71_authorities_and_98_info_houses_are_part_of_another() -> None:
    between_networks = Counter({("INFOHOUSE_MUNICIPALITY", "INFOHOUSE_NETWORK"): 98})
    between_authorities = pairs(PartOf) - between_networks
    assert (pairs(PartOf) & between_networks).total() == 98
    assert between_authorities.total() == 71
    assert between_authorities["PSYCHIATRIC_ORGANIZATION", "REGION"] == 5 + 2
    assert between_authorities["PSYCHIATRIC_UNIT", "PSYCHIATRIC_ORGANIZATION"] == 22


@pytest.mark.parametrize("on", [TODAY, REFORM])
def test_no_element_is_part_of_two_bodies_on_a_date(on: date) -> None:
    assert set(Counter(link.source_id for link in links(PartOf, on)).values()) == {1}


def test_networks_authorities_and_posts_cover_788_areas() -> None:
    labels = Counter(NODES[link.source_id].label.value for link in links(Covers))
    assert labels == {"Network": 529, "Authority": 149, "Actor": 110}
    authorities = [link.source_id for link in links(Covers) if link.source_id.startswith("aut-")]
    assert Counter(kind(authority) for authority in authorities) == {
        "MUNICIPALITY": 98,
        "POLICE_DISTRICT": 12,
        "UNIT": 12 + 2,  # sections; PET's center and CDE
        "REGION": 6,
        "AGENCY": 3,  # Rigspolitiet, the directorate, Social- og Boligstyrelsen
        "PSYCHIATRIC_ORGANIZATION": 5,
        "PSYCHIATRIC_UNIT": 9,
        "PROBATION_DEPARTMENT": 2,
    }
    assert sum(link.target_id == "dk" for link in links(Covers)) == 5 + 3
    posts = Counter(kind(link.source_id) for link in links(Covers) if "act-" in link.source_id)
    assert posts == {"INFOHOUSE_COORDINATOR_POLICE": 98, "PROBATION_CONTACT": 12}


def test_areas_covered_by_probation_are_unconfirmed() -> None:
    unsure = [link for link in links(Covers) if link.confidence is Confidence.UNCONFIRMED]
    assert len(unsure) == 12 + 2
    assert all("-kf-" in link.source_id for link in unsure)


def test_psychiatric_confidence_is_23_confirmed_3_partly_1_unconfirmed() -> None:
    bodies = [body for body in nodes(Authority) if body.id.startswith("aut-psy-")]
    assert Counter(body.confidence for body in bodies) == {
        Confidence.CONFIRMED: 23, Confidence.PARTLY: 3, Confidence.UNCONFIRMED: 1,
    }  # fmt: skip


def test_unconfirmed_english_names_and_seats_are_left_out() -> None:
    police = [body for body in nodes(Authority) if body.id.startswith("aut-pol-")]
    assert sum(body.name_en is None for body in police) == 3
    assert sum(body.seat is None for body in police) == 2
    regions = [body for body in nodes(Authority) if body.id.startswith("aut-reg-")]
    assert sum(body.seat is None for body in regions) == 4


def test_each_successor_begins_where_the_old_one_ends() -> None:
    assert {(link.source_id, link.target_id) for link in links(SucceededBy)} == {
        ("reg-1084", "reg-oestdanmark"), ("reg-1085", "reg-oestdanmark"),
        ("aut-reg-1084", "aut-reg-oestdanmark"), ("aut-reg-1085", "aut-reg-oestdanmark"),
        ("aut-ncfe", "aut-cde"), ("aut-socialstyrelsen", "aut-sbst"),
    }  # fmt: skip
    for link in links(SucceededBy):
        old, new = NODES[link.source_id], NODES[link.target_id]
        assert old.valid_to == new.valid_from is not None


def test_the_two_eastern_organizations_lose_region_area_and_entry_on_1_january_2027() -> None:
    for body in ("psy-01", "psy-11"):
        before, after = (
            {link.target_id for link in links(PartOf, on) if link.source_id == f"aut-{body}"}
            for on in (LAST_DAY_OF_FIVE_REGIONS, REFORM)
        )
        assert before < {"aut-reg-1084", "aut-reg-1085"}
        assert after == {"aut-reg-oestdanmark"}
        assert not [link for link in links(Covers, REFORM) if link.source_id == f"aut-{body}"]
        entries = links(EntryPointFor, REFORM)
        assert not [link for link in entries if link.source_id == f"act-{body}"]

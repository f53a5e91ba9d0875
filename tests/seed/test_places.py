"""The other names of municipalities: each has postcodes, and every name is of an existing one."""

import re
from collections import Counter

from graph.model import Area
from seed.structure.sources import PlaceKind, read_denmark
from tests.seed.real_structure import NODES

DENMARK = read_denmark()
CODES = {one.code for one in DENMARK.municipalities}


def names_of(code: str) -> frozenset[str]:
    area = NODES[f"mun-{code}"]
    assert isinstance(area, Area)
    return area.aliases


def test_every_place_has_existing_municipalities() -> None:
    for place in DENMARK.places:
        assert place.municipalities
        assert set(place.municipalities) <= CODES, place


def test_no_place_is_named_twice() -> None:
    assert [
        name for name, n in Counter(place.name for place in DENMARK.places).items() if n > 1
    ] == []
    for place in DENMARK.places:
        assert list(place.municipalities) == sorted(set(place.municipalities)), place


def test_every_municipality_has_a_postcode() -> None:
    coded = [place for place in DENMARK.places if place.kind is PlaceKind.POSTCODE]
    assert {code for place in coded for code in place.municipalities} == CODES
    assert len(coded) == 1069


def test_postcodes_and_only_they_are_four_digits_and_a_town() -> None:
    for place in DENMARK.places:
        is_code = re.fullmatch(r"\d{4} \D+", place.name) is not None
        assert is_code is (place.kind is PlaceKind.POSTCODE), place
        assert is_code or not re.search(r"\d", place.name), place


def test_the_names_are_aliases_of_the_areas() -> None:
    assert {"3700 Rønne", "Rønne", "Hasle"} <= names_of("0400")
    assert {"7700 Thisted", "7730 Hanstholm", "Sydthy"} <= names_of("0787")
    assert {"2200 København N", "Nørrebro", "Copenhagen", "Kbh"} <= names_of("0101")
    assert "Vollsmose" in names_of("0461")
    assert "Mjølnerparken" in names_of("0101")
    assert "Enner Mark" in names_of("0615")
    for municipality in DENMARK.municipalities:
        assert names_of(municipality.code)
        assert municipality.name not in names_of(municipality.code)


def test_a_postcode_may_lie_in_several_municipalities() -> None:
    assert "4000 Roskilde" in names_of("0265") & names_of("0350")
    assert "8000 Aarhus C" not in names_of("0740")

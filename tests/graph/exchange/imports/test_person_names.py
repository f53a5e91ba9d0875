"""Names of persons as offices write them, and what is taken for no name."""

import pytest

from graph.exchange.imports import ImportRule
from graph.exchange.imports.person_names import NameFault, deputy_name, deputy_parts, person_name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Mette Bæk", "Mette Bæk"),
        ("Bæk, Mette", "Mette Bæk"),
        ("Rugvang Bæk, Mette", "Mette Rugvang Bæk"),
        ("Bæk, Mette Marie", "Mette Marie Bæk"),
        ("Mette Bæk,", "Mette Bæk"),
        ("mette bæk", "mette bæk"),
        ("BÆK, METTE", "METTE BÆK"),
        ("Jan van der Berg", "Jan van der Berg"),
        ("Anne-Marie d'Angelo", "Anne-Marie d'Angelo"),
        ("Olga Ogsen", "Olga Ogsen"),
        ("M. R. Bæk", "M. R. Bæk"),
    ],
)
def test_the_name_of_a_cell(text: str, name: str) -> None:
    assert person_name(text) == name


@pytest.mark.parametrize(
    "text",
    ["Mette Bæk\nOle Dam", "Mette Bæk og Ole Dam", "Mette Bæk / Ole Dam", "Mette Bæk & Ole Dam",
     "Mette Bæk + Ole Dam", "Mette Bæk; Ole Dam", "Mette Bæk and Ole Dam", "Mette Bæk, Ole Dam",
     "Mette Bæk, Ole Dam, Ida Kær"],
)  # fmt: skip
def test_several_persons_in_a_cell_are_refused(text: str) -> None:
    with pytest.raises(NameFault) as refused:
        person_name(text)
    assert refused.value.rule is ImportRule.ONE_NAME


@pytest.mark.parametrize(
    "text",
    ["Mette Bæk, konsulent", "Mette Bæk, Konsulent", "Mette Bæk, SSP", "Mette Bæk, SSP-konsulent",
     "Mette Bæk, Afdelingsleder", "Mette Bæk, socialfaglig konsulent", "Mette Bæk orlov",
     "Bæk, Mette, konsulent", "Mette Bæk, ph.d.", "SSP-koordinator", "Fælles postkasse"],
)  # fmt: skip
def test_what_is_more_than_a_name_is_refused(text: str) -> None:
    with pytest.raises(NameFault) as refused:
        person_name(text)
    assert refused.value.rule is ImportRule.NAME_ONLY


@pytest.mark.parametrize(
    "text",
    ["Ole Dam\nIda Kær", "Ole Dam, Ida Kær", "Ole Dam & Ida Kær", "Ole Dam + Ida Kær",
     "Ole Dam/Ida Kær", "Ole Dam; Ida Kær", "Ole Dam og Ida Kær", "Dam, Ole; Kær, Ida"],
)  # fmt: skip
def test_each_deputy_of_a_cell_is_a_person(text: str) -> None:
    assert [deputy_name(part) for part in deputy_parts(text)] == ["Ole Dam", "Ida Kær"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Ole", ImportRule.UNKNOWN_PERSON),
        ("Ole Dam, Ida", ImportRule.UNKNOWN_PERSON),
        ("Ole Dam, SSP konsulent", ImportRule.NAME_ONLY),
        ("Ole Dam, konsulent", ImportRule.NAME_ONLY),
        ("Ole\nDam", ImportRule.UNKNOWN_PERSON),
    ],
)
def test_a_deputy_without_a_full_name_is_refused(text: str, rule: ImportRule) -> None:
    with pytest.raises(NameFault) as refused:
        [deputy_name(part) for part in deputy_parts(text)]
    assert refused.value.rule is rule

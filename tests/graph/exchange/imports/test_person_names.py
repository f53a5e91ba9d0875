"""Names of persons as offices write them, and what is taken for no name."""

import pytest

from graph.exchange.imports import ImportRule
from graph.exchange.imports.person_names import (
    deputy_name,
    deputy_parts,
    is_nobody,
    person_name,
)
from graph.exchange.imports.values import ValueFault


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
        ("Jens Dam jr.", "Jens Dam jr."),
    ],
)
def test_a_name_cell_is_read_with_the_first_name_first(text: str, name: str) -> None:
    assert person_name(text) == name


@pytest.mark.parametrize(
    "text",
    ["Mette Bæk\nOle Dam", "Mette Bæk og Ole Dam", "Mette Bæk / Ole Dam", "Mette Bæk & Ole Dam",
     "Mette Bæk + Ole Dam", "Mette Bæk; Ole Dam", "Mette Bæk and Ole Dam", "Mette Bæk, Ole Dam",
     "Mette Bæk, Ole Dam, Ida Kær"],
)  # fmt: skip
def test_several_persons_in_a_cell_are_refused(text: str) -> None:
    with pytest.raises(ValueFault) as refused:
        person_name(text)
    assert refused.value.rule is ImportRule.ONE_NAME


@pytest.mark.parametrize(
    "text",
    ["Mette Bæk, konsulent", "Mette Bæk, Konsulent", "Mette Bæk, SSP", "Mette Bæk, SSP-konsulent",
     "Mette Bæk, Afdelingsleder", "Mette Bæk, socialfaglig konsulent", "Mette Bæk orlov",
     "Mette Bæk (orlov)", "Mette Bæk 2", "Mette Bæk - orlov", "Mette Bæk *", "Orlov: Mette Bæk",
     "Bæk, Mette, konsulent", "Mette Bæk, ph.d.", "SSP-koordinator", "Fælles postkasse",
     "Konsulent Mette Bæk", "SSP-konsulent Mette Bæk", "Barselsvikar Ida Kær",
     "Mette Bæk, MPA", "Ny kollega Mette Bæk", "Stillingen varetages af Mette Bæk"],
)  # fmt: skip
def test_a_name_cell_with_other_words_is_refused(text: str) -> None:
    with pytest.raises(ValueFault) as refused:
        person_name(text)
    assert refused.value.rule is ImportRule.NAME_ONLY


@pytest.mark.parametrize(
    "text",
    ["Ole Dam\nIda Kær", "Ole Dam, Ida Kær", "Ole Dam & Ida Kær", "Ole Dam + Ida Kær",
     "Ole Dam/Ida Kær", "Ole Dam; Ida Kær", "Ole Dam og Ida Kær", "Dam, Ole; Kær, Ida"],
)  # fmt: skip
def test_a_deputy_cell_is_split_into_persons(text: str) -> None:
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
    with pytest.raises(ValueFault) as refused:
        [deputy_name(part) for part in deputy_parts(text)]
    assert refused.value.rule is rule


@pytest.mark.parametrize(
    "text",
    ["", "-", "Vakant", "Vakant pr. 1.8", "VAKANT (tidl. Mette Bæk)", "Ikke besat", "Ledig",
     "Ledig stilling", "Under ansættelse", "Under besættelse", "Under rekruttering",
     "Afventer ansættelse", "Stillingen er opslået", "Stilling ledig",
     "Stilling under besættelse", "P.t. ubesat",
     "Endnu ikke besat", "Opslået", "Ny medarbejder fra 1/9", "N.N.", "NN", "N. N. pr. 1. august",
     "N.N. (starter 1.8)", "TBA", "TBA from May", "To be appointed", "Vacant", "Vacant since May",
     "Not yet filled", "Position vacant", "Vakant\n05 12 34 78"],
)  # fmt: skip
def test_a_text_for_a_vacant_post_is_recognized(text: str) -> None:
    assert is_nobody(text)


@pytest.mark.parametrize(
    "text",
    ["Mette Bæk", "Stilling, Anders", "Anders Stilling", "Na Li", "N. N. Bæk", "Nanna Ny",
     "Ingeborg Ledager", "Underwood Smith", "To Be Nguyen", "Vakil Noori",
     "Ny medarbejder: Mette Bæk", "Ikke Mette Bæk, men Ole Dam", "Na, Per"],
)  # fmt: skip
def test_a_persons_name_is_not_taken_for_a_vacancy(text: str) -> None:
    assert not is_nobody(text)

"""What each area is told by: figure, shade, order and legend, from an answer made by hand."""

from datetime import date
from typing import Any, get_args

import pytest

from api.schemas.coverage import CoverageMap, MapRow
from api.schemas.words import AreaKind, MapLack, MapMeasure
from explorer.views.coverage_map.area_rows import (
    SHADES,
    AreaRow,
    is_lowest_first,
    legend,
    nothing_amiss,
    ordered,
    rows,
)

LACKS = {"NO_PATH": "Ingen kontaktvej", "NO_SUCH_DUTY": "Gælder ingen", "NOT_TOLD": "Vises ikke"}
STATES = {"VACANT": "Ubesat", "STALE": "Bør kontrolleres", "HELD": "Besat"}


def told(
    measure: MapMeasure, *areas: dict[str, Any], by: AreaKind = "MUNICIPALITY"
) -> tuple[AreaRow, ...]:
    """The rows of areas named as told, the rest blank."""
    made = tuple(_made(place, one) for place, one in enumerate(areas, start=101))
    answer = CoverageMap(
        measure=measure, by=by, on=date(2026, 11, 25), revision=1, rows=made, kinds=(), networks=()
    )
    return rows(answer, lacks=LACKS, states=STATES)


def _made(place: int, one: dict[str, Any]) -> MapRow:
    given = {field: value for field, value in one.items() if field != "name"}
    named = {"id": f"mun-0{place}", "name": one["name"]}
    blank: dict[str, Any] = {"area": named, "codes": (f"0{place}",), "posts": 7, "states": {}}
    return MapRow.model_validate({**blank, **given})


def area(name: str, number: int | None = None, lack: MapLack | None = None, **more: Any) -> Any:
    return {"name": name, "number": number, "lack": lack, **more}


def test_areas_stand_by_name_as_danish_sorts_them() -> None:
    found = told("VACANT", *(area(name, 0, of=1) for name in ("Ærø", "Aabenraa", "Viborg", "Øx")))
    assert [one.name for one in found] == ["Viborg", "Ærø", "Øx", "Aabenraa"]


@pytest.mark.parametrize(
    ("measure", "number", "of", "figure"),
    [
        ("VERIFIED", 4, 7, "57 % (4 af 7)"),
        ("VACANT", 2, 6, "2 af 6"),
        ("HOPS", 1, None, "1 led"),
        ("OLDEST_HOP", 1, None, "1 dag"),
        ("OLDEST_HOP", 1042, None, "1.042 dage"),
        ("COST", 866_369, None, "42 % chance for svar"),
        ("CIVILIANS", 5, None, "mindst 5"),
        ("PLANS_DUE", 1, 2, "1 af 2"),
    ],
)
def test_a_number_is_said_as_its_measure_counts(
    measure: MapMeasure, number: int, of: int | None, figure: str
) -> None:
    (one,) = told(measure, area("Thisted", number, of=of))
    assert (one.figure, one.said) == (figure, f"Thisted: {figure}")


@pytest.mark.parametrize(
    ("measure", "number", "of", "shade"),
    [
        ("VERIFIED", 0, 7, 0),
        ("VERIFIED", 1, 5, 1),  # 20 % begins the second
        ("VERIFIED", 79, 100, 3),
        ("VERIFIED", 7, 7, 4),
        ("VACANT", 3, 9, 3),
        ("VACANT", 9, 9, 4),
        ("HOPS", 1, None, 0),
        ("HOPS", 8, None, 4),
        ("OLDEST_HOP", 183, None, 2),
        ("OLDEST_HOP", 184, None, 3),
        ("COST", 866_369, None, 2),  # 42 %
        ("COST", 2_000_000, None, 0),
        ("CIVILIANS", 5, None, 0),
        ("CIVILIANS", 10, None, 1),
    ],
)
def test_a_number_has_the_shade_whose_words_tell_it(
    measure: MapMeasure, number: int, of: int | None, shade: int
) -> None:
    (one,) = told(measure, area("Thisted", number, of=of))
    assert one.shade == shade


def test_a_district_has_more_posts_so_its_shades_are_wider() -> None:
    (one,) = told("VACANT", area("Fyn", 5, of=80), by="POLICE_DISTRICT")
    assert one.shade == 2
    assert [entry.words for entry in legend([one], "VACANT", "POLICE_DISTRICT")] == [
        "0", "1–2", "3–5", "6–10", "11 eller flere",
    ]  # fmt: skip


def test_without_a_number_the_reason_is_said_and_there_is_no_shade() -> None:
    (one,) = told("HOPS", area("Læsø", lack="NO_PATH"))
    assert (one.figure, one.size, one.shade) == ("Ingen kontaktvej", None, None)


def test_states_are_counted_in_words_but_not_those_that_are_in_order() -> None:
    (one,) = told("VACANT", area("Thisted", 1, of=6, states={"HELD": 6, "STALE": 2, "VACANT": 1}))
    assert one.states == "1 ubesat · 2 bør kontrolleres"


def names(found: tuple[AreaRow, ...], measure: MapMeasure) -> list[str]:
    return [one.name for one in ordered(found, measure)]


def test_most_amiss_comes_first_and_what_is_not_asked_of_comes_last() -> None:
    found = told("VACANT", area("A", 0, of=6), area("B", lack="NO_SUCH_DUTY"), area("C", 2, of=6))
    assert names(found, "VACANT") == ["C", "A", "B"]
    shares = told("VERIFIED", area("A", 6, of=6), area("B", 1, of=6))
    assert names(shares, "VERIFIED") == ["B", "A"]
    hops = told("HOPS", area("A", 2), area("B", lack="NO_PATH"))
    assert names(hops, "HOPS") == ["B", "A"]
    civil = told(
        "CIVILIANS", area("A", lack="NOT_TOLD"), area("B", 5), area("C", lack="NOT_TOLD", posts=13)
    )
    assert names(civil, "CIVILIANS") == ["C", "A", "B"]  # many posts, no civilian contact
    assert is_lowest_first("CIVILIANS")
    assert names(told("COST", area("A", 100_000), area("B", 900_000)), "COST") == ["B", "A"]
    assert is_lowest_first("COST")
    assert not is_lowest_first("VACANT")


def test_nothing_is_amiss_where_nought_is_counted_and_never_for_a_share() -> None:
    assert nothing_amiss(told("VACANT", area("A", 0, of=6), area("B", lack="NO_POST")), "VACANT")
    assert not nothing_amiss(told("VACANT", area("A", 1, of=6)), "VACANT")
    assert not nothing_amiss(told("VERIFIED", area("A", 0, of=6)), "VERIFIED")


def test_the_legend_counts_every_area_once() -> None:
    found = told("VERIFIED", area("A", 1, of=6), area("B", 1, of=6), area("C", lack="NO_SUCH_DUTY"))
    entries = legend(found, "VERIFIED", "MUNICIPALITY")
    assert [(one.shade, one.words, one.areas) for one in entries] == [
        (0, "0–19 %", 2),
        (1, "20–39 %", 0),
        (2, "40–59 %", 0),
        (3, "60–79 %", 0),
        (4, "80–100 %", 0),
        (None, "Gælder ingen", 1),
    ]


@pytest.mark.parametrize("measure", get_args(MapMeasure))
def test_each_measure_has_words_for_each_shade(measure: MapMeasure) -> None:
    entries = legend((), measure, "MUNICIPALITY")
    assert len({one.words for one in entries}) == len(entries) == len(SHADES)

"""The rows of areas: figure, shade, order and legend, as a drawing and as a table."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from api.schemas.coverage import CoverageMap, MapRow, PlanRow, PostRow
from api.schemas.entities import Checked, NodeName
from api.schemas.words import AreaKind, MapLack, MapMeasure
from explorer.labels import Labels
from explorer.outlines import outlines
from explorer.views.coverage_map import area_rows
from explorer.views.coverage_map.area_rows import (
    SHADES,
    AreaRow,
    LegendEntry,
    is_lowest_first,
    legend,
    nothing_amiss,
    ordered,
)

LACKS = {"NO_PATH": "Ingen kontaktvej", "NO_SUCH_DUTY": "Gælder ingen", "NOT_TOLD": "Vises ikke"}
STATES = {"VACANT": "Ubesat", "STALE": "Skal kontrolleres", "HELD": "Besat"}


def rows_of(
    measure: MapMeasure, *areas: dict[str, Any], by: AreaKind = "MUNICIPALITY"
) -> tuple[AreaRow, ...]:
    map_rows = tuple(
        MapRow.model_validate(
            {"codes": (f"0{place}",), "posts": 7, "states": {}, **fields,
             "area": {"id": f"mun-0{place}", "name": fields["area"]}}
        )
        for place, fields in enumerate(areas, start=101)
    )  # fmt: skip
    answer = CoverageMap(
        measure=measure, by=by, on=date(2026, 11, 25), revision=1, rows=map_rows, kinds=(),
        networks=(),
    )  # fmt: skip
    return area_rows.rows(answer, lacks=LACKS, states=STATES)


def area(name: str, number: int | None = None, lack: MapLack | None = None, **more: Any) -> Any:
    return {"area": name, "number": number, "lack": lack, **more}


def test_areas_stand_by_name_as_danish_sorts_them() -> None:
    rows = rows_of("VACANT", *(area(name, 0, of=1) for name in ("Ærø", "Aabenraa", "Viborg", "Øx")))
    assert [row.name for row in rows] == ["Viborg", "Ærø", "Øx", "Aabenraa"]


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
    (one,) = rows_of(measure, area("Thisted", number, of=of))
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
    (one,) = rows_of(measure, area("Thisted", number, of=of))
    assert one.shade == shade


def test_a_district_has_more_posts_so_its_shades_are_wider() -> None:
    (one,) = rows_of("VACANT", area("Fyn", 5, of=80), by="POLICE_DISTRICT")
    assert one.shade == 2
    assert [entry.words for entry in legend([one], "VACANT", "POLICE_DISTRICT")] == [
        "0", "1–2", "3–5", "6–10", "11 eller flere",
    ]  # fmt: skip


def test_without_a_number_the_reason_is_said_and_there_is_no_shade() -> None:
    (one,) = rows_of("HOPS", area("Læsø", lack="NO_PATH"))
    assert (one.figure, one.size, one.shade) == ("Ingen kontaktvej", None, None)


def test_states_are_counted_in_words_but_not_those_that_are_in_order() -> None:
    (one,) = rows_of(
        "VACANT", area("Thisted", 1, of=6, states={"HELD": 6, "STALE": 2, "VACANT": 1})
    )
    assert one.states == "1 ubesat · 2 skal kontrolleres"


def names(rows: tuple[AreaRow, ...], measure: MapMeasure) -> list[str]:
    return [row.name for row in ordered(rows, measure)]


def test_most_amiss_comes_first_and_what_is_not_asked_of_comes_last() -> None:
    rows = rows_of("VACANT", area("A", 0, of=6), area("B", lack="NO_SUCH_DUTY"), area("C", 2, of=6))
    assert names(rows, "VACANT") == ["C", "A", "B"]
    shares = rows_of("VERIFIED", area("A", 6, of=6), area("B", 1, of=6))
    assert names(shares, "VERIFIED") == ["B", "A"]
    assert names(rows_of("HOPS", area("A", 2), area("B", lack="NO_PATH")), "HOPS") == ["B", "A"]
    civil = rows_of(
        "CIVILIANS", area("A", lack="NOT_TOLD"), area("B", 5), area("C", lack="NOT_TOLD", posts=13)
    )
    assert names(civil, "CIVILIANS") == ["C", "A", "B"]  # many posts, no civilian contact
    assert is_lowest_first("CIVILIANS")
    assert names(rows_of("COST", area("A", 100_000), area("B", 900_000)), "COST") == ["B", "A"]
    assert is_lowest_first("COST")
    assert not is_lowest_first("VACANT")


def test_nothing_is_amiss_where_nought_is_counted_and_never_for_a_share() -> None:
    assert nothing_amiss(rows_of("VACANT", area("A", 0, of=6), area("B", lack="NO_POST")), "VACANT")
    assert not nothing_amiss(rows_of("VACANT", area("A", 1, of=6)), "VACANT")
    assert not nothing_amiss(rows_of("VERIFIED", area("A", 0, of=6)), "VERIFIED")


def test_the_legend_counts_every_area_once() -> None:
    rows = rows_of(
        "VERIFIED", area("A", 1, of=6), area("B", 1, of=6), area("C", lack="NO_SUCH_DUTY")
    )
    entries = legend(rows, "VERIFIED", "MUNICIPALITY")
    assert [(entry.shade, entry.words, entry.areas) for entry in entries] == [
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
    assert len({entry.words for entry in entries}) == len(entries) == len(SHADES)


# ---- the drawing


def row(row_id: str, *codes: str, shade: int | None = 2) -> AreaRow:
    return AreaRow(
        id=row_id, name=row_id, codes=codes, figure="2 af 6", size=shade, shade=shade,
        lack=None if shade is not None else "NO_POST", posts=7, states="", path=(),
    )  # fmt: skip


def drawn(rows: list[AreaRow], *, within: str = "", selected: str | None = None) -> Any:
    shapes = area_rows.shapes(outlines(), rows, within=within, unknown="Findes ikke")
    return area_rows.chart(shapes, dark=False, selected=selected, title="Kort", height=400)


def test_each_municipality_is_drawn_and_those_of_a_unit_are_told_alike() -> None:
    shapes = area_rows.shapes(outlines(), [row("pol-1462", "0787", "0773")], unknown="Findes ikke")
    assert len(shapes) == 98
    by_code = {shape["code"]: (shape["area"], shape["said"], shape["fill"]) for shape in shapes}
    assert by_code["0787"] == by_code["0773"] == ("pol-1462", "pol-1462: 2 af 6", SHADES[2])
    assert by_code["0400"] == (None, "Findes ikke", None)


def test_the_capital_area_is_drawn_by_itself() -> None:
    shapes = area_rows.shapes(outlines(), [], within=area_rows.CAPITAL)
    assert len(shapes) == 18
    assert all(shape["code"].startswith("01") for shape in shapes)


def test_each_shape_says_its_row_and_one_without_a_number_is_dashed() -> None:
    areas = drawn([row("a", "0787"), row("b", "0773", shade=None)])["layer"][0]
    (dashed,) = (shape for shape in areas["data"]["values"] if shape["code"] == "0773")
    assert dashed["fill"] is None
    encoding = areas["encoding"]
    assert encoding["description"]["field"] == "said"
    assert encoding["strokeDash"]["condition"]["test"] == "datum.fill"
    assert encoding["strokeDash"]["value"] != encoding["strokeDash"]["condition"]["value"]


def test_the_chosen_area_has_a_white_and_a_black_rim() -> None:
    rims = drawn([row("pol", "0787", "0773"), row("other", "0400")], selected="pol")["layer"][1:]
    assert [rim["mark"]["stroke"] for rim in rims] == ["#FFFFFF", "#000000"]
    assert rims[0]["mark"]["strokeWidth"] > rims[1]["mark"]["strokeWidth"]
    assert {shape["code"] for shape in rims[0]["data"]["values"]} == {"0787", "0773"}
    none = drawn([row("pol", "0787")], selected="gone")["layer"][1:]
    assert [one["data"]["values"] for one in none] == [[], []]


def test_the_same_rows_make_the_same_drawing() -> None:
    rows = [row("a", "0787")]
    assert drawn(rows) == drawn(rows)  # else it would be drawn anew at each choice


def test_a_click_tells_the_area_and_one_beside_all_tells_none() -> None:
    assert area_rows.picked({"selection": {area_rows.PICKED: [{"area": "mun-0787"}]}}) == "mun-0787"
    assert area_rows.picked({"selection": {area_rows.PICKED: [{"area": None}]}}) is None
    assert area_rows.picked({"selection": {area_rows.PICKED: {}}}) is None
    assert area_rows.picked({}) is None


def test_the_shades_of_the_table_are_those_of_the_drawing() -> None:
    style = (Path(area_rows.__file__).parents[2] / "static" / "coverage_map.css").read_text("utf-8")
    for place, color in enumerate(SHADES):
        assert f".kv-shade-{place} {{ background: {color}; }}" in style


# ---- the table


THISTED = replace(row("mun-0787", "0787"), name="Thisted", states="1 ubesat")
MORSOE = replace(row("mun-0773", "0773", shade=None), name="Morsø", figure="Ingen funktion")


def table(*rows: AreaRow, selected: str | None = None, with_posts: bool = False) -> str:
    return area_rows.table(
        rows or (THISTED, MORSOE), unit="Kommune", measure="Ubesat", selected=selected,
        with_posts=with_posts,
    )  # fmt: skip


def cells(html: str) -> list[list[str]]:
    return [
        [re.sub("<[^>]+>", "", cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", line)]
        for line in re.findall(r"<tr.*?</tr>", html)
    ]


def test_every_area_has_a_row_in_the_order_of_the_rows() -> None:
    assert cells(table()) == [
        ["Kommune", "Ubesat", "Mangler"],
        ["Thisted", "2 af 6", "1 ubesat"],
        ["Morsø", "Ingen funktion", ""],
    ]
    assert cells(table(with_posts=True))[1] == ["Thisted", "2 af 6", "7"]


def test_the_selected_row_is_marked_for_eye_and_ear() -> None:
    html = table(selected="mun-0787")
    assert html.count("kv-chosen") == html.count('aria-current="true"') == 1
    assert '<tr class="kv-chosen"><th scope="row" aria-current="true">Thisted' in html


def test_it_can_be_scrolled_by_keyboard_and_is_named() -> None:
    assert 'tabindex="0" role="region" aria-label="Ubesat, som tabel"' in table()


def test_a_name_is_never_markup() -> None:
    html = table(replace(THISTED, name="<b>Thisted</b>", figure="<i>", states="<u>"))
    assert not re.search("<[biu]>", html)
    assert "&lt;b&gt;Thisted" in html


def test_a_shade_is_never_without_words() -> None:
    lacking = LegendEntry(shade=None, words="Ingen", areas=1)
    html = area_rows.legend_table([LegendEntry(shade=0, words="0–19 %", areas=3), lacking])
    lines = re.findall("<li>(.*?)</li>", html)
    assert [re.sub("<[^>]+>", "", line) for line in lines] == ["0–19 % (3)", "Ingen (1)"]
    assert html.count('aria-hidden="true"') == 2


def test_each_post_is_told_by_its_states_and_its_check() -> None:
    post = NodeName(id="act-ssp-0787", name=None)
    checked = Checked(on=date(2026, 10, 15), days=41, freshness="FRESH", is_due=False)
    row = PostRow(
        area=NodeName(id="mun-0787"), post=post, kind="SSP_COORDINATOR",
        holders=(), hidden_holders=0, deputies=(), hidden_deputies=0,
        check=checked, states=("VACANT", "WITHOUT_DEPUTY"),
    )  # fmt: skip
    words = Labels({"VACANT": "Ubesat", "WITHOUT_DEPUTY": "Uden stedfortræder"})
    assert cells(area_rows.posts((row, row.model_copy(update={"check": None})), words))[1:] == [
        ["en funktion", "Ubesat, Uden stedfortræder", "✓ Kontrolleret 15. okt. 2026"],
        ["en funktion", "Ubesat, Uden stedfortræder", "–"],
    ]


def test_a_post_whose_holder_is_not_named_is_told_as_held() -> None:
    hidden = PostRow(
        area=NodeName(id="mun-0787"), post=NodeName(id="act-ssp-0787", name="SSP"),
        kind="SSP_COORDINATOR", holders=(), hidden_holders=1, deputies=(), hidden_deputies=0,
        states=("HELD",),
    )  # fmt: skip
    unnamed = {"holders": (NodeName(id="per-1"),), "hidden_holders": 0}
    named = {"holders": (NodeName(id="per-1", name="Bo Holm"),), "hidden_holders": 0}
    posts = [hidden, *(hidden.model_copy(update=holder) for holder in (unnamed, named))]
    lines = cells(area_rows.posts(posts, Labels({"HELD": "Besat"})))[1:]
    assert [states for _, states, _ in lines] == [
        "Besat; navnet vises ikke for din rolle", "Besat; navnet vises ikke for din rolle", "Besat",
    ]  # fmt: skip


def test_a_plan_is_told_with_its_day() -> None:
    area = NodeName(id="mun-0787")
    due = PlanRow(
        area=area, plan=NodeName(id="plan", name="Beredskab, Thisted"), kind="PREPAREDNESS_PLAN",
        owner=area, due_on=date(2027, 3, 20),
    )  # fmt: skip
    item = "<li>Beredskab, Thisted: revideres senest 20.03.2027</li>"
    assert area_rows.plans([due]) == f"<ul>{item}</ul>"
    assert area_rows.plans([]) == ""


def test_a_summary_counts_the_posts_and_says_what_is_amiss() -> None:
    assert area_rows.summary(THISTED) == "7 funktioner · 1 ubesat"
    assert area_rows.summary(MORSOE) == "7 funktioner"

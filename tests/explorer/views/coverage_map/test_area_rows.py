"""The rows of areas: figure, shade, order and legend, as a drawing and as a table."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any, get_args

import pytest

from api.schemas.coverage import CoverageMap, MapRow, PlanRow, PostRow
from api.schemas.entities import LastCheck, NodeName
from api.schemas.words import AreaKind, MapLack, MapMeasure
from explorer.labels import Labels
from explorer.views.coverage_map import area_rows
from explorer.views.coverage_map.area_rows import (
    WORST,
    AreaRow,
    LegendEntry,
    by_deficit,
    is_lowest_first,
    legend,
    nothing_amiss,
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


def test_areas_are_sorted_by_name_in_danish_order() -> None:
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
def test_a_number_is_formatted_by_its_measure(
    measure: MapMeasure, number: int, of: int | None, figure: str
) -> None:
    (area_row,) = rows_of(measure, area("Thisted", number, of=of))
    assert (area_row.figure, area_row.shape_label) == (figure, f"Thisted: {figure}")


@pytest.mark.parametrize(
    ("measure", "number", "of", "shade"),
    [
        ("VERIFIED", 0, 7, 4),
        ("VERIFIED", 1, 5, 3),  # the second class begins at 20 %
        ("VERIFIED", 79, 100, 1),
        ("VERIFIED", 7, 7, 0),
        ("VACANT", 3, 9, 3),
        ("VACANT", 9, 9, 4),
        ("HOPS", 1, None, 0),
        ("HOPS", 8, None, 4),
        ("OLDEST_HOP", 183, None, 2),
        ("OLDEST_HOP", 184, None, 3),
        ("COST", 866_369, None, 2),  # 42 %
        ("COST", 2_000_000, None, 4),
        ("CIVILIANS", 5, None, 4),
        ("CIVILIANS", 10, None, 3),
    ],
)
def test_a_number_has_the_shade_of_its_class_with_the_highest_for_the_worst(
    measure: MapMeasure, number: int, of: int | None, shade: int
) -> None:
    (area_row,) = rows_of(measure, area("Thisted", number, of=of))
    assert area_row.shade == shade


def test_a_police_district_has_its_own_shade_classes() -> None:
    (area_row,) = rows_of("VACANT", area("Fyn", 5, of=80), by="POLICE_DISTRICT")
    assert area_row.shade == 2
    assert [entry.words for entry in legend([area_row], "VACANT", "POLICE_DISTRICT")] == [
        "0", "1–2", "3–5", "6–10", "11 eller flere",
    ]  # fmt: skip


def test_an_area_without_a_number_shows_the_reason_and_has_no_shade() -> None:
    (area_row,) = rows_of("HOPS", area("Læsø", lack="NO_PATH"))
    assert (area_row.figure, area_row.size, area_row.shade) == ("Ingen kontaktvej", None, None)


def test_states_are_summarized_in_words_without_the_held_posts() -> None:
    (area_row,) = rows_of(
        "VACANT", area("Thisted", 1, of=6, states={"HELD": 6, "STALE": 2, "VACANT": 1})
    )
    assert area_row.states == "1 ubesat · 2 skal kontrolleres"


def names(rows: tuple[AreaRow, ...], measure: MapMeasure) -> list[str]:
    return [row.name for row in by_deficit(rows, measure)]


def test_areas_are_sorted_by_deficit_with_those_without_the_duty_last() -> None:
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


def test_nothing_amiss_is_true_for_zero_counts_and_never_for_a_share() -> None:
    assert nothing_amiss(rows_of("VACANT", area("A", 0, of=6), area("B", lack="NO_POST")), "VACANT")
    assert not nothing_amiss(rows_of("VACANT", area("A", 1, of=6)), "VACANT")
    assert not nothing_amiss(rows_of("VERIFIED", area("A", 0, of=6)), "VERIFIED")


def test_the_legend_counts_every_area_once() -> None:
    rows = rows_of(
        "VERIFIED", area("A", 1, of=6), area("B", 1, of=6), area("C", lack="NO_SUCH_DUTY")
    )
    entries = legend(rows, "VERIFIED", "MUNICIPALITY")
    assert [(entry.fill, entry.words, entry.areas) for entry in entries] == [
        ("4", "0–19 %", 2),
        ("3", "20–39 %", 0),
        ("2", "40–59 %", 0),
        ("1", "60–79 %", 0),
        ("0", "80–100 %", 0),
        ("none", "Gælder ingen", 1),
    ]


@pytest.mark.parametrize("measure", get_args(MapMeasure))
def test_each_measure_has_words_for_each_shade(measure: MapMeasure) -> None:
    entries = legend((), measure, "MUNICIPALITY")
    assert len({entry.words for entry in entries}) == len(entries) == WORST + 1


# ---- the drawing


def row(row_id: str, *codes: str, shade: int | None = 2) -> AreaRow:
    return AreaRow(
        id=row_id, name=row_id, codes=codes, figure="2 af 6", size=shade, shade=shade,
        lack=None if shade is not None else "NO_POST", posts=7, states="", path=(),
    )  # fmt: skip


def test_an_area_is_drawn_with_its_figure_and_the_state_of_its_posts() -> None:
    area_row = replace(row("pol-1462", "0787", "0773"), states="1 ubesat")
    assert area_rows.drawn_areas([area_row]) == [
        {
            "id": "pol-1462", "name": "pol-1462", "codes": ("0787", "0773"),
            "said": "pol-1462: 2 af 6", "detail": "7 funktioner · 1 ubesat", "fill": "2",
        }
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lack", "fill"),
    [("NO_POST", "missing"), ("NO_PATH", "missing"), ("NEVER", "missing"), ("NOT_TOLD", "hidden"),
     ("NO_SUCH_DUTY", "none"), ("CHECKED_SINCE", "none")],
)  # fmt: skip
def test_an_area_without_a_number_has_the_pattern_of_its_reason(lack: MapLack, fill: str) -> None:
    assert replace(row("a", shade=None), lack=lack).fill == fill


def test_the_colors_of_the_table_are_those_of_the_map() -> None:
    explorer = Path(area_rows.__file__).parents[2]
    table = (explorer / "static" / "coverage_map.css").read_text("utf-8")
    map = (explorer / "components" / "map" / "src" / "map.css").read_text("utf-8")
    for place in range(WORST + 1):
        color = re.search(rf"--shade-{place}: (.+?);", map)
        assert color is not None
        assert f".kv-shade-{place} {{ background: {color[1]};" in table


# ---- two dates


def on_two_dates(
    measure: MapMeasure, before: dict[str, Any], after: dict[str, Any]
) -> tuple[AreaRow, AreaRow]:
    (first,), (other,) = rows_of(measure, before), rows_of(measure, after)
    return first, other


def test_the_change_of_an_area_depends_on_whether_higher_is_better() -> None:
    more = on_two_dates("VERIFIED", area("A", 1, of=6), area("A", 6, of=6))
    assert area_rows.change(*more, "VERIFIED") == "BETTER"
    more = on_two_dates("VACANT", area("A", 1, of=6), area("A", 2, of=6))
    assert area_rows.change(*more, "VACANT") == "WORSE"
    same = on_two_dates("VACANT", area("A", 1, of=6), area("A", 1, of=6))
    assert area_rows.change(*same, "VACANT") == "SAME"
    lacking = on_two_dates("HOPS", area("A", lack="NO_PATH"), area("A", 2))
    assert area_rows.change(*lacking, "HOPS") == "UNKNOWN"


def test_a_comparison_lists_areas_that_became_worse_first_with_both_figures() -> None:
    worse = on_two_dates("VACANT", area("Viborg", 0, of=6), area("Viborg", 2, of=6))
    same = on_two_dates("VACANT", area("Assens", 1, of=6), area("Assens", 1, of=6))
    html = area_rows.compared_table(
        [same, worse], unit="Kommune", measure="VACANT", name="Ubesat",
        days=("25.11.2026", "01.01.2027"), selected="mun-0101",
    )  # fmt: skip
    assert cells(html) == [
        ["Kommune", "25.11.2026", "01.01.2027", "Ændring"],
        ["Viborg", "0 af 6", "2 af 6", "Dårligere"],
        ["Assens", "1 af 6", "1 af 6", "Uændret"],
    ]
    assert html.count('aria-current="true"') == 2  # both areas have that id here


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


def test_the_table_has_a_row_per_area_in_the_given_order() -> None:
    assert cells(table()) == [
        ["Kommune", "Ubesat", "Mangler"],
        ["Thisted", "2 af 6", "1 ubesat"],
        ["Morsø", "Ingen funktion", ""],
    ]
    assert cells(table(with_posts=True))[1] == ["Thisted", "2 af 6", "7"]


def test_the_selected_row_is_marked_visually_and_with_aria_current() -> None:
    html = table(selected="mun-0787")
    assert html.count("kv-chosen") == html.count('aria-current="true"') == 1
    assert '<tr class="kv-chosen"><th scope="row" aria-current="true">Thisted' in html


def test_the_table_is_a_labeled_region_that_can_be_scrolled_by_keyboard() -> None:
    assert 'tabindex="0" role="region" aria-label="Ubesat, som tabel"' in table()


def test_html_in_a_name_figure_or_state_is_escaped() -> None:
    html = table(replace(THISTED, name="<b>Thisted</b>", figure="<i>", states="<u>"))
    assert not re.search("<[biu]>", html)
    assert "&lt;b&gt;Thisted" in html


def test_each_shade_in_the_legend_has_a_text_label() -> None:
    lacking = LegendEntry(fill="missing", words="Ingen", areas=1)
    html = area_rows.legend_table([LegendEntry(fill="4", words="0–19 %", areas=3), lacking])
    lines = re.findall("<li>(.*?)</li>", html)
    assert [re.sub("<[^>]+>", "", line) for line in lines] == ["0–19 % (3)", "Ingen (1)"]
    assert html.count('aria-hidden="true"') == 2


def test_each_post_is_listed_with_its_states_and_its_check() -> None:
    post = NodeName(id="act-ssp-0787", name=None)
    checked = LastCheck(on=date(2026, 10, 15), days=41, freshness="FRESH", is_due=False)
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


def test_a_post_with_an_unnamed_holder_is_shown_as_held() -> None:
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


def test_a_plan_is_listed_with_its_due_date() -> None:
    area = NodeName(id="mun-0787")
    due = PlanRow(
        area=area, plan=NodeName(id="plan", name="Beredskab, Thisted"), kind="PREPAREDNESS_PLAN",
        owner=area, due_on=date(2027, 3, 20),
    )  # fmt: skip
    item = "<li>Beredskab, Thisted: revideres senest 20.03.2027</li>"
    assert area_rows.plans([due]) == f"<ul>{item}</ul>"
    assert area_rows.plans([]) == ""


def test_a_summary_shows_the_number_of_posts_and_their_states() -> None:
    assert area_rows.summary(THISTED) == "7 funktioner · 1 ubesat"
    assert area_rows.summary(MORSOE) == "7 funktioner"

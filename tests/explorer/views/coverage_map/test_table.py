"""The table: the same rows as the drawing, in words, with nothing of the register's as markup."""

import re
from dataclasses import replace
from datetime import date

from api.schemas.coverage import PlanRow, PostRow
from api.schemas.entities import Checked, NodeName
from explorer.labels import Labels
from explorer.views.coverage_map import area_rows
from explorer.views.coverage_map.area_rows import LegendEntry
from tests.explorer.views.coverage_map.test_chart import row

THISTED = replace(row("mun-0787", "0787"), name="Thisted", states="1 ubesat")
MORSOE = replace(row("mun-0773", "0773", shade=None), name="Morsø", figure="Ingen funktion")


def made(*, selected: str | None = None, with_posts: bool = False) -> str:
    return area_rows.table(
        (THISTED, MORSOE), unit="Kommune", measure="Ubesat", selected=selected,
        with_posts=with_posts,
    )  # fmt: skip


def cells(html: str) -> list[list[str]]:
    """The texts of each row."""
    lines = re.findall(r"<tr.*?</tr>", html)
    return [
        [re.sub("<[^>]+>", "", one) for one in re.findall(r"<t[hd].*?</t[hd]>", line)]
        for line in lines
    ]


def test_every_area_has_a_row_in_the_order_of_the_rows() -> None:
    assert cells(made()) == [
        ["Kommune", "Ubesat", "Tilstand"],
        ["Thisted", "2 af 6", "1 ubesat"],
        ["Morsø", "Ingen funktion", ""],
    ]
    assert cells(made(with_posts=True))[1] == ["Thisted", "2 af 6", "7"]


def test_the_selected_row_is_marked_for_eye_and_ear() -> None:
    html = made(selected="mun-0787")
    assert html.count("kv-chosen") == html.count('aria-current="true"') == 1
    assert '<tr class="kv-chosen"><th scope="row" aria-current="true">Thisted' in html


def test_it_can_be_scrolled_by_keyboard_and_is_named() -> None:
    assert 'tabindex="0" role="region" aria-label="Ubesat, som tabel"' in made()


def test_a_name_is_never_markup() -> None:
    bad = replace(THISTED, name="<b>Thisted</b>", figure="<i>", states="<u>")
    html = area_rows.table(
        (bad,), unit="K", measure="M", selected=None, with_posts=False
    )  # fmt: skip
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
    one = PostRow(
        area=NodeName(id="mun-0787"), post=post, kind="SSP_COORDINATOR",
        holders=(), hidden_holders=0, deputies=(), hidden_deputies=0,
        check=checked, states=("VACANT", "WITHOUT_DEPUTY"),
    )  # fmt: skip
    words = Labels({"VACANT": "Ubesat", "WITHOUT_DEPUTY": "Uden stedfortræder"})
    assert cells(area_rows.posts((one, one.model_copy(update={"check": None})), words))[1:] == [
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
    found = [hidden, *(hidden.model_copy(update=one) for one in (unnamed, named))]
    told = cells(area_rows.posts(found, Labels({"HELD": "Besat"})))[1:]
    assert [states for _, states, _ in told] == [
        "Besat; navnet vises ikke for din rolle", "Besat; navnet vises ikke for din rolle", "Besat",
    ]  # fmt: skip


def test_a_plan_is_told_with_its_day() -> None:
    area = NodeName(id="mun-0787")
    due = PlanRow(
        area=area, plan=NodeName(id="plan", name="Beredskab, Thisted"), kind="PREPAREDNESS_PLAN",
        owner=area, due_on=date(2027, 3, 20),
    )  # fmt: skip
    assert (
        area_rows.plans([due])
        == "<ul><li>Beredskab, Thisted: revideres senest 20.03.2027</li></ul>"
    )
    assert area_rows.plans([]) == ""


def test_a_summary_counts_the_posts_and_says_what_is_amiss() -> None:
    assert area_rows.summary(THISTED) == "7 funktioner · 1 ubesat"
    assert area_rows.summary(MORSOE) == "7 funktioner"

"""A path as boxes: their texts and tiers, and an ordered list with keyboard navigation."""

import re
from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from api.schemas.paths import Path
from explorer.components.path import box_id, boxes, card, tiers
from tests.explorer.components.accessible import violations
from tests.explorer.components.conftest import Open
from tests.explorer.components.marked_labels import LABELS
from tests.fixtures.examples import drills_after

NAMES = ["Dig: KSP-kontakt", "1 Infohus <b>Nord</b>", "2 Hovedkontakt", "3 SSP-koordinator"]
WHOLE = re.compile("^2 Hovedkontakt ?, god løsladelse, Thisted Funktion Kommunalt ")
ZERO = {"type": 0, "strength": 0, "freshness": 0, "gate": 0}


def stop(id: str, name: str | None, tier: str, answers: str | None = None, **more: Any) -> Any:
    return {
        "node": {"id": id, "name": name}, "label": "Actor", "kind": "SSP_COORDINATOR",
        "tier": tier, "area": {"id": f"area-{id}", "name": None}, "resolution": None,
        "covers": [{"id": id, "name": name}],
        "words": {"answers": answers}, **more,
    }  # fmt: skip


def hop(link: str, source: str, target: str, freshness: str, verified_on: date | None) -> Any:
    facts: dict[str, Any] = {
        "link": link, "type": "REFERS_TO", "gate": "KSP_115" if verified_on else None,
        "levels": [], "strength": None, "verified_on": verified_on, "days": None,
        "freshness": freshness, "verified_by": None, "until": None, "carriers": [], "parts": ZERO,
    }  # fmt: skip
    return {
        "source": {"id": source, "name": source}, "target": {"id": target, "name": target},
        "is_forward": True, "facts": facts, "cost": 1, "hub": 0, "standing": 0,
        "response": 0, "inside": 0, "also": [], "words": {"title": "", "why": "", "account": []},
    }  # fmt: skip


PATH = Path.model_validate(
    {
        "number": 1, "reason": None, "cost": 2, "chance": 0.5,
        "stops": [
            stop("ksp", "KSP-kontakt", "NATIONAL", "Svarer nu: dig selv"),
            stop("net", "Infohus Nord", "DISTRICT", label="Network", kind="INFOHOUSE_NETWORK"),
            stop("god", None, "MUNICIPAL", "Svarer nu: stedfortræderen", label="Person", kind=None),
        ],
        "hops": [
            hop("one", "ksp", "net", "FRESH", date(2026, 10, 15)),
            hop("two", "net", "god", "NEVER", None),
        ],
        "oldest_days": None, "freshness": "NEVER", "weakest": 1, "gates": [], "until": None,
        "notes": [], "shared_people": [],
        "words": {"summary": "", "account": "", "difference": None},
    }
)  # fmt: skip


def test_the_start_has_no_number_and_no_hop() -> None:
    start, *_ = boxes(PATH, LABELS, you="Dig: {name}")
    assert (start["name"], start["number"], start["hop"]) == ("Dig: KSP-kontakt", None, None)


def test_a_box_is_placed_at_its_area_if_the_place_is_known() -> None:
    drawn = boxes(PATH, LABELS, places={"area-net": (1, 2)})
    assert [box["at"] for box in drawn] == [None, (1, 2), None]


def test_each_other_box_has_its_number_and_the_hop_to_it() -> None:
    _, network, post = boxes(PATH, LABELS)
    assert (network["number"], network["label"], network["kind"], network["tier"]) == (
        1, "Network", "~INFOHOUSE_NETWORK", "DISTRICT",
    )  # fmt: skip
    assert network["hop"] == {
        "gate": "~KSP_115", "freshness": "FRESH", "chip": "FRESH 2026-10-15", "changed": None,
    }  # fmt: skip
    assert post["hop"] == {
        "gate": None, "freshness": "NEVER", "chip": "NEVER never", "changed": None,
    }  # fmt: skip
    assert post["number"] == 2


def test_a_stop_without_a_name_is_named_by_its_label() -> None:
    *_, post = boxes(PATH, LABELS)
    assert (post["name"], post["kind"]) == ("some Person", "~Person")


def test_differences_are_shown_on_the_box_of_their_link_or_node() -> None:
    drawn = boxes(PATH, LABELS, changed={"one": "nyt led", "god": "ny indehaver"})
    assert [box["hop"]["changed"] for box in drawn if box["hop"]] == ["nyt led", "ny indehaver"]


def test_a_leg_continues_the_numbers_and_has_box_ids_of_its_own() -> None:
    drawn = boxes(PATH, LABELS, changed={"god": "ny indehaver"}, first=3, leg=2)
    assert [box["number"] for box in drawn] == [None, 3, 4]
    assert [box["id"] for box in drawn] == ["2-ksp", "2-net", "2-god"]
    assert [box["hop"]["changed"] for box in drawn if box["hop"]] == [None, "ny indehaver"]
    assert box_id("net", 2) == drawn[1]["id"]


def test_only_the_tiers_of_the_path_are_drawn_from_national_to_municipal() -> None:
    down = boxes(PATH, LABELS)
    assert [tier["id"] for tier in tiers(down[::-1], LABELS)] == [
        "NATIONAL",
        "DISTRICT",
        "MUNICIPAL",
    ]
    assert tiers(down[1:2], LABELS) == ({"id": "DISTRICT", "label": "~DISTRICT"},)


def test_the_key_of_a_card_contains_the_id_of_the_box() -> None:
    assert card("act-ihm-0787") == "card-act-ihm-0787"


# ---- in Chromium


def draw_path(open_page: Open, **page_options: int) -> tuple[Page, Locator]:
    page = open_page("stage_path.py", **page_options)
    stops = page.get_by_role("list", name="Kontaktvej til Thisted").get_by_role("button")
    expect(stops).to_have_count(4)
    return page, stops


def corners(stops: Locator) -> list[tuple[float, float]]:
    """Return the top left corner of each box in pixels, read at once after the layout."""
    stops.page.wait_for_function(
        "every => new Set(every.map(one => one.getBoundingClientRect().x)).size > 1",
        arg=stops.element_handles(),
    )
    places = stops.evaluate_all(
        "every => every.map(one => one.getBoundingClientRect()).map(one => [one.x, one.y])"
    )
    return [(x, y) for x, y in places]


def test_the_path_is_an_ordered_list_with_names_shown_as_text(open_page: Open) -> None:
    page, stops = draw_path(open_page)
    texts = [" ".join(text.split()) for text in stops.all_inner_texts()]
    assert all(text.startswith(name) for text, name in zip(texts, NAMES, strict=True))
    expect(stops.nth(1)).to_have_accessible_name(
        "1 Infohus <b>Nord</b> Netværk Politikreds Kontrolleret 15. okt. 2026 KSP, § 115"
    )
    expect(stops.nth(2)).to_have_accessible_name(WHOLE)
    assert page.locator("ol b").count() == 0


def test_the_path_is_one_tab_stop_and_arrow_keys_move_in_order(open_page: Open) -> None:
    page, stops = draw_path(open_page)
    stops.first.focus()
    for key, place in (
        ("ArrowRight", 1), ("ArrowDown", 2), ("ArrowLeft", 1), ("ArrowUp", 0), ("ArrowUp", 0),
        ("End", 3), ("ArrowRight", 3), ("Home", 0),
    ):  # fmt: skip
        page.keyboard.press(key)
        expect(stops.nth(place)).to_be_focused()
    assert page.locator("ol button[tabindex='0']").count() == 1


def test_choosing_a_box_notifies_the_screen_shows_its_card_and_keeps_the_focus(
    open_page: Open,
) -> None:
    page, stops = draw_path(open_page)
    stops.first.focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Valgt: ssp")).to_be_attached()
    expect(stops.nth(3)).to_have_attribute("aria-pressed", "true")
    expect(stops.nth(3)).to_be_focused()
    expect(page.get_by_role("heading", name="SSP-koordinator, Thisted")).to_be_in_viewport()
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    expect(page.get_by_text("Valgt: dig")).to_be_attached()
    expect(stops.nth(3)).to_have_attribute("aria-pressed", "false")


def test_a_doubtful_hop_is_dashed_and_explained_in_words(open_page: Open) -> None:
    page, stops = draw_path(open_page)
    lines = page.locator("svg.lines path[fill=none]")
    expect(lines).to_have_count(3)
    dashed = [line.get_attribute("stroke-dasharray") for line in lines.all()]
    assert list(map(bool, dashed)) == [False, True, True]
    expect(stops.nth(2)).to_contain_text("Sidst kontrolleret: 3. feb. 2026")
    expect(stops.nth(2)).to_contain_text("nyt led")


def test_each_box_is_right_of_the_one_before_and_in_the_row_of_its_tier(open_page: Open) -> None:
    places = corners(draw_path(open_page)[1])
    assert [x for x, _ in places] == sorted({x for x, _ in places})
    nation, district, *municipal = [y for _, y in places]
    assert nation < district < min(municipal)


@pytest.mark.parametrize("width", drills_after(1, [320, 360, 899]))
def test_on_a_narrow_page_the_drawing_is_hidden(open_page: Open, width: int) -> None:
    page = open_page("stage_path.py", width=width)
    page.get_by_role("heading", name="SSP-koordinator, Thisted").wait_for()
    stops = page.locator("ol")
    expect(stops).to_be_attached()
    expect(stops).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_map_shows_the_numbers_of_the_stops_at_each_place(open_page: Open) -> None:
    page, _ = draw_path(open_page)
    assert page.locator("svg.map text").all_text_contents() == ["1", "2 3"]
    expect(page.locator("svg.map")).to_be_visible()


def test_the_drawing_does_not_overflow_and_each_line_ends_at_a_sign(open_page: Open) -> None:
    page, stops = draw_path(open_page)
    assert page.locator(".lanes").evaluate("lanes => lanes.scrollWidth <= lanes.clientWidth")
    heads = page.locator("svg.lines path:not([fill=none])")
    ends = heads.evaluate_all("all => all.map(one => one.getBoundingClientRect().right)")
    signs = stops.locator(".sign").evaluate_all(
        "all => all.map(one => one.getBoundingClientRect().left)"
    )
    assert all(0 <= sign - end < 3 for sign, end in zip(signs[1:], ends, strict=True))


BROKEN = """
(names) => names.flatMap((name) => {
  const text = name.firstChild;
  return [...text.data.matchAll(/[^ -]+/g)].filter(({ 0: word, index }) => {
    const range = document.createRange();
    range.setStart(text, index);
    range.setEnd(text, index + word.length);
    return new Set([...range.getClientRects()].map(({ top }) => top)).size > 1;
  }).map(([word]) => word);
})
"""
"""Returns the words that are broken over two lines."""


@pytest.mark.parametrize("width", [900, 1280])
def test_no_word_of_a_long_path_is_broken_and_its_signs_are_apart(
    open_page: Open, width: int
) -> None:
    page = open_page("stage_path.py", "?many=1", width=width)
    stops = page.get_by_role("list", name="Kontaktvej til Thisted").get_by_role("button")
    expect(stops).to_have_count(7)
    places = [x for x, _ in corners(stops)]
    assert all(right - left >= 47 for left, right in pairwise(places))
    assert stops.locator(".name").evaluate_all(BROKEN) == []
    lefts = page.locator(".lanes").evaluate("lanes => [lanes.scrollWidth, lanes.clientWidth]")
    assert lefts[0] <= lefts[1]


def test_the_drawing_is_visible_in_print(open_page: Open) -> None:
    page, stops = draw_path(open_page)
    page.emulate_media(media="print")
    expect(stops.first).to_be_visible()
    assert page.pdf(format="A4", landscape=True).startswith(b"%PDF")


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize("is_dark", drills_after(1, [False, True]), ids=["light", "dark"])
@pytest.mark.parametrize("width", drills_after(1, [900, 1280]))
def test_the_path_has_no_wcag_violations(open_page: Open, is_dark: bool, width: int) -> None:
    page, stops = draw_path(open_page, width=width, dark=is_dark)
    stops.first.focus()
    if is_dark:
        expect(page.locator(".path[data-dark]")).to_be_attached()
    assert violations(page, ".st-key-kontaktvej") == []


def test_the_colors_follow_a_change_of_the_color_scheme(open_page: Open) -> None:
    page = open_page("stage_path.py")
    box = page.get_by_role("list").get_by_role("button").first
    expect(box).to_have_css("color", "rgb(26, 26, 26)")
    page.emulate_media(color_scheme="dark")
    expect(box).to_have_css("color", "rgb(242, 245, 248)")

"""A path in Chromium: an ordered list that keys walk through, wide, narrow and on paper."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.explorer.components.accessible import violations
from tests.explorer.components.conftest import Open

SCRIPT = "stage_path.py"
NAMES = ["Dig: KSP-kontakt", "1 Infohus <b>Nord</b>", "2 Hovedkontakt", "3 SSP-koordinator"]


def drawn(page: Page) -> Locator:
    """The boxes, once they are there."""
    boxes = page.get_by_role("list", name="Kontaktvej til Thisted").get_by_role("button")
    expect(boxes).to_have_count(4)
    return boxes


def corners(boxes: Locator) -> list[tuple[float, float]]:
    """Where each box begins, in pixels, all at one moment: a page may still settle around them."""
    places = boxes.evaluate_all(
        "every => every.map(one => one.getBoundingClientRect()).map(one => [one.x, one.y])"
    )
    return [(x, y) for x, y in places]


def test_it_is_an_ordered_list_and_what_a_register_holds_is_text(opened: Open) -> None:
    page = opened(SCRIPT)
    boxes = drawn(page)
    said = [text.replace("\u00a0", " ") for text in boxes.all_inner_texts()]
    assert all(text.startswith(name) for text, name in zip(said, NAMES, strict=True))
    expect(boxes.nth(1)).to_have_accessible_name(
        "1 Infohus <b>Nord</b> Netværk Politikreds Svarer nu: Infohus <b>Nord</b>s vagt "
        "Kontrolleret 15. okt. 2026 KSP, § 115"
    )
    assert page.locator("ol b").count() == 0


def test_one_tab_enters_it_and_arrows_walk_in_order(opened: Open) -> None:
    page = opened(SCRIPT)
    boxes = drawn(page)
    boxes.first.focus()
    for key, place in (
        ("ArrowRight", 1), ("ArrowDown", 2), ("ArrowLeft", 1), ("ArrowUp", 0), ("ArrowUp", 0),
        ("End", 3), ("ArrowRight", 3), ("Home", 0),
    ):  # fmt: skip
        page.keyboard.press(key)
        expect(boxes.nth(place)).to_be_focused()
    assert page.locator("ol button[tabindex='0']").count() == 1


def test_choosing_tells_the_screen_shows_the_card_and_keeps_the_focus(opened: Open) -> None:
    page = opened(SCRIPT)
    boxes = drawn(page)
    boxes.first.focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Valgt: ssp")).to_be_attached()
    expect(boxes.nth(3)).to_have_attribute("aria-pressed", "true")
    expect(boxes.nth(3)).to_be_focused()
    expect(page.get_by_role("heading", name="SSP-koordinator, Thisted")).to_be_in_viewport()
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    expect(page.get_by_text("Valgt: dig")).to_be_attached()
    expect(boxes.nth(3)).to_have_attribute("aria-pressed", "false")


def test_a_hop_in_doubt_is_dashed_and_says_so_in_words(opened: Open) -> None:
    page = opened(SCRIPT)
    boxes = drawn(page)
    lines = page.locator("svg.arrows path[fill=none]")
    expect(lines).to_have_count(3)
    dashed = [line.get_attribute("stroke-dasharray") for line in lines.all()]
    assert [bool(one) for one in dashed] == [False, True, True]
    expect(boxes.nth(2)).to_contain_text("Ældre kontrol: 3. feb. 2026")
    expect(boxes.nth(2)).to_contain_text("nyt led")


def test_each_box_stands_right_of_the_one_before_and_in_its_tier(opened: Open) -> None:
    places = corners(drawn(opened(SCRIPT)))
    assert [x for x, _ in places] == sorted({x for x, _ in places})
    nation, district, *municipal = [y for _, y in places]
    assert nation < district < min(municipal)


@pytest.mark.parametrize("width", [320, 360, 599])
def test_narrow_it_is_one_column_and_the_page_does_not_scroll_aside(
    opened: Open, width: int
) -> None:
    page = opened(SCRIPT, width=width)
    boxes = drawn(page)
    assert len({x for x, _ in corners(boxes)}) == 1
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    expect(boxes.nth(1)).to_contain_text("· Politikreds")


def test_on_paper_it_is_the_one_column_too(opened: Open) -> None:
    page = opened(SCRIPT)
    boxes = drawn(page)
    page.emulate_media(media="print")
    expect(page.locator(".path[data-across]")).to_have_count(0)
    assert len({x for x, _ in corners(boxes)}) == 1
    assert page.pdf(format="A4", landscape=True).startswith(b"%PDF")


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_it_breaks_no_rule_of_wcag(opened: Open, is_dark: bool, width: int) -> None:
    page = opened(SCRIPT, width=width, dark=is_dark)
    drawn(page).first.focus()
    if is_dark:
        expect(page.locator(".path[data-dark]")).to_be_attached()
    assert violations(page, ".st-key-kontaktvej") == []


def test_its_colors_follow_the_page_while_one_looks(opened: Open) -> None:
    page = opened(SCRIPT)
    box = page.get_by_role("list").get_by_role("button").first
    expect(box).to_have_css("color", "rgb(26, 26, 26)")
    page.emulate_media(color_scheme="dark")
    expect(box).to_have_css("color", "rgb(242, 245, 248)")

"""The combobox: its options, and the ARIA 1.2 pattern by keys, by mouse and by the address."""

import re
from datetime import date

import pytest
from playwright.sync_api import Locator, Page, expect

from api.schemas.entities import NameHit, Names, Successor
from explorer.components.combobox import MAX_OPTIONS, options
from tests.explorer.components.accessible import violations
from tests.explorer.components.conftest import Open
from tests.explorer.components.marked_labels import LABELS
from tests.fixtures.examples import drills_after

REFUSED = "Feltet ligner et CPR-nummer. Søg efter funktion, sted eller emne, aldrig efter borgere."


def hit(id: str, label: str, kind: str | None = None, *place: str) -> NameHit:
    return NameHit(id=id, label=label, kind=kind, name=id.upper(), place=place, score=0.5)


def test_an_option_has_its_kind_and_place() -> None:
    ssp = hit("ssp", "Actor", "SSP_COORDINATOR", "Thisted Kommune", "Thisted")
    assert options(Names(found=(ssp,)), LABELS) == (
        {
            "id": "ssp", "label": "Actor", "kind": "~SSP_COORDINATOR", "name": "SSP",
            "detail": "Thisted Kommune, Thisted", "group": "~Actor",
        },
    )  # fmt: skip


def test_an_option_shows_the_alias_by_which_it_was_found() -> None:
    mun = hit("mun", "Area", None, "Bornholms Politi").model_copy(update={"alias": "3700 Rønne"})
    (option,) = options(Names(found=(mun,)), LABELS)
    assert option["detail"] == "3700 Rønne, Bornholms Politi"


def test_an_option_for_an_ended_authority_selects_its_successor() -> None:
    successors = {
        "2022/23": Successor(id="new", name="Ny", years="2022/23"),
        "10. okt. 2022": Successor(id="new", name="Ny", since=date(2022, 10, 10)),
    }
    for when, successor in successors.items():
        ended = hit("old", "Authority").model_copy(update={"successor": successor})
        (option,) = options(Names(found=(ended,)), LABELS)
        assert (option["id"], option["name"]) == ("new", "OLD")
        assert option["detail"] == f"siden {when}: Ny"


def test_options_are_grouped_in_the_order_of_their_best_hits() -> None:
    labels = ("Area", "Actor", "Area", "Network")
    names = Names(found=tuple(hit(f"{label}{at}", label) for at, label in enumerate(labels)))
    drawn_options = options(names, LABELS)
    assert [option["id"] for option in drawn_options] == ["Area0", "Area2", "Actor1", "Network3"]
    assert drawn_options[0]["kind"] == "~Area"  # without a kind, the label is shown


def test_options_are_limited_to_the_maximum() -> None:
    names = Names(found=tuple(hit(str(at), "Actor") for at in range(MAX_OPTIONS + 1)))
    assert len(options(names, LABELS)) == MAX_OPTIONS
    assert options(Names(found=()), LABELS) == ()


# ---- in Chromium


def field(open_page: Open, query: str = "", **page_options: int) -> tuple[Page, Locator]:
    page = open_page("stage_combobox.py", query, **page_options)
    target = page.get_by_role("combobox", name="og skal nå")
    expect(target).to_be_visible()
    return page, target


def find(target: Locator, text: str, count: int) -> None:
    """Type a text, and wait for `count` options."""
    target.press_sequentially(text)
    expect_options(target.page, count)


def pick_network(page: Page, target: Locator) -> None:
    target.press_sequentially("thisted")
    page.get_by_role("option", name="SSP Thisted").click()
    expect_chosen(page, "net-0787")


def expect_chosen(page: Page, node_id: str) -> None:
    expect(page.get_by_text(f"Valgt: {node_id}")).to_be_visible()


def expect_options(page: Page, count: int) -> None:
    expect(page.get_by_role("option")).to_have_count(count)


def expect_active(target: Locator, option: str) -> None:
    expect(target).to_have_attribute("aria-activedescendant", option)


def test_typing_opens_options_in_groups_and_announces_their_number(open_page: Open) -> None:
    page, target = field(open_page)
    expect(target).to_have_attribute("aria-expanded", "false")
    find(target, "ssp", 3)
    expect(target).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("group", name="Funktioner").get_by_role("option")).to_have_count(2)
    expect(page.get_by_role("status").filter(has_text="3 fundet")).to_be_attached()


def test_typing_redraws_only_the_options_and_picking_redraws_the_screen_once(
    open_page: Open,
) -> None:
    page, target = field(open_page)
    expect(page.get_by_text("Fundet 1 gange, tegnet 1 gange")).to_be_visible()
    target.fill("thisted")  # at once: slow typing sends several queries
    expect_options(page, 3)
    page.get_by_role("option", name="SSP Thisted").click()
    expect_chosen(page, "net-0787")
    expect(page.get_by_text("Fundet 3 gange, tegnet 2 gange")).to_be_visible()
    page.wait_for_timeout(500)  # no more queries are pending
    expect(page.get_by_text("Fundet 3 gange, tegnet 2 gange")).to_be_visible()


def test_arrow_keys_wrap_around_the_options_and_enter_picks(open_page: Open) -> None:
    page, target = field(open_page)
    find(target, "ssp", 3)
    for key, place in (("ArrowDown", 0), ("ArrowUp", 2), ("ArrowDown", 0), ("ArrowDown", 1)):
        target.press(key)
        expect_active(target, f"option-{place}")
    target.press("Enter")
    expect_chosen(page, "ssp-0580")
    expect(target).to_have_value("SSP-koordinator, Aabenraa")
    expect(target).to_be_focused()
    expect_options(page, 0)
    assert "target=ssp-0580" in page.url


def test_a_click_picks_and_the_cross_clears(open_page: Open) -> None:
    page, target = field(open_page)
    pick_network(page, target)
    page.get_by_role("button", name="Ryd: og skal nå").click()
    expect_chosen(page, "None")
    expect(target).to_have_value("")
    expect(target).to_be_focused()


def test_escape_closes_then_clears(open_page: Open) -> None:
    page, target = field(open_page, "?target=mun-0787")
    expect(target).to_have_value("Thisted")
    target.fill("ssp")
    expect_options(page, 3)
    target.press("Escape")
    expect_options(page, 0)
    expect(target).to_have_value("ssp")
    target.press("Escape")
    expect(target).to_have_value("")
    expect_chosen(page, "None")


def test_half_typed_text_is_replaced_by_the_chosen_name_on_leaving(open_page: Open) -> None:
    page, target = field(open_page, "?target=mun-0787")
    expect(target).to_have_value("Thisted")
    target.fill("ssp koord")
    target.press("Tab")
    expect(target).not_to_be_focused()
    expect(target).to_have_value("Thisted")
    expect_chosen(page, "mun-0787")


def test_back_and_forward_change_what_the_field_shows(open_page: Open) -> None:
    page, target = field(open_page)
    pick_network(page, target)
    page.go_back()
    expect_chosen(page, "None")
    expect(target).to_have_value("")
    page.go_forward()
    expect_chosen(page, "net-0787")
    expect(target).to_have_value("SSP Thisted")
    page.go_back()
    expect(target).to_have_value("")
    pick_network(page, target)  # the same option again


def test_typing_the_same_text_again_finds_the_same_options(open_page: Open) -> None:
    page, target = field(open_page)
    for place, chosen in ((1, "net-0787"), (0, "ssp-0787")):
        target.fill("")
        target.press_sequentially("thisted")
        page.get_by_role("option").nth(place).click()
        expect_chosen(page, chosen)


def test_arrow_down_in_an_empty_field_opens_the_default_options(open_page: Open) -> None:
    page, target = field(open_page)
    target.press("ArrowDown")
    expect_options(page, 2)
    expect_active(target, "option-0")


def test_after_a_choice_arrow_down_opens_the_default_options(open_page: Open) -> None:
    page, target = field(open_page)
    target.press_sequentially("aabenraa")
    page.get_by_role("option", name="SSP-koordinator, Aabenraa").click()
    expect_chosen(page, "ssp-0580")
    target.press("ArrowDown")
    expect_options(page, 2)  # the options for an empty text
    target.fill("aabenraa")  # the name of the chosen option
    expect_options(page, 1)
    target.press("Enter")
    expect(target).to_have_value("SSP-koordinator, Aabenraa")
    target.press("ArrowDown")
    expect_options(page, 2)


def test_an_arrow_key_before_the_answer_opens_the_options_when_they_arrive(open_page: Open) -> None:
    page, target = field(open_page, "?seconds=0.5")
    target.press("ArrowDown")  # no result yet
    expect_options(page, 2)
    expect_active(target, "option-0")
    target.press_sequentially("ssp")
    target.press("ArrowUp")
    expect_options(page, 3)
    expect_active(target, "option-2")
    target.press("Enter")
    target.press("ArrowDown")  # the screen is redrawn meanwhile
    expect_chosen(page, "net-0787")
    expect_options(page, 2)


def test_escape_tab_or_typing_on_cancels_a_pending_arrow_key(open_page: Open) -> None:
    page, target = field(open_page, "?seconds=0.5")
    for withdrawn in ("Escape", "Tab"):
        target.press_sequentially("ssp")
        target.press("ArrowDown")
        target.press(withdrawn)
        page.wait_for_timeout(1500)  # the answer arrives meanwhile
        expect_options(page, 0)
        expect(target).to_have_value("")
    target.press("ArrowDown")
    find(target, "ssp", 3)
    expect(target).not_to_have_attribute("aria-activedescendant", re.compile("."))


def test_an_empty_result_is_announced(open_page: Open) -> None:
    page, target = field(open_page)
    target.press_sequentially("zzz")
    expect(page.get_by_role("status").filter(has_text="0 fundet")).to_be_visible()
    expect_options(page, 0)


def test_a_refused_text_shows_an_alert_is_cleared_and_not_sent_again(open_page: Open) -> None:
    page, target = field(open_page)
    target.fill("010190-1234")
    expect(page.get_by_role("alert")).to_have_text(REFUSED)
    expect(target).to_have_value("")
    expect(target).to_have_attribute("aria-invalid", "true")
    page.wait_for_timeout(500)  # no more queries are pending
    target.fill("thisted")
    expect_options(page, 3)
    expect(target).to_have_attribute("aria-invalid", "false")
    page.get_by_role("option", name="SSP Thisted").click()
    expect_chosen(page, "net-0787")
    # the empty text, the refused one, the name, and the empty text of the redrawn screen
    expect(page.get_by_text("Fundet 4 gange, tegnet 2 gange")).to_be_visible()


def test_a_refused_text_is_not_searched_for_again_when_the_screen_reruns(open_page: Open) -> None:
    page, target = field(open_page)
    target.fill("010190-1234")
    expect(page.get_by_role("alert")).to_have_text(REFUSED)
    page.get_by_role("button", name="Efter feltet").click()
    expect(page.get_by_text("Fundet 3 gange, tegnet 2 gange")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(target).to_have_value("")
    expect(target).to_have_attribute("aria-invalid", "false")


def test_typing_in_the_combobox_triggers_no_streamlit_shortcut(open_page: Open) -> None:
    page, target = field(open_page)
    target.press_sequentially("rc")  # shortcuts of Streamlit: rerun, clear the cache
    expect(page.get_by_role("status").filter(has_text="0 fundet")).to_be_visible()
    expect(target).to_have_value("rc")
    assert page.get_by_role("dialog").count() == 0


@pytest.mark.usefixtures("packages")
@pytest.mark.parametrize("is_dark", drills_after(1, [False, True]), ids=["light", "dark"])
@pytest.mark.parametrize("width", drills_after(1, [360, 1280]))
def test_the_combobox_has_no_wcag_violations_closed_or_open(
    open_page: Open, is_dark: bool, width: int
) -> None:
    page, target = field(open_page, width=width, dark=is_dark)
    assert violations(page, ".st-key-target") == []
    find(target, "ssp", 3)
    target.press("ArrowDown")
    assert violations(page, ".st-key-target") == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width

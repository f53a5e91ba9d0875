"""Journeys on the map: vacant and missing posts, and the contact path around them."""

import csv

from playwright.sync_api import expect

from graph.access.policy import Role
from seed.people import scenarios
from tests.e2e.desk import ScreenDriver, on_each_screen
from tests.e2e.test_find_journeys import box_names

pytestmark = on_each_screen

DISTRICT = "/kort?by=POLICE_DISTRICT&area=pol-1462"
COORDINATORS = (
    "&kind=INFOHOUSE_COORDINATOR_MUNICIPAL&kind=INFOHOUSE_COORDINATOR_POLICE&measure=VERIFIED"
)
OF_HORSENS = "act-ihm-0615"
VACANT = "Infohus-tovholder, politi, Skanderborg"
VIBORG = "mun-0791"


def test_j2_both_coordinators_of_a_district_are_exported_as_a_list(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=DISTRICT + COORDINATORS) as seat:
        seat.wait("Midt- og Vestjyllands Politi: 73 % (16 af 22)")
        posts = seat.page.get_by_role("region", name="Områdets funktioner").get_by_role("row")
        assert posts.count() == 1 + 22
        assert posts.filter(has_text="Skal kontrolleres").count() == 6
        file = seat.download("Hent funktionerne: CSV").read_text("utf-8-sig")
        rows = [row for row in csv.reader(file.splitlines(), delimiter=";") if "act-ih" in str(row)]
        assert len(rows) == 22
        seat.record("J2 who of a district is due, as a list", 1)
        assert "+45" not in file


def test_j5_a_vacant_post_is_listed_on_the_map_and_a_path_avoids_it(
    desk: ScreenDriver,
) -> None:
    person = desk.holder(OF_HORSENS).id
    with desk.seat(Role.COORDINATOR, person=person, path="/kort?measure=VACANT") as seat:
        seat.pick("Kommune", "skanderb", "Skanderborg")
        seat.wait("Skanderborg: 1 af 10")
        posts = seat.page.get_by_role("region", name="Områdets funktioner")
        vacant = posts.get_by_role("row").filter(has_text="Ubesat")
        assert VACANT in vacant.inner_text()
        seat.follow("Find kontaktvej")
        seat.wait("Vælg, hvem eller hvad du skal i kontakt med.")
        seat.pick("Jeg skal i kontakt med", "bekym", "Bekymring")
        seat.wait(" · gælder ")
        seat.record("J5 a vacant post, and the path around it", 3)
        seat.unfold("eller ")
        names = box_names(seat)
        assert "Infohus-tovholder, Skanderborg Kommune" in names
        assert VACANT not in names
        assert f"area={scenarios.SKANDERBORG}" in seat.page.url


def test_a_municipality_is_chosen_by_a_click_on_its_shape(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path="/kort?measure=VACANT") as seat:
        chosen = seat.page.locator("tr.kv-chosen")
        expect(chosen).to_have_count(0)
        seat.page.get_by_role("button", name="Viborg:").first.click()
        expect(chosen.get_by_role("rowheader")).to_have_text("Viborg")
        seat.page.get_by_role("heading", name="Viborg: ").wait_for()
        seat.rest()
        assert f"area={VIBORG}" in seat.page.url
        seat.follow("Åbn i register")
        seat.wait("SSP-koordinator, Viborg")
        assert seat.page.url.endswith(f"/register?area={VIBORG}")


def test_a_district_of_the_matrix_is_unfolded_by_key(desk: ScreenDriver) -> None:
    with desk.seat(Role.ANALYST, path="/kort?measure=VACANT&columns=NETWORK") as seat:
        districts = seat.page.locator("details.kv-district")
        expect(districts).to_have_count(12)
        gaps = [int(text.split(" af ")[0].split()[-1]) for text in districts.all_inner_texts()]
        assert gaps == sorted(gaps, reverse=True)
        expect(seat.page.locator("details.kv-district[open]")).to_have_count(1)
        odense = seat.page.locator("details.kv-district").get_by_role("rowheader", name="Odense")
        expect(odense).to_be_hidden()
        districts.filter(has_text="Fyns Politi").locator("summary").focus()
        seat.page.keyboard.press("Enter")
        expect(odense).to_be_visible()
        assert odense.evaluate("(cell) => cell.closest('.kv-scroll').scrollHeight") == (
            odense.evaluate("(cell) => cell.closest('.kv-scroll').clientHeight")
        )  # no list in a box of its own


def test_two_dates_are_compared_on_two_maps(desk: ScreenDriver) -> None:
    path = "/kort?measure=VERIFIED&against=2027-01-01"
    with desk.seat(Role.ANALYST, path=path, until="25. nov. 2026") as seat:
        thisted = seat.page.get_by_role("button", name="Thisted:")
        expect(thisted).to_have_count(2)
        thisted.last.focus()
        seat.page.keyboard.press("Enter")
        expect(seat.page.locator("tr.kv-chosen").get_by_role("rowheader")).to_have_text("Thisted")
        assert "against=2027-01-01" in seat.page.url
        assert "area=mun-0787" in seat.page.url


def test_the_map_is_at_least_640_px_wide_in_a_1280_px_window(desk: ScreenDriver) -> None:
    with desk.seat(Role.ANALYST, path="/kort?measure=VACANT") as seat:
        seat.page.set_viewport_size({"width": 1280, "height": 900})
        country = seat.page.locator(".map svg").first
        country.wait_for()
        box = country.bounding_box()
        assert box is not None
        assert box["width"] >= 640

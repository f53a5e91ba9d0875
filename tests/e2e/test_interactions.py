"""Fifteen usual tasks: none takes more than three interactions.

Typing into a field and choosing an option is one interaction.
"""

from playwright.sync_api import expect

from graph.access.policy import Role
from tests.e2e.desk import ScreenDriver
from tests.e2e.test_find_journeys import ANSWERED, LAESOE, NOW, RELEASE
from tests.e2e.test_network_journeys import LAESOE as LEAVING

HORSENS = "act-ihm-0615"
CONCERN = f"/?start={HORSENS}&trigger=CONCERN&area=mun-0746"


def test_1_a_half_remembered_misspelled_name_is_found(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path="/register") as seat:
        seat.page.get_by_role("textbox", name="Søg").press_sequentially("ssp kordinater tisted")
        seat.press("SSP-koordinator, Thisted")
        seat.page.get_by_role("heading", name="SSP-koordinator, Thisted").wait_for()
        seat.record("1 find by a misspelled name", 1)


def test_2_3_4_paths_are_found_by_need_and_place_to_a_post_and_in_reverse(
    desk: ScreenDriver,
) -> None:
    with desk.seat(Role.COORDINATOR, path=f"/?start={HORSENS}") as seat:
        seat.pick("Jeg skal i kontakt med", "bekym", "Bekymring")
        seat.pick("Kommune", "thisted", "Thisted")
        seat.wait(f" · {NOW}")
        seat.record("2 begin from a need and a place", 2)
        seat.open(f"/?start={HORSENS}", "Vælg")
        seat.pick("Jeg skal i kontakt med", "ssp-koordinator thisted", "SSP-koordinator, Thisted")
        seat.wait(f"1 kontakt · {NOW}")
        seat.record("3 path between two", 1)
        seat.press("Vend retning")
        seat.page.get_by_role("heading", name="Vejen tilbage").wait_for()
        seat.record("4 the way back", 1)


def test_5_6_7_a_path_is_compared_explained_and_avoids_a_stop(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=f"{CONCERN}&answer=1", until=ANSWERED) as seat:
        stops = seat.page.locator(".st-key-path ol")
        best = stops.inner_text()
        stops.evaluate("list => { list.isOurs = true; }")
        seat.tick(seat.page.get_by_role("radio").nth(1))
        expect(stops).not_to_have_text(best, use_inner_text=True)
        assert stops.evaluate("list => list.isOurs"), "drawn where the last one was"
        seat.record("6 another path and why it differs", 1)
        seat.unfold("Hvorfor denne vej?")
        seat.steps += 1
        seat.page.get_by_text("Alder").or_(seat.page.get_by_text("koster")).first.wait_for()
        seat.record("7 understand a hop", 1)
        seat.press("Mere")
        seat.press("Undgå denne")
        seat.wait("✕ Undgå:")
        seat.record("5 avoid a stop", 2)


def test_8_the_term_that_prevents_a_path_is_dropped(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=LAESOE, until="Det, der mangler") as seat:
        seat.press("Fjern vilkåret")
        seat.wait(" · pr. 1. feb. 2027")
        seat.record("8 understand that there is none", 1)


def test_9_10_freshness_and_who_answers_are_shown_without_interaction(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=RELEASE, until="Kontrolleret ") as seat:
        seat.record("9 is it still true?", 0)
        seat.wait("Svarer nu: Rikke Lyngtoft Bæk, stedfortræder")
        seat.record("10 the holder is away", 0)


def test_11_a_path_on_another_date_is_compared_with_today(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=RELEASE, until=ANSWERED) as seat:
        seat.pick("Hvornår", "anden", "Anden tid")
        date = seat.page.get_by_test_id("stDateInputField")
        seat.write(date.get_by_role("spinbutton").first, "01012027")
        seat.wait("Du ser kontakterne, som de er den 1. jan. 2027.")
        seat.page.keyboard.press("Escape")
        seat.tick(seat.page.get_by_role("switch", name="Vis forskel til i dag"))
        seat.page.wait_for_url("**compare=1*")
        seat.record("11 as of a date, and what changed", 3)


def test_12_expanding_a_network_is_undone(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=f"/netvaerk?id={LEAVING}") as seat:
        seat.wait("Netværket som tabel")
        before = seat.page.get_by_text("af højst 300 noder").inner_text()
        seat.pick("Valgt node", "SSP Læsø", "SSP Læsø")
        seat.press("Udvid")
        seat.rest()
        assert seat.page.get_by_text("af højst 300 noder").inner_text() != before
        seat.press("Fortryd")
        seat.wait(before)
        seat.record("12 expand, get lost, come back", 3)


def test_13_the_map_shows_the_vacant_posts_of_a_municipality(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path="/kort") as seat:
        seat.pick("Vis", "ubesat", "Ubesat")
        seat.pick("Kommune", "skanderb", "Skanderborg")
        seat.wait("Skanderborg: 1 af 10")
        seat.record("13 gaps on a map", 2)


def test_14_choosing_a_ready_made_question_answers_it(desk: ScreenDriver) -> None:
    with desk.seat(Role.ANALYST, path="/analyse") as seat:
        seat.follow("Hvad ændrer sig mellem to datoer?")
        seat.wait("Dag for dag")
        seat.record("14 ask the graph", 1)


def test_15_a_path_is_exported_as_a_pdf_card(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=RELEASE) as seat:
        seat.press("Handlekort (PDF)")
        assert seat.fetch("Hent").read_bytes().startswith(b"%PDF-")
        seat.record("15 take it along", 2)

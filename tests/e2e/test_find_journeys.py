"""Journeys from a need to a contact: each ends with the user's goal."""

import re

import pytest
from playwright.sync_api import Locator, expect

from graph.access.policy import Role
from tests.e2e.desk import (
    NARROW,
    PATIENCE_MS,
    WIDE,
    ScreenDriver,
    Seat,
    on_both_screens,
    on_each_screen,
)

RELEASE_START = "act-kf-1462"
RELEASE = f"/?start={RELEASE_START}&trigger=RELEASE&area=mun-0787&answer=1"
"""Address with the contact path chosen, to a contact who may be called directly."""
CONCERN = "/?start=act-ihm-0787&trigger=CONCERN&area=mun-0329"
"""A named matter between places without a common ground: a call that names nobody."""
SILKEBORG = "/?start=act-ihm-0740&competence=15.20.36&area=mun-0740&within_km=60"
LAESOE = "/?start=act-ssp-0851&sector=YOUTH&area=mun-0825&within_km=10&on=2027-02-01"
NATIONAL = "/?start=act-pet-capacity&target=act-ihm-0787&answer=1"
"""A path of several steps."""
NOW = "gælder onsdag 25. nov. kl. 10.00"
ANSWERED = "Hvorfor denne vej?"
PET = "/?start=aut-pet-fc"
TIMES = {
    "at 02:00": "2026-11-26T02:00",
    "on a Saturday at 22:00": "2026-11-28T22:00",
    "on 24 December": "2026-12-24T10:00",
}


def box_names(seat: Seat) -> list[str]:
    """Return the names of the boxes of the drawing, in order, without the start."""
    boxes = seat.page.locator("ol.stops button")  # invisible on a phone
    boxes.first.wait_for(state="attached", timeout=PATIENCE_MS)  # its script may still load
    titles = boxes.evaluate_all("all => all.map(one => one.title)")
    return titles[1:]


def reveals(seat: Seat) -> int:
    """How many buttons show a contact detail."""
    shows = re.compile("^Vis (?!vejen)")
    return seat.page.get_by_test_id("stMain").get_by_role("button", name=shows).count()


def numbers(seat: Seat, least: int = 1) -> Locator:
    """Return the revealed numbers on the screen, once there are at least so many."""
    links = seat.page.get_by_test_id("stMain").locator(".kv-revealed a")
    links.nth(least - 1).wait_for(timeout=PATIENCE_MS)
    return links


@on_both_screens
def test_j1_release_to_thisted_takes_two_choices(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=f"/?start={RELEASE_START}") as seat:
        seat.wait("Vælg, hvem eller hvad du skal i kontakt med.")
        seat.pick("Jeg skal i kontakt med", "løsl", "Løsladelse")
        seat.wait("Vælg en kommune.")
        seat.pick("Kommune", "thisted", "Thisted")
        seat.wait(f"2 kontakter · {NOW}")
        seat.record("J1 release to Thisted", 2)
        seat.rest()
        screen = seat.text()
        assert "1. Hovedkontakt, god løsladelse, Thisted" in screen
        assert "Svarer nu: Rikke Lyngtoft Bæk, stedfortræder for " in screen
        assert "Du må ringe direkte om en bestemt person efter KSP, § 115." in screen
        assert seat.page.locator("ol.stops").count() == 0, "the ways are folded below the call"
        seat.press("Vis mobil")
        assert (numbers(seat).first.get_attribute("href") or "").startswith("tel:+45")
        assert "trigger=RELEASE" in seat.page.url
        assert "Thisted" not in seat.page.url


@on_both_screens
def test_a_phrase_fills_what_and_where_and_says_what_was_left_out(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=f"/?start={RELEASE_START}") as seat:
        what = seat.page.get_by_role("combobox", name="Jeg skal i kontakt med")
        for typed, remark in (
            ("bekymring Vollsmose xyzzy", "Udeladt: xyzzy."),
            (
                "misbrugscenter Odense",
                "Misbrugscenter: ikke i registret. Spørg i stedet: Social modtagelse.",
            ),
        ):
            what.click()
            what.press("Control+a")
            what.press_sequentially(typed, delay=15)
            seat.page.get_by_role("group", name=remark).wait_for()
        seat.pick("Jeg skal i kontakt med", "bekymring Vollsmose", "Bekymring · Odense")
        expect(what).to_have_value("Bekymring")
        where = seat.page.get_by_role("combobox", name="Kommune")
        expect(where).to_have_value("Odense")
        seat.rest()
        assert "trigger=CONCERN" in seat.page.url
        assert "area=mun-0461" in seat.page.url
        seat.record("bekymring Vollsmose", 1)


@on_each_screen
def test_j3_a_move_names_four_sectors_and_no_wrong_hospital(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path="/?trigger=MOVE") as seat:
        seat.pick("Fra kommune", "egedal", "Egedal")
        seat.pick("Til kommune", "roskilde", "Roskilde")
        seat.wait("Overdragelse fra Egedal til Roskilde")
        seat.rest()
        screen = seat.text()
        assert all(sector in screen for sector in ("Social", "Ungdom", "Politi", "Psykiatri"))
        assert "Sct. Hans" not in screen
        seat.record("J3 a move from Egedal to Roskilde", 2)
        assert reveals(seat) == 1


@on_both_screens
def test_tonight_is_asked_about_from_the_landing_page(desk: ScreenDriver) -> None:
    holder = desk.holder("act-ihm-0787").id
    with desk.seat(Role.COORDINATOR, person=holder, path="/", until="Faste kontakter") as seat:
        seat.rest()
        landing = seat.text()
        assert "Typiske behov" in landing
        assert "Svarer nu: " in landing
        assert seat.page.get_by_test_id("stDateInput").count() == 0
        assert seat.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        seat.pick("Hvornår", "i aften", "I aften kl. 22.00")
        seat.wait("gælder onsdag 25. nov. kl. 22.00")
        seat.rest()
        assert "Svarer nu: " not in seat.text()
        seat.press("Bekymring i Thisted")
        seat.wait("kontakter · gælder onsdag 25. nov. kl. 22.00")
        seat.record("Tonight in one's own place", 2)
        assert "at=2026-11-25T22%3A00" in seat.page.url
        seat.pick("Hvornår", "anden", "Anden tid")
        seat.page.get_by_test_id("stDateInput").wait_for()
        seat.rest()
        assert seat.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.drill
def test_a_time_that_is_not_among_the_options_is_typed_by_keyboard(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=f"/?start={RELEASE_START}") as seat:
        seat.pick("Jeg skal i kontakt med", "løsl", "Løsladelse")
        seat.pick("Kommune", "thisted", "Thisted")
        seat.wait(f"2 kontakter · {NOW}")
        hour = seat.page.get_by_role("combobox", name="Hvornår")
        for typed, then in (
            ("engang", "Skriv tidspunktet som 22.10."),
            ("kl. 22.10", "2 kontakter · gælder onsdag 25. nov. kl. 22.10"),
        ):
            hour.focus()
            seat.page.keyboard.type(typed)
            seat.page.get_by_role("option", name=f"Tilføj: {typed}").wait_for()
            announcement = seat.page.locator("[data-live-announcer]").inner_text()
            assert "mulighed" in announcement
            assert "available" not in announcement
            seat.page.keyboard.press("Enter")
            seat.wait(then)
            seat.rest()
        assert "at=2026-11-25T22%3A10" in seat.page.url or "at=2026-11-25T22:10" in seat.page.url
        assert "Skriv tidspunktet" not in seat.text()


def test_a_citizen_number_in_a_name_field_is_refused_and_cleared(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path="/") as seat:
        for label in ("Jeg skal i kontakt med", "Kommune"):
            field = seat.page.get_by_role("combobox", name=label)
            field.fill("010190-1234")
            expect(field).to_have_value("")
            seat.page.get_by_role("alert").filter(has_text="ligner et CPR-nummer").first.wait_for()
        field.fill("Thisted" + " " * 74 + "x")
        seat.page.get_by_role("option", name="Thisted", exact=False).first.wait_for()


@pytest.mark.drill
def test_a_move_shows_the_numbers_of_both_sides_in_six_interactions(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=f"/?start={RELEASE_START}") as seat:
        seat.pick("Jeg skal i kontakt med", "flyt", "Flytning")
        seat.pick("Fra kommune", "egedal", "Egedal")
        seat.pick("Til kommune", "roskilde", "Roskilde")
        seat.press("Vis alle ")
        numbers(seat, least=8)
        seat.record("move: both sides' posts with numbers", 6)
        for side in (2, 3):
            cells = seat.page.locator(f"table.kv tbody td:nth-child({side}) .kv-revealed a")
            assert cells.count() >= 4


def test_a_move_at_night_shows_the_number_of_who_covers_a_closed_post(desk: ScreenDriver) -> None:
    path = f"/?trigger=MOVE&from_area=mun-0787&area=mun-0360&at={TIMES['on a Saturday at 22:00']}"
    with desk.seat(Role.COORDINATOR, path=path, until="indtil da") as seat:
        for place in ("Thisted", "Lolland"):
            post = seat.page.locator("td > div", has_text=f"Infohus-tovholder, {place} Kommune")
            shown = post.first.inner_text()
            assert f"Social døgnvagt, {place} Kommune:" in shown
            assert post.first.locator("a[href^='tel:']").count() == 1, shown


def test_a_concern_shows_five_numbers_until_the_screen_is_left(desk: ScreenDriver) -> None:
    asker = desk.holder("act-ihm-0787").id
    with desk.seat(Role.COORDINATOR, person=asker, path="/?start=act-ihm-0787") as seat:
        seat.pick("Jeg skal i kontakt med", "bekym", "Bekymring")
        seat.pick("Kommune", "ringsted", "Ringsted")
        seat.unfold("Faste kontakter, Ringsted")
        seat.steps += 1
        seat.page.locator("[class*=st-key-all-desk] button").click()
        seat.steps += 1
        numbers(seat, least=5)
        seat.record("concern in Ringsted, from landing to five numbers", 5)
        lines = [line.bounding_box() for line in seat.page.locator(".kv-line").all()]
        assert len({round(box["width"]) for box in lines if box}) == 1, "the columns are aligned"
        seat.wait(" af 30 vist i dag")
        seat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        seat.press("Kopiér")
        copied = seat.page.evaluate("navigator.clipboard.readText()")
        assert numbers(seat).first.inner_text() in copied
        seat.rest()
        assert numbers(seat).count() >= 5, "they stay"
        seat.open("/register")
        assert seat.page.locator(".kv-revealed a").count() == 0
        seat.page.go_back()
        seat.rest()
        assert seat.page.locator(".kv-revealed a").count() == 0


def test_ssp_on_laesoe_shows_the_holder_and_two_numbers(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=f"/?start={RELEASE_START}") as seat:
        seat.pick("Jeg skal i kontakt med", "ssp", "SSP-samarbejde")
        seat.pick("Kommune", "læsø", "Læsø")
        seat.press("Vis alle 2 numre")
        assert numbers(seat, least=2).count() == 2
        seat.record("SSP on Læsø: names and numbers", 3)
        screen = seat.text()
        assert desk.holder("act-ssp-0825").name in screen
        assert "koordinerer SSP Læsø" in screen
        seat.unfold("Faste kontakter, Læsø")
        seat.wait("Vagtcentral, Nordjyllands Politi")


def test_release_to_thisted_shows_the_first_number_in_two_interactions(desk: ScreenDriver) -> None:
    asker = desk.holder(RELEASE_START).id
    with desk.seat(Role.COORDINATOR, person=asker) as seat:
        seat.press("Løsladelse til Thisted")
        seat.wait("1. Hovedkontakt, god løsladelse, Thisted")
        seat.rest()
        seat.page.get_by_test_id("stMain").get_by_role("button", name="Vis mobil").first.click()
        seat.steps += 1
        numbers(seat)
        seat.record("release to Thisted to the first number", 2)


@on_each_screen
@pytest.mark.parametrize(
    ("language", "mentor"),
    [
        ("Ukrainsk", "Mentor 1, Viborg"),
        pytest.param("Somali", "Mentor 1, Aarhus", marks=pytest.mark.drill),
    ],
)
def test_j8_a_mentor_is_found_by_language_within_60_km(
    desk: ScreenDriver, language: str, mentor: str
) -> None:
    with desk.seat(Role.OUTREACH, path=SILKEBORG, until=NOW) as seat:
        seat.press("Flere vilkår")
        seat.pick("Sprog", language, language)
        seat.wait(f"✕ Sprog: {language}")
        seat.rest()
        seat.record(f"J8 a mentor who speaks {language}, within 60 km", 2)
        assert f"1. {mentor}\n" in seat.text()


@on_each_screen
def test_j9_no_path_names_the_missing_link_and_the_condition_to_drop(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=LAESOE, until="Ingen kontaktvej") as seat:
        screen = seat.text()
        assert "en indehaver eller stedfortræder for SSP-koordinator, Læsø" in screen
        assert "Uden vilkåret »" in screen
        seat.press("Fjern vilkåret")
        seat.wait(" · pr. 1. feb. 2027")
        seat.record("J9 no path from Læsø: drop a term", 1)
        assert "on=2027-02-01" in seat.page.url
        seat.page.go_back()
        seat.wait("Ingen kontaktvej")


@on_each_screen
def test_j11_a_link_survives_the_sign_in_and_shows_the_readers_view(desk: ScreenDriver) -> None:
    link = f"{RELEASE}&on=2027-01-01"
    with desk.profile() as (_, seat):
        seat.page.goto(link)
        desk.sign_in(seat.page, desk.login(Role.COORDINATOR))
        seat.wait(ANSWERED)
        seat.rest()
        assert seat.page.url == desk.address + link
        assert reveals(seat) > 0, "numbers are shown for any later time"
        if desk.size == WIDE:
            assert "Du ser kontakterne, som de er den 1. jan. 2027." in seat.text()
            seat.press("Tilbage til i dag")
        else:  # the fields say the date, so that the first number is on the first screen
            assert "2027" in seat.page.get_by_label("Dato", exact=True).inner_text()
            seat.pick("Hvornår", "nu", "Nu")
        seat.page.get_by_role("button", name="Vis mobil").first.wait_for()
    with desk.seat(Role.ANALYST, path=link, until=ANSWERED) as seat:
        assert reveals(seat) == 0
    with desk.seat(Role.ADMIN, path=link) as seat:
        seat.wait("Din rolle giver ikke adgang her.")


@on_each_screen
def test_j12_a_number_is_shown_for_a_purpose_and_a_file_is_fetched_once(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=RELEASE) as seat:
        seat.press("Vis mobil")
        link = numbers(seat).first
        assert (link.get_attribute("href") or "").startswith("tel:+45")
        seat.press("Handlekort (PDF)")
        ticket = seat.page.get_by_role("link", name="Hent").get_attribute("href") or ""
        assert seat.fetch("Hent").read_bytes().startswith(b"%PDF-")
        assert seat.page.request.get(desk.address + ticket).status == 404
        seat.open("/log?tab=mine", "Løsladelse")
        assert seat.page.get_by_role("row").filter(has_text="Løsladelse").count() >= 2


@on_each_screen
def test_j13_a_path_at_ten_in_the_evening_shows_who_answers_then(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=CONCERN, until=f"3 kontakter · {NOW}") as seat:
        seat.pick("Hvornår", "22", "22.00")
        seat.wait("3 kontakter · gælder onsdag 25. nov. kl. 22.00")
        seat.record("J13 who answers at 22.00", 1)
        seat.rest()
        screen = seat.text()
        assert "Svarer nu" not in screen
        assert "Åbner torsdag den 26. nov. kl. 09.00" in screen
        assert "Svarer 25. nov. kl. 22.00: Vagtcentral, Midt- og Vestsjællands Politi" in screen
        assert "at=2026-11-25T22%3A00" in seat.page.url


@on_each_screen
def test_j14_all_numbers_of_a_path_are_shown_with_one_press(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=NATIONAL, until=ANSWERED) as seat:
        calls = len(box_names(seat))
        seat.press(f"Vis alle {calls} numre")
        numbers(seat, least=calls)
        seat.record("J14 all numbers of a way", 1)


@on_both_screens
def test_a_concern_from_pet_shows_the_first_number_and_then_those_of_the_place(
    desk: ScreenDriver,
) -> None:
    """The contact may be called directly in a named matter, so the call leads."""
    with desk.seat(Role.COORDINATOR, path=PET) as seat:
        seat.pick("Jeg skal i kontakt med", "bekym", "Bekymring")
        seat.pick("Kommune", "ringsted", "Ringsted")
        seat.wait("1. Infohus-tovholder, Ringsted Kommune")
        seat.rest()
        answered = seat.steps
        call = seat.page.locator("[class*=st-key-call-1] button").first
        box = call.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= desk.size[1], "without scrolling"
        seat.press("Vis telefon")
        numbers(seat)
        assert seat.steps - answered <= 2
        seat.unfold("Faste kontakter, Ringsted")
        seat.steps += 1
        seat.page.locator("[class*=st-key-all-desk] button").click()
        seat.steps += 1
        numbers(seat, least=5)
        seat.record("concern from PET to five numbers", 5)


@on_both_screens
@pytest.mark.parametrize("at", TIMES.values(), ids=TIMES)
def test_out_of_hours_the_answering_number_is_shown_with_one_press(
    desk: ScreenDriver, at: str
) -> None:
    with desk.seat(Role.COORDINATOR, path=f"{CONCERN}&at={at}") as seat:
        seat.wait("1. Infohus-tovholder, Ringsted Kommune")
        seat.rest()
        screen = seat.text()
        assert "Svarer nu" not in screen
        call = seat.page.locator("[class*=st-key-call-1] :is(button, .kv-revealed a)").first
        box = call.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= desk.size[1], "without scrolling"
        if call.evaluate("node => node.localName") == "button":  # else it is a public number
            call.click()
            seat.steps += 1
        numbers(seat)
        seat.record(f"the number that answers {at}", 1)


def test_if_the_line_that_covers_does_not_answer_the_next_contact_is_shown(
    desk: ScreenDriver,
) -> None:
    path = f"{CONCERN}&at={TIMES['at 02:00']}"
    with desk.seat(Role.COORDINATOR, path=path, until="indtil da: Social døgnvagt") as seat:
        seat.press("Intet svar: næste")
        seat.rest()
        chosen = seat.page.locator("[class*=st-key-contact-]:has(.kv-chosen)")
        assert chosen.inner_text().startswith("2. Infohus-tovholder, politi, Ringsted")
        assert chosen.locator(".kv-revealed a").count() == 1
        assert "Næste i rækken" not in seat.text(), "the office is closed until it opens"


@pytest.mark.parametrize("desk", [NARROW], indirect=True, ids=["narrow"])
@pytest.mark.parametrize("what", ["target=act-head-1466", "trigger=RELEASE&area=mun-0760"])
def test_a_long_name_leaves_the_number_on_the_first_screen_of_a_telephone(
    desk: ScreenDriver, what: str
) -> None:
    path = f"/?start=act-ihm-0787&{what}&at=2026-12-24T02:00"
    with desk.seat(Role.COORDINATOR, path=path, until="indtil da") as seat:
        box = seat.page.locator("[class*=st-key-call-1] .kv-revealed a").first.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= desk.size[1], "without scrolling"


@on_both_screens
def test_a_link_whose_minute_has_passed_is_answered_for_now(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=f"{CONCERN}&at=2026-11-21T22:00") as seat:
        seat.wait("Linket spurgte om lørdag 21. nov. kl. 22.00. Dette er svaret for nu.")
        seat.rest()
        assert "Svarer nu" in seat.text()
        seat.press("Vis telefon")
        numbers(seat)


@on_both_screens
def test_after_a_call_the_next_in_line_and_a_wrong_number_are_in_place(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=CONCERN) as seat:
        seat.wait("1. Infohus-tovholder, Ringsted Kommune")
        seat.press("Vis telefon")
        numbers(seat)
        seat.press("Forkert nummer")
        seat.press("En anden svarer")
        seat.wait("Sendt til den registeransvarlige.")
        seat.rest()
        seat.press("Intet svar: næste")
        seat.rest()
        seat.press("Vis telefon")
        seat.press("Fik fat")
        seat.wait("✓ Fik fat")


@on_each_screen
def test_j15_acute_danger_shows_one_card_with_the_duty_line_of_the_area(desk: ScreenDriver) -> None:
    with desk.seat(Role.COORDINATOR, path=f"/?start={RELEASE_START}") as seat:
        seat.pick("Jeg skal i kontakt med", "akut", "Akut fare")
        seat.pick("Kommune", "ringsted", "Ringsted")
        seat.wait("Vagtcentral, Midt- og Vestsjællands Politi")
        seat.record("J15 acute danger in Ringsted", 2)
        seat.rest()
        assert call_buttons(seat)[:2] == ["tel:112", "tel:114"]
        assert seat.page.get_by_test_id("stMain").get_by_role("radio").count() == 0
        seat.unfold("Orientér bagefter")
        seat.wait("Infohus-tovholder, Ringsted Kommune")
        seat.press("Vis deres numre")
        seat.wait("Kontakt")
        seat.rest()
        assert "trigger=CONCERN" in seat.page.url


def call_buttons(seat: Seat) -> list[str]:
    """The addresses of the emergency buttons, each large and on the first screen."""
    buttons = seat.page.locator("a.kv-call")
    buttons.first.wait_for(timeout=PATIENCE_MS)
    view = seat.page.viewport_size
    assert view is not None
    for button in buttons.all():
        box = button.bounding_box()
        assert box is not None
        assert box["height"] >= 44
        assert box["y"] + box["height"] <= view["height"]
    return [button.get_attribute("href") or "" for button in buttons.all()]


@on_each_screen
@pytest.mark.parametrize("role", [Role.OUTREACH, Role.ANALYST, Role.DPO])
def test_j15_the_duty_line_is_called_at_once_by_every_role_at_a_later_time(
    desk: ScreenDriver, role: Role
) -> None:
    for at in ("2026-11-26T02:00", "2026-11-28T22:00", "2026-12-24T22:00"):
        path = f"/?start={RELEASE_START}&trigger=ACUTE&area=mun-0825&at={at}"
        with desk.seat(role, areas=("mun-0787",), path=path, until="Nordjyllands Politi") as seat:
            seat.rest()
            first, second, line = call_buttons(seat)
            assert (first, second) == ("tel:112", "tel:114")
            assert line.startswith("tel:+45")
            assert seat.page.locator("[data-testid=stAlert]").count() == 0

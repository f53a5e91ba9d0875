"""The screen that finds a contact path: a need in the address is answered on the screen."""

import json
import re
from collections import Counter
from datetime import date, datetime
from html import unescape
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from api.audit.entry import AuditKind
from explorer.address import FIND
from explorer.views.find.need import need_parameters
from explorer.views.find.when import time_in, usual_times
from graph.access.policy import TASKS, Role, Task
from graph.model import ContactDetail, EntryPointFor, ReachedBy, Secret
from graph.vocabulary import Channel, Visibility
from tests.change_sets import NUMBERS, change_set
from tests.explorer.screen import Screens, assert_shows, buttons, html, press, text
from tests.graph.paths.additions import tie

WAY: dict[str, str] = {"target": "ssp-post", "answer": "1"}
"""Query for a contact who may be called directly, with the contact path chosen."""
LEGS: dict[str, str] = {"target": "intake", "stops": "ssp-post"}
SATURDAY = "2026-11-28T22:00"


def _find(screens: Screens, lang: str = "da", **query: str | list[str]) -> AppTest:
    return screens.screen(FIND, Role.COORDINATOR, person="carl", areas=("dk",), lang=lang, **query)


@pytest.mark.slow
def test_an_empty_need_shows_a_prompt_and_offers_examples(screens: Screens) -> None:
    app = _find(screens)
    assert "Vælg, hvem eller hvad du skal i kontakt med. Svaret vises med det samme." in text(app)
    next(button for button in app.button if button.label.startswith("Bekymring i ")).click().run()
    assert app.query_params["trigger"] == "CONCERN"
    assert "Vælg, hvem" not in text(app)


def test_a_subject_with_a_place_fills_both_fields() -> None:
    both = need_parameters("trigger:CONCERN@mun-0461")
    assert (both["trigger"], both["area"], both["target"]) == ("CONCERN", "mun-0461", None)
    assert "area" not in need_parameters("competence:kv:01")
    assert need_parameters("competence:kv:01")["competence"] == "kv:01"


@pytest.mark.parametrize(("lang", "title", "says"), [
    ("da", "Faste kontakter, Østkystens Politi", "Svarer nu"),
    ("en", "Standing contacts, Østkystens Politi", "Answers now"),
])  # fmt: skip
def test_an_empty_need_lists_who_answers_now_at_the_users_own_place(
    screens: Screens, lang: str, title: str, says: str
) -> None:
    before = _question_counts(screens)
    app = _find(screens, lang)
    assert (_question_counts(screens) - before)["find_paths"] == 1
    assert title in [header.value for header in app.header]
    (desk,) = re.findall(r'<ul class="kv-home">.*?</ul>', html(app))
    assert desk.count("<li>") > 1
    assert desk.count("/register?id=") == desk.count("<li>")
    assert says in desk
    assert not buttons(app, "show-"), "a number is shown in the answer alone"


def test_the_contacts_of_the_own_place_are_those_of_the_chosen_hour(screens: Screens) -> None:
    app = _find(screens, at="2026-11-25T22:00")
    assert "gælder onsdag 25. nov. kl. 22.00" in text(app)
    (desk,) = re.findall(r'<ul class="kv-home">.*?</ul>', html(app))
    assert "Svarer nu" not in desk
    assert "Svarer 25. nov. kl. 22.00" in desk


def test_a_deep_link_answers_without_a_click(screens: Screens) -> None:
    app = _find(screens, **WAY)
    content = text(app)
    assert app.header[0].value == "1 kontakt · gælder onsdag 25. nov. kl. 10.00"
    assert "**Svarer nu:** Bo" in content, "the deputy answers while amina is away"
    assert "Vej 1: 1 led" not in content, "there is one way only"
    assert len(_boxes(app)) == 1
    assert "Kontrolleret 15. okt. 2026" in content
    app.session_state["more-ssp-post"] = True
    assert "Ellers: Vagtcentral, Østkysten" in text(app.run()), "the duty line last"


@pytest.mark.parametrize("target", ["ssp-post", "no-such"])
def test_a_need_is_requested_once_per_run(screens: Screens, target: str) -> None:
    before = _question_counts(screens)
    app = _find(screens, target=target)
    once = _question_counts(screens)
    app.run()
    counts = [count["find_paths"] for count in (before, once, _question_counts(screens))]
    assert [later - sooner for sooner, later in pairwise(counts)] == [1, 1]


@pytest.mark.slow
@pytest.mark.parametrize("query", [WAY, {"target": "intake"}, LEGS])
def test_list_drawing_and_copied_text_name_the_same_stops_in_the_same_order(
    screens: Screens, query: dict[str, str]
) -> None:
    app = _find(screens, **query)
    listed = [text.split("**")[1] for text in _names(app)]
    assert listed
    assert [f"{box['number']}. {box['name']}" for box in _boxes(app)] == listed
    lines = _copied_text(app).split("\n")
    assert [line for line in lines if line[:1].isdecimal() and ". " in line[:4]] == listed


def test_a_need_without_a_required_area_shows_a_prompt(screens: Screens) -> None:
    assert "Vælg en kommune." in text(_find(screens, trigger="RELEASE"))


def test_no_path_shows_the_reason_in_english(screens: Screens) -> None:
    app = _find(screens, lang="en", target="release")
    assert_shows(app, "No contact path", "nobody answers there")


def test_no_path_names_the_steward_to_a_user_who_may_not_create_what_is_missing(
    screens: Screens,
) -> None:
    app = screens.screen(FIND, Role.SERVICE, person="carl", areas=("dk",), target="forum")
    assert "Skriv til den registeransvarlige for Havnen, som kan oprette det" in text(app)
    cards = {link.proto.label: link.proto.url for link in app.get("link_button")}
    assert cards == {
        "Åbn Infohus-tovholder, Østkysten i registret": "/register?id=ihd",
        "Åbn SSP-koordinator, Kystby i registret": "/register?id=ssp-post",
    }
    steward = screens.screen(FIND, Role.STEWARD, person="carl", areas=("dk",), target="forum")
    assert "Skriv til den registeransvarlige" not in text(steward)


def test_avoiding_a_stop_is_a_condition_that_can_be_dropped(screens: Screens) -> None:
    app = _unfold_step(_find(screens, **WAY), "ssp-post")
    buttons(app, "without-")[0].click().run()
    assert app.query_params["avoid"]
    buttons(app, "chip-avoid-")[0].click().run()
    assert "avoid" not in app.query_params


def test_reverse_swaps_start_and_target(screens: Screens) -> None:
    app = _find(screens, target="ssp-post")
    press(app, "Vend retning")
    assert app.query_params["start"] == "ssp-post"
    assert app.title[0].value == "Vejen tilbage"
    press(app, "Vend retning")
    assert app.query_params["target"] == "ssp-post"
    assert app.title[0].value == "Find kontaktvej"


def test_a_move_shows_both_sides_sector_by_sector(screens: Screens) -> None:
    app = _find(screens, trigger="MOVE", from_area="kystby", area="nabo")
    assert "Overdragelse fra Kystby til Nabo" in app.header[0].value
    assert "<table" in text(app)


def test_a_move_shows_who_answers_at_the_chosen_hour(screens: Screens) -> None:
    by_day = _find(screens, trigger="MOVE", from_area="kystby", area="nabo")
    assert "Svarer nu" in text(by_day)
    evening = "2026-11-25T22:00"
    by_night = _find(screens, trigger="MOVE", from_area="kystby", area="nabo", at=evening)
    assert by_night.selectbox(key="term-when").value == evening
    assert "Svarer nu" not in text(by_night)
    assert "Svarer 25. nov. kl. 22.00: Vagtcentral, Østkysten, døgnet rundt" in text(by_night)
    assert "Åbner torsdag den 26. nov. kl. 09.00 (Erik Stenbro Sørensen)" in text(by_night)


def test_a_path_with_a_stop_is_shown_leg_by_leg_in_order(screens: Screens) -> None:
    app = _find(screens, **LEGS)
    assert "kontaktvej" in app.header[0].value.casefold()
    assert buttons(app, "show-1-ssp-post-")
    lines = _copied_text(app).split("\n")
    assert lines[0].startswith("3 led, ")
    assert [line for line in lines if line.startswith("Stykke")] == [
        "Stykke 1: Infohus-tovholder, Østkysten → SSP-koordinator, Kystby",
        "Stykke 2: SSP-koordinator, Kystby → Social modtagelse, Kystby",
    ]
    assert [line[:2] for line in lines[1:] if line[:1].isdecimal()] == ["1.", "2.", "3."]
    app.button(key="make-card").click().run()
    assert app.get("link_button")[-1].proto.url.startswith("/eksport/")
    assert not buttons(_find(screens, **LEGS, on="2027-01-15"), "show-")


def test_leg_drawings_are_numbered_consecutively_and_each_box_has_its_card(
    screens: Screens,
) -> None:
    app = _find(screens, **LEGS)
    drawings = _drawings(app)
    assert [[box["number"] for box in boxes] for boxes in drawings] == [[1], [2, 3]]
    ids: list[str] = [container.proto.id for container in app.get("flex_container")]
    cards = [id.partition("-card-")[2] for id in ids if "-card-" in id]
    assert [box["id"] for boxes in drawings for box in boxes] == cards
    listed = [text.split("**")[1] for text in _names(app)]
    assert listed == [f"{box['number']}. {box['name']}" for boxes in drawings for box in boxes]


def test_a_leg_card_shows_details_and_offers_to_avoid_all_but_required_stops(
    screens: Screens,
) -> None:
    app = _unfold_step(_find(screens, **LEGS), "1-ssp-post")
    assert "Infohus-tovholder, Østkysten henviser til SSP-koordinator, Kystby" in text(app)
    assert not buttons(app, "without-"), "a stop on the way is needed"
    _unfold_step(_unfold_step(app, "2-ssp"), "2-intake")
    first, second = buttons(app, "without-")
    assert (first.key, second.key) == ("without-2-ssp", "without-2-intake")
    first.click().run()
    assert app.query_params["avoid"] == "ssp"


def test_why_this_path_accounts_for_each_hop_of_each_leg(screens: Screens) -> None:
    app = _find(screens, **LEGS)
    (why,) = [expander for expander in app.expander if expander.label == "Hvorfor denne vej?"]
    assert [title.value.split(":")[0] for title in why.subheader] == ["Stykke 1", "Stykke 2"]
    lines = [line for block in why.markdown for line in block.value.split("\n")]
    hops = [line for line in lines if line.startswith("**")]
    assert len(hops) == 3
    assert hops[-1].endswith("SSP Kystby → Social modtagelse, Kystby**")
    assert why.caption[0].value.startswith("Registrets revision 1, regelsæt ")


def test_notes_of_legs_use_the_consecutive_step_numbers(screens: Screens) -> None:
    app = screens.screen(
        FIND, Role.COORDINATOR, Role.OUTREACH, person="dina", areas=("dk",),
        start="ihd", target="jens", level="OUTREACH", stops="outreach",
    )  # fmt: skip
    last = _names(app)[-1].split("**")[1].split(".")[0]
    assert int(last) > 1
    assert f"Led {last} går gennem en døråbner: spørg Dina Åkær Friis." in text(app)


def test_a_leg_without_a_path_offers_to_drop_a_condition(
    screens: Screens,
) -> None:
    app = _find(screens, **LEGS, avoid="ssp")
    assert_shows(app, "Ingen kontaktvej", "Stykke 2")
    app.button(key="drop-AVOID").click().run()
    assert "avoid" not in app.query_params
    assert app.query_params["stops"] == "ssp-post"
    assert "kontaktvej · pr." in app.header[0].value


def test_another_date_shows_what_differs_from_today_and_offers_no_reveal(
    screens: Screens,
) -> None:
    app = _find(screens, target="ssp-post", on="2027-01-15", compare="1")
    assert "Du ser kontakterne, som de er den 15. jan. 2027." in text(app)
    assert [box["hop"]["changed"] for box in _boxes(app)] == ["en anden svarer"]
    assert not buttons(app, "show-")


@pytest.mark.parametrize("query", [{"target": "no-such"}, {"target": "<script>"}, {"on": "x"}])
def test_an_address_with_unknown_values_shows_a_message(
    screens: Screens, query: dict[str, str]
) -> None:
    content = text(_find(screens, **query))
    assert "Findes ikke, eller du har ikke adgang." in content or "Vælg, hvem" in content


def test_an_unknown_trigger_shows_not_found_and_the_fields_remain(screens: Screens) -> None:
    app = _find(screens, trigger="NONSENSE", area="kystby")
    assert app.selectbox(key="term-when")
    assert "Findes ikke" in text(app)


def test_a_shared_link_names_the_start_so_that_others_get_the_same_answer(screens: Screens) -> None:
    app = _find(screens, target="ssp-post")
    (link,) = [code.value for code in app.code if "target=ssp-post" in code.value]
    query = dict(parse_qsl(urlsplit(link).query))
    assert query["start"]
    assert link in [code.value for code in _find(screens, **query).code]
    elsewhere = screens.screen(FIND, Role.COORDINATOR, person="bo", areas=("dk",), **query)
    assert _names(elsewhere) == _names(app)


def test_a_shared_link_contains_the_stops(screens: Screens) -> None:
    app = _find(screens, target="ssp-post", stops=["ihd"])
    assert any("stops=ihd" in code.value for code in app.code)


def test_a_sector_is_a_condition_that_can_be_dropped(screens: Screens) -> None:
    app = _find(screens, target="ssp-post", sector="HOUSING")
    app.button(key="chip-sector-HOUSING").click().run()
    assert "sector" not in app.query_params


# ---- contacts


def test_contacts_are_listed_with_why_they_fit_when_they_answer_and_who_may_call(
    screens: Screens,
) -> None:
    app = _find(screens, area="havnen", sector="YOUTH")
    assert app.header[0].value == "2 kontakter · gælder onsdag 25. nov. kl. 10.00"
    first, second = (text.split("  \n") for text in _contacts(app))
    assert first[0] == "**1. Opsøgende medarbejder, Havnen**"
    assert second == [
        "**2. SSP-koordinator, Kystby**",
        "**Svarer nu:** Bo Rugvang Sørensen, stedfortræder for SSP-koordinator, til kl. "
        "15.00 (indehaver fraværende til 7. dec.)",
    ]
    assert_shows(
        app, "dækker det område, Havnen ligger i :green-badge[✓ Kontrolleret 15. okt. 2026]",
        ":material/call: Du må ringe direkte",
    )  # fmt: skip


def test_another_contact_is_shown_by_a_button_and_a_path_selects_its_contact(
    screens: Screens,
) -> None:
    app = _find(screens, area="havnen", sector="YOUTH")
    assert _contacts(app)[0].startswith("**1. Opsøgende medarbejder, Havnen**")
    buttons(app, "ways-to-2")[0].click().run()
    assert app.query_params["contact"] == "2"
    assert _contacts(app)[0].startswith("**2. SSP-koordinator, Kystby**"), "the chosen one leads"
    way = _names(_find(screens, area="havnen", sector="YOUTH", answer="2"))
    assert way[-1].startswith("**1. SSP-koordinator, Kystby**")


def test_a_direct_call_leads_and_the_ways_are_folded(screens: Screens) -> None:
    app = _find(screens, target="ssp-post")
    (contact,) = _contacts(app)
    assert contact.startswith("**1. SSP-koordinator, Kystby**  \n**Svarer nu:** Bo")
    first = next(button for button in app.button if button.label.startswith("Vis "))
    assert (first.key or "").startswith("show-call-1-"), "its number is the first button"
    assert (_boxes(app), _names(app)) == ([], [])
    app.session_state["or-through-1"] = True
    app.run()
    assert [box["name"] for box in _boxes(app)] == ["SSP-koordinator, Kystby"]


def test_a_contact_who_may_not_be_called_is_reached_through_the_first_step(
    screens: Screens,
) -> None:
    app = _find(screens, target="intake")
    (contact,) = _contacts(app)
    lead = "Ring først til **SSP-koordinator, Kystby**. **Svarer nu:** Bo Rugvang Sørensen"
    assert lead in contact
    assert [box["number"] for box in _boxes(app)] == [1, 2], "the way is the answer"
    buttons(app, "show-call-1-")[0].click().run()
    assert NUMBERS["phone-bo"] in html(app)


def test_the_start_of_a_shared_link_is_labeled_you_only_for_its_own_user(screens: Screens) -> None:
    query = {**WAY, "start": "ihd"}
    own = _drawings(_find(screens, **query), is_whole=True)[0][0]["name"]
    assert own == "Dig: Infohus-tovholder, Østkysten"
    for parameters in (query, {**query, **LEGS}):
        app = screens.screen(FIND, Role.COORDINATOR, person="bo", areas=("dk",), **parameters)
        start = _drawings(app, is_whole=True)[0][0]["name"]
        assert start == "Fra: Infohus-tovholder, Østkysten"


def test_the_numbers_of_a_contact_are_shown_with_one_press(screens: Screens) -> None:
    app = _find(screens, target="ssp-post")
    press(app, "Vis 1 nummer")
    assert NUMBERS["phone-bo"] in html(app)
    assert "1 af 30 vist i dag" in text(app)
    assert NUMBERS["phone-bo"] in _copied_text(app)


def test_no_answer_shows_the_next_in_line(screens: Screens) -> None:
    app = _find(screens, target="ssp-post")
    press(app, "Intet svar: næste")
    assert "Næste i rækken: **Vagtcentral, Østkysten**" in text(app)
    app.run()
    assert "Næste i rækken: **Vagtcentral, Østkysten**" in text(app)
    copied = _copied_text(app)
    assert "Næste i rækken: Vagtcentral, Østkysten" in copied
    assert "Svarer nu: Bo" not in copied, "the number that follows is not his"


def test_another_hour_resets_the_next_in_line(screens: Screens) -> None:
    app = _find(screens, target="ssp-post")
    press(app, "Intet svar: næste")
    app.query_params["at"] = "2026-11-25T11:00"
    assert "Næste i rækken" not in text(app.run())
    del app.query_params["at"]
    assert "Næste i rækken" not in text(app.run())


def test_a_contact_excluded_by_its_gate_is_listed_above_the_contacts(screens: Screens) -> None:
    content = text(_find(screens, area="havnen", sector="YOUTH", gate="INFOHOUSE"))
    left = content.index("Opsøgende medarbejder, Havnen: grundlaget tillader det ikke.")
    assert left < content.index("**1. SSP-koordinator, Kystby**")


def test_a_contact_that_is_the_user_is_marked_as_you(screens: Screens) -> None:
    (own,) = _contacts(_find(screens, area="kystby", sector="POLICE"))
    assert own.startswith("**1. Infohus-tovholder, Østkysten** :blue-badge[Det er dig]")


def test_standing_contacts_of_an_area_are_listed_and_their_numbers_revealed(
    screens: Screens,
) -> None:
    app = _find(screens, network="SSP", area="kystby")
    assert "Faste kontakter, Kystby" in [expander.label for expander in app.expander]
    app.session_state["desk"] = True
    app.run()
    post = '<a href="/register?id=ssp-post" target="_self">SSP-koordinator, Kystby</a>'
    answers = ("ring direkte, sig ikke, hvem det handler om", "ikke direkte", "det er dig")
    assert_shows(html(app), post, *answers)
    buttons(app, "all-desk")[0].click().run()
    assert NUMBERS["phone-bo"] in html(app)


def test_a_step_lists_all_nodes_reached_by_the_same_call(screens: Screens) -> None:
    app = _find(screens, target="intake")
    first, _ = _names(app)
    assert first.startswith("**1. SSP-koordinator, Kystby** ")
    assert first.endswith("  \nSamme opkald: SSP Kystby")
    assert "   Samme opkald: SSP Kystby\n2. Social modtagelse, Kystby" in _copied_text(app)


def test_a_path_with_stale_checks_is_marked_and_shows_a_warning(screens: Screens) -> None:
    app = _find(screens, target="intake", on="2027-03-01")
    assert ":red-badge[⚠ Forældet kontrol] 2 led" in text(app)
    (warned,) = [warning.value for warning in app.warning]
    assert "kontrol" in warned
    fresh = _find(screens, target="intake")
    assert ":red-badge[" not in text(fresh)
    assert [warning.value for warning in fresh.warning] == []


def test_acute_danger_shows_one_card_and_no_choices(screens: Screens) -> None:
    app = _find(screens, trigger="ACUTE", area="kystby")
    assert app.header[0].value.startswith("Akut fare: ring 112")
    assert "Der kendes ingen vagtcentral for Kystby." in text(app)
    assert not _contacts(app)
    assert not app.radio
    assert app.header[0].value == _find(screens, trigger="ACUTE").header[0].value


def test_acute_danger_offers_calls_at_any_time_and_nothing_that_can_be_refused(
    screens: Screens,
) -> None:
    duty = ContactDetail(
        id="phone-duty", channel=Channel.PHONE, value=Secret("+45 05 14 14 14"),
        hint="+45 •• •• •• 14", visibility=Visibility.AREA, source="kystby",
    )  # fmt: skip
    enters = tie(EntryPointFor, "duty", "nabo", order=1, is_acute=True)
    owns = tie(ReachedBy, "duty", "phone-duty", order=1)
    screens.app.store.apply(change_set(creates=(duty, owns, enters)))
    need = {"start": "ihd", "trigger": "ACUTE", "area": "nabo"}
    for role in sorted(TASKS[Task.QUESTION] - {Role.SERVICE}):
        for at in ({}, {"at": SATURDAY}, {"at": "2026-12-24T02:00"}, {"on": "2026-12-24"}):
            app = screens.screen(FIND, role, **need, **at)
            assert '<a class="kv-call" href="tel:+4505141414">' in html(app), (role, at)
            keys = [str(button.key) for button in app.button]
            assert not [key for key in keys if key.startswith(("show-", "all-"))], (role, at)
            assert not app.warning
            assert not app.error


# ---- dates and hours


def test_another_hour_is_shown_in_the_answer_and_no_contact_answers_now(screens: Screens) -> None:
    app = _find(screens, target="ssp-post")
    app.selectbox(key="term-when").set_value("2026-11-25T22:00").run()
    assert app.query_params["at"] == "2026-11-25T22:00"
    assert app.header[0].value == "1 kontakt · gælder onsdag 25. nov. kl. 22.00"
    assert "Svarer nu" not in text(app)
    app.selectbox(key="term-when").set_value("now").run()
    assert "at" not in app.query_params
    assert "on" not in app.query_params


@pytest.mark.parametrize(("now", "times"), [
    ("2026-11-25T10:20", ["25T11:00", "25T22:00", "26T09:00"]),
    ("2026-11-25T05:00", ["25T09:00", "25T22:00", "26T09:00"]),
    ("2026-11-25T14:59", ["25T15:00", "25T22:00", "26T09:00"]),
    ("2026-11-25T15:10", ["25T22:00", "26T09:00"]),
    ("2026-11-28T02:00", ["28T22:00", "29T09:00"]),
    ("2026-11-25T22:00", ["26T09:00"]),
    ("2026-11-25T23:50", ["26T09:00"]),
])  # fmt: skip
def test_the_usual_times_are_never_past_and_in_working_hours_on_a_weekday(
    now: str, times: list[str]
) -> None:
    usual = usual_times(datetime.fromisoformat(now))
    assert [f"{time:%dT%H:%M}" for time in usual] == times


@pytest.mark.parametrize("lang", ["da", "en"])
def test_tonight_is_chosen_beside_the_place_and_the_address_has_its_minute(
    screens: Screens, lang: str
) -> None:
    app = _find(screens, lang, target="ssp-post")
    when = app.selectbox(key="term-when")
    assert when.options[0] == {"da": "Nu", "en": "Now"}[lang]
    tonight = {"da": "I aften kl. 22.00", "en": "Tonight 22:00"}[lang]
    assert tonight in when.options
    assert not app.date_input, "a date and an hour are asked for only where they are chosen"
    when.set_value("2026-11-25T22:00").run()
    assert app.query_params["at"] == "2026-11-25T22:00"
    assert not app.date_input


def test_a_date_and_an_hour_are_two_fields_beside_the_place(screens: Screens) -> None:
    app = _find(screens, target="ssp-post")
    app.selectbox(key="term-when").set_value("own-time").run()
    assert not app.query_params.keys() & {"at", "on"}, "nothing is chosen yet"
    app.date_input(key="term-on").set_value(date(2026, 11, 27)).run()
    assert app.query_params["on"] == "2026-11-27"
    app.selectbox(key="term-hour").set_value("14:00").run()
    assert app.query_params["at"] == "2026-11-27T14:00"
    app.selectbox(key="term-when").set_value("now").run()
    assert not app.query_params.keys() & {"at", "on"}
    assert not app.date_input


@pytest.mark.parametrize(("text", "typed"), [
    ("22:10", "22:10"), ("22.10", "22:10"), ("2210", "22:10"), ("kl. 22", "22:00"),
    ("kl 9", "09:00"), (" 0.05 ", "00:05"), ("at 7:30", "07:30"), ("24", None), ("22:60", None),
    ("i aften", None), ("", None), ("22:10:59", None),
])  # fmt: skip
def test_a_typed_hour_is_parsed_in_common_notations(text: str, typed: str | None) -> None:
    hour = time_in(text)
    assert (None if hour is None else f"{hour:%H:%M}") == typed


@pytest.mark.slow
def test_changing_the_date_preserves_the_hour_and_vice_versa(screens: Screens) -> None:
    app = _find(
        screens, target="ssp-post", on="2026-11-27"
    )  # all hours: this date is never the real today
    assert app.header[0].value == "1 kontakt · pr. 27. nov. 2026"
    app.selectbox(key="term-hour").set_value("22:00").run()
    assert app.query_params["at"] == "2026-11-27T22:00"
    assert "on" not in app.query_params
    assert app.header[0].value == "1 kontakt · gælder fredag 27. nov. kl. 22.00"
    assert "Du ser kontakterne, som de er den 27. nov. 2026." in text(app)
    app.date_input(key="term-on").set_value(date(2026, 11, 26)).run()
    assert app.query_params["at"] == "2026-11-26T22:00"
    app.selectbox(key="term-hour").set_value(None).run()
    assert app.query_params["on"] == "2026-11-26"
    press(app, "Tilbage til i dag")
    assert app.query_params.keys() == {"target"}


def test_the_hour_is_shown_in_english(screens: Screens) -> None:
    app = _find(screens, lang="en", target="ssp-post", at=SATURDAY)
    assert app.header[0].value == "1 contact · as of Saturday 28 November 22:00"


@pytest.mark.parametrize("at", ["2026-11-28", "2026-13-28T22:00", "now"])
def test_an_invalid_time_in_the_address_is_ignored(screens: Screens, at: str) -> None:
    assert "kl. 10.00" in _find(screens, target="ssp-post", at=at).header[0].value


@pytest.mark.parametrize(
    ("at", "asked"),
    [("2026-11-21T22:00", "lørdag 21. nov. kl. 22.00"), ("2026-11-25T08:00", "onsdag 25. nov.")],
)
def test_a_link_whose_minute_has_passed_is_answered_for_now_and_says_so(
    screens: Screens, at: str, asked: str
) -> None:
    app = _find(screens, target="ssp-post", at=at)
    assert app.header[0].value == "1 kontakt · gælder onsdag 25. nov. kl. 10.00"
    assert_shows(app, f"Linket spurgte om {asked}", "Dette er svaret for nu.", "**Svarer nu:** Bo")
    assert "Du ser strukturen" not in text(app)
    assert buttons(app, "show-call-1-")
    if at < "2026-11-25":
        press(app, "Se kontakterne, som de var 21. nov. 2026")
        assert "1 kontakt · pr. 21. nov. 2026" in app.header[0].value
        assert not buttons(app, "show-"), "who has left since is not revealed"


@pytest.mark.parametrize("at", ["2026-11-21T22:00", "2026-11-25T08:00"])
@pytest.mark.parametrize(
    "query",
    [{"trigger": "MOVE", "from_area": "kystby", "area": "nabo"}, LEGS],
    ids=["move", "legs"],
)
def test_a_passed_minute_of_a_move_and_of_stops_is_answered_for_now_too(
    screens: Screens, query: dict[str, str], at: str
) -> None:
    app = _find(screens, **query, at=at)
    assert_shows(app, "Linket spurgte om", "Dette er svaret for nu.", "Svarer nu")
    assert "ligger i fortiden" not in text(app)


def test_a_move_within_one_municipality_asks_for_two(screens: Screens) -> None:
    app = _find(screens, trigger="MOVE", from_area="kystby", area="kystby")
    assert "Hvorfra og hvortil? Vælg to kommuner." in text(app)
    assert "to_area" not in text(app)


def test_numbers_are_revealed_for_a_later_time(screens: Screens) -> None:
    app = _find(screens, target="ssp-post", at=SATURDAY)
    assert "Svarer 28. nov. kl. 22.00:** Vagtcentral, Østkysten" in text(app)
    assert "1. SSP-koordinator, Kystby" in text(app)
    tomorrow = _find(screens, target="ssp-post", at="2026-11-26T10:00")
    buttons(tomorrow, "show-call-1-")[0].click().run()
    assert NUMBERS["phone-bo"] in html(tomorrow)


@pytest.mark.slow
def test_contact_files_are_offered_to_a_coordinator_but_not_to_a_steward(screens: Screens) -> None:
    for query in (WAY, {"target": "ssp-post"}):
        app = _find(screens, **query)
        assert _offers_card(app)
        app.button(key="make-card").click().run()
        assert app.get("link_button")[-1].proto.url.startswith("/eksport/")
    steward = screens.screen(FIND, Role.STEWARD, person="carl", areas=("dk",), target="ssp-post")
    assert not _offers_card(steward)


def _offers_card(app: AppTest) -> bool:
    return bool(buttons(app, "make-card")) and bool(buttons(app, "make-vcard"))


def _unfold_step(app: AppTest, box: str) -> AppTest:
    """Unfold the details and actions of a step."""
    app.session_state[f"more-{box}"] = True
    return app.run()


def _drawings(app: AppTest, *, is_whole: bool = False) -> list[list[dict[str, Any]]]:
    """Return the boxes of each drawing; without the start, unless `is_whole`."""
    return [
        [
            box
            for box in json.loads(component.proto.json)["boxes"]
            if is_whole or box["number"] is not None
        ]
        for component in app.get("bidi_component")
        if component.proto.component_name == "kontaktvej.path"
    ]


def _boxes(app: AppTest) -> list[dict[str, Any]]:
    return [box for drawing in _drawings(app) for box in drawing]


def _copied_text(app: AppTest) -> str:
    """Return the text that the button for copying the path holds."""
    (copied,) = re.findall(r'data-copy="([^"]*)"', html(app))
    return unescape(copied)


def _question_counts(screens: Screens) -> Counter[str]:
    """How often each question was asked, by the audit log."""
    return Counter(row.action for row in screens.app.rows() if row.kind is AuditKind.ASKED)


def _numbered(app: AppTest, within: str) -> list[str]:
    """Return the texts that begin with a number, in containers whose key holds `within`."""
    return [
        block.value
        for container in app.get("flex_container")
        if f"-{within}" in container.proto.id
        for block in container.markdown
        if block.value[2:3].isdigit()
    ]


def _contacts(app: AppTest) -> list[str]:
    return _numbered(app, "contact-")


def _names(app: AppTest) -> list[str]:
    """Return the steps of the chosen path."""
    return _numbered(app, "card-")

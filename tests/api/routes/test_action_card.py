"""The action card: whom to call, in order, on one page; and the export of a path with stops."""

import io
from typing import Any

from httpx2 import Response
from pypdf import PdfReader

from api.settings import Settings
from graph.access.policy import Role
from graph.model import Actor, BelongsTo, ContactDetail, EntryPointFor, ReachedBy, Secret
from graph.vocabulary import Channel, PostKind, Sector, Tier, Visibility
from tests.api.routes.test_exports import AMINA, SSP, TO_JENS, ask_contacts, fetch, reveal
from tests.change_sets import NUMBERS, change_set
from tests.fixtures.app import Headers, TestApp, opened_app
from tests.fixtures.details import numbers_of
from tests.graph.paths.additions import tie


def page(answer: Response) -> str:
    pdf = PdfReader(io.BytesIO(answer.content))
    assert len(pdf.pages) == 1
    return " ".join(pdf.pages[0].extract_text().split())


def test_an_action_card_lists_contacts_in_order_with_hours_and_validity(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    answer = ask_contacts(app, headers, need=SSP, format="ACTION_CARD", purpose="RELEASE")
    assert answer.json()["reveals"] == 1
    assert answer.json()["file"].endswith(".pdf")
    response = fetch(app, headers, answer)
    assert response.headers["content-type"] == "application/pdf"
    text = page(response)
    parts = (
        "Handlekort: Kystby", "ring 112", "114", "Ring til", "SSP-koordinator, Kystby",
        "Svarer nu: Bo Rugvang Sørensen, stedfortræder for SSP-koordinator, til kl. 15.00",
        "Ændres 7. dec. 2026.",
        NUMBERS["phone-bo"], "man–fre 09.00–15.00", "Du må ringe direkte.",
        "Eller gennem, i denne rækkefølge", "1 SSP-koordinator, Kystby", "Se øverst.",
        "Infohus (§ 115)", "Kontrolleret 15. okt. 2026", "Faste kontakter",
        "Infohus-tovholder, Østkysten", "Udskrevet", "Gælder til",
        "http://127.0.0.1:8501/?start=ihd&target=ssp-post&answer=1", answer.json()["export"],
    )  # fmt: skip
    at = 0
    for part in parts:
        at = text.find(part, at)
        assert at >= 0, (part, text)
    assert app.rows()[-1].subjects == ("bo",)  # Carl is hidden from a caller without a post
    assert app.rows()[-1].count == answer.json()["rows"] == 5


def test_hop_numbers_in_notes_continue_across_the_legs_of_a_path(app: TestApp) -> None:
    headers = app.as_(Role.OUTREACH, Role.COORDINATOR, person="dina")
    need: dict[str, Any] = {**TO_JENS, "start": "ihd", "level": "OUTREACH"}
    way: dict[str, Any] = {"need": need, "stops": ["outreach"]}
    answer = app.post("/paths/stops", headers, {**need, "stops": way["stops"]})
    legs = answer.json()["paths"][0]["legs"]
    hops = sum(len(leg["hops"]) for leg in legs)
    assert len(legs[-1]["hops"]) < hops
    notes = [note["words"]["text"] for note in legs[-1]["notes"] if note["kind"] == "OPENER_HOP"]
    assert notes == [f"Led {hops} går gennem en døråbner: spørg Dina Åkær Friis."]
    text = page(fetch(app, headers, ask_contacts(app, headers, **way, format="ACTION_CARD")))
    assert f"{hops} Formand Jens R." in text
    assert f"Led {hops} går gennem en døråbner: spørg" in text


def test_a_path_through_stops_is_exported_with_all_its_legs(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    need: dict[str, Any] = {"start": "ihd", "target": "intake"}
    way: dict[str, Any] = {"need": need, "stops": ["ssp-post"]}
    answer = app.post("/paths/stops", headers, {**need, "stops": way["stops"]})
    whole = answer.json()["paths"][0]
    names = [stop["node"]["name"] for leg in whole["legs"] for stop in leg["stops"][1:]]
    assert len(names) > 1
    response = ask_contacts(app, headers, **way, format="ACTION_CARD", purpose="RELEASE")
    text, at = page(fetch(app, headers, response)), 0
    steps = [f"{place} {name}" for place, name in enumerate(names, 1)]
    for part in (whole["words"]["summary"], *steps, "stops=ssp-post&answer=1"):
        at = text.find(part, at)
        assert at >= 0, (part, text)
    card = fetch(app, headers, ask_contacts(app, headers, **way)).content.decode()
    assert card.count("BEGIN:VCARD") == len({*names} - {"SSP Kystby"})
    assert ask_contacts(app, headers, **way, answer=5).json()["errors"][0]["pointer"] == "/answer"
    assert ask_contacts(app, headers, post="ssp-post", stops=["ssp-post"]).status_code == 422


def test_an_action_card_uses_the_requested_language(app: TestApp) -> None:
    headers = {**app.as_(Role.COORDINATOR), "Accept-Language": "en"}
    text = page(fetch(app, headers, ask_contacts(app, headers, need=SSP, format="ACTION_CARD")))
    for part in (
        "Acute danger: call 112",
        "Or through, in this order",
        "Answers now",
        "Valid until",
    ):
        assert part in text


def test_an_action_card_names_a_civilian_and_door_opener_without_a_number(app: TestApp) -> None:
    headers = app.as_(Role.OUTREACH, Role.COORDINATOR, person="dina")
    text = page(fetch(app, headers, ask_contacts(app, headers, need=TO_JENS, format="ACTION_CARD")))
    assert "Formand Jens R. Formidles af Opsøgende medarbejder, Havnen. Nummeret vises" in text
    assert "Samtykke til 1. jun. 2027" in text
    assert NUMBERS["phone-jens"] not in text
    assert "jens" in app.rows()[-1].subjects


def test_an_action_card_shows_public_numbers_without_counting_a_reveal(app: TestApp) -> None:
    line = Actor(
        id="hotline", kind=PostKind.HOTLINE, name="Hotline mod ekstremisme", tier=Tier.NATIONAL,
        sector=Sector.IMMIGRATION, is_unit_only=True, source="kystby",
    )  # fmt: skip
    phone = ContactDetail(
        id="phone-hotline", channel=Channel.PHONE, value=Secret("+45 05 77 88 99"),
        hint="+45 •• •• •• 99", visibility=Visibility.OPEN, source="kystby",
    )  # fmt: skip
    app.store.apply(
        change_set(creates=(line, phone, tie(ReachedBy, "hotline", "phone-hotline"),
                            tie(BelongsTo, "hotline", "politi")))
    )  # fmt: skip
    headers = app.as_(Role.COORDINATOR)
    answer = ask_contacts(app, headers, need=SSP, format="ACTION_CARD")
    assert answer.json()["reveals"] == 1
    assert "Hotline mod ekstremisme +45 05 77 88 99" in page(fetch(app, headers, answer))


def test_an_action_card_of_a_direct_contact_holds_that_contact_alone(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    answer = ask_contacts(app, headers, need=SSP, contact=1, format="ACTION_CARD")
    assert answer.json()["reveals"] == 1
    text = page(fetch(app, headers, answer))
    assert "Ring til" in text
    assert "Du må ringe direkte." in text
    assert NUMBERS["phone-bo"] in text
    assert "i denne rækkefølge" not in text
    assert "?start=ihd&target=ssp-post&contact=1" in text
    card = fetch(app, headers, ask_contacts(app, headers, need=SSP, contact=1)).content.decode()
    assert card.count("BEGIN:VCARD") == 1
    assert "FN:SSP-koordinator\\, Kystby" in card
    none = ask_contacts(app, headers, need=SSP, contact=2)
    assert none.json()["errors"][0]["pointer"] == "/contact"
    for wrong in ({"post": "ssp-post"}, {"need": SSP, "stops": ["outreach"]}):
        assert ask_contacts(app, headers, contact=1, **wrong).status_code == 422


def test_an_acute_need_produces_a_card_of_the_duty_line(app: TestApp, coordinator: Headers) -> None:
    app.store.apply(
        change_set(creates=(tie(EntryPointFor, "duty", "pol-ost", order=1, is_acute=True),))
    )
    need = {"start": "ihd", "trigger": "ACUTE", "area": "kystby"}
    answer = ask_contacts(app, coordinator, need=need, format="ACTION_CARD", purpose="ACUTE")
    assert answer.status_code == 201
    text = page(fetch(app, coordinator, answer))
    assert "Vagtcentral for Kystby: Vagtcentral, Østkysten" in text
    assert "i denne rækkefølge" not in text
    card = fetch(app, coordinator, ask_contacts(app, coordinator, need=need)).content.decode()
    assert "FN:Vagtcentral\\, Østkysten" in card


def test_an_answer_of_earlier_today_can_be_exported_but_not_of_another_day(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    answer = ask_contacts(
        app, headers, need={**SSP, "at": "2026-11-25T09:10"}, format="ACTION_CARD"
    )
    assert answer.status_code == 201
    assert "Svarer 25. nov. kl. 09.10: Bo Rugvang" in page(fetch(app, headers, answer))
    for wrong in ({**SSP, "at": "2026-11-26T10:00"}, {**SSP, "at": "2026-11-24T09:00"}):
        assert ask_contacts(app, headers, need=wrong).status_code == 422


DISTRICT: dict[str, Any] = {"start": "ihd", "network": ["SSP"]}


def ask_district(app: TestApp, headers: Headers, **fields: Any) -> Response:
    body = {"need": DISTRICT, "district": "pol-ost", "format": "ACTION_CARD", **fields}
    return ask_contacts(app, headers, **body)


def test_a_district_has_a_card_for_each_of_its_municipalities(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    answer = ask_district(app, headers)
    assert answer.json()["reveals"] == 1  # Bo, once: he is on one card only
    response = fetch(app, headers, answer)
    contents, *cards = PdfReader(io.BytesIO(response.content)).pages
    text = " ".join(contents.extract_text().split())
    for part in ("Handlekort:", "Indhold", "Handlekort: Kystby", "Handlekort: Nabo",
                 answer.json()["export"]):  # fmt: skip
        assert part in text, (part, text)
    kystby, nabo = (" ".join(card.extract_text().split()) for card in cards)
    assert "SSP-koordinator, Kystby" in kystby
    assert NUMBERS["phone-bo"] in kystby
    assert NUMBERS["phone-bo"] not in nabo
    assert "area=kystby" in kystby
    assert "area=nabo" in nabo
    row = app.rows()[1]
    assert (row.action, row.count, row.subjects) == ("reveal_contacts", 1, ("bo",))
    assert row.asked["export"] == answer.json()["export"]
    assert app.rows()[-1].count == answer.json()["rows"]
    assert fetch(app, headers, answer).status_code == 404


def test_district_cards_refuse_other_formats_targets_areas_and_analysts(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    for wrong in (
        {"format": "VCARD"}, {"need": {**DISTRICT, "area": "kystby"}}, {"stops": ["outreach"]},
        {"need": SSP}, {"contact": 1}, {"need": None, "post": "ssp-post"}, {"district": "kystby"},
        {"district": "ssp"},
    ):  # fmt: skip
        assert ask_district(app, headers, **wrong).status_code == 422, wrong
    assert ask_district(app, headers, district="nowhere").status_code == 404
    assert ask_district(app, app.as_(Role.ANALYST)).status_code == 403


def test_district_cards_beyond_the_budget_are_refused_without_count_or_alert(app: TestApp) -> None:
    app.store.apply(change_set(creates=(AMINA, tie(ReachedBy, "bo", "mail-amina"))))
    settings = Settings(reveals_per_day=3, calls_per_min=9_999)
    with opened_app(app.store, app.folder, settings) as thrifty:
        headers = {**thrifty.as_(Role.COORDINATOR), "Accept-Language": "en"}
        thrifty.store.apply(change_set(creates=numbers_of("amina", 2)))
        for number in ("number-0", "number-1"):
            body = {"detail": number, "channel": "MOBILE", "purpose": "CONCERN"}
            assert thrifty.post("/reveal", headers, body).status_code == 200
        refused = ask_district(thrifty, headers)
        assert refused.status_code == 429
        assert "hold 2 contact details, and 1 are left today" in refused.json()["detail"]
        assert (refused.json()["most"], refused.json()["left"]) == (3, 1)
        assert "alert" not in {row.kind.value for row in thrifty.rows()}
        assert reveal(thrifty, headers) == 200
        assert ask_district(thrifty, headers, purpose="ACUTE").status_code == 201

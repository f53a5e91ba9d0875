import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any, cast
from xml.etree.ElementTree import fromstring

import pytest
from pypdf import PdfReader

from graph.exchange.action_card import (
    Card,
    CardRow,
    CardText,
    action_card,
    action_cards,
    valid_until,
)
from graph.exchange.loss_report import ExportLoss, LossKind
from graph.vocabulary import Language
from tests.graph.exchange.stamps import stamp

STEP = CardRow(
    place="1", name="Hovedkontakt, god løsladelse, Thisted",
    answers="Svarer nu: Rikke Lyngtoft Bæk, stedfortræder", changes="Ændres 7. dec. 2026.",
    hours="man–fre 09.00–15.00", gate="KSP (§ 115)", checked="Kontrolleret 15. okt. 2026",
    ways=(CardText(channel="Mobil", value="+45 05 12 34 78"),),
)  # fmt: skip
CARD = Card(
    title="Action card: Thisted", summary="1 led, ældste kontrol 41 dage.", steps=(STEP,),
    steps_head="Kontakt i denne rækkefølge",
    coordinators=(replace(STEP, place="–", name="Infohus-tovholder, Thisted"),),
    danger="Akut fare: ring 112. Politi: 114.", contact=None, direct=(), inform=(), inform_head="",
    numbers=(CardText(channel="Alarm", value="112"),), notes=("Led 1 er personligt.",),
    link="http://127.0.0.1:8501/?area=mun-0787&answer=1",
)  # fmt: skip
VALID = "Udskrevet 25. nov. 2026. Gælder til 25. dec. 2026."
MARKED = stamp(losses=(ExportLoss(kind=LossKind.OTHERS, count=2),))


def card_pdf(card: Card = CARD, lang: Language = "da") -> PdfReader:
    return PdfReader(io.BytesIO(action_card(card, MARKED, lang, VALID)))


def text_of(pdf: PdfReader) -> str:
    """The text of all pages, its line ends as spaces."""
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def tags(element: Any) -> Iterator[str]:
    """The structure types of a tagged document, from the root down."""
    pdf_object = element.get_object()
    if isinstance(pdf_object, dict):
        entries = cast("dict[str, Any]", pdf_object)
        if "/S" in entries:
            yield str(entries["/S"])
        kids = entries.get("/K", [])
        for kid in cast("list[Any]", kids) if isinstance(kids, list) else [kids]:
            if hasattr(kid, "get_object"):
                yield from tags(kid)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_card_is_one_tagged_a4_page_in_its_language(lang: Language) -> None:
    pdf = card_pdf(lang=lang)
    root: Any = pdf.trailer["/Root"]
    (page,) = pdf.pages
    assert (round(page.mediabox.width), round(page.mediabox.height)) == (595, 842)
    assert root["/Lang"] == lang
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Action card: Thisted"
    about = fromstring(root["/Metadata"].get_data().decode().split("?>", 1)[1].rsplit("<?", 1)[0])
    assert [part.text for part in about.iter("{http://www.aiim.org/pdfua/ns/id/}part")] == ["1"]
    known = set(tags(root["/StructTreeRoot"]))
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/L", "/Figure"} <= known


def test_the_text_of_a_card_is_extracted_in_reading_order() -> None:
    text = text_of(card_pdf())
    parts = [
        "Action card: Thisted", "Demodata", "Akut fare: ring 112. Politi: 114.",
        "1 led, ældste kontrol 41 dage.", "Kontakt i denne rækkefølge",
        STEP.name, str(STEP.answers), str(STEP.changes), "Mobil: +45 05 12 34 78",
        str(STEP.hours), str(STEP.gate), str(STEP.checked), "Faste kontakter",
        "Infohus-tovholder, Thisted", "Åbne numre", "112", "Led 1 er personligt.", VALID,
        CARD.link, MARKED.number, "acc-1", "Andre, der kunne svare, følger ikke med (2).",
    ]  # fmt: skip
    at = 0
    for part in parts:
        at = text.find(part, at)
        assert at >= 0, part


def test_markup_characters_in_a_name_are_printed_literally() -> None:
    name = '#panic("x") *fed* $x$ \\ <b> ] [ @ref "citat" `kode` // nej'
    assert name in text_of(card_pdf(replace(CARD, steps=(replace(STEP, name=name),))))


def test_a_full_card_fits_one_page_and_a_longer_one_loses_no_step() -> None:
    full = replace(CARD, steps=(STEP,) * 8, coordinators=(STEP,) * 4, notes=CARD.notes * 6)
    assert len(card_pdf(full).pages) == 1
    names = tuple(replace(STEP, place=str(place), name=f"Funktion nr. {place}.")
                  for place in range(60))  # fmt: skip
    text = text_of(card_pdf(replace(CARD, steps=names)))
    assert all(step.name in text for step in names)


def test_empty_sections_of_a_card_have_no_heading() -> None:
    text = text_of(card_pdf(replace(CARD, coordinators=(), numbers=(), notes=())))
    for heading in ("Faste kontakter", "Åbne numre", "Vær opmærksom på"):
        assert heading not in text
    assert "Demodata" not in text_of(
        PdfReader(io.BytesIO(action_card(CARD, stamp(is_demo=False), "da", VALID)))
    )


def test_a_card_is_valid_for_thirty_days() -> None:
    assert valid_until(date(2026, 11, 25)) == date(2026, 12, 25)


@pytest.mark.parametrize("lang", ["da", "en"])
def test_several_cards_follow_a_contents_page_with_one_page_each(lang: Language) -> None:
    cards = [CARD, replace(CARD, title="Action card: Morsø", steps=())]
    document = action_cards(cards, "Action cards: Midt- og Vestjylland", MARKED, lang, VALID)
    contents, first, second = PdfReader(io.BytesIO(document)).pages
    text = " ".join(contents.extract_text().split())
    for part in ("Action cards: Midt- og Vestjylland", {"da": "Indhold", "en": "Contents"}[lang],
                 "Action card: Thisted", "Action card: Morsø", VALID, MARKED.number):  # fmt: skip
        assert part in text, part
    assert "Hovedkontakt" not in text
    assert "Action card: Thisted" in first.extract_text()
    assert "Action card: Morsø" in second.extract_text()
    assert "Hovedkontakt" not in second.extract_text()
    pdf = PdfReader(io.BytesIO(document))
    assert pdf.metadata is not None
    assert pdf.metadata.title == "Action cards: Midt- og Vestjylland"

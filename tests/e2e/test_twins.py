"""The five forms of a path name the same stops and people in the same order."""

import re
from pathlib import Path

import pytest
from pypdf import PdfReader

from graph.access.policy import Role
from tests.e2e.desk import PATIENCE_MS, ScreenDriver, Seat
from tests.fixtures.examples import drills_after

PATH = "/?start=act-ssp-0851&target=act-ihm-0787&answer=1"
STOPS = f"{PATH}&stops=act-ssp-0787"


def drawn_boxes(seat: Seat) -> list[str]:
    """Return numbers and names of the boxes of all drawings, in order, without the starts."""
    drawings = seat.page.get_by_role("list", name=re.compile("^(Fra|Stykke) "))
    drawings.first.get_by_role("button").first.wait_for(timeout=PATIENCE_MS)
    read = "all => all.map(one => `${one.querySelector('.number').textContent}. ${one.title}`)"
    return [
        name
        for drawing in drawings.all()
        for name in drawing.locator("button:has(.number)").evaluate_all(read)
    ]


def listed_cards(seat: Seat) -> list[tuple[str, str]]:
    """Return for each card of the list: number and name of the contact, and who answers now."""
    contacts: list[tuple[str, str]] = []
    for box in seat.page.locator("[class*=st-key-card-]").all():
        card = box.inner_text()
        name = re.search(r"^(\d+\. .+)$", box.locator("strong").first.inner_text())
        answers = re.search(r"^.*[Ss]vare.*: .+$", card, re.MULTILINE)
        assert name is not None, card
        contacts.append((name[1], "" if answers is None else answers[0]))
    return contacts


def require_in_order(parts: list[str], text: str) -> None:
    at = 0
    for part in parts:
        at = text.find(part, at)
        assert at >= 0, (part, text)


def flat(text: str) -> str:
    """Return a text without line breaks, which depend on the width of the page."""
    return " ".join(text.split())


def cards(file: Path) -> list[tuple[str, str]]:
    """Return for each contact of an address book: its name and the first line of its note."""
    text = file.read_text("utf-8").replace("\n ", "").replace("\\,", ",")
    names = re.findall(r"^FN:(.+)$", text, re.MULTILINE)
    return list(zip(names, re.findall(r"^NOTE[^:]*:(.+?)\\n", text, re.MULTILINE), strict=True))


@pytest.mark.parametrize("path", drills_after(1, [PATH, STOPS]), ids=["path", "stops"])
def test_drawing_list_text_action_card_and_address_book_name_the_same_contacts(
    desk: ScreenDriver, path: str
) -> None:
    with desk.seat(Role.COORDINATOR, path=path, until="Hvorfor denne vej?") as seat:
        contacts = listed_cards(seat)
        assert len(contacts) > 1
        numbers, names = zip(*(name.split(". ", 1) for name, _ in contacts), strict=True)
        assert numbers == tuple(str(number) for number in range(1, len(contacts) + 1))
        assert drawn_boxes(seat) == [name for name, _ in contacts]
        answers = [who for _, who in contacts]
        both = [part for pair in zip(names, answers, strict=True) for part in pair if part]
        copied = seat.page.locator("[data-copy]").get_attribute("data-copy") or ""
        require_in_order(both, flat(copied))
        seat.press("Handlekort (PDF)")
        pages = PdfReader(seat.fetch("Hent")).pages
        require_in_order(both, flat(" ".join(page.extract_text() for page in pages)))
        seat.press("vCard")
        seat.wait(".vcf")
        seat.rest()
        # A post answers for a network: each person who answers is one contact, however often.
        vcards = cards(seat.fetch("Hent"))
        assert [who for _, who in vcards] == list(dict.fromkeys(answers))
        assert names[-1] in [name for name, _ in vcards]

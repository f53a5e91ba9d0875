"""A path is told in seven ways, and each names the same stops and people in the same order."""

import re
from pathlib import Path

from pypdf import PdfReader

from graph.access import Role
from tests.e2e.desk import Desk, Seat
from tests.e2e.test_find_journeys import drawn

PATH = "/?start=act-ssp-0851&target=act-ihm-0787"


def listed(seat: Seat) -> list[tuple[str, str]]:
    """Each card of the list: who is contacted, and who answers there now."""
    found: list[tuple[str, str]] = []
    for card in seat.page.locator("[class*=st-key-card-]").all_inner_texts():
        name = re.search(r"^\d+\. (.+)$", card, re.MULTILINE)
        answers = re.search(r"^.*[Ss]vare.*: .+$", card, re.MULTILINE)
        assert name is not None, card
        found.append((name[1], "" if answers is None else answers[0]))
    return found


def stands_in_order(parts: list[str], text: str) -> None:
    """Each part behind the one before it."""
    at = 0
    for part in parts:
        at = text.find(part, at)
        assert at >= 0, (part, text)


def flat(text: str) -> str:
    """Without line ends, which a page sets where it has room."""
    return " ".join(text.split())


def cards(file: Path) -> list[tuple[str, str]]:
    """Of each contact of an address book its name, and the first line of its note."""
    text = file.read_text("utf-8").replace("\n ", "").replace("\\,", ",")
    names = re.findall(r"^FN:(.+)$", text, re.MULTILINE)
    notes = re.findall(r"^NOTE[^:]*:(.+?)\\n", text, re.MULTILINE)
    return list(zip(names, notes, strict=True))


def test_drawing_list_table_text_action_card_and_address_book_tell_the_same(desk: Desk) -> None:
    with desk.seat(Role.COORDINATOR, path=PATH) as seat:
        seat.wait("Kontakt i denne rækkefølge")
        seat.rest()
        told = listed(seat)
        assert len(told) > 1
        names = [name for name, _ in told]
        assert drawn(seat) == names
        both = [part for pair in told for part in pair if part]
        seat.unfold("Vejen som tabel")
        stands_in_order(both, flat(seat.page.get_by_test_id("stTable").inner_text()))
        seat.unfold("Kopiér som tekst")
        stands_in_order(both, flat(seat.page.get_by_test_id("stCode").first.inner_text()))
        seat.unfold("Action card (PDF) og kontakter (vCard)")
        seat.press("Lav action card")
        pages = PdfReader(seat.fetch("Hent")).pages
        stands_in_order(both, flat(" ".join(page.extract_text() for page in pages)))
        seat.press("Lav vCard")
        seat.wait(".vcf")
        seat.rest()
        # A network is answered for by a post: whoever answers there is one contact, however often.
        kept = cards(seat.fetch("Hent"))
        assert [answers for _, answers in kept] == list(dict.fromkeys(who for _, who in told))
        assert [name for name, _ in kept if name in names][-1] == names[-1]

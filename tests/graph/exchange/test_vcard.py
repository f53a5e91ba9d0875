import re
from datetime import datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from graph.exchange.loss_report import ExportLoss, LossKind
from graph.exchange.vcard import ContactChannel, VCardContact, vcards
from graph.vocabulary import Channel
from tests.graph.exchange.stamps import stamp

POST = VCardContact(
    id="ssp-post", name="SSP-koordinator, Kystby; \\nord", role="SSP-koordinator",
    organization="Kystby Kommune", answers="Svarer nu: Bo Rugvang Sørensen, stedfortræder",
    ways=(
        ContactChannel(channel=Channel.MOBILE, value="+45 05 12 34 78"),
        ContactChannel(channel=Channel.EMAIL, value="bo@kystby.example"),
        ContactChannel(channel=Channel.VISIT, value="Rådhuset, Havnegade 1"),
    ),
)  # fmt: skip
MARKED = stamp(losses=(ExportLoss(kind=LossKind.TERMS),))
_SIGNS = {"\\n": "\n", "\\,": ",", "\\;": ";", "\\\\": "\\"}


def read(content: bytes) -> list[dict[str, str]]:
    """Return the cards as RFC 6350 reads them: unfolded, split at the colon, unescaped."""
    cards: list[dict[str, str]] = []
    for line in content.decode().replace("\r\n ", "").split("\r\n")[:-1]:
        name, _, value = line.partition(":")
        if name == "BEGIN":
            cards.append({})
        cards[-1][name] = re.sub(r"\\.", lambda match: _SIGNS[match[0]], value)
    return cards


def test_a_post_is_read_back_as_it_was_written() -> None:
    (card,) = read(vcards([POST], MARKED, "da"))
    assert card["VERSION"] == "4.0"
    assert card["FN"] == POST.name
    assert card["ORG"] == "Kystby Kommune"
    assert card["ROLE"] == "SSP-koordinator"
    assert card["TEL;TYPE=work,cell;VALUE=text"] == "+45 05 12 34 78"
    assert card["EMAIL;TYPE=work"] == "bo@kystby.example"
    answers, visit, origin = card["NOTE;LANGUAGE=da"].split("\n")
    assert answers == POST.answers
    assert visit == "Adresse, fremmøde: Rådhuset, Havnegade 1"
    for text in (MARKED.number, "acc-1", "2026-11-25", "Demodata", "Grundlag og kontrol"):
        assert text in origin
    assert card["REV"] == "20261125T080000Z"


def test_the_revision_time_is_written_in_utc() -> None:
    made_at = datetime(2026, 11, 25, 9, tzinfo=timezone(timedelta(hours=1)))
    (card,) = read(vcards([POST], stamp(made_at=made_at), "en"))
    assert card["REV"] == "20261125T080000Z"


def test_cards_follow_the_order_of_the_given_posts() -> None:
    others = [VCardContact(id=name, name=name, role=None, organization=None, answers=None, ways=())
              for name in ("second", "first")]  # fmt: skip
    cards = read(vcards([POST, *others], MARKED, "da"))
    assert [card["UID"] for card in cards] == [
        "kontaktvej:ssp-post", "kontaktvej:second", "kontaktvej:first"
    ]  # fmt: skip
    assert "ORG" not in cards[1]
    assert {card["END"] for card in cards} == {"VCARD"}


_TEXT = st.text(st.characters(exclude_categories=("Cs", "Cc")) | st.sampled_from("\n;,\\:"))


@given(_TEXT)
def test_any_text_is_read_back_from_lines_of_at_most_75_bytes(text: str) -> None:
    contact = VCardContact(id="x", name=text, role=None, organization=text, answers=text, ways=())
    content = vcards([contact], MARKED, "da")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    "".join(line.decode() for line in content.split(b"\r\n"))  # no letter is cut in two
    (card,) = read(content)
    assert card["FN"] == text
    assert card.get("ORG", "") == text
    assert card["NOTE;LANGUAGE=da"].startswith(text)


def test_line_breaks_in_a_name_cannot_add_a_property() -> None:
    name = "Kystby\r\nTEL:112\nEND:VCARD"
    contact = VCardContact(id="x", name=name, role=None, organization=None, answers=None, ways=())
    (card,) = read(vcards([contact], MARKED, "da"))
    assert "TEL" not in card
    assert card["FN"] == "Kystby\nTEL:112\nEND:VCARD"

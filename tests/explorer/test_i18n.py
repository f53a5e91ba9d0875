"""The catalogs: every message that code says is in them, nothing else is, and its gaps agree."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir

from api.text.format import format_date
from explorer.i18n import catalogs, clock, danish_key, day, gettext_in, short_day, translations

EXPLORER = Path(__file__).parents[2] / "explorer"
KEYWORDS = {"_": None, "gettext_in": (2,), "ngettext": (1, 2)}
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_GAP = re.compile(r"\{(\w+)\}")


def test_every_message_in_code_is_in_the_danish_catalog_and_no_other() -> None:
    said = set(_said())
    told = {_key(one) for one in _danish()}
    assert said - told == set(), "said, but not translated"
    assert told - said == set(), "translated, but never said"


def test_a_message_is_said_one_way_in_whichever_catalogs_it_stands() -> None:
    told: dict[str, set[tuple[str, ...]]] = {}
    for one in _danish():
        told.setdefault(_key(one), set()).add(_texts(one.string))
    assert {message: ways for message, ways in told.items() if len(ways) > 1} == {}


def test_a_moment_is_told_as_the_calendar_and_the_clocks_in_denmark_stand() -> None:
    late = datetime(2026, 11, 25, 23, 5, tzinfo=UTC)
    assert (day(late), short_day(late), clock(late)) == ("26. nov. 2026", "26.11.2026", "00.05")
    assert day(date(2026, 11, 25)) == "25. nov. 2026"


@pytest.mark.parametrize("month", range(1, 13))
def test_a_day_is_written_as_in_the_sentences_of_the_api(month: int) -> None:
    assert day(date(2026, month, 1)) == format_date(date(2026, month, 1), "da")


def test_danish_is_complete_and_keeps_the_gaps() -> None:
    for one in _danish():
        ids, strings = _texts(one.id), _texts(one.string)
        assert all(strings), one.id
        assert not one.fuzzy
        gaps = {gap for text in ids for gap in _GAP.findall(text)}
        assert {gap for text in strings for gap in _GAP.findall(text)} <= gaps, one.id
        assert not any("!" in text for text in strings), "no exclamation marks"


@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_catalog_can_be_used(lang: str) -> None:
    assert translations("en").gettext("Sign in") == "Sign in"
    assert gettext_in("da", "You see the structure as of {day}.", day=date(2027, 1, 1)).startswith(
        "Du"
    )
    assert lang in {"da", "en"}


def test_danish_letters_come_last_and_aa_is_one_of_them() -> None:
    names = ["Viborg", "Ærø", "Øksnehave", "Aabenraa", "Åbyhøj", "Aalborg"]
    assert sorted({*names}, key=danish_key) == names
    assert danish_key("Idé") == danish_key("ide")


def _said() -> Iterator[str]:
    found = extract_from_dir(EXPLORER, method_map=_METHODS, keywords=KEYWORDS)
    for _file, _line, message, _comments, _context in found:
        yield message[0] if isinstance(message, tuple) else message
    from explorer.address import SCREENS

    yield from (screen.title for screen in SCREENS)


def _danish() -> Iterator[Message]:
    for catalog in catalogs("da"):
        yield from (one for one in catalog if one.id)


def _texts(told: object) -> tuple[str, ...]:
    if isinstance(told, list | tuple):
        return tuple(map(str, cast("Iterable[object]", told)))
    return (str(told or ""),)


def _key(message: Message) -> str:
    return message.id[0] if isinstance(message.id, tuple) else str(message.id)

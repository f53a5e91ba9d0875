"""Formats of dates, sorting of names and translation of messages in the explorer."""

from datetime import UTC, date, datetime

import pytest

from api.text.format import format_date
from explorer import i18n
from explorer.i18n import clock, danish_key, day, gettext_in, ngettext, percent, short_day


def test_dates_and_times_are_formatted_in_danish_local_time() -> None:
    late = datetime(2026, 11, 25, 23, 5, tzinfo=UTC)
    assert (day(late), short_day(late), clock(late)) == ("26. nov. 2026", "26.11.2026", "00.05")
    assert day(date(2026, 11, 25)) == "25. nov. 2026"


@pytest.mark.parametrize("month", range(1, 13))
def test_a_day_is_formatted_as_by_the_api(month: int) -> None:
    assert day(date(2026, month, 1)) == format_date(date(2026, month, 1), "da")


def test_gettext_in_returns_english_as_it_is_and_danish_translated() -> None:
    message = "You see the contacts as they are on {day}."
    assert gettext_in("en", message, day="2027") == "You see the contacts as they are on 2027."
    assert gettext_in("da", message, day="2027") == "Du ser kontakterne, som de er den 2027."


def test_only_danish_has_a_space_before_the_percent_sign(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (percent(57), percent("20–39")) == ("57 %", "20–39 %")
    monkeypatch.setattr(i18n, "language", lambda: "en")
    assert (percent(57), percent("20–39")) == ("57%", "20–39%")


def test_one_minute_is_translated_in_the_singular() -> None:
    warned = [
        ngettext(
            "You will be signed out in {count} minute.",
            "You will be signed out in {count} minutes.",
            count,
        )
        for count in (1, 2)
    ]
    assert warned == ["Du bliver logget ud om 1 minut.", "Du bliver logget ud om 2 minutter."]


def test_danish_letters_including_aa_are_sorted_last() -> None:
    names = ["Viborg", "Ærø", "Øksnehave", "Aabenraa", "Åbyhøj", "Aalborg"]
    assert sorted({*names}, key=danish_key) == names
    assert danish_key("Idé") == danish_key("ide")

"""How dates, counts, costs and chances are written in Danish and English."""

from datetime import date

from api.i18n import fill_in, language_name
from api.text.format import (
    format_chance,
    format_check,
    format_competence,
    format_cost,
    format_date,
    format_days,
    format_hours,
    in_sentence,
)
from graph.vocabulary import Freshness
from tests.kystby import TODAY


def test_dates_omit_the_year_of_the_reference_date() -> None:
    day = date(2026, 12, 7)
    assert (format_date(day, "da"), format_date(day, "en")) == ("7. dec. 2026", "7 December 2026")
    assert format_date(day, "da", on=TODAY) == "7. dec."
    assert format_date(date(2027, 3, 1), "da", on=TODAY) == "1. mar. 2027"


def test_a_cost_is_shown_in_tenths_of_a_nat_with_one_decimal() -> None:
    assert format_cost(216_071, "da") == "2,2"
    assert format_cost(321_432, "en") == "3.2"
    assert format_cost(1_077_042, "da") == "10,8"
    assert format_cost(0, "da") == "0,0"


def test_a_chance_is_called_an_estimate() -> None:
    assert format_chance(0.7256, "da") == "73 % (skøn)"
    assert format_chance(0.7256, "en") == "73% (estimate)"


def test_a_sentence_that_ends_with_an_abbreviation_has_one_period() -> None:
    assert fill_in("Ask {name}.", {"name": "Kasserer Bodil O."}) == "Ask Kasserer Bodil O."
    assert fill_in("Until {day}. Then ask {name}.", {"day": "7. dec.", "name": "Bo"}) == (
        "Until 7. dec. Then ask Bo."
    )
    assert fill_in("{name} ...", {"name": "Bodil O."}) == "Bodil O. ..."
    assert fill_in("{command}...", {"command": "a"}) == "a..."


def test_one_day_is_singular() -> None:
    assert [format_days(days, "da") for days in (0, 1, 2)] == ["0 dage", "1 dag", "2 dage"]
    assert [format_days(days, "en") for days in (1, 2)] == ["1 day", "2 days"]


def test_an_abbreviation_keeps_its_capitals_inside_a_sentence() -> None:
    assert in_sentence("Generelt niveau") == "generelt niveau"
    assert in_sentence("SSP, retsplejelovens § 115") == "SSP, retsplejelovens § 115"


def test_hours_are_formatted_with_weekdays_and_times_of_the_language() -> None:
    hours = "MO-FR 09:00-15:00; SA 10:00-12:30"
    assert format_hours(hours, "da") == "man–fre 09.00–15.00; lør 10.00–12.30"
    assert format_hours(hours, "en") == "Mon–Fri 09:00–15:00; Sat 10:00–12:30"
    assert format_hours("00:00-24:00", "da") == "alle dage, hele døgnet"
    assert format_hours("00:00-24:00", "en") == "every day, at all hours"


def test_a_check_is_described_by_its_freshness_and_date() -> None:
    day = date(2026, 2, 3)
    actual = {
        item: format_check(None if item is Freshness.NEVER else day, item, "da")
        for item in Freshness
    }
    assert actual == {
        Freshness.FRESH: "Kontrolleret 3. feb. 2026",
        Freshness.STALE: "Sidst kontrolleret: 3. feb. 2026",
        Freshness.EXPIRED: "Ikke kontrolleret siden 3. feb. 2026",
        Freshness.NEVER: "Aldrig kontrolleret",
    }
    assert format_check(day, Freshness.FRESH, "en") == "Checked 3 February 2026"


def test_language_and_competence_codes_are_shown_by_name() -> None:
    assert (language_name("so", "da"), language_name("so", "en")) == ("somali", "Somali")
    assert language_name("ar-SY", "da") == "arabisk"
    assert (language_name("fa-AF", "da"), language_name("pt-BR", "en")) == (
        "dari", "Brazilian Portuguese"
    )  # fmt: skip
    assert language_name("qaa", "da") == "qaa"
    assert format_competence("27.25", "da") == "SSP-indsats"
    assert format_competence("27.2", "da") == "27.2"

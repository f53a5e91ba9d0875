"""Formats of names, dates, counts, costs and probabilities in Danish and English."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Final, cast

from babel import Locale

from graph.model.opening_hours import DAYS
from graph.paths.answer import NodeRef
from graph.paths.explain import chance_of
from graph.vocabulary import Competence, Freshness, Language

_MONTHS: Final[Mapping[Language, Mapping[int, str]]] = {
    "da": Locale("da").months["format"]["abbreviated"],
    "en": Locale("en").months["format"]["wide"],
}
_DAYS: Final[dict[Language, tuple[str, ...]]] = {
    "da": ("man", "tirs", "ons", "tors", "fre", "lør", "søn"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}
_WEEKDAYS: Final[Mapping[Language, Mapping[int, str]]] = {
    "da": Locale("da").days["format"]["wide"],
    "en": Locale("en").days["format"]["wide"],
}
_CHECKED: Final[dict[Freshness, tuple[str, str]]] = {
    Freshness.FRESH: ("Kontrolleret", "Checked"),
    Freshness.STALE: ("Ældre kontrol:", "Older check:"),
    Freshness.EXPIRED: ("Ikke kontrolleret siden", "Not checked since"),
}
_ALWAYS: Final = "00:00-24:00"
_TENTH_OF_NAT: Final = 100_000  # micro-nats


def format_date(day: date, lang: Language, *, on: date | None = None) -> str:
    """A date, `7. dec. 2026` or `7 December 2026`; without the year if it is that of `on`."""
    month = _MONTHS[lang][day.month]
    short = f"{day.day}. {month}" if lang == "da" else f"{day.day} {month}"
    return short if on is not None and day.year == on.year else f"{short} {day.year}"


def format_time(moment: datetime, lang: Language) -> str:
    """A time of day: `kl. 15.00`, `15:00`."""
    return f"kl. {moment:%H.%M}" if lang == "da" else f"{moment:%H:%M}"


def format_minute(moment: datetime, lang: Language) -> str:
    """A date with time: `28. nov. 2026 kl. 22.00`, `28 November 2026, 22:00`."""
    day, comma = format_date(moment.date(), lang), "" if lang == "da" else ","
    return f"{day}{comma} {format_time(moment, lang)}"


def format_moment(moment: datetime, lang: Language, *, on: date, is_now: bool) -> str:
    """`kl. 09.00` on the date `on`, `mandag kl. 09.00` in the week from it, then with the date.

    `is_now`: `on` is today, so the following day is called tomorrow.
    """
    time, days = format_time(moment, lang), (moment.date() - on).days
    if days == 0:
        return time
    if days == 1 and is_now:
        return f"i morgen {time}" if lang == "da" else f"tomorrow {time}"
    if 0 < days < len(_DAYS[lang]):
        return f"{_WEEKDAYS[lang][moment.weekday()]} {time}"
    return f"{format_date(moment.date(), lang, on=on)} {time}"


def name_not_shown(lang: Language) -> str:
    """The phrase for a person whose name the reader may not see."""
    is_danish = lang == "da"
    return "navnet vises ikke for din rolle" if is_danish else "the name is not shown to your role"


def format_days(days: int, lang: Language) -> str:
    """A number of days: `1 dag`, `23 days`."""
    one, many = ("dag", "dage") if lang == "da" else ("day", "days")
    return f"{days} {one if days == 1 else many}"


def format_hops(hops: int, lang: Language) -> str:
    """A number of hops: `3 led`, `1 step`."""
    if lang == "da":
        return f"{hops} led"
    return f"{hops} {'step' if hops == 1 else 'steps'}"


def format_path_count(paths: int, lang: Language) -> str:
    """A number of paths: `1 vej`, `2 paths`."""
    one, many = ("vej", "veje") if lang == "da" else ("path", "paths")
    return f"{paths} {one if paths == 1 else many}"


def format_cost(cost: int, lang: Language) -> str:
    """A cost in micro-nats as tenths of a nat with one decimal: 216071 is `2,2`."""
    tenths = (cost * 10 + _TENTH_OF_NAT // 2) // _TENTH_OF_NAT
    comma = "," if lang == "da" else "."
    return f"{tenths // 10}{comma}{tenths % 10}"


@lru_cache(maxsize=4_096)  # few distinct costs, formatted for each of the eight parts of every hop
def format_share(cost: int, lang: Language) -> str:
    """A cost with the remaining probability in percent, `1,1 (90 %)`; zero is `0,0` alone."""
    percent = format_percent(chance_of(cost), lang)
    return f"{format_cost(cost, lang)} ({percent})" if cost else format_cost(cost, lang)


def format_percent(share: float, lang: Language) -> str:
    """A fraction in whole percent."""
    return f"{round(100 * share)}{' %' if lang == 'da' else '%'}"


def format_chance(chance: float, lang: Language) -> str:
    """A probability in whole percent, marked as an estimate."""
    return f"{format_percent(chance, lang)} ({'skøn' if lang == 'da' else 'estimate'})"


def in_sentence(label: str) -> str:
    """A label inside a sentence: lower-case first letter, except for an abbreviation."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def name_of(named: NodeRef | None, lang: Language) -> str:
    """A name, or the phrase for a person without a known name."""
    if named is None or named.name is None:
        return "en person" if lang == "da" else "somebody"
    return named.name


def vacant(since: date, lang: Language, on: date | None) -> str:
    """The date of a vacancy: `ubesat siden 1. feb.`."""
    day = format_date(since, lang, on=on)
    return f"ubesat siden {day}" if lang == "da" else f"vacant since {day}"


def format_hours(hours: str, lang: Language) -> str:
    """Opening hours: `man–fre 09.00–15.00`; `alle dage, hele døgnet`."""
    if hours == _ALWAYS:
        return "alle dage, hele døgnet" if lang == "da" else "every day, at all hours"
    words = dict[str, str](zip(DAYS, _DAYS[lang], strict=True))
    told = re.sub(r"[A-Z]{2}", lambda found: words[found[0]], hours).replace("-", "–")
    return told.replace(":", ".") if lang == "da" else told


def format_check(on: date | None, freshness: Freshness, lang: Language) -> str:
    """`Kontrolleret 15. okt. 2026`, `Ældre kontrol: 3. feb. 2026`, `Aldrig kontrolleret`."""
    if on is None:
        return freshness.label(lang)
    return f"{_CHECKED[freshness][0 if lang == 'da' else 1]} {format_date(on, lang)}"


def format_language(tag: str, lang: Language) -> str:
    """The name of a language, `somali` or `Somali`; the tag if it has no name."""
    names = cast("Mapping[str, str]", Locale(lang).languages)
    return names.get(tag.partition("-")[0], tag)


def format_competence(number: str, lang: Language) -> str:
    """The subject with a KLE number or `kv:` code; any other number is returned as it is."""
    return next((one.label(lang) for one in Competence if one.number == number), number)

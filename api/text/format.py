"""Formats of names, dates, counts, costs and probabilities in Danish and English."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from babel import Locale
from babel.numbers import get_decimal_symbol

from api.i18n import N_, _, ngettext, pgettext
from graph.model.opening_hours import DAYS
from graph.paths.answer import NodeRef
from graph.paths.explain import chance_of
from graph.vocabulary import Competence, Freshness, Language

_MONTHS: Final[Mapping[Language, Mapping[int, str]]] = {
    "da": Locale("da").months["format"]["abbreviated"],
    "en": Locale("en").months["format"]["wide"],
}
_WEEKDAYS: Final[Mapping[Language, Mapping[int, str]]] = {
    "da": Locale("da").days["format"]["wide"],
    "en": Locale("en").days["format"]["wide"],
}
_CHECKED: Final = {
    Freshness.FRESH: N_("Checked {day}"),
    Freshness.STALE: N_("Last checked: {day}"),
    Freshness.EXPIRED: N_("Not checked since {day}"),
}
_ALWAYS: Final = "00:00-24:00"
_WEEK, _HALF_A_YEAR = 7, 183
_TENTH_OF_NAT: Final = 100_000  # micro-nats


def format_date(day: date, lang: Language, *, on: date | None = None) -> str:
    """A date, `7. dec. 2026` or `7 December 2026`; without the year if it is that of `on`."""
    short = _("{day} {month}", lang, day=day.day, month=_MONTHS[lang][day.month])
    return short if on is not None and day.year == on.year else f"{short} {day.year}"


def format_time(moment: datetime, lang: Language) -> str:
    """A time of day: `kl. 15.00`, `15:00`."""
    return _("{time:%H:%M}", lang, time=moment)


def format_minute(moment: datetime, lang: Language) -> str:
    """A date with time: `28. nov. 2026 kl. 22.00`, `28 November 2026, 22:00`."""
    day = format_date(moment.date(), lang)
    return _("{day}, {time}", lang, day=day, time=format_time(moment, lang))


def format_moment(moment: datetime, lang: Language, *, on: date, is_now: bool) -> str:
    """`kl. 09.00` on the date `on`, `mandag kl. 09.00` in the week from today, else with the date.

    `is_now`: `on` is today, so the following day is called tomorrow. A date without a year is the
    next of its name.
    """
    time, days = format_time(moment, lang), (moment.date() - on).days
    if days == 0:
        return time
    if days == 1 and is_now:
        return _("tomorrow {time}", lang, time=time)
    weekday = _WEEKDAYS[lang][moment.weekday()]
    if 0 < days < _WEEK and is_now:
        return f"{weekday} {time}"
    is_near = abs(days) < _HALF_A_YEAR
    day = format_date(moment.date(), lang, on=moment.date() if is_near else on)
    return _("{weekday} {day} {time}", lang, weekday=weekday, day=day, time=time)


def name_not_shown(lang: Language) -> str:
    """The phrase for a person whose name the reader may not see."""
    return _("the name is not shown to your role", lang)


def format_days(days: int, lang: Language) -> str:
    """A number of days: `1 dag`, `23 days`."""
    return ngettext("{count} day", "{count} days", days, lang)


def format_hops(hops: int, lang: Language) -> str:
    """A number of hops: `3 led`, `1 step`."""
    return ngettext("{count} step", "{count} steps", hops, lang)


def format_path_count(paths: int, lang: Language) -> str:
    """A number of paths: `1 vej`, `2 paths`."""
    return ngettext("{count} path", "{count} paths", paths, lang)


def format_cost(cost: int, lang: Language) -> str:
    """A cost in micro-nats as tenths of a nat with one decimal: 216071 is `2,2`."""
    tenths = (cost * 10 + _TENTH_OF_NAT // 2) // _TENTH_OF_NAT
    return f"{tenths // 10}{get_decimal_symbol(lang)}{tenths % 10}"


@lru_cache(maxsize=4_096)  # few distinct costs, formatted for each of the eight parts of every hop
def format_share(cost: int, lang: Language) -> str:
    """A cost with the remaining probability in percent, `1,1 (90 %)`; zero is `0,0` alone."""
    percent = format_percent(chance_of(cost), lang)
    return f"{format_cost(cost, lang)} ({percent})" if cost else format_cost(cost, lang)


def format_percent(share: float, lang: Language) -> str:
    """A fraction in whole percent."""
    return _("{number}%", lang, number=round(100 * share))


def format_chance(chance: float, lang: Language) -> str:
    """A probability in whole percent, marked as an estimate."""
    return _("{percent} (estimate)", lang, percent=format_percent(chance, lang))


def in_sentence(label: str) -> str:
    """A label inside a sentence: lower-case first letter, except for an abbreviation."""
    return label if label[1:2].isupper() else label[:1].lower() + label[1:]


def name_of(node: NodeRef | None, lang: Language) -> str:
    """A name, or the phrase for a person without a known name."""
    return _("somebody", lang) if node is None or node.name is None else node.name


def with_comma(name: str) -> str:
    """A name before further words: closed by a comma if there is one in it."""
    return f"{name}," if "," in name else name


def names_of(nodes: Iterable[NodeRef], lang: Language) -> str:
    """Names separated by semicolons, since names of posts contain commas."""
    return "; ".join(name_of(node, lang) for node in nodes)


def sentences(texts: Iterable[str]) -> str:
    """Texts as sentences, each with one full stop."""
    return " ".join(f"{text.removesuffix('.')}." for text in texts)


def quote_text(text: str, lang: Language) -> str:
    """A text in quotation marks: `»SSP«`, `“SSP”`."""
    return _("“{text}”", lang, text=text)


def vacant(since: date, lang: Language, on: date | None = None) -> str:
    """The date of a vacancy: `ubesat siden 1. feb.`."""
    return _("vacant since {day}", lang, day=format_date(since, lang, on=on))


def format_hours(hours: str, lang: Language) -> str:
    """Opening hours: `man–fre 09.00–15.00`; `alle dage, hele døgnet`."""
    if hours == _ALWAYS:
        return _("every day, at all hours", lang)
    days = Locale(lang).days["format"]["abbreviated"]
    words = {code: str(days[number]).rstrip(".") for number, code in enumerate(DAYS)}
    text = re.sub(r"[A-Z]{2}", lambda match: words[match[0]], hours).replace("-", "–")
    return text.replace(":", pgettext("between hours and minutes", ":", lang))


def format_check(on: date | None, freshness: Freshness, lang: Language) -> str:
    """`Kontrolleret 15. okt. 2026`, `Sidst kontrolleret: 3. feb. 2026`, `Aldrig kontrolleret`."""
    if on is None:
        return freshness.label(lang)
    return _(_CHECKED[freshness], lang, day=format_date(on, lang))


def format_competence(number: str, lang: Language) -> str:
    """The subject with a KLE number or `kv:` code; any other number is returned as it is."""
    return next((term.label(lang) for term in Competence if term.number == number), number)

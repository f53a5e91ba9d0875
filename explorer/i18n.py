"""Translation and formatting: English message ids in code, Danish catalogs in `locale/da`.

`_("Choose a municipality")` returns the message in the language of the session; dates, times and
numbers are formatted in that language.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from pathlib import Path
from typing import Final, Literal
from zoneinfo import ZoneInfo

import streamlit as st
from babel.dates import format_date, format_time
from babel.numbers import format_decimal

from api.i18n import Language, fill_in, translations
from api.schemas.entities import NameHit

LANGUAGE: Final = "language"
"""The name of the cookie, of the query parameter and of the session state entry."""
LOCALE: Final = Path(__file__).parent / "locale"
_DENMARK: Final = ZoneInfo("Europe/Copenhagen")
Form = Literal["NFC", "NFD", "NFKD"]
_LONGEST_NAME: Final = 200
_MARKS: Final = re.compile(r"[\\`*_\[\]<>~$&|]|:(?=[a-z])|^[#+=-]", re.MULTILINE | re.IGNORECASE)
_NUMBERED: Final = re.compile(r"^(\s*\d{1,9})([.)])", re.MULTILINE)
# Text that becomes a link or an image without a character that a backslash could escape.
_BY_ITSELF: Final = re.compile(
    r"https?:(?=//)|\bwww(?=\.)|@(?=\w)|:(?=[a-z_+-][\w+/-]*:)", re.IGNORECASE
)
_JOINER: Final = "\u2060"  # WORD JOINER: zero width, invisible
_LAST: Final = {"æ": "{", "ø": "|", "å": "}"}  # what follows z in ASCII


def language() -> Language:
    """The language of the session: the one chosen, Danish by default."""
    lang = st.session_state.get(LANGUAGE) or st.context.cookies.get(LANGUAGE)
    return "en" if lang == "en" else "da"


def _(message: str, /, **values: object) -> str:
    """Return a message in the language of the session, its `{names}` filled in."""
    text = translations(LOCALE, language()).gettext(message)
    return fill_in(text, values) if values else text


def ngettext(singular: str, plural: str, count: int, /, **values: object) -> str:
    """Return a message in singular or plural, in the session's language; `{count}` is filled in."""
    text = translations(LOCALE, language()).ngettext(singular, plural, count)
    return fill_in(text, {"count": number(count), **values})


def gettext_in(lang: Language, message: str, /, **values: object) -> str:
    """Return a message in a given language, also outside a session."""
    text = translations(LOCALE, lang).gettext(message)
    return fill_in(text, values) if values else text


def day(at: date | datetime) -> str:
    """A date as `25. nov. 2026` or `25 November 2026`; of a moment, its date in Denmark."""
    shape = "d. MMM y" if language() == "da" else "d MMMM y"
    return format_date(_in_denmark(at), shape, locale=language())


def short_day(at: date | datetime) -> str:
    """A date as `25.11.2026` or `25/11/2026`, for tables; of a moment, its date in Denmark."""
    shape = "dd.MM.y" if language() == "da" else "dd/MM/y"
    return format_date(_in_denmark(at), shape, locale=language())


def typed_date() -> str:
    """The input format of a date, in Streamlit's notation."""
    return "DD.MM.YYYY" if language() == "da" else "DD/MM/YYYY"


def clock(at: datetime) -> str:
    """A moment as `14.02` or `14:02`, in Danish local time."""
    return hour(at.astimezone(_DENMARK).time())


def hour(at: time) -> str:
    """A time of day as `22.00` or `22:00`."""
    return format_time(at, "HH.mm" if language() == "da" else "HH:mm", locale=language())


def moment(at: datetime) -> str:
    """A moment as `lørdag 28. nov. kl. 22.00` or `Saturday 28 November 22:00`.

    `at` is Danish local time.
    """
    shape = "EEEE d. MMM 'kl.'" if language() == "da" else "EEEE d MMMM"
    return f"{format_date(at, shape, locale=language())} {hour(at.time())}"


def as_of(at: datetime | None, on: date) -> str:
    """The minute or the date of an answer: `gælder lørdag 28. nov. kl. 22.00`."""
    if at is not None:
        return _("as of {moment}", moment=moment(at))
    return _("as of {day}", day=day(on))


def _in_denmark(at: date | datetime) -> date:
    return at.astimezone(_DENMARK).date() if isinstance(at, datetime) else at


def number(value: float) -> str:
    """A number as `1.842` or `1,842`."""
    return format_decimal(value, locale=language())


def percent(value: int | str) -> str:
    """A number or a range in percent: `57 %`, `20–39 %` or `57%`."""
    return _("{number}%", number=value)


def danish_key(text: str) -> str:
    """Sort key of Danish text: æ, ø, å last, aa as å; other diacritics and case are ignored."""
    plain = "".join(
        _LAST.get(letter) or normal_form("NFD", letter)[0]
        for letter in normal_form("NFC", text.casefold())
    )
    return plain.replace("aa", _LAST["å"])


def normal_form(form: Form, text: str) -> str:
    """A Unicode normal form of the first 200 characters of a text, more than any name has.

    Python sorts combining characters in time quadratic in their number, so a text of arbitrary
    length must not be normalized whole.
    """
    return unicodedata.normalize(form, text[:_LONGEST_NAME])


def plain(text: str) -> str:
    """Escape a text for Markdown in Streamlit: nothing in it becomes markup or a link.

    Whatever was typed into the register is escaped here before it is put into a text, a heading or
    the label of a control. No more than needed is escaped, since a control is addressed by its
    label.
    """
    apart = _BY_ITSELF.sub(lambda match: match[0] + _JOINER, text)
    return _NUMBERED.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", apart))


def paragraphs(texts: Iterable[str | None]) -> str:
    """Join texts into paragraphs of one Markdown text; missing and empty ones are left out.

    One element instead of several, since a browser compares each element at every redraw.
    """
    return "\n\n".join(filter(None, texts))


def found_by(hit: NameHit) -> Iterator[str]:
    """The alias by which a node was found, and the successor of a node that has ended."""
    if hit.alias is not None and hit.alias not in hit.name:
        yield hit.alias
    if (successor := hit.successor) is not None:
        when = successor.years if successor.since is None else day(successor.since)
        if when is None:
            yield _("succeeded by {name}", name=successor.name)
        else:
            yield _("since {when}: {name}", when=when, name=successor.name)

"""The words on the screens: English message ids in code, Danish beside them in `locale/da`.

`_("Choose a municipality")` is what it says in the language of whoever looks; dates, times and
numbers are written as that language does.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final, Literal, cast
from zoneinfo import ZoneInfo

import streamlit as st
from babel.dates import format_date, format_time
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from api.schemas.entities import NameHit, Successor

Language = Literal["da", "en"]
LANGUAGE: Final = "language"
"""The name of the cookie, of the parameter and of the place in a session."""
LOCALE: Final = Path(__file__).parent / "locale"
_DENMARK: Final = ZoneInfo("Europe/Copenhagen")
Form = Literal["NFC", "NFD", "NFKD"]
_LONGEST_NAME: Final = 200
_MARKS: Final = re.compile(r"[\\`*_\[\]<>~$&|]|:(?=[a-z])|^[#+=-]", re.MULTILINE | re.IGNORECASE)
_NUMBERED: Final = re.compile(r"^(\s*\d{1,9})([.)])", re.MULTILINE)
# What becomes a link or a picture without a mark that a backslash could take its meaning from.
_BY_ITSELF: Final = re.compile(
    r"https?:(?=//)|\bwww(?=\.)|@(?=\w)|:(?=[a-z_+-][\w+/-]*:)", re.IGNORECASE
)
_JOINER: Final = "\u2060"  # no space, and nothing to be seen
_LAST: Final = {"æ": "{", "ø": "|", "å": "}"}  # what follows z in ASCII


def language() -> Language:
    """The language of whoever looks: what was chosen, Danish where nothing was."""
    told = st.session_state.get(LANGUAGE) or st.context.cookies.get(LANGUAGE)
    return "en" if told == "en" else "da"


def _(message: str, /, **values: object) -> str:
    """A message in the language of whoever looks, its `{names}` filled in."""
    text = translations(language()).gettext(message)
    return text.format(**values) if values else text


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """The same where a number decides: `{count}` is filled in."""
    text = translations(language()).ngettext(one, many, count)
    return text.format(count=number(count), **values)


def gettext_in(lang: Language, message: str, /, **values: object) -> str:
    """The same outside a session, in a language that is told."""
    text = translations(lang).gettext(message)
    return text.format(**values) if values else text


@cache
def translations(lang: Language) -> NullTranslations:
    """The catalogs of a language as one; English is the ids themselves."""
    if lang == "en":
        return NullTranslations()
    whole = Catalog(locale=lang)
    for part in catalogs(lang):
        _add(whole, part)
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return GNUTranslations(compiled)


def catalogs(lang: Language) -> tuple[Catalog, ...]:
    """The catalog of each screen, as written."""
    return tuple(_read(path, lang) for path in sorted((LOCALE / lang).glob("*.po")))


def _read(path: Path, lang: Language) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=lang)


def _add(whole: Catalog, part: Catalog) -> None:
    for message in part:
        if message.id:
            whole[cast("str", message.id)] = message


def day(one: date | datetime) -> str:
    """25. nov. 2026, 25 November 2026; of a moment, the day it is in Denmark."""
    shape = "d. MMM y" if language() == "da" else "d MMMM y"
    return format_date(_in_denmark(one), shape, locale=language())


def short_day(one: date | datetime) -> str:
    """25.11.2026, 25/11/2026: for tables; of a moment, the day it is in Denmark."""
    shape = "dd.MM.y" if language() == "da" else "dd/MM/y"
    return format_date(_in_denmark(one), shape, locale=language())


def typed_date() -> str:
    """The shape in which a day is typed, as Streamlit is told it."""
    return "DD.MM.YYYY" if language() == "da" else "DD/MM/YYYY"


def clock(at: datetime) -> str:
    """14.02, 14:02, as the clocks in Denmark stand."""
    return hour(at.astimezone(_DENMARK).time())


def hour(one: time) -> str:
    """22.00, 22:00."""
    return format_time(one, "HH.mm" if language() == "da" else "HH:mm", locale=language())


def moment(at: datetime) -> str:
    """lørdag 28. nov. kl. 22.00, Saturday 28 November 22:00; `at` is Danish local time."""
    shape = "EEEE d. MMM 'kl.'" if language() == "da" else "EEEE d MMMM"
    return f"{format_date(at, shape, locale=language())} {hour(at.time())}"


def _in_denmark(one: date | datetime) -> date:
    return one.astimezone(_DENMARK).date() if isinstance(one, datetime) else one


def number(one: float) -> str:
    """1.842, 1,842."""
    return format_decimal(one, locale=language())


def danish_key(text: str) -> str:
    """What a list in Danish is sorted by: æ, ø and å last, aa as å, other marks and case aside."""
    plain = "".join(
        _LAST.get(letter) or normal_form("NFD", letter)[0]
        for letter in normal_form("NFC", text.casefold())
    )
    return plain.replace("aa", _LAST["å"])


def normal_form(form: Form, text: str) -> str:
    """The first characters of a text, more than any name has, in a normal form of Unicode.

    Python sorts the marks behind a letter in time by the square of their number: no text of any
    length may come here whole.
    """
    return unicodedata.normalize(form, text[:_LONGEST_NAME])


def plain(text: str) -> str:
    """A text as it stands, for where Streamlit reads Markdown: nothing in it is a mark or a link.

    Whatever was typed into the register goes through here on its way into a text, a heading or the
    label of a control. No more than needed is marked, since a control is called by its label.
    """
    apart = _BY_ITSELF.sub(lambda found: found[0] + _JOINER, text)
    return _NUMBERED.sub(r"\1\\\2", _MARKS.sub(r"\\\g<0>", apart))


def paragraphs(texts: Iterable[str | None]) -> str:
    """Texts below each other as one in Markdown, without those that are missing or empty.

    One element of a screen, then: a browser compares each of them whenever it is drawn anew.
    """
    return "\n\n".join(filter(None, texts))


def found_by(hit: NameHit) -> Iterator[str]:
    """The other name it was found by, and the successor of what has ended."""
    if hit.alias is not None and hit.alias not in hit.name:
        yield hit.alias
    if hit.successor is not None:
        yield _follows(hit.successor)


def _follows(one: Successor) -> str:
    when = one.years if one.since is None else day(one.since)
    if when is None:
        return _("succeeded by {name}", name=one.name)
    return _("since {when}: {name}", when=when, name=one.name)

"""Translation by gettext: English message ids in code, Danish catalogs of `.po` files.

The catalogs are compiled when first used. `make messages` extracts the messages of the API.
"""

import re
from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Final, Literal, cast

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

Language = Literal["da", "en"]
LANGUAGES: Final[tuple[Language, Language]] = ("da", "en")
LOCALE: Final = Path(__file__).parent / "locale"
_SECOND_PERIOD: Final = re.compile(r"(?<=\w\.)\.(?!\.)")


def _(message: str, lang: Language, /, **values: object) -> str:
    """Return a message in a language, its `{names}` filled in."""
    text = translations(LOCALE, lang).gettext(message)
    return fill_in(text, values) if values else text


def ngettext(singular: str, plural: str, count: int, lang: Language, /, **values: object) -> str:
    """Return a message in singular or plural; `{count}` is filled in."""
    text = translations(LOCALE, lang).ngettext(singular, plural, count)
    return fill_in(text, {"count": count, **values})


def pgettext(context: str, message: str, lang: Language, /, **values: object) -> str:
    """Return a message whose translation depends on the context."""
    text = translations(LOCALE, lang).pgettext(context, message)
    return fill_in(text, values) if values else text


def fill_in(text: str, values: Mapping[str, object]) -> str:
    """Return a translated message with its values; after a name like `Bodil O.` one period."""
    filled = text.format(**values)
    return _SECOND_PERIOD.sub("", filled) if ".." in filled else filled


def language_name(tag: str, lang: Language) -> str:
    """Return the name of a language or variety by its BCP 47 tag; the tag itself if it has none."""
    names = cast("Mapping[str, str]", Locale(lang).languages)
    return names.get(tag.replace("-", "_")) or names.get(tag.partition("-")[0], tag)


def bilingual(message: str, /, **values: object) -> tuple[str, str]:
    """Return a message in Danish and in English, for an error whose language is not known yet.

    A value may be a function of a language, such as the `label` of a term.
    """
    danish, english = (
        _(
            message,
            lang,
            **{name: value(lang) if callable(value) else value for name, value in values.items()},
        )
        for lang in LANGUAGES
    )
    return danish, english


def N_(message: str) -> str:  # noqa: N802 - the name that extractors and translators know
    """Mark a message for extraction that is translated later."""
    return message


@cache
def translations(locale: Path, lang: Language) -> NullTranslations:
    """The catalogs of a language merged into one; for English the message ids themselves."""
    if lang == "en":
        return NullTranslations()
    whole = Catalog(locale=lang)
    for catalog in catalogs(locale, lang):
        for message in catalog:
            if message.id:
                whole[cast("str", message.id)] = message
    compiled = BytesIO()
    write_mo(compiled, whole)
    compiled.seek(0)
    return GNUTranslations(compiled)


def catalogs(locale: Path, lang: Language) -> tuple[Catalog, ...]:
    """The catalogs of a language as written."""
    po_catalogs: list[Catalog] = []
    for path in sorted((locale / lang).rglob("*.po")):
        with path.open("rb") as file:
            po_catalogs.append(read_po(file, locale=lang))
    return tuple(po_catalogs)

"""The languages that can be chosen, and their names, by BCP 47 tag.

Names are those of the Unicode CLDR, through Babel. Any other tag may be stored: it is shown by its
name where CLDR has one, and can be chosen where a node has it already.
"""

from typing import Final

from api import i18n
from explorer.i18n import danish_key, language

LANGUAGES: Final = (
    "am", "ar", "az", "be", "bg", "bn", "bs", "ckb", "cs", "da", "de", "el", "en", "es", "et", "fa",
    "fa-AF", "fi", "fil", "fo", "fr", "ha", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja",
    "ka", "kk", "kl", "km", "ko", "ku", "ky", "ln", "lt", "lv", "mk", "mn", "ms", "my", "ne", "nl",
    "no", "om", "pa", "pl", "ps", "pt", "rhg", "rn", "ro", "rom", "ru", "rw", "si", "sk", "sl",
    "so", "sq", "sr", "sv", "sw", "syr", "ta", "th", "ti", "tr", "uk", "ur", "uz", "vi", "zh",
    "zza",
)  # fmt: skip
"""Languages that people in Denmark speak; `fa-AF` is Dari, and `ckb` the Kurdish of Iraq."""


def language_name(tag: str) -> str:
    """The name of a language in the reader's own; the tag if it has no name."""
    return i18n.language_name(tag, language())


def language_names(*others: str) -> dict[str, str]:
    """The names of the languages that can be chosen and of `others`, in alphabetical order."""
    tags = dict.fromkeys((*LANGUAGES, *others))
    names = {tag: language_label(tag) for tag in tags}
    return dict(sorted(names.items(), key=lambda item: danish_key(item[1])))


def language_label(tag: str) -> str:
    """The name of a language as a choice: with a capital letter."""
    name = language_name(tag)
    return name[:1].upper() + name[1:]

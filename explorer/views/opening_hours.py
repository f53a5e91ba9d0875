"""Opening hours as users type and read them: `man-fre 9-15` for the API's `MO-FR 09:00-15:00`."""

import re
from collections.abc import Mapping
from typing import Final

from explorer.i18n import _, language

_EXAMPLE: Final = "MO-FR 09:00-15:00"
"""The example in the API's error for opening hours that it cannot read."""
_TYPED_DAYS: Final[Mapping[str, str]] = {
    "man": "MO", "mon": "MO", "mo": "MO", "tir": "TU", "tue": "TU", "tu": "TU", "ons": "WE",
    "wed": "WE", "we": "WE", "tor": "TH", "thu": "TH", "th": "TH", "fre": "FR", "fri": "FR",
    "fr": "FR", "lør": "SA", "sat": "SA", "sa": "SA", "søn": "SU", "sun": "SU", "su": "SU",
}  # fmt: skip
_DAY_SPAN: Final = re.compile(
    r"([^\W\d_]+)\.?(?:\s*(?:-|\btil\b|\bto\b)\s*([^\W\d_]+)\.?)?", re.IGNORECASE
)
_NO_DAYS: Final = frozenset(("og", "and", "kl"))
_TIMES: Final = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|til|to)\s*(\d{1,2})(?:[:.](\d{2}))?")
_AROUND_THE_CLOCK: Final = "00:00-24:00"


def hours_text(code: str) -> str:
    """Opening hours in words: `MO-FR 09:00-15:00` is `man-fre 09.00-15.00`."""
    if code == _AROUND_THE_CLOCK:
        return _("around the clock")
    names = {
        "MO": _("Mon"), "TU": _("Tue"), "WE": _("Wed"), "TH": _("Thu"), "FR": _("Fri"),
        "SA": _("Sat"), "SU": _("Sun"),
    }  # fmt: skip
    text = re.sub("|".join(names), lambda match: names[match[0]], code)
    return text.replace(":", ".") if language() == "da" else text


def hours_code(text: str) -> str:
    """Opening hours as the API takes them; what cannot be read is left for the API to refuse.

    `man-fre 9-15.30` is `MO-FR 09:00-15:30`; `man, ons 9-12` is a group of each day.
    """
    if text.casefold().strip() in ("24/7", "døgnåbent", _("around the clock").casefold()):
        return _AROUND_THE_CLOCK
    return "; ".join(_group(part.strip()) for part in text.replace("–", "-").split(";"))


def _group(text: str) -> str:
    times = _TIMES.search(text)
    if times is None:
        return text
    spans = [
        "-".join(_TYPED_DAYS.get(word.casefold()[:3], word) for word in span.groups() if word)
        for span in _DAY_SPAN.finditer(text[: times.start()])
        if span[1].casefold() not in _NO_DAYS
    ]
    first, first_minute, last, last_minute = (part or "00" for part in times.groups())
    hours = f"{int(first):02}:{first_minute}-{int(last):02}:{last_minute}"
    rest = text[times.end() :]
    return ("; ".join(f"{days} {hours}" for days in spans) or hours) + rest


def as_typed(error: str) -> str:
    """An error of the API with its example in the form in which hours are typed here."""
    return error.replace(_EXAMPLE, hours_text(_EXAMPLE))

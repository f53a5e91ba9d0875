"""What to do in acute danger, and who sits where, in Danish and English."""

from typing import Final

from api.text.format import name_of
from graph.paths.answer import AcuteCard, LocalDesk
from graph.vocabulary import Language

_TITLE: Final[dict[Language, str]] = {
    "da": "Akut fare: ring 112. Politi: 114.",
    "en": "Acute danger: call 112. Police: 114.",
}
_INFORM: Final[dict[Language, str]] = {"da": "Orientér bagefter:", "en": "Afterwards inform:"}


def acute_title(lang: Language) -> str:
    """The numbers to call first."""
    return _TITLE[lang]


def duty_line_sentence(card: AcuteCard, lang: Language) -> str:
    """`Vagtcentral for Ringsted: …`, or that none is known."""
    if card.duty_line is None:
        if card.area is None:
            return (
                "Vælg et sted for at se dets vagtcentral."
                if lang == "da"
                else "Name a place to see its duty line."
            )
        area = name_of(card.area, lang)
        return (
            f"Der kendes ingen vagtcentral for {area}."
            if lang == "da"
            else f"No duty line is known for {area}."
        )
    name = name_of(card.duty_line.post, lang)
    if card.area is None:
        return f"{'Vagtcentral' if lang == 'da' else 'Duty line'}: {name}"
    area = name_of(card.area, lang)
    return f"Vagtcentral for {area}: {name}" if lang == "da" else f"Duty line for {area}: {name}"


def inform_heading(lang: Language) -> str:
    """What stands above those who are told afterwards."""
    return _INFORM[lang]


def local_title(desk: LocalDesk, lang: Language) -> str:
    """`Faste kontakter, Ringsted`."""
    area = name_of(desk.area, lang)
    return f"Faste kontakter, {area}" if lang == "da" else f"Standing contacts, {area}"

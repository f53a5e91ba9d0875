"""What the fields of a node are called on its card, and how opening hours are written."""

from typing import Final

from graph.vocabulary import Language

FIELD_WORDS: Final[dict[str, tuple[str, str]]] = {
    "kind": ("Art", "Kind"),
    "title": ("Titel", "Title"),
    "code": ("Nummer", "Code"),
    "official_name": ("Fulde navn", "Full name"),
    "name_en": ("Engelsk navn", "English name"),
    "aliases": ("Andre navne", "Other names"),
    "population": ("Indbyggere", "Inhabitants"),
    "population_on": ("Talt", "Counted"),
    "tier": ("Trin", "Tier"),
    "sector": ("Sektor", "Sector"),
    "seat": ("Hjemsted", "Seat"),
    "confidence": ("Kilden", "Source"),
    "gate": ("Grundlag", "Legal ground"),
    "levels": ("Niveau", "Level"),
    "meets_every_days": ("Dage mellem møder", "Days between meetings"),
    "competences": ("Kompetence", "Competence"),
    "languages": ("Sprog", "Languages"),
    "hours": ("Åbent", "Open"),
    "absent_from": ("Fraværende fra", "Absent from"),
    "absent_to": ("Fraværende til", "Absent until"),
    "visibility": ("Synlig for", "Visible to"),
    "cvr": ("CVR-nummer", "CVR number"),
    "website": ("Hjemmeside", "Website"),
    "adopted_on": ("Vedtaget", "Adopted"),
    "due_on": ("Revideres senest", "To be revised by"),
    "url": ("Findes på", "Found at"),
    "valid_from": ("Fra", "From"),
    "valid_to": ("Til", "Until"),
}
"""The fields a card shows, in this order; `--json` has them all."""

_DAYS: Final = {
    "MO": "man", "TU": "tir", "WE": "ons", "TH": "tor", "FR": "fre", "SA": "lør", "SU": "søn",
}  # fmt: skip
_DAYS_EN: Final = {
    "MO": "Mon", "TU": "Tue", "WE": "Wed", "TH": "Thu", "FR": "Fri", "SA": "Sat", "SU": "Sun",
}  # fmt: skip


def written_hours(hours: str, lang: Language) -> str:
    """`MO-FR 09:00-15:00` as `man-fre 09:00-15:00`; `00:00-24:00` as `døgnet rundt`."""
    if hours == "00:00-24:00":
        return "døgnet rundt" if lang == "da" else "always"
    for code, day in (_DAYS if lang == "da" else _DAYS_EN).items():
        hours = hours.replace(code, day)
    return hours

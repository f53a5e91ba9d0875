"""How fresh a link is, who may see a person, and what a volunteer agreed to."""

from typing import Final

from graph.vocabulary.word import Term


class Freshness(Term):
    """How long since `verified_on`. Source of the bounds: domain.md §2."""

    FRESH = "FRESH", "Opdateret", "Up to date"
    STALE = "STALE", "Skal kontrolleres", "Due"
    EXPIRED = "EXPIRED", "Forældet", "Expired"
    NEVER = "NEVER", "Aldrig kontrolleret", "Never verified"

    @classmethod
    def of(cls, days: int | None) -> "Freshness":
        """The freshness of a link verified `days` ago; None: never verified."""
        if days is None:
            return cls.NEVER
        if days <= FRESH_DAYS:
            return cls.FRESH
        return cls.STALE if days <= STALE_DAYS else cls.EXPIRED


FRESH_DAYS: Final = 183
STALE_DAYS: Final = 365


class Visibility(Term):
    """Who may see a person, a civilian or a contact detail; from the widest to the narrowest."""

    OPEN = "OPEN", "Åben"
    NETWORK = "NETWORK", "Netværket"
    AREA = "AREA", "Området"
    NAMED = "NAMED", "Navngivne"


class ConsentPurpose(Term):
    """What a civilian agreed to be used for."""

    CONTACT = "CONTACT", "Kontakt"
    PASS_ON = "PASS_ON", "Videregivelse"
    STATISTICS = "STATISTICS", "Statistik"


class ObtainedHow(Term):
    """How a consent was given."""

    MEETING = "MEETING", "Møde"
    PHONE = "PHONE", "Telefon"
    FORM = "FORM", "Blanket"


class Channel(Term):
    """By what means somebody is reached."""

    PHONE = "PHONE", "Telefon"
    MOBILE = "MOBILE", "Mobil"
    EMAIL = "EMAIL", "E-mail", "E-mail"
    SECURE_EMAIL = "SECURE_EMAIL", "Sikker mail", "Secure mail"
    DIGITAL_POST = "DIGITAL_POST", "Digital Post"
    VISIT = "VISIT", "Adresse, fremmøde", "Address, in person"
    MEDIATED = "MEDIATED", "Via døråbner", "Through a door opener"
    EMERGENCY = "EMERGENCY", "Alarm", "Emergency"

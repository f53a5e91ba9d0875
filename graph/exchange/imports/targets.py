"""The fields to which a column of a list can be mapped."""

from typing import Final

from graph.vocabulary import Channel, Term


class TargetField(Term):
    """A field of a list of posts and people as a municipality keeps it."""

    # Laid out as a table, one line per member.
    # fmt: off
    AUTHORITY = "AUTHORITY", "Kommune eller myndighed", "Municipality or authority"
    AUTHORITY_CODE = "AUTHORITY_CODE", "Kommunekode", "Municipality code"
    POST = "POST", "Funktion", "Post"
    POST_AND_TITLE = "POST_AND_TITLE", "Funktion og jobtitel", "Post and job title"
    UNIT = "UNIT", "Enhed", "Unit"
    NETWORK = "NETWORK", "Samarbejde", "Network"
    NAME = "NAME", "Navn", "Name"
    GIVEN_NAME = "GIVEN_NAME", "Fornavn", "Given name"
    MIDDLE_NAME = "MIDDLE_NAME", "Mellemnavn", "Middle name"
    SURNAME = "SURNAME", "Efternavn", "Surname"
    TITLE = "TITLE", "Jobtitel", "Job title"
    CONTACT = "CONTACT", "Telefon, mobil eller mail", "Phone, mobile or mail"
    PHONE = "PHONE", "Telefon", "Phone"
    MOBILE = "MOBILE", "Mobil", "Mobile"
    EMAIL = "EMAIL", "E-mail", "E-mail"
    SECURE_EMAIL = "SECURE_EMAIL", "Sikker mail", "Secure mail"
    HOURS = "HOURS", "Åbningstid", "Opening hours"
    DEPUTY = "DEPUTY", "Stedfortræder", "Deputy"
    VALID_FROM = "VALID_FROM", "Gælder fra", "Valid from"
    VALID_TO = "VALID_TO", "Gælder til og med", "Valid to, inclusive"
    ACTIVE = "ACTIVE", "Aktiv", "Active"
    LANGUAGES = "LANGUAGES", "Sprog", "Languages"
    CHECKED_ON = "CHECKED_ON", "Kontrolleret", "Checked on"
    ENTRY_POINT = "ENTRY_POINT", "Indgang til området", "Entry point of the area"
    EXTERNAL_ID = "EXTERNAL_ID", "Id hos kilden", "Id at the source"
    CONSENT_GIVEN_ON = "CONSENT_GIVEN_ON", "Samtykke givet", "Consent given on"
    CONSENT_EXPIRES_ON = "CONSENT_EXPIRES_ON", "Samtykke udløber", "Consent expires on"
    CONSENT_HOW = "CONSENT_HOW", "Samtykke givet ved", "Consent obtained how"
    CONSENT_TEXT = "CONSENT_TEXT", "Samtykkets tekst, version", "Version of the consent's text"
    CONSENT_ADULT = "CONSENT_ADULT", "Fyldt 18 år", "18 or older"
    DOOR_OPENER = "DOOR_OPENER", "Døråbner", "Door opener"
    # fmt: on


DATES: Final = frozenset(
    {
        TargetField.VALID_FROM,
        TargetField.VALID_TO,
        TargetField.CHECKED_ON,
        TargetField.CONSENT_GIVEN_ON,
        TargetField.CONSENT_EXPIRES_ON,
    }
)
CHANNELS: Final = {
    TargetField.CONTACT: None,
    TargetField.PHONE: Channel.PHONE,
    TargetField.MOBILE: Channel.MOBILE,
    TargetField.EMAIL: Channel.EMAIL,
    TargetField.SECURE_EMAIL: Channel.SECURE_EMAIL,
}
"""Fields that several columns may have, with the channel of each."""
CONSENTS: Final = (
    TargetField.CONSENT_GIVEN_ON,
    TargetField.CONSENT_EXPIRES_ON,
    TargetField.CONSENT_HOW,
    TargetField.CONSENT_TEXT,
    TargetField.CONSENT_ADULT,
    TargetField.DOOR_OPENER,
    TargetField.EXTERNAL_ID,
)
"""Required fields of a civilian's row; the id, since a name cannot identify a sealed node."""

"""The forms of contact values: the one that is stored, and the one that is shown.

A number is stored in E.164 (`+4501234567`, a short number as it is dialed), and is shown in the
groups of its country. A Danish number is one that the numbering plan knows, or one in 01-09: these
are assigned to no subscriber, so that examples and demos use them. Values that were stored under
earlier rules remain readable, and are shown in groups where they can be read as a number.
"""

import re
from typing import Final

from graph.vocabulary import Channel, Rule

DIALED: Final = frozenset({Channel.PHONE, Channel.MOBILE, Channel.EMERGENCY})
MAILED: Final = frozenset({Channel.EMAIL, Channel.SECURE_EMAIL})
_REGION: Final = "DK"
_DANISH: Final = "+45"
_FICTIONAL: Final = re.compile(r"\+450[1-9]\d{6}")
_TYPED: Final = re.compile(r"[0-9 ().+/\-\u00a0\u2010-\u2015\u2212]{2,40}")
_TRUNK_ZERO: Final = "(0)"
_SHORTEST_ENDING: Final = 2  # of a domain: `.dk`
_EXAMPLE_DOMAIN: Final = "example"  # reserved for examples, and so reaches nobody


class ContactValueError(ValueError):
    """Raised for a text that is no value of its channel; `rule` is the violated rule."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self.rule = rule


def stored_form(channel: Channel, text: str) -> str:
    """Return a contact value in the form in which it is stored.

    Raises: ContactValueError: it is no phone number, or no mail address, as its channel asks for.
    """
    if channel in DIALED:
        number = phone_number(text)
        if channel is Channel.MOBILE and not number.startswith("+"):  # nobody's mobile is 112
            raise ContactValueError(Rule.PHONE_NUMBER)
        return number
    return mail_address(text) if channel in MAILED else text


def phone_number(text: str) -> str:
    """Return a phone number in E.164; eight digits are Danish.

    Raises: ContactValueError: no such number is in use, or it has letters or an extension.
    """
    import phonenumbers
    from phonenumbers import shortnumberinfo

    plain = text.strip()
    if not _TYPED.fullmatch(plain):
        raise ContactValueError(Rule.PHONE_NUMBER)
    try:
        number = phonenumbers.parse(plain.replace(_TRUNK_ZERO, ""), _REGION)
    except phonenumbers.NumberParseException:
        raise ContactValueError(Rule.PHONE_NUMBER) from None
    international = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if phonenumbers.is_valid_number(number) or _FICTIONAL.fullmatch(international):
        return international
    short = re.sub(r"\D", "", plain)
    if international == f"{_DANISH}{short}" and shortnumberinfo.is_valid_short_number_for_region(
        number, _REGION
    ):
        return short
    raise ContactValueError(Rule.PHONE_NUMBER)


def mail_address(text: str) -> str:
    """Return a mail address, its domain in lower case; whether it exists is not asked.

    Raises: ContactValueError: it has not the form of an address that mail can be sent to.
    """
    import email_validator

    plain = text.strip()
    local, _, domain = plain.rpartition("@")
    name, _, last = domain.rpartition(".")
    # `.example` is checked as another domain would be
    checked = f"{local}@{name}.com" if name and last.lower() == _EXAMPLE_DOMAIN else plain
    try:
        valid = email_validator.validate_email(checked, check_deliverability=False, strict=True)
    except email_validator.EmailNotValidError:
        raise ContactValueError(Rule.MAIL_ADDRESS) from None
    if len(last) < _SHORTEST_ENDING:
        raise ContactValueError(Rule.MAIL_ADDRESS)
    if checked != plain:
        return f"{valid.local_part}@{valid.domain.removesuffix('com')}{_EXAMPLE_DOMAIN}"
    return valid.normalized


def shown_form(channel: Channel, value: str) -> str:
    """Return a stored value as it is shown: a number in the groups of its country."""
    if channel not in DIALED:
        return value
    import phonenumbers

    try:
        stored = phone_number(value)
    except ContactValueError:  # stored under an earlier rule
        return value
    if _FICTIONAL.fullmatch(stored):  # in the groups of all other Danish numbers
        digits = stored.removeprefix(_DANISH)
        return " ".join((_DANISH, *(digits[at : at + 2] for at in range(0, len(digits), 2))))
    if not stored.startswith("+"):
        return stored
    number = phonenumbers.parse(stored)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)

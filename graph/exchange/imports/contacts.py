"""Parsing of phone numbers and mail addresses, possibly several in one cell."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from graph.exchange.imports.faults import ImportRule
from graph.exchange.imports.values import is_date
from graph.model import contact_forms
from graph.vocabulary import Channel

_MAIL: Final = re.compile(
    r"(?<![\w.%+'@-])[A-Za-z0-9_ÆØÅæøå][A-Za-z0-9._%+'ÆØÅæøå-]{0,63}"
    r"@(?:[A-Za-z0-9ÆØÅæøå-]{1,63}\.)+[A-Za-z]{2,24}(?![\w@-])"
)
_SEPARATORS: Final = re.compile(r"\s*(?:[/;,|\n]|\beller\b|\bog\b|\bor\b|\band\b)\s*")
_LABEL: Final = re.compile(
    r"^(?P<label>[A-Za-zÆØÅæøå .-]*?)[.:]*\s*(?P<number>[+(0-9][0-9 ().+-]*)$"
)
_LABEL_AFTER: Final = re.compile(
    r"^(?P<number>[+(0-9][0-9 ().+-]*?)\s*\(?(?P<label>[A-Za-z.]+)\)?$"
)
_MOBILE_WORDS: Final = ("mob", "mobil", "mobile", "mobiltlf", "cell", "m", "sms")
_PHONE_WORDS: Final = (
    "", "tlf", "tel", "telefon", "phone", "t", "direkte", "direct", "fastnet", "lokal", "kontor",
    "arbejde", "work", "nr", "tlfnr", "telefonnr", "dir", "hovednummer", "landline",
)  # fmt: skip
_MAIL_WORD: Final = re.compile(r"e-?mail|mailto|mail|m|@", re.IGNORECASE)
_MAIL_LABEL: Final = re.compile(rf"(?:{_MAIL_WORD.pattern})\s*(?::\s*|\.\s+)", re.IGNORECASE)
_ZERO: Final = "(0)"


class ContactFault(Exception):
    """Raised for a value that is not a contact value of the expected sort."""

    def __init__(self, rule: ImportRule) -> None:
        super().__init__(rule)
        self.rule = rule


def phone_of(text: str) -> str:
    """Return a phone number in the form of the model; a date is none.

    Raises: ContactFault: the rules of the model refuse it.
    """
    if is_date(text.replace(_ZERO, "").strip()):  # 01.02.2026 has eight digits too
        raise ContactFault(ImportRule.BAD_PHONE)
    try:
        return contact_forms.phone_number(text)
    except contact_forms.ContactValueError:
        raise ContactFault(ImportRule.BAD_PHONE) from None


def mail_of(text: str) -> str:
    """Return a mail address in the form of the model. Raises: ContactFault: it is not one."""
    plain = text.strip("<> ")
    if label := _MAIL_LABEL.match(plain):
        plain = plain[label.end() :].strip("<> ")
    if not _MAIL.fullmatch(plain):
        raise ContactFault(ImportRule.BAD_EMAIL)
    try:
        return contact_forms.mail_address(plain)
    except contact_forms.ContactValueError:
        raise ContactFault(ImportRule.BAD_EMAIL) from None


def contacts_of(text: str, channel: Channel | None) -> tuple[tuple[Channel, str], ...]:
    """Return the contact values of a cell in order, each once.

    `channel` is that of the column: a label in the cell, as in `Mob. 12 34 56 78`, overrides it,
    and a mail address is mail in any column. Without one, an unlabeled number is a phone.

    Raises: ContactFault: a part is neither a number nor an address.
    """
    parts: list[str] = []
    end = 0
    for mail in _MAIL.finditer(text):  # only the text between the mail addresses is split
        parts += (*_parts_between(text[end : mail.start()]), mail[0])
        end = mail.end()
    parts += _parts_between(text[end:])
    contacts: dict[tuple[Channel, str], None] = {}
    is_mail = channel in (Channel.EMAIL, Channel.SECURE_EMAIL)
    for part in parts:
        if "@" in part:
            try:
                own = channel if is_mail and channel else Channel.EMAIL
                contacts.setdefault((own, mail_of(part)))
            except ContactFault:
                raise ContactFault(
                    ImportRule.BAD_EMAIL if is_mail else ImportRule.BAD_CONTACT
                ) from None
            continue
        if is_mail:
            raise ContactFault(ImportRule.BAD_EMAIL)
        match = _LABEL.match(part) or _LABEL_AFTER.match(part)
        if match is None:
            raise ContactFault(ImportRule.BAD_CONTACT if channel is None else ImportRule.BAD_PHONE)
        label = re.sub(r"[^a-zæøå]", "", match["label"].casefold())
        if label not in (*_MOBILE_WORDS, *_PHONE_WORDS):
            raise ContactFault(ImportRule.BAD_CONTACT if channel is None else ImportRule.BAD_PHONE)
        if label in _MOBILE_WORDS:
            own = Channel.MOBILE
        elif label:
            own = Channel.PHONE
        else:
            own = channel or Channel.PHONE
        contacts.setdefault((own, phone_of(match["number"])))
    return tuple(contacts)


def _parts_between(text: str) -> Iterator[str]:
    for part in _SEPARATORS.split(text):
        rest = part.strip(" :<>-.")
        if rest and not _MAIL_WORD.fullmatch(rest):
            yield part.strip(" :<>")


def is_contact(text: str) -> bool:
    """Return whether a cell contains only numbers and addresses."""
    try:
        return bool(contacts_of(text, None))
    except ContactFault:
        return False


def guarded_parts(cell: str) -> Sequence[str]:
    """Return the texts of a cell to be checked by the content filter.

    Two adjacent phone numbers are not a CPR number, so each is checked separately.
    """
    if "\n" not in cell and not any(mark in cell for mark in "/;,|"):
        return (cell,)
    if is_contact(cell):
        return tuple(value for _, value in contacts_of(cell, None))
    return cell.split("\n")

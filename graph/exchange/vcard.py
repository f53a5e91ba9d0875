"""Posts as contacts for an address book: vCard 4.0.

Source: RFC 6350, sections 3.2 and 3.4. Written by hand, since existing libraries write only
the older 3.0.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC
from typing import Final

from graph.exchange.provenance import Provenance
from graph.vocabulary import Channel, Language

_LINE_BYTES: Final = 75
_ESCAPED: Final = str.maketrans({"\\": "\\\\", ",": "\\,", ";": "\\;", "\n": "\\n", "\r": ""})
_TYPES: Final = {
    Channel.PHONE: "TEL;TYPE=work,voice;VALUE=text",
    Channel.MOBILE: "TEL;TYPE=work,cell;VALUE=text",
    Channel.EMERGENCY: "TEL;TYPE=work,voice;VALUE=text",
    Channel.EMAIL: "EMAIL;TYPE=work",
    Channel.SECURE_EMAIL: "EMAIL;TYPE=work",
}
"""vCard property of each channel; values of other channels go into the note."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChannel:
    """One contact channel with its value in clear text."""

    channel: Channel
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VCardContact:
    """A post as an address book entry: `answers` is a sentence on who answers now."""

    id: str
    name: str
    role: str | None
    organization: str | None
    answers: str | None
    ways: tuple[ContactChannel, ...]


def vcards(contacts: Iterable[VCardContact], stamp: Provenance, lang: Language) -> bytes:
    """A card for each contact, in their order."""
    lines: list[str] = []
    for contact in contacts:
        lines += ("BEGIN:VCARD", "VERSION:4.0", "KIND:org", "PRODID:-//Kontaktvej//DA")
        lines.append(f"UID:{escape(f'kontaktvej:{contact.id}')}")
        lines.append(f"FN:{escape(contact.name)}")
        if contact.organization:
            lines.append(f"ORG:{escape(contact.organization)}")
        if contact.role:
            lines.append(f"ROLE:{escape(contact.role)}")
        notes = [contact.answers] if contact.answers else []
        for way in contact.ways:
            if way.channel in _TYPES:
                lines.append(f"{_TYPES[way.channel]}:{escape(way.value)}")
            else:
                notes.append(f"{way.channel.label(lang)}: {way.value}")
        note = "\n".join([*notes, stamp.sentence(lang)])
        lines.append(f"NOTE;LANGUAGE={lang}:{escape(note)}")
        lines += (f"REV:{stamp.made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}", "END:VCARD")
    # Lines are folded at 75 bytes, leading space included; no character is split.
    file = bytearray()
    for line in lines:
        length = 0
        for letter in map(str.encode, line):
            if length + len(letter) > _LINE_BYTES:
                file += b"\r\n "
                length = 1
            file += letter
            length += len(letter)
        file += b"\r\n"
    return bytes(file)


def escape(text: str) -> str:
    """A text value as it is escaped in a content line."""
    return text.translate(_ESCAPED)

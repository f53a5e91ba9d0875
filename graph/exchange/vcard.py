"""Posts as contacts for an address book: vCard 4.0.

Source: RFC 6350; folding §3.2, escaping §3.4. Written by hand, since existing libraries write only
the older 3.0.
"""

from collections.abc import Iterable, Iterator, Sequence
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
    lines = (line for one in contacts for line in _lines(one, stamp, lang))
    return b"".join(b"\r\n ".join(_folded(line)) + b"\r\n" for line in lines)


def _lines(one: VCardContact, stamp: Provenance, lang: Language) -> Iterator[str]:
    yield from ("BEGIN:VCARD", "VERSION:4.0", "KIND:org", "PRODID:-//Kontaktvej//DA")
    yield f"UID:{escaped(f'kontaktvej:{one.id}')}"
    yield f"FN:{escaped(one.name)}"
    if one.organization:
        yield f"ORG:{escaped(one.organization)}"
    if one.role:
        yield f"ROLE:{escaped(one.role)}"
    for way in one.ways:
        if way.channel in _TYPES:
            yield f"{_TYPES[way.channel]}:{escaped(way.value)}"
    yield f"NOTE;LANGUAGE={lang}:{escaped(_note(one, stamp, lang))}"
    yield f"REV:{stamp.made_at.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield "END:VCARD"


def _note(one: VCardContact, stamp: Provenance, lang: Language) -> str:
    others = [
        f"{way.channel.label(lang)}: {way.value}" for way in one.ways if way.channel not in _TYPES
    ]
    return "\n".join([*filter(None, [one.answers]), *others, stamp.sentence(lang)])


def escaped(text: str) -> str:
    """A text value as it is escaped in a content line."""
    return text.translate(_ESCAPED)


def _folded(line: str) -> Sequence[bytes]:
    """The line in parts of at most 75 bytes, leading space included; no character is split."""
    parts = [b""]
    for letter in line:
        told = letter.encode()
        most = _LINE_BYTES if len(parts) == 1 else _LINE_BYTES - 1
        if len(parts[-1]) + len(told) > most:
            parts.append(b"")
        parts[-1] += told
    return parts

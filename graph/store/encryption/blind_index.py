"""Blind index of contact details: normalization of values and their keyed digests."""

import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Final

from graph.normal_form import normal_form
from graph.vocabulary import Channel

_KINDS: Final = {
    Channel.PHONE: "phone",
    Channel.MOBILE: "phone",
    Channel.EMERGENCY: "phone",
    Channel.EMAIL: "mail",
    Channel.SECURE_EMAIL: "mail",
}
_NOT_DIALED: Final = re.compile(r"\(0\)|[^0-9+]")


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexEntry:
    """A contact detail to be indexed; the index stores only a digest of its value."""

    detail_id: str
    owner: str
    channel: Channel
    value: str = field(repr=False)


def normalize_value(channel: Channel, value: str) -> str:
    """Return kind and normalized value: E.164, case-folded mail, or other text on one line.

    Eight digits without a prefix are a Danish number. A postal address is indexed to detect
    whether an import has the same one; it identifies nobody, since an office shares one.
    """
    kind = _KINDS.get(channel)
    plain = normal_form("NFKC", value)
    match kind:
        case "phone":
            digits = _NOT_DIALED.sub("", plain)
            if digits.startswith("00"):
                digits = f"+{digits[2:]}"
            elif len(digits) == 8 and "+" not in digits:
                digits = f"+45{digits}"
            return f"phone|{digits}"
        case "mail":
            return f"mail|{plain.strip().casefold()}"
        case _:
            return f"text|{' '.join(plain.split()).casefold()}"


def digest(key: bytes, compared: str) -> bytes:
    """Return the HMAC-SHA256 of a result of `normalize_value`."""
    return hmac.digest(key, compared.encode(), hashlib.sha256)

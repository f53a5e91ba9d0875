"""Names for good: a new UUIDv7, or one that a key of the structure always gives again."""

import hashlib
import secrets
import time
import uuid
from typing import Final

_VERSION: Final = 7 << 76
_VARIANT: Final = 2 << 62


def new_id() -> str:
    """A fresh UUIDv7 (RFC 9562 §5.7): 48 bits of milliseconds, 74 random bits."""
    return _uuid7(time.time_ns() // 1_000_000, secrets.randbits(74))


def id_of(*key: str, at_ms: int = 0) -> str:
    """The UUIDv7 that stands for a key: the same key always gives the same id.

    The random bits are the first 74 of the key's SHA-256: seeding twice finds what is there.
    """
    digest = hashlib.sha256("\x1f".join(key).encode()).digest()
    return _uuid7(at_ms, int.from_bytes(digest[:10]) >> 6)


def _uuid7(at_ms: int, random_bits: int) -> str:
    high, low = random_bits >> 62, random_bits & ((1 << 62) - 1)
    return str(uuid.UUID(int=at_ms << 80 | _VERSION | high << 64 | _VARIANT | low))

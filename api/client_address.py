"""From which address somebody asks, also through the explorer.

It says for whom it speaks in a header with the browser's address, sealed with a key of the house.

Without it all who sign in at the explorer came from one address, its own. A header that is sealed
by another key, or by none, says nothing.
"""

import hmac
from ipaddress import IPv6Address, ip_address
from typing import Final

CLIENT: Final = "Kontaktvej-Client"
_NEIGHBORS: Final = 64  # bits of an IPv6 address that one line has to itself


def sealed_address(address: str, key: bytes) -> str:
    """The value of the header: the address and its seal."""
    return f"{address} {_seal(address, key)}"


def forwarded_address(header: str | None, key: bytes) -> str | None:
    """The address in a header; None where it has none that the key sealed."""
    address, _, seal = (header or "").partition(" ")
    if not hmac.compare_digest(seal.encode(), _seal(address, key).encode()):
        return None
    try:
        return str(ip_address(address))
    except ValueError:
        return None


def line_of(address: str) -> str:
    """What is counted as one address: of IPv6 all that one line has to itself."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if isinstance(found, IPv6Address) and found.ipv4_mapped is None:
        found = IPv6Address(int(found) >> _NEIGHBORS << _NEIGHBORS)
    return str(found)


def _seal(address: str, key: bytes) -> str:
    return hmac.digest(key, f"client|{address}".encode(), "sha256").hex()

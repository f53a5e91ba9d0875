"""The client address of a request, also when it comes through the explorer.

The explorer sends the address of the browser in a header, authenticated with an HMAC under a shared
key. Without this header all users of the explorer would share one address, its own. A header with a
missing or wrong HMAC is ignored.
"""

import hmac
from ipaddress import IPv6Address, ip_address
from typing import Final

CLIENT: Final = "Kontaktvej-Client"
_NEIGHBORS: Final = 64  # bits of an IPv6 address that identify a host within one subscriber line


def sealed_address(address: str, key: bytes) -> str:
    """The value of the header: the address and its HMAC."""
    return f"{address} {_seal(address, key)}"


def forwarded_address(header: str | None, key: bytes) -> str | None:
    """The address in a header; None without a valid HMAC."""
    address, _, seal = (header or "").partition(" ")
    if not hmac.compare_digest(seal.encode(), _seal(address, key).encode()):
        return None
    try:
        return str(ip_address(address))
    except ValueError:
        return None


def line_of(address: str) -> str:
    """The key under which an address is counted: an IPv6 address by its /64 prefix."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is None:
        ip = IPv6Address(int(ip) >> _NEIGHBORS << _NEIGHBORS)
    return str(ip)


def _seal(address: str, key: bytes) -> str:
    return hmac.digest(key, f"client|{address}".encode(), "sha256").hex()

"""Whose token a request bears: of a session, of a program, or of an issuer we trust."""

from collections.abc import Callable

from api.errors import Refused
from api.identity.principal import Principal
from api.identity.store import IdentityStore

Vouched = Callable[[str], Principal | None]
"""Who bears a token of an issuer; None where it is not to be believed."""


def no_issuer(_token: str) -> Principal | None:
    """Without an issuer no such token is believed."""
    return None


def token_in(header: str) -> str:
    """The token of an `Authorization` header. Raises: Refused: there is none."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refused("unauthenticated")
    return token.strip()


def is_vouched(token: str) -> bool:
    """Is it meant as a token of an issuer? Ours have no dots."""
    return "." in token


def authenticate(
    token: str, accounts: IdentityStore, vouched: Vouched, *, idle_min: int, is_activity: bool
) -> Principal:
    """Whoever a token belongs to.

    Raises: Refused: it has ended, or never was.
    """
    if is_vouched(token):
        who = vouched(token)
    else:
        who = accounts.signed_in(token, idle_min=idle_min, is_activity=is_activity)
    if who is None:
        raise Refused("unauthenticated")
    return who

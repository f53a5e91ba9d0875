"""Authentication of a request by its token: of a session, a program, or a trusted issuer."""

from collections.abc import Callable

from api.errors import Refused
from api.identity.principal import Principal
from api.identity.store import IdentityStore

Vouched = Callable[[str], Principal | None]
"""A function from an issuer's token to its principal; None if it is not accepted."""


def no_issuer(_token: str) -> Principal | None:
    """Reject every token; used when no issuer is configured."""
    return None


def token_in(header: str) -> str:
    """The token of an `Authorization` header. Raises: Refused: there is none."""
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refused("unauthenticated")
    return token.strip()


def is_vouched(token: str) -> bool:
    """Whether a token is in the format of an issuer; tokens of this API contain no dots."""
    return "." in token


def authenticate(
    token: str, accounts: IdentityStore, vouched: Vouched, *, idle_min: int, is_activity: bool
) -> Principal:
    """Return the principal of a token.

    Raises: Refused: it has ended, or never existed.
    """
    if is_vouched(token):
        who = vouched(token)
    else:
        who = accounts.signed_in(token, idle_min=idle_min, is_activity=is_activity)
    if who is None:
        raise Refused("unauthenticated")
    return who

"""Coming in by an access token: at each call, or once, where it is exchanged for a session.

The issuer has said who it is; the account that belongs to that subject here says what they may.
"""

from collections.abc import Callable
from functools import partial
from typing import Protocol

from api.errors import Refused
from api.identity.oidc import OidcVerifier
from api.identity.store import Assurance, Principal, digest


class KnownSubjects(Protocol):
    """Which account a subject of an issuer has here."""

    def signed_in_as(
        self, issuer: str, subject: str, *, via: str, assurance: Assurance
    ) -> Principal | None:
        """The account with the rights it has now; None where there is none, or it is disabled."""
        ...


def signed_in_by_jwt(
    token: str, *, oidc: OidcVerifier | None, subjects: KnownSubjects
) -> Principal:
    """Whoever bears an access token of the issuer, with the rights of their account here.

    Raises: Refused: OpenID Connect is off, the token does not hold, or nobody here is known by it.
    """
    if oidc is None:
        raise Refused("unauthenticated")
    proven = oidc.proven(token)
    via = f"jwt-{digest(token)[:16]}"
    who = subjects.signed_in_as(proven.issuer, proven.subject, via=via, assurance=proven.assurance)
    if who is None:
        raise Refused("no-grant")
    return who


def oidc_verifier(oidc: OidcVerifier | None, subjects: KnownSubjects) -> Callable[[str], Principal]:
    """`signed_in_by_jwt` for one issuer and the accounts of one installation."""
    return partial(signed_in_by_jwt, oidc=oidc, subjects=subjects)

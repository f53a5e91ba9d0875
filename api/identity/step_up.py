"""Is it proven strongly enough who asks? For reveal, export of identities, erasure and grants."""

from api.errors import Refused
from api.identity.accounts import Assurance, SignedIn


def require_strong(who: SignedIn) -> None:
    """Nothing, for whoever signed in with a second factor or at a level that counts as one.

    Raises: Refused: `step-up`; signing in again more strongly helps.
    """
    if who.assurance is not Assurance.STRONG:
        raise Refused("step-up", needed=Assurance.STRONG.value)

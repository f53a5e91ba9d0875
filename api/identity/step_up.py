"""Is it proven strongly enough who asks? The one answer of everything that takes stronger proof.

By a second factor of ours, or by an `acr` or `amr` of the issuer that counts as one.
"""

from enum import StrEnum

from api.errors import Refused
from api.identity.principal import Assurance, Principal


class StepUp(StrEnum):
    """What would do: the member `needed` of the problem."""

    STRONG = Assurance.STRONG.value
    SESSION = "SESSION"  # signing in, in whatever way; no token that lies in a file


def step_up(needed: StepUp, detail: tuple[str, str] | None = None) -> Refused:
    """The refusal of whoever would come further by signing in another way."""
    return Refused("step-up", detail, needed=needed.value)


def require_strong(who: Principal) -> None:
    """For a reveal, and for names and details in a file.

    Raises: Refused: `step-up`; signing in again more strongly helps.
    """
    if who.assurance is not Assurance.STRONG:
        raise step_up(StepUp.STRONG)

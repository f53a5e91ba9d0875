"""What the owner of a new account does with the one-time code, and how it is given to them.

The command line and the explorer both say it, so it depends on neither.
"""

from typing import Final

from api.i18n import Language, _

INVITATION: Final = "/login/invitation"
"""The path in the explorer at which a code is redeemed."""


def invitation_text(explorer: str, lang: Language) -> str:
    """How a code is given to its owner and used; `explorer` is the address of the explorer."""
    return _(
        "Give the code to the owner in person or by telephone, never in a mail together "
        "with the login. It works once, within a day, and any change of the account's rights makes "
        "it void. The owner enters it at {address}, chooses a password there, and sets up an "
        "authenticator app if the role requires one.",
        lang,
        address=explorer.rstrip("/") + INVITATION,
    )

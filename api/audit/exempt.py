"""The routes that leave no row, a written list: a test compares it with the routes there are."""

from typing import Final

EXEMPT: Final[frozenset[tuple[str, str]]] = frozenset(
    {
        ("GET", "/health/live"),
        ("GET", "/health/ready"),
        ("GET", "/health/revision"),
        ("GET", "/openapi.json"),
        ("GET", "/problems/{slug}"),
        ("GET", "/me"),
        ("GET", "/me/budgets"),  # asked by each dialog that offers a detail, before it is shown
        ("GET", "/audit/mine"),  # else looking at one's log would fill it
        ("GET", "/audit/about-me"),
    }
)
"""Method and path: they tell of the machine, of the API itself, or of the caller alone.

`/me/budgets` tells nobody anything of anybody: how many details the caller was shown today, counted
in the log itself, where each of those is a row already. Were it a row, too, every dialog that is
opened and closed again would stand in the log as something that was asked.
"""
EXEMPT_FOLDERS: Final = ("/docs",)
"""Files of the interactive documentation, the same for everybody."""
BEFORE_SIGN_IN: Final[frozenset[tuple[str, str]]] = frozenset(
    {
        ("POST", "/setup"),
        ("POST", "/sessions"),
        ("POST", "/invitations/redeem"),
    }
)
"""Called by whoever is nobody yet, so without a task; their rows are written all the same."""
BY_LINK: Final[frozenset[tuple[str, str]]] = frozenset(
    {
        ("GET", "/withdraw/{token}"),
        ("POST", "/withdraw/{token}"),
    }
)
"""Called by a civilian who was given a link, without an account; they write their own rows."""

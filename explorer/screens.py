"""The list of screens: path, title and the roles that have a use for each.

Hiding a screen is a convenience; the API decides what may be seen there.
"""

from dataclasses import dataclass
from typing import Final

from api.schemas.accounts import Role

_ALL_BUT_ADMIN: Final[frozenset[Role]] = frozenset(
    ("COORDINATOR", "OUTREACH", "ANALYST", "STEWARD", "DPO", "SERVICE")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A screen: its module in `explorer/views`, its path, its title as a message id."""

    module: str
    path: str
    title: str
    roles: frozenset[Role] | None
    """None: every user, also one without a role."""


FIND: Final = Screen(module="find", path="", title="Find contact path", roles=_ALL_BUT_ADMIN)
REGISTER: Final = Screen(module="register", path="register", title="Register", roles=_ALL_BUT_ADMIN)
MAP: Final = Screen(
    module="coverage_map",
    path="kort",
    title="Coverage map",
    roles=frozenset(("COORDINATOR", "OUTREACH", "ANALYST", "STEWARD")),
)
NETWORK: Final = Screen(
    module="network",
    path="netvaerk",
    title="Network",
    roles=frozenset(("COORDINATOR", "OUTREACH", "ANALYST")),
)
CURATION: Final = Screen(
    module="curation",
    path="kuratering",
    title="Curation",
    roles=frozenset(("COORDINATOR", "OUTREACH", "STEWARD")),
)
ANALYSIS: Final = Screen(
    module="analysis", path="analyse", title="Analysis", roles=frozenset(("ANALYST",))
)
AUDIT: Final = Screen(module="audit", path="log", title="Audit log", roles=None)

SCREENS: Final = (FIND, REGISTER, MAP, NETWORK, CURATION, ANALYSIS, AUDIT)
"""In the order of the navigation; the first is the start screen."""
PATHS: Final = tuple(one.path for one in SCREENS)

"""An address of each screen at which it has something to show, and in what role it is opened.

A screen without a line here is opened at its own address.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from explorer.address import (
    ACCOUNTS,
    ANALYSIS,
    AUDIT,
    CURATION,
    FIND,
    MAP,
    NETWORK,
    REGISTER,
    Screen,
)
from graph.access.policy import Role

RELEASE: Final = "/?trigger=RELEASE&area=mun-0787"
FIVE_STEPS: Final = "/?start=act-pet-capacity&target=act-ssp-0787&answer=3"
"""From a national post to a local one, the way in five steps."""
TOWN: Final = "/netvaerk?id=aut-mun-0329&hops=2"
_PATHS: Final[Mapping[str, str]] = {
    FIND.module: FIVE_STEPS,
    REGISTER.module: "/register?area=mun-0787&id=act-rel-0787",
    MAP.module: "/kort?measure=VACANT&area=mun-0746",
    NETWORK.module: TOWN,
    CURATION.module: "/kuratering",
    ANALYSIS.module: "/analyse?question=trend",
    AUDIT.module: "/log",
}
_ROLES: Final[Mapping[str, Role]] = {ACCOUNTS.module: Role.ADMIN, AUDIT.module: Role.DPO}


class Example(NamedTuple):
    """Where a screen is looked at, and by whom."""

    role: Role
    path: str


def example(screen: Screen) -> Example:
    """The example of a screen; without a line of its own, in the first role that has it."""
    first = next(role for role in Role if screen.roles is None or role in screen.roles)
    return Example(
        role=_ROLES.get(screen.module, first), path=_PATHS.get(screen.module, f"/{screen.path}")
    )

"""An address of each screen at which it shows content, and the role that opens it.

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
"""A path from a national post to a local one in five steps."""
TOWN: Final = "/netvaerk?id=aut-mun-0329&hops=2"
_PATHS: Final[Mapping[str, str]] = {
    FIND.module: FIVE_STEPS,
    REGISTER.module: "/register?area=mun-0787&id=act-rel-0787",
    MAP.module: "/kort?measure=VACANT&area=mun-0746",
    NETWORK.module: TOWN,
    CURATION.module: "/vedligehold",
    ANALYSIS.module: "/analyse?question=trend",
    AUDIT.module: "/log",
}
_ROLES: Final[Mapping[str, Role]] = {ACCOUNTS.module: Role.ADMIN, AUDIT.module: Role.DPO}


class Example(NamedTuple):
    """The address of a screen and the role that opens it."""

    role: Role
    path: str


def example(screen: Screen) -> Example:
    """Return the example of a screen; the default is its own address and the first role it has."""
    first = next(role for role in Role if screen.roles is None or role in screen.roles)
    return Example(
        role=_ROLES.get(screen.module, first), path=_PATHS.get(screen.module, f"/{screen.path}")
    )

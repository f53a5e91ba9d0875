"""How far it is to everyone, on the wire."""

from datetime import date
from typing import Annotated

from api.schemas.base import Sorted, Wire
from api.schemas.needs import Need
from api.schemas.paths import Named
from api.schemas.words import Cause, PostKind


class Reached(Wire):
    """The best path to one municipality, or why there is none.

    `rung`: 0 the target answers for the municipality itself, 1 for what it lies in, 2 for the
    country. `oldest_days`: none where a hop was never verified. `path`: the ids of its nodes.
    """

    area: Named
    rung: int
    target: Named | None
    hops: int | None
    oldest_days: int | None
    cost: int | None
    chance: float | None
    path: tuple[str, ...]
    cause: Cause | None
    is_exact: bool


class Reach(Wire):
    """What was asked, by which data and policy; a row for each municipality."""

    need: Need
    kinds: Annotated[tuple[PostKind, ...], Sorted]
    on: date
    revision: int
    policy: str
    start: Named | None
    area: Named | None
    municipalities: tuple[Reached, ...]

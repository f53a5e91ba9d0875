"""What is asked about paths: the need, and what else a question wants to know; ids and words only.

A name is looked up first, with `/names`. Nothing of this is stored.
"""

from datetime import date
from typing import Annotated, Any, Final

from pydantic import ConfigDict, Field

from api.schemas.base import Id, Minute, Sorted, Wire
from api.schemas.words import (
    Channel,
    Direction,
    LegalGate,
    NetworkKind,
    PostKind,
    PreventionLevel,
    Sector,
    Trigger,
)

_RELEASE: Final[dict[str, Any]] = {
    "start": "act-kf-1462", "trigger": "RELEASE", "area": "mun-0787", "max_paths": 3,
}  # fmt: skip
_NATIONAL: Final[dict[str, Any]] = {
    "start": "aut-pet-fc",
    "area": "mun-0787",
    "network": ["INFOHOUSE_MUNICIPALITY", "INFOHOUSE_NETWORK"],
}
NetworkKinds = Annotated[tuple[NetworkKind, ...], Sorted, Field(max_length=13)]
Ids = Annotated[tuple[Id, ...], Sorted, Field(max_length=100)]
Via = NetworkKind | Sector | NetworkKinds | Id
"""Whom a path must meet: a network of a kind or of one of several kinds, a sector, a node by id."""


def _examples(*examples: dict[str, Any]) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": list(examples)})


class Need(Wire):
    """Where I sit, where it must land, and on what terms.

    At least one of target, trigger, area, network, sector and competence. Nothing to start from
    means one's own posts; a number left out is the policy's, a date left out is today. Without `at`
    it is now where the date is today, and about the date alone where it is another.
    """

    model_config = _examples(_NATIONAL, _RELEASE)

    on: date | None = Field(default=None, description="The date asked about", examples=[None])
    at: Minute | None = Field(
        default=None,
        description="The minute asked about, in Danish time; now or later",
        examples=[None],
    )
    start: Id | None = Field(default=None, description="Where I sit: post, authority, person, …")
    target: Id | None = Field(default=None, description="Where it must land")
    trigger: Trigger | None = Field(default=None, description="The kind of need")
    area: Id | None = Field(default=None, description="For which place somebody must answer")
    from_area: Id | None = Field(default=None, description="Start at the posts of this place")
    network: NetworkKinds = Field(default=(), description="Kinds, one of which will do")
    sector: Sector | None = Field(default=None, description="Whose trade it is")
    competence: str | None = Field(
        default=None, max_length=60, description="The beginning of a KLE number or kv: code"
    )
    level: PreventionLevel | None = Field(default=None, description="At which prevention level")
    language: str | None = Field(
        default=None, max_length=35, description="Who speaks it, as a tag: `so`, `uk`"
    )
    channel: Channel | None = Field(default=None, description="By what means")
    within_km: int | None = Field(default=None, description="No further away than this")
    avoid: Ids = Field(default=(), description="Around these")
    gate: LegalGate | None = Field(default=None, description="On this legal ground all the way")
    via: tuple[Via, ...] = Field(default=(), description="Through these, in order; two at most")
    direction: Direction = Field(default="AUTO", description="Which way through the tiers")
    max_hops: int | None = Field(default=None, description="At most so many hops")
    max_paths: int | None = Field(default=None, description="At most so many ways to each contact")
    max_contacts: int | None = Field(default=None, description="At most so many contacts")
    overlap_percent: int | None = Field(default=None, description="How alike two paths may be")


class AskedStops(Need):
    """A need whose paths lead through stops in order: nodes or places by id, three at most."""

    model_config = _examples({**_NATIONAL, "stops": ["act-cde-1"]})

    stops: tuple[Id, ...] = Field(min_length=1, max_length=10)


class AskedWhyNot(Need):
    """A need, and the node that no path of it seems to go through."""

    model_config = _examples({**_NATIONAL, "node": "net-ihn-1462"})

    node: Id


class AskedPathDiff(Need):
    """A need, and the later date its answer is compared with."""

    model_config = _examples({**_NATIONAL, "against": "2027-01-01"})

    against: date = Field(description="The later date")


class AskedReach(Need):
    """A need without target and distance, asked for every municipality at once.

    Its `area` says which: those that lie in it; none means all. `kinds` keeps the targets to posts
    of these kinds; none means any.
    """

    model_config = _examples(
        {
            "start": "aut-pet-fc",
            "area": "pol-1462",
            "network": ["INFOHOUSE_MUNICIPALITY", "INFOHOUSE_NETWORK"],
            "kinds": ["INFOHOUSE_COORDINATOR_MUNICIPAL", "INFOHOUSE_COORDINATOR_POLICE"],
        }
    )

    kinds: Annotated[tuple[PostKind, ...], Sorted] = Field(default=(), max_length=33)


class AskedHandover(Wire):
    """A move between two places; who moves is never asked. Without sectors, the usual four."""

    model_config = _examples({"from_area": "mun-0240", "to_area": "mun-0265"})

    from_area: Id = Field(description="Where somebody moves from")
    to_area: Id = Field(description="Where to")
    sectors: tuple[Sector, ...] = Field(default=(), max_length=11)
    level: PreventionLevel | None = None
    on: date | None = Field(default=None, description="The date asked about")


class AskedTable(Wire):
    """What the people at a table must stand for in an area: sectors, kinds of post, authorities."""

    model_config = _examples(
        {"area": "mun-0787", "required": ["POLICE", "SOCIAL_SERVICES", "SSP_COORDINATOR"]}
    )

    area: Id
    required: tuple[Sector | PostKind | Id, ...] = Field(max_length=100)
    with_deputies: bool = Field(default=False, description="Who stands in at a post counts too")
    on: date | None = Field(default=None, description="The date asked about")

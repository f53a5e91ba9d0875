"""What needs a new owner between two dates, on the wire."""

from datetime import date

from pydantic import Field

from api.schemas.base import Wire
from api.schemas.entities import NodeName
from api.schemas.words import Label, OwnerWhy


class Orphan(Wire):
    """A post, network, plan or agreement that needs an owner, from which date, and why.

    `owner`: the authority or area that ends, or the post that leaves a network. `successor`: what
    takes the place of that one, or of the body it is part of, where it is named: whom to ask first.
    """

    node: NodeName
    label: Label
    kind: str | None = Field(default=None, examples=["PSP_OPERATIONAL"])
    why: OwnerWhy
    on: date = Field(examples=["2027-01-01"])
    owner: NodeName | None = None
    successor: NodeName | None = None


class OrphansOf(Wire):
    """Those of a region and a police district; left out: of several, or of none."""

    region: NodeName | None = None
    district: NodeName | None = None
    found: tuple[Orphan, ...]


class OwnerSum(Wire):
    """How many for a reason, and how many of these without a successor named."""

    label: Label
    why: OwnerWhy
    count: int = Field(examples=[100])
    without_successor: int = Field(examples=[100])


class Owners(Wire):
    """Sums over all, and groups by region and district, as these were on the first date."""

    begins: date = Field(examples=["2026-12-31"])
    until: date = Field(examples=["2027-01-01"])
    revision: int = Field(examples=[1])
    sums: tuple[OwnerSum, ...]
    groups: tuple[OrphansOf, ...]

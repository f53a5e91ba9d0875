"""Wire models of changes: between dates, by quarter, and in the order they were written."""

from datetime import date, datetime

from pydantic import Field

from api.schemas.base import Wire
from api.schemas.entities import Fields, NodeName
from api.schemas.words import AreaKind, Label, OwnerWhy


class Event(Wire):
    """A node or link that ends or begins; `on` is the first date on which that is so.

    `successor` took the place of a node that ended. `has_successor`: whether another link of the
    type of an ended one has begun at the end that stays; of a holder or deputy who leaves, whether
    the post has another afterwards.
    """

    on: date = Field(examples=["2027-01-01"])
    turn: str = Field(examples=["ENDED"])
    what: str = Field(examples=["MEMBER_OF"])
    id: str = Field(examples=["member-psychiatry-psp-0316"])
    node: NodeName | None = None
    source: NodeName | None = None
    target: NodeName | None = None
    successor: NodeName | None = None
    has_successor: bool | None = Field(default=None, examples=[False])


class Sum(Wire):
    """How many of a label or type end or begin; of those that end, how many have no successor."""

    what: str = Field(examples=["MEMBER_OF"])
    turn: str = Field(examples=["ENDED"])
    count: int = Field(examples=[100])
    without_successor: int = Field(examples=[100])


class History(Wire):
    """Sums over all events, and the events by date; `next` is the `page` to ask for."""

    begins: date = Field(examples=["2026-12-31"])
    until: date = Field(examples=["2027-01-01"])
    revision: int = Field(examples=[1])
    sums: tuple[Sum, ...]
    events: tuple[Event, ...]
    next: str | None = None


class ToldChange(Wire):
    """What a write changed in an element: which fields, and their old values.

    Old values of personal fields are never returned.
    """

    revision: int = Field(examples=[17])
    id: str = Field(examples=["post-ssp-0787"])
    what: str = Field(examples=["Actor"])
    kind: str = Field(examples=["UPDATED"])
    made_at: datetime = Field(examples=["2026-11-25T09:30:00Z"])
    made_by: str | None = Field(default=None, examples=["acc-0123456789abcdef"])
    reason: str | None = Field(default=None, examples=["CORRECTED"])
    fields: tuple[str, ...] = Field(examples=[["hours"]])
    before: Fields = Field(examples=[{"hours": "MO-FR 09:00-15:00"}])


class ChangeEvent(Wire):
    """An event of the stream: the changes of a revision; `is_cut`: ask for the rest."""

    revision: int = Field(examples=[17])
    changes: tuple[ToldChange, ...]
    is_cut: bool = Field(examples=[False])


class Changes(Wire):
    """Changes in order; `next` is the `page` to ask for if there are more.

    `until` is the newest revision that may affect you; the answer is complete up to it. Send it as
    `since` the next time.
    """

    changes: tuple[ToldChange, ...]
    until: int = Field(examples=[17])
    next: str | None = None


class Quarter(Wire):
    """A quarter, and the day it is measured on: its last day, or an earlier one if it has not
    ended.
    """

    year: int = Field(examples=[2026])
    number: int = Field(ge=1, le=4, examples=[4])
    begins: date = Field(examples=["2026-10-01"])
    seen_on: date = Field(examples=["2026-11-25"])
    is_whole: bool = Field(examples=[False])


class TrendPoint(Wire):
    """An area in a quarter: three shares, as counts.

    Coverage: `held` of `seats`, the posts somebody could hold. Freshness: of the `links` between
    posts and networks, those checked `in_time`, at most 183 days before; for `unknown` links the
    earlier check is not stored, so the share lies between `in_time` and `in_time` plus `unknown`.
    Turnover: holders who have `begun` or `ended`, of the `seats`.
    """

    seats: int = Field(examples=[80])
    held: int = Field(examples=[76])
    links: int = Field(examples=[210])
    in_time: int = Field(examples=[150])
    unknown: int = Field(examples=[20])
    begun: int = Field(examples=[3])
    ended: int = Field(examples=[2])


class TrendRow(Wire):
    """An area with a point for each quarter; null where the area did not exist."""

    area: NodeName
    points: tuple[TrendPoint | None, ...]


class HistoryTrend(Wire):
    """The quarters, oldest first, and a row for each area, ordered by id.

    The posts, holders and links of the time are as the register knows them now.
    """

    by: AreaKind
    on: date = Field(examples=["2026-11-25"])
    revision: int = Field(examples=[1])
    quarters: tuple[Quarter, ...]
    rows: tuple[TrendRow, ...]


class Orphan(Wire):
    """A post, network, plan or agreement that needs an owner, from which date, and why.

    `owner`: the authority or area that ends, or the post that leaves a network; of several the last
    to do so. `successor`: the successor of that one, or of the body it is part of, if one is named:
    whom to ask first.
    """

    node: NodeName
    label: Label
    kind: str | None = Field(default=None, examples=["PSP_OPERATIONAL"])
    why: OwnerWhy
    on: date = Field(examples=["2027-01-01"])
    owner: NodeName | None = None
    successor: NodeName | None = None


class OrphansOf(Wire):
    """Those of a region and a police district; a missing one means several, or none."""

    region: NodeName | None = None
    district: NodeName | None = None
    found: tuple[Orphan, ...]


class OwnerSum(Wire):
    """How many for a reason, and how many of them without a named successor."""

    label: Label
    why: OwnerWhy
    count: int = Field(examples=[100])
    without_successor: int = Field(examples=[100])


class Owners(Wire):
    """Sums over all, and groups by region and district as of the first date."""

    begins: date = Field(examples=["2026-12-31"])
    until: date = Field(examples=["2027-01-01"])
    revision: int = Field(examples=[1])
    sums: tuple[OwnerSum, ...]
    groups: tuple[OrphansOf, ...]

"""What changes in the world, and what was written, on the wire."""

from datetime import date, datetime

from pydantic import Field

from api.schemas.base import Wire
from api.schemas.entities import Fields, NodeName


class Event(Wire):
    """A node or link that ends or begins; `on` is the first date on which it is so.

    `successor` took the place of a node that ended. `has_successor` says of a link that ended
    whether another of its type has begun at the end that stays.
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
    """Sums over all events, and some of the events by date; `next` is the `page` to ask for."""

    begins: date = Field(examples=["2026-12-31"])
    until: date = Field(examples=["2027-01-01"])
    revision: int = Field(examples=[1])
    sums: tuple[Sum, ...]
    events: tuple[Event, ...]
    next: str | None = None


class ToldChange(Wire):
    """What one write did to one thing: which fields it changed, and their old values.

    Old values of personal fields are never told.
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


class Told(Wire):
    """What a stream tells of one revision; `is_cut`: there is more of it, to be asked for."""

    revision: int = Field(examples=[17])
    changes: tuple[ToldChange, ...]
    is_cut: bool = Field(examples=[False])


class Changes(Wire):
    """What was written, in order. Where there is more, `next` is the `page` to ask for.

    `until` is the newest revision that wrote what may reach you, and up to it this is all: the next
    time, ask for what came `since` it.
    """

    changes: tuple[ToldChange, ...]
    until: int = Field(examples=[17])
    next: str | None = None

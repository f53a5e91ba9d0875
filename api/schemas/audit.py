"""Wire models of the audit log."""

from datetime import UTC, date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import AwareDatetime, Field

from api.schemas.accounts import Role
from api.schemas.base import Id, Wire
from api.schemas.reveal import PurposeWord

_EARLIEST: Final = datetime(2000, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9000, 1, 1, tzinfo=UTC)
Moment = Annotated[AwareDatetime, Field(ge=_EARLIEST, le=_LATEST)]
"""A point in time, far enough from both ends of the calendar for date arithmetic."""
MOST_ROWS: Final = 2**53
"""No log has so many rows, and every database and program can represent the number."""
RowKind = Literal["asked", "shown", "intent", "done", "not_done", "denied", "alert", "system"]


class AuditRow(Wire):
    """A row of the log.

    `asked` has the parameters: ids and words as sent, typed text as HMAC, and a query as typed.
    """

    seq: int = Field(ge=1, examples=[4711])
    at: datetime = Field(examples=["2026-11-25T09:30:00.000Z"])
    kind: RowKind = Field(examples=["shown"])
    caller: str | None = Field(examples=["acc-4f1f6d9a0c2b7e35"])
    role: str | None = Field(examples=["COORDINATOR"])
    via: str | None = Field(examples=["ses-0b1c2d3e4f506172"])
    action: str = Field(examples=["read_names"])
    purpose: str | None = Field(examples=["CONCERN"])
    subjects: tuple[str, ...] = Field(examples=[["amina"]])
    asked: dict[str, Any] = Field(examples=[{"limit": "20"}])
    result: int | None = Field(examples=[200])
    count: int | None = Field(examples=[1])
    ms: int | None = Field(examples=[4])
    request_id: str = Field(examples=["req-9f8e7d6c5b4a3928"])
    change_set: str | None = Field(examples=[None])
    key_id: str = Field(examples=["1f2e3d4c5b6a7988"])
    prev: str = Field(min_length=64, max_length=64, examples=["0" * 64])
    mac: str = Field(min_length=64, max_length=64, examples=["a" * 64])


class NamedRows(Wire):
    """The meaning of ids in rows.

    `logins` are those of accounts; `names` are of people, posts and places, as far as you may see
    them.
    """

    logins: dict[str, str] = Field(examples=[{"acc-4f1f6d9a0c2b7e35": "line.bak"}])
    names: dict[str, str] = Field(examples=[{"kystby": "Kystby Kommune"}])


class AuditRows(NamedRows):
    """Rows, newest first; send `next` as `before` for the next page."""

    rows: tuple[AuditRow, ...]
    next: int | None = Field(default=None, examples=[4612])


class AskedAuditExport(Wire):
    """Which rows of the log to export, as in `GET /audit/rows`: the newest, 10,000 at most.

    The file has one row for each request, with the columns of the table on the screen.
    """

    caller: str | None = Field(default=None, max_length=120, examples=["acc-4f1f6d9a0c2b7e35"])
    person: str | None = Field(default=None, max_length=120, examples=["amina"])
    action: str | None = Field(default=None, max_length=60, examples=["reveal_detail"])
    kind: RowKind | None = Field(default=None, examples=["shown"])
    purpose: PurposeWord | None = Field(default=None, examples=["CONCERN"])
    role: Role | None = Field(default=None, examples=["COORDINATOR"])
    since: Moment | None = Field(default=None, examples=["2026-11-01T00:00:00+01:00"])
    until: Moment | None = Field(default=None, examples=["2026-12-01T00:00:00+01:00"])


class AskedSubjectLetter(Wire):
    """The person who gets a letter (PDF) about the newest 1,000 look-ups of them."""

    person: Id = Field(examples=["amina"])


class LookUp(Wire):
    """A look-up of a person: when, how, why, and from what kind of office, but not by whom."""

    on: date = Field(examples=["2026-11-25"])
    action: str = Field(examples=["read_names"])
    purpose: str | None = Field(examples=["CONCERN"])
    offices: tuple[str, ...] = Field(examples=[["SSP_COORDINATOR"]])
    role: str | None = Field(examples=["COORDINATOR"])


class LookUps(Wire):
    """How a person was looked up, newest first; send `next` as `before` for the next page."""

    look_ups: tuple[LookUp, ...]
    next: int | None = Field(default=None, examples=[None])


class OwnLookUps(Wire):
    """How you were looked up, newest first; if `has_more`, ask the DPO for older ones."""

    look_ups: tuple[LookUp, ...]
    has_more: bool = Field(examples=[False])


class OwnRow(Wire):
    """The outcome of a request of yours; `persons` is how many people the answer named.

    `count` is how many rows it had; for contact details in a file, how many were counted.
    """

    at: datetime = Field(examples=["2026-11-25T09:30:00.000Z"])
    kind: str = Field(examples=["shown"])
    action: str = Field(examples=["read_names"])
    purpose: str | None = Field(examples=[None])
    persons: int = Field(ge=0, examples=[1])
    count: int | None = Field(examples=[22])
    result: int | None = Field(examples=[200])


class OwnRows(Wire):
    """Your requests, newest first; send `next` as `before` for the next page."""

    rows: tuple[OwnRow, ...]
    next: str | None = Field(default=None, examples=["req-9f8e7d6c5b4a3928"])


class BrokenRow(Wire):
    """The first row that was changed, and how that was found."""

    seq: int = Field(ge=0, examples=[4711])
    why: str = Field(examples=["CHANGED"])


class Verdict(Wire):
    """What was verified in the time allowed; unless `is_whole`, continue with `last` as `after`.

    `anchors` is the number of known anchors; without any, rows missing at the end cannot be
    noticed.
    """

    rows: int = Field(ge=0, examples=[4711])
    first: int = Field(ge=1, examples=[1])
    last: int = Field(ge=0, examples=[4711])
    is_whole: bool = Field(examples=[True])
    anchors: int | None = Field(examples=[12])
    broken: BrokenRow | None = Field(examples=[None])


class Sample(NamedRows):
    """Rows to check: `urgent` reveals and requests over a limit, as far as there are any, and
    `others`.
    """

    urgent: tuple[AuditRow, ...]
    others: tuple[AuditRow, ...]


class AskedTerm(Wire):
    """A word that may have been typed, in full; case and spaces do not matter."""

    word: str = Field(min_length=1, max_length=200, examples=["kystby"])
    before: int | None = Field(
        default=None, ge=1, lt=MOST_ROWS, description="the `next` of the page before this one"
    )
    limit: int = Field(default=50, ge=1, le=100)


class Exposure(Wire):
    """A person whose data an account was shown; `is_revealed`: including a contact detail."""

    person: str = Field(examples=["amina"])
    count: int = Field(ge=1, examples=[3])
    first_at: datetime = Field(examples=["2026-11-25T09:30:00.000Z"])
    last_at: datetime = Field(examples=["2026-11-25T10:00:00.000Z"])
    actions: tuple[str, ...] = Field(examples=[["read_names"]])
    is_revealed: bool = Field(examples=[False])


class Breach(NamedRows):
    """The people whose data an account was shown in a period."""

    exposed: tuple[Exposure, ...]

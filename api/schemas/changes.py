"""Wire models of writes, proposals and consents."""

from datetime import date, datetime
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.schemas.base import Wire, Words
from api.schemas.entities import NodeName
from api.schemas.reveal import ChannelWord

Reason = Literal["CORRECTED", "HANDED_OVER", "REORGANIZED"]
"""The reason of a change as a vocabulary word; there is no free text."""
Called = Annotated[str, Field(pattern=r"^@[a-z0-9-]{1,40}$")]
IfMatch = Annotated[
    str | None, Field(max_length=200, description="the ETag it was read with; without it: 428")
]
Fields = Annotated[
    dict[str, JsonValue],
    Field(
        description="Names and values as the thing is read: dates as 2026-11-25, words as their "
        "identifiers, sets as lists. In a change set, what a thing is `called` stands for its id. "
        "The value of a contact detail is taken in and never given out."
    ),
]


_NEW_PERSON: Final[dict[str, Any]] = {
    "creates": [
        {"label": "Person", "called": "@bo",
         "fields": {"name": "Bo Rugvang Sørensen", "visibility": "NETWORK"}},
        {"type": "HOLDS", "fields": {"source_id": "@bo", "target_id": "post-ssp-0787",
                                     "valid_from": "2026-12-01"}},
    ]
}  # fmt: skip


class Asked(BaseModel):
    """A model of what is sent; an unknown member is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NewEntity(Asked):
    """A node to create. Offices may bring their public code as `id`; all others get one."""

    label: str = Field(max_length=40, examples=["Person"])
    id: str | None = Field(default=None, examples=[None])
    fields: Fields = Field(examples=[{"name": "Bo Rugvang Sørensen", "visibility": "NETWORK"}])
    reason: Reason = "CORRECTED"


class NewLink(Asked):
    """A link to create, between two nodes that are there."""

    type: str = Field(max_length=40, examples=["HOLDS"])
    fields: Fields = Field(
        examples=[{"source_id": "bo", "target_id": "release", "valid_from": "2026-12-01"}]
    )
    reason: Reason = "CORRECTED"


class ChangedFields(Asked):
    """The fields to give other values; all others stay as they are."""

    fields: Fields = Field(min_length=1, examples=[{"hours": "MO-FR 08:00-16:00"}])
    reason: Reason = "CORRECTED"


class Create(Asked):
    """A node (`label`) or link (`type`) to create; `called` is what this change set calls it."""

    label: str | None = Field(default=None, max_length=40, examples=["Person"])
    type: str | None = Field(default=None, max_length=40, examples=[None])
    called: Called | None = Field(default=None, examples=["@new"])
    id: str | None = Field(default=None, examples=[None])
    fields: Fields = Field(examples=[{"name": "Bo Rugvang Sørensen"}])


class Update(Asked):
    """A node or link to change."""

    id: str = Field(examples=["ssp-post"])
    if_match: IfMatch = Field(default=None, examples=['"5f0c…"'])
    fields: Fields = Field(min_length=1, examples=[{"hours": "MO-FR 08:00-16:00"}])


class Ending(Asked):
    """A node or link that is no longer true from a date on; what hangs on a node ends with it."""

    id: str = Field(examples=["amina--ssp-post"])
    if_match: IfMatch = Field(default=None, examples=['"5f0c…"'])
    on: date | None = Field(default=None, description="today where none is given")


class Verify(Asked):
    """A link or contact detail that is still as it stands."""

    id: str = Field(examples=["intake--ssp"])
    if_match: IfMatch = Field(default=None, examples=['"5f0c…"'])


class ChangeSet(Asked):
    """Several changes, written as a whole or not at all; 1,000 things at most."""

    model_config = ConfigDict(json_schema_extra={"examples": [_NEW_PERSON]})

    reason: Reason = "CORRECTED"
    creates: tuple[Create, ...] = ()
    updates: tuple[Update, ...] = ()
    ends: tuple[Ending, ...] = ()
    verifies: tuple[Verify, ...] = ()


Kind = Literal["CREATED", "UPDATED", "ENDED"]
"""The kind of a change as a vocabulary word."""


class Touched(Wire):
    """A thing that was written; `called` as the change set said, `etag` what it has now."""

    id: str = Field(examples=["ssp-post"])
    kind: Kind
    called: str | None = Field(default=None, examples=[None])
    etag: str = Field(examples=['"5f0c…"'])


class Written(Wire):
    """A write that stands: its name, the revision it made, and what it touched."""

    change_set: str = Field(examples=["0197a3c5-0000-7000-8000-000000000000"])
    revision: int = Field(ge=0, examples=[2])
    things: tuple[Touched, ...]


class Change(Wire):
    """What would happen to one thing: its fields before and after, as far as the caller sees."""

    id: str = Field(examples=["ssp-post"])
    kind: Kind
    called: str | None = Field(default=None, examples=[None])
    before: dict[str, JsonValue] = Field(examples=[{"hours": "MO-FR 09:00-15:00"}])
    after: dict[str, JsonValue] = Field(examples=[{"hours": "MO-FR 08:00-16:00"}])


class RehearsedFault(Wire):
    """A rule that speaks against it: where, in which field, which rule, and what that means."""

    pointer: str = Field(examples=["/fields/hours"])
    id: str | None = Field(examples=["ssp-post"])
    field: str = Field(examples=["hours"])
    rule: str = Field(examples=["BAD_FORMAT"])
    position: int | None = Field(default=None, examples=[None])
    detail: str = Field(examples=["does not have the right form"])


class Rehearsal(Wire):
    """A dry run: whether it could be written, what would change, and all that speaks against it."""

    is_allowed: bool
    would: tuple[Change, ...]
    errors: tuple[RehearsedFault, ...]


StateWord = Literal["WAITING", "ACCEPTED", "REFUSED", "WITHDRAWN"]
Comment = Annotated[
    str,
    Field(
        min_length=1,
        max_length=300,
        description="one sentence in your own words; without phone numbers, mail addresses, CPR "
        "numbers and citizens",
    ),
]
_NEW_HOURS: Final[dict[str, Any]] = {
    "updates": [{"id": "ssp-post", "if_match": '"5f0c…"', "fields": {"hours": "MO-FR 08:00-16:00"}}]
}


class NewProposal(Asked):
    """Changes that somebody else may save, and why; 20 things at most, and no confirmations."""

    changes: ChangeSet = Field(examples=[_NEW_HOURS])
    comment: Comment | None = Field(default=None, examples=["Ny åbningstid fra 1. december."])


class ProposedChange(Change):
    """What a proposal would do to a node (`label`, `name`) or a link (`type` and its ends)."""

    label: str | None = Field(default=None, examples=["Actor"])
    type: str | None = Field(default=None, examples=[None])
    name: str | None = Field(default=None, examples=["SSP-koordinator, Kystby"])
    source: NodeName | None = None
    target: NodeName | None = None


class Proposal(Wire):
    """Changes that wait for a steward, or what became of them.

    `would` is empty where it names somebody whom you may not see any more. `is_outdated`: what it
    would change has been changed since.
    """

    id: str = Field(examples=["pro-5f0c9e2d1b7a4c88"])
    would: tuple[ProposedChange, ...]
    comment: str | None = Field(examples=["Ny åbningstid fra 1. december."])
    by: NodeName | None = Field(default=None, description="who proposed it, if you may see them")
    state: StateWord = Field(examples=["WAITING"])
    reason: str | None = Field(default=None, description="why it was refused", examples=[None])
    is_mine: bool = Field(description="I proposed it")
    is_outdated: bool = Field(default=False, examples=[False])
    made_at: datetime
    changed_at: datetime


class Proposals(Wire):
    """Those I made, and those that wait for my yes or no, the newest first."""

    made: tuple[Proposal, ...]
    waiting: tuple[Proposal, ...]


class ProposalAnswer(Asked):
    """Yes or no of the steward; a no says why."""

    answer: Literal["ACCEPTED", "REFUSED"] = Field(examples=["ACCEPTED"])
    reason: Comment | None = Field(default=None, examples=[None])


class Receipt(Wire):
    """A consent: whose, for what, until when, and which post renews it.

    `ends_on` is the first day it is no longer in force; `individual` is missing where it is over,
    and only the post that renews it sees it still.
    """

    id: str = Field(examples=["con-0787-7"])
    individual: str | None = Field(examples=["ri-0787-7"])
    name: str | None = Field(examples=["Formand Jens R."])
    renewal_by: str = Field(examples=["post-outreach-0787-1"])
    renewal_name: str | None = Field(examples=["Opsøgende medarbejder, Thisted"])
    purposes: Words = Field(examples=[["CONTACT"]])
    channels: Words = Field(examples=[["MEDIATED"]])
    is_mediated_only: bool = Field(examples=[True])
    given_on: date = Field(examples=["2026-01-10"])
    ends_on: date = Field(examples=["2026-12-20"])
    is_withdrawn: bool = Field(examples=[False])
    is_due: bool = Field(examples=[True])
    may_withdraw: bool = Field(examples=[True])


class DueAt(Wire):
    """At least so many receipts that a post is to renew; no number below five is told."""

    post: str = Field(examples=["post-outreach-0787-1"])
    name: str | None = Field(examples=["Opsøgende medarbejder, Thisted"])
    at_least: int = Field(ge=5, multiple_of=5, examples=[5])


class Receipts(Wire):
    """Those that end first come first; `next` is where the next page begins, if there is one."""

    found: tuple[Receipt, ...]
    due_by_post: tuple[DueAt, ...]
    next: str | None = None


class AskedRenewal(Wire):
    """What was agreed to this time; the receipt before it ends with it."""

    purposes: tuple[Literal["CONTACT", "PASS_ON", "STATISTICS"], ...] = Field(
        min_length=1, examples=[["CONTACT"]]
    )
    audience: tuple[str, ...] = Field(min_length=1, max_length=50, examples=[["aut-0787"]])
    channels: tuple[ChannelWord, ...] = Field(min_length=1, examples=[["MEDIATED"]])
    is_mediated_only: bool = Field(examples=[True])
    given_on: date = Field(examples=["2026-11-25"])
    expires_on: date = Field(examples=["2028-11-25"])
    obtained_how: Literal["MEETING", "PHONE", "FORM"] = Field(examples=["MEETING"])
    text_version: str = Field(max_length=20, examples=["da-3"])
    covers_art9: bool = False
    is_adult: bool = Field(examples=[True])


class Renewed(Wire):
    """The new receipt; whoever gave it is seen again as far as it says."""

    consent: str = Field(examples=["con-0787-8"])


class Withdrawn(Wire):
    """Hidden from now on; `is_written`: the graph says so too, else it is told when it is back."""

    consent: str = Field(examples=["con-0787-7"])
    is_written: bool = Field(examples=[True])


class WithdrawalLink(Wire):
    """Where whoever gave the consent can take it back by one button. It is told this once."""

    path: str = Field(repr=False, examples=["/withdraw/Zl0c2mB1…"])

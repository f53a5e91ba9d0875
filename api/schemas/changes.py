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
    str | None, Field(max_length=200, description="the ETag it was read with; if missing, 428")
]
Fields = Annotated[
    dict[str, JsonValue],
    Field(
        description="Names and values as they are read: dates as 2026-11-25, words as their "
        "identifiers, sets as lists. In a change set, `called` of a new element stands for its id. "
        "The value of a contact detail can be written, and is never returned here."
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


IsChecked = Annotated[
    bool,
    Field(
        description="of a contact detail: you have checked that it is right, you called it or its "
        "holder told you; without it, a new value counts as never checked"
    ),
]


class RequestBody(BaseModel):
    """A model of a request body; an unknown member is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class NewEntity(RequestBody):
    """A node to create. An office may bring its public code as `id`; all others get a new id."""

    label: str = Field(max_length=40, examples=["Person"])
    id: str | None = Field(default=None, examples=[None])
    fields: Fields = Field(examples=[{"name": "Bo Rugvang Sørensen", "visibility": "NETWORK"}])
    is_checked: IsChecked = False
    reason: Reason = "CORRECTED"


class NewLink(RequestBody):
    """A link to create between two existing nodes."""

    type: str = Field(max_length=40, examples=["HOLDS"])
    fields: Fields = Field(
        examples=[{"source_id": "bo", "target_id": "release", "valid_from": "2026-12-01"}]
    )
    reason: Reason = "CORRECTED"


class ChangedFields(RequestBody):
    """The fields to change; all others keep their values."""

    fields: Fields = Field(min_length=1, examples=[{"hours": "MO-FR 08:00-16:00"}])
    is_checked: IsChecked = False
    reason: Reason = "CORRECTED"


class Create(RequestBody):
    """A node (`label`) or link (`type`) to create; `called` is its name within this change set."""

    label: str | None = Field(default=None, max_length=40, examples=["Person"])
    type: str | None = Field(default=None, max_length=40, examples=[None])
    called: Called | None = Field(default=None, examples=["@new"])
    id: str | None = Field(default=None, examples=[None])
    fields: Fields = Field(examples=[{"name": "Bo Rugvang Sørensen"}])
    is_checked: IsChecked = False


class Update(RequestBody):
    """A node or link to change."""

    id: str = Field(examples=["ssp-post"])
    if_match: IfMatch = Field(default=None, examples=['"5f0c…"'])
    fields: Fields = Field(min_length=1, examples=[{"hours": "MO-FR 08:00-16:00"}])
    is_checked: IsChecked = False


class Ending(RequestBody):
    """A node or link that ends on a date; the links of a node end with it."""

    id: str = Field(examples=["amina--ssp-post"])
    if_match: IfMatch = Field(default=None, examples=['"5f0c…"'])
    on: date | None = Field(default=None, description="default: today")


class Verify(RequestBody):
    """A link or contact detail that is still correct."""

    id: str = Field(examples=["intake--ssp"])
    if_match: IfMatch = Field(default=None, examples=['"5f0c…"'])


class ChangeSet(RequestBody):
    """Several changes, written as a whole or not at all; 1,000 elements at most."""

    model_config = ConfigDict(json_schema_extra={"examples": [_NEW_PERSON]})

    reason: Reason = "CORRECTED"
    creates: tuple[Create, ...] = ()
    updates: tuple[Update, ...] = ()
    ends: tuple[Ending, ...] = ()
    verifies: tuple[Verify, ...] = ()


Kind = Literal["CREATED", "UPDATED", "ENDED"]
"""The kind of a change as a vocabulary word."""


class WrittenElement(Wire):
    """An element that was written: `called` as in the change set, and its new `etag`."""

    id: str = Field(examples=["ssp-post"])
    kind: Kind
    called: str | None = Field(default=None, examples=[None])
    etag: str = Field(examples=['"5f0c…"'])


class WriteResult(Wire):
    """A completed write: its id, its revision, and the elements it wrote."""

    change_set: str = Field(examples=["0197a3c5-0000-7000-8000-000000000000"])
    revision: int = Field(ge=0, examples=[2])
    things: tuple[WrittenElement, ...]


class Change(Wire):
    """What would happen to an element: its fields before and after, as far as you may see them."""

    id: str = Field(examples=["ssp-post"])
    kind: Kind
    called: str | None = Field(default=None, examples=[None])
    before: dict[str, JsonValue] = Field(examples=[{"hours": "MO-FR 09:00-15:00"}])
    after: dict[str, JsonValue] = Field(examples=[{"hours": "MO-FR 08:00-16:00"}])


class RehearsedFault(Wire):
    """A broken rule that prevents a write: its place, field, rule and meaning."""

    pointer: str = Field(examples=["/fields/hours"])
    id: str | None = Field(examples=["ssp-post"])
    field: str = Field(examples=["hours"])
    rule: str = Field(examples=["BAD_FORMAT"])
    position: int | None = Field(default=None, examples=[None])
    detail: str = Field(examples=["does not have the right form"])


class Rehearsal(Wire):
    """A dry run: whether the changes could be written, their effect, and all faults."""

    is_allowed: bool
    would: tuple[Change, ...]
    errors: tuple[RehearsedFault, ...]


StateWord = Literal["WAITING", "ACCEPTED", "REFUSED", "WITHDRAWN"]
Comment = Annotated[
    str,
    Field(
        min_length=1,
        max_length=300,
        description="one sentence in your own words, without phone numbers, mail addresses, CPR "
        "numbers or citizens",
    ),
]
_NEW_HOURS: Final[dict[str, Any]] = {
    "updates": [{"id": "ssp-post", "if_match": '"5f0c…"', "fields": {"hours": "MO-FR 08:00-16:00"}}]
}


class NewProposal(RequestBody):
    """Changes for a steward to make, and why; 20 elements at most, and no verifications."""

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
    """Changes that wait for a steward, or the outcome.

    `would` is empty if it names somebody you may no longer see. `is_outdated`: what it would change
    has been changed since.
    """

    id: str = Field(examples=["pro-5f0c9e2d1b7a4c88"])
    would: tuple[ProposedChange, ...]
    comment: str | None = Field(examples=["Ny åbningstid fra 1. december."])
    by: NodeName | None = Field(
        default=None, description="who proposed it, if you may see that person"
    )
    state: StateWord = Field(examples=["WAITING"])
    reason: str | None = Field(default=None, description="why it was refused", examples=[None])
    is_mine: bool = Field(description="you proposed it")
    is_outdated: bool = Field(default=False, examples=[False])
    made_at: datetime
    changed_at: datetime


class Proposals(Wire):
    """Your proposals, and those that wait for your answer, newest first."""

    made: tuple[Proposal, ...]
    waiting: tuple[Proposal, ...]


class ProposalAnswer(RequestBody):
    """The steward's answer; a refusal has a reason."""

    answer: Literal["ACCEPTED", "REFUSED"] = Field(examples=["ACCEPTED"])
    reason: Comment | None = Field(default=None, examples=[None])


class Receipt(Wire):
    """A consent: who gave it, for what, until when, and which post renews it.

    `ends_on` is the first day it is no longer in force. After that, `individual` is missing and
    only the post that renews it still sees it. One that ended with its renewal `is_withdrawn`.
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
    """The number of consents that a post has to renew, rounded down; below five none is given."""

    post: str = Field(examples=["post-outreach-0787-1"])
    name: str | None = Field(examples=["Opsøgende medarbejder, Thisted"])
    at_least: int = Field(ge=5, multiple_of=5, examples=[5])


class Receipts(Wire):
    """Consents, the first to end first; `next` is the `page` to ask for if there are more."""

    found: tuple[Receipt, ...]
    due_by_post: tuple[DueAt, ...]
    next: str | None = None


class AskedRenewal(Wire):
    """What the person agreed to this time; the earlier consent ends with it."""

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


class RenewedConsent(Wire):
    """The new consent; the person is visible again as far as it allows."""

    consent: str = Field(examples=["con-0787-8"])


class WithdrawnConsent(Wire):
    """A withdrawn consent. If not `is_written`, the graph is updated when it is available again."""

    consent: str = Field(examples=["con-0787-7"])
    is_written: bool = Field(examples=[True])


class WithdrawalLink(Wire):
    """The address at which the person withdraws the consent. It is returned only once."""

    path: str = Field(repr=False, examples=["/withdraw/Zl0c2mB1…"])

"""What is to change, and what has changed, on the wire."""

from datetime import date
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api.schemas.base import Wire

Reason = Literal["CORRECTED", "HANDED_OVER", "REORGANIZED"]
"""Why: a word of the vocabulary; there is no free text."""
Called = Annotated[str, Field(pattern=r"^@[a-z0-9-]{1,40}$")]
IfMatch = Annotated[
    str | None,
    Field(max_length=200, description="the ETag it was read with; without it: 428"),
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
"""What happened to a thing: a word of the vocabulary."""


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


class Fault(Wire):
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
    errors: tuple[Fault, ...]

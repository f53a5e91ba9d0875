"""Wire models of problems: the body of an error response, and the meaning of its kind."""

from typing import Any, Literal

from pydantic import Field

from api.schemas.base import Wire


class ProblemKind(Wire):
    """The meaning of a problem of this `type`, and what to do about it."""

    type: str = Field(examples=["/problems/store-unavailable"])
    status: int = Field(ge=400, le=599, examples=[503])
    title: str = Field(examples=["The database does not answer"])
    explanation: str = Field(examples=["Ask again in a few seconds."])


class Fault(Wire):
    """One thing to correct: its place in the request, and the rule it breaks."""

    pointer: str = Field(description="a JSON pointer into the body; empty for the whole body",
                         examples=["/fields/kind"])  # fmt: skip
    place: Literal["body", "query", "path", "header", "cookie"] | None = Field(
        default=None, alias="in", description="the part of the request, if not the body"
    )
    id: str | None = Field(default=None, examples=["post-ssp-0787"])
    field: str | None = Field(default=None, examples=["kind"])
    rule: str | None = Field(default=None, examples=["REQUIRED"])
    position: int | None = Field(
        default=None, ge=0, description="the position of its first character"
    )
    file: str | None = Field(default=None, description="the file of an import")
    sheet: str | None = None
    line: int | None = None
    path: str | None = Field(default=None, description="its place in JSON")
    column: str | None = Field(default=None, examples=["C"])
    header: str | None = None
    detail: str | None = Field(default=None, examples=["Must be there."])


class Versions(Wire):
    """What was sent, and what is stored now as far as you may see it."""

    sent: dict[str, Any]
    current: dict[str, Any]


class ChangeConflict(Wire):
    """An element of a change that somebody else changed first."""

    id: str = Field(examples=["post-ssp-0787"])
    pointer: str = Field(examples=["/updates/0"])
    based_on: str | None = Field(default=None, description="the ETag that was sent")
    current: str | None = Field(default=None, description="the present ETag")
    versions: Versions


class Opener(Wire):
    """A post that may ask the civilian."""

    id: str = Field(examples=["post-ssp-0787"])
    name: str | None = Field(default=None, examples=["SSP-koordinator, Thisted"])


class Unreadable(Wire):
    """The place in a body where it could no longer be read."""

    place: Literal["body"] = Field(alias="in")
    byte: int | None = None
    character: int | None = None
    member: int | None = None
    number: int | None = None


class Problem(Wire):
    """An error response (RFC 9457).

    `type` is its stable name and the address that explains it; `title` and `detail` are in the
    language of the request; `request_id` identifies it in the log. Other members are present if
    they apply to the kind of problem.
    """

    type: str = Field(examples=["/problems/not-found"])
    title: str = Field(examples=["Not found, or no access"])
    status: int = Field(ge=400, le=599, examples=[404])
    detail: str = Field(examples=["Not found, or no access"])
    request_id: str = Field(examples=["req-3f1c0a52d0b94c55"])
    errors: tuple[Fault, ...] = Field(default=(), description="all faults to correct")
    needed: str | tuple[str, ...] | None = Field(
        default=None, description="the missing task or purposes, or the required sign-in",
        examples=["EDIT"],
    )  # fmt: skip
    limit: int | None = Field(default=None, description="the maximum", examples=[262144])
    unit: Literal["bytes", "levels", "things"] | None = Field(default=None, examples=["bytes"])
    most: int | None = Field(default=None, description="the daily budget", examples=[30])
    left: int | None = Field(
        default=None, description="what is left of the daily budget", examples=[2]
    )
    pointer: str | None = Field(
        default=None, description="the one concerned, of several: a JSON pointer into the body",
        examples=["/details/1"],
    )  # fmt: skip
    allowed: tuple[str, ...] | None = Field(
        default=None, description="accepted media types", examples=[["application/json"]]
    )
    where: Literal["page"] | Unreadable | None = Field(
        default=None, description="what could not be read"
    )
    id: str | None = Field(default=None, description="the id of the element concerned",
                           examples=["post-ssp-0787"])  # fmt: skip
    based_on: str | int | None = Field(default=None, description="the version that was sent")
    current: str | int | None = Field(default=None, description="the present version")
    versions: Versions | None = None
    conflicts: tuple[ChangeConflict, ...] = ()
    field: str | None = Field(default=None, examples=["name"])
    rule: str | None = Field(default=None, examples=["CPR"])
    position: int | None = Field(default=None, ge=0)
    name: str | None = Field(default=None, description="the operator or procedure of a query",
                             examples=["LoadCSV"])  # fmt: skip
    line: int | None = Field(default=None, ge=1, description="the line in a query")
    column: int | None = Field(default=None, ge=1)
    limit_s: float | None = Field(
        default=None, description="the time limit of a question in seconds"
    )
    step: Literal["STARTING", "FILLING"] | None = Field(
        default=None, description="the progress of building a copy for analysis"
    )
    individual: str | None = Field(default=None, description="the id of the civilian to ask for")
    waiting: str | None = Field(
        default=None, description="the id of a change that waits for a second approval"
    )
    ends: int | None = Field(
        default=None, description="the number of elements it ends", examples=[21]
    )
    openers: tuple[Opener, ...] = Field(
        default=(), description="the posts that may ask the civilian"
    )

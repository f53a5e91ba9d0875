"""Wire models of problems: the body of an error response, and the meaning of its kind."""

from typing import Any, Literal

from pydantic import Field

from api.schemas.base import Wire


class ProblemKind(Wire):
    """What a problem of this `type` means, and what whoever met it can do."""

    type: str = Field(examples=["/problems/store-unavailable"])
    status: int = Field(ge=400, le=599, examples=[503])
    title: str = Field(examples=["The database does not answer"])
    explanation: str = Field(examples=["Ask again in a few seconds."])


class Fault(Wire):
    """One thing to correct: where it stands in what was sent, and which rule it breaks."""

    pointer: str = Field(description="a JSON pointer into the body; empty for the whole",
                         examples=["/fields/kind"])  # fmt: skip
    place: Literal["body", "query", "path", "header", "cookie"] | None = Field(
        default=None, alias="in", description="where it was sent, if not in the body"
    )
    id: str | None = Field(default=None, examples=["post-ssp-0787"])
    field: str | None = Field(default=None, examples=["kind"])
    rule: str | None = Field(default=None, examples=["REQUIRED"])
    position: int | None = Field(default=None, ge=0, description="the character it begins at")
    file: str | None = Field(default=None, description="of an import: where it stands in it")
    sheet: str | None = None
    line: int | None = None
    path: str | None = Field(default=None, description="where it stands in JSON")
    column: str | None = Field(default=None, examples=["C"])
    header: str | None = None
    detail: str | None = Field(default=None, examples=["Must be there."])


class Versions(Wire):
    """What was sent, and what stands now as far as the caller sees it."""

    sent: dict[str, Any]
    current: dict[str, Any]


class Overtaken(Wire):
    """One thing of a change that somebody else changed meanwhile."""

    id: str = Field(examples=["post-ssp-0787"])
    pointer: str = Field(examples=["/updates/0"])
    based_on: str | None = Field(default=None, description="the ETag that was sent")
    current: str | None = Field(default=None, description="the ETag of today")
    versions: Versions


class Opener(Wire):
    """A post that may ask a civilian."""

    id: str = Field(examples=["post-ssp-0787"])
    name: str | None = Field(default=None, examples=["SSP-koordinator, Thisted"])


class Unreadable(Wire):
    """The place in a body at which it could be read no further."""

    place: Literal["body"] = Field(alias="in")
    byte: int | None = None
    character: int | None = None
    member: int | None = None
    number: int | None = None


class Problem(Wire):
    """Why there is no answer (RFC 9457). `type` is its stable name and the address that explains
    it; `title` and `detail` are in the language asked for; `request_id` finds it in the log.

    The other members are there where the kind of problem has them.
    """

    type: str = Field(examples=["/problems/not-found"])
    title: str = Field(examples=["Not found, or no access"])
    status: int = Field(ge=400, le=599, examples=[404])
    detail: str = Field(examples=["Not found, or no access"])
    request_id: str = Field(examples=["req-3f1c0a52d0b94c55"])
    errors: tuple[Fault, ...] = Field(default=(), description="everything to be corrected")
    needed: str | tuple[str, ...] | None = Field(
        default=None, description="the task or purposes to have, or the proof to sign in with",
        examples=["EDIT"],
    )  # fmt: skip
    limit: int | None = Field(default=None, description="the most there may be", examples=[262144])
    unit: Literal["bytes", "levels", "things"] | None = Field(default=None, examples=["bytes"])
    most: int | None = Field(default=None, description="the budget of a day", examples=[30])
    left: int | None = Field(default=None, description="what is left of it", examples=[2])
    pointer: str | None = Field(
        default=None, description="which of several it is about: a JSON pointer into the body",
        examples=["/details/1"],
    )  # fmt: skip
    allowed: tuple[str, ...] | None = Field(
        default=None, description="media types that may be sent", examples=[["application/json"]]
    )
    where: Literal["page"] | Unreadable | None = Field(
        default=None, description="what could not be read"
    )
    id: str | None = Field(default=None, description="the thing it is about",
                           examples=["post-ssp-0787"])  # fmt: skip
    based_on: str | int | None = Field(default=None, description="the version that was sent")
    current: str | int | None = Field(default=None, description="the version of today")
    versions: Versions | None = None
    conflicts: tuple[Overtaken, ...] = ()
    field: str | None = Field(default=None, examples=["name"])
    rule: str | None = Field(default=None, examples=["CPR"])
    position: int | None = Field(default=None, ge=0)
    name: str | None = Field(default=None, description="the operator or procedure of a query",
                             examples=["LoadCSV"])  # fmt: skip
    line: int | None = Field(default=None, ge=1, description="where in a query")
    column: int | None = Field(default=None, ge=1)
    limit_s: float | None = Field(default=None, description="seconds that a question may take")
    step: Literal["STARTING", "FILLING"] | None = Field(
        default=None, description="how far a copy for analysis is"
    )
    individual: str | None = Field(default=None, description="the civilian to ask for")
    waiting: str | None = Field(
        default=None, description="what a change is called that waits for a second approval"
    )
    ends: int | None = Field(default=None, description="how many things it ends", examples=[21])
    openers: tuple[Opener, ...] = Field(default=(), description="the posts that may ask them")

"""Exceptions of the client: one class for each family of problems, by HTTP status.

Hierarchy:

    Problem
    ├── BadRequest     the request cannot be parsed, is too large, or not of this address
    ├── NotSignedIn    no session, or it has ended
    ├── NotAllowed     the role has no access, or the sign-in was not strong enough
    ├── NotFound       absent or hidden, which a caller cannot distinguish
    ├── Conflict       changed meanwhile, exists already, or the version is missing
    ├── Invalid        something must be corrected; `errors` say what
    ├── TooMany        wait `retry_after_s`, or a budget is used up
    ├── InternalError  an internal error of the API
    ├── Unavailable    the database or the audit log is unavailable; worth a retry
    │   └── Unreachable  no response at all
    └── TooExpensive   it took too long
"""

from collections.abc import Mapping
from typing import Any, Final, cast

import httpx
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

PREFIX: Final = "/problems/"


class Fault(BaseModel):
    """A field to correct: its place in the request, and the rule it breaks."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    pointer: str = ""
    field: str = ""
    rule: str = ""
    detail: str = ""


_FAULTS: Final = TypeAdapter(tuple[Fault, ...])


class Problem(Exception):
    """An error response of the API (RFC 9457).

    `slug` is its stable name, `title` and `detail` are in the language of the caller, `members`
    holds all other fields. `request_id` identifies it in the log.
    """

    def __init__(
        self, status: int, body: Mapping[str, Any], *, retry_after_s: float | None = None
    ) -> None:
        self.status, self.members, self.retry_after_s = status, dict(body), retry_after_s
        self.type = str(body.get("type", "about:blank"))
        self.title = str(body.get("title", f"HTTP {status}"))
        self.detail = str(body.get("detail", self.title))
        self.request_id = cast("str | None", body.get("request_id"))
        try:
            self.errors = _FAULTS.validate_python(body.get("errors", ()))
        except ValidationError:  # from a proxy in front of the API
            self.errors = ()
        super().__init__(self.detail)

    @property
    def slug(self) -> str:
        """The stable name of the kind of problem, such as `not-found`."""
        return self.type.removeprefix(PREFIX)


class BadRequest(Problem):
    """The request cannot be parsed, is too large, or does not fit this address."""


class NotSignedIn(Problem):
    """There is no session, or it has ended."""


class NotAllowed(Problem):
    """The role has no access, or the sign-in was not strong enough."""


class NotFound(Problem):
    """Absent or hidden, which a caller cannot distinguish."""


class Conflict(Problem):
    """Changed by another account meanwhile, existing already, or sent without its version."""


class Invalid(Problem):
    """Something must be corrected; `errors` say what."""


class TooMany(Problem):
    """Too many requests, or the daily budget is used."""


class InternalError(Problem):
    """An internal error of the API; `request_id` identifies it for the operator."""


class Unavailable(Problem):
    """The database or the audit log is temporarily unavailable."""


class Unreachable(Unavailable):
    """No response from the address; status 0. `was_sent`: the request may have arrived."""

    def __init__(self, why: str, *, was_sent: bool) -> None:
        super().__init__(0, {"title": "No answer", "detail": f"no answer: {why}"})
        self.was_sent = was_sent


class TooExpensive(Problem):
    """The request took too long; ask for less at a time."""


OF_STATUS: Final[Mapping[int, type[Problem]]] = {
    400: BadRequest, 405: BadRequest, 413: BadRequest, 415: BadRequest,
    401: NotSignedIn,
    403: NotAllowed,
    404: NotFound,
    409: Conflict, 412: Conflict, 428: Conflict,
    422: Invalid,
    429: TooMany,
    500: InternalError, 502: Unavailable, 503: Unavailable, 504: TooExpensive,
}  # fmt: skip
"""A status that is not listed is a plain Problem."""


def problem_in(response: httpx.Response) -> Problem:
    """The problem in a response, also if it comes from a proxy in front of the API."""
    try:
        body: Any = response.json()
    except ValueError:
        body = {}
    retry_after = response.headers.get("retry-after", "")
    return OF_STATUS.get(response.status_code, Problem)(
        response.status_code,
        cast("dict[str, Any]", body) if isinstance(body, dict) else {},
        retry_after_s=float(retry_after) if retry_after.isdecimal() else None,
    )


def unreachable(error: httpx.TransportError) -> Unreachable:
    """The exception for a missing response."""
    was_sent = not isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout)
    return Unreachable(type(error).__name__, was_sent=was_sent)

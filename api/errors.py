"""The mapping from errors to RFC 9457 problems.

A text mentions only what the caller sent; reasons that concern the operator are in the log.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.i18n import N_, _, bilingual
from graph.errors import (
    Conflict,
    GraphError,
    Invalid,
    InvalidNeed,
    InvalidPolicy,
    InvalidVocabulary,
    NeedTooWide,
    NotFound,
    OutcomeUnknown,
    PlanOutdated,
    RefusedContent,
    SchemaMismatch,
    StoreUnavailable,
    TooExpensive,
)
from graph.vocabulary import Language

MEDIA_TYPE: Final = "application/problem+json"
RETRY_S: Final = 2


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its status and titles. `slug` is its stable name."""

    slug: str
    status: int
    title_en: str

    def title(self, lang: Language) -> str:
        """The title in a language."""
        return _(self.title_en, lang)


_KINDS: Final = (
    Kind("malformed", 400, N_("The request cannot be read")),
    Kind("unauthenticated", 401, N_("Sign in first")),
    Kind("forbidden", 403, N_("Your role has no access to this")),
    Kind("step-up", 403, N_("Sign in with a code from your app")),
    Kind("no-grant", 403, N_("The account has no rights yet")),
    Kind("own-rights", 403, N_("Nobody decides about own rights")),
    Kind("not-found", 404, N_("Not found, or no access")),
    Kind("method", 405, N_("Not possible here")),
    Kind("duplicate", 409, N_("Exists already")),
    Kind("home-elsewhere", 409, N_("Belongs to another area")),
    Kind("mediated-only", 409, N_("Through the door opener only")),
    Kind("in-progress", 409, N_("The same key is still running")),
    Kind("key-reused", 409, N_("The key was used for another body")),
    Kind("withdrawn", 409, N_("The consent was withdrawn")),
    Kind("separation", 409, N_("These roles cannot be in one account")),
    Kind("second-yes", 409, N_("Somebody else must approve")),
    Kind("preview-changed", 409, N_("Preview it again")),
    Kind("conflict", 412, N_("Changed by somebody else meanwhile")),
    Kind("too-large", 413, N_("Too large")),
    Kind("media-type", 415, N_("Unknown media type")),
    Kind("invalid", 422, N_("Something must be corrected")),
    Kind("refused-content", 422, N_("The text is refused")),
    Kind("import-refused", 422, N_("The list cannot be imported")),
    Kind("query-refused", 422, N_("The query cannot be run")),
    Kind("precondition-required", 428, N_("If-Match is missing")),
    Kind("too-many", 429, N_("Too many calls; wait a little")),
    Kind("people-limit", 429, N_("The most people of an hour were shown")),
    Kind("budget-used", 429, N_("Today's limit is used up")),
    Kind("internal", 500, N_("An error on our side")),
    Kind("store-unavailable", 503, N_("The database does not answer")),
    Kind("outcome-unknown", 503, N_("The outcome is unknown")),
    Kind("audit-unavailable", 503, N_("The audit log cannot be written")),
    Kind("issuer-unavailable", 503, N_("The sign-in service is away")),
    Kind("setup-required", 503, N_("Set up the first account")),
    Kind("replica-filling", 503, N_("The copy is being made ready")),
    Kind("busy", 503, N_("Too busy just now")),
    Kind("too-expensive", 504, N_("This took too long")),
)  # fmt: skip
KINDS: Final[Mapping[str, Kind]] = {kind.slug: kind for kind in _KINDS}
SLUGS: Final[Mapping[type[GraphError], str]] = {
    GraphError: "internal",
    NotFound: "not-found",
    Invalid: "invalid",
    RefusedContent: "refused-content",
    InvalidNeed: "invalid",
    NeedTooWide: "invalid",
    InvalidPolicy: "internal",  # refused at startup, so no request raises one
    InvalidVocabulary: "internal",  # as well
    Conflict: "conflict",
    PlanOutdated: "preview-changed",
    TooExpensive: "too-expensive",
    StoreUnavailable: "store-unavailable",
    OutcomeUnknown: "outcome-unknown",
    SchemaMismatch: "store-unavailable",
}
"""The slug of each GraphError; a test checks that all subclasses are covered."""
_NAME: Final = re.compile(r"[A-Za-z_-]{1,40}")
_OF_STATUS: Final = {400: "malformed", 401: "unauthenticated", 403: "forbidden", 404: "not-found",
                     405: "method", 413: "too-large", 415: "media-type"}  # fmt: skip


class Refusal(Exception):
    """A request refused by the API itself: a slug of the table, and the problem's extra members.

    `detail` is a pair (Danish, English); by default the title is used.
    """

    def __init__(self, slug: str, detail: tuple[str, str] | None = None, **members: object) -> None:
        super().__init__(slug)
        self.kind, self.detail, self.members = KINDS[slug], detail, members

    def text(self, lang: Language) -> str:
        """The detail in a language; by default the title."""
        if self.detail is None:
            return self.kind.title(lang)
        danish, english = self.detail
        return danish if lang == "da" else english


NO_ETAG: Final = bilingual("Send the ETag you read it with, so that nobody is overwritten unseen.")
"""The detail of `precondition-required` for a change without the version it is based on."""


def kind_of(error: Exception) -> Kind:
    """The kind of an error; an unexpected exception is `internal`."""
    match error:
        case Refusal():
            return error.kind
        case RequestValidationError():
            is_json = all(fault["type"] != "json_invalid" for fault in error.errors())
            return KINDS["invalid" if is_json else "malformed"]
        case HTTPException():
            return KINDS[_OF_STATUS.get(error.status_code, "malformed")]
        case GraphError():
            return KINDS[next(SLUGS[cls] for cls in type(error).__mro__ if cls in SLUGS)]
        case _:
            return KINDS["internal"]


def problem(error: Exception, *, lang: Language, request_id: str) -> JSONResponse:
    """The problem response for an error, in the caller's language."""
    kind = kind_of(error)
    detail = kind.title(lang)  # for NotFound, too, which does not repeat the requested id
    if isinstance(error, Refusal) or (
        isinstance(error, GraphError)
        and not isinstance(error, NotFound)
        and kind.slug != "internal"
    ):
        detail = error.text(lang)
    body: dict[str, Any] = {
        "type": f"/problems/{kind.slug}",
        "title": kind.title(lang),
        "status": kind.status,
        "detail": detail,
        "request_id": request_id,
        **_members(error, lang),
    }
    headers = {"Content-Language": lang}
    if kind.status in (429, 503):
        headers["Retry-After"] = str(body.pop("retry_after", RETRY_S))
    if kind.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, HTTPException) and error.headers and "allow" in error.headers:
        headers["Allow"] = error.headers["allow"]
    return JSONResponse(body, kind.status, headers, MEDIA_TYPE)


def _members(error: Exception, lang: Language) -> Mapping[str, object]:
    match error:
        case Refusal():
            return error.members
        case Invalid():
            return {"errors": [
                {"pointer": f"/{fault.field}" if fault.field else "", "id": fault.where or None,
                 "field": fault.field, "rule": fault.rule.value, "detail": fault.reason(lang)}
                for fault in error.faults
            ]}  # fmt: skip
        case InvalidNeed():
            return {"errors": [{"pointer": f"/{error.field}", "field": error.field,
                                "rule": "NEED", "detail": error.text(lang)}]}  # fmt: skip
        case RequestValidationError():
            return {"errors": [_wire_fault(fault["loc"], fault["type"], fault["msg"])
                               for fault in error.errors()]}  # fmt: skip
        case Conflict():
            return {"id": error.element_id, "based_on": error.based_on, "current": error.current}
        case TooExpensive() if error.limit_s is not None:
            return {"limit_s": error.limit_s}
        case _:
            return {}


def _wire_fault(where: Sequence[object], rule: str, message: str) -> Mapping[str, object]:
    """An error of a value that the wire model refuses; the value itself is never included.

    A sent field name that is not a plain one is replaced by a question mark.
    """
    place, *parts = where or ("body",)
    path = [part if isinstance(part, int) or _NAME.fullmatch(str(part)) else "?" for part in parts]
    pointer = "".join(f"/{part}" for part in path) if place == "body" else ""
    field = ".".join(str(part) for part in path)
    return {"pointer": pointer, "in": place, "field": field, "rule": rule, "detail": message}

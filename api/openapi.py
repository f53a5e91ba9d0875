"""The OpenAPI document: problems, parameter descriptions, security and headers of operations.

The problems each operation can answer, `?lang=`, the bearer token, a summary and a description of
each parameter are added here, for every route alike, so that no route repeats them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Final, cast

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from pydantic.json_schema import models_json_schema

from api.audited_route import EXEMPT, AuditedRoute
from api.dependencies import looking_on, require_setup, signed_in
from api.errors import KINDS, MEDIA_TYPE, Kind
from api.identity.sign_in_attempts import record_attempt, sign_in_attempt
from api.schemas.problems import Problem
from graph.access.policy import WRITES_THINGS, Task

PARAMETERS: Final[Mapping[str, str]] = {
    "account": "the id of an account",
    "action": "only what this operation did, by its name",
    "after": "go on after this place",
    "area": "the id of an area",
    "before": "go on before this place: the `next` of the page before",
    "bridges": "`true`: on whom the country hangs",
    "by": "which areas have a row",
    "caller": "the id of the account that asked",
    "change": "the id of a change of rights",
    "change_set": "what a change is called that waits: `waiting` of the problem",
    "column": "only this column: a word of what was chosen in `columns`, or a language as a tag",
    "columns": "what the posts of an area are told apart by",
    "consent_id": "the id of a consent",
    "ends_before": "only what ends before this date",
    "from": "the date before the changes",
    "grant": "the id of a grant",
    "hops": "how many links away at most",
    "Idempotency-Key": "the same key and body change nothing a second time",
    "kind": "only those of this kind",
    "label": "only nodes of this label",
    "lang": "the language of sentences; without it, what `Accept-Language` prefers, else Danish",
    "level": "only what this prevention level may use",
    "limit": "how many at most",
    "link_id": "the id of a link",
    "measure": "what is measured, or asked of each municipality",
    "meets_in": "only posts that meet in a network of this kind",
    "network": "the id of a network",
    "node_id": "the id of a node",
    "on": "the date that is asked about; today where none is given",
    "page": "the `next` of the page before this one",
    "person": "the id of a person",
    "proposal_id": "the id of a proposal",
    "purpose": "only what was asked for this purpose",
    "question": "the id of a kept question",
    "quarters": "how many quarters, that of the date included",
    "reason": "why it is written",
    "request_id": "the id of a contact request",
    "revision": "as it was known at this revision, as far as you may see it today; without it, now",
    "role": "only what was asked in this role, alone or with others",
    "since": "from this moment or revision on",
    "size": "how many rows at most",
    "slug": "the stable name of a kind of problem",
    "source": "the id of the node that links start at",
    "start": "the id of the node to start from; your own posts where none is given",
    "state": "only posts in this state",
    "target": "the id of the node that links end at",
    "text": "a name or a part of one, however it is spelled",
    "ticket": "the ticket of an export, good for one download",
    "to": "the date after the changes",
    "token": "the id of a token",
    "type": "only links of this type",
    "until": "to this moment",
}
EXAMPLES: Final[Mapping[str, object]] = {
    "question": "que-3f2a9c41d07b5e68",
    "account": "acc-3f1c0a52",
    "change_set": "0197a3c5-0000-7000-8000-000000000000",
    "caller": "acc-3f1c0a52",
    "consent_id": "consent-jens",
    "fields": "name,kind",
    "grant": "gra-1d0f6b7c8a99e2b4",
    "change": "chg-0f3b6a915d27c8e4",
    "hops": 1,
    "Idempotency-Key": "3f1c2a9e-5d0b-4c55-9d5e",
    "lang": "en",
    "limit": 50,
    "link_id": "coordinates-ssp-0787",
    "node_id": "post-ssp-0787",
    "on": "2026-11-20",
    "page": "WyJwb3N0LXNzcC0wNzg3Il0",
    "person": "person-anna",
    "proposal_id": "pro-5f0c9e2d1b7a4c88",
    "request_id": "req-3f1c0a52d0b94c55",
    "revision": 1,
    "size": 20,
    "since": "2026-11-01T00:00:00Z",
    "slug": "not-found",
    "ticket": "Xb2mV8yQ4n0rZt6uW1cE5sH7kL9pA3dFgJiOoRqTvYw",
    "token": "tok-3f1c0a52",
    "until": "2026-12-01T00:00:00Z",
}


SCHEMA: Final = {"$ref": "#/components/schemas/Problem"}
_UNIFORM: Final = frozenset({"/problems/{slug}", "/setup"})
"""Operations without a task that answer `not-found` for an unknown slug or after the setup."""
_OF_RIGHTS: Final = frozenset({Task.ACCOUNTS, Task.APPROVE})
_COUNTED: Final = frozenset({Task.REVEAL, Task.EXPORT, Task.EXPORT_DETAILS})


@dataclass(frozen=True)
class OperationProblems:
    """The facts about an operation from which its problems are derived.

    They are its route's dependencies and its parameters. `is_read_strictly`: its body is parsed by
    `api/audited_route.py`.
    """

    method: str
    path: str
    dependant: Dependant
    is_read_strictly: bool
    described: Mapping[str, Any]

    @cached_property
    def calls(self) -> frozenset[object]:
        """The functions it depends on."""
        return frozenset(one.call for one in _all(self.dependant))

    @cached_property
    def tasks(self) -> frozenset[Task]:
        """The tasks it may be called for."""
        found = (getattr(call, "task", None) for call in self.calls)
        return frozenset(one for one in found if isinstance(one, Task))

    @property
    def is_signed_in(self) -> bool:
        """Whether it requires a signed-in caller."""
        return bool(self.tasks or self.calls & {signed_in, looking_on})

    @property
    def has_body(self) -> bool:
        """Whether it reads a body."""
        return "requestBody" in self.described

    @property
    def is_question(self) -> bool:
        """Whether it changes nothing."""
        name: str = self.described["operationId"]
        return self.method == "GET" or name.startswith(("find_", "run_"))

    @property
    def changes_things(self) -> bool:
        """Whether it writes to the graph."""
        return bool(self.tasks & WRITES_THINGS) and not self.is_question

    def takes(self, place: str, name: str | None = None) -> bool:
        """Whether it has a parameter, optionally of this name, in path, query or header."""
        return any(
            one["in"] == place and name in (None, one["name"])
            for one in self.described.get("parameters", ())
        )

    @property
    def takes_anything(self) -> bool:
        """Whether it has any input that can be invalid."""
        return self.has_body or any(map(self.takes, ("path", "query", "header")))


def _all(dependant: Dependant) -> Iterator[Dependant]:
    yield dependant
    for one in dependant.dependencies:
        yield from _all(one)


def _is_change_of_rights(asked: OperationProblems) -> bool:
    return bool(asked.tasks & _OF_RIGHTS) and not asked.is_question


def _is_query(asked: OperationProblems) -> bool:
    return Task.ANALYZE in asked.tasks and asked.has_body


def _is_keyed(asked: OperationProblems) -> bool:
    return asked.takes("header", "Idempotency-Key")


def _is_seating(asked: OperationProblems) -> bool:
    return asked.method == "POST" and asked.path in ("/links", "/change-sets")


def _is_versioned(asked: OperationProblems) -> bool:
    return asked.takes("header", "If-Match") or asked.path.startswith("/change-sets")


ARISES: Final[Mapping[str, Callable[[OperationProblems], bool]]] = {
    "malformed": lambda _: True,
    "unauthenticated": lambda asked: (
        asked.is_signed_in or bool(asked.calls & {record_attempt, sign_in_attempt})
    ),
    "forbidden": lambda asked: bool(asked.tasks),
    "step-up": lambda asked: bool(asked.tasks),
    "no-grant": lambda asked: asked.is_signed_in or asked.path == "/sessions",
    "own-rights": _is_change_of_rights,
    "not-found": lambda asked: bool(asked.tasks and asked.takes_anything) or asked.path in _UNIFORM,
    "duplicate": lambda asked: asked.has_body and not asked.is_question,
    "home-elsewhere": _is_seating,
    "mediated-only": lambda asked: Task.REVEAL in asked.tasks,
    "in-progress": _is_keyed,
    "key-reused": _is_keyed,
    "withdrawn": lambda asked: asked.path.endswith("/renew"),
    "separation": _is_change_of_rights,
    "second-yes": lambda asked: asked.takes("query", "dry_run"),
    "conflict": lambda asked: asked.changes_things,
    "too-large": lambda _: True,
    "media-type": lambda asked: asked.is_read_strictly,
    "invalid": lambda asked: asked.takes_anything or not asked.is_question,
    "refused-content": lambda asked: asked.has_body and (_is_query(asked) or not asked.is_question),
    "query-refused": lambda asked: _is_query(asked),
    "precondition-required": _is_versioned,
    "too-many": lambda _: True,
    "budget-used": lambda asked: bool(asked.tasks & _COUNTED) and asked.has_body,
    "store-unavailable": lambda asked: bool(asked.tasks) or asked.path == "/health/ready",
    "outcome-unknown": lambda asked: asked.changes_things,
    "audit-unavailable": lambda asked: (
        (asked.method, asked.path) not in EXEMPT
        or asked.path.startswith("/audit/")
        or asked.path == "/health/ready"
    ),
    "issuer-unavailable": lambda asked: asked.is_signed_in or asked.path == "/sessions",
    "setup-required": lambda asked: require_setup in asked.calls,
    "replica-filling": lambda asked: _is_query(asked),
    "busy": lambda _: True,
    "too-expensive": lambda asked: bool(asked.tasks - {*_OF_RIGHTS, Task.AUDIT}),
}
"""When each kind can arise; `method` belongs to no operation, and `internal` is not expected."""

_HEADERS: Final[Mapping[int, tuple[str, str, str]]] = {
    401: ("WWW-Authenticate", "Bearer", "how to sign in"),
    429: ("Retry-After", "2", "seconds to wait before it is asked again"),
    503: ("Retry-After", "2", "seconds to wait before it is asked again"),
}


def kinds_of(asked: OperationProblems) -> tuple[Kind, ...]:
    """The kinds of problem an operation can answer, by status."""
    found = [KINDS[slug] for slug, arises in ARISES.items() if arises(asked)]
    return tuple(sorted(found, key=lambda kind: kind.status))


def problem_responses(
    kinds: Iterable[Kind], shared: dict[str, dict[str, Any]]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield status and reference of each problem response; its definition is added to `shared`."""
    for status, same in groupby(kinds, key=lambda kind: kind.status):
        several = tuple(same)
        name = "-or-".join(kind.slug for kind in several)
        shared.setdefault(name, _response(status, several))
        yield str(status), {"$ref": f"#/components/responses/{name}"}


def _response(status: int, several: tuple[Kind, ...]) -> dict[str, Any]:
    types = [f"/problems/{kind.slug}" for kind in several]
    narrowed = {"type": {"enum": types}, "status": {"const": status}}
    return {
        "description": "; or: ".join(kind.title_en for kind in several),
        "headers": dict(_headers(status)),
        "content": {MEDIA_TYPE: {"schema": {**SCHEMA, "properties": narrowed}}},
    }


def _headers(status: int) -> Iterator[tuple[str, dict[str, Any]]]:
    yield (
        "Content-Language",
        {"description": "the language of its sentences", "required": True,
         "schema": {"type": "string", "enum": ["da", "en"]}},
    )  # fmt: skip
    if status in _HEADERS:
        name, example, meaning = _HEADERS[status]
        yield (
            name,
            {"description": meaning, "required": True, "schema": {"type": "string"},
             "example": example},
        )  # fmt: skip


_LANG: Final[dict[str, Any]] = {
    "name": "lang", "in": "query", "required": False,
    "schema": {"type": "string", "enum": ["da", "en"]},
}  # fmt: skip
_BEARER: Final = {
    "type": "http", "scheme": "bearer",
    "description": "the token of a session, of a program, or of an issuer that is trusted",
}  # fmt: skip
_THINGS: Final = frozenset({"/entities/{node_id}", "/links/{link_id}", "/questions/{question}"})
_PLACES: Final = frozenset({"/entities", "/links"})
_ETAG: Final = {
    "description": "the version: send it back as `If-Match` to change the thing",
    "schema": {"type": "string"}, "example": '"5f0c3a2b"',
}  # fmt: skip
_LOCATION: Final = {
    "description": "where the new thing is read",
    "schema": {"type": "string"}, "example": "/entities/post-ssp-0787",
}  # fmt: skip
_SENTENCE, _CLAUSE = re.compile(r"[.;](?:\s|$)"), re.compile(r"[.;:](?:\s|$)")
_LONGEST: Final = 80
_REFS: Final = "#/components/schemas/{model}"


class DescribedFastAPI(FastAPI):
    """An application whose OpenAPI document lists all responses of its operations."""

    def openapi(self) -> dict[str, Any]:
        """The document; completed once."""
        document = super().openapi()
        components: dict[str, Any] = document["components"]
        if "securitySchemes" not in components:
            components["securitySchemes"] = {"bearer": dict(_BEARER)}
            _, problem = models_json_schema([(Problem, "serialization")], ref_template=_REFS)
            components["schemas"].update(problem["$defs"])
            shared: dict[str, dict[str, Any]] = components.setdefault("responses", {})
            for asked in operations(self, document):
                _describe(asked, cast("dict[str, Any]", asked.described), shared)
            for unused in ("HTTPValidationError", "ValidationError"):
                components["schemas"].pop(unused, None)
        return document


def operations(app: FastAPI, document: dict[str, Any]) -> Iterator[OperationProblems]:
    """The facts about each operation of a document."""
    for context in iter_route_contexts(app.routes):
        described_at = document["paths"].get(context.path_format, {})
        for method in sorted(context.methods or ()):
            described = described_at.get(method.lower())
            if described is not None:
                dependant: Dependant = context.dependant
                is_audited = isinstance(context.original_route, AuditedRoute)
                yield OperationProblems(
                    method, str(context.path_format), dependant, is_audited, described
                )  # fmt: skip


def _describe(
    asked: OperationProblems, operation: dict[str, Any], shared: dict[str, dict[str, Any]]
) -> None:
    operation["summary"] = _summary(operation["description"].replace("\n", " "))
    problems = dict(
        problem_responses(kinds_of(asked), shared)
    )  # before `lang` is added, which is never invalid
    operation["responses"] = {
        status: told for status, told in operation["responses"].items() if status < "400"
    } | problems
    _tell_headers(asked)
    parameters: list[dict[str, Any]] = operation.setdefault("parameters", [])
    if not asked.takes("query", "lang"):
        parameters.append({**_LANG, "schema": dict(_LANG["schema"])})
    for one in parameters:
        _explain(one)
    if asked.is_signed_in:
        operation["security"] = [{"bearer": []}]


def _tell_headers(asked: OperationProblems) -> None:
    """Declare `ETag` on reads and writes of one element, and `Location` on creations."""
    answers: dict[str, Any] = asked.described["responses"]
    is_read = asked.method == "GET" and asked.path in _THINGS
    if (is_read or asked.takes("header", "If-Match")) and "200" in answers:
        answers["200"]["headers"] = {"ETag": dict(_ETAG)}
    elif asked.method == "POST" and asked.path in _PLACES:
        answers["201"]["headers"] = {"ETag": dict(_ETAG), "Location": dict(_LOCATION)}


def _summary(description: str) -> str:
    """The first sentence of a description, or the first clause if the sentence is long."""
    sentence = _SENTENCE.split(description, maxsplit=1)[0]
    return sentence if len(sentence) <= _LONGEST else _CLAUSE.split(description, maxsplit=1)[0]


def _explain(parameter: dict[str, Any]) -> None:
    name: str = parameter["name"]
    parameter.setdefault("description", PARAMETERS.get(name, ""))
    if name in EXAMPLES and "examples" not in parameter["schema"]:
        parameter["schema"]["examples"] = [EXAMPLES[name]]

"""The OpenAPI document: problems, parameter descriptions, security and headers of operations.

The problems each operation can answer, `?lang=`, the bearer token, a summary and a description of
each parameter are added here, for every route alike, so that no route repeats them.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Final

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from pydantic.json_schema import models_json_schema

from api.audited_route import EXEMPT, AuditedRoute
from api.dependencies import background_principal, require_setup, signed_in
from api.errors import KINDS, MEDIA_TYPE, Kind
from api.identity.sign_in_attempts import record_attempt, sign_in_attempt
from api.schemas.problems import Problem
from graph.access.policy import WRITES_THINGS, Task
from graph.exchange.formats import FORMATS

PARAMETERS: Final[Mapping[str, str]] = {
    "account": "the id of an account",
    "action": "only rows of this operation, by its name (`operationId`)",
    "after": "continue after this place: the `next` (or `last`) of the answer before",
    "area": "the id of an area",
    "before": "continue before this place: the `next` of the page before this one",
    "bridges": "`true`: nodes whose loss makes a municipality harder to reach or unreachable",
    "by": "the kind of area that has a row each",
    "caller": "the id of the account that asked",
    "change": "the id of a change of rights",
    "change_set": "the id of a change that waits: `waiting` of the problem `second-yes`",
    "column": "only this column: a word of the kind chosen in `columns`, or a language tag",
    "columns": "what the columns are: networks, kinds of post, competences or languages",
    "consent_id": "the id of a consent",
    "count_only": "`true`: only the number that wait for an answer",
    "ends_before": "only what ends before this date",
    "file": "the name of the file; faults are reported with it",
    "from": "the date before the changes",
    "grant": "the id of a grant",
    "hops": "the maximum number of links away",
    "Idempotency-Key": "a key of your choice: the same key and body change nothing a second time",
    "import_id": "the id of an import: of the file that was sent, and of the batch it became",
    "kind": "only those of this kind",
    "kind_id": "the id of an own kind",
    "label": "only nodes of this label",
    "language": "a language by its tag: `so`, `uk`",
    "lang": "the language of sentences; without it, what `Accept-Language` prefers, else Danish",
    "level": "only links that may be used at this prevention level",
    "limit": "the maximum number of items",
    "login": "only requests of the account with this login",
    "link_id": "the id of a link",
    "measure": "what is measured",
    "mine": "`true`: only links of your own posts",
    "meets_in": "only posts that meet in a network of this kind",
    "network": "the id of a network",
    "node_id": "the id of a node",
    "on": "the date the question is about; default: today",
    "open_only": "`true`: without those that are withdrawn or replaced by another",
    "page": "the `next` of the page before this one",
    "person": "the id of a person",
    "proposal_id": "the id of a proposal",
    "purpose": "only requests for this purpose",
    "question": "the id of a saved question",
    "quarters": "the number of quarters, including that of the date",
    "reason": "the reason of the change",
    "request_id": "the id of a contact request",
    "revision": "data as known at this revision, as far as you may see it today; default: newest",
    "role": "only requests made in this role, alone or with others",
    "session": "the id of a session",
    "since": "only what was written after this revision, or from this moment on",
    "sheet": "the sheet to read, of a workbook with several",
    "size": "the maximum number of rows",
    "slug": "the name of a kind of problem: the end of its `type`",
    "source": "the id of the node that the links start at",
    "start": "the id of the node to start from",
    "starts_only": "`true`: only nodes from which a contact path can start",
    "state": "only posts, or rows of a preview, in this state",
    "taken": "`true`: only links assigned to you",
    "target": "the id of the node that the links end at",
    "text": "a name or a part of one; spelling need not be exact",
    "ticket": "the ticket of an export, good for one download",
    "to": "the date after the changes",
    "token": "the id of a token",
    "type": "only links of this type",
    "until": "only rows until this moment",
    "within_km": "the maximum distance in kilometers, in a straight line",
}
EXAMPLES: Final[Mapping[str, object]] = {
    "question": "que-3f2a9c41d07b5e68",
    "account": "acc-3f1c0a52",
    "change_set": "0197a3c5-0000-7000-8000-000000000000",
    "caller": "acc-3f1c0a52",
    "consent_id": "consent-jens",
    "fields": "name,kind",
    "grant": "gra-1d0f6b7c8a99e2b4",
    "file": "ssp-liste.csv",
    "import_id": "imp-3f2a9c41d07b5e68",
    "change": "chg-0f3b6a915d27c8e4",
    "hops": 1,
    "Idempotency-Key": "3f1c2a9e-5d0b-4c55-9d5e",
    "kind_id": "DEMOKRATIKONSULENT",
    "lang": "en",
    "limit": 50,
    "login": "line.bak",
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
    "session": "ses-4be1c02f9d7a6e30",
    "slug": "not-found",
    "ticket": "Xb2mV8yQ4n0rZt6uW1cE5sH7kL9pA3dFgJiOoRqTvYw",
    "token": "tok-3f1c0a52",
    "until": "2026-12-01T00:00:00Z",
}


_UNIFORM: Final = frozenset({"/problems/{slug}", "/setup"})
"""Operations without a task that answer `not-found` for an unknown slug or after the setup."""
_OF_RIGHTS: Final = frozenset({Task.ACCOUNTS, Task.APPROVE})
_BUDGET_TASKS: Final = frozenset({Task.REVEAL, Task.EXPORT, Task.EXPORT_DETAILS})


@dataclass(frozen=True)
class Operation:
    """The facts about an operation from which its problems are derived.

    They are its route's dependencies and its parameters. `is_read_strictly`: its body is parsed by
    `api/audited_route.py`.
    """

    method: str
    path: str
    dependant: Dependant
    is_read_strictly: bool
    document: dict[str, Any]

    @cached_property
    def calls(self) -> frozenset[object]:
        """The functions it depends on."""

        def calls(dependant: Dependant) -> Iterator[object]:
            yield dependant.call
            for dependency in dependant.dependencies:
                yield from calls(dependency)

        return frozenset(calls(self.dependant))

    @cached_property
    def tasks(self) -> frozenset[Task]:
        """The tasks it may be called for."""
        tasks = (getattr(call, "task", None) for call in self.calls)
        return frozenset(task for task in tasks if isinstance(task, Task))

    @property
    def is_signed_in(self) -> bool:
        """Whether it requires a signed-in caller."""
        return bool(self.tasks or self.calls & {signed_in, background_principal})

    @property
    def has_body(self) -> bool:
        """Whether it reads a body."""
        return "requestBody" in self.document

    @property
    def is_question(self) -> bool:
        """Whether it changes nothing."""
        name: str = self.document["operationId"]
        return self.method == "GET" or name.startswith(("find_", "run_"))

    @property
    def is_query(self) -> bool:
        """Whether its body has a Cypher query."""
        return Task.ANALYZE in self.tasks and self.has_body

    @property
    def changes_things(self) -> bool:
        """Whether it writes to the graph."""
        return bool(self.tasks & WRITES_THINGS) and not self.is_question

    @property
    def changes_own_kinds(self) -> bool:
        """Whether it writes the file of own kinds."""
        return Task.OWN_KINDS in self.tasks and not self.is_question

    @property
    def changes_rights(self) -> bool:
        """Whether it changes what an account may do."""
        return bool(self.tasks & _OF_RIGHTS) and not self.is_question

    def takes(self, place: str, name: str | None = None) -> bool:
        """Whether it has a parameter, optionally of this name, in path, query or header."""
        return any(
            parameter["in"] == place and name in (None, parameter["name"])
            for parameter in self.document.get("parameters", ())
        )

    @property
    def takes_anything(self) -> bool:
        """Whether it has any input that can be invalid."""
        return self.has_body or any(map(self.takes, ("path", "query", "header")))


ARISES: Final[Mapping[str, Callable[[Operation], bool]]] = {
    "malformed": lambda _: True,
    "unauthenticated": lambda op: (
        op.is_signed_in or bool(op.calls & {record_attempt, sign_in_attempt})
    ),
    "forbidden": lambda op: bool(op.tasks),
    "step-up": lambda op: bool(op.tasks),
    "no-grant": lambda op: op.is_signed_in or op.path == "/sessions",
    "own-rights": lambda op: op.changes_rights,
    "not-found": lambda op: bool(op.tasks and op.takes_anything) or op.path in _UNIFORM,
    "duplicate": lambda op: op.has_body and not op.is_question,
    "home-elsewhere": lambda op: op.method == "POST" and op.path in ("/links", "/change-sets"),
    "mediated-only": lambda op: Task.REVEAL in op.tasks,
    "in-progress": lambda op: op.takes("header", "Idempotency-Key"),
    "key-reused": lambda op: op.takes("header", "Idempotency-Key"),
    "withdrawn": lambda op: op.path.endswith("/renew"),
    "separation": lambda op: op.changes_rights,
    "second-yes": lambda op: op.takes("query", "dry_run") or op.path.endswith(("/apply", "/undo")),
    "preview-changed": lambda op: op.path.endswith("/apply"),
    "conflict": lambda op: op.changes_things or op.changes_own_kinds,
    "too-large": lambda _: True,
    "media-type": lambda op: op.is_read_strictly,
    "invalid": lambda op: op.takes_anything or not op.is_question,
    "refused-content": lambda op: op.has_body and (op.is_query or not op.is_question),
    "import-refused": lambda op: Task.IMPORT in op.tasks and op.path != "/imports/{import_id}/undo",
    "query-refused": lambda op: op.is_query,
    "precondition-required": lambda op: (
        op.takes("header", "If-Match")
        or op.path.startswith("/change-sets")
        or (op.method, op.path) == ("POST", "/proposals")
        or (Task.IMPORT in op.tasks and op.takes("header", "Idempotency-Key"))
    ),
    "too-many": lambda _: True,
    "people-limit": lambda op: bool(op.tasks) and not op.changes_things,
    "budget-used": lambda op: bool(op.tasks & _BUDGET_TASKS) and op.has_body,
    "store-unavailable": lambda op: bool(op.tasks) or op.path == "/health/ready",
    "outcome-unknown": lambda op: op.changes_things,
    "audit-unavailable": lambda op: (
        (op.method, op.path) not in EXEMPT
        or op.path.startswith("/audit/")
        or op.path == "/health/ready"
    ),
    "issuer-unavailable": lambda op: op.is_signed_in or op.path == "/sessions",
    "setup-required": lambda op: require_setup in op.calls,
    "replica-filling": lambda op: op.is_query,
    "busy": lambda _: True,
    "too-expensive": lambda op: bool(op.tasks - {*_OF_RIGHTS, Task.AUDIT}),
}
"""When each kind can arise; `method` belongs to no operation, and `internal` is not expected."""

_HEADERS: Final[Mapping[int, tuple[str, str, str]]] = {
    401: ("WWW-Authenticate", "Bearer", "how to sign in"),
    429: ("Retry-After", "2", "seconds to wait before the next attempt"),
    503: ("Retry-After", "2", "seconds to wait before the next attempt"),
}
_LANGUAGE: Final = {"type": "string", "enum": ["da", "en"]}


def _response(status: int, kinds: Sequence[Kind]) -> dict[str, Any]:
    headers: dict[str, Any] = {
        "Content-Language": {
            "description": "the language of the sentences in the answer", "required": True,
            "schema": dict(_LANGUAGE),
        }
    }  # fmt: skip
    if status in _HEADERS:
        name, example, meaning = _HEADERS[status]
        headers[name] = {
            "description": meaning, "required": True, "schema": {"type": "string"},
            "example": example,
        }  # fmt: skip
    members = {
        "type": {"enum": [f"/problems/{kind.slug}" for kind in kinds]},
        "status": {"const": status},
    }
    schema = {"$ref": "#/components/schemas/Problem", "properties": members}
    return {
        "description": "; or: ".join(kind.title_en for kind in kinds),
        "headers": headers,
        "content": {MEDIA_TYPE: {"schema": schema}},
    }


_BEARER: Final = {
    "type": "http", "scheme": "bearer",
    "description": "a session token, an API token, or an access token of the OpenID provider",
}  # fmt: skip
_THINGS: Final = frozenset(
    {
        "/entities/{node_id}", "/links/{link_id}", "/questions/{question}",
        "/vocabulary/own-kinds",
    }
)  # fmt: skip
_PLACES: Final = frozenset({"/entities", "/links"})
_ETAG: Final = {
    "description": "the version: send it back as `If-Match` to change the element",
    "schema": {"type": "string"}, "example": '"5f0c3a2b"',
}  # fmt: skip
_LOCATION: Final = {
    "description": "the address of the new element",
    "schema": {"type": "string"}, "example": "/entities/post-ssp-0787",
}  # fmt: skip
_FORMAT: Final = {
    "enum": list(FORMATS),
    "description": "; ".join(f"{name}: {format.label_en}" for name, format in FORMATS.items()),
}
"""The formats of a structure export, which the wire model does not list."""
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
            for operation in operations(self, document):
                _describe(operation, shared)
            schema = components["schemas"].get("AskedExport")
            if schema is not None:
                schema["properties"]["format"] |= _FORMAT
            for unused in ("HTTPValidationError", "ValidationError"):
                components["schemas"].pop(unused, None)
        return document


def operations(app: FastAPI, document: dict[str, Any]) -> Iterator[Operation]:
    """The facts about each operation of a document."""
    for context in iter_route_contexts(app.routes):
        methods = document["paths"].get(context.path_format, {})
        for method in sorted(context.methods or ()):
            if method.lower() in methods:
                is_audited = isinstance(context.original_route, AuditedRoute)
                yield Operation(
                    method, str(context.path_format), context.dependant, is_audited,
                    methods[method.lower()],
                )  # fmt: skip


def _describe(operation: Operation, shared: dict[str, dict[str, Any]]) -> None:
    document = operation.document
    description = document["description"].replace("\n", " ")
    summary = _SENTENCE.split(description, maxsplit=1)[0]
    if len(summary) > _LONGEST:
        summary = _CLAUSE.split(description, maxsplit=1)[0]
    document["summary"] = summary
    # before `lang` is added, which is never invalid
    kinds = [KINDS[slug] for slug, arises in ARISES.items() if arises(operation)]
    by_status = sorted(kinds, key=lambda kind: kind.status)
    problems: dict[str, dict[str, str]] = {}
    for status, group in groupby(by_status, key=lambda kind: kind.status):
        same = tuple(group)
        response = "-or-".join(kind.slug for kind in same)
        shared.setdefault(response, _response(status, same))
        problems[str(status)] = {"$ref": f"#/components/responses/{response}"}
    answers = {status: answer for status, answer in document["responses"].items() if status < "400"}
    is_read = operation.method == "GET" and operation.path in _THINGS
    if (is_read or operation.takes("header", "If-Match")) and "200" in answers:
        answers["200"]["headers"] = {"ETag": dict(_ETAG)}
    elif operation.method == "POST" and operation.path in _PLACES:
        answers["201"]["headers"] = {"ETag": dict(_ETAG), "Location": dict(_LOCATION)}
    document["responses"] = answers | problems
    parameters: list[dict[str, Any]] = document.setdefault("parameters", [])
    if not operation.takes("query", "lang"):
        lang = {"name": "lang", "in": "query", "required": False, "schema": dict(_LANGUAGE)}
        parameters.append(lang)
    for parameter in parameters:
        name: str = parameter["name"]
        parameter.setdefault("description", PARAMETERS.get(name, ""))
        if name in EXAMPLES:
            parameter["schema"].setdefault("examples", [EXAMPLES[name]])
    if operation.is_signed_in:
        document["security"] = [{"bearer": []}]

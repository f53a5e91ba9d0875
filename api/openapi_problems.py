"""Which kinds of problem an operation can answer: read off what it asks for, for all alike."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Final

from fastapi.dependencies.models import Dependant

from api.audit.exempt import EXEMPT
from api.dependencies import looking_on, require_setup, signed_in
from api.errors import KINDS, MEDIA_TYPE, Kind
from api.identity.knock import record_attempt, sign_in_attempt
from graph.access.policy import WRITES_THINGS, Task

SCHEMA: Final = {"$ref": "#/components/schemas/Problem"}
_UNIFORM: Final = frozenset({"/problems/{slug}", "/setup"})
"""Without a task, and not there for everybody or any more."""
_OF_RIGHTS: Final = frozenset({Task.ACCOUNTS, Task.APPROVE})
_COUNTED: Final = frozenset({Task.REVEAL, Task.EXPORT, Task.EXPORT_DETAILS})


@dataclass(frozen=True)
class OperationProblems:
    """What is known of an operation unasked: its route's dependencies, its parameters.

    `is_read_strictly`: its body goes through `api/bodies.py`.
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
        """Is it for whoever is signed in?"""
        return bool(self.tasks or self.calls & {signed_in, looking_on})

    @property
    def has_body(self) -> bool:
        """Does it read one?"""
        return "requestBody" in self.described

    @property
    def is_question(self) -> bool:
        """Does it change nothing?"""
        name: str = self.described["operationId"]
        return self.method == "GET" or name.startswith(("find_", "run_"))

    @property
    def changes_things(self) -> bool:
        """Does it write to the graph?"""
        return bool(self.tasks & WRITES_THINGS) and not self.is_question

    def takes(self, place: str, name: str | None = None) -> bool:
        """Has it a parameter of a place: path, query or header?"""
        return any(
            one["in"] == place and name in (None, one["name"])
            for one in self.described.get("parameters", ())
        )

    @property
    def takes_anything(self) -> bool:
        """Can something that was sent be wrong?"""
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
"""When each kind can arise. Not here: `method`, which is of no operation, and our own bugs."""

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
    """Status and description of each problem; what it says in full is put among the `shared`."""
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

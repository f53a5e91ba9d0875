"""The operations of the API as it describes itself, and the client's methods for each."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from fastapi import FastAPI

from api.app import create_app

MORE_THAN_ONE: Final[Mapping[str, frozenset[str]]] = {
    "open_session": frozenset({"sign_in", "sign_in_by_token"}),
    "end_session": frozenset({"sign_out"}),
    "read_coverage": frozenset({"coverage", "infohouse_reach"}),
    "reveal_detail": frozenset({"reveal_detail", "reveal_details"}),
    "run_query": frozenset({"query"}),
    "read_changes": frozenset({"changes", "changes_to_come"}),
    "answer_proposal": frozenset({"answer_proposal", "preview_proposal"}),
}
"""Operations with two methods, those that sign in and out, and those with another verb."""
OTHER_WORDS: Final[Mapping[str, str]] = {
    "from": "begins", "to": "until", "If-Match": "etag", "Idempotency-Key": "key",
}  # fmt: skip
"""Names of parameters in Python that differ from those on the wire."""
OF_THE_CLIENT: Final = frozenset({"lang", "dry_run"})
"""Parameters that the client sets itself."""
_BY_METHOD: Final[Mapping[str, frozenset[str]]] = {
    "read_coverage": frozenset({"measure"}),
    "read_bridges": frozenset({"bridges"}),
}
"""Parameters that are set by the choice of the method."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the OpenAPI document."""

    method: str
    path: str
    definition: Mapping[str, Any]

    @property
    def id(self) -> str:
        return str(self.definition["operationId"])

    @property
    def methods(self) -> frozenset[str]:
        """The client's methods for the operation: by rule, or from `MORE_THAN_ONE`."""
        name = re.sub(r"^(read|find)_", "", self.id)
        by_rule = f"audit_{name}" if self.path.startswith("/audit/") else name
        return MORE_THAN_ONE.get(self.id, frozenset({by_rule}))

    @property
    def parameters(self) -> frozenset[str]:
        """The parameters besides a body, under the client's names."""
        names = {str(row["name"]) for row in self.definition.get("parameters", ())}
        names -= OF_THE_CLIENT | _BY_METHOD.get(self.id, frozenset())
        return frozenset(OTHER_WORDS.get(name, name) for name in names)

    @property
    def queries(self) -> frozenset[str]:
        answer = self.definition.get("parameters", ())
        return frozenset(item["name"] for item in answer if item["in"] == "query")

    @property
    def body(self) -> str | None:
        content = self.definition.get("requestBody", {}).get("content", {})
        (model, *_) = [*_models(content.get("application/json", {}).get("schema")), None]
        return model

    @property
    def answers(self) -> frozenset[str]:
        """The models of the successful answers."""
        contents = [
            answer["content"]["application/json"]["schema"]
            for status, answer in self.definition["responses"].items()
            if status < "300" and "application/json" in answer.get("content", {})
        ]
        return frozenset(name for content in contents for name in _models(content))

    def is_asked(self, method: str, path: str) -> bool:
        shape = re.sub(r"{\w+}", "[^/]+", self.path)
        return method == self.method and re.fullmatch(shape, path) is not None


@cache
def application() -> FastAPI:
    def never(*_args: object) -> Any:
        raise AssertionError

    return create_app(never, never, never)


@cache
def operations() -> tuple[Operation, ...]:
    return tuple(
        Operation(method.upper(), path, item)
        for path, methods in application().openapi()["paths"].items()
        for method, item in methods.items()
    )


def _models(schema: Any) -> Iterator[str]:
    if not schema:
        return
    if "$ref" in schema:
        yield schema["$ref"].rpartition("/")[2]
    for item in schema.get("anyOf", ()):
        yield from _models(item)

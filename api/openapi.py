"""The API's description of itself: what the framework reads off the routes, and what all share.

The problems each operation can answer, `?lang=`, the bearer token, a summary and words for each
parameter are added here, for every route alike, so that none has to say them by hand.
"""

import re
from collections.abc import Iterator
from typing import Any, Final, cast

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from pydantic.json_schema import models_json_schema

from api.audited_route import AuditedRoute
from api.openapi_problems import OperationProblems, kinds_of, problem_responses
from api.openapi_words import EXAMPLES, PARAMETERS
from api.schemas.problems import Problem

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
    """An application whose OpenAPI document says all that its operations can answer."""

    def openapi(self) -> dict[str, Any]:
        """The document; made once."""
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
    """What is known of each operation of a document."""
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
    )  # before `lang`, which is wrong for nobody
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
    """`ETag` on whatever reads or writes one thing, `Location` where it is a new one."""
    answers: dict[str, Any] = asked.described["responses"]
    is_read = asked.method == "GET" and asked.path in _THINGS
    if (is_read or asked.takes("header", "If-Match")) and "200" in answers:
        answers["200"]["headers"] = {"ETag": dict(_ETAG)}
    elif asked.method == "POST" and asked.path in _PLACES:
        answers["201"]["headers"] = {"ETag": dict(_ETAG), "Location": dict(_LOCATION)}


def _summary(description: str) -> str:
    """Its first sentence; the first clause of a long one."""
    sentence = _SENTENCE.split(description, maxsplit=1)[0]
    return sentence if len(sentence) <= _LONGEST else _CLAUSE.split(description, maxsplit=1)[0]


def _explain(parameter: dict[str, Any]) -> None:
    name: str = parameter["name"]
    parameter.setdefault("description", PARAMETERS.get(name, ""))
    if name in EXAMPLES and "examples" not in parameter["schema"]:
        parameter["schema"]["examples"] = [EXAMPLES[name]]

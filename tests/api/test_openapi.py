"""The OpenAPI document describes every answer, every parameter and every problem."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import chain
from typing import Any, Final

import pytest
import schemathesis

from api.errors import KINDS
from api.openapi import ARISES, EXAMPLES, PARAMETERS
from api.schemas.imports import ImportFault
from api.schemas.problems import Fault
from api.schemas.reveal import CONTACT_VALUE
from tests.api import openapi_document

BUGS_AND_OTHER_METHODS = {"internal", "method"}


@cache
def document() -> dict[str, Any]:
    return openapi_document.document()


def operations() -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document()["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def parameters() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, operation in operations():
        for parameter in operation["parameters"]:
            yield f"{name} {parameter['name']}", parameter


def references(part: Any) -> Iterator[str]:
    match part:
        case dict():
            schema: dict[str, Any] = part  # pyright: ignore[reportUnknownVariableType] - JSON
            yield from [schema["$ref"]] if isinstance(schema.get("$ref"), str) else []
            yield from chain.from_iterable(map(references, schema.values()))
        case list():
            parts: list[Any] = part  # pyright: ignore[reportUnknownVariableType] - JSON
            yield from chain.from_iterable(map(references, parts))
        case _:
            pass


def kinds(operation: dict[str, Any]) -> set[str]:
    """Return the kinds of problem in the description of an operation."""
    shared = document()["components"]["responses"]
    actual = [
        shared[item["$ref"].rpartition("/")[2]]["content"]["application/problem+json"]
        for status, item in operation["responses"].items()
        if status >= "400"
    ]
    types = chain.from_iterable(row["schema"]["properties"]["type"]["enum"] for row in actual)
    return {item.removeprefix("/problems/") for item in types}


def test_the_openapi_document_equals_its_snapshot() -> None:
    agreed = openapi_document.SNAPSHOT.read_text(encoding="utf-8")
    is_same = openapi_document.snapshot() == agreed
    assert is_same, "the description of the API changed; if that is meant, run make golden"


@pytest.mark.slow
def test_the_document_is_valid_openapi_3_1_without_external_references() -> None:
    assert document()["openapi"].startswith("3.1")
    schemathesis.openapi.from_dict(document()).validate()
    assert {
        reference
        for reference in references(document())
        if not reference.startswith("#/components/")
    } == set()
    assert not {"servers", "externalDocs"} & document().keys()
    named = set(re.findall(r'"(https?://[^"]*)"', openapi_document.snapshot()))
    assert named == {"https://login.kommune.example"}  # the example of an issuer


def test_no_schema_name_is_qualified_by_its_module() -> None:
    assert [name for name in document()["components"]["schemas"] if "__" in name] == []


def test_the_fault_schema_has_every_field_of_an_import_fault() -> None:
    shown = {field.alias or name for name, field in Fault.model_fields.items()}
    assert set(ImportFault.model_fields) <= shown


def test_each_operation_has_one_question_tag_and_a_short_summary() -> None:
    summaries = [operation["summary"] for _, operation in operations()]
    for name, operation in operations():
        (tag,) = operation["tags"]
        assert tag.endswith("?") or tag == "Change it", name
        assert 4 < len(operation["summary"]) <= 120, name
        assert operation["description"].startswith(operation["summary"][:20]), name
    assert len(set(summaries)) >= 0.95 * len(summaries)


def test_each_parameter_has_a_description_and_shows_its_values() -> None:
    for name, parameter in parameters():
        assert parameter["description"], name
        assert is_shown(parameter["schema"]), name
    names = {parameter["name"] for _, parameter in parameters()}
    assert names >= PARAMETERS.keys() | EXAMPLES.keys()


def is_shown(schema: dict[str, Any]) -> bool:
    """Whether a schema has an example, or lists each of its values."""
    if {"examples", "enum", "const", "$ref"} & schema.keys():
        return True
    if schema.get("type") in ("boolean", "null", "integer") or "items" in schema:
        return True
    return bool(schema.get("anyOf")) and all(map(is_shown, schema["anyOf"]))


def test_each_request_body_has_an_example() -> None:
    schemas = document()["components"]["schemas"]
    for name, operation in operations():
        body = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if body is not None:
            for reference in references(body):
                sent = schemas[reference.rpartition("/")[2]]
                assert "examples" in sent or any(
                    "examples" in item for item in sent.get("properties", {}).values()
                ), f"{name} {reference}"


def test_each_operation_has_a_lang_query_parameter() -> None:
    for name, operation in operations():
        (lang,) = [
            parameter for parameter in operation["parameters"] if parameter["name"] == "lang"
        ]
        assert lang["in"] == "query", name


def test_each_problem_kind_is_documented_on_the_operations_where_it_arises() -> None:
    assert ARISES.keys() == KINDS.keys() - BUGS_AND_OTHER_METHODS
    actual = {name: kinds(operation) for name, operation in operations()}
    assert set().union(*actual.values()) == ARISES.keys()
    assert actual["GET /health/live"] == {"malformed", "too-large", "too-many", "busy"}
    assert {"conflict", "precondition-required", "key-reused"} <= actual["PATCH /links/{link_id}"]
    assert {"mediated-only", "budget-used", "step-up"} <= actual["POST /reveal"]
    assert "mediated-only" not in actual["GET /names"]
    assert "setup-required" not in actual["POST /setup"]
    assert {"audit-unavailable"} <= actual["GET /audit/mine"] & actual["GET /audit/about-me"]


def test_etag_and_location_headers_are_documented_for_reads_and_writes() -> None:
    actual = {
        f"{name} {status}": set(answer.get("headers", ()))
        for name, operation in operations()
        for status, answer in operation["responses"].items()
        if status < "300" and answer.get("headers")
    }
    addresses = [
        f"/{place}/{{{node}}}" for place, node in (("entities", "node_id"), ("links", "link_id"))
    ]
    changed = [
        f"{method} {address} 200" for address in addresses for method in ("PATCH", "DELETE", "GET")
    ]
    verified = [f"POST {address}/verify 200" for address in addresses]
    created = [f"POST /{place} 201" for place in ("entities", "links")]
    stored = [f"{method} /questions/{{question}} 200" for method in ("GET", "PUT")]
    stored += ["GET /vocabulary/own-kinds 200", "PUT /vocabulary/own-kinds/{kind_id} 200"]
    assert {name for name, headers in actual.items() if "ETag" in headers} == {
        *changed, *verified, *created, *stored
    }  # fmt: skip
    assert {name for name, headers in actual.items() if "Location" in headers} == {*created}


def test_withdrawing_a_consent_documents_responses_200_and_202() -> None:
    answers = document()["paths"]["/consents/{consent_id}/withdraw"]["post"]["responses"]
    assert {"200", "202"} <= answers.keys()


def test_every_operation_but_the_open_ones_declares_security() -> None:
    for name, operation in operations():
        assert not (("unauthenticated" not in kinds(operation)) and operation.get("security")), name
    opened = {name for name, operation in operations() if "security" not in operation}
    assert opened == {
        "GET /health/live", "GET /health/ready", "GET /problems/{slug}", "POST /invitations/redeem",
        "POST /sessions", "POST /setup",
    }  # fmt: skip


_UNTYPED: Final = frozenset({"read_openapi", "read_export", "read_import_errors"})
"""Operations without a model: they answer with documents of other standards, like OpenAPI."""


def models_in(part: object) -> set[str]:
    """Return the names of all models that a part of the document refers to, transitively."""
    models: set[str] = set()
    parts = [part]
    while parts:
        for name in {
            reference.rpartition("/")[2] for reference in references(parts.pop())
        } - models:
            models.add(name)
            parts.append(document()["components"]["schemas"][name])
    return models


def answers(operation: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the schema of each successful answer that is no stream."""
    return [
        content["schema"]
        for status, answer in operation["responses"].items()
        for media, content in answer.get("content", {}).items()
        if status.startswith("2") and media != "text/event-stream"
    ]


def has_example(schema: object) -> bool:
    """Whether there is an example in a model that a schema refers to."""
    schemas = document()["components"]["schemas"]
    return any("'examples'" in str(schemas[name]) for name in models_in(schema))


def test_each_operation_has_a_tag_a_description_and_a_unique_id() -> None:
    names = [operation["operationId"] for _, operation in operations()]
    assert len({*names}) == len(names) > 60
    for name, operation in operations():
        assert len(operation["tags"]) == 1, name
        assert operation["description"].split("\n\n")[0].endswith((".", "?")), name


def test_each_answer_has_a_model_with_an_example() -> None:
    for name, operation in operations():
        if operation["operationId"] in _UNTYPED:
            continue
        assert answers(operation) or "204" in operation["responses"], name
        for schema in answers(operation):
            assert models_in(schema), name
            assert has_example(schema), name


def test_each_request_body_has_a_model_with_an_example() -> None:
    for name, operation in operations():
        if operation["operationId"] == "send_import":
            continue  # a file in any supported format
        for media, content in operation.get("requestBody", {}).get("content", {}).items():
            assert media == "application/json", name
            assert models_in(content["schema"]), name
            assert has_example(content["schema"]), name


def test_a_reveal_and_nothing_else_can_carry_a_contact_value() -> None:
    schemas = document()["components"]["schemas"]
    carrying = {name for name, schema in schemas.items() if CONTACT_VALUE in str(schema)}
    assert carrying == {"RevealedDetail"}

    def carriers(part: Callable[[Mapping[str, Any]], object]) -> set[str]:
        each = [item for _, item in operations() if carrying & models_in(part(item))]
        return {operation["operationId"] for operation in each}

    assert carriers(answers) == {"reveal_detail"}
    assert carriers(lambda operation: operation.get("requestBody", {})) == set()


def test_contact_fields_occur_only_in_the_revealed_and_detail_schemas() -> None:
    named = {
        (name, field)
        for name, schema in document()["components"]["schemas"].items()
        for field, description in schema.get("properties", {}).items()
        if field in ("value", "number", "sealed", "phone", "email")
        and "'string'" in str(description)
    }
    assert named == {("RevealedDetail", "value"), ("Detail", "number"), ("LineNumber", "number")}

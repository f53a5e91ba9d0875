"""Does every operation tell what it is for, and can nothing but a reveal carry a contact value?"""

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from typing import Any, Final, cast

import pytest

from api.app import create_app
from api.schemas.reveal import CONTACT_VALUE

_SAID: Final = ("text/event-stream",)
"""What is no JSON document: a stream is told by words."""
_UNTYPED: Final = frozenset({"read_openapi", "read_export"})
"""What has no model: documents of other standards, as the API's description of itself is."""
Operation = Mapping[str, Any]


@pytest.fixture(scope="module")
def openapi() -> dict[str, Any]:
    """The whole description."""
    never: Any = nullcontext(None)
    return create_app(lambda _: never, lambda: never, lambda: never).openapi()


def operations(openapi: Mapping[str, Any]) -> Iterator[tuple[str, Operation]]:
    """Every operation and its name."""
    for template, of_path in openapi["paths"].items():
        for method, operation in of_path.items():
            yield f"{method.upper()} {template}", operation


def models_in(openapi: Mapping[str, Any], part: object, seen: set[str] | None = None) -> set[str]:
    """The names of all models that a part of the description leads to."""
    found = set[str]() if seen is None else seen
    match part:
        case dict():
            known = cast("dict[str, object]", part)
            name = str(known.get("$ref", "")).rpartition("/")[2]
            if name and name not in found:
                found.add(name)
                models_in(openapi, openapi["components"]["schemas"][name], found)
            for one in known.values():
                models_in(openapi, one, found)
        case list():
            for one in cast("list[object]", part):
                models_in(openapi, one, found)
        case _:
            pass
    return found


def answers(operation: Operation) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The status and schema of each good answer that is a document."""
    for status, told in operation["responses"].items():
        for media, content in told.get("content", {}).items():
            if status.startswith("2") and media not in _SAID:
                yield status, content["schema"]


def test_each_operation_has_a_tag_a_sentence_and_a_name_of_its_own(openapi: dict[str, Any]) -> None:
    known = list(operations(openapi))
    assert len(known) > 60
    for name, operation in known:
        assert len(operation["tags"]) == 1, name
        assert operation["description"].split("\n\n")[0].endswith((".", "?")), name
    names = [operation["operationId"] for _, operation in known]
    assert len({*names}) == len(names)


def test_each_answer_has_a_model_with_an_example(openapi: dict[str, Any]) -> None:
    for name, operation in operations(openapi):
        if operation["operationId"] in _UNTYPED:
            continue
        told = [schema for _, schema in answers(operation)]
        assert told or "204" in operation["responses"], name
        for schema in told:
            assert models_in(openapi, schema), name
            assert has_example(openapi, schema), name


def test_what_is_sent_has_a_model_with_an_example(openapi: dict[str, Any]) -> None:
    for name, operation in operations(openapi):
        for media, content in operation.get("requestBody", {}).get("content", {}).items():
            assert media == "application/json", name
            assert models_in(openapi, content["schema"]), name
            assert has_example(openapi, content["schema"]), name


def has_example(openapi: Mapping[str, Any], schema: object) -> bool:
    """Is there an example on it, or on a field of a model it leads to?"""
    schemas = openapi["components"]["schemas"]
    return any("'examples'" in str(schemas[one]) for one in models_in(openapi, schema))


def test_a_reveal_and_nothing_else_can_carry_a_contact_value(openapi: dict[str, Any]) -> None:
    schemas = openapi["components"]["schemas"]
    carrying = {name for name, schema in schemas.items() if CONTACT_VALUE in str(schema)}
    assert carrying == {"Revealed"}
    told = {
        operation["operationId"]
        for _, operation in operations(openapi)
        if carrying & models_in(openapi, [schema for _, schema in answers(operation)])
    }
    assert told == {"reveal_detail"}
    asked = {
        operation["operationId"]
        for _, operation in operations(openapi)
        if carrying & models_in(openapi, operation.get("requestBody", {}))
    }
    assert asked == set()


def test_a_number_is_told_unasked_only_of_a_line_that_is_public(openapi: dict[str, Any]) -> None:
    schemas: dict[str, Any] = openapi["components"]["schemas"]
    named = {
        (name, field)
        for name, schema in schemas.items()
        for field, told in schema.get("properties", {}).items()
        if field in ("value", "number", "sealed", "phone", "email") and "'string'" in str(told)
    }
    assert named == {("Revealed", "value"), ("Detail", "number")}

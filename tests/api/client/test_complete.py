"""Each operation of the API has its method in the client, with the same parameters and models."""

import inspect
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime
from types import NoneType, UnionType
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from urllib.parse import parse_qs

import pytest
from pydantic import BaseModel

import api.client
from api.client import ApiClient, Problem
from api.client.transport import VersionedValue
from tests.api.client.operations import Operation, operations
from tests.api.serving import served

OPERATIONS: Final = {one.id: one for one in operations()}
EACH: Final = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
_SPELLED_OUT: Final = {"open_session", "send_import"}  # no model: a sign-in, a file
_NO_MODEL: Final = {
    "read_openapi": "dict",
    "read_export": "DownloadedFile",
    "read_import_errors": "DownloadedFile",
}


def _methods() -> set[str]:
    return {name for name, _ in inspect.getmembers(ApiClient, callable) if name[0] != "_"}


def _hints(method: str) -> dict[str, Any]:
    return get_type_hints(getattr(ApiClient, method))


def _models(annotation: Any) -> set[str]:
    """Return the names of the models in a return type, inside pages and versions."""
    if annotation is NoneType:
        return set()
    if isinstance(annotation, TypeVar):
        return {item.__name__ for item in annotation.__constraints__}
    if get_origin(annotation) in (VersionedValue, Iterator, Generator):
        return _models(get_args(annotation)[0])
    return {annotation.__name__}


def test_each_operation_has_its_method_and_no_method_is_left_over() -> None:
    methods = [name for operation in OPERATIONS.values() for name in operation.methods]
    assert (len(methods), set(methods)) == (len(set(methods)), _methods() - {"close"})


@EACH
def test_a_method_returns_the_models_of_its_operation(operation: Operation) -> None:
    returned = {name for method in operation.methods for name in _models(_hints(method)["return"])}
    if operation.id == "read_changes":
        returned.remove("ChangeEvent")  # an event of its stream
    no_model = _NO_MODEL.get(operation.id)
    assert returned == (operation.answers if no_model is None else {no_model})


@EACH
def test_a_method_takes_the_parameters_and_body_of_its_operation(operation: Operation) -> None:
    if operation.id in _SPELLED_OUT:
        return
    hints = {name: item for each in operation.methods for name, item in _hints(each).items()}
    del hints["return"]
    posted = {name for name, item in hints.items() if _is_model(item)}
    assert set(hints) - posted == operation.parameters
    assert {hints[item].__name__ for item in posted} == {operation.body} - {None}


def test_every_posted_model_can_be_imported_from_the_client() -> None:
    posted = {
        operation.body for operation in OPERATIONS.values() if operation.id not in _SPELLED_OUT
    } - {None}
    assert posted <= set(api.client.__all__)
    assert all(hasattr(api.client, name) for name in api.client.__all__)


class Recorder:
    """A server that records each request and refuses it."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, set[str], set[str]]] = []

    async def __call__(self, scope: Any, _receive: Any, send: Any) -> None:
        path, query = scope["raw_path"].decode(), parse_qs(scope["query_string"].decode())
        reached = [
            operation
            for operation in OPERATIONS.values()
            if operation.is_asked(scope["method"], path)
        ]
        # `/audit/rows` is an operation of its own, not `/audit/{…}`
        names = [
            operation.id
            for operation in sorted(reached, key=lambda operation: operation.path.count("{"))
        ]
        headers = {name.decode() for name, _ in scope["headers"]}
        self.asked.append(((names or ["?"])[0], set(query), headers))
        await send({"type": "http.response.start", "status": 400, "headers": []})
        await send({"type": "http.response.body", "body": b"{}"})


def test_each_method_calls_its_operation_with_all_its_parameters() -> None:
    recorder = Recorder()
    with served(recorder) as address, ApiClient(address) as client:
        for operation in OPERATIONS.values():
            for name in sorted(operation.methods):
                for part in (
                    (client, client.dry_run) if hasattr(client.dry_run, name) else (client,)
                ):
                    _call(getattr(part, name))
                    operation_id, queries, headers = recorder.asked[-1]
                    assert operation_id == operation.id, name
                    is_dry = part is client.dry_run or name == "preview_proposal"
                    left_out = {"lang"} if is_dry else {"lang", "dry_run"}
                    if operation.id not in ("read_coverage", "read_changes"):
                        assert queries == operation.queries - left_out, name
                    assert ("if-match" in headers) == ("etag" in operation.parameters), name
                    assert ("idempotency-key" in headers) == ("key" in operation.parameters), name
    assert {item for item, _, _ in recorder.asked} == set(OPERATIONS)


def _call(method: Callable[..., Any]) -> None:
    hints = get_type_hints(method)
    del hints["return"]
    with suppress(Problem):
        next(method(**{name: _example_value(item) for name, item in hints.items()}))
    # the refused method raises its Problem before, or at the first page


def _example_value(annotation: Any) -> Any:
    """Return a value of a type; a text holds characters that must be escaped in an address."""
    if get_origin(annotation) in (UnionType, Union):
        annotation = next(get_arg for get_arg in get_args(annotation) if get_arg is not NoneType)
    if get_origin(annotation) is Sequence:
        return (_example_value(get_args(annotation)[0]),)
    if get_origin(annotation) is Literal:
        return get_args(annotation)[0]
    if _is_model(annotation):
        return annotation.model_construct()
    if annotation is bytes:
        return b""
    return {int: 1, date: date(2026, 11, 25), datetime: datetime(2026, 11, 25, 9).astimezone()}.get(
        annotation, "a/b?c"
    )


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)

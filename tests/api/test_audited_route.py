"""How a request is answered, in one thread, and which of its parameters the log holds readably."""

import inspect
from typing import Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts

from api.audited_route import AuditedRoute
from graph.access.policy import Role
from tests.fixtures.app import TestApp


def functions(dependant: Dependant) -> list[Any]:
    """Whatever a route calls before its endpoint."""
    found = [one.call for one in dependant.dependencies]
    return [*found, *(call for one in dependant.dependencies for call in functions(one))]


def test_nothing_a_plain_route_depends_on_takes_another_thread(app: TestApp) -> None:
    routes = [context.original_route for context in iter_route_contexts(app.asgi.routes)]
    plain = [
        route
        for route in routes
        if isinstance(route, AuditedRoute) and hasattr(route.endpoint, "runs_in_thread")
    ]
    assert len(plain) > 40
    for route in plain:
        for call in functions(route.dependant):
            assert inspect.iscoroutinefunction(call), f"{route.path}: {call} is no `async def`"


def test_an_endpoint_keeps_its_name_and_what_it_says_of_itself(app: TestApp) -> None:
    described = app.asgi.openapi()["paths"]["/names"]["get"]
    assert described["operationId"] == "read_names"
    assert described["summary"]
    assert [one["name"] for one in described["parameters"]][:1] == ["text"]


@pytest.mark.parametrize(("path", "asked"), [
    ("/coverage/map", {"measure": "VERIFIED", "meets_in": "SSP", "by": "REGION"}),
    ("/coverage/matrix", {"columns": "POST_KIND", "column": "MENTOR", "by": "REGION"}),
    ("/links", {"source": "ssp-post", "type": "COORDINATES", "limit": "5"}),
])  # fmt: skip
def test_ids_words_and_numbers_are_logged_as_they_are(
    app: TestApp, path: str, asked: dict[str, str]
) -> None:
    answer = app.http.get(path, params=asked, headers=app.as_(Role.COORDINATOR))
    assert answer.status_code == 200, answer.text
    (row,) = [row for row in app.told() if row["kind"] == "asked"]
    assert row["asked"] == asked

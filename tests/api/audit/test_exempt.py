"""Does each route leave a row, or stand on the written list of those that leave none?"""

from collections.abc import Iterator
from typing import Any, Final

from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.routing import BaseRoute

from api.audited_route import EXEMPT, AuditedRoute
from graph.access.policy import Role, Task
from tests.fixtures.app import TestApp

EXEMPT_FOLDERS: Final = ("/docs",)
"""Files of the interactive documentation, the same for every caller."""
BEFORE_SIGN_IN: Final[frozenset[tuple[str, str]]] = frozenset(
    {("POST", "/setup"), ("POST", "/sessions"), ("POST", "/invitations/redeem")}
)
"""Called before sign-in, and so without a task; their rows are written nonetheless."""
BY_LINK: Final[frozenset[tuple[str, str]]] = frozenset(
    {("GET", "/withdraw/{token}"), ("POST", "/withdraw/{token}")}
)
"""Called by a civilian with a link, without an account; they write their own rows."""


def routes(app: TestApp) -> Iterator[tuple[str, str, BaseRoute]]:
    """Method, path and route of all there are, files and documentation too."""
    asgi: Any = app.http.app
    for context in iter_route_contexts(asgi.routes):
        for method in sorted((context.methods or {"GET"}) - {"HEAD"}):
            yield method, context.path or "", context.original_route


def tasks(dependant: Dependant) -> set[Task]:
    """The tasks a route may be called for."""
    task = getattr(dependant.call, "task", None)
    found = {task} if isinstance(task, Task) else set[Task]()
    return found.union(*(tasks(one) for one in dependant.dependencies))


def is_exempt(method: str, path: str) -> bool:
    return (method, path) in EXEMPT or path.startswith(EXEMPT_FOLDERS)


def test_each_route_is_audited_and_has_a_task_or_stands_on_the_list(app: TestApp) -> None:
    for method, path, route in routes(app):
        if is_exempt(method, path):
            assert not (isinstance(route, AuditedRoute) and tasks(route.dependant)), path
            continue
        if (method, path) in BY_LINK:
            continue  # that they leave rows is seen below
        assert isinstance(route, AuditedRoute), f"{method} {path} leaves no row"
        assert tasks(route.dependant) or (method, path) in BEFORE_SIGN_IN, (
            f"{method} {path} has no task"
        )


def test_the_walk_reaches_the_routes_there_are(app: TestApp) -> None:
    known = {(method, path) for method, path, _ in routes(app)}
    assert {("GET", "/names"), ("GET", "/audit/rows"), ("POST", "/audit/terms")} <= known


def test_all_that_is_exempt_is_there(app: TestApp) -> None:
    known = {(method, path) for method, path, _ in routes(app)}
    assert known >= EXEMPT | BEFORE_SIGN_IN | BY_LINK
    for folder in EXEMPT_FOLDERS:
        assert any(path.startswith(folder) for _, path in known), folder


def test_each_audited_route_leaves_a_row_whoever_calls_it(app: TestApp) -> None:
    roles = {role: app.as_(role) for role in (Role.COORDINATOR, Role.DPO)}
    for method, path, route in routes(app):
        if not isinstance(route, APIRoute) or is_exempt(method, path):
            continue
        for headers in ({}, *roles.values()):
            before = app.audit.head()[0]
            app.http.request(method, _filled_in(path), headers=headers, json=_body(method))
            assert app.audit.head()[0] > before, f"{method} {path}"


def test_what_is_exempt_leaves_no_row(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    for method, path in sorted(EXEMPT):
        assert app.http.request(method, _filled_in(path), headers=headers).status_code < 500
    assert app.audit.head()[0] == 0


def _filled_in(path: str) -> str:
    return path.replace("{", "").replace("}", "").replace(":path", "")


def _body(method: str) -> object:
    return None if method in ("GET", "DELETE") else {}

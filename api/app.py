"""The FastAPI application: routes, exception handlers, middleware and lifespan resources."""

import gc
import secrets
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager
from functools import cache
from typing import Final, TypedDict

from anyio.to_thread import current_default_thread_limiter
from fastapi import Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute

from api.analysis.query_runner import QueryRunner
from api.analysis.replicas import Replicas
from api.audit.log import AuditLog
from api.audit.maintenance import with_maintenance
from api.consent_withdrawal import write_owed_withdrawals
from api.dependencies import require_setup
from api.directory import Directory
from api.errors import Refusal, kind_of, problem
from api.identity.oidc import oidc_of, oidc_verifier
from api.identity.store import IdentityStore
from api.middleware import RequestLimits, SecurityHeaders
from api.openapi import DescribedFastAPI
from api.routes import accounts as account_routes
from api.routes import (
    analysis,
    audit,
    changes,
    consents,
    coverage,
    entities,
    exports,
    history,
    impact,
    imports,
    me,
    own_kinds,
    paths,
    reveal,
    sign_in,
    system,
)
from api.settings import Settings
from api.state import AppState, language_of, request_id_of
from graph.access.policy import Task
from graph.errors import GraphError
from graph.store.encryption.key_file import KEY_BYTES

_ROUTERS: Final = (
    entities.names_router,
    paths.router,
    paths.path_diff_router,
    paths.handover_router,
    paths.meeting_participants_router,
    paths.reach_router,
    entities.router,
    entities.links_router,
    entities.neighborhood_router,
    coverage.router,
    history.router,
    impact.router,
    analysis.router,
    impact.cuts_router,
    impact.relations_router,
    impact.metrics_router,
    consents.router,
    consents.links,
    reveal.router,
    exports.router,
    changes.router,
    imports.upload_router,
    imports.router,
    analysis.questions_router,
    system.vocabulary_router,
    own_kinds.router,
    sign_in.router,
    me.router,
    me.myself,
    account_routes.router,
    audit.router,
)
_BEFORE_SETUP: Final = (system.router, sign_in.setup, system.docs_router)
"""Routers that answer before the first account exists."""
# A thread that waits for the store is blocked: 40 readers for 0.6 s, 16 writers, and a reserve.
_THREADS: Final = 64
# Spans would contain raw addresses and error texts; logging and audit are done by this API.
_UNTOLD: Final[TelemetryConfig] = {
    "tracing": False, "metrics": False, "logs": False, "operation_spans": False,
    "auto_configure": False,
}  # fmt: skip


class State(TypedDict):
    """The lifespan state, available to a request as `request.state`."""

    app_state: AppState


def create_app(
    open_directory: Callable[[IdentityStore], AbstractContextManager[Directory]],
    open_accounts: Callable[[], AbstractContextManager[IdentityStore]],
    open_audit: Callable[[], AbstractContextManager[AuditLog]],
    settings: Settings | None = None,
    *,
    read_web_key: Callable[[], bytes] = lambda: secrets.token_bytes(KEY_BYTES),
    read_explorer_key: Callable[[], bytes] = lambda: secrets.token_bytes(KEY_BYTES),
) -> FastAPI:
    """Build the application; its resources are opened at startup and closed at shutdown.

    `read_web_key` returns the key shared by all processes; by default each process generates its
    own. `read_explorer_key` returns the key that authenticates client addresses sent by the
    explorer.
    """
    app_settings = settings or Settings()

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[State]:
        with ExitStack() as until_end:
            accounts = until_end.enter_context(open_accounts())
            log = until_end.enter_context(open_audit())
            directory = until_end.enter_context(open_directory(accounts))
            until_end.enter_context(
                with_maintenance(
                    log,
                    directory.revision_by_key,
                    app_settings,
                    settle=lambda: write_owed_withdrawals(accounts, directory),
                )
            )
            replicas = until_end.enter_context(
                Replicas(
                    directory, most=app_settings.replicas, refill_s=app_settings.replica_refill_s
                )
            )
            accounts.withholdings.listen(replicas.end_all)
            current_default_thread_limiter().total_tokens = _THREADS
            gc.collect()
            gc.freeze()  # long-lived objects are excluded from later garbage collections
            yield {
                "app_state": AppState(
                    settings=app_settings, directory=directory, accounts=accounts, audit=log,
                    analysis=QueryRunner(replicas, query_s=app_settings.query_s),
                    web_key=read_web_key(), explorer_key=read_explorer_key(),
                    vouched=oidc_verifier(oidc_of(app_settings), accounts),
                )
            }  # fmt: skip

    app = DescribedFastAPI(
        title="Kontaktvej", version="0.1.0", lifespan=lifespan, docs_url=None, redoc_url=None,
        openapi_url=None, redirect_slashes=False, telemetry=_UNTOLD,
        summary="Whom do I contact, through whom, in what order?",
    )  # fmt: skip
    app.router.routes += _routes()
    for error in (GraphError, Refusal, RequestValidationError, HTTPException):
        app.add_exception_handler(error, _error_response)
    app.add_middleware(
        RequestLimits, most=app_settings.most_requests, hosts=app_settings.hosts,
        arrival_s=app_settings.arrival_s, uploads={("POST", "/imports"): Task.IMPORT},
    )  # fmt: skip
    # added last, so it is outermost
    app.add_middleware(SecurityHeaders, is_demo=app_settings.is_demo)
    return app


@cache
def _routes() -> list[BaseRoute]:
    """All routes with their dependencies, built once since every application has the same."""
    app = FastAPI(
        docs_url=None, redoc_url=None, openapi_url=None,
        generate_unique_id_function=lambda route: route.name,
    )  # fmt: skip
    for router in _ROUTERS:
        app.include_router(router, dependencies=[Depends(require_setup)])
    for router in _BEFORE_SETUP:
        app.include_router(router)
    list(iter_route_contexts(app.routes))  # otherwise done by the framework at the first request
    return app.router.routes


async def _error_response(request: Request, error: Exception) -> Response:
    if kind_of(error).status == 500:
        raise error  # an internal error: `RequestLimits` logs it and answers
    return problem(error, lang=language_of(request), request_id=request_id_of(request))

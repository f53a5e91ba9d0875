"""Routes of health, documentation and vocabulary.

The documentation page is static and public: its content comes from `/openapi.json`, which requires
a session. A user can therefore sign in on the page, and nothing is disclosed before.
"""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from api.audit.verify import BreakReason
from api.audited_route import AuditedRoute
from api.dependencies import background_principal, may, signed_in
from api.errors import KINDS
from api.i18n import _
from api.identity.store import Principal
from api.routes.own_kinds import own_kind
from api.schemas.problems import ProblemKind
from api.schemas.system import Enumeration, Ready, Revision, Vocabulary, WordOf
from api.state import RequestContext, app_state_of, language_of
from api.text.problems import EXPLAINED
from graph.access.field_groups import FieldGroup
from graph.access.policy import Action, Role, Scope, Task
from graph.access.purposes import Purpose
from graph.errors import NotFound
from graph.exchange.formats import ExportFormat
from graph.exchange.loss_report import LossKind
from graph.model import ChangeKind, ChangeReason
from graph.paths import answer_terms
from graph.paths.kernel.request import Direction, FewerWhy
from graph.paths.path_diff import PathChangeReason, PathFate
from graph.questions.coverage_map import MapLack, MapMeasure
from graph.questions.coverage_matrix import MatrixColumns
from graph.questions.handover import Gap
from graph.questions.history import Turn
from graph.questions.impact import SuccessorWhy, Worsening
from graph.questions.metrics import Metric
from graph.questions.owners import OwnerWhy
from graph.questions.path_changes import PathEffect
from graph.questions.post_states import PostState
from graph.questions.reference_needs import Reference
from graph.vocabulary import (
    AreaKind,
    Attendance,
    AuthorityKind,
    Channel,
    Competence,
    Confidence,
    ConsentPurpose,
    CoordinationFunction,
    Freshness,
    Label,
    Language,
    LegalGate,
    LinkType,
    NetworkKind,
    ObtainedHow,
    OrganizationKind,
    PlanKind,
    PostKind,
    PreventionLevel,
    ResourceKind,
    Rule,
    Sector,
    SupportKind,
    Term,
    Tier,
    Trigger,
    Visibility,
)

router = APIRouter(prefix="/health", tags=["Is it well?"])
Who = Annotated[Principal, Depends(background_principal)]


@router.get("/live")
def read_live() -> Ready:
    """Reports that the process is running; it checks nothing else."""
    return Ready(is_ready=True)


@router.get("/ready")
def read_ready(request: Request) -> Ready:
    """Reports that the graph can be read and the audit log written, else 503.

    The last check of either is at most a second old.
    """
    app_state = app_state_of(request)
    app_state.directory.revision()
    app_state.audit.require_writable()
    return Ready(is_ready=True)


@router.get("/revision")
def read_revision(request: Request, who: Who) -> Revision:
    """Returns the newest revision that may affect your answers.

    An answer with another revision may be out of date. This call does not count as activity of the
    session.
    """
    return Revision(revision=app_state_of(request).directory.newest(who.caller))


docs_router = APIRouter(tags=["How do I use this?"])
DocsPrincipal = Annotated[Principal, Depends(signed_in)]

# Swagger UI needs inline styles, and its icons are data URLs in its style sheet.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
_MEDIA: Final = {"js": "text/javascript", "css": "text/css", "png": "image/png"}
_SWAGGER: Final = ("swagger-ui-bundle.js", "swagger-ui.css", "favicon.png")
_OURS: Final = ("docs.js", "docs.css")
FILES: Final = {
    **{name: files("fastapi_offline") / "static" / name for name in _SWAGGER},
    **{name: files("api") / "static" / name for name in _OURS},
}
_PAGE: Final = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Kontaktvej API</title>
<link rel="icon" href="/docs/favicon.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/docs.css">
</head>
<body>
<form id="sign-in" data-refused="{refused}">
<h1>Kontaktvej API</h1>
<label>{login}<input name="login" autocomplete="username"></label>
<label>{password}<input name="password" type="password" autocomplete="current-password"></label>
<label>{totp}<input name="totp" inputmode="numeric" autocomplete="one-time-code"></label>
<label>{token}<input name="token" type="password" autocomplete="off"></label>
<button>{submit}</button>
<p id="message" role="alert"></p>
</form>
<main id="docs"></main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/docs.js"></script>
</body>
</html>
"""


@docs_router.get("/docs", include_in_schema=False)
def read_docs(request: Request) -> Response:
    """The documentation page: a sign-in form and a place for error messages."""
    lang = language_of(request)
    page = _PAGE.format(
        lang=lang,
        login=_("Login", lang),
        password=_("Password", lang),
        totp=_("One-time code, if you have one", lang),
        token=_("… or a token", lang),
        submit=_("Sign in", lang),
        refused=_("That was refused.", lang),
    )
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY, "Content-Language": lang})


@docs_router.get("/docs/{name}", include_in_schema=False)
def read_docs_file(name: str) -> Response:
    """A script or style of the documentation page, from our own files."""
    if name not in FILES:
        raise NotFound(name)
    media = _MEDIA[name.rpartition(".")[2]]
    return Response(_content(name), media_type=media, headers={"Cache-Control": "max-age=3600"})


@docs_router.get("/openapi.json")
def read_openapi(request: Request, _who: DocsPrincipal) -> Response:
    """Returns this API as an OpenAPI 3.1 document."""
    document: dict[str, Any] = request.app.openapi()
    return JSONResponse(document)


@docs_router.get("/problems/{slug}")
def read_problem_kind(slug: str, request: Request) -> ProblemKind:
    """Explains a kind of problem and what to do; its address is the `type` of a problem."""
    if slug not in KINDS:
        raise NotFound(slug)
    kind, lang = KINDS[slug], language_of(request)
    return ProblemKind(
        type=f"/problems/{slug}",
        status=kind.status,
        title=kind.title(lang),
        explanation=_(EXPLAINED[slug], lang),
    )


@cache
def _content(name: str) -> bytes:
    return FILES[name].read_bytes()


vocabulary_router = APIRouter(tags=["Which words are there?"], route_class=AuditedRoute)
OwnContext = Annotated[RequestContext, Depends(may(Task.OWN, plain=("lang",)))]
_OWN_NAME: Final[tuple[type[Term], ...]] = (
    Action, AreaKind, Attendance, AuthorityKind, ChangeKind, Channel, Competence,
    Confidence, ConsentPurpose, CoordinationFunction, Direction, FewerWhy,
    FieldGroup, Freshness, Gap, Label, LegalGate, LinkType, LossKind, MapLack, MapMeasure,
    MatrixColumns, Metric, NetworkKind, ObtainedHow, OrganizationKind, OwnerWhy, PathEffect,
    PathFate, PlanKind, PostKind, PostState, PreventionLevel, Purpose, Reference, ResourceKind,
    Role, Rule, Scope, Sector,
    SuccessorWhy, SupportKind, Task, Tier, Trigger, Turn, Visibility, Worsening,
    answer_terms.AvailabilityState, answer_terms.Cause, answer_terms.DirectGround,
    answer_terms.FitGroup, answer_terms.FitNeed,
    answer_terms.NoteKind, answer_terms.Obstacle, answer_terms.PassedWhy, answer_terms.Relaxed,
)  # fmt: skip
ENUMERATIONS: Final[Mapping[str, type[Term]]] = {
    **{words_of.__name__: words_of for words_of in _OWN_NAME},
    "Break": BreakReason,
    "ExportFormat": ExportFormat,
    "ChangeReason": ChangeReason,
    "PathReason": answer_terms.PathReason,
    "PathWhy": PathChangeReason,
    "Rung": answer_terms.AnswerRole,
}
"""All enumerations of the API by their wire names."""


@vocabulary_router.get("/vocabulary")
def read_vocabulary(context: OwnContext, lang: Language | None = None) -> Vocabulary:  # noqa: ARG001 - read by `context`
    """Lists all enumerations with their identifiers and names in Danish and English."""
    return Vocabulary(
        enumerations=tuple(
            Enumeration(
                name=name,
                words=tuple(
                    WordOf(
                        id=word.value,
                        label=word.label(context.lang),
                        label_da=word.label_da,
                        label_en=word.label_en,
                        code=word.number if isinstance(word, Competence) else None,
                    )
                    for word in words_of
                ),
            )
            for name, words_of in sorted(ENUMERATIONS.items())
        ),
        own_kinds=tuple(own_kind(kind, context.lang) for kind in context.directory.own_kinds.rows),
    )

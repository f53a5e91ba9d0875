"""The API told by itself: a page to try it out, its OpenAPI document, each problem in words.

The page is the same for everybody and empty: what it shows comes from `/openapi.json`, which is
for whoever is signed in. So a browser can sign in on it, and nothing is told before.
"""

from functools import cache
from importlib.resources import files
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from api.dependencies import signed_in
from api.errors import KINDS
from api.identity.store import Principal
from api.schemas.problems import ProblemKind
from api.state import language_of
from api.text.problems import EXPLAINED
from graph.errors import NotFound

router = APIRouter(tags=["How do I use this?"])
Who = Annotated[Principal, Depends(signed_in)]

# Swagger UI styles its parts inline, and draws its icons from data in its own style sheet.
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
<p id="told" role="alert"></p>
</form>
<main id="docs"></main>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/docs.js"></script>
</body>
</html>
"""
_WORDS: Final = {
    "da": {
        "login": "Brugernavn", "password": "Adgangskode", "totp": "Engangskode, hvis du har en",
        "token": "… eller en nøgle (token)", "submit": "Log ind", "refused": "Det blev afvist.",
    },
    "en": {
        "login": "User name", "password": "Password", "totp": "One-time code, if you have one",
        "token": "… or a token", "submit": "Sign in", "refused": "That was refused.",
    },
}  # fmt: skip


@router.get("/docs", include_in_schema=False)
def read_docs(request: Request) -> Response:
    """The page: a form to sign in with, and room for what is told then."""
    lang = language_of(request)
    page = _PAGE.format(lang=lang, **_WORDS[lang])
    return HTMLResponse(page, headers={"Content-Security-Policy": POLICY, "Content-Language": lang})


@router.get("/docs/{name}", include_in_schema=False)
def read_docs_file(name: str) -> Response:
    """A script or style of the page, from our own files."""
    if name not in FILES:
        raise NotFound(name)
    media = _MEDIA[name.rpartition(".")[2]]
    return Response(_content(name), media_type=media, headers={"Cache-Control": "max-age=3600"})


@router.get("/openapi.json")
def read_openapi(request: Request, _who: Who) -> Response:
    """The whole API as OpenAPI 3.1, for programs that read it."""
    document: dict[str, Any] = request.app.openapi()
    return JSONResponse(document)


@router.get("/problems/{slug}")
def read_problem_kind(slug: str, request: Request) -> ProblemKind:
    """What a kind of problem means and what to do: the address that stands in its `type`."""
    if slug not in KINDS:
        raise NotFound(slug)
    kind, lang = KINDS[slug], language_of(request)
    danish, english = EXPLAINED[slug]
    return ProblemKind(
        type=f"/problems/{slug}",
        status=kind.status,
        title=kind.title(lang),
        explanation=danish if lang == "da" else english,
    )


@cache
def _content(name: str) -> bytes:
    return FILES[name].read_bytes()

"""Sign-in at an OpenID Connect issuer; it creates the same API session as a password.

Authorization code flow with PKCE, state and nonce, as `authlib` implements it; the access token is
sent to the API once, which validates it, and is not stored.
"""

from typing import Any, Final, cast

import httpx
from anyio import to_thread
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import OAuth
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api.client import NotSignedIn, Problem
from explorer.help_pages import after_sign_in
from explorer.i18n import Language, gettext_in
from explorer.page import SIGN_IN, known_address
from explorer.session import client_for
from explorer.settings import ExplorerSettings
from explorer.sign_in import SignInPages

BEGIN: Final = f"{SIGN_IN}/oidc"
BACK: Final = f"{BEGIN}/callback"
_NEXT: Final = "next"


class OidcSignIn:
    """The endpoints of the authorization code flow."""

    def __init__(
        self, settings: ExplorerSettings, pages: SignInPages, screens: tuple[str, ...]
    ) -> None:
        self._settings, self._pages, self._screens = settings, pages, screens
        secret = settings.oidc_secret
        # authlib has no type annotations
        self._issuer: Any = cast("Any", OAuth()).register(
            "issuer",
            client_id=settings.oidc_client,
            client_secret=None if secret is None else secret.read_text("utf-8").strip(),
            server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
            client_kwargs={"scope": settings.oidc_scope, "code_challenge_method": "S256"},
        )

    def routes(self) -> list[Route]:
        """The routes of the endpoints."""
        return [
            Route(BEGIN, self.begin, methods=["GET"]),
            Route(BACK, self.back, methods=["GET"]),
        ]

    async def begin(self, request: Request) -> Response:
        """Redirect to the issuer; the address to return to is stored in a signed cookie."""
        request.session[_NEXT] = known_address(request.query_params.get(_NEXT), self._screens)
        url = request.url.replace(path=BACK, query="")
        back = str(url.replace(scheme="https") if self._settings.is_tls else url)
        try:
            return await self._issuer.authorize_redirect(request, back, **self._resource())
        except (httpx.HTTPError, AuthlibBaseError):
            return self._pages.refusal_page(request, 503, _away)

    async def back(self, request: Request) -> Response:
        """Handle the issuer's callback: open a session for the user, if the API knows them."""
        try:
            tokens = await self._issuer.authorize_access_token(request, **self._resource())
        except AuthlibBaseError:
            return self._pages.refusal_page(
                request,
                401,
                lambda lang: gettext_in(lang, "The sign-in was not completed. Begin again."),
            )
        except httpx.HTTPError:
            return self._pages.refusal_page(request, 503, _away)

        def open_session() -> str:
            with client_for(self._settings, request) as client:
                return client.sign_in_by_token(str(tokens["access_token"])).token

        try:
            token = await to_thread.run_sync(open_session)
        except NotSignedIn:
            return self._pages.refusal_page(request, 401, _unknown)
        except Problem as problem:
            if problem.slug == "no-grant":
                return self._pages.refusal_page(request, 403, _unknown)
            return self._pages.problem_page(request, problem)
        address = known_address(request.session.pop(_NEXT, None), self._screens)
        response = RedirectResponse(after_sign_in(request, address), 303)
        self._pages.keep(response, token)
        return response

    def _resource(self) -> dict[str, str]:
        audience = self._settings.oidc_audience
        return {} if audience is None else {"resource": audience}


def _away(lang: Language) -> str:
    return gettext_in(
        lang, "The sign-in service cannot be reached right now. Try again in a moment."
    )


def _unknown(lang: Language) -> str:
    return gettext_in(
        lang, "You are signed in there, but have no account here. Ask your administrator."
    )

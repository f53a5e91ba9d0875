"""Sign-in and sign-out pages, outside Streamlit because its scripts cannot set cookies.

Password and OpenID Connect both end in an API session; its token is stored in an HttpOnly cookie.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Final
from urllib.parse import urlencode

from anyio import to_thread
from pydantic import SecretStr, ValidationError
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from api.client import Invalid, NotSignedIn, Problem, Redemption, TooMany, Unavailable
from api.text.invitation import INVITATION
from explorer.components.shortcuts import STORAGE
from explorer.help_pages import after_sign_in
from explorer.i18n import Language, gettext_in
from explorer.page import SESSION, SIGN_IN, is_same_origin, known_address, language_of, theme_of
from explorer.session import client_for
from explorer.settings import ExplorerSettings
from explorer.templating import TEMPLATES

SIGN_OUT: Final = f"{SIGN_IN}/out"
_MOST_FIELDS: Final = 6
_MOST_OF_FIELD: Final = 64 * 1024  # 4,096 characters, each of them up to 4 bytes as %XX


class SignInPages:
    """The pages for sign-in, sign-out and redeeming an invitation."""

    def __init__(self, settings: ExplorerSettings, screens: tuple[str, ...]) -> None:
        self._settings, self._screens = settings, screens

    def routes(self) -> list[Route]:
        """The routes of the pages."""
        return [
            Route(SIGN_IN, self.show, methods=["GET"]),
            Route(SIGN_IN, self.sign_in, methods=["POST"]),
            Route(INVITATION, self.show_invited, methods=["GET"]),
            Route(INVITATION, self.redeem, methods=["POST"]),
            Route(SIGN_OUT, self.sign_out, methods=["POST"]),
        ]

    async def show(self, request: Request) -> Response:
        """Return the sign-in page."""
        return self._page(request, "sign_in.html")

    async def sign_in(self, request: Request) -> Response:
        """Open a session for valid credentials and redirect to the address in `next`."""
        if not is_same_origin(request, is_tls=self._settings.is_tls):
            return self._page(request, "sign_in.html", 403, _elsewhere)
        form = await _form(request)
        login, password = str(form.get("login", "")), str(form.get("password", ""))
        totp = str(form.get("totp", "")).replace(" ", "") or None

        def open_session() -> str:
            with client_for(self._settings, request) as client:
                return client.sign_in(login, password, totp).token

        try:
            token = await to_thread.run_sync(open_session)
        except Problem as problem:
            return self._page(request, "sign_in.html", *_refusal(problem), login=login)
        except ValidationError:
            return self._page(request, "sign_in.html", 401, _wrong, login=login)
        address = known_address(self._next(request), self._screens)
        response = RedirectResponse(after_sign_in(request, address), 303)
        self.keep(response, token)
        return response

    async def sign_out(self, request: Request) -> Response:
        """End the session, in the browser and at the API."""
        token = request.cookies.get(SESSION)

        def end() -> None:
            # On an error the session has ended already, or it will expire.
            with client_for(self._settings, request, token) as client, suppress(Problem):
                client.sign_out()

        if is_same_origin(request, is_tls=self._settings.is_tls) and token is not None:
            await to_thread.run_sync(end)
        response = RedirectResponse(SIGN_IN, 303)
        response.delete_cookie(SESSION)
        return response

    async def show_invited(self, request: Request) -> Response:
        """Return the page on which an invitation code is entered."""
        return self._page(request, "invitation.html")

    async def redeem(self, request: Request) -> Response:
        """Redeem an invitation code with a password of the user's choice."""
        if not is_same_origin(request, is_tls=self._settings.is_tls):
            return self._page(request, "invitation.html", 403, _elsewhere)
        form = await _form(request)

        def redeem_code() -> tuple[str, str | None]:
            code = SecretStr(str(form.get("code", "")).strip())
            password = SecretStr(str(form.get("password", "")))
            with client_for(self._settings, request) as client:
                account = client.redeem_invitation(Redemption(code=code, password=password))
            return account.login, account.totp_secret

        try:
            login, secret = await to_thread.run_sync(redeem_code)
        except Problem as problem:
            return self._page(request, "invitation.html", *_refusal(problem))
        except ValidationError:
            return self._page(
                request,
                "invitation.html",
                422,
                lambda lang: gettext_in(lang, "The code cannot be used. Ask for a new one."),
            )
        return self._page(request, "enrolled.html", login=login, secret=secret)

    def refusal_page(
        self, request: Request, status: int, why: Callable[[Language], str]
    ) -> Response:
        """Return the sign-in page with the reason of a refusal."""
        return self._page(request, "sign_in.html", status, why)

    def problem_page(self, request: Request, problem: Problem) -> Response:
        """Return the sign-in page with the reason of a problem that the API reported."""
        return self.refusal_page(request, *_refusal(problem))

    def keep(self, response: Response, token: str) -> None:
        """Set the session cookie: not readable by scripts, and it ends with the browser."""
        response.set_cookie(
            SESSION, token, httponly=True, samesite="lax", secure=self._settings.is_tls
        )

    def _next(self, request: Request) -> str | None:
        return request.query_params.get("next")

    def _page(
        self,
        request: Request,
        name: str,
        status: int = 200,
        why: Callable[[Language], str] | None = None,
        **values: object,
    ) -> Response:
        lang = language_of(request)
        address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        issuer = None
        if self._settings.oidc_issuer is not None:
            back = self._next(request)
            issuer = f"{SIGN_IN}/oidc" + (f"?{urlencode({'next': back})}" if back else "")
        text = TEMPLATES.get_template(name).render(
            lang=lang,
            theme=theme_of(request),
            _=partial(gettext_in, lang),
            address=address,
            other=request.url.include_query_params(language="en" if lang == "da" else "da").query,
            path=request.url.path,
            sign_in=SIGN_IN,
            invited=INVITATION,
            forget=STORAGE["needs"],
            vouched=issuer,
            why=None if why is None else why(lang),
            **values,
        )
        return HTMLResponse(text, status, headers={"Cache-Control": "no-store"})


async def _form(request: Request) -> FormData:
    return await request.form(max_fields=_MOST_FIELDS, max_files=0, max_part_size=_MOST_OF_FIELD)


def _refusal(problem: Problem) -> tuple[int, Callable[[Language], str]]:
    if isinstance(problem, NotSignedIn):
        return 401, _wrong
    if isinstance(problem, TooMany):
        return 429, lambda lang: gettext_in(
            lang, "Too many attempts. Wait a minute, then try again."
        )
    if problem.slug == "setup-required":
        return 503, lambda lang: gettext_in(
            lang,
            "There is no account yet. The operator makes the first one with the code that "
            "`kontaktvej serve` printed.",
        )
    if isinstance(problem, Unavailable):
        return 503, lambda lang: gettext_in(
            lang, "Kontaktvej cannot be reached right now. Try again in a moment."
        )
    if isinstance(problem, Invalid):
        return 422, lambda _: "; ".join(error.detail for error in problem.errors) or problem.detail
    return problem.status, lambda _: problem.detail


def _wrong(lang: Language) -> str:
    return gettext_in(
        lang, "Login, password or code is wrong, or the account is locked for a while."
    )


def _elsewhere(lang: Language) -> str:
    return gettext_in(lang, "The form came from another page. Fill it in here.")

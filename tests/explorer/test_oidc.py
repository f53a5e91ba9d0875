"""Signing in at a real OpenID provider: to its forms, and back to the requested address."""

import re
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from api.settings import Settings
from explorer.oidc import BACK
from explorer.page import SESSION
from graph.access.policy import Grant, Role
from graph.store.store import Store
from tests.api.serving import free_port, served
from tests.explorer.server import served_explorer
from tests.fixtures.app import opened_app
from tests.oidc_provider.running import SECRET, running_provider

pytestmark = pytest.mark.slow

AUDIENCE = "urn:kontaktvej:api"
WANTED = "/register?id=ssp-post"
_ACTION = re.compile(r'action="([^"]+)"')


@dataclass(frozen=True, slots=True)
class OidcExplorer:
    """An explorer whose users sign in at an issuer."""

    address: str
    issuer: str

    def sign_in(self, browser: httpx.Client, subject: str) -> httpx.Response:
        """Sign in at the issuer's forms, and consent to the explorer's request."""
        page = browser.get(f"{self.address}/login/oidc", params={"next": WANTED})
        for form in ({"prompt": "login", "login": subject, "password": "x"}, {"prompt": "consent"}):
            (action,) = _ACTION.findall(page.text)[:1]
            page = browser.post(str(page.url.join(action)), data=form)
        return page


@pytest.fixture
def oidc_explorer(kystby_store: Store, tmp_path: Path) -> Generator[OidcExplorer]:
    """Kystby, whose coordinator `amina` has an account at the issuer too."""
    port, secret = free_port(), tmp_path / "secret"
    secret.write_text(SECRET)
    with running_provider(callback=f"http://127.0.0.1:{port}{BACK}") as provider:
        believed = Settings(oidc_issuer=provider.issuer, oidc_audience=AUDIENCE)
        with opened_app(kystby_store, tmp_path, believed) as app, served(app.http.app) as api:
            account = app.accounts.logins.add("amina", subject=(provider.issuer, "amina"))
            grant = Grant(role=Role.COORDINATOR, areas=frozenset({"kystby"}))
            app.accounts.grant(account, grant, given_by="test")
            with served_explorer(
                api,
                port=str(port),
                oidc_issuer=provider.issuer,
                oidc_client="explorer-ES256",
                oidc_secret=str(secret),
                oidc_audience=AUDIENCE,
            ) as explorer:
                yield OidcExplorer(explorer.address, provider.issuer)


def _browser() -> httpx.Client:
    """Return an HTTP client that keeps cookies and follows redirects."""
    return httpx.Client(follow_redirects=True, headers={"Accept": "text/html"})


def test_oidc_sign_in_opens_the_requested_page_and_refuses_an_unknown_account(
    oidc_explorer: OidcExplorer,
) -> None:
    with _browser() as browser:
        assert "Log ind med din organisation" in browser.get(f"{oidc_explorer.address}/login").text
        ended = oidc_explorer.sign_in(browser, "amina")
        assert str(ended.url) == oidc_explorer.address + WANTED, ended.text
        assert browser.cookies.get(SESSION)
        location = httpx.get(f"{oidc_explorer.address}/login/oidc").headers["location"]
        assert location.startswith(oidc_explorer.issuer)
        assert "code_challenge_method=S256" in location
        assert "nonce=" in location

    with _browser() as stranger:
        refused = oidc_explorer.sign_in(stranger, "nobody-here")
        assert refused.status_code in {401, 403}
        assert "ingen konto her" in refused.text
        assert stranger.cookies.get(SESSION) is None


def test_an_unrequested_callback_is_refused(oidc_explorer: OidcExplorer) -> None:
    with _browser() as browser:
        forged = browser.get(f"{oidc_explorer.address}{BACK}", params={"code": "x", "state": "y"})
        assert forged.status_code == 401
        assert "Begynd igen" in forged.text
        assert browser.cookies.get(SESSION) is None

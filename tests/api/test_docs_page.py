"""The documentation page of the API in a real browser: it uses our own files and can call."""

from collections.abc import Generator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request, expect

from graph.access.policy import Role
from tests.api.serving import served
from tests.fixtures.accounts import PASSWORD
from tests.fixtures.app import TestApp

_PATIENCE_MS = 180_000
_VIOLATIONS = """
window.violations = [];
document.addEventListener("securitypolicyviolation",
  event => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


@dataclass(kw_only=True)
class Reader:
    """The page in a browser of its own, with its requests to other hosts and its errors."""

    page: Page
    login: str
    outside: list[str] = field(default_factory=list[str])
    errors: list[str] = field(default_factory=list[str])

    def sign_in(self, password: str) -> None:
        self.page.get_by_label("Login").fill(self.login)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Sign in").click()

    def operation(self, method: str, path: str) -> Locator:
        blocks = self.page.locator(f".opblock-{method.lower()}")
        block = blocks.filter(has=self.page.locator(f'[data-path="{path}"]'))
        block.locator(".opblock-summary-control").click()
        return block

    def violations(self) -> list[str]:
        violations: list[str] = self.page.evaluate("window.violations")
        return violations


@pytest.fixture
def reader(app: TestApp, browser: Browser) -> Generator[Reader]:
    """The page of a coordinator who has not signed in yet."""
    account = app.account(Role.COORDINATOR, person="amina")
    app.accounts.credentials.redeem(app.accounts.logins.invite(account).code, PASSWORD)
    login = app.accounts.logins.find(account).login
    with served(app.http.app) as address:
        context = browser.new_context(base_url=address, locale="en-GB")
        context.add_init_script(_VIOLATIONS)
        reader = Reader(page=context.new_page(), login=login)

        def note_request(request: Request) -> None:
            if urlsplit(request.url).netloc != urlsplit(address).netloc:
                reader.outside.append(request.url)

        def note_message(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning"):
                reader.errors.append(message.text)

        context.on("request", note_request)
        reader.page.on("console", note_message)
        reader.page.on("pageerror", lambda error: reader.errors.append(str(error)))
        reader.page.goto("/docs")
        yield reader
        context.close()


@pytest.mark.drill
def test_the_page_shows_all_operations_and_calls_one_without_outside_requests(
    app: TestApp, reader: Reader
) -> None:
    page = reader.page
    assert page.locator(".opblock").count() == 0  # nothing is shown before signing in
    reader.sign_in(PASSWORD)
    page.locator(".opblock").first.wait_for(timeout=_PATIENCE_MS)
    expect(page.locator("#sign-in")).to_be_hidden()
    paths = app.asgi.openapi()["paths"].values()
    expect(page.locator(".opblock")).to_have_count(sum(map(len, paths)))
    names = reader.operation("get", "/names")
    names.get_by_placeholder("text").fill("amina")
    names.get_by_role("button", name="Execute").click()
    answer = names.locator(".live-responses-table")
    answer.wait_for(timeout=_PATIENCE_MS)
    expect(answer.locator(".response-col_status").last).to_contain_text("200")
    expect(answer).to_contain_text("Amina")
    assert "Bearer" not in names.inner_text()  # text copied from the page holds no token
    assert (reader.errors, reader.outside, reader.violations()) == ([], [], [])


@pytest.mark.drill
def test_on_a_phone_an_operation_is_read_without_scrolling_sideways(reader: Reader) -> None:
    reader.page.set_viewport_size({"width": 360, "height": 740})
    reader.sign_in(PASSWORD)
    reader.page.locator(".opblock").first.wait_for(timeout=_PATIENCE_MS)
    for method, path in (("get", "/names"), ("post", "/paths")):
        reader.operation(method, path).locator(".responses-table").wait_for(timeout=_PATIENCE_MS)
        width: int = reader.page.evaluate("document.documentElement.scrollWidth")
        assert width <= 360, path


def test_a_wrong_password_shows_a_message_and_a_second_try_signs_in(reader: Reader) -> None:
    reader.sign_in("not the password")
    expect(reader.page.get_by_role("alert")).to_have_text("That was refused.", timeout=_PATIENCE_MS)
    assert reader.page.locator(".opblock").count() == 0
    reader.sign_in(PASSWORD)
    reader.page.locator(".opblock").first.wait_for(timeout=_PATIENCE_MS)
    assert (reader.outside, reader.violations()) == ([], [])


def test_the_content_security_policy_blocks_requests_to_other_hosts(reader: Reader) -> None:
    tried = "fetch('http://127.0.0.2:9/').then(() => 'reached', () => 'kept from it')"
    assert reader.page.evaluate(tried) == "kept from it"
    assert (reader.violations(), reader.outside) == (["connect-src http://127.0.0.2:9/"], [])

"""Access to the explorer: sessions, content security policy, signing in and out."""

import re
import socket
import sys
from collections.abc import Generator, Iterable
from http.cookies import SimpleCookie
from pathlib import Path

import httpx
import pytest

from explorer.address import PATHS
from explorer.page import SESSION, UnknownPage, known_address, policy
from explorer.settings import ExplorerSettings
from graph.access.policy import Role
from tests.explorer.screen import Screens, assert_shows
from tests.explorer.server import served_explorer

PASSWORD = "en lang ordret sætning"
PAGE = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def explorer(read_only: Screens) -> Generator[httpx.Client]:
    """Yield an HTTP client, without scripts, for the explorer over Kystby."""
    with (
        served_explorer(read_only.address) as served,
        httpx.Client(base_url=served.address, headers=PAGE) as browser,
    ):
        yield browser


@pytest.fixture
def login(read_only: Screens) -> str:
    """The login of an account with a password and no second factor."""
    return login_of(read_only)


def login_of(screens: Screens) -> str:
    """The login of a new coordinator with a password and no second factor."""
    return _login(screens, screens.app.account(Role.COORDINATOR, person="carl"))


def _login(screens: Screens, account: str) -> str:
    """Give an account a password and return its login."""
    accounts = screens.app.accounts
    accounts.credentials.redeem(accounts.logins.invite(account).code, PASSWORD)
    return accounts.logins.find(account).login


@pytest.fixture
def cookie(read_only: Screens) -> str:
    return f"{SESSION}={read_only.app.token(Role.COORDINATOR)}"


def _origin(browser: httpx.Client) -> dict[str, str]:
    return {"Origin": str(browser.base_url).rstrip("/")}


@pytest.mark.slow
def test_a_page_without_a_session_redirects_to_sign_in_with_the_return_address(
    explorer: httpx.Client,
) -> None:
    answer = explorer.get("/register?id=ssp-post")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fregister%3Fid%3Dssp-post"
    assert explorer.get("/").headers["location"] == "/login"


def test_every_response_has_the_security_headers(explorer: httpx.Client) -> None:
    for path in ("/login", "/", "/_stcore/health", "/app/static/words.js", "/nowhere"):
        headers = explorer.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "server" not in headers


def test_the_host_config_allows_no_other_origin(explorer: httpx.Client) -> None:
    assert explorer.get("/_stcore/host-config").json()["allowedOrigins"] == []


def test_a_foreign_or_second_host_header_is_refused(explorer: httpx.Client) -> None:
    assert explorer.get("/login", headers={"Host": "elsewhere.example"}).status_code == 400
    host = explorer.base_url.netloc.decode()
    assert _status(explorer, "/login", ("Host", host)) == 200
    for second in (host, "elsewhere.example"):
        assert _status(explorer, "/login", ("Host", host), ("Host", second)) == 400


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics", "/_stcore/script-health-check", "/_stcore/agent/openapi.json",
        "/auth/login", "/oauth2callback",
    ],
)  # fmt: skip
def test_unused_streamlit_routes_respond_with_404_even_with_a_session(
    explorer: httpx.Client, cookie: str, path: str
) -> None:
    for headers in ({}, {"Cookie": cookie}):
        assert explorer.get(path, headers=headers).status_code == 404


def test_a_websocket_opens_only_with_a_valid_session(
    read_only: Screens, explorer: httpx.Client, cookie: str
) -> None:
    token = read_only.app.token(Role.COORDINATOR)
    ended = {"Cookie": f"{SESSION}={token}"}
    assert _socket(explorer, ended) == 101
    read_only.app.end_session(token)
    assert _socket(explorer, {"Cookie": cookie}) == 101
    for headers in ({}, {"Cookie": f"{SESSION}=made-up"}, {"Cookie": f"{SESSION}=æ"}, ended):
        assert _socket(explorer, headers) == 403


def test_a_page_with_an_invalid_session_redirects_to_sign_in(explorer: httpx.Client) -> None:
    answer = explorer.get("/kort", headers={"Cookie": f"{SESSION}=made-up"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fkort")


@pytest.mark.parametrize("port", [1, 8501])
def test_a_websocket_opens_only_for_a_page_of_the_same_scheme_host_and_port(
    explorer: httpx.Client, cookie: str, port: int
) -> None:
    own = _origin(explorer)["Origin"]
    elsewhere = str(explorer.base_url.copy_with(port=port)).rstrip("/")
    others = (elsewhere, own.replace("http:", "https:"), own.replace("127.0.0.1", "localhost"))
    for origin in (*others, "null", f"{own}.example", f"{own}/"):
        assert _socket(explorer, {"Cookie": cookie, "Origin": origin}) == 403, origin
    assert _status(explorer, "/_stcore/stream", *_upgrade(explorer, {"Cookie": cookie})) == 403
    assert _socket(explorer, {"Cookie": cookie}) == 101


@pytest.mark.slow
def test_behind_a_proxy_a_websocket_opens_for_the_public_address(
    read_only: Screens, cookie: str
) -> None:
    settings = {"behind_tls": "true", "allowed_hosts": "kontaktvej.example"}
    with (
        served_explorer(read_only.address, **settings) as served,
        httpx.Client(base_url=served.address) as browser,
    ):
        proxy = {"Host": "kontaktvej.example", "Cookie": cookie}
        for extra in ({}, {"X-Forwarded-Proto": "https"}):
            headers = {**proxy, **extra}
            public = {"Origin": "https://kontaktvej.example"}
            assert _socket(browser, {**headers, **public}) == 101
            for origin in ("http://kontaktvej.example", "https://kontaktvej.example:8443"):
                assert _socket(browser, {**headers, "Origin": origin}) == 403, origin


_FILE_ADDRESS = "/_stcore/upload_file/session/file"


def test_uploads_and_stored_files_need_a_session(
    read_only: Screens, explorer: httpx.Client
) -> None:
    path, file = _FILE_ADDRESS, {"file": ("a.json", b"{}")}
    made_up = {"Cookie": f"{SESSION}=made-up", **_origin(explorer)}
    assert explorer.put(path, files=file).status_code == 303
    assert explorer.put(path, files=file, headers=made_up).status_code == 403
    assert explorer.get("/media/any.json", headers=made_up).status_code == 403
    steward = {"Cookie": f"{SESSION}={read_only.app.token(Role.STEWARD)}"}
    assert "pages of this address" in explorer.put(path, files=file, headers=steward).text
    answer = explorer.put(path, files=file, headers={**steward, **_origin(explorer)})
    assert answer.status_code == 403
    assert "XSRF" in answer.text, "Streamlit's own check comes next"


@pytest.mark.parametrize("role", Role)
def test_only_roles_with_a_screen_that_takes_files_may_upload(
    read_only: Screens, explorer: httpx.Client, role: Role
) -> None:
    headers = {"Cookie": f"{SESSION}={read_only.app.token(role)}", **_origin(explorer)}
    answer = explorer.put(_FILE_ADDRESS, files={"file": ("a.csv", b"a")}, headers=headers)
    assert answer.status_code == 403
    is_let_through = "XSRF" in answer.text
    assert is_let_through == (role in {Role.STEWARD, Role.ANALYST, Role.ADMIN}), answer.text


def test_the_export_form_needs_a_session(explorer: httpx.Client, cookie: str) -> None:
    form = {"export": "nodes", "asked": "x" * 500_000, "format": "CSV"}
    made_up = {"Cookie": f"{SESSION}=made-up"}
    answer = explorer.post("/eksport", data=form, headers=made_up)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Feksport")
    assert explorer.post("/eksport", data=form, headers={"Cookie": cookie}).status_code == 400


def _socket(browser: httpx.Client, headers: dict[str, str]) -> int:
    """Return the status of a request for a websocket, by default of a page of the same origin."""
    return _status(browser, "/_stcore/stream", *_upgrade(browser, {**_origin(browser), **headers}))


def _upgrade(browser: httpx.Client, headers: dict[str, str]) -> Iterable[tuple[str, str]]:
    """The headers of a request for a websocket, without an origin."""
    return {
        "Host": browser.base_url.netloc.decode(), "Connection": "Upgrade", "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==", **headers,
    }.items()  # fmt: skip


def _status(browser: httpx.Client, path: str, *headers: tuple[str, str]) -> int:
    """Return the status of a request with exactly these headers."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers)
    place = (browser.base_url.host, browser.base_url.port or 80)
    with socket.create_connection(place, timeout=300) as line:
        line.sendall(f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode())
        return int(line.recv(64).split()[1])


def test_the_page_is_in_the_readers_language(explorer: httpx.Client, cookie: str) -> None:
    danish = explorer.get("/", headers={"Cookie": cookie}).text
    assert_shows(danish, '<html lang="da">', "words.js")
    english = explorer.get("/", headers={"Cookie": f"{cookie}; language=en"}).text
    title = "<title>Kontaktvej</title>"
    assert_shows(english, '<html lang="en">', title, "address.js", "words.js", "tables.js")
    chosen = explorer.get("/register?id=a&language=en", headers={"Cookie": cookie})
    assert chosen.headers["location"] == "/register?id=a"
    assert SimpleCookie(chosen.headers["set-cookie"])["language"].value == "en"
    answer = explorer.get("//evil.example?language=en", headers={"Cookie": cookie})
    elsewhere = answer.headers["location"]
    assert elsewhere.startswith("/")
    assert not elsewhere.startswith("//")


def test_a_page_preloads_the_scripts_of_its_first_component(
    explorer: httpx.Client, cookie: str
) -> None:
    for path, component in (("/", "path"), ("/netvaerk", "network"), ("/kort", "map")):
        page = explorer.get(path, headers={"Cookie": cookie}).text
        scripts = re.findall(r'<link rel="modulepreload" href="(/[^"]+)">', page)
        assert any(f"kontaktvej.{component}/{component}-" in script for script in scripts)
        assert any("BidiComponent" in script for script in scripts)
        assert {explorer.get(script).status_code for script in scripts} == {200}
        assert "SourceSans" not in page
        assert "IBMPlexSans-Regular.woff2" in page


def test_the_page_includes_our_styles_after_those_of_streamlit(
    explorer: httpx.Client, cookie: str
) -> None:
    _, _, behind = explorer.get("/", headers={"Cookie": cookie}).text.partition('<div id="root">')
    for name in ("kv-head", "st-key-register-rows", "kv-areas", "kv-schema"):
        assert re.search(rf"<style>[^<]*\.{name}\b", behind), name


def test_signing_in_sets_an_http_only_cookie_and_returns_to_the_requested_page(
    explorer: httpx.Client, login: str
) -> None:
    form, next_page = {"login": login, "password": PASSWORD}, "%2Fregister%3Fid%3Dssp-post"
    answer = explorer.post(f"/login?next={next_page}", data=form, headers=_origin(explorer))
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "/register?id=ssp-post"
    cookie = SimpleCookie(answer.headers["set-cookie"])[SESSION]
    assert cookie["httponly"]
    assert cookie["samesite"] == "lax"
    assert not cookie["max-age"]
    assert explorer.post("/login/out", headers=_origin(explorer)).headers["location"] == "/login"
    explorer.cookies.clear()


def test_a_wrong_password_gets_401_and_a_form_of_another_origin_403(
    explorer: httpx.Client, login: str
) -> None:
    form = {"login": login, "password": "forkert kodeord her"}
    wrong = explorer.post("/login", data=form, headers=_origin(explorer))
    assert wrong.status_code == 401
    assert "passer ikke" in wrong.text
    assert "forkert kodeord" not in wrong.text
    foreign = explorer.post("/login", data=form, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 403
    assert explorer.post("/login", data=form).status_code == 403


@pytest.mark.drill
@pytest.mark.skipif(sys.platform != "linux", reason="one machine has many addresses on Linux")
def test_guessing_logins_is_throttled_and_blocks_no_rightful_sign_in(
    read_only: Screens, login: str
) -> None:
    key = read_only.app.folder / "keys" / "explorer.key"
    with served_explorer(read_only.address, address_key=str(key)) as served:

        def tried(address: str, **form: str) -> int:
            """Sign in from an address of this machine; return the status."""
            line = httpx.HTTPTransport(local_address=address)
            with httpx.Client(base_url=served.address, transport=line) as browser:
                return browser.post("/login", data=form, headers=_origin(browser)).status_code

        for number in range(51):
            form = {"login": f"made-up-{number}", "password": "forkert kodeord her"}
            assert tried("127.0.0.9", **form) == 401
        guesses = [tried("127.0.0.9", login=login, password="forkert") for _ in range(3)]
        assert guesses == [401, 429, 429], "whoever guesses is slowed down"
        assert tried("127.0.0.1", login=login, password=PASSWORD) == 303, "and the owner is not"
        neighbor = _login(read_only, read_only.app.account(Role.ANALYST))
        assert tried("127.0.0.9", login=neighbor, password=PASSWORD) == 303


def test_an_invitation_is_redeemed_once_in_the_browser(
    read_only: Screens, explorer: httpx.Client
) -> None:
    code = read_only.app.accounts.logins.invite(read_only.app.account(Role.ANALYST)).code
    form = {"code": code, "password": PASSWORD}
    answer = explorer.post("/login/invitation", data=form, headers=_origin(explorer))
    assert answer.status_code == 200, answer.text
    assert "Din konto er klar" in answer.text
    again = explorer.post("/login/invitation", data=form, headers=_origin(explorer))
    assert again.status_code in {401, 422}


@pytest.mark.slow
def test_signing_in_without_an_api_responds_with_503() -> None:
    with served_explorer("http://127.0.0.1:9") as served:
        form, headers = {"login": "line", "password": "x"}, {"Origin": served.address}
        answer = httpx.post(f"{served.address}/login", data=form, headers=headers)
        assert answer.status_code == 503
        assert "kan ikke nås" in answer.text
        assert served.process.poll() is None
    assert served.process.returncode == 0, "it ends with whoever started it"


@pytest.mark.parametrize(
    ("address", "leads"),
    [
        ("/register?id=x", "/register?id=x"),
        ("/?start=a", "/?start=a"),
        (None, "/"),
        ("//evil.example", "/"),
        ("https://evil.example/register", "/"),
        ("/\\evil.example", "/"),
        ("/register\r\nSet-Cookie: a=b", "/"),
        ("/nowhere", "/"),
    ],
)
def test_signing_in_redirects_only_to_known_screens(address: str | None, leads: str) -> None:
    assert known_address(address, PATHS) == leads


def test_an_unknown_streamlit_page_gets_no_policy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert "'sha256-" in policy()
    other = tmp_path / "index.html"
    other.write_text("<script>one</script><script>two</script>")
    monkeypatch.setattr("explorer.page.PAGE", other)
    with pytest.raises(UnknownPage):
        policy()


def test_a_public_host_without_tls_is_refused() -> None:
    with pytest.raises(ValueError, match="can be reached by others"):
        ExplorerSettings(host="0.0.0.0")
    assert ExplorerSettings(host="0.0.0.0", behind_tls=True).is_tls

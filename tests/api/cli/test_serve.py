"""`kontaktvej serve` starts only where that is safe, says why not, and stops in good order."""

import os
import re
import signal
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from typing import cast

import httpx
import psutil
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from uvicorn import Config

from api.cli.console import CommandRefused
from api.cli.serve import (
    DEMO_MARK,
    checked_settings,
    is_here,
    open_listener,
    require_own_secrets,
    require_safe,
    uvicorn_config,
    with_screens,
)
from api.http_limits import BoundedHttp
from api.identity.demo import ROLES
from api.identity.store import Assurance, open_identity_store
from api.middleware import MODE
from api.settings import Settings, load_settings
from graph.access.policy import Grant, Role
from graph.paths.policy_file import SHIPPED
from graph.store.encryption.key_file import KeyringRefused, create_private
from graph.store.engine.process import running_engine
from graph.store.location import StoreLocation
from graph.store.store import Store
from graph.vocabulary import PreventionLevel
from seed.loader import TODAY_MARK
from tests.api.process import PATIENCE_S, Process, environment, read_all, serving, started
from tests.api.shell import Shell
from tests.change_sets import fill_with_kystby
from tests.databases import Server
from tests.fixtures.app import bearer

posix = pytest.mark.skipif(
    os.name != "posix", reason="signals and rights of files as POSIX has them"
)
HERE = StoreLocation(home=Path("unused"))


# ---- refused settings


def test_the_screens_url_is_the_explorer_beside_unless_set_or_open_to_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    beside = "http://127.0.0.1:8600"
    assert with_screens(Settings(), beside).screens_url == f"{beside}/"
    for_others = Settings(host="0.0.0.0")
    assert with_screens(for_others, beside).screens_url == for_others.screens_url
    monkeypatch.setenv("KONTAKTVEJ_SCREENS_URL", "https://kontaktvej.example/")
    assert with_screens(Settings(), beside).screens_url == "https://kontaktvej.example/"


@pytest.mark.parametrize(("options", "message"), [
    ({"host": "0.0.0.0"}, "--behind-proxy"),
    ({"host": "::"}, "--behind-proxy"),
    ({"host": "kontaktvej.kystby.dk"}, "--behind-proxy"),
    ({"certificate": Path("c.pem")}, "--key"),
    ({"certificate_key": Path("k.pem")}, "--certificate"),
    ({"certificate": Path("c.pem"), "certificate_key": Path("k.pem")}, "does not exist"),
])  # fmt: skip
def test_an_unsafe_address_or_certificate_setting_is_refused_with_a_fix(
    options: dict[str, object], message: str
) -> None:
    with pytest.raises(CommandRefused) as error:
        require_safe(load_settings(Settings, **options), HERE)
    assert message in error.value.text("en")
    assert error.value.text("da") != error.value.text("en")


def test_a_certificate_and_the_key_of_another_are_refused(tmp_path: Path) -> None:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kontaktvej.example")])
    files: list[dict[str, object]] = []
    for number in range(2):
        key = ec.generate_private_key(ec.SECP256R1())
        certificate = x509.CertificateBuilder(
            name, name, key.public_key(), number + 1,
            datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC),
        ).sign(key, SHA256())  # fmt: skip
        pair = tmp_path / f"certificate-{number}.pem", tmp_path / f"key-{number}.pem"
        pair[0].write_bytes(certificate.public_bytes(Encoding.PEM))
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        create_private(pair[1], pem)
        files.append({"certificate": pair[0], "certificate_key": pair[1]})
    require_safe(load_settings(Settings, **files[0]), HERE)
    other = files[1]["certificate_key"]
    with pytest.raises(CommandRefused, match="do not belong together"):
        require_safe(load_settings(Settings, **{**files[0], "certificate_key": other}), HERE)


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "[::1]", "localhost"])
def test_a_loopback_address_needs_no_certificate(host: str) -> None:
    assert is_here(host)
    require_safe(load_settings(Settings, host=host), HERE)


def test_any_address_is_allowed_behind_a_proxy() -> None:
    require_safe(load_settings(Settings, host="0.0.0.0", behind_proxy=True), HERE)


def test_a_remote_database_needs_tls_unless_plain_bolt_is_allowed() -> None:
    for uri in ("bolt://db.kystby.dk:7687", "neo4j://10.0.0.5"):
        place = StoreLocation(home=Path("unused"), uri=uri)
        with pytest.raises(CommandRefused, match="KONTAKTVEJ_PLAIN_BOLT"):
            require_safe(Settings(), place)
        require_safe(load_settings(Settings, plain_bolt=True), place)
    for uri in ("neo4j+s://db.kystby.dk", "bolt+ssc://10.0.0.5", "bolt://localhost:7687"):
        require_safe(Settings(), StoreLocation(home=Path("unused"), uri=uri))


@posix
def test_a_secret_readable_by_others_is_refused_and_named(tmp_path: Path) -> None:
    for folder in ("keys", "accounts", "neo4j"):
        (tmp_path / folder).mkdir(mode=0o700)
    secrets = [tmp_path / "keys" / "master.json", tmp_path / "accounts" / "accounts.sqlite",
               tmp_path / "neo4j" / "password"]  # fmt: skip
    for secret in secrets:
        create_private(secret)
    require_own_secrets(tmp_path)
    for open_to_others in (*secrets, tmp_path / "keys"):
        rights = open_to_others.stat().st_mode
        open_to_others.chmod(rights | 0o040)
        with pytest.raises(KeyringRefused, match=str(open_to_others)):
            require_own_secrets(tmp_path)
        open_to_others.chmod(rights)


def test_an_unusable_host_or_port_is_refused_naming_its_option() -> None:
    with open_listener("127.0.0.1", 0) as listener:
        port: int = listener.getsockname()[1]
        with pytest.raises(CommandRefused, match="--port"):
            open_listener("127.0.0.1", port)
    with pytest.raises(CommandRefused, match="--host"):
        open_listener("192.0.2.1", 0)


def test_a_setting_that_cannot_be_used_is_named() -> None:
    with pytest.raises(CommandRefused, match="KONTAKTVEJ_PORT"):
        checked_settings(Settings, port=70_000)


@pytest.mark.slow
def test_a_folder_of_the_demo_is_not_served(store: Store, server: Server, tmp_path: Path) -> None:
    assert DEMO_MARK == TODAY_MARK
    store.set_mark(DEMO_MARK, "2026-11-25")
    log = tmp_path / "stderr.log"
    with started(("serve",), environment(tmp_path, server), log) as process:
        assert process.wait(PATIENCE_S) == 2
    assert "kontaktvej demo --serve" in " ".join(log.read_text("utf-8").split())


@pytest.mark.slow
def test_a_second_server_of_a_folder_is_refused_and_the_first_goes_on(
    process: Process, server: Server, tmp_path: Path
) -> None:
    log = tmp_path / "second.log"
    arguments = ("serve", "--port", "0")
    with started(arguments, environment(tmp_path, server), log) as second:
        assert second.wait(PATIENCE_S) == 2
    assert "--workers" in " ".join(log.read_text("utf-8").split())
    assert request(process, "/health/live").status_code == 200


def test_uvicorn_sends_no_server_header_and_bounds_requests() -> None:
    config = uvicorn_config(load_settings(Settings, workers=2))
    assert not config.access_log
    assert not config.server_header
    assert not config.proxy_headers
    assert cast("partial[BoundedHttp]", config.http).func is BoundedHttp
    assert config.timeout_graceful_shutdown
    assert config.timeout_worker_healthcheck > Config(app="").timeout_worker_healthcheck
    assert uvicorn_config(load_settings(Settings, behind_proxy=True)).proxy_headers


# ---- in a separate process


@pytest.mark.slow
@posix
def test_a_request_in_progress_is_answered_before_the_process_ends(process: Process) -> None:
    with process.connect() as line:
        line.sendall(b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{")
        process.answer(b"GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n")  # `line` is read
        process.process.send_signal(signal.SIGTERM)
        until_refused(process)
        line.sendall(b"}")
        assert read_all(line).startswith(b"HTTP/1.1 404")
    assert process.process.wait(PATIENCE_S) == 0


def until_refused(process: Process) -> None:
    ends_at = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends_at:
        try:
            process.connect().close()
        except ConnectionResetError:
            continue  # accepted while the server was closing
        except ConnectionRefusedError:
            return
    raise AssertionError("still listening")


@pytest.mark.slow
@posix
def test_writes_pending_at_shutdown_are_whole_or_absent(
    process: Process, server: Server, tmp_path: Path
) -> None:
    with open_identity_store(tmp_path / "accounts") as identities:
        account = identities.add("steward")
        levels = frozenset(PreventionLevel)
        grant = Grant(role=Role.STEWARD, areas=frozenset({"kystby"}), levels=levels)
        identities.grant(account, grant, given_by="test")
        headers = bearer(identities.open_session(account, Assurance.STRONG))
    clubs = [f"org-klub-{number}" for number in range(6)]

    def create(club: str) -> int | None:
        """The status; None where the connection was closed without one."""
        body = {"creates": [
            {"label": "Organization", "id": club, "called": "@club",
             "fields": {"kind": "SPORTS_CLUB", "name": "Roklubben Havet"}},
            {"type": "COVERS", "fields": {"source_id": "@club", "target_id": "kystby"}},
        ]}  # fmt: skip
        url = f"{process.address}/change-sets"
        try:
            return httpx.post(url, json=body, headers=headers, timeout=PATIENCE_S).status_code
        except httpx.TransportError:
            return None

    with ThreadPoolExecutor(len(clubs)) as threads, server.driver.session(
        database=server.database
    ) as session:  # fmt: skip
        with session.begin_transaction() as transaction:
            transaction.run("MATCH (store:Store) SET store.mark_held = 'here'").consume()
            answers = [threads.submit(create, club) for club in clubs]
            blocked = "SHOW TRANSACTIONS YIELD status WHERE status STARTS WITH 'Blocked' RETURN 1"
            ends_at = time.monotonic() + PATIENCE_S
            while not server.ask(blocked):
                assert not any(answer.done() for answer in answers)
                assert time.monotonic() < ends_at, "none came as far as the database"
            process.process.send_signal(signal.SIGTERM)
            until_refused(process)
            transaction.rollback()
        statuses = {club: answer.result() for club, answer in zip(clubs, answers, strict=True)}
    assert process.process.wait(PATIENCE_S) == 0
    unknown = [(0, 0), (1, 1)]  # no answer, or an answer that says that the outcome is unknown
    allowed = {200: [(1, 1)], 503: unknown, None: unknown}
    for club, status in statuses.items():
        (row,) = server.ask(
            "OPTIONAL MATCH (club:Organization {id: $id}) OPTIONAL MATCH (club)-[tie:COVERS]->() "
            "RETURN count(DISTINCT club) AS nodes, count(DISTINCT tie) AS links",
            id=club,
        )
        assert (row["nodes"], row["links"]) in allowed.get(status, [(0, 0)]), (club, status)
    assert any(statuses.values())  # the waiting requests were answered


@pytest.mark.slow
@posix
def test_ctrl_c_stops_the_server_and_its_log_holds_no_query_string(process: Process) -> None:
    response = process.answer(b"GET /names?text=amina HTTP/1.0\r\nHost: localhost\r\n\r\n")
    assert response.startswith(b"HTTP/1.1 503")  # no account exists yet
    assert b"server:" not in response.lower()
    wide = b"GET / HTTP/1.0\r\nHost: localhost\r\nX-Wide: " + b"a" * 20_000
    assert process.answer(wide).startswith(b"HTTP/1.1 400")
    assert process.stop(signal.SIGINT) == 0
    text = process.log.read_text("utf-8")
    assert "GET /names 503" in text
    assert "amina" not in text
    assert "Traceback" not in text


def workers_of(process: Process) -> list[psutil.Process]:
    """Return the worker processes that uvicorn has spawned."""
    below = psutil.Process(process.process.pid).children(recursive=True)
    return [item for item in below if any("spawn_main" in part for part in item.cmdline())]


def answering_workers(process: Process) -> set[int]:
    """Return the worker that answers ready on a new connection; empty where it is not ready."""
    with closing(HTTPConnection("127.0.0.1", process.port, timeout=PATIENCE_S)) as line:
        line.request("GET", "/health/ready")
        answer = line.getresponse()
        answer.read()
        ours: int = line.sock.getsockname()[1]
        return {
            worker.pid
            for worker in workers_of(process)
            for net_connection in worker.net_connections("tcp4")
            if answer.status == 200 and net_connection.raddr and net_connection.raddr.port == ours
        }


@pytest.mark.drill
@posix
def test_two_processes_share_one_address(store: Store, server: Server, tmp_path: Path) -> None:
    fill_with_kystby(store)
    variables = environment(tmp_path, server)
    arguments = ("serve", "--workers", "2", "--port", "0")
    with serving(*arguments, variables=variables, folder=tmp_path) as process:
        answered = set[int]()
        ends_at = time.monotonic() + PATIENCE_S
        while len(answered) < 2:
            answered |= answering_workers(process)
            assert time.monotonic() < ends_at, "one of them never answered"
        workers = workers_of(process)
        assert {worker.pid for worker in workers} == answered
        assert process.stop(signal.SIGTERM) == 0
        assert not any(worker.is_running() for worker in workers)
    assert "Traceback" not in process.log.read_text("utf-8")


@pytest.mark.drill
@posix
def test_workers_end_with_their_parent(store: Store, server: Server, tmp_path: Path) -> None:
    fill_with_kystby(store)
    arguments = ("serve", "--workers", "2", "--port", "0")
    with serving(*arguments, variables=environment(tmp_path, server), folder=tmp_path) as process:
        process.until_ready()
        workers = workers_of(process)
        assert len(workers) == 2
        process.stop(signal.SIGKILL)
        _, alive = psutil.wait_procs(workers, timeout=PATIENCE_S)
        for item in alive:
            item.kill()
    assert not alive
    with pytest.raises(ConnectionRefusedError):
        process.connect()


@pytest.mark.drill
def test_workers_that_cannot_start_end_the_server_with_a_fault(
    store: Store, server: Server, tmp_path: Path
) -> None:
    fill_with_kystby(store)
    url = f"sqlite:///{tmp_path / 'none' / 'audit.sqlite'}"  # opened by the workers alone
    variables = environment(tmp_path, server, KONTAKTVEJ_AUDIT_URL=url)
    log = tmp_path / "stderr.log"
    with started(("serve", "--workers", "2", "--port", "0"), variables, log) as process:
        process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 3
    assert "failed to start" in log.read_text("utf-8")


@pytest.mark.slow
def test_a_broken_policy_is_refused_before_workers_start(tmp_path: Path) -> None:
    broken = tmp_path / "broken.toml"
    broken.write_text(SHIPPED.read_text("utf-8").replace("free = 30", "fre = 30"), "utf-8")
    variables = environment(tmp_path / "home", KONTAKTVEJ_POLICY=str(broken))
    log = tmp_path / "stderr.log"
    with started(("serve", "--workers", "2", "--port", "0"), variables, log) as process:
        printed, _ = process.communicate(timeout=PATIENCE_S)
    assert (process.returncode, printed) == (2, "")
    assert "hub.fre: is not known; do you mean free?" in log.read_text("utf-8")
    assert not (tmp_path / "home").exists()


_EXPLORER = re.compile(r"^Screens: (http://127\.0\.0\.1:\d+) ", re.MULTILINE)
_LOGIN = re.compile(r"^  (\S+) +(\S+)$", re.MULTILINE)
SCREENS = {"KONTAKTVEJ_EXPLORER_PORT": "0"}


def explorer_of(process: Process) -> str:
    (address,) = _EXPLORER.findall(process.output)
    return str(address)


def request(process: Process, path: str, **fields: object) -> httpx.Response:
    return httpx.request(
        "POST" if fields else "GET", process.address + path, json=fields or None, timeout=PATIENCE_S
    )


def assert_stops_with_screens(process: Process) -> None:
    assert process.stop(signal.SIGTERM) == 0
    for address in (process.address, explorer_of(process)):
        with pytest.raises(httpx.ConnectError):
            httpx.get(address, timeout=PATIENCE_S)
    assert "Traceback" not in process.log.read_text("utf-8")


def home_for_the_demo(server: Server, folder: Path) -> Path:
    """Return the data folder of the tests, whose engine runs already, as after any other command.

    Where the tests use a server from NEO4J_URI, return a new folder: the demo never uses that one.
    """
    answer = server.ask("SHOW SETTINGS 'server.directories.data' YIELD value RETURN value")
    engine_home = Path(str(answer[0]["value"])).parent
    engine = running_engine(engine_home) if engine_home.name == "neo4j" else None
    return engine_home.parent if engine is not None and engine.uri == server.uri else folder


@pytest.fixture
def demo(server: Server, tmp_path: Path) -> Generator[Process]:
    """Yield `kontaktvej demo --serve`, started on an empty database."""
    variables = environment(home_for_the_demo(server, tmp_path), **SCREENS)
    with serving("demo", "--serve", "--port", "0", variables=variables, folder=tmp_path) as demo:
        yield demo


@pytest.mark.slow
@posix
def test_the_demo_serves_api_and_screens(demo: Process, server: Server, tmp_path: Path) -> None:
    logins = dict(_LOGIN.findall(demo.output.partition("Demo logins")[2]))
    assert list(logins) == [role.value.lower() for role in ROLES]
    assert len(set(logins.values())) == len(ROLES)
    session = request(demo, "/sessions", login="steward", password=logins["steward"])
    assert session.status_code == 201, session.text
    for answer in (session, *(request(demo, path) for path in ("/health/ready", "/me", "/x"))):
        assert answer.headers[MODE] == "demo", answer.text
    explorer = explorer_of(demo)
    url, headers = f"{explorer}/login", {"Origin": explorer}
    assert httpx.get(url, timeout=PATIENCE_S).status_code == 200
    form = {"login": "coordinator", "password": logins["coordinator"]}
    page = httpx.post(url, data=form, headers=headers, timeout=PATIENCE_S)
    assert (page.status_code, page.headers["location"]) == (303, "/velkommen")
    home = home_for_the_demo(server, tmp_path)
    assert "intact" in Shell(KONTAKTVEJ_HOME=str(home))("audit", "verify").out
    assert_stops_with_screens(demo)


@pytest.mark.drill
@posix
def test_serve_with_the_explorer_serves_both_and_is_no_demo(
    store: Store, server: Server, tmp_path: Path
) -> None:
    fill_with_kystby(store)
    # The screens call the API by a name of this machine, also if it is told another.
    variables = environment(
        tmp_path, server, KONTAKTVEJ_ALLOWED_HOSTS="kontaktvej.example", **SCREENS
    )
    arguments = ("serve", "--explorer", "--port", "0")
    with serving(*arguments, variables=variables, folder=tmp_path) as process:
        assert "No account yet" in process.output
        assert "Demo logins" not in process.output
        answers = [
            request(process, path) for path in ("/health/ready", "/health/live", "/me", "/x")
        ]
        assert [answer.status_code for answer in answers[:2]] == [200, 200]
        assert all(MODE not in answer.headers for answer in answers)
        url, headers = f"{explorer_of(process)}/login", {"Origin": explorer_of(process)}
        assert httpx.get(url, timeout=PATIENCE_S).status_code == 200
        form = {"login": "nobody", "password": "of-no-account"}
        answer = httpx.post(url, data=form, headers=headers, timeout=PATIENCE_S)
        assert answer.status_code == 503
        assert "Der er ingen konto endnu" in answer.text
        assert_stops_with_screens(process)


@pytest.mark.drill
@posix
@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_api_stops_with_its_screens(
    store: Store, server: Server, tmp_path: Path, workers: str
) -> None:
    fill_with_kystby(store)
    arguments = ("serve", "--explorer", "--port", "0", "--workers", workers)
    variables = environment(tmp_path, server, **SCREENS)
    with serving(*arguments, variables=variables, folder=tmp_path) as process:
        process.until_ready()
        below = psutil.Process(process.process.pid).children()
        (screens,) = (child for child in below if "explorer.app" in child.cmdline())
        screens.kill()
        assert process.process.wait(PATIENCE_S) == 3
    assert "the screens have stopped" in process.log.read_text("utf-8")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "kontaktvej.kystby.dk"])
def test_the_demo_on_an_open_address_is_refused_before_it_starts(tmp_path: Path, host: str) -> None:
    home = tmp_path / "none"
    result = Shell(KONTAKTVEJ_HOST=host, KONTAKTVEJ_HOME=str(home))("demo", "--serve")
    assert result.code == 2
    assert "unset KONTAKTVEJ_HOST" in result.err
    assert not home.exists()

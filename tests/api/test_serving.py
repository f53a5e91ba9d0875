"""Does `kontaktvej serve` start only where that is safe, say why not, and stop in good order?"""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

import pytest

from api.settings import Settings, chosen_settings
from api.terminal.listening import listening
from api.terminal.safe_to_serve import NotServed, is_here, require_own_secrets, require_safe
from api.terminal.serving import DEMO_MARK, settings, uvicorn_config, with_screens
from graph.store.opening import Place
from graph.store.ring_file import KeyringRefused, create_private
from graph.store.store import Store
from seed.planting import TODAY_MARK
from tests.change_sets import fill_with_kystby
from tests.databases import Server

posix = pytest.mark.skipif(
    os.name != "posix", reason="signals and rights of files as POSIX has them"
)
HERE = Place(home=Path("unused"))
PATIENCE_S = 120.0  # far above what any of it takes


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """A running `kontaktvej serve`, and what it has said."""

    process: "subprocess.Popen[bytes]"
    port: int
    said: Path

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_S)

    def answer(self, request: bytes) -> bytes:
        """All that comes back for some bytes, until the other end is closed."""
        with self.connect() as line:
            line.sendall(request)
            return read_all(line)

    def stop(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(PATIENCE_S)


def read_all(line: socket.socket) -> bytes:
    parts: list[bytes] = []
    while part := line.recv(65_536):
        parts.append(part)
    return b"".join(parts)


def started(server: Server, home: Path, *options: str) -> "tuple[subprocess.Popen[bytes], Path]":
    environment = {
        **os.environ, "KONTAKTVEJ_HOME": str(home), "NEO4J_URI": server.uri, "LANG": "en",
        "NEO4J_USERNAME": server.user, "NEO4J_PASSWORD": server.password,
    }  # fmt: skip
    if server.database:
        environment["NEO4J_DATABASE"] = server.database
    said = home / "said.log"
    with said.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-c", "from api.cli import main; main()", "serve", *options],
            env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    return process, said


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as ear:
        port: int = ear.getsockname()[1]
        return port


@pytest.fixture
def process(store: Store, server: Server, tmp_path: Path) -> Generator[Process]:
    """Kystby, served by a process of its own over the tests' database."""
    fill_with_kystby(store)
    port = free_port()
    running, said = started(server, tmp_path, "--port", str(port))
    process = Process(process=running, port=port, said=said)
    try:
        ends_at = time.monotonic() + PATIENCE_S
        while True:
            try:
                process.answer(b"GET /health/ready HTTP/1.0\r\nHost: localhost\r\n\r\n")
                break
            except OSError:
                assert running.poll() is None, said.read_text("utf-8")
                assert time.monotonic() < ends_at
        yield process
    finally:
        if running.poll() is None:
            running.kill()
            running.wait(PATIENCE_S)


# ---- what is refused


def test_action_cards_lead_to_the_screens_beside_unless_somebody_says_where(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    beside = "http://127.0.0.1:8600"
    assert with_screens(Settings(), beside).screens_url == f"{beside}/"
    for_others = Settings(host="0.0.0.0")
    assert with_screens(for_others, beside).screens_url == for_others.screens_url
    monkeypatch.setenv("KONTAKTVEJ_SCREENS_URL", "https://kontaktvej.example/")
    assert with_screens(Settings(), beside).screens_url == "https://kontaktvej.example/"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"host": "0.0.0.0"}, "--behind-proxy"),
        ({"host": "::"}, "--behind-proxy"),
        ({"host": "kontaktvej.kystby.dk"}, "--behind-proxy"),
        ({"certificate": Path("c.pem")}, "--key"),
        ({"certificate_key": Path("k.pem")}, "--certificate"),
        ({"certificate": Path("c.pem"), "certificate_key": Path("k.pem")}, "does not exist"),
    ],
)
def test_an_open_address_is_refused_with_what_to_do(options: dict[str, object], said: str) -> None:
    with pytest.raises(NotServed) as refused:
        require_safe(chosen_settings(Settings, **options), HERE)
    assert said in refused.value.text("en")
    assert refused.value.text("da") != refused.value.text("en")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "[::1]", "localhost"])
def test_this_machine_alone_needs_no_certificate(host: str) -> None:
    assert is_here(host)
    require_safe(chosen_settings(Settings, host=host), HERE)


def test_behind_a_proxy_any_address_is_taken() -> None:
    require_safe(chosen_settings(Settings, host="0.0.0.0", behind_proxy=True), HERE)


def test_a_database_elsewhere_needs_tls_unless_that_is_allowed() -> None:
    for uri in ("bolt://db.kystby.dk:7687", "neo4j://10.0.0.5"):
        place = Place(home=Path("unused"), uri=uri)
        with pytest.raises(NotServed, match="KONTAKTVEJ_PLAIN_BOLT"):
            require_safe(Settings(), place)
        require_safe(chosen_settings(Settings, plain_bolt=True), place)
    for uri in ("neo4j+s://db.kystby.dk", "bolt+ssc://10.0.0.5", "bolt://localhost:7687"):
        require_safe(Settings(), Place(home=Path("unused"), uri=uri))


@posix
def test_a_secret_that_lies_open_is_named(tmp_path: Path) -> None:
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


def test_an_address_that_cannot_be_used_is_told_in_words() -> None:
    with listening("127.0.0.1", 0) as taken:
        port: int = taken.getsockname()[1]
        with pytest.raises(NotServed, match="--port"):
            listening("127.0.0.1", port)
    with pytest.raises(NotServed, match="--host"):
        listening("192.0.2.1", 0)


def test_a_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NotServed, match="KONTAKTVEJ_PORT"):
        settings(Settings, port=70_000)


def test_a_folder_of_the_demo_is_not_served(store: Store, server: Server, tmp_path: Path) -> None:
    assert DEMO_MARK == TODAY_MARK
    store.set_mark(DEMO_MARK, "2026-11-25")
    running, said = started(server, tmp_path)
    assert running.wait(PATIENCE_S) == 2
    assert "kontaktvej demo --serve" in " ".join(said.read_text("utf-8").split())


def test_uvicorn_says_nothing_of_itself_and_bounds_what_it_reads() -> None:
    config = uvicorn_config(chosen_settings(Settings, workers=2))
    assert not config.access_log
    assert not config.server_header
    assert not config.proxy_headers
    assert config.h11_max_incomplete_event_size == 16 * 1024
    assert config.timeout_graceful_shutdown
    assert uvicorn_config(chosen_settings(Settings, behind_proxy=True)).proxy_headers


# ---- a process of its own


@posix
def test_an_answer_on_its_way_is_finished_before_the_process_ends(process: Process) -> None:
    with process.connect() as line:
        line.sendall(b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{")
        process.answer(b"GET /health/live HTTP/1.0\r\nHost: localhost\r\n\r\n")  # and it is read
        process.process.send_signal(signal.SIGTERM)
        until_refused(process)
        line.sendall(b"}")
        assert read_all(line).startswith(b"HTTP/1.1 404")
    assert process.process.wait(PATIENCE_S) == 0


def until_refused(process: Process) -> None:
    """Until nobody new is let in."""
    ends_at = time.monotonic() + PATIENCE_S
    while time.monotonic() < ends_at:
        try:
            process.connect().close()
        except ConnectionResetError:
            continue  # it was let in while the door closed
        except ConnectionRefusedError:
            return
    raise AssertionError("still listening")


@posix
def test_ctrl_c_ends_it_and_the_log_holds_no_query_and_no_server_is_named(
    process: Process,
) -> None:
    told = process.answer(b"GET /names?text=amina HTTP/1.0\r\nHost: localhost\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 503")  # nobody has an account yet
    assert b"server:" not in told.lower()
    wide = b"GET / HTTP/1.0\r\nHost: localhost\r\nX-Wide: " + b"a" * 20_000
    assert process.answer(wide).startswith(b"HTTP/1.1 400")
    assert process.stop(signal.SIGINT) == 0
    said = process.said.read_text("utf-8")
    assert f"http://127.0.0.1:{process.port}" in said
    assert "GET /names 503" in said
    assert "amina" not in said
    assert "Traceback" not in said

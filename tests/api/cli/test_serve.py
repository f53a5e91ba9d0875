"""Does `kontaktvej serve` start only where that is safe, say why not, and stop in good order?"""

import os
import signal
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import cast

import httpx
import pytest
from uvicorn import Config

from api.cli.console import CommandRefused
from api.cli.serve import (
    DEMO_MARK,
    is_here,
    listening,
    require_own_secrets,
    require_safe,
    settings,
    uvicorn_config,
    with_screens,
)
from api.http_limits import BoundedHttp
from api.identity.store import Assurance, open_identity_store
from api.settings import Settings, load_settings
from graph.access.policy import Grant, Role
from graph.store.encryption.key_file import KeyringRefused, create_private
from graph.store.location import StoreLocation
from graph.store.store import Store
from graph.vocabulary import PreventionLevel
from seed.loader import TODAY_MARK
from tests.api.process import PATIENCE_S, Process, environment, read_all, started
from tests.databases import Server
from tests.fixtures.app import bearer

posix = pytest.mark.skipif(
    os.name != "posix", reason="signals and rights of files as POSIX has them"
)
HERE = StoreLocation(home=Path("unused"))


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
    with pytest.raises(CommandRefused) as refused:
        require_safe(load_settings(Settings, **options), HERE)
    assert said in refused.value.text("en")
    assert refused.value.text("da") != refused.value.text("en")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "[::1]", "localhost"])
def test_this_machine_alone_needs_no_certificate(host: str) -> None:
    assert is_here(host)
    require_safe(load_settings(Settings, host=host), HERE)


def test_behind_a_proxy_any_address_is_taken() -> None:
    require_safe(load_settings(Settings, host="0.0.0.0", behind_proxy=True), HERE)


def test_a_database_elsewhere_needs_tls_unless_that_is_allowed() -> None:
    for uri in ("bolt://db.kystby.dk:7687", "neo4j://10.0.0.5"):
        place = StoreLocation(home=Path("unused"), uri=uri)
        with pytest.raises(CommandRefused, match="KONTAKTVEJ_PLAIN_BOLT"):
            require_safe(Settings(), place)
        require_safe(load_settings(Settings, plain_bolt=True), place)
    for uri in ("neo4j+s://db.kystby.dk", "bolt+ssc://10.0.0.5", "bolt://localhost:7687"):
        require_safe(Settings(), StoreLocation(home=Path("unused"), uri=uri))


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
        with pytest.raises(CommandRefused, match="--port"):
            listening("127.0.0.1", port)
    with pytest.raises(CommandRefused, match="--host"):
        listening("192.0.2.1", 0)


def test_a_setting_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(CommandRefused, match="KONTAKTVEJ_PORT"):
        settings(Settings, port=70_000)


def test_a_folder_of_the_demo_is_not_served(store: Store, server: Server, tmp_path: Path) -> None:
    assert DEMO_MARK == TODAY_MARK
    store.set_mark(DEMO_MARK, "2026-11-25")
    said = tmp_path / "said.log"
    with started(("serve",), environment(tmp_path, server), said) as refused:
        assert refused.wait(PATIENCE_S) == 2
    assert "kontaktvej demo --serve" in " ".join(said.read_text("utf-8").split())


def test_uvicorn_says_nothing_of_itself_and_bounds_what_it_reads() -> None:
    config = uvicorn_config(load_settings(Settings, workers=2))
    assert not config.access_log
    assert not config.server_header
    assert not config.proxy_headers
    assert cast("partial[BoundedHttp]", config.http).func is BoundedHttp
    assert config.timeout_graceful_shutdown
    assert config.timeout_worker_healthcheck > Config(app="").timeout_worker_healthcheck
    assert uvicorn_config(load_settings(Settings, behind_proxy=True)).proxy_headers


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
def test_writes_that_wait_in_the_database_at_the_end_are_whole_or_not_there_at_all(
    process: Process, server: Server, tmp_path: Path
) -> None:
    headers = bearer(steward(tmp_path))
    clubs = [f"org-klub-{number}" for number in range(6)]

    def make(club: str) -> int | None:
        """The status; None where the connection was closed without one."""
        try:
            return httpx.post(
                f"{process.address}/change-sets", json=founding(club), headers=headers,
                timeout=PATIENCE_S,
            ).status_code  # fmt: skip
        except httpx.TransportError:
            return None

    with ThreadPoolExecutor(len(clubs)) as threads, server.driver.session(
        database=server.database
    ) as session:  # fmt: skip
        with session.begin_transaction() as held:
            held.run("MATCH (store:Store) SET store.mark_held = 'here'").consume()
            answers = [threads.submit(make, club) for club in clubs]
            until_one_waits(server, answers)
            process.process.send_signal(signal.SIGTERM)
            until_refused(process)
            held.rollback()
        told = {club: one.result() for club, one in zip(clubs, answers, strict=True)}
    assert process.process.wait(PATIENCE_S) == 0
    parts = {club: parts_of(club, server) for club in clubs}
    for club, status in told.items():
        untold = [(0, 0), (1, 1)]  # no answer, or one that may say that the outcome is unknown
        whole = {200: [(1, 1)], 503: untold, None: untold}
        assert parts[club] in whole.get(status, [(0, 0)]), (club, status)
    assert any(told.values())  # whoever waited was answered


def steward(home: Path) -> str:
    """The token of somebody who may write in Kystby."""
    with open_identity_store(home / "accounts") as known:
        account = known.add("steward")
        right = Grant(
            role=Role.STEWARD, areas=frozenset({"kystby"}), levels=frozenset(PreventionLevel)
        )
        known.grant(account, right, given_by="test")
        return known.open_session(account, Assurance.STRONG)


def founding(club: str) -> dict[str, object]:
    """A change set of a node and a link that ties it."""
    made = {"kind": "SPORTS_CLUB", "name": "Roklubben Havet"}
    ends = {"source_id": "@club", "target_id": "kystby"}
    return {"creates": [
        {"label": "Organization", "id": club, "called": "@club", "fields": made},
        {"type": "COVERS", "fields": ends},
    ]}  # fmt: skip


def parts_of(club: str, server: Server) -> tuple[int, int]:
    """How many nodes and how many links there are of it."""
    (found,) = server.ask(
        "OPTIONAL MATCH (club:Organization {id: $id}) OPTIONAL MATCH (club)-[tie:COVERS]->() "
        "RETURN count(DISTINCT club) AS nodes, count(DISTINCT tie) AS links",
        id=club,
    )
    return found["nodes"], found["links"]


def until_one_waits(server: Server, answers: Sequence["Future[int | None]"]) -> None:
    """Until a write is held up in the database by another."""
    waiting = "SHOW TRANSACTIONS YIELD status WHERE status STARTS WITH 'Blocked' RETURN status"
    ends_at = time.monotonic() + PATIENCE_S
    while not server.ask(waiting):
        assert not any(one.done() for one in answers), [one.result() for one in answers]
        assert time.monotonic() < ends_at, "none came as far as the database"


@posix
def test_ctrl_c_ends_it_and_the_log_holds_no_query_and_no_server_is_named(process: Process) -> None:
    told = process.answer(b"GET /names?text=amina HTTP/1.0\r\nHost: localhost\r\n\r\n")
    assert told.startswith(b"HTTP/1.1 503")  # nobody has an account yet
    assert b"server:" not in told.lower()
    wide = b"GET / HTTP/1.0\r\nHost: localhost\r\nX-Wide: " + b"a" * 20_000
    assert process.answer(wide).startswith(b"HTTP/1.1 400")
    assert process.stop(signal.SIGINT) == 0
    said = process.said.read_text("utf-8")
    assert "GET /names 503" in said
    assert "amina" not in said
    assert "Traceback" not in said

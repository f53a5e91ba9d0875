"""Messages and refusals where the graph is on a server and local parts were lost."""

import shutil
import sqlite3
from collections.abc import Generator
from contextlib import closing
from pathlib import Path
from time import monotonic

import pytest

from api.audit.log import audit_log
from api.identity.store import open_identity_store
from graph.access.policy import Role
from graph.store.store import Store
from tests.api.audit.logs import fill
from tests.api.process import PATIENCE_S
from tests.api.shell import CommandOutput, Shell, shell_over
from tests.change_sets import fill_with_kystby
from tests.databases import Server
from tests.fixtures.app import TestApp, opened_app


@pytest.fixture
def shell(store: Store, server: Server, tmp_path: Path) -> Shell:
    """Commands over a data folder for the tests' database, with accounts and a log."""
    fill_with_kystby(store)
    with open_identity_store(tmp_path / "accounts") as identities:
        identities.add("first")
    with audit_log(tmp_path / "audit", tmp_path / "keys") as log:
        fill(log, 3)
    shell = shell_over(server, tmp_path)
    for arguments in (("find", "amina"), ("audit", "sample", "2")):
        assert shell(*arguments).code == 0
    return shell


def refusal_of(output: CommandOutput) -> str:
    assert (output.code, output.out) == (3, "")
    return " ".join(output.err.split())


@pytest.mark.slow
@pytest.mark.parametrize("query", [("serve",), ("find", "amina"), ("seed",)])
def test_commands_refuse_to_create_new_keys_for_an_existing_graph(
    shell: Shell, tmp_path: Path, query: tuple[str, ...]
) -> None:
    for folder in ("keys", "accounts", "audit"):
        shutil.rmtree(tmp_path / folder)
    refusal = refusal_of(shell(*query))
    assert refusal.startswith("Nothing is started. Missing in")
    assert "the keys" in refusal
    assert not (tmp_path / "keys").exists()


def test_commands_refuse_to_refill_an_emptied_graph(shell: Shell, server: Server) -> None:
    (item,) = server.ask("MATCH (store:Store) RETURN properties(store) AS store")
    server.ask("MATCH (node) DETACH DELETE node")
    try:
        for entry in (("serve",), ("find", "amina"), ("seed",)):
            assert "the graph" in refusal_of(shell(*entry))
        assert server.ask("MATCH (node) RETURN count(node) AS count") == [{"count": 0}]
        result = shell("doctor")
        assert (result.code, "the graph" in " ".join(result.out.split())) == (1, True)
    finally:
        server.ask("CREATE (store:Store) SET store = $kept", kept=item["store"])


def test_commands_refuse_to_run_without_the_lost_accounts(shell: Shell, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "accounts")
    for item in (("serve",), ("find", "amina"), ("user", "list")):
        assert "the accounts" in refusal_of(shell(*item))
    assert not (tmp_path / "accounts").exists()
    assert "kontiene" in shell("find", "amina", "--lang", "da").err


def test_an_accounts_database_counts_as_missing_until_it_has_an_account(
    shell: Shell, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere.sqlite"
    url = f"sqlite:///{elsewhere}"
    assert "the accounts" in refusal_of(shell("find", "amina", KONTAKTVEJ_ACCOUNTS_URL=url))
    assert not elsewhere.exists()
    with open_identity_store(tmp_path / "other", url):  # creates the tables
        pass
    assert "the accounts" in refusal_of(shell("find", "amina", KONTAKTVEJ_ACCOUNTS_URL=url))
    with open_identity_store(tmp_path / "other", url) as identities:
        identities.add("second")
    assert shell("find", "amina", KONTAKTVEJ_ACCOUNTS_URL=url).code == 0


def test_one_lost_owner_key_is_reported_before_serving(shell: Shell, tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "keys" / "keys.sqlite")) as file:
        file.execute("DELETE FROM owner_key WHERE owner = 'bo'")
        file.commit()
    for item in (("serve",), ("find", "amina")):
        assert "keys of names and numbers are lost" in refusal_of(shell(*item))
    result = shell("doctor")
    assert (result.code, "are lost" in " ".join(result.out.split())) == (1, True)


def test_the_doctor_reports_stored_elements_that_break_rules(shell: Shell, server: Server) -> None:
    server.ask("MATCH (node:Person {id: 'bo'}) SET node.source = ''")
    server.ask("MATCH (node:Network {id: 'ssp'}) SET node.name = 'SSP 010203-1234'")
    findings = shell("doctor", "--json").json()["findings"]
    for fault in ("bo source: ", "ssp name: "):
        assert any(finding.startswith(fault) for finding in findings), findings
    assert not any("010203" in finding for finding in findings)


def test_the_doctor_reports_a_missing_anchor_file_setting(shell: Shell, tmp_path: Path) -> None:
    assert "KONTAKTVEJ_ANCHOR_FILE" in shell("doctor").out
    (tmp_path / "anchors").touch()
    anchored = shell("doctor", KONTAKTVEJ_ANCHOR_FILE=str(tmp_path / "anchors"))
    assert "KONTAKTVEJ_ANCHOR_FILE" not in anchored.out


@pytest.mark.slow
def test_readiness_requires_a_writable_audit_log(app: TestApp) -> None:
    assert app.get("/health/ready").status_code == 200
    away = app.folder / "away"
    (app.folder / "audit").rename(away)
    try:
        ends_at = monotonic() + PATIENCE_S
        unready = app.get("/health/ready")
        while unready.status_code == 200:  # while a recent write still counts as proof
            assert monotonic() < ends_at
            unready = app.get("/health/ready")
        assert (unready.status_code, unready.json()["type"]) == (503, "/problems/audit-unavailable")
        assert app.get("/health/live").status_code == 200
    finally:
        away.rename(app.folder / "audit")
    assert (app.get("/health/ready").status_code, app.rows()) == (200, [])


@pytest.fixture
def own_keys(store: Store, tmp_path: Path) -> Generator[TestApp]:
    """Kystby, served with a keyring of its own in the folder of the application."""
    fill_with_kystby(store)
    with opened_app(store, tmp_path) as app:
        yield app


def test_a_key_lost_at_run_time_is_reported_as_unavailable_and_not_as_erased(
    own_keys: TestApp,
) -> None:
    app = own_keys
    headers = app.as_(Role.COORDINATOR)
    assert app.get("/entities/bo", headers).status_code == 200
    with closing(sqlite3.connect(app.folder / "keys" / "keys.sqlite")) as file:
        file.execute("DELETE FROM owner_key WHERE owner = 'bo'")
        file.commit()
    body = {"detail": "phone-bo", "channel": "MOBILE", "purpose": "RELEASE"}
    revealed = app.post("/reveal", headers, body)
    assert (revealed.status_code, revealed.json()["type"]) == (503, "/problems/store-unavailable")
    assert "Slettet" not in app.get("/entities/bo", headers).text

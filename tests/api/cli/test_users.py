"""`kontaktvej user`, while an API runs on the same accounts."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from api.cli.app import app
from api.danish_time import danish_minute
from api.identity.credentials import Passwords
from api.identity.demo import demo_logins
from api.identity.store import Assurance, open_identity_store
from api.text.format import format_minute
from graph.access.policy import Grant, Role
from graph.errors import GraphError
from graph.vocabulary import Language
from tests.api.shell import Shell
from tests.fixtures.accounts import PASSWORD


class Host:
    """Runs the command in this process, in a data folder of its own."""

    def __init__(self, home: Path) -> None:
        self.environment = {"KONTAKTVEJ_HOME": str(home), "LC_ALL": "", "LANG": "en_US.UTF-8"}

    def __call__(self, *arguments: str, **environment: str) -> Result:
        return CliRunner().invoke(
            app, ["user", *arguments], env=self.environment | environment | {"COLUMNS": "200"}
        )

    def refused(self, *arguments: str, **environment: str) -> GraphError:
        done = self(*arguments, **environment)
        assert isinstance(done.exception, GraphError), (arguments, done.output)
        assert done.output == ""
        return done.exception


@pytest.fixture
def host(tmp_path: Path) -> Host:
    return Host(tmp_path)


def _code(result: Result) -> str:
    assert result.exit_code == 0, result.exception
    return result.output.split()[-1]


def test_an_account_is_created_and_disabled_while_the_api_runs(host: Host, tmp_path: Path) -> None:
    cheap = Passwords(memory_kib=8, rounds=1, lanes=1)
    assert "No accounts yet." in host("list").output
    with open_identity_store(tmp_path / "accounts", passwords=cheap) as running:
        assert running.is_empty()
        added = host("add", "Line.Bak", "--role", "coordinator", "--area", "mun-0787")
        account = running.credentials.redeem(_code(added), PASSWORD).account
        token = running.open_session(account, Assurance.STRONG)
        assert running.signed_in(token)
        renewed = _code(host("invite", "line.bak"))
        assert running.credentials.redeem(renewed, PASSWORD).account == account
        assert running.signed_in(token) is None
        token = running.open_session(account, Assurance.STRONG)
        assert host("disable", "line.bak").exit_code == 0
        assert running.signed_in(token) is None
        assert "disabled" in host("list").output
        assert host("enable", "line.bak").exit_code == 0
    (item,) = _json(host("list", "--json"))
    assert item["account"]["login"] == "line.bak"
    assert [grant["grant"]["role"] for grant in item["grants"]] == ["COORDINATOR"]
    assert "Koordinator · mun-0787" in host("list", "--lang", "da").output
    log = b"".join(file.read_bytes() for file in (tmp_path / "audit").iterdir())
    assert b"system" in log
    assert b"line.bak" not in log.lower()


def test_a_code_is_printed_with_its_end_its_use_and_how_it_is_handed_over(
    host: Host, tmp_path: Path
) -> None:
    screens = "https://kontaktvej.example/"
    cases: tuple[tuple[Language, str, tuple[str, ...]], ...] = (
        ("en", "valid until {}:", ("in person or by telephone", "works once", "makes it void")),
        ("da", "gælder til {}:", ("personligt eller i telefonen", "virker én gang", "ugyldig")),
    )
    for lang, until, words in cases:
        login = f"line.{lang}"
        result = host("add", login, "--lang", lang, KONTAKTVEJ_SCREENS_URL=screens)
        with open_identity_store(tmp_path / "accounts") as identities:
            ends_at = identities.logins.by_login(login).invited_until
        assert ends_at is not None
        for part in (
            until.format(format_minute(danish_minute(ends_at), lang)),
            f"{screens}login/invitation,",
            *words,
        ):
            assert part in result.output
        assert len(_code(result).split("-")) == 7


def test_the_host_grants_without_a_second_administrator_but_separates_roles(host: Host) -> None:
    assert host("add", "chief", "--role", "admin").exit_code == 0
    assert host("add", "importer", "--service", "--role", "service", "--area", "dk").output == (
        "The account importer is created.\n"
    )
    assert host("add", "carl").exit_code == 0
    given = host("grant", "carl", "--role", "dpo", "--area", "dk", "--until", "2030-01-01")
    assert given.output == (
        "carl is now: Data protection officer.\n"
        "The earlier one-time code no longer works: kontaktvej user invite carl\n"
    )
    refused = host.refused("grant", "carl", "--role", "analyst", "--area", "dk")
    assert refused.text("da") == "Rollerne må ikke være i samme konto"
    states = [line.split()[1] for line in host("list").output.splitlines()[1:]]
    assert states == ["without", "invited", "program"]


def test_a_right_is_listed_with_its_levels_and_its_last_day(host: Host) -> None:
    dates = ("--from", "2026-01-01", "--until", "2030-01-01")
    levels = ("--level", "outreach", "--level", "exit")
    right = ("--role", "coordinator", "--area", "mun-0787", *levels, *dates)
    assert host("add", "line", *right).exit_code == 0
    listed = " ".join(host("list").output.split())
    assert "Coordinator · mun-0787 · Exit, Outreach · 2026-01-01 – 2029-12-31" in listed


def test_the_host_confirms_and_refuses_waiting_changes(host: Host, tmp_path: Path) -> None:
    assert host("changes").output == "Nothing waits for a second approval.\n"
    assert host("add", "anna", "--role", "admin").exit_code == 0
    assert host("add", "line").exit_code == 0
    with open_identity_store(tmp_path / "accounts") as identities:
        anna, line = identities.logins.by_login("anna").id, identities.logins.by_login("line").id
        right = Grant(role=Role.COORDINATOR, areas=frozenset({"mun-0787"}))
        requests = [identities.changes.give(line, right, by=anna).id for _ in range(2)]
        listed = host("changes", "--lang", "da").output
        assert all(request in listed for request in requests)
        assert "line" in listed
        assert "får Koordinator · mun-0787" in listed
        assert _json(host("changes", "--json"))[0]["asked_by"] == "anna"
        assert host("confirm", requests[0]).output == f"The change {requests[0]} is done.\n"
        assert host("refuse", requests[1]).output == f"The change {requests[1]} is refused.\n"
        assert [grant.confirmed_by for grant in identities.grants.of(line)] == ["host"]
        assert host.refused("confirm", requests[1]).text("da")
    assert b"alert" in b"".join(file.read_bytes() for file in (tmp_path / "audit").iterdir())


def test_a_change_requested_in_a_demo_is_listed_after_it(host: Host, tmp_path: Path) -> None:
    assert host("add", "line").exit_code == 0
    with open_identity_store(tmp_path / "accounts") as identities:
        line = identities.logins.by_login("line").id
        right = Grant(role=Role.COORDINATOR, areas=frozenset({"mun-0787"}))
        with demo_logins(identities):
            admin = identities.logins.by_login("admin").id
            change = identities.changes.give(line, right, by=admin).id
    (listed,) = _json(host("changes", "--json"))
    assert (listed["change"]["id"], listed["asked_by"]) == (change, admin)
    assert host("refuse", change).exit_code == 0


def test_a_program_is_given_its_token_on_the_host(host: Host, tmp_path: Path) -> None:
    result = host("add", "importer", "--service", "--role", "service", "--area", "dk")
    assert result.exit_code == 0
    token = _code(host("token", "importer", "--label", "nightly", "--scope", "question"))
    assert token.startswith("kv_")
    with open_identity_store(tmp_path / "accounts") as identities:
        assert identities.signed_in(token) is not None
    assert host("add", "line").exit_code == 0
    for login, scope in (("line", "question"), ("importer", "reveal"), ("importer", "all")):
        assert host.refused("token", login, "--label", "x", "--scope", scope).text("da")


def test_an_invitation_for_a_lost_app_resets_the_second_factor(host: Host, tmp_path: Path) -> None:
    cheap = Passwords(memory_kib=8, rounds=1, lanes=1)
    code = _code(host("add", "anna", "--role", "admin"))
    with open_identity_store(tmp_path / "accounts", passwords=cheap) as identities:
        assert identities.credentials.redeem(code, PASSWORD).totp_secret
        assert (
            identities.credentials.redeem(_code(host("invite", "anna")), PASSWORD).totp_secret
            is None
        )
        lost = _code(host("invite", "anna", "--lost-app"))
        assert identities.credentials.redeem(lost, PASSWORD).totp_secret


def test_invalid_arguments_are_refused_and_create_no_account(host: Host) -> None:
    wrong = (
        ("add", "to ord"), ("add", "x" * 65), ("add", "0101701234"),
        ("add", "importer", "--role", "service", "--area", "dk"),
        ("add", "line", "--role", "analyst"), ("add", "line", "--role", "analyst", "--service"),
        ("grant", "nobody", "--role", "analyst", "--area", "dk"), ("disable", "nobody"),
        ("enable", "nobody"), ("invite", "nobody"),
        ("add", "line", "--role", "analyst", "--area", "dk", "--until", "soon"),
    )  # fmt: skip
    for arguments in wrong:
        assert host.refused(*arguments).text("da")
    assert host("add", "line", "--role", "root").exit_code == 2
    assert _json(host("list", "--json")) == []
    assert str(host.refused("list", KONTAKTVEJ_PORT="many")) == "A setting cannot be used: port"


def test_an_account_that_cannot_be_logged_is_not_created(host: Host, tmp_path: Path) -> None:
    assert host("list").exit_code == 0
    (tmp_path / "audit").chmod(0o755)
    assert "chmod 700" in str(host.refused("add", "line"))
    (tmp_path / "audit").chmod(0o700)
    assert _json(host("list", "--json")) == []


def test_the_entry_point_prints_a_refusal_without_a_traceback(tmp_path: Path) -> None:
    err = Shell(KONTAKTVEJ_HOME=str(tmp_path)).refused("user", "disable", "nobody", "--lang", "da")
    assert err == "Findes ikke, eller du har ikke adgang: nobody\n"


def _json(result: Result) -> Any:
    return json.loads(result.output)

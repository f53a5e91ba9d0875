"""The command line without a database: its messages, and the commands that need none."""

from pathlib import Path

import pytest

from api.danish_time import danish_now
from graph.paths.policy_file import SHIPPED
from tests.api.shell import Shell
from tests.fixtures.examples import drills_after


def test_an_unreachable_server_is_reported_with_its_address_and_no_traceback(
    tmp_path: Path,
) -> None:
    result = Shell(KONTAKTVEJ_HOME=str(tmp_path), NEO4J_URI="bolt://127.0.0.1:9")("find", "x")
    assert (result.code, result.out) == (3, "")
    assert "127.0.0.1:9" in result.err
    assert "Traceback" not in result.err


def test_a_data_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    result = Shell(KONTAKTVEJ_HOME=str(blocked / "home"))("find", "x")
    assert result.code == 3
    assert str(blocked) in result.err


def test_the_data_folder_is_printed_whole_on_a_narrow_terminal(tmp_path: Path) -> None:
    home = tmp_path / ("deep" * 20)
    result = Shell(KONTAKTVEJ_HOME=str(home), NEO4J_URI="bolt://127.0.0.1:9")(
        "doctor", COLUMNS="60"
    )
    assert str(home) in result.out.replace("\n", "").replace(" ", "")


@pytest.mark.parametrize("bad", ["soon", "-1", "²"])
def test_a_setting_that_is_no_number_is_named(tmp_path: Path, bad: str) -> None:
    result = Shell(KONTAKTVEJ_HOME=str(tmp_path), KONTAKTVEJ_LINGER_S=bad)("find", "x")
    assert result.code == 3
    assert "KONTAKTVEJ_LINGER_S" in result.err


@pytest.mark.parametrize("command", [
    ("audit", "verify"), ("audit", "subject", "x"), ("audit", "prepare", "--role", "api"),
    ("audit", "sweep", "--today", f"{danish_now():%Y-%m-%d}"),
    ("query", "RETURN 1", "--purpose", "knowledge"),
])  # fmt: skip
def test_a_setting_that_cannot_be_used_is_named_by_every_command(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    shell = Shell(KONTAKTVEJ_HOME=str(tmp_path), KONTAKTVEJ_CALLS_PER_MIN="bad")
    assert "KONTAKTVEJ_CALLS_PER_MIN" in shell.refused(*command)


@pytest.mark.parametrize("name", ["KONTAKTVEJ_ACCOUNTS_URL", "KONTAKTVEJ_AUDIT_URL"])
@pytest.mark.parametrize(("address", "message"), [
    ("accounts", "is not the address of a database"),
    ("postgres://host/db", "is not the address of a database"),
    ("postgresql+psycopg://host:port/db", "is not the address of a database"),
    ("postgresql+pg8000://host/db", "kontaktvej[postgresql]"),
])  # fmt: skip
def test_an_unusable_database_url_is_refused_naming_its_setting(
    tmp_path: Path, name: str, address: str, message: str
) -> None:
    result = Shell(KONTAKTVEJ_HOME=str(tmp_path), **{name: address})("find", "x")
    assert result.code == 3
    assert name in result.err
    assert message in result.err


def test_stop_without_an_engine_reports_that_none_was_running(tmp_path: Path) -> None:
    assert "No database was running" in Shell(KONTAKTVEJ_HOME=str(tmp_path / "none")).ok("stop")


def test_a_policy_is_explained_in_words_without_a_database(tmp_path: Path) -> None:
    shell = Shell(KONTAKTVEJ_HOME=str(tmp_path / "none"))
    assert "“knows”: both ways; 90%" in shell.ok("policy", "explain")
    assert shell("policy", "explain", "--json").json()["links"]["KNOWS"]["half_life_days"] == 180
    own = tmp_path / "own.toml"
    own.write_text(SHIPPED.read_text("utf-8").replace("= 0.90, h", "= 0.81, h"), encoding="utf-8")
    assert "»kender«: begge veje; 81 %" in (
        shell("policy", "explain", "--policy", str(own), "--lang", "da").out
    )
    assert shell("policy", "check", str(own)).code == 0


def test_a_bad_policy_is_refused_with_every_fault(tmp_path: Path) -> None:
    bad = tmp_path / "bad.toml"
    text = SHIPPED.read_text("utf-8").replace("factor = 0.90", "factor = 1.4")
    bad.write_text(text.replace("free = 30", "fre = 30"), encoding="utf-8")
    err = Shell().refused("policy", "explain", "--policy", str(bad))
    assert "links.KNOWS.factor: 1.4 should be less than or equal to 1" in err
    assert "hub.fre: is not known; do you mean free?" in err
    bad.write_text("version = 1\n[search\n", encoding="utf-8")
    assert "line 2: not TOML" in Shell()("policy", "check", str(bad)).err


@pytest.mark.slow
def test_help_has_examples_and_exit_codes() -> None:
    result = Shell().started("path", "--help")
    assert result.code == 0
    assert "--network infohus" in result.out
    assert "Exit codes" in Shell().started("--help").out
    assert "Hvem kontakter jeg" in Shell(LANG="da_DK.UTF-8").started("--help").out


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", drills_after(1, [(), ("user",), ("user", "confirm"), ("reveal",)])
)
def test_the_help_is_danish_throughout(command: tuple[str, ...]) -> None:
    out = Shell(LANG="da_DK.UTF-8").started(*command, "--help").out
    assert "Brug: kontaktvej" in out
    assert "Vis denne hjælp." in out
    for word in ("Usage", "Show this", "Install completion", "OPTIONS", "COMMAND", "<bool>"):
        assert word not in out, (command, word)
    english = Shell().started(*command, "--help").out
    assert "Usage: kontaktvej" in english
    assert "Show this message and exit." in english

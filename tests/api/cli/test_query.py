"""`kontaktvej query` by its real entry point: a replica is started, queried and removed."""

from pathlib import Path

import pytest

from api.analysis.examples import EXAMPLES
from api.audit.log import audit_log
from api.audit.report import rows_of
from graph.store.encryption.keyring import open_keyring
from tests.api.shell import Shell, shell_over
from tests.change_sets import fill_with_kystby
from tests.databases import Server

QUERY = (
    "MATCH (n:Network {kind: $kind})<-[:MEMBER_OF]-(post:Actor) RETURN n.name AS name, post, "
    "-1 AS whole, -0.5 AS part, '-1' AS text"
)
ASKED = ("--purpose", "knowledge", "--param", "kind=SSP")


@pytest.fixture
def home(server: Server, tmp_path: Path) -> Path:
    with open_keyring(tmp_path / "keys") as keyring, server.with_store(keyring) as store:
        fill_with_kystby(store)
    return tmp_path


@pytest.fixture
def shell(server: Server, home: Path) -> Shell:
    return shell_over(server, home)


@pytest.mark.drill
def test_a_result_is_printed_and_the_query_is_logged_encrypted(shell: Shell, home: Path) -> None:
    result = shell("query", QUERY, *ASKED, "--format", "csv")
    lines = "name,post,whole,part,text\nSSP Kystby,intake,-1,-0.5,'-1\n"
    assert (result.code, result.out) == (0, lines)
    assert "Making a copy without names" in result.err
    with audit_log(home / "audit", home / "keys") as log:
        shown, request = rows_of(log, most=10)[0][:2]
        assert (request.kind, shown.kind) == ("asked", "shown")
        assert log.decrypt_parameters(request.asked)["query"] == QUERY
        assert QUERY not in str(request.asked)
    assert (request.action, request.purpose, request.via) == ("command_query", "KNOWLEDGE", "host")
    assert (shown.count, shown.request_id) == (1, request.request_id)


@pytest.mark.drill
def test_a_query_that_fails_validation_is_reported_with_position_and_logged(
    shell: Shell, home: Path
) -> None:
    result = shell("query", "MATCH (n) RETURN m", "--purpose", "KNOWLEDGE", "--lang", "da")
    assert (result.code, result.err.count("(1:18)")) == (2, 1)
    err = shell.refused("query", "MATCH (n)\nDETACH DELETE n", "--purpose", "KNOWLEDGE")
    assert " ".join(err.split()).endswith("DETACH DELETE is not allowed. (2:1)")
    with audit_log(home / "audit", home / "keys") as log:
        kinds = [row.kind for row in rows_of(log, most=10)[0]]
    assert kinds == ["not_done", "asked", "not_done", "asked"]


@pytest.mark.parametrize(("arguments", "expected"), [
    (("MATCH (n) RETURN n",), "--purpose: one of ACUTE"),
    (("MATCH (n) RETURN n", "--purpose", "SPORT"), "--purpose: one of ACUTE"),
    (("EXPLAIN MATCH (n) RETURN n", "--purpose", "VERIFY"), "Do not begin with EXPLAIN"),
    (("RETURN $a", "--purpose", "VERIFY", "--param", "a"), "--param: write name=value"),
    (("RETURN '010190-1234'", "--purpose", "VERIFY"), "CPR number"),
])  # fmt: skip
def test_an_invalid_query_is_refused_before_anything_is_started(
    arguments: tuple[str, ...], expected: str, tmp_path: Path
) -> None:
    err = Shell(KONTAKTVEJ_HOME=str(tmp_path / "none")).refused("query", *arguments)
    assert expected in err
    assert not (tmp_path / "none").exists()


def test_the_examples_are_printed_with_their_questions(tmp_path: Path) -> None:
    out = Shell(KONTAKTVEJ_HOME=str(tmp_path)).ok("query", "--examples", "--lang", "da")
    assert "Hvor mødes folk uden at kende hinanden?" in out
    assert out.count("RETURN") == len(EXAMPLES)

"""The report of the doctor on a slow search, and on what `serve` would refuse."""

import os
from pathlib import Path

import pytest

from api.cli.doctor import slow_search
from graph.store.encryption.key_file import create_private
from graph.vocabulary import Language
from tests.api.shell import Shell

LANGUAGES: tuple[Language, ...] = ("da", "en")
LARGE = {"Actor": 40_000, "Network": 10_001, "Person": 90_000}


def test_an_uncompiled_search_over_more_than_50000_path_nodes_is_a_finding() -> None:
    for lang in LANGUAGES:
        (finding,) = slow_search(LARGE, lang, is_compiled=False)
        assert "kontaktvej[fast]" in finding


def test_a_compiled_search_or_a_smaller_graph_is_no_finding() -> None:
    assert not list(slow_search(LARGE, "en", is_compiled=True))
    assert not list(slow_search(LARGE | {"Network": 10_000}, "en", is_compiled=False))


@pytest.mark.skipif(os.name != "posix", reason="rights of files as POSIX has them")
def test_doctor_reports_open_files_and_hosts_that_serve_would_refuse(tmp_path: Path) -> None:
    files = [tmp_path / "accounts" / "accounts.sqlite", tmp_path / "audit" / "chain.sqlite"]
    for file in files:
        file.parent.mkdir(mode=0o700)
        create_private(file)
        file.chmod(0o644)
    home = str(tmp_path)
    shell = Shell(KONTAKTVEJ_HOME=home, NEO4J_URI="bolt://127.0.0.1:9", KONTAKTVEJ_HOST="0.0.0.0")
    findings = shell("doctor", "--json").json()["findings"]
    for wrong in (*map(str, files), "0.0.0.0 can be reached by others"):
        assert any(wrong in finding for finding in findings), findings

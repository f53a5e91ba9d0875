from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from graph.model import Actor
from graph.store.location import HOME, open_location, store_location
from seed.__main__ import main
from tests.change_sets import change_set, element_of
from tests.databases import Server


@pytest.mark.slow
def test_the_command_seeds_the_structure_once_and_leaves_changes_of_others(
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv(HOME, str(tmp_path))
    monkeypatch.setenv("NEO4J_URI", server.uri)
    monkeypatch.setenv("NEO4J_USERNAME", server.user)
    monkeypatch.setenv("NEO4J_PASSWORD", server.password)
    assert [main(["--structure-only"]), main(["--structure-only"])] == [0, 0]
    first, second = capsys.readouterr().out.splitlines()
    assert first == "Structure: 8909 created, 0 updated, 0 ended, 0 unchanged."
    assert second == "Structure: 0 created, 0 updated, 0 ended, 8909 unchanged."
    with open_location(store_location()) as store:
        post = element_of(store, "act-ssp-0787", Actor)
        ended = replace(post, valid_to=date(2026, 12, 1))
        store.apply(change_set(updates=[ended]))
        assert main(["--structure-only"]) == 0
        assert element_of(store, post.id, Actor).valid_to == ended.valid_to
    third = (
        "Structure: 0 created, 0 updated, 0 ended, 8908 unchanged, 1 changed by others and left."
    )
    assert capsys.readouterr().out == f"{third}\n"


def test_an_unavailable_database_prints_one_line_instead_of_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(HOME, str(tmp_path))
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:1")
    assert main([]) == 1
    output = capsys.readouterr()
    assert output.out == ""
    assert len(output.err.splitlines()) == 1

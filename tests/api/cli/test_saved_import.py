"""`kontaktvej import --saved`: the next list of a source waits for its stewards."""

import json
from pathlib import Path

import pytest

from api.audit.log import audit_log
from api.identity.imports import HOST, SavedSource
from api.identity.store import open_identity_store
from tests.api.shell import Shell
from tests.fixtures.own_kinds import TEXT
from tests.graph.exchange.imports.records.record_files import as_json, mo_answer

pytestmark = pytest.mark.slow

SOURCE = "mun-0787.hr"
LIST = "Kommune;Funktion;Navn\nThisted;SSP-koordinator;Mette Rugvang Bæk\n"


def test_a_differing_list_waits_for_a_steward_and_nothing_is_written(
    shell: Shell, tmp_path: Path
) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(LIST, "utf-8")
    command = ("import", str(path), "--saved", SOURCE)
    unknown = shell(*command)
    assert (unknown.code, "--saved" in unknown.err) == (2, True)
    accounts, keys = tmp_path / "accounts", tmp_path / "keys"
    with open_identity_store(accounts) as known, audit_log(tmp_path / "audit", keys) as log:
        known.imports.save(
            SavedSource(
                source=SOURCE, area="mun-0787", account="acc-1", choices=log.encrypt_text("{}")
            ),
            "imp-1",
        )
    assert "1 row differs." in shell.ok(*command)
    assert shell("find", "Mette Rugvang Bæk").code == 1
    with open_identity_store(accounts) as known:
        (left,) = known.imports.uploads()
    assert (left.account, left.source, left.area) == (HOST, SOURCE, "mun-0787")
    assert "Mette" not in left.content


def test_an_unreadable_list_waits_until_a_list_without_differences_follows(
    shell: Shell, tmp_path: Path
) -> None:
    path = tmp_path / "liste.csv"
    path.write_text("Kommune;Navn\nThisted;Mette Rugvang Bæk\n", "utf-8")
    command = ("import", str(path), "--saved", SOURCE)
    accounts, keys = tmp_path / "accounts", tmp_path / "keys"
    with open_identity_store(accounts) as known, audit_log(tmp_path / "audit", keys) as log:
        choices = log.encrypt_text("{}")
        known.imports.save(
            SavedSource(source=SOURCE, area="mun-0787", account="acc-1", choices=choices),
            "imp-1",
        )
    assert "not together with --set, --apply" in shell.refused(
        *command, "--apply", "--set", "Navn=NAME"
    )
    assert shell(*command, "--format", "os2mo").code == 2
    unread = shell(*command, "--lang", "da")
    assert (unread.code, "række" in unread.out) == (2, False)
    assert "Listen kan ikke læses med de gemte valg." in unread.out
    with open_identity_store(accounts) as known:
        assert [upload.source for upload in known.imports.uploads()] == [SOURCE]
    path.write_text("Kommune;Funktion\nThisted;SSP-koordinator\n", "utf-8")
    assert "Nothing differs" in shell.ok(*command)
    with open_identity_store(accounts) as known:
        assert not known.imports.uploads()


def test_a_removed_own_kind_in_the_saved_readings_is_named(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "liste.csv"
    path.write_text(LIST, "utf-8")
    reading = {"field": "POST", "typed": "SSP-koordinator", "meaning": "UNGEKONSULENT"}
    accounts, keys = tmp_path / "accounts", tmp_path / "keys"
    with open_identity_store(accounts) as known, audit_log(tmp_path / "audit", keys) as log:
        choices = log.encrypt_text(json.dumps({"readings": [reading]}))
        known.imports.save(
            SavedSource(source=SOURCE, area="mun-0787", account="acc-1", choices=choices),
            "imp-1",
        )
    command = ("import", str(path), "--saved", SOURCE, "--lang", "da")
    out = shell.ok(*command)
    assert "Funktion: vælg igen, hvad ordet betyder" in out
    assert "findes ikke længere: UNGEKONSULENT" in out
    (tmp_path / "vocabulary.toml").write_text(TEXT, "utf-8")
    assert "UNGEKONSULENT" not in shell.ok(*command)


def test_a_file_of_another_system_is_read_with_the_saved_readings(
    shell: Shell, tmp_path: Path
) -> None:
    path, source = tmp_path / "os2mo.json", "mun-0787.os2mo"
    path.write_bytes(as_json(mo_answer()))
    listed = tmp_path / "liste.csv"
    listed.write_text(LIST, "utf-8")
    readings = [
        {"field": "UNIT", "typed": "Afdeling", "meaning": "UNIT"},
        {"field": "POST", "typed": "*", "meaning": ""},
    ]
    accounts, keys = tmp_path / "accounts", tmp_path / "keys"
    with open_identity_store(accounts) as known, audit_log(tmp_path / "audit", keys) as log:
        choices = log.encrypt_text(json.dumps({"readings": readings}))
        known.imports.save(
            SavedSource(source=source, area="mun-0787", account="acc-1", choices=choices),
            "imp-1",
        )
    assert "2 rows differ." in shell.ok("import", str(path), "--saved", source)
    with open_identity_store(accounts) as known:
        (left,) = known.imports.uploads()
    assert (left.source, "Mette" in left.content) == (source, False)
    assert "1 row differs." in shell.ok("import", str(listed), "--saved", source)

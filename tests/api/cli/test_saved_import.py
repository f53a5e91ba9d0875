"""`kontaktvej import --saved`: the next list of a source waits for its stewards."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from api.audit.log import audit_log
from api.identity.imports import HOST, SavedSource
from api.identity.store import open_identity_store
from graph.store.encryption.keyring import open_keyring
from seed.loader import load_structure
from tests.api.shell import Shell, shell_over
from tests.databases import Server

SOURCE = "mun-0787.hr"
LIST = "Kommune;Funktion;Navn\nThisted;SSP-koordinator;Mette Rugvang Bæk\n"


@pytest.fixture
def shell(claimed_server: Server, tmp_path: Path) -> Shell:
    claimed_server.empty()
    with open_keyring(tmp_path / "keys") as keyring, claimed_server.opened(keyring) as store:
        load_structure(store, now=datetime.now(UTC))
    return shell_over(claimed_server, tmp_path)


def test_what_differs_waits_for_a_steward_and_nothing_is_written(
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
            SavedSource(source=SOURCE, area="mun-0787", account="acc-1", choices=log.sealed("{}"))
        )
    assert "1 row differs." in shell.ok(*command)
    assert shell("find", "Mette Rugvang Bæk").code == 1
    with open_identity_store(accounts) as known:
        (left,) = known.imports.uploads()
    assert (left.account, left.source, left.area) == (HOST, SOURCE, "mun-0787")
    assert "Mette" not in left.content

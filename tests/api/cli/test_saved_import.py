"""`kontaktvej import --saved`: the next list of a source waits for its stewards."""

from pathlib import Path

from api.audit.log import audit_log
from api.identity.imports import HOST, SavedSource
from api.identity.store import open_identity_store
from tests.api.shell import Shell

SOURCE = "mun-0787.hr"
LIST = "Kommune;Funktion;Navn\nThisted;SSP-koordinator;Mette Rugvang Bæk\n"


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

"""`kontaktvej export` by its real entry point."""

import csv
import zipfile
from pathlib import Path

import openpyxl
import pytest

from api.audit.log import audit_log
from api.audit.report import rows_of
from api.cli.serve import DEMO_MARK
from graph.exchange.formats import FORMATS
from graph.store.encryption.keyring import open_keyring
from tests.api.shell import Shell, shell_over
from tests.change_sets import NUMBERS, fill_with_kystby
from tests.databases import Server


@pytest.fixture
def home(server: Server, tmp_path: Path) -> Path:
    with open_keyring(tmp_path / "keys") as keyring, server.with_store(keyring) as store:
        fill_with_kystby(store)
    return tmp_path


@pytest.fixture
def shell(server: Server, home: Path) -> Shell:
    return shell_over(server, home)


def test_an_export_of_a_place_writes_ids_without_names_and_is_logged(
    shell: Shell, home: Path
) -> None:
    file = home / "kystby.csv"
    out = shell.ok("export", "Kystby", "--format", "nodes_csv", "--out", str(file))
    assert "People stand by id, not by name" in out
    text = file.read_text("utf-8-sig")
    ids = {row["Id"] for row in csv.DictReader(text.splitlines(), delimiter=";")}
    assert {"kystby", "ssp-post", "amina", "kystby-kommune"} <= ids
    assert "jens" not in ids
    for secret in ("Amina", *NUMBERS.values()):
        assert secret not in text
    assert "K-" in (home / "kystby.about.json").read_text("utf-8")
    with audit_log(home / "audit", home / "keys") as log:
        shown, request = rows_of(log, most=10)[0][:2]
    assert (request.action, request.kind, request.via) == ("command_export", "asked", "host")
    assert (shown.kind, shown.count) == ("shown", len(ids))
    assert "amina" in shown.subjects
    again = shell("export", "Kystby", "--format", "nodes_csv", "--out", str(file))
    assert (again.code, "kystby.csv" in again.err) == (3, True)


def test_an_export_of_the_demo_is_marked_as_demo_data(
    server: Server, shell: Shell, home: Path
) -> None:
    about = home / "kystby.about.json"
    for is_demo in (False, True):
        if is_demo:
            with open_keyring(home / "keys") as keyring, server.with_store(keyring) as store:
                store.set_mark(DEMO_MARK, "2026-11-25")
        file = home / "kystby.csv"
        shell.ok("export", "Kystby", "--format", "nodes_csv", "--out", str(file), "--lang", "da")
        assert ("Demodata" in about.read_text("utf-8")) is is_demo
        file.unlink()
        about.unlink()


def test_the_whole_register_with_names_is_read_into_an_empty_home_and_equal_there(
    server: Server, shell: Shell, home: Path
) -> None:
    whole = ("export", "--format", "native", "--with-names", "--out")
    shell.ok(*whole, str(home / "first.zip"))
    server.empty()
    shell.ok("import", str(home / "first.zip"), "--source", "copy", "--apply")
    shell.ok(*whole, str(home / "second.zip"))
    first, second = (rows_in(home / name) for name in ("first.zip", "second.zip"))
    assert "Amina Søkilde Østergård" in {row["name"] for row in first["nodes.csv"]}
    assert first == second
    assert "Nothing to write" in shell.ok(
        "import", str(home / "second.zip"), "--source", "copy", "--apply"
    )


def test_a_workbook_that_was_changed_is_imported_with_that_change_alone(
    shell: Shell, home: Path
) -> None:
    file = home / "kystby.xlsx"
    shell.ok("export", "--format", "native_excel", "--out", str(file))
    unchanged = shell.ok("import", str(file), "--source", "excel", "--apply")
    assert "Nothing to write" in unchanged
    book = openpyxl.load_workbook(file)
    sheet = book["nodes"]
    head = [cell.value for cell in sheet[1]]
    (row,) = (
        row for row in sheet.iter_rows(min_row=2) if row[head.index("id")].value == "ssp-post"
    )
    sheet.cell(row[0].row or 0, head.index("hours") + 1, "MO-FR 08:00-11:30")
    book.save(file)
    changed = ("import", str(file), "--source", "excel", "--take-source")
    assert "Changed 1" in shell.ok(*changed)
    assert "Written as batch" in shell.ok(*changed, "--apply")
    assert "11:30" in shell.ok("show", "ssp-post")


def rows_in(file: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of both tables, without the batch that wrote them last."""
    with zipfile.ZipFile(file) as archive:
        texts = {
            name: archive.read(name).decode("utf-8-sig") for name in ("nodes.csv", "links.csv")
        }
    rows = {
        name: list(csv.DictReader(text.splitlines(), delimiter=";")) for name, text in texts.items()
    }
    return {
        name: [{**row, "batch": "", "revision": ""} for row in table]
        for name, table in rows.items()
    }


def test_an_unknown_format_is_refused_with_the_list_of_formats(tmp_path: Path) -> None:
    err = Shell(KONTAKTVEJ_HOME=str(tmp_path / "none")).refused("export", "x", "--format", "odt")
    assert all(name in " ".join(err.split()) for name in FORMATS)
    assert not (tmp_path / "none").exists()

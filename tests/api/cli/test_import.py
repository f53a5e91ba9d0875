"""`kontaktvej import` by its real entry point: previewed, written once, refused, corrected."""

import shlex
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from api.audit.log import audit_log
from api.audit.report import rows_of
from api.cli import imports
from api.cli.import_preview import change_account
from api.identity.imports import StoredBatch
from api.identity.store import open_identity_store
from graph.errors import OutcomeUnknown, StoreUnavailable
from graph.exchange.imports import PreviewRow, RowState
from graph.exchange.imports.comparison import FieldDifference, FieldVerdict
from graph.own_kinds import NO_OWN_KINDS, read_own_kinds
from tests.api.shell import Shell, shell_over, shell_with
from tests.databases import Server
from tests.fixtures.own_kinds import OWN_KINDS, TEXT
from tests.graph.exchange.imports.native_folder import write_folder, write_native
from tests.graph.exchange.imports.office_lists import csv_of, denmark, office_workbook

pytestmark = pytest.mark.slow

ON = ("--on", "2026-11-25")
HEAD = "Kommune;Funktion;Navn;Tlf.;Mail"
METTE = "Thisted;SSP-koordinator;Mette Rugvang Bæk;05 12 34 78;m@t.example"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


def write_list(home: Path, *lines: str) -> str:
    path = home / "liste.csv"
    path.write_bytes(csv_of(*lines))
    return str(path)


def test_a_list_is_previewed_written_once_and_then_read_with_saved_columns(
    shell: Shell, home: Path
) -> None:
    command = ("import", write_list(home, HEAD, METTE), "--source", "hr-test", *ON)
    out = shell.ok(*command)
    assert "Columns as guessed:" in out
    assert "New 1 · Changed 0 · Conflicting 0 · Unchanged 0 · Refused 0 · Ended 0" in out
    assert shell("find", "Mette Rugvang Bæk").code == 1  # nothing is written yet
    applied = shell.ok(*command, "--apply")
    assert "Written as batch hr-test:20261125:" in applied
    assert "Mette Rugvang Bæk" in shell.ok("show", "SSP-koordinator, Thisted", *ON)
    again = shell.ok(*command, "--apply")
    assert "Columns as saved (hr-test):" in again
    assert "Nothing to write: the register says the same." in again
    preview = shell(*command, "--json").json()
    assert preview["counts"]["UNCHANGED"] == 1
    assert "05 12 34 78" not in str(preview["rows"])


def test_a_corrected_number_is_recognized_without_being_shown(shell: Shell, home: Path) -> None:
    command = ("import", write_list(home, HEAD, METTE), "--source", "hr-test", *ON)
    shell.ok(*command, "--apply")
    changed = write_list(home, HEAD, METTE.replace("34 78", "34 99"))
    out = shell.ok("import", changed, "--source", "hr-test", *ON, "--lang", "da")
    assert "Kontaktoplysning: listen siger +45 •• •• •• 99, vi siger +45 •• •• •• 78" in out
    shell.ok("import", changed, "--source", "hr-test", *ON, "--apply")
    again = shell("import", changed, "--source", "hr-test", *ON, "--json").json()
    assert again["counts"]["UNCHANGED"] == 1


def test_an_import_is_undone_once_and_can_be_repeated(shell: Shell, home: Path) -> None:
    command = ("import", write_list(home, HEAD, METTE), "--source", "hr-test", *ON, "--apply")
    batch = shell(*command, "--json").json()["batch"]
    row = StoredBatch(
        id="imp-1", batch=batch, account="acc-1", source="hr-test", area="mun-0787", counts={},
        change_set="set", revision=1, made_at=datetime.now(UTC),
    )  # fmt: skip
    with open_identity_store(home / "accounts") as known:
        known.imports.begin(row)
    assert "Nothing is written yet" in shell.ok("undo-import", batch)
    assert "Mette Rugvang Bæk" in shell.ok("show", "SSP-koordinator, Thisted", *ON)
    out = shell.ok("undo-import", batch, "--apply", "--lang", "da")
    assert "noder og forbindelser fra importen afsluttes" in out
    assert "Mette Rugvang Bæk" not in shell.ok("show", "SSP-koordinator, Thisted", *ON)
    again = shell("undo-import", batch)
    assert (again.code, "The import is undone already." in again.err) == (2, True)
    with open_identity_store(home / "accounts") as known:
        stored = known.imports.batch("imp-1")
    assert stored is not None
    assert stored.undone_at is not None
    assert shell("undo-import", "hr-test:20261125:unknown").code == 2
    shell.ok(*command)
    assert "Mette Rugvang Bæk" in shell.ok("show", "SSP-koordinator, Thisted", *ON)


@pytest.mark.parametrize(
    ("error", "kinds"),
    [
        (OutcomeUnknown("lost"), ["intent"]),
        (StoreUnavailable("away"), ["not_done", "intent"]),
    ],
)
def test_a_write_is_logged_as_not_done_only_if_that_is_known(
    home: Path, error: StoreUnavailable, kinds: list[str]
) -> None:
    with audit_log(home / "audit", home / "keys") as log:
        with pytest.raises(type(error)), imports.audit_record(log, "import_list", {}, "set", (), 1):
            raise error
        assert [row.kind for row in rows_of(log, most=9)[0]] == kinds


def test_refused_rows_block_the_write_unless_they_are_skipped(shell: Shell, home: Path) -> None:
    atlantis = METTE.replace("Thisted", "Atlantis").replace("Mette", "Ida")
    errors = home / "ret.csv"
    command = ("import", write_list(home, HEAD, METTE, atlantis), "--source", "hr-test", *ON)
    result = shell(*command, "--errors", str(errors), "--lang", "da")
    assert result.code == 1
    assert "Kommune: er ikke en myndighed, Kontaktvej kender" in result.out
    assert "Ida Rugvang Bæk" in errors.read_text("utf-8-sig")
    refused = shell(*command, "--apply")
    assert (refused.code, "Nothing was written" in refused.err) == (2, True)
    assert shell("find", "Mette Rugvang Bæk").code == 1
    assert "Written as batch" in shell.ok(*command, "--apply", "--skip-refused")


def test_a_file_with_a_cpr_number_in_its_name_is_refused(shell: Shell, home: Path) -> None:
    file = Path(write_list(home, HEAD, METTE)).rename(home / "liste_010203_1234.csv")
    err = shell.refused("import", str(file), "--source", "hr-test", *ON)
    assert "looks like a CPR number" in err
    assert "010203" not in err


def test_a_file_with_a_forbidden_column_changes_nothing_and_gets_a_file_of_errors(
    shell: Shell, home: Path
) -> None:
    file = write_list(home, f"{HEAD};CPR", f"{METTE};1")
    errors = home / "fejl.csv"
    command = ("import", file, "--source", "hr-test", *ON, "--apply", "--skip-refused")
    err = shell.refused(*command, "--errors", str(errors))
    assert err.startswith("liste.csv, line 1, column F: is a column about citizens in cases")
    assert "FORBIDDEN_COLUMN" in errors.read_text("utf-8-sig")
    assert shell("find", "Mette Rugvang Bæk").code == 1


def test_columns_words_and_fixed_values_are_chosen_by_options(shell: Shell, home: Path) -> None:
    file = write_list(home, "Hvem;Hvad;Hvornår", "Mette Rugvang Bæk;Gul trøje;03/04/2026")
    command = ("import", file, "--source", "hr-test", *ON, "--set", "Hvem=NAME", "--set",
               "Hvad=post", "--fixed", "AUTHORITY=Thisted Kommune")  # fmt: skip
    assert shell(*command, "--set", "Hvornår=VALID_FROM").code == 2  # day or month first
    chosen = (*command, "--set", "Hvornår=VALID_FROM:dmy", "--read",
              "POST:Gul trøje=SSP_COORDINATOR")  # fmt: skip
    preview = shell(*chosen, "--json").json()
    assert preview["counts"]["NEW"] == 1
    assert preview["rows"][0]["post"] == "SSP-koordinator, Thisted"
    for wrong in (
        ("--set", "Findes ikke=NAME"), ("--set", "Hvem=FARVE"), ("--fixed", "x"),
        ("--read", "Gul=SSP"), ("--merge", "a=b"), ("--mapping", "ukendt"),
        ("--source", "form"),
    ):  # fmt: skip
        assert shell(*command, *wrong).code == 2


def test_a_word_is_read_as_an_own_kind_and_written_once(shell: Shell, home: Path) -> None:
    (home / "vocabulary.toml").write_text(TEXT, "utf-8")
    file = write_list(home, HEAD, METTE.replace("SSP-koordinator", "Gul trøje"))
    command = ("import", file, "--source", "hr-test", *ON)
    for word, message in (
        ("BOLIGNET", "BOLIGNET is an own kind beneath Network, not beneath Post"),
        ("Findes ikke", "must be one of INFOHOUSE_COORDINATOR_MUNICIPAL"),
        ("GULD", "there is no kind GULD; must be one of"),
    ):
        assert message in shell(*command, "--read", f"POST:Gul trøje={word}").err
    chosen = (*command, "--read", "POST:Gul trøje=demokratikonsulent")
    out = shell.ok(*chosen, "--apply", "--lang", "da")
    assert "Gul trøje → Demokratikonsulent (100 %, 1 række)" in out
    assert "Demokratikonsulent" in shell.ok("show", "Demokratikonsulent, Thisted", *ON)
    assert shell(*command, "--json").json()["counts"]["UNCHANGED"] == 1  # the reading is saved
    (home / "vocabulary.toml").write_text("", "utf-8")
    removed = shell(*command, "--lang", "da")
    assert (removed.code, "findes ikke længere: DEMOKRATIKONSULENT" in removed.out) == (1, True)


def test_an_import_is_refused_while_the_own_kinds_are_being_changed(
    shell: Shell, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "vocabulary.toml").write_text(TEXT, "utf-8")
    file = write_list(home, HEAD, METTE.replace("SSP-koordinator", "Demokratikonsulent"))
    command = ("import", file, "--source", "hr-test", *ON, "--apply")
    monkeypatch.setattr(imports, "own_kinds_of", iter((OWN_KINDS, read_own_kinds(""))).__next__)
    refused = shell(*command)
    assert (refused.code, "the own kinds are being changed" in refused.err) == (2, True)
    monkeypatch.undo()
    assert "Written as batch" in shell.ok(*command)


def test_a_workbook_of_300_rows_is_written_whole_and_unchanged_when_repeated(
    claimed_server: Server, home: Path
) -> None:
    shell = shell_with(claimed_server, home, denmark().elements())
    file = home / "ssp.xlsx"
    file.write_bytes(office_workbook())
    out = shell.ok("import", str(file), "--source", "ssp-liste", *ON, "--apply")
    assert "New 300" in out
    assert "Written as batch ssp-liste:20261125:" in out
    again = shell("import", str(file), "--source", "ssp-liste", *ON, "--json").json()
    assert again["counts"]["UNCHANGED"] == 300


def test_a_folder_in_the_native_format_is_compared_by_id(shell: Shell, home: Path) -> None:
    post = next(element for element in denmark().elements() if element.id == "act-ssp-0787")
    write_folder(home / "mappe", write_native([replace(post, hours="MO-FR 08:00-12:00")]))
    command = ("import", str(home / "mappe"), "--source", "kopi", *ON)
    out = shell.ok(*command)
    assert "Conflicting 1" in out
    assert "Post: SSP-koordinator, Thisted" in out
    line = "Opening hours: the list says Mon–Fri 08:00–12:00, we say Mon–Fri 09:00–15:00 (conflict)"
    assert line in out
    shell.ok(*command, "--take-source", "--apply")
    assert shell(*command, "--json").json()["counts"]["UNCHANGED"] == 1


def test_a_changed_end_date_is_shown_as_the_last_day() -> None:
    ends = FieldDifference(
        id="h", field="valid_to", source_says=date(2027, 1, 1), we_say=None,
        verdict=FieldVerdict.CHANGED,
    )  # fmt: skip
    row = PreviewRow(line=2, state=RowState.CHANGED, differences=(ends,))
    assert list(change_account(row, NO_OWN_KINDS, "da")) == [
        "Sidste dag: listen siger 31. dec. 2026, vi siger – (ændret)"
    ]


def test_the_commands_of_the_import_guide_lead_to_a_first_contact_path(
    claimed_server: Server, home: Path
) -> None:
    claimed_server.empty()
    shell = shell_over(claimed_server, home)
    guide = Path("docs/import.md").read_text("utf-8")
    section = guide.partition("## From nothing to a first contact path")[2].partition("## ")[0]
    commands = [
        shlex.split(line)[1:] for line in section.splitlines() if line.startswith("kontaktvej ")
    ]
    structure, posts, path = (
        shell.ok(*(f"{Path(part).resolve()}" if "/" in part else part for part in command))
        for command in commands
    )
    assert "Written as batch egen:" in structure
    assert "New 3 · Changed 0 · Conflicting 0 · Unchanged 0 · Refused 0 · Ended 0" in posts
    assert "1  SSP-koordinator, Kystby — is who you asked for" in path
    assert "Mette Rugvang Bæk." in path

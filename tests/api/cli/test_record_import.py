"""`kontaktvej import` of the formats of other systems, by its real entry point."""

from pathlib import Path

import pytest

from tests.api.shell import Shell
from tests.fixtures.own_kinds import TEXT
from tests.graph.exchange.imports.records.record_files import DATA, as_json, mo_answer

pytestmark = pytest.mark.slow

ON = ("--on", "2026-11-25")
WORDS = ("--read", "UNIT:Afdeling=UNIT", "--read", "POST:Leder=")


@pytest.fixture
def answer(tmp_path: Path) -> str:
    path = tmp_path / "os2mo.json"
    path.write_bytes(as_json(mo_answer()))
    return str(path)


def test_an_os2mo_file_is_refused_without_readings_previewed_and_written_once(
    shell: Shell, answer: str
) -> None:
    command = ("import", answer, "--source", "os2mo-thisted", *ON)
    result = shell(*command)
    assert result.code == 2
    assert "os2mo.json: OS2mo (GraphQL), 4 records" in result.out
    assert "These words must be read as something, or left out:" in result.out
    assert "Nothing was written" in shell(*command, "--apply").err
    out = shell.ok(*command, *WORDS)
    assert "New 2 · Changed 0 · Conflicting 0 · Unchanged 1 · Refused 0 · Ended 0" in out
    assert "secret or private addresses were skipped (3)" in out
    assert "Thisted, SSP (National, Police district): Another contact" in out  # the post was vacant
    assert "SSP-koordinator, Thisted: Mette Rugvang Bæk" in out
    assert shell("find", "Mette Rugvang Bæk").code == 1  # nothing is written yet
    assert "Written as batch os2mo-thisted:20261125:" in shell.ok(*command, *WORDS, "--apply")
    assert "Mette Rugvang Bæk" in shell.ok("show", "SSP-koordinator, Thisted", *ON)
    assert "the register says the same" in shell.ok(*command, "--apply")  # words are stored
    preview = shell(*command, "--json").json()
    assert (preview["format"], preview["counts"]["UNCHANGED"]) == ("OS2MO", 3)
    assert "05 12 34 78" not in str(preview)


def test_a_function_is_read_as_an_own_kind_until_it_is_removed(
    shell: Shell, answer: str, tmp_path: Path
) -> None:
    own = tmp_path / "vocabulary.toml"
    own.write_text(TEXT, "utf-8")
    command = ("import", answer, "--source", "os2mo-thisted", *ON)
    words = (
        "--read",
        "UNIT:Afdeling=unit//Tryghedsforvaltningen",
        "--read",
        "POST:Leder=Ungekonsulent",
    )
    shell.ok(*command, *words, "--apply")
    assert shell(*command, "--json").json()["counts"]["UNCHANGED"] == 4
    assert "Ungekonsulent" in shell.ok("show", "Ungekonsulent, Ungeenheden, Thisted", *ON)
    own.write_text(TEXT.replace('"UNGEKONSULENT"', '"ANDET"').replace("Ungekons", "Andet"), "utf-8")
    result = shell(*command, "--lang", "da")
    assert (result.code, "Leder: vælg igen, hvad ordet betyder" in result.out) == (2, True)
    assert "findes ikke længere: UNGEKONSULENT" in result.out


def test_a_list_of_the_same_source_has_its_columns_guessed(
    shell: Shell, answer: str, tmp_path: Path
) -> None:
    shell.ok("import", answer, "--source", "hr", *ON, *WORDS, "--apply")
    listed = tmp_path / "liste.csv"
    listed.write_text("Kommune;Funktion;Navn\nThisted;SSP-koordinator;Ida Holm Bæk\n", "utf-8")
    command = ("import", str(listed), "--source", "hr", *ON)
    asked = shell(*command)
    assert "choose with --holder" in asked.out
    assert shell(*command, "--holder", "2=beside").code == 0
    out = shell.ok(*command, "--holder", "*=REPLACES")
    assert "Mette Rugvang Bæk → Ida Holm Bæk" in out
    assert "Without a post afterwards: Mette Rugvang Bæk" in out
    assert "Columns as guessed:" in out
    assert "New 1" in out


def test_a_file_of_several_possible_formats_is_read_in_the_chosen_format(
    shell: Shell, tmp_path: Path
) -> None:
    thisted = {"id": "o1", "name": "Thisted Kommune", "classification": "Kommune"}
    path = tmp_path / "blandet.json"
    path.write_bytes(as_json({**mo_answer(), "organizations": [thisted], "memberships": []}))
    command = ("import", str(path), "--source", "x", *ON)
    assert "--format: one of list, native, os2mo, fk-org, popolo, hsds" in shell.refused(*command)
    for word, found in (
        ("os2mo", "OS2mo (GraphQL), 4 records\n"),
        ("popolo", "Popolo (JSON), 1 record\n"),
    ):
        assert f"blandet.json: {found}" in shell(*command, "--format", word).out
    refused = shell.refused(*command, "--format", "hsds")
    assert "the file is not of the chosen format" in refused


def test_an_hsds_folder_is_recognized_and_invalid_files_or_options_refused(
    shell: Shell, tmp_path: Path
) -> None:
    folder = str(DATA.resolve() / "hsds")
    out = shell("import", folder, "--source", "hsds-test", *ON, "--lang", "da").out
    assert "HSDS 3 (CSV eller JSON), 3 poster" in out
    assert "Vælg, hvad disse ord betyder, eller udelad dem:" in out
    unclear = tmp_path / "andet.json"
    unclear.write_bytes(b'{"x": 1}')
    for file, *wrong in (
        (str(unclear),), (str(unclear), "--format", "popolo"), (folder, "--format", "pdf"),
        (str(tmp_path / "findes-ikke.json"),), (folder, "--ends", "aldrig"),
        (folder, "--read", "UNIT:x=FARVE"),
    ):  # fmt: skip
        assert shell("import", file, "--source", "x", *wrong).code == 2


def test_a_file_with_a_personal_number_is_refused_whole(shell: Shell, tmp_path: Path) -> None:
    file = str(DATA.resolve() / "os2mo" / "create_bruger_andersand.json")
    errors = tmp_path / "fejl.csv"
    err = shell.refused("import", file, "--source", "fk", "--errors", str(errors))
    assert "relationer.tilknyttedepersoner[0].urn: looks like a CPR number" in err
    assert "CPR_NUMBER" in errors.read_text("utf-8-sig")
    assert "0906340000" not in err

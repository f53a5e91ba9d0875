"""The worked answers are those that were agreed; `make golden` writes them again."""

import pytest

from tests.golden.worked import FOLDER, NEEDS, worked


@pytest.mark.parametrize("name", NEEDS)
def test_a_worked_answer_matches_its_golden_files_as_data_and_in_both_languages(name: str) -> None:
    files = dict(worked(name))
    assert len(files) == 3
    for file, text in files.items():
        agreed = (FOLDER / file).read_text(encoding="utf-8")
        assert text == agreed, f"{file} differs; if the change is meant, run make golden"


def test_every_golden_file_belongs_to_a_worked_answer() -> None:
    files = {path.name for path in FOLDER.iterdir() if path.suffix in (".json", ".txt")}
    assert files == {file for name in NEEDS for file, _ in worked(name)}

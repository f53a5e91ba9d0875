"""Do the lanes run side by side, show everything and tell the truth about the outcome?"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
QUICK = "quick=not store"
STORE = "store=store"
SETTINGS = "[pytest]\nmarkers =\n    store: any\n"
PASSES = "import pytest\ndef test_quick(): pass\n@pytest.mark.store\ndef test_stored(): pass\n"
FAILS = PASSES.replace("def test_stored(): pass", "def test_stored(): raise OSError('no engine')")
UNMARKED = "def test_quick(): pass\n"


def run_lanes(folder: Path, tests: str, *lanes: str) -> tuple[int, list[str]]:
    """The exit status and the printed lines of `lanes` over one file of tests."""
    (folder / "pytest.ini").write_text(SETTINGS, "utf-8")
    (folder / "test_any.py").write_text(tests, "utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "tests.lanes", *lanes],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    return ended.returncode, ended.stdout.splitlines()


def test_the_second_lane_is_shown_after_the_first_and_the_totals_last(tmp_path: Path) -> None:
    status, lines = run_lanes(tmp_path, PASSES, QUICK, STORE)
    shown = [line for line in lines if line.startswith("Tests that are")]
    assert (status, shown) == (0, ["Tests that are: not store", "Tests that are: store"])
    assert lines[-1] == "2 passed, 0 failed, 0 skipped"


def test_a_failure_in_the_lane_behind_fails_the_whole(tmp_path: Path) -> None:
    status, lines = run_lanes(tmp_path, FAILS, QUICK, STORE)
    assert status == 1
    assert any("no engine" in line for line in lines)
    assert lines[-1] == "1 passed, 1 failed, 0 skipped"


def test_a_lane_without_tests_fails_although_nothing_failed_in_it(tmp_path: Path) -> None:
    status, lines = run_lanes(tmp_path, UNMARKED, STORE)
    assert status == 1
    assert lines[-1] == "0 passed, 0 failed, 0 skipped"


def test_lanes_are_measured_from_covered_to_plain(tmp_path: Path) -> None:
    (tmp_path / ".coveragerc").write_text("[run]\nparallel = true\n", "utf-8")
    status, _ = run_lanes(tmp_path, PASSES, "--covered", QUICK, "--plain", STORE)
    assert (status, len(list(tmp_path.glob(".coverage.*")))) == (0, 1)
    status, _ = run_lanes(tmp_path, PASSES, "--covered", QUICK, STORE)
    assert (status, len(list(tmp_path.glob(".coverage.*")))) == (0, 3)

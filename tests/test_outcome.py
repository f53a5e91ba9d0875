"""Every test is counted once, and every unexpected skip is reported."""

from pathlib import Path

import pytest

from tests import outcome
from tests.outcome import expected_reasons, totals, unexpected_skips

REPORT = """<testsuites><testsuite>
<testcase classname="tests.test_a" name="test_passes"><system-out>x</system-out></testcase>
<testcase classname="tests.test_a" name="test_fails"><failure message="no"/></testcase>
<testcase classname="tests.test_a" name="test_breaks"><error message="no"/></testcase>
<testcase classname="tests.test_a" name="test_waits"><skipped message="needs root"/></testcase>
</testsuite></testsuites>"""


def test_a_test_with_an_error_counts_as_failed_and_reports_are_added_up(tmp_path: Path) -> None:
    report = tmp_path / "test.xml"
    report.write_text(REPORT, "utf-8")
    assert totals([report]) == "1 passed, 2 failed, 1 skipped"
    assert totals([report, report]) == "2 passed, 4 failed, 2 skipped"
    assert totals([]) == "0 passed, 0 failed, 0 skipped"


def _skip_report(reason: str) -> pytest.TestReport:
    longrepr = ("tests/test_a.py", 3, f"Skipped: {reason}")
    return pytest.TestReport(
        "tests/test_a.py::test_waits", ("", 0, ""), {}, "skipped", longrepr, "setup"
    )


def test_a_skip_is_expected_only_by_its_exact_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcome, "_LISTED", tmp_path / "skips.txt")
    (tmp_path / "skips.txt").write_text("# why\n\n  needs root \n", "utf-8")
    assert unexpected_skips([_skip_report("needs root")]) == []
    assert unexpected_skips([_skip_report("needs")]) == [
        "tests/test_a.py::test_waits was skipped, which is not expected: needs"
    ]


def test_the_list_of_expected_skips_can_be_read() -> None:
    assert "" not in expected_reasons() != frozenset()

"""Is every test counted once, and does no unexpected skip go unnoticed?"""

from pathlib import Path

import pytest

from tests.tally import EXPECTED_SKIPS, Tally, expected_reasons, tally

REPORT = """<testsuites><testsuite>
<testcase classname="tests.test_a" name="test_passes"/>
<testcase classname="tests.test_a" name="test_fails"><failure message="no"/></testcase>
<testcase classname="tests.test_a" name="test_breaks"><error message="no"/></testcase>
<testcase classname="tests.test_a" name="test_waits"><skipped message="needs root"/></testcase>
<testcase classname="" name="tests.test_b"><skipped message="collection skipped"
>('/tests/test_b.py', 4, 'Skipped: needs Linux')</skipped></testcase>
</testsuite></testsuites>"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    path = tmp_path / "lane.xml"
    path.write_text(REPORT, "utf-8")
    return path


def test_a_test_with_an_error_counts_as_failed(report: Path) -> None:
    assert str(tally([report])) == "1 passed, 2 failed, 2 skipped"


def test_several_reports_are_added_up(report: Path) -> None:
    assert str(tally([report, report])) == "2 passed, 4 failed, 4 skipped"


def test_a_skip_is_expected_only_by_its_exact_reason(report: Path) -> None:
    counted = tally([report])
    assert list(counted.complaints(frozenset({"needs root", "needs Linux"}))) == []
    assert list(counted.complaints(frozenset({"needs", "needs Linux"}))) == [
        "tests.test_a::test_waits was skipped, which nobody expects: needs root"
    ]


def test_a_run_that_left_no_report_is_a_complaint(report: Path, tmp_path: Path) -> None:
    lost = tally([report, tmp_path / "lost.xml"])
    assert any("lost.xml is missing" in line for line in lost.complaints(frozenset({"needs root"})))


def test_no_test_at_all_is_a_complaint() -> None:
    nothing = Tally(passed=0, failed=0, skips=(), missing=())
    assert list(nothing.complaints(frozenset())) == ["no test ran"]


def test_comments_and_blank_lines_are_no_reasons() -> None:
    assert expected_reasons("# why\n\n  needs root \n") == {"needs root"}


def test_the_expected_list_can_be_read() -> None:
    assert "" not in expected_reasons(EXPECTED_SKIPS.read_text("utf-8"))

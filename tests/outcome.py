"""Outcome of test runs: totals over JUnit reports, and reasons for which a test may be skipped.

`python -m tests.outcome REPORT...` prints the totals of the reports.
"""

import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from xml.etree import ElementTree

import pytest

_LISTED = Path(__file__).with_name("expected_skips.txt")


def expected_reasons() -> frozenset[str]:
    """Return the lines of the list, without blank ones and comments."""
    lines = (line.strip() for line in _LISTED.read_text("utf-8").splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def unexpected_skips(reports: Iterable[pytest.TestReport | pytest.CollectReport]) -> list[str]:
    """Return a sentence for each skipped test whose reason is not in the list."""
    expected = expected_reasons()
    skips = [
        (report.nodeid, report.longrepr[2].removeprefix("Skipped: "))
        for report in reports
        if isinstance(report.longrepr, tuple)
    ]
    return [
        f"{test} was skipped, which is not expected: {reason}"
        for test, reason in skips
        if reason not in expected
    ]


def totals(reports: Iterable[Path]) -> str:
    """Return one line; a test with an error counts as failed."""
    counted: Counter[str] = Counter()
    for report in reports:
        for case in ElementTree.parse(report).iter("testcase"):
            kinds = {part.tag for part in case}
            failed = kinds & {"failure", "error"}
            counted["failed" if failed else "skipped" if "skipped" in kinds else "passed"] += 1
    return ", ".join(f"{counted[kind]} {kind}" for kind in ("passed", "failed", "skipped"))


if __name__ == "__main__":
    sys.stdout.write(f"{totals(map(Path, sys.argv[1:]))}\n")

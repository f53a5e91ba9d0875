"""How many tests passed, failed and were skipped, counted over the reports of several runs.

`python -m tests.tally REPORT...` reads JUnit reports and ends with one line of totals.
"""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

EXPECTED_SKIPS = Path(__file__).with_name("expected_skips.txt")


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """A test that did not run, and why."""

    test: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """The outcome of several runs; a test with an error counts as failed."""

    passed: int
    failed: int
    skips: tuple[Skip, ...]
    missing: tuple[Path, ...]

    def complaints(self, expected: frozenset[str]) -> Iterator[str]:
        """What is wrong beyond failed tests, one sentence each."""
        for report in self.missing:
            yield f"{report} is missing: its run ended before it could report"
        for skip in self.skips:
            if skip.reason not in expected:
                yield f"{skip.test} was skipped, which nobody expects: {skip.reason}"
        if not self.passed + self.failed:
            yield "no test ran"

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {len(self.skips)} skipped"


def tally(reports: Iterable[Path]) -> Tally:
    """Counts every test case of `reports`; one that does not exist is named as missing."""
    passed, failed, skips, missing = 0, 0, list[Skip](), list[Path]()
    for report in reports:
        if not report.exists():
            missing.append(report)
            continue
        for case in ElementTree.parse(report).iter("testcase"):
            if case.find("failure") is not None or case.find("error") is not None:
                failed += 1
            elif (skipped := case.find("skipped")) is not None:
                skips.append(Skip(test=_name(case), reason=_reason(skipped)))
            else:
                passed += 1
    return Tally(passed=passed, failed=failed, skips=tuple(skips), missing=tuple(missing))


def expected_reasons(listed: str) -> frozenset[str]:
    """The reasons in the text of an expected list: its lines, without blanks and comments."""
    lines = (line.strip() for line in listed.splitlines())
    return frozenset(line for line in lines if line and not line.startswith("#"))


def close(reports: Iterable[Path]) -> bool:
    """Prints the complaints and, last, the totals; True when all is well."""
    counted = tally(reports)
    complaints = list(counted.complaints(expected_reasons(EXPECTED_SKIPS.read_text("utf-8"))))
    sys.stdout.writelines(f"{complaint}\n" for complaint in complaints)
    sys.stdout.write(f"{counted}\n")
    sys.stdout.flush()
    return not (counted.failed or complaints)


def _name(case: ElementTree.Element) -> str:
    return "::".join(part for part in (case.get("classname"), case.get("name")) if part)


def _reason(skipped: ElementTree.Element) -> str:
    """The reason given; pytest hides that of a whole module in the text of the element."""
    message = skipped.get("message", "")
    if message != "collection skipped":
        return message
    return (skipped.text or "").rpartition("Skipped: ")[2].rstrip("\"')")


if __name__ == "__main__":
    sys.exit(not close([Path(report) for report in sys.argv[1:]]))

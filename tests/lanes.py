"""Runs lanes of tests side by side, shows them one after the other and counts them together.

`python -m tests.lanes [--covered] NAME=MARKERS... [--plain NAME=MARKERS...]`, for example
`store="store and not drill"`: lanes after `--covered` are measured, those after `--plain` are not.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.tally import close

REPORTS = Path("build/tests")
POLL_S = 0.1  # far below what a reader notices, far above what it costs


@dataclass(frozen=True, slots=True, kw_only=True)
class Lane:
    """The tests that pytest selects by an expression of markers."""

    name: str
    markers: str
    is_covered: bool = False

    @property
    def report(self) -> Path:
        """Where the lane leaves its JUnit report."""
        return REPORTS / f"{self.name}.xml"

    @property
    def log(self) -> Path:
        """Where the lane writes while another one has the terminal."""
        return REPORTS / f"{self.name}.txt"

    def command(self, *, has_color: bool) -> list[str]:
        """The pytest that runs this lane."""
        measured = ["coverage", "run", "-m"] if self.is_covered else []
        chosen = ["-m", self.markers, f"--junitxml={self.report}"]
        color = ["--color=yes"] if has_color else []
        return [sys.executable, "-m", *measured, "pytest", *chosen, *color]


def run(lanes: list[Lane]) -> bool:
    """Runs all lanes at once, the first on the terminal; True when each of them passed."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    for lane in lanes:
        lane.report.unlink(missing_ok=True)
    has_color = sys.stdout.isatty()
    started = [
        _start(lane, lane.command(has_color=has_color), is_shown=place == 0)
        for place, lane in enumerate(lanes)
    ]
    try:
        started[0].wait()
        for lane, process in zip(lanes[1:], started[1:], strict=True):
            _follow(lane.log, process)
    finally:  # an interrupt reaches the lanes too: let them stop their engine
        failed = [process for process in started if process.wait()]
    return close(lane.report for lane in lanes) and not failed


def _start(lane: Lane, command: list[str], *, is_shown: bool) -> subprocess.Popen[bytes]:
    if is_shown:
        sys.stdout.write(f"Tests that are: {lane.markers}\n")
        sys.stdout.flush()
        return subprocess.Popen(command, stdin=subprocess.DEVNULL)
    with lane.log.open("wb") as log:
        log.write(f"\nTests that are: {lane.markers}\n".encode())
        log.flush()
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )


def _follow(log: Path, process: subprocess.Popen[bytes]) -> None:
    """Copies what is in `log`, and what still comes, until its process has ended."""
    with log.open("rb") as lines:
        while True:
            has_ended = process.poll() is not None  # asked before reading, so that nothing is lost
            sys.stdout.buffer.write(lines.read())
            sys.stdout.flush()
            if has_ended:
                return
            time.sleep(POLL_S)


def main(arguments: list[str]) -> int:
    """The exit status: 0 when every lane passed and nothing was skipped that should have run."""
    try:
        return 0 if run(list(_lanes(arguments))) else 1
    except KeyboardInterrupt:
        return 130


def _lanes(arguments: list[str]) -> Iterator[Lane]:
    is_covered = False
    for argument in arguments:
        if argument in ("--covered", "--plain"):
            is_covered = argument == "--covered"
        else:
            name, _, markers = argument.partition("=")
            yield Lane(name=name, markers=markers, is_covered=is_covered)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

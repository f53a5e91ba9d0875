"""An acknowledged row is kept when its process, and concurrent ones, are killed."""

import random
import subprocess
import sys
from pathlib import Path

import pytest

from api.audit.log import audit_log
from api.audit.report import rows_of
from api.audit.verify import verify
from tests.drills.figures import note

BESIDE = 2  # writing processes that are not killed in this round
LINES = 30


def start_writer(folder: Path, name: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", "tests.drills.audit_writer", str(folder), name]
    return subprocess.Popen(command, stdout=subprocess.PIPE)


def read_lines(process: "subprocess.Popen[bytes]", lines: int) -> list[str]:
    assert process.stdout is not None
    return [process.stdout.readline().decode().strip() for _ in range(lines)]


def killed(process: "subprocess.Popen[bytes]") -> list[str]:
    """Kill a process and return its printed lines; a partial last line is no acknowledgment."""
    process.kill()
    rest, _ = process.communicate()
    return [line.decode().strip() for line in rest.splitlines(keepends=True) if line[-1:] == b"\n"]


@pytest.mark.drill
@pytest.mark.parametrize("kills", [pytest.param(5, marks=pytest.mark.ci_drill), 50])
def test_killed_writers_lose_no_acknowledged_row_and_the_chain_is_whole(
    tmp_path: Path, kills: int
) -> None:
    drawn = random.Random(kills)
    running = [start_writer(tmp_path, f"w{number}") for number in range(BESIDE)]
    acknowledged: list[str] = []
    try:
        for number in range(kills):
            for process in running:
                acknowledged += read_lines(process, drawn.randint(1, LINES))
            acknowledged += killed(running.pop(0))
            running.append(start_writer(tmp_path, f"w{BESIDE + number}"))
    finally:
        for process in running:
            acknowledged += killed(process)
    with audit_log(tmp_path / "audit", tmp_path / "keys") as log:
        verdict = verify(log)
        assert (verdict.broken, verdict.is_whole) == (None, True)
        request_ids = {row.request_id for row in rows_of(log, most=verdict.rows + 1)[0]}
    note("audit kills", kills=kills, acknowledged=len(acknowledged),
         lost=len(set(acknowledged) - request_ids))  # fmt: skip
    assert len(acknowledged) >= kills
    assert set(acknowledged) <= request_ids

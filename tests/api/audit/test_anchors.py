"""Are anchors kept line by line, also beside a crash, and is a changed one told?"""

from pathlib import Path

import pytest

from api.audit.chain import Anchors, UnreadableAnchor
from api.audit.verify import BreakReason, BrokenRow, verify
from tests.api.audit.logs import NOON, filled, opened


def test_anchors_are_read_back_and_the_newest_is_dated(tmp_path: Path) -> None:
    anchors = Anchors(tmp_path / "anchors")
    assert anchors.last_at() is None
    anchors.add(1, "a" * 64, at=NOON)
    anchors.add(9, "b" * 64, at=NOON.replace(hour=13))
    anchors.add(9, "b" * 64, at=NOON.replace(hour=14))
    assert (anchors.all(), anchors.last_at()) == ({1: "a" * 64, 9: "b" * 64}, NOON.replace(hour=14))
    assert (tmp_path / "anchors").stat().st_mode & 0o777 == 0o600


def test_half_a_line_that_a_crash_left_is_passed_over(tmp_path: Path) -> None:
    anchors = Anchors(tmp_path / "anchors")
    anchors.add(1, "a" * 64, at=NOON)
    with anchors.path.open("a") as file:
        file.write("2026-11-25T13:00")
    anchors.add(2, "b" * 64, at=NOON)
    assert anchors.all() == {1: "a" * 64, 2: "b" * 64}


@pytest.mark.parametrize("line", ["x" * 90, f"{'1' * 24} two {'a' * 64}", f"2026 1 {'c' * 64}"])
def test_a_changed_line_is_told(tmp_path: Path, line: str) -> None:
    anchors = Anchors(tmp_path / "anchors")
    anchors.add(1, "a" * 64, at=NOON)
    with anchors.path.open("a") as file:
        file.write(f"{line}\n")
    with pytest.raises(UnreadableAnchor, match="line 2"):
        anchors.all()
    with opened(tmp_path) as log:
        filled(log, 1)
        assert verify(log, anchors).broken == BrokenRow(seq=0, why=BreakReason.ANCHORS_UNREADABLE)

"""Every edit and forgery of the audit log by somebody without the key is found."""

import random
import shutil
from pathlib import Path

import pytest

from api.audit.chain import Anchors
from api.audit.verify import verify
from tests.api.audit.forgeries import FORGERIES, edit_one_character
from tests.api.audit.logs import open_log, shown_entry, tampering
from tests.drills.figures import note
from tests.fixtures.examples import drills_after

ROWS = 200
CHECKS = "a1b2c3d4" * 8


def write_log(folder: Path) -> Anchors:
    """Write a log of different rows, and anchor it at its end."""
    anchors = Anchors(folder / "anchors")
    with open_log(folder) as log:
        for number in range(ROWS):
            log.append(shown_entry(number, subjects=("amina", f"person-{number}"), ms=number % 90,
                             asked={"limit": number, "text": f"hmac:{CHECKS}"}))  # fmt: skip
        anchors.add(*log.head())
        assert verify(log, anchors).broken is None
    return anchors


def copy_of(folder: Path, name: str) -> Path:
    copied = folder.parent / name
    shutil.copytree(folder, copied)
    return copied


def is_found(folder: Path, anchors: Anchors) -> bool:
    with open_log(folder) as log:
        broken = verify(log, anchors).broken
    return broken is not None


@pytest.mark.parametrize("edits", drills_after(1, [30, 300]))
def test_every_edit_of_a_single_character_is_found(tmp_path: Path, edits: int) -> None:
    whole, drawn = tmp_path / "whole", random.Random(edits)
    whole.mkdir()
    anchors = write_log(whole)
    missed: list[str] = []
    for number in range(edits):
        folder = copy_of(whole, f"edit-{number}")
        with tampering(folder) as file:
            place = edit_one_character(file, drawn)
        if not is_found(folder, anchors):
            missed.append(place)
        shutil.rmtree(folder)
    note("audit tamper", edits=edits, missed=len(missed))
    assert missed == []


@pytest.mark.parametrize("name", FORGERIES)
@pytest.mark.parametrize("seq", drills_after(1, [ROWS // 2, 1, ROWS - 1]))
def test_every_forgery_is_found_wherever_it_is_done(tmp_path: Path, name: str, seq: int) -> None:
    anchors = write_log(tmp_path)
    with tampering(tmp_path) as file:
        FORGERIES[name](file, seq)
    assert is_found(tmp_path, anchors)

"""Is whatever was done to the log found, at its first row, and said in words?"""

import random
from pathlib import Path

import pytest

from api.audit.anchors import Anchors
from api.audit.verify import Break, Broken, verify
from tests.api.audit.forgeries import FORGERIES, edit_one_character
from tests.api.audit.logs import Clock, filled, opened, shown, tampering

FOUND = {
    "edit": Broken(seq=5, why=Break.CHANGED),
    "delete": Broken(seq=5, why=Break.MISSING),
    "renumber": Broken(seq=5, why=Break.OUT_OF_CHAIN),
    "swap": Broken(seq=5, why=Break.OUT_OF_CHAIN),
    "forge": Broken(seq=11, why=Break.CHANGED),
    "truncate": Broken(seq=5, why=Break.CUT),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_is_found_at_its_first_row(tmp_path: Path, name: str) -> None:
    anchors = Anchors(tmp_path / "anchors")
    with opened(tmp_path) as log:
        filled(log, 10)
        anchors.add(*log.head())
        assert verify(log, anchors).broken is None
        with tampering(tmp_path) as file:
            FORGERIES[name](file, 5)
        found = verify(log, anchors)
    assert found.broken == FOUND[name]
    assert not found.is_whole


def test_a_cut_tail_is_seen_by_anchors_alone(tmp_path: Path) -> None:
    with opened(tmp_path) as log:
        filled(log, 10)
        with tampering(tmp_path) as file:
            FORGERIES["truncate"](file, 5)
        told = verify(log)
    assert (told.broken, told.anchors, told.last) == (None, None, 4)


def test_any_other_character_is_found(tmp_path: Path) -> None:
    drawn = random.Random(5)
    with opened(tmp_path) as log:
        filled(log, 5)
        for row in range(5):
            log.append(shown(row + 6, asked={"limit": row, "text": "hmac:" + "a" * 64}, ms=row))
        for _ in range(20):
            with tampering(tmp_path) as file:
                before = file.execute("SELECT * FROM audit ORDER BY seq").fetchall()
                place = edit_one_character(file, drawn)
            assert verify(log).broken is not None, place
            with tampering(tmp_path) as file:
                file.execute("DELETE FROM audit")
                marks = ", ".join("?" for _ in before[0])
                file.executemany(f"INSERT INTO audit VALUES ({marks})", before)
        assert verify(log).broken is None


def test_a_row_whose_person_was_taken_from_the_index_is_found(tmp_path: Path) -> None:
    with opened(tmp_path) as log:
        filled(log, 3)
        with tampering(tmp_path) as file:
            file.execute("DELETE FROM audit_subject WHERE subject = 'amina' AND seq = 2")
        assert verify(log).broken == Broken(seq=3, why=Break.INDEX_CHANGED)


def test_a_row_by_a_key_nobody_has_is_found(tmp_path: Path) -> None:
    with opened(tmp_path) as log:
        filled(log, 3)
        with tampering(tmp_path) as file:
            file.execute("UPDATE audit SET key_id = 'mine' WHERE seq = 2")
        assert verify(log).broken == Broken(seq=2, why=Break.KEY_UNKNOWN)


def test_a_damaged_file_is_found(tmp_path: Path) -> None:
    with opened(tmp_path) as log:
        filled(log, 3)
        with tampering(tmp_path) as file:
            file.execute("UPDATE audit SET action = CAST(x'ff' AS TEXT) WHERE seq = 2")
        broken = verify(log).broken
    assert broken is not None
    assert broken.why is Break.UNREADABLE
    assert broken.seq <= 2


def test_a_month_that_is_gone_is_found(tmp_path: Path) -> None:
    clock = Clock()
    with opened(tmp_path, clock) as log:
        log.append(shown(1))
        clock.now = clock.now.replace(month=12)
        log.append(shown(2))
    (tmp_path / "audit" / "2026-11.sqlite").unlink()
    with opened(tmp_path, clock) as log:
        assert verify(log).broken == Broken(seq=1, why=Break.MISSING)


def test_an_anchor_that_says_otherwise_is_believed(tmp_path: Path) -> None:
    anchors = Anchors(tmp_path / "anchors")
    anchors.add(2, "e" * 64)
    with opened(tmp_path) as log:
        filled(log, 3)
        told = verify(log, anchors)
    assert told.broken == Broken(seq=2, why=Break.NOT_AS_ANCHORED)


def test_a_walk_may_end_early_and_go_on_later(tmp_path: Path) -> None:
    with opened(tmp_path) as log:
        filled(log, 30)
        first = verify(log, most_s=0)
        assert (first.first, first.is_whole, first.broken) == (1, False, None)
        rest = verify(log, after=first.last)
        assert (rest.first, rest.last, rest.is_whole) == (first.last + 1, 30, True)
        assert first.rows + rest.rows == 30
        assert verify(log, after=30).is_whole
        assert verify(log, after=31).broken == Broken(seq=31, why=Break.MISSING)


def test_an_empty_log_is_whole(tmp_path: Path) -> None:
    with opened(tmp_path) as log:
        told = verify(log)
    assert (told.rows, told.last, told.is_whole, told.broken) == (0, 0, True, None)


def test_each_break_has_words_in_both_languages() -> None:
    for word in (*Break.__members__.values(),):
        assert word.label("da") != word.label("en")

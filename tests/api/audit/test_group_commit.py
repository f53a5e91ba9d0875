"""The line before the one writer: who returns is committed, and nobody waits for ever."""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from api.audit.storage import GroupCommit
from api.errors import Refused


def test_rows_that_come_while_one_is_written_are_written_together() -> None:
    begun, may_go_on, written = Event(), Event(), list[Sequence[int]]()

    def commit(items: Sequence[int]) -> None:
        begun.set()
        may_go_on.wait()
        written.append(list(items))

    line = GroupCommit(commit)
    with ThreadPoolExecutor(5) as threads:
        first = threads.submit(line.wait, 0)
        begun.wait()
        others = [threads.submit(line.wait, number) for number in range(1, 5)]
        while line.length() < 4:
            pass
        may_go_on.set()
        for one in (first, *others):
            one.result()
    assert written[0] == [0]
    assert sorted(written[1]) == [1, 2, 3, 4]
    assert len(written) == 2


def test_what_cannot_be_written_is_refused_to_all_who_waited_for_it_and_to_nobody_later() -> None:
    is_full = [True]

    def commit(_items: Sequence[int]) -> None:
        if is_full[0]:
            raise Refused("audit-unavailable")

    line = GroupCommit(commit)
    for number in range(3):
        with pytest.raises(Refused):
            line.wait(number)
    is_full[0] = False
    line.wait(3)


def test_whoever_returns_is_written_also_where_others_lose_patience() -> None:
    """A writer that takes about as long as patience lasts, so that both happen all the time."""
    written = list[int]()

    def commit(items: Sequence[int]) -> None:
        hashlib.pbkdf2_hmac("sha256", b"slow", b"disk", 1_000)
        written.extend(items)

    line = GroupCommit(commit, wait_s=0.0005)

    def wait(number: int) -> bool:
        try:
            line.wait(number)
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        returned = list(threads.map(wait, range(400)))
    assert len(set(written)) == len(written)
    assert {number for number, is_heard in enumerate(returned) if is_heard} <= set(written)
    line.wait(400)
    assert written[-1] == 400
    assert line.length() == 0

"""Are Views and older Snapshots kept while of use, and gone with the Snapshot they are of?"""

from collections.abc import Callable
from threading import Event, Thread
from time import sleep
from typing import Any

import pytest

from api.directory import MOST_EARLIER, MOST_VIEWS, ViewCache
from api.errors import Refused
from graph.access.view import View
from graph.snapshot.as_of import ChangesAfter, HistoricalSnapshot, snapshot_as_of
from graph.snapshot.snapshot import Snapshot
from tests import kystby

PRESENT = kystby.snapshot()
NOTHING = ChangesAfter(created=frozenset(), before={}, revisions={})


def view_of(snapshot: Snapshot) -> Callable[[], View]:
    return lambda: kystby.view_of(snapshot)


def earlier_of(snapshot: Snapshot, revision: int) -> Callable[[], HistoricalSnapshot]:
    return lambda: snapshot_as_of(snapshot, NOTHING, revision)


def never() -> Any:
    raise AssertionError


def test_the_same_view_is_made_once_and_the_oldest_goes_first() -> None:
    kept = ViewCache()
    first = kept.view(PRESENT, None, 0, view_of(PRESENT))
    assert kept.view(PRESENT, None, 0, never) is first
    for key in range(1, MOST_VIEWS + 1):
        kept.view(PRESENT, None, key, view_of(PRESENT))
    assert kept.view(PRESENT, None, 0, view_of(PRESENT)) is not first


def test_no_more_older_snapshots_are_kept_than_a_few() -> None:
    kept = ViewCache()
    found = [kept.earlier(PRESENT, one, earlier_of(PRESENT, one)) for one in range(MOST_EARLIER)]
    for one in reversed(range(MOST_EARLIER)):
        assert kept.earlier(PRESENT, one, never) is found[one]
    kept.earlier(PRESENT, MOST_EARLIER, earlier_of(PRESENT, MOST_EARLIER))
    with pytest.raises(AssertionError):
        kept.earlier(PRESENT, MOST_EARLIER - 1, never)
    assert kept.earlier(PRESENT, 0, never) is found[0]


def test_the_views_of_an_older_snapshot_go_with_it() -> None:
    kept = ViewCache()
    for one in range(MOST_EARLIER):
        kept.earlier(PRESENT, one, earlier_of(PRESENT, one))
        kept.view(PRESENT, one, "key", view_of(PRESENT))
    now = kept.view(PRESENT, None, "key", view_of(PRESENT))
    kept.earlier(PRESENT, MOST_EARLIER, earlier_of(PRESENT, MOST_EARLIER))
    assert kept.view(PRESENT, None, "key", never) is now
    assert kept.view(PRESENT, 1, "key", never) is not now
    late = kept.view(PRESENT, 0, "key", view_of(PRESENT))
    assert kept.view(PRESENT, 0, "key", view_of(PRESENT)) is not late


def test_another_snapshot_ends_all_that_was_made_of_the_one_before() -> None:
    kept, other = ViewCache(), kystby.snapshot()
    kept.view(PRESENT, None, 0, view_of(PRESENT))
    kept.earlier(PRESENT, 0, earlier_of(PRESENT, 0))
    kept.view(other, None, 1, view_of(other))
    for again in (
        lambda: kept.view(other, None, 0, never),
        lambda: kept.earlier(other, 0, never),
        lambda: kept.earlier(PRESENT, 0, never),
    ):
        with pytest.raises(AssertionError):
            again()


def test_what_comes_too_late_is_given_and_not_kept() -> None:
    kept, other = ViewCache(), kystby.snapshot()

    def late() -> HistoricalSnapshot:
        kept.view(other, None, 0, view_of(other))
        return earlier_of(PRESENT, 0)()

    assert kept.earlier(PRESENT, 0, late).snapshot.revision == 0
    with pytest.raises(AssertionError):
        kept.earlier(PRESENT, 0, never)


def test_one_is_made_at_a_time_and_who_waits_for_too_long_is_told() -> None:
    kept, has_begun, may_end = ViewCache(wait_s=0.05), Event(), Event()

    def slow() -> HistoricalSnapshot:
        has_begun.set()
        may_end.wait()
        return earlier_of(PRESENT, 0)()

    thread = Thread(target=kept.earlier, args=(PRESENT, 0, slow))
    thread.start()
    has_begun.wait()
    with pytest.raises(Refused) as refused:
        kept.earlier(PRESENT, 1, never)
    assert refused.value.kind.slug == "busy"
    may_end.set()
    thread.join()
    assert kept.earlier(PRESENT, 0, never).snapshot.revision == 0


def test_who_waited_while_the_next_snapshot_came_ends_nothing_of_it() -> None:
    kept, other = ViewCache(), kystby.snapshot()
    has_begun, may_end, is_made = Event(), Event(), Event()

    def slow() -> HistoricalSnapshot:
        has_begun.set()
        may_end.wait()
        return earlier_of(PRESENT, 0)()

    def second() -> None:
        kept.earlier(PRESENT, 1, earlier_of(PRESENT, 1))
        is_made.set()

    Thread(target=kept.earlier, args=(PRESENT, 0, slow)).start()
    has_begun.wait()
    waiting = Thread(target=second)
    waiting.start()
    sleep(0.05)  # it stands in line
    view = kept.view(other, None, 0, view_of(other))
    may_end.set()
    is_made.wait()
    waiting.join()
    assert kept.view(other, None, 0, never) is view

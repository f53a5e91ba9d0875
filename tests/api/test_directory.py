"""The API never answers from stale data, also with a hung or dead database, and recovers."""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event, Thread
from threading import enumerate as enumerate_threads
from time import sleep
from typing import Any

import pytest

from api.directory import MOST_EARLIER, MOST_VIEWS, Directory, ViewCache
from api.errors import Refusal
from api.store_monitor import MOST_WRITERS, Timeouts
from graph.access.policy import Role
from graph.access.view import View
from graph.errors import InvalidNeed, NotFound, OutcomeUnknown, StoreUnavailable
from graph.model import ChangeSet
from graph.paths.policy_file import load_policy
from graph.snapshot.as_of import ChangesAfter, HistoricalSnapshot, snapshot_as_of
from graph.snapshot.snapshot import Snapshot
from graph.store.encryption.keyring import Keyring
from graph.store.store import Store
from tests import kystby
from tests.change_sets import NUMBERS, change_set, changed, fill_with_kystby
from tests.databases import Server
from tests.wire import Wire, wire_to

POLICY = load_policy(None)
# The revision is read on each call, with long timeouts; tests of refusals use `HASTY`.
CALM = Timeouts(fresh_s=0, wait_s=30, hung_s=30, write_s=60)
HASTY = Timeouts(fresh_s=0, wait_s=2, hung_s=1.5, retry_s=0.1, write_s=5)


def directory_of(store: Store, timeouts: Timeouts = CALM) -> Directory:
    return Directory(store, POLICY, now=lambda: kystby.NOW, timeouts=timeouts)


def renamed(store: Store, name: str, idempotency: str | None = None) -> ChangeSet:
    return change_set(updates=[changed(store, "ssp-post", name=name)], idempotency=idempotency)


def name_in(directory: Directory) -> str:
    snapshot = directory.snapshot()
    return str(snapshot.nodes.name[snapshot.row_of["ssp-post"]])


def until_answered(directory: Directory) -> int:
    """Return the revision once the directory answers again; else the test's time limit ends it."""
    while True:
        try:
            return directory.revision()
        except StoreUnavailable:
            Event().wait(0.05)


@pytest.fixture
def kystby_store(store: Store) -> Store:
    fill_with_kystby(store)
    return store


@pytest.fixture
def wire(server: Server) -> Generator[Wire]:
    with wire_to(server.uri) as wire:
        yield wire


@pytest.fixture
def hasty(
    kystby_store: Store, wire: Wire, server: Server, keyring: Keyring
) -> Generator[Directory]:
    """A directory with short timeouts, whose database can be made unavailable."""
    with (
        replace(server, uri=wire.uri).with_store(keyring) as far,
        directory_of(far, HASTY) as directory,
    ):  # fmt: skip
        yield directory


def test_a_view_of_an_earlier_revision_is_cached_until_the_next_write(
    kystby_store: Store,
) -> None:
    kystby_store.apply(renamed(kystby_store, "SSP-vejleder, Kystby"))
    with directory_of(kystby_store) as directory:
        caller = kystby.caller_of(Role.COORDINATOR)
        now, then = directory.view(caller), directory.view(caller, revision=1)
        assert (then.name(then.row("ssp-post")), then.revision) == ("SSP-koordinator, Kystby", 1)
        assert directory.view(caller, revision=1) is then
        assert directory.view(caller, revision=2) is now
        kystby_store.apply(renamed(kystby_store, "SSP-konsulent, Kystby"))
        again = directory.view(caller, revision=1)
        assert again is not then
        assert again.name(again.row("ssp-post")) == "SSP-koordinator, Kystby"
        for revision in (-1, 4):
            with pytest.raises(InvalidNeed):
                directory.view(caller, revision=revision)


def test_two_directories_see_each_others_writes(kystby_store: Store) -> None:
    with directory_of(kystby_store) as first, directory_of(kystby_store) as second:
        first.apply(renamed(kystby_store, "Navn fra den ene"))
        assert name_in(second) == "Navn fra den ene"
        second.apply(renamed(kystby_store, "Navn fra den anden"))
        assert name_in(first) == "Navn fra den anden"


def test_an_own_write_is_visible_at_once_despite_a_fresh_snapshot(kystby_store: Store) -> None:
    with directory_of(kystby_store, replace(CALM, fresh_s=3600)) as directory:
        for number in range(5):
            revision = directory.apply(renamed(kystby_store, f"Navn {number}"))
            assert directory.revision() >= revision
            assert name_in(directory) == f"Navn {number}"


def test_a_fresh_snapshot_is_reused(kystby_store: Store) -> None:
    with directory_of(kystby_store, replace(CALM, fresh_s=3600)) as directory:
        before = directory.snapshot()
        assert directory.snapshot() is before


@pytest.mark.slow
def test_a_hung_database_raises_store_unavailable_until_it_recovers(
    hasty: Directory, kystby_store: Store, wire: Wire
) -> None:
    wire.hold()
    with ThreadPoolExecutor(40) as threads:
        answers = [threads.submit(hasty.snapshot) for _ in range(40)]
        assert all(isinstance(request.exception(), StoreUnavailable) for request in answers)
    kystby_store.apply(renamed(kystby_store, "Skrevet imens"))
    wire.release()
    assert (until_answered(hasty), name_in(hasty)) == (kystby_store.revision(), "Skrevet imens")


@pytest.mark.slow
def test_a_dead_database_raises_store_unavailable_until_it_recovers(
    hasty: Directory, wire: Wire
) -> None:
    known = hasty.revision()
    wire.cut()
    with pytest.raises(StoreUnavailable):
        hasty.snapshot()
    wire.mend()
    assert until_answered(hasty) == known


@pytest.mark.slow
def test_nothing_is_written_or_revealed_while_the_database_hangs(
    hasty: Directory, kystby_store: Store, wire: Wire
) -> None:
    change, known = renamed(kystby_store, "Nyt navn"), kystby_store.revision()
    assert hasty.reveal("phone-bo").uncover() == NUMBERS["phone-bo"]
    wire.hold()
    for call in (
        lambda: hasty.apply(change),
        lambda: hasty.reveal("phone-bo"),
        lambda: hasty.changes_since(0),
        lambda: hasty.changes_of("bo", until=known),
        lambda: hasty.changes_to("name", until=known),
        lambda: hasty.changes_after((0, ""), until=known, limit=1),
    ):
        with pytest.raises(StoreUnavailable) as error:
            call()
        assert not isinstance(error.value, OutcomeUnknown)
    wire.release()
    assert until_answered(hasty) == known == kystby_store.revision()


@pytest.mark.slow
def test_an_unknown_outcome_is_resolved_by_a_retry_with_the_same_key(
    hasty: Directory, kystby_store: Store, wire: Wire
) -> None:
    change = renamed(kystby_store, "Gemt", idempotency="once")
    wire.hold_at_commit()
    with pytest.raises(OutcomeUnknown):
        hasty.apply(change)
    wire.release()
    revision = until_answered(hasty)
    assert hasty.apply(change) == revision == 2
    assert name_in(hasty) == "Gemt"


@pytest.mark.slow
def test_writes_beyond_the_queue_are_refused_and_write_nothing(
    kystby_store: Store, server: Server
) -> None:
    """The lock for writing is held by another transaction, as during a long import."""
    change = renamed(kystby_store, "Navn")
    timeouts = replace(CALM, fresh_s=3600, wait_s=0.3, write_s=3)
    with (
        directory_of(kystby_store, timeouts) as directory,
        server.driver.session(database=server.database) as session,
        session.begin_transaction() as importing,
    ):
        importing.run("MATCH (store:Store) SET store.locked = true").consume()
        with ThreadPoolExecutor(MOST_WRITERS + 4) as threads:
            answers = [threads.submit(directory.apply, change) for _ in range(MOST_WRITERS + 4)]
            errors = [request.exception() for request in answers]
        importing.rollback()
    refused = [str(error) for error in errors if isinstance(error, StoreUnavailable)]
    assert refused.count("too many writes are waiting") >= 4
    assert all(errors)
    assert kystby_store.revision() == 1
    _wait_for_writes_to_end(server)


def _wait_for_writes_to_end(server: Server) -> None:
    """Wait for writes of unknown outcome to end, since the next test refills the store."""
    query = "SHOW TRANSACTIONS YIELD transactionId RETURN count(*) AS count"
    with server.driver.session(database=server.database) as session:
        for _ in range(6_000):
            if session.run(query).single(strict=True)["count"] == 1:  # this transaction
                return
            sleep(0.05)
    pytest.fail("somebody still writes after five minutes")


def test_revealing_an_unknown_detail_raises_not_found_and_is_no_outage(kystby_store: Store) -> None:
    with directory_of(kystby_store) as directory:
        with pytest.raises(NotFound):
            directory.reveal("nobody")
        assert directory.revision() == 1


def test_a_closed_directory_raises_store_unavailable_and_its_thread_has_ended(
    kystby_store: Store,
) -> None:
    before = set(enumerate_threads())
    directory = directory_of(kystby_store)
    (monitor,) = (
        thread
        for thread in enumerate_threads()
        if thread.name == "store-monitor" and thread not in before
    )
    assert monitor.is_alive()
    directory.close()
    assert not monitor.is_alive()
    with pytest.raises(StoreUnavailable):
        directory.snapshot()


@pytest.mark.slow
def test_an_outage_leaves_no_connection_behind(hasty: Directory, wire: Wire) -> None:
    for _ in range(2):
        wire.hold()
        with pytest.raises(StoreUnavailable):
            hasty.snapshot()
        wire.release()
        until_answered(hasty)
    assert wire.connections() <= 6


PRESENT = kystby.snapshot()
NOTHING = ChangesAfter(created=frozenset(), before={}, revisions={})


def view_of(snapshot: Snapshot) -> Callable[[], View]:
    return lambda: kystby.view_of(snapshot)


def earlier_of(snapshot: Snapshot, revision: int) -> Callable[[], HistoricalSnapshot]:
    return lambda: snapshot_as_of(snapshot, NOTHING, revision)


def never() -> Any:
    raise AssertionError


def test_a_view_is_cached_and_the_oldest_view_is_evicted_first() -> None:
    cache = ViewCache()
    first = cache.view(PRESENT, None, 0, view_of(PRESENT))
    assert cache.view(PRESENT, None, 0, never) is first
    for key in range(1, MOST_VIEWS + 1):
        cache.view(PRESENT, None, key, view_of(PRESENT))
    assert cache.view(PRESENT, None, 0, view_of(PRESENT)) is not first


def test_the_least_recently_used_earlier_snapshot_is_evicted_beyond_a_limit() -> None:
    cache = ViewCache()
    matches = [
        cache.earlier(PRESENT, number, earlier_of(PRESENT, number))
        for number in range(MOST_EARLIER)
    ]
    for number in reversed(range(MOST_EARLIER)):
        assert cache.earlier(PRESENT, number, never) is matches[number]
    cache.earlier(PRESENT, MOST_EARLIER, earlier_of(PRESENT, MOST_EARLIER))
    with pytest.raises(AssertionError):
        cache.earlier(PRESENT, MOST_EARLIER - 1, never)
    assert cache.earlier(PRESENT, 0, never) is matches[0]


def test_the_views_of_an_evicted_snapshot_are_evicted_too() -> None:
    cache = ViewCache()
    for number in range(MOST_EARLIER):
        cache.earlier(PRESENT, number, earlier_of(PRESENT, number))
        cache.view(PRESENT, number, "key", view_of(PRESENT))
    now = cache.view(PRESENT, None, "key", view_of(PRESENT))
    cache.earlier(PRESENT, MOST_EARLIER, earlier_of(PRESENT, MOST_EARLIER))
    assert cache.view(PRESENT, None, "key", never) is now
    assert cache.view(PRESENT, 1, "key", never) is not now
    late = cache.view(PRESENT, 0, "key", view_of(PRESENT))
    assert cache.view(PRESENT, 0, "key", view_of(PRESENT)) is not late


def test_a_new_snapshot_clears_the_view_cache() -> None:
    cache, other = ViewCache(), kystby.snapshot()
    cache.view(PRESENT, None, 0, view_of(PRESENT))
    cache.earlier(PRESENT, 0, earlier_of(PRESENT, 0))
    cache.view(other, None, 1, view_of(other))
    for again in (
        lambda: cache.view(other, None, 0, never),
        lambda: cache.earlier(other, 0, never),
        lambda: cache.earlier(PRESENT, 0, never),
    ):
        with pytest.raises(AssertionError):
            again()


def test_an_earlier_snapshot_of_an_outdated_one_is_returned_but_not_cached() -> None:
    cache, other = ViewCache(), kystby.snapshot()

    def late() -> HistoricalSnapshot:
        cache.view(other, None, 0, view_of(other))
        return earlier_of(PRESENT, 0)()

    assert cache.earlier(PRESENT, 0, late).snapshot.revision == 0
    with pytest.raises(AssertionError):
        cache.earlier(PRESENT, 0, never)


def test_earlier_snapshots_are_built_one_at_a_time_and_a_long_wait_raises_busy() -> None:
    cache, has_begun, may_end = ViewCache(wait_s=0.05), Event(), Event()

    def slow() -> HistoricalSnapshot:
        has_begun.set()
        may_end.wait()
        return earlier_of(PRESENT, 0)()

    thread = Thread(target=cache.earlier, args=(PRESENT, 0, slow))
    thread.start()
    has_begun.wait()
    with pytest.raises(Refusal, match=r"^busy$"):
        cache.earlier(PRESENT, 1, never)
    may_end.set()
    thread.join()
    assert cache.earlier(PRESENT, 0, never).snapshot.revision == 0


def test_a_build_queued_before_a_new_snapshot_does_not_clear_its_views() -> None:
    view_cache, other = ViewCache(), kystby.snapshot()
    has_begun, may_end, is_made = Event(), Event(), Event()

    def slow() -> HistoricalSnapshot:
        has_begun.set()
        may_end.wait()
        return earlier_of(PRESENT, 0)()

    def second() -> None:
        view_cache.earlier(PRESENT, 1, earlier_of(PRESENT, 1))
        is_made.set()

    Thread(target=view_cache.earlier, args=(PRESENT, 0, slow)).start()
    has_begun.wait()
    waiting = Thread(target=second)
    waiting.start()
    sleep(0.05)  # it waits in the queue
    view = view_cache.view(other, None, 0, view_of(other))
    may_end.set()
    is_made.wait()
    waiting.join()
    assert view_cache.view(other, None, 0, never) is view

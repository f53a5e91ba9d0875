"""An API that serves for half an hour keeps its memory, open files and response times."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

import pytest

from api.directory import Directory
from graph.paths.policy_file import load_policy
from graph.store.location import StoreLocation, open_location
from tests.change_sets import change_set, changed
from tests.drills.figures import note
from tests.drills.server import Answer, Served, served_kystby

MINUTES = 30
WARM_MINUTES = 5
CLIENTS = 4
PAUSE_S = 0.1  # per client: the load of single persons, not of a city
WRITE_EVERY_S = 2.0
LOOK_EVERY_S = 10.0
MOST_GROWTH = 1.05
MOST_DRIFT = 1.10
QUESTIONS = (
    "/names?text=amina", "/names?text=kystby+kommune", "/names?text=ssp&lang=en",
    "/names?text=nobody+at+all", "/names?text=a", "/health/revision", "/nowhere",
)  # fmt: skip
EXPECTED = {"/names?text=a": 422, "/nowhere": 404}

pytestmark = pytest.mark.drill


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Resources of the processes at a time, in bytes and counts."""

    at: float
    memory: int
    files: int
    threads: int


def look(served: Served) -> Look:
    workers = served.workers()
    return Look(
        at=time.monotonic(),
        memory=sum(worker.memory_info().rss for worker in workers),
        files=sum(worker.num_fds() for worker in workers),
        threads=sum(worker.num_threads() for worker in workers),
    )


def keep_asking(served: Served, ends_at: float) -> Iterator[tuple[float, Answer]]:
    """Ask one question after the other; assert the status of each and yield answers with 200."""
    number = 0
    while time.monotonic() < ends_at:
        path = QUESTIONS[number % len(QUESTIONS)]
        number += 1
        answer = served.ask(path)
        assert answer.status == EXPECTED.get(path, 200), (path, answer)
        if answer.status == 200:
            yield time.monotonic(), answer
        time.sleep(PAUSE_S)


def keep_writing(served: Served, ends_at: float) -> int:
    """Small changes from another process, so that the delta is pulled all the time."""
    count = 0
    with (
        open_location(StoreLocation(home=served.home)) as store,
        Directory(store, load_policy(None)) as own,
    ):
        while time.monotonic() < ends_at:
            title = "Konsulent" if count % 2 else "Leder"
            own.apply(change_set(updates=[changed(store, "bo", title=title)]))
            count += 1
            time.sleep(WRITE_EVERY_S)
    return count


def keep_looking(served: Served, ends_at: float) -> list[Look]:
    looks: list[Look] = []
    while time.monotonic() < ends_at:
        looks.append(look(served))
        time.sleep(LOOK_EVERY_S)
    return looks


def p95(answers: list[tuple[float, Answer]], after: float, until: float) -> float:
    return quantiles([answer.seconds for at, answer in answers if after <= at < until], n=20)[-1]


@pytest.mark.parametrize("minutes", [MINUTES])
def test_memory_files_and_latency_do_not_grow_in_half_an_hour_of_mixed_load(
    tmp_path: Path, minutes: int
) -> None:
    with served_kystby(tmp_path, "--workers", "2") as served:
        began = time.monotonic()
        warm, ends_at = began + 60 * WARM_MINUTES, began + 60 * minutes
        with ThreadPoolExecutor(CLIENTS + 2) as threads:
            clients = [
                threads.submit(lambda: list(keep_asking(served, ends_at))) for _ in range(CLIENTS)
            ]
            writer = threads.submit(keep_writing, served, ends_at)
            looks = [look for look in keep_looking(served, ends_at) if look.at >= warm]
            answers = [answer for client in clients for answer in client.result()]
            writes = writer.result()
        growth = looks[-1].memory / looks[0].memory
        drift = p95(answers, ends_at - 300, ends_at) / p95(answers, warm, warm + 300)
        note(
            "soak", minutes=minutes, answers=len(answers), writes=writes,
            memory_mb=looks[-1].memory // 2**20, growth=round(growth, 3), p95_drift=round(drift, 3),
            files=f"{looks[0].files} to {looks[-1].files}",
            threads=f"{looks[0].threads} to {looks[-1].threads}",
        )  # fmt: skip
        assert "Traceback" not in served.log.read_text("utf-8")
    assert writes
    assert growth < MOST_GROWTH
    assert drift < MOST_DRIFT
    assert looks[-1].files <= looks[0].files + 8  # connections that are being opened
    assert looks[-1].threads <= looks[0].threads + 16

"""Slow connections and made-up logins of strangers do not delay a rightful user."""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import quantiles
from threading import Thread
from typing import Any, Final

import pytest

from api.identity.rate_limits import QUEUE_LIMIT
from api.identity.store import open_identity_store
from graph.access.policy import Grant, Role
from graph.vocabulary import PreventionLevel
from tests.drills.figures import note
from tests.drills.server import CALL_S, Answer, Served, served_kystby

MOST_S: Final = 1.0
PASSWORD: Final = "fire ord man kan huske"
FLOODS: Final = 4
"""Number of addresses from which made-up logins are sent."""
BEGUN: Final = FLOODS * QUEUE_LIMIT
"""Number of attempts after which each address waits in one queue with the others."""
AGAIN_S: Final = 5
HALVES: Final = (
    b"",
    b"GET /health/live HTTP/1.1\r\nHost: local",
    b"POST /sessions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90\r\n\r\n{",
)
SIZES: Final = [pytest.param(200, 80, 10, marks=pytest.mark.ci_drill), (5_000, 1_000, 40)]

pytestmark = [
    pytest.mark.drill,
    pytest.mark.skipif(sys.platform != "linux", reason="one machine has many addresses on Linux"),
]


@dataclass
class Slow:
    """Connections that never send a whole request, half of them from one address; always reopened.

    A machine has all addresses of 127.0.0.0/8.
    """

    port: int
    opened: int = 0
    open_now: int = 0
    most: int = 0

    async def hold(self, lines: int) -> None:
        """Hold a number of connections open until cancelled."""
        async with asyncio.TaskGroup() as group:
            for number in range(lines):
                group.create_task(self._line(number))
                if number % 100 == 99:
                    await asyncio.sleep(0)

    async def _line(self, number: int) -> None:
        address = "127.1.0.1" if number % 2 else f"127.1.1.{1 + number // 2 % 120}"
        while True:
            with suppress(OSError):
                reader, writer = await asyncio.open_connection(
                    "127.0.0.1", self.port, local_addr=(address, 0)
                )
                self.opened += 1
                self.open_now += 1
                self.most = max(self.most, self.open_now)
                try:
                    writer.write(HALVES[number % len(HALVES)])
                    await reader.read()
                finally:
                    self.open_now -= 1
                    writer.close()
            await asyncio.sleep(AGAIN_S)


@contextmanager
def slow_lines(port: int, lines: int) -> Generator[Slow]:
    """Hold slow connections open while the block lasts."""
    slow, loop, is_over = Slow(port=port), asyncio.new_event_loop(), asyncio.Event()

    async def hold() -> None:
        holding = asyncio.ensure_future(slow.hold(lines))
        await is_over.wait()
        holding.cancel()
        with suppress(asyncio.CancelledError):
            await holding

    thread = Thread(target=loop.run_until_complete, args=(hold(),))
    thread.start()
    try:
        yield slow
    finally:
        loop.call_soon_threadsafe(is_over.set)
        thread.join()
        loop.close()


def post_as_rightful_user(
    served: Served, path: str, body: dict[str, Any], **headers: str
) -> Answer:
    """Send a call on a new connection, from the address of the rightful user."""
    return _post_from(served.port, "127.0.0.1", path, body, headers)


def _post_from(
    port: int, address: str, path: str, body: dict[str, Any], headers: dict[str, str]
) -> Answer:
    began = time.monotonic()
    line = HTTPConnection("127.0.0.1", port, timeout=CALL_S, source_address=(address, 0))
    try:
        line.request(
            "POST", path, json.dumps(body), {"Content-Type": "application/json", **headers}
        )
        response = line.getresponse()
        status, text = response.status, response.read().decode()
    except (OSError, HTTPException) as error:
        status, text = 0, repr(error)
    finally:
        line.close()
    return Answer(status=status, seconds=time.monotonic() - began, text=text)


def make_up_logins(served: Served, numbers: Iterator[int]) -> Counter[int]:
    """Send made-up logins concurrently; return the number of answers by status."""

    def guess(address: str) -> Counter[int]:
        statuses = Counter[int]()
        for number in numbers:
            body = {"login": f"made-up-{number}", "password": "forkert adgangskode"}
            statuses[_post_from(served.port, address, "/sessions", body, {}).status] += 1
        return statuses

    with ThreadPoolExecutor(2 * FLOODS) as threads:
        floods = [f"127.2.0.{1 + number % FLOODS}" for number in range(2 * FLOODS)]
        return sum(threads.map(guess, floods), Counter[int]())


class _Numbers(Iterator[int]):
    """Numbers from 0 up to `most`, each given once over all threads."""

    def __init__(self, most: int) -> None:
        self._numbers, self.given = iter(range(most)), 0

    def __next__(self) -> int:
        self.given = 1 + next(self._numbers)
        return self.given


def rightful_user(served: Served) -> str:
    """Create a coordinator with a password and return the login."""
    with open_identity_store(served.home / "accounts") as known:
        account = known.add("line.bak")
        known.credentials.redeem(known.logins.invite(account).code, PASSWORD)
        levels = frozenset(PreventionLevel)
        grant = Grant(role=Role.COORDINATOR, areas=frozenset({"kystby"}), levels=levels)
        known.grant(account, grant, given_by="drill")
    return "line.bak"


def one_round(served: Served, login: str) -> tuple[Answer, Answer]:
    """A rightful user signs in, and asks for a path."""
    opened = post_as_rightful_user(served, "/sessions", {"login": login, "password": PASSWORD})
    assert opened.status == 201, opened
    token = json.loads(opened.text)["token"]
    need = {"start": "ihd", "target": "ssp-post"}
    answer = post_as_rightful_user(served, "/paths", need, Authorization=f"Bearer {token}")
    assert answer.status == 200, answer
    return opened, answer


def p95(rounds: Sequence[tuple[Answer, Answer]]) -> tuple[float, float]:
    """Return the 95th percentiles of signing in and of a path, in seconds."""
    signed_in, path_s = (
        round(quantiles([answer.seconds for answer in answers], n=20)[-1], 2)
        for answers in zip(*rounds, strict=True)
    )
    return signed_in, path_s


@pytest.mark.parametrize(("lines", "logins", "rounds"), SIZES)
def test_slow_connections_and_made_up_logins_do_not_delay_a_rightful_user(
    request: pytest.FixtureRequest, tmp_path: Path, lines: int, logins: int, rounds: int
) -> None:
    with served_kystby(tmp_path, "--workers", "2") as served:
        login, numbers = rightful_user(served), _Numbers(logins)
        calm = p95([one_round(served, login) for _ in range(10)])
        with slow_lines(served.port, lines) as slow, ThreadPoolExecutor(1) as threads:
            flood = threads.submit(make_up_logins, served, numbers)
            while numbers.given < BEGUN:
                time.sleep(0.05)
            held_up: list[tuple[Answer, Answer]] = []
            while len(held_up) < rounds or not flood.done():
                held_up.append(one_round(served, login))
            guessed = flood.result()
        assert "Traceback" not in served.log.read_text("utf-8")
    assert set(guessed) <= {0, 401, 429}, guessed  # 0: not answered in time
    meanwhile = p95(held_up)
    note(
        "strangers", slow_lines=lines, opened=slow.opened, held_at_most=slow.most,
        made_up_logins=guessed.total(), refused=guessed[429], rounds=len(held_up),
        sign_in_p95_s=meanwhile[0], path_p95_s=meanwhile[1],
        idle_p95_s=f"{calm[0]} and {calm[1]}",
    )  # fmt: skip
    if not request.node.get_closest_marker("ci_drill"):  # it runs on busy machines
        assert max(meanwhile) <= MOST_S

"""Measures responses over HTTP, with accounts and audit on, beside a bare route of the framework.

The demo has its own store, the API runs as it is served, and the client is a separate process.
Times depend on the machine and its other load, so processor time and the bare route are reported
beside them.
"""

import json
from collections.abc import Generator, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from time import perf_counter
from typing import Final

import httpx
import numpy as np

from api.identity.store import Assurance, IdentityStore, open_identity_store
from api.settings import DemoSettings
from graph.access.policy import LOCAL_OPERATOR, Grant, Role
from graph.access.view import View
from graph.model import Actor, ChangeReason, ChangeSet
from graph.paths.answering_costs import post_answers
from graph.paths.kernel.search import warm_up
from graph.paths.policy_file import load_policy
from graph.store.location import open_location
from graph.store.store import Store
from seed.loader import load
from tests.bench.bare import BODY
from tests.bench.figures import Figure, Limit, Subject, at_least, at_most, ratios
from tests.bench.installation import Installation, installation
from tests.bench.load import HOST, Answered, Load, answered, request
from tests.bench.servers import Server, server

TODAY: Final = date(2026, 11, 25)
CLIENTS: Final = 4
ROUNDS: Final = 5
ROUND_S: Final = 3.0
WARM_S: Final = 3.0
READING_S: Final = 0.1
WRITES: Final = 20
STARTS: Final = 3
MUNICIPALITIES: Final = (
    "0147", "0157", "0165", "0175", "0190", "0219", "0250", "0265",
    "0316", "0330", "0360", "0400", "0440", "0480", "0530", "0563",
    "0607", "0657", "0706", "0730", "0751", "0773", "0810", "0840",
)  # fmt: skip
NEEDS: Final = tuple(
    json.dumps(
        {
            "start": "aut-pet-fc",
            "area": f"mun-{code}",
            "network": ["INFOHOUSE_MUNICIPALITY", "INFOHOUSE_NETWORK"],
        }
    ).encode()
    for code in MUNICIPALITIES
)
NAMES: Final = ("thisted", "ssp%20thisted", "infohus%20aarhus", "koordinator", "holm")
API: Final = "api.main:served_app"
_IN_THE_DEMO: Final = DemoSettings.model_fields["workers"].default
# One account sends all the requests, so its rate limits are lifted.
_UNHURRIED: Final = {
    f"KONTAKTVEJ_{name}": "1000000"
    for name in ("CALLS_PER_MIN", "NAMES_PER_MIN", "PEOPLE_PER_HOUR")
}
BARE: Final = "tests.bench.bare:bare_app"
PATHS: Final = at_most(p50=6, p99=30)
"""Limits for four clients, with one worker and with two."""


def subjects() -> Iterator[Subject]:
    """Yield the figures of the API with the demo."""
    with installation() as home:
        home.start_s()
        with open_location(home.place) as store:
            load(store, now=datetime.now(UTC), today=TODAY)
            _compile(store)
        yield Subject(
            name="api",
            figures=tuple(_figures(home, _tokens(home))),
            about={"clients": CLIENTS, "needs": len(NEEDS), "rounds": ROUNDS},
        )


def _compile(store: Store) -> None:
    """Compile the search before the measurement; this happens once per machine."""
    policy = load_policy()
    view = View(store.load(), LOCAL_OPERATOR, TODAY, today=TODAY)
    warm_up(view, policy, post_answers(view, policy))


def _tokens(home: Installation) -> Sequence[str]:
    """Return sessions of `CLIENTS` coordinators for all of Denmark."""
    with open_identity_store(home.place.home / "accounts") as known:
        return [_session(known, f"bench-{number}") for number in range(CLIENTS)]


def _session(known: IdentityStore, login: str) -> str:
    account = known.add(login)
    grant = Grant(role=Role.COORDINATOR, areas=frozenset({"dk"}))
    known.grant(account, grant, given_by="bench")
    return known.open_session(account, Assurance.STRONG)


def _figures(home: Installation, tokens: Sequence[str]) -> Iterator[Figure]:
    starts = [_start_s(home) for _ in range(STARTS)]
    yield _figure("API start, engine running", "s", starts, at_most(p50=2.5))
    with _served(home) as api:
        yield from _one_worker(home, api, tokens)
    with _served(home, workers=2) as two:
        yield from _two_workers(home, two, tokens)


def _served(home: Installation, workers: int = 1) -> AbstractContextManager[Server]:
    return server(API, {**home.environment, **_UNHURRIED}, workers=workers)


def _start_s(home: Installation) -> float:
    with _served(home, workers=_IN_THE_DEMO) as started:
        return started.start_s


def _figure(
    name: str, unit: str, runs: list[float] | tuple[float, ...], limits: tuple[Limit, ...] = ()
) -> Figure:
    return Figure(name=name, unit=unit, runs=tuple(runs), limits=limits)


# ---- requests


def _paths(port: int, tokens: Sequence[str]) -> Load:
    """Return a load of every need by every account, in turn."""
    requests = (
        request("POST", "/paths", port=port, token=token, body=need)
        for token in tokens
        for need in NEEDS
    )
    return Load(port=port, requests=tuple(requests), clients=CLIENTS, for_s=ROUND_S)


def _names(port: int, token: str) -> Load:
    requests = (request("GET", f"/names?text={text}", port=port, token=token) for text in NAMES)
    return Load(port=port, requests=tuple(requests), clients=CLIENTS, for_s=ROUND_S)


# ---- one worker


def _one_worker(home: Installation, api: Server, tokens: Sequence[str]) -> Iterator[Figure]:
    load = _paths(api.port, tokens)
    first = answered(replace(load, warm_s=WARM_S))
    with _bare(home, first.body) as bare:
        rounds = [_round(load, bare) for _ in range(ROUNDS)]
        lone = answered(replace(load, clients=1))
        bare_lone = answered(replace(load, clients=1, port=bare.port))
    ours = tuple(ms for mine, _ in rounds for ms in mine.ms)
    yield _figure("paths, 4 clients", "ms", ours, PATHS)
    theirs = tuple(ms for _, other in rounds for ms in other.ms)
    yield _figure("bare route with the same bytes, 4 clients", "ms", theirs)
    medians = [(_median(mine), _median(other)) for mine, other in rounds]
    yield _figure("paths / bare route, 4 clients", "×", ratios(*zip(*medians, strict=True)))
    yield _figure("paths, 1 client", "ms", lone.ms)
    yield _figure("bare route with the same bytes, 1 client", "ms", bare_lone.ms)
    reading = answered(replace(load, pause_s=READING_S))
    yield _figure("paths, 4 clients that read 0.1 s", "ms", reading.ms)
    before = api.processor_s()
    counted = answered(replace(load, warm_s=0))
    spent = 1_000 * (api.processor_s() - before) / len(counted.ms)
    yield _figure("processor time of a path answer", "ms", [spent])
    yield _figure(
        "names, 4 clients", "ms", answered(_names(api.port, tokens[0])).ms, at_most(p50=10)
    )
    yield _figure("memory of a worker", "MB", api.memory_mb(), at_most(p50=220))


def _round(load: Load, bare: Server) -> tuple[Answered, Answered]:
    """Measure ours, then the bare route, so that both run under the same machine load."""
    return answered(load), answered(replace(load, port=bare.port))


def _median(answers: Answered) -> float:
    return float(np.median(answers.ms))


@contextmanager
def _bare(home: Installation, body: bytes) -> Generator[Server]:
    file = Path(home.place.home) / "body.json"
    file.write_bytes(body)
    with server(BARE, {**home.environment, BODY: str(file)}) as bare:
        yield bare


# ---- two workers


def _two_workers(home: Installation, two: Server, tokens: Sequence[str]) -> Iterator[Figure]:
    load = replace(_paths(two.port, tokens), clients=2 * CLIENTS)
    answered(replace(load, warm_s=2 * WARM_S))
    rounds = [answered(load) for _ in range(ROUNDS)]
    per_second = [answers.per_second for answers in rounds]
    yield _figure("path answers a second, two workers", "", per_second, at_least(p50=250))
    few = [answered(replace(load, clients=CLIENTS)) for _ in range(ROUNDS)]
    yield _figure(
        "paths, 4 clients, two workers",
        "ms",
        tuple(ms for answers in few for ms in answers.ms),
        PATHS,
    )
    with open_location(home.place) as store:
        seen = [_seen_ms(store, two.port, tokens[0], place) for place in range(WRITES)]
    yield _figure("write until seen by another process", "ms", seen, at_most(p50=400, p99=400))
    yield _figure("memory of each of two workers", "MB", two.memory_mb(), at_most(p50=220))


def _seen_ms(store: Store, port: int, token: str, place: int) -> float:
    """Return the milliseconds from an acknowledged write until a worker reports its revision."""
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.Client(base_url=f"http://{HOST}:{port}", headers=headers, trust_env=False) as http:
        http.get("/health/revision").raise_for_status()
        revision = store.apply(_change(store, place))
        began = perf_counter()
        while http.get("/health/revision").raise_for_status().json()["revision"] < revision:
            pass
        return 1_000 * (perf_counter() - began)


def _change(store: Store, place: int) -> ChangeSet:
    """Return a change set that sets another opening hour for one post."""
    (post,) = store.elements(["act-ssp-0787"])
    assert isinstance(post, Actor)
    changed = replace(post, hours=f"MO-FR 09:00-15:{place:02}")
    return ChangeSet(
        made_by="bench",
        made_at=datetime.now(UTC),
        reason=ChangeReason.CORRECTED,
        updates=(changed,),
    )

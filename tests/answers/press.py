"""What the real API shows of the demo's numbers: in one press, and in acute danger in none."""

import json
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final

from api.audit.entry import AuditKind
from api.settings import Settings
from graph.access.policy import TASKS, Role, Task
from seed.loader import load
from tests.answers.measures import Measure, duty_lines
from tests.databases import server_for_demo
from tests.fixtures.app import TestApp, opened_app
from tests.seed.demo import TODAY

_NEED = {"start": "aut-pet-fc", "area": "mun-0329", "network": ["SSP"], "on": TODAY.isoformat()}
_NUMBERS = ("PHONE", "MOBILE")
TIMES: Final[tuple[dict[str, str], ...]] = ({}, {"at": "2026-12-24T02:00"})
"""Now, and the night of Christmas Eve."""


def over_the_api() -> Iterator[Measure]:
    """The measures of the real API."""
    with demo_app() as app:
        yield _pressed(app)
        missing = missing_numbers(app)
        asked = len(TASKS[Task.QUESTION]) * len(duty_lines()) * len(TIMES)
        name = "acute: no number of the duty line, for every role, place and time"
        yield Measure(name, f"{len(missing)} of {asked}", "0", not missing)


@contextmanager
def demo_app() -> Generator[TestApp]:
    """The API of the demo, without a limit of calls."""
    from graph.store.encryption.keyring import open_keyring

    with (
        server_for_demo() as (server, folder),
        open_keyring(folder / "keys") as keyring,
        server.with_store(keyring) as store,
    ):
        load(store, now=datetime.now(UTC), today=TODAY)
        with opened_app(store, folder, Settings(calls_per_min=99_999)) as app:
            yield app


def missing_numbers(app: TestApp) -> list[tuple[str, str, str]]:
    """The roles, places and times whose emergency card lacks a number of the right duty line."""
    missing: list[tuple[str, str, str]] = []
    for role in sorted(TASKS[Task.QUESTION]):
        headers = app.as_(role, areas=["mun-0787"])
        for place, line in duty_lines().items():
            for time in TIMES:
                need = {"start": "act-ihm-0787", "area": place, "trigger": "ACUTE", **time}
                card: dict[str, Any] = _post(app, "/paths", need, headers).get("acute") or {}
                posts = {number["post"] for number in card.get("numbers", ()) if number["number"]}
                if posts != {"act-112", "act-114", line}:
                    missing.append((role, place, str(time)))
    return missing


def _pressed(app: TestApp) -> Measure:
    """Whether one `POST /reveal` shows all numbers of a path, with a row of the log for each."""
    headers = app.as_(Role.COORDINATOR, areas=["dk"])
    way = _post(app, "/paths", _NEED, headers)["contacts"][0]["ways"][0]
    owners = {stop["resolution"]["reveal"] for stop in way["stops"][1:] if stop["resolution"]}
    details = [
        {"detail": detail["id"], "channel": detail["channel"]}
        for owner in sorted(owner for owner in owners if owner)
        for detail in _read(app, f"/entities/{owner}", headers)["details"]
        if detail["channel"] in _NUMBERS
    ]
    before = len(app.rows())
    body = {"details": details, "purpose": "KNOWLEDGE"}
    shown = _post(app, "/reveal", body, headers)["revealed"]
    rows = [row for row in app.rows()[before:] if row.kind is AuditKind.SHOWN]
    is_met = len(shown) == len(details) == len(rows) > 1 and all(row["value"] for row in shown)
    figures = f"1 ({len(shown)} numbers, {len(rows)} rows)" if is_met else json.dumps(shown)
    return Measure("presses from an answer to the numbers of a way", figures, "1", is_met)


def _post(app: TestApp, path: str, body: dict[str, Any], headers: dict[str, str]) -> Any:
    return app.http.post(path, json=body, headers=headers).json()


def _read(app: TestApp, path: str, headers: dict[str, str]) -> Any:
    return app.http.get(path, headers=headers).json()

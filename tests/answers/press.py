"""The number of presses from an answer to the numbers of a whole path, over the real API."""

import json
from datetime import UTC, datetime
from typing import Any

from api.audit.entry import AuditKind
from graph.access.policy import Role
from seed.loader import load
from tests.answers.measures import Measure
from tests.databases import server_for_demo
from tests.fixtures.app import TestApp, opened_app
from tests.seed.demo import TODAY

_NEED = {"start": "aut-pet-fc", "area": "mun-0329", "network": ["SSP"], "on": TODAY.isoformat()}
_NUMBERS = ("PHONE", "MOBILE")


def one_press() -> Measure:
    """Whether one `POST /reveal` shows all numbers of a path, with a row of the log for each."""
    from graph.store.encryption.keyring import open_keyring

    with (
        server_for_demo() as (server, folder),
        open_keyring(folder / "keys") as keyring,
        server.with_store(keyring) as store,
    ):
        load(store, now=datetime.now(UTC), today=TODAY)
        with opened_app(store, folder) as app:
            return _pressed(app)


def _pressed(app: TestApp) -> Measure:
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

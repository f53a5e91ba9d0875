"""The alerts of the audit log on the DPO's screen."""

import pytest
from streamlit.testing.v1 import AppTest

from api.audit.entry import AuditKind
from api.schemas.audit import AuditRow
from explorer.address import AUDIT
from explorer.views.audit import alerts
from graph.access.policy import Role
from tests.change_sets import change_set
from tests.explorer.screen import Screens, assert_shows, html, text
from tests.fixtures.details import numbers_of


def _alerts(screens: Screens) -> AppTest:
    return screens.screen(AUDIT, Role.DPO, areas=("dk",), tab="alerts")


@pytest.mark.slow
def test_an_alert_shows_its_reason_and_what_to_do(own_screens: Screens) -> None:
    app = own_screens.app
    assert "Ingen advarsler i perioden." in text(_alerts(own_screens))
    app.store.apply(change_set(creates=numbers_of("bo", 31)))
    headers, body = app.as_(Role.COORDINATOR), {"channel": "MOBILE", "purpose": "CONCERN"}
    for place in range(31):
        app.post("/reveal", headers, {**body, "detail": f"number-{place}"})
    row = app.rows()[-1]
    assert row.kind is AuditKind.ALERT
    login = app.accounts.logins.find(str(row.caller)).login
    assert_shows(
        html(_alerts(own_screens)),
        "Ville se flere kontaktoplysninger, end dagen tillader", "ellers spørg brugeren",
        f"Hvad {login} slog op den dag", f"caller={row.caller}",
    )  # fmt: skip


def test_each_kind_of_alert_has_a_distinct_reason_and_advice() -> None:
    row = {
        "seq": 1, "at": "2026-11-25T09:30:00Z", "kind": "alert", "caller": None, "role": None,
        "via": None, "purpose": None, "subjects": (), "result": None, "count": None, "ms": None,
        "request_id": "req-1", "change_set": None, "key_id": "k", "prev": "0" * 64, "mac": "a" * 64,
    }  # fmt: skip
    cases: list[dict[str, object]] = [
        {"action": "read_names", "asked": {"people_per_hour": 300}},
        {"action": "reveal_detail", "asked": {"usual": 10}},
        {"action": "reveal_detail", "asked": {}, "result": 429},
        {"action": "give_grant", "asked": {"sweep": "swp-1"}},
        {"action": "give_grant", "asked": {"account": "acc-1"}},
        {"action": "open_session", "asked": {}},
        {"action": "anchor", "asked": {}},
    ]  # fmt: skip
    reasons = {alerts.reason(AuditRow.model_validate(row | case)) for case in cases}
    assert len(reasons) == len(cases)
    assert len({then for _why, then in reasons}) == len(cases)

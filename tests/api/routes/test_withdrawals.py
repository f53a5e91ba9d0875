"""A withdrawal holds at the next request, everywhere, and whatever fails."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.audit.entry import AuditKind, Entry
from api.audit.maintenance import OPEN_S, AuditMaintenance
from api.consent_withdrawal import receipt_recorded, settle
from api.consent_withdrawal import withdraw as hide
from api.store_monitor import Timeouts
from graph.access.policy import Role
from graph.model import Consent, Element, GaveConsent
from graph.store.encryption.keyring import Keyring
from graph.store.store import Store
from tests.api.routes.consenting import dina_at, finds_jens, listed, named_alike, renew, withdraw
from tests.api.wired import wired_app
from tests.change_sets import change_set, thing
from tests.databases import Server
from tests.fixtures.app import TestApp, opened_app
from tests.graph.paths.additions import tie
from tests.kystby import TODAY
from tests.wire import Wire

# A look for each call; who asks while the database is away is refused soon.
_HASTY = Timeouts(fresh_s=0, wait_s=3, hung_s=3, retry_s=0.1, write_s=10)


def test_a_withdrawal_holds_at_the_next_request_in_every_process_on_every_date(
    app: TestApp,
) -> None:
    with opened_app(app.store, app.folder, is_set_up=False) as other:
        dina, there = dina_at(app), dina_at(other)
        assert finds_jens(app, dina)
        assert finds_jens(other, there)
        answer = withdraw(app, dina)
        assert (answer.status_code, answer.json()["is_written"]) == (200, True)
        assert not finds_jens(app, dina)
        assert not finds_jens(other, there)
        assert listed(app, dina) == ["consent-kaj", "consent-jens"]
        shown = app.get("/consents", dina).json()["found"][1]
        assert (shown["individual"], shown["is_withdrawn"]) == (None, True)
    assert thing(app.store, "consent-jens", Consent).withdrawn_on == TODAY
    row = app.rows()[-1]
    done = [one for one in app.rows() if one.action == "withdraw_consent"]
    assert [one.kind.value for one in done] == ["intent", "done"]
    assert done[-1].subjects == ("jens",)
    assert row.kind.value == "shown"


def test_the_audit_calls_a_withdrawal_and_a_renewal_by_their_names_in_the_graph(
    app: TestApp,
) -> None:
    dina = dina_at(app)
    withdraw(app, dina)
    (withdrawn,) = app.store.changes_since(1)
    account = app.rows()[-1].caller
    assert (withdrawn.touched, withdrawn.made_by) == ("consent-jens", account)
    name = named_alike(app, "withdraw_consent")
    assert app.store.written(name) == withdrawn.revision
    renew(app, dina, "consent-jens")
    renewed = app.store.changes_since(withdrawn.revision)
    assert {one.made_by for one in renewed} == {account}
    assert app.store.written(named_alike(app, "renew_consent")) == renewed[0].revision


def keeper_of(app: TestApp) -> AuditMaintenance:
    return AuditMaintenance(
        app.audit, app.directory.written, anchors=None, keep_months=24,
        settle=lambda: settle(app.accounts, app.directory),
    )  # fmt: skip


def test_a_withdrawal_cut_off_by_a_crash_is_told_to_the_graph_and_written_down_as_done(
    app: TestApp,
) -> None:
    intent = Entry(
        kind=AuditKind.INTENT, action="withdraw_consent", request_id="req-cut-off",
        caller="acc-dina", change_set="set-cut-off",
    )  # fmt: skip
    app.audit.append(intent)
    hide(app.accounts, app.directory, "consent-jens", change_set="set-cut-off", by="acc-dina")
    assert thing(app.store, "consent-jens", Consent).withdrawn_on is None
    keeper_of(app).look(datetime.now(UTC) + timedelta(seconds=OPEN_S + 1))
    assert thing(app.store, "consent-jens", Consent).withdrawn_on == TODAY
    (change,) = app.store.changes_since(1)
    assert change.made_by == "acc-dina"
    rows = [row for row in app.rows() if row.request_id == "req-cut-off"]
    assert [row.kind for row in rows] == [AuditKind.INTENT, AuditKind.DONE]
    assert rows[-1].change_set == "set-cut-off"
    assert app.accounts.withholdings.owed() == ()


def test_the_officer_still_sees_who_withdrew(app: TestApp) -> None:
    withdraw(app, dina_at(app))
    assert finds_jens(app, app.as_(Role.DPO))


def test_withdrawing_takes_back_every_receipt_and_drops_what_was_asked(app: TestApp) -> None:
    jens = thing(app.store, "consent-jens", Consent)
    other = replace(jens, id="consent-two", revision=1, is_mediated_only=True)
    app.store.apply(change_set(creates=(other, tie(GaveConsent, "jens", "consent-two"))))
    app.accounts.contact_requests.ask(
        "acc-1", individual="jens", opener="outreach", purpose="CONCERN", detail="phone-bo", key="k"
    )
    assert withdraw(app, dina_at(app)).status_code == 200
    for receipt in ("consent-jens", "consent-two"):
        assert thing(app.store, receipt, Consent).withdrawn_on == TODAY
    assert app.accounts.contact_requests.made_by("acc-1") == ()


def test_only_outreach_workers_who_see_it_and_the_officer_take_a_consent_back(app: TestApp) -> None:
    dina = dina_at(app)
    for consent in ("nobody", "jens", "No id!", "amina"):
        assert withdraw(app, dina, consent).status_code == 404
    away = app.as_(Role.OUTREACH, areas=("nabo",), person="erik")
    assert withdraw(app, away).status_code == 404
    assert withdraw(app, app.as_(Role.DPO, areas=("nabo",))).status_code == 404
    for role in (Role.COORDINATOR, Role.ANALYST, Role.STEWARD, Role.ADMIN, Role.SERVICE):
        assert withdraw(app, app.as_(role, person="dina")).status_code == 403
    assert finds_jens(app, dina)
    assert withdraw(app, app.as_(Role.DPO)).status_code == 200
    assert not finds_jens(app, dina)


def test_a_new_receipt_brings_back_whom_a_withdrawal_hid_and_no_old_receipt(app: TestApp) -> None:
    dina = dina_at(app)
    jens = thing(app.store, "consent-jens", Consent)
    withdraw(app, dina)
    new = replace(jens, id="consent-new", revision=1, given_on=TODAY)
    door = replace(thing(app.store, "outreach--jens", Element), consent_id="consent-new")  # pyright: ignore[reportCallIssue]  # a door opener
    app.store.apply(
        change_set(creates=(new, tie(GaveConsent, "jens", "consent-new")), updates=(door,))
    )
    assert not finds_jens(app, dina)
    receipt_recorded(app.accounts, app.directory, "jens")
    assert finds_jens(app, dina)
    assert thing(app.store, "consent-new", Consent).withdrawn_on is None
    assert thing(app.store, "consent-jens", Consent).withdrawn_on == TODAY
    hide(app.accounts, app.directory, "consent-new", change_set="set-new", by="acc-1")
    receipt_recorded(
        app.accounts, app.directory, "jens", asked_at=datetime.now(UTC) - timedelta(minutes=1)
    )
    assert not finds_jens(app, dina), "it was taken back since"


# ---- without the database


@pytest.fixture
def wired(
    store: Store, server: Server, keyring: Keyring, tmp_path: Any
) -> Iterator[tuple[TestApp, Wire]]:
    """Kystby, served from a database that can be taken away."""
    with wired_app(store, server, keyring, tmp_path, _HASTY) as both:
        yield both


def test_a_withdrawal_holds_while_the_database_is_away_and_is_written_when_it_is_back(
    wired: tuple[TestApp, Wire], store: Store
) -> None:
    app, wire = wired
    dina = dina_at(app)
    assert finds_jens(app, dina)
    wire.cut()
    answer = withdraw(app, dina)
    assert (answer.status_code, answer.json()["is_written"]) == (202, False)
    assert (app.accounts.withholdings.withheld(), app.rows()[-1].kind.value) == ({"jens"}, "done")
    assert app.rows()[-1].subjects == ("jens",)
    assert thing(store, "consent-jens", Consent).withdrawn_on is None
    wire.mend()
    keeper, now = keeper_of(app), datetime.now(UTC)
    while app.accounts.withholdings.owed():  # nobody asks for anything meanwhile
        keeper.look(now)
    assert thing(store, "consent-jens", Consent).withdrawn_on == TODAY
    assert store.written(named_alike(app, "withdraw_consent")) is not None
    assert not finds_jens(app, dina, is_hasty=True)


# ---- by link


def test_a_link_takes_the_consent_back_by_one_button_and_shows_nothing(app: TestApp) -> None:
    dina = dina_at(app)
    made = app.post("/consents/consent-jens/withdrawal-link", dina)
    assert made.status_code == 201
    path = made.json()["path"]
    pages = [app.get(one) for one in (path, "/withdraw/wrong")]
    assert {page.status_code for page in pages} == {200}
    assert pages[0].content == pages[1].content
    assert "jens" not in pages[0].text.casefold()
    assert "form-action 'self'" in pages[0].headers["content-security-policy"]
    assert finds_jens(app, dina)
    wrong = app.post("/withdraw/wrong")
    assert finds_jens(app, dina)
    right = app.post(path)
    assert (right.status_code, right.content) == (wrong.status_code, wrong.content)
    assert not finds_jens(app, dina)
    assert app.post(path).status_code == 200
    assert thing(app.store, "consent-jens", Consent).withdrawn_on == TODAY
    done = [one for one in app.rows() if one.action == "withdraw_by_link"]
    assert [one.subjects for one in done if one.kind.value == "done"] == [("jens",), ("jens",)]
    assert done[0].kind.value == "denied", "the wrong one"
    first = next(one for one in done if one.subjects)
    (change,) = app.store.changes_since(1)
    assert (change.touched, change.made_by) == ("consent-jens", "withdrawal-link")
    assert app.store.written(first.change_set or "") == change.revision
    token = path.rpartition("/")[2]
    assert not [one for one in app.rows() if token in str(one)]


def test_only_who_may_take_a_consent_back_makes_a_link_for_it(app: TestApp) -> None:
    for consent in ("consent-none", "jens"):
        answer = app.post(f"/consents/{consent}/withdrawal-link", dina_at(app))
        assert answer.status_code == 404
    away = app.as_(Role.OUTREACH, areas=("nabo",))
    answer = app.post("/consents/consent-jens/withdrawal-link", away)
    assert answer.status_code == 404

"""Consents over HTTP: receipts, renewals and withdrawals."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from api.audit.entry import AuditKind, Entry
from api.audit.maintenance import OPEN_S, AuditMaintenance
from api.consent_withdrawal import lift_withdrawal, write_owed_withdrawals
from api.consent_withdrawal import renew as record
from api.consent_withdrawal import withdraw as hide
from api.errors import Refusal
from api.store_monitor import Timeouts
from graph.access.policy import Role
from graph.model import Consent, DoorOpenerFor, Element, GaveConsent
from graph.store.encryption.keyring import Keyring
from graph.store.store import Store
from graph.vocabulary import Channel, ConsentPurpose, PreventionLevel
from tests.api.routes.consenting import (
    consent_ids,
    dina_at,
    finds_jens,
    named_alike,
    renew,
    withdraw,
)
from tests.api.wired import wired_app
from tests.api.withheld import withhold
from tests.change_sets import change_set, element_of
from tests.databases import Server
from tests.fixtures.app import TestApp, opened_app
from tests.fixtures.faulty_proxy import Wire as BreakingWire
from tests.graph.paths.additions import tie
from tests.kystby import TODAY
from tests.wire import Wire


def test_consents_are_listed_by_end_date_with_the_renewing_post(app: TestApp) -> None:
    dina = dina_at(app)
    assert consent_ids(app, dina) == ["consent-kaj", "consent-jens"]
    assert consent_ids(app, dina, ends_before="2026-12-31") == ["consent-kaj"]
    assert consent_ids(app, dina, ends_before="2026-11-01") == []
    assert consent_ids(app, dina, open_only="true") == ["consent-kaj", "consent-jens"]
    over, jens = app.get("/consents", dina).json()["found"]
    assert (over["individual"], over["name"]) == (None, None)
    assert (over["ends_on"], over["renewal_by"]) == ("2026-11-01", "outreach")
    assert (jens["individual"], jens["name"]) == ("jens", "Formand Jens R.")
    assert (jens["is_due"], jens["may_withdraw"]) == (False, True)


def test_consents_are_paged(app: TestApp) -> None:
    dina = dina_at(app)
    first = app.get("/consents", dina, limit=1).json()
    assert [item["id"] for item in first["found"]] == ["consent-kaj"]
    rest = app.get("/consents", dina, page=first["next"]).json()
    assert [item["id"] for item in rest["found"]] == ["consent-jens"]
    assert rest["next"] is None
    assert app.get("/consents", dina, page="yesterday").status_code == 400


def test_consents_are_listed_within_the_view_of_the_caller(app: TestApp) -> None:
    assert consent_ids(app, app.as_(Role.COORDINATOR, person="dina")) == ["consent-jens"]
    assert consent_ids(app, app.as_(Role.DPO)) == ["consent-kaj", "consent-jens"]
    assert consent_ids(app, app.as_(Role.DPO, areas=("nabo",))) == []
    assert consent_ids(app, app.as_(Role.OUTREACH, areas=("nabo",))) == []
    assert consent_ids(app, app.as_(Role.STEWARD)) == []
    for role in (Role.ANALYST, Role.ADMIN, Role.SERVICE):
        assert app.get("/consents", app.as_(role)).status_code == 403


def receipts_for(number: int, prefix: str, jens: Consent) -> tuple[Element, ...]:
    """Return `number` due receipts of Jens, whose consent includes statistics."""
    receipts = [
        replace(
            jens, id=f"{prefix}-{index}", revision=1, expires_on=date(2026, 12, 10),
            purposes=frozenset({ConsentPurpose.CONTACT, ConsentPurpose.STATISTICS}),
        )
        for index in range(number)
    ]  # fmt: skip
    return (*receipts, *(tie(GaveConsent, "jens", receipt.id) for receipt in receipts))


def test_a_steward_sees_due_consents_as_counts_by_post_without_small_counts(app: TestApp) -> None:
    steward = app.as_(Role.STEWARD)
    jens = element_of(app.store, "consent-jens", Consent)

    def due(**query: str) -> list[dict[str, Any]]:
        answer = app.get("/consents", steward, **query).json()
        assert answer["found"] == []
        values: list[dict[str, Any]] = answer["due_by_post"]
        return values

    app.store.apply(change_set(creates=receipts_for(4, "few", jens)))
    assert due() == []
    app.store.apply(change_set(creates=receipts_for(3, "more", jens)))
    assert [(item["post"], item["at_least"]) for item in due()] == [("outreach", 5)]
    assert due(ends_before="2026-12-10") == []
    assert app.get("/consents", app.as_(Role.STEWARD, areas=("nabo",))).json()["due_by_post"] == []
    assert app.get("/consents", dina_at(app)).json()["due_by_post"] == []
    withhold(app.accounts.withholdings, "jens")
    assert due() == []


@pytest.mark.slow
def test_renewing_a_withdrawn_consent_makes_the_person_visible_again(app: TestApp) -> None:
    dina = dina_at(app)
    withdraw(app, dina)
    answer = renew(app, dina, "consent-jens")
    assert answer.status_code == 201, answer.text
    new = element_of(app.store, answer.json()["consent"], Consent)
    assert (new.renewal_by, new.recorded_by) == ("outreach", "outreach")
    assert finds_jens(app, dina)
    assert element_of(app.store, "consent-jens", Consent).withdrawn_on == TODAY
    items = app.get("/consents", dina).json()["found"][-1]
    assert (items["id"], items["individual"]) == (new.id, "jens")


def test_renewing_an_expired_consent_makes_the_person_visible_again(app: TestApp) -> None:
    dina = dina_at(app)
    items = app.get("/names", dina, text="kaj").json()["found"]
    assert "kaj" not in [item["id"] for item in items]
    assert renew(app, dina, "consent-kaj").status_code == 201
    items = app.get("/names", dina, text="kaj").json()["found"]
    assert "kaj" in [item["id"] for item in items]


def test_renewing_a_consent_withdraws_the_renewed_receipt_alone(app: TestApp) -> None:
    dina, jens = dina_at(app), element_of(app.store, "consent-jens", Consent)
    wider = replace(
        jens, id="consent-wider", revision=1, is_mediated_only=False,
        channels=frozenset({Channel.MOBILE}),
    )  # fmt: skip
    app.store.apply(change_set(creates=(wider, tie(GaveConsent, "jens", "consent-wider"))))
    answer = renew(app, dina, "consent-wider")
    assert answer.status_code == 201, answer.text
    assert element_of(app.store, "consent-wider", Consent).withdrawn_on == TODAY
    assert element_of(app.store, "consent-jens", Consent).withdrawn_on is None, "another one"
    assert finds_jens(app, dina)
    receipts = {item["id"]: item for item in app.get("/consents", dina).json()["found"]}
    assert (receipts["consent-wider"]["is_withdrawn"], receipts["consent-wider"]["ends_on"]) == (
        True, TODAY.isoformat(),
    )  # fmt: skip
    assert consent_ids(app, dina, open_only="true") == sorted(
        receipts.keys() - {"consent-wider"}, key=lambda receipt: receipts[receipt]["ends_on"]
    )


def test_a_renewal_moves_current_and_future_door_openers_to_the_new_consent(app: TestApp) -> None:
    fields = {"consent_id": "consent-jens", "levels": frozenset({PreventionLevel.OUTREACH})}
    later = tie(
        DoorOpenerFor, "ihd", "jens", strength=0.8, valid_from=TODAY + timedelta(30), **fields
    )
    past = tie(
        DoorOpenerFor, "ssp-post", "jens", strength=0.8, valid_from=TODAY - timedelta(60),
        valid_to=TODAY - timedelta(30), **fields,
    )  # fmt: skip
    app.store.apply(change_set(creates=(later, past)))
    new = renew(app, dina_at(app), "consent-jens").json()["consent"]
    for link in ("outreach--jens", "ihd--jens"):
        assert element_of(app.store, link, DoorOpenerFor).consent_id == new
    assert element_of(app.store, "ssp-post--jens", DoorOpenerFor).consent_id == "consent-jens"


def test_a_consent_that_has_been_renewed_is_not_renewed_again(app: TestApp) -> None:
    dina = dina_at(app)
    keyed = {**dina, "Idempotency-Key": "renew-jens-once"}
    first = renew(app, keyed, "consent-jens").json()["consent"]
    before = app.store.revision()
    again = renew(app, dina, "consent-jens")
    assert (again.status_code, again.json()["type"]) == (412, "/problems/conflict")
    assert app.store.revision() == before
    assert renew(app, dina, first).status_code == 201
    repeated = renew(app, keyed, "consent-jens")
    assert (repeated.status_code, repeated.json()["consent"]) == (201, first)


def test_a_renewal_repeated_with_its_idempotency_key_records_one_receipt(app: TestApp) -> None:
    keyed = {**dina_at(app), "Idempotency-Key": "renew-jens-once"}
    before = app.store.revision()
    first = renew(app, keyed, "consent-jens")
    again = renew(app, keyed, "consent-jens")
    assert (again.status_code, again.json()) == (201, first.json())
    assert app.store.revision() == before + 1
    assert app.store.revision_by_key(named_alike(app, "renew_consent")) == before + 1
    changed = renew(app, keyed, "consent-jens", text_version="da-4")
    assert (changed.status_code, changed.json()["type"]) == (409, "/problems/key-reused")
    assert app.store.revision() == before + 1


def test_a_repeated_renewal_does_not_undo_a_withdrawal_made_since(app: TestApp) -> None:
    dina = dina_at(app)
    keyed = {**dina, "Idempotency-Key": "renew-jens-once"}
    new = renew(app, keyed, "consent-jens").json()["consent"]
    assert withdraw(app, dina, new).status_code == 200
    for _ in range(2):  # the key stays in use
        again = renew(app, keyed, "consent-jens")
        assert (again.status_code, again.json()["type"]) == (409, "/problems/withdrawn")
    assert app.accounts.withholdings.withheld() == {"jens"}
    assert not finds_jens(app, dina)
    assert element_of(app.store, new, Consent).withdrawn_on == TODAY
    assert renew(app, dina, "consent-jens").status_code == 201, "asked anew, it is another one"
    assert finds_jens(app, dina)


def test_a_renewal_requested_before_a_withdrawal_is_refused(app: TestApp) -> None:
    dina, jens = dina_at(app), element_of(app.store, "consent-jens", Consent)
    asked_at = datetime.now(UTC)
    assert withdraw(app, dina).status_code == 200
    before = app.store.revision()
    receipt = replace(jens, id="consent-new", revision=1, given_on=TODAY)
    with pytest.raises(Refusal, match=r"^withdrawn$"):
        record(app.accounts, app.directory, "consent-jens", receipt,
               change_set="set-new", by="acc-1", asked_at=asked_at)  # fmt: skip
    assert app.store.revision() == before
    assert not finds_jens(app, dina)


@pytest.mark.slow
def test_retrying_a_renewal_of_unknown_outcome_does_not_undo_a_withdrawal(
    breaking: tuple[TestApp, BreakingWire],
) -> None:
    app, wire = breaking
    dina = dina_at(app)
    keyed = {**dina, "Idempotency-Key": "renew-jens-once"}
    wire.breaks = True
    lost = renew(app, keyed, "consent-jens")
    assert (lost.status_code, lost.json()["type"]) == (503, "/problems/outcome-unknown")
    assert withdraw(app, dina).status_code == 200
    again = renew(app, keyed, "consent-jens")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/withdrawn")
    assert not finds_jens(app, dina)
    assert renew(app, dina, "consent-jens").status_code == 201
    assert finds_jens(app, dina)


def test_a_receipt_written_during_a_withdrawal_does_not_undo_it(app: TestApp) -> None:
    dina = dina_at(app)
    withdraw(app, dina)
    jens = element_of(app.store, "consent-jens", Consent)
    late = replace(jens, id="consent-late", revision=1, withdrawn_on=None, given_on=TODAY)
    app.store.apply(change_set(creates=(late, tie(GaveConsent, "jens", "consent-late"))))
    assert not finds_jens(app, dina)
    assert renew(app, dina, "consent-jens").status_code == 201
    assert finds_jens(app, dina)
    assert element_of(app.store, "consent-late", Consent).withdrawn_on == TODAY


def test_renewals_by_others_or_beyond_the_legal_limits_are_refused(app: TestApp) -> None:
    dina = dina_at(app)
    for consent in ("nobody", "jens", "consent-none"):
        assert renew(app, dina, consent).status_code == 404
    assert renew(app, app.as_(Role.OUTREACH, areas=("nabo",)), "consent-jens").status_code == 404
    for role in (Role.COORDINATOR, Role.STEWARD, Role.DPO, Role.ANALYST, Role.ADMIN):
        assert renew(app, app.as_(role, person="dina"), "consent-jens").status_code == 404
    for wrong in ({"expires_on": "2029-01-01"}, {"is_adult": False}, {"channels": ["MOBILE"]}):
        assert renew(app, dina, "consent-jens", **wrong).status_code == 422
    assert element_of(app.store, "outreach--jens", DoorOpenerFor).consent_id == "consent-jens"


# The revision is read on each call; calls without a database are refused soon.
_HASTY = Timeouts(fresh_s=0, wait_s=3, hung_s=3, retry_s=0.1, write_s=10)


def test_a_withdrawal_takes_effect_at_the_next_request_in_every_process(app: TestApp) -> None:
    with opened_app(app.store, app.folder, is_set_up=False) as other:
        dina, there = dina_at(app), dina_at(other)
        assert finds_jens(app, dina)
        assert finds_jens(other, there)
        answer = withdraw(app, dina)
        assert (answer.status_code, answer.json()["is_written"]) == (200, True)
        assert not finds_jens(app, dina)
        assert not finds_jens(other, there)
        assert consent_ids(app, dina) == ["consent-kaj", "consent-jens"]
        items = app.get("/consents", dina).json()["found"][1]
        assert (items["individual"], items["is_withdrawn"]) == (None, True)
    assert element_of(app.store, "consent-jens", Consent).withdrawn_on == TODAY
    row = app.rows()[-1]
    done = [entry for entry in app.rows() if entry.action == "withdraw_consent"]
    assert [entry.kind.value for entry in done] == ["intent", "done"]
    assert done[-1].subjects == ("jens",)
    assert row.kind.value == "shown"


def test_consent_audit_entries_match_the_graph_in_change_set_and_account(app: TestApp) -> None:
    dina = dina_at(app)
    withdraw(app, dina)
    (withdrawn,) = app.store.changes_since(1)
    account = app.rows()[-1].caller
    assert (withdrawn.touched, withdrawn.made_by) == ("consent-jens", account)
    name = named_alike(app, "withdraw_consent")
    assert app.store.revision_by_key(name) == withdrawn.revision
    renew(app, dina, "consent-jens")
    renewed = app.store.changes_since(withdrawn.revision)
    assert {item.made_by for item in renewed} == {account}
    assert app.store.revision_by_key(named_alike(app, "renew_consent")) == renewed[0].revision


def maintenance_of(app: TestApp) -> AuditMaintenance:
    return AuditMaintenance(
        app.audit, app.directory.revision_by_key, anchors=None, keep_months=24,
        settle=lambda: write_owed_withdrawals(app.accounts, app.directory),
    )  # fmt: skip


def test_a_withdrawal_cut_off_by_a_crash_is_completed_and_logged(app: TestApp) -> None:
    intent = Entry(
        kind=AuditKind.INTENT, action="withdraw_consent", request_id="req-cut-off",
        caller="acc-dina", change_set="set-cut-off",
    )  # fmt: skip
    app.audit.append(intent)
    hide(app.accounts, app.directory, "consent-jens", change_set="set-cut-off", by="acc-dina")
    assert element_of(app.store, "consent-jens", Consent).withdrawn_on is None
    maintenance_of(app).look(datetime.now(UTC) + timedelta(seconds=OPEN_S + 1))
    assert element_of(app.store, "consent-jens", Consent).withdrawn_on == TODAY
    (change,) = app.store.changes_since(1)
    assert change.made_by == "acc-dina"
    rows = [row for row in app.rows() if row.request_id == "req-cut-off"]
    assert [row.kind for row in rows] == [AuditKind.INTENT, AuditKind.DONE]
    assert rows[-1].change_set == "set-cut-off"
    assert app.accounts.withholdings.owed_withdrawals() == ()


def test_the_dpo_still_finds_a_person_who_withdrew(app: TestApp) -> None:
    withdraw(app, dina_at(app))
    assert finds_jens(app, app.as_(Role.DPO))


def test_a_withdrawal_covers_every_receipt_and_drops_contact_requests(app: TestApp) -> None:
    jens = element_of(app.store, "consent-jens", Consent)
    other = replace(jens, id="consent-two", revision=1, is_mediated_only=True)
    app.store.apply(change_set(creates=(other, tie(GaveConsent, "jens", "consent-two"))))
    app.accounts.contact_requests.ask(
        "acc-1", individual="jens", opener="outreach", purpose="CONCERN", detail="phone-bo", key="k"
    )
    assert withdraw(app, dina_at(app)).status_code == 200
    for receipt in ("consent-jens", "consent-two"):
        assert element_of(app.store, receipt, Consent).withdrawn_on == TODAY
    assert app.accounts.contact_requests.made_by("acc-1") == ()


def test_only_outreach_workers_with_a_view_of_it_and_the_dpo_withdraw_a_consent(
    app: TestApp,
) -> None:
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


@pytest.mark.slow
def test_lifting_a_withdrawal_restores_the_person_but_no_old_receipt(app: TestApp) -> None:
    dina = dina_at(app)
    jens = element_of(app.store, "consent-jens", Consent)
    withdraw(app, dina)
    new = replace(jens, id="consent-new", revision=1, given_on=TODAY)
    door = replace(element_of(app.store, "outreach--jens", Element), consent_id="consent-new")
    app.store.apply(
        change_set(creates=(new, tie(GaveConsent, "jens", "consent-new")), updates=(door,))
    )
    assert not finds_jens(app, dina)
    lift_withdrawal(app.accounts, app.directory, "jens")
    assert finds_jens(app, dina)
    assert element_of(app.store, "consent-new", Consent).withdrawn_on is None
    assert element_of(app.store, "consent-jens", Consent).withdrawn_on == TODAY
    hide(app.accounts, app.directory, "consent-new", change_set="set-new", by="acc-1")
    lift_withdrawal(
        app.accounts, app.directory, "jens", asked_at=datetime.now(UTC) - timedelta(minutes=1)
    )
    assert not finds_jens(app, dina), "it was taken back since"


# ---- without the database


@pytest.fixture
def wired(
    store: Store, server: Server, keyring: Keyring, tmp_path: Any
) -> Iterator[tuple[TestApp, Wire]]:
    with wired_app(store, server, keyring, tmp_path, _HASTY) as both:
        yield both


@pytest.mark.slow
def test_a_withdrawal_without_the_database_is_written_later(
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
    assert element_of(store, "consent-jens", Consent).withdrawn_on is None
    wire.mend()
    maintenance, now = maintenance_of(app), datetime.now(UTC)
    while app.accounts.withholdings.owed_withdrawals():  # without any request meanwhile
        maintenance.look(now)
    assert element_of(store, "consent-jens", Consent).withdrawn_on == TODAY
    assert store.revision_by_key(named_alike(app, "withdraw_consent")) is not None
    assert not finds_jens(app, dina, is_hasty=True)


# ---- by link


def test_a_withdrawal_link_withdraws_on_post_and_discloses_nothing(app: TestApp) -> None:
    dina = dina_at(app)
    answer = app.post("/consents/consent-jens/withdrawal-link", dina)
    assert answer.status_code == 201
    path = answer.json()["path"]
    pages = [app.get(item) for item in (path, "/withdraw/wrong")]
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
    assert element_of(app.store, "consent-jens", Consent).withdrawn_on == TODAY
    done = [row for row in app.rows() if row.action == "withdraw_by_link"]
    assert [row.subjects for row in done if row.kind.value == "done"] == [("jens",), ("jens",)]
    assert done[0].kind.value == "denied", "the wrong one"
    first = next(row for row in done if row.subjects)
    (change,) = app.store.changes_since(1)
    assert (change.touched, change.made_by) == ("consent-jens", "withdrawal-link")
    assert app.store.revision_by_key(first.change_set or "") == change.revision
    token = path.rpartition("/")[2]
    assert not [row for row in app.rows() if token in str(row)]


def test_a_withdrawal_link_is_refused_for_a_consent_out_of_view(app: TestApp) -> None:
    for consent in ("consent-none", "jens"):
        answer = app.post(f"/consents/{consent}/withdrawal-link", dina_at(app))
        assert answer.status_code == 404
    away = app.as_(Role.OUTREACH, areas=("nabo",))
    answer = app.post("/consents/consent-jens/withdrawal-link", away)
    assert answer.status_code == 404

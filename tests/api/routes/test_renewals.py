"""A consent is renewed by the post that renews it; what was withdrawn since does not come back."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from api.consent_withdrawal import renew as record
from api.errors import Refused
from graph.access.policy import Role
from graph.model import Consent, DoorOpenerFor, GaveConsent
from tests.api.routes.consenting import dina_at, finds_jens, named_alike, renew, withdraw
from tests.change_sets import change_set, thing
from tests.fixtures.app import TestApp
from tests.fixtures.faulty_proxy import Wire as BreakingWire
from tests.graph.paths.additions import tie
from tests.kystby import TODAY


def test_the_post_that_renews_it_brings_back_whom_a_withdrawal_hid(app: TestApp) -> None:
    dina = dina_at(app)
    withdraw(app, dina)
    answer = renew(app, dina, "consent-jens")
    assert answer.status_code == 201, answer.text
    new = thing(app.store, answer.json()["consent"], Consent)
    assert (new.renewal_by, new.recorded_by) == ("outreach", "outreach")
    assert finds_jens(app, dina)
    assert thing(app.store, "consent-jens", Consent).withdrawn_on == TODAY
    shown = app.get("/consents", dina).json()["found"][-1]
    assert (shown["id"], shown["individual"]) == (new.id, "jens")


def test_a_consent_that_has_run_out_is_renewed_by_a_new_receipt(app: TestApp) -> None:
    dina = dina_at(app)
    found = app.get("/names", dina, text="kaj").json()["found"]
    assert "kaj" not in [one["id"] for one in found]
    assert renew(app, dina, "consent-kaj").status_code == 201
    found = app.get("/names", dina, text="kaj").json()["found"]
    assert "kaj" in [one["id"] for one in found]


def test_a_renewal_sent_again_under_its_key_records_one_receipt(app: TestApp) -> None:
    keyed = {**dina_at(app), "Idempotency-Key": "renew-jens-once"}
    before = app.store.revision()
    first = renew(app, keyed, "consent-jens")
    again = renew(app, keyed, "consent-jens")
    assert (again.status_code, again.json()) == (201, first.json())
    assert app.store.revision() == before + 1
    assert app.store.written(named_alike(app, "renew_consent")) == before + 1
    changed = renew(app, keyed, "consent-jens", text_version="da-4")
    assert (changed.status_code, changed.json()["type"]) == (409, "/problems/key-reused")
    assert app.store.revision() == before + 1


def test_a_renewal_sent_again_brings_nobody_back_who_has_withdrawn_meanwhile(app: TestApp) -> None:
    dina = dina_at(app)
    keyed = {**dina, "Idempotency-Key": "renew-jens-once"}
    new = renew(app, keyed, "consent-jens").json()["consent"]
    assert withdraw(app, dina, new).status_code == 200
    for _ in range(2):  # and its key is not free for another try
        again = renew(app, keyed, "consent-jens")
        assert (again.status_code, again.json()["type"]) == (409, "/problems/withdrawn")
    assert app.accounts.withholdings.withheld() == {"jens"}
    assert not finds_jens(app, dina)
    assert thing(app.store, new, Consent).withdrawn_on == TODAY
    assert renew(app, dina, "consent-jens").status_code == 201, "asked anew, it is another one"
    assert finds_jens(app, dina)


def test_a_renewal_asked_for_before_a_withdrawal_is_refused_and_writes_nothing(
    app: TestApp,
) -> None:
    dina, jens = dina_at(app), thing(app.store, "consent-jens", Consent)
    asked_at = datetime.now(UTC)
    assert withdraw(app, dina).status_code == 200
    before = app.store.revision()
    receipt = replace(jens, id="consent-new", revision=1, given_on=TODAY)
    with pytest.raises(Refused) as refused:
        record(app.accounts, app.directory, "consent-jens", receipt,
               change_set="set-new", by="acc-1", asked_at=asked_at)  # fmt: skip
    assert refused.value.kind.slug == "withdrawn"
    assert app.store.revision() == before
    assert not finds_jens(app, dina)


def test_a_renewal_of_which_nobody_knows_brings_nobody_back_who_has_withdrawn_since(
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


def test_a_receipt_written_while_another_was_taken_back_does_not_come_back_later(
    app: TestApp,
) -> None:
    dina = dina_at(app)
    withdraw(app, dina)
    jens = thing(app.store, "consent-jens", Consent)
    late = replace(jens, id="consent-late", revision=1, withdrawn_on=None, given_on=TODAY)
    app.store.apply(change_set(creates=(late, tie(GaveConsent, "jens", "consent-late"))))
    assert not finds_jens(app, dina)
    assert renew(app, dina, "consent-jens").status_code == 201
    assert finds_jens(app, dina)
    assert thing(app.store, "consent-late", Consent).withdrawn_on == TODAY


def test_nobody_else_renews_and_nothing_beyond_the_law_is_recorded(app: TestApp) -> None:
    dina = dina_at(app)
    for consent in ("nobody", "jens", "consent-none"):
        assert renew(app, dina, consent).status_code == 404
    assert renew(app, app.as_(Role.OUTREACH, areas=("nabo",)), "consent-jens").status_code == 404
    for role in (Role.COORDINATOR, Role.STEWARD, Role.DPO, Role.ANALYST, Role.ADMIN):
        assert renew(app, app.as_(role, person="dina"), "consent-jens").status_code == 404
    for wrong in ({"expires_on": "2029-01-01"}, {"is_adult": False}, {"channels": ["MOBILE"]}):
        assert renew(app, dina, "consent-jens", **wrong).status_code == 422
    assert thing(app.store, "outreach--jens", DoorOpenerFor).consent_id == "consent-jens"

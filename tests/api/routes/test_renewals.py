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
from tests.fixtures.app import TestHouse
from tests.fixtures.faulty_proxy import Wire as BreakingWire
from tests.graph.paths.additions import tie
from tests.kystby import TODAY


def test_the_post_that_renews_it_brings_back_whom_a_withdrawal_hid(house: TestHouse) -> None:
    dina = dina_at(house)
    withdraw(house, dina)
    answer = renew(house, dina, "consent-jens")
    assert answer.status_code == 201, answer.text
    new = thing(house.store, answer.json()["consent"], Consent)
    assert (new.renewal_by, new.recorded_by) == ("outreach", "outreach")
    assert finds_jens(house, dina)
    assert thing(house.store, "consent-jens", Consent).withdrawn_on == TODAY
    shown = house.http.get("/consents", headers=dina).json()["found"][-1]
    assert (shown["id"], shown["individual"]) == (new.id, "jens")


def test_a_consent_that_has_run_out_is_renewed_by_a_new_receipt(house: TestHouse) -> None:
    dina = dina_at(house)
    found = house.http.get("/names", params={"text": "kaj"}, headers=dina).json()["found"]
    assert "kaj" not in [one["id"] for one in found]
    assert renew(house, dina, "consent-kaj").status_code == 201
    found = house.http.get("/names", params={"text": "kaj"}, headers=dina).json()["found"]
    assert "kaj" in [one["id"] for one in found]


def test_a_renewal_sent_again_under_its_key_records_one_receipt(house: TestHouse) -> None:
    keyed = {**dina_at(house), "Idempotency-Key": "renew-jens-once"}
    before = house.store.revision()
    first = renew(house, keyed, "consent-jens")
    again = renew(house, keyed, "consent-jens")
    assert (again.status_code, again.json()) == (201, first.json())
    assert house.store.revision() == before + 1
    assert house.store.written(named_alike(house, "renew_consent")) == before + 1
    changed = renew(house, keyed, "consent-jens", text_version="da-4")
    assert (changed.status_code, changed.json()["type"]) == (409, "/problems/key-reused")
    assert house.store.revision() == before + 1


def test_a_renewal_sent_again_brings_nobody_back_who_has_withdrawn_meanwhile(
    house: TestHouse,
) -> None:
    dina = dina_at(house)
    keyed = {**dina, "Idempotency-Key": "renew-jens-once"}
    new = renew(house, keyed, "consent-jens").json()["consent"]
    assert withdraw(house, dina, new).status_code == 200
    for _ in range(2):  # and its key is not free for another try
        again = renew(house, keyed, "consent-jens")
        assert (again.status_code, again.json()["type"]) == (409, "/problems/withdrawn")
    assert house.accounts.withholdings.withheld() == {"jens"}
    assert not finds_jens(house, dina)
    assert thing(house.store, new, Consent).withdrawn_on == TODAY
    assert renew(house, dina, "consent-jens").status_code == 201, "asked anew, it is another one"
    assert finds_jens(house, dina)


def test_a_renewal_asked_for_before_a_withdrawal_is_refused_and_writes_nothing(
    house: TestHouse,
) -> None:
    dina, jens = dina_at(house), thing(house.store, "consent-jens", Consent)
    asked_at = datetime.now(UTC)
    assert withdraw(house, dina).status_code == 200
    before = house.store.revision()
    receipt = replace(jens, id="consent-new", revision=1, given_on=TODAY)
    with pytest.raises(Refused) as refused:
        record(house.accounts, house.directory, "consent-jens", receipt,
               change_set="set-new", by="acc-1", asked_at=asked_at)  # fmt: skip
    assert refused.value.kind.slug == "withdrawn"
    assert house.store.revision() == before
    assert not finds_jens(house, dina)


def test_a_renewal_of_which_nobody_knows_brings_nobody_back_who_has_withdrawn_since(
    breaking: tuple[TestHouse, BreakingWire],
) -> None:
    house, wire = breaking
    dina = dina_at(house)
    keyed = {**dina, "Idempotency-Key": "renew-jens-once"}
    wire.breaks = True
    lost = renew(house, keyed, "consent-jens")
    assert (lost.status_code, lost.json()["type"]) == (503, "/problems/outcome-unknown")
    assert withdraw(house, dina).status_code == 200
    again = renew(house, keyed, "consent-jens")
    assert (again.status_code, again.json()["type"]) == (409, "/problems/withdrawn")
    assert not finds_jens(house, dina)
    assert renew(house, dina, "consent-jens").status_code == 201
    assert finds_jens(house, dina)


def test_a_receipt_written_while_another_was_taken_back_does_not_come_back_later(
    house: TestHouse,
) -> None:
    dina = dina_at(house)
    withdraw(house, dina)
    jens = thing(house.store, "consent-jens", Consent)
    late = replace(jens, id="consent-late", revision=1, withdrawn_on=None, given_on=TODAY)
    house.store.apply(change_set(creates=(late, tie(GaveConsent, "jens", "consent-late"))))
    assert not finds_jens(house, dina)
    assert renew(house, dina, "consent-jens").status_code == 201
    assert finds_jens(house, dina)
    assert thing(house.store, "consent-late", Consent).withdrawn_on == TODAY


def test_nobody_else_renews_and_nothing_beyond_the_law_is_recorded(house: TestHouse) -> None:
    dina = dina_at(house)
    for consent in ("nobody", "jens", "consent-none"):
        assert renew(house, dina, consent).status_code == 404
    away = house.as_(Role.OUTREACH, areas=("nabo",))
    assert renew(house, away, "consent-jens").status_code == 404
    for role in (Role.COORDINATOR, Role.STEWARD, Role.DPO, Role.ANALYST, Role.ADMIN):
        assert renew(house, house.as_(role, person="dina"), "consent-jens").status_code == 404
    for wrong in ({"expires_on": "2029-01-01"}, {"is_adult": False}, {"channels": ["MOBILE"]}):
        assert renew(house, dina, "consent-jens", **wrong).status_code == 422
    assert thing(house.store, "outreach--jens", DoorOpenerFor).consent_id == "consent-jens"

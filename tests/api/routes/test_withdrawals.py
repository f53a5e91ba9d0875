"""A withdrawal holds at the next request, everywhere, and whatever fails."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from api.audit.entry import AuditKind, Entry
from api.audit.maintenance import AuditMaintenance
from api.audit.sweeper import OPEN_S
from api.consent_withdrawal import receipt_recorded, settle
from api.consent_withdrawal import withdraw as hide
from api.store_monitor import Timeouts
from graph.access.policy import Role
from graph.model import Consent, Element, GaveConsent
from graph.store.encryption.keyring import Keyring
from graph.store.store import Store
from tests.api.routes.consenting import dina_at, finds_jens, listed, named_alike, renew, withdraw
from tests.api.wired import wired_house
from tests.change_sets import change_set, thing
from tests.databases import Server
from tests.fixtures.app import TestHouse, opened_house
from tests.graph.paths.additions import tie
from tests.kystby import TODAY
from tests.wire import Wire

# A look for each call; who asks while the database is away is refused soon.
_HASTY = Timeouts(fresh_s=0, wait_s=0.5, hung_s=0.5, retry_s=0.1, write_s=3)


def test_a_withdrawal_holds_at_the_next_request_in_every_process_on_every_date(
    house: TestHouse,
) -> None:
    with opened_house(house.store, house.folder, is_set_up=False) as other:
        dina, there = dina_at(house), dina_at(other)
        assert finds_jens(house, dina)
        assert finds_jens(other, there)
        answer = withdraw(house, dina)
        assert (answer.status_code, answer.json()["is_written"]) == (200, True)
        assert not finds_jens(house, dina)
        assert not finds_jens(other, there)
        assert listed(house, dina) == ["consent-kaj", "consent-jens"]
        shown = house.http.get("/consents", headers=dina).json()["found"][1]
        assert (shown["individual"], shown["is_withdrawn"]) == (None, True)
    assert thing(house.store, "consent-jens", Consent).withdrawn_on == TODAY
    row = house.rows()[-1]
    done = [one for one in house.rows() if one.action == "withdraw_consent"]
    assert [one.kind.value for one in done] == ["intent", "done"]
    assert done[-1].subjects == ("jens",)
    assert row.kind.value == "shown"


def test_the_audit_calls_a_withdrawal_and_a_renewal_by_their_names_in_the_graph(
    house: TestHouse,
) -> None:
    dina = dina_at(house)
    withdraw(house, dina)
    (withdrawn,) = house.store.changes_since(1)
    account = house.rows()[-1].caller
    assert (withdrawn.touched, withdrawn.made_by) == ("consent-jens", account)
    name = named_alike(house, "withdraw_consent")
    assert house.store.written(name) == withdrawn.revision
    renew(house, dina, "consent-jens")
    renewed = house.store.changes_since(withdrawn.revision)
    assert {one.made_by for one in renewed} == {account}
    assert house.store.written(named_alike(house, "renew_consent")) == renewed[0].revision


def keeper_of(house: TestHouse) -> AuditMaintenance:
    return AuditMaintenance(
        house.audit, house.directory.written, anchors=None, keep_months=24,
        settle=lambda: settle(house.accounts, house.directory),
    )  # fmt: skip


def test_a_withdrawal_cut_off_by_a_crash_is_told_to_the_graph_and_written_down_as_done(
    house: TestHouse,
) -> None:
    intent = Entry(
        kind=AuditKind.INTENT, action="withdraw_consent", request_id="req-cut-off",
        caller="acc-dina", change_set="set-cut-off",
    )  # fmt: skip
    house.audit.append(intent)
    hide(house.accounts, house.directory, "consent-jens", change_set="set-cut-off", by="acc-dina")
    assert thing(house.store, "consent-jens", Consent).withdrawn_on is None
    keeper_of(house).look(datetime.now(UTC) + timedelta(seconds=OPEN_S + 1))
    assert thing(house.store, "consent-jens", Consent).withdrawn_on == TODAY
    (change,) = house.store.changes_since(1)
    assert change.made_by == "acc-dina"
    rows = [row for row in house.rows() if row.request_id == "req-cut-off"]
    assert [row.kind for row in rows] == [AuditKind.INTENT, AuditKind.DONE]
    assert rows[-1].change_set == "set-cut-off"
    assert house.accounts.withholdings.owed() == ()


def test_the_officer_still_sees_who_withdrew(house: TestHouse) -> None:
    withdraw(house, dina_at(house))
    assert finds_jens(house, house.as_(Role.DPO))


def test_withdrawing_takes_back_every_receipt_and_drops_what_was_asked(house: TestHouse) -> None:
    jens = thing(house.store, "consent-jens", Consent)
    other = replace(jens, id="consent-two", revision=1, is_mediated_only=True)
    house.store.apply(change_set(creates=(other, tie(GaveConsent, "jens", "consent-two"))))
    house.accounts.contact_requests.ask(
        "acc-1", individual="jens", opener="outreach", purpose="CONCERN", detail="phone-bo",
        key="k",
    )  # fmt: skip
    assert withdraw(house, dina_at(house)).status_code == 200
    for receipt in ("consent-jens", "consent-two"):
        assert thing(house.store, receipt, Consent).withdrawn_on == TODAY
    assert house.accounts.contact_requests.made_by("acc-1") == ()


def test_only_outreach_workers_who_see_it_and_the_officer_take_a_consent_back(
    house: TestHouse,
) -> None:
    dina = dina_at(house)
    for consent in ("nobody", "jens", "No id!", "amina"):
        assert withdraw(house, dina, consent).status_code == 404
    away = house.as_(Role.OUTREACH, areas=("nabo",), person="erik")
    assert withdraw(house, away).status_code == 404
    assert withdraw(house, house.as_(Role.DPO, areas=("nabo",))).status_code == 404
    for role in (Role.COORDINATOR, Role.ANALYST, Role.STEWARD, Role.ADMIN, Role.SERVICE):
        assert withdraw(house, house.as_(role, person="dina")).status_code == 403
    assert finds_jens(house, dina)
    assert withdraw(house, house.as_(Role.DPO)).status_code == 200
    assert not finds_jens(house, dina)


def test_a_new_receipt_brings_back_whom_a_withdrawal_hid_and_no_old_receipt(
    house: TestHouse,
) -> None:
    dina = dina_at(house)
    jens = thing(house.store, "consent-jens", Consent)
    withdraw(house, dina)
    new = replace(jens, id="consent-new", revision=1, given_on=TODAY)
    door = replace(thing(house.store, "outreach--jens", Element), consent_id="consent-new")  # pyright: ignore[reportCallIssue]  # a door opener
    house.store.apply(
        change_set(creates=(new, tie(GaveConsent, "jens", "consent-new")), updates=(door,))
    )
    assert not finds_jens(house, dina)
    receipt_recorded(house.accounts, house.directory, "jens")
    assert finds_jens(house, dina)
    assert thing(house.store, "consent-new", Consent).withdrawn_on is None
    assert thing(house.store, "consent-jens", Consent).withdrawn_on == TODAY
    hide(house.accounts, house.directory, "consent-new", change_set="set-new", by="acc-1")
    receipt_recorded(
        house.accounts, house.directory, "jens", asked_at=datetime.now(UTC) - timedelta(minutes=1)
    )
    assert not finds_jens(house, dina), "it was taken back since"


# ---- without the database


@pytest.fixture
def wired(
    store: Store, server: Server, keyring: Keyring, tmp_path: Any
) -> Iterator[tuple[TestHouse, Wire]]:
    """Kystby, served from a database that can be taken away."""
    with wired_house(store, server, keyring, tmp_path, _HASTY) as both:
        yield both


def test_a_withdrawal_holds_while_the_database_is_away_and_is_written_when_it_is_back(
    wired: tuple[TestHouse, Wire], store: Store
) -> None:
    house, wire = wired
    dina = dina_at(house)
    assert finds_jens(house, dina)
    wire.cut()
    answer = withdraw(house, dina)
    assert (answer.status_code, answer.json()["is_written"]) == (202, False)
    assert house.accounts.withholdings.withheld() == {"jens"}
    assert house.rows()[-1].kind.value == "done"
    assert house.rows()[-1].subjects == ("jens",)
    assert thing(store, "consent-jens", Consent).withdrawn_on is None
    wire.mend()
    keeper, now = keeper_of(house), datetime.now(UTC)
    while house.accounts.withholdings.owed():  # nobody asks for anything meanwhile
        keeper.look(now)
    assert thing(store, "consent-jens", Consent).withdrawn_on == TODAY
    assert store.written(named_alike(house, "withdraw_consent")) is not None
    assert not finds_jens(house, dina, is_hasty=True)


# ---- by link


def test_a_link_takes_the_consent_back_by_one_button_and_shows_nothing(house: TestHouse) -> None:
    dina = dina_at(house)
    made = house.http.post("/consents/consent-jens/withdrawal-link", headers=dina)
    assert made.status_code == 201
    path = made.json()["path"]
    pages = [house.http.get(one) for one in (path, "/withdraw/wrong")]
    assert {page.status_code for page in pages} == {200}
    assert pages[0].content == pages[1].content
    assert "jens" not in pages[0].text.casefold()
    assert "form-action 'self'" in pages[0].headers["content-security-policy"]
    assert finds_jens(house, dina)
    wrong = house.http.post("/withdraw/wrong")
    assert finds_jens(house, dina)
    right = house.http.post(path)
    assert (right.status_code, right.content) == (wrong.status_code, wrong.content)
    assert not finds_jens(house, dina)
    assert house.http.post(path).status_code == 200
    assert thing(house.store, "consent-jens", Consent).withdrawn_on == TODAY
    done = [one for one in house.rows() if one.action == "withdraw_by_link"]
    assert [one.subjects for one in done if one.kind.value == "done"] == [("jens",), ("jens",)]
    assert done[0].kind.value == "denied", "the wrong one"
    first = next(one for one in done if one.subjects)
    (change,) = house.store.changes_since(1)
    assert (change.touched, change.made_by) == ("consent-jens", "withdrawal-link")
    assert house.store.written(first.change_set or "") == change.revision
    token = path.rpartition("/")[2]
    assert not [one for one in house.rows() if token in str(one)]


def test_only_who_may_take_a_consent_back_makes_a_link_for_it(house: TestHouse) -> None:
    for consent in ("consent-none", "jens"):
        answer = house.http.post(f"/consents/{consent}/withdrawal-link", headers=dina_at(house))
        assert answer.status_code == 404
    away = house.as_(Role.OUTREACH, areas=("nabo",))
    answer = house.http.post("/consents/consent-jens/withdrawal-link", headers=away)
    assert answer.status_code == 404

"""Which consents end when; and that a withdrawal holds at the next request, everywhere."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Event
from typing import Any

import pytest
from httpx2 import Response

from api.audit.entry import AuditKind, Entry
from api.audit.keeper import Keeper
from api.audit.sweeper import OPEN_S
from api.errors import Refused
from api.identity.withholding import Why
from api.lookout import Patience
from api.withdrawing import receipt_recorded, settle
from api.withdrawing import renew as record
from api.withdrawing import withdraw as hide
from graph.access import Role
from graph.model import Consent, DoorOpenerFor, GaveConsent, Thing
from graph.store.keyring import Keyring
from graph.store.store import Store, open_store
from graph.vocabulary import ConsentPurpose
from tests.api.house import TestHouse, opened_house
from tests.breaking_wire import Wire as BreakingWire
from tests.change_sets import change_set, fill_with_kystby, thing
from tests.databases import Server
from tests.graph.questions.paths.additions import tie
from tests.kystby import TODAY
from tests.wire import Wire, wire_to

# A look for each call; who asks while the database is away is refused soon.
_HASTY = Patience(fresh_s=0, wait_s=0.5, hung_s=0.5, retry_s=0.1, write_s=3)
ON_DATES = (None, "2026-03-01", "2026-11-24", "2027-03-01")


def listed(house: TestHouse, headers: dict[str, str], **asked: str) -> list[str]:
    answer = house.http.get("/consents", params=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    return [one["id"] for one in answer.json()["found"]]


def withdraw(house: TestHouse, headers: dict[str, str], consent: str = "consent-jens") -> Response:
    return house.http.post(f"/consents/{consent}/withdraw", headers=headers)


def finds_jens(house: TestHouse, headers: dict[str, str], *, is_hasty: bool = False) -> bool:
    """On any of the dates; a hasty house is asked again where it says that it is away."""
    asked: list[dict[str, Any]] = [
        {"text": "jens", **({"on": on} if on else {})} for on in ON_DATES
    ]
    ask = _patiently if is_hasty else _once
    answers = [ask(house, one, headers) for one in asked]
    assert {answer.status_code for answer in answers} == {200}
    return any("jens" in answer.text for answer in answers)


def _once(house: TestHouse, asked: dict[str, Any], headers: dict[str, str]) -> Response:
    return house.http.get("/names", params=asked, headers=headers)


def _patiently(house: TestHouse, asked: dict[str, Any], headers: dict[str, str]) -> Response:
    while (answer := _once(house, asked, headers)).status_code == 503:
        Event().wait(0.1)
    return answer


def dina_at(house: TestHouse) -> dict[str, str]:
    return house.as_(Role.OUTREACH, person="dina")


# ---- which end when


def test_receipts_come_by_the_date_they_end_and_name_who_renews_them(house: TestHouse) -> None:
    dina = dina_at(house)
    assert listed(house, dina) == ["consent-kaj", "consent-jens"]
    assert listed(house, dina, ends_before="2026-12-31") == ["consent-kaj"]
    assert listed(house, dina, ends_before="2026-11-01") == []
    found = house.http.get("/consents", headers=dina).json()["found"]
    over, jens = found
    assert (over["individual"], over["name"]) == (None, None)
    assert (over["ends_on"], over["renewal_by"]) == ("2026-11-01", "outreach")
    assert (jens["individual"], jens["name"]) == ("jens", "Formand Jens R.")
    assert (jens["is_due"], jens["may_withdraw"]) == (False, True)


def test_pages_go_on_where_the_last_one_ended(house: TestHouse) -> None:
    dina = dina_at(house)
    first = house.http.get("/consents", params={"limit": 1}, headers=dina).json()
    assert [one["id"] for one in first["found"]] == ["consent-kaj"]
    rest = house.http.get("/consents", params={"page": first["next"]}, headers=dina).json()
    assert [one["id"] for one in rest["found"]] == ["consent-jens"]
    assert rest["next"] is None
    wrong = house.http.get("/consents", params={"page": "yesterday"}, headers=dina)
    assert wrong.status_code == 400


def test_each_sees_the_receipts_of_their_own_view(house: TestHouse) -> None:
    assert listed(house, house.as_(Role.COORDINATOR, person="dina")) == ["consent-jens"]
    assert listed(house, house.as_(Role.DPO)) == ["consent-kaj", "consent-jens"]
    assert listed(house, house.as_(Role.DPO, areas=("nabo",))) == []
    assert listed(house, house.as_(Role.OUTREACH, areas=("nabo",))) == []
    assert listed(house, house.as_(Role.STEWARD)) == []
    for role in (Role.ANALYST, Role.ADMIN, Role.SERVICE):
        assert house.http.get("/consents", headers=house.as_(role)).status_code == 403


def receipts_for(number: int, prefix: str, jens: Consent) -> tuple[Thing, ...]:
    """As many due receipts of Jens, who agreed to be counted."""
    receipts = [
        replace(
            jens, id=f"{prefix}-{one}", revision=1, expires_on=date(2026, 12, 10),
            purposes=frozenset({ConsentPurpose.CONTACT, ConsentPurpose.STATISTICS}),
        )
        for one in range(number)
    ]  # fmt: skip
    return (*receipts, *(tie(GaveConsent, "jens", receipt.id) for receipt in receipts))


def test_a_steward_is_told_a_number_by_post_and_no_small_one(house: TestHouse) -> None:
    steward = house.as_(Role.STEWARD)
    jens = thing(house.store, "consent-jens", Consent)

    def due(**asked: str) -> list[dict[str, Any]]:
        answer = house.http.get("/consents", params=asked, headers=steward).json()
        assert answer["found"] == []
        told: list[dict[str, Any]] = answer["due_by_post"]
        return told

    house.store.apply(change_set(creates=receipts_for(4, "few", jens)))
    assert due() == []
    house.store.apply(change_set(creates=receipts_for(3, "more", jens)))
    assert [(one["post"], one["at_least"]) for one in due()] == [("outreach", 5)]
    assert due(ends_before="2026-12-10") == []
    away = house.as_(Role.STEWARD, areas=("nabo",))
    assert house.http.get("/consents", headers=away).json()["due_by_post"] == []
    dina = house.http.get("/consents", headers=dina_at(house)).json()
    assert dina["due_by_post"] == []
    house.accounts.withholdings.withhold(["jens"], Why.RESTRICTED)
    assert due() == []


# ---- taking one back


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


def named_alike(house: TestHouse, action: str) -> str:
    """What the intent and the outcome of the last such request call their write."""
    *_, intent, done = (one for one in house.rows() if one.action == action)
    assert (intent.kind, done.kind) == (AuditKind.INTENT, AuditKind.DONE)
    assert intent.change_set == done.change_set
    assert done.change_set is not None
    return done.change_set


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


def keeper_of(house: TestHouse) -> Keeper:
    return Keeper(
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
    door = replace(thing(house.store, "outreach--jens", Thing), consent_id="consent-new")  # pyright: ignore[reportCallIssue]  # a door opener
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
    receipt_recorded(house.accounts, house.directory, "jens")
    house.accounts.withholdings.withhold(["jens"], Why.RESTRICTED)
    receipt_recorded(house.accounts, house.directory, "jens")
    assert not finds_jens(house, dina)


RENEWAL: dict[str, Any] = {
    "purposes": ["CONTACT"], "audience": ["kystby-kommune"], "channels": ["MEDIATED"],
    "is_mediated_only": True, "given_on": "2026-11-25", "expires_on": "2027-11-25",
    "obtained_how": "MEETING", "text_version": "da-3", "is_adult": True,
}  # fmt: skip


def renew(house: TestHouse, headers: dict[str, str], consent: str, **changed: Any) -> Response:
    return house.http.post(
        f"/consents/{consent}/renew", json={**RENEWAL, **changed}, headers=headers
    )


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


# ---- without the database


@pytest.fixture
def wired(
    store: Store, server: Server, keyring: Keyring, tmp_path: Any
) -> Iterator[tuple[TestHouse, Wire]]:
    """Kystby, served from a database that can be taken away."""
    fill_with_kystby(store)
    with (
        wire_to(server.uri) as wire,
        open_store(
            wire.uri, user=server.user, password=server.password, database=server.database,
            keyring=keyring,
        ) as far,
        opened_house(far, tmp_path, patience=_HASTY) as house,
    ):  # fmt: skip
        yield house, wire


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
    assert [one.subjects for one in done if one.kind.value == "done"] == [(), ("jens",), ("jens",)]
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

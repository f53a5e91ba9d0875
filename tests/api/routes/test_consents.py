"""Which consents end when, and who is told of them?"""

from dataclasses import replace
from datetime import date
from typing import Any

from graph.access.policy import Role
from graph.model import Consent, Element, GaveConsent
from graph.vocabulary import ConsentPurpose
from tests.api.routes.consenting import dina_at, listed
from tests.api.withheld import withhold
from tests.change_sets import change_set, thing
from tests.fixtures.app import TestHouse
from tests.graph.paths.additions import tie


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


def receipts_for(number: int, prefix: str, jens: Consent) -> tuple[Element, ...]:
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
    withhold(house.accounts.withholdings, "jens")
    assert due() == []

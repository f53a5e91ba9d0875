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
from tests.fixtures.app import TestApp
from tests.graph.paths.additions import tie


def test_receipts_come_by_the_date_they_end_and_name_who_renews_them(app: TestApp) -> None:
    dina = dina_at(app)
    assert listed(app, dina) == ["consent-kaj", "consent-jens"]
    assert listed(app, dina, ends_before="2026-12-31") == ["consent-kaj"]
    assert listed(app, dina, ends_before="2026-11-01") == []
    over, jens = app.get("/consents", dina).json()["found"]
    assert (over["individual"], over["name"]) == (None, None)
    assert (over["ends_on"], over["renewal_by"]) == ("2026-11-01", "outreach")
    assert (jens["individual"], jens["name"]) == ("jens", "Formand Jens R.")
    assert (jens["is_due"], jens["may_withdraw"]) == (False, True)


def test_pages_go_on_where_the_last_one_ended(app: TestApp) -> None:
    dina = dina_at(app)
    first = app.get("/consents", dina, limit=1).json()
    assert [one["id"] for one in first["found"]] == ["consent-kaj"]
    rest = app.get("/consents", dina, page=first["next"]).json()
    assert [one["id"] for one in rest["found"]] == ["consent-jens"]
    assert rest["next"] is None
    assert app.get("/consents", dina, page="yesterday").status_code == 400


def test_each_sees_the_receipts_of_their_own_view(app: TestApp) -> None:
    assert listed(app, app.as_(Role.COORDINATOR, person="dina")) == ["consent-jens"]
    assert listed(app, app.as_(Role.DPO)) == ["consent-kaj", "consent-jens"]
    assert listed(app, app.as_(Role.DPO, areas=("nabo",))) == []
    assert listed(app, app.as_(Role.OUTREACH, areas=("nabo",))) == []
    assert listed(app, app.as_(Role.STEWARD)) == []
    for role in (Role.ANALYST, Role.ADMIN, Role.SERVICE):
        assert app.get("/consents", app.as_(role)).status_code == 403


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


def test_a_steward_is_told_a_number_by_post_and_no_small_one(app: TestApp) -> None:
    steward = app.as_(Role.STEWARD)
    jens = thing(app.store, "consent-jens", Consent)

    def due(**asked: str) -> list[dict[str, Any]]:
        answer = app.get("/consents", steward, **asked).json()
        assert answer["found"] == []
        told: list[dict[str, Any]] = answer["due_by_post"]
        return told

    app.store.apply(change_set(creates=receipts_for(4, "few", jens)))
    assert due() == []
    app.store.apply(change_set(creates=receipts_for(3, "more", jens)))
    assert [(one["post"], one["at_least"]) for one in due()] == [("outreach", 5)]
    assert due(ends_before="2026-12-10") == []
    assert app.get("/consents", app.as_(Role.STEWARD, areas=("nabo",))).json()["due_by_post"] == []
    assert app.get("/consents", dina_at(app)).json()["due_by_post"] == []
    withhold(app.accounts.withholdings, "jens")
    assert due() == []

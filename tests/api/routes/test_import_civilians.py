"""Civilians of a list: written once, and a row that the store refuses is left out if asked."""

from dataclasses import replace
from datetime import date
from typing import Final

import pytest

from graph.access.policy import Role
from graph.exchange.imports import ImportRegister, guess, preview
from graph.model import Consent, DoorOpenerFor, GaveConsent, ResourceIndividual
from tests.change_sets import change_set
from tests.fixtures.app import TestApp
from tests.fixtures.editor import slug
from tests.fixtures.importer import Importer, names_in, states
from tests.graph.exchange.imports.office_lists import options, table

HEAD: Final = (
    "Kommune;Funktion;Navn;Id;Døråbner;Samtykke givet;Samtykke udløber;Samtykke givet ved;"
    "Samtykketekst;Fyldt 18"
)
PER: Final = (
    "Kystby Kommune;Ressourceperson;Formand Per R.;C7;Opsøgende medarbejder;10.01.2026;"
    "14.12.2026;møde;da-3;ja"
)
IDA: Final = "Kystby Kommune;Kriminalpræventiv konsulent;Ida Møllevang Bæk;;;;;;;"
LIST: Final = f"{HEAD}\n{PER}\n{IDA}\n"


@pytest.fixture
def steward(app: TestApp) -> Importer:
    """A steward who is also an outreach worker, without a post: no consent names them."""
    return Importer(app, app.as_(Role.STEWARD, Role.OUTREACH))


@pytest.fixture
def dina(app: TestApp) -> Importer:
    """The same as an outreach worker of the authority."""
    return Importer(app, app.as_(Role.STEWARD, Role.OUTREACH, person="dina"))


def write_expired(app: TestApp) -> None:
    """Write the civilian of the list with a consent that has expired."""
    given, today = table(HEAD, PER), app.directory.today()
    register = ImportRegister.of(app.store.load(), today)
    plan = preview(given, guess(given, register), register, options("kystby.hr", on=today))
    assert {type(element) for element in plan.creates} == {
        ResourceIndividual, Consent, GaveConsent, DoorOpenerFor,
    }  # fmt: skip
    expired = date(2026, 11, 1)
    created = [
        replace(element, expires_on=expired) if isinstance(element, Consent) else element
        for element in plan.creates
    ]
    app.store.apply(change_set(creates=created))


def test_importing_a_list_with_a_civilian_again_changes_nothing(dina: Importer) -> None:
    sent = dina.send_beside(LIST)
    assert states(sent) == ["NEW", "NEW"]
    answer = dina.apply(sent)
    assert answer.status_code == 201, answer.text
    again = dina.send_accepted(LIST)
    assert (states(again), again["preview"]["creates"]) == (["UNCHANGED", "UNCHANGED"], 0)


def test_a_civilian_with_an_expired_consent_is_recognized_by_the_renewing_post(
    app: TestApp, dina: Importer
) -> None:
    write_expired(app)
    assert states(dina.send_beside(LIST)) == ["UNCHANGED", "NEW"]


def test_a_row_that_the_store_refuses_is_marked_and_can_be_left_out(
    app: TestApp, steward: Importer
) -> None:
    """The consent of the civilian has expired, so the steward does not see that they exist."""
    write_expired(app)
    sent = steward.send_beside(LIST)
    assert states(sent) == ["NEW", "NEW"]
    refused = steward.apply(sent)
    assert slug(refused) == "import-refused", refused.text
    assert [(error["rule"], error["line"]) for error in refused.json()["errors"]] == [("TAKEN", 2)]
    again = steward.read(sent["id"])
    assert states(again) == ["REFUSED", "NEW"]
    assert again["preview"]["digest"] == sent["preview"]["digest"]
    assert "Ida Møllevang Bæk" not in names_in(app.store)
    answer = steward.apply(again, skips_refused=True, key="without-them-1")
    assert answer.status_code == 201, answer.text
    assert answer.json()["counts"]["REFUSED"] == 1
    assert "Ida Møllevang Bæk" in names_in(app.store)


def test_a_row_that_the_store_refuses_is_skipped_at_once_on_request(
    app: TestApp, steward: Importer
) -> None:
    write_expired(app)
    answer = steward.apply(steward.send_beside(LIST), skips_refused=True)
    assert answer.status_code == 201, answer.text
    assert "Ida Møllevang Bæk" in names_in(app.store)
    (batch,) = steward.batches()
    assert batch["counts"]["REFUSED"] == 1

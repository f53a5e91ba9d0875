"""Undoing an import whose elements have ended, by itself or with their last day."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any, Final

import pytest

from graph.access.policy import Role
from graph.exchange.imports.undo import undo_key, undo_of
from graph.model import Holds, MemberOf, Person
from graph.vocabulary import LegalGate, PreventionLevel
from tests import kystby
from tests.change_sets import change_set, element_of
from tests.fixtures.app import TestApp
from tests.fixtures.editor import slug
from tests.fixtures.importer import BESIDE, Importer

HEAD: Final = "Kommune;Funktion;Navn;Ansat fra;Ansat til\n"
PER: Final = "Kystby Kommune;Kriminalpræventiv konsulent;Per Hasselhegn Holm;2025-02-01;\n"
IDA: Final = "Kystby Kommune;Hovedkontakt, god løsladelse;Ida Møllevang Bæk;2025-02-01;\n"
BO: Final = "Kystby Kommune;Hovedkontakt, god løsladelse;Bo Rugvang Sørensen;2025-02-01;\n"


@pytest.fixture
def steward(app: TestApp) -> Importer:
    return Importer(app, app.as_(Role.STEWARD))


def import_list(steward: Importer, *rows: str, is_complete: bool = False) -> str:
    """Import a list, and return the id of the import."""
    sent = steward.send_accepted(HEAD + "".join(rows))
    sent = steward.choose(sent["id"], is_complete=is_complete, holders=BESIDE).json()
    answer = steward.apply(sent)
    assert answer.status_code == 201, answer.text
    upload: str = sent["id"]
    return upload


def ends(app: TestApp, cls: type[Any]) -> set[date | None]:
    """The ends of what the source brought."""
    elements = app.store.load().elements()
    return {
        element.valid_to
        for element in elements
        if isinstance(element, cls) and element.source == "kystby.hr"
    }


def seat_of_bo(app: TestApp) -> Holds:
    (seat,) = (
        element
        for element in app.store.load().elements()
        if isinstance(element, Holds)
        and (element.source_id, element.target_id) == ("bo", "release")
    )
    return seat


def test_undoing_a_complete_list_restores_what_it_ended_on_the_same_day(
    app: TestApp, steward: Importer
) -> None:
    import_list(steward, PER, IDA)
    upload = import_list(steward, PER, is_complete=True)
    today = app.directory.today()
    assert ends(app, Person) == ends(app, Holds) == {None, today}
    undone = steward.undo(upload)
    assert undone.status_code == 200, undone.text
    assert ends(app, Person) == ends(app, Holds) == {None}


def test_an_import_already_undone_in_the_store_is_shown_as_undone(
    app: TestApp, steward: Importer
) -> None:
    upload = import_list(steward, PER)
    (batch,) = steward.batches()
    undo = undo_of(
        app.store.batch(batch["batch"]), app.store.load(), made_by="local",
        made_at=app.accounts.clock(), on=app.directory.today(),
    )  # fmt: skip
    revision = app.store.apply(replace(undo.changes, idempotency=undo_key(batch["batch"])))
    undone = steward.undo(upload)
    assert undone.status_code == 200, undone.text
    assert undone.json()["undone_at"] is not None
    assert app.store.revision() == revision


def test_an_imported_seat_whose_last_day_has_passed_can_be_undone(
    app: TestApp, steward: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = app.directory.today()
    upload = import_list(steward, IDA.replace("01;\n", f"01;{day}\n"))
    later = date(2026, 12, 8)
    monkeypatch.setattr(kystby, "TODAY", later)
    monkeypatch.setattr(kystby, "NOW", datetime.combine(later, time(10)))
    undone = steward.undo(upload)
    assert undone.status_code == 200, undone.text
    assert ends(app, Holds) == {date(2025, 2, 1)}  # the day on which it began


def test_undoing_the_end_of_a_moved_persons_seat_needs_rights_in_both_areas(
    app: TestApp, steward: Importer
) -> None:
    """Bo has a post in the next town now, whose steward must agree to any other seat."""
    import_list(steward, PER, BO)
    upload = import_list(steward, PER, is_complete=True)
    moved = Holds(id="moved", source_id="bo", target_id="nabo-ssp", source="form")
    app.store.apply(change_set(creates=(moved,)))
    refused = steward.undo(upload)
    assert (refused.status_code, slug(refused)) == (403, "forbidden"), refused.text
    assert seat_of_bo(app).valid_to == app.directory.today()
    both = Importer(app, app.as_(Role.STEWARD, areas=("kystby", "nabo")))
    assert both.undo(upload).status_code == 200
    assert seat_of_bo(app).valid_to is None


def test_a_steward_cannot_undo_the_end_of_a_membership_of_their_own_post(
    app: TestApp, steward: Importer
) -> None:
    """The steward holds the post only since today, and may not widen what it reaches."""
    head = "Kommune;Funktion;Navn;Samarbejde\n"
    row = "Kystby Kommune;Hovedkontakt, god løsladelse;;{}\n"
    per = "Kystby Kommune;Kriminalpræventiv konsulent;Per Hasselhegn Holm;\n"
    app.store.apply(
        change_set(
            creates=(
                MemberOf(
                    id="old", source_id="release", target_id="ssp", source="kystby.hr",
                    valid_from=date(2025, 1, 1), levels=frozenset(PreventionLevel),
                    gate=LegalGate.SSP_115, strength=0.7,
                ),
            )
        )
    )  # fmt: skip
    sent = steward.send_accepted(head + row.format("") + per)
    whole = steward.choose(sent["id"], is_complete=True, holders=BESIDE).json()
    assert steward.apply(whole).status_code == 201
    today = app.directory.today()
    assert element_of(app.store, "old", MemberOf).valid_to == today
    seat = Holds(id="new", source_id="dina", target_id="release", source="form", valid_from=today)
    app.store.apply(change_set(creates=(seat,)))
    dina = Importer(app, app.as_(Role.STEWARD, person="dina"))
    assert slug(dina.undo(sent["id"])) == "forbidden"
    assert steward.undo(sent["id"]).status_code == 200
    assert element_of(app.store, "old", MemberOf).valid_to is None

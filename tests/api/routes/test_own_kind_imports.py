"""Own kinds in imports by the API: recognized, picked, written once, and refused by name."""

from collections.abc import Generator
from pathlib import Path
from typing import Any, Final

import pytest

from graph.access.policy import Role
from graph.model import Actor, Authority
from graph.store.store import Store
from tests.fixtures.app import TestApp, opened_app
from tests.fixtures.importer import BESIDE, Importer, row_rules, states
from tests.fixtures.own_kinds import TEXT, file_in
from tests.graph.exchange.imports.records.record_files import as_json, mo_answer

LIST: Final = "Kommune;Funktion;Navn\nKystby Kommune;{};Ida Møllevang Bæk\n"
GONE: Final = "findes ikke længere: UNGEKONSULENT"
WITHOUT: Final = "".join(
    f"[[kind]]{row}" for row in TEXT.split("[[kind]]")[1:] if 'id = "UNGEKONSULENT"' not in row
)


@pytest.fixture
def app(kystby_store: Store, tmp_path: Path) -> Generator[TestApp]:
    with opened_app(kystby_store, tmp_path, own_kinds=file_in(tmp_path)) as app:
        yield app


@pytest.fixture
def steward(app: TestApp) -> Importer:
    return Importer(app, app.as_(Role.STEWARD))


def made(app: TestApp, label: type[Any] = Actor) -> list[Any]:
    """Return the nodes of a class that imports made and that have not ended."""
    elements = app.store.load().elements()
    return [
        element
        for element in elements
        if isinstance(element, label) and element.source == "kystby.hr" and element.valid_to is None
    ]


def readings(sent: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {reading["typed"]: reading for reading in sent["readings"]}


def picked(typed: str, meaning: str, field: str = "POST") -> dict[str, str]:
    return {"field": field, "typed": typed, "meaning": meaning}


def remove_kind(app: TestApp) -> None:
    assert app.directory.own_kinds_file is not None
    app.directory.own_kinds_file.write(WITHOUT)


def test_a_word_for_an_own_kind_is_recognized_and_written_once(
    app: TestApp, steward: Importer
) -> None:
    text = LIST.format("Demokratikonsulent")
    sent = steward.send_accepted(text)
    assert (states(sent), sent["readings"]) == (["NEW"], [])
    assert sent["preview"]["rows"][0]["post"] == "Demokratikonsulent, Kystby"
    assert steward.apply(sent).is_success
    (post,) = made(app)
    assert (post.kind.value, post.own_kind) == ("OUTREACH_WORKER", "DEMOKRATIKONSULENT")
    again = steward.send_accepted(text)
    assert (states(again), again["preview"]["creates"]) == (["UNCHANGED"], 0)


def test_an_own_kind_can_be_chosen_for_a_word_and_is_saved_for_the_source(
    app: TestApp, steward: Importer
) -> None:
    text = LIST.format("Ungekonsul., nord")
    sent = steward.send_accepted(text)
    (choice,) = (
        choice
        for choice in readings(sent)["Ungekonsul., nord"]["choices"]
        if choice["code"] == "UNGEKONSULENT"
    )
    assert choice["label"] == "Ungekonsulent"
    english = steward.read(sent["id"], lang="en")
    assert "Youth adviser" in str(readings(english)["Ungekonsul., nord"]["choices"])
    answer = steward.choose(sent["id"], readings=[picked("Ungekonsul., nord", "UNGEKONSULENT")])
    assert answer.is_success, answer.text
    assert readings(answer.json())["Ungekonsul., nord"]["label"] == "Ungekonsulent"
    assert steward.apply(answer.json()).is_success
    assert [post.own_kind for post in made(app)] == ["UNGEKONSULENT"]
    again = steward.send_accepted(text)  # the reading is saved for the source
    assert (states(again), readings(again)["Ungekonsul., nord"]["meaning"]) == (
        ["UNCHANGED"], "UNGEKONSULENT",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("reading", "message"),
    [
        (picked("x", "BOLIGNET"), "BOLIGNET er en egen type under Samarbejde, ikke under Funktion"),
        (picked("x", "UNGEKONSULENT", "NETWORK"),
         "UNGEKONSULENT er en egen type under Funktion, ikke under Samarbejde"),
        (picked("x", "GULD"), "der er ingen type GULD; skal være et af INFOHOUSE_COORDINATOR_"),
    ],
)  # fmt: skip
def test_an_own_kind_of_another_family_or_an_unknown_kind_is_refused_by_name(
    steward: Importer, reading: dict[str, str], message: str
) -> None:
    sent = steward.send_accepted(LIST.format("Demokratikonsulent"))
    refused = steward.choose(sent["id"], readings=[reading])
    assert (refused.status_code, message in refused.text) == (422, True), refused.text


def test_an_os2mo_word_mapped_to_an_own_kind_of_another_family_is_refused(
    steward: Importer,
) -> None:
    data = as_json(mo_answer()).replace(b"Thisted Kommune", b"Kystby Kommune")
    sent = steward.send_accepted(data, file="os2mo.json")
    refused = steward.choose(sent["id"], readings=[picked("Leder", "BOLIGNET")])
    assert refused.status_code == 422
    assert "BOLIGNET er en egen type under Samarbejde, ikke under Funktion" in refused.text
    refused = steward.choose(sent["id"], readings=[picked("Afdeling", "BOLIGNET", "UNIT")])
    assert "ikke under Myndighed eller Forening" in refused.text


def test_a_saved_reading_whose_own_kind_was_removed_is_refused_by_name(
    app: TestApp, steward: Importer
) -> None:
    text = LIST.format("SSP-koordinator")
    sent = steward.send_accepted(text)
    answer = steward.choose(sent["id"], readings=[picked("SSP-koordinator", "UNGEKONSULENT")])
    assert steward.apply(answer.json()).is_success
    assert steward.undo(sent["id"]).is_success
    remove_kind(app)
    again = steward.send_accepted(text)
    assert row_rules(again) == ["REMOVED_KIND"]
    assert again["preview"]["rows"][0]["faults"][0]["detail"].endswith(GONE)
    word = readings(again)["SSP-koordinator"]
    assert (word["meaning"], word["choices"][0]["code"]) == (None, "SSP_COORDINATOR")
    fixed = steward.choose(
        again["id"], readings=[picked("SSP-koordinator", "SSP_COORDINATOR")], holders=BESIDE
    )
    assert row_rules(fixed.json()) == []


def test_a_preview_is_recomputed_when_own_kinds_change(app: TestApp, steward: Importer) -> None:
    sent = steward.send_accepted(LIST.format("Ungekonsulent"))
    assert states(sent) == ["NEW"]
    remove_kind(app)
    assert states(steward.read(sent["id"])) == ["REFUSED"]
    refused = steward.apply(sent)
    assert (refused.status_code, made(app)) == (409, [])


def test_words_of_os2mo_are_mapped_to_own_kinds_and_the_mapping_is_saved(
    app: TestApp, steward: Importer
) -> None:
    data = as_json(mo_answer()).replace(b"Thisted Kommune", b"Kystby Kommune")
    sent = steward.send_accepted(data, file="os2mo.json")
    answer = steward.choose(
        sent["id"],
        readings=[picked("Afdeling", "UNIT//TRYGHED", "UNIT"), picked("Leder", "UNGEKONSULENT")],
        holders=BESIDE,
    )
    assert answer.is_success, answer.text
    assert {reading["typed"]: reading["label"] for reading in answer.json()["readings"]} == {
        "Afdeling": "Enhed · Tryghedsforvaltningen", "Leder": "Ungekonsulent",
    }  # fmt: skip
    response = steward.apply(answer.json())
    assert response.is_success, response.text
    assert "UNGEKONSULENT" in {post.own_kind for post in made(app)}
    assert [unit.own_sector for unit in made(app, Authority)] == ["TRYGHED"]
    again = steward.send_accepted(data, file="os2mo.json")
    assert set(states(again)) == {"UNCHANGED"}
    assert steward.undo(sent["id"]).is_success
    remove_kind(app)
    preview = steward.send_accepted(data, file="os2mo.json")
    (fault,) = preview["faults"]
    assert (fault["rule"], fault["header"], fault["detail"].endswith(GONE)) == (
        "REMOVED_KIND", "Leder", True,
    )  # fmt: skip
    assert readings(preview)["Leder"]["meaning"] is None

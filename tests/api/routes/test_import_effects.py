"""The contact paths that an import would change: in its preview, and after it is written."""

from collections.abc import Mapping
from typing import Any

import pytest

from graph.access.policy import Role
from tests.fixtures.app import TestApp
from tests.fixtures.editor import slug
from tests.fixtures.importer import BESIDE, Importer, states
from tests.graph.exchange.imports.records.record_files import as_json, mo_answer

HEAD = "Kommune;Funktion;Navn;Telefon\n"
SUCCESSOR = HEAD + "Kystby Kommune;SSP-koordinator;Ida Møllevang Bæk;\n"


@pytest.fixture
def steward(app: TestApp) -> Importer:
    return Importer(app, app.as_(Role.STEWARD))


def ssp(sent: Mapping[str, Any]) -> Any:
    (path,) = (
        change
        for change in sent["preview"]["paths"]["changed"]
        if (change["area"]["id"], change["reference"]) == ("kystby", "SSP")
    )
    return path


def answering(steward: Importer) -> Any:
    """Return who answers for the SSP coordinator of Kystby, according to a contact path."""
    answer = steward.app.post("/paths", steward.headers, {"start": "ihd", "target": "ssp-post"})
    assert answer.status_code == 200, answer.text
    return answer.json()["contacts"][0]["stop"]["resolution"]["who"]["name"]


def test_an_import_preview_shows_the_path_with_a_new_answering_person(steward: Importer) -> None:
    assert answering(steward) == "Bo Rugvang Sørensen"  # the deputy of Amina, who is away
    sent = steward.send_beside(SUCCESSOR)
    assert states(sent) == ["NEW"]
    path = ssp(sent)
    assert path["what"] == "ANSWERING"
    assert (path["before"][-1]["node"]["id"], path["before"][-1]["who"]["id"]) == (
        "ssp-post", "bo"
    )  # fmt: skip
    assert path["after"][-1]["who"]["name"] == "Ida Møllevang Bæk"
    assert {change["area"]["id"] for change in sent["preview"]["paths"]["changed"]} == {"kystby"}
    assert not sent["preview"]["paths"]["is_cut"]
    assert answering(steward) == "Bo Rugvang Sørensen"
    assert steward.apply(sent).status_code == 201
    assert answering(steward) == "Ida Møllevang Bæk"
    assert steward.send_accepted(SUCCESSOR)["preview"]["paths"] is None  # nothing is left to write


def test_a_preview_asks_about_a_new_holder_and_says_who_answers_and_who_stops(
    app: TestApp, steward: Importer
) -> None:
    sent = steward.send_accepted(SUCCESSOR)
    (row,) = sent["preview"]["rows"]
    assert (row["state"], row["person"], row["post"]) == (
        "REFUSED", "Ida Møllevang Bæk", "SSP-koordinator, Kystby",
    )  # fmt: skip
    assert [holder["name"] for holder in row["holders"]] == ["Amina Søkilde Østergård"]
    assert (sent["preview"]["held"], sent["preview"]["answers"]) == (1, None)
    assert slug(steward.apply(sent)) == "import-refused"
    unknown = steward.choose(sent["id"], holders={"two": "BESIDE"})
    assert (unknown.status_code, slug(unknown)) == (422, "invalid")
    chosen = steward.choose(sent["id"], holders={"2": "REPLACES"}).json()
    (change,) = chosen["preview"]["answers"]["changed"]
    assert (change["post"]["id"], change["on"]) == ("ssp-post", str(app.directory.today()))
    assert (change["before"]["who"]["name"], change["after"]["who"]["name"]) == (
        "Bo Rugvang Sørensen", "Ida Møllevang Bæk",
    )  # fmt: skip
    stops = chosen["preview"]["answers"]["stops"]
    assert [person["name"] for person in stops] == ["Amina Søkilde Østergård"]
    assert chosen["preview"]["held"] == 0
    assert steward.apply(chosen).status_code == 201
    skipped = steward.choose(
        steward.send_accepted(SUCCESSOR.replace("Ida", "Eva"))["id"], holders={"*": "SKIP"}
    )
    assert states(skipped.json()) == ["LEFT_OUT"]


@pytest.mark.slow
def test_an_os2mo_import_preview_shows_changed_paths(steward: Importer) -> None:
    data = as_json(mo_answer()).replace(b"Thisted Kommune", b"Kystby Kommune")
    sent = steward.send_accepted(data, file="os2mo.json")
    words = [
        {"field": "UNIT", "typed": "Afdeling", "meaning": "UNIT"},
        {"field": "POST", "typed": "*", "meaning": ""},
    ]
    answer = steward.choose(sent["id"], readings=words, holders=BESIDE).json()
    assert ssp(answer)["after"][-1]["who"]["name"] == "Mette Rugvang Bæk"


def test_a_refused_row_shows_no_changed_paths_in_the_preview(app: TestApp) -> None:
    neighbor = Importer(app, app.as_(Role.STEWARD, areas=("nabo",)))
    sent = neighbor.send_accepted(SUCCESSOR, area="nabo")
    assert states(sent) == ["REFUSED"]
    assert sent["preview"]["paths"] is None

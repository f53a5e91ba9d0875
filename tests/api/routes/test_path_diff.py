"""What becomes of paths between two dates, over HTTP."""

from typing import Any

import pytest

from graph.access.policy import Role
from tests.fixtures.app import TestApp

SSP = {"start": "ihd", "target": "ssp-post", "on": "2026-11-25", "against": "2027-01-01"}


def post(app: TestApp, headers: dict[str, str], **asked: Any) -> Any:
    return app.post("/paths/diff", headers, {**SSP, **asked})


def test_a_path_that_is_kept_tells_both_dates_and_what_differs(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR, areas=("dk",))
    found = post(app, headers).json()
    (path,) = found["paths"]
    assert (path["fate"], [stop["id"] for stop in path["stops"]]) == ("KEPT", ["ihd", "ssp-post"])
    assert path["hops"] == ["REFERS_TO"]
    assert (path["before"]["number"], path["after"]["number"]) == (1, 1)
    (why,) = path["why"]
    assert (why["what"], why["was"], why["now"]) == ("ANSWERS", "DEPUTY", "HOLDER")
    assert why["who_is"]["id"] == "amina"
    assert why["words"]["text"].startswith("SSP-koordinator, Kystby: indehaver (Amina")
    assert found["words"]["headline"].endswith("1 vej bevaret, 0 væk, 0 nye.")
    assert (found["need"]["on"], found["against"]) == ("2026-11-25", "2027-01-01")
    english = app.post("/paths/diff?lang=en", headers, SSP).json()
    assert english["words"]["headline"].endswith("1 path kept, 0 gone, 0 new.")


def test_an_analyst_is_told_of_the_change_and_of_no_name(app: TestApp) -> None:
    answer = post(app, app.as_(Role.ANALYST, areas=("dk",)))
    ((why,),) = (path["why"] for path in answer.json()["paths"])
    assert (why["was"], why["now"], why["who_is"]["name"]) == ("DEPUTY", "HOLDER", None)
    assert "Amina" not in answer.text


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"against": "2026-11-25"}, 422),
        ({"against": None}, 422),
        ({"start": None, "target": None}, 422),
        ({"target": "nobody"}, 404),
    ],
)
def test_what_cannot_be_compared_is_refused(
    app: TestApp, asked: dict[str, Any], status: int
) -> None:
    assert post(app, app.as_(Role.COORDINATOR), **asked).status_code == status


def test_who_is_named_is_written_down_and_who_runs_the_machines_is_refused(app: TestApp) -> None:
    post(app, app.as_(Role.COORDINATOR, areas=("dk",)))
    asked, shown = app.told()[-2:]
    assert asked["asked"] == SSP
    assert shown["subjects"] == ["amina", "bo"]
    assert post(app, app.as_(Role.ADMIN)).status_code == 403

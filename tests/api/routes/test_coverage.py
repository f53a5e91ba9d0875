"""Coverage over HTTP: posts, the map and the matrix."""

from typing import Any

import pytest

from graph.access.policy import Role
from graph.model import BelongsTo, Coordinates, Covers, Holds, Network
from graph.vocabulary import CoordinationFunction, LegalGate, NetworkKind, PostKind, Sector
from tests.change_sets import change_set, changed
from tests.fixtures.app import TestApp
from tests.graph.paths.additions import ALL_LEVELS, post, tie
from tests.graph.questions.letters import refers


def read(app: TestApp, *roles: Role, person: str | None = None, **query: Any) -> Any:
    return app.read("/coverage", app.as_(*roles, person=person), **query)


def test_coverage_of_a_municipality_lists_post_states_and_totals(app: TestApp) -> None:
    answer = read(app, Role.COORDINATOR, area="kystby")
    assert {row["post"]["id"]: row["states"] for row in answer["rows"]} == {
        "intake": ["UNIT", "STALE"], "outreach": ["HELD"], "release": ["VACANT"],
        "ssp-post": ["HELD", "AWAY"],
    }  # fmt: skip
    totals = {total["kind"]: (total["posts"], total["states"]) for total in answer["totals"]}
    assert totals["RELEASE_CONTACT"] == (1, {"VACANT": 1})
    assert answer["civilians"] == []


def test_a_post_whose_holder_is_hidden_is_held_for_every_role(app: TestApp) -> None:
    for role in (Role.COORDINATOR, Role.OUTREACH, Role.ANALYST, Role.STEWARD, Role.DPO):
        (row,) = read(app, role, area="nabo")["rows"]
        assert (row["states"], row["holders"], row["hidden_holders"]) == (["HELD"], [], 1), role
        assert "erik" not in str(row).lower()


def test_coverage_is_filtered_by_kind_and_state_and_unfiltered_has_no_rows(app: TestApp) -> None:
    answer = read(app, Role.ANALYST, kind=["SSP_COORDINATOR", "RELEASE_CONTACT"], state="VACANT")
    assert [row["post"]["id"] for row in answer["rows"]] == ["release"]
    empty = [cell["area"]["id"] for cell in answer["cells"] if cell["posts"] == 0]
    assert empty == ["nabo"]  # nabo has no release contact
    assert read(app, Role.ANALYST)["rows"] == []
    assert app.get("/coverage", app.as_(Role.ANALYST), kind="X").status_code == 422


def test_reach_lists_each_municipality_with_its_path_or_the_cause_of_none(app: TestApp) -> None:
    """Kystby has an info house with a coordinator; Naboby has none."""
    house = Network(
        id="house", kind=NetworkKind.INFOHOUSE_MUNICIPALITY, name="Infohus Kystby",
        gate=LegalGate.INFOHOUSE, levels=ALL_LEVELS, source="test",
    )  # fmt: skip
    coordinates = tie(
        Coordinates, "ihm", "house", function=CoordinationFunction.COORDINATOR,
        gate=LegalGate.INFOHOUSE, levels=ALL_LEVELS,
    )  # fmt: skip
    app.store.apply(
        change_set(
            creates=(
                house,
                post("ihm", PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL, Sector.SOCIAL_SERVICES),
                tie(BelongsTo, "ihm", "kystby-kommune"),
                tie(Covers, "house", "kystby"),
                tie(Holds, "bo", "ihm"),
                coordinates,
                refers("ihd", "ihm"),
            )
        )
    )
    answer = read(app, Role.COORDINATOR, person="carl", measure="reach")
    actual = [
        (row["area"]["id"], row.get("hops"), row["path"], row.get("cause"))
        for row in answer["municipalities"]
    ]
    assert actual == [("kystby", 1, ["ihd", "ihm"], None), ("nabo", None, [], "NO_TARGET")]
    assert "rows" not in answer


def read_map(app: TestApp, role: Role, **query: Any) -> Any:
    return app.read("/coverage/map", app.as_(role), **query)


def numbers(answer: Any) -> dict[str, tuple[Any, Any, Any]]:
    return {
        row["area"]["id"]: (row.get("number"), row.get("of"), row.get("lack"))
        for row in answer["rows"]
    }


def test_the_map_returns_a_number_and_post_states_for_each_municipality(app: TestApp) -> None:
    answer = read_map(app, Role.COORDINATOR, measure="VACANT", on="2026-11-25")
    assert (answer["measure"], answer["by"], answer["on"]) == (
        "VACANT",
        "MUNICIPALITY",
        "2026-11-25",
    )
    assert numbers(answer) == {"kystby": (1, 3, None), "nabo": (0, 1, None)}
    kystby = answer["rows"][0]
    assert kystby["states"] == {"HELD": 2, "UNIT": 1, "VACANT": 1, "AWAY": 1, "STALE": 1}
    assert (kystby["posts"], kystby["codes"]) == (4, ["9999"])


def test_the_map_is_filtered_by_kind_and_network_and_grouped_by_unit(app: TestApp) -> None:
    query = {"kind": ["RELEASE_CONTACT"], "measure": "VACANT"}
    assert numbers(read_map(app, Role.ANALYST, **query)) == {
        "kystby": (1, 1, None),
        "nabo": (None, None, "NO_POST"),
    }
    assert numbers(read_map(app, Role.ANALYST, **query, by="POLICE_DISTRICT")) == {
        "pol-ost": (1, 1, None)
    }
    assert numbers(read_map(app, Role.ANALYST, meets_in="SSP"))["kystby"] == (1, 2, None)


def test_the_map_names_the_cause_where_no_path_exists(app: TestApp) -> None:
    answer = read_map(app, Role.COORDINATOR, measure="HOPS", kind="SSP_COORDINATOR")
    assert numbers(answer)["kystby"] == (None, None, "NO_PATH")
    assert answer["rows"][0]["cause"] == "NO_START"  # no post in Kystby covers the country


def test_the_map_suppresses_small_counts_of_civilians(app: TestApp) -> None:
    answer = read_map(app, Role.OUTREACH, measure="CIVILIANS")
    assert numbers(answer) == {"kystby": (None, None, "NOT_TOLD"), "nabo": (None, None, "NOT_TOLD")}


@pytest.mark.parametrize("query", [{"measure": "X"}, {"by": "COMMUNITY"}, {"meets_in": "ssp"}])
def test_the_map_refuses_unknown_query_values(app: TestApp, query: dict[str, str]) -> None:
    assert app.get("/coverage/map", app.as_(Role.COORDINATOR), **query).status_code == 422


@pytest.mark.parametrize("path", ["/coverage/map", "/coverage/matrix"])
def test_coverage_is_forbidden_to_an_administrator(app: TestApp, path: str) -> None:
    assert app.get(path, app.as_(Role.ADMIN)).status_code == 403


def read_matrix(app: TestApp, role: Role, **query: Any) -> Any:
    return app.read("/coverage/matrix", app.as_(role), **query)


def posts(answer: Any) -> dict[str, list[int]]:
    return {row["area"]["id"]: [cell["posts"] for cell in row["cells"]] for row in answer["rows"]}


def test_the_matrix_has_a_cell_for_each_area_and_network_and_totals(app: TestApp) -> None:
    answer = read_matrix(app, Role.ANALYST, on="2026-11-25")
    assert (answer["columns"], answer["by"], answer["heads"]) == (
        "NETWORK", "MUNICIPALITY", ["SSP", "DIALOGUE_FORUM"],
    )  # fmt: skip
    assert posts(answer) == {"kystby": [2, 1], "nabo": [0, 0]}
    assert answer["rows"][0]["cells"][0]["states"] == {"HELD": 1, "UNIT": 1, "AWAY": 1, "STALE": 1}
    assert answer["rows"][1]["whole"] == {"posts": 1, "states": {"HELD": 1}}  # by erik, hidden
    assert answer["totals"][0] == {
        "posts": 2, "states": {"HELD": 1, "UNIT": 1, "AWAY": 1, "STALE": 1}, "empty": 1,
    }  # fmt: skip
    assert all("civilians" not in row for row in answer["rows"])


def test_the_matrix_is_filtered_by_columns_and_area_and_grouped_by_unit(app: TestApp) -> None:
    query = {"columns": "POST_KIND", "column": ["MENTOR", "SSP_COORDINATOR"]}
    answer = read_matrix(app, Role.COORDINATOR, **query)
    assert answer["heads"] == ["SSP_COORDINATOR", "MENTOR"]
    assert posts(answer) == {"kystby": [1, 0], "nabo": [1, 0]}
    assert posts(read_matrix(app, Role.COORDINATOR, **query, by="POLICE_DISTRICT")) == {
        "pol-ost": [2, 0]
    }
    assert posts(read_matrix(app, Role.COORDINATOR, **query, area="nabo")) == {"nabo": [1, 0]}


@pytest.mark.parametrize(("query", "status"), [
    ({"columns": "X"}, 422),
    ({"by": "COMMUNITY"}, 422),
    ({"column": "MENTOR"}, 422),  # not a network
    ({"columns": "LANGUAGE", "column": "Somali"}, 422),
    ({"area": "atlantis"}, 404),
])  # fmt: skip
def test_the_matrix_refuses_unknown_query_values_and_areas(
    app: TestApp, query: dict[str, str], status: int
) -> None:
    assert app.get("/coverage/matrix", app.as_(Role.COORDINATOR), **query).status_code == status


# ---- who speaks a language


def test_speakers_of_a_language_near_an_area_are_listed_and_logged(app: TestApp) -> None:
    app.store.apply(
        change_set(
            updates=[
                changed(app.store, "kystby", lat=56.16, lon=10.21),
                changed(app.store, "amina", languages=frozenset({"so"})),
            ]
        )
    )
    query = {"language": "so", "area": "kystby", "within_km": 5}
    answer = app.read("/speakers", app.as_(Role.COORDINATOR), **query)
    (speaker,) = answer["found"]
    assert (speaker["node"]["id"], speaker["label"], speaker["km"]) == ("ssp-post", "Actor", 0)
    assert [person["id"] for person in speaker["people"]] == ["amina"]
    assert app.rows()[-1].subjects == ("amina",)
    assert (
        app.read("/speakers", app.as_(Role.COORDINATOR), **{**query, "language": "uk"})["found"]
        == []
    )


@pytest.mark.slow
@pytest.mark.parametrize(("query", "status"), [
    ({"language": "Somali"}, 422), ({"within_km": 0}, 422), ({"area": "ssp"}, 422),
    ({"area": "atlantis"}, 404), ({}, 422),  # an area without a center
])  # fmt: skip
def test_invalid_speaker_queries_are_refused(
    app: TestApp, query: dict[str, Any], status: int
) -> None:
    parameters = {"language": "so", "area": "kystby", **query}
    assert app.get("/speakers", app.as_(Role.COORDINATOR), **parameters).status_code == status

"""Events of the world and written changes: events, trends and owners over HTTP."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from graph.access.policy import Role
from graph.model import End, Holds
from tests.api.withheld import withhold
from tests.change_sets import change_set, changed
from tests.fixtures.app import TestApp
from tests.graph.paths.additions import tie

NEW_YEAR = date(2027, 1, 1)


def test_history_lists_links_begun_and_ended_in_a_period_in_pages(app: TestApp) -> None:
    app.store.apply(
        change_set(
            creates=[replace(tie(Holds, "bo", "ssp-post", valid_from=NEW_YEAR), id="bo-holds")],
            ends=[
                End(id=link, on=NEW_YEAR, based_on=1) for link in ("amina--ssp-post", "carl--ihd")
            ],
        )
    )
    here = app.as_(Role.COORDINATOR, areas=("dk",))
    query = {"from": "2026-12-31", "to": "2027-01-01"}
    answer = app.read("/history", here, limit=2, **query)
    assert answer["sums"] == [
        {"what": "HOLDS", "turn": "ENDED", "count": 2, "without_successor": 1},
        {"what": "HOLDS", "turn": "BEGUN", "count": 1, "without_successor": 0},
    ]
    rest = app.read("/history", here, limit=2, page=answer["next"], **query)
    actual = [(item["turn"], item["id"], item.get("has_successor"))
            for item in (*answer["events"], *rest["events"])]  # fmt: skip
    assert actual == [
        ("BEGUN", "bo-holds", None),
        ("ENDED", "amina--ssp-post", True),
        ("ENDED", "carl--ihd", False),
    ]
    assert "next" not in rest
    back = app.get("/history", here, **{"from": "2027-01-01"}, to="2027-01-01")
    assert back.status_code == 422
    assert app.get("/history", here).status_code == 422


def test_node_changes_list_the_fields_that_the_caller_may_see(app: TestApp) -> None:
    app.store.apply(
        change_set(
            updates=[changed(app.store, "bo", title="Konsulent", languages=frozenset({"da"}))]
        )
    )
    here = app.as_(Role.COORDINATOR)
    created, updated = app.read("/entities/bo/changes", here)["changes"]
    assert (created["kind"], created["fields"]) == ("CREATED", [])
    assert (updated["fields"], updated["before"]) == (["title", "languages"], {})
    assert (updated["made_by"], updated["reason"]) == ("tester", "CORRECTED")
    _, seen = app.read("/entities/bo/changes", app.as_(Role.ANALYST))["changes"]
    assert seen["fields"] == ["languages"]
    assert not {"made_by", "reason"} & seen.keys()
    elsewhere = app.as_(Role.COORDINATOR, areas=("nabo",), person="carl")
    assert app.read("/entities/ihd/changes", elsewhere)["changes"] == []
    page = app.read("/entities/bo/changes", here, limit=1)
    assert len(page["changes"]) == 1
    rest = app.read("/entities/bo/changes", here, limit=1, page=page["next"])
    assert rest["changes"] == [updated]


def test_the_change_feed_continues_from_a_page_or_revision_without_hidden_items(
    app: TestApp,
) -> None:
    here = app.as_(Role.COORDINATOR)
    changes, page = list[Any](), None
    while True:
        answer = app.read("/changes", here, limit=20, **({"page": page} if page else {}))
        changes += answer["changes"]
        page = answer.get("next")
        if page is None:
            break
    ids = [row["id"] for row in changes]
    assert len(ids) == len(set(ids))
    assert {"bo", "ssp-post", "amina--ssp-post"} <= set(ids)
    assert not {"erik", "phone-erik", "jens", "kaj", "nabo-ssp"} & set(ids)
    assert answer["until"] == 1
    app.store.apply(change_set(updates=[changed(app.store, "intake", hours="00:00-24:00")]))
    app.store.apply(change_set(updates=[changed(app.store, "erik", title="Konsulent")]))
    news = app.read("/changes", here, since=1)
    assert [(change["id"], change["before"]) for change in news["changes"]] == [
        ("intake", {"hours": "MO-FR 09:00-15:00"})
    ]
    assert news["until"] == 3
    assert app.read("/changes", here, since=3)["changes"] == []


def test_a_link_ended_today_is_still_listed_in_the_changes(app: TestApp) -> None:
    here = app.as_(Role.COORDINATOR)
    app.store.apply(
        change_set(
            creates=[tie(Holds, "bo", "release", valid_from=NEW_YEAR)],
            ends=[End(id="amina--ssp-post", on=date(2026, 11, 25), based_on=1)],
        )
    )
    assert [
        (change["id"], change["kind"]) for change in app.read("/changes", here, since=1)["changes"]
    ] == [("amina--ssp-post", "ENDED"), ("bo--release", "CREATED")]
    ended = app.read("/links/amina--ssp-post/changes", here)["changes"]
    assert [item["kind"] for item in ended] == ["CREATED", "ENDED"]
    assert app.get("/links/amina--ssp-post", here).status_code == 404


def test_withheld_and_expired_civilians_are_absent_from_the_changes(app: TestApp) -> None:
    staff = app.as_(Role.COORDINATOR, Role.OUTREACH, person="dina")
    assert app.read("/entities/jens/changes", staff)["changes"]
    withhold(app.accounts.withholdings, "jens")
    assert app.get("/entities/jens/changes", staff).status_code == 404
    assert app.get("/entities/kaj/changes", staff).status_code == 404
    ids = {change["id"] for change in app.read("/changes", staff, limit=100)["changes"]}
    # The post that renews a receipt still sees it, without a name.
    assert not [item for item in ids - {"consent-jens"} if "jens" in item or "kaj" in item]


def read_trend(app: TestApp, role: Role, **query: Any) -> Any:
    return app.read("/history/trend", app.as_(role, areas=("dk",)), **query)


def test_the_trend_has_a_point_for_each_district_and_quarter(app: TestApp) -> None:
    answer = read_trend(app, Role.ANALYST)
    assert [(quarter["year"], quarter["number"]) for quarter in answer["quarters"]] == [
        (2025, 1), (2025, 2), (2025, 3), (2025, 4), (2026, 1), (2026, 2), (2026, 3), (2026, 4),
    ]  # fmt: skip
    assert [quarter["is_whole"] for quarter in answer["quarters"]] == [True] * 7 + [False]
    assert answer["quarters"][-1]["seen_on"] == "2026-11-25"
    ((name, points),) = ((row["area"]["id"], row["points"]) for row in answer["rows"])
    assert (name, len(points)) == ("pol-ost", 8)
    assert points[-1] == {
        "seats": 5, "held": 4, "links": 4, "in_time": 3, "unknown": 0, "begun": 0, "ended": 0,
    }  # fmt: skip
    assert points[0]["begun"] == 1  # dina came on 1 March 2025


def test_the_trend_counts_earlier_verifications_for_an_analyst_not_a_service(app: TestApp) -> None:
    query = {"quarters": 2}
    assert read_trend(app, Role.ANALYST, **query)["rows"][0]["points"][0]["unknown"] == 3
    for day in (date(2026, 8, 1), date(2026, 11, 24)):
        app.store.apply(change_set(updates=[changed(app.store, "ssp-post--ssp", verified_on=day)]))
    third = read_trend(app, Role.ANALYST, **query)["rows"][0]["points"][0]
    assert (third["unknown"], third["in_time"]) == (2, 1)
    service_point = read_trend(app, Role.SERVICE, **query)["rows"][0]["points"][0]
    assert (service_point["unknown"], service_point["in_time"]) == (3, 0)


@pytest.mark.parametrize("query", [{"quarters": 0}, {"quarters": 13}, {"by": "COMMUNITY"}])
def test_the_trend_refuses_invalid_query_values(app: TestApp, query: dict[str, Any]) -> None:
    assert app.get("/history/trend", app.as_(Role.ANALYST), **query).status_code == 422


def test_the_trend_is_forbidden_to_an_administrator(app: TestApp) -> None:
    assert app.get("/history/trend", app.as_(Role.ADMIN)).status_code == 403


OWNERS = {"from": "2026-12-31", "to": "2027-01-01"}


def read_owners(app: TestApp, role: Role, **query: Any) -> Any:
    return app.get("/history/owners", app.as_(role, areas=("dk",)), **{**OWNERS, **query})


def test_nodes_left_without_an_owner_are_grouped_by_region_and_district(app: TestApp) -> None:
    new_year = date(2027, 1, 1)
    ends = [End(id=link, on=new_year, based_on=1) for link in ("amina--ssp-post", "intake--ssp")]
    app.store.apply(change_set(ends=ends))
    body = read_owners(app, Role.ANALYST).json()
    assert body["sums"] == [
        {"label": "Actor", "why": "NO_HOLDER", "count": 1, "without_successor": 1},
        {"label": "Network", "why": "NO_MEMBER", "count": 1, "without_successor": 1},
    ]
    (group,) = body["groups"]
    assert (group["region"]["id"], group["district"]["id"]) == ("reg-syd", "pol-ost")
    post, network = group["found"]
    assert post == {
        "node": {"id": "ssp-post", "name": "SSP-koordinator, Kystby"}, "label": "Actor",
        "kind": "SSP_COORDINATOR", "why": "NO_HOLDER", "on": "2027-01-01",
    }  # fmt: skip
    assert network["owner"]["id"] == "intake"
    assert app.json_rows()[-1]["count"] == 2


def test_owners_are_empty_where_nothing_ends_and_dates_must_be_ordered(app: TestApp) -> None:
    body = read_owners(app, Role.COORDINATOR).json()
    assert (body["sums"], body["groups"]) == ([], [])
    assert read_owners(app, Role.COORDINATOR, to="2026-12-31").status_code == 422
    assert read_owners(app, Role.ADMIN).status_code == 403

"""What changes in the world and what was written, over HTTP."""

from dataclasses import replace
from datetime import date
from typing import Any

from graph.access.policy import Role
from graph.model import End, Holds
from tests.api.withheld import withhold
from tests.change_sets import change_set, changed
from tests.fixtures.app import TestHouse
from tests.graph.paths.additions import tie

NEW_YEAR = date(2027, 1, 1)


def get(house: TestHouse, path: str, headers: dict[str, str], **asked: Any) -> Any:
    answer = house.http.get(path, params=asked, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_what_ends_and_begins_at_new_year_is_told_page_by_page(house: TestHouse) -> None:
    house.store.apply(
        change_set(
            creates=[replace(tie(Holds, "bo", "ssp-post", valid_from=NEW_YEAR), id="bo-holds")],
            ends=[End(id=one, on=NEW_YEAR, based_on=1) for one in ("amina--ssp-post", "carl--ihd")],
        )
    )
    here = house.as_(Role.COORDINATOR, areas=("dk",))
    asked = {"from": "2026-12-31", "to": "2027-01-01"}
    found = get(house, "/history", here, limit=2, **asked)
    assert found["sums"] == [
        {"what": "HOLDS", "turn": "ENDED", "count": 2, "without_successor": 1},
        {"what": "HOLDS", "turn": "BEGUN", "count": 1, "without_successor": 0},
    ]
    rest = get(house, "/history", here, limit=2, page=found["next"], **asked)
    told = [(one["turn"], one["id"], one.get("has_successor"))
            for one in (*found["events"], *rest["events"])]  # fmt: skip
    assert told == [
        ("BEGUN", "bo-holds", None),
        ("ENDED", "amina--ssp-post", True),
        ("ENDED", "carl--ihd", False),
    ]
    assert "next" not in rest
    back = house.http.get(
        "/history", params={"from": "2027-01-01", "to": "2027-01-01"}, headers=here
    )
    assert back.status_code == 422
    assert house.http.get("/history", headers=here).status_code == 422


def test_a_nodes_changes_are_told_field_by_field_as_far_as_each_sees_it(house: TestHouse) -> None:
    house.store.apply(
        change_set(
            updates=[changed(house.store, "bo", title="Konsulent", languages=frozenset({"da"}))]
        )
    )
    here = house.as_(Role.COORDINATOR)
    created, updated = get(house, "/entities/bo/changes", here)["changes"]
    assert (created["kind"], created["fields"]) == ("CREATED", [])
    assert updated["fields"] == ["title", "languages"]
    assert updated["before"] == {}
    assert (updated["made_by"], updated["reason"]) == ("tester", "CORRECTED")
    _, seen = get(house, "/entities/bo/changes", house.as_(Role.ANALYST))["changes"]
    assert seen["fields"] == ["languages"]
    assert not {"made_by", "reason"} & seen.keys()
    elsewhere = house.as_(Role.COORDINATOR, areas=("nabo",), person="carl")
    assert get(house, "/entities/ihd/changes", elsewhere)["changes"] == []
    page = get(house, "/entities/bo/changes", here, limit=1)
    assert len(page["changes"]) == 1
    rest = get(house, "/entities/bo/changes", here, limit=1, page=page["next"])
    assert rest["changes"] == [updated]


def test_the_feed_goes_on_where_it_was_left_and_holds_nothing_hidden(house: TestHouse) -> None:
    here = house.as_(Role.COORDINATOR)
    told, page = list[Any](), None
    while True:
        found = get(house, "/changes", here, limit=20, **({"page": page} if page else {}))
        told += found["changes"]
        page = found.get("next")
        if page is None:
            break
    ids = [one["id"] for one in told]
    assert len(ids) == len(set(ids))
    assert {"bo", "ssp-post", "amina--ssp-post"} <= set(ids)
    assert not {"erik", "phone-erik", "jens", "kaj", "nabo-ssp"} & set(ids)
    assert found["until"] == 1
    house.store.apply(change_set(updates=[changed(house.store, "intake", hours="00:00-24:00")]))
    house.store.apply(change_set(updates=[changed(house.store, "erik", title="Konsulent")]))
    news = get(house, "/changes", here, since=1)
    assert [(one["id"], one["before"]) for one in news["changes"]] == [
        ("intake", {"hours": "MO-FR 09:00-15:00"})
    ]
    assert news["until"] == 3
    assert get(house, "/changes", here, since=3)["changes"] == []


def test_what_ended_today_is_still_told_by_the_view_of_its_last_day(house: TestHouse) -> None:
    here = house.as_(Role.COORDINATOR)
    house.store.apply(
        change_set(
            creates=[tie(Holds, "bo", "release", valid_from=NEW_YEAR)],
            ends=[End(id="amina--ssp-post", on=date(2026, 11, 25), based_on=1)],
        )
    )
    news = get(house, "/changes", here, since=1)["changes"]
    assert [(one["id"], one["kind"]) for one in news] == [
        ("amina--ssp-post", "ENDED"),
        ("bo--release", "CREATED"),
    ]
    ended = get(house, "/links/amina--ssp-post/changes", here)["changes"]
    assert [one["kind"] for one in ended] == ["CREATED", "ENDED"]
    gone = house.http.get("/links/amina--ssp-post", headers=here)
    assert gone.status_code == 404


def test_a_civilian_who_is_gone_or_whose_consent_is_over_leaves_no_trace(house: TestHouse) -> None:
    staff = house.as_(Role.COORDINATOR, Role.OUTREACH, person="dina")
    assert get(house, "/entities/jens/changes", staff)["changes"]
    withhold(house.accounts.withholdings, "jens")
    assert house.http.get("/entities/jens/changes", headers=staff).status_code == 404
    assert house.http.get("/entities/kaj/changes", headers=staff).status_code == 404
    ids = {one["id"] for one in get(house, "/changes", staff, limit=100)["changes"]}
    # The receipts that one's own post renews stay one's own, without a name.
    assert not [one for one in ids - {"consent-jens"} if "jens" in one or "kaj" in one]

"""What is there, over HTTP: lists, one node, its ETag, and what no role is told."""

from datetime import date
from typing import Any

from graph.access.policy import Role
from graph.model import Actor, BelongsTo, ContactDetail, Covers, End, ReachedBy, Secret
from graph.vocabulary import Channel, PostKind, Sector, Tier, Visibility
from tests.change_sets import NUMBERS, change_set, changed
from tests.fixtures.app import TestApp
from tests.graph.paths.additions import tie

Headers = dict[str, str]


def get(app: TestApp, path: str, headers: Headers, **asked: Any) -> Any:
    answer = app.get(path, headers, **asked)
    assert answer.status_code == 200, answer.text
    return answer.json()


def ids(found: Any) -> list[str]:
    return [one["id"] for one in found["found"]]


def test_lists_go_on_page_by_page_and_hold_nobody_hidden(app: TestApp) -> None:
    here = app.as_(Role.COORDINATOR)
    first = get(app, "/entities", here, label="Actor", limit=4)
    assert ids(first) == ["duty", "ihd", "intake", "nabo-ssp"]
    rest = get(app, "/entities", here, label="Actor", limit=4, page=first["next"])
    assert ids(rest) == ["outreach", "release", "ssp-post"]
    assert "next" not in rest
    assert "erik" not in ids(get(app, "/entities", here, limit=100))
    assert ids(get(app, "/entities", here, area="kystby", kind="SSP_COORDINATOR")) == ["ssp-post"]
    assert ids(get(app, "/entities", here, network="ssp")) == ["intake", "ssp-post"]


def test_one_node_tells_who_answers_and_how_to_reach_it_but_no_number(app: TestApp) -> None:
    here = app.as_(Role.COORDINATOR)
    post = get(app, "/entities/ssp-post", here)
    assert (post["answering"]["rung"], post["answering"]["who"]["id"]) == ("DEPUTY", "bo")
    assert post["answering"]["until"] == "2026-12-07"
    assert post["entity"]["check"] == {
        "on": "2026-10-15", "days": 41, "freshness": "FRESH", "is_due": False,
    }  # fmt: skip
    (detail,) = get(app, "/entities/bo", here)["details"]
    assert detail == {
        "id": "phone-bo", "channel": "MOBILE", "hint": "+45 •• •• •• 78", "order": 1,
        "is_work": True, "check": {"freshness": "NEVER", "is_due": True},
    }  # fmt: skip
    later = get(app, "/entities/ssp-post", here, on="2026-12-07")
    assert later["answering"]["who"]["id"] == "amina"


def test_fields_are_those_asked_for_and_an_unknown_one_is_refused(app: TestApp) -> None:
    here = app.as_(Role.COORDINATOR)
    told = get(app, "/entities/ssp-post", here, fields="hours,sector")["entity"]["fields"]
    assert told == {"hours": "MO-FR 09:00-15:00", "sector": "YOUTH"}
    answer = app.get("/entities", here, fields="cpr")
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "fields")
    answer = app.get("/entities", here, kind="MAYOR")
    assert answer.status_code == 422


def test_hidden_absent_and_malformed_are_one_answer(app: TestApp) -> None:
    here = app.as_(Role.COORDINATOR)
    bodies: list[Any] = []
    for path in (
        "/entities/erik", "/entities/no-such", "/entities/%C3%A6%20%7B", "/entities/jens",
        "/entities?area=erik", "/entities?network=no-such", "/entities/erik/changes",
        "/entities/erik/neighborhood", "/links/erik--nabo-ssp", "/links?source=erik",
        "/links/no-such/changes", "/coverage?area=erik", "/coverage?measure=reach&start=erik",
    ):  # fmt: skip
        answer = app.get(path, here)
        assert answer.status_code == 404, path
        body = answer.json()
        assert body.pop("request_id")
        bodies.append((body, sorted(answer.headers)))
    assert bodies[0][0]["type"] == "/problems/not-found"
    assert all(one == bodies[0] for one in bodies)


def test_an_analyst_learns_no_name_no_revision_and_no_etag(app: TestApp) -> None:
    answer = app.get("/entities/bo", app.as_(Role.ANALYST, areas=("dk",)))
    assert "name" not in answer.json()["entity"]
    assert "revision" not in answer.json()["entity"]["fields"]
    assert "etag" not in answer.headers
    assert answer.json()["details"] == []
    assert "Rugvang" not in answer.text
    assert app.get("/entities/bo", app.as_(Role.ADMIN)).status_code == 403


def test_the_etag_changes_with_the_thing_and_with_nothing_else(app: TestApp) -> None:
    here = app.as_(Role.COORDINATOR)

    def etag(node_id: str, **asked: Any) -> str:
        answer = app.get(f"/entities/{node_id}", here, **asked)
        assert answer.status_code == 200
        return answer.headers["etag"]

    before, other = etag("intake"), etag("release")
    assert etag("intake", on="2027-03-01", fields="name") == before
    app.store.apply(change_set(updates=[changed(app.store, "intake", hours="00:00-24:00")]))
    assert etag("intake") != before
    assert etag("release") == other


def test_an_ended_node_is_gone_today_and_there_before(app: TestApp) -> None:
    here = app.as_(Role.COORDINATOR)
    app.store.apply(change_set(ends=[End(id="release", on=date(2026, 11, 25), based_on=1)]))
    assert app.get("/entities/release", here).status_code == 404
    assert get(app, "/entities/release", here, on="2026-11-24")["entity"]["id"] == "release"


def test_a_hotline_shows_its_number_and_no_other_post_does(app: TestApp) -> None:
    line = Actor(
        id="hotline", kind=PostKind.HOTLINE, name="Hotline", tier=Tier.NATIONAL,
        sector=Sector.POLICE, is_unit_only=True, source="kystby",
    )  # fmt: skip
    number = ContactDetail(
        id="phone-hotline", channel=Channel.PHONE, value=Secret("41 74 90 90"),
        hint="•• •• •• 90", visibility=Visibility.OPEN, source="kystby",
    )  # fmt: skip
    app.store.apply(
        change_set(
            creates=[line, number, tie(ReachedBy, "hotline", "phone-hotline"),
                     tie(Covers, "hotline", "dk"), tie(BelongsTo, "hotline", "politi")]
        )
    )  # fmt: skip
    here = app.as_(Role.COORDINATOR)
    (detail,) = get(app, "/entities/hotline", here)["details"]
    assert detail["number"] == "41 74 90 90"
    assert "number" not in get(app, "/entities/bo", here)["details"][0]


def test_areas_tell_what_lies_in_them_and_networks_who_meets(app: TestApp) -> None:
    here = app.as_(Role.COORDINATOR)
    (town,) = get(app, "/areas", here, area="kystby", kind="MUNICIPALITY")["found"]
    assert [one["id"] for one in town["lies_in"]] == ["pol-ost", "reg-syd"]
    assert [one["id"] for one in town["holds"]] == ["havnen"]
    (ssp,) = get(app, "/networks", here, kind="SSP", area="kystby")["found"]
    assert [(one["node"]["id"], one.get("function")) for one in ssp["meeting"]] == [
        ("ssp-post", "COORDINATOR"),
        ("intake", None),
    ]


def test_no_read_tells_a_sealed_number_to_any_role(app: TestApp) -> None:
    marks = [number[-11:] for number in NUMBERS.values()]
    paths = [
        "/entities?limit=100", "/entities?label=ContactDetail", "/entities/phone-bo",
        "/entities/bo",
        "/entities/jens", "/links?limit=100", "/changes?limit=100", "/entities/phone-bo/changes",
        "/entities/havnen/neighborhood?hops=2", "/coverage?area=dk",
    ]  # fmt: skip
    for role in Role:
        headers = app.as_(role, areas=("dk",), person="amina")
        for path in paths:
            text = app.get(path, headers).text
            assert not [mark for mark in marks if mark in text], (role, path)


def test_who_was_shown_is_written_down(app: TestApp) -> None:
    get(app, "/entities/bo", app.as_(Role.COORDINATOR), lang="en")
    rows = app.told()
    assert (rows[-2]["kind"], rows[-2]["asked"]) == ("asked", {"node_id": "bo", "lang": "en"})
    assert (rows[-1]["kind"], rows[-1]["subjects"]) == ("shown", ["bo"])

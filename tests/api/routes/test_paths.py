"""Paths, their differences, reach, handover and meetings over HTTP."""

from typing import Any

import pytest

from api.audit.entry import AuditKind
from api.schemas.paths import Handover, Paths, PathsThroughStops, Reach, SmallestTable
from graph.access.policy import TASKS, Role, Task
from graph.model import ContactDetail, EntryPointFor, ReachedBy, Secret
from graph.vocabulary import Channel, Visibility
from tests.change_sets import change_set
from tests.fixtures.app import Headers, TestApp
from tests.graph.paths.additions import tie

NEED: dict[str, Any] = {"start": "ihd", "target": "ssp-post"}


@pytest.mark.slow
def test_a_path_is_returned_in_full_in_the_requested_language(
    app: TestApp, coordinator: Headers
) -> None:
    answer = app.post("/paths", coordinator, NEED, lang="en")
    assert answer.status_code == 200
    response = Paths.model_validate_json(answer.content)
    assert response.none is None
    (contact,) = response.contacts
    assert contact.words.title == f"SSP-koordinator, Kystby — {contact.fit.words.text}"
    assert contact.stop.resolution is not None
    assert contact.stop.resolution.availability.words.text == (
        "Answers now: Bo Rugvang Sørensen, deputy for SSP-koordinator, until 15:00"
    )
    path = contact.ways[0]
    assert response.paths[0] == path
    assert [stop.node.id for stop in path.stops] == ["ihd", "ssp-post"]
    assert path.hops[0].facts.gate == "INFOHOUSE"
    assert path.stops[1].resolution is not None
    assert path.stops[1].resolution.rung == "DEPUTY"
    assert path.stops[1].words.answers is not None
    assert path.stops[1].words.answers.startswith(
        "Answers now: Bo Rugvang Sørensen, deputy for SSP-koordinator"
    )
    assert path.words.difference is None
    assert response.words.headline.startswith("From Infohus-tovholder")
    danish = app.post("/paths", coordinator, NEED).json()
    assert "paths" not in danish
    (way,) = danish["contacts"][0]["ways"]
    assert way["words"]["summary"].startswith("1 led, ældste kontrol 41 dage")


def test_the_response_echoes_the_need_as_interpreted(app: TestApp) -> None:
    need = {
        **NEED, "network": ["SSP", "KSP"], "avoid": ["outreach"], "via": [["SSP", "KSP"], "YOUTH"],
        "on": "2026-12-24", "level": "OUTREACH", "max_hops": 4,
    }  # fmt: skip
    body = app.post("/paths", app.as_(Role.COORDINATOR), need).json()["need"]
    assert (body["network"], body["via"]) == (["KSP", "SSP"], [["KSP", "SSP"], "YOUTH"])
    assert (body["on"], body["level"], body["direction"]) == ("2026-12-24", "OUTREACH", "AUTO")


@pytest.mark.parametrize(("query", "at", "text"), [
    ({}, "2026-11-25T10:00",
     "Svarer nu: Bo Rugvang Sørensen, stedfortræder for SSP-koordinator, til kl. 15.00"),
    ({"on": "2026-11-25"}, "2026-11-25T10:00", "Svarer nu: Bo Rugvang Sørensen"),
    ({"at": "2026-11-25T09:51:59+01:00"}, "2026-11-25T09:51", "Svarer nu: Bo Rugvang Sørensen"),
    ({"at": "2026-11-25 21:00Z"}, "2026-11-25T22:00", "Svarer 25. nov. kl. 22.00: Vagtcentral"),
    ({"at": "2026-11-28T12:00"}, "2026-11-28T12:00", "Svarer 28. nov. kl. 12.00: Vagtcentral"),
    ({"on": "2026-11-30"}, None, "Svarer 30. nov. fra kl. 09.00: Bo Rugvang Sørensen"),
    ({"on": "2026-11-24"}, None, "Svarer 24. nov. fra kl. 09.00: Bo Rugvang Sørensen"),
])  # fmt: skip
def test_availability_is_computed_for_now_a_given_minute_or_a_date(
    app: TestApp, query: dict[str, Any], at: str | None, text: str
) -> None:
    body = app.post("/paths", app.as_(Role.COORDINATOR), {**NEED, **query}).json()
    assert (body["at"], body["need"]["at"], body["on"]) == (at, at, (at or query["on"])[:10])
    (contact,) = body["contacts"]
    assert contact["stop"]["resolution"]["availability"]["words"]["text"].startswith(text)
    assert ("nu:" in contact["stop"]["words"]["answers"]) == text.startswith("Svarer nu")


@pytest.mark.parametrize("path", ["/reach", "/paths/diff"])
def test_reach_and_path_diff_refuse_a_minute(app: TestApp, path: str) -> None:
    need = {"start": "ihd", "network": ["SSP"], "at": "2026-11-25T12:00", "against": "2027-01-01"}
    body = need if path == "/paths/diff" else {k: v for k, v in need.items() if k != "against"}
    answer = app.post(path, app.as_(Role.COORDINATOR), body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/at")


def test_an_acute_need_returns_the_acute_card_instead_of_contacts(app: TestApp) -> None:
    need = {"start": "ihd", "trigger": "ACUTE", "area": "kystby"}
    body = app.post("/paths", app.as_(Role.COORDINATOR), need, lang="en").json()
    assert (body["contacts"], body["none"]) == ([], None)
    assert body["acute"]["words"]["inform"] == "Afterwards inform:"


DUTY = ContactDetail(
    id="phone-duty", channel=Channel.PHONE, value=Secret("+45 05 14 14 14"),
    hint="+45 •• •• •• 14", visibility=Visibility.AREA, source="kystby",
)  # fmt: skip


@pytest.fixture
def on_duty(app: TestApp) -> TestApp:
    """The app with a duty line of Kystby; the `visibility` of its number is that of its area."""
    enters = tie(EntryPointFor, "duty", "kystby", order=1, is_acute=True)
    app.store.apply(
        change_set(creates=(DUTY, tie(ReachedBy, "duty", "phone-duty", order=1), enters))
    )
    return app


@pytest.mark.parametrize("role", sorted(TASKS[Task.QUESTION]))
@pytest.mark.parametrize("at", [None, "2026-11-25T03:10", "2026-12-24T22:00", "2026-11-20T12:00"])
def test_the_acute_card_has_the_number_of_the_duty_line_for_every_role_at_any_time(
    on_duty: TestApp, role: Role, at: str | None
) -> None:
    headers = on_duty.as_(role, areas=("nabo",))
    need = {"start": "ihd", "trigger": "ACUTE", "area": "kystby", "at": at}
    answer = on_duty.post("/paths", headers, need)
    assert answer.status_code == 200
    number = {"post": "duty", "channel": "PHONE", "number": "+45 05 14 14 14"}
    assert answer.json()["acute"]["numbers"] == [number]
    card = on_duty.read("/entities/duty", headers)
    assert [detail["number"] for detail in card["details"]] == [number["number"]]


def test_the_number_of_a_duty_line_is_revealed_for_any_purpose_and_never_counts(
    on_duty: TestApp,
) -> None:
    for role in sorted(TASKS[Task.REVEAL] - {Role.ADMIN}):
        for purpose in ("ACUTE", "CONCERN", "SUBJECT_REQUEST"):
            body = {"detail": "phone-duty", "channel": "PHONE", "purpose": purpose}
            headers = on_duty.as_(role, areas=("nabo",))
            assert on_duty.post("/reveal", headers, body).status_code == 200, (role, purpose)
        used = on_duty.read("/me/budgets", headers)["found"]
        assert {budget["used"] for budget in used} <= {0}


def test_an_administrator_may_not_ask_and_gets_no_number(on_duty: TestApp) -> None:
    body = {"detail": "phone-duty", "channel": "PHONE", "purpose": "ACUTE"}
    assert on_duty.post("/reveal", on_duty.as_(Role.ADMIN), body).status_code == 404


def test_a_contact_who_is_the_caller_is_marked_as_such(app: TestApp) -> None:
    body = app.post("/paths", app.as_(Role.COORDINATOR, person="carl"), {"target": "ihd"}).json()
    (contact,) = body["contacts"]
    assert (contact["is_you"], contact["words"]["you"]) == (True, "Det er dig.")
    assert (contact["ways"], contact["direct"]) == ([], None)


def test_a_missing_path_is_a_200_response_with_its_cause(
    app: TestApp, coordinator: Headers
) -> None:
    answer = app.post("/paths", coordinator, {"start": "outreach", "target": "release"}, lang="en")
    assert answer.status_code == 200
    response = Paths.model_validate_json(answer.content)
    assert (response.contacts, response.paths) == ((), ())
    assert response.none is not None
    assert response.none.cause == "NOT_ANSWERING"
    assert response.none.words.sentences[0].startswith("There is no path from Opsøgende")


def test_a_need_without_a_start_starts_at_the_posts_of_the_caller(app: TestApp) -> None:
    need = {"target": "ssp-post"}
    body = app.post("/paths", app.as_(Role.COORDINATOR, person="carl"), need).json()
    assert body["contacts"][0]["ways"][0]["stops"][0]["node"]["id"] == "ihd"
    none = app.post("/paths", app.as_(Role.COORDINATOR), need).json()["none"]
    assert none["cause"] == "NO_START"


@pytest.mark.parametrize(("need", "pointer", "rule"), [
    ({"start": "ihd"}, "/target", "NEED"),
    ({**NEED, "max_hops": 99}, "/max_hops", "NEED"),
    ({**NEED, "via": ["SSP", "SSP", "SSP"]}, "/via", "NEED"),
    ({**NEED, "competence": "soup"}, "/competence", "NEED"),
    ({**NEED, "trigger": "SOUP"}, "/trigger", "literal_error"),
    ({**NEED, "who": "ihd"}, "/who", "extra_forbidden"),
    ({**NEED, "network": ["SOUP"]}, "/network", "NEED"),
    ({**NEED, "at": "2026-11-25T09:49"}, "/at", "NEED"),
    ({**NEED, "at": "2027-12-31T10:01"}, "/at", "NEED"),
    ({**NEED, "at": "2027-03-28T02:30"}, "/at", "NEED"),
    ({**NEED, "on": "2026-11-26", "at": "2026-11-25T12:00"}, "/at", "NEED"),
    ({**NEED, "at": "2026-11-25"}, "/at", "value_error"),
    ({**NEED, "at": 1_800_000_000}, "/at", "value_error"),
    ({**NEED, "at": "0001-01-01T00:00+10:00"}, "/at", "value_error"),
    ({**NEED, "at": "soup:"}, "/at", "datetime_from_date_parsing"),
    ({**NEED, "max_contacts": 0}, "/max_contacts", "NEED"),
])  # fmt: skip
def test_an_invalid_need_is_refused_by_field_and_rule(
    app: TestApp, need: dict[str, Any], pointer: str, rule: str
) -> None:
    answer = app.post("/paths", app.as_(Role.COORDINATOR), need)
    assert (answer.status_code, answer.headers["content-type"]) == (422, "application/problem+json")
    (fault,) = answer.json()["errors"]
    assert (fault["pointer"], fault["rule"]) == (pointer, rule)
    assert "SOUP" not in answer.text
    assert "soup" not in answer.text


def test_hidden_and_absent_ids_get_the_same_404_in_every_field(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    bodies: list[Any] = []
    for changed in (
        {"start": "erik"}, {"start": "nobody"}, {"start": "No such id!"}, {"target": "erik"},
        {"avoid": ["erik"]}, {"avoid": ["nobody"]}, {"via": ["erik"]}, {"area": "nobody"},
        {"from_area": "nobody", "start": None},
    ):  # fmt: skip
        answer = app.post("/paths", headers, {**NEED, **changed})
        assert answer.status_code == 404, changed
        body = answer.json()
        del body["request_id"]
        bodies.append(body)
    assert all(body == bodies[0] for body in bodies)


def test_a_path_request_logs_the_persons_shown_but_no_typed_text(app: TestApp) -> None:
    need = {**NEED, "competence": "27.", "start": "ihd", "via": ["Anders And"]}
    app.post("/paths", app.as_(Role.COORDINATOR), need)
    app.post("/paths", app.as_(Role.COORDINATOR), NEED)
    rows = app.rows()
    assert "Anders" not in repr(rows)
    assert rows[-1].kind is AuditKind.SHOWN
    assert "bo" in rows[-1].subjects
    assert rows[-1].count == 1


@pytest.mark.parametrize("number", ["0101901234", "010190-1234"])
def test_a_citizen_number_in_place_of_an_id_is_not_logged_or_returned(
    app: TestApp, number: str
) -> None:
    for need in ({**NEED, "start": number}, {**NEED, "avoid": [number]}):
        answer = app.post("/paths", app.as_(Role.COORDINATOR), need)
        assert answer.status_code == 404
        assert number not in answer.text
    assert number not in repr(app.rows())


def test_a_path_through_stops_is_returned_leg_by_leg(app: TestApp, coordinator: Headers) -> None:
    body = {"start": "ihd", "target": "intake", "stops": ["ssp-post"]}
    answer = app.post("/paths/stops", coordinator, body, lang="en")
    (whole,) = PathsThroughStops.model_validate_json(answer.content).paths[:1]
    assert [leg.stops[-1].node.id for leg in whole.legs] == ["ssp-post", "intake"]
    assert len(whole.words.legs) == 2
    titles = [hop.words.title for leg in whole.legs for hop in leg.hops]
    assert [title.split(":")[0] for title in titles] == ["Step 1", "Step 2", "Step 3"]
    assert whole.legs[1].words.account.startswith("In all ")
    assert f"Step {len(whole.legs[0].hops) + whole.legs[1].weakest + 1} is the weakest" in (
        whole.legs[1].words.account
    )
    failed = app.post("/paths/stops", coordinator, {**body, "target": "release"}, lang="en").json()
    assert (failed["paths"], failed["failed"][0]["leg"]) == ([], 2)
    assert failed["failed"][0]["none"]["words"]["sentences"]


@pytest.mark.parametrize(
    ("stops", "status"),
    [([], 422), (["ihd", "ihd", "ihd", "ihd"], 422), (["vindrosen"], 422), (["erik"], 404)],
)
def test_invalid_and_hidden_stops_are_refused(app: TestApp, stops: list[str], status: int) -> None:
    body = {"start": "ihd", "target": "intake", "stops": stops}
    answer = app.post("/paths/stops", app.as_(Role.COORDINATOR), body)
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["errors"][0]["pointer"].startswith("/stops")


def test_why_not_treats_hidden_nodes_as_absent(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    actual = [
        app.post("/paths/why-not", headers, {**NEED, "node": node}, lang="en").json()
        for node in ("outreach", "nabo-ssp", "erik", "nobody")
    ]
    obstacles = [row["why_not"]["obstacle"] for row in actual]
    assert obstacles[2:] == ["NOT_FOUND", "NOT_FOUND"]
    assert "outreach" not in obstacles[0]
    hidden, absent = actual[2]["why_not"], actual[3]["why_not"]
    assert hidden["words"]["text"].replace("erik", "X") == absent["words"]["text"].replace(
        "nobody", "X"
    )
    assert hidden["node"]["name"] is None


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/paths", "/paths/stops", "/paths/why-not", "/reach"])
def test_path_questions_are_refused_without_a_token_role_or_grant(app: TestApp, path: str) -> None:
    body = {**NEED, "stops": ["ihd"], "node": "ihd"}
    assert app.post(path, {}, body).status_code == 401
    assert app.post(path, app.as_(Role.ADMIN), body).status_code == 403
    assert app.post(path, app.as_(), body).json()["type"].endswith("no-grant")


def test_a_question_beyond_its_time_limit_is_ended_and_logged(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR)
    state: Any = app.http.app_state["app_state"]
    usual = state.settings
    state.settings = usual.model_copy(update={"question_s": -1})
    late = app.post("/paths", headers, NEED, lang="en")
    assert late.status_code == 504
    body = late.json()
    assert (body["type"], body["limit_s"]) == ("/problems/too-expensive", -1)
    assert "Ask for less at a time" in body["detail"]
    assert (app.rows()[-1].kind, app.rows()[-1].result) == (AuditKind.NOT_DONE, 504)
    state.settings = usual
    assert app.post("/paths", headers, NEED).status_code == 200


TWO_DATES = {"start": "ihd", "target": "ssp-post", "on": "2026-11-25", "against": "2027-01-01"}


def post_diff(app: TestApp, headers: Headers, **query: Any) -> Any:
    return app.post("/paths/diff", headers, {**TWO_DATES, **query})


def test_a_path_diff_shows_a_kept_path_on_both_dates_with_its_differences(app: TestApp) -> None:
    headers = app.as_(Role.COORDINATOR, areas=("dk",))
    body = post_diff(app, headers).json()
    (path,) = body["paths"]
    assert (path["fate"], [stop["id"] for stop in path["stops"]]) == ("KEPT", ["ihd", "ssp-post"])
    assert path["hops"] == ["REFERS_TO"]
    assert (path["before"]["number"], path["after"]["number"]) == (1, 1)
    (why,) = path["why"]
    assert (why["what"], why["was"], why["now"]) == ("ANSWERS", "DEPUTY", "HOLDER")
    assert why["who_is"]["id"] == "amina"
    assert why["words"]["text"].startswith("SSP-koordinator, Kystby: indehaver (Amina")
    assert body["words"]["headline"].endswith("1 vej bevaret, 0 væk, 0 nye.")
    assert (body["need"]["on"], body["against"]) == ("2026-11-25", "2027-01-01")
    english = app.post("/paths/diff?lang=en", headers, TWO_DATES).json()
    assert english["words"]["headline"].endswith("1 path kept, 0 gone, 0 new.")


def test_a_path_diff_for_an_analyst_shows_the_change_without_names(app: TestApp) -> None:
    answer = post_diff(app, app.as_(Role.ANALYST, areas=("dk",)))
    ((why,),) = (path["why"] for path in answer.json()["paths"])
    assert (why["was"], why["now"], why["who_is"]["name"]) == ("DEPUTY", "HOLDER", None)
    assert "Amina" not in answer.text


@pytest.mark.slow
@pytest.mark.parametrize(("query", "status"), [
    ({"against": "2026-11-25"}, 422),
    ({"against": None}, 422),
    ({"start": None, "target": None}, 422),
    ({"target": "nobody"}, 404),
])  # fmt: skip
def test_invalid_path_diff_requests_are_refused(
    app: TestApp, query: dict[str, Any], status: int
) -> None:
    assert post_diff(app, app.as_(Role.COORDINATOR), **query).status_code == status


def test_a_path_diff_logs_named_persons_and_is_forbidden_to_an_administrator(app: TestApp) -> None:
    post_diff(app, app.as_(Role.COORDINATOR, areas=("dk",)))
    request, shown = app.json_rows()[-2:]
    assert request["asked"] == TWO_DATES
    assert shown["subjects"] == ["amina", "bo"]
    assert post_diff(app, app.as_(Role.ADMIN)).status_code == 403


def test_reach_returns_a_path_or_a_cause_for_each_municipality(app: TestApp) -> None:
    body = {"start": "ihd", "sector": "YOUTH", "kinds": ["SSP_COORDINATOR"]}
    answer = app.post("/reach", app.as_(Role.COORDINATOR), body)
    assert answer.status_code == 200
    kystby, nabo = Reach.model_validate_json(answer.content).municipalities
    assert (kystby.area.id, kystby.hops, kystby.path) == ("kystby", 1, ("ihd", "ssp-post"))
    assert nabo.path == ()
    assert nabo.cause is not None


def test_reach_refuses_a_single_target(app: TestApp) -> None:
    answer = app.post("/reach", app.as_(Role.COORDINATOR), {"start": "ihd", "target": "ssp-post"})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/target")


MOVE: dict[str, Any] = {"from_area": "kystby", "to_area": "nabo"}


def test_a_handover_lists_both_sides_and_their_gaps_by_sector(app: TestApp) -> None:
    answer = app.post("/handover", app.as_(Role.COORDINATOR, areas=("dk",)), MOVE, lang="en")
    assert answer.status_code == 200
    response = Handover.model_validate_json(answer.content)
    assert [sector.sector for sector in response.sectors] == [
        "SOCIAL_SERVICES", "YOUTH", "POLICE", "PSYCHIATRY",
    ]  # fmt: skip
    social, youth, police, psychiatry = response.sectors
    assert (psychiatry.gaps, psychiatry.words.gaps) == (("NO_POST",), ("No post",))
    assert police.is_same
    assert [post.post.id for post in youth.taking.posts] == ["nabo-ssp"]
    assert social.giving.gap == "VACANT"


def test_a_handover_is_filtered_by_the_requested_sectors(app: TestApp) -> None:
    body = {**MOVE, "sectors": ["YOUTH"], "on": "2027-01-15"}
    content = app.post("/handover", app.as_(Role.COORDINATOR), body).json()
    assert [sector["sector"] for sector in content["sectors"]] == ["YOUTH"]
    assert content["on"] == "2027-01-15"


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (None, "Answers now"),
        ("2026-11-25T14:00", "Answers 25 November 14:00: Bo Rugvang"),
        ("2026-11-25T22:00", "Vagtcentral, Østkysten, around the clock"),
    ],
)
def test_handover_availability_is_computed_for_the_requested_minute(
    app: TestApp, at: str | None, expected: str
) -> None:
    body = {**MOVE, "sectors": ["YOUTH"], **({} if at is None else {"at": at})}
    answer = app.post("/handover", app.as_(Role.COORDINATOR), body, lang="en").json()
    (post,) = answer["sectors"][0]["giving"]["posts"]
    assert expected in post["availability"]["words"]["text"]


@pytest.mark.slow
@pytest.mark.parametrize(("changed", "status", "pointer"), [
    ({"at": "2026-11-25T22:00", "on": "2026-12-01"}, 422, "/at"),
    ({"to_area": "kystby"}, 422, "/to_area"),
    ({"to_area": "ssp-post"}, 422, "/to_area"),
    ({"to_area": "nowhere"}, 404, None),
    ({"sectors": ["SOUP"]}, 422, "/sectors/0"),
])  # fmt: skip
def test_invalid_handover_requests_are_refused(
    app: TestApp, changed: dict[str, Any], status: int, pointer: str | None
) -> None:
    answer = app.post("/handover", app.as_(Role.COORDINATOR), {**MOVE, **changed})
    assert answer.status_code == status
    if pointer:
        assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_handover_is_refused_without_a_token_and_to_an_administrator(app: TestApp) -> None:
    assert app.post("/handover", {}, MOVE).status_code == 401
    assert app.post("/handover", app.as_(Role.ADMIN), MOVE).status_code == 403


TABLE: dict[str, Any] = {"area": "kystby", "required": ["YOUTH", "POLICE", "RELEASE_CONTACT"]}


def test_the_smallest_table_lists_the_fewest_people_and_uncovered_requirements(
    app: TestApp,
) -> None:
    headers = app.as_(Role.COORDINATOR, areas=("dk",))
    answer = app.post("/table", headers, TABLE)
    assert answer.status_code == 200
    response = SmallestTable.model_validate_json(answer.content)
    assert [seat.person and seat.person.id for seat in response.seats] == ["carl"]  # amina is away
    assert response.uncovered == ("YOUTH", "RELEASE_CONTACT")
    assert response.covered[2].has_post
    with_deputies = app.post("/table", headers, {**TABLE, "with_deputies": True}).json()
    assert [seat["person"]["id"] for seat in with_deputies["seats"]] == ["bo", "carl"]


def test_a_hidden_person_is_listed_at_the_table_by_post_alone(app: TestApp) -> None:
    body = app.post("/table", app.as_(Role.COORDINATOR, areas=("kystby",)), TABLE).json()
    post = {"id": "ihd", "name": "Infohus-tovholder, Østkysten"}
    assert body["seats"] == [{"person": None, "posts": [post]}]  # carl works for the district


def test_an_authority_can_be_required_by_id(app: TestApp) -> None:
    body = {"area": "kystby", "required": ["politi"]}
    content = app.post("/table", app.as_(Role.COORDINATOR, areas=("dk",)), body).json()
    assert content["covered"][0]["authority"]["id"] == "politi"
    assert [seat["person"]["id"] for seat in content["seats"]] == ["carl"]


@pytest.mark.slow
@pytest.mark.parametrize(("changed", "status", "pointer"), [
    ({"required": []}, 422, "/required"),
    ({"area": "ssp-post"}, 422, "/area"),
    ({"area": "nowhere"}, 404, None),
    ({"required": ["nobody"]}, 404, None),
    ({"required": ["erik"]}, 404, None),
])  # fmt: skip
def test_invalid_table_requests_are_refused(
    app: TestApp, changed: dict[str, Any], status: int, pointer: str | None
) -> None:
    answer = app.post("/table", app.as_(Role.COORDINATOR), {**TABLE, **changed})
    assert answer.status_code == status
    if pointer:
        assert answer.json()["errors"][0]["pointer"] == pointer


def test_a_table_is_refused_without_a_token_and_to_an_administrator(app: TestApp) -> None:
    assert app.post("/table", {}, TABLE).status_code == 401
    assert app.post("/table", app.as_(Role.ADMIN), TABLE).status_code == 403

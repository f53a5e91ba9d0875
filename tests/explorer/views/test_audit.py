"""The screen of the audit log: own rows for everybody, all rows for the DPO."""

import pytest
from streamlit.testing.v1 import AppTest

from api.audit.entry import AuditKind
from api.audited_route import EXEMPT
from api.danish_time import COPENHAGEN
from api.exports import audit_log
from explorer.address import AUDIT
from explorer.views.audit import tables, whole
from graph.access.policy import Role
from tests.api.client.operations import operations
from tests.explorer.screen import Screens, assert_shows, html, open_screen, press, text
from tests.fixtures.app import bearer


def _log(screens: Screens, *roles: Role, **query: str) -> AppTest:
    return screens.screen(AUDIT, *(roles or (Role.DPO,)), areas=("dk",), **query)


def _tab_labels(app: AppTest) -> list[str]:
    (tabs,) = [group for group in app.button_group if group.key == "audit-tab"]
    return [option.content for option in tabs.proto.options]


def _look_up(screens: Screens, name: str = "amina") -> None:
    headers = screens.app.as_(Role.COORDINATOR, person="carl")
    screens.app.http.get("/names", params={"text": name}, headers=headers)
    request = {"detail": "phone-bo", "channel": "MOBILE", "purpose": "RELEASE"}
    screens.app.http.post("/reveal", json=request, headers=headers)


def _login(screens: Screens, account: str | None) -> str:
    return screens.app.accounts.logins.find(str(account)).login


def test_every_audited_action_has_a_label() -> None:
    actions = {call.id for call in operations() if (call.method, call.path) not in EXEMPT}
    by_nobody = {
        "read_withdrawal", "withdraw_by_link", "anchor", "drop_month", "sweep", "demo",
        "import_list", "leave_import",
    }  # fmt: skip
    assert set(tables.actions()) == actions | by_nobody


def test_a_coordinator_sees_only_tabs_of_own_look_ups_and_look_ups_about_them(
    screens: Screens,
) -> None:
    token = screens.app.token(Role.COORDINATOR)
    screens.app.get("/names", bearer(token), text="amina")
    app = open_screen(AUDIT, token, lang="en")
    assert _tab_labels(app) == ["My look-ups", "Look-ups about me"]
    assert "<td>search by name</td>" in html(app)
    assert_shows(app, hidden=["The chain", "in the period"])


def test_a_person_sees_look_ups_about_them_without_the_name_of_the_user(screens: Screens) -> None:
    _look_up(screens)
    app = screens.screen(AUDIT, Role.COORDINATOR, person="bo", tab="about-me")
    parts = ("vis kontaktoplysning", "Løsladelse", "Infohus-tovholder")
    assert_shows(app, *parts, hidden=("acc-", "Carl"))


def test_look_ups_about_me_show_a_message_to_an_account_without_a_person(screens: Screens) -> None:
    app = _log(screens, Role.ANALYST, tab="about-me")
    assert "Din konto er ikke knyttet til en person i registret." in text(app)


def test_the_dpo_sees_all_rows_and_that_the_chain_is_intact(screens: Screens) -> None:
    _look_up(screens)
    app = _log(screens)
    assert_shows(app, "Loggen er uændret (")
    assert_shows(html(app), "søg på navn", "tab=all&amp;caller=acc-", hidden=["<strong>acc-"])
    assert _tab_labels(app)[0] == "Alle opslag"


def test_rows_are_filtered_by_purpose_action_outcome_role_and_period(screens: Screens) -> None:
    _look_up(screens)
    names, reveal, log = (
        f"<td>{action}</td>" for action in ("søg på navn", "vis kontaktoplysning", "læs loggen")
    )
    assert_shows(_log(screens, purpose="RELEASE"), "vis kontaktoplysning", hidden=[names])
    assert reveal not in text(_log(screens, action="read_names"))
    assert reveal in text(_log(screens, outcome="shown"))
    assert "Ingen opslag i perioden." in text(_log(screens, outcome="alert"))
    assert_shows(_log(screens, role="COORDINATOR"), reveal, hidden=[log])
    assert log in text(_log(screens, role="DPO"))
    empty = _log(screens, **{"from": "2001-01-01", "to": "2001-02-01"})
    assert "Ingen opslag i perioden." in text(empty)


@pytest.mark.slow
def test_older_rows_are_paged_by_a_hundred_with_a_button_back_to_the_newest(
    screens: Screens,
) -> None:
    headers = screens.app.as_(Role.COORDINATOR)
    for _ in range(110):
        screens.app.http.get("/names", params={"text": "bo"}, headers=headers)
    app = _log(screens, outcome="shown", caller=str(screens.app.rows()[-1].caller))
    assert html(app).count("<td>søg på navn</td>") == 100
    press(app, "Ældre")
    assert app.query_params["page"].isdecimal()
    assert html(app).count("<td>søg på navn</td>") == 10
    press(app, "Nyeste")
    assert "page" not in app.query_params


def test_filtered_rows_are_exported_as_a_report(screens: Screens) -> None:
    _look_up(screens)
    row = next(row for row in reversed(screens.app.rows()) if row.action == "reveal_detail")
    chosen = {"role": "COORDINATOR", "caller": str(row.caller)}
    app = _log(screens, action="reveal_detail", **chosen)
    assert not app.get("link_button")
    press(app, "Lav rapporten")
    labels = [link.proto.label for link in app.get("link_button")]
    assert [label.startswith("Hent kontaktvej-K-") for label in labels] == [True, False]
    assert "Begyndelsen af opslag, hvis resultat står her, følger ikke med (1)." in text(app)
    export = next(row for row in screens.app.rows() if row.action == "make_audit_export")
    assert export.asked == {"action": "reveal_detail", **chosen}
    app.selectbox(key="audit-role").select("STEWARD").run()
    assert app.query_params["role"] == "STEWARD"
    assert not app.get("link_button")


def test_a_search_and_its_reveals_are_shown_as_one_question_with_its_subjects(
    screens: Screens,
) -> None:
    headers = screens.app.as_(Role.COORDINATOR, person="carl")
    query = {"start": "ihd", "target": "ssp-post"}
    assert screens.app.http.post("/paths", json=query, headers=headers).status_code == 200
    screens.app.http.get("/vocabulary", headers=headers)
    request = {"detail": "phone-bo", "channel": "MOBILE", "purpose": "RELEASE"}
    assert screens.app.http.post("/reveal", json=request, headers=headers).status_code == 200
    account = str(screens.app.rows()[-1].caller)
    log_html = html(_log(screens, caller=account))
    (question,) = log_html.split("<details>")[1:]
    assert_shows(
        question.partition("</summary>")[0],
        f"<strong>{_login(screens, account)}</strong>", "Koordinator", "find kontaktveje",
        "<strong>SSP-koordinator, Kystby</strong>",
        "Kontaktoplysninger vist: Bo Rugvang Sørensen (Løsladelse)",
        hidden=["acc-", "indlæs ordliste"],
    )  # fmt: skip
    assert "1 teknisk række" in log_html or "2 tekniske rækker" in log_html


def test_an_account_is_filtered_by_login_and_its_id_is_stored_in_the_address(
    screens: Screens,
) -> None:
    _look_up(screens)
    account = str(screens.app.rows()[-1].caller)
    login = _login(screens, account)
    app = _log(screens)
    app.text_input(key="audit-login").set_value(login.upper()).run()
    assert app.query_params["caller"] == account
    assert f"Kun konto {login}: fjern" in [button.label for button in app.button]
    app.text_input(key="audit-login").set_value("no.such.login").run()
    assert "Ingen opslag fra no.such.login." in text(app)
    assert login not in str(dict(app.query_params))


def test_a_person_filter_shows_the_name_and_can_be_removed(screens: Screens) -> None:
    _look_up(screens)
    token = screens.app.token(Role.DPO, areas=("dk",))
    app = open_screen(AUDIT, token, person="bo", action="reveal_detail")
    assert "Kontaktoplysninger vist: Bo Rugvang Sørensen" in html(app)
    press(app, "Kun Bo Rugvang Sørensen: fjern")
    assert "person" not in app.query_params


def test_the_dpo_makes_a_letter_to_a_person(screens: Screens) -> None:
    _look_up(screens)
    app = _log(screens, tab="subject", subject="bo")
    press(app, "Lav brevet (PDF)")
    (link,) = app.get("link_button")
    assert link.proto.label.endswith(".pdf")
    assert screens.app.rows()[-1].action != "make_audit_export"


def test_my_look_ups_fold_technical_rows_and_merge_repeated_ones(screens: Screens) -> None:
    token = screens.app.token(Role.COORDINATOR, areas=("kystby",))
    headers = {"Authorization": f"Bearer {token}"}
    for _ in range(3):
        screens.app.http.get("/names", params={"text": "bo"}, headers=headers)
    screens.app.http.get("/vocabulary", headers=headers)
    shown_html = html(open_screen(AUDIT, token))
    usual, _, folded = shown_html.partition("kv-log-rest")
    assert_shows(usual, "søg på navn (3 gange)", hidden=["indlæs ordliste"])
    assert "indlæs ordliste" in folded


def test_the_export_and_the_screen_use_the_same_outcome_labels() -> None:
    for kind in AuditKind:
        for result in (None, 200, 403, 404, 422, 429):
            outcomes = {audit_log.outcome(kind, result, lang) for lang in ("da", "en")}
            assert tables.outcome(kind.value, result) in outcomes


def test_a_sample_is_drawn_and_its_rows_are_marked_as_reviewed(screens: Screens) -> None:
    _look_up(screens)
    app = _log(screens, tab="sample")
    assert not app.checkbox
    press(app, "Træk en stikprøve")
    rows = len(app.checkbox)
    assert rows
    app.checkbox[0].check().run()
    assert f"1 af {rows} gennemset." in text(app)


def test_look_ups_about_a_person_are_listed_without_names_of_staff(screens: Screens) -> None:
    _look_up(screens)
    app = _log(screens, tab="subject", subject="bo")
    assert app.header[0].value == "Opslag om Bo Rugvang Sørensen"
    assert_shows(app, "vis kontaktoplysning", hidden=["Carl"])
    assert "Ingen opslag i perioden." in text(_log(screens, tab="subject", subject="nobody"))


def test_a_search_term_finds_its_rows_and_is_not_in_the_address(screens: Screens) -> None:
    _look_up(screens, "amina")
    app = _log(screens, tab="term")
    app.text_input(key="audit-word").set_value("amina")
    assert "<td>søg på navn</td>" in text(press(app, "Søg"))
    assert "amina" not in str(dict(app.query_params))
    app.text_input(key="audit-word").set_value("never typed")
    assert "Ingen har skrevet det." in text(press(app, "Søg"))


def test_rows_with_a_search_term_are_paged(
    screens: Screens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole, "_PAGE", 2)
    for _ in range(3):
        _look_up(screens, "andelskasse")
    app = _log(screens, tab="term")
    app.text_input(key="audit-word").set_value("andelskasse")
    shown = text(press(app, "Søg"))
    assert shown.count("<td>søg på navn</td>") == 1  # and the search itself
    assert text(press(app, "Ældre")).count("<td>søg på navn</td>") == 2
    assert not [button for button in app.button if button.key == "audit-word-older"]


def test_people_shown_to_an_account_are_listed_for_a_period(screens: Screens) -> None:
    _look_up(screens)
    assert "Vælg en konto og begge dage." in text(_log(screens, tab="breach"))
    row = next(row for row in reversed(screens.app.rows()) if row.action == "reveal_detail")
    day = row.at.astimezone(COPENHAGEN).date().isoformat()
    query = {"tab": "breach", "caller": str(row.caller), "from": "2020-01-01", "to": day}
    app = _log(screens, **query)
    assert_shows(app, 'href="/register?id=bo"', "Bo Rugvang Sørensen</a>", "<td>ja</td>")
    assert app.header[0].value == f"Konto {_login(screens, row.caller)}"


def test_outcomes_have_labels_and_an_unknown_action_is_returned_unchanged() -> None:
    assert tables.outcome("shown", 404) in {"ikke fundet", "not found"}
    assert tables.outcome("alert", 429) in {"advarsel", "alert"}
    assert tables.outcome("not_done", 429) in {"en grænse var nået", "a limit was reached"}
    assert tables.action("no_such_action") == "no_such_action"

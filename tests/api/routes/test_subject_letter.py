"""The letter to a person about look-ups of them: for the DPO, without names of staff."""

import io
from typing import Any

from httpx2 import Response
from pypdf import PdfReader

from api.exports.subject_letter import what_happened
from graph.access.policy import Role
from tests.api.client.operations import operations
from tests.fixtures.app import Headers, TestApp


def request_letter(app: TestApp, headers: Headers, person: str, lang: str = "da") -> Response:
    return app.post(f"/exports/subject-letter?lang={lang}", headers, {"person": person})


def letter(app: TestApp, headers: Headers, response: Response) -> str:
    assert response.status_code == 201, response.text
    answer = app.get(f"/exports/{response.json()['ticket']}", headers)
    assert answer.headers["content-type"] == "application/pdf"
    pages = PdfReader(io.BytesIO(answer.content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def look_up(app: TestApp, times: int = 1) -> None:
    headers = app.as_(Role.COORDINATOR, person="carl")
    for _ in range(times):
        app.get("/names", headers, text="bo")
    body: dict[str, Any] = {"detail": "phone-bo", "channel": "MOBILE", "purpose": "RELEASE"}
    assert app.post("/reveal", headers, body).status_code == 200


def test_a_subject_letter_lists_look_ups_and_purposes_but_no_staff_names(app: TestApp) -> None:
    look_up(app, 3)
    dpo = app.as_(Role.DPO)
    response = request_letter(app, dpo, "bo")
    assert response.json()["file"].endswith(".pdf")
    text = letter(app, dpo, response)
    for part in (
        "Bo Rugvang Sørensen", "Opslag om dig i Kontaktvej", "Du er slået op 4 gange.",
        "Dine kontaktoplysninger er vist 1 gang.", "Dine oplysninger blev vist (3 gange)",
        "Dine kontaktoplysninger blev vist Løsladelse", "Infohus-tovholder", "Datatilsynet",
        response.json()["export"],
    ):  # fmt: skip
        assert part in text, (part, text)
    assert "Carl" not in text
    assert [(row.action, row.subjects) for row in app.rows()[-3:] if row.subjects] == [
        ("make_subject_letter", ("bo",)), ("read_export", ("bo",)),
    ]  # fmt: skip
    assert request_letter(app, dpo, "bo").json()["rows"] == 6, "taking the letter is a look-up too"


_KINDS = {
    "Your contact details were shown": {"reveal_detail", "reveal_contacts"},
    "Somebody asked to get in touch with you": {"ask_for_contact", "answer_contact_request"},
    "Supervision: the log of look-ups of you was read": {
        "read_rows", "read_subject", "read_sample", "read_breach", "find_term",
        "make_subject_letter", "make_audit_export",
    },
    "Somebody proposed to correct your entry, or withdrew the proposal": {
        "make_proposal", "withdraw_proposal",
    },
    "Your account or its rights were shown or changed": {
        "read_accounts", "read_account", "read_account_changes", "create_account",
        "create_accounts", "disable_account", "enable_account", "forget_second_factor",
        "give_grant", "end_grant", "confirm_account_change", "refuse_account_change",
    },
    "You were in a file that was downloaded": {
        "read_export", "make_export", "make_map_export", "make_matrix_export",
        "make_metrics_export", "make_query_export", "command_export",
    },
    "You were part of an answer about whom to contact": {
        "find_paths", "find_paths_through_stops", "find_why_not", "find_handover", "find_table",
        "find_reach", "find_path_diff",
    },
    "Your consent was shown, renewed or withdrawn": {
        "read_consents", "renew_consent", "withdraw_consent", "withdraw_by_link",
        "make_withdrawal_link", "read_withdrawal",
    },
    "Your entry was checked or changed": {
        "create_entity", "create_link", "change_entity", "change_link", "end_entity", "end_link",
        "verify_entity", "verify_link", "apply_change_set", "confirm_change_set",
        "answer_proposal", "apply_import", "import_list", "undo_import",
    },
}  # fmt: skip
"""The actions other than those after which the entry was shown, by what the letter says."""


def test_every_action_has_its_description_in_the_subject_letter() -> None:
    by_text = {action: text for text, actions in _KINDS.items() for action in actions}
    outside_http = {"import_list", "command_export", "read_withdrawal", "withdraw_by_link"}
    actions = {operation.id for operation in operations()}
    assert by_text.keys() - actions == outside_http
    for action in actions | outside_http:
        expected = by_text.get(action, "Your entry was shown")
        assert what_happened(action, "en") == expected, action


def test_an_english_letter_is_in_english_and_lists_earlier_letters_as_supervision(
    app: TestApp,
) -> None:
    dpo = app.as_(Role.DPO)
    text = letter(app, dpo, request_letter(app, dpo, "bo", "en"))
    assert "Nobody has looked you up." in text
    assert "Supervision" not in text
    assert "Supervision: the log of look-ups of you was read" in letter(
        app, dpo, request_letter(app, dpo, "bo", "en")
    )


def test_only_a_dpo_gets_a_letter_and_only_on_a_known_person_of_their_area(app: TestApp) -> None:
    look_up(app)
    for role in set(Role) - {Role.DPO}:
        assert request_letter(app, app.as_(role), "bo").status_code == 403
    dpo, elsewhere = app.as_(Role.DPO), app.as_(Role.DPO, areas=("nabo",))
    assert request_letter(app, dpo, "nobody").status_code == 404
    assert request_letter(app, elsewhere, "bo").status_code == 404
    assert request_letter(app, dpo, "bo").status_code == 201

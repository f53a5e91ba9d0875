"""No write stores or returns data about a citizen, a case, a number or a contact value."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx2 import Response

from graph.access.policy import Role
from graph.model import ContactDetail
from graph.vocabulary import Rule
from tests.fixtures.app import TestApp
from tests.fixtures.editor import EditorClient, desk_of, slug

NUMBER = "+45 05 99 88 77"
# A payload, the rule that refuses it, and the marker that the answer must not hold.
PAYLOADS: tuple[tuple[str, Rule, str], ...] = (
    ("Ring 010190-5678 ja", Rule.CPR_NUMBER, "010190"),
    ("Ring 0101905678 ja", Rule.CPR_NUMBER, "0101905678"),
    ("Ring 61 01 90 56 78", Rule.CPR_NUMBER, "61 01 90"),
    (
        "Ring \uff10\uff11\uff10\uff11\uff19\uff10-\uff15\uff16\uff17\uff18 ja",
        Rule.CPR_NUMBER,
        "\uff15\uff16\uff17\uff18",
    ),
    ("Ung mand, 19-årig", Rule.WEAK_CASE_LANGUAGE, "19-årig"),
    ("Han er sigtet nu", Rule.CASE_LANGUAGE, "sigtet"),
    ("Er dømt for vold", Rule.OFFENSE, "dømt"),
    ("Den radikaliserede unge", Rule.CASE_LANGUAGE, "radikaliserede"),
    ("Bearer abcdefgh12345678", Rule.SECRET, "abcdefgh12345678"),
    ("Bo\u202eS Holm", Rule.CONTROL_CHARACTER, "\u202e"),
    ("B\u043e Holm Sørensen", Rule.MIXED_SCRIPT, "B\u043e"),
)


def attempts(desk: EditorClient, text: str, query: str) -> Iterator[Response]:
    person = {"label": "Person", "called": "@x", "fields": {"name": text}}
    area = {"label": "Organization", "fields": {"kind": "NGO", "name": text}}
    for address, body in (
        ("/entities", {"label": "Person", "fields": {"name": "Bo Holm", "title": text}}),
        ("/entities", {"label": "Organization", "fields": {"kind": "NGO", "name": text}}),
        ("/change-sets", {"creates": [person, area]}),
        ("/change-sets", {"updates": [desk.updating("ssp-post", name=text)]}),
        ("/change-sets", {"updates": [desk.updating("bo", title=text)]}),
        ("/change-sets", {"updates": [desk.updating("phone-bo", value=text)]}),
    ):
        yield desk.send("POST", f"{address}{query}", body)
    yield desk.change("kystby-kommune", query, seat=text)


@pytest.mark.slow
@pytest.mark.parametrize(("text", "rule", "mark"), PAYLOADS)
def test_refused_content_is_reported_by_field_rule_and_position_alone(
    steward: EditorClient, text: str, rule: Rule, mark: str
) -> None:
    for answer in attempts(steward, text, ""):
        assert answer.status_code == 422, answer.text
        body = answer.json()
        assert slug(answer) == "refused-content"
        assert {error["rule"] for error in body["errors"]} >= {body["rule"]}
        assert all("position" in error and error["field"] for error in body["errors"])
        assert mark not in answer.text
        assert mark not in json.dumps(body, ensure_ascii=False)
    for answer in attempts(steward, text, "?dry_run=true"):
        assert answer.json()["is_allowed"] is False
        assert mark not in answer.text
    assert steward.app.store.revision() == 1
    assert mark not in audit_of(steward.app.folder)


def test_the_position_of_refused_content_is_its_first_character(steward: EditorClient) -> None:
    answer = steward.change("ssp-post", name="Ring 010190-5678 ja")
    assert answer.json()["errors"] == [
        {"pointer": "/fields/name", "id": "ssp-post", "field": "name", "rule": "CPR_NUMBER",
         "position": 5, "detail": "ligner et CPR-nummer"}
    ]  # fmt: skip
    assert "Fjern det, eller brug jeres fagsystem" in answer.json()["detail"]


def test_citizen_numbers_in_ids_and_field_names_are_not_returned_or_logged(
    steward: EditorClient,
) -> None:
    mark = "0101905678"
    answers = [
        steward.create("Organization", {"kind": "NGO", "name": "Havet", mark: "x"}),
        steward.create("Organization", {"kind": "NGO", "name": "Havet"}, id=f"org-{mark}"),
        steward.create("Organization", {"kind": "NGO", "name": "Havet"}, **{mark: "x"}),
        steward.create(mark, {}),
        steward.tie("HOLDS", mark, "release"),
        steward.change("ssp-post", languages=[mark]),
        steward.change("ssp-post", hours=mark),
        steward.change("ssp-post", tier=mark),
        steward.change("ssp-post", **{f"sag_{mark}": "x"}),
        steward.apply(ends=[{"id": mark, "if_match": '"x"'}]),
        steward.send(
            "PATCH", f"/entities/{mark}", {"fields": {"name": "x"}}, **{"If-Match": '"x"'}
        ),
        steward.send(
            "PATCH", "/entities/ssp-post", {"fields": {"name": "x"}}, **{"If-Match": mark}
        ),
    ]
    for answer in answers[:-1]:
        assert answer.status_code in (404, 422), answer.text
        assert mark not in answer.text
    assert answers[-1].status_code == 412
    assert steward.app.store.revision() == 1
    assert mark not in audit_of(steward.app.folder)


def audit_of(folder: Path) -> str:
    files = sorted((folder / "audit").rglob("*"))
    read = b"".join(file.read_bytes() for file in files if file.is_file())
    return read.decode("utf-8", errors="replace")


# ---- contact values


def detail(owner: str, **fields: Any) -> list[dict[str, Any]]:
    """Return a new contact detail and the link to its owner."""
    return [
        {"label": "ContactDetail", "called": "@d",
         "fields": {"channel": "MOBILE", "value": NUMBER, **fields}},
        {"type": "REACHED_BY", "fields": {"source_id": owner, "target_id": "@d", "order": 2}},
    ]  # fmt: skip


def test_a_contact_value_is_stored_encrypted_and_never_returned_or_logged(
    steward: EditorClient,
) -> None:
    answer = steward.apply(creates=detail("bo"))
    assert answer.status_code == 200, answer.text
    body = answer.json()["things"][0]["id"]
    stored = steward.element(body)
    assert isinstance(stored, ContactDetail)
    assert (stored.hint, stored.value) == ("+45 •• •• •• 77", None)
    assert steward.app.store.reveal(body).uncover() == NUMBER
    other = "+45 06 11 22 33"
    changed = steward.change(body, value=other)
    assert changed.status_code == 200
    stored = steward.element(body)
    assert isinstance(stored, ContactDetail)
    assert stored.hint.endswith("33")
    rehearsed = steward.change(body, "?dry_run=true", value="+45 07 11 22 44")
    assert rehearsed.json()["would"][0]["after"] == {"hint": "+45 •• •• •• 44"}
    stale = steward.send("PATCH", f"/entities/{body}", {"fields": {"value": NUMBER}},
                         **{"If-Match": '"stale"'})  # fmt: skip
    assert (stale.status_code, stale.json()["versions"]["sent"]) == (412, {})
    text = "".join(item.text for item in (answer, changed, rehearsed, stale))
    log = audit_of(steward.app.folder)
    for number in (NUMBER, other, "05 99 88 77", "0599887", "+45 07 11 22 44"):
        assert number not in text
        assert number not in log


def test_a_contact_value_is_not_repeated_in_errors_about_its_detail(steward: EditorClient) -> None:
    for fields, rule in (
        ({"is_work": False}, "OWN_CHANNEL"),
        ({"visibility": "OPEN"}, "WIDER_THAN_OWNER"),
        ({"channel": "PIGEON"}, "UNKNOWN_WORD"),
        ({"value": 4505998877}, "BAD_FORMAT"),
        ({"value": None}, "BAD_FORMAT"),
        ({"hint": NUMBER}, "SET_BY_US"),
    ):
        answer = steward.apply(creates=detail("bo", **fields))
        assert rule in {error["rule"] for error in answer.json()["errors"]}, answer.text
        assert NUMBER not in answer.text
        assert "4505998877" not in answer.text
    alone = steward.create("ContactDetail", {"channel": "MOBILE", "value": NUMBER})
    assert alone.status_code == 403  # the owner decides who may create it
    assert steward.app.store.revision() == 1


def test_a_steward_of_another_area_cannot_add_or_change_a_contact_detail(app: TestApp) -> None:
    neighbor = desk_of(app, Role.STEWARD, area="nabo")
    assert neighbor.apply(creates=detail("bo")).status_code in (403, 404)
    assert neighbor.change("phone-bo", value=NUMBER).status_code in (403, 404)


# ---- a consent and its individual


def civilian(**left_out: bool) -> list[dict[str, Any]]:
    """Return a new civilian with consent, giver and door opener; `left_out` names missing parts."""
    parts: dict[str, dict[str, Any]] = {
        "individual": {
            "label": "ResourceIndividual", "called": "@i",
            "fields": {"display_name": "Farida fra Havnen", "kind": "CULTURAL_MEDIATOR",
                       "visibility": "AREA"},
        },
        "consent": {
            "label": "Consent", "called": "@c",
            "fields": {"purposes": ["CONTACT"], "audience": ["kystby-kommune"],
                       "channels": ["MEDIATED"], "is_mediated_only": True,
                       "given_on": "2026-11-20", "expires_on": "2027-11-20",
                       "obtained_how": "MEETING", "text_version": "da-3", "is_adult": True,
                       "recorded_by": "outreach", "renewal_by": "outreach"},
        },
        "gave": {"type": "GAVE_CONSENT", "fields": {"source_id": "@i", "target_id": "@c"}},
        "door": {
            "type": "DOOR_OPENER_FOR",
            "fields": {"source_id": "outreach", "target_id": "@i", "consent_id": "@c",
                       "levels": ["OUTREACH"]},
        },
    }  # fmt: skip
    return [part for name, part in parts.items() if not left_out.get(name)]


def test_a_civilian_and_their_consent_can_only_be_created_together(app: TestApp) -> None:
    dina = desk_of(app, Role.OUTREACH, person="dina")
    for missing in ("gave", "door"):
        answer = dina.apply(creates=civilian(**{missing: True}))
        assert answer.status_code in (403, 422), answer.text
    alone = [part for part in civilian() if part.get("label") == "Consent"]
    assert dina.apply(creates=alone).status_code in (403, 422)
    assert app.store.revision() == 1
    answer = dina.apply(creates=civilian())
    assert answer.status_code == 200, answer.text
    assert len(answer.json()["things"]) == 4


def test_a_consent_cannot_be_changed_or_ended_by_an_edit(app: TestApp) -> None:
    dina = desk_of(app, Role.OUTREACH, person="dina")
    for answer in (dina.change("consent-jens", expires_on="2027-12-01"), dina.end("consent-jens")):
        assert answer.status_code == 403
    assert dina.change("consent-jens", withdrawn_on="2026-11-25").status_code == 422
    assert app.store.revision() == 1


def test_a_consent_must_be_renewed_by_a_post_not_a_person(app: TestApp) -> None:
    dina = desk_of(app, Role.OUTREACH, person="dina")
    creates = civilian()
    creates[1]["fields"]["renewal_by"] = "dina"
    assert [error["rule"] for error in dina.apply(creates=creates).json()["errors"]] == [
        "WRONG_ENDS"
    ]

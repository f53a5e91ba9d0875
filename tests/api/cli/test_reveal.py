"""`kontaktvej reveal` by its real entry point: a purpose, a row per detail, a daily budget."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from api.audit.entry import AuditKind, AuditRow
from api.audit.log import audit_log
from api.audit.report import rows_of
from api.danish_time import danish_now
from graph.model import Consent, ContactDetail, GaveConsent, ReachedBy, Secret
from graph.store.encryption.keyring import open_keyring
from graph.vocabulary import Channel, Visibility
from tests.api.audit.logs import refuse_rows
from tests.api.shell import CommandOutput, Shell, shell_over
from tests.change_sets import NUMBERS, change_set, changed, element_of, fill_with_kystby
from tests.databases import Server
from tests.graph.paths.additions import tie

MAIL = "carl@kystby.example"
BO, CARL = "Bo Rugvang Sørensen", "Carl Lyngtoft Holm"
WHY = ("--purpose", "concern")


@pytest.fixture
def home(server: Server, tmp_path: Path) -> Path:
    """Kystby, where carl has a mail address and the consent of jens covers the municipality."""
    mail = ContactDetail(
        id="mail-carl", channel=Channel.EMAIL, value=Secret(MAIL), hint="•••••", source="kystby"
    )
    with open_keyring(tmp_path / "keys") as keyring, server.with_store(keyring) as store:
        fill_with_kystby(store)
        always = changed(store, "ihd", hours="00:00-24:00")
        details = (mail, tie(ReachedBy, "carl", "mail-carl"))
        store.apply(change_set(creates=details, updates=(always,)))
        jens = changed(store, "phone-jens", visibility=Visibility.AREA)
        consent = element_of(store, "consent-jens", Consent)
        agreed = replace(consent, id="agreed", revision=1, audience=frozenset({"kystby"}))
        gave = tie(GaveConsent, "jens", "agreed")
        store.apply(change_set(creates=(agreed, gave), updates=(jens,)))
    return tmp_path


@pytest.fixture
def shell(server: Server, home: Path) -> Shell:
    return shell_over(server, home, KONTAKTVEJ_REVEALS_PER_DAY="3")


def rows(home: Path) -> list[AuditRow]:
    with audit_log(home / "audit", home / "keys") as log:
        return list(reversed(rows_of(log, most=100)[0]))


def kinds(home: Path) -> list[str]:
    return [row.kind.value for row in rows(home)]


def shows_nothing(output: CommandOutput) -> bool:
    return not any(value in output.out + output.err for value in (*NUMBERS.values(), MAIL))


@pytest.mark.slow
def test_a_closed_post_reveals_the_details_of_the_post_that_answers_now(
    server: Server, shell: Shell, home: Path
) -> None:
    in_two_days = (danish_now() + timedelta(days=2)).strftime("%a")[:2].upper()
    number = ContactDetail(
        id="phone-duty", channel=Channel.PHONE, value=Secret("+45 05 99 99 99"),
        hint="+45 •• •• •• 99", source="kystby",
    )  # fmt: skip
    with open_keyring(home / "keys") as keyring, server.with_store(keyring) as store:
        closed = changed(store, "ssp-post", hours=f"{in_two_days} 09:00-15:00")
        line = changed(store, "duty", hours="00:00-24:00")
        creates = (number, tie(ReachedBy, "duty", "phone-duty"))
        store.apply(change_set(creates=creates, updates=(closed, line)))
    (row,) = shell("reveal", "ssp-post", *WHY, "--json").json()
    assert (row["owner"], row["detail"]) == ("duty", "phone-duty")


@pytest.mark.slow
def test_every_detail_is_printed_with_its_owner_and_logged(shell: Shell, home: Path) -> None:
    result = shell("reveal", "ihd", BO, "phone-erik", *WHY, "--lang", "da")
    assert (result.code, result.err) == (0, "")
    actual = [" ".join(line.split()) for line in result.out.splitlines()]
    assert actual == [
        f"{CARL} E-mail {MAIL}", f"{BO} Mobil {NUMBERS['phone-bo']}",
        f"Erik Stenbro Sørensen Mobil {NUMBERS['phone-erik']}", "Visningen er logget.",
    ]  # fmt: skip
    request, *shown = rows(home)
    assert (request.kind, request.action, request.asked["purpose"]) == (
        AuditKind.ASKED, "reveal_detail", "CONCERN",
    )  # fmt: skip
    assert (request.caller, request.role, request.via) == (
        "local-operator", "COORDINATOR+OUTREACH", "host",
    )  # fmt: skip
    (post, name, detail) = request.asked["names"]
    assert (post, detail, name.startswith("hmac:")) == ("ihd", "phone-erik", True)
    assert [(row.kind.value, row.purpose, row.subjects, row.asked["detail"]) for row in shown] == [
        ("shown", "CONCERN", ("carl",), "mail-carl"), ("shown", "CONCERN", ("bo",), "phone-bo"),
        ("shown", "CONCERN", ("erik",), "phone-erik"),
    ]  # fmt: skip
    assert {row.request_id for row in shown} == {request.request_id}
    assert MAIL not in str(rows(home))


def test_json_output_names_the_detail_and_its_owner(shell: Shell) -> None:
    body = shell("reveal", "phone-bo", BO, "--purpose", "VERIFY", "--json").json()
    assert body == [
        {"detail": "phone-bo", "owner": "bo", "name": BO, "channel": "MOBILE",
         "value": NUMBERS["phone-bo"]},
    ]  # fmt: skip


def test_reveals_beyond_the_daily_budget_are_refused_except_in_an_emergency(
    server: Server, home: Path
) -> None:
    shell = shell_over(server, home, KONTAKTVEJ_REVEALS_PER_DAY="2")
    assert shell("reveal", "phone-bo", *WHY).code == 0
    assert shell("reveal", "phone-bo", *WHY).code == 0, "a detail counts once a day"
    result = shell("reveal", "phone-erik", "mail-carl", *WHY)
    assert (result.code, result.out) == (2, "")
    assert "2 were asked for, and 1 are left today." in result.err
    assert shows_nothing(result)
    urgent = ("reveal", "phone-erik", "mail-carl", "--purpose", "SERIOUS")
    again = shell(*urgent)
    assert (again.code, "--beyond" in again.err) == (2, True)
    assert shell(*urgent, "--beyond").code == 0
    assert kinds(home) == [
        *("asked", "shown") * 2, *("asked", "alert") * 2, "asked", "alert", "shown", "shown",
    ]  # fmt: skip
    assert rows(home)[5].subjects == ("carl", "erik")
    assert [row.asked.get("beyond") for row in rows(home)[-3:]] == [2, None, 2]


@pytest.mark.slow
@pytest.mark.parametrize(("named", "expected", "kind"), [
    ("nobody-at-all", "nobody-at-all", "denied"),
    ("jens", "Opsøgende medarbejder, Havnen", "not_done"),
    ("amina", "has no contact detail that can be shown", "not_done"),
    ("kystby", "has no contact detail that can be shown", "not_done"),
])  # fmt: skip
def test_one_refused_name_reveals_no_detail_at_all(
    shell: Shell, home: Path, named: str, expected: str, kind: str
) -> None:
    assert expected in shell.refused("reveal", BO, named, *WHY)
    assert kinds(home) == ["asked", kind]


def test_a_reveal_without_a_valid_purpose_is_refused_before_opening_anything(
    tmp_path: Path,
) -> None:
    shell = Shell(KONTAKTVEJ_HOME=str(tmp_path / "none"))
    for more in ((), ("--purpose", "SPORT"), ("--purpose", "SUBJECT_REQUEST")):
        assert "--purpose: one of ACUTE, CONCERN" in shell.refused("reveal", "phone-bo", *more)
    assert shell("reveal", *WHY).code == 2
    assert not (tmp_path / "none").exists()


def test_nothing_is_revealed_if_the_log_cannot_be_written(shell: Shell, home: Path) -> None:
    assert shell("reveal", "phone-bo", *WHY).code == 0
    refuse_rows(home, f"{rows(home)[0].at:%Y-%m}", "new.kind = 'shown'")
    result = shell("reveal", "phone-bo", *WHY)
    assert (result.code, result.out) == (3, "")
    assert "the audit log cannot be read or written" in result.err
    assert shows_nothing(result)

"""`kontaktvej audit` by its real entry point."""

from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.audit.chain import Anchors
from api.audit.entry import DEMO, AuditKind
from api.audit.log import AuditLog, audit_log
from api.danish_time import danish_now
from api.identity.store import open_identity_store
from graph.store.store import Store
from tests.api.audit.forgeries import FORGERIES
from tests.api.audit.logs import Clock, fill, open_log, rows, shown_entry, tampering
from tests.api.shell import Shell, shell_over
from tests.change_sets import fill_with_kystby
from tests.databases import Server

pytestmark = pytest.mark.slow


@pytest.fixture
def log(tmp_path: Path) -> Generator[AuditLog]:
    with audit_log(tmp_path / "audit", tmp_path / "keys") as log:
        yield log


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(KONTAKTVEJ_HOME=str(tmp_path))


def test_verify_reports_an_intact_log(shell: Shell, log: AuditLog, tmp_path: Path) -> None:
    fill(log, 3)
    anchored = {"KONTAKTVEJ_ANCHOR_FILE": str(tmp_path / "anchors")}
    Anchors(tmp_path / "anchors").add(*log.head())
    result = shell("audit", "verify", **anchored)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith("3 rows checked in ")
    assert "a second" in result.out
    assert "The log is intact." in result.out
    danish = shell("audit", "verify", "--lang", "da", **anchored).out
    assert danish.startswith("3 rækker kontrolleret på 0,")
    assert "Loggen er intakt." in danish


def test_verify_without_an_anchor_does_not_report_an_intact_log(
    shell: Shell, log: AuditLog, tmp_path: Path
) -> None:
    fill(log, 3)
    for anchored in ({}, {"KONTAKTVEJ_ANCHOR_FILE": str(tmp_path / "gone")}):
        result = shell("audit", "verify", **anchored)
        assert (result.code, result.err) == (1, "")
        assert "kontaktvej serve, which sets the first anchor" in " ".join(result.out.split())
        assert "is intact" not in result.out
    assert "KONTAKTVEJ_ANCHOR_FILE" in shell("audit", "verify", "--lang", "da").out
    assert shell("audit", "verify", "--json").code == 1


def test_verify_reports_an_intact_demo_log_without_an_anchor(shell: Shell, log: AuditLog) -> None:
    log.append(shown_entry(1, action=DEMO))
    result = shell("audit", "verify")
    assert (result.code, "The log is intact." in result.out) == (0, True)


def test_old_months_are_dropped_if_the_day_is_confirmed(shell: Shell, tmp_path: Path) -> None:
    clock = Clock()
    clock.now = datetime(2020, 1, 3, tzinfo=UTC)
    with open_log(tmp_path, clock) as log:
        fill(log, 3)
        Anchors(tmp_path / "anchors").add(*log.head())
    today = danish_now().date()
    wrong = shell("audit", "sweep", "--today", "2031-01-01")
    assert (wrong.code, "nothing was deleted" in " ".join(wrong.out.split())) == (1, True)
    unanchored = shell("audit", "sweep", "--today", today.isoformat())
    assert (unanchored.code, "Nothing was deleted" in unanchored.out) == (1, True)
    assert shell("audit", "sweep").code == 2
    with open_log(tmp_path) as log:
        assert log.storage.existing_months() == ["2020-01"]
    anchored = {"KONTAKTVEJ_ANCHOR_FILE": str(tmp_path / "anchors")}
    result = shell("audit", "sweep", "--today", today.isoformat(), **anchored)
    assert (result.code, result.out) == (0, "Deleted after their time: 2020-01.\n")
    result = shell("audit", "sweep", "--today", today.isoformat(), "--lang", "da", **anchored)
    assert (result.code, result.out) == (0, "Intet at slette.\n")


def test_verify_reports_the_first_broken_row_with_its_reason(
    shell: Shell, log: AuditLog, tmp_path: Path
) -> None:
    fill(log, 9)
    with tampering(tmp_path, log.storage.existing_months()[-1]) as file:
        FORGERIES["edit"](file, 4)
    result = shell("audit", "verify")
    assert result.code == 1
    assert "Broken at row 4: The row was changed." in result.out
    assert "Brudt ved række 4: Rækken er ændret." in shell("audit", "verify", "--lang", "da").out
    assert shell("audit", "verify", "--json").json()["broken"] == {"seq": 4, "why": "CHANGED"}


def test_a_cut_tail_is_reported_with_anchors(shell: Shell, log: AuditLog, tmp_path: Path) -> None:
    fill(log, 9)
    anchors = tmp_path / "anchors"
    anchors.write_text(f"2026-11-25T12:00:00.000+00:00 9 {log.head()[1]}\n")
    assert shell("audit", "verify", KONTAKTVEJ_ANCHOR_FILE=str(anchors)).code == 0
    with tampering(tmp_path, log.storage.existing_months()[-1]) as file:
        FORGERIES["truncate"](file, 4)
    result = shell("audit", "verify", KONTAKTVEJ_ANCHOR_FILE=str(anchors))
    assert (result.code, "Broken at row 4: The row was cut off." in result.out) == (1, True)


def test_verify_of_a_log_without_keys_points_to_the_backup(
    shell: Shell, log: AuditLog, tmp_path: Path
) -> None:
    fill(log, 1)
    (tmp_path / "keys" / "audit.json").unlink()
    result = shell("audit", "verify")
    assert result.code == 3
    assert "the keys. Put it back from the backup" in " ".join(result.err.split())


def test_a_sample_is_printed_and_drawing_it_is_logged(shell: Shell, log: AuditLog) -> None:
    fill(log, 5)
    log.append(shown_entry(6, action="reveal_detail", purpose="ACUTE"))
    out = shell.ok("audit", "sample", "4")
    assert "Acute danger" in out
    assert len(out.splitlines()) == 1 + 1 + 2
    assert (rows(log)[-1].kind, rows(log)[-1].action) == (AuditKind.SYSTEM, "command_sample")
    body = shell("audit", "sample", "4", "--json").json()
    assert ([row["seq"] for row in body["urgent"]], len(body["others"])) == ([6], 2)
    assert shell("audit", "sample", "1").code == 2


def test_a_term_is_searched_from_argument_or_standard_input_and_not_logged(
    shell: Shell, log: AuditLog
) -> None:
    log.append(replace(shown_entry(1), asked={"text": f"hmac:{log.term('ssp thisted')}"}))
    assert "read_names" in shell("audit", "term", "SSP Thisted").out
    typed = shell.started("audit", "term", "-", "--json", typed="ssp thisted\n")
    assert (typed.code, '"action": "read_names"' in typed.out) == (0, True)
    result = shell("audit", "term", "thisted")
    assert (result.code, result.out) == (1, "Nothing found.\n")
    assert "thisted" not in "".join(map(repr, rows(log)))


def test_a_breach_report_lists_people_shown_in_a_period_and_is_logged(
    shell: Shell, log: AuditLog
) -> None:
    log.append(shown_entry(1, subjects=("amina", "bo"), action="reveal_detail"))
    day = danish_now().date()
    since = ("--from", (day - timedelta(days=2)).isoformat(), "--to")
    out = shell.ok("audit", "breach", "--caller", "acc-1", *since, day.isoformat())
    assert [line.split()[0] for line in out.splitlines()[1:]] == ["amina", "bo"]
    assert rows(log)[-1].subjects == ("amina", "bo")
    assert shell("audit", "breach", "--caller", "acc-2", *since, day.isoformat()).code == 1
    assert shell("audit", "breach", "--caller", "acc-1", *since, f"{day}T00:00").code == 1
    assert shell("audit", "breach", "--caller", "acc-1", "--from", "x", "--to", "y").code == 2
    swapped = ("--caller", "acc-1", "--from", "2026-11-02", "--to", "2026-11-01")
    assert "--to: must be after --from" in shell.refused("audit", "breach", *swapped)


def test_prepare_is_refused_for_a_log_in_a_file(shell: Shell) -> None:
    result = shell("audit", "prepare", "--role", "kontaktvej_api")
    assert (result.code, "KONTAKTVEJ_AUDIT_URL" in result.err) == (3, True)


def test_an_unreachable_audit_server_is_reported_without_its_password(shell: Shell) -> None:
    away = "postgresql+psycopg://owner:secret@127.0.0.1:1/audit"
    for item in (("verify",), ("prepare", "--role", "kontaktvej_api")):
        result = shell("audit", *item, KONTAKTVEJ_AUDIT_URL=away)
        assert result.code == 3
        assert "secret" not in result.err + result.out


def test_look_ups_of_a_person_show_offices_and_neither_account_nor_name(
    store: Store, server: Server, tmp_path: Path
) -> None:
    fill_with_kystby(store)
    elsewhere = f"sqlite:///{tmp_path / 'elsewhere.sqlite'}"
    with open_identity_store(tmp_path / "accounts", elsewhere) as identities:
        account = identities.add("amina", person="amina")
    shell = shell_over(server, tmp_path, KONTAKTVEJ_ACCOUNTS_URL=elsewhere)
    with audit_log(tmp_path / "audit", tmp_path / "keys") as log:
        log.append(shown_entry(1, caller=account, subjects=("bo",), purpose="CONCERN"))
        out = shell.ok("audit", "subject", "bo", "--lang", "da")
        for word in ("SSP-koordinator", "Bekymring"):
            assert word in out
        for word in (account.casefold(), "amina"):
            assert word not in out.casefold()
        (look_up,) = shell("audit", "subject", "bo", "--json").json()
        assert look_up["offices"] == ["SSP_COORDINATOR"]
        assert shell("audit", "subject", "nobody").code == 1
        assert rows(log)[-1].action == "command_subject"

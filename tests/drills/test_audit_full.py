"""No data leaves while the disk of the audit log is full, and the service recovers afterwards."""

import shutil
import subprocess
from collections.abc import Generator
from pathlib import Path

import pytest

from api.audit.verify import verify
from graph.access.policy import Role
from graph.store.store import Store
from tests.change_sets import fill_with_kystby
from tests.drills.figures import note
from tests.fixtures.app import opened_app

DISK = "8m"
QUESTIONS = 200


@pytest.fixture
def disk(tmp_path: Path) -> Generator[Path]:
    """Mount a small disk for the log; the accounts are elsewhere."""
    place = tmp_path / "audit"
    place.mkdir(mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=0700", "tmpfs", str(place)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only root can mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.drill
@pytest.mark.ci_drill
def test_a_full_audit_disk_blocks_answers_and_loses_no_row(
    store: Store, disk: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    fill_with_kystby(store)
    with opened_app(store, tmp_path) as app:
        headers = app.as_(Role.COORDINATOR)

        def ask() -> int:
            answer = app.http.get("/names", params={"text": "amina"}, headers=headers)
            if answer.status_code != 200:
                assert (answer.status_code, answer.json()["type"]) == (
                    503, "/problems/audit-unavailable",
                )  # fmt: skip
                assert '"amina"' not in answer.text
            return answer.status_code

        assert ask() == 200
        rest = disk / "rest"
        rest.write_bytes(bytes(shutil.disk_usage(disk).free))
        statuses = [ask() for _ in range(QUESTIONS)]
        assert statuses[-1] == 503
        assert app.http.get("/health/ready").status_code == 503
        answered = statuses.count(200) + 1  # the allocated pages had some room left
        rest.unlink()
        shown = [row for row in app.rows() if row.kind == "shown"]
        note("audit disk full", questions=QUESTIONS, answered=answered, rows=len(shown))
        assert len(shown) == answered
        assert ask() == 200
        assert app.http.get("/health/ready").status_code == 200
        verdict = verify(app.audit)
        assert (verdict.broken, verdict.is_whole) == (None, True)
    assert "SQLITE_FULL" in caplog.text or "SQLITE_IOERR" in caplog.text
    assert "amina" not in caplog.text

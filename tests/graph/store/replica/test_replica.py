import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

pytestmark = [
    pytest.mark.store,
    pytest.mark.drill,
    pytest.mark.ci_drill,
]  # it starts an engine, so it runs only where one is available
GONE_S = 300  # for waits that end as soon as a process has gone
START = """
import sys
from graph.store.replica.replica import start_replica
replica = start_replica()
print(replica.pid, replica.engine.home, flush=True)
sys.stdin.read()
"""
VARIABLES = {"PYTHONPATH", "MALLOC_ARENA_MAX", "LC_CTYPE"}
"""Path of our code, memory arenas of the C library, and the locale that Python adds."""


def test_a_replica_inherits_no_environment_is_local_and_ends_with_its_starter() -> None:
    starter = subprocess.Popen(
        [sys.executable, "-c", START], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        cwd=Path(__file__).parents[4], env={**os.environ, "KONTAKTVEJ_SECRET": "zq"},
    )  # fmt: skip
    with starter:
        assert starter.stdout
        pid, home = starter.stdout.readline().split()
        engine, folder = psutil.Process(int(pid)), Path(home)
        assert engine.environ().keys() <= VARIABLES
        assert {connection.laddr.ip for connection in engine.net_connections("inet")} == {
            "127.0.0.1"
        }
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "password").stat().st_mode) == 0o600
        assert engine.nice() > psutil.Process().nice()
        settings = (folder / "neo4j.conf").read_text("utf-8")
        assert "internal.dbms.cypher_ip_blocklist=0.0.0.0/0,::/0" in settings
        assert "db.transaction.timeout=2s" in settings
        assert "db.logs.query.enabled=OFF" in settings
        starter.send_signal(signal.SIGKILL)
    ends_at = time.monotonic() + GONE_S
    while engine.is_running() or folder.exists():
        assert time.monotonic() < ends_at
        time.sleep(0.1)

import os
import resource
import stat
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import psutil
import pytest
from neo4j import Driver, GraphDatabase
from neo4j.exceptions import AuthError

from graph.errors import StoreUnavailable
from graph.store.encryption.key_file import KeyringRefused
from graph.store.engine.data_folder import EngineProcess, log_file, note_running, open_folder
from graph.store.engine.jars import LOCK, JarRefused, locked_jars
from graph.store.engine.process import Engine, embedded_engine, running_engine, stop_engine

pytestmark = [pytest.mark.store, pytest.mark.slow]
GONE_S = 300  # for waits that end as soon as a process has gone

USE = """
import sys
from pathlib import Path
from graph.store.engine.process import embedded_engine
with embedded_engine(Path(sys.argv[1])) as engine:
    print(engine.pid, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with embedded_engine(tmp_path_factory.mktemp("data") / "neo4j") as started:
        yield started


def _user_of(home: Path) -> "subprocess.Popen[str]":
    """Another process that uses the engine until its standard input is closed."""
    return subprocess.Popen(
        [sys.executable, "-c", USE, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[4],
    )


def _engine_pid(user: "subprocess.Popen[str]") -> int:
    assert user.stdout
    return int(user.stdout.readline())


def _driver(engine: Engine, password: str | None = None) -> Driver:
    return GraphDatabase.driver(engine.uri, auth=(engine.user, password or engine.password))


def test_the_engine_listens_on_this_machine_alone(engine: Engine) -> None:
    connections = psutil.Process(engine.pid).net_connections("inet")
    listening = [it.laddr for it in connections if it.status == psutil.CONN_LISTEN]
    assert [f"bolt://127.0.0.1:{address.port}" for address in listening] == [engine.uri]
    assert listening[0].ip == "127.0.0.1"


def test_the_password_is_long_private_and_the_only_one(engine: Engine) -> None:
    file = engine.home / "password"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.read_text() == engine.password
    assert len(engine.password) >= 43  # 32 bytes
    assert engine.password not in repr(engine)
    with _driver(engine) as driver:
        driver.verify_connectivity()
    with _driver(engine, "neo4j") as driver, pytest.raises(AuthError):
        driver.verify_connectivity()


def test_nothing_in_the_folder_is_open_to_other_users(engine: Engine) -> None:
    others = stat.S_IRWXG | stat.S_IRWXO
    assert [file for file in engine.home.rglob("*") if file.stat().st_mode & others] == []


def test_no_file_or_server_can_be_loaded_as_csv(engine: Engine) -> None:
    (engine.home / "leak.csv").write_text("secret\n")
    with _driver(engine) as driver, driver.session() as session:
        for address in (f"file://{engine.home}/leak.csv", "http://127.0.0.1:9/leak.csv"):
            result = session.run("LOAD CSV FROM $address AS row RETURN row", address=address)
            with pytest.raises(Exception, match=r"disabled|blocklist|blocked|Cannot load"):
                result.consume()


def test_the_engine_runs_in_its_own_session_without_core_dumps(engine: Engine) -> None:
    assert os.getsid(engine.pid) == engine.pid
    assert psutil.Process(engine.pid).rlimit(resource.RLIMIT_CORE) == (0, 0)


def test_another_process_finds_the_same_engine(engine: Engine) -> None:
    with _user_of(engine.home) as user:
        assert _engine_pid(user) == engine.pid
        user.communicate()
    assert running_engine(engine.home) == engine


@pytest.mark.drill
def test_two_processes_share_one_engine_that_ends_with_the_last_of_them(
    tmp_path: Path,
) -> None:
    home = tmp_path / "neo4j"
    with _user_of(home) as first, _user_of(home) as second:
        pids = {_engine_pid(first), _engine_pid(second)}
        assert len(pids) == 1
        engine = psutil.Process(pids.pop())
        first.kill()  # it cannot sign off
        first.wait()
        assert running_engine(home)
        second.communicate()
    engine.wait(GONE_S)
    assert running_engine(home) is None
    assert list((home / "users").iterdir()) == []


@pytest.mark.drill
def test_after_a_kill_a_new_engine_serves_the_data_and_lingers_until_stopped(
    tmp_path: Path,
) -> None:
    home = tmp_path / "neo4j"
    with embedded_engine(home) as killed:
        with _driver(killed) as driver:
            driver.execute_query("CREATE (:Kept {id: 1})")
        process = psutil.Process(killed.pid)
        process.kill()
        process.wait(GONE_S)
        assert running_engine(home) is None
        with embedded_engine(home, linger_s=600) as restarted, _driver(restarted) as driver:
            assert driver.execute_query("MATCH (kept:Kept) RETURN kept.id").records[0][0] == 1
    assert running_engine(home) == restarted
    assert stop_engine(home)
    assert running_engine(home) is None
    assert not stop_engine(home)


def test_a_process_id_reused_by_another_process_is_not_the_running_engine(tmp_path: Path) -> None:
    open_folder(tmp_path)
    note_running(tmp_path, EngineProcess(pid=os.getpid(), port=7687))
    assert running_engine(tmp_path) is None
    assert not stop_engine(tmp_path)


@pytest.mark.parametrize("state", ["", "{}", "[1]", '{"pid": 1}'])
def test_a_damaged_engine_state_file_counts_as_no_engine(tmp_path: Path, state: str) -> None:
    (tmp_path / "engine.json").write_text(state)
    assert running_engine(tmp_path) is None


def test_a_missing_folder_has_no_engine(tmp_path: Path) -> None:
    assert running_engine(tmp_path / "none") is None
    assert not stop_engine(tmp_path / "none")


class JarHandler(SimpleHTTPRequestHandler):
    """Serves files without logging on the terminal."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def cache_as_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve the real jars on this machine, so that a second attempt to fetch stays local."""
    cache = Path(os.environ.get("M2_REPO", Path.home() / ".m2" / "repository"))
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(JarHandler, directory=str(cache))) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        conf = tmp_path / "jgo.conf"
        conf.write_text(f"[repositories]\ncentral = http://127.0.0.1:{server.server_port}\n")
        monkeypatch.setenv("JGO_CONFIG_FILE", str(conf))
        monkeypatch.setenv("M2_REPO", str(cache))
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        yield
        server.shutdown()


@pytest.mark.usefixtures("cache_as_source")
def test_a_jar_with_another_sum_is_named_before_any_engine_starts(tmp_path: Path) -> None:
    jar, home, lock = locked_jars()[7], tmp_path / "neo4j", tmp_path / "jars.lock"
    lock.write_text(LOCK.read_text("utf-8").replace(jar.sha256, "0" * 64))
    with (
        pytest.raises(JarRefused, match=jar.coordinates) as refused,
        embedded_engine(home, lock=lock),
    ):
        pass
    assert jar.sha256 in str(refused.value)
    assert not log_file(home).exists()
    assert not (home / "engine.json").exists()


def test_a_failing_engine_is_quoted_and_ignores_java_tool_options_of_the_caller(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-Dcaller=1")
    lock = tmp_path / "jars.lock"
    lock.write_text("[jars]\n")
    with (
        pytest.raises(StoreUnavailable, match="DatabaseManagementServiceBuilder is not found"),
        embedded_engine(tmp_path / "neo4j", lock=lock),
    ):
        pass
    assert "JAVA_TOOL_OPTIONS" not in log_file(tmp_path / "neo4j").read_text()
    assert running_engine(tmp_path / "neo4j") is None


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with (
        pytest.raises(StoreUnavailable, match=r"file(/neo4j)? is not a folder"),
        embedded_engine(tmp_path / "file" / "neo4j"),
    ):
        pass


def test_a_folder_open_to_others_is_refused_with_the_fix(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with pytest.raises(KeyringRefused, match="chmod 700"), embedded_engine(tmp_path):
        pass


def test_a_database_without_a_password_gets_one_at_start(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    with embedded_engine(tmp_path) as engine, _driver(engine) as driver:
        driver.verify_connectivity()
        with _driver(engine, "neo4j") as other, pytest.raises(AuthError):
            other.verify_connectivity()


def test_the_initial_password_file_is_removed_when_a_new_database_is_ready(engine: Engine) -> None:
    assert "auth.ini" not in [file.name for file in (engine.home / "data" / "dbms").iterdir()]


def test_a_password_open_to_others_is_refused_with_the_fix(tmp_path: Path) -> None:
    open_folder(tmp_path)
    (tmp_path / "password").write_text("seen")
    (tmp_path / "password").chmod(0o644)
    with pytest.raises(StoreUnavailable, match="chmod 600"), embedded_engine(tmp_path):
        pass

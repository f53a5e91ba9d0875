"""Do the demo, and the API with its screens, serve both, say where, and end together?"""

import re
import signal
from collections.abc import Generator
from pathlib import Path

import httpx
import pytest

from api.identity.demo import ROLES
from api.middleware import MODE
from graph.store.engine.process import running_engine
from graph.store.store import Store
from tests.api.cli.test_serve import posix
from tests.api.process import PATIENCE_S, Process, environment, serving
from tests.api.shell import Shell
from tests.change_sets import fill_with_kystby
from tests.databases import Server

_EXPLORER = re.compile(r"^Explorer: (http://127\.0\.0\.1:\d+) ", re.MULTILINE)
_LOGIN = re.compile(r"^  (\S+) +(\S+)$", re.MULTILINE)
SCREENS = {"KONTAKTVEJ_EXPLORER_PORT": "0"}


def explorer_of(process: Process) -> str:
    """Where it says that the screens are."""
    (address,) = _EXPLORER.findall(process.told)
    return str(address)


def asked(process: Process, path: str, **sent: object) -> httpx.Response:
    return httpx.request(
        "POST" if sent else "GET", process.address + path, json=sent or None, timeout=PATIENCE_S
    )


def signed_in_on_screen(explorer: str, login: str, password: str) -> httpx.Response:
    form = {"login": login, "password": password}
    return httpx.post(
        f"{explorer}/login", data=form, headers={"Origin": explorer}, timeout=PATIENCE_S
    )


def ends_with_its_screens(process: Process) -> None:
    assert process.stop(signal.SIGTERM) == 0
    for address in (process.address, explorer_of(process)):
        with pytest.raises(httpx.ConnectError):
            httpx.get(address, timeout=PATIENCE_S)
    assert "Traceback" not in process.said.read_text("utf-8")


def home_for_the_demo(server: Server, folder: Path) -> Path:
    """A data folder whose engine runs already, as after any other command: that of the tests.

    Where they use a server that was named to them, a new folder: the demo touches no such server.
    """
    found = server.ask("SHOW SETTINGS 'server.directories.data' YIELD value RETURN value")
    engine_home = Path(str(found[0]["value"])).parent
    engine = running_engine(engine_home) if engine_home.name == "neo4j" else None
    return engine_home.parent if engine is not None and engine.uri == server.uri else folder


@pytest.fixture
def demo(server: Server, tmp_path: Path) -> Generator[Process]:
    """`kontaktvej demo --serve`, from an empty database on."""
    told = environment(home_for_the_demo(server, tmp_path), **SCREENS)
    with serving("demo", "--serve", "--port", "0", told=told, folder=tmp_path) as demo:
        yield demo


@posix
def test_the_demo_serves_api_and_screens_prints_a_login_for_each_role_and_ends_both(
    demo: Process, server: Server, tmp_path: Path
) -> None:
    logins = dict(_LOGIN.findall(demo.told.partition("Demo logins")[2]))
    assert list(logins) == [role.value.lower() for role in ROLES]
    assert len(set(logins.values())) == len(ROLES)
    session = asked(demo, "/sessions", login="steward", password=logins["steward"])
    assert session.status_code == 201, session.text
    for answer in (session, asked(demo, "/health/ready"), asked(demo, "/me"), asked(demo, "/x")):
        assert answer.headers[MODE] == "demo", answer.text
    explorer = explorer_of(demo)
    assert httpx.get(f"{explorer}/login", timeout=PATIENCE_S).status_code == 200
    seen = signed_in_on_screen(explorer, "coordinator", logins["coordinator"])
    assert (seen.status_code, seen.headers["location"]) == (303, "/")
    home = home_for_the_demo(server, tmp_path)
    assert "untouched" in Shell(KONTAKTVEJ_HOME=str(home))("audit", "verify").out
    ends_with_its_screens(demo)


@posix
def test_the_api_with_its_screens_prints_where_both_are_and_is_no_demo(
    store: Store, server: Server, tmp_path: Path
) -> None:
    fill_with_kystby(store)
    told = environment(tmp_path, server, **SCREENS)
    arguments = ("serve", "--explorer", "--port", "0")
    with serving(*arguments, told=told, folder=tmp_path) as process:
        assert "No account yet" in process.told
        assert "Demo logins" not in process.told
        answers = [asked(process, path) for path in ("/health/ready", "/health/live", "/me", "/x")]
        assert [one.status_code for one in answers[:2]] == [200, 200]
        assert all(MODE not in one.headers for one in answers)
        assert httpx.get(f"{explorer_of(process)}/login", timeout=PATIENCE_S).status_code == 200
        ends_with_its_screens(process)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "kontaktvej.kystby.dk"])
def test_the_demo_is_for_this_machine_alone_and_says_so_before_it_plants_anything(
    tmp_path: Path, host: str
) -> None:
    home = tmp_path / "none"
    said = Shell(KONTAKTVEJ_HOST=host, KONTAKTVEJ_HOME=str(home))("demo", "--serve")
    assert said.code == 2
    assert "unset KONTAKTVEJ_HOST" in said.err
    assert not home.exists()

"""Is a forked command what a process of its own would be?"""

import os
import subprocess
from collections.abc import Generator
from pathlib import Path

import psutil
import pytest
from coverage import CoverageData

from tests.forked import COMMAND, Forks

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def forks() -> Generator[Forks]:
    forks = Forks()
    yield forks
    forks.close()


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "LANG": "en_US.UTF-8", "KONTAKTVEJ_HOME": str(tmp_path / "home")}


@pytest.mark.parametrize(
    ("command", "changed"),
    [
        ("path --help", {"LANG": "da_DK.UTF-8", "COLUMNS": "70"}),
        ("--help", {"COLUMNS": "120", "FORCE_COLOR": "1"}),
        ("policy explain --lang da", {"COLUMNS": "50"}),
        ("policy check policy.toml", {}),
        ("find x", {"KONTAKTVEJ_LINGER_S": "soon"}),
        ("find x", {"NEO4J_URI": "bolt://127.0.0.1:9", "LC_ALL": "da_DK.UTF-8"}),
        ("query - --purpose sport", {}),
        ("user list", {"KONTAKTVEJ_PORT": "many"}),
        ("fnid x", {}),
    ],
)
def test_it_says_the_same_and_ends_the_same(
    forks: Forks,
    environment: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    changed: dict[str, str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("policy.toml").write_text("version = 1\n[searhc]\nmax_paths = 5\n", encoding="utf-8")
    said = forks.run(command.split(), environment | changed)
    real = subprocess.run(
        [COMMAND, *command.split()], env=environment | changed, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (said.stdout, said.stderr) == (real.stdout, real.stderr)
    assert said.returncode == real.returncode


def test_nothing_of_one_command_is_left_for_the_next(
    forks: Forks, environment: dict[str, str]
) -> None:
    english, danish, again = (
        forks.run(["policy", "explain"], environment | {"LANG": lang}).stdout
        for lang in ("en_US.UTF-8", "da_DK.UTF-8", "en_US.UTF-8")
    )
    assert english == again != danish


def test_it_is_forked_from_one_thread(forks: Forks, environment: dict[str, str]) -> None:
    forks.run(["--help"], environment)
    assert psutil.Process(forks.process.pid).num_threads() == 1


def test_it_is_measured_where_its_environment_asks_for_it(
    forks: Forks, environment: dict[str, str], tmp_path: Path
) -> None:
    settings, data = tmp_path / "settings.toml", tmp_path / "data"
    settings.write_text(
        f'[tool.coverage.run]\nparallel = true\ndata_file = "{data}"\nsource = ["graph", "api"]\n'
    )
    forks.run(["policy", "explain"], environment)
    assert not list(tmp_path.glob("data*"))
    forks.run(["policy", "explain"], environment | {"COVERAGE_PROCESS_START": str(settings)})
    measured = CoverageData(str(*tmp_path.glob("data*")))
    measured.read()
    for file in ("api/cli/app.py", "api/text/policy.py", "graph/paths/policy.py"):
        assert measured.lines(str(ROOT / file)), file

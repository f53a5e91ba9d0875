"""No process starts and no file is written where keys, accounts, audit log or graph are lost."""

import shutil
import signal
from collections.abc import Collection, Generator, Mapping
from itertools import combinations
from pathlib import Path
from typing import Any, Final

import pytest

from api.installation import opened_accounts, opened_audit
from api.settings import Settings
from graph.store.engine.process import stop_engine
from graph.store.installation import Part
from graph.store.location import StoreLocation, open_location
from tests.api.audit.logs import fill
from tests.api.process import environment, serving
from tests.api.shell import CommandOutput, Shell
from tests.change_sets import fill_with_kystby
from tests.drills.figures import note

FOLDERS: Final = {
    Part.KEYS: "keys", Part.ACCOUNTS: "accounts", Part.AUDIT: "audit", Part.GRAPH: "neo4j",
}  # fmt: skip
ALONE: Final = [(part,) for part in FOLDERS]
MORE: Final = [some for count in (2, 3) for some in combinations(FOLDERS, count)]
pytestmark = pytest.mark.drill


def _cases() -> list[Any]:
    short = [pytest.param(lost, marks=pytest.mark.ci_drill, id="+".join(lost)) for lost in ALONE]
    return [*short, *(pytest.param(lost, id="+".join(lost)) for lost in MORE)]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Generator[Path]:
    """Yield the data folder of Kystby with accounts and a log; its engine is stopped."""
    home = tmp_path_factory.mktemp("installation")
    place, chosen = StoreLocation(home=home), Settings()
    with open_location(place) as store:
        fill_with_kystby(store)
    with opened_accounts(place, chosen) as known:
        known.add("first")
    with opened_audit(place, chosen) as log:
        fill(log, 3)
    stop_engine(place.engine_home)
    yield home
    stop_engine(place.engine_home)


def file_times(home: Path) -> Mapping[str, tuple[int, int]]:
    """Return every file with its size and modification time."""
    return {
        str(path.relative_to(home)): (path.stat().st_size, path.stat().st_mtime_ns)
        for path in home.rglob("*")
        if path.is_file()
    }


def lose(home: Path, parts: Collection[Part], to: Path) -> None:
    for part in parts:
        shutil.move(home / FOLDERS[part], to / FOLDERS[part])


def find(home: Path, parts: Collection[Part], to: Path) -> None:
    for part in parts:
        shutil.rmtree(home / FOLDERS[part], ignore_errors=True)
        shutil.move(to / FOLDERS[part], home / FOLDERS[part])


def shell_of(home: Path) -> Shell:
    return Shell(KONTAKTVEJ_HOME=str(home))


def reports_lost_parts(output: CommandOutput, lost: Collection[Part]) -> bool:
    text = " ".join(output.err.split())
    return (
        output.code == 3
        and text.startswith("Nothing is started.")
        and all(part.label("en") in text for part in lost)
        and "backup" in text
        and "To start " in text
    )


@pytest.mark.parametrize("lost", _cases())
def test_serve_refuses_to_start_and_writes_nothing_when_a_part_is_lost(
    home: Path, tmp_path: Path, lost: tuple[Part, ...]
) -> None:
    lose(home, lost, tmp_path)
    try:
        before = file_times(home)
        output = shell_of(home)("serve", "--port", "0")
        assert reports_lost_parts(output, lost), output
        assert file_times(home) == before
        assert "Intet er startet." in shell_of(home)("serve", "--lang", "da").err
        assert file_times(home) == before
    finally:
        find(home, lost, tmp_path)
    note("lost parts", lost=len(lost))


COMMANDS: Final[Mapping[tuple[str, ...], Collection[Part]]] = {
    ("find", "amina"): (Part.KEYS, Part.GRAPH, Part.ACCOUNTS),
    ("user", "list"): (Part.KEYS, Part.ACCOUNTS, Part.AUDIT),
    ("audit", "verify"): (Part.KEYS, Part.AUDIT),
    ("seed", "--structure-only"): (Part.KEYS, Part.GRAPH),
}
"""Commands, and the parts that each would create again if they were lost."""


@pytest.mark.parametrize(
    ("asked", "part"), [(asked, part) for asked, parts in COMMANDS.items() for part in parts]
)
def test_no_command_recreates_a_lost_part(
    home: Path, tmp_path: Path, asked: tuple[str, ...], part: Part
) -> None:
    lose(home, (part,), tmp_path)
    try:
        output = shell_of(home)(*asked)
        assert reports_lost_parts(output, (part,)), output
        assert not (home / FOLDERS[part]).exists()
    finally:
        stop_engine(home / "neo4j")
        find(home, (part,), tmp_path)
    note("lost parts", command=" ".join(asked))


@pytest.mark.ci_drill
def test_an_installation_with_all_parts_starts(home: Path, tmp_path: Path) -> None:
    variables = environment(home)
    with serving("serve", "--port", "0", variables=variables, folder=tmp_path) as process:
        process.until_ready()
        assert process.stop(signal.SIGTERM) == 0
    note("lost parts", lost=0)


@pytest.mark.ci_drill
def test_a_lost_part_taken_off_begun_json_is_created_empty(home: Path, tmp_path: Path) -> None:
    lose(home, (Part.ACCOUNTS,), tmp_path)
    begun = home / "keys" / "begun.json"
    text = begun.read_text("utf-8")
    try:
        begun.write_text(text.replace('"ACCOUNTS", ', ""), encoding="utf-8")
        output = shell_of(home)("user", "list", "--json")
        assert (output.code, output.json()) == (0, [])
        assert begun.read_text("utf-8") == text
    finally:
        find(home, (Part.ACCOUNTS,), tmp_path)
    note("lost parts", created_empty=1)

"""The lock files match the requirements in pyproject.toml, and name no host."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).parents[1]
ASKED: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
RUNTIME: list[str] = ASKED["project"]["dependencies"]
GROUPS: dict[str, list[str]] = ASKED["dependency-groups"]
EXTRAS: dict[str, list[str]] = ASKED["project"]["optional-dependencies"]
MUTANTS = GROUPS.pop("mutants")
DEV = [one for asked in (*GROUPS.values(), *EXTRAS.values()) for one in asked]
FLOORS: dict[str, Any] = tomllib.loads((ROOT / "tests/floors.toml").read_text("utf-8"))
LOCKS = ["requirements.lock", "requirements-dev.lock", "tests/mutants/requirements.lock"]


def pins(lock: str) -> dict[str, set[str]]:
    """The versions of each package; more than one where Pythons or platforms differ."""
    versions: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text("utf-8"), re.M):
        versions.setdefault(canonicalize_name(name), set()).add(version)
    return versions


@pytest.mark.parametrize(("lock", "asked"), list(zip(LOCKS, (RUNTIME, DEV, MUTANTS), strict=True)))
def test_every_requirement_is_pinned_to_a_version_it_allows(lock: str, asked: list[str]) -> None:
    pinned = pins(lock)
    for requirement in map(Requirement, asked):
        versions = pinned.get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement} is not in {lock}: run `make lock`"
        assert all(version in requirement.specifier for version in versions), requirement


def test_the_dev_lock_pins_the_shipped_versions() -> None:
    tested = pins("requirements-dev.lock")
    assert {name: tested.get(name) for name in pins("requirements.lock")} == pins(
        "requirements.lock"
    )


def test_the_mutants_lock_pins_the_dev_version_of_every_shared_package() -> None:
    tested, added = pins("requirements-dev.lock"), pins("tests/mutants/requirements.lock")
    assert {name: added[name] for name in added if name in tested} == {
        name: tested[name] for name in added if name in tested
    }


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_host(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text("utf-8")


@pytest.mark.parametrize("lock", LOCKS)
def test_every_pin_has_a_hash(lock: str) -> None:
    entries = re.split(r"^(?=[\w.-]+==)", (ROOT / lock).read_text("utf-8"), flags=re.M)[1:]
    assert [entry for entry in entries if "--hash=sha256:" not in entry] == []


@pytest.mark.parametrize(("name", "line"), FLOORS["packages"].items())
def test_no_shipped_package_is_below_its_floor(name: str, line: dict[str, str]) -> None:
    versions = pins("requirements.lock").get(canonicalize_name(name), set())
    assert versions, f"{name} is shipped no more: take its line out of tests/floors.toml"
    below = {version for version in versions if Version(version) < Version(line["floor"])}
    assert not below, f"{name} {below}: at least {line['floor']}, because of {line['because']}"


@pytest.mark.parametrize(("name", "line"), FLOORS["jars"].items())
def test_no_shipped_jar_is_below_its_floor(name: str, line: dict[str, str]) -> None:
    jars: dict[str, str] = tomllib.loads((ROOT / "graph/store/engine/jars.lock").read_text())[
        "jars"
    ]
    versions = [jar.rpartition(":")[2] for jar in jars if jar.rpartition(":")[0] == name]
    assert versions, f"{name} is shipped no more: take its line out of tests/floors.toml"
    assert all(Version(version) >= Version(line["floor"]) for version in versions), line["because"]

"""Do the lock files hold what pyproject.toml asks for, and nothing that ties them to a place?"""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
ASKED: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
RUNTIME: list[str] = ASKED["project"]["dependencies"]
GROUPS: dict[str, list[str]] = ASKED["dependency-groups"]
EXTRAS: dict[str, list[str]] = ASKED["project"]["optional-dependencies"]
MUTANTS = GROUPS.pop("mutants")
DEV = [one for asked in (*GROUPS.values(), *EXTRAS.values()) for one in asked]
LOCKS = ["requirements.lock", "requirements-dev.lock", "tests/mutants/requirements.lock"]


def pins(lock: str) -> dict[str, set[str]]:
    """The versions of each package; more than one where Pythons or platforms differ."""
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([\w.-]+)==(\S+)", (ROOT / lock).read_text("utf-8"), re.M):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


@pytest.mark.parametrize(("lock", "asked"), list(zip(LOCKS, (RUNTIME, DEV, MUTANTS), strict=True)))
def test_every_requirement_is_pinned_to_a_version_it_allows(lock: str, asked: list[str]) -> None:
    pinned = pins(lock)
    for requirement in map(Requirement, asked):
        versions = pinned.get(canonicalize_name(requirement.name), set())
        assert versions, f"{requirement} is not in {lock}: run `make lock`"
        assert all(version in requirement.specifier for version in versions), requirement


def test_what_we_test_with_is_what_is_shipped() -> None:
    tested = pins("requirements-dev.lock")
    assert {name: tested.get(name) for name in pins("requirements.lock")} == pins(
        "requirements.lock"
    )


def test_what_finds_mutants_changes_no_package_that_is_tested_with() -> None:
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

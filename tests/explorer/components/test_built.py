"""What the browser gets: built anew it has the same bytes, it is small, and asks nobody outside."""

import gzip
import re
from pathlib import Path

import pytest

from explorer.components import EXPLORER, build
from tests.explorer.components.conftest import UNREACHABLE
from tests.outcome import expected_reasons

NAMES = ("path", "combobox", "network", "editor")
LIMITS_KB = {"path": 4, "combobox": 4, "network": 200, "editor": 120}
LICENSED = ("network", "editor")


def made(explorer: Path) -> dict[str, bytes]:
    """Every file that `make components` makes, by its place."""
    folders = [explorer / "components" / name / "built" for name in NAMES]
    files = [file for folder in folders for file in folder.iterdir()]
    files += [explorer / "static" / name for name in build.FONTS.values()]
    files += [explorer / "components" / name / "LICENSES.txt" for name in LICENSED]
    return {str(file.relative_to(explorer)): file.read_bytes() for file in files}


@pytest.mark.usefixtures("packages")
def test_built_anew_every_file_has_the_same_name_and_bytes(tmp_path: Path) -> None:
    for name in LICENSED:
        (tmp_path / "components" / name).mkdir(parents=True)
    build.build(tmp_path)
    assert made(tmp_path) == made(EXPLORER)


def test_without_npm_that_test_is_skipped_for_a_reason_the_run_expects() -> None:
    assert UNREACHABLE in expected_reasons()


@pytest.mark.parametrize("name", NAMES)
def test_each_component_has_one_script_and_one_style_as_small_as_promised(name: str) -> None:
    built = EXPLORER / "components" / name / "built"
    (script,), (style,) = built.glob("*.js"), built.glob("*.css")
    sent = len(gzip.compress(script.read_bytes())) + len(gzip.compress(style.read_bytes()))
    assert sent < LIMITS_KB[name] * 1000


@pytest.mark.parametrize("name", NAMES)
def test_no_source_of_ours_writes_markup_or_leaves_anything_to_chance(name: str) -> None:
    folders = (EXPLORER / "components" / name / "src", EXPLORER / "components" / "look")
    for file in (one for folder in folders for one in folder.glob("*.js")):
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacent|Math\.random|\beval\b", file.read_text("utf-8")
        )


def test_no_committed_file_names_a_registry() -> None:
    lock = (EXPLORER / "components" / "package-lock.json").read_text("utf-8")
    assert "resolved" not in lock
    assert (
        "omit-lockfile-registry-resolved=true" in (EXPLORER / "components" / ".npmrc").read_text()
    )


def test_the_license_of_each_package_in_the_network_lies_beside_it() -> None:
    text = (EXPLORER / "components" / "network" / "LICENSES.txt").read_text("utf-8")
    for name in ("cytoscape", "cytoscape-fcose", "cose-base", "layout-base"):
        assert f"{name}\n\n" in text
    assert text.count("Permission is hereby granted") == 4

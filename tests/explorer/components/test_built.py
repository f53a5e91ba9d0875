"""The built files for the browser: reproducible, small, and drawn in the same way."""

import base64
import gzip
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from explorer.components import EXPLORER, build
from tests.explorer.components.conftest import UNREACHABLE
from tests.outcome import expected_reasons

NAMES = ("path", "combobox", "network", "editor", "map", "shortcuts")
LIMITS_KB = {"path": 7, "combobox": 5, "network": 200, "editor": 120, "map": 40, "shortcuts": 3}
LICENSED = ("network", "editor")
OVERTAKEN = """
async (module) => {
  const { drawnBy } = await import(module);
  const log = [];
  class Drawing {
    constructor(host) { this.host = host; log.push("made"); }
    show(component) { this.host.textContent = component.data; }
    stop() { this.host.textContent = ""; log.push("stopped"); }
  }
  const draw = drawnBy(Drawing);
  const place = document.body.appendChild(document.createElement("div"));
  const host = place.attachShadow({ mode: "open" });
  const first = draw({ parentElement: host, data: "first" });
  const second = draw({ parentElement: host, data: "second" });
  first();
  log.push(host.textContent);
  place.remove();
  second();
  first();
  log.push(host.textContent);
  document.body.append(place);
  draw({ parentElement: host, data: "third" });
  log.push(host.textContent);
  return log;
}
"""


def built(explorer: Path) -> dict[str, bytes]:
    """Return every file that `make components` writes, by relative path."""
    folders = [explorer / "components" / name / "built" for name in NAMES]
    files = [file for folder in folders for file in folder.iterdir()]
    files += [explorer / "static" / name for name in build.FONTS.values()]
    files += [explorer / "components" / name / "LICENSES.txt" for name in LICENSED]
    return {str(file.relative_to(explorer)): file.read_bytes() for file in files}


@pytest.mark.usefixtures("packages")
def test_a_rebuild_produces_the_same_files_with_the_same_bytes(tmp_path: Path) -> None:
    for name in LICENSED:
        (tmp_path / "components" / name).mkdir(parents=True)
    build.build(tmp_path)
    assert built(tmp_path) == built(EXPLORER)


def test_the_skip_reason_without_npm_is_an_expected_reason() -> None:
    assert UNREACHABLE in expected_reasons()


@pytest.mark.parametrize("name", NAMES)
def test_each_component_has_one_script_and_one_style_within_its_size_limit(name: str) -> None:
    folder = EXPLORER / "components" / name / "built"
    (script,), (style,) = folder.glob("*.js"), folder.glob("*.css")
    size = len(gzip.compress(script.read_bytes())) + len(gzip.compress(style.read_bytes()))
    assert size < LIMITS_KB[name] * 1000


@pytest.mark.parametrize("name", NAMES)
def test_no_component_source_writes_markup_or_uses_random_or_eval(name: str) -> None:
    folders = (EXPLORER / "components" / name / "src", EXPLORER / "components" / "look")
    banned = r"innerHTML|outerHTML|insertAdjacent|Math\.random|\beval\b"
    for file in (file for folder in folders for file in folder.glob("*.js")):
        assert not re.search(banned, file.read_text("utf-8"))


def test_the_package_lock_names_no_registry() -> None:
    assert "resolved" not in (EXPLORER / "components" / "package-lock.json").read_text("utf-8")
    settings = (EXPLORER / "components" / ".npmrc").read_text()
    assert "omit-lockfile-registry-resolved=true" in settings


def test_the_licenses_of_the_network_packages_are_included() -> None:
    text = (EXPLORER / "components" / "network" / "LICENSES.txt").read_text("utf-8")
    for name in ("cytoscape", "cytoscape-fcose", "cose-base", "layout-base"):
        assert f"{name}\n\n" in text
    assert text.count("Permission is hereby granted") == 4


def test_a_drawing_stops_only_when_its_element_has_left_the_page(browser: Browser) -> None:
    source = base64.b64encode((EXPLORER / "components" / "look" / "drawn.js").read_bytes())
    page = browser.new_page()
    try:
        log = page.evaluate(OVERTAKEN, f"data:text/javascript;base64,{source.decode()}")
    finally:
        page.close()
    assert log == ["made", "second", "stopped", "", "made", "third"]


def test_every_component_exports_drawn_by() -> None:
    for name in NAMES:
        script = (EXPLORER / "components" / name / "src" / f"{name}.js").read_text("utf-8")
        assert script.rstrip().rpartition("\n")[2].startswith("export default drawnBy("), name

"""A drawing stays while its place is there, also where Streamlit lets go of an overtaken call."""

import base64

from playwright.sync_api import Browser

from explorer.components import EXPLORER

SOURCE = EXPLORER / "components" / "look" / "drawn.js"
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


def test_only_a_place_that_has_left_the_page_ends_its_drawing(browser: Browser) -> None:
    module = "data:text/javascript;base64," + base64.b64encode(SOURCE.read_bytes()).decode()
    page = browser.new_page()
    try:
        told = page.evaluate(OVERTAKEN, module)
    finally:
        page.close()
    assert told == ["made", "second", "stopped", "", "made", "third"]


def test_every_component_is_drawn_that_way() -> None:
    for name in ("path", "combobox", "network", "editor"):
        script = EXPLORER / "components" / name / "src" / f"{name}.js"
        assert (
            script.read_text("utf-8")
            .rstrip()
            .rpartition("\n")[2]
            .startswith("export default drawnBy(")
        ), name

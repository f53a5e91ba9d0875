"""Response times as felt in a browser: from the press to the first frame that shows the result.

Measured by the browser's own clock, checked in each frame. A driver that waits for an element
polls after 20, 50, 100 and 100 ms: exact to a frame for a quick screen, but not for a slower one.
"""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Final

from playwright.sync_api import Page

from tests.e2e.desk import PATIENCE_MS

_FIND: Final = """const shown = ({where, inside, text}) => {
  const inside_of = (host) => [host, ...host.querySelectorAll("*")].map((one) => one.shadowRoot);
  const roots = (host) => [host, ...inside_of(host)];
  const inner = (host) =>
    roots(host).filter(Boolean).flatMap((root) => [...root.querySelectorAll(inside)]);
  const hosts = [...document.querySelectorAll(where)];
  return (inside ? hosts.flatMap(inner) : hosts).some((one) => one.getClientRects().length
    && one.textContent.toLowerCase().includes(text.toLowerCase()));
};"""
_ARM: Final = f"""([drawn, mostMs]) => {{
  {_FIND}
  let began = null;
  const begin = () => {{ began ??= performance.now(); }};
  for (const sort of ["pointerdown", "input"]) addEventListener(sort, begin, {{capture: true}});
  window.feltMs = new Promise((tell, fail) => {{
    const look = () => {{
      if (began !== null && shown(drawn)) tell(performance.now() - began);
      else requestAnimationFrame(look);
    }};
    requestAnimationFrame(look);
    setTimeout(() => fail(new Error("not drawn: " + JSON.stringify(drawn))), mostMs);
  }});
}}"""
_LOADED: Final = f"(drawn) => {{ {_FIND} return shown(drawn) && performance.now(); }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitedText:
    """The awaited text: a selector, within it one inside a component, and the text shown there."""

    where: str
    inside: str = ""
    text: str = ""

    @property
    def wire(self) -> Mapping[str, str]:
        """The arguments of the script in the browser."""
        return asdict(self)


def felt_s(page: Page, drawn: AwaitedText, do: Callable[[], object]) -> float:
    """Return the seconds from the first press or letter of `do` to the frame that shows `drawn`."""
    page.evaluate(_ARM, [drawn.wire, PATIENCE_MS])
    do()
    ms: float = page.evaluate("() => window.feltMs")
    return ms / 1000


def loaded_s(page: Page, path: str, drawn: AwaitedText) -> float:
    """Return the seconds from going to an address to the frame that shows `drawn`."""
    page.goto(path, wait_until="commit")
    return wait_until_drawn(page, drawn)


def wait_until_drawn(page: Page, drawn: AwaitedText) -> float:
    """Wait for the frame that shows `drawn`; return the seconds since the page began to load."""
    handle = page.wait_for_function(_LOADED, arg=drawn.wire, polling="raf", timeout=PATIENCE_MS)
    ms: float = handle.json_value()
    return ms / 1000

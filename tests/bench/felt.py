"""What somebody feels in a browser: from the press to the first frame that shows what it asked for.

By the browser's own clock, looked at in each frame. A driver that waits for an element looks ever
more rarely, after 20, 50, 100 and 100 ms: a quick screen is told to a frame, a slower one is not.
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
    """What is waited for: a selector, within it one in a component, and what stands there."""

    where: str
    inside: str = ""
    text: str = ""

    @property
    def wire(self) -> Mapping[str, str]:
        """The arguments of the script in the browser."""
        return asdict(self)


def felt_s(page: Page, drawn: AwaitedText, do: Callable[[], object]) -> float:
    """Seconds from the first press or letter of what is done to the frame that shows it."""
    page.evaluate(_ARM, [drawn.wire, PATIENCE_MS])
    do()
    ms: float = page.evaluate("() => window.feltMs")
    return ms / 1000


def loaded_s(page: Page, path: str, drawn: AwaitedText) -> float:
    """Seconds from going to an address to the frame that shows it."""
    page.goto(path, wait_until="commit")
    found = page.wait_for_function(_LOADED, arg=drawn.wire, polling="raf", timeout=PATIENCE_MS)
    ms: float = found.json_value()
    return ms / 1000

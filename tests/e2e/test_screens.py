"""Every screen, empty and answered, in both languages and both themes: can everybody use it?

In each state: nothing that axe-core finds, no sideways scroll at 320 px, in Danish no word of
English, nothing asked of the outside, and no error in the browser's console.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.resources import files
from typing import Final, Literal

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Page

from explorer.components import build
from graph.access import Role
from tests.e2e.desk import WIDE, Desk, Seat
from tests.explorer.components.accessible import violations

NARROW: Final = (320, 700)
SITTING: Final = "act-ihm-0615"
RELEASE: Final = "/?start=act-kf-1462&trigger=RELEASE&area=mun-0787"


@dataclass(frozen=True, slots=True)
class State:
    """A screen at an address, as somebody with a role sees it."""

    name: str
    role: Role
    path: str
    in_english: bool = True


STATES: Final = (
    State("find, empty", Role.COORDINATOR, "/"),
    State("find, answered", Role.COORDINATOR, RELEASE),
    State("find, another day", Role.COORDINATOR, RELEASE + "&on=2027-01-01", in_english=False),
    State(
        "find, no path",
        Role.COORDINATOR,
        "/?start=act-ssp-0851&network=SSP&area=mun-0825&on=2027-02-01",
        in_english=False,
    ),
    State(
        "find, a move",
        Role.COORDINATOR,
        "/?trigger=MOVE&from_area=mun-0240&area=mun-0265",
        in_english=False,
    ),
    State("register, empty", Role.COORDINATOR, "/register"),
    State("register, answered", Role.COORDINATOR, "/register?area=mun-0787&id=act-rel-0787"),
    State("register, hidden", Role.COORDINATOR, "/register?id=act-nobody", in_english=False),
    State("map", Role.COORDINATOR, "/kort"),
    State("map, answered", Role.COORDINATOR, "/kort?measure=VACANT&area=mun-0746"),
    State("network, empty", Role.COORDINATOR, "/netvaerk"),
    State("network, answered", Role.COORDINATOR, "/netvaerk?id=net-ssp-0825"),
    State("curation, due", Role.COORDINATOR, "/kuratering"),
    State("curation, new", Role.COORDINATOR, "/kuratering?tab=new", in_english=False),
    State("curation, gaps", Role.COORDINATOR, "/kuratering?tab=gaps", in_english=False),
    State("curation, handover", Role.COORDINATOR, "/kuratering?tab=handover", in_english=False),
    State("curation, consents", Role.OUTREACH, "/kuratering?tab=consents"),
    State("analysis, empty", Role.ANALYST, "/analyse"),
    State(
        "analysis, answered",
        Role.ANALYST,
        "/analyse?question=changes&from=2026-12-31&to=2027-01-01",
    ),
    State("my log", Role.COORDINATOR, "/log"),
    State("whole log", Role.DPO, "/log?tab=all"),
    State("no use for it", Role.COORDINATOR, "/analyse", in_english=False),
)


@pytest.fixture(scope="module", autouse=True)
def axe() -> None:
    """axe-core, from the lock."""
    build.install()


@pytest.mark.parametrize("role", sorted({one.role for one in STATES}))
@pytest.mark.parametrize("lang", ["da", "en"])
def test_every_screen_can_be_used_by_everybody(
    desk: Desk, role: Role, lang: Literal["da", "en"]
) -> None:
    """One person in one browser, from screen to screen; what is amiss is told all at once."""
    person = desk.holder(SITTING).id
    amiss: list[str] = []
    with desk.seat(role, person=person, path=None, lang=lang) as seat:
        for state in STATES:
            if state.role is role and (lang == "da" or state.in_english):
                amiss += [f"{state.name}: {one}" for one in _amiss(seat, state.path, lang)]
    assert amiss == []


def _amiss(seat: Seat, path: str, lang: str) -> Iterable[str]:
    page = seat.page
    page.emulate_media(color_scheme="light")
    seat.open(path)
    assert page.locator("html").get_attribute("lang") == lang
    if lang == "da":
        yield from (f"English: {one!r}" for one in english(page))
    yield from (f"light: {one}" for one in violations(page, "body"))
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    seat.rest()
    yield from _too_wide(page)
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})
    page.emulate_media(color_scheme="dark")
    page.reload()
    seat.rest()
    yield from (f"dark: {one}" for one in violations(page, "body"))


def _too_wide(page: Page) -> Iterable[str]:
    """The elements that reach past a page of 320 px and do not scroll in a frame of their own."""
    wide: list[str] = page.evaluate(
        """() => {
          const main = document.querySelector('[data-testid="stMain"]');
          const room = Math.max(main.scrollWidth, document.documentElement.scrollWidth);
          if (room <= innerWidth) return [];
          const clips = (one) => one !== main && getComputedStyle(one).overflowX !== "visible";
          const isFree = (one) => {
            for (let up = one.parentElement; up && up !== main; up = up.parentElement)
              if (clips(up)) return false;
            return true;
          };
          return [...main.querySelectorAll("*")]
            .filter((one) => one.getBoundingClientRect().right > innerWidth + 1 && isFree(one))
            .map((one) => one.outerHTML.slice(0, 160)).slice(0, 5).concat(`${room} px`);
        }"""
    )
    yield from (f"320 px: {one}" for one in wide)


# ---- the language


_SAID: Final = """() => {
  const said = new Set(), labels = ["aria-label", "title", "placeholder", "alt"];
  const visit = (one) => {
    if (one.nodeType === Node.TEXT_NODE) {
      const range = document.createRange();
      range.selectNode(one);
      if (one.data.trim() && range.getClientRects().length) said.add(one.data.trim());
      return;
    }
    if (one.nodeType === Node.ELEMENT_NODE) {
      if (one.matches("script, style, [lang=en], [data-testid=stIconMaterial]")) return;
      for (const label of labels) if (one.getAttribute(label)) said.add(one.getAttribute(label));
      if (one.shadowRoot) one.shadowRoot.childNodes.forEach(visit);
    }
    one.childNodes.forEach(visit);
  };
  visit(document.body);
  return [...said];
}"""
_ENGLISH: Final = re.compile(
    r"(?<![\w-])(the|with|your|you|from|select|choose|open|close|show|hide|search|clear|loading|"
    r"options?|results|month|year|date|page|screen|chart|remove|selected|drag|browse)(?![\w-])",
    re.IGNORECASE,
)


def english(page: Page) -> list[str]:
    """Text and labels on the page that are English, as far as its words tell."""
    own = _messages()
    said: list[str] = page.evaluate(_SAID)
    return [one for one in said if one in own or _ENGLISH.search(one)]


def _messages() -> frozenset[str]:
    """What our own screens say in English and never in Danish."""
    english: set[str] = set()
    danish: set[str] = set()
    for catalog in (files("explorer") / "locale" / "da").iterdir():
        if catalog.name.endswith(".po"):
            with catalog.open("rb") as file:
                pairs = [(str(one.id), str(one.string)) for one in read_po(file)]
            english |= {of for of, _ in pairs if "{" not in of}
            danish |= {said for _, said in pairs}
    return frozenset(english - danish)

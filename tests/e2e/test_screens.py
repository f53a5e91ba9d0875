"""Accessibility of every screen, empty and answered, in both languages and both themes.

For every change some states are tested in Danish and in the light theme; the drills test every
state in both languages and both themes. In each state: no violation found by axe-core, no sideways
scroll at 320 px, no English in Danish, no outside request, and no error in the browser's console.
"""

import re
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any, Final, Literal, NamedTuple

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Page

from explorer.components import build
from graph.access.policy import Role
from tests.api.serving import served
from tests.e2e.desk import PASSWORD, WIDE, ScreenDriver, Seat
from tests.e2e.test_find_journeys import CONCERN, LAESOE, RELEASE
from tests.explorer.components.accessible import violations
from tests.explorer.server import served_explorer
from tests.fixtures.examples import drills_after

Lang = Literal["da", "en"]
Theme = Literal["light", "dark"]
LANGUAGES: Final[tuple[Lang, ...]] = ("da", "en")
THEMES: Final[tuple[Theme, ...]] = ("light", "dark")
NARROW: Final = (320, 700)
SITTING: Final = "act-ihm-0615"
FROM: Final = "/?start=act-kf-1462"
NEW_YEAR: Final = "from=2026-12-31&to=2027-01-01"
SHOW: Final = {"da": "Vis mobil", "en": "Show mobile"}
AWAY: Final = {"da": "Forbindelsen er væk.", "en": "The connection is gone."}
SIGNED_OUT: Final = {"da": "Du er logget ud.", "en": "You are signed out."}
SETTLED_MS: Final = 500  # a page is redrawn after a change of its width


class State(NamedTuple):
    """A screen at an address, opened with a role.

    `is_often`: it is tested for every change too, not by the drills alone.
    """

    name: str
    role: Role
    path: str
    is_often: bool = False


STATES: Final = (
    State("find, empty", Role.COORDINATOR, "/", is_often=True),
    State("find, answered", Role.COORDINATOR, RELEASE, is_often=True),
    State("find, acute", Role.COORDINATOR, f"{FROM}&trigger=ACUTE&area=mun-0329", is_often=True),
    State("find, called directly", Role.COORDINATOR, RELEASE.removesuffix("&answer=1")),
    State("find, an evening", Role.COORDINATOR, f"{CONCERN}&at=2026-11-25T22:00", is_often=True),
    State("find, another day", Role.COORDINATOR, f"{RELEASE}&on=2027-01-01"),
    State("find, no path", Role.COORDINATOR, LAESOE),
    State("find, a move", Role.COORDINATOR, "/?trigger=MOVE&from_area=mun-0240&area=mun-0265"),
    State("register, empty", Role.COORDINATOR, "/register", is_often=True),
    State(
        "register, answered",
        Role.COORDINATOR,
        "/register?area=mun-0787&id=act-rel-0787",
        is_often=True,
    ),
    State("register, a network", Role.COORDINATOR, "/register?id=net-ssp-0787"),
    State("register, to correct", Role.STEWARD, "/register?id=act-ssp-0787", is_often=True),
    State("register, a new post", Role.STEWARD, "/register?new=Actor"),
    State("find, hidden", Role.COORDINATOR, "/?target=act-nobody"),
    State("register, hidden", Role.COORDINATOR, "/register?id=act-nobody"),
    State("map", Role.COORDINATOR, "/kort", is_often=True),
    State("map, another day", Role.COORDINATOR, "/kort?on=2027-01-01"),
    State("map, of outreach", Role.OUTREACH, "/kort?area=mun-0751"),
    State("map, answered", Role.COORDINATOR, "/kort?measure=VACANT&area=mun-0746", is_often=True),
    State("network, empty", Role.COORDINATOR, "/netvaerk", is_often=True),
    State("network, answered", Role.COORDINATOR, "/netvaerk?id=net-ssp-0825", is_often=True),
    State("curation, due", Role.COORDINATOR, "/vedligehold", is_often=True),
    State("curation, new", Role.COORDINATOR, "/vedligehold?tab=new"),
    State("curation, gaps", Role.COORDINATOR, "/vedligehold?tab=gaps"),
    State("curation, handover", Role.COORDINATOR, "/vedligehold?tab=handover"),
    State("curation, contact", Role.OUTREACH, "/vedligehold?tab=contact"),
    State("curation, consents", Role.OUTREACH, "/vedligehold?tab=consents", is_often=True),
    State("analysis, empty", Role.ANALYST, "/analyse", is_often=True),
    State(
        "analysis, answered", Role.ANALYST, f"/analyse?question=changes&{NEW_YEAR}", is_often=True
    ),
    State("analysis, bridges", Role.ANALYST, "/analyse?question=bridges"),
    State("analysis, quarters", Role.ANALYST, "/analyse?question=trend"),
    State("analysis, owners", Role.ANALYST, f"/analyse?question=owners&{NEW_YEAR}"),
    State("analysis, free", Role.ANALYST, "/analyse?tab=cypher", is_often=True),
    State("analysis, kept", Role.ANALYST, "/analyse?tab=kept", is_often=True),
    State("analysis, dashboard", Role.ANALYST, "/analyse?tab=dashboard"),
    State("my log", Role.COORDINATOR, "/log", is_often=True),
    State("whole log", Role.DPO, "/log?tab=all", is_often=True),
    State("alerts", Role.DPO, "/log?tab=alerts"),
    State("no use for it", Role.COORDINATOR, "/analyse"),
    State("find, stops", Role.COORDINATOR, f"{FROM}&target=act-ihm-0787&stops=act-ssp-0787"),
    State("find, differences", Role.COORDINATOR, f"{RELEASE}&on=2027-01-01&compare=1"),
    State("register, vacant", Role.COORDINATOR, "/register?state=VACANT&area=mun-0746"),
    State("register, network", Role.STEWARD, "/register?id=net-ssp-0825"),
    State("curation, of a steward", Role.STEWARD, "/vedligehold"),
    State("import, empty", Role.STEWARD, "/import"),
    State("own kinds, empty", Role.STEWARD, "/arter"),
    State("own kinds, a new one", Role.STEWARD, "/arter?new=1"),
    State("curation, ties", Role.COORDINATOR, "/vedligehold?tab=ties"),
    State("curation, one leaves", Role.STEWARD, "/vedligehold?tab=handover&leaving={holder}"),
    State("map, a matrix", Role.COORDINATOR, "/kort?columns=NETWORK&area=mun-0746"),
    State("map, districts", Role.ANALYST, "/kort?columns=NETWORK&measure=VACANT"),
    State("analysis, reach", Role.ANALYST, "/analyse?question=reach"),
    State("analysis, relations", Role.ANALYST, "/analyse?question=relations"),
    State("analysis, metrics", Role.ANALYST, "/analyse?question=metrics"),
    State("about me", Role.COORDINATOR, "/log?tab=about-me"),
    State("a sample", Role.DPO, "/log?tab=sample"),
    State("a subject", Role.DPO, "/log?tab=subject&subject={holder}"),
    State("a word", Role.DPO, "/log?tab=term"),
    State("an account", Role.DPO, "/log?tab=breach"),
    State("accounts", Role.ADMIN, "/konti", is_often=True),
    State("accounts, a new one", Role.ADMIN, "/konti?new=1"),
    State("accounts, one", Role.ADMIN, "/konti?account={account}"),
    State("accounts, changes of rights", Role.ADMIN, "/konti?tab=changes"),
    State("accounts, a list", Role.ADMIN, "/konti?tab=import"),
    State("accounts, of a DPO", Role.DPO, "/konti"),
    State("my account", Role.COORDINATOR, "/min-konto", is_often=True),
    State("my account, of an administrator", Role.ADMIN, "/min-konto"),
)


@pytest.fixture(scope="module", autouse=True)
def axe() -> None:
    build.install()


def _screen_cases() -> Iterable[Any]:
    """Yield each role with some states for every change, and with all of them for the drills."""
    for role in sorted({state.role for state in STATES}):
        every = [state for state in STATES if state.role is role]
        often = [state for state in every if state.is_often]
        yield pytest.param(role, "da", ("light",), often, id=f"{role}-da")
        for lang in LANGUAGES:
            yield pytest.param(
                role, lang, THEMES, every, marks=pytest.mark.drill, id=f"{role}-{lang}-all"
            )


@pytest.mark.parametrize(("role", "lang", "themes", "states"), list(_screen_cases()))
def test_every_screen_is_accessible(
    desk: ScreenDriver, role: Role, lang: Lang, themes: tuple[Theme, ...], states: list[State]
) -> None:
    """One user visits all screens in one browser; all faults are reported at once."""
    person = desk.holder(SITTING).id
    account = desk.app.account(Role.COORDINATOR, areas=("mun-0787",))
    with desk.seat(role, person=person, path=None, lang=lang) as seat:
        faults = [
            f"{state.name}: {fault}"
            for state in states
            for theme in themes
            for fault in _faults(
                seat, state.path.format(holder=person, account=account), lang, theme
            )
        ]
    assert faults == []


@pytest.mark.parametrize("lang", drills_after(1, LANGUAGES))
def test_the_sign_in_pages_are_accessible(desk: ScreenDriver, lang: Lang) -> None:
    """States: sign-in, refused sign-in, invitation, refused invitation, account ready."""
    faults: list[str] = []

    def look(name: str) -> None:
        faults.extend(f"{name}: {fault}" for fault in _faults_by_day_and_night(seat, lang))

    with desk.profile(lang=lang) as (_, seat):
        page = seat.page
        page.goto("/register?id=act-nobody")
        page.locator("#login").wait_for()
        look("signing in")
        page.locator("#login").fill("nobody")
        _send(seat, "no password")
        page.get_by_role("alert").wait_for()
        look("refused")
        page.goto("/login/invitation")
        look("invitation")
        page.locator("#code").fill("no code")
        _send(seat, PASSWORD)
        page.get_by_role("alert").wait_for()
        look("code refused")
        page.locator("#code").fill(desk.invitation(Role.ADMIN))
        _send(seat, PASSWORD)
        page.locator("code").wait_for()
        look("ready")
        links = page.locator("main").get_by_role("link")
        assert links.count() == 1, "another language would lose the secret"
        seat.errors.clear()  # the browser logs refused requests
    assert faults == []


def _send(seat: Seat, password: str) -> None:
    seat.page.locator("#password").fill(password)
    seat.page.locator("button[type=submit]").click()


def _faults_by_day_and_night(seat: Seat, lang: str) -> Iterable[str]:
    """Yield the faults of a page without scripts in both themes, without reloading it."""
    assert seat.page.locator("html").get_attribute("lang") == lang
    yield from _faults_without_reload(seat, lang)
    seat.page.emulate_media(color_scheme="dark")
    yield from (f"dark: {fault}" for fault in violations(seat.page, "body"))
    seat.page.emulate_media(color_scheme="light")


@pytest.mark.parametrize("is_dark", drills_after(1, [False, True]))
@pytest.mark.parametrize("lang", drills_after(1, LANGUAGES))
def test_the_signed_out_and_api_away_states_are_accessible(
    desk: ScreenDriver, lang: Lang, is_dark: bool
) -> None:
    """States: signed out; a number shown; the API away, with an answer kept and without one."""
    faults: list[str] = []
    token = desk.app.token(Role.COORDINATOR, areas=("dk",))
    with desk.seat(token=token, path=RELEASE, lang=lang, is_dark=is_dark) as seat:
        desk.app.end_session(token)
        seat.page.get_by_role("radio").last.click(force=True)
        seat.wait(SIGNED_OUT[lang])
        seat.rest()
        faults += [f"signed out: {fault}" for fault in _faults_without_reload(seat, lang)]
    with ExitStack() as until_away:
        api = until_away.enter_context(served(desk.app.http.app))
        with served_explorer(api) as explorer:
            elsewhere = replace(desk, address=explorer.address)
            with elsewhere.seat(Role.COORDINATOR, path=RELEASE, lang=lang, is_dark=is_dark) as seat:
                main = seat.page.get_by_test_id("stMain")
                main.get_by_role("button", name=SHOW[lang]).first.click()
                main.locator(".kv-revealed a").first.wait_for()
                seat.rest()
                faults += [f"shown: {fault}" for fault in _faults_without_reload(seat, lang)]
                until_away.close()
                seat.page.get_by_role("radio").last.click(force=True)
                seat.wait(AWAY[lang])
                seat.rest()
                faults += [f"kept: {fault}" for fault in _faults_without_reload(seat, lang)]
                theme = THEMES[is_dark]
                faults += [f"API away: {fault}" for fault in _faults(seat, "/kort", lang, theme)]
    assert faults == []


def _faults(seat: Seat, path: str, lang: str, theme: Theme) -> Iterable[str]:
    seat.page.emulate_media(color_scheme=theme)
    seat.open(path)
    assert seat.page.locator("html").get_attribute("lang") == lang
    yield from (f"{theme}: {fault}" for fault in _faults_without_reload(seat, lang))


def _faults_without_reload(seat: Seat, lang: str) -> Iterable[str]:
    page = seat.page
    if lang == "da":
        yield from (f"English: {text!r}" for text in english(page))
    yield from (f"as it stands: {fault}" for fault in violations(page, "body"))
    page.set_viewport_size({"width": NARROW[0], "height": NARROW[1]})
    page.wait_for_timeout(SETTLED_MS)
    yield from _too_wide(page)
    page.set_viewport_size({"width": WIDE[0], "height": WIDE[1]})


def _too_wide(page: Page) -> Iterable[str]:
    """Yield the elements that are wider than the page and do not scroll in a container."""
    elements: list[str] = page.evaluate(
        """() => {
          const main = document.querySelector('[data-testid="stMain"]') ?? document.body;
          const room = Math.max(main.scrollWidth, document.documentElement.scrollWidth);
          if (room <= innerWidth) return [];
          const clips = (node) => node !== main && getComputedStyle(node).overflowX !== "visible";
          const isFree = (node) => {
            for (let up = node.parentElement; up && up !== main; up = up.parentElement)
              if (clips(up)) return false;
            return true;
          };
          return [...main.querySelectorAll("*")]
            .filter((node) => node.getBoundingClientRect().right > innerWidth + 1 && isFree(node))
            .map((node) => node.outerHTML.slice(0, 160)).slice(0, 5).concat(`${room} px`);
        }"""
    )
    yield from (f"320 px: {element}" for element in elements)


_TEXTS: Final = """() => {
  const texts = new Set(), labels = ["aria-label", "title", "placeholder", "alt"];
  const visit = (node) => {
    if (node.nodeType === Node.TEXT_NODE) {
      const range = document.createRange();
      range.selectNode(node);
      if (node.data.trim() && range.getClientRects().length) texts.add(node.data.trim());
      return;
    }
    if (node.nodeType === Node.ELEMENT_NODE) {
      if (node.matches("script, style, [lang=en], [data-testid=stIconMaterial]")) return;
      for (const label of labels) if (node.getAttribute(label)) texts.add(node.getAttribute(label));
      if (node.shadowRoot) node.shadowRoot.childNodes.forEach(visit);
    }
    node.childNodes.forEach(visit);
  };
  visit(document.body);
  return [...texts];
}"""
_ENGLISH: Final = re.compile(
    r"(?<![\w-])(the|with|your|you|from|select|choose|open|close|show|hide|search|clear|loading|"
    r"options?|results|month|year|date|page|screen|chart|remove|selected|drag|browse)(?![\w-])",
    re.IGNORECASE,
)
_LABELS: Final = re.compile(
    r"""(?:aria-label"|ariaLabel|title|placeholder|alt|label|children|content|message|description)"""
    r""":(?:\(0,\w+\.\w+\)\()?[`"]([A-Z][^`"$]+)[`"]"""
)
"""Matches texts and labels of Streamlit's own page in its built scripts."""


_DANISH_TOO: Final = frozenset(
    {"Stop", "Format", "Register", "Median", "Minimum", "Maximum", "Alt"}
)


def english(page: Page) -> list[str]:
    """Return texts and labels on the page that are English, judging by their words."""
    messages = _messages() | _streamlit()
    texts: list[str] = page.evaluate(_TEXTS)
    return [text for text in texts if text in messages or _ENGLISH.search(text)]


@cache
def _streamlit() -> frozenset[str]:
    """Return Streamlit's own English texts, without those that are also Danish words."""
    scripts = (files("streamlit") / "static" / "static" / "js").iterdir()
    sources = (file.read_text("utf-8") for file in scripts if file.name.endswith(".js"))
    labels = {label.strip() for source in sources for label in _LABELS.findall(source)}
    assert {"Open", "Collapse sidebar", "Clear value", "Skip to main content"} <= labels
    return frozenset(labels - _DANISH_TOO)


def _messages() -> frozenset[str]:
    """Return the messages of our screens that are in English and never in Danish."""
    english: set[str] = set()
    danish: set[str] = set()
    for catalog in (files("explorer") / "locale" / "da").iterdir():
        if catalog.name.endswith(".po"):
            with catalog.open("rb") as file:
                messages = list(read_po(file))
            english |= {str(message.id) for message in messages if "{" not in str(message.id)}
            danish |= {str(message.string) for message in messages}
    return frozenset(english - danish)

"""Help and the first visit: a text for each screen in both languages, and steps shown once."""

from collections.abc import Generator
from http.cookies import SimpleCookie

import httpx
import pytest

from explorer.address import SCREENS, Screen
from explorer.help_pages import VISITED, help_name, help_text, welcome_steps
from explorer.i18n import Language
from tests.explorer.screen import Screens
from tests.explorer.server import served_explorer
from tests.explorer.test_app import PASSWORD, login_of

LANGUAGES: tuple[Language, ...] = ("da", "en")


@pytest.fixture(scope="module")
def explorer(read_only: Screens) -> Generator[httpx.Client]:
    """Yield an HTTP client, without scripts, for the explorer over Kystby."""
    with (
        served_explorer(read_only.address) as served,
        httpx.Client(base_url=served.address, headers={"Accept": "text/html"}) as browser,
    ):
        yield browser


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.module)
def test_each_screen_has_help_that_answers_the_same_four_questions(
    screen: Screen, lang: Language
) -> None:
    text = help_text(help_name(screen), lang)
    first, *parts = text.split("\n## ")
    assert first.startswith({"da": "Skærmen svarer på: **", "en": "The screen answers: **"}[lang])
    heads = [part.partition("\n")[0] for part in parts]
    assert (
        heads
        == {
            "da": ["Sådan gør du", "Hvad ordene betyder", "Hvem kan hjælpe"],
            "en": ["How to", "What the words mean", "Whom to ask"],
        }[lang]
    )


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_visit_has_five_steps(lang: Language) -> None:
    steps = welcome_steps(lang)
    assert len(steps) == 5
    assert all(step.startswith("<h1>") for step in steps)


@pytest.mark.slow
def test_a_help_page_is_available_in_both_languages_without_a_session(
    explorer: httpx.Client,
) -> None:
    danish = explorer.get("/hjaelp/find")
    assert danish.status_code == 200
    assert "Hjælp: Find kontaktvej</h1>" in danish.text
    assert '<a href="tel:112">112</a>' in danish.text
    english = explorer.get("/hjaelp/find", headers={"Cookie": "language=en; theme=dark"})
    assert "Help: Find contact path</h1>" in english.text
    assert '<html lang="en" data-theme="dark">' in english.text
    contents = explorer.get("/hjaelp").text
    assert all(f'href="/hjaelp/{help_name(screen)}"' in contents for screen in SCREENS)
    assert explorer.get("/hjaelp/nowhere").status_code == 404
    assert explorer.get("/hjaelp/welcome").status_code == 404


@pytest.mark.slow
def test_the_first_visit_is_shown_after_sign_in_and_skipped_for_good(
    explorer: httpx.Client, read_only: Screens
) -> None:
    form = {"login": login_of(read_only), "password": PASSWORD}
    origin = {"Origin": str(explorer.base_url).rstrip("/")}
    first = explorer.post("/login", data=form, headers=origin)
    assert first.headers["location"] == "/velkommen"
    page = explorer.get("/velkommen").text
    assert "Trin 1 af 5" in page
    assert 'href="/velkommen?step=2"' in page
    assert "Spring over" in page
    last = explorer.get("/velkommen?step=9").text
    assert "Trin 5 af 5" in last
    assert "Spring over" not in last
    skipped = explorer.get("/velkommen/slut")
    assert skipped.headers["location"] == "/"
    assert SimpleCookie(skipped.headers["set-cookie"])[VISITED]["max-age"]
    assert explorer.post("/login", data=form, headers=origin).headers["location"] == "/"
    explorer.cookies.clear()


def test_a_requested_page_is_opened_instead_of_the_first_visit(
    explorer: httpx.Client, read_only: Screens
) -> None:
    form = {"login": login_of(read_only), "password": PASSWORD}
    origin = {"Origin": str(explorer.base_url).rstrip("/")}
    answer = explorer.post("/login?next=%2Fkort", data=form, headers=origin)
    assert answer.headers["location"] == "/kort"
    explorer.cookies.clear()


def test_the_end_of_the_first_visit_redirects_to_no_other_host(explorer: httpx.Client) -> None:
    answer = explorer.get("/velkommen/slut?next=//evil.example/")
    assert answer.headers["location"] == "/"


def test_a_theme_is_stored_in_a_cookie_that_the_page_can_read(explorer: httpx.Client) -> None:
    answer = explorer.get("/hjaelp/find?theme=dark")
    assert answer.headers["location"] == "/hjaelp/find"
    cookie = SimpleCookie(answer.headers["set-cookie"])["theme"]
    assert (cookie.value, cookie["httponly"], cookie["samesite"]) == ("dark", "", "lax")
    explorer.cookies.clear()

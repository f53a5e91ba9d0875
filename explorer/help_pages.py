"""Help and the first visit: pages of their own outside Streamlit, with texts in `explorer/help`.

A page holds no data, so it needs no session. Each screen has one Markdown file per language, named
after its path; `welcome.md` holds the steps of the first visit, each under a heading of its own.
"""

from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from explorer.address import FIND, PATHS, SCREENS, Screen
from explorer.i18n import Language, gettext_in
from explorer.page import known_address, language_of, theme_of
from explorer.templating import TEMPLATES

HELP: Final = "/hjaelp"
WELCOME: Final = "/velkommen"
_END: Final = f"{WELCOME}/slut"
VISITED: Final = "introduced"
"""The name of the cookie that records that the first visit was shown or skipped."""
_YEAR_S: Final = 31_536_000
_TEXTS: Final = Path(__file__).parent / "help"
_MARKDOWN: Final = MarkdownIt("commonmark").enable("table")


def help_name(screen: Screen) -> str:
    """The name of a screen's help page: its path, or `find` for the start screen."""
    return screen.path or FIND.module


def help_text(name: str, lang: Language) -> str:
    """The Markdown text of a help page.

    Raises: FileNotFoundError: there is none of that name.
    """
    return (_TEXTS / lang / f"{name}.md").read_text("utf-8")


@cache
def welcome_steps(lang: Language) -> tuple[str, ...]:
    """The steps of the first visit, as HTML."""
    parts = help_text("welcome", lang).split("\n# ")
    return tuple(_MARKDOWN.render(f"# {part.removeprefix('# ')}") for part in parts)


def after_sign_in(request: Request, address: str) -> str:
    """The address to open after sign-in: the five steps if this is the first visit to `/`."""
    return WELCOME if address == "/" and VISITED not in request.cookies else address


def routes() -> list[Route]:
    """The routes of the pages."""
    return [
        Route(HELP, _contents),
        Route(f"{HELP}/{{name}}", _help),
        Route(WELCOME, _welcome),
        Route(_END, _finish),
    ]


async def _contents(request: Request) -> Response:
    lang = language_of(request)
    screens = [(f"{HELP}/{name}", title) for name, title in _titles(lang).items()]
    return _page(request, "help_contents.html", screens=screens, welcome=WELCOME)


async def _help(request: Request) -> Response:
    lang, name = language_of(request), str(request.path_params["name"])
    titles = _titles(lang)
    if name not in titles:
        return PlainTextResponse("Not found.", 404)
    return _page(
        request, "help.html", heading=titles[name], text=_MARKDOWN.render(help_text(name, lang)),
        contents=HELP,
    )  # fmt: skip


async def _welcome(request: Request) -> Response:
    steps = welcome_steps(language_of(request))
    step = request.query_params.get("step", "1")
    number = int(step) if step.isdecimal() and len(step) == 1 else 1
    number = min(max(number, 1), len(steps))
    return _page(
        request, "welcome.html", number=number, count=len(steps), text=steps[number - 1],
        before=f"{WELCOME}?step={number - 1}" if number > 1 else None,
        after=f"{WELCOME}?step={number + 1}" if number < len(steps) else None, done=_END,
    )  # fmt: skip


async def _finish(request: Request) -> Response:
    response = RedirectResponse(known_address(request.query_params.get("next"), PATHS), 303)
    response.set_cookie(
        VISITED, "1", max_age=_YEAR_S, httponly=True, samesite="lax",
        secure=request.url.scheme == "https",
    )  # fmt: skip
    return response


def _titles(lang: Language) -> Mapping[str, str]:
    """The help pages with their titles, in the order of the navigation."""
    return {help_name(screen): gettext_in(lang, screen.title) for screen in SCREENS}


def _page(request: Request, name: str, **values: object) -> Response:
    lang = language_of(request)
    other = request.url.include_query_params(language="en" if lang == "da" else "da").query
    text = TEMPLATES.get_template(name).render(
        lang=lang, theme=theme_of(request), _=partial(gettext_in, lang), path=request.url.path,
        other=other, **values,
    )  # fmt: skip
    return HTMLResponse(text, headers={"Cache-Control": "no-store"})

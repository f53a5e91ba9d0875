"""The header line as HTML: emergency numbers, help, and the menu of the user's account.

The menu is a popover of the browser: a press or Enter opens it, Escape or a press elsewhere closes
it, and no script of ours is needed.
"""

from collections.abc import Iterable
from html import escape
from typing import Final
from urllib.parse import urlencode

import streamlit as st

from api.schemas.accounts import Me
from explorer import address
from explorer.address import MY_ACCOUNT, Screen
from explorer.help_pages import HELP, WELCOME, help_name
from explorer.i18n import LANGUAGE, _, language
from explorer.page import THEME, THEMES
from explorer.sign_in import SIGN_OUT

_LANGUAGES: Final = (("da", "Dansk"), ("en", "English"))


def header(me: Me | None, screen: Screen) -> str:
    """Return the header line; without help and menu for a user who is not signed in."""
    danger = _("Acute danger: call {number} · police {police}", number="\0", police="\1")
    parts = [
        '<p class="kv-danger">'
        + escape(danger).replace("\0", _call("112")).replace("\1", _call("114"))
        + "</p>"
    ]
    if me is not None:
        if me.is_demo:
            demo = escape(_("Demo data"))
            parts.append(f'<span class="kv-demo">{demo}</span>')
        hint, label = escape(_("Help on this screen, in a new tab")), escape(_("Help"))
        parts.append(
            f'<a class="kv-help" href="{HELP}/{help_name(screen)}" target="_blank" rel="noopener" '
            f'aria-label="{hint}" title="{hint}">{label}</a>'
        )
        parts.append(_menu(me))
    return f'<div class="kv-head">{"".join(parts)}</div>'


def _call(number: str) -> str:
    return f'<a href="tel:{number}">{number}</a>'


def _menu(me: Me) -> str:
    own, start = escape(_(MY_ACCOUNT.title)), escape(_("Get started in five steps"))
    language_label, look = escape(_("Language")), escape(_("Appearance"))
    items = (
        f'<a href="{address.link(MY_ACCOUNT)}" target="_self">{own}</a>',
        f'<a href="{WELCOME}" target="_self">{start}</a>',
        f'<p class="kv-languages"><span>{language_label}</span> {languages()}</p>',
        f'<p class="kv-themes"><span>{look}</span> {themes()}</p>',
    )
    sign_out = escape(_("Sign out"))
    label = escape(_("Account: {login}", login=me.login))
    return (
        f'<button class="kv-account" type="button" popovertarget="kv-account" aria-label="{label}">'
        f"{escape(me.login)}</button>"
        f'<div popover="auto" id="kv-account" class="kv-menu">{"".join(items)}'
        f'<form method="post" action="{SIGN_OUT}" target="_self" class="kv-out">'
        f'<button type="submit">{sign_out}</button></form></div>'
    )


def languages() -> str:
    """The languages as links to the same address."""
    return _links(LANGUAGE, _LANGUAGES, language())


def themes() -> str:
    """The appearances, light, dark or that of the system, as links to the same address."""
    names = {"system": _("As the system"), "light": _("Light"), "dark": _("Dark")}
    cookie = st.context.cookies.get(THEME)
    current = cookie if cookie in THEMES else THEMES[0]
    return _links(THEME, [(theme, names[theme]) for theme in THEMES], current)


def _links(name: str, options: Iterable[tuple[str, str]], current: str) -> str:
    """A choice as links to the same address; the middleware sets the cookie."""
    rest = {key: codes for key, codes in address.here().items() if key != name}
    links = list[str]()
    for code, label in options:
        lang = f' lang="{code}" hreflang="{code}"' if name == LANGUAGE else ""
        query = escape(urlencode({**rest, name: code}, doseq=True))
        links.append(
            f'<strong aria-current="true"{lang}>{escape(label)}</strong>'
            if code == current
            else f'<a href="?{query}" target="_self"{lang}>{escape(label)}</a>'
        )
    return " ".join(links)

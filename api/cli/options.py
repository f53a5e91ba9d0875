"""Options shared by several commands."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from api.cli.console import said

ANSWERED, NONE_FOUND, NOT_UNDERSTOOD, UNAVAILABLE = 0, 1, 2, 3
"""Exit codes: a result; no result (no path, nothing found, doctor found something); not

understood (a bad option, an unknown or ambiguous name, a bad policy); the store is unavailable, or
the output cannot be written.
"""


class SpokenLanguage(StrEnum):
    """Values of `--lang`."""

    DA = "da"
    EN = "en"


class ShortNetwork(StrEnum):
    """Short words for kinds of networks."""

    SSP = "ssp"
    PSP = "psp"
    KSP = "ksp"
    INFOHUS = "infohus"


def option(danish: str, english: str, *names: str) -> Any:
    """An option with its help in the language of the environment."""
    text = said(danish, english)
    return typer.Option(*names, help=text, show_default=False, case_sensitive=False)


Lang = Annotated[
    SpokenLanguage | None, option("Dansk eller engelsk", "Danish or English", "--lang")
]
On = Annotated[
    str | None,
    option("Dato, fx 2027-01-15; ellers i dag", "Date, e.g. 2027-01-15; else today", "--on"),
]
At = Annotated[
    str | None,
    option(
        "Dansk tid, fx »2026-11-28 22:00« eller 22:00; ellers nu",
        'Danish time, e.g. "2026-11-28 22:00" or 22:00; else now',
        "--at",
    ),
]
Known = Annotated[
    int | None,
    option(
        "Som det var kendt ved denne revision; ellers nu",
        "As it was known at this revision; else now",
        "--revision",
    ),
]
TriggerWord = Annotated[
    str | None, option("Slags behov, fx RELEASE", "Kind of need, e.g. RELEASE", "--trigger")
]
LevelWord = Annotated[
    str | None, option("Forebyggelsesniveau, fx EXIT", "Prevention level, e.g. EXIT", "--level")
]
GateWord = Annotated[
    str | None,
    option("Kun på dette grundlag, fx KSP_115", "On this ground alone, e.g. KSP_115", "--gate"),
]
PolicyFile = Annotated[
    str | None,
    option(
        "En politikfil i stedet for KONTAKTVEJ_POLICY",
        "A policy file in place of KONTAKTVEJ_POLICY",
        "--policy",
    ),
]
AsJson = Annotated[bool, option("Svar som JSON", "Answer as JSON", "--json")]

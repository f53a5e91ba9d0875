"""Options shared by several commands, and how their text is read."""

import os
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.console import said
from graph.access.purposes import CARE, NEEDS
from graph.errors import InvalidNeed, RefusedContent
from graph.model.content_filter import normalize_text, refuse_content
from graph.paths.policy import Policy
from graph.paths.policy_file import load_policy

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
PURPOSES = tuple(sorted(purpose.value for purpose in NEEDS | CARE))
PurposeWord = Annotated[
    str | None,
    option(
        f"Hvad det er til: {', '.join(PURPOSES)}",
        f"What it is for: {', '.join(PURPOSES)}",
        "--purpose",
    ),
]
NameOrId = Annotated[str, typer.Argument(help=said("Navn eller id", "Name or id"))]
AsJson = Annotated[bool, option("Svar som JSON", "Answer as JSON", "--json")]


def policy_of(file: str | None = None) -> Policy:
    """The policy of a file, else of the file in the environment, else the shipped one.

    Raises:
        InvalidPolicy: with every fault of the file.
    """
    file = file or os.environ.get("KONTAKTVEJ_POLICY")
    return load_policy(Path(file) if file else None)


def search_text(field: str, text: str) -> str:
    """The normalized search text. Source of the words: explorer.md §2.0.

    Raises:
        InvalidNeed: it is empty, or of a kind that is never stored and never searched for.
    """
    text = normalize_text(text)
    if not text:
        raise InvalidNeed(field, "skriv et navn eller et id", "type a name or an id")
    try:
        refuse_content(field, text)
    except RefusedContent as error:
        raise InvalidNeed(
            field,
            f"{error.rule.label('da')}. Søg efter funktion, sted eller emne, aldrig efter borgere.",
            f"{error.rule.label('en')}. Search for a post, place or subject, never for citizens.",
        ) from None  # the text is not passed on
    return text


def date_of(field: str, text: str | None) -> date | None:
    """A typed date.

    Raises:
        InvalidNeed: it is not a date.
    """
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise InvalidNeed(
            f"--{field}", f"»{text}« er ikke en dato som 2027-01-15",
            f'"{text}" is not a date such as 2027-01-15',
        ) from None  # fmt: skip

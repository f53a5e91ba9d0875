"""The options several commands take, each explained once."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from api.terminal.language import said


class SpokenLanguage(StrEnum):
    """What `--lang` takes."""

    DA = "da"
    EN = "en"


class ShortNetwork(StrEnum):
    """The short words for networks."""

    SSP = "ssp"
    PSP = "psp"
    KSP = "ksp"
    INFOHUS = "infohus"


def option(danish: str, english: str, *names: str) -> Any:
    """An option of one name, explained in the environment's language."""
    text = said(danish, english)
    return typer.Option(*names, help=text, show_default=False, case_sensitive=False)


Lang = Annotated[
    SpokenLanguage | None, option("Dansk eller engelsk", "Danish or English", "--lang")
]
On = Annotated[
    str | None,
    option("Dato, fx 2027-01-15; ellers i dag", "Date, as 2027-01-15; else today", "--on"),
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

"""Options shared by several commands."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from api.cli.console import _

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


def option(text: str, *names: str) -> Any:
    """An option with its help."""
    return typer.Option(*names, help=text, show_default=False, case_sensitive=False)


Lang = Annotated[SpokenLanguage | None, option(_("Danish or English"), "--lang")]
On = Annotated[
    str | None,
    option(_("Date, e.g. 2027-01-15; else today"), "--on"),
]
At = Annotated[
    str | None,
    option(
        _('Danish time, e.g. "2026-11-28 22:00" or 22:00; else now'),
        "--at",
    ),
]
Known = Annotated[
    int | None,
    option(
        _("As it was known at this revision; else now"),
        "--revision",
    ),
]
TriggerWord = Annotated[str | None, option(_("Kind of need, e.g. RELEASE"), "--trigger")]
LevelWord = Annotated[str | None, option(_("Prevention level, e.g. EXIT"), "--level")]
GateWord = Annotated[
    str | None,
    option(_("On this ground alone, e.g. KSP_115"), "--gate"),
]
PolicyFile = Annotated[
    str | None,
    option(
        _("A policy file in place of KONTAKTVEJ_POLICY"),
        "--policy",
    ),
]
AsJson = Annotated[bool, option(_("Answer as JSON"), "--json")]

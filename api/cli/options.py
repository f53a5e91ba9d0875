"""Options shared by several commands, and how their text is read."""

import os
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from api.cli.console import _
from api.i18n import bilingual
from graph.access.purposes import CARE, NEEDS
from graph.errors import InvalidNeed, RefusedContent
from graph.model.content_filter import normalize_text, refuse_content
from graph.own_kinds import OwnKinds, load_own_kinds
from graph.own_kinds_file import own_kinds_file
from graph.paths.policy import Policy
from graph.paths.policy_file import load_policy
from graph.store.location import store_location

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


def flag(text: str, *names: str) -> Any:
    """An option without a value; its help says no type."""
    return typer.Option(*names, help=text, show_default=False, metavar="")


Lang = Annotated[SpokenLanguage | None, option(_("Danish or English"), "--lang")]
On = Annotated[str | None, option(_("Date, e.g. 2027-01-15; today by default"), "--on")]
At = Annotated[
    str | None, option(_('Danish time, e.g. "2026-11-28 22:00" or 22:00; now by default'), "--at")
]
Revision = Annotated[
    int | None, option(_("As it was known at this revision; now by default"), "--revision")
]
TriggerWord = Annotated[str | None, option(_("Kind of need, e.g. RELEASE"), "--trigger")]
LevelWord = Annotated[str | None, option(_("Prevention level, e.g. EXIT"), "--level")]
GateWord = Annotated[str | None, option(_("Only on this legal ground, e.g. KSP_115"), "--gate")]
PolicyFile = Annotated[
    str | None, option(_("A policy file in place of KONTAKTVEJ_POLICY"), "--policy")
]
PURPOSES = tuple(sorted(purpose.value for purpose in NEEDS | CARE))
PurposeWord = Annotated[
    str | None, option(_("Purpose: {purposes}", purposes=", ".join(PURPOSES)), "--purpose")
]
NameOrId = Annotated[str, typer.Argument(help=_("Name or id"))]
AsJson = Annotated[bool, flag(_("Answer as JSON"), "--json")]


def policy_of(file: str | None = None) -> Policy:
    """The policy of a file, else of the file in the environment, else the shipped one.

    Raises:
        InvalidPolicy: with every fault of the file.
    """
    file = file or os.environ.get("KONTAKTVEJ_POLICY")
    return load_policy(Path(file) if file else None)


def own_kinds_of(file: str | None = None) -> OwnKinds:
    """The own kinds of a file, else of the file in the environment or in the data folder.

    Raises:
        InvalidVocabulary: with every fault of the file.
    """
    if file:
        return load_own_kinds(Path(file))
    setting = os.environ.get("KONTAKTVEJ_VOCABULARY")
    return own_kinds_file(Path(setting) if setting else None, store_location().home).load()


def search_text(field: str, text: str) -> str:
    """The normalized search text.

    Raises:
        InvalidNeed: it is empty, or of a kind that is never stored and never searched for.
    """
    text = normalize_text(text)
    if not text:
        raise InvalidNeed(field, *bilingual("type a name or an id"))
    try:
        refuse_content(field, text)
    except RefusedContent as error:
        raise InvalidNeed(
            field,
            *bilingual(
                "{rule}. Search for a post, place or subject, never for citizens.",
                rule=error.rule.label,
            ),
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
            f"--{field}", *bilingual("\"{text}\" is not a date such as 2027-01-15", text=text),
        ) from None  # fmt: skip

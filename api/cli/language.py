"""Which of the two languages the command line speaks, and how it says a sentence in it."""

import os
from collections.abc import Mapping

from graph.vocabulary import Language


def language(asked: str | None = None, environment: Mapping[str, str] = os.environ) -> Language:
    """`--lang` where it was given, else Danish where the environment is Danish, else English."""
    spoken = asked or next(
        (environment[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if environment.get(name)),
        "",
    )
    return "da" if spoken.lower().startswith("da") else "en"


def said(danish: str, english: str, lang: Language | None = None) -> str:
    """One of two sentences; without a language, the environment's (for `--help`)."""
    return danish if (lang or language()) == "da" else english

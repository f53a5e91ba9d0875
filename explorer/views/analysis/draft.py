"""The question being written: its text, what is to be filled in, and which kept one it began as.

It lives in the session alone; the address names the kept one, never the text.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st

from api.client import Parameter
from api.schemas.analysis import Question

_PLACE: Final = "workbench-draft"
_QUOTED: Final = re.compile(
    r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`|//[^\n]*|/\*.*?\*/""", re.DOTALL
)
_NAME: Final = re.compile(r"\$([a-z][a-z0-9_]{0,39})\b")


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryDraft:
    """A text and the parameters that were declared; `kept` is what it began as, with its ETag."""

    text: str = ""
    declared: tuple[Parameter, ...] = ()
    kept: Question | None = None
    etag: str | None = None

    def parameters(self) -> tuple[Parameter, ...]:
        """One for each `$name` in the text, as declared; of one that is not, a text is expected."""
        known = {one.name: one for one in self.declared}
        return tuple(
            known.get(name) or Parameter(name=name, type="TEXT", label=name)
            for name in names_in(self.text)
        )

    def declare(self, one: Parameter) -> "QueryDraft":
        """The same with a parameter declared anew."""
        others = tuple(other for other in self.declared if other.name != one.name)
        return replace(self, declared=(*others, one))


def names_in(text: str) -> tuple[str, ...]:
    """The names that stand behind a `$`, each once, in order; not those in texts and comments."""
    return tuple(dict.fromkeys(_NAME.findall(_QUOTED.sub(" ", text))))


def now() -> QueryDraft:
    """The one being written."""
    held: QueryDraft | None = st.session_state.get(_PLACE)
    return held or QueryDraft()


def keep(draft: QueryDraft) -> None:
    """Goes on with another."""
    st.session_state[_PLACE] = draft

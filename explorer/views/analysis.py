"""Ask the graph: ready questions with their parameters; the address holds both."""

from pathlib import Path
from typing import Final

import streamlit as st

from explorer import address, frame
from explorer.analyzing.questions import Question, questions
from explorer.analyzing.result import draw
from explorer.words import say

_STYLE: Final = Path(__file__).parents[1] / "static" / "analysis.css"
_QUESTION: Final = "analysis-question"
_PARAMETERS: Final = ("from", "to", "area", "kind", "start", "required", "deputies")


def show(seen: frame.Seen) -> None:
    """The question, its parameters, its answer."""
    st.html(_STYLE)
    frame.title(say("Analysis"))
    known = questions()
    chosen = _chosen(known)
    if chosen is None:
        st.info(say("Choose a question."))
        return
    answer = chosen.ask(seen)
    if answer is not None:
        draw(seen, answer)


def _chosen(known: dict[str, Question]) -> Question | None:
    told = address.one("question")
    st.session_state[_QUESTION] = told if told in known else None
    st.selectbox(
        say("Ready questions"), list(known), index=None, key=_QUESTION,
        format_func=lambda one: known[one].name, placeholder=say("Choose a question."),
        filter_mode=None, on_change=_asked,
    )  # fmt: skip
    return known.get(told or "")


def _asked() -> None:
    """Another question begins without the parameters of the last."""
    gone: dict[str, address.Value] = dict.fromkeys(_PARAMETERS)
    address.change(**gone, question=st.session_state[_QUESTION])

"""What a need asks for, in words: its terms as it states them."""

from collections.abc import Iterator
from typing import Final

from api.text.format import format_competence, format_language, in_sentence, name_of
from graph.paths.answer import Answer
from graph.paths.answer_terms import Relaxed
from graph.vocabulary import Language

_ABOUT: Final = (
    Relaxed.NETWORK, Relaxed.TRIGGER, Relaxed.SECTOR, Relaxed.COMPETENCE, Relaxed.LANGUAGE,
)  # fmt: skip


def goal_of(answer: Answer, lang: Language) -> str:
    """`Ringsted (SSP-samarbejde)`: the node or place, and what is asked for there."""
    node = answer.target or answer.area
    about = ", ".join(about_of(answer, lang))
    if node is None:
        return about or ("målet" if lang == "da" else "the goal")
    return f"{name_of(node, lang)} ({in_sentence(about)})" if about else name_of(node, lang)


def about_of(answer: Answer, lang: Language) -> Iterator[str]:
    """Whom or what a need asks for besides a node and a place, the most telling first."""
    for term in _ABOUT:
        if getattr(answer.need, term.lower()):
            yield term_of(answer, term, lang)


def term_of(answer: Answer, term: Relaxed, lang: Language) -> str:
    """A term as the need states it."""
    need = answer.need
    words = {
        Relaxed.TRIGGER: need.trigger,
        Relaxed.SECTOR: need.sector,
        Relaxed.LEVEL: need.level,
        Relaxed.CHANNEL: need.channel,
        Relaxed.GATE: need.gate,
        Relaxed.DIRECTION: answer.direction,
    }
    word = words.get(term)
    if word is not None:
        return word.label(lang)
    if term is Relaxed.NETWORK:
        return " / ".join(kind.label(lang) for kind in sorted(need.network))
    if term in (Relaxed.TARGET, Relaxed.AREA):
        return name_of(answer.target if term is Relaxed.TARGET else answer.area, lang)
    if term is Relaxed.WITHIN_KM:
        return f"{need.within_km} km"
    if term is Relaxed.LANGUAGE and need.language is not None:
        return format_language(need.language, lang)
    if term is Relaxed.COMPETENCE and need.competence is not None:
        return format_competence(need.competence, lang)
    return term.label(lang)

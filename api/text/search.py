"""How a searched text was read: its subjects with their labels, and remarks in sentences."""

from collections.abc import Iterator
from typing import Final, Literal

from api.i18n import _
from api.schemas.entities import NamedSubject, NameHit, Names, PlaceHit, SubjectHit
from graph.own_kinds import OwnKinds
from graph.questions.names import Search
from graph.synonyms import Subject, term_of
from graph.vocabulary import Competence, Language

_FIELDS: Final[dict[str, Literal["trigger", "network", "sector", "competence"]]] = {
    "Trigger": "trigger", "NetworkKind": "network", "Sector": "sector", "Competence": "competence",
}  # fmt: skip
"""The field of a need that takes the words of an enumeration."""


def search_answer(answer: Search, own_kinds: OwnKinds, lang: Language) -> Names:
    """The answer to a search with its remarks."""
    return Names(
        found=tuple(NameHit.model_validate(match) for match in answer.found),
        what=tuple(
            SubjectHit(
                words=match.words,
                subjects=tuple(_subject(subject, own_kinds, lang) for subject in match.subjects),
                is_outside=match.is_outside,
            )
            for match in answer.what
        ),
        where=tuple(PlaceHit.model_validate(match) for match in answer.where),
        left_out=answer.left_out,
        completions=tuple(_subject(subject, own_kinds, lang) for subject in answer.completions),
        remarks=tuple(_remarks(answer, own_kinds, lang)),
    )


def _remarks(answer: Search, own_kinds: OwnKinds, lang: Language) -> Iterator[str]:
    """Sentences on what is outside the register, and on what was left out."""
    for match in answer.what:
        if match.is_outside:
            instead = _subject(match.subjects[0], own_kinds, lang).label
            yield _(
                "{words}: not in the register. Ask instead: {instead}.", lang,
                words=match.words[:1].upper() + match.words[1:], instead=instead,
            )  # fmt: skip
    if answer.left_out:
        yield _("Left out: {words}.", lang, words=", ".join(answer.left_out))


def _subject(subject: Subject, own_kinds: OwnKinds, lang: Language) -> NamedSubject:
    term = term_of(subject)
    label = own_kinds.by_id[subject.word].label(lang) if term is None else term.label(lang)
    word = term.number if isinstance(term, Competence) else subject.word
    return NamedSubject(field=_FIELDS.get(subject.of), word=word, label=label)

"""Synonyms of the vocabulary: what people write instead of a label, in both languages."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Final, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from graph.errors import InvalidVocabulary
from graph.vocabulary import (
    Competence,
    NetworkKind,
    OrganizationKind,
    PostKind,
    Sector,
    Term,
    Trigger,
)

SHIPPED: Final = Path(__file__).with_name("synonyms.toml")
SUBJECTS: Final[tuple[type[Term], ...]] = (
    Trigger, NetworkKind, PostKind, OrganizationKind, Sector, Competence
)  # fmt: skip
"""The enumerations whose words can be asked for, in the order in which they are offered."""


class Subject(NamedTuple):
    """What can be asked for: a word of an enumeration, or the id of an own kind beneath one."""

    of: str
    word: str


def subject_of(term: Term) -> Subject:
    """The subject of a word of the vocabulary."""
    return Subject(type(term).__name__, term.value)


_TERMS: Final = {subject_of(word): word for words in SUBJECTS for word in words}
_KNOWN: Final = {".".join(subject): subject for subject in _TERMS}


def term_of(subject: Subject) -> Term | None:
    """The word of the vocabulary that a subject is; None for an own kind."""
    return _TERMS.get(subject)


@dataclass(frozen=True, slots=True, kw_only=True)
class Synonym:
    """Texts that stand for words of the vocabulary, the likeliest first.

    `is_outside`: what the texts name is not in the register; `means` is where to go instead.
    """

    means: tuple[Subject, ...]
    texts: tuple[str, ...]
    is_outside: bool


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    means: Annotated[list[str], Field(min_length=1)]
    da: Annotated[list[str], Field(min_length=1)]
    en: Annotated[list[str], Field(min_length=1)]
    source: Annotated[str, Field(min_length=1)]
    outside: bool = False


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    synonym: list[_Row]


@cache
def load_synonyms(path: Path = SHIPPED) -> tuple[Synonym, ...]:
    """Return the synonyms of a file.

    Raises:
        InvalidVocabulary: with every fault: a malformed row, an unknown word, a text of two rows.
    """
    try:
        rows = _File.model_validate(tomllib.loads(path.read_text("utf-8"))).synonym
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise InvalidVocabulary([f"{path.name}: {error}"], [f"{path.name}: {error}"]) from None
    danish: list[str] = []
    english: list[str] = []
    row_of: dict[str, int] = {}
    for number, row in enumerate(rows, 1):
        where = f"{path.name}, [[synonym]] {number}"
        for word in row.means:
            if word not in _KNOWN:
                danish.append(f'{where}: "{word}" er ikke et ord i ordlisten')
                english.append(f'{where}: "{word}" is not a word of the vocabulary')
        for text in (*row.da, *row.en):
            if (other := row_of.setdefault(text.casefold(), number)) != number:
                danish.append(f'{where}: "{text}" står også i nummer {other}')
                english.append(f'{where}: "{text}" is also in number {other}')
    if english:
        raise InvalidVocabulary(danish, english)
    return tuple(
        Synonym(
            means=tuple(_KNOWN[word] for word in row.means),
            texts=tuple(dict.fromkeys((*row.da, *row.en))),
            is_outside=row.outside,
        )
        for row in rows
    )

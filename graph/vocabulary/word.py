"""What a word of the vocabulary is: a stored identifier and the Danish and English shown for it."""

from enum import StrEnum
from typing import Literal, Self

Language = Literal["da", "en"]


class Term(StrEnum):
    """One identifier of an enumeration; `code` is its place in the definition, from 0.

    A subclass with further facts takes them in its `__init__`, behind the two labels.
    """

    label_da: str
    label_en: str
    code: int

    def __new__(cls, identifier: str, label_da: str, label_en: str = "", *_facts: object) -> Self:
        """An English label left out is the identifier in words."""
        word = str.__new__(cls, identifier)
        word._value_ = identifier
        word.label_da = label_da
        word.label_en = label_en or identifier.replace("_", " ").capitalize()
        word.code = len(cls.__members__)
        return word

    def label(self, lang: Language) -> str:
        """The word shown to a reader of `lang`."""
        return self.label_da if lang == "da" else self.label_en

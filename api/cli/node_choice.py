"""Which node does a reader mean: an id, a name, or one of several, listed to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass

from graph.access.view import View
from graph.errors import GraphError, NotFound
from graph.questions.names import ALIAS, EXACT, NameMatch, NameSuccessor, names
from graph.vocabulary import Label, Language

_MANY = 12  # more than a reader compares at a glance
_NEAR = 0.85  # all words found, if not in full: close enough to be offered alone


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node a text may mean, as it is listed; of an office that has ended, its successor's id."""

    id: str
    label: Label
    name: str
    alias: str | None
    place: tuple[str, ...]
    successor: NameSuccessor | None


class NothingNear(NotFound):
    """A text that is no name, nor near one; `is_place`: it may have been meant as a place."""

    def __init__(self, asked: str, *, is_place: bool) -> None:
        super().__init__(asked)
        self.is_place = is_place

    def text(self, lang: Language) -> str:
        """What was asked, and that there are no places abroad."""
        told = NotFound.text(self, lang)
        if not self.is_place:
            return told
        if lang == "da":
            return f"{told}. Kontaktvej kender kun steder i Danmark."
        return f"{told}. Kontaktvej knows places in Denmark only."


class Ambiguous(GraphError):
    """A text that means several nodes, or none but something near."""

    def __init__(self, asked: str, candidates: Sequence[Candidate], *, is_exact: bool) -> None:
        super().__init__(asked)
        self.asked, self.is_exact = asked, is_exact
        self.candidates, self.has_more = tuple(candidates[:_MANY]), len(candidates) > _MANY

    def text(self, lang: Language) -> str:
        """What was asked, and how to go on; the candidates are listed below it."""
        if lang == "da":
            found = "passer på flere." if self.is_exact else "fandtes ikke. Mente du en af disse?"
            return f"»{self.asked}« {found} Vælg et id:"
        found = "fits several." if self.is_exact else "was not found. Did you mean one of these?"
        return f'"{self.asked}" {found} Choose an id:'


def choose(view: View, text: str, labels: Sequence[Label]) -> str:
    """The id of the one node a text means; `labels` from the likeliest to the least.

    An id is itself. Of several nodes of the very name, or else of those with it as another name,
    the one of the first label is meant (a municipality before its office); of one label, the reader
    must choose. Of an office that has ended, its successor is meant.

    Raises:
        Ambiguous: several fit, or none does but some come near.
        NotFound: nothing is near.
    """
    if _is_id(view, text):
        return text
    found = names(view, text, labels=labels, limit=_MANY + 1)
    for worth in (EXACT, ALIAS):
        for label in labels:
            same = [one for one in found if one.score >= worth and one.label is label]
            if same:
                return _only(text, same, is_exact=True)
    if not found:
        raise NothingNear(text, is_place=Label.AREA in labels)
    whole = [one for one in found if one.score >= _NEAR]
    return _only(text, whole or found, is_exact=len(whole) > 1)


def _is_id(view: View, text: str) -> bool:
    try:
        view.row(text)
    except NotFound:
        return False
    return True


def _only(text: str, found: Sequence[NameMatch], *, is_exact: bool) -> str:
    listed: dict[str, Candidate] = {}
    for one in found:
        told = Candidate(one.current, one.label, one.name, one.alias, one.place, one.successor)
        listed.setdefault(told.id, told)
    if len(listed) == 1 and found[0].score >= _NEAR:
        return found[0].current
    raise Ambiguous(text, tuple(listed.values()), is_exact=is_exact)

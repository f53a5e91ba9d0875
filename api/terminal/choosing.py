"""Which node does a reader mean: an id, a name, or one of several, listed to choose from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from graph.errors import GraphError, NotFound
from graph.questions.names import EXACT, Named, names
from graph.view import View
from graph.vocabulary import Label, Language

_MANY = 12  # more than a reader compares at a glance
_NEAR = 0.85  # all words found, if not in full: close enough to be offered alone


@dataclass(frozen=True, slots=True)
class Candidate:
    """A node a text may mean, as it is listed."""

    id: str
    label: Label
    name: str
    place: tuple[str, ...]


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

    An id is itself. Of several nodes of the very name, the one of the first label is meant (a
    municipality before its office); of one label, the reader must choose.

    Raises:
        Ambiguous: several fit, or none does but some come near.
        NotFound: nothing is near.
    """
    if _is_id(view, text):
        return text
    found = names(view, text, labels=labels, limit=_MANY + 1)
    same = [one for one in found if one.score >= EXACT]
    for label in labels:
        of_label = [one for one in same if one.label is label]
        if of_label:
            return _only(text, of_label, is_exact=True)
    if not found:
        raise NotFound(text)
    whole = [one for one in found if one.score >= _NEAR]
    return _only(text, whole or found, is_exact=len(whole) > 1)


def _is_id(view: View, text: str) -> bool:
    try:
        view.row(text)
    except NotFound:
        return False
    return True


def _only(text: str, found: Collection[Named], *, is_exact: bool) -> str:
    listed = [Candidate(one.id, one.label, one.name, one.place) for one in found]
    if len(listed) == 1 and next(iter(found)).score >= _NEAR:
        return listed[0].id
    raise Ambiguous(text, listed, is_exact=is_exact)

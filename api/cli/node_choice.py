"""Resolution of a typed text to one node: by id, by name, or by a list to choose from."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.i18n import _
from graph.access.view import View
from graph.errors import GraphError, NotFound
from graph.questions.names import ALIAS, EXACT, NameMatch, NameSuccessor, names
from graph.vocabulary import Label, Language

_MANY = 12  # more than a user compares at a glance
_NEAR = 0.85  # all words found, if not in full: close enough to be offered alone


@dataclass(frozen=True, slots=True)
class NodeCandidate:
    """A node a text may mean, as listed; for an office that has ended, with its successor's id."""

    id: str
    label: Label
    name: str
    alias: str | None
    place: tuple[str, ...]
    successor: NameSuccessor | None


class NothingNear(NotFound):
    """A text that resembles no name; `is_place`: it may have been meant as a place."""

    def __init__(self, asked: str, *, is_place: bool) -> None:
        super().__init__(asked)
        self.is_place = is_place

    def text(self, lang: Language) -> str:
        """The typed text, and that places abroad are not included."""
        told = NotFound.text(self, lang)
        if not self.is_place:
            return told
        return _("{text}. Kontaktvej knows places in Denmark only.", lang, text=told)


class Ambiguous(GraphError):
    """A text that fits several nodes, or none exactly but some approximately."""

    def __init__(self, asked: str, candidates: Sequence[NodeCandidate], *, is_exact: bool) -> None:
        super().__init__(asked)
        self.asked, self.is_exact = asked, is_exact
        self.candidates, self.has_more = tuple(candidates[:_MANY]), len(candidates) > _MANY

    def text(self, lang: Language) -> str:
        """The typed text, and how to go on; the candidates are listed below it."""
        if self.is_exact:
            return _('"{text}" fits several. Choose an id:', lang, text=self.asked)
        return _(
            '"{text}" was not found. Did you mean one of these? Choose an id:', lang,
            text=self.asked,
        )  # fmt: skip


def choose(view: View, text: str, labels: Sequence[Label]) -> str:
    """The id of the one node a text means; `labels` are ordered by preference.

    An id stands for itself. Among several nodes with exactly that name, or else with it as an
    alias, the one of the first label is chosen (a municipality before its office); within one label
    the user must choose. An office that has ended is replaced by its successor.

    Raises:
        Ambiguous: several fit, or none exactly but some approximately.
        NotFound: nothing is similar.
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
    listed: dict[str, NodeCandidate] = {}
    for one in found:
        told = NodeCandidate(one.current, one.label, one.name, one.alias, one.place, one.successor)
        listed.setdefault(told.id, told)
    if len(listed) == 1 and found[0].score >= _NEAR:
        return found[0].current
    raise Ambiguous(text, tuple(listed.values()), is_exact=is_exact)

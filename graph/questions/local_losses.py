"""What gets worse in the municipalities without somebody or something, and what first?"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from graph.access.view import View
from graph.paths.answer_terms import AnswerRole
from graph.questions.reference_paths import LocalContact, LocalWays, Place
from graph.vocabulary import Term


class Worsening(Term):
    """What gets worse, in the order in which it counts."""

    LOST = "LOST", "Nås ikke længere", "No longer reached"
    CLASS = "CLASS", "Kontakten passer dårligere", "The contact fits less"
    ANSWERING = "ANSWERING", "En anden svarer", "Somebody else answers"
    OLD = "OLD", "Forældet kontrol", "Check too old"
    HOPS = "HOPS", "Flere led", "More steps"
    COST = "COST", "Mindre sandsynlig", "Less likely"


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalLoss:
    """A place at which something is worse: what first, and the best contact then and now."""

    position: int
    place: Place
    what: Worsening
    before: LocalContact
    after: LocalContact | None


class Without:
    """The best contacts as they are, and as they are without some nodes."""

    def __init__(self, before: LocalWays, left: View, gone: frozenset[int]) -> None:
        self.before = before
        self._touched = before.touched(gone)
        self.after = before.without(left, gone, self._touched)

    @cached_property
    def losses(self) -> tuple[LocalLoss, ...]:
        """What is worse, in order of the places."""
        return tuple(self._losses())

    def _losses(self) -> Iterator[LocalLoss]:
        for number, position in enumerate(self._touched):
            before, after = self.before.contact(position), self.after.contact(number)
            what = None if before is None else self._worsening(before, after)
            if before is not None and what is not None:
                yield LocalLoss(
                    position=position, place=self.before.places[position], what=what,
                    before=before, after=after,
                )  # fmt: skip

    def _worsening(self, before: LocalContact, after: LocalContact | None) -> Worsening | None:
        """What got worse first; None: nothing did, or something that counts more got better.

        More hops are told before a higher cost.
        """
        if after is None:
            return Worsening.LOST
        was, now = _rank(self.before, before), _rank(self.after, after)
        if now <= was:
            return None
        changed = next(at for at in range(len(was)) if was[at] != now[at])
        if changed < len(_RANKED):
            return _RANKED[changed]
        return Worsening.HOPS if after.way.hops > before.way.hops else Worsening.COST

    @property
    def cut_off(self) -> list[int]:
        """The municipalities at which nobody is reached any more, of those where somebody was."""
        lost = {one.position for one in self.losses if one.what is Worsening.LOST}
        places, reached = self.before.places, self.before.reached if lost else []
        had = {places[one].need.area for one in reached}
        return sorted(had - {places[one].need.area for one in reached if one not in lost})


_RANKED: Final = (Worsening.CLASS, Worsening.ANSWERING, Worsening.ANSWERING, Worsening.OLD)


def _rank(ways: LocalWays, contact: LocalContact) -> tuple[int, ...]:
    """How good a contact is, the best first.

    A unit answers as well as a holder, and whoever asks as well as anybody.
    """
    rung, state = ways.answering(contact.post)
    is_best = contact.is_you or rung is AnswerRole.UNIT
    return (
        contact.number,
        AnswerRole.HOLDER.code if is_best else rung.code,
        0 if contact.is_you or state.is_now else state.code,
        contact.way.is_old,
        contact.way.cost,
        contact.way.hops,
    )

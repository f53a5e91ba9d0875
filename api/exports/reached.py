"""Who answers at a post, and which of their contact details may be taken along for a purpose."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from api.asked_moment import RequestedMoment
from api.text.availability import answering
from graph.access.purposes import Purpose
from graph.access.view import View
from graph.exchange.loss_report import LossKind
from graph.paths.answer import Resolution
from graph.paths.policy import Policy
from graph.paths.resolve import resolve
from graph.questions.entities import Detail, details_of
from graph.questions.reveal import is_metered, may_reveal
from graph.vocabulary import Label, Language

MOST_DETAILS: Final = 2  # of a post: one to call, one to write to; each counts against the day


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachableContact:
    """A post, who answers there at a moment, and their first details that may be shown.

    `owner` is whose the details are, by id; `counted` are those that count as revealed. `lost` says
    how many of each kind stay behind.
    """

    row: int
    post: str
    moment: RequestedMoment
    resolution: Resolution
    owner: str
    details: tuple[Detail, ...]
    counted: frozenset[str]
    lost: tuple[tuple[LossKind, int], ...]

    def answers(self, lang: Language) -> str:
        """Who answers, in a sentence."""
        return answering(self.resolution, self.moment, lang)


def reachable_contacts(
    view: View,
    post: int,
    policy: Policy,
    purpose: Purpose,
    moment: RequestedMoment,
    *,
    most: int = MOST_DETAILS,
) -> ReachableContact:
    """A visible post as it is reached at a moment, by so many details at most."""
    resolution = resolve(view, post, policy, at=moment.at)
    owner = None if resolution.reveal is None else view.find(resolution.reveal)
    owner = post if owner is None else owner
    known = () if view.label(owner) is Label.RESOURCE_INDIVIDUAL else details_of(view, owner)
    shown = [one for one in known if one.is_public or may_reveal(view, one.id, purpose)]
    details = tuple(shown[:most])
    return ReachableContact(
        row=post, post=view.id(post), moment=moment, resolution=resolution, owner=view.id(owner),
        details=details,
        counted=frozenset(one.id for one in details if is_metered(view, view.row(one.id))),
        lost=(
            (LossKind.OTHERS, max(len(resolution.order) - 1, 0)),
            (LossKind.MORE_DETAILS, len(shown) - len(details)),
            (LossKind.NOT_SHOWN, len(known) - len(shown)),
        ),
    )  # fmt: skip


def counted_details(several: Iterable[ReachableContact]) -> tuple[str, ...]:
    """The details that count, each once, by id."""
    return tuple(sorted({detail for one in several for detail in one.counted}))

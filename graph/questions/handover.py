"""Handover when somebody moves: the posts of both places, sector by sector, with gaps.

The query never identifies the person who moves: it has a kind of matter and two places.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from graph.access.view import View
from graph.errors import InvalidNeed
from graph.paths.answer import NodeRef, Path, Resolution
from graph.paths.answer_terms import Cause
from graph.paths.answering_costs import post_answers
from graph.paths.ends import (
    LAST_FALLBACK_LEVEL,
    asker_posts_and_networks,
    ends_at,
    matching_rows,
    search_request,
    start_of,
    with_asker_answering,
)
from graph.paths.explain import explain_paths
from graph.paths.need import Need, area_row, check
from graph.paths.no_path import cause_of
from graph.paths.places import at_fallback_level
from graph.paths.policy import Policy
from graph.paths.relaxation import RelaxableSearch
from graph.paths.resolve import node_ref, resolve
from graph.vocabulary import LegalGate, PreventionLevel, Sector, Term, Trigger

SECTORS: Final = (Sector.SOCIAL_SERVICES, Sector.YOUTH, Sector.POLICE, Sector.PSYCHIATRY)
"""The sectors that hand over when somebody moves."""


class Gap(Term):
    """What is missing on the path from one side to the other."""

    NO_POST = "NO_POST", "Ingen funktion", "No post"
    VACANT = "VACANT", "Ingen svarer", "Nobody answers"
    NO_PATH = "NO_PATH", "Ingen kontaktvej", "No contact path"


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverSide:
    """The posts of a sector that answer for one of the places, by id, and who answers.

    `rung`: 0 they answer for the place itself, 1 for the area it lies in, 2 for the country. `gap`
    is NO_POST, or VACANT: nobody answers at any of them.
    """

    rung: int
    posts: tuple[Resolution, ...]
    gap: Gap | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectorHandover:
    """The handover of one sector.

    `path` is the best from a post of the giving side to one of the taking side, `gates` its legal
    gates, in order. `cause` is why there is none, where both sides have posts. `is_same`: no
    handover is needed, since the taking posts answer for both places. `is_exact`: the search was
    not cut off.
    """

    sector: Sector
    giving: HandoverSide
    taking: HandoverSide
    path: Path | None
    gates: tuple[LegalGate, ...]
    cause: Cause | None
    is_same: bool
    is_exact: bool

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What is missing, each once, in the order of `Gap`."""
        gaps = {self.giving.gap, self.taking.gap, Gap.NO_PATH if self.cause else None}
        return tuple(gap for gap in Gap if gap in gaps)


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverAnswer:
    """The two places, the data and policy used, and a row for each requested sector."""

    from_area: NodeRef
    to_area: NodeRef
    on: date
    revision: int
    policy: str
    sectors: tuple[SectorHandover, ...]


def handover(
    view: View,
    policy: Policy,
    *,
    from_area: str,
    to_area: str,
    sectors: tuple[Sector, ...] = SECTORS,
    level: PreventionLevel | None = None,
    at: datetime | None = None,
) -> HandoverAnswer:
    """The posts of both places and the best path between them, for each sector.

    On each side these are the posts of the sector on the first fallback level that has any: those
    of a kind the policy lists under MOVE, else all. The matter is what the policy defines for MOVE.
    `at` is the local minute at which the posts must answer; without it, the date of the View is
    used.

    Raises:
        InvalidNeed: both places are the same, one is not an area, or the caller lacks the level.
        NeedTooWide: a sector has too many posts on one side.
        NotFound: a place is absent or hidden.
    """
    giver, taker = area_row(view, "from_area", from_area), area_row(view, "to_area", to_area)
    if giver == taker:
        raise InvalidNeed("to_area", "er samme sted", "is the same place")
    query = _HandoverQuery(view, policy, giver, taker, level, at)
    return HandoverAnswer(
        from_area=node_ref(view, giver),
        to_area=node_ref(view, taker),
        on=view.on,
        revision=view.revision,
        policy=policy.digest,
        sectors=tuple(query.sector(sector) for sector in sectors),
    )


@dataclass(frozen=True, slots=True)
class _HandoverQuery:
    """One handover query, with the parameters shared by all sectors."""

    view: View
    policy: Policy
    giver: int
    taker: int
    level: PreventionLevel | None
    at: datetime | None

    def sector(self, sector: Sector) -> SectorHandover:
        """The handover of one sector."""
        view, policy = self.view, self.policy
        giving, giving_level = self._answering_for(self.giver, sector)
        taking, taking_level = self._answering_for(self.taker, sector)
        # The need of the taking side, without a trigger: its posts are chosen by sector.
        need = Need(
            on=view.on, at=self.at, area=view.id(self.taker), sector=sector, level=self.level,
            max_paths=1,
        )  # fmt: skip
        check(view, need, policy)
        answers = post_answers(view, policy, self.at)
        own = asker_posts_and_networks(view, answers, giving)
        with_asker = with_asker_answering(answers, own, giving)
        ends = ends_at(view, need, policy, giving, taking, fallback_level=taking_level, own=own)
        path, cause, is_exact = None, None, True
        if ends.starts and ends.targets:
            ask = search_request(view, need, policy, ends)
            search = RelaxableSearch(
                view=view,
                need=need,
                policy=policy,
                ends=ends,
                ask=replace(ask, is_named=policy.triggers[Trigger.MOVE].is_named),
                answers=with_asker,
            )
            result = search.search_again()
            is_exact = result.is_exact
            starts = [start_of(way, with_asker, giving) for way in result.paths]
            (path,) = explain_paths(view, need, policy, result.paths, starts=starts) or (None,)
            cause = None if path else cause_of(search)
        return SectorHandover(
            sector=sector,
            giving=self._side(giving, giving_level),
            taking=self._side(taking, taking_level),
            path=path,
            gates=path.gates if path else (),
            cause=cause,
            is_same=ends.is_here,
            is_exact=is_exact,
        )

    def _answering_for(self, area: int, sector: Sector) -> tuple[list[int], int]:
        """The posts of a sector on the first fallback level with any, listed kinds preferred."""
        posts = matching_rows(self.view, Need(on=self.view.on, sector=sector), self.policy)
        listed = self.policy.triggers[Trigger.MOVE].posts
        for fallback_level in range(LAST_FALLBACK_LEVEL + 1):
            if rows := at_fallback_level(self.view, area, posts, fallback_level):
                first = [row for row in rows if self.view.value(row, "kind") in listed]
                return first or rows, fallback_level
        return [], 0

    def _side(self, posts: list[int], fallback_level: int) -> HandoverSide:
        answers = tuple(resolve(self.view, post, self.policy, at=self.at) for post in posts)
        gap = None if any(answer.rung.is_open for answer in answers) else Gap.VACANT
        return HandoverSide(rung=fallback_level, posts=answers, gap=gap if answers else Gap.NO_POST)

"""A search that can be repeated with one term relaxed, to explain why there is no path.

It also explains why a node is on no path. Source: docs/paths.md, "No path".
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from graph.access.view import View
from graph.paths.answer_terms import AnswerRole, Relaxed
from graph.paths.answering_costs import key_networks, post_answers
from graph.paths.ends import (
    Ends,
    asker_posts_and_networks,
    ends,
    search_request,
    with_asker_answering,
)
from graph.paths.kernel.caller_graph import PostAnswers
from graph.paths.kernel.request import MAX_HOPS, NO_PATHS, Direction, SearchRequest, SearchResult
from graph.paths.kernel.search import search
from graph.paths.need import Need, check
from graph.paths.policy import Policy
from graph.paths.resolve import CLOSED_COST, cost_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RelaxableSearch:
    """One search with all its inputs; a path ends at the first node of `right` it meets."""

    view: View
    need: Need
    policy: Policy
    ends: Ends
    ask: SearchRequest
    answers: PostAnswers
    right: frozenset[int] = frozenset()

    def search_again(self, **terms: Any) -> SearchResult:
        """Return the search result, with other terms if any are given; without ends, no paths."""
        ask = replace(self.ask, **terms)
        if not (ask.starts and ask.targets):
            return NO_PATHS
        return search(self.view, self.policy, ask, self.answers)

    def with_deputies(self, rows: Iterable[int]) -> "RelaxableSearch":
        """Return the search as if a deputy answered at each of these posts where no one does.

        That deputy then answers for the networks that these posts coordinate, which may be answered
        by the asker today.
        """
        cost = self.answers.cost.copy()
        for row in rows:
            if cost[row] == CLOSED_COST:
                cost[row] = cost_of(self.policy, AnswerRole.DEPUTY) + self.answers.response[row]
        key, sits = self.answers.key.copy(), self.answers.sits.copy()
        for column in (key, sits):
            key_networks(self.view, cost != CLOSED_COST, column)
        everybody = replace(self.answers, cost=cost, key=key, sits=sits)
        own = set(asker_posts_and_networks(self.view, everybody, self.ends.origins))
        starts = tuple(row for row in self.ask.starts if row in own)
        return replace(
            self,
            ask=replace(self.ask, starts=starts),
            answers=with_asker_answering(everybody, starts, self.ends.origins),
        )

    def closed_targets(self) -> list[int]:
        """Return the targets at which no one answers."""
        return [row for row in self.ends.targets if self.answers.cost[row] == CLOSED_COST]


def search_of(view: View, need: Need, policy: Policy) -> RelaxableSearch:
    """Return the search for the first class of a need that answers. The View is of its date.

    Raises:
        InvalidNeed: a term this policy or caller does not allow.
        NeedTooWide: too many starts or targets.
        NotFound: something the need names is absent or hidden.
    """
    check(view, need, policy)
    everybody = post_answers(view, policy, need.at)
    reach = ends(view, need, policy, everybody)
    return RelaxableSearch(
        view=view,
        need=need,
        policy=policy,
        ends=reach,
        ask=search_request(view, need, policy, reach),
        answers=with_asker_answering(everybody, reach.starts, reach.origins),
    )


def relaxations(original: RelaxableSearch) -> Iterator[tuple[Relaxed, Mapping[str, Any]]]:
    """Yield each term of the path that can be relaxed, with its relaxed value."""
    ask = original.ask
    if ask.is_named:
        yield Relaxed.MATTER, {"is_named": False}
    if ask.gate is not None:
        yield Relaxed.GATE, {"gate": None}
    if original.need.level is not None:
        wider = replace(original.need, level=None)
        yield (
            Relaxed.LEVEL,
            {"levels": search_request(original.view, wider, original.policy, original.ends).levels},
        )
    if ask.direction is not Direction.ACROSS:
        yield Relaxed.DIRECTION, {"direction": Direction.ACROSS}
    if ask.via:
        yield Relaxed.VIA, {"via": ()}
    if ask.avoid - original.right:
        yield Relaxed.AVOID, {"avoid": original.right}
    if ask.max_hops < MAX_HOPS:
        yield Relaxed.MAX_HOPS, {"max_hops": MAX_HOPS}

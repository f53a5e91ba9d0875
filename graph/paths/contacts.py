"""Selection of the contacts for a need and their paths, class by class, until there are enough.

The paths of a contact are the paths to it alone; no path goes through another post of the first
class, because a path ends at the first fitting post it meets.

Source: docs/paths.md, "The right contact".
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from itertools import chain
from typing import Any

from graph.access.view import View
from graph.paths.answer import Call, Contact, Direct, FewerPaths, Fit, PassedClass, Path, Stop
from graph.paths.answer_terms import AvailabilityState, FitNeed
from graph.paths.answering_costs import post_answers
from graph.paths.capabilities import channels_of
from graph.paths.ends import (
    Ends,
    asker_posts_and_networks,
    check_width,
    direction_of,
    ends_at,
    search_request,
    start_of,
    starts_of,
    with_asker_answering,
)
from graph.paths.explain import Explainer, explain_paths, explainer_of, likely_paths
from graph.paths.fit_classes import FitClass, fit_classes
from graph.paths.intermediates import EndGroup, Intermediates
from graph.paths.kernel.engine_choice import EngineName
from graph.paths.kernel.request import (
    NO_PATHS,
    Direction,
    FewerWhy,
    SearchCutoff,
    SearchPath,
    SearchRequest,
    SearchResult,
)
from graph.paths.kernel.search import search
from graph.paths.need import Need
from graph.paths.no_path import no_path
from graph.paths.policy import Policy
from graph.paths.relaxation import RelaxableSearch
from graph.paths.resolve import DirectContact, node_ref, owner_to_call
from graph.snapshot.csr import Mask
from graph.vocabulary import Label

_LISTED_EMPTY = (FitNeed.NETWORK_IN_AREA, FitNeed.TRIGGER)
_MOST_NAMED = 3
_YOU = -1
"""The key of the asker among those who are contacts already."""


class ContactSearch:
    """One need, its asker, and the contacts found for it.

    `kinds` restricts the contacts to a mask of nodes. `is_cut_off`: some search was cut off.
    `own` are the starts, and all posts and networks at which the asker sits or answers; `answers`
    is who answers, with the asker at their own posts, even if a duty line would.
    """

    def __init__(
        self,
        view: View,
        need: Need,
        policy: Policy,
        engine: EngineName | None = None,
        kinds: Mask | None = None,
    ) -> None:
        self.view, self.need, self.policy = view, need, policy
        self.engine: EngineName | None = engine
        self.is_cut_off = False
        self._kinds = kinds
        self.starts = tuple(starts_of(view, need))
        self.explainer: Explainer = explainer_of(view, need, policy)
        self.direct_contact = DirectContact(view, need, policy, self.starts)
        self._results: dict[int, SearchResult] = {}
        self._shown: dict[int, SearchResult] = {}
        self._contact_keys: set[int] = set()
        everybody = post_answers(view, policy, need.at)
        self.own = asker_posts_and_networks(view, everybody, self.starts)
        self.answers = with_asker_answering(everybody, self.own, self.starts)

    @cached_property
    def classes(self) -> tuple[FitClass, ...]:
        """The fit classes of the need."""
        return fit_classes(self.view, self.need, self.policy, self.starts, self._kinds)

    @property
    def is_one_of_them(self) -> bool:
        """Whether the asker is one of the contacts."""
        return any(row in self.own for fit in self.classes for row in self._open(fit))

    # ---- the contacts

    def contacts(self) -> tuple[tuple[Contact, ...], tuple[PassedClass, ...]]:
        """Return the contacts, and the classes that were skipped above the last of them."""
        contacts: list[Contact] = []
        empty_classes: list[FitClass] = []
        passed_classes: list[FitClass] = []
        most = self.need.max_contacts or self.policy.contacts.most
        for fit in self.classes:
            self._check_width(fit)
            before = len(contacts)
            for row, is_you in self._in_order(fit, most - before):
                key = _YOU if is_you else int(self.answers.key[row])
                if key in self._contact_keys:
                    continue
                self._contact_keys.add(key)
                ways = sum(len(contact.ways) for contact in contacts)
                contacts.append(self._contact(fit, row, len(contacts) + 1, ways + 1, is_you=is_you))
                if len(contacts) == most:
                    break
            if len(contacts) == before:
                empty_classes.append(fit)
                continue
            passed_classes, empty_classes = [*passed_classes, *empty_classes], []
            if len(contacts) == most or fit.need is FitNeed.NODE:
                break
        return tuple(contacts), tuple(
            self._passed_class(fit)
            for fit in passed_classes
            if fit.rows or (fit.number == 1 and fit.need in _LISTED_EMPTY)
        )

    def nearest(self) -> tuple[FitClass, SearchPath] | None:
        """Return the first class with a path to it, and the best path, ignoring availability."""
        for fit in self.classes:
            self._check_width(fit)
            path = self._best_way(self._rows_of_others(fit))
            if path is not None:
                return fit, path
        return None

    def _check_width(self, fit: FitClass) -> None:
        """Refuse more starts or targets than the policy allows. Raises: NeedTooWide."""
        check_width(self.need, self.policy, starts=len(self.starts), targets=len(fit.rows))

    def result_for(self, row: int) -> SearchResult | None:
        """Return the paths shown to a contact; None: the row is not a contact."""
        return self._shown.get(row)

    def search_again(self, row: int, **terms: Any) -> SearchResult:
        """Return what the search for a node finds on other terms."""
        return self._run_search(replace(self._towards(row), **terms))

    def _contact(
        self, fit: FitClass, row: int, number: int, first_way: int, *, is_you: bool
    ) -> Contact:
        found = NO_PATHS if is_you else self._ways(row, self.most_ways(fit))
        stop = self.explainer.stop(row)
        direct = None if is_you else self.direct_contact.direct(row, stop.resolution)
        is_silent = not found.paths and not is_you and not (direct and direct.covers_need)
        ways = self._shown[row] = self._likely(found, may_call=direct is not None)
        fewer = None
        if ways.fewer is not None and found.paths:
            node = ways.fewer.bottleneck
            bottleneck = None if node is None else node_ref(self.view, node)
            fewer = FewerPaths(why=ways.fewer.why, bottleneck=bottleneck)
        starts = [self.start_of(path) for path in ways.paths]
        paths = explain_paths(
            self.view, self.need, self.policy, ways.paths, starts=starts, first=first_way
        )
        return Contact(
            number=number,
            stop=stop,
            fit=self._fit(fit, fit.through.get(row)),
            is_you=is_you,
            direct=direct,
            call=None if is_you else self._call(number, stop, direct, paths),
            ways=paths,
            is_exact=ways.is_exact,
            is_cut_off=ways.is_cut_off,
            fewer=fewer,
            none=no_path(self.search(fit, [row])) if is_silent else None,
        )

    def _call(
        self, number: int, stop: Stop, direct: Direct | None, ways: tuple[Path, ...]
    ) -> Call | None:
        """Return whom to call: the contact if that is allowed, else the first stop on the way."""
        way = ways[0] if direct is None and ways else None
        if direct is None and way is None:
            return None
        first = stop if way is None else way.stops[1]
        who = first.resolution
        if who is not None:
            reveal = owner_to_call(self.view, who)
        else:  # a civilian is called under a consent alone
            is_civilian = first.label is Label.RESOURCE_INDIVIDUAL
            reveal = None if is_civilian and direct is None else first.node.id
        channels = () if reveal is None else channels_of(self.view, self.view.row(reveal))
        return Call(
            contact=number,
            post=first.node,
            way=None if way is None else way.number,
            availability=None if who is None else who.availability,
            channels=tuple(sorted(channels)),
            reveal=reveal if channels else None,
        )

    def _likely(self, found: SearchResult, *, may_call: bool) -> SearchResult:
        """Return the paths that are likely enough; with no direct call, at least the best one."""
        paths = likely_paths(self.policy, found.paths)
        if not paths and not may_call:
            paths = found.paths[:1]
        if len(paths) == len(found.paths):
            return found
        return replace(found, paths=paths, fewer=SearchCutoff(why=FewerWhy.UNLIKELY))

    def _fit(self, fit: FitClass, through: int | None) -> Fit:
        node = None if through is None else node_ref(self.view, through)
        return Fit(need=fit.need, number=fit.number, through=node)

    def start_of(self, path: SearchPath) -> int:
        """Return the requested start at which a path begins, or whose holder has its first post."""
        return start_of(path, self.answers, self.starts)

    def most_ways(self, fit: FitClass) -> int:
        """Return how many paths to each contact of a class are wanted."""
        if self.need.max_paths is not None:
            return self.need.max_paths
        rule = self.policy.contacts
        is_alone = fit.need is FitNeed.NODE and fit.number == 1 and len(fit.rows) == 1
        return rule.ways_alone if is_alone else rule.ways

    # ---- order of the contacts

    def _in_order(self, fit: FitClass, most: int) -> Iterator[tuple[int, bool]]:
        """Yield the nodes of a class that are contacts, and whether the asker answers there."""
        own = [row for row in self._open(fit) if row in self.own]
        yield from ((row, True) for rows in self._by_state(own) for row in rows)
        for rows in self._by_state(self._rows_of_others(fit)):
            remaining_rows = list(rows)
            if len(rows) <= most:
                ways = {row: self._ways(row, self.most_ways(fit)).paths for row in rows}
                remaining_rows = [row for row in rows if not ways[row]]
                reached = (row for row in rows if ways[row])
                for row in sorted(reached, key=lambda row: ways[row][0].order):
                    yield row, False
            else:
                while remaining_rows and (way := self._best_way(remaining_rows)) is not None:
                    remaining_rows.remove(way.rows[-1])
                    yield way.rows[-1], False
            for row in sorted(remaining_rows):
                if self.direct_contact.direct(row, self.explainer.stop(row).resolution) is not None:
                    yield row, False

    def _open(self, fit: FitClass) -> Iterator[int]:
        """The nodes of a class that are not avoided and at which someone is present on the date."""
        cost, avoided = self.answers.cost, self._ask.avoid
        return (row for row in fit.rows if row not in avoided and cost[row] >= 0)

    def _rows_of_others(self, fit: FitClass) -> list[int]:
        """Return the open nodes of a class at which others answer who are not contacts yet."""
        own, key = set(self.own), self.answers.key
        return [
            row
            for row in self._open(fit)
            if row not in own and int(key[row]) not in self._contact_keys
        ]

    def _by_state(self, rows: Iterable[int]) -> list[list[int]]:
        """Group the nodes by availability state, the best state first."""
        states: dict[AvailabilityState, list[int]] = {}
        for row in rows:
            state = AvailabilityState.NOBODY
            if self.view.label(row) is Label.ACTOR:
                state = self.explainer.resolve(row).availability.state
            states.setdefault(state, []).append(row)
        return [states[state] for state in AvailabilityState if state in states]

    def _best_way(self, rows: list[int]) -> SearchPath | None:
        """Return the best path to any of some nodes, with one search per direction and group."""
        by_way: dict[tuple[Direction, EndGroup], list[int]] = {}
        for row in rows:
            way = self.direction(row), self._intermediates.group(row)
            by_way.setdefault(way, []).append(row)
        best: list[SearchPath] = []
        for targets in by_way.values():
            ask = replace(self._towards(targets[0]), targets=dict.fromkeys(targets, 0))
            ask = replace(ask, avoid=ask.avoid.difference(targets), max_paths=1)
            best += self._run_search(ask).paths
        return min(best, key=lambda path: path.order, default=None)

    # ---- the searches

    @cached_property
    def _ask(self) -> SearchRequest:
        """The search request shared by all searches of the need, without targets."""
        nowhere = Ends(
            origins=self.starts, starts=self.own, targets={}, fallback_level=0,
            direction=self.need.direction, is_here=False,
        )  # fmt: skip
        return search_request(self.view, self.need, self.policy, nowhere)

    @cached_property
    def _intermediates(self) -> Intermediates:
        """The nodes that may be crossed."""
        stops = chain.from_iterable(self._ask.via)
        return Intermediates(self.view, self.need, self.policy, self.own, stops)

    @cached_property
    def _right(self) -> frozenset[int]:
        """The nodes of the first class, at which a path ends."""
        return frozenset(self.classes[0].rows) if self.classes else frozenset()

    def _ways(self, row: int, most: int) -> SearchResult:
        """Return the best sufficiently different paths to one node."""
        result = self._results.get(row)
        if result is None:
            result = self._results[row] = self._run_search(
                replace(self._towards(row), max_paths=most)
            )
        return result

    def _towards(self, row: int) -> SearchRequest:
        """Return the request for a node; avoids the rest of the first class except the asker's."""
        others = self._right.difference(self.own, (row,))
        return replace(
            self._ask, targets={row: 0}, avoid=self._ask.avoid | others,
            direction=self.direction(row), closed=self._intermediates.closed_nodes([row]),
        )  # fmt: skip

    def direction(self, row: int) -> Direction:
        """Return the direction through the tiers from the starts to a node."""
        return direction_of(self.view, self.need, self.starts, [row])

    def _run_search(self, ask: SearchRequest) -> SearchResult:
        if not ask.starts:
            return NO_PATHS
        result = search(self.view, self.policy, ask, self.answers, self.engine)
        self.is_cut_off |= result.is_cut_off
        return result

    # ---- skipped classes

    def search(self, fit: FitClass, rows: list[int]) -> RelaxableSearch:
        """Return the search for some nodes of a class; the rest of the first class end a path."""
        reach = ends_at(
            self.view,
            self.need,
            self.policy,
            self.starts,
            rows,
            fallback_level=fit.fallback_level,
            own=self.own,
        )
        right = self._right.difference(self.own, rows)
        ask = search_request(self.view, self.need, self.policy, reach)
        return RelaxableSearch(
            view=self.view, need=self.need, policy=self.policy, ends=reach,
            ask=replace(ask, avoid=ask.avoid | right), answers=self.answers, right=right,
        )  # fmt: skip

    def _passed_class(self, fit: FitClass) -> PassedClass:
        rows = list(fit.rows)
        none = no_path(self.search(fit, rows))
        opens = [
            opening.date()
            for row in rows
            if self.answers.cost[row] < 0
            and (opening := self.explainer.resolve(row).availability.opens_at) is not None
        ]
        return PassedClass(
            fit=self._fit(fit, next(iter(fit.through.values()), None)),
            posts=tuple(node_ref(self.view, row) for row in rows[:_MOST_NAMED]),
            cause=none.cause,
            until=min(opens, default=None),
            none=none,
        )

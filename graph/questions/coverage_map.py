"""One measure for every municipality, district or region.

One row for each area, also where there is nothing to count: then `lack` says why. A post counts as
held even if the holder is hidden from the caller, as in `coverage`; the number of civilians is the
published one, with small numbers suppressed.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from math import inf
from operator import attrgetter
from typing import Final

import numpy as np

from graph.access.disclosure import LEAST
from graph.access.view import View
from graph.errors import NotFound
from graph.paths import capabilities
from graph.paths.answer import NodeRef
from graph.paths.answer_terms import Cause
from graph.paths.need import Need
from graph.paths.places import inside
from graph.paths.policy import Policy
from graph.paths.resolve import node_ref
from graph.questions.coverage import plans_by_area
from graph.questions.post_states import PostRow, PostState, every_post
from graph.questions.reach import (
    MunicipalReach,
    ReachAnswer,
    municipality_codes,
    reach,
    reach_infohouses,
)
from graph.vocabulary import AreaKind, Label, NetworkKind, PostKind, Term

_NEVER: Final = 1_000_000  # days: older than any check, not as bad as no path


class MapMeasure(Term):
    """The measure of each area."""

    VERIFIED = "VERIFIED", "Kontrolleret til tiden", "Checked in time"
    VACANT = "VACANT", "Ubesat", "Vacant"
    WITHOUT_DEPUTY = "WITHOUT_DEPUTY", "Uden stedfortræder", "Without a deputy"
    DOUBLED = "DOUBLED", "Dobbelt besat", "Doubled"
    PLANS_DUE = "PLANS_DUE", "Plan revideres inden for et år", "Plan to be revised within a year"
    HOPS = "HOPS", "Led fra nationalt niveau", "Steps from the national level"
    OLDEST_HOP = (
        "OLDEST_HOP", "Ældste led fra nationalt niveau", "Oldest step from the national level"
    )  # fmt: skip
    COST = (
        "COST",
        "Chance for svar fra nationalt niveau",
        "Chance of an answer from the national level",
    )
    CIVILIANS = "CIVILIANS", "Civile kontakter", "Civilian contacts"


class MapLack(Term):
    """Why an area has no number."""

    NO_POST = "NO_POST", "Ingen funktion", "No post"
    NO_SUCH_DUTY = "NO_SUCH_DUTY", "Gælder ingen funktion her", "Applies to no post here"
    NO_PLAN = "NO_PLAN", "Ingen plan", "No plan"
    NO_PATH = "NO_PATH", "Ingen kontaktvej", "No contact path"
    NEVER = "NEVER", "Aldrig kontrolleret", "Never checked"
    CHECKED_SINCE = "CHECKED_SINCE", "Kun kontrolleret senere", "Only checked later"
    NOT_TOLD = "NOT_TOLD", f"Færre end {LEAST} vises ikke", f"Fewer than {LEAST} are not shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRow:
    """An area, its value by the measure, and the total that the value is counted out of.

    `codes`: the public codes of the municipalities in it. `posts` and `states` count the
    selected posts that answer for it or for an area in it, each once, whatever the measure.
    `number` is None if `lack` is set. With several municipalities the worst path counts; `path` has
    the ids of its nodes, `cause` is the reason if there is none.
    """

    area: NodeRef
    codes: tuple[str, ...]
    posts: int
    states: Mapping[PostState, int]
    number: int | None = None
    of: int | None = None
    lack: MapLack | None = None
    path: tuple[str, ...] = ()
    cause: Cause | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageMap:
    """The query, and a row for each area, by id.

    `kinds` and `networks` are those that have posts on this date, whether selected or not.
    """

    measure: MapMeasure
    by: AreaKind
    on: date
    revision: int
    rows: tuple[MapRow, ...]
    kinds: tuple[PostKind, ...]
    networks: tuple[NetworkKind, ...]


def coverage_map(
    view: View,
    measure: MapMeasure,
    policy: Policy,
    *,
    kinds: Collection[PostKind] = (),
    meets_in: Collection[NetworkKind] = (),
    by: AreaKind = AreaKind.MUNICIPALITY,
) -> CoverageMap:
    """Return the measure for each area of a kind.

    `kinds`: only posts of these kinds; `meets_in`: only posts that meet in a network of these
    kinds. Paths lead from the posts that answer for the country to the posts chosen by these; if
    neither is given, to the two coordinators of each info house.

    Raises:
        NeedTooWide: too many starts or posts.
        NotFound: the measure is of paths, and there is no country on the date.
    """
    data = _Data(view, policy, frozenset(kinds), frozenset(meets_in))
    areas = [area for area in view.rows(Label.AREA) if view.value(area, "kind") is by]
    codes = municipality_codes(view)
    rows: list[MapRow] = []
    for area in areas:
        places: list[int] = np.flatnonzero(inside(view, view.mask(area))).tolist()
        # A post that answers for several areas in it counts once.
        posts = {post.post.id: post for place in places for post in data.posts.get(place, ())}
        states = Counter(state for post in posts.values() for state in post.states)
        row = MapRow(
            area=node_ref(view, area),
            codes=tuple(sorted(codes[place] for place in places if place in codes)),
            posts=len(posts),
            states={state: states[state] for state in PostState if states[state]},
        )
        rows.append(data.with_value(row, measure, places, posts.values()))
    # The kinds that exist, whether selected or not.
    within = inside(view, view.mask(areas))
    every = [post for post in every_post(view) if within[view.row(post.area.id)]]
    present = {post.kind for post in every}
    is_present = view.mask([view.row(post.post.id) for post in every])
    return CoverageMap(
        measure=measure,
        by=by,
        on=view.on,
        revision=view.revision,
        rows=tuple(rows),
        kinds=tuple(kind for kind in PostKind if kind in present),
        networks=tuple(
            kind
            for kind in NetworkKind
            if np.any(capabilities.meets_in(view, frozenset({kind})) & is_present)
        ),
    )


_PATH_FIELDS: Final = {
    MapMeasure.HOPS: "hops", MapMeasure.OLDEST_HOP: "oldest_days", MapMeasure.COST: "cost",
}  # fmt: skip


@dataclass(frozen=True)
class _Data:
    """One query, and the data shared by its areas."""

    view: View
    policy: Policy
    kinds: frozenset[PostKind]
    networks: frozenset[NetworkKind]

    def with_value(
        self, row: MapRow, measure: MapMeasure, places: Sequence[int], posts: Collection[PostRow]
    ) -> MapRow:
        """Return the row with its value; `places` are all areas in it, `posts` their posts."""
        if measure is MapMeasure.PLANS_DUE:
            plans = {plan for place in places for plan in self.plans.get(place, ())}
            if not plans:
                return replace(row, lack=MapLack.NO_PLAN)
            return replace(row, number=sum(is_due for _, is_due in plans), of=len(plans))
        if measure is MapMeasure.CIVILIANS:
            number = sum(self.civilians.get(self.view.id(place), 0) for place in places)
            if not number:
                return replace(row, lack=MapLack.NOT_TOLD)
            return replace(row, number=number)
        if measure in _PATH_FIELDS:
            return self._farthest(row, attrgetter(_PATH_FIELDS[measure]), places)
        counts = [self._is_counted(measure, post) for post in posts]
        of = len(counts) - counts.count(None)
        if not of and measure is MapMeasure.VERIFIED and any(post.check for post in posts):
            return replace(row, lack=MapLack.CHECKED_SINCE)
        if not of:
            return replace(row, lack=MapLack.NO_SUCH_DUTY if counts else MapLack.NO_POST)
        return replace(row, number=counts.count(True), of=of)

    def _is_counted(self, measure: MapMeasure, post: PostRow) -> bool | None:
        """Whether a measure counts a post; None: it does not apply, or it is not known.

        A check after the date replaced the one that was the last on the date.
        """
        if measure is MapMeasure.VERIFIED:
            if post.check is None or (post.check.on or date.min) > self.view.on:
                return None
            return not post.check.is_due
        if PostState.UNIT in post.states:
            return None
        needs_deputy = self.view.value(self.view.row(post.post.id), "needs_deputy")
        if measure is MapMeasure.WITHOUT_DEPUTY and not needs_deputy:
            return None
        return PostState(measure.value) in post.states

    def _farthest(
        self, row: MapRow, number_of: Callable[[MunicipalReach], int | None], places: Sequence[int]
    ) -> MapRow:
        """Return the row with the worst path: no path is worst, then a path never checked."""

        def badness(path: MunicipalReach) -> float:
            number = number_of(path)
            return inf if path.hops is None else _NEVER if number is None else number

        paths = [self.paths[place] for place in places if place in self.paths]
        worst = max(paths, key=badness, default=None)
        if worst is None or worst.hops is None:
            return replace(row, lack=MapLack.NO_PATH, cause=worst and worst.cause)
        number = number_of(worst)
        lack = MapLack.NEVER if number is None else None
        return replace(row, number=number, lack=lack, path=worst.path)

    @cached_property
    def posts(self) -> Mapping[int, list[PostRow]]:
        """The selected posts, by the areas they answer for."""
        view = self.view
        meeting = capabilities.meets_in(view, self.networks) if self.networks else view.visible
        posts: defaultdict[int, list[PostRow]] = defaultdict(list)
        for post in every_post(view):
            if (not self.kinds or post.kind in self.kinds) and meeting[view.row(post.post.id)]:
                posts[view.row(post.area.id)].append(post)
        return posts

    @cached_property
    def plans(self) -> Mapping[int, list[tuple[int, bool]]]:
        """By area, the plans of its owners, and whether each is due within a year."""
        plans: defaultdict[int, list[tuple[int, bool]]] = defaultdict(list)
        for area, plan, _, is_due in plans_by_area(self.view):
            plans[area].append((plan, is_due))
        return plans

    @cached_property
    def civilians(self) -> Mapping[str, int]:
        return self.view.counts()

    @cached_property
    def paths(self) -> Mapping[int, MunicipalReach]:
        """The best path to each municipality; cached, since several measures use it."""
        view, policy = self.view, self.policy

        def search() -> ReachAnswer:
            countries = (area for area in view.rows(Label.AREA)
                         if view.value(area, "kind") is AreaKind.COUNTRY)  # fmt: skip
            row = next(countries, None)
            if row is None:
                raise NotFound("")
            country = view.id(row)
            if not self.kinds and not self.networks:
                return reach_infohouses(view, policy, start=country)
            need = Need(on=view.on, start=country, area=country, network=self.networks)
            return reach(view, need, policy, kinds=self.kinds)

        answer = view.memo(("reached", policy.digest, self.kinds, self.networks), search)
        return {view.row(path.area.id): path for path in answer.municipalities}

"""One measure for every municipality, district or region.

One row for each area, also where there is nothing to count: then `lack` says why. A post counts as
held even if the holder is hidden from the caller, as in `coverage`; the number of civilians is the
published one, with small numbers suppressed.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from math import inf
from typing import Final

import numpy as np

from graph.access.disclosure import LEAST
from graph.access.view import View
from graph.errors import NotFound
from graph.paths import capabilities
from graph.paths.answer import NodeRef
from graph.paths.answer_terms import Cause
from graph.paths.need import Need
from graph.paths.places import areas, inside
from graph.paths.policy import Policy
from graph.paths.resolve import named
from graph.questions.coverage import PLAN_DUE_DAYS
from graph.questions.post_states import (
    PostRow,
    PostState,
    every_post,
    kinds_there,
    mask_of,
    networks_there,
)
from graph.questions.reach import ReachAnswer, Reached, municipality_codes, reach, reach_infohouses
from graph.snapshot.csr import Mask
from graph.snapshot.field_types import date_to_day
from graph.vocabulary import AreaKind, Label, LinkType, NetworkKind, PostKind, Term

_NEVER: Final = 1_000_000  # days: older than any check, not as bad as no path


class MapMeasure(Term):
    """What is told of each area."""

    VERIFIED = "VERIFIED", "Kontrolleret til tiden", "Checked in time"
    VACANT = "VACANT", "Ubesat", "Vacant"
    WITHOUT_DEPUTY = "WITHOUT_DEPUTY", "Uden stedfortræder", "Without a deputy"
    DOUBLED = "DOUBLED", "Dobbelt besat", "Doubled"
    PLANS_DUE = "PLANS_DUE", "Plan revideres inden for et år", "Plan to be revised within a year"
    HOPS = "HOPS", "Led fra nationalt niveau", "Hops from the national level"
    OLDEST_HOP = (
        "OLDEST_HOP", "Ældste led fra nationalt niveau", "Oldest hop from the national level"
    )  # fmt: skip
    COST = "COST", "Pris fra nationalt niveau", "Cost from the national level"
    CIVILIANS = "CIVILIANS", "Civile kontakter", "Civilian contacts"


class MapLack(Term):
    """Why an area has no number."""

    NO_POST = "NO_POST", "Ingen funktion", "No post"
    NO_SUCH_DUTY = "NO_SUCH_DUTY", "Gælder ingen funktion her", "Applies to no post here"
    NO_PLAN = "NO_PLAN", "Ingen plan", "No plan"
    NO_PATH = "NO_PATH", "Ingen kontaktvej", "No contact path"
    NEVER = "NEVER", "Aldrig kontrolleret", "Never checked"
    NOT_TOLD = "NOT_TOLD", f"Færre end {LEAST} vises ikke", f"Fewer than {LEAST} are not shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class MapRow:
    """An area, its number by the measure, and out of how many.

    `codes`: the public codes of the municipalities in it. `posts` and `states` count the posts
    asked about that answer for it or for a part of it, each once, whatever the measure. `number` is
    None where `lack` says why. With several municipalities the worst path counts; `path` holds the
    ids of its nodes, `cause` says why there is none.
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
    """What was asked, and a row for each area, by id.

    `kinds` and `networks` are the ones that have posts on this date, so that a row could count
    them.
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
    """The measure in each area of a kind.

    `kinds`: only posts of these kinds; `meets_in`: only posts that meet in a network of these
    kinds. Paths lead from the posts that answer for the country to the posts chosen by these; if
    neither is given, to the two coordinators of each info house.

    Raises:
        NeedTooWide: too many starts or posts.
        NotFound: paths are asked for, and there is no country on the date.
    """
    asked = _Asked(view, policy, frozenset(kinds), frozenset(meets_in))
    areas_of_kind = [one for one in view.rows(Label.AREA) if view.value(one, "kind") is by]
    return CoverageMap(
        measure=measure,
        by=by,
        on=view.on,
        revision=view.revision,
        rows=tuple(asked.told(measure, asked.place(area)) for area in areas_of_kind),
        kinds=tuple(kinds_there(view, areas_of_kind)),
        networks=tuple(networks_there(view, areas_of_kind)),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """An area's row without its number, all areas in it, and the posts of all these."""

    row: MapRow
    within: Mask
    posts: tuple[PostRow, ...]


@dataclass(frozen=True)
class _Asked:
    """One query, and what its areas share."""

    view: View
    policy: Policy
    kinds: frozenset[PostKind]
    networks: frozenset[NetworkKind]

    def told(self, measure: MapMeasure, place: _Place) -> MapRow:
        """The row of an area by a measure."""
        match measure:
            case MapMeasure.PLANS_DUE:
                return self._plans_due(place)
            case MapMeasure.HOPS | MapMeasure.OLDEST_HOP | MapMeasure.COST:
                return self._farthest(measure, place)
            case MapMeasure.CIVILIANS:
                ids = (self.view.id(one) for one in _marked(place.within))
                number = sum(self._published.get(one, 0) for one in ids)
                if not number:
                    return replace(place.row, lack=MapLack.NOT_TOLD)
                return replace(place.row, number=number)
            case _:
                known = [self._is_so(measure, post) for post in place.posts]
                of = len(known) - known.count(None)
                if not of:
                    lack = MapLack.NO_SUCH_DUTY if known else MapLack.NO_POST
                    return replace(place.row, lack=lack)
                return replace(place.row, number=known.count(True), of=of)

    def place(self, area: int) -> _Place:
        """An area with its row, without the number."""
        within = inside(self.view, mask_of(self.view, [area]))
        # a post that answers for several areas in it counts once
        posts = {post.post.id: post for one in _marked(within) for post in self._posts.get(one, ())}
        states = Counter(state for post in posts.values() for state in post.states)
        row = MapRow(
            area=named(self.view, area),
            codes=tuple(sorted(self._codes[one] for one in _marked(within) if one in self._codes)),
            posts=len(posts),
            states={state: states[state] for state in PostState if states[state]},
        )
        return _Place(row, within, tuple(posts.values()))

    @cached_property
    def _codes(self) -> Mapping[int, str]:
        return municipality_codes(self.view)

    @cached_property
    def _posts(self) -> Mapping[int, list[PostRow]]:
        """The posts asked about, by the areas they answer for."""
        meeting = (
            capabilities.meets_in(self.view, self.networks) if self.networks else self.view.visible
        )
        found: defaultdict[int, list[PostRow]] = defaultdict(list)
        for one in every_post(self.view):
            if self.kinds and one.kind not in self.kinds:
                continue
            if meeting[self.view.row(one.post.id)]:
                found[self.view.row(one.area.id)].append(one)
        return found

    # ---- the measures

    def _is_so(self, measure: MapMeasure, post: PostRow) -> bool | None:
        """Whether a measure counts a post; None: the measure does not apply to it."""
        if measure is MapMeasure.VERIFIED:
            return None if post.check is None else not post.check.is_due
        if PostState.UNIT in post.states:
            return None
        needs_deputy = self.view.value(self.view.row(post.post.id), "needs_deputy")
        if measure is MapMeasure.WITHOUT_DEPUTY and not needs_deputy:
            return None
        return PostState(measure.value) in post.states

    def _plans_due(self, place: _Place) -> MapRow:
        plans = {plan for area in _marked(place.within) for plan in self._plans.get(area, ())}
        if not plans:
            return replace(place.row, lack=MapLack.NO_PLAN)
        return replace(place.row, number=sum(is_due for _, is_due in plans), of=len(plans))

    @cached_property
    def _plans(self) -> Mapping[int, list[tuple[int, bool]]]:
        """By area, the plans of its owners, and whether each is due within a year."""
        view, pairs = self.view, areas(self.view).of
        found: defaultdict[int, list[tuple[int, bool]]] = defaultdict(list)
        for plan in view.rows(Label.PLAN):
            due_on: date | None = view.value(plan, "due_on")
            is_due = due_on is not None and date_to_day(due_on) - view.day <= PLAN_DUE_DAYS
            for owner in view.sources(plan, LinkType.GOVERNED_BY):
                for area in pairs.of(owner).tolist():
                    found[area].append((plan, is_due))
        return found

    def _farthest(self, measure: MapMeasure, place: _Place) -> MapRow:
        """The worst of the paths to its municipalities: none, then one never checked."""
        paths = [self._reached[one] for one in _marked(place.within) if one in self._reached]
        if not paths:
            return replace(place.row, lack=MapLack.NO_PATH)
        worst = max(paths, key=lambda one: _badness(measure, one))
        if worst.hops is None:
            return replace(place.row, lack=MapLack.NO_PATH, cause=worst.cause)
        number = _far(measure, worst)
        lack = MapLack.NEVER if number is None else None
        return replace(place.row, number=number, lack=lack, path=worst.path)

    @cached_property
    def _reached(self) -> Mapping[int, Reached]:
        """The best path to each municipality; cached, since several measures use it."""
        key = ("reached", self.policy.digest, self.kinds, self.networks)
        answer = self.view.memo(key, self._reach)
        return {self.view.row(one.area.id): one for one in answer.municipalities}

    def _reach(self) -> ReachAnswer:
        country = _country(self.view)
        if not self.kinds and not self.networks:
            return reach_infohouses(self.view, self.policy, start=country)
        need = Need(on=self.view.on, start=country, area=country, network=self.networks)
        return reach(self.view, need, self.policy, kinds=self.kinds)

    @cached_property
    def _published(self) -> Mapping[str, int]:
        return self.view.counts()


def _marked(mask: Mask) -> list[int]:
    rows: list[int] = np.flatnonzero(mask).tolist()
    return rows


def _country(view: View) -> str:
    """The id of the country. Raises: NotFound: there is none on the date."""
    for area in view.rows(Label.AREA):
        if view.value(area, "kind") is AreaKind.COUNTRY:
            return view.id(area)
    raise NotFound("")


def _far(measure: MapMeasure, path: Reached) -> int | None:
    """The measure's value of a path; a cost in micro-nats."""
    match measure:
        case MapMeasure.HOPS:
            return path.hops
        case MapMeasure.COST:
            return path.cost
        case _:
            return path.oldest_days


def _badness(measure: MapMeasure, path: Reached) -> float:
    number = _far(measure, path)
    return inf if path.hops is None else _NEVER if number is None else number

"""Reference needs: what must be reachable in every municipality, and from which posts.

In each municipality SSP, PSP, KSP, the info house and the social intake; from the national level
and from the police district the municipality lies in. Neither a matter nor a person is named.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from graph.access.view import View, memoize_by_view
from graph.paths.answer_terms import FitGroup, FitNeed
from graph.paths.capabilities import is_kind, posts
from graph.paths.ends import starts_of
from graph.paths.fit_classes import fit_classes
from graph.paths.need import Need
from graph.paths.places import among, posts_covering
from graph.paths.policy import Policy
from graph.questions.reach import municipalities
from graph.vocabulary import AreaKind, Label, LinkType, NetworkKind, PostKind, Term, Tier


class Reference(Term):
    """The contacts that every municipality has: networks, by their kinds, and a social intake."""

    kinds: frozenset[NetworkKind]

    def __init__(self, _id: str, _da: str, _en: str, *kinds: NetworkKind) -> None:
        self.kinds = frozenset(kinds)

    SSP = "SSP", "SSP", "SSP", NetworkKind.SSP
    PSP = "PSP", "PSP", "PSP", NetworkKind.PSP_STEERING, NetworkKind.PSP_OPERATIONAL
    KSP = "KSP", "KSP", "KSP", NetworkKind.KSP
    INFOHOUSE = (
        "INFOHOUSE", "Infohus", "Info house",
        NetworkKind.INFOHOUSE_NETWORK, NetworkKind.INFOHOUSE_MUNICIPALITY,
    )  # fmt: skip
    SOCIAL_INTAKE = "SOCIAL_INTAKE", "Social modtagelse", "Social intake"


ANYTHING: Final = Reference.INFOHOUSE.kinds
"""Placeholder for a need of which only the start counts: a need must name something."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalClass:
    """The posts of one fit class, ascending; `number` counts from 1, the best."""

    number: int
    group: FitGroup
    rows: tuple[int, ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class LocalNeed:
    """A municipality, a reference, and the posts that fit it in a View."""

    view: View
    policy: Policy
    area: int
    reference: Reference

    def classes(self) -> Iterator[LocalClass]:
        """The classes that have a post, best first; lazy, since the first mostly suffices."""
        if self._first.rows:
            yield self._first
        yield from (later for later in self._later if later.rows)

    @cached_property
    def need(self) -> Need:
        """What `find` is asked, without its start."""
        view = self.view
        return Need(on=view.on, area=view.id(self.area), network=self.reference.kinds)

    @cached_property
    def first(self) -> frozenset[int]:
        """The posts of the first class, at which a path ends."""
        return frozenset(self._first.rows)

    @cached_property
    def _first(self) -> LocalClass:
        if not self.reference.kinds:
            intakes = is_kind(self.view, Label.ACTOR, [PostKind.SOCIAL_INTAKE])
            rows: list[int] = among(self.view, self.area, intakes, 0).tolist()
            return LocalClass(number=1, group=FitGroup.EXACT, rows=tuple(rows))
        rules = self.policy.fit[FitNeed.NETWORK_IN_AREA][:1]
        fit = {**self.policy.fit, FitNeed.NETWORK_IN_AREA: rules}
        return self._local_classes(replace(self.policy, fit=fit))[0]

    @cached_property
    def _later(self) -> tuple[LocalClass, ...]:
        return self._local_classes(self.policy)[1:] if self.reference.kinds else ()

    def _local_classes(self, policy: Policy) -> tuple[LocalClass, ...]:
        return tuple(
            LocalClass(number=fit.number, group=fit.rule.who, rows=fit.rows)
            for fit in fit_classes(self.view, self.need, policy, ())
        )


@memoize_by_view
def local_needs(view: View, policy: Policy) -> tuple[LocalNeed, ...]:
    """Return the needs of all municipalities, by id, then reference, except those no post fits."""
    needs = (
        LocalNeed(view=view, policy=policy, area=area, reference=reference)
        for area in municipalities(view)
        for reference in Reference
    )
    return tuple(need for need in needs if any(need.classes()))


# ---- starts


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalStart:
    """The posts where paths begin, and their tier; None: they were named.

    `district` is the police district to whose municipalities paths begin there; None: all.
    """

    tier: Tier | None
    district: int | None
    posts: tuple[int, ...]

    def in_view(self, view: View) -> "LocalStart":
        """The same start in a View without some nodes; a district without its head uses others."""
        posts = tuple(row for row in self.posts if view.visible[row])
        if len(posts) == len(self.posts):
            return self
        if self.district is not None:
            posts = _district_posts(view, self.district)
        return replace(self, posts=posts)


def local_starts(view: View, start: str | None = None) -> tuple[LocalStart, ...]:
    """Where paths begin: the named start, else the top and each police district.

    A district whose posts are the top themselves is not used twice.

    Raises:
        NotFound: the start is absent or hidden.
    """
    top = top_posts(view, start)
    if start is not None:
        return (LocalStart(tier=None, district=None, posts=top),)
    districts = {district for area in municipalities(view) for district in _around(view, area)}
    return (
        LocalStart(tier=Tier.NATIONAL, district=None, posts=top),
        *(
            LocalStart(tier=Tier.DISTRICT, district=district, posts=posts)
            for district in sorted(districts)
            if (posts := _district_posts(view, district)) and posts != top
        ),
    )


def starts_to(view: View, starts: Iterable[LocalStart], area: int) -> list[LocalStart]:
    """Return the starts of the paths to a municipality."""
    around = (None, *_around(view, area))
    return [start for start in starts if start.district in around]


def top_posts(view: View, start: str | None = None) -> tuple[int, ...]:
    """The named posts, else those of the highest tier in the View.

    Raises:
        NotFound: the start is absent or hidden.
    """
    if start is not None:
        return tuple(starts_of(view, Need(on=view.on, start=start, network=ANYTHING)))
    heights = view.nodes.height[posts(view)]
    if not len(heights):
        return ()
    highest = posts(view) & (view.nodes.height == heights.min())
    rows: list[int] = np.flatnonzero(highest).tolist()
    return tuple(rows)


def _around(view: View, area: int) -> list[int]:
    """The police district a municipality lies in."""
    parents = view.targets(area, LinkType.LIES_IN)
    return [row for row in parents if view.value(row, "kind") is AreaKind.POLICE_DISTRICT]


def _district_posts(view: View, district: int) -> tuple[int, ...]:
    """The head of crime prevention of a police district; without one, all posts of its tier."""
    rows = posts_covering(view, district)
    rows = [row for row in rows if view.value(row, "tier") is Tier.DISTRICT]
    heads = [row for row in rows if view.value(row, "kind") is PostKind.HEAD_OF_CRIME_PREVENTION]
    return tuple(heads or rows)

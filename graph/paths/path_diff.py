"""Comparison of the paths of a need on two dates: kept, gone and new paths, with reasons.

Of a person or civilian, and of a tie or consent, only its absence is reported: hidden, ended and
never existing give the same result.

Two dates are compared, not two revisions. The store could restore an earlier revision, but an
earlier graph holds the consents, visibilities and grants of that time: a View of it would show who
has withdrawn since. Rights are always those of today, on any date; so only dates are compared.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import chain
from math import inf
from typing import Any, Final

from graph.access.view import View
from graph.errors import InvalidNeed, NotFound
from graph.paths import Need
from graph.paths.answer import Hop, NodeRef, Path, Resolution
from graph.paths.answer_terms import Cause
from graph.paths.contacts import ContactSearch
from graph.paths.explain import preference_of
from graph.paths.kernel.request import SearchPath
from graph.paths.no_path import cause_of
from graph.paths.policy import Policy
from graph.paths.relaxation import RelaxableSearch, search_of
from graph.paths.resolve import node_ref, resolve
from graph.snapshot.field_types import day_to_date
from graph.vocabulary import Label, LinkType, PreventionLevel, Term, Trigger

_OF_PEOPLE: Final = (Label.PERSON, Label.RESOURCE_INDIVIDUAL)
_TIES: Final = (LinkType.KNOWS, LinkType.DOOR_OPENER_FOR, LinkType.REPRESENTS)
_MOST_ALIKE: Final = 8
_BODY_STAYS: Final = (LinkType.MEMBER_OF, LinkType.COORDINATES)


class PathChangeReason(Term):
    """The change of a part of a path, or of the whole, between two dates."""

    ENDED = "ENDED", "Ophørt", "Ended"
    BEGUN = "BEGUN", "Begyndt", "Begun"
    NOT_THERE = "NOT_THERE", "Er der ikke på den dato", "Is not there on that date"
    CLOSED = "CLOSED", "Ingen svarer", "Nobody answers"
    ANSWERS = "ANSWERS", "En anden svarer", "Somebody else answers"
    GATE = "GATE", "Et andet grundlag", "Another legal ground"
    LEVEL = "LEVEL", "Andre forebyggelsesniveauer", "Other prevention levels"
    FRESHNESS = "FRESHNESS", "Kontrollen er ældre eller nyere", "The check is older or newer"
    TERMS = "TERMS", "Opfylder ikke behovet den dag", "Does not meet the need that day"
    DEARER = "DEARER", "Mindre sikker end andre", "Less sure than others"
    OVERLAP = "OVERLAP", "Ligner en anden vej", "Too like another path"
    RULES = "RULES", "Reglerne giver ikke vejen den dag", "The rules do not give it that day"


@dataclass(frozen=True, slots=True, kw_only=True)
class PathChange:
    """One difference between two dates.

    `stop` and `hop` are positions on the path, from 0; a difference of the whole path has neither.
    `node` is that of the stop, or, with a hop, the node inside a step to which the link leads.
    `on`: the first date on which it holds. `successor`: the node that replaced an ended one. `was`
    and `now` are terms: who answers, a ground, a freshness. Costs are in micro-nats.
    """

    what: PathChangeReason
    stop: int | None = None
    hop: int | None = None
    node: NodeRef | None = None
    on: date | None = None
    successor: NodeRef | None = None
    was: Term | None = None
    now: Term | None = None
    who_was: NodeRef | None = None
    who_is: NodeRef | None = None
    levels_were: frozenset[PreventionLevel] | None = None
    levels_are: frozenset[PreventionLevel] | None = None
    cost_was: int | None = None
    cost_is: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DatedPath:
    """A path of an answer: as explained, and as searched."""

    path: Path
    search_path: SearchPath


@dataclass(frozen=True)
class DiffSide:
    """A need on one of the two dates. What it names may exist on the other date alone."""

    view: View
    need: Need
    policy: Policy

    @cached_property
    def search(self) -> RelaxableSearch | None:
        """The search; None if something the need names does not exist on that date."""
        try:
            return search_of(self.view, self.need, self.policy)
        except NotFound:
            return None

    @cached_property
    def contact_search(self) -> ContactSearch:
        """The search for contacts; requires that what the need names exists on that date."""
        return ContactSearch(self.view, self.need, self.policy)

    @cached_property
    def ways(self) -> tuple[DatedPath, ...]:
        """The paths of the answer in their order; in acute danger there are none."""
        if self.search is None or self.need.trigger is Trigger.ACUTE:
            return ()
        listed: list[DatedPath] = []
        for contact in self.contact_search.contacts()[0]:
            result = self.contact_search.result_for(self.view.row(contact.stop.node.id))
            search_paths = () if result is None or contact.is_you else result.paths
            pairs = zip(contact.ways, search_paths, strict=True)
            listed += [DatedPath(path=path, search_path=search_path) for path, search_path in pairs]
        return tuple(listed)

    @property
    def cause(self) -> Cause | None:
        """Why there is no path; None if there is one, or if what is named does not exist."""
        if self.search is None or self.ways or self.need.trigger is Trigger.ACUTE:
            return None
        return cause_of(self.search)

    def answers(self, row: int) -> Resolution:
        """Return who answers at a post."""
        return resolve(self.view, row, self.policy, preference_of(self.need), self.need.at)

    def path_over(self, rows: tuple[int, ...]) -> SearchPath | None:
        """Return the path over exactly these nodes, listed or not."""
        inner = rows[1:-1]
        searches: list[dict[str, Any]] = [{"max_paths": self.policy.search.max_paths}]
        if inner and not self.need.via:
            via = tuple(frozenset({row}) for row in dict.fromkeys((inner[0], inner[-1])))
            searches.append({"via": via, "max_paths": _MOST_ALIKE})
        results = (
            self.contact_search.search_again(rows[-1], overlap_percent=100, **terms)
            for terms in searches
        )
        paths = chain.from_iterable(result.paths for result in results)
        return next((path for path in paths if path.rows == rows), None)


def broken_paths(way: DatedPath, here: DiffSide, there: DiffSide) -> Iterator[PathChange]:
    """Yield why a path of one date is not among those of the other: each place where it breaks.

    If it breaks nowhere: why it is not listed.
    """
    breaks = [*_stops(way, here, there), *_hops(way, here, there)]
    yield from sorted(
        breaks or _unlisted_reasons(way, here, there),
        key=lambda change: (  # along the path: a stop comes before the hop that leaves it
            next((place for place in (change.stop, change.hop) if place is not None), inf),
            change.stop is None,
        ),
    )


# ---- stops


def _stops(way: DatedPath, here: DiffSide, there: DiffSide) -> Iterator[PathChange]:
    for number, stop in enumerate(way.path.stops):
        for node in stop.covers:
            row = there.view.find(node.id)
            if row is None:
                former_row = here.view.row(node.id)
                begins, ends = (
                    here.view.nodes.valid_from[former_row],
                    here.view.nodes.valid_to[former_row],
                )
                on = _date_of_change(int(begins), int(ends), here.view, there.view)
                if on is None or here.view.label(former_row) in _OF_PEOPLE:
                    yield PathChange(what=PathChangeReason.NOT_THERE, stop=number, node=node)
                elif there.view.on < here.view.on:
                    yield PathChange(what=PathChangeReason.BEGUN, stop=number, node=node, on=on)
                else:
                    after = there.view.find_current(node.id)
                    yield PathChange(
                        what=PathChangeReason.ENDED, stop=number, node=node, on=on,
                        successor=None if after is None else node_ref(there.view, after),
                    )  # fmt: skip
            elif number and there.view.label(row) is Label.ACTOR:
                answers = there.answers(row)
                if not answers.rung.is_open:
                    yield PathChange(
                        what=PathChangeReason.CLOSED,
                        stop=number,
                        node=node,
                        on=answers.vacant_since,
                        was=here.answers(here.view.row(node.id)).rung,
                        now=answers.rung,
                    )


def _date_of_change(begins: int, ends: int, here: View, there: View) -> date | None:
    """Return the date between two Views on which an element ended or began; None: neither."""
    if here.on < there.on:
        return day_to_date(ends) if here.day < ends <= there.day else None
    return day_to_date(begins) if there.day < begins <= here.day else None


# ---- hops


def _hops(way: DatedPath, here: DiffSide, there: DiffSide) -> Iterator[PathChange]:
    """Yield where a link differs; for a link inside a step, also the node it leads to."""
    number = -1
    for place, search_hop in enumerate(way.search_path.hops):
        number += not search_hop.is_inside or not place
        hop = here.contact_search.explainer.hop((search_hop,))
        ends = [there.view.find(node.id) for node in (hop.source, hop.target)]
        if None in ends:
            continue  # reported for the stop
        node = hop.target if search_hop.is_inside and place else None
        link = _link(hop, there.view)
        if link is None:
            yield replace(_link_absence(hop, here.view, there.view), hop=number, node=node)
        elif hop.facts.gate is not (gate := there.view.link_value(link, "gate")):
            yield PathChange(
                what=PathChangeReason.GATE, hop=number, node=node, was=hop.facts.gate, now=gate
            )
        elif hop.facts.levels != (levels := there.view.link_value(link, "levels")):
            yield PathChange(
                what=PathChangeReason.LEVEL, hop=number, node=node, levels_were=hop.facts.levels,
                levels_are=levels,
            )  # fmt: skip


def _link(hop: Hop, view: View) -> int | None:
    """Return the link of a hop, else one of its type between the same nodes; None: none."""
    link = view.find_link(hop.facts.link)
    if hop.facts.type is LinkType.KNOWS:
        ends = [view.row(node.id) for node in (hop.source, hop.target)]
        seats = [seat for end in ends for seat in (end, *view.sources(end, LinkType.HOLDS))]
        rows = (view.find(node.id) for node in hop.facts.carriers)
        return link if all(row in seats for row in rows) else None
    if link is not None:
        return link
    source, target = (view.row(node.id) for node in (hop.source, hop.target))
    if not hop.is_forward:
        source, target = target, source
    links = view.out(source, hop.facts.type)
    return next((other for other in links if view.target(other) == target), None)


def _link_absence(hop: Hop, here: View, there: View) -> PathChange:
    """Return the change of a link that is absent; the caller adds its position."""
    labels = {here.label(here.row(node.id)) for node in (hop.source, hop.target)}
    link = here.find_link(hop.facts.link)
    is_tie = hop.facts.type in _TIES or not labels.isdisjoint(_OF_PEOPLE)
    if link is None or is_tie:
        return PathChange(what=PathChangeReason.NOT_THERE)
    begins, ends = int(here.links.valid_from[link]), int(here.links.valid_to[link])
    on = _date_of_change(begins, ends, here, there)
    if on is None:
        return PathChange(what=PathChangeReason.NOT_THERE)
    if there.on < here.on:
        return PathChange(what=PathChangeReason.BEGUN, on=on)
    # The one new member or coordinator of the body that was left, if there is only one.
    link_type, successor = here.link_type(link), None
    body = there.find(here.id(here.target(link))) if link_type in _BODY_STAYS else None
    if body is not None:
        new = [
            other
            for other in there.into(body, link_type)
            if int(there.links.valid_from[other]) > here.day
        ]
        successor = node_ref(there, there.source(new[0])) if len(new) == 1 else None
    return PathChange(what=PathChangeReason.ENDED, on=on, successor=successor)


# ---- other reasons for not being listed


def _unlisted_reasons(way: DatedPath, here: DiffSide, there: DiffSide) -> list[PathChange]:
    """Return why a path that is whole is not listed: the ends of the need, cost, or overlap."""
    if there.search is None:
        return [PathChange(what=PathChangeReason.TERMS)]
    rows = tuple(there.view.row(here.view.id(row)) for row in way.search_path.rows)
    outside: list[PathChange] = []
    if rows[0] not in there.contact_search.own:
        start = node_ref(there.view, rows[0])
        outside.append(PathChange(what=PathChangeReason.TERMS, stop=0, node=start))
    if not any(rows[-1] in fit.rows for fit in there.contact_search.classes):
        last, node = len(way.path.stops) - 1, way.path.stops[-1].node
        outside.append(PathChange(what=PathChangeReason.TERMS, stop=last, node=node))
    if outside:
        return outside
    also = there.path_over(rows)
    if also is None:
        return [PathChange(what=PathChangeReason.RULES)]
    result = there.contact_search.result_for(rows[-1])
    is_last = result is None or (result.fewer is None and result.paths[-1].order < also.order)
    what = PathChangeReason.DEARER if is_last else PathChangeReason.OVERLAP
    return [PathChange(what=what, cost_was=way.path.cost, cost_is=also.cost)]


# ---- what changed on a path of both dates


def changed_paths(before: Path, after: Path) -> Iterator[PathChange]:
    """Yield the differences along a path of both dates; its steps may group nodes differently.

    The first stop is the asker, who may sit at another post on the other date.
    """
    answering = {node.id: stop for stop in after.stops[1:] for node in stop.covers}
    for number, old in enumerate(before.stops[1:], 1):
        was, now = old.resolution, answering[old.node.id].resolution
        if old.label is not Label.ACTOR or was is None or now is None:
            continue
        if (was.rung, was.who and was.who.id) != (now.rung, now.who and now.who.id):
            yield PathChange(
                what=PathChangeReason.ANSWERS, stop=number, node=now.post, on=was.until,
                was=was.rung, now=now.rung, who_was=was.who, who_is=now.who,
            )  # fmt: skip
    hops = {(hop.source.id, hop.target.id): hop.facts for hop in after.hops}
    for number, hop in enumerate(before.hops):
        old_facts, facts = hop.facts, hops.get((hop.source.id, hop.target.id))
        if facts is None:
            continue
        if old_facts.gate is not facts.gate:
            yield PathChange(
                what=PathChangeReason.GATE, hop=number, was=old_facts.gate, now=facts.gate
            )
        if old_facts.levels != facts.levels:
            yield PathChange(
                what=PathChangeReason.LEVEL, hop=number, levels_were=old_facts.levels,
                levels_are=facts.levels,
            )  # fmt: skip
        if old_facts.freshness is not facts.freshness:
            yield PathChange(
                what=PathChangeReason.FRESHNESS, hop=number, was=old_facts.freshness,
                now=facts.freshness,
            )  # fmt: skip


class PathFate(Term):
    """Whether a path is on both dates, only the first, or only the second."""

    KEPT = "KEPT", "Bevaret", "Kept"
    GONE = "GONE", "Væk", "Gone"
    NEW = "NEW", "Ny", "New"


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedPath:
    """A path over the same nodes, as each date has it, and the differences.

    For a path that is gone: where it breaks. For a new one: where it would have broken before.
    """

    fate: PathFate
    before: Path | None
    after: Path | None
    why: tuple[PathChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PathDiff:
    """The paths of the first date in their order, then the new ones in theirs.

    The causes: why a date has no path. They are also None if something that the need names does
    not exist on the date.
    """

    need: Need
    against: Need
    revision: int
    policy: str
    paths: tuple[ComparedPath, ...]
    cause_before: Cause | None
    cause_after: Cause | None


def path_diff(before: View, after: View, need: Need, policy: Policy) -> PathDiff:
    """Return the comparison of the answers to one need in two dated Views of one caller.

    Raises:
        InvalidNeed: the second date does not come after the first; or as `find`.
        NeedTooWide: as `find`.
        NotFound: something the need names is absent or hidden on both dates.
    """
    if after.on <= before.on:
        raise InvalidNeed("against", "skal ligge efter »on«", 'must come after "on"')
    old, new = (DiffSide(view, replace(need, on=view.on), policy) for view in (before, after))
    if old.search is None and new.search is None:
        search_of(before, old.need, policy)  # raises NotFound for what is absent
    earlier, later = (
        {tuple(map(side.view.id, way.search_path.rows)): way for way in side.ways}
        for side in (old, new)
    )
    paths: list[ComparedPath] = []
    for nodes, way in earlier.items():
        match = later.get(nodes)
        if match is None:
            why, fate, now = broken_paths(way, old, new), PathFate.GONE, None
        else:
            why, fate, now = changed_paths(way.path, match.path), PathFate.KEPT, match.path
        paths.append(ComparedPath(fate=fate, before=way.path, after=now, why=tuple(why)))
    for nodes, way in later.items():
        if nodes not in earlier:
            why = tuple(broken_paths(way, new, old))
            paths.append(ComparedPath(fate=PathFate.NEW, before=None, after=way.path, why=why))
    return PathDiff(
        need=old.need,
        against=new.need,
        revision=max(before.revision, after.revision),
        policy=policy.digest,
        paths=tuple(paths),
        cause_before=old.cause,
        cause_after=new.cause,
    )

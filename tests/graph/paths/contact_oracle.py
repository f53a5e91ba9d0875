"""An oracle of the whole answer: the right contacts, their order, and every way to them.

Written from docs/paths.md, "The right contact" with the View's own methods and the oracles of ways,
fit and opening hours.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from graph.access.policy import Role
from graph.access.view import View
from graph.model.opening_hours import mean_wait_days
from graph.paths.answer_terms import AnswerRole, AvailabilityState, DirectGround, FitNeed
from graph.paths.kernel.request import Direction, SearchRequest
from graph.paths.need import Need, Via, granted_levels, speaks
from graph.paths.policy import Policy
from graph.snapshot.structure import areas_of, posts_of
from graph.vocabulary import (
    Channel,
    ConsentPurpose,
    Label,
    LegalGate,
    LinkType,
    NetworkKind,
    PreventionLevel,
    Sector,
    Trigger,
)
from tests.graph.paths.clock_oracle import Candidate, answered, candidates, wait_minutes
from tests.graph.paths.fit_oracle import Fitting
from tests.graph.paths.oracle import Oracle, OraclePath, height, micro
from tests.graph.paths.step_oracle import Steps

_STAFF: Final = (Role.COORDINATOR, Role.OUTREACH)
_REPORTED_IF_EMPTY: Final = (FitNeed.NETWORK_IN_AREA, FitNeed.TRIGGER)
"""Kinds of need whose first class is reported as passed even if it is empty."""
Ground = tuple[int, int, int, int, LegalGate, int]
"""Sort key (networks before authorities, place of the gate, gate, node), then gate and node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OracleContact:
    """A contact; `state` is None if it is not a post, `first` the best way, shown or not."""

    row: int
    number: int
    is_you: bool
    state: AvailabilityState | None
    ground: DirectGround | None
    covers_need: bool
    gate: LegalGate | None
    through: int | None
    ways: tuple[OraclePath, ...]
    first: OraclePath | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OracleAnswer:
    """The contacts in order, and the numbers of the classes that were passed."""

    contacts: tuple[OracleContact, ...]
    passed: tuple[int, ...]


class ContactOracle:
    """The answer to one need."""

    def __init__(self, view: View, need: Need, policy: Policy) -> None:
        self.view, self.need, self.policy = view, need, policy
        self.most = need.max_contacts or policy.contacts.most
        rows = range(len(view.visible))
        self.answered = {
            row: answered(view, row, policy, need.at) for row in view.rows(Label.ACTOR)
        }
        self.entering = [self._entering(row) for row in rows]
        self.keys = [self._key(row) for row in rows]
        self.asked = self._starts()
        self.starts = self._widened()
        stops = [self._via(item) for item in need.via]
        self.steps = Steps(view, need, policy, self.starts, stops)
        self.kind, self.classes = FitNeed.TRIGGER, list[list[int]]()
        if need.trigger is not Trigger.ACUTE:  # the answer is a card there
            fitting = Fitting(view, need, policy, self.asked)
            self.kind, self.classes = fitting.kind, fitting.classes()

    def answer(self) -> OracleAnswer:
        if self.need.trigger is Trigger.ACUTE:
            return OracleAnswer(contacts=(), passed=())
        contacts: list[OracleContact] = []
        left: list[int] = []
        passed: list[int] = []
        for number, rows in enumerate(self.classes, 1):
            here = [contact for row in rows if (contact := self._contact(number, row))]
            new = self._new(contacts, sorted(here, key=self._order))
            if new:
                passed, contacts = left.copy(), [*contacts, *new]
            elif rows or (number == 1 and self.kind in _REPORTED_IF_EMPTY):
                left.append(number)
            is_enough = new and self.kind is FitNeed.NODE
            if is_enough or len(contacts) >= self.most:
                break
        return OracleAnswer(contacts=tuple(contacts[: self.most]), passed=tuple(passed))

    def _new(
        self, earlier: list[OracleContact], contacts: list[OracleContact]
    ) -> list[OracleContact]:
        """Return the contacts that mean another call than each one before."""
        keys = {self._call(contact) for contact in earlier}
        new: list[OracleContact] = []
        for contact in contacts:
            if self._call(contact) not in keys:
                new.append(contact)
                keys.add(self._call(contact))
        return new

    def _call(self, contact: OracleContact) -> int:
        """Return who is called; -1 is the asker."""
        return -1 if contact.is_you else self.keys[contact.row]

    # ---- contacts

    def _contact(self, number: int, row: int) -> OracleContact | None:
        """A row as a contact; None where it cannot be contacted."""
        if row in self._avoided() or self.entering[row] < 0:
            return None
        is_you = row in self.starts
        direct = None if is_you else self._direct(row)
        found = () if is_you else self._ways(row, number)
        if not (is_you or found or direct):
            return None
        most_cost = micro(self.policy.contacts.least_chance)
        ways = tuple(way for way in found if way.cost <= most_cost)
        if not direct:
            ways = ways or found[:1]
        ground, covers_need, gate, through = direct or (None, False, None, None)
        is_post = row in self.answered
        return OracleContact(
            row=row, number=number, is_you=is_you, ground=ground, covers_need=covers_need,
            gate=gate, through=through, ways=ways, first=found[0] if found else None,
            state=self.answered[row].state if is_post else None,
        )  # fmt: skip

    def _order(self, contact: OracleContact) -> tuple[object, ...]:
        """Return the sort key: the asker, who answers soonest, those with a way, the best way."""
        state = contact.state or AvailabilityState.NOBODY
        first = contact.first
        return not contact.is_you, state.code, first is None, first or contact.row

    def _ways(self, row: int, number: int) -> tuple[OraclePath, ...]:
        need, search = self.need, self.policy.search
        others = frozenset(self.classes[0]) - {row} - self.starts
        overlap = need.overlap_percent
        request = SearchRequest(
            starts=tuple(self.starts),
            targets={row: 0},
            direction=self._direction(row),
            max_hops=need.max_hops or search.default_hops,
            max_paths=need.max_paths or self._most_ways(number),
            overlap_percent=search.overlap_percent if overlap is None else overlap,
            levels=frozenset({need.level}) if need.level else granted_levels(self.view),
            is_named=self._is_named(),
            gate=need.gate,
            via=tuple(self._via(item) for item in need.via),
            avoid=self._avoided() | others,
        )
        request = replace(request, closed=self.steps.closed(row))
        oracle = Oracle(self.view, self.policy, request, self.entering, self.keys)
        return tuple(oracle.diverse()[0])

    def _most_ways(self, number: int) -> int:
        is_alone = self.kind is FitNeed.NODE and number == 1 and len(self.classes[0]) == 1
        rule = self.policy.contacts
        return rule.ways_alone if is_alone else rule.ways

    def _is_named(self) -> bool:
        trigger = self.need.trigger
        return trigger is not None and self.policy.triggers[trigger].is_named

    def _direction(self, row: int) -> Direction:
        if self.need.direction is not Direction.AUTO:
            return self.need.direction
        start = min((height(self.view, origin) for origin in self.asked), default=255)
        end = height(self.view, row)
        if start == end:
            return Direction.ACROSS
        return Direction.DOWN if start < end else Direction.UP

    def _via(self, item: Via) -> frozenset[int]:
        view = self.view
        if isinstance(item, NetworkKind | frozenset):
            kinds = item if isinstance(item, frozenset) else {item}
            rows = view.rows(Label.NETWORK)
            return frozenset(row for row in rows if view.value(row, "kind") in kinds)
        if isinstance(item, Sector):
            rows = view.rows(Label.ACTOR)
            return frozenset(row for row in rows if view.value(row, "sector") is item)
        return self._rows_of(item)

    def _avoided(self) -> frozenset[int]:
        return frozenset(row for node_id in self.need.avoid for row in self._rows_of(node_id))

    def _rows_of(self, node_id: str) -> frozenset[int]:
        """Return the posts of an authority or person, else the node itself."""
        row = self.view.row(node_id)
        if self.view.label(row) in (Label.AUTHORITY, Label.PERSON):
            return frozenset(self._posts(row))
        return frozenset({row})

    def _posts(self, row: int) -> list[int]:
        return [post for post in posts_of(self.view, row) if self.view.label(post) is Label.ACTOR]

    # ---- the asker

    def _starts(self) -> list[int]:
        view, need = self.view, self.need
        if need.start is not None:
            row = view.row(need.start)
            if view.label(row) is Label.RESOURCE_INDIVIDUAL:
                return [row]
            return self._covering(row) if view.label(row) is Label.AREA else self._posts(row)
        if need.from_area is not None:
            return self._covering(view.current(need.from_area))
        own = (view.find(post) for post in view.caller.posts)
        return sorted(row for row in own if row is not None and view.label(row) is Label.ACTOR)

    def _covering(self, area: int) -> list[int]:
        """Return the posts that answer for exactly an area, of the requested sector."""
        posts: list[int] = []
        for row in self.view.rows(Label.ACTOR):
            is_of_sector = self.need.sector in (None, self.view.value(row, "sector"))
            if is_of_sector and area in areas_of(self.view, row):
                posts.append(row)
        return posts

    def _widened(self) -> frozenset[int]:
        """Return the starts, and the posts and networks at which the asker sits or answers.

        The asker is who sits at each start; where nobody is known to, the post itself.
        """
        own = {row if (holder := self._sits(row)) is None else holder for row in self.asked}
        posts = {
            row
            for row in self.view.rows(Label.ACTOR)
            if row in self.asked or self.keys[row] in own or self._sits(row) in own
        }
        networks = (row for row in self.view.rows(Label.NETWORK) if self._opener(row) in posts)
        return frozenset({*self.asked, *posts, *networks})

    # ---- who answers

    def _key(self, row: int) -> int:
        """Return who is called at a row: at a network, who is called at its first coordinator."""
        if not self.view.visible[row]:
            return row
        post = self._opener(row)
        return row if post is None else self.answered[post].key

    def _sits(self, row: int) -> int | None:
        """Return who has the seat at a post, or at the first coordinator of a network."""
        post = self._opener(row)
        return None if post is None else self.answered[post].sits

    def _opener(self, row: int) -> int | None:
        """The post itself, or the first post that coordinates a network and is open."""
        if row in self.answered:
            return row
        if self.view.label(row) is not Label.NETWORK:
            return None
        links = self.view.into(row, LinkType.COORDINATES)
        posts = sorted(
            (self.view.link_value(link, "function").code, self.view.source(link)) for link in links
        )
        return next((post for _, post in posts if self.entering[post] >= 0), None)

    def _entering(self, row: int) -> int:
        """Return the cost to enter a row: who answers there, and how late; -1: closed."""
        if not self.view.visible[row]:
            return -1
        match self.view.label(row):
            case Label.ACTOR:
                answer = self.answered[row]
                if answer.rung is AnswerRole.CLOSED:
                    return -1
                return self.policy.standing[answer.rung.lower()] + self._response(row)
            case Label.RESOURCE_INDIVIDUAL | Label.ORGANIZATION:
                return self._response_in(self.policy.cost.hours_unknown_days)
            case _:
                return 0

    def _response(self, post: int) -> int:
        hours: str | None = self.view.value(post, "hours")
        if self.need.at is None:
            return self._response_in(mean_wait_days(hours) if hours else None)
        if self.answered[post].state.is_now:
            return 0
        minutes = wait_minutes(self.view, post, self.policy, self.need.at)
        return self._response_in(None if minutes is None else minutes / 1440)

    def _response_in(self, days: float | None) -> int:
        cost = self.policy.cost
        days = cost.hours_unknown_days if days is None else days
        wait = min(round(4 * days) / 4, 7)
        return micro(1 - 2 ** (-cost.patience_days / wait)) if wait else 0

    # ---- direct contact

    def _direct(self, row: int) -> tuple[DirectGround, bool, LegalGate | None, int | None] | None:
        view, label = self.view, self.view.label(row)
        posts = [start for start in self.asked if view.label(start) is Label.ACTOR]
        if not posts or label not in self.policy.direct:
            return None
        if label is Label.RESOURCE_INDIVIDUAL:
            return (DirectGround.CONSENT, True, None, None) if self._consents(row) else None
        if label is not Label.ACTOR or not self._channels(row):
            return None
        grounds = [*self._shared_networks(posts, row), *self._shared_authorities(posts, row)]
        if grounds:
            *_, gate, through = min(grounds)
            return DirectGround.NAMED, True, gate, through
        return DirectGround.GENERAL, not self._is_named(), None, None

    def _shared_networks(self, posts: list[int], row: int) -> Iterator[Ground]:
        taking_part = (LinkType.MEMBER_OF, LinkType.COORDINATES)
        for network in self.view.targets(row, *taking_part):
            gate: LegalGate = self.view.value(network, "gate")
            rule = self.policy.gates.get(gate)
            is_shared = any(network in self.view.targets(post, *taking_part) for post in posts)
            is_admitted = self.need.gate in (None, gate) or gate is LegalGate.INTERNAL
            if is_shared and rule and rule.is_named and is_admitted:
                yield 0, self._place(gate), gate.code, network, gate, network

    def _shared_authorities(self, posts: list[int], row: int) -> Iterator[Ground]:
        for authority in self.view.targets(row, LinkType.BELONGS_TO):
            if any(authority in self.view.targets(post, LinkType.BELONGS_TO) for post in posts):
                gate = LegalGate.INTERNAL
                yield 1, self._place(gate), gate.code, authority, gate, authority

    def _place(self, gate: LegalGate) -> int:
        """Return the place of a gate among those of the trigger; all others come after them."""
        trigger = self.need.trigger
        grounds = () if trigger is None else self.policy.triggers[trigger].grounds
        return grounds.index(gate) if gate in grounds else len(grounds)

    def _channels(self, post: int) -> frozenset[Channel]:
        """Return the channels of who answers: the person's, else those of the post that answers."""
        answer, places = self.answered[post], list[int]()
        if answer.contact is not None:
            at, closing = self.need.at, self.policy.closing
            moment = answer.opens_at or at
            is_open = at is not None and (answer.state.is_now or answer.opens_at is not None)
            alike = [
                candidate
                for candidate in candidates(self.view, post)
                if candidate.rung is answer.contact.rung
                and (not is_open or moment is None or candidate.answers(moment, closing))
            ]
            day = self.view.on if not is_open or moment is None else moment.date()
            wished = self._wished(alike, day) or answer.contact
            speaker = self._wished(wished.inner, day) or wished
            places = [place for place in (speaker.person, speaker.post) if place is not None]
        for place in (*places, post):
            details = self.view.targets(place, LinkType.REACHED_BY)
            kinds = {self.view.value(detail, "channel") for detail in details} - {None}
            if kinds:
                return frozenset(kinds)
        return frozenset()

    def _wished(self, pool: Iterable[Candidate], day: date) -> Candidate | None:
        """Return who is there; of one rung, preferably with the requested language and channel."""
        there = [candidate for candidate in pool if candidate.is_there(day)]
        return min(
            there,
            key=lambda candidate: (candidate.rung.code, *self._lacks(candidate)),
            default=None,
        )

    def _lacks(self, candidate: Candidate) -> tuple[bool, bool]:
        """Return whether the candidate lacks the language, and the channel; posts lack neither."""
        need, view = self.need, self.view
        if candidate.person is None:
            is_hidden = candidate.post is None
            return is_hidden and bool(need.language), is_hidden and bool(need.channel)
        known = {
            view.value(detail, "channel")
            for detail in view.targets(candidate.person, LinkType.REACHED_BY)
        }
        return (
            bool(need.language)
            and not speaks(view.value(candidate.person, "languages"), need.language),
            need.channel is not None and need.channel not in known,
        )

    def _consents(self, civilian: int) -> bool:
        """Return whether the civilian agreed to be called by this caller without a door opener."""
        view, audience = self.view, self._audience()
        for consent in view.targets(civilian, LinkType.GAVE_CONSENT):
            given: date | None = view.value(consent, "given_on")
            expires: date | None = view.value(consent, "expires_on")
            withdrawn: date | None = view.value(consent, "withdrawn_on")
            if given is None or expires is None:
                continue
            until = min(expires, withdrawn or expires)
            in_force = all(given <= day < until for day in (view.on, view.today))
            is_for_contact = ConsentPurpose.CONTACT in view.value(consent, "purposes")
            channels = view.value(consent, "channels")
            is_open = not view.value(consent, "is_mediated_only") and channels != {Channel.MEDIATED}
            is_to_caller = not audience.isdisjoint(view.value(consent, "audience"))
            if in_force and is_for_contact and is_open and is_to_caller:
                return True
        return False

    def _audience(self) -> frozenset[str]:
        """Return the ids of the caller's areas with all inside, authorities and networks."""
        view = self.view
        area_ids = {
            area
            for grant in view.caller.grants
            if grant.is_valid(view.today)
            and grant.role in _STAFF
            and PreventionLevel.OUTREACH in grant.levels
            for area in grant.areas
        }
        inside = {row for row in view.rows(Label.AREA) if view.id(row) in area_ids}
        while (
            more := {part for area in inside for part in view.sources(area, LinkType.LIES_IN)}
            - inside
        ):
            inside |= more
        bodies = {
            body
            for post in view.rows(Label.ACTOR)
            if view.id(post) in view.caller.posts
            for body in view.targets(
                post, LinkType.BELONGS_TO, LinkType.MEMBER_OF, LinkType.COORDINATES
            )
        }
        return frozenset(view.id(row) for row in inside | bodies)

"""Resolution of a post: who answers there, and whether they may be called directly.

`resolve` resolves one post, `answering_costs.py` all at once; a property test compares the two.
Source: docs/paths.md, "Who answers".

Direct calls: which gates allow named persons is the policy's `[gates]`, which labels may be called
directly its `[direct]`. The View contains a civilian only under a consent in force both on the date
and today; the direct contact with a civilian follows from that consent. Source: docs/paths.md, "The
right contact".
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from typing import Final

from graph.access.context import MEETINGS
from graph.access.policy import Role
from graph.access.view import View
from graph.paths.answer import AnswerCandidate, Direct, PassedOver, Resolution
from graph.paths.answer_terms import AnswerRole, DirectGround, PassedWhy
from graph.paths.availability import (
    ANY,
    FOREVER,
    Candidate,
    Preference,
    answerer,
    answering_node,
    availability_of,
    candidates,
    first,
    node_ref,
    present_on,
)
from graph.paths.capabilities import channels_of
from graph.paths.ends import is_named
from graph.paths.need import Need
from graph.paths.policy import Policy
from graph.snapshot.field_types import date_to_day, day_to_date
from graph.vocabulary import Channel, ConsentPurpose, Label, LegalGate, LinkType, PreventionLevel

CLOSED_COST: Final = -1
_SITS: Final = (AnswerRole.HOLDER, AnswerRole.ACTING)


def resolve(
    view: View, post: int, policy: Policy, preference: Preference = ANY, at: datetime | None = None
) -> Resolution:
    """Return who answers at a post at a local minute, who was passed over, and until when.

    Without a minute: on the date of the View.
    """
    if at is not None:
        return _resolution(view, post, policy, preference, at)
    key = ("resolution", policy.digest, post, preference)
    return view.memo(key, lambda: _resolution(view, post, policy, preference, None))


def cost_of(policy: Policy, rung: AnswerRole) -> int:
    """Return the cost of a rung in micro-nats; CLOSED_COST if no one answers."""
    return policy.standing[rung.lower()] if rung.is_open else CLOSED_COST


def _resolution(
    view: View, post: int, policy: Policy, preference: Preference, at: datetime | None
) -> Resolution:
    everybody, day = candidates(view, post, preference), view.day
    answering = answerer(everybody, view.on, policy.closing, at)
    present = first(everybody, day)
    # Without a minute, whoever is there on the date, also if they open on a later one.
    responder = present if at is None or present is None else answering.candidate
    opens_at = None if at is None else answering.opens_at
    answers_on = day if opens_at is None else date_to_day(opens_at.date())
    speaker = None if responder is None else responder.speaker(answers_on)
    # The person's own contact details, else those of a deputizing post, else the post's.
    places = () if speaker is None else (speaker.person, speaker.post, post)
    reveal = next((row for row in places if row is not None and channels_of(view, row)), None)
    available = availability_of(view, post, policy, answering, at)
    # The first later day on which someone else or no one answers, and that on which `responder`
    # leaves
    now, limits = _key(everybody, day), set[int]()
    for candidate in everybody:
        limits.update(candidate.days())
    changes_on = next((on for on in _later(limits, day) if _key(everybody, on) != now), FOREVER)
    since = leaves = None
    if responder is not None:
        since = _date(responder.from_day) if responder.rung in _SITS else None
        absences = (on for on in _later(responder.days(), day) if not responder.is_there(on))
        leaves = _date(next(absences, FOREVER))
    return Resolution(
        post=node_ref(view, post),
        rung=AnswerRole.CLOSED if responder is None else responder.rung,
        cost=None if responder is None else cost_of(policy, responder.rung),
        who=None if responder is None else answering_node(view, responder, answers_on),
        since=since,
        vacant_since=_vacant_since(everybody, day),
        until=_date(changes_on),
        leaves=leaves,
        is_at_once=at is not None and available.state.is_now,
        is_hidden=speaker is not None and speaker.is_hidden,
        channels=() if reveal is None else tuple(sorted(channels_of(view, reveal))),
        passed_over=_passed_over(everybody, present, day),
        order=tuple(
            AnswerCandidate(rung=candidate.rung, who=answering_node(view, candidate, day))
            for candidate in present_on(everybody, day)
        ),
        reveal=None if reveal is None else view.id(reveal),
        availability=available,
    )


def owner_to_call(view: View, who: Resolution) -> str | None:
    """The node whose contact details reach somebody: who covers meanwhile, else who answers."""
    covers = who.availability.covers
    if covers is not None and channels_of(view, view.row(covers.id)):
        return covers.id
    return who.reveal


def _later(days: Iterable[int], day: int) -> list[int]:
    return sorted({later for later in days if day < later < FOREVER})


def _vacant_since(everybody: tuple[Candidate, ...], day: int) -> date | None:
    """Return the day the last holder left, if no one holds the post."""
    seated = [candidate for candidate in everybody if candidate.rung in _SITS]
    if any(candidate.from_day <= day < candidate.to_day for candidate in seated):
        return None
    end_days = [candidate.to_day for candidate in seated if candidate.to_day <= day]
    return _date(max(end_days)) if end_days else None


def _key(everybody: tuple[Candidate, ...], day: int) -> object:
    candidate = first(everybody, day)
    if candidate is None:
        return None
    speaker = candidate.speaker(day)
    return candidate.rung, candidate.post, speaker.person, speaker.post


def _passed_over(
    everybody: tuple[Candidate, ...], responder: Candidate | None, day: int
) -> tuple[PassedOver, ...]:
    """Return who precedes the answerer, and why each is passed over; of the past, only the last."""
    vacant_since = _vacant_since(everybody, day)
    passed_over: list[PassedOver] = []
    for candidate in everybody if responder is None else everybody[: everybody.index(responder)]:
        match candidate.why_not(day):
            case PassedWhy.ABSENT as why:
                passed_over.append(
                    PassedOver(rung=candidate.rung, why=why, until=_date(candidate.absent_to))
                )
            case PassedWhy.NOT_YET as why if responder is None or responder.rung not in _SITS:
                passed_over.append(
                    PassedOver(rung=candidate.rung, why=why, until=_date(candidate.from_day))
                )
            case PassedWhy.ENDED as why if (
                candidate.rung in _SITS and _date(candidate.to_day) == vacant_since
            ):
                passed_over.append(PassedOver(rung=candidate.rung, why=why, until=None))
            case _:
                pass
    if responder is not None:  # of the same rung, present, but without what the answerer has
        passed_over += [
            PassedOver(rung=candidate.rung, why=candidate.misses, until=None)
            for candidate in everybody
            if candidate is not responder
            and candidate.rung is responder.rung
            and candidate.misses not in (None, responder.misses)
            and candidate.is_there(day)
        ]
    return tuple(passed_over)


def _date(day: int) -> date | None:
    """Return a day as a date; unbounded ends are None."""
    return None if abs(day) >= FOREVER else day_to_date(day)


_STAFF: Final = (Role.COORDINATOR, Role.OUTREACH)


def consented_until(view: View, link: int) -> date | None:
    """Return the first date on which the consent that a link relies on is no longer in force."""
    consent = view.find(view.link_value(link, "consent_id") or "")
    return None if consent is None else _ends_on(view, consent)


def has_consented(view: View, civilian: int) -> Direct | None:
    """Return how the caller, if in the audience, may reach a civilian without the door opener."""
    # The caller's areas with all areas inside, their authorities and their networks, by id.
    granted = {
        area
        for grant in view.caller.grants
        if grant.is_valid(view.today)
        and grant.role in _STAFF
        and PreventionLevel.OUTREACH in grant.levels
        for area in grant.areas
    }
    inside = {row for row in view.rows(Label.AREA) if view.id(row) in granted}
    frontier = set(inside)
    while frontier:
        frontier = {
            part for area in frontier for part in view.sources(area, LinkType.LIES_IN)
        } - inside
        inside |= frontier
    bodies = {
        body
        for post in view.rows(Label.ACTOR)
        if view.id(post) in view.caller.posts
        for body in view.targets(post, *MEETINGS, LinkType.BELONGS_TO)
    }
    audience = set(map(view.id, inside | bodies))
    allowed: list[tuple[int, date]] = []
    for consent in view.targets(civilian, LinkType.GAVE_CONSENT):
        given_on: date | None = view.value(consent, "given_on")
        until = _ends_on(view, consent)
        if (
            given_on is not None
            and until is not None
            and all(given_on <= day < until for day in (view.on, view.today))
            and ConsentPurpose.CONTACT in view.value(consent, "purposes")
            and not view.value(consent, "is_mediated_only")
            and view.value(consent, "channels") != {Channel.MEDIATED}
            and not audience.isdisjoint(view.value(consent, "audience"))
        ):
            allowed.append((consent, until))
    if not allowed:
        return None
    consent, until = max(allowed, key=lambda pair: (pair[1], view.id(pair[0])))
    channels: frozenset[Channel] = view.value(consent, "channels") - {Channel.MEDIATED}
    openers = view.sources(civilian, LinkType.DOOR_OPENER_FOR)
    return Direct(
        ground=DirectGround.CONSENT,
        covers_need=True,
        channels=tuple(sorted(channels)),
        until=until,
        opener=node_ref(view, openers[0]) if openers else None,
    )


def _ends_on(view: View, consent: int) -> date | None:
    """Return the first date on which a consent is no longer in force; None: it is not shown."""
    expires_on: date | None = view.value(consent, "expires_on")
    withdrawn_on: date | None = view.value(consent, "withdrawn_on")
    return min((day for day in (expires_on, withdrawn_on) if day is not None), default=None)


class DirectContact:
    """Direct contact from some posts for one need."""

    def __init__(self, view: View, need: Need, policy: Policy, starts: tuple[int, ...]) -> None:
        self._view, self._need, self._policy = view, need, policy
        self._posts = tuple(row for row in starts if view.label(row) is Label.ACTOR)
        self._is_named = is_named(need, policy)

    def direct(self, row: int, resolution: Resolution | None) -> Direct | None:
        """Return how a node may be called; None: through others alone, or no channel is visible."""
        view, need = self._view, self._need
        if not self._posts or view.label(row) not in self._policy.direct:
            return None
        if view.label(row) is Label.RESOURCE_INDIVIDUAL:
            return has_consented(view, row)
        if resolution is None or not resolution.channels:
            return None
        # The grounds of the need's trigger come first, in their order.
        grounds = () if need.trigger is None else self._policy.triggers[need.trigger].grounds
        shared = set(view.targets(row, *MEETINGS, LinkType.BELONGS_TO))
        meetings = (
            (grounds.index(gate) if gate in grounds else len(grounds), gate.code, body, gate)
            for gate, body in self._meetings
            if body in shared
        )
        best = min(meetings, default=None)
        if best is None:
            return Direct(
                ground=DirectGround.GENERAL,
                covers_need=not self._is_named,
                channels=resolution.channels,
            )
        _, _, body, gate = best
        return Direct(
            ground=DirectGround.NAMED,
            covers_need=True,
            channels=resolution.channels,
            gate=gate,
            through=node_ref(view, body),
        )

    @cached_property
    def _meetings(self) -> list[tuple[LegalGate, int]]:
        """The asker's networks and authorities whose gate allows named persons, with the gate."""
        view, internal = self._view, LegalGate.INTERNAL
        networks = {body for post in self._posts for body in view.targets(post, *MEETINGS)}
        bodies = {body for post in self._posts for body in view.targets(post, LinkType.BELONGS_TO)}
        gates: list[tuple[LegalGate, int]] = [(view.value(body, "gate"), body) for body in networks]
        gates += [(internal, body) for body in bodies if view.label(body) is Label.AUTHORITY]
        return [
            (gate, body)
            for gate, body in gates
            if (rule := self._policy.gates.get(gate)) is not None
            and rule.is_named
            and (self._need.gate in (None, gate) or gate is internal)
        ]

"""Measured answers on the demo and their targets."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from random import Random
from typing import Final, NamedTuple

from graph.access.policy import Caller, Grant, Role
from graph.access.view import View
from graph.model.opening_hours import is_open_at
from graph.paths import Answer, Need, find
from graph.paths.answer import Contact, Path
from graph.paths.answer_terms import AvailabilityState, DirectGround
from graph.paths.availability import availability
from graph.paths.capabilities import languages_of
from graph.paths.places import center_of, kilometers
from graph.paths.policy_file import load_policy
from graph.questions.impact import impact
from graph.questions.post_states import PostState, post_masks
from graph.snapshot.structure import areas_of
from graph.vocabulary import (
    AreaKind,
    Freshness,
    Label,
    LinkType,
    NetworkKind,
    PostKind,
    Sector,
    Tier,
    Trigger,
)
from tests.seed.demo import snapshot

MONDAY: Final = datetime(2026, 11, 30, 10, 0)  # noqa: DTZ001 - Danish local time
NIGHT: Final = datetime(2026, 11, 28, 22, 0)  # noqa: DTZ001 - a Saturday
SILKEBORG: Final = "mun-0740"
LEAST_CHANCE: Final = 0.05
OLD: Final = (Freshness.EXPIRED, Freshness.NEVER)
COOPERATIONS: Final[Mapping[str, tuple[frozenset[NetworkKind], frozenset[PostKind]]]] = {
    "SSP": (frozenset({NetworkKind.SSP}), frozenset({PostKind.SSP_COORDINATOR})),
    "PSP": (
        frozenset({NetworkKind.PSP_OPERATIONAL, NetworkKind.PSP_STEERING}),
        frozenset({PostKind.PSP_COORDINATOR_MUNICIPAL}),
    ),
    "KSP": (frozenset({NetworkKind.KSP}), frozenset({PostKind.RELEASE_CONTACT})),
    "info house": (
        frozenset({NetworkKind.INFOHOUSE_NETWORK, NetworkKind.INFOHOUSE_MUNICIPALITY}),
        frozenset(
            {PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL, PostKind.INFOHOUSE_COORDINATOR_POLICE}
        ),
    ),
}
POLICY: Final = load_policy()


@dataclass(frozen=True, slots=True)
class Measure:
    """A line of the table: what is measured, the result and the target."""

    name: str
    found: str
    wanted: str
    is_met: bool


@cache
def view_at(at: datetime, role: Role = Role.COORDINATOR) -> View:
    """Return the View of a caller with a role for all of Denmark on a date."""
    caller = Caller(account=role, grants=(Grant(role=role, areas=frozenset({"dk"})),))
    return View(snapshot(), caller, at.date(), today=NIGHT.date())


def ask(at: datetime, **terms: object) -> Answer:
    """The answer to a need at a minute, as a coordinator of all Denmark."""
    need = Need(on=at.date(), at=at, **terms)  # pyright: ignore[reportArgumentType] - fields of a need
    return find(view_at(at), need, POLICY)


def municipalities() -> list[str]:
    """Return the ids of the 98 municipalities."""
    view = view_at(NIGHT)
    return [
        view.id(row)
        for row in view.rows(Label.AREA)
        if view.value(row, "kind") is AreaKind.MUNICIPALITY
    ]


def posts_of_kind(kind: PostKind) -> list[str]:
    """Return the ids of the posts of a kind."""
    view = view_at(NIGHT)
    return [view.id(row) for row in view.rows(Label.ACTOR) if view.value(row, "kind") is kind]


def in_municipality(kinds: Iterable[PostKind]) -> dict[str, list[str]]:
    """The posts of some kinds by the municipality they cover."""
    view, kind_set = view_at(NIGHT), frozenset(kinds)
    posts: dict[str, list[str]] = {}
    for row in view.rows(Label.ACTOR):
        if view.value(row, "kind") in kind_set:
            for area in areas_of(view, row):
                posts.setdefault(view.id(area), []).append(view.id(row))
    return posts


def is_answered(post: str) -> bool:
    """Whether a post has a holder or deputy who is not away on the Saturday."""
    view = view_at(NIGHT)
    seats = view.seats(view.row(post))
    return any(seat.is_in_force(view.day) and not seat.is_away(view.day) for seat in seats)


# ---- the right contact


def starts() -> Mapping[str, list[tuple[str, str]]]:
    """Return, by row of the table, pairs of the start and the municipality in question."""
    places, random = municipalities(), Random(20)
    heads = posts_of_kind(PostKind.HEAD_OF_CRIME_PREVENTION)
    houses = in_municipality([PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL])
    others = [
        (random.choice([municipality for municipality in places if municipality != place]), place)
        for place in places
    ]
    return {
        "PET": [("aut-pet-fc", place) for place in places],
        "each district's head": [(head, place) for head in heads for place in places],
        "another info house": [(houses[other][0], place) for other, place in others],
    }


def first_contacts() -> Iterator[Measure]:
    """Whether the first contact is the coordinator of the municipality, by day and night."""
    for moment, at in (("by day", MONDAY), ("Saturday 22:00", NIGHT)):
        for who, pairs in starts().items():
            for name, (networks, kinds) in COOPERATIONS.items():
                yield _first(f"{who}, {name}, {moment}", at, pairs, networks, kinds)


def _first(
    name: str,
    at: datetime,
    pairs: Iterable[tuple[str, str]],
    networks: frozenset[NetworkKind],
    kinds: frozenset[PostKind],
) -> Measure:
    right = in_municipality(kinds)
    total = met = 0
    for start, place in pairs:
        posts = [post for post in right.get(place, ()) if is_answered(post)]
        if not posts:
            continue
        total += 1
        answer = ask(at, start=start, area=place, network=networks, max_contacts=1)
        first = answer.contacts[0] if answer.contacts else None
        met += first is not None and first.stop.node.id in posts and _is_correct(first, at)
    return Measure(f"first contact: {name}", f"{met} of {total}", f"{total}", met == total)


def _is_correct(contact: Contact, at: datetime) -> bool:
    """Whether the first line says correctly who answers now, or when the post opens."""
    availability = contact.availability
    if availability is None:
        return False
    if availability.state is AvailabilityState.OPENS_AT:
        return availability.opens_at is not None and availability.opens_at > at
    return availability.state.is_now and is_truly_open(
        contact.stop.node.id, availability.who and availability.who.id, at
    )


def is_truly_open(post: str, who: str | None, at: datetime) -> bool:
    """Whether the hours of the named person or post are open, computed independently."""
    view = view_at(at)
    row = None if who is None else view.find(who)
    is_post = row is not None and view.label(row) is Label.ACTOR
    hours: str | None = view.value(row if is_post and row is not None else view.row(post), "hours")
    return hours is not None and is_open_at(hours, at, POLICY.closing)


def never_a_false_now() -> Measure:
    """How often an answer at night says that somebody answers now although the hours are closed."""
    false = seen = 0
    for place in municipalities():
        for networks, _ in COOPERATIONS.values():
            answer = ask(NIGHT, start="aut-pet-fc", area=place, network=networks)
            for post, who, is_now in _nows(answer):
                seen += 1
                false += is_now and not is_truly_open(post, who, NIGHT)
    return Measure("“answers now” beside closed hours", f"{false} of {seen}", "0", not false)


def _nows(answer: Answer) -> Iterator[tuple[str, str | None, bool]]:
    stops = [contact.stop for contact in answer.contacts]
    stops += [stop for path in answer.paths for stop in path.stops[1:]]
    for stop in stops:
        if stop.resolution is not None:
            availability = stop.resolution.availability
            yield (
                stop.resolution.post.id,
                availability.who and availability.who.id,
                availability.state.is_now,
            )
    for local_post in answer.local.posts if answer.local else ():
        availability = local_post.resolution.availability
        yield (
            local_post.post.id,
            availability.who and availability.who.id,
            availability.state.is_now,
        )


# ---- who covers meanwhile

CLOSED: Final = (NIGHT, MONDAY.replace(hour=2), datetime(2026, 12, 24, 12))  # noqa: DTZ001 - as above
_UNCOVERED: Final = frozenset({PostKind.MENTOR, PostKind.PARENT_COACH})


def lines_that_cover(count: int = 1_000) -> Measure:
    """Whether the line named for a closed post is that of its authority, at drawn closed hours."""
    random, right, named = Random(5), _right_lines(), 0
    drawn = [(random.choice(sorted(right)), random.choice(CLOSED)) for _ in range(count)]
    wrong = list[str]()
    for post, at in drawn:
        view = view_at(at)
        answering = availability(view, view.row(post), POLICY, at)
        if answering.state.is_now:
            continue
        found = None if answering.covers is None else answering.covers.id
        named += found is not None
        if found != right[post]:
            wrong.append(f"{post}: {found}")
    return Measure(f"“until then”: the authority's own line, {count} posts and closed hours",
                   f"{len(wrong)} wrong, {named} named", "0 wrong",
                   not wrong and named > 0)  # fmt: skip


def _right_lines() -> Mapping[str, str | None]:
    """Return by post with office hours the line that covers it, by the ids of the demo."""
    view = view_at(NIGHT)
    right: dict[str, str | None] = {}
    for row in view.rows(Label.ACTOR):
        hours: str | None = view.value(row, "hours")
        if hours is None or not hours.startswith("MO-FR"):
            continue
        owners = [view.id(owner) for owner in view.targets(row, LinkType.BELONGS_TO)]
        body, _, code = owners[0].removeprefix("aut-").rpartition("-")
        line = {"mun": f"act-sduty-{code}", "sec": f"act-duty-{code}", "pol": f"act-duty-{code}"}
        is_covered = len(owners) == 1 and view.value(row, "kind") not in _UNCOVERED
        right[view.id(row)] = line.get(body) if is_covered else None
    return right


# ---- permission to call


def random_posts(count: int, seed: int) -> list[tuple[str, str]]:
    """Return random pairs of different posts with a holder."""
    view, random = view_at(MONDAY), Random(seed)
    held = sorted(
        {
            view.id(view.target(link))
            for row in view.rows(Label.PERSON)
            for link in view.out(row, LinkType.HOLDS)
        }
    )
    pairs = (random.sample(held, 2) for _ in range(count))
    return [(first, second) for first, second in pairs]


def direct_general() -> Measure:
    """Whether in a general matter every contact with a work channel may be called directly."""
    total = met = 0
    for start, target in random_posts(300, 1):
        answer = ask(MONDAY, start=start, target=target)
        for contact in answer.contacts[:1]:
            resolution = contact.stop.resolution
            if contact.is_you or resolution is None or not resolution.channels:
                continue
            total += 1
            met += contact.direct is not None and contact.direct.covers_need
    return Measure(
        "general matter: may be called directly", f"{met} of {total}", "all", met == total
    )


def direct_named() -> Measure:
    """Whether a direct call names nobody where a named matter has no common ground."""
    total = met = 0
    houses = in_municipality([PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL])
    places, random = municipalities(), Random(2)
    for place in places:
        other = random.choice([municipality for municipality in places if municipality != place])
        answer = ask(MONDAY, start=houses[other][0], area=place, trigger=Trigger.CONCERN)
        for contact in answer.contacts:
            if contact.direct is None or contact.direct.ground is DirectGround.NAMED:
                continue
            total += 1
            met += contact.direct.ground is DirectGround.GENERAL and not contact.direct.covers_need
    return Measure("named matter, no common ground: name nobody", f"{met} of {total}", "all",
                   met == total and total > 0)  # fmt: skip


# ---- vacancies, mentors, losses


def vacancies() -> Measure:
    """The number of vacant posts, as shown to each role."""
    roles = (Role.COORDINATOR, Role.OUTREACH, Role.ANALYST, Role.STEWARD, Role.DPO)
    counts = {role: int(post_masks(view_at(NIGHT, role))[PostState.VACANT].sum()) for role in roles}
    figures = ", ".join(f"{role.label_en} {count}" for role, count in counts.items())
    return Measure("vacant posts by role", figures, "23 each", set(counts.values()) == {23})


def mentors() -> Measure:
    """Whether all mentors who speak Somali within 60 km of Silkeborg are found, each once."""
    answer = ask(MONDAY, start="act-ihm-0740", area=SILKEBORG, language="so", within_km=60,
                 competence="15.20.36")  # fmt: skip
    post_ids = [contact.stop.node.id for contact in answer.contacts]
    there = _speaking_mentors()
    right = sorted(there) == sorted(post_ids) if len(there) <= 5 else set(post_ids) <= there
    return Measure("mentors, Somali, 60 km of Silkeborg", f"{len(post_ids)} of {len(there)}",
                   "all, each once", right and len(post_ids) == len(set(post_ids)))  # fmt: skip


def _speaking_mentors() -> set[str]:
    """Return the mentors with a Somali-speaking holder within 60 km, computed independently."""
    view = view_at(MONDAY)
    here = center_of(view, view.row(SILKEBORG))
    posts: set[str] = set()
    for row in view.rows(Label.ACTOR):
        people = view.sources(row, LinkType.HOLDS)
        if view.value(row, "kind") is not PostKind.MENTOR:
            continue
        near = [
            center
            for area in areas_of(view, row)
            if (center := center_of(view, area)) and here and kilometers(here, center) <= 60
        ]
        if near and any("so" in languages_of(view, person) for person in people):
            posts.add(view.id(row))
    return posts


def losing_a_coordinator() -> Measure:
    """The number of losses when a district's SSP coordinator leaves, for each of the twelve."""
    view = view_at(NIGHT)
    worse = [
        (outcome.worse + outcome.lost, len(outcome.losses))
        for post in posts_of_kind(PostKind.SSP_COORDINATOR_POLICE)
        if (outcome := impact(view, post, POLICY))
    ]
    return Measure("losing a district's SSP coordinator: worse, listed",
                   f"{min(count for count, _ in worse)} to {max(count for count, _ in worse)}",
                   "> 0",
                   all(count > 0 and listed == count for count, listed in worse))  # fmt: skip


# ---- steps and stale links


@cache
def random_answers(count: int = 1_000) -> tuple[Answer, ...]:
    """Return answers to random needs from random posts, by day and by night."""
    return tuple(_random_answers(count))


def _random_answers(count: int) -> Iterator[Answer]:
    random, places = Random(3), municipalities()
    posts = [start for start, _ in random_posts(count, 4)]
    triggers = [trigger for trigger in Trigger if trigger is not Trigger.ACUTE]
    for start in posts:
        at = random.choice((MONDAY, NIGHT))
        place = random.choice(places)
        if random.random() < 0.5:
            networks, _ = random.choice(list(COOPERATIONS.values()))
            yield ask(at, start=start, area=place, network=networks)
        else:
            yield ask(at, start=start, area=place, trigger=random.choice(triggers))


def steps_and_old_ways() -> Iterator[Measure]:
    """Steps that are no call, and stale paths ranked above fresh ones, in random answers."""
    answers = own = twice = led = ways = 0
    for answer in random_answers():
        answers += 1
        for contact in answer.contacts:
            fresh = [path.freshness not in OLD for path in contact.ways]
            led += sorted(fresh, reverse=True) != fresh
            for path in contact.ways:
                ways += 1
                callers = _callers(path)
                own += any(caller == callers[0] for caller in callers[1:] if caller is not None)
                twice += any(caller is not None and caller == other
                             for caller, other in itertools.pairwise(callers))  # fmt: skip
    figures = f"{own} and {twice} of {ways}"
    yield Measure(
        f"steps of {answers} needs: the caller, the same twice", figures, "0", not own + twice
    )
    yield Measure("old ways above ways that are not", f"{led}", "0", not led)


def _callers(path: Path) -> list[str | None]:
    """Return the person whom each step calls; the first is the caller, who is there that day."""
    callers: list[str | None] = []
    for number, stop in enumerate(path.stops):
        resolution, who = stop.resolution, None
        if resolution is not None:
            who = resolution.availability.who if number else resolution.who
        callers.append(None if who is None else who.id)
    return callers


# ---- detours


def detours() -> Iterator[Measure]:
    """Ways of random answers through posts that serve neither the matter nor the places.

    Also unlikely ways beside better ones or a direct call, and answers without a first contact.
    """
    answers = prison = exits = directorates = unlikely = contacts = ways = 0
    for answer in random_answers():
        answers += 1
        contacts += bool(answer.contacts)
        for contact in answer.contacts:
            may_skip = contact.direct is not None or len(contact.ways) > 1
            for path in contact.ways:
                ways += 1
                unlikely += may_skip and path.chance < LEAST_CHANCE
                ends, between = _ends_and_between(answer, path)
                strangers = [
                    post for post in between if post.sector not in {e.sector for e in ends}
                ]
                is_local = all(end.tier is not Tier.NATIONAL for end in ends)
                prison += not _is_about_prison(answer) and any(
                    post.sector is Sector.PRISON_PROBATION for post in strangers
                )
                exits += any(post.kind is PostKind.PET_EXIT for post in strangers)
                directorates += any(
                    post.tier is Tier.NATIONAL
                    and (is_local or post.kind in POLICY.intermediate.matters)
                    for post in strangers
                )
    for name, count in (
        ("through the prison service, for another matter", prison),
        ("through PET: exit between districts", exits),
        ("through a national office of another sector", directorates),
        ("unlikely, beside a better one or a direct call", unlikely),
    ):
        yield Measure(f"ways {name}", f"{count} of {ways}", "0", not count)
    yield Measure(
        "random needs with a first contact", f"{contacts} of {answers}", "all", contacts == answers
    )


class _Post(NamedTuple):
    kind: PostKind
    sector: Sector
    tier: Tier


def _ends_and_between(answer: Answer, path: Path) -> tuple[list[_Post], list[_Post]]:
    """Return the posts at the two ends of a path, and those between them.

    The start of the need counts as an end, even where the path begins after it.
    """
    view = view_at(answer.at or MONDAY)

    def posts(ids: Iterable[str]) -> list[_Post]:
        rows = [row for node_id in ids if view.label(row := view.row(node_id)) is Label.ACTOR]
        return [
            _Post(view.value(row, "kind"), view.value(row, "sector"), view.value(row, "tier"))
            for row in rows
        ]

    first, last = path.stops[0].covers, path.stops[-1].node.id
    asked = [] if answer.start is None else [answer.start.id]
    covered = [node.id for stop in path.stops[1:] for node in stop.covers if node.id != last]
    return posts([*asked, *(node.id for node in first), last]), posts(covered)


def _is_about_prison(answer: Answer) -> bool:
    return answer.need.trigger is Trigger.RELEASE or NetworkKind.KSP in answer.need.network


# ---- acute


def duty_lines() -> Mapping[str, str]:
    """Return the duty line of the police district of each municipality."""
    view = view_at(NIGHT)
    lines = {
        view.id(view.target(link)): view.id(row)
        for row in view.rows(Label.ACTOR)
        if view.value(row, "kind") is PostKind.DUTY_LINE
        for link in view.out(row, LinkType.ENTRY_POINT_FOR)
    }
    return {
        place: lines[view.id(area)]
        for place in municipalities()
        for area in view.targets(view.row(place), LinkType.LIES_IN)
        if view.value(area, "kind") is AreaKind.POLICE_DISTRICT
    }


def acute() -> Measure:
    """Whether each municipality gets one card with its district's duty line, for every caller."""
    houses = in_municipality([PostKind.INFOHOUSE_COORDINATOR_MUNICIPAL])
    met = total = 0
    for place, right in duty_lines().items():
        for other in municipalities():
            card = ask(NIGHT, start=houses[other][0], area=place, trigger=Trigger.ACUTE).acute
            line = card.duty_line.post.id if card and card.duty_line else None
            total += 1
            met += line == right and card is not None and len(card.lines) == 2
    return Measure("acute: the right duty line", f"{met} of {total}", "all", met == total)

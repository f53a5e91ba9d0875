"""Plans what an import changes: rows become nodes and links, compared with what is known.

A row is matched by source and id at the source, else by post, area and name. Each id is made from
the source and the row's place in the structure, never from a name or a number: these are sealed.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any, Final, Protocol, TypeVar, cast

from rapidfuzz import fuzz

from graph.errors import Invalid
from graph.exchange.imports.faults import ImportRule
from graph.exchange.imports.post_defaults import (
    BY_NEED,
    COMPETENCES,
    COORDINATED,
    COORDINATION_STRENGTH,
    DOOR_STRENGTH,
    SECTORS,
    SEVERAL,
    STRENGTHS,
    kind_at,
    post_name,
    tier_of,
)
from graph.exchange.imports.register import ImportRegister
from graph.exchange.imports.rows import CivilianRow, SourceRow, is_police_district
from graph.exchange.imports.words import kinds_of, plain
from graph.model import (
    Actor,
    Area,
    Authority,
    BelongsTo,
    Change,
    ChangeKind,
    Consent,
    ContactDetail,
    Coordinates,
    DeputizesFor,
    DoorOpenerFor,
    Element,
    End,
    EntryPointFor,
    GaveConsent,
    Holds,
    Link,
    MemberOf,
    Network,
    Node,
    Person,
    ReachedBy,
    ResourceIndividual,
    Secret,
    id_of,
)
from graph.model.base import hint
from graph.model.rule_context import ends
from graph.vocabulary import (
    KEY_POSTS,
    Attendance,
    AuthorityKind,
    Channel,
    ConsentPurpose,
    PostKind,
    PreventionLevel,
    Rule,
    Visibility,
)

LinkT = TypeVar("LinkT", bound=Link)
_DAY: Final = timedelta(days=1)
_SAME_PERSON: Final = 75  # of 100: the same id, and a name that may be a new spelling or surname
_LEAST_LIKE: Final = 50  # with the same given name: a new surname
_KIND: Final = 90  # of 100: a word for a kind of post
_ALIKE: Final = 88  # names that may be one person's
_DIALED: Final = frozenset({Channel.PHONE, Channel.MOBILE})
_MAILED: Final = frozenset({Channel.EMAIL, Channel.SECURE_EMAIL})
_ENDED: Final = (
    Holds, DeputizesFor, MemberOf, Coordinates, EntryPointFor, ReachedBy, ContactDetail, Person,
    Actor, BelongsTo,
)  # fmt: skip
"""What ends when a complete list no longer has it; civilians and their consents never do."""


class KnownContacts(Protocol):
    """Finds contact details by value, without showing any: the store's blind index."""

    def details_with(self, channel: Channel, value: str) -> Collection[str]:
        """Return the ids of the details with this number or address."""
        ...


class NoKnownContacts:
    """For a register whose contact details cannot be compared: each counts as different."""

    def details_with(self, channel: Channel, value: str) -> Collection[str]:  # noqa: ARG002
        """Return nothing."""
        return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """How an import is carried out.

    `source` names the list and stays the same from batch to batch. `is_complete`: whatever of the
    source is not in the file has ended. `takes_source`: where we changed the same field since, the
    source wins. `merges` are the persons that rows mean, by line; `withheld` are those whose data
    may not be processed. `made_by` and `made_at` as in a change set.
    """

    source: str
    batch: str
    on: date
    made_by: str
    made_at: datetime
    is_complete: bool = False
    takes_source: bool = False
    merges: dict[int, str] = field(default_factory=dict[int, str])
    withheld: frozenset[str] = frozenset()


class FieldVerdict(Enum):
    """What is done with a field in which source and register differ."""

    CHANGED = "CHANGED"  # the source is followed
    CONFLICT = "CONFLICT"  # we changed it after the source, or somebody else keeps it


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldDifference:
    """What the source says of a field, and what we say; of contact values the hints."""

    id: str
    field: str
    source_says: Any
    we_say: Any
    verdict: FieldVerdict


class Likeness(Enum):
    """Why a new person may be one who is known already."""

    NAME = "NAME"  # the same name at another authority
    SPELLING = "SPELLING"  # nearly the same name at the same authority
    CONTACT = "CONTACT"  # the same number or address


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDuplicate:
    """A known person who may be the new one of a row: a proposal to merge, `score` of 100."""

    id: str
    likeness: Likeness
    score: int


@dataclass(slots=True)
class PlannedRow:
    """What a row does: elements it creates, fields it changes, links it ends, and its faults."""

    line: int
    post: str | None = None
    person: str | None = None
    created: list[str] = field(default_factory=list[str])
    ended: list[str] = field(default_factory=list[str])
    differences: list[FieldDifference] = field(default_factory=list[FieldDifference])
    duplicates: list[PersonDuplicate] = field(default_factory=list[PersonDuplicate])
    faults: list[tuple[ImportRule | Rule, tuple[str, ...]]] = field(
        default_factory=list[tuple[ImportRule | Rule, tuple[str, ...]]]
    )


class PlanFault(Exception):
    """A row that cannot be planned."""

    def __init__(self, rule: ImportRule | Rule, proposals: Sequence[str] = ()) -> None:
        super().__init__(rule)
        self.rule, self.proposals = rule, tuple(proposals)


class ImportPlan:
    """The elements that an import creates, changes and ends, row by row."""

    def __init__(
        self,
        register: ImportRegister,
        options: ImportOptions,
        known: KnownContacts,
        history: Callable[[str], Sequence[Change]],
    ) -> None:
        self._register, self._options = register, options
        self._known, self._history = known, history
        self.creates: dict[str, Node | Link] = {}
        self.updates: dict[str, Node | Link] = {}
        self.ends: dict[str, End] = {}
        self.rows: list[PlannedRow] = []
        self.line_of: dict[str, int] = {}
        """The line that touched an element first."""
        self._seen: set[str] = set()
        self._said: dict[tuple[str, str], object] = {}
        self._posts: defaultdict[tuple[PostKind, str], list[str]] = defaultdict(list)
        self._by_unit: dict[tuple[PostKind, str, str], str] = {}
        self._plain_names: dict[str, str] = {}
        self._people: defaultdict[str, list[str]] = defaultdict(list)
        self._seats: defaultdict[str, list[str]] = defaultdict(list)
        """Posts of planned holders and deputies, by person."""
        self._out: defaultdict[tuple[str, type[Link]], list[Link]] = defaultdict(list)
        self._into: defaultdict[tuple[str, type[Link]], list[Link]] = defaultdict(list)
        """Planned links by their ends and class."""
        self._values: defaultdict[str, set[str]] = defaultdict(set)
        self._external: dict[str, SourceRow] = {}

    def add(self, row: SourceRow) -> None:
        """Plan one row."""
        planned = PlannedRow(line=row.line)
        self.rows.append(planned)
        try:
            self._require_one(row)
            post = self._post(row, planned)
            planned.post = post.id
            owner: Node = post
            if row.name is not None:
                owner = self._person(row, row.name, post, planned)
                if owner.id in self._options.withheld:
                    raise PlanFault(ImportRule.WITHHELD)
                planned.person = owner.id
                self._holds(row, owner.id, post, planned)
                self._set(planned, owner, "title", row.title)
                self._set(planned, owner, "languages", row.languages)
            else:
                self._set(planned, post, "languages", row.languages)
            self._set(planned, post, "hours", row.hours)
            self._contacts(row, owner, planned)
            for order, name in enumerate(row.deputies, start=1):
                self._deputy(name, order, post, planned)
            for network_id in row.networks:
                self._meets(row, post, network_id, planned)
            self._entry(row, post, planned)
        except PlanFault as fault:
            planned.faults.append((fault.rule, fault.proposals))
        except Invalid as error:
            planned.faults += [(fault.rule, ()) for fault in error.faults]

    def add_civilian(self, row: CivilianRow) -> None:
        """Plan a civilian, who is known by the id at the source and never changed by a list.

        The receipt has the least: contact alone, through the door opener alone, for the authority.
        """
        planned = PlannedRow(line=row.line)
        self.rows.append(planned)
        source, batch = self._options.source, self._options.batch
        person_id = id_of(source, "civilian", row.external_id)
        try:
            if person_id in self._options.withheld:
                raise PlanFault(ImportRule.WITHHELD)
            if person_id in self.creates:
                raise PlanFault(ImportRule.SAME_EXTERNAL_ID)
            opener = self._door_opener(row)
            planned.post = opener.id
            if person_id in self._register.ids:
                return
            common: dict[str, Any] = {"source": source, "batch": batch}
            civilian = ResourceIndividual(
                id=person_id, display_name=row.name, kind=row.kind, languages=row.languages,
                visibility=Visibility.AREA, external_id=row.external_id, **common,
            )  # fmt: skip
            consent = Consent(
                id=id_of(source, "consent", row.external_id),
                purposes=frozenset({ConsentPurpose.CONTACT}),
                audience=frozenset({row.authority}),
                channels=frozenset({Channel.MEDIATED}),
                is_mediated_only=True,
                given_on=row.given_on,
                expires_on=row.expires_on,
                obtained_how=row.obtained_how,
                text_version=row.text_version,
                is_adult=True,
                recorded_by=opener.id,
                renewal_by=opener.id,
                **common,
            )
            self._create(planned, civilian)
            self._create(planned, consent)
            self._link(planned, GaveConsent, person_id, consent.id, None)
            self._link(
                planned, DoorOpenerFor, opener.id, person_id, None, consent_id=consent.id,
                levels=frozenset({PreventionLevel.OUTREACH}), strength=DOOR_STRENGTH,
            )  # fmt: skip
        except PlanFault as fault:
            planned.faults.append((fault.rule, fault.proposals))
        except Invalid as error:
            planned.faults += [(fault.rule, ()) for fault in error.faults]

    def _door_opener(self, row: CivilianRow) -> Actor:
        """The post of this name or kind at the authority."""
        register = self._register
        authority = register.node(row.authority, Authority)
        found = kinds_of(row.door_opener, "post")
        ids: list[str] = []
        if found and found[0].score >= _KIND:
            kind = kind_at(PostKind(found[0].kind.value), authority.sector, authority.tier)
            ids = register.posts_of(kind, authority.id)
        by_name = [
            post_id
            for post_id in self._seated_posts(authority.id)
            if self._plain_name(post_id) == plain(row.door_opener)
        ]
        posts = by_name or ids
        if len(posts) != 1:
            names = [register.node(post_id, Actor).name for post_id in posts[:3]]
            raise PlanFault(ImportRule.SEVERAL_POSTS if posts else ImportRule.UNKNOWN_POST, names)
        return register.node(posts[0], Actor)

    def end_unseen(self) -> tuple[Element, ...]:
        """End what is of the source and valid, but in no row; a post that others use is kept.

        All ends on one day: the date of the import, or the first on which each has begun.
        """
        context, source = self._register.context, self._options.source
        unseen = [
            thing
            for thing in (*context.links.values(), *context.nodes.values())
            if isinstance(thing, _ENDED)
            and thing.source == source
            and thing.id not in self._seen
            and thing.id not in self.ends
            and (thing.valid_to is None or self._options.on < thing.valid_to)
        ]
        kept = {thing.id for thing in unseen if isinstance(thing, Actor) and self._is_used(thing)}
        unseen = [
            thing
            for thing in unseen
            if thing.id not in kept
            and not (isinstance(thing, BelongsTo) and thing.source_id in kept)
        ]
        starts = [thing.valid_from + _DAY for thing in unseen if thing.valid_from]
        on = max([self._options.on, *starts])
        for thing in unseen:
            self._end(thing, on)
        return tuple(thing for thing in unseen if thing.id in self.ends)

    def _is_used(self, post: Actor) -> bool:
        """Whether a link of another source, or a planned one, is at a post."""
        context, source = self._register.context, self._options.source
        present = (link for link in context.links.values() if post.id in ends(link))
        return any(link.source != source for link in self._register.valid(present)) or any(
            isinstance(link, Link) and post.id in ends(link) for link in self.creates.values()
        )

    # ---- posts

    def _require_one(self, row: SourceRow) -> None:
        """An id at the source is of one row, or of rows about the same person."""
        if row.external_id is not None:
            first = self._external.setdefault(row.external_id, row)
            if first is not row and plain(first.name or "") != plain(row.name or ""):
                raise PlanFault(ImportRule.SAME_EXTERNAL_ID)

    def _post(self, row: SourceRow, planned: PlannedRow) -> Actor:
        register = self._register
        authority = register.node(row.authority, Authority)
        if row.name is None and row.external_id is not None:
            for post_id in register.external.get(self._key(row, Actor), []):
                post = register.node(post_id, Actor)
                if post.kind is row.kind:
                    self._seen.add(post_id)
                    return post
        found = register.posts_of(row.kind, row.authority)
        if row.unit is not None and row.kind in SEVERAL:
            key = (row.kind, row.authority, plain(row.unit))
            if key in self._by_unit:  # another row made it
                return self._node(self._by_unit[key], Actor)
            unit = f" {key[2]} "
            found = [post_id for post_id in found if unit in f" {self._plain_name(post_id)} "]
        else:
            found = [*found, *self._posts[row.kind, row.authority]]
        posts = [self._node(post_id, Actor) for post_id in found]
        posts = [post for post in posts if post.valid_to is None or register.on < post.valid_to]
        if len(posts) > 1 and row.name is not None:
            held = [post for post in posts if self._is_seated(row.name, post.id)]
            posts = held[:1] or posts
        if len(posts) == 1:
            self._mark_seen(posts[0])
            return posts[0]
        if posts:
            raise PlanFault(ImportRule.SEVERAL_POSTS, [post.name for post in posts[:3]])
        return self._new_post(row, authority, planned)

    def _plain_name(self, post_id: str) -> str:
        if post_id not in self._plain_names:
            self._plain_names[post_id] = plain(self._node(post_id, Actor).name)
        return self._plain_names[post_id]

    def _new_post(self, row: SourceRow, authority: Authority, planned: PlannedRow) -> Actor:
        register = self._register
        at = authority
        if is_police_district(authority) and row.kind is not PostKind.DUTY_LINE:
            units = [
                unit
                for child in register.children(authority.id)
                if (unit := register.node(child, Authority)).kind is AuthorityKind.UNIT
            ]
            at = units[0] if len(units) == 1 else authority
        tier = tier_of(row.kind, at.tier)
        sector = SECTORS.get(row.kind, at.sector)
        is_theirs = at.sector is sector or at.kind is AuthorityKind.MUNICIPALITY
        is_of_police = at.kind is AuthorityKind.MUNICIPALITY and "POLICE" in row.kind.value
        if tier is None or not is_theirs or is_of_police:
            raise PlanFault(ImportRule.KIND_OF_AUTHORITY)
        area = register.area_of(authority.id)
        place = register.node(area, Area).name if area else authority.name
        unit = row.unit if row.kind in SEVERAL else None
        post = self._create(
            planned,
            Actor(
                id=id_of(self._options.source, "post", row.kind, at.id, plain(unit or "")),
                kind=row.kind,
                name=post_name(row.kind, place, unit),
                tier=tier,
                sector=sector,
                is_unit_only=row.kind.is_unit_only,
                competences=COMPETENCES.get(row.kind, frozenset()),
                needs_deputy=row.kind in KEY_POSTS,
                source=self._options.source,
                external_id=row.external_id if row.name is None else None,
                batch=self._options.batch,
            ),
        )
        self._posts[row.kind, row.authority].append(post.id)
        self._by_unit[row.kind, row.authority, plain(unit or "")] = post.id
        self._link(planned, BelongsTo, post.id, at.id, None)
        return post

    # ---- people

    def _person(self, row: SourceRow, name: str, post: Actor, planned: PlannedRow) -> Person:
        register = self._register
        merged = self._options.merges.get(row.line)
        if merged is not None:
            person = self._node(merged, Person)
            self._mark_seen(person)
            return person
        number = 0
        if row.external_id is not None:
            for person_id in register.external.get(self._key(row, Person), []):
                person = self._node(person_id, Person)
                if _is_renamed(person.name, name):
                    self._mark_seen(person)
                    self._set(planned, person, "name", name)
                    return self._node(person_id, Person)
                number += 1  # the id is that of a post, which has a new holder
                for link in register.holders(post.id):
                    if link.source_id == person_id:
                        self._end(link)
                        planned.ended.append(link.id)
        if (known := self._seated_near(name, post)) is not None:
            self._mark_seen(known)
            return known
        return self._new_person(row.external_id, name, post, planned, number=number, row=row)

    def _new_person(
        self,
        external_id: str | None,
        name: str,
        post: Actor,
        planned: PlannedRow,
        *,
        number: int = 0,
        row: SourceRow | None = None,
    ) -> Person:
        source = self._options.source
        while True:
            key = (external_id,) if external_id is not None else ("", post.id)
            person_id = id_of(source, "person", *key, str(number))
            if person_id in self._options.withheld and external_id is not None:
                raise PlanFault(ImportRule.WITHHELD)  # erased: an import brings nobody back
            if person_id not in self._register.context.nodes and person_id not in self.creates:
                break
            number += 1
        person = self._create(
            planned,
            Person(
                id=person_id,
                name=name,
                source=source,
                external_id=external_id,
                batch=self._options.batch,
            ),
        )
        planned.duplicates += self._duplicates(person, post, row)
        self._people[plain(name)].append(person.id)
        return person

    def _named(self, name: str) -> list[str]:
        return [*self._register.people.get(plain(name), ()), *self._people.get(plain(name), ())]

    def _seats_of(self, person_id: str) -> Iterator[str]:
        """The posts that a person holds or deputizes for, known and planned."""
        links = self._register.context
        for kind in (Holds, DeputizesFor):
            for link in self._register.valid(links.links_from(person_id, kind)):
                yield link.target_id
        yield from self._seats[person_id]

    def _is_seated(self, name: str, post_id: str) -> bool:
        return any(post_id in self._seats_of(person_id) for person_id in self._named(name))

    def _seated_near(self, name: str, post: Actor) -> Person | None:
        """The person of this name with a seat at the post, or else at its authority or area."""
        ids = self._named(name)
        for person_id in ids:
            if post.id in self._seats_of(person_id):
                return self._node(person_id, Person)
        around = self._authorities(post.id)
        near = [
            person_id
            for person_id in ids
            if any(
                not around.isdisjoint(self._authorities(seat)) for seat in self._seats_of(person_id)
            )
        ]
        return self._node(near[0], Person) if len(near) == 1 else None

    def _authorities(self, post_id: str) -> frozenset[str]:
        """The authority of a post and what it is a part of."""
        owner = self._register.owner(post_id)
        if owner is None:
            owner = next((link.target_id for link in self._out[post_id, BelongsTo]), None)
        if owner is None:
            return frozenset()
        authority = self._register.context.nodes.get(owner)
        if isinstance(authority, Authority) and authority.kind is AuthorityKind.UNIT:
            return frozenset({owner, *list(self._register.parents(owner))[:1]})
        return frozenset({owner})

    def _duplicates(
        self, person: Person, post: Actor, row: SourceRow | None
    ) -> list[PersonDuplicate]:
        found: dict[str, PersonDuplicate] = {}
        for person_id in self._named(person.name):
            found[person_id] = PersonDuplicate(id=person_id, likeness=Likeness.NAME, score=100)
        around = self._authorities(post.id)
        for authority in around:
            for seat in self._seated_posts(authority):
                for link in self._register.holders(seat):
                    other = self._register.context.nodes.get(link.source_id)
                    if isinstance(other, Person) and other.id not in found:
                        score = fuzz.token_sort_ratio(plain(other.name), plain(person.name))
                        if score >= _ALIKE or _is_shortened(other.name, person.name):
                            found[other.id] = PersonDuplicate(
                                id=other.id, likeness=Likeness.SPELLING, score=round(score)
                            )
        for channel, value in row.contacts if row else ():
            for detail_id in self._known.details_with(channel, value):
                for link in self._register.context.links_to(detail_id, ReachedBy):
                    other = self._register.context.nodes.get(link.source_id)
                    if isinstance(other, Person):
                        found[other.id] = PersonDuplicate(
                            id=other.id,
                            likeness=Likeness.CONTACT,
                            score=round(
                                fuzz.token_sort_ratio(plain(other.name), plain(person.name))
                            ),
                        )
        return [found[key] for key in sorted(found)]

    def _seated_posts(self, authority_id: str) -> Iterator[str]:
        for link in self._register.valid(self._register.context.links_to(authority_id, BelongsTo)):
            yield link.source_id

    def _holds(self, row: SourceRow, person_id: str, post: Actor, planned: PlannedRow) -> None:
        known = next(
            (link for link in self._register.holders(post.id) if link.source_id == person_id), None
        )
        if known is None:
            begins = row.valid_from or self._options.on
            if row.valid_to is not None and row.valid_from is None and row.valid_to <= begins:
                begins = row.valid_to - _DAY
            self._link(
                planned, Holds, person_id, post.id, row.external_id,
                valid_from=begins, valid_to=row.valid_to,
            )  # fmt: skip
            self._seats[person_id].append(post.id)
            return
        self._mark_seen(known)
        self._set(planned, known, "valid_from", row.valid_from)
        self._set(planned, known, "valid_to", row.valid_to)

    def _deputy(self, name: str, order: int, post: Actor, planned: PlannedRow) -> None:
        person = self._seated_near(name, post)
        if person is None:
            named = [one for one in self._named(name) if one in self.creates]
            person = self._node(named[0], Person) if len(named) == 1 else None
        if person is None:
            person = self._new_person(None, name, post, planned)
        self._mark_seen(person)
        present = list(self._register.valid(self._register.context.links_to(post.id, DeputizesFor)))
        planned_links = cast("list[DeputizesFor]", self._into[post.id, DeputizesFor])
        for link in (*present, *planned_links):
            if link.source_id == person.id:
                self._mark_seen(link)
                return
        taken = {link.order for link in (*present, *planned_links)}
        while order in taken:
            order += 1
        self._link(planned, DeputizesFor, person.id, post.id, None, order=order)
        self._seats[person.id].append(post.id)

    # ---- contact details

    def _contacts(self, row: SourceRow, owner: Node, planned: PlannedRow) -> None:
        present: dict[str, ReachedBy] = {}
        for link in self._register.valid(self._register.context.links_from(owner.id, ReachedBy)):
            detail = self._register.context.nodes.get(link.target_id)
            if isinstance(detail, ContactDetail):
                present[detail.id] = link
        new: list[tuple[Channel, str]] = []
        for channel, value in row.contacts:
            if value.casefold() in self._values[owner.id]:
                continue  # another row of the same person
            self._values[owner.id].add(value.casefold())
            same = present.keys() & set(self._known.details_with(channel, value))
            for detail_id in same:
                self._mark_seen(self._node(detail_id, ContactDetail))
                self._mark_seen(present[detail_id])
                self._checked(row, detail_id, planned)
            if not same:
                new.append((channel, value))
        order = max((link.order for link in present.values()), default=0)
        for channel, value in new:
            if self._replaced(row, present, channel, value, planned):
                continue
            order += 1
            number = len(self._out[owner.id, ReachedBy])
            while True:
                detail_id = id_of(self._options.source, owner.id, channel, str(number))
                if detail_id not in self._register.context.nodes and detail_id not in self.creates:
                    break
                number += 1
            self._create(
                planned,
                ContactDetail(
                    id=detail_id,
                    channel=channel,
                    value=Secret(value),
                    hint=hint(channel, value),
                    verified_on=row.checked_on,
                    verified_by=self._options.made_by if row.checked_on else None,
                    source=self._options.source,
                    batch=self._options.batch,
                    visibility=owner.visibility
                    if isinstance(owner, Person)
                    else Visibility.NETWORK,
                ),
            )
            self._link(planned, ReachedBy, owner.id, detail_id, None, order=min(order, 99))

    def _replaced(
        self,
        row: SourceRow,
        present: dict[str, ReachedBy],
        channel: Channel,
        value: str,
        planned: PlannedRow,
    ) -> bool:
        """Whether the value is the new one of a known detail of the same sort."""
        sort = next((sort for sort in (_DIALED, _MAILED) if channel in sort), frozenset({channel}))
        details = [
            detail
            for detail_id in present
            if (detail := self._node(detail_id, ContactDetail)).channel in sort
            and detail_id not in self._seen
        ]
        details.sort(key=lambda detail: (detail.channel is not channel, present[detail.id].order))
        for detail in details:
            verdict = self._verdict(detail, "value")
            self._mark_seen(detail)
            self._mark_seen(present[detail.id])
            planned.differences.append(
                FieldDifference(
                    id=detail.id, field="value", source_says=hint(channel, value),
                    we_say=detail.hint, verdict=verdict,
                )
            )  # fmt: skip
            if verdict is FieldVerdict.CHANGED:
                self._touch(
                    planned,
                    replace(
                        detail,
                        channel=channel,
                        value=Secret(value),
                        hint=hint(channel, value),
                        verified_on=row.checked_on,
                        verified_by=self._options.made_by if row.checked_on else None,
                        batch=self._options.batch,
                    ),
                )
            return True
        return False

    def _checked(self, row: SourceRow, thing_id: str, planned: PlannedRow) -> None:
        """A later check by the source counts; an earlier one changes nothing."""
        thing = self._current(thing_id)
        known: date | None = getattr(thing, "verified_on", None)
        if row.checked_on is None or (known is not None and known >= row.checked_on):
            return
        planned.differences.append(
            FieldDifference(
                id=thing_id, field="verified_on", source_says=row.checked_on, we_say=known,
                verdict=FieldVerdict.CHANGED,
            )
        )  # fmt: skip
        self._touch(
            planned,
            replace(
                cast("Any", thing),
                verified_on=row.checked_on,
                verified_by=self._options.made_by,
                batch=self._options.batch,
            ),
        )

    # ---- networks and entry points

    def _meets(self, row: SourceRow, post: Actor, network_id: str, planned: PlannedRow) -> None:
        context = self._register.context
        for kind in (Coordinates, MemberOf):
            for link in self._register.valid(context.links_from(post.id, kind)):
                if link.target_id == network_id:
                    self._mark_seen(link)
                    self._checked(row, link.id, planned)
                    return
        network = self._register.node(network_id, Network)
        terms: dict[str, Any] = {"gate": network.gate, "levels": network.levels}
        if row.checked_on is not None:
            terms |= {"verified_on": row.checked_on, "verified_by": self._options.made_by}
        function = COORDINATED.get((post.kind, network.kind))
        if function is not None:
            self._link(
                planned, Coordinates, post.id, network_id, None, function=function,
                strength=COORDINATION_STRENGTH, **terms,
            )  # fmt: skip
            return
        is_by_need = (post.kind, network.kind) in BY_NEED
        attendance = Attendance.BY_NEED if is_by_need else Attendance.STANDING
        self._link(
            planned, MemberOf, post.id, network_id, None, attendance=attendance,
            strength=STRENGTHS[attendance], **terms,
        )  # fmt: skip

    def _entry(self, row: SourceRow, post: Actor, planned: PlannedRow) -> None:
        area = self._register.area_of(row.authority)
        if row.entry_order is None or area is None:
            return
        context = self._register.context
        present = list(self._register.valid(context.links_to(area, EntryPointFor)))
        present += cast("list[EntryPointFor]", self._into[area, EntryPointFor])
        for link in present:
            if link.source_id == post.id:
                self._mark_seen(link)
                return
        order, taken = row.entry_order, {link.order for link in present}
        while order in taken:
            order += 1
        self._link(planned, EntryPointFor, post.id, area, None, order=order)

    # ---- elements

    def _key(self, row: SourceRow, cls: type[Element]) -> tuple[str, str, type[Element]]:
        return self._options.source, row.external_id or "", cls

    def _current(self, thing_id: str) -> Element:
        context = self._register.context
        for known in (self.creates, self.updates, context.nodes, context.links):
            if thing_id in known:
                return known[thing_id]
        raise KeyError(thing_id)

    def _node(self, node_id: str, cls: type[Any]) -> Any:
        node = self._current(node_id)
        if not isinstance(node, cls):
            raise TypeError(node_id)
        return node

    def _mark_seen(self, thing: Element) -> None:
        self._seen.add(thing.id)
        if isinstance(thing, Actor):  # its seat is in the file too
            for link in self._register.context.links_from(thing.id, BelongsTo):
                self._seen.add(link.id)

    def _create(self, planned: PlannedRow, thing: Any) -> Any:
        self.creates[thing.id] = thing
        self.line_of.setdefault(thing.id, planned.line)
        planned.created.append(thing.id)
        self._seen.add(thing.id)
        return thing

    def _touch(self, planned: PlannedRow, thing: Any) -> None:
        if thing.id in self.creates:
            self.creates[thing.id] = thing
        else:
            self.updates[thing.id] = thing
        self.line_of.setdefault(thing.id, planned.line)

    def _link(
        self,
        planned: PlannedRow,
        cls: type[LinkT],
        source_id: str,
        target_id: str,
        external_id: str | None,
        **own: Any,
    ) -> None:
        """Create a link within the validity of its ends, unless the same is planned already."""
        link_id = id_of(cls.type, source_id, target_id, "")
        context = self._register.context
        if link_id in context.links:  # an earlier one that has ended
            link_id = id_of(cls.type, source_id, target_id, self._options.batch)
        if link_id in self.creates or link_id in context.links:
            return
        ends = [self._current(source_id), self._current(target_id)]
        starts = [end.valid_from for end in ends if end.valid_from]
        stops = [end.valid_to for end in ends if end.valid_to]
        begins, stop = own.pop("valid_from", None), own.pop("valid_to", None)
        if starts and (begins is None or begins < max(starts)):
            begins = max(starts)
        if stops and (stop is None or stop > min(stops)):
            stop = min(stops)
        link = self._create(
            planned,
            cls(
                id=link_id,
                source_id=source_id,
                target_id=target_id,
                source=self._options.source,
                external_id=external_id,
                batch=self._options.batch,
                valid_from=begins,
                valid_to=stop,
                **own,
            ),
        )
        self._out[source_id, cls].append(link)
        self._into[target_id, cls].append(link)

    def _end(self, thing: Element, on: date | None = None) -> None:
        on = on or self._options.on
        if thing.valid_from is not None:
            on = max(on, thing.valid_from + _DAY)
        if thing.valid_to is None or on < thing.valid_to:
            self.ends[thing.id] = End(id=thing.id, on=on, based_on=thing.revision)

    def _set(self, planned: PlannedRow, thing: Element, name: str, value: object) -> None:
        """Set a field of an element to what the row says, unless it says nothing."""
        if value is None or value == frozenset():
            return
        said = self._said.setdefault((thing.id, name), value)
        if said != value:
            raise PlanFault(ImportRule.CONTRADICTION)
        thing = self._current(thing.id)
        ours = getattr(thing, name)
        if ours == value or (name == "name" and plain(str(ours)) == plain(str(value))):
            return
        if thing.id in self.creates:
            self._touch(planned, replace(cast("Any", thing), **{name: value}))
            return
        verdict = (
            FieldVerdict.CHANGED if ours in (None, frozenset()) else self._verdict(thing, name)
        )
        planned.differences.append(
            FieldDifference(
                id=thing.id, field=name, source_says=value, we_say=ours, verdict=verdict
            )
        )
        if verdict is FieldVerdict.CHANGED:
            changed = {name: value, "batch": self._options.batch}
            self._touch(planned, replace(cast("Any", thing), **changed))

    def _verdict(self, thing: Element, name: str) -> FieldVerdict:
        return verdict_of(thing, name, self._options, self._history)


def verdict_of(
    thing: Element,
    name: str,
    options: ImportOptions,
    history: Callable[[str], Sequence[Change]],
) -> FieldVerdict:
    """Return whether the source was the last that wrote a field, so that it may write it again."""
    if options.takes_source:
        return FieldVerdict.CHANGED
    is_created = thing.source == options.source
    if not is_created and not (thing.batch or "").startswith(f"{options.source}:"):
        return FieldVerdict.CONFLICT
    for change in sorted(history(thing.id), key=lambda change: -change.revision):
        if change.kind is ChangeKind.CREATED:
            return FieldVerdict.CHANGED if is_created else FieldVerdict.CONFLICT
        if name in change.fields:
            is_imported = "batch" in change.fields
            return FieldVerdict.CHANGED if is_imported else FieldVerdict.CONFLICT
    return FieldVerdict.CHANGED


def _is_renamed(ours: str, theirs: str) -> bool:
    """Whether two names under one id are one person's: alike, or with the same given name."""
    one, other = plain(ours), plain(theirs)
    is_given = one.split()[0] == other.split()[0]
    return fuzz.ratio(one, other) >= (_LEAST_LIKE if is_given else _SAME_PERSON)


def _is_shortened(one: str, other: str) -> bool:
    """Whether one name is the other without middle names."""
    first, second = plain(one).split(), plain(other).split()
    short, long = sorted((first, second), key=len)
    return short[0] == long[0] and short[-1] == long[-1] and set(short) <= set(long)

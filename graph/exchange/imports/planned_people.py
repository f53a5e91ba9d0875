"""The people of an import: matching by name, possible duplicates, seats and deputies."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final, cast

from rapidfuzz import fuzz

from graph.exchange.imports.comparison import (
    Likeness,
    PersonDuplicate,
)
from graph.exchange.imports.faults import ImportRule
from graph.exchange.imports.planned_contacts import PlannedContacts
from graph.exchange.imports.planned_elements import PlanFault, PlannedRow
from graph.exchange.imports.rows import SourceRow
from graph.exchange.imports.words import plain
from graph.model import (
    Actor,
    Authority,
    BelongsTo,
    DeputizesFor,
    Holds,
    Person,
    ReachedBy,
    id_of,
)
from graph.vocabulary import AuthorityKind, Channel

_DAY: Final = timedelta(days=1)
_SAME_PERSON: Final = 75  # of 100: the same id, and a name that may be a new spelling or surname
_LEAST_LIKE: Final = 50  # with the same given name: a new surname
_ALIKE: Final = 88  # names that may be one person's


class PlannedPeople(PlannedContacts):
    """Plans persons, the posts they hold, and their deputies."""

    def _person(self, row: SourceRow, name: str, post: Actor, planned: PlannedRow) -> Person:
        register = self._register
        merged = self._options.merges.get(row.line)
        if merged is not None:
            person = self._register.context.nodes.get(merged)
            if not isinstance(person, Person):
                raise PlanFault(ImportRule.UNKNOWN_PERSON)
            self._mark_seen(person)
            return person
        number = 0
        if row.external_id is not None:
            for person_id in register.external.get(self._key(row, Person), []):
                person = self._node(person_id, Person)
                # A similar name, or the same given name: one person whose name has changed.
                ours, theirs = plain(person.name), plain(name)
                is_given = ours.split()[0] == theirs.split()[0]
                if fuzz.ratio(ours, theirs) >= (_LEAST_LIKE if is_given else _SAME_PERSON):
                    self._mark_seen(person)
                    self._set(planned, person, "name", name)
                    return self._node(person_id, Person)
                number += 1  # the id is that of a post, which has a new holder
                for link in register.holders(post.id):
                    if link.source_id == person_id:
                        self._end(link)
                        self.ended_by.setdefault(link.id, planned.line)
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
                raise PlanFault(ImportRule.WITHHELD)  # erased persons stay erased
            if person_id not in self._register.context.nodes and person_id not in self.creates:
                break
            number += 1
        person = self._create(
            planned,
            Person(
                id=person_id,
                name=name,
                source=source,
                external_id=self._free(external_id),
                batch=self._options.batch,
            ),
        )
        planned.duplicates += self._duplicates(person, post, row)
        self._people[plain(name)].append(person.id)
        return person

    def _people_named(self, name: str) -> list[str]:
        return [*self._register.people.get(plain(name), ()), *self._people.get(plain(name), ())]

    def _seats_of(self, person_id: str) -> Iterator[str]:
        """The posts that a person holds or deputizes for, known and planned."""
        links = self._register.context
        for kind in (Holds, DeputizesFor):
            for link in self._register.valid(links.links_from(person_id, kind)):
                yield link.target_id
        yield from self._seats[person_id]

    def _is_seated(self, name: str, post_id: str) -> bool:
        return any(post_id in self._seats_of(person_id) for person_id in self._people_named(name))

    def _seated_near(self, name: str, post: Actor) -> Person | None:
        """The person of this name with a seat at the post, or else at its authority or area."""
        ids = self._people_named(name)
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
        """The authority of a post and, for a unit, the authority it is part of."""
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
        for person_id in self._people_named(person.name):
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
            if channel is Channel.VISIT:  # shared by an office
                continue
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
            named = [one for one in self._people_named(name) if one in self.creates]
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


def _is_shortened(one: str, other: str) -> bool:
    """Whether one name is the other without middle names."""
    first, second = plain(one).split(), plain(other).split()
    short, long = sorted((first, second), key=len)
    return short[0] == long[0] and short[-1] == long[-1] and set(short) <= set(long)

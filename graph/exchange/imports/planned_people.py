"""The people of an import: matching by name, possible duplicates, seats and deputies."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final, cast

from rapidfuzz import fuzz

from graph.exchange.imports.comparison import (
    FieldDifference,
    FieldVerdict,
    HolderChoice,
    Likeness,
    PersonDuplicate,
)
from graph.exchange.imports.faults import ImportRule
from graph.exchange.imports.planned_contacts import PlannedContacts
from graph.exchange.imports.planned_elements import PlanFault, PlannedRow
from graph.exchange.imports.rows import SourceRow
from graph.exchange.imports.targets import TargetField
from graph.exchange.imports.words import plain
from graph.model import (
    Actor,
    Authority,
    BelongsTo,
    DeputizesFor,
    EntryPointFor,
    Holds,
    Link,
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

    def _person(self, row: SourceRow, name: str, post: Actor, planned_row: PlannedRow) -> Person:
        """The person of a row; other rows with the same id at the source mean the same person."""
        person = self._known_or_new(row, name, post, planned_row)
        if row.external_id is not None:
            self._person_of_id[row.external_id] = person.id
            self._ids_of_person[person.id].add(row.external_id)
        return person

    def _known_or_new(
        self, row: SourceRow, name: str, post: Actor, planned_row: PlannedRow
    ) -> Person:
        merged_id = self._options.merges.get(row.line)
        if merged_id is not None:
            person = self._register.context.nodes.get(merged_id)
            if not isinstance(person, Person):
                raise PlanFault(ImportRule.UNKNOWN_PERSON)
            return self._known_person(person, name, planned_row)
        number = 0
        if row.external_id is not None:
            # The persons to whom, or to whose seat, the source has given the id.
            external, links = self._register.external, self._register.context.links
            person_ids = [
                *external.get(self._key(row, Person), ()),
                *(links[seat_id].source_id for seat_id in external.get(self._key(row, Holds), ())),
            ]
            for person_id in dict.fromkeys(person_ids):
                person = self._node(person_id, Person)
                # A similar name, or the same given name: one person whose name has changed.
                ours, theirs = plain(person.name), plain(name)
                is_given = ours.split()[0] == theirs.split()[0]
                if fuzz.ratio(ours, theirs) >= (_LEAST_LIKE if is_given else _SAME_PERSON):
                    return self._known_person(person, name, planned_row)
                number += 1  # the id is that of a post, which has a new holder
                # The seat of the holder so far ends on the first day of the next one.
                for seat in self._register.holders(post.id):
                    if seat.source_id == person_id:
                        self._mark_seen(seat)
                        self._end(seat, max(self._options.on, row.valid_from or self._options.on))
                        self.ended_by.setdefault(seat.id, planned_row.line)
                        if seat.id in self.ends:
                            planned_row.ended_ids.append(seat.id)
            if row.external_id in self._person_of_id:
                return self._node(self._person_of_id[row.external_id], Person)
        # Ids of posts do not tell persons of one name apart.
        external_id = row.external_id if number == 0 else None
        if (seated_person := self._seated_near(name, post, external_id)) is not None:
            return self._known_person(seated_person, name, planned_row)
        return self._new_person(row.external_id, name, post, planned_row, number=number, row=row)

    def _known_person(self, person: Person, name: str, planned_row: PlannedRow) -> Person:
        """A person of the register whom a row means, with the name that the row gives."""
        self._mark_seen(person)
        self._set(planned_row, person, "name", name)
        return self._node(person.id, Person)

    def _new_person(
        self,
        external_id: str | None,
        name: str,
        post: Actor,
        planned_row: PlannedRow,
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
            planned_row,
            Person(
                id=person_id,
                name=name,
                source=source,
                external_id=self._free(external_id),
                batch=self._options.batch,
            ),
        )
        if row is not None:  # a row asks about its holder, not about the deputies
            self._first_values[person.id, "name"] = name, planned_row.line
            planned_row.duplicates += self._duplicates(person, post, row)
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

    def _has_other_id(self, person_id: str, external_id: str | None) -> bool:
        """Whether the source knows a person, and by other ids than this one."""
        if external_id is None:
            return False
        person: Person = self._node(person_id, Person)
        seats = self._register.valid(self._register.context.links_from(person_id, Holds))
        ids = set(self._ids_of_person[person_id])
        for element in (person, *seats):
            if element.source == self._options.source and element.external_id is not None:
                ids.add(element.external_id)
        return bool(ids) and external_id not in ids

    def _seated_near(self, name: str, post: Actor, external_id: str | None) -> Person | None:
        """The person of this name with a seat at the post, or else at its authority or area.

        One whom the source knows by another id is not meant.
        """
        ids = [
            person_id
            for person_id in self._people_named(name)
            if not self._has_other_id(person_id, external_id)
        ]
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

    def _duplicates(self, person: Person, post: Actor, row: SourceRow) -> list[PersonDuplicate]:
        duplicates: dict[str, PersonDuplicate] = {}
        for person_id in self._people_named(person.name):
            duplicates[person_id] = PersonDuplicate(id=person_id, likeness=Likeness.NAME, score=100)
        around = self._authorities(post.id)
        for authority in around:
            for seat in self._seated_posts(authority):
                for link in self._register.holders(seat):
                    other = self._register.context.nodes.get(link.source_id)
                    if isinstance(other, Person) and other.id not in duplicates:
                        ours, theirs = plain(other.name), plain(person.name)
                        score = fuzz.token_sort_ratio(ours, theirs)
                        short, long = sorted((ours.split(), theirs.split()), key=len)
                        if score >= _ALIKE or (  # or one is the other without middle names
                            short[0] == long[0]
                            and short[-1] == long[-1]
                            and set(short) <= set(long)
                        ):
                            duplicates[other.id] = PersonDuplicate(
                                id=other.id, likeness=Likeness.SPELLING, score=round(score)
                            )
        for channel, value in row.contacts:
            if channel is Channel.VISIT:  # shared by an office
                continue
            for detail_id in self._details_with.get((channel, value), ()):
                for link in self._register.context.links_to(detail_id, ReachedBy):
                    other = self._register.context.nodes.get(link.source_id)
                    if isinstance(other, Person):
                        duplicates[other.id] = PersonDuplicate(
                            id=other.id,
                            likeness=Likeness.CONTACT,
                            score=round(
                                fuzz.token_sort_ratio(plain(other.name), plain(person.name))
                            ),
                        )
        return [duplicates[key] for key in sorted(duplicates)]

    def _seated_posts(self, authority_id: str) -> Iterator[str]:
        for link in self._register.valid(self._register.context.links_to(authority_id, BelongsTo)):
            yield link.source_id

    def _holds(self, row: SourceRow, person_id: str, post: Actor, planned_row: PlannedRow) -> None:
        """Plan the seat of a row's person; two rows about one seat give it the same period."""
        links = (*self._register.holders(post.id), *self._into[post.id, Holds])
        known_seat = next((link for link in links if link.source_id == person_id), None)
        if known_seat is None:
            begins = row.valid_from or self._options.on
            if row.valid_to is not None and row.valid_from is None and row.valid_to <= begins:
                begins = row.valid_to - _DAY
            seat = self._link(
                planned_row, Holds, person_id, post.id, row.external_id,
                valid_from=begins, valid_to=row.valid_to,
            )  # fmt: skip
            self._seats[person_id].append(post.id)
            if seat is not None:
                self._require_same_period(row, seat, planned_row)
                self._give_id(row, seat, planned_row)
            return
        self._mark_seen(known_seat)
        self._give_id(row, known_seat, planned_row)
        self._require_same_period(row, known_seat, planned_row)
        self._set(planned_row, known_seat, "valid_from", row.valid_from)
        self._set(planned_row, known_seat, "valid_to", row.valid_to)
        nodes = self._node(person_id, Person), self._node(post.id, Actor)
        if (
            row.is_open_ended
            and known_seat.source == self._options.source
            and known_seat.valid_to not in (None, *(node.valid_to for node in nodes))
        ):
            self._change(planned_row, known_seat, "valid_to", None)

    def compare_holders(self) -> None:
        """Look at each new holder of a post that somebody else holds, after all rows are planned.

        Another holder whom a row names, or whose seat ends, is no question, nor is one whom a
        complete list leaves out. Otherwise the row is refused until it is chosen what the new
        holder is to them.
        """
        for planned_row in self.rows:
            for element_id in () if planned_row.faults else tuple(planned_row.created_ids):
                seat = self.creates[element_id]
                if not isinstance(seat, Holds):
                    continue
                others = self._other_holders(seat)
                if others:
                    planned_row.holders = tuple(link.source_id for link in others)
                    self._settle_holder(planned_row, seat, others)

    def _other_holders(self, seat: Holds) -> list[Holds]:
        """The seats of others on the post of a new seat, during it, that no row is about."""
        options = self._options
        begins = seat.valid_from or options.on
        return [
            link
            for link in self._register.holders(seat.target_id)
            if link.id not in self._seen_ids
            and link.id not in self.ends
            and not (options.is_complete and link.source == options.source)
            and (link.valid_to is None or begins < link.valid_to)
            and (seat.valid_to is None or (link.valid_from or begins) < seat.valid_to)
        ]

    def _settle_holder(self, planned_row: PlannedRow, seat: Holds, others: Sequence[Holds]) -> None:
        holders = self._options.holders
        match holders.get(planned_row.line, holders.get(None)):
            case HolderChoice.REPLACES:
                for link in others:
                    self._end(link, max(self._options.on, seat.valid_from or self._options.on))
                    self.ended_by.setdefault(link.id, planned_row.line)
                    if link.id in self.ends:
                        planned_row.ended_ids.append(link.id)
            case HolderChoice.BESIDE:
                pass
            case HolderChoice.SKIP:
                self.left_out.add(planned_row.line)
            case _:
                names = [self._node(person_id, Person).name for person_id in planned_row.holders]
                planned_row.refuse(PlanFault(ImportRule.HELD, names))

    def _give_id(self, row: SourceRow, seat: Link, planned_row: PlannedRow) -> None:
        """Give the id of a row to its person or, if that is not the source's own, to the seat."""
        person = self._node(seat.source_id, Person)
        for element in (person, self._current(seat.id)):
            if element.source != self._options.source:
                continue
            if element.external_id == row.external_id:
                return
            if element.external_id is None:
                external_id = self._free(row.external_id, is_link=element is not person)
                if external_id is not None:
                    self._set(planned_row, element, "external_id", external_id)
                    return

    def _require_same_period(self, row: SourceRow, seat: Link, planned_row: PlannedRow) -> None:
        """Raise PlanFault if an earlier row gave a seat another period."""
        if row.valid_from is not None:
            self._require_agreement(planned_row, seat, "valid_from", row.valid_from)
        is_open = row.is_open_ended and seat.source == self._options.source
        if row.valid_to is not None or is_open:
            self._require_agreement(planned_row, seat, "valid_to", row.valid_to)

    def _deputies(self, row: SourceRow, post: Actor, planned_row: PlannedRow) -> None:
        """Plan the deputies of a post in the order of the file.

        The source's deputies whom the file does not name come after, unless they end; those of
        other sources keep their orders.
        """
        for name in row.deputies:
            self._deputy(name, post, planned_row)
        links = self._deputy_links(post)
        ranked = [
            links.pop(deputy_id) for deputy_id in self._deputies_of[post.id] if deputy_id in links
        ]
        if not self._options.is_complete:
            others = [link for link in links.values() if link.source == self._options.source]
            ranked += sorted(others, key=lambda link: link.order)
        self._set_orders(ranked, planned_row)

    def _deputy(self, name: str, post: Actor, planned_row: PlannedRow) -> None:
        person = self._seated_near(name, post, None)
        if person is None:
            named_ids = [
                person_id for person_id in self._people_named(name) if person_id in self.creates
            ]
            person = self._node(named_ids[0], Person) if len(named_ids) == 1 else None
        if person is None:
            person = self._new_person(None, name, post, planned_row)
        if person.id in self._options.withheld:
            raise PlanFault(ImportRule.WITHHELD, field=TargetField.DEPUTY)
        self._mark_seen(person)
        listed, links = self._deputies_of[post.id], self._deputy_links(post)
        if person.id in links:
            self._mark_seen(links[person.id])
        else:
            order = 1 + max(
                (links[deputy_id].order for deputy_id in listed if deputy_id in links), default=0
            )
            known_links = self._register.context.links_to(post.id, DeputizesFor)  # also ended ones
            others = (*known_links, *links.values())
            orders = {link.order for link in others if not link.is_taken_back()}
            while order in orders:
                order += 1
            self._link(planned_row, DeputizesFor, person.id, post.id, None, order=order)
            self._seats[person.id].append(post.id)
        if person.id not in listed:
            listed.append(person.id)

    def _deputy_links(self, post: Actor) -> dict[str, DeputizesFor]:
        """The links of a post's deputies, known and planned, by deputy."""
        known_links = self._register.valid(self._register.context.links_to(post.id, DeputizesFor))
        links = (*known_links, *self._into[post.id, DeputizesFor])
        return {link.source_id: cast("DeputizesFor", self._current(link.id)) for link in links}

    def _set_orders(
        self, ranked: Sequence[DeputizesFor | EntryPointFor], planned_row: PlannedRow
    ) -> None:
        """Give ranked links their orders anew; none is changed if one is in conflict."""
        orders = sorted(link.order for link in ranked)
        moved = [
            (link, order) for link, order in zip(ranked, orders, strict=True) if link.order != order
        ]
        known_moves = [(link, order) for link, order in moved if link.id not in self.creates]
        verdicts = {self._verdict(link, "order") for link, _ in known_moves}
        is_conflict = FieldVerdict.CONFLICT in verdicts
        verdict = FieldVerdict.CONFLICT if is_conflict else FieldVerdict.CHANGED
        planned_row.differences += [
            FieldDifference(
                id=link.id, field="order", source_says=order, we_say=link.order, verdict=verdict
            )
            for link, order in known_moves
        ]
        if not is_conflict:
            for link, order in moved:
                self._touch(planned_row, replace(link, order=order, batch=self._options.batch))

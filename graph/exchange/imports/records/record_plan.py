"""Plans what the records of a file change: units first, then posts and their holders.

A unit is matched by source and id, else by its name under the same unit above; a post and its
holder as in lists. Only persons who hold a post are imported.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from graph.errors import Invalid
from graph.exchange.imports.comparison import Contact, ImportOptions
from graph.exchange.imports.faults import ImportRule
from graph.exchange.imports.plan import ImportPlan
from graph.exchange.imports.planned_elements import PlanFault, PlannedRow, WordQuestion
from graph.exchange.imports.post_defaults import SEVERAL, kind_at
from graph.exchange.imports.records.record_mapping import RecordMapping, UnitReading
from graph.exchange.imports.records.source_records import (
    RecordNote,
    RecordSet,
    SourceSeat,
    SourceUnit,
)
from graph.exchange.imports.register import ImportRegister
from graph.exchange.imports.rows import SourceRow
from graph.exchange.imports.targets import TargetField
from graph.exchange.imports.words import KindProposal, kinds_of, plain
from graph.model import (
    Actor,
    Authority,
    BelongsTo,
    Change,
    ContactDetail,
    Covers,
    Element,
    Organization,
    PartOf,
    Person,
    ReachedBy,
    id_of,
)
from graph.model.rule_context import ends
from graph.own_kinds import shipped_kind
from graph.progress import Stage, with_progress
from graph.vocabulary import AuthorityKind, NetworkKind, OrganizationKind, PostKind, Rule

_OF_UNIT: Final = (PartOf, Covers, ReachedBy, BelongsTo)
_PROPOSALS: Final = 3
_NETWORKS: Final = frozenset(
    plain(word) for kind in NetworkKind for word in (kind.value, kind.label_da, kind.label_en)
)
"""Types of units that are networks."""


@dataclass(slots=True)
class _Units:
    """The ids in the register of the file's units; None for a unit that is left out."""

    ids: dict[str, str | None] = field(default_factory=dict[str, str | None])
    above: dict[str, str | None] = field(default_factory=dict[str, str | None])
    refused: set[str] = field(default_factory=set[str])


class RecordPlan(ImportPlan):
    """The elements that the records of a file create, change and end."""

    def __init__(
        self,
        records: RecordSet,
        mapping: RecordMapping,
        register: ImportRegister,
        options: ImportOptions,
        details_with: Mapping[Contact, Collection[str]],
        history: Callable[[str], Sequence[Change]],
    ) -> None:
        super().__init__(register, options, details_with, history)
        self._records, self._mapping = records, mapping
        self._units = _Units()
        self._clubs: dict[str, list[str]] | None = None
        self._networks = _NETWORKS | {
            plain(label)
            for row in register.own_kinds.rows
            if isinstance(row.parent, NetworkKind)
            for label in (row.label_da, row.label_en)
        }
        self.notes: Counter[RecordNote] = Counter()
        self.readings: dict[str, KindProposal] = {}
        """Words that were read as a nearly equal kind, with the score."""

    def add_records(self, refused: Iterable[int]) -> None:
        """Plan every record but the refused ones, whose dependents are left out."""
        skipped = set(refused)
        units = {unit.id: unit for unit in self._records.units}
        for unit in with_progress(Stage.COMPARING, units.values()):
            self._add_unit(unit, units, skipped, ())
        if self.questions and all(
            question.field is TargetField.UNIT for question in self.questions.values()
        ):
            # The posts are asked about too, so that all questions are asked at once.
            for seat in self._records.seats:
                try:
                    self._mapping.post(seat.words)
                except KeyError:
                    self._ask_post(seat)
            return
        self._register = self._register.with_elements(self.creates.values())
        seats = self._records.seats if self._register.own_kinds.rows else ()
        own_kinds: set[str] = set()  # those that words for posts mean
        for words in dict.fromkeys(seat.words for seat in seats):
            try:
                kind = self._mapping.post(words)
            except KeyError:
                continue
            if kind is not None and kind.own is not None:
                own_kinds.add(kind.own.id)
        self.own_kinds_in_file = frozenset(own_kinds)
        seated: set[str] = set()
        for seat in with_progress(Stage.COMPARING, self._records.seats):
            if seat.number not in skipped:
                self._add_seat(seat, units, seated)
        alone = self._records.persons.keys() - seated
        if alone:
            self.notes[RecordNote.PERSONS_WITHOUT_POST] = len(alone)

    # ---- units

    def _add_unit(
        self,
        unit: SourceUnit,
        units: dict[str, SourceUnit],
        skipped: set[int],
        below: tuple[str, ...],
    ) -> None:
        """Plan a unit after the unit above it."""
        if unit.id in self._units.ids or unit.id in self._units.refused:
            return
        if unit.number in skipped:
            self._units.refused.add(unit.id)
            return
        planned_row = PlannedRow(line=unit.number, unit_name=unit.name)
        try:
            if unit.parent in (*below, unit.id):
                self._units.refused.add(unit.id)
                raise PlanFault(Rule.CYCLE)
            if unit.parent is not None and unit.parent in units:
                self._add_unit(units[unit.parent], units, skipped, (*below, unit.id))
            if unit.id in self._units.refused:
                return
            if unit.parent in self._units.refused:
                raise PlanFault(ImportRule.MISSING_RECORD)
            above: str | None = None
            if unit.parent in self._units.ids:
                above = self._units.ids[unit.parent]
                if above is None:  # units that are left out are passed over
                    above = self._units.above.get(unit.parent)
            elif unit.parent is not None:
                above = self._known_unit(unit.parent)
            self._units.above[unit.id] = above
            self._units.ids[unit.id] = self._unit(unit, above, planned_row)
        except (PlanFault, Invalid) as error:
            planned_row.refuse(error)
        self.rows.append(planned_row)
        if planned_row.faults:
            self._units.refused.add(unit.id)

    def _known_unit(self, unit_id: str) -> str | None:
        """The authority or organization that a unit of an earlier file became, unless ended."""
        for cls in (Authority, Organization):
            for node_id in self._register.external.get((self._options.source, unit_id, cls), ()):
                valid_to = self._register.context.nodes[node_id].valid_to
                if valid_to is None or self._options.on < valid_to:
                    return node_id
        return None

    def _unit(self, unit: SourceUnit, above: str | None, planned_row: PlannedRow) -> str | None:
        is_past = unit.valid_to is not None and unit.valid_to <= self._options.on
        node_id = self._known_unit(unit.id)
        if node_id is not None:
            element = self._current(node_id)
            self._mark_seen(element)
            if is_past:
                if not self._in_use(element.id):
                    for ended_element in self._with_links(element):
                        self._end(ended_element)
                        planned_row.ended_ids.append(ended_element.id)
                return None
            self._set(planned_row, element, "name", unit.name)
            self._set(planned_row, element, "valid_to", unit.valid_to)
            if isinstance(element, Authority):
                self._move(element, above, planned_row)
            self._unit_contacts(unit, element, planned_row)
            return node_id
        if is_past:
            self.notes[RecordNote.PAST] += 1
            return None
        if plain(unit.type) in self._networks and not self._mapping.reads_unit(unit.type):
            self.notes[RecordNote.NETWORKS] += 1
            return None
        if (same := self._same_name(unit, above)) is not None:
            return same
        try:
            reading = self._mapping.unit(unit.type)
        except KeyError:
            self._ask(TargetField.UNIT, unit.type, unit.path, ())
            return None
        if reading is None:
            self.notes[RecordNote.LEFT_OUT] += 1
            return None
        return self._new_unit(unit, reading, above, planned_row)

    def _same_name(self, unit: SourceUnit, above: str | None) -> str | None:
        """A known authority of this name, under the same unit above, or the only one at the top.

        Without such an authority, the only association of this name.
        """
        register = self._register
        authority_ids = register.authorities.get(plain(unit.name), [])
        if not authority_ids:
            if self._clubs is None:  # the associations of the register by name
                self._clubs = {}
                for node in register.context.nodes.values():
                    is_valid = node.valid_to is None or self._options.on < node.valid_to
                    if isinstance(node, Organization) and is_valid:
                        self._clubs.setdefault(plain(node.name), []).append(node.id)
            clubs = self._clubs.get(plain(unit.name), [])
            return clubs[0] if len(clubs) == 1 else None
        if above is not None:
            authority_ids = [
                authority_id
                for authority_id in authority_ids
                if next(register.parents(authority_id), None) == above
            ]
        elif unit.parent is not None:
            return None  # the unit above it is not known
        return authority_ids[0] if len(authority_ids) == 1 else None

    def _new_unit(
        self, unit: SourceUnit, reading: UnitReading, above: str | None, planned_row: PlannedRow
    ) -> str:
        source, batch = self._options.source, self._options.batch
        number = 0
        while (unit_id := id_of(source, "unit", unit.id, str(number))) in (
            self._register.context.nodes
        ):
            number += 1  # a unit that has ended and begins again
        if isinstance(reading.kind, OrganizationKind):
            node: Any = Organization(
                id=unit_id, kind=reading.kind, own_kind=reading.own_kind, name=unit.name,
                source=source, external_id=unit.id, batch=batch, valid_from=unit.valid_from,
                valid_to=unit.valid_to,
            )  # fmt: skip
            self._create(planned_row, node)
        else:
            over = self._current(above) if above is not None else None
            of = over if isinstance(over, Authority) else None
            tier = reading.tier or (of.tier if of else None)
            sector, own_sector = reading.sector, reading.own_sector
            if sector is None and of is not None:
                sector, own_sector = of.sector, of.own_sector
            if tier is None or sector is None:
                kind_id = reading.own_kind or reading.kind.value
                raise PlanFault(ImportRule.UNKNOWN_UNIT_TYPE, [f"{kind_id}/TIER/SECTOR"])
            node = Authority(
                id=unit_id, kind=reading.kind, own_kind=reading.own_kind, tier=tier,
                sector=sector, own_sector=own_sector, name=unit.name, source=source,
                external_id=unit.id, batch=batch, valid_from=unit.valid_from,
                valid_to=unit.valid_to,
            )  # fmt: skip
            self._create(planned_row, node)
            if of is not None:
                self._link(planned_row, PartOf, unit_id, of.id, None)
        area = self._options.area
        if area is not None and above is not None:  # the area of the unit above it comes first
            covers = self._out[above, Covers]
            area = covers[0].target_id if covers else self._register.area_of(above) or area
        if area is not None:
            self._link(planned_row, Covers, unit_id, area, None)
        self._unit_contacts(unit, node, planned_row)
        return unit_id

    def _move(self, authority: Authority, above: str | None, planned_row: PlannedRow) -> None:
        """Make an authority part of another one from the date of the import."""
        present = list(
            self._register.valid(self._register.context.links_from(authority.id, PartOf))
        )
        for link in present:
            self._seen_ids.add(link.id)
        if above is None or not isinstance(self._current(above), Authority):
            return
        if any(link.target_id == above for link in present):
            return
        for link in present:
            self._end(link)
            planned_row.ended_ids.append(link.id)
        self._link(planned_row, PartOf, authority.id, above, None, valid_from=self._options.on)

    def _unit_contacts(self, unit: SourceUnit, owner: Any, planned_row: PlannedRow) -> None:
        row = SourceRow(
            line=unit.number, authority=owner.id, kind=PostKind.FUNCTIONAL_MAILBOX,
            contacts=unit.contacts,
        )  # fmt: skip
        self._contacts(row, owner, planned_row)

    def end_unseen(self) -> tuple[Element, ...]:
        """Also end units that a complete file omits; a unit still in use is kept."""
        ended_elements = list(super().end_unseen())
        context, source = self._register.context, self._options.source
        units = [
            node
            for node in context.nodes.values()
            if isinstance(node, Authority | Organization)
            and node.source == source
            and node.id not in self._seen_ids
            and (node.valid_to is None or self._options.on < node.valid_to)
        ]
        units.sort(key=lambda unit: -len(list(self._register.parents(unit.id))))  # lowest first
        for unit in units:
            if not self._in_use(unit.id):
                for element in self._with_links(unit):
                    self._end(element)
                ended_elements.append(unit)
        return tuple(ended_elements)

    def _in_use(self, unit_id: str) -> bool:
        """Whether a valid link other than the unit's own leads to it, or a planned one."""
        own = (PartOf, Covers, ReachedBy)
        for link in self._links_of(unit_id):
            if link.id in self.ends:
                continue
            if isinstance(link, own) and link.source_id == unit_id:
                continue
            return True
        return any(
            unit_id in ends(link) for link in self.creates.values() if isinstance(link, _OF_UNIT)
        )

    def _links_of(self, node_id: str) -> Iterator[Any]:
        links = self._register.context.links.values()
        return self._register.valid(link for link in links if node_id in ends(link))

    def _with_links(self, element: Element) -> Iterator[Element]:
        """An element, its links, and the contact details that are its own."""
        for link in self._links_of(element.id):
            yield link
            detail = self._register.context.nodes.get(link.target_id)
            if isinstance(detail, ContactDetail):
                yield detail
        yield element

    # ---- seats

    def _add_seat(self, seat: SourceSeat, units: dict[str, SourceUnit], seated: set[str]) -> None:
        try:
            kind = self._mapping.post(seat.words)
        except KeyError:
            self._ask_post(seat)
            return
        if kind is None:
            self.notes[RecordNote.LEFT_OUT] += 1
            return
        if kind.score < 100:
            self.readings[seat.words[0]] = kind
        if seat.unit in self._units.refused:
            self.notes[RecordNote.DEPENDENT] += 1
            return
        try:
            row = self._row(seat, kind, units)
        except PlanFault as error:
            planned_row = PlannedRow(line=seat.number)
            planned_row.refuse(error)
            self.rows.append(planned_row)
            return
        self.add(row)
        if seat.person is not None and not self.rows[-1].faults:
            seated.add(seat.person)

    def _row(
        self, seat: SourceSeat, proposal: KindProposal, units: dict[str, SourceUnit]
    ) -> SourceRow:
        """Return a seat as a row of a list. Raises: PlanFault: it cannot be planned."""
        unit = units.get(seat.unit)
        if seat.unit in self._units.ids:
            owner = self._units.ids[seat.unit] or self._units.above.get(seat.unit)
        else:
            owner = self._known_unit(seat.unit)
        authority = self._register.context.nodes.get(owner) if owner else None
        if authority is None:
            raise PlanFault(ImportRule.MISSING_RECORD)
        if not isinstance(authority, Authority):
            raise PlanFault(ImportRule.KIND_OF_AUTHORITY)
        kind, exact = PostKind(proposal.kind.value), proposal.own
        if exact is None:
            kind = kind_at(kind, authority.sector, authority.tier)
            exact = shipped_kind(kind)
        name: str | None = None
        contacts = seat.contacts
        if seat.person is not None:
            name, reached = self._person_of(seat.person)
            contacts = tuple(dict.fromkeys((*reached, *contacts)))
            if exact.is_unit_only:
                raise PlanFault(Rule.UNIT_ONLY)
            if len(name.split()) < 2:
                raise PlanFault(Rule.FULL_NAME)
        deputies = tuple(self._person_of(deputy_id)[0] for deputy_id in seat.deputies)
        title = seat.title if name is not None else None
        if plain(title or "") in (plain(exact.label_da), plain(exact.label_en)):
            title = None  # it repeats the kind of the post
        at, place = self._place(authority, kind)
        unit_name = unit.name if unit is not None else authority.name
        return SourceRow(
            line=seat.number,
            authority=at.id,
            kind=kind,
            own=proposal.own,
            unit=(place or unit_name) if kind in SEVERAL else None,
            name=name,
            title=title,
            contacts=contacts,
            hours=seat.hours,
            deputies=deputies,
            valid_from=seat.valid_from,
            valid_to=seat.valid_to,
            is_open_ended=seat.valid_from is not None and seat.valid_to is None,
            languages=seat.languages,
            checked_on=seat.checked_on,
            external_id=seat.person if name else seat.post_id,
            synonym=self._mapping.synonym(seat.words),
            label=seat.label,
            post_id=seat.post_id,
        )

    def _place(self, authority: Authority, kind: PostKind) -> tuple[Authority, str | None]:
        """The authority of a post, and the unit's name if its municipality has the post instead.

        Of most kinds a municipality has one post, whatever unit its holder works in.
        """
        if authority.kind is not AuthorityKind.UNIT or authority.source != self._options.source:
            return authority, None
        for above in self._register.parents(authority.id):
            over = self._register.node(above, Authority)
            if over.kind is AuthorityKind.MUNICIPALITY and (
                kind in SEVERAL or self._register.posts_of(kind, over.id)
            ):
                return over, authority.name
        return authority, None

    def _person_of(self, person_id: str) -> tuple[str, tuple[Any, ...]]:
        """The name and contacts of a person of this file or an earlier one."""
        person = self._records.persons.get(person_id)
        if person is not None:
            return person.name, person.contacts
        node_ids = self._register.external.get((self._options.source, person_id, Person))
        if not node_ids:
            raise PlanFault(ImportRule.MISSING_RECORD)
        return self._register.node(node_ids[0], Person).name, ()

    def _post(self, row: SourceRow, planned_row: PlannedRow) -> Actor:
        """The post by its id at the source, else by its exact name, else as in a list."""
        if row.post_id is not None:
            key = self._options.source, row.post_id, Actor
            for post_id in self._register.external.get(key, []):
                post = self._register.node(post_id, Actor)
                if post.kind is row.kind:
                    return self._known_post(row, post, planned_row)
        if row.label is not None:
            listed = self._register.posts_of(row.kind, row.authority)
            same = [
                post_id
                for post_id in listed
                if plain(self._register.node(post_id, Actor).name) == plain(row.label)
            ]
            if len(same) == 1:
                return self._known_post(row, self._register.node(same[0], Actor), planned_row)
        return super()._post(row, planned_row)

    def _set(self, planned_row: PlannedRow, element: Element, name: str, value: object) -> None:
        """Set a field; the title of a person with several posts is that of the first."""
        if name != "title" or (element.id, name) not in self._first_values:
            super()._set(planned_row, element, name, value)

    # ---- questions

    def _ask(self, target: TargetField, word: str, path: str, proposals: Sequence[str]) -> None:
        removed_kind = self._mapping.removed_kind(target, word)
        question = self.questions.setdefault(
            (target, plain(word)),
            WordQuestion(
                field=target,
                typed=word,
                path=path,
                proposals=tuple(proposals),
                removed_kind=removed_kind,
            ),
        )
        question.count += 1

    def _ask_post(self, seat: SourceSeat) -> None:
        """Add the question about the first word for a post."""
        word = seat.words[0] if seat.words else ""
        kinds = kinds_of(word, "post", self._register.own_kinds)
        self._ask(TargetField.POST, word, seat.path, [kind.id for kind in kinds[:_PROPOSALS]])

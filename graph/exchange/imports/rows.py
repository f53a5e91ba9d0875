"""Reads the rows of a table by their mapping into authorities, kinds, names and values."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final, TypeVar

from graph.exchange.imports.contacts import ContactFault, contacts_of
from graph.exchange.imports.faults import FaultList
from graph.exchange.imports.faults import ImportFault as Fault
from graph.exchange.imports.faults import ImportRule as Reason
from graph.exchange.imports.kind_readings import removed_kind
from graph.exchange.imports.mapping import (
    ALL_OTHERS,
    TableMapping,
    listed_words,
    network_words,
    words_of,
)
from graph.exchange.imports.person_names import (
    NOTHING,
    deputy_name,
    deputy_parts,
    is_nobody,
    person_name,
    require_one_person,
)
from graph.exchange.imports.post_defaults import WIDER, kind_at
from graph.exchange.imports.register import ImportRegister
from graph.exchange.imports.tabular import SheetRow, SourceTable
from graph.exchange.imports.targets import CHANNELS, CONSENTS, TargetField
from graph.exchange.imports.typed_hours import hours_of
from graph.exchange.imports.values import (
    DateOrder,
    ValueFault,
    date_of_cell,
    is_active,
    languages_of,
    order_of,
)
from graph.exchange.imports.words import closest, kinds_of, plain
from graph.model import Authority, Network
from graph.model.base import MAX_TEXT
from graph.own_kinds import OwnKind, shipped_kind
from graph.progress import Stage, with_progress
from graph.vocabulary import (
    AuthorityKind,
    Channel,
    NetworkKind,
    ObtainedHow,
    PostKind,
    ResourceKind,
    Rule,
    Sector,
    Tier,
)

T = TypeVar("T")
_DAY: Final = timedelta(days=1)
_AHEAD: Final = 5  # years after the date of the import in which a seat may begin


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """The values of one row of a list; `valid_to` is half-open, as in the model.

    `own` is the own kind of the post, beneath `kind`; `label` and `post_id` are the post's own name
    and id at the source.
    """

    line: int
    authority: str
    kind: PostKind
    own: OwnKind | None = None
    unit: str | None = None
    networks: tuple[str, ...] = ()
    name: str | None = None
    is_vacant: bool = False
    """Whether the list has words for nobody in the place of a name."""
    title: str | None = None
    contacts: tuple[tuple[Channel, str], ...] = field(default=(), repr=False)
    hours: str | None = None
    deputies: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    is_open_ended: bool = False
    """Whether the list has ends of seats, and none for this one."""
    languages: frozenset[str] = frozenset()
    checked_on: date | None = None
    entry_order: int | None = None
    external_id: str | None = None
    synonym: str | None = None
    """The word for the post, if it is another word for its kind that nobody has chosen."""
    label: str | None = None
    post_id: str | None = None

    @property
    def own_kind(self) -> str | None:
        """The id of the own kind."""
        return None if self.own is None else self.own.id

    @property
    def exact_kind(self) -> OwnKind:
        """The own kind, or the shipped one in the same form, with its labels and limits."""
        return self.own or shipped_kind(self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class CivilianRow:
    """A civilian with the consent that the list records; `door_opener` as it is written."""

    line: int
    authority: str
    kind: ResourceKind
    name: str
    external_id: str
    door_opener: str
    given_on: date
    expires_on: date
    obtained_how: ObtainedHow
    text_version: str
    languages: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowReading:
    """The rows that could be read, and the faults of the others by line.

    `own_kinds` are the ids of the own kinds that words of the list mean, `left_out` the lines of
    the rows that are left out by what a word is read as.
    """

    rows: tuple[SourceRow, ...]
    own_kinds: frozenset[str] = frozenset()
    left_out: frozenset[int] = frozenset()
    civilians: tuple[CivilianRow, ...] = ()
    faults: Mapping[int, tuple[Fault, ...]]


def read_rows(table: SourceTable, mapping: TableMapping, register: ImportRegister) -> RowReading:
    """Read every row; each cell that cannot be read is a fault with its column."""
    rows: list[SourceRow] = []
    civilians: list[CivilianRow] = []
    faults: dict[int, tuple[Fault, ...]] = {}
    left_out: set[int] = set()
    readings = {
        (reading.field, reading.typed if reading.typed == ALL_OTHERS else plain(reading.typed)): (
            reading.value
        )
        for reading in mapping.values
    }
    own_kinds = _own_kinds_in(table, mapping, register, readings)
    synonyms = frozenset(
        " ".join(word.split())
        for target, word, _ in listed_words(mapping, table, register.own_kinds)
        if target is TargetField.POST and mapping.is_synonym(word, register.own_kinds)
    )
    for row in with_progress(Stage.ROWS, table.rows):
        reader = _RowReader(table, mapping, register, row, readings, own_kinds, synonyms)
        if reader.is_left_out():
            left_out.add(row.line)
            continue
        reader.refuse_forbidden()
        kind = reader.civilian_kind()
        result = reader.read() if kind is None else reader.read_civilian(kind)
        if reader.faults.entries or result is None:
            faults[row.line] = tuple(reader.faults.entries)
        elif isinstance(result, CivilianRow):
            civilians.append(result)
        else:
            rows.append(result)
    return RowReading(
        rows=tuple(rows), own_kinds=own_kinds, left_out=frozenset(left_out),
        civilians=tuple(civilians), faults=faults,
    )  # fmt: skip


def _own_kinds_in(
    table: SourceTable,
    mapping: TableMapping,
    register: ImportRegister,
    readings: Mapping[tuple[TargetField, str], str],
) -> frozenset[str]:
    """The ids of the own kinds of posts and networks that words of a list mean."""
    own_kinds = register.own_kinds
    if not own_kinds.rows:
        return frozenset()
    words = {(target, word) for target, word, _ in listed_words(mapping, table, own_kinds)}
    for list_field, text in mapping.constants.items():
        words |= set(words_of(list_field, text, own_kinds))
    ids: set[str] = set()
    for target, word in words:
        if target is TargetField.AUTHORITY:
            continue
        section = "post" if target is TargetField.POST else "network"
        value = readings.get((target, plain(word)))
        kinds = kinds_of(word, section, own_kinds) if value is None else ()
        if kinds and kinds[0].score == 100:
            value = kinds[0].id
        if value is not None and value in own_kinds.by_id:
            ids.add(value)
    return frozenset(ids)


class _RowReader:
    """Reads the cells of one row."""

    def __init__(
        self,
        table: SourceTable,
        mapping: TableMapping,
        register: ImportRegister,
        row: SheetRow,
        readings: Mapping[tuple[TargetField, str], str],
        own_kinds: frozenset[str],
        synonyms: frozenset[str],
    ) -> None:
        self._readings, self._own_kinds_in_list = readings, own_kinds
        self._synonyms = synonyms
        self._table, self._mapping, self._register, self._row = table, mapping, register, row
        self.faults = FaultList(table.file, table.sheet)

    def refuse_forbidden(self) -> None:
        """Refuse the row for content that is never stored in a column that is read."""
        for at, rule in self._row.refused:
            if self._mapping.columns[at].field is not None:
                self.faults.add(rule, self._row.line, at, self._table.headers[at])

    def is_left_out(self) -> bool:
        """Return whether the word for the post or the authority is to be left out."""
        texts = {
            TargetField.POST: self._text(TargetField.POST)
            or self._text(TargetField.POST_AND_TITLE),
            TargetField.AUTHORITY: self._text(TargetField.AUTHORITY),
        }
        if any(text and self._read_as(target, text) == "" for target, text in texts.items()):
            return True
        word = texts[TargetField.POST]
        if not word or self._readings.get((TargetField.POST, ALL_OTHERS)) != "":
            return False
        kinds = kinds_of(word, "post", self._register.own_kinds)
        is_known = self._read_as(TargetField.POST, word) or (kinds and kinds[0].score == 100)
        return not is_known and self.civilian_kind() is None

    def read(self) -> SourceRow | None:
        authority = self._authority()
        post_title, kind, own = self._kind(authority)
        post_word = self._text(TargetField.POST) or self._text(TargetField.POST_AND_TITLE) or ""
        name = self._name()
        row_kind = kind or PostKind.SSP_COORDINATOR  # a placeholder: there is a fault already
        row = SourceRow(
            line=self._row.line,
            authority=authority.id if authority else "",
            kind=row_kind,
            own=own,
            unit=self._text(TargetField.UNIT),
            networks=tuple(self._networks(authority)),
            name=name,
            is_vacant=name is None and any(True for _ in self._cells(*_NAMES)),
            title=self._text(TargetField.TITLE) or post_title,
            contacts=tuple(self._contacts()),
            hours=self._value(TargetField.HOURS, hours_of),
            deputies=tuple(self._deputies()),
            valid_from=self._date(TargetField.VALID_FROM),
            valid_to=self._date(TargetField.VALID_TO),
            languages=self._value(TargetField.LANGUAGES, languages_of) or frozenset(),
            checked_on=self._date(TargetField.CHECKED_ON),
            entry_order=self._value(TargetField.ENTRY_POINT, order_of),
            external_id=self._external_id(),
            synonym=post_word if post_word in self._synonyms else None,
        )
        if row.valid_from is not None and row.valid_from.year > self._register.on.year + _AHEAD:
            self._fault(Reason.FAR_START, TargetField.VALID_FROM)
        if row.checked_on is not None and row.checked_on > self._register.on:
            self._fault(Reason.CHECK_AHEAD, TargetField.CHECKED_ON)
        if row.valid_to is not None and row.valid_to.year == date.max.year:
            row = replace(row, valid_to=None, is_open_ended=True)  # 31-12-9999: for ever
        if row.valid_to is None and self._mapping.column(TargetField.VALID_TO) is not None:
            row = replace(row, is_open_ended=True)
        if row.valid_to is not None:
            row = replace(row, valid_to=row.valid_to + _DAY)
            if row.valid_from and row.valid_to and row.valid_from >= row.valid_to:
                self._fault(Rule.FROM_AFTER_TO, TargetField.VALID_FROM)
        if name is not None and kind is not None and row.exact_kind.is_unit_only:
            self._fault(Rule.UNIT_ONLY, TargetField.NAME)
        if self._value(TargetField.ACTIVE, is_active) is False:  # it holds nothing from that day
            on = self._register.on
            begins = None if row.valid_from is None or row.valid_from >= on else row.valid_from
            row = replace(row, valid_from=begins, valid_to=min(on, row.valid_to or on))
        return row if authority is not None and kind is not None else None

    def civilian_kind(self) -> ResourceKind | None:
        """Return the kind of a civilian if the post's cell is a word for one."""
        for target in (TargetField.POST, TargetField.POST_AND_TITLE):
            text = self._text(target)
            if text is not None and self._read_as(TargetField.POST, text) is None:
                civilians = kinds_of(text, "civilian")
                if not civilians or civilians[0].score < _CIVIL:
                    continue
                posts = kinds_of(text, "post", self._register.own_kinds)
                if not posts or posts[0].score < civilians[0].score:
                    return ResourceKind(civilians[0].kind.value)
        return None

    def read_civilian(self, kind: ResourceKind) -> CivilianRow | None:
        """Return a civilian with the whole consent; a civilian without one is refused."""
        authority, name = self._authority(), self._text(TargetField.NAME)
        texts = {target: self._text(target) for target in CONSENTS}
        if name is None or is_nobody(name) or any(text is None for text in texts.values()):
            column = self._mapping.column(TargetField.POST)
            target = TargetField.POST_AND_TITLE if column is None else TargetField.POST
            self._fault(Reason.CIVILIAN_WITHOUT_CONSENT, target)
            return None
        self._value(TargetField.NAME, require_one_person)
        if any(True for _ in self._contacts()):
            self._fault(Reason.CIVILIAN_CONTACT, TargetField.NAME)
        given_on = self._date(TargetField.CONSENT_GIVEN_ON)
        expires = self._date(TargetField.CONSENT_EXPIRES_ON)
        how = _HOW.get(plain(texts[TargetField.CONSENT_HOW] or ""))
        if how is None:
            self._fault(Rule.UNKNOWN_WORD, TargetField.CONSENT_HOW)
        if self._value(TargetField.CONSENT_ADULT, order_of) is None:
            self._fault(Rule.ADULT, TargetField.CONSENT_ADULT)
        external_id = self._external_id()
        languages = self._value(TargetField.LANGUAGES, languages_of) or frozenset()
        if not (authority and given_on and expires and how and external_id) or self.faults.entries:
            return None
        return CivilianRow(
            line=self._row.line,
            authority=authority.id,
            kind=kind,
            name=name,
            external_id=external_id,
            door_opener=texts[TargetField.DOOR_OPENER] or "",
            given_on=given_on,
            expires_on=expires,
            obtained_how=how,
            text_version=texts[TargetField.CONSENT_TEXT] or "",
            languages=languages,
        )

    def _read_as(self, target: TargetField, word: str) -> str | None:
        return self._readings.get((target, plain(word)))

    def _fault(
        self, rule: Reason | Rule, target: TargetField, proposals: Sequence[str] = ()
    ) -> None:
        at = self._mapping.column(target)
        header = None if at is None else self._table.headers[at]
        self.faults.add(rule, self._row.line, at, header or target.label_en, proposals)

    def _cells(self, *targets: TargetField) -> Iterator[tuple[int, TargetField, str]]:
        for at, column in enumerate(self._mapping.columns):
            if column.field is not None and column.field in targets and self._row.cells[at]:
                yield at, column.field, self._row.cells[at]

    def _lines(self, target: TargetField) -> str | None:
        """The text of a field with its line breaks, which may separate members of a list."""
        text = next((cell for _, _, cell in self._cells(target)), None)
        text = text or self._mapping.constants.get(target)
        if text is not None and len(text) > MAX_TEXT:
            self._fault(Rule.TOO_LONG, target)
            return None
        return text or None

    def _text(self, target: TargetField) -> str | None:
        text = self._lines(target)
        return " ".join(text.split()) if text is not None else None

    def _value(self, target: TargetField, read: Callable[[str], T]) -> T | None:
        text = self._lines(target)
        if text is None:
            return None
        try:
            return read(text)
        except ValueFault as fault:
            self._fault(fault.rule, target, fault.proposals)
            return None

    def _date(self, target: TargetField) -> date | None:
        order: DateOrder | None = None
        for at, _, _ in self._cells(target):
            order = self._mapping.columns[at].dates
        return self._value(target, lambda text: date_of_cell(text, order, self._register.on))

    def _authority(self) -> Authority | None:
        register = self._register
        for target in (TargetField.AUTHORITY_CODE, TargetField.AUTHORITY):
            text = self._text(target)
            if text is None:
                continue
            value = self._read_as(target, text)
            if value is not None and value in register.names:
                return register.node(value, Authority)
            if text in register.names:
                return register.node(text, Authority)
            key = plain(text)
            if target is TargetField.AUTHORITY_CODE:
                key = key.lstrip("0")
            authority_ids = register.authorities.get(key, [])
            if len(authority_ids) == 1:
                return register.node(authority_ids[0], Authority)
            names = [register.names[authority_id] for authority_id in authority_ids]
            proposals = names or [
                register.names[authority_id] for authority_id, _ in register.near(text)
            ]
            self._fault(Reason.UNKNOWN_AUTHORITY, target, proposals)
            return None
        self._fault(Rule.REQUIRED, TargetField.AUTHORITY)
        return None

    def _kind(
        self, authority: Authority | None
    ) -> tuple[str | None, PostKind | None, OwnKind | None]:
        """The job title if the cell is one too, the kind of post, and the own kind if it is one."""
        own_kinds = self._register.own_kinds
        for target in (TargetField.POST, TargetField.POST_AND_TITLE):
            text = self._text(target)
            if text is None:
                continue
            title = text if target is TargetField.POST_AND_TITLE else None
            value = self._read_as(TargetField.POST, text)
            kinds = kinds_of(text, "post", own_kinds) if value is None else ()
            if kinds and kinds[0].score == 100:
                value = kinds[0].id
            meaning = own_kinds.kind_of(value or "", PostKind)
            if meaning is None:
                if value:
                    self._fault(Reason.REMOVED_KIND, target, [value])
                else:
                    labels = [proposal.label("da") for proposal in kinds]
                    self._fault(Reason.UNKNOWN_POST, target, labels)
                return title, None, None
            kind, own = meaning
            if authority is not None and own is None:
                kind = kind_at(kind, authority.sector, authority.tier)
            return title, kind, own
        target = TargetField.POST
        if self._mapping.column(target) is None:
            target = TargetField.POST_AND_TITLE
        self._fault(Rule.REQUIRED, target)
        return None, None, None

    def _name(self) -> str | None:
        whole, parts = self._lines(TargetField.NAME), self._name_parts()
        texts = parts if whole is None else {TargetField.NAME: whole}
        full_name = " ".join(texts.values())
        if is_nobody(full_name):
            return None
        try:
            if len(texts) > 1 and "," in full_name:
                raise ValueFault(Reason.NAME_ONLY)
            name = person_name(full_name, self._register.own_kinds)
        except ValueFault as fault:
            self._fault(fault.rule, next(iter(texts)))
            return None
        if whole is not None and not _agree(name, parts):
            self._fault(Reason.NAME_PARTS, TargetField.NAME)
            return None
        if " " not in name:
            self._fault(Rule.FULL_NAME, next(iter(texts)))
            return None
        return name

    def _name_parts(self) -> dict[TargetField, str]:
        targets = (TargetField.GIVEN_NAME, TargetField.MIDDLE_NAME, TargetField.SURNAME)
        return {target: text for target in targets if (text := self._lines(target))}

    def _contacts(self) -> Iterator[tuple[Channel, str]]:
        contacts: dict[tuple[Channel, str], None] = {}
        for at, target, cell in self._cells(*CHANNELS):
            if plain(cell) in NOTHING:
                continue
            try:
                for channel, value in contacts_of(cell, CHANNELS[target]):
                    if not any(value == other for _, other in contacts):
                        contacts.setdefault((channel, value))
            except ContactFault as fault:
                self.faults.add(fault.rule, self._row.line, at, self._table.headers[at])
        yield from contacts

    def _deputies(self) -> Iterator[str]:
        text = self._lines(TargetField.DEPUTY)
        for part in deputy_parts(text or ""):
            if is_nobody(part):
                continue
            try:
                yield deputy_name(part, self._register.own_kinds)
            except ValueFault as fault:
                self._fault(fault.rule, TargetField.DEPUTY)

    def _external_id(self) -> str | None:
        text = self._text(TargetField.EXTERNAL_ID)
        if text is not None and "@" in text:  # it is shown to everyone who sees the node
            self._fault(Rule.CONTACT_DETAIL, TargetField.EXTERNAL_ID)
            return None
        return text

    def _networks(self, authority: Authority | None) -> Iterator[str]:
        text = self._lines(TargetField.NETWORK)
        if text is None or authority is None:
            return
        if (whole := self._network(text, authority)) is not None:
            yield whole
            return
        for part in network_words(text, self._register.own_kinds):
            network_id = self._network(part, authority)
            value = self._read_as(TargetField.NETWORK, part)
            removed_id = removed_kind(TargetField.NETWORK, value, self._register.own_kinds)
            if removed_id is not None:
                self._fault(Reason.REMOVED_KIND, TargetField.NETWORK, [removed_id])
            elif network_id is None:
                area = self._register.area_of(authority.id)
                names = [
                    self._register.node(node_id, Network).name
                    for (_, covered), ids in self._register.networks.items()
                    if covered == area
                    for node_id in ids
                ]
                self._fault(Reason.UNKNOWN_NETWORK, TargetField.NETWORK, closest(part, names))
            else:
                yield network_id

    def _network(self, text: str, authority: Authority) -> str | None:
        """The network that a word means: as it was read, else by name or kind in the area.

        A name that is no word for a kind may also be that of a network in a part of the area.
        """
        register = self._register
        value, area = self._read_as(TargetField.NETWORK, text), register.area_of(authority.id)
        if value is not None and isinstance(register.context.nodes.get(value), Network):
            return value
        kinds = kinds_of(text, "network", register.own_kinds)
        is_kind = bool(kinds) and kinds[0].score == 100
        if value is None and area is not None:
            network_ids = register.networks_called(text, area)
            if not network_ids and not is_kind:
                network_ids = register.networks_called(text, area, is_within=True)
            if len(network_ids) == 1:
                return network_ids[0]
        if value is None and is_kind:
            value = kinds[0].id
        meaning = register.own_kinds.kind_of(value or "", NetworkKind)
        if meaning is None or area is None:
            return None
        kind, own = meaning
        places = (area, *register.areas_above(area))
        is_wider = own is None and kind in WIDER and authority.tier is not Tier.MUNICIPAL
        groups: list[list[Network]] = []  # of exactly the kind
        groups_beneath: list[list[Network]] = []
        for network_kind in (kind, WIDER[kind]) if is_wider else (kind,):
            for place in places:
                nodes = [
                    register.node(network_id, Network)
                    for network_id in register.networks.get((network_kind, place), [])
                ]
                exact, beneath = register.split_by_kind(nodes, None if own is None else own.id)
                groups.append(exact)
                # Those that other words of the list mean are left out.
                groups_beneath.append(
                    [node for node in beneath if node.own_kind not in self._own_kinds_in_list]
                )
        for networks in (*groups, *groups_beneath):
            if len(networks) == 1:
                return networks[0].id
        return None


def _agree(name: str, parts: Mapping[TargetField, str]) -> bool:
    """Whether a full name has the given name and surname, or their initials, of its parts."""
    words = plain(name).split()
    return all(
        any(part == word or (len(word) == 1 and part[0] == word) for word in words)
        for target, text in parts.items()
        if target is not TargetField.MIDDLE_NAME
        for part in plain(text).split()
    )


_CIVIL: Final = 90  # of 100: a word for a civilian
_HOW: Final = {
    "moede": ObtainedHow.MEETING, "ved moede": ObtainedHow.MEETING, "meeting": ObtainedHow.MEETING,
    "telefon": ObtainedHow.PHONE, "pr telefon": ObtainedHow.PHONE, "phone": ObtainedHow.PHONE,
    "blanket": ObtainedHow.FORM, "skema": ObtainedHow.FORM, "form": ObtainedHow.FORM,
    "skriftligt": ObtainedHow.FORM,
}  # fmt: skip
_NAMES: Final = (TargetField.NAME, TargetField.GIVEN_NAME, TargetField.SURNAME)


def is_police_district(authority: Authority) -> bool:
    """Return whether its posts belong to its crime-preventive section, not the district itself."""
    return authority.kind is AuthorityKind.POLICE_DISTRICT and authority.sector is Sector.POLICE

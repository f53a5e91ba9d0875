"""The nodes and links that an import creates, changes and ends, compared with the register."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final, NamedTuple, Protocol, TypeVar, cast

from graph.errors import Invalid
from graph.exchange.imports.comparison import (
    Contact,
    FieldDifference,
    FieldVerdict,
    ImportOptions,
    PersonDuplicate,
    verdict_of,
)
from graph.exchange.imports.faults import ImportRule
from graph.exchange.imports.register import ImportRegister
from graph.exchange.imports.rows import SourceRow
from graph.exchange.imports.targets import TargetField
from graph.exchange.imports.words import plain
from graph.model import (
    Actor,
    BelongsTo,
    Change,
    Coordinates,
    DeputizesFor,
    DoorOpenerFor,
    Element,
    End,
    EntryPointFor,
    Holds,
    Link,
    MemberOf,
    Node,
    id_of,
)
from graph.model.opening_hours import open_periods
from graph.own_kinds import OwnKinds
from graph.vocabulary import (
    Channel,
    PostKind,
    Rule,
)

LinkT = TypeVar("LinkT", bound=Link)
_DAY: Final = timedelta(days=1)


class PlannedChanges(Protocol):
    """What an import would create, change and end, by the ids of the elements."""

    @property
    def creates(self) -> Mapping[str, Node | Link]:
        """New elements."""
        ...

    @property
    def updates(self) -> Mapping[str, Node | Link]:
        """Known elements with their new values."""
        ...

    @property
    def ends(self) -> Mapping[str, End]:
        """Known elements that end."""
        ...


class PlannedFault(NamedTuple):
    """A reason that a row cannot be planned, with the field of the list that it is about.

    `first_line` is the line of the row that it contradicts.
    """

    rule: ImportRule | Rule
    proposals: tuple[str, ...] = ()
    field: TargetField | None = None
    first_line: int | None = None


class PlanFault(Exception):
    """Raised for a row that cannot be planned; without a field, it is about that of its rule."""

    def __init__(
        self,
        rule: ImportRule | Rule,
        proposals: Sequence[str] = (),
        *,
        field: TargetField | None = None,
        first_line: int | None = None,
    ) -> None:
        super().__init__(rule)
        self.fault = PlannedFault(rule, tuple(proposals), field or _OF_RULES.get(rule), first_line)


_T = TargetField
_OF_RULES: Final[Mapping[ImportRule | Rule, TargetField]] = {
    ImportRule.SAME_EXTERNAL_ID: _T.EXTERNAL_ID, ImportRule.SEVERAL_POSTS: _T.POST,
    ImportRule.KIND_OF_AUTHORITY: _T.POST, ImportRule.UNKNOWN_PERSON: _T.NAME,
    ImportRule.WITHHELD: _T.NAME, ImportRule.HELD: _T.NAME,
    ImportRule.SYNONYM: _T.POST,
}  # fmt: skip
_OF_FIELDS: Final[Mapping[str, TargetField]] = {
    "name": _T.NAME, "display_name": _T.NAME, "title": _T.TITLE, "languages": _T.LANGUAGES,
    "hours": _T.HOURS, "kind": _T.POST,
    "own_kind": _T.POST, "tier": _T.POST, "sector": _T.POST,
    "is_unit_only": _T.POST, "valid_from": _T.VALID_FROM, "valid_to": _T.VALID_TO,
    "verified_on": _T.CHECKED_ON, "external_id": _T.EXTERNAL_ID, "given_on": _T.CONSENT_GIVEN_ON,
    "expires_on": _T.CONSENT_EXPIRES_ON, "obtained_how": _T.CONSENT_HOW,
    "text_version": _T.CONSENT_TEXT, "is_adult": _T.CONSENT_ADULT,
}  # fmt: skip
_OF_LINKS: Final[Mapping[type[Link], TargetField]] = {
    Holds: _T.NAME, DeputizesFor: _T.DEPUTY, MemberOf: _T.NETWORK, Coordinates: _T.NETWORK,
    EntryPointFor: _T.ENTRY_POINT, BelongsTo: _T.AUTHORITY, DoorOpenerFor: _T.DOOR_OPENER,
}  # fmt: skip


def target_field(name: str, element: Element | None = None) -> TargetField | None:
    """Return the field of a list from which a field of an element comes."""
    if isinstance(element, Actor) and name == "name":
        return TargetField.UNIT
    if isinstance(element, Link) and (name not in _OF_FIELDS or not isinstance(element, Holds)):
        return _OF_LINKS.get(type(element))
    return _OF_FIELDS.get(name)


@dataclass(slots=True)
class PlannedRow:
    """What a row does: elements it creates, fields it changes, links it ends, and its faults."""

    line: int
    post: str | None = None
    unit_name: str | None = None
    """The name of the unit that the row is about, at the source."""
    person_name: str | None = None
    """The name of the person, at the source."""
    created_ids: list[str] = field(default_factory=list[str])
    ended_ids: list[str] = field(default_factory=list[str])
    differences: list[FieldDifference] = field(default_factory=list[FieldDifference])
    is_past: bool = False
    duplicates: list[PersonDuplicate] = field(default_factory=list[PersonDuplicate])
    faults: list[PlannedFault] = field(default_factory=list[PlannedFault])
    holders: tuple[str, ...] = ()
    """Who else holds the post of a new holder."""

    def refuse(self, error: PlanFault | Invalid) -> None:
        """Add the faults of an error to the row."""
        if isinstance(error, PlanFault):
            self.faults.append(error.fault)
            return
        for fault in error.faults:
            of = target_field(fault.field)
            if of is TargetField.NAME and self.post is None:  # the name of a new post
                of = TargetField.UNIT
            self.faults.append(PlannedFault(fault.rule, field=of))


@dataclass(slots=True)
class WordQuestion:
    """A word of the source that must be read as something, or left out."""

    field: TargetField
    typed: str
    path: str
    count: int = 0
    proposals: tuple[str, ...] = ()
    removed_kind: str | None = None
    """The kind that was chosen for it before, if it was removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplacedValue:
    """A value of a row that replaces the value of a known contact detail."""

    row: SourceRow
    owner: Node
    planned_row: PlannedRow
    channel: Channel
    value: str = field(repr=False)


def own_kind_faults(
    plan: PlannedChanges, own_kinds: OwnKinds, element_before: Callable[[str], object]
) -> dict[str, Rule]:
    """Return by id the planned nodes with an own kind that is unknown or that they do not fit.

    `element_before` returns a node as it is in the register, or None.
    """
    rules: dict[str, Rule] = {}
    for element in (*plan.creates.values(), *plan.updates.values()):
        if isinstance(element, Node):
            before = element_before(element.id)
            old_node = before if isinstance(before, Node) else None
            for fault in own_kinds.faults_of_change(old_node, element):
                rules[element.id] = fault.rule
    return rules


class PlannedElements:
    """The elements that an import creates, changes and ends, by id, with the line of each."""

    def __init__(
        self,
        register: ImportRegister,
        options: ImportOptions,
        details_with: Mapping[Contact, Collection[str]],
        history: Callable[[str], Sequence[Change]],
    ) -> None:
        self._register, self._options = register, options
        self._details_with, self._history = details_with, history
        self.creates: dict[str, Node | Link] = {}
        self.updates: dict[str, Node | Link] = {}
        self.ends: dict[str, End] = {}
        self.rows: list[PlannedRow] = []
        self.questions: dict[tuple[TargetField, str], WordQuestion] = {}
        """Words that have no meaning yet, for which nothing is planned."""
        self.ended_by: dict[str, int] = {}
        """The line that ended an element, if one did."""
        self.line_of: dict[str, int] = {}
        """The line that touched an element first."""
        self._seen_ids: set[str] = set()
        self._first_values: dict[tuple[str, str], tuple[object, int]] = {}
        """The value of a field that a row gave first, and its line."""
        self._posts: defaultdict[tuple[PostKind, str], list[str]] = defaultdict(list)
        self._by_unit: dict[tuple[str, str, str], str] = {}
        """Planned posts by the identifier of their exact kind, authority and unit."""
        self._plain_names: dict[str, str] = {}
        self._people: defaultdict[str, list[str]] = defaultdict(list)
        self._seats: defaultdict[str, list[str]] = defaultdict(list)
        """Posts of planned holders and deputies, by person."""
        self._person_of_id: dict[str, str] = {}
        self._ids_of_person: defaultdict[str, set[str]] = defaultdict(set)
        """Persons of the rows by their id at the source, and these ids by person."""
        self._deputies_of: defaultdict[str, list[str]] = defaultdict(list)
        """Deputies that the rows name, by post."""
        self._entry_points: defaultdict[str, dict[str, int]] = defaultdict(dict[str, int])
        """By area, the number that the rows give each entry point of the source."""
        self.left_out: set[int] = set()
        """The lines whose new holder is to be skipped."""
        self._rows_at: defaultdict[str, list[tuple[SourceRow, PlannedRow]]] = defaultdict(list)
        """The rows with a person at each post."""
        self._vacant: set[str] = set()
        """Posts that a row says are vacant."""
        self._out: defaultdict[tuple[str, type[Link]], list[Link]] = defaultdict(list)
        self._into: defaultdict[tuple[str, type[Link]], list[Link]] = defaultdict(list)
        """Planned links by their ends and class."""
        self._values: defaultdict[str, set[str]] = defaultdict(set)
        self._replaced_values: dict[str, ReplacedValue] = {}
        """By contact detail, the value of a row that replaces its value."""
        self._given_ids: set[tuple[str, str, bool]] = set()
        self._external: dict[str, SourceRow] = {}
        self.own_kinds_in_file: frozenset[str] = frozenset()
        """The ids of the own kinds that words of the file mean."""

    def _key(self, row: SourceRow, cls: type[Element]) -> tuple[str, str, type[Element]]:
        return self._options.source, row.external_id or "", cls

    def _current(self, element_id: str) -> Element:
        context = self._register.context
        for elements in (self.creates, self.updates, context.nodes, context.links):
            if element_id in elements:
                return elements[element_id]
        raise KeyError(element_id)

    def _node(self, node_id: str, cls: type[Any]) -> Any:
        node = self._current(node_id)
        if not isinstance(node, cls):
            raise TypeError(node_id)
        return node

    def _mark_seen(self, element: Element) -> None:
        self._seen_ids.add(element.id)
        if isinstance(element, Actor):  # its link to the authority is in the file too
            for link in self._register.context.links_from(element.id, BelongsTo):
                self._seen_ids.add(link.id)

    def _create(self, planned_row: PlannedRow, element: Any) -> Any:
        self.creates[element.id] = element
        self.line_of.setdefault(element.id, planned_row.line)
        planned_row.created_ids.append(element.id)
        self._seen_ids.add(element.id)
        return element

    def _touch(self, planned_row: PlannedRow, element: Any) -> None:
        if element.id in self.creates:
            self.creates[element.id] = element
        else:
            self.updates[element.id] = element
        self.line_of.setdefault(element.id, planned_row.line)

    def _free(self, external_id: str | None, *, is_link: bool = False) -> str | None:
        """Return an id at the source; None if a node, or a link, of the source already has it."""
        if external_id is None:
            return None
        key = (self._options.source, external_id, is_link)
        if key in self._register.given_ids or key in self._given_ids:
            return None
        self._given_ids.add(key)
        return external_id

    def _link(
        self,
        planned_row: PlannedRow,
        cls: type[LinkT],
        source_id: str,
        target_id: str,
        external_id: str | None,
        **own: Any,
    ) -> LinkT | None:
        """Create a link within the validity of its ends; None: the same is planned already."""
        link_id = id_of(cls.type, source_id, target_id, "")
        context = self._register.context
        if link_id in context.links:  # an earlier one that has ended
            link_id = id_of(cls.type, source_id, target_id, self._options.batch)
        if link_id in self.creates or link_id in context.links:
            return None
        ends = [self._current(source_id), self._current(target_id)]
        starts = [end.valid_from for end in ends if end.valid_from]
        stops = [end.valid_to for end in ends if end.valid_to]
        begins, stop = own.pop("valid_from", None), own.pop("valid_to", None)
        if starts and (begins is None or begins < max(starts)):
            begins = max(starts)
        if stops and (stop is None or stop > min(stops)):
            stop = min(stops)
        link = self._create(
            planned_row,
            cls(
                id=link_id,
                source_id=source_id,
                target_id=target_id,
                source=self._options.source,
                external_id=self._free(external_id, is_link=True),
                batch=self._options.batch,
                valid_from=begins,
                valid_to=stop,
                **own,
            ),
        )
        self._out[source_id, cls].append(link)
        self._into[target_id, cls].append(link)
        return link

    def _end(self, element: Element, on: date | None = None) -> None:
        on = on or self._options.on
        if element.valid_from is not None:
            on = max(on, element.valid_from + _DAY)
        if element.valid_to is None or on < element.valid_to:
            self.ends[element.id] = End(id=element.id, on=on, based_on=element.revision)

    def _set(self, planned_row: PlannedRow, element: Element, name: str, value: object) -> None:
        """Set a field of an element to the row's value, unless that is empty.

        A name that an earlier row spells in another way keeps that spelling.
        """
        if value is None or value == frozenset():
            return
        first_value, _ = self._first_values.get((element.id, name), (value, 0))
        if first_value != value and _is_respelled(name, first_value, value):
            return
        self._require_agreement(planned_row, element, name, value)
        self._change(planned_row, element, name, value)

    def _require_agreement(
        self, planned_row: PlannedRow, element: Element, name: str, value: object
    ) -> None:
        """Raise PlanFault if an earlier row gave a field another value."""
        first_value, line = self._first_values.setdefault(
            (element.id, name), (value, planned_row.line)
        )
        if not _is_same(name, first_value, value):
            raise PlanFault(
                ImportRule.CONTRADICTION, field=target_field(name, element), first_line=line
            )

    def _change(self, planned_row: PlannedRow, element: Element, name: str, value: object) -> None:
        """Change a field to the row's value, or show a conflict, if they differ."""
        element = self._current(element.id)
        ours = getattr(element, name)
        if _is_same(name, ours, value):
            return
        if element.id in self.creates:
            self._touch(planned_row, replace(cast("Any", element), **{name: value}))
            return
        verdict = (
            FieldVerdict.CHANGED if ours in (None, frozenset()) else self._verdict(element, name)
        )
        if verdict is FieldVerdict.CONFLICT and _is_respelled(name, ours, value):
            return
        planned_row.differences.append(
            FieldDifference(
                id=element.id, field=name, source_says=value, we_say=ours, verdict=verdict
            )
        )
        if verdict is FieldVerdict.CHANGED:
            changed = {name: value, "batch": self._options.batch}
            self._touch(planned_row, replace(cast("Any", element), **changed))

    def _verdict(self, element: Element, name: str) -> FieldVerdict:
        return verdict_of(element, name, self._options, self._history)


def _is_same(name: str, value: object, other: object) -> bool:
    """Whether two values of a field are equal; hours if their opening periods are."""
    if name == "hours" and isinstance(value, str) and isinstance(other, str):
        return open_periods(value) == open_periods(other)
    return value == other


def _is_respelled(name: str, text: object, other: object) -> bool:
    """Whether two values of a field are one name in two spellings, as in capitals."""
    return name == "name" and plain(str(text)) == plain(str(other))

"""Own kinds of an installation: rows of a TOML file, each beneath a kind of the vocabulary.

A node of an own kind has the shipped kind in `kind` and the row's id in `own_kind`; in the same way
`own_sector` refines `sector`, and `own_competences` refines `competences`. All rules read the
shipped words, so paths, coverage and access treat the node like any other of that kind; lists,
cards, searches and exports show the own kind. A row may narrow tiers and gate or make a post
unit-only, never widen them; this is checked when a node is written. `own_kinds_file.py` changes the
file.
"""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from math import inf
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from graph import vocabulary
from graph.errors import Fault, InvalidNeed, InvalidVocabulary, KindFault, RefusedContent
from graph.model.base import MAX_TEXT, OWN_KIND_ID, Node, clean, each_text
from graph.model.content_filter import holds_contact, refuse_content
from graph.model.nodes import Actor, Network
from graph.vocabulary import (
    AuthorityKind,
    Competence,
    Label,
    Language,
    LegalGate,
    NetworkKind,
    OrganizationKind,
    PlanKind,
    PostKind,
    Rule,
    Sector,
    Term,
    Tier,
)

W = TypeVar("W", bound=Term)
KINDS: Final[Mapping[str, type[Term]]] = {
    kinds.__name__: kinds
    for kinds in (
        PostKind, NetworkKind, AuthorityKind, OrganizationKind, PlanKind, Sector, Competence
    )
}  # fmt: skip
"""The enumerations that own kinds can extend, by the name that a row has in `of`."""
LABEL_OF: Final[Mapping[type[Term], Label]] = {
    PostKind: Label.ACTOR,
    NetworkKind: Label.NETWORK,
    AuthorityKind: Label.AUTHORITY,
    OrganizationKind: Label.ORGANIZATION,
    PlanKind: Label.PLAN,
}
WITH_OWN_KINDS: Final = frozenset(LABEL_OF.values())
"""The labels whose nodes can be of an own kind."""
SHIPPED_FIELDS: Final[Mapping[str, str]] = {
    "own_kind": "kind", "own_sector": "sector", "own_competences": "competences",
}  # fmt: skip
"""Field with ids of own kinds -> field with the shipped words that they are beneath."""
_TABLE: Final = "kind"
_MARKUP: Final = re.compile(
    r"[<>`$]|\*\*|__|\]\(|:\w+\[|&#?\w+;"
)  # labels are shown on screens and in exports
_TEXTS: Final = ("id", "of", "is_a", "label_da", "label_en")
KEYS: Final = (*_TEXTS, "tiers", "is_unit_only", "gate")
"""The keys of a row, in the order in which they are written."""
NARROWS: Final[Mapping[str, type[Term]]] = {
    "tiers": PostKind, "is_unit_only": PostKind, "gate": NetworkKind,
}  # fmt: skip
"""Key of a row that narrows its parent -> the enumeration to which the key applies."""
_SHIPPED: Final = frozenset(
    word.value
    for words in vars(vocabulary).values()
    if isinstance(words, type) and issubclass(words, Term)
    for word in words
)
HEAD: Final = re.compile(rf"\s*\[\[\s*{_TABLE}\s*\]\]")
"""The line that begins a row."""
_OTHER_HEAD: Final = re.compile(r"\s*\[+\s*([\w-]+)")
_KEY: Final = re.compile(r"""\s*(["']?)([\w-]+)\1\s*[=.]""")


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnKind:
    """A row: its id, the shipped kind it is beneath, the kind it `is_a`, and its labels.

    `tiers` and `is_unit_only` apply to posts, `gate` to networks; each is the row's own value, else
    its parent's.
    """

    id: str
    parent: Term
    is_a: str
    label_da: str
    label_en: str
    tiers: frozenset[Tier] = frozenset()
    is_unit_only: bool = False
    gate: LegalGate | None = None

    def label(self, lang: Language) -> str:
        """Return the label shown to a reader of `lang`."""
        return self.label_da if lang == "da" else self.label_en

    def faults(self, node: Node) -> Iterator[Fault]:
        """Yield a fault for each value of a node that violates a narrower limit of this kind."""
        if isinstance(node, Actor):
            if node.tier not in self.tiers:
                yield Fault(node.id, "tier", Rule.TIER_OF_KIND)
            if self.is_unit_only and not node.is_unit_only:
                yield Fault(node.id, "is_unit_only", Rule.UNIT_ONLY)
        if isinstance(node, Network) and self.gate and not node.gate.fits(self.gate):
            yield Fault(node.id, "gate", Rule.GATE_OF_KIND)


@dataclass(frozen=True, slots=True, kw_only=True)
class KindFilter:
    """A filter by kind: shipped kinds including their own kinds, and single own kinds.

    `kinds` are the shipped kinds and the parents of the own kinds.
    """

    kinds: frozenset[Any]
    shipped: frozenset[Term]
    own: frozenset[str]

    def includes(self, kind: Term, own_kind: str | None) -> bool:
        """Return whether the filter includes a node of these kinds."""
        return kind in self.shipped or own_kind in self.own


@dataclass(frozen=True, eq=False)
class OwnKinds:
    """The own kinds of an installation, in the order of the file."""

    rows: tuple[OwnKind, ...] = ()

    @cached_property
    def by_id(self) -> Mapping[str, OwnKind]:
        """The rows by id."""
        return {row.id: row for row in self.rows}

    @cached_property
    def version(self) -> str:
        """A digest of all rows: different for any two sets of own kinds, equal in all processes."""
        rows = (
            (row.id, row.parent, row.is_a, row.label_da, row.label_en, sorted(row.tiers),
             row.is_unit_only, row.gate)
            for row in self.rows
        )  # fmt: skip
        return sha256(repr(list(rows)).encode()).hexdigest()[:16]

    def label(self, kind: Term, own_kind: str | None, lang: Language) -> str:
        """Return the label of a node's own kind, or that of `kind` if the own kind is unknown."""
        (label,) = self.labels((kind,), each_text(own_kind), lang)
        return label

    def labels(self, words: Iterable[Term], own_ids: Iterable[str], lang: Language) -> list[str]:
        """Return the labels of words, sorted; own kinds replace their parents."""
        rows = [self.by_id[own_id] for own_id in own_ids if own_id in self.by_id]
        labels = list[str]()
        for word in words:
            beneath = [row.label(lang) for row in rows if row.parent is word]
            labels += beneath or [word.label(lang)]
        return sorted(labels)

    def within(self, own_kind: str) -> frozenset[str]:
        """Return the ids of an own kind and of all own kinds beneath it."""
        ids = {own_kind}
        while more := {row.id for row in self.rows if row.is_a in ids} - ids:
            ids |= more
        return frozenset(ids)

    def kind_filter(self, names: Iterable[str], kinds: type[Term]) -> KindFilter:
        """Return the filter for identifiers of an enumeration or of own kinds.

        Raises:
            InvalidNeed: an identifier is neither.
        """
        shipped: set[Term] = set()
        own: set[OwnKind] = set()
        for name in names:
            pair = self.kind_of(name, kinds)
            if pair is None:
                raise InvalidNeed("kind", "er ikke en type, vi bruger", "is not a kind in use")
            kind, row = pair
            if row is None:
                shipped.add(kind)
            else:
                own.add(row)
        return KindFilter(
            kinds=frozenset(shipped | {row.parent for row in own}),
            shipped=frozenset(shipped),
            own=frozenset(beneath for row in own for beneath in self.within(row.id)),
        )

    def parent_of(self, own_id: str | None, words: type[W]) -> W | None:
        """Return the parent of an own kind; None if it is unknown or not of the enumeration."""
        row = self.by_id.get(own_id or "")
        return row.parent if row is not None and isinstance(row.parent, words) else None

    def kind_of(self, identifier: str, kinds: type[W]) -> tuple[W, OwnKind | None] | None:
        """Return a kind of an enumeration by its identifier, with the own kind if it is one.

        An own kind is returned with its parent; None: there is no such kind.
        """
        row = self.by_id.get(identifier)
        if row is not None:
            return (row.parent, row) if isinstance(row.parent, kinds) else None
        return (kinds(identifier), None) if identifier in set(kinds) else None

    def find_by_name(self, text: str, kinds: type[Term] | tuple[type[Term], ...]) -> OwnKind | None:
        """Return the own kind whose id or label (in either language) is a text, ignoring case."""
        text = text.casefold()
        for row in self.rows:
            names = (row.id, row.label_da, row.label_en)
            if isinstance(row.parent, kinds) and text in map(str.casefold, names):
                return row
        return None

    def faults(self, node: Node) -> Iterator[Fault]:
        """Yield the faults of the own kinds that a node names."""
        return self.faults_of_change(None, node)

    def faults_of_change(self, before: Node | None, after: Node) -> Iterator[Fault]:
        """Yield the faults of a node's own kinds caused by a change; `before`: None if it is new.

        A node whose own kind was removed from the file can still be changed in other fields.
        """
        words_by_kind = {} if before is None else {entry[:2]: entry[2] for entry in own_ids(before)}
        for own_field, own_id, words in own_ids(after):
            words_before = words_by_kind.get((own_field, own_id))
            is_held = words_before is not None and words_before <= words
            row = self.by_id.get(own_id)
            faults: Iterable[Fault] = ()
            if row is None:
                faults = (Fault(after.id, own_field, Rule.UNKNOWN_KIND),)
            elif not any(row.parent is word for word in words):  # `==` ignores the enumeration
                faults = (Fault(after.id, own_field, Rule.KIND_OF_OTHER),)
            elif own_field == "own_kind":
                faults = row.faults(after)
            for fault in faults:
                value = getattr(after, fault.field)
                is_changed = (
                    fault.field != own_field and getattr(before, fault.field, None) != value
                )
                if is_changed or not is_held:
                    yield fault

    def misfits(self, uses: Iterable["OwnKindUse"]) -> tuple["OwnKindUse", ...]:
        """Return the uses of kinds that are missing here, or are beneath another shipped kind."""
        counts = Counter[tuple[str, tuple[str, ...]]]()
        for use in uses:
            row = self.by_id.get(use.own_kind)
            if row is None or not use.fits(row):
                counts[use.own_kind, tuple(use.words)] += use.nodes
        return tuple(OwnKindUse(*names, nodes) for names, nodes in counts.items())

    def narrowed_out(self, uses: Iterable["OwnKindUse"]) -> Mapping[tuple[str, str], int]:
        """Return the number of nodes that violate a narrowed value of their kind, by id and key."""
        counts = Counter[tuple[str, str]]()
        for use in uses:
            row = self.by_id.get(use.own_kind)
            if row is None or not use.fits(row):
                continue
            if row.tiers and use.tier not in row.tiers:
                counts[row.id, "tiers"] += use.nodes
            if row.is_unit_only and not use.is_unit_only:
                counts[row.id, "is_unit_only"] += use.nodes
            if row.gate is not None and not LegalGate(use.gate).fits(row.gate):
                counts[row.id, "gate"] += use.nodes
        return counts


NO_OWN_KINDS: Final = OwnKinds()


def own_ids(node: Node) -> Iterator[tuple[str, str, frozenset[Term]]]:
    """Yield each own kind of a node: its field, its id, and the words that it may be beneath."""
    for own_field, field_name in SHIPPED_FIELDS.items():
        for own_id in each_text(getattr(node, own_field, None)):
            words: Term | frozenset[Term] = getattr(node, field_name)
            yield own_field, own_id, words if isinstance(words, frozenset) else frozenset({words})


def shipped_kind(kind: Term) -> OwnKind:
    """Return a kind of the vocabulary as an OwnKind, with the values that rows inherit from it."""
    return OwnKind(
        id=kind.value, parent=kind, is_a="", label_da=kind.label_da, label_en=kind.label_en,
        tiers=kind.tiers if isinstance(kind, PostKind) else frozenset(),
        is_unit_only=isinstance(kind, PostKind) and kind.is_unit_only,
        gate=kind.gate if isinstance(kind, NetworkKind) else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnKindUse:
    """The number of nodes with the same own kind, shipped words, tier, unit-only flag and gate.

    `field` is the field that holds the own kind's id; `words` are the kind or the sector, or all
    competences, of the nodes. `tier` and `is_unit_only` matter for posts, `gate` for networks.
    """

    own_kind: str
    words: Sequence[str]
    nodes: int
    tier: str | None = None
    is_unit_only: bool | None = None
    gate: str | None = None
    field: str = "own_kind"

    def fits(self, row: OwnKind) -> bool:
        """Return whether a row is beneath a word of these nodes."""
        match row.parent:
            case Sector():
                own_field = "own_sector"
            case Competence():
                own_field = "own_competences"
            case _:
                own_field = "own_kind"
        return own_field == self.field and row.parent.value in self.words


@dataclass(slots=True, kw_only=True)
class _Row:
    """A table of the file: its index, its values, and the own kind built from it, if usable."""

    place: int
    values: Mapping[str, Any]
    kinds: type[Term] | None = None
    is_checked: bool = False
    own_kind: OwnKind | None = None

    def text(self, key: str) -> str:
        value = self.values.get(key)
        return clean(value) if isinstance(value, str) else ""


@dataclass(slots=True)
class _Reader:
    """The rows of a file and the faults found in them: index of the row, key, rule."""

    rows: list[_Row]
    faults: list[KindFault] = field(default_factory=list[KindFault])

    def blame(self, row: _Row, key: str, rule: Rule) -> None:
        self.faults.append(KindFault(row.place, key, rule))

    def read(self) -> tuple[OwnKind, ...]:
        for row in self.rows:
            self._check_texts(row)
        self._check_unique()
        by_id = {row.text("id"): row for row in reversed(self.rows)}
        for row in self.rows:
            self._build(row, by_id, ())
        return tuple(row.own_kind for row in self.rows if row.own_kind is not None)

    def _check_texts(self, row: _Row) -> None:
        for key in row.values:
            if key not in KEYS:
                self.blame(row, key, Rule.UNKNOWN_FIELD)
        for key in _TEXTS:
            value = row.values.get(key)
            if value is None or value == "":
                self.blame(row, key, Rule.REQUIRED)
            elif not isinstance(value, str):
                self.blame(row, key, Rule.BAD_FORMAT)
        row.kinds = KINDS.get(row.text("of"))
        if row.text("of") and row.kinds is None:
            self.blame(row, "of", Rule.UNKNOWN_WORD)
        own_id = row.text("id")
        if own_id and not OWN_KIND_ID.fullmatch(own_id):
            self.blame(row, "id", Rule.BAD_FORMAT)
        elif own_id in _SHIPPED:
            self.blame(row, "id", Rule.DUPLICATE)
        for key in ("label_da", "label_en"):
            if len(row.text(key)) > MAX_TEXT:
                self.blame(row, key, Rule.TOO_LONG)
            if holds_contact(row.text(key)):
                self.blame(row, key, Rule.CONTACT_DETAIL)
            if _MARKUP.search(row.text(key)):
                self.blame(row, key, Rule.BAD_FORMAT)
            try:
                refuse_content(key, row.text(key))
            except RefusedContent as error:
                self.blame(row, key, error.rule)

    def _check_unique(self) -> None:
        """Report the second of two equal ids or labels; labels differ within an enumeration."""
        seen_names: set[tuple[object, ...]] = {
            (kinds, key, str(getattr(word, key)).casefold())
            for kinds in KINDS.values()
            for word in kinds
            for key in ("label_da", "label_en")
        }
        for row in self.rows:
            for key in ("id", "label_da", "label_en"):
                name = (None if key == "id" else row.kinds, key, row.text(key).casefold())
                if row.text(key) and name in seen_names:
                    self.blame(row, key, Rule.DUPLICATE)
                seen_names.add(name)

    def _build(self, row: _Row, by_id: Mapping[str, _Row], below: tuple[_Row, ...]) -> None:
        """Build a row from the kind it `is_a`, which is built first."""
        if row.is_checked or row.kinds is None or not row.text("is_a"):
            return
        if any(other is row for other in below):
            for member in below[next(n for n, other in enumerate(below) if other is row) :]:
                member.is_checked = True
                self.blame(member, "is_a", Rule.CYCLE)
            return
        is_a = row.text("is_a")
        above: OwnKind | None = None
        if is_a in [word.value for word in row.kinds]:
            above = shipped_kind(row.kinds(is_a))
        elif (other := by_id.get(is_a)) is None:
            is_known = any(is_a in [word.value for word in kinds] for kinds in KINDS.values())
            self.blame(row, "is_a", Rule.KIND_OF_OTHER if is_known else Rule.UNKNOWN_KIND)
        elif other.kinds is not row.kinds:
            self.blame(row, "is_a", Rule.KIND_OF_OTHER)
        else:
            self._build(other, by_id, (*below, row))
            above = other.own_kind
        if row.is_checked:  # found to be part of a cycle
            return
        row.is_checked = True
        if above is not None:
            self._narrow(row, above)

    def _narrow(self, row: _Row, above: OwnKind) -> None:
        """Build a row with its narrowed values; report a value wider than its parent's."""
        narrowed: dict[str, Any] = {
            "tiers": above.tiers, "is_unit_only": above.is_unit_only, "gate": above.gate,
        }  # fmt: skip
        for key, kinds in NARROWS.items():
            if key not in row.values:
                continue
            value = row.values[key]
            if kinds is not row.kinds:
                self.blame(row, key, Rule.UNKNOWN_FIELD)
            elif key == "tiers":
                tiers = _words(Tier, value)
                if tiers is None or not tiers:
                    self.blame(row, key, Rule.UNKNOWN_WORD)
                elif not tiers <= above.tiers:
                    self.blame(row, key, Rule.TIER_OF_KIND)
                narrowed[key] = tiers or above.tiers
            elif key == "is_unit_only":
                if not isinstance(value, bool):
                    self.blame(row, key, Rule.BAD_FORMAT)
                elif above.is_unit_only and not value:
                    self.blame(row, key, Rule.UNIT_ONLY)
                narrowed[key] = value is True or above.is_unit_only
            else:
                gates = _words(LegalGate, [value])
                if not gates:
                    self.blame(row, key, Rule.UNKNOWN_WORD)
                    continue
                (gate,) = gates
                if above.gate is not None and not gate.fits(above.gate):
                    self.blame(row, key, Rule.GATE_OF_KIND)
                narrowed[key] = gate
        row.own_kind = OwnKind(
            id=row.text("id"), parent=above.parent, is_a=row.text("is_a"),
            label_da=row.text("label_da"), label_en=row.text("label_en"), **narrowed,
        )  # fmt: skip


def _words(words: type[W], value: object) -> frozenset[W] | None:
    """Return the words of a list of identifiers; None if it holds anything else."""
    identifiers = {word.value for word in words}
    if not isinstance(value, list):
        return None
    texts = cast("list[object]", value)
    if not all(isinstance(text, str) and text in identifiers for text in texts):
        return None
    return frozenset(words(text) for text in texts)


def load_own_kinds(path: Path | None = None) -> OwnKinds:
    """Return the own kinds of a file; none if `path` is None.

    Raises:
        InvalidVocabulary: with every fault of the file.
    """
    if path is None:
        return NO_OWN_KINDS
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise InvalidVocabulary(
            [f"{path}: kan ikke læses: {error.strerror}"],
            [f"{path}: cannot be read: {error.strerror}"],
        ) from error
    except UnicodeDecodeError as error:
        raise InvalidVocabulary(
            [f"{path}: er ikke tekst i UTF-8"], [f"{path}: is not UTF-8 text"]
        ) from error
    return read_own_kinds(text)


def read_own_kinds(text: str) -> OwnKinds:
    """Return the own kinds of the text of a file.

    Raises:
        InvalidVocabulary: with every fault, each with its line.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).partition(" (at ")
        number = re.match(r"line (\d+)", place)
        danish = f"linje {number[1]}" if number else "sidste linje"
        english = f"line {number[1]}" if number else "last line"
        raise InvalidVocabulary(
            [f"{danish}: er ikke TOML: {message}"], [f"{english}: is not TOML: {message}"]
        ) from error
    tables: object = content.pop(_TABLE, [])
    rows: list[_Row] = []
    reader = _Reader(rows)
    for place, values in enumerate(
        cast("list[object]", tables if isinstance(tables, list) else [])
    ):
        table = cast("dict[str, Any]", values) if isinstance(values, dict) else {}
        rows.append(_Row(place=place, values=table))
    own_kinds = reader.read()
    faults = reader.faults + [KindFault(-1, key, Rule.UNKNOWN_FIELD) for key in content]
    if not isinstance(tables, list):
        faults.append(KindFault(-1, _TABLE, Rule.BAD_FORMAT))
    if faults:
        ids = [row.text("id") for row in rows]
        raise _refusal(
            text, faults, [own_id if OWN_KIND_ID.fullmatch(own_id) else "" for own_id in ids]
        )
    return OwnKinds(own_kinds)


def _refusal(text: str, faults: Iterable[KindFault], ids: list[str]) -> InvalidVocabulary:
    """Return the error for a file, with its faults in the order of their lines.

    A missing key is reported at the head of its row.
    """
    lines: dict[tuple[int, str], int] = {}
    rows, place = 0, -1
    for number, line in enumerate(text.splitlines(), 1):
        if HEAD.match(line):
            rows, place = rows + 1, rows
            lines[place, ""] = number
        elif match := _OTHER_HEAD.match(line):
            place = -1
            lines.setdefault((place, match[1]), number)
        elif match := _KEY.match(line):
            lines.setdefault((place, match[2]), number)

    def line_of(place: int, key: str) -> float:
        return lines.get((place, key), lines.get((place, ""), inf))

    danish: list[str] = []
    english: list[str] = []
    by_line = sorted(faults, key=lambda fault: line_of(fault.place, fault.key))
    for place, key, rule in by_line:
        line = line_of(place, key)
        name = ids[place] if place >= 0 else ""
        where = f"{name}.{key}" if name else key
        at = ("", "") if line == inf else (f"linje {line}: ", f"line {line}: ")
        danish.append(f"{at[0]}{where}: {rule.label('da')}")
        english.append(f"{at[1]}{where}: {rule.label('en')}")
    return InvalidVocabulary(danish, english, by_line)

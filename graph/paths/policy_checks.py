"""Validation of a policy file: every fault is collected, each with its line."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from math import isfinite
from typing import Any, Final, TypeGuard, TypeVar, cast

from graph.paths.costs import MAX_HOPS, dearest_path
from graph.paths.policy_model import CrossingRule, GateRule, LinkRule, Policy
from graph.vocabulary import Label, LegalGate, LinkType, NetworkKind, PathUse, PostKind, Term

_TABLE: Final = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_KEY: Final = re.compile(r"""\s*(["']?)([\w.-]+)\1\s*=""")


def with_lines(text: str, faults: Iterable[str]) -> Iterator[str]:
    """Yield the faults, `links.KNOWS.factor: ...`, each prefixed with the line of its key.

    A key inside an inline table is on that table's line; a missing key is reported at its table.
    """
    lines = {path: number for number, path in _paths(text)}
    for fault in faults:
        path = fault.partition(":")[0]
        while path and path not in lines:
            path = path.rpartition(".")[0]
        yield f"line {lines[path]}: {fault}" if path else fault


def _paths(text: str) -> Iterator[tuple[int, str]]:
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if found := _TABLE.match(line):
            table = f"{found[1]}."
            yield number, found[1]
        elif found := _KEY.match(line):
            yield number, f"{table}{found[2]}"


W = TypeVar("W", bound=Term)
_FAULTY_NUMBER: Final = 1.0  # replaces a refused value, so that reading continues


class Section:
    """One table of a policy file; its readers validate values and collect faults.

    A reader of a missing or refused value returns a harmless one: after reading the whole file, the
    caller must check `faults`, which all sections of the file share, before using anything.
    """

    def __init__(self, values: Mapping[str, Any], path: str, faults: list[str]) -> None:
        self._values, self._path, self._faults = values, path, faults
        self._known: list[str] = []

    def fault(self, key: str, text: str) -> None:
        """Record a fault of a key."""
        self._faults.append(f"{self._at(key)}: {text}")

    def section(self, key: str) -> "Section":
        """Return a table inside this one."""
        value = self._take(key, "a table", dict)
        if value is None:
            return Section({}, self._at(key), [])  # one fault for a table, not one for each key
        return Section(cast("dict[str, Any]", value), self._at(key), self._faults)

    def share(self, key: str) -> float:
        """Return a number above 0 and at most 1."""
        value = self._number(key)
        return self._kept(key, value, 0 < value <= 1, "(0, 1]")

    def below_one(self, key: str) -> float:
        """Return a number above 0 and below 1."""
        value = self._number(key, stand_in=0.5)
        return self._kept(key, value, 0 < value < 1, "(0, 1)")

    def positive(self, key: str, most: float) -> float:
        """Return a number above 0 and at most `most`."""
        value = self._number(key)
        return self._kept(key, value, 0 < value <= most, f"(0, {most:g}]")

    def whole(self, key: str, least: int, most: int | None = None) -> int:
        """Return a whole number from `least` to `most`, both allowed."""
        value = self._take(key, "a whole number", int)
        if value is None:
            return least
        if most is None and value < least:
            self.fault(key, f"{value} is below {least}")
        elif most is not None and not least <= value <= most:
            self.fault(key, f"{value} is not in [{least}, {most}]")
        return value

    def flag(self, key: str, default: bool | None = None) -> bool:
        """Return true or false; `default` if the file may omit the key."""
        if default is not None and key not in self._values:
            self._known.append(key)
            return default
        return self._take(key, "true or false", bool) or False

    def one_of(self, key: str, choices: Iterable[str]) -> str:
        """Return one of a few texts."""
        allowed = list(choices)
        value = self._take(key, "a text", str)
        if value is not None and value not in allowed:
            self.fault(key, f"{value!r} is not one of {', '.join(allowed)}")
        return value if value in allowed else allowed[0]

    def words(self, key: str, words: Iterable[W], *, may_miss: bool = False) -> tuple[W, ...]:
        """Return a list of terms, each at most once."""
        texts = () if may_miss and key not in self._values else self._take(key, "a list", list)
        self._known.append(key)
        choices = list(words)
        found: list[W] = []
        for text in cast("list[object]", texts or []):
            word = next((word for word in choices if word == text), None)
            if word is None:
                self.fault(key, f"{text!r} is not known{nearest(text, choices)}")
            elif word in found:
                self.fault(key, f"{word} is named twice")
            else:
                found.append(word)
        return tuple(found)

    def text(self, key: str) -> str:
        """Return a text that is not empty."""
        value = self._take(key, "a text", str)
        if value == "":
            self.fault(key, "is empty")
        return value or ""

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        values = cast("list[object]", self._take(key, "a list", list) or [])
        found = tuple(value for value in values if isinstance(value, str))
        if len(found) != len(values):
            self.fault(key, f"{values} is not a list of texts")
        return found

    def rows(self, key: str) -> Iterator["Section"]:
        """Yield a list of tables, at least one; each is identified by its position from 1."""
        values = cast("list[object]", self._take(key, "a list of tables", list) or [])
        if not values and key in self._values:
            self.fault(key, "is empty")
        for place, value in enumerate(values, 1):
            if isinstance(value, dict):
                yield Section(
                    cast("dict[str, Any]", value), f"{self._at(key)}.{place}", self._faults
                )
            else:
                self.fault(key, f"{value!r} is not a table")

    def rising(self, key: str) -> tuple[float, ...]:
        """Return a list of numbers above 0 in increasing order; it may be empty."""
        values = cast("list[object]", self._take(key, "a list", list) or [])
        numbers: list[float] = [value for value in values if _is_number(value)]
        rising = all(low < high for low, high in zip([0, *numbers], numbers, strict=False))
        if len(numbers) != len(values) or not rising:
            self.fault(key, f"{values} is not a list of rising numbers above 0")
        return tuple(float(number) for number in numbers)

    def tables(self, words: Iterable[W]) -> Iterator[tuple[W, "Section"]]:
        """Yield the tables of this one that are named after terms."""
        for word in words:
            if word in self._values:
                yield word, self.section(word)

    def close(self, also_known: Iterable[str] = ()) -> None:
        """Record a fault for each key that no reader has requested."""
        known = [*self._known, *also_known]
        for key in self._values:
            if key not in known:
                self.fault(key, f"is not known{nearest(key, known)}")

    def _at(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key

    def _number(self, key: str, stand_in: float = _FAULTY_NUMBER) -> float:
        self._known.append(key)
        value: object = self._values.get(key)
        if _is_number(value):
            return value
        self.fault(key, f"{value!r} is not a number" if key in self._values else "is missing")
        return stand_in

    def _kept(self, key: str, value: float, is_right: bool, bounds: str) -> float:
        if not is_right:
            self.fault(key, f"{value:g} is not in {bounds}")
        return value if is_right else _FAULTY_NUMBER

    def _take(self, key: str, what: str, kind: type[Any]) -> Any:
        """Return the value of a key if it is of that type, else record a fault and return None."""
        self._known.append(key)
        if key not in self._values:
            self.fault(key, "is missing")
            return None
        value = self._values[key]
        if type(value) is not kind:
            self.fault(key, f"{value!r} is not {what}")
            return None
        return value


def nearest(text: object, known: Iterable[str]) -> str:
    """Return a hint with the known name most like a text, else an empty text."""
    close = get_close_matches(str(text), [str(name) for name in known], n=1)
    return f"; do you mean {close[0]}?" if close else ""


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


_MOST: Final = 2**31 - 2  # one more would read as: there is no path
_WALKED: Final = frozenset(
    label
    for link_type in LinkType
    if link_type.use.is_hop and link_type is not LinkType.KNOWS  # lifted: its ends are people
    for label in (*link_type.sources, *link_type.targets)
)


def check_use(
    unwalked: Section,
    root: Section,
    links: Mapping[LinkType, LinkRule],
    gates: Mapping[LegalGate, GateRule],
) -> None:
    """Check that every link type and gate is named once, and used as the vocabulary says."""
    types = unwalked.words("types", LinkType)
    other_gates = unwalked.words("gates", LegalGate)
    unwalked.close()
    _once(root, "links", LinkType, [*links, *types])
    _once(root, "gates", LegalGate, [*gates, *other_gates])
    for link_type, rule in links.items():
        if rule.walk is not link_type.use:
            root.fault(f"links.{link_type}.walk", f"must be {_walk(link_type)}")
        if rule.is_lifted != (Label.PERSON in link_type.sources):
            root.fault(f"links.{link_type}.lift", f"must be {str(not rule.is_lifted).lower()}")
    for link_type in types:
        if link_type.use.is_hop:
            root.fault("unwalked.types", f"{link_type} must be walked {_walk(link_type)}")
    if LegalGate.CHILDRENS_ACT_15_3 in gates:
        root.fault("gates.CHILDRENS_ACT_15_3", "is a duty to plan, no ground for a hop")


def read_crossing(section: Section) -> CrossingRule:
    """Return the crossing rules: every label is named once, as the vocabulary prescribes.

    A label no path can contain is `never`; nothing leads on from an association; a kind of network
    ends a path if and only if the vocabulary says it is not crossed.
    """
    cross, end, never = (section.words(key, Label) for key in ("cross", "end", "never"))
    _once(section, "cross", Label, [*cross, *end, *never])
    for label in (*cross, *end):
        if label not in _WALKED:
            section.fault("never", f"{label} can never be on a path")
    for label in never:
        if label in _WALKED:
            section.fault("never", f"{label} is an end of links a path walks")
    if Label.ORGANIZATION in cross:
        section.fault("cross", "Organization can only end a path")
    kinds: tuple[Term, ...] = section.words("end_kinds", (*PostKind, *NetworkKind))
    for kind in NetworkKind:
        if kind.crosses == (kind in kinds):
            must = "is crossed" if kind.crosses else "is not crossed"
            section.fault("end_kinds", f"{kind} {must}")
    section.close()
    return CrossingRule(
        cross=frozenset(cross), end=frozenset(end), never=frozenset(never),
        end_kinds=frozenset(str(kind) for kind in kinds),
    )  # fmt: skip


def check_civilians(introduce: Section) -> None:
    """Check the rules about civilians, which are fixed."""
    table = introduce.section(Label.RESOURCE_INDIVIDUAL)
    for key, only in (("by", LinkType.DOOR_OPENER_FOR), ("onward", LinkType.REPRESENTS)):
        if table.words(key, LinkType) != (only,):
            table.fault(key, f"must be {only} alone: a civilian is met no other way")
    table.one_of("opener", ("holder_present",))
    table.close()
    introduce.close()


def check_size(policy: Policy) -> Iterator[str]:
    """Yield a fault if the most expensive path allowed exceeds the range of a packed cost."""
    largest = dearest_path(policy)
    if largest > _MOST:
        yield f"cost: the dearest path of {MAX_HOPS} hops comes to {largest}, above {_MOST}"


def _once(section: Section, key: str, words: Iterable[Term], named: Sequence[Term]) -> None:
    """Record a fault for each term that is missing or named more than once."""
    count = Counter(named)
    for word in words:
        if count[word] != 1:
            how = "is missing" if count[word] == 0 else "is named twice"
            section.fault(key, f"{word} {how}")


def _walk(link_type: LinkType) -> str:
    return "both" if link_type.use is PathUse.BOTH else "forward"

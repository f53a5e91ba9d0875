"""Reader of a policy file, which reports every fault with its line."""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from difflib import get_close_matches
from hashlib import sha256
from math import inf
from pathlib import Path
from typing import Any, Final, cast

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from graph.errors import InvalidPolicy
from graph.paths.answer_terms import FitGroup, FitNeed
from graph.paths.kernel.request import MAX_HOPS
from graph.paths.policy import Policy, PolicyFile, dearest_path
from graph.vocabulary import Label, LegalGate, LinkType, NetworkKind, Trigger

SHIPPED: Final = Path(__file__).with_name("policy.toml")
LARGEST_COST: Final = 2**31 - 2
"""Largest packed cost of a path; one more means that there is no path."""
_FILE: Final = TypeAdapter(PolicyFile)
_HOP_ENDS: Final = frozenset(
    label
    for link_type in LinkType
    if link_type.use.is_hop and link_type is not LinkType.KNOWS  # lifted: its ends are people
    for label in (*link_type.sources, *link_type.targets)
)


def load_policy(path: Path | None = None) -> Policy:
    """Return the policy of a file; None: the shipped one.

    Raises:
        InvalidPolicy: with every fault of the file.
    """
    path = path or SHIPPED
    try:
        text = path.read_text("utf-8")
        content = tomllib.loads(text)
    except OSError as error:
        raise InvalidPolicy([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise InvalidPolicy([f"{path}: is not UTF-8 text"]) from error
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).partition(" (at ")
        line = re.match(r"line \d+", place)
        raise InvalidPolicy([f"{line[0] if line else 'last line'}: not TOML: {message}"]) from error
    canonical = json.dumps(
        content, sort_keys=True, separators=(",", ":"), default=lambda day: [str(day)]
    )
    faults = list(_contradictions(content))
    try:
        file = _FILE.validate_json(canonical)
    except ValidationError as error:
        raise _refusal(text, [*_faults(error.errors()), *faults]) from error
    values: dict[str, Any] = {key.name: getattr(file, key.name) for key in fields(Policy)}
    values["digest"] = sha256(canonical.encode()).hexdigest()[:12]
    policy = Policy(**values)
    if not faults and (largest := dearest_path(policy)) > LARGEST_COST:
        dearest = f"the dearest path of {MAX_HOPS} hops comes to {largest}, above {LARGEST_COST}"
        faults.append(("cost", dearest))
    if faults:
        raise _refusal(text, faults)
    return policy


def _refusal(text: str, faults: Iterable[tuple[str, str]]) -> InvalidPolicy:
    """Return the refusal of a file, with its faults in the order of their lines.

    A key inside an inline table is on that table's line; a missing key is reported at its table.
    """
    lines: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), 1):
        if match := re.match(r"\s*\[\s*([^\[\]]+?)\s*\]", line):
            table = f"{match[1]}."
            lines[match[1]] = number
        elif match := re.match(r"""\s*(["']?)([\w.-]+)\1\s*=""", line):
            lines[f"{table}{match[2]}"] = number

    def line_of(path: str) -> float:
        while path and path not in lines:
            path = path.rpartition(".")[0]
        return lines.get(path, inf)

    placed = sorted((line_of(path), f"{path}: {fault}") for path, fault in faults)
    return InvalidPolicy(
        [fault if line == inf else f"line {line}: {fault}" for line, fault in placed]
    )


def _faults(errors: list[ErrorDetails]) -> Iterator[tuple[str, str]]:
    """Yield the path and the text of each error; a position in a list counts from 1."""
    missing = [error["loc"] for error in errors if error["type"] == "missing"]
    for error in errors:
        kind, loc, value = error["type"], error["loc"], error["input"]
        text = error["msg"].removeprefix("Value error, ").replace("Input", repr(value), 1)
        if kind == "missing":
            text = "is missing"
        elif kind in ("extra_forbidden", "unexpected_keyword_argument"):
            siblings = [str(other[-1]) for other in missing if other[:-1] == loc[:-1]]
            text = f"is not known{_nearest(loc[-1], [*siblings, 'lift', 'levels'])}"
        elif kind in ("enum", "literal_error"):
            terms = re.findall(r"'(\w*)'", error["msg"])
            hint = _nearest(value, terms)
            choices = "" if hint or len(terms) > 9 else f"; known: {', '.join(terms)}"
            text = f"{value!r} is not known{hint}{choices}"
        keys = (str(key + 1 if isinstance(key, int) else key) for key in loc if key != "[key]")
        yield ".".join(keys), text.replace("an object", "a table")


def _nearest(name: object, known_names: list[str]) -> str:
    close = get_close_matches(str(name), known_names, n=1)
    return f"; do you mean {close[0]}?" if close else ""


def _contradictions(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield path and text of each difference from what the vocabulary and the law fix.

    Values of a wrong type are passed over: validation against the model reports them.
    """

    def at(*path: str) -> Any:
        value: Any = content
        for key in path:
            value = cast("dict[str, Any]", value).get(key) if isinstance(value, dict) else None
        return value

    def names(*path: str) -> list[str]:
        members = cast("list[object]", at(*path) if isinstance(at(*path), list | dict) else [])
        return [name for name in members if isinstance(name, str)]

    if "digest" in content:
        yield "digest", "is computed, not stated"
    if at("introduce") is not None and at("introduce", Label.RESOURCE_INDIVIDUAL.value) is None:
        yield "introduce.ResourceIndividual", "is missing"
    hops = {link_type for link_type in LinkType if link_type.use.is_hop}
    for path, due, listed_names, otherwise in (
        ("links", hops, names("links"), "is never walked"),
        ("unwalked.types", set(LinkType) - hops, names("unwalked", "types"), "must be walked"),
        ("gates", set(LegalGate), names("gates") + names("unwalked", "gates"), ""),
        ("fit", set(FitNeed), names("fit"), ""),
        ("triggers", set(Trigger), names("triggers"), ""),
        (
            "crossing.cross",
            _HOP_ENDS,
            names("crossing", "cross") + names("crossing", "end"),
            "can never be on a path",
        ),
        (
            "crossing.never",
            set(Label) - _HOP_ENDS,
            names("crossing", "never"),
            "is an end of links a path walks",
        ),
        (
            "crossing.end_kinds",
            {kind for kind in NetworkKind if not kind.crosses},
            names("crossing", "end_kinds"),
            "is crossed",
        ),
    ):
        if at(*path.split(".")) is None:
            continue
        count = Counter(listed_names)
        for term in type(next(iter(due))):
            if term in due and count[term] != 1:
                yield path, f"{term} is {'named twice' if count[term] else 'missing'}"
            elif term not in due and count[term]:
                yield path, f"{term} {otherwise}"
    if Label.ORGANIZATION in names("crossing", "cross"):
        yield "crossing.cross", "Organization can only end a path"
    if LegalGate.CHILDRENS_ACT_15_3 in names("gates"):
        yield "gates.CHILDRENS_ACT_15_3", "is a duty to plan, no ground for a hop"
    for need in FitNeed:
        rows = at("fit", need)
        if rows == []:
            yield f"fit.{need}", "is empty"
        tables = cast("list[object]", rows if isinstance(rows, list) else [])
        groups = [cast("Any", row).get("who") for row in tables if isinstance(row, dict)]
        for place, group in enumerate(groups, 1):
            if group and group in groups[: place - 1]:
                yield f"fit.{need}.{place}.who", f"{group} is named twice"
            if group in list(FitGroup) and need not in FitGroup(group).needs:
                fitting = ", ".join(each for each in FitGroup if need in each.needs)
                yield f"fit.{need}.{place}.who", f"{group} is not one of {fitting}"
    most, default = at("search", "max_hops"), at("search", "default_hops")
    if isinstance(most, int) and isinstance(default, int) and default > most:
        yield "search.default_hops", f"{default} is above max_hops, {most}"

    civilian, only = ("introduce", Label.RESOURCE_INDIVIDUAL), ": a civilian is met no other way"
    fixed: list[tuple[tuple[str, ...], Any, str]] = [
        *((("links", each, "walk"), each.use.name.lower(), "") for each in hops),
        *((("links", each, "lift"), Label.PERSON in each.sources, "") for each in hops),
        *((("gates", gate, "named"), gate.allows_named, ": the law says so") for gate in LegalGate),
        ((*civilian, "by"), [LinkType.DOOR_OPENER_FOR], only),
        ((*civilian, "onward"), [LinkType.REPRESENTS], only),
    ]
    for path, must, why in fixed:
        if isinstance(at(*path[:-1]), dict) and (at(*path) or False) != must:
            yield ".".join(path), f"must be {json.dumps(must)}{why}"

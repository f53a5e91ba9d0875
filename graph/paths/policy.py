"""Loader of a policy file: permitted links and gates, and the cost of each part of a hop.

Every number is in `policy.toml`, and the file is validated as a whole; there is no default in code.
Source of the rules: paths.md §1, §2.
"""

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from graph.errors import InvalidPolicy
from graph.paths.answer_terms import FitGroup, FitNeed
from graph.paths.costs import MAX_HOPS, micro_nats
from graph.paths.kernel.request import MOST_PATHS
from graph.paths.policy_checks import (
    Section,
    check_civilians,
    check_size,
    check_use,
    read_crossing,
    with_lines,
)
from graph.paths.policy_model import (
    ContactRule,
    CostRule,
    CrossingRule,
    FitRule,
    GateRule,
    HubRule,
    LinkRule,
    MissingRule,
    Policy,
    SearchBudget,
    SearchRule,
    TriggerRule,
)
from graph.vocabulary import (
    Label,
    LegalGate,
    LinkType,
    PathUse,
    PostKind,
    PreventionLevel,
    Trigger,
)

__all__ = [
    "MAX_HOPS", "SHIPPED", "CrossingRule", "FitRule", "GateRule", "LinkRule", "MissingRule",
    "Policy", "SearchRule", "TriggerRule", "load_policy", "micro_nats",
]  # fmt: skip

SHIPPED: Final = Path(__file__).with_name("policy.toml")
_VERSION: Final = 1
_PROPOSED: Final = (
    LinkType.DEPUTIZES_FOR, LinkType.DOOR_OPENER_FOR, LinkType.MEMBER_OF, LinkType.REFERS_TO,
)  # fmt: skip
"""Link types that `no_path` can propose as missing."""
_WALKS: Final = {"both": PathUse.BOTH, "forward": PathUse.FORWARD}
_RUNGS: Final = ("holder", "unit", "acting", "deputy", "duty_line", "own_channel", "mailbox")


def load_policy(path: Path | None = None) -> Policy:
    """Return the policy of a file; None: the shipped one.

    Raises:
        InvalidPolicy: with every fault of the file.
    """
    text = _text(path or SHIPPED)
    content, faults = _parsed(text), list[str]()
    policy = _read(Section(content, "", faults), _digest(content))
    if not faults:
        faults += check_size(policy)
    if faults:
        raise InvalidPolicy(list(with_lines(text, faults)))
    return policy


def _digest(content: Mapping[str, Any]) -> str:
    """12 hex digits that identify the content, independent of layout and comments."""
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()[:12]


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except OSError as error:
        raise InvalidPolicy([f"{path}: cannot be read: {error.strerror}"]) from error
    except UnicodeDecodeError as error:
        raise InvalidPolicy([f"{path}: is not UTF-8 text"]) from error


def _parsed(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidPolicy([_not_toml(str(error))]) from error


def _not_toml(message: str) -> str:
    """Format `line 31: not TOML: ...` from the parser's message."""
    found = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", message)
    line = f"line {found[1]}" if found and found[1] else "last line"
    return f"{line}: not TOML: {message[: found.start()] if found else message}"


def _read(root: Section, digest: str) -> Policy:
    root.whole("version", _VERSION, _VERSION)
    links = _links(root.section("links"))
    gates = _gates(root.section("gates"))
    check_use(root.section("unwalked"), root, links, gates)
    crossing = read_crossing(root.section("crossing"))
    check_civilians(root.section("introduce"))
    policy = Policy(
        digest=digest,
        search=_search(root.section("search")),
        budget=_budget(root.section("budget")),
        cost=_cost(root.section("cost")),
        links=links,
        gates=gates,
        crossing=crossing,
        hub=_hub(root.section("hub")),
        standing=_standing(root.section("standing")),
        contacts=_contacts(root.section("contacts")),
        fit=_fit(root.section("fit")),
        direct=_direct(root.section("direct")),
        closing=_closing(root.section("closing")),
        local=_local(root.section("local")),
        triggers=_triggers(root.section("triggers")),
        missing=_missing(root.section("missing")),
    )
    root.close()
    return policy


def _search(section: Section) -> SearchRule:
    max_hops = section.whole("max_hops", 1, MAX_HOPS)
    rule = SearchRule(
        max_paths=section.whole("max_paths", 1, MOST_PATHS),
        overlap_percent=section.whole("overlap_percent", 0, 100),
        default_hops=section.whole("default_hops", 1, max_hops),
        max_hops=max_hops,
        max_starts=section.whole("max_starts", 1),
        max_targets=section.whole("max_targets", 1),
    )
    section.close()
    return rule


def _budget(section: Section) -> SearchBudget:
    budget = SearchBudget(
        hop_states=section.whole("hop_states", 0),
        settled=section.whole("settled", 0),
        region_states=section.whole("region_states", 0),
        pops=section.whole("pops", 1),
        look_ahead=section.whole("look_ahead", 1),
        widen=section.rising("widen"),
    )
    section.close()
    return budget


def _cost(section: Section) -> CostRule:
    rule = CostRule(
        strength_doubt=section.below_one("strength_doubt"),
        strength_unknown=section.share("strength_unknown"),
        unverified_days=section.whole("unverified_days", 1),
        older_than_holder_days=section.whole("older_than_holder_days", 1),
        patience_days=section.whole("patience_days", 1),
        hours_unknown_days=section.whole("hours_unknown_days", 1, 7),
    )
    section.close()
    return rule


def _links(section: Section) -> Mapping[LinkType, LinkRule]:
    links: dict[LinkType, LinkRule] = {}
    for link_type, table in section.tables(LinkType):
        links[link_type] = LinkRule(
            walk=_WALKS[table.one_of("walk", _WALKS)],
            factor=table.share("factor"),
            half_life_days=table.whole("half_life_days", 1),
            floor=table.share("floor"),
            is_lifted=table.flag("lift", default=False),
        )
        table.close()
    section.close(LinkType)
    return links


def _gates(section: Section) -> Mapping[LegalGate, GateRule]:
    gates: dict[LegalGate, GateRule] = {}
    for gate, table in section.tables(LegalGate):
        levels = table.words("levels", PreventionLevel, may_miss=True)
        gates[gate] = GateRule(
            factor=table.share("factor"),
            is_named=table.flag("named"),
            levels=frozenset(levels or PreventionLevel),
        )
        if gates[gate].is_named != gate.allows_named:
            table.fault("named", f"the law says {str(gate.allows_named).lower()}")
        table.close()
    section.close(LegalGate)
    return gates


def _hub(section: Section) -> HubRule:
    rule = HubRule(
        free=section.whole("free", 1),
        exponent=section.positive("exponent", 4),
        cap_nat=section.positive("cap_nat", 10),
        closed_above=section.whole("closed_above", 1),
    )
    section.close()
    return rule


def _standing(section: Section) -> Mapping[str, int]:
    standing = {rung: micro_nats(section.share(rung)) for rung in _RUNGS}
    section.close()
    return standing


def _contacts(section: Section) -> ContactRule:
    rule = ContactRule(
        most=section.whole("most", 1, MOST_PATHS),
        ways=section.whole("ways", 1, MOST_PATHS),
        ways_alone=section.whole("ways_alone", 1, MOST_PATHS),
    )
    section.close()
    return rule


def _fit(section: Section) -> Mapping[FitNeed, tuple[FitRule, ...]]:
    """Return the classes of each kind of need; every kind is required."""
    fit: dict[FitNeed, tuple[FitRule, ...]] = {}
    for need in FitNeed:
        groups = [group for group in FitGroup if need in group.needs]
        rules: list[FitRule] = []
        for row in section.rows(need):
            who = FitGroup(row.one_of("who", groups))
            if any(rule.who is who for rule in rules):
                row.fault("who", f"{who} is named twice")
            rules.append(
                FitRule(who=who, danish=_sentence(row, "da"), english=_sentence(row, "en"))
            )
            row.close()
        fit[need] = tuple(rules)
    section.close()
    return fit


def _sentence(row: Section, key: str) -> str:
    """Return a sentence, which may contain {what} and no other braces."""
    text = row.text(key)
    if re.search(r"[{}]", text.replace("{what}", "")):
        row.fault(key, f"{text!r} may hold {{what}} and no other braces")
    return text


def _direct(section: Section) -> frozenset[Label]:
    labels = section.words("labels", (Label.ACTOR, Label.RESOURCE_INDIVIDUAL))
    section.close()
    return frozenset(labels)


def _closing(section: Section) -> frozenset[tuple[int, int]]:
    """Return the closing days, each as month and day; 29 February is valid."""
    days: set[tuple[int, int]] = set()
    for text in section.texts("days"):
        found = re.fullmatch(r"(\d\d)-(\d\d)", text)
        try:
            day = date.fromisoformat(f"2024-{text}") if found else None
        except ValueError:
            day = None
        if day is None:
            section.fault("days", f"{text!r} is not a month and day such as 12-24")
        else:
            days.add((day.month, day.day))
    section.close()
    return frozenset(days)


def _local(section: Section) -> tuple[PostKind, ...]:
    posts = section.words("posts", PostKind)
    section.close()
    return posts


def _triggers(section: Section) -> Mapping[Trigger, TriggerRule]:
    triggers: dict[Trigger, TriggerRule] = {}
    for trigger in Trigger:
        table = section.section(trigger)
        posts = table.words("posts", PostKind)
        grounds = table.words("grounds", [gate for gate in LegalGate if gate.allows_named])
        triggers[trigger] = TriggerRule(is_named=table.flag("named"), posts=posts, grounds=grounds)
        table.close()
    section.close()
    return triggers


def _missing(section: Section) -> Mapping[LinkType, MissingRule]:
    missing: dict[LinkType, MissingRule] = {}
    for link_type, table in section.tables(_PROPOSED):
        missing[link_type] = MissingRule(makers=table.words("makers", PostKind))
        table.close()
    section.close(_PROPOSED)
    return missing

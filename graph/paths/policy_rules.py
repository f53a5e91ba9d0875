"""What no policy may change: the vocabulary's own word on links, gates, crossing and civilians."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from graph.paths.costs import MAX_HOPS, dearest_path
from graph.paths.policy_checks import Section
from graph.paths.rules import CrossingRule, GateRule, LinkRule, Policy
from graph.vocabulary import Label, LegalGate, LinkType, NetworkKind, PathUse, PostKind, Term

_MOST: Final = 2**31 - 2  # one more would read as: there is no way
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
    """Every link type and gate is named once, and walked as the vocabulary says."""
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
    """The crossing rules: every label is named once, and stands where the vocabulary puts it.

    A label no path can stand on is `never`; nothing leads on from an association; a kind of
    network ends a path if and only if the vocabulary says it is not crossed.
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
    """The rules about civilians, which are fixed."""
    table = introduce.section(Label.RESOURCE_INDIVIDUAL)
    for key, only in (("by", LinkType.DOOR_OPENER_FOR), ("onward", LinkType.REPRESENTS)):
        if table.words(key, LinkType) != (only,):
            table.fault(key, f"must be {only} alone: a civilian is met no other way")
    table.one_of("opener", ("holder_present",))
    table.close()
    introduce.close()


def check_size(policy: Policy) -> Iterator[str]:
    """The dearest path the policy allows fits the number that holds a packed cost."""
    largest = dearest_path(policy)
    if largest > _MOST:
        yield f"cost: the dearest path of {MAX_HOPS} hops comes to {largest}, above {_MOST}"


def _once(section: Section, key: str, words: Iterable[Term], named: Sequence[Term]) -> None:
    """A fault for each word that is missing or named more than once."""
    count = Counter(named)
    for word in words:
        if count[word] != 1:
            how = "is missing" if count[word] == 0 else "is named twice"
            section.fault(key, f"{word} {how}")


def _walk(link_type: LinkType) -> str:
    return "both" if link_type.use is PathUse.BOTH else "forward"

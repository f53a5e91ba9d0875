"""The nodes and links that a rule check reads, indexed by id and by end, with validity."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar, cast

from graph.model.base import Element, Link, Node

L = TypeVar("L", bound=Link)
Period = tuple[date, date]
"""Half-open; an unbounded period begins at `date.min` or ends at `date.max`."""
_Ties = Mapping[tuple[str, type[Link]], Sequence[Link]]


@dataclass(frozen=True, slots=True)
class RuleContext:
    """The part of the graph in which a change can break a rule.

    A check of a change must include the touched elements in their new state, all links of the
    touched nodes and of the ends of touched links, the nodes at the other ends of those links, and
    the consents that DOOR_OPENER_FOR and REPRESENTS links among them name.
    """

    nodes: Mapping[str, Node]
    links: Mapping[str, Link]
    out: _Ties
    into: _Ties
    whole: Collection[str] = ()
    """The nodes whose links are all included: any other link of theirs is not in the graph."""

    def links_from(self, node_id: str, kind: type[L]) -> Sequence[L]:
        """Return the links of one class that begin at a node."""
        return cast("Sequence[L]", self.out.get((node_id, kind), ()))

    def links_to(self, node_id: str, kind: type[L]) -> Sequence[L]:
        """Return the links of one class that end at a node."""
        return cast("Sequence[L]", self.into.get((node_id, kind), ()))

    def period(self, link: Link) -> Period:
        """Return the validity of a link, bounded by that of its ends; empty if from >= to."""
        spans = [own_period(link)]
        spans += [own_period(self.nodes[end]) for end in ends(link) if end in self.nodes]
        return max(start for start, _ in spans), min(stop for _, stop in spans)

    def at_once(self, link: L, others: Iterable[L]) -> Iterator[L]:
        """Yield the other links whose validity overlaps that of the link."""
        start, stop = self.period(link)
        for other in others:
            if other.id != link.id:
                begin, end = self.period(other)
                if max(start, begin) < min(stop, end):
                    yield other


def rule_context(elements: Iterable[Element]) -> RuleContext:
    """Return the context of some elements; of two with the same id the later one counts."""
    nodes: dict[str, Node] = {}
    links: dict[str, Link] = {}
    for element in elements:
        if isinstance(element, Node):
            nodes[element.id] = element
        elif isinstance(element, Link):
            links[element.id] = element
    out: defaultdict[tuple[str, type[Link]], list[Link]] = defaultdict(list)
    into: defaultdict[tuple[str, type[Link]], list[Link]] = defaultdict(list)
    for link in links.values():
        out[link.source_id, type(link)].append(link)
        into[link.target_id, type(link)].append(link)
    return RuleContext(nodes, links, out, into)


def has_gap(node: Node, links: Iterable[Link]) -> bool:
    """Return whether the node is ever without one of these links, from the first of them on.

    No link at all is a gap. The time before the first link is unknown and is no gap. The end of the
    node at a link's other end is no gap either: coverage reports it, and it must not block the
    repair. A node that is never valid has no gap.
    """
    if node.is_taken_back():
        return False
    spans = sorted(map(own_period, links))
    if not spans:
        return True
    reached = spans[0][1]
    for start, stop in spans[1:]:
        if start > reached:
            return True
        reached = max(reached, stop)
    return reached < own_period(node)[1]


def ends(link: Link) -> tuple[str, str]:
    """Return the ids of the source and the target of a link."""
    return link.source_id, link.target_id


def own_period(element: Element) -> Period:
    """Return the validity of an element by its own dates alone."""
    return element.valid_from or date.min, element.valid_to or date.max

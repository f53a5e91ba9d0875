"""A drawing of a contact path: stops in the tiers of administration, and on a map of Denmark."""

from collections.abc import Mapping, Sequence
from typing import Final, TypedDict

from api.schemas.paths import Path, Stop
from explorer.components import ComponentLabels, component_value, draw, is_dark, no_op

TIERS: Final = ("NATIONAL", "REGIONAL", "DISTRICT", "MUNICIPAL", "COMMUNITY")


Point = tuple[float, float]
"""A place on the small map."""


class DrawnTier(TypedDict):
    """A row of the drawing."""

    id: str
    label: str


class BoxHop(TypedDict):
    """The hop that leads to a box; `changed` describes the difference from another date."""

    gate: str | None
    freshness: str
    chip: str
    changed: str | None


class Box(TypedDict):
    """A stop; the start is no contact, so it has neither number nor hop.

    `at` is the place of its area on the small map; None for a national stop.
    """

    id: str
    number: int | None
    tier: str
    label: str
    kind: str
    name: str
    at: Point | None
    hop: BoxHop | None


def boxes(
    path: Path,
    words: ComponentLabels,
    *,
    you: str = "{name}",
    changed: Mapping[str, str] | None = None,
    first: int = 1,
    leg: int | None = None,
    places: Mapping[str, Point] | None = None,
) -> tuple[Box, ...]:
    """The stops of a path as boxes, in order.

    `you` is the format of the start, `Dig: {name}`. `changed` has words by the id of a link or of
    the node it leads to: `nyt led`, `ny indehaver`. `first` is the number of the first contact, and
    `leg` the number of one of several legs: a node in two of them has a box and a card in each.
    `places` are the areas on the small map, by id.
    """
    differs = changed or {}
    start, *rest = (_box(stop, words, leg, places or {}) for stop in path.stops)
    start["name"] = you.format(name=start["name"])
    for number, (box, stop, hop) in enumerate(
        zip(rest, path.stops[1:], path.hops, strict=True), start=first
    ):
        box["number"] = number
        facts = hop.facts
        box["hop"] = BoxHop(
            gate=words.word(facts.gate) if facts.gate else None,
            freshness=facts.freshness,
            chip=words.check(facts.freshness, facts.verified_on),
            changed=differs.get(facts.link) or differs.get(stop.node.id),
        )
    return (start, *rest)


def stop_name(stop: Stop, words: ComponentLabels) -> str:
    """The name of a stop, or the word for its label if the caller may not know the name."""
    return stop.node.name or words.generic_name(stop.label)


def box_id(node_id: str, leg: int | None = None) -> str:
    """The id of a stop's box, on a path or on one leg of several."""
    return node_id if leg is None else f"{leg}-{node_id}"


def tiers(boxes: Sequence[Box], words: ComponentLabels) -> tuple[DrawnTier, ...]:
    """The tiers of these boxes, the national one first."""
    used_tiers = {box["tier"] for box in boxes}
    return tuple(DrawnTier(id=tier, label=words.word(tier)) for tier in TIERS if tier in used_tiers)


def card(box_id: str) -> str:
    """The key of the container with a stop's details: choosing its box scrolls there."""
    return f"card-{box_id}"


def path(
    title: str,
    boxes: Sequence[Box],
    tiers: Sequence[DrawnTier],
    *,
    key: str,
    selected: str | None = None,
) -> str | None:
    """Draw a path; return the id of the chosen box, at first `selected`."""
    selected_id = _among(component_value(key, "selected") or selected, boxes)
    data = {
        "title": title,
        "tiers": list(tiers),
        "boxes": list(boxes),
        "dark": is_dark(),
        "selected": selected_id,
    }
    values = draw("path", key=key, data=data, on_selected_change=no_op)
    return _among(values.get("selected"), boxes) or selected_id


def _among(selected_id: str | None, boxes: Sequence[Box]) -> str | None:
    return selected_id if any(box["id"] == selected_id for box in boxes) else None


def _box(stop: Stop, words: ComponentLabels, leg: int | None, places: Mapping[str, Point]) -> Box:
    return Box(
        id=box_id(stop.node.id, leg),
        number=None,
        tier=stop.tier,
        label=stop.label,
        kind=words.word(stop.kind or stop.label),
        name=stop_name(stop, words),
        at=None if stop.area is None else places.get(stop.area.id),
        hop=None,
    )

"""A need as it stands in the address: read, completed, turned around, a term taken away."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, cast

from pydantic import ValidationError

from api.client import Need, NotFound
from api.schemas.words import Relaxed
from explorer import address

WHAT: Final = ("target", "trigger", "network", "sector", "competence")
"""What must be reached: one of these at a time."""
TERMS: Final = (
    "level", "language", "channel", "within_km", "gate", "via", "avoid", "stops", "max_hops",
    "direction",
)  # fmt: skip
"""On what terms: each can be taken away."""
BEST: Final[Mapping[str, None]] = {"contact": None, "answer": None}
"""Nothing is chosen of an answer, so that its best is shown."""
OF_RELAXED: Final[Mapping[Relaxed, str]] = {
    "GATE": "gate", "LEVEL": "level", "DIRECTION": "direction", "VIA": "via", "AVOID": "avoid",
    "MAX_HOPS": "max_hops", "TARGET": "target", "TRIGGER": "trigger", "AREA": "area",
    "NETWORK": "network", "SECTOR": "sector", "COMPETENCE": "competence",
    "LANGUAGE": "language", "CHANNEL": "channel", "WITHIN_KM": "within_km",
}  # fmt: skip
"""Which part of the address a term stands in; one that is missing stands in none."""
AS_IT_STANDS: Final = "enough"
"""Set where a need lacks what is usually chosen, and has an answer nevertheless."""
MOST_STOPS: Final = 3
MOST_VIA: Final = 2
Missing = Literal["WHAT", "WHERE", "START"]
_MANY: Final = ("network", "avoid", "via", "stops")
_NUMBERS: Final = ("within_km", "max_hops")


@dataclass(frozen=True, slots=True, kw_only=True)
class NeedQuery:
    """What the address asks for. `missing`: what must be chosen before there can be an answer."""

    fields: Mapping[str, Any]
    stops: tuple[str, ...]
    missing: Missing | None
    is_move: bool
    is_back: bool

    def need(self) -> Need:
        """The need.

        Raises: NotFound: the address holds a word that is none.
        """
        try:
            return Need.model_validate(self.fields)
        except ValidationError:
            raise NotFound(404, {}) from None


def asked_at(on: date, *, is_today: bool, seat: str | None) -> NeedQuery:
    """What the address asks for on a date, from one's own post where it names no start."""
    fields = {name: told for name in (*WHAT, *TERMS, "area", "start") if (told := _told(name))}
    stops = tuple(fields.pop("stops", ()))[:MOST_STOPS]
    is_move, is_acute = (fields.get("trigger") == one for one in ("MOVE", "ACUTE"))
    fields.setdefault("start", seat)
    at = address.moment()
    if at is not None:
        fields["at"] = at
    elif not is_today:
        fields["on"] = on
    if "network" in fields:
        fields["network"] = tuple(fields["network"])
    return NeedQuery(
        fields={name: told for name, told in fields.items() if told is not None},
        stops=stops,
        missing=None if is_move or is_acute else _missing(fields, address.one(AS_IT_STANDS)),
        is_move=is_move,
        is_back=address.one("back") is not None,
    )


def written(what: str | None) -> dict[str, address.Value]:
    """What the address becomes when that was picked; what was there before goes.

    `what` is an id, or a part of the address and a word in it: `trigger:RELEASE`.
    """
    gone: dict[str, address.Value] = {**dict.fromkeys((*WHAT, "back", AS_IT_STANDS)), **BEST}
    if what is None:
        return gone
    part, _, word = what.partition(":")
    if part in WHAT and word:
        return {**gone, part: word}
    return {**gone, "target": what}


def turned(start: str, target: str) -> dict[str, address.Value]:
    """The address of the way back, from where the path ended to where it began."""
    rest = dict.fromkeys((*WHAT, *TERMS, "area"))
    back = None if address.one("back") else "1"
    return {**rest, **BEST, "start": target, "target": start, "back": back}


def without(name: str, code: str | None = None) -> dict[str, address.Value]:
    """The address without a term, or without one code of several."""
    left = tuple(one for one in address.many(name) if one != code) if code else ()
    return {name: left or None, **BEST}


def dropped(name: str) -> dict[str, address.Value]:
    """The address without a term that stands between a need and its answer."""
    return {**without(name), AS_IT_STANDS: "1"}


def _told(name: str) -> Any:
    if name in _MANY:
        return address.many(name)
    return address.number(name) if name in _NUMBERS else address.one(name)


def _missing(fields: Mapping[str, Any], as_it_stands: str | None) -> Missing | None:
    if not fields.get("start"):
        return "START"
    if fields.get("target") or as_it_stands:
        return None
    if not any(fields.get(name) for name in WHAT):
        return "WHAT"
    return None if fields.get("area") else "WHERE"


def term_at(relaxed: str) -> str | None:
    """The part of the address in which a term of a need stands."""
    return OF_RELAXED.get(cast("Relaxed", relaxed))

"""A need as it was sent, in the words of `graph`; its ids are looked up by whoever answers it."""

from typing import Final

from api.asked_moment import RequestedMoment
from api.schemas import needs
from graph.paths import Need
from graph.paths.kernel.request import Direction
from graph.paths.need import Via
from graph.vocabulary import (
    Channel,
    LegalGate,
    NetworkKind,
    PreventionLevel,
    Sector,
    Trigger,
)

NEED_FIELDS: Final = tuple(needs.Need.model_fields)
"""What the audit may write down of a need as it is: ids, words, numbers, a date."""
_KINDS: Final = frozenset(NetworkKind)
_SECTORS: Final = frozenset(Sector)


def to_need(asked: needs.Need, moment: RequestedMoment) -> Need:
    """The need at a moment.

    Raises: InvalidNeed: it has no goal, or a term that is no such thing; naming the field.
    """
    return Need(
        on=moment.on,
        at=moment.at,
        start=asked.start,
        target=asked.target,
        trigger=None if asked.trigger is None else Trigger(asked.trigger),
        area=asked.area,
        from_area=asked.from_area,
        network=frozenset(NetworkKind(kind) for kind in asked.network),
        sector=None if asked.sector is None else Sector(asked.sector),
        competence=asked.competence,
        level=None if asked.level is None else PreventionLevel(asked.level),
        language=asked.language,
        channel=None if asked.channel is None else Channel(asked.channel),
        within_km=asked.within_km,
        avoid=frozenset(asked.avoid),
        gate=None if asked.gate is None else LegalGate(asked.gate),
        via=tuple(_via(item) for item in asked.via),
        direction=Direction(asked.direction),
        max_hops=asked.max_hops,
        max_paths=asked.max_paths,
        max_contacts=asked.max_contacts,
        overlap_percent=asked.overlap_percent,
    )


def _via(item: needs.Via) -> Via:
    """Words are written in capitals and ids are not, so no id is taken for a word."""
    if isinstance(item, tuple):
        return frozenset(NetworkKind(kind) for kind in item)
    if item in _KINDS:
        return NetworkKind(item)
    return Sector(item) if item in _SECTORS else item

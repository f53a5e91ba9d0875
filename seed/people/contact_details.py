"""Hands out contact details: numbers that cannot ring, streets where nobody lives."""

import random
from dataclasses import dataclass
from datetime import date
from typing import Final

from graph.model import ContactDetail, Node, ReachedBy, Secret, id_of
from graph.model.base import hint
from graph.vocabulary import Channel, Visibility
from seed.people.builder import DEMO, WorldBuilder
from seed.people.names import MIDDLE_NAMES

_CHECKED_DAYS: Final = (0, 320)


class Numbers:
    """Draws phone numbers of the Danish form that nobody has, each one once.

    Source: the Danish numbering plan keeps 01-09 for a prefix and gives subscribers none of it.
    """

    def __init__(self, stream: random.Random) -> None:
        self._stream = stream
        self._taken: set[str] = set()

    def draw(self) -> str:
        """`+45 0d dd dd dd`, with 1-9 behind the 0."""
        while True:
            digits = f"0{self._stream.randint(1, 9)}{self._stream.randrange(10**6):06}"
            if digits not in self._taken:
                self._taken.add(digits)
                return "+45 " + " ".join(digits[at : at + 2] for at in range(0, 8, 2))


@dataclass(slots=True)
class ContactDetailFactory:
    """What is handed out, and to whom."""

    draft: WorldBuilder
    numbers: Numbers
    stream: random.Random

    def give(
        self,
        owner: Node,
        channel: Channel,
        value: str,
        *,
        order: int = 1,
        visibility: Visibility = Visibility.NETWORK,
        is_work: bool = True,
        source: str = DEMO,
        valid_from: date | None = None,
        valid_to: date | None = None,
        checked_days: int | None = None,
        checked_by: str | None = None,
    ) -> ContactDetail:
        """A detail checked by its owner unless told otherwise; a real number by nobody."""
        days = self.stream.randint(*_CHECKED_DAYS) if checked_days is None else checked_days
        is_checked = source == DEMO
        detail = self.draft.add(
            ContactDetail(
                id=id_of(DEMO, "detail", owner.id, channel, str(order)),
                channel=channel,
                value=Secret(value),
                hint=hint(channel, value),
                is_work=is_work,
                visibility=visibility,
                verified_on=self.draft.days_ago(days) if is_checked else None,
                verified_by=(checked_by or owner.id) if is_checked else None,
                source=source,
                valid_from=valid_from,
                valid_to=valid_to,
            )
        )
        self.draft.tie(ReachedBy, owner.id, detail.id, order=order)
        return detail

    def address(self, town: str) -> str:
        """A street of ours, so that nobody lives there."""
        return f"{self.stream.choice(MIDDLE_NAMES)}gade {self.stream.randint(1, 80)}, {town}"

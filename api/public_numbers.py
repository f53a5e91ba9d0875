"""Numbers of public lines in clear: they need no purpose, and are those of today at any time."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import NamedTuple

from graph.access.view import View
from graph.errors import NotFound, StoreUnavailable
from graph.model import Secret
from graph.paths.answer import AcuteCard
from graph.questions.entities import details_of
from graph.vocabulary import Channel


class PublicNumber(NamedTuple):
    """A number of a post."""

    post: str
    channel: Channel
    number: str


def acute_numbers(
    card: AcuteCard, today: View, reveal: Callable[[str], Secret]
) -> Iterator[PublicNumber]:
    """The numbers of the lines of an emergency card, as today's View of the caller has them.

    A number that cannot be read is left out: the rest of the card helps without it.
    """
    for line in (*card.lines, *((card.duty_line,) if card.duty_line else ())):
        row = today.find(line.post.id)
        for detail in () if row is None else details_of(today, row):
            if detail.is_public and detail.channel is not None:
                with suppress(NotFound, StoreUnavailable):
                    number = reveal(detail.id).uncover()
                    yield PublicNumber(line.post.id, detail.channel, number)

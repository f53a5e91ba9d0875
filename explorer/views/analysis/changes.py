"""Ready question: what begins and ends between two dates."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import islice
from typing import Final

import streamlit as st

from api.schemas.entities import NodeName
from api.schemas.history import Event, History
from explorer import screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import texts
from explorer.i18n import _, number, short_day
from explorer.labels import Labels, labels
from explorer.views.analysis import choices
from explorer.views.analysis.question_answer import AnswerPart, QuestionAnswer, name_of

_EVENTS: Final = 100
_PAGES: Final = 5
_DAYS_BACK: Final = 91


def changes(context: ScreenContext) -> QuestionAnswer | None:
    """The nodes and links that end and begin between two dates."""
    left, right = st.columns(2)
    with left:
        begins = choices.day(_("From"), "from", context.on - timedelta(days=_DAYS_BACK))
    with right:
        until = choices.day(_("To"), "to", context.on)
    if until < begins:
        st.warning(_("The second date must not be before the first."))
        return None
    asked = ("history", begins, until)
    pages = screen_state.fetch(context.client, asked, partial(_history, context, begins, until))
    first, events = pages[0], [one for page in pages for one in page.events]
    words = labels()
    sums = [
        texts(words.word(one.what), session.term("Turn", one.turn), number(one.count),
              number(one.without_successor) if one.turn == "ENDED" else "")
        for one in first.sums
    ]  # fmt: skip
    return QuestionAnswer(
        parts=(
            AnswerPart(
                name=_("Sums"),
                heads=(_("What"), _("Turn"), _("Number"), _("Without a successor")),
                rows=sums,
            ),
            AnswerPart(
                name=_("Day by day"),
                heads=(_("Day"), _("Turn"), _("What"), _("Who"), _("Successor")),
                rows=[_event(words, one) for one in events],
            ),
        ),
        nodes=tuple(_still_there(events)),
        on=until,
        asked={"from": begins, "to": until},
        revision=first.revision,
        is_cut=pages[-1].next is not None,
    )


def _history(context: ScreenContext, begins: date, until: date) -> list[History]:
    return list(islice(context.client.history(begins, until, limit=_EVENTS), _PAGES))


def _event(words: Labels, one: Event) -> tuple[str, ...]:
    who = " → ".join(name_of(node) for node in (one.source, one.target) if node is not None)
    after = "" if one.has_successor is None else _("yes") if one.has_successor else _("no")
    return texts(
        short_day(one.on), session.term("Turn", one.turn), words.word(one.what),
        name_of(one.node) if one.node else who, name_of(one.successor) if one.successor else after,
    )  # fmt: skip


def _still_there(events: Sequence[Event]) -> Iterator[str]:
    """The nodes affected by a change that still exist after all changes."""
    ended = {one.node.id for one in events if one.node is not None and one.turn == "ENDED"}
    return (node.id for one in events for node in _nodes(one) if node.id not in ended)


def _nodes(one: Event) -> list[NodeName]:
    return [node for node in (one.node, one.source, one.target, one.successor) if node is not None]

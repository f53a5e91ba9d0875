"""Ready question: networks and their members."""

from collections import Counter
from datetime import date
from functools import partial
from itertools import islice
from typing import Final, cast

import streamlit as st

from api.schemas.entities import NetworkCard
from api.schemas.words import NetworkKind
from explorer import screen_state
from explorer.frame import ScreenContext
from explorer.html_table import texts
from explorer.i18n import _, number
from explorer.labels import Labels, labels
from explorer.views.analysis import choices
from explorer.views.analysis.question_answer import AnswerPart, QuestionAnswer

_PAGES: Final = 5


def members(context: ScreenContext) -> QuestionAnswer | None:
    """Networks, and how many coordinate them or are members."""
    area, kind = choices.place_and_kind(context, _("Kind of network"), "NetworkKind")
    if area is None and kind is None:
        st.info(_("Choose a place or a kind."))
        return None
    on = None if context.is_today else context.on
    ask = partial(_networks, context, cast("NetworkKind | None", kind), area, on)
    asked = partial(screen_state.with_revision, context.client, ask)
    (cards, is_cut), revision = screen_state.fetch(
        context.client, ("members", kind, area, on), asked
    )
    words = labels()
    return QuestionAnswer(
        parts=(
            AnswerPart(
                name=_("By kind"),
                heads=(_("Kind"), _("Networks"), _("Members")),
                rows=_by_kind(words, cards),
            ),
            AnswerPart(
                name=_("By network"),
                heads=(_("Network"), _("Kind"), _("Coordinate"), _("Always"),
                       _("By need"), _("Checked")),
                rows=[_network(words, one) for one in cards],
            ),
        ),
        nodes=tuple(node for one in cards for node in _around(one)),
        revision=revision,
        is_cut=is_cut,
    )  # fmt: skip


def _networks(
    context: ScreenContext, kind: NetworkKind | None, area: str | None, on: date | None
) -> tuple[list[NetworkCard], bool]:
    found = context.client.networks(kind=kind, area=area, on=on, limit=100)
    pages = list(islice(found, _PAGES))
    return [card for page in pages for card in page.found], pages[-1].next is not None


def _by_kind(words: Labels, cards: list[NetworkCard]) -> list[tuple[str, ...]]:
    networks = Counter(card.entity.kind for card in cards)
    people: Counter[str | None] = Counter()
    for card in cards:
        people[card.entity.kind] += len({one.node.id for one in card.meeting})
    return [
        texts(words.word(kind), number(count), number(people[kind]))
        for kind, count in sorted(networks.items(), key=lambda one: words.word(one[0]))
    ]


def _network(words: Labels, card: NetworkCard) -> tuple[str, ...]:
    attendance = Counter(one.attendance for one in card.meeting)
    check = card.entity.check
    return texts(
        card.entity.name, words.word(card.entity.kind),
        number(sum(one.function is not None for one in card.meeting)),
        number(attendance["STANDING"]), number(attendance["BY_NEED"]),
        words.check(check.freshness, check.on) if check else "",
    )  # fmt: skip


def _around(card: NetworkCard) -> tuple[str, ...]:
    return (card.entity.id, *(one.node.id for one in card.meeting))

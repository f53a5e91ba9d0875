"""Ready question: nodes that need a new owner between two dates."""

from collections import Counter
from datetime import date
from typing import Final

import altair
import streamlit as st

from api.schemas.history import Orphan, OrphansOf, Owners
from explorer import screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import texts
from explorer.i18n import _, number, short_day
from explorer.labels import Labels, labels
from explorer.views.analysis import choices
from explorer.views.analysis.question_answer import (
    AnswerDrawing,
    AnswerPart,
    QuestionAnswer,
    name_of,
)

_EVE: Final = date(2026, 12, 31)  # the day before two regions become one
_NEW_YEAR: Final = date(2027, 1, 1)
_BAR: Final = 28


def owners(context: ScreenContext) -> QuestionAnswer | None:
    """The nodes left without an owner between two dates, by region and district."""
    left, right = st.columns(2)
    with left:
        begins = choices.day(_("From"), "from", _EVE)
    with right:
        until = choices.day(_("To"), "to", _NEW_YEAR)
    if until <= begins:
        st.warning(_("The second date must come after the first."))
        return None
    answer: Owners = screen_state.fetch(
        context.client, ("owners", begins, until), lambda: context.client.owners(begins, until)
    )
    words, why = labels(), session.terms("OwnerWhy")
    return QuestionAnswer(
        parts=(
            AnswerPart(
                name=_("Sums"),
                heads=(_("What"), _("Why it needs an owner"), _("Number"),
                       _("Without a successor")),
                rows=[
                    texts(words.word(one.label), why[one.why], number(one.count),
                          number(one.without_successor))
                    for one in answer.sums
                ],
            ),
            AnswerPart(
                name=_("By region and district"),
                heads=(_("Region"), _("Police district"), _("What"), _("Who"),
                       _("Why it needs an owner"), _("Day"), _("Owner before"),
                       _("Successor")),
                rows=[
                    _row(words, why, group, one) for group in answer.groups for one in group.found
                ],
            ),
        ),
        nodes=tuple(one.node.id for group in answer.groups for one in group.found),
        revision=answer.revision,
        drawings=(AnswerDrawing(name=_("By police district"), chart=_bars(answer, why)),)
        if answer.groups
        else (),
    )  # fmt: skip


def _row(words: Labels, why: dict[str, str], group: OrphansOf, one: Orphan) -> tuple[str, ...]:
    places = (name_of(place) if place else "" for place in (group.region, group.district))
    return texts(
        *places, words.word(one.kind or one.label), name_of(one.node), why[one.why],
        short_day(one.on), name_of(one.owner) if one.owner else "",
        name_of(one.successor) if one.successor else "",
    )  # fmt: skip


def _bars(answer: Owners, why: dict[str, str]) -> altair.Chart:
    """A bar chart of the count per district, by reason."""
    nowhere = _("Several districts or none")
    counts = Counter(
        (name_of(group.district) if group.district else nowhere, why[one.why])
        for group in answer.groups
        for one in group.found
    )
    values = [
        {"district": district, "why": reason, "count": count}
        for (district, reason), count in sorted(counts.items())
    ]
    sums: Counter[str] = Counter()
    for (district, _why), count in counts.items():
        sums[district] += count
    width = altair.Scale(domain=[0, max(sums.values())])
    return (
        altair.Chart(altair.Data(values=values))
        .mark_bar()
        .encode(
            x=altair.X("count:Q", title=None, axis=altair.Axis(tickMinStep=1), scale=width),
            y=altair.Y("district:N", title=None, sort="-x", axis=altair.Axis(labelLimit=400)),
            color=altair.Color("why:N", title=None),
            tooltip=["district:N", "why:N", "count:Q"],
        )
        .properties(height=_BAR * len(sums) + _BAR)
    )

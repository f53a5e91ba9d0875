"""Ready question: the distance to each info house."""

import streamlit as st

from api.schemas.coverage import InfohousesOf
from explorer import screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import texts
from explorer.i18n import _
from explorer.views.analysis import choices
from explorer.views.analysis.question_answer import AnswerPart, QuestionAnswer, name_of


def reach(context: ScreenContext) -> QuestionAnswer | None:
    """The distance from a start to the info house of each municipality."""
    start = choices.start(context, _("Start"))
    if start is None and not context.me.posts:
        st.info(_("Choose where to start."))
        return None
    on = None if context.is_today else context.on
    answer = screen_state.fetch(
        context.client, ("reach", start, on), lambda: context.client.infohouse_reach(start, on=on)
    )
    return QuestionAnswer(
        parts=(
            AnswerPart(
                name=_("By municipality"),
                heads=(_("Municipality"), _("Reaches"), _("Hops"), _("Oldest check, days"),
                       _("Chance of an answer"), _("Why not")),
                rows=[_reached(one) for one in answer.municipalities],
            ),
        ),
        nodes=tuple(id_ for one in answer.municipalities for id_ in one.path),
        revision=answer.revision,
    )  # fmt: skip


def _reached(one: InfohousesOf) -> tuple[str, ...]:
    chance = "" if one.chance is None else f"{round(one.chance * 100)} %"
    return texts(
        name_of(one.area), name_of(one.target) if one.target else "", one.hops, one.oldest_days,
        chance, session.term("Cause", one.cause) if one.cause else "",
    )  # fmt: skip

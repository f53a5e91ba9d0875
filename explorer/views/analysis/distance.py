"""How far is it to each info house?"""

import streamlit as st

from api.schemas.coverage import InfohousesOf
from explorer import screen_state, session
from explorer.frame import Seen
from explorer.html_table import texts
from explorer.i18n import say
from explorer.views.analysis import choices
from explorer.views.analysis.result import Answer, Part, name_of


def reach(seen: Seen) -> Answer | None:
    """How far it is from a start to the info house of each municipality."""
    start = choices.start(seen, say("Start"))
    if start is None and not seen.me.posts:
        st.info(say("Choose where to start."))
        return None
    on = None if seen.is_today else seen.on
    answer = screen_state.kept(
        seen.client, ("reach", start, on), lambda: seen.client.infohouse_reach(start, on=on)
    )
    return Answer(
        parts=(
            Part(
                name=say("By municipality"),
                heads=(say("Municipality"), say("Reaches"), say("Hops"), say("Oldest check, days"),
                       say("Chance of an answer"), say("Why not")),
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

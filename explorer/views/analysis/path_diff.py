"""Ready question: the differences between the paths on two dates."""

from datetime import timedelta
from html import escape
from typing import Final, cast

import streamlit as st

from api.client import AskedPathDiff
from api.schemas.paths import ComparedPath, PathDiff
from api.schemas.words import NetworkKind
from explorer import screen_state, session
from explorer.frame import ScreenContext
from explorer.i18n import _, number
from explorer.views.analysis import choices
from explorer.views.analysis.question_answer import AnswerPart, QuestionAnswer

_DAYS_ON: Final = 91


def paths(context: ScreenContext) -> QuestionAnswer | None:
    """The paths from a start to an area on one date and on a later one."""
    left, right = st.columns(2)
    with left:
        start = choices.start(context, _("Start"))
        on = choices.day(_("From"), "from", context.on)
    with right:
        area = choices.area(context, _("Municipality, district or region"))
        against = choices.day(_("To"), "to", context.on + timedelta(days=_DAYS_ON))
    kind = choices.word(_("Kind of network"), "kind", session.terms("NetworkKind"))
    if area is None or (start is None and not context.me.posts):
        st.info(_("Choose where to start, and a place."))
        return None
    if against <= on:
        st.warning(_("The second date must come after the first."))
        return None
    networks = (cast("NetworkKind", kind),) if kind else ()
    asked = AskedPathDiff(start=start, area=area, network=networks, on=on, against=against)
    answer: PathDiff = screen_state.fetch(
        context.client, ("path diff", asked), lambda: context.client.path_diff(asked)
    )
    fates = session.terms("PathFate")
    return QuestionAnswer(
        parts=(
            AnswerPart(
                name=_("Path by path"),
                heads=(_("What becomes of it"), _("Path"), _("Place before"),
                       _("Place after"), _("Where and why")),
                rows=[_row(fates, one) for one in answer.paths],
            ),
        ),
        nodes=tuple(stop.id for one in answer.paths for stop in one.stops),
        revision=answer.revision,
        notes=(answer.words.headline, *answer.words.causes),
    )  # fmt: skip


def _row(fates: dict[str, str], one: ComparedPath) -> tuple[str, ...]:
    stops = " → ".join(stop.name or stop.id for stop in one.stops)
    places = ("" if side is None else number(side.number) for side in (one.before, one.after))
    why = "<br>".join(escape(each.words.text) for each in one.why)
    return escape(fates[one.fate]), escape(stops), *places, why

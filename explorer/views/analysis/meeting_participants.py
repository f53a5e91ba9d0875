"""Ready question: the smallest set of meeting participants."""

from collections.abc import Mapping
from typing import Any, cast

import streamlit as st

from api.client import AskedTable
from api.schemas.paths import Covered, Seat, SmallestTable
from explorer import screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import texts
from explorer.i18n import _, number
from explorer.labels import Labels, labels
from explorer.views.analysis import choices
from explorer.views.analysis.question_answer import AnswerPart, QuestionAnswer


def table(context: ScreenContext) -> QuestionAnswer | None:
    """The fewest people who cover the required sectors and kinds of post in an area."""
    left, right = st.columns(2)
    with left:
        area = choices.area(context, _("Municipality, district or region"))
    with right:
        wanted = {**session.terms("Sector"), **session.terms("PostKind")}
        required = choices.several(_("What must be covered"), "required", wanted)
        with_deputies = choices.yes(_("Deputies count too"), "deputies")
    if area is None or not required:
        st.info(_("Choose a place and what must be covered."))
        return None
    asked = AskedTable(
        area=area, required=cast("Any", required), with_deputies=with_deputies,
        on=None if context.is_today else context.on,
    )  # fmt: skip
    answer: SmallestTable = screen_state.fetch(
        context.client, ("table", asked), lambda: context.client.table(asked)
    )
    words = labels()
    note = (
        _("No table is smaller.")
        if answer.is_exact
        else _("The smallest has at least {count} people.", count=number(answer.at_least))
    )
    return QuestionAnswer(
        parts=(
            AnswerPart(
                name=_("At the table"),
                heads=(_("Person"), _("For the posts")),
                rows=[
                    texts(_name(one), ", ".join(post.name or post.id for post in one.posts))
                    for one in answer.seats
                ],
            ),
            AnswerPart(
                name=_("What is covered"),
                heads=(_("What must be covered"), _("By whom")),
                rows=[_covered(words, wanted, answer, one) for one in answer.covered],
            ),
        ),
        nodes=tuple(post.id for one in answer.seats for post in one.posts),
        revision=answer.revision,
        notes=(note,),
    )  # fmt: skip


def _name(one: Seat) -> str:
    name = one.person.name if one.person else None
    return name or _("someone you may not see by name")


def _covered(
    words: Labels, wanted: Mapping[str, str], answer: SmallestTable, one: Covered
) -> tuple[str, ...]:
    """A requirement and who covers it: by name, or by their posts if the name is hidden."""
    posts = {
        seat.person.id: ", ".join(post.name or post.id for post in seat.posts)
        for seat in answer.seats
        if seat.person
    }
    named = [node.name or posts.get(node.id, node.id) for node in one.by]
    by = "; ".join([*named, *(post.name or post.id for post in one.by_hidden)])
    if not by:
        by = _("Nobody: no one sits there") if one.has_post else _("Nobody: there is no post")
    name = one.authority.name if one.authority else wanted.get(str(one.requirement))
    return texts(name or words.word(str(one.requirement)), by)

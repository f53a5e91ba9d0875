"""Ready question: the smallest cuts that isolate an area."""

import streamlit as st

from api.schemas.impact import Cut, Cuts, FewestNodes
from explorer import screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import texts
from explorer.i18n import _, number
from explorer.labels import Labels, labels
from explorer.views.analysis import choices
from explorer.views.analysis.question_answer import AnswerPart, QuestionAnswer, name_of


def cuts(context: ScreenContext) -> QuestionAnswer | None:
    """The fewest people and posts whose loss disconnects a municipality's contacts."""
    area = choices.area(context, _("Municipality, district or region"))
    if area is None:
        st.info(_("Choose a place."))
        return None
    on = None if context.is_today else context.on
    answer: Cuts = screen_state.fetch(
        context.client, ("cuts", area, on), lambda: context.client.cuts(area, on=on)
    )
    words = labels()
    return QuestionAnswer(
        parts=(
            AnswerPart(
                name=_("What would cut it off"),
                heads=(_("Municipality"), _("From"), _("Contact for"),
                       _("People who must go"), _("Who"), _("Posts that must go"),
                       _("Which")),
                rows=[_cut(words, one) for one in answer.cuts],
            ),
        ),
        nodes=tuple(post.id for one in answer.cuts if one.posts for post in one.posts.nodes),
        revision=answer.revision,
    )  # fmt: skip


def _cut(words: Labels, one: Cut) -> tuple[str, ...]:
    tier = session.term("Tier", one.tier)
    by = _("all of them") if one.reference is None else _reference(one)
    if one.posts is None:
        return texts(name_of(one.area), tier, by, _("no way now"), "", "", "")
    people = _("no number of people") if one.people is None else _count(one.people)
    return texts(
        name_of(one.area), tier, by, people, _names(one.people, words, "Person"), _count(one.posts),
        _names(one.posts, words, "Actor"),
    )  # fmt: skip


def _reference(one: Cut) -> str:
    """The kind of contact, with its class where the best one is not reached."""
    told = session.term("Reference", one.reference)
    if one.fit is None or one.fit == 1:
        return told
    return _("{reference}, class {fit}", reference=told, fit=number(one.fit))


def _count(found: FewestNodes) -> str:
    if found.is_exact:
        return number(len(found.nodes))
    return _("{least} to {most}", least=number(found.at_least), most=number(len(found.nodes)))


def _names(found: FewestNodes | None, words: Labels, label: str) -> str:
    if found is None:
        return ""
    return ", ".join(one.name or words.unnamed(label) for one in found.nodes)

"""How little would cut a place off?"""

import streamlit as st

from api.schemas.cuts import Cut, Cuts, FewestNodes
from explorer import screen_state, session
from explorer.frame import Seen
from explorer.html_table import texts
from explorer.i18n import number, say
from explorer.labels import Told, told
from explorer.views.analysis import choices
from explorer.views.analysis.result import Answer, Part, name_of


def cuts(seen: Seen) -> Answer | None:
    """The fewest people and posts without whom nothing leads to a municipality's contacts."""
    area = choices.area(seen, say("Municipality, district or region"))
    if area is None:
        st.info(say("Choose a place."))
        return None
    on = None if seen.is_today else seen.on
    answer: Cuts = screen_state.kept(
        seen.client, ("cuts", area, on), lambda: seen.client.cuts(area, on=on)
    )
    words = told()
    return Answer(
        parts=(
            Part(
                name=say("What would cut it off"),
                heads=(say("Municipality"), say("From"), say("Contact for"),
                       say("People who must go"), say("Who"), say("Posts that must go"),
                       say("Which")),
                rows=[_cut(words, one) for one in answer.cuts],
            ),
        ),
        nodes=tuple(post.id for one in answer.cuts if one.posts for post in one.posts.nodes),
        revision=answer.revision,
    )  # fmt: skip


def _cut(words: Told, one: Cut) -> tuple[str, ...]:
    tier = session.term("Tier", one.tier)
    by = say("all of them") if one.reference is None else _reference(one)
    if one.posts is None:
        return texts(name_of(one.area), tier, by, say("no way now"), "", "", "")
    people = say("no number of people") if one.people is None else _count(one.people)
    return texts(
        name_of(one.area), tier, by, people, _names(one.people, words, "Person"), _count(one.posts),
        _names(one.posts, words, "Actor"),
    )  # fmt: skip


def _reference(one: Cut) -> str:
    """What is asked for, and that not the best class is reached where it is not."""
    told = session.term("Reference", one.reference)
    if one.fit is None or one.fit == 1:
        return told
    return say("{reference}, class {fit}", reference=told, fit=number(one.fit))


def _count(found: FewestNodes) -> str:
    if found.is_exact:
        return number(len(found.nodes))
    return say("{least} to {most}", least=number(found.at_least), most=number(len(found.nodes)))


def _names(found: FewestNodes | None, words: Told, label: str) -> str:
    if found is None:
        return ""
    return ", ".join(one.name or words.unnamed(label) for one in found.nodes)

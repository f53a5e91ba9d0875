"""Questions about coverage, reach, speakers, members and participants of a meeting."""

from collections import Counter
from collections.abc import Mapping
from html import escape
from itertools import islice
from typing import Any, Final, cast

import streamlit as st

from api.client import AskedTable
from api.schemas.coverage import Coverage
from api.schemas.entities import NetworkCards
from api.schemas.paths import SmallestTable
from api.schemas.words import NetworkKind, PostKind
from explorer import screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import texts
from explorer.i18n import _, number, percent
from explorer.labels import labels
from explorer.languages import language_names
from explorer.views.analysis import question_answer
from explorer.views.analysis.query_parameters import Origin
from explorer.views.analysis.question_answer import (
    AnswerPart,
    QuestionAnswer,
    ReadyQuestion,
    name_of,
)

_STATES: Final = ("HELD", "UNIT", "VACANT", "DOUBLED", "WITHOUT_DEPUTY", "AWAY", "STALE")


def coverage(context: ScreenContext) -> QuestionAnswer | None:
    """Posts by kind and by area, and the number in each state."""
    area, kind = question_answer.place_and_kind(
        context, _("Kind of post"), session.kinds("PostKind")
    )
    kinds = (cast("PostKind", kind),) if kind else ()
    on = context.as_of
    answer: Coverage = question_answer.fetch(
        context, ("coverage", area, kinds, on),
        lambda: context.client.coverage(area=area, kind=kinds, on=on),
    )  # fmt: skip
    words, names = labels(), session.terms("PostState")
    own = kind if kind in session.own_kinds() else None  # the answer then has only this kind
    heads = tuple(names.get(state, state) for state in _STATES)

    def counts(kind: str, posts: int, states: Mapping[str, int]) -> tuple[str, ...]:
        state_counts = (number(states[state]) if states.get(state) else "" for state in _STATES)
        return texts(words.kind(kind, own, kind), number(posts), *state_counts)

    totals = [counts(total.kind, total.posts, total.states) for total in answer.totals]
    cells = [
        (escape(name_of(cell.area)), *counts(cell.kind, cell.posts, cell.states))
        for cell in answer.cells
        if area or kinds
    ]
    return QuestionAnswer(
        parts=(
            AnswerPart(_("By kind"), (_("Kind"), _("Posts"), *heads), totals),
            AnswerPart(_("By area and kind"), (_("Area"), _("Kind"), _("Posts"), *heads), cells),
        ),
        nodes=tuple(row.post.id for row in answer.rows),
        revision=answer.revision,
    )


def reach(context: ScreenContext) -> QuestionAnswer | None:
    """The distance from a start to the info house of each municipality."""
    start = question_answer.start(context, _("Start"))
    if start is None and not context.me.posts:
        st.info(_("Choose where to start."))
        return None
    on = context.as_of
    answer = question_answer.fetch(
        context, ("reach", start, on), lambda: context.client.infohouse_reach(start, on=on)
    )
    heads = (_("Municipality"), _("Reaches"), _("Number of steps"), _("Oldest check, days"),
             _("Chance of an answer"), _("Why not"))  # fmt: skip
    rows = [
        texts(
            name_of(row.area), name_of(row.target) if row.target else "", row.hops,
            row.oldest_days, "" if row.chance is None else percent(round(row.chance * 100)),
            session.term("Cause", row.cause) if row.cause else "",
        )
        for row in answer.municipalities
    ]  # fmt: skip
    return QuestionAnswer(
        parts=(AnswerPart(_("By municipality"), heads, rows),),
        nodes=tuple(node_id for row in answer.municipalities for node_id in row.path),
        revision=answer.revision,
    )


_KM: Final = (10, 25, 60, 100)
_USUAL_KM: Final = 60


def speakers(context: ScreenContext) -> QuestionAnswer | None:
    """Posts and civilians who speak a language within a distance of a place, in km."""
    left, middle, right = st.columns(3)
    with left:
        area = question_answer.area(context, _("Municipality, district or region"))
    with middle:
        language = question_answer.word(_("Language"), "spoken", language_names())
    with right:
        distance = question_answer.word(
            _("Maximum distance (km)"), "within_km", {str(km): f"{km} km" for km in _KM},
            str(_USUAL_KM),
        )  # fmt: skip
    if area is None or language is None:
        st.info(_("Choose a place and a language."))
        return None
    within = int(distance or _USUAL_KM)
    on = None if context.is_today else context.on
    answer = question_answer.fetch(
        context, ("speakers", language, area, within, on),
        lambda: context.client.speakers(language, area, within, on=on),
    )  # fmt: skip
    heads = (_("Km"), _("Who"), _("Speaks"), _("Place"))
    rows = [
        texts(
            speaker.km, name_of(speaker.node),
            "; ".join(name_of(person) for person in speaker.people),
            "; ".join(name_of(place) for place in speaker.areas),
        )
        for speaker in answer.found
    ]  # fmt: skip
    return QuestionAnswer(
        parts=(AnswerPart(_("By distance"), heads, rows),),
        nodes=tuple(speaker.node.id for speaker in answer.found),
        revision=answer.revision,
    )


_PAGES: Final = 5


def members(context: ScreenContext) -> QuestionAnswer | None:
    """Networks, with the numbers of their coordinators and members."""
    area, kind = question_answer.place_and_kind(
        context, _("Kind of network"), session.kinds("NetworkKind")
    )
    if area is None and kind is None:
        st.info(_("Choose a place or a kind."))
        return None
    client, on = context.client, context.as_of

    def ask() -> list[NetworkCards]:
        kinds = cast("NetworkKind | None", kind)
        return list(islice(client.networks(kind=kinds, area=area, on=on, limit=100), _PAGES))

    pages, revision = question_answer.fetch(
        context, ("members", kind, area, on), lambda: screen_state.with_revision(client, ask)
    )
    cards = [card for page in pages for card in page.found]
    words = labels()
    networks = Counter(card.entity.kind for card in cards)
    people: Counter[str | None] = Counter()
    rows: list[tuple[str, ...]] = []
    for card in cards:
        entity, check = card.entity, card.entity.check
        people[entity.kind] += len({seat.node.id for seat in card.meeting})
        attendance = Counter(seat.attendance for seat in card.meeting)
        rows.append(texts(
            entity.name, words.kind(entity.kind, entity.own_kind, entity.label),
            number(sum(seat.function is not None for seat in card.meeting)),
            number(attendance["STANDING"]), number(attendance["BY_NEED"]),
            words.check(check.freshness, check.on) if check else "",
        ))  # fmt: skip
    kinds = [
        texts(words.word(kind), number(count), number(people[kind]))
        for kind, count in sorted(networks.items(), key=lambda item: words.word(item[0]))
    ]
    heads = (
        session.term("Label", "Network"),
        _("Kind"),
        _("Coordinate"),
        _("Always"),
        _("By need"),
        _("Last checked"),
    )
    return QuestionAnswer(
        parts=(
            AnswerPart(_("By kind"), (_("Kind"), _("Networks"), _("Members")), kinds),
            AnswerPart(_("By network"), heads, rows),
        ),
        nodes=tuple(
            node_id
            for card in cards
            for node_id in (card.entity.id, *(seat.node.id for seat in card.meeting))
        ),
        revision=revision,
        is_cut=pages[-1].next is not None,
    )


def table(context: ScreenContext) -> QuestionAnswer | None:
    """The fewest people who cover the required sectors and kinds of post in an area."""
    left, right = st.columns(2)
    with left:
        area = question_answer.area(context, _("Municipality, district or region"))
    with right:
        terms = {**session.terms("Sector"), **session.terms("PostKind")}
        required = question_answer.multiselect(_("What must be covered"), "required", terms)
        with_deputies = question_answer.yes(_("Deputies count too"), "deputies")
    if area is None or not required:
        st.info(_("Choose a place and what must be covered."))
        return None
    request = AskedTable(
        area=area, required=cast("Any", required), with_deputies=with_deputies, on=context.as_of
    )
    answer: SmallestTable = question_answer.fetch(
        context, ("table", request), lambda: context.client.table(request)
    )
    words, posts = labels(), dict[str, str]()
    seats: list[tuple[str, ...]] = []
    for seat in answer.seats:
        names = ", ".join(post.name or post.id for post in seat.posts)
        person = seat.person.name if seat.person else None
        seats.append(texts(person or _("someone you may not see by name"), names))
        if seat.person:
            posts[seat.person.id] = names
    rows: list[tuple[str, ...]] = []
    for row in answer.covered:  # by name, or by their posts if the name is hidden
        who = [node.name or posts.get(node.id, node.id) for node in row.by]
        who += [post.name or post.id for post in row.by_hidden]
        reason = _("Nobody: no one sits there") if row.has_post else _("Nobody: there is no post")
        code = str(row.requirement)
        name = (row.authority.name if row.authority else terms.get(code)) or words.word(code)
        rows.append(texts(name, "; ".join(who) or reason))
    note = (
        _("No table is smaller.")
        if answer.is_exact
        else _("The smallest has at least {count} people.", count=number(answer.at_least))
    )
    return QuestionAnswer(
        parts=(
            AnswerPart(_("At the table"), (_("Person"), _("For the posts")), seats),
            AnswerPart(_("What is covered"), (_("What must be covered"), _("By whom")), rows),
        ),
        nodes=tuple(post.id for seat in answer.seats for post in seat.posts),
        revision=answer.revision,
        notes=(note,),
    )


def questions() -> dict[str, ReadyQuestion]:
    """The ready questions of this subject, by their code in the address."""
    return {
        "coverage": ReadyQuestion(
            _("How many posts of each kind are there, and are they held?"),
            _("Posts by kind and place: held, vacant, without a deputy, to be checked."),
            coverage,
            Origin("kinds"),
        ),
        "members": ReadyQuestion(
            _("Who meets in which networks?"),
            _("Choose a place or a kind: its networks, and how many take part in each."),
            members,
            Origin("meetings"),
        ),
        "reach": ReadyQuestion(
            _("How far is it to each info house?"),
            _("Choose where to start: the steps to the info house of each municipality."),
            reach,
            Origin("shortest", is_whole=False),
        ),
        "speakers": ReadyQuestion(
            _("Who nearby speaks a language?"),
            _("Choose a place and a language: who speaks it nearby, the nearest first."),
            speakers,
            Origin("held-by", is_whole=False),
        ),
        "table": ReadyQuestion(
            _("Who must be at the table?"),
            _("Choose a place and what must be covered: the fewest people who cover it."),
            table,
            Origin("held-by", is_whole=False),
        ),
    }

"""Questions about who is there: coverage, reach, members and participants of a meeting."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from functools import partial
from itertools import islice
from typing import Any, Final, cast

import streamlit as st

from api.client import AskedTable
from api.schemas.coverage import Coverage
from api.schemas.entities import NetworkCard
from api.schemas.paths import Covered, SmallestTable
from api.schemas.words import NetworkKind, PostKind
from explorer import screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import texts
from explorer.i18n import _, number
from explorer.labels import Labels, labels
from explorer.views.analysis import question_answer
from explorer.views.analysis.question_answer import AnswerPart, QuestionAnswer, name_of

_STATES: Final = ("HELD", "UNIT", "VACANT", "DOUBLED", "WITHOUT_DEPUTY", "AWAY", "STALE")


def coverage(context: ScreenContext) -> QuestionAnswer | None:
    """Posts by kind and by area, and the number in each state."""
    area, kind = question_answer.place_and_kind(context, _("Kind of post"), "PostKind")
    kinds = (cast("PostKind", kind),) if kind else ()
    on = None if context.is_today else context.on
    answer: Coverage = screen_state.fetch(
        context.client, ("coverage", area, kinds, on),
        lambda: context.client.coverage(area=area, kind=kinds, on=on),
    )  # fmt: skip
    words, names = labels(), session.terms("PostState")
    heads = tuple(names.get(one, one) for one in _STATES)
    return QuestionAnswer(
        parts=(
            AnswerPart(
                name=_("By kind"),
                heads=(_("Kind"), _("Posts"), *heads),
                rows=[
                    texts(words.word(one.kind), number(one.posts), *_counts(one.states))
                    for one in answer.totals
                ],
            ),
            AnswerPart(
                name=_("By area and kind"),
                heads=(_("Area"), _("Kind"), _("Posts"), *heads),
                rows=[
                    texts(name_of(one.area), words.word(one.kind), number(one.posts),
                          *_counts(one.states))
                    for one in answer.cells if area or kinds
                ],
            ),
        ),
        nodes=tuple(row.post.id for row in answer.rows),
        revision=answer.revision,
    )  # fmt: skip


def _counts(known: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(number(known[one]) if known.get(one) else "" for one in _STATES)


def reach(context: ScreenContext) -> QuestionAnswer | None:
    """The distance from a start to the info house of each municipality."""
    start = question_answer.start(context, _("Start"))
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
                heads=(
                    _("Municipality"),
                    _("Reaches"),
                    _("Hops"),
                    _("Oldest check, days"),
                    _("Chance of an answer"),
                    _("Why not"),
                ),
                rows=[
                    texts(
                        name_of(one.area),
                        name_of(one.target) if one.target else "",
                        one.hops,
                        one.oldest_days,
                        "" if one.chance is None else f"{round(one.chance * 100)} %",
                        session.term("Cause", one.cause) if one.cause else "",
                    )
                    for one in answer.municipalities
                ],
            ),
        ),
        nodes=tuple(id_ for one in answer.municipalities for id_ in one.path),
        revision=answer.revision,
    )


_PAGES: Final = 5


def members(context: ScreenContext) -> QuestionAnswer | None:
    """Networks, and how many coordinate them or are members."""
    area, kind = question_answer.place_and_kind(context, _("Kind of network"), "NetworkKind")
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
    networks = Counter(card.entity.kind for card in cards)
    people: Counter[str | None] = Counter()
    for card in cards:
        people[card.entity.kind] += len({one.node.id for one in card.meeting})
    return QuestionAnswer(
        parts=(
            AnswerPart(
                name=_("By kind"),
                heads=(_("Kind"), _("Networks"), _("Members")),
                rows=[
                    texts(words.word(kind), number(count), number(people[kind]))
                    for kind, count in sorted(networks.items(), key=lambda one: words.word(one[0]))
                ],
            ),
            AnswerPart(
                name=_("By network"),
                heads=(
                    _("Network"),
                    _("Kind"),
                    _("Coordinate"),
                    _("Always"),
                    _("By need"),
                    _("Checked"),
                ),
                rows=[_network(words, one) for one in cards],
            ),
        ),
        nodes=tuple(node for one in cards for node in _around(one)),
        revision=revision,
        is_cut=is_cut,
    )


def _networks(
    context: ScreenContext, kind: NetworkKind | None, area: str | None, on: date | None
) -> tuple[list[NetworkCard], bool]:
    found = context.client.networks(kind=kind, area=area, on=on, limit=100)
    pages = list(islice(found, _PAGES))
    return [card for page in pages for card in page.found], pages[-1].next is not None


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


def table(context: ScreenContext) -> QuestionAnswer | None:
    """The fewest people who cover the required sectors and kinds of post in an area."""
    left, right = st.columns(2)
    with left:
        area = question_answer.area(context, _("Municipality, district or region"))
    with right:
        wanted = {**session.terms("Sector"), **session.terms("PostKind")}
        required = question_answer.several(_("What must be covered"), "required", wanted)
        with_deputies = question_answer.yes(_("Deputies count too"), "deputies")
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
                    texts(
                        (one.person.name if one.person else None)
                        or _("someone you may not see by name"),
                        ", ".join(post.name or post.id for post in one.posts),
                    )
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
    )


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

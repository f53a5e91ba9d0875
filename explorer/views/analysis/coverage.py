"""Ready question: posts by kind and area, and their states."""

from collections.abc import Mapping
from typing import Final, cast

from api.schemas.coverage import Coverage
from api.schemas.words import PostKind
from explorer import screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import texts
from explorer.i18n import _, number
from explorer.labels import labels
from explorer.views.analysis import choices
from explorer.views.analysis.question_answer import AnswerPart, QuestionAnswer, name_of

_STATES: Final = ("HELD", "UNIT", "VACANT", "DOUBLED", "WITHOUT_DEPUTY", "AWAY", "STALE")


def coverage(context: ScreenContext) -> QuestionAnswer | None:
    """Posts by kind and by area, and the number in each state."""
    area, kind = choices.place_and_kind(context, _("Kind of post"), "PostKind")
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

"""Ready question: centrality and community measures."""

from collections.abc import Iterator
from typing import Final, cast

import streamlit as st
from babel.numbers import format_decimal

from api.client import AskedMetrics
from api.schemas.impact import Metrics
from api.schemas.words import Metric, NetworkKind, PostKind
from explorer import files, screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import texts
from explorer.i18n import _, language, number
from explorer.labels import Labels, labels
from explorer.views.analysis import choices
from explorer.views.analysis.chart import bars
from explorer.views.analysis.question_answer import AnswerPart, QuestionAnswer, name_of

_TICKET: Final = "analysis-metrics-ticket"


def metrics(context: ScreenContext) -> QuestionAnswer | None:
    """A measure of the cooperation network, its meaning, and its method."""
    left, right = st.columns(2)
    with left:
        measure = choices.word(_("Measure"), "measure", session.terms("Metric"))
    with right:
        kinds_known = {**session.terms("PostKind"), **session.terms("NetworkKind")}
        kind = choices.word(_("Kind"), "kind", kinds_known)
    if measure is None:
        st.info(_("Choose what to measure."))
        return None
    kinds = (cast("PostKind | NetworkKind", kind),) if kind else ()
    on = None if context.is_today else context.on
    answer: Metrics = screen_state.fetch(
        context.client, ("metrics", measure, kinds, on),
        lambda: context.client.metrics(cast("Metric", measure), kind=kinds, on=on),
    )  # fmt: skip
    words = labels()
    _take(context, AskedMetrics(measure=answer.measure, kind=answer.kinds, on=on))
    return QuestionAnswer(
        parts=tuple(_parts(answer, words)),
        nodes=tuple(one.node.id for one in answer.rows),
        revision=answer.revision,
        is_cut=answer.is_cut,
        notes=(answer.words.meaning, how(answer)),
        chart=bars(
            [(name_of(one.node), round(one.value, 4)) for one in answer.rows],
            title=_("The highest values; the table says the same"), number=answer.words.name,
        ) if answer.rows else None,
    )  # fmt: skip


def _take(context: ScreenContext, asked: AskedMetrics) -> None:
    """Draw the export of the whole table with its method, for users who may export."""
    if not session.may(context.me, "EXPORT"):
        return
    if st.button(_("Make a file of this measure (CSV)"), key="analysis-make-metrics"):
        files.make(_TICKET, asked, lambda: context.client.make_metrics_export(asked))
    files.offer(_TICKET, asked)


def how(answer: Metrics) -> str:
    """The method, its version, and the size of the network measured."""
    asked = ", ".join(f"{name}={value}" for name, value in sorted(answer.parameters.items()))
    told = _(
        "Made with {method}({asked}), version {version}, of {nodes} posts and networks and {links} "
        "ties.",
        method=answer.method, asked=asked, version=answer.version, nodes=number(answer.nodes),
        links=number(answer.links),
    )  # fmt: skip
    if answer.sampled is None:
        return told
    return f"{told} " + _("Estimated from {count} of them.", count=number(answer.sampled))


def _parts(answer: Metrics, words: Labels) -> Iterator[AnswerPart]:
    if answer.value is not None:
        yield AnswerPart(
            name=_("In all"),
            heads=(_("Measure"), _("Value")),
            rows=[texts(answer.words.name, _value(answer.value))],
        )
    yield AnswerPart(
        name=_("The highest"),
        heads=(_("Who"), _("Kind"), _("Value")),
        rows=[
            texts(name_of(one.node), words.word(one.kind), _value(one.value)) for one in answer.rows
        ],
    )
    yield AnswerPart(
        name=_("By kind"),
        heads=(_("Kind"), _("Number"), _("Mean"), _("Highest")),
        rows=[
            texts(words.word(one.kind), number(one.nodes), _value(one.mean), _value(one.highest))
            for one in answer.by_kind
        ],
    )
    yield AnswerPart(
        name=_("Groups"),
        heads=(_("Number"), _("Posts"), _("Networks"), _("Districts"), _("Among them")),
        rows=[
            texts(number(one.number), number(one.posts), number(one.networks),
                  ", ".join(name_of(district) for district in one.districts),
                  ", ".join(name_of(node) for node in one.members[:3]))
            for one in answer.communities
        ],
    )  # fmt: skip
    yield AnswerPart(
        name=_("By district"),
        heads=(_("District"), _("Ties within"), _("Ties to others")),
        rows=[
            texts(name_of(one.district), number(one.within), number(one.outward))
            for one in answer.districts
        ],
    )


def _value(value: float) -> str:
    """A number with three significant digits, formatted in the user's language."""
    return format_decimal(float(f"{value:.3g}"), format="0.######", locale=language())

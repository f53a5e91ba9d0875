"""Ready question: formal membership compared with working relations."""

from collections import Counter
from typing import cast

from api.schemas.impact import NetworkRelations, Relations
from api.schemas.words import NetworkKind
from explorer import screen_state
from explorer.frame import ScreenContext
from explorer.html_table import texts
from explorer.i18n import _, number
from explorer.labels import Labels, labels
from explorer.views.analysis import choices
from explorer.views.analysis.chart import bars
from explorer.views.analysis.question_answer import AnswerPart, QuestionAnswer, name_of


def relations(context: ScreenContext) -> QuestionAnswer | None:
    """How many pairs of each network's people know each other; the fewest first."""
    area, kind = choices.place_and_kind(context, _("Kind of network"), "NetworkKind")
    kinds = (cast("NetworkKind", kind),) if kind else ()
    on = None if context.is_today else context.on
    answer: Relations = screen_state.fetch(
        context.client, ("relations", area, kinds, on),
        lambda: context.client.relations(area=area, kind=kinds, on=on),
    )  # fmt: skip
    words = labels()
    by_kind = _by_kind(answer)
    return QuestionAnswer(
        parts=(
            AnswerPart(
                name=_("By kind"),
                heads=(_("Kind"), _("Networks"), _("Pairs"), _("Know each other"),
                       _("Share")),
                rows=[
                    texts(words.word(one), number(networks), number(pairs), number(known),
                          _percent(known / pairs if pairs else None))
                    for one, networks, pairs, known in by_kind
                ],
            ),
            AnswerPart(
                name=_("By network"),
                heads=(_("Network"), _("Kind"), _("Posts"), _("People"), _("Pairs"),
                       _("Know each other"), _("Share")),
                rows=[_network(words, one) for one in answer.networks],
            ),
        ),
        nodes=tuple(one.network.id for one in answer.networks),
        revision=answer.revision,
        is_cut=answer.is_cut,
        notes=(_note(answer),),
        chart=bars(
            [(words.word(one), round(100 * known / pairs, 1))
             for one, _, pairs, known in by_kind if pairs],
            title=_("Share of pairs who know each other by kind; the table says the same"),
            number=_("Share of pairs who know each other, percent"),
        ) if any(pairs for _, _, pairs, _ in by_kind) else None,
    )  # fmt: skip


def _by_kind(answer: Relations) -> list[tuple[str, int, int, int]]:
    """Kind, networks, pairs and pairs who know each other; the smallest share first."""
    networks: Counter[str] = Counter(one.kind for one in answer.networks)
    pairs: Counter[str] = Counter()
    known: Counter[str] = Counter()
    for one in answer.networks:
        pairs[one.kind] += one.pairs
        known[one.kind] += one.known
    rows = [(kind, count, pairs[kind], known[kind]) for kind, count in networks.items()]
    return sorted(rows, key=lambda row: (row[3] / row[2] if row[2] else 2.0, row[0]))


def _note(answer: Relations) -> str:
    return _(
        "{known} pairs of people know each other; {apart} of them meet in no network.",
        known=number(answer.known), apart=number(answer.apart),
    )  # fmt: skip


def _network(words: Labels, one: NetworkRelations) -> tuple[str, ...]:
    return texts(
        name_of(one.network), words.word(one.kind), number(one.posts), number(one.people),
        number(one.pairs), number(one.known), _percent(one.share),
    )  # fmt: skip


def _percent(share: float | None) -> str:
    return "" if share is None else f"{round(100 * share)} %"

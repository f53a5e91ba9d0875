"""Ready question: the nodes and links on which most contacts depend."""

from collections.abc import Iterable, Mapping
from typing import Final, Literal, cast

from api.schemas.entities import NodeName
from api.schemas.impact import Articulation, Bridge, BridgeLink, Bridges
from api.schemas.words import Reference, Worsening
from explorer import screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import texts
from explorer.i18n import _, number
from explorer.labels import Labels, labels
from explorer.views.analysis import choices
from explorer.views.analysis.chart import bars
from explorer.views.analysis.question_answer import AnswerPart, QuestionAnswer, name_of

Leaving = Literal["Actor", "Network", "Person"]
_LEAVING: Final[tuple[Leaving, ...]] = ("Actor", "Network", "Person")


def bridges(context: ScreenContext) -> QuestionAnswer | None:
    """Whose departure worsens most contacts, and the only connections to the national level."""
    words = labels()
    names = {one: words.word(one) for one in _LEAVING}
    chosen = choices.word(_("Who leaves"), "label", names) or "Actor"
    on = None if context.is_today else context.on
    answer: Bridges = screen_state.fetch(
        context.client, ("bridges", chosen, on),
        lambda: context.client.bridges(label=cast("Leaving", chosen), on=on),
    )  # fmt: skip
    return QuestionAnswer(
        parts=(
            AnswerPart(
                name=_("Whose leaving makes most worse"),
                heads=(_("Who"), _("Kind"), _("No longer reached"),
                       _("Reached less well"), _("What is worse"), _("Contact for"),
                       _("Municipalities")),
                rows=[_bridge(words, chosen, one) for one in answer.bridges],
            ),
            AnswerPart(
                name=_("Without whom posts are joined to nothing"),
                heads=(_("Who"), _("Label"), _("Posts behind")),
                rows=[_articulation(words, one) for one in answer.articulations],
            ),
            AnswerPart(
                name=_("Links that alone join posts"),
                heads=(_("From"), _("Link"), _("To"), _("Posts behind")),
                rows=[_link(words, one) for one in answer.links],
            ),
        ),
        nodes=tuple(one.node.id for one in (*answer.bridges, *answer.articulations)),
        revision=answer.revision,
        is_cut=answer.is_cut,
        notes=(_note(answer),),
        chart=bars(
            [(_who(words, chosen, one.node), one.lost + one.worse) for one in answer.bridges],
            title=_("Contacts lost or worse by who leaves; the table says the same"),
            number=_("Contacts lost or worse"),
        ) if answer.bridges else None,
    )  # fmt: skip


def _note(answer: Bridges) -> str:
    return _(
        "Of {needs} contacts in the municipalities, from the national level and the police "
        "districts. If one of {worse} leaves, no contact is lost, but some are reached less well; "
        "{apart} posts are joined to the national level by nothing.",
        needs=number(answer.needs), worse=number(answer.worse_only), apart=number(answer.apart),
    )  # fmt: skip


def _bridge(words: Labels, label: str, one: Bridge) -> tuple[str, ...]:
    return texts(
        _who(words, label, one.node), words.word(one.kind) if one.kind else words.word(label),
        number(one.lost), number(one.worse), _counts("Worsening", one.losses),
        _counts("Reference", one.references), _places(one.municipalities),
    )  # fmt: skip


def _counts(enumeration: str, counts: Mapping[Reference, int] | Mapping[Worsening, int]) -> str:
    """Words, each with its count."""
    told = session.terms(enumeration)
    return ", ".join(f"{told.get(word, word)}: {number(count)}" for word, count in counts.items())


def _who(words: Labels, label: str, node: NodeName) -> str:
    return node.name or f"{words.unnamed(label)} ({node.id[-6:]})"


def _places(areas: Iterable[NodeName]) -> str:
    return ", ".join(name_of(one) for one in areas)


def _articulation(words: Labels, one: Articulation) -> tuple[str, ...]:
    return texts(name_of(one.node), words.word(one.label), number(one.behind))


def _link(words: Labels, one: BridgeLink) -> tuple[str, ...]:
    return texts(name_of(one.source), words.word(one.type), name_of(one.target), number(one.behind))

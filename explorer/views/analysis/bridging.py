"""On whom does the country hang?"""

from collections.abc import Iterable, Mapping
from typing import Final, Literal, cast

from api.schemas.bridges import Articulation, Bridge, BridgeLink, Bridges
from api.schemas.entities import NodeName
from api.schemas.words import Reference, Worsening
from explorer import screen_state, session
from explorer.frame import Seen
from explorer.html_table import texts
from explorer.i18n import number, say
from explorer.labels import Told, told
from explorer.views.analysis import choices
from explorer.views.analysis.chart import bars
from explorer.views.analysis.result import Answer, Part, name_of

Leaving = Literal["Actor", "Network", "Person"]
_LEAVING: Final[tuple[Leaving, ...]] = ("Actor", "Network", "Person")


def bridges(seen: Seen) -> Answer | None:
    """Whose leaving makes most worse, and what alone joins others to the national level."""
    words = told()
    labels = {one: words.word(one) for one in _LEAVING}
    chosen = choices.word(say("Who leaves"), "label", labels) or "Actor"
    on = None if seen.is_today else seen.on
    answer: Bridges = screen_state.kept(
        seen.client, ("bridges", chosen, on),
        lambda: seen.client.bridges(label=cast("Leaving", chosen), on=on),
    )  # fmt: skip
    return Answer(
        parts=(
            Part(
                name=say("Whose leaving makes most worse"),
                heads=(say("Who"), say("Kind"), say("No longer reached"),
                       say("Reached less well"), say("What is worse"), say("Contact for"),
                       say("Municipalities")),
                rows=[_bridge(words, chosen, one) for one in answer.bridges],
            ),
            Part(
                name=say("Without whom posts are joined to nothing"),
                heads=(say("Who"), say("Label"), say("Posts behind")),
                rows=[_articulation(words, one) for one in answer.articulations],
            ),
            Part(
                name=say("Links that alone join posts"),
                heads=(say("From"), say("Link"), say("To"), say("Posts behind")),
                rows=[_link(words, one) for one in answer.links],
            ),
        ),
        nodes=tuple(one.node.id for one in (*answer.bridges, *answer.articulations)),
        revision=answer.revision,
        is_cut=answer.is_cut,
        notes=(_note(answer),),
        chart=bars(
            [(_who(words, chosen, one.node), one.lost + one.worse) for one in answer.bridges],
            title=say("Contacts lost or worse by who leaves; the table says the same"),
            number=say("Contacts lost or worse"),
        ) if answer.bridges else None,
    )  # fmt: skip


def _note(answer: Bridges) -> str:
    return say(
        "Of {needs} contacts in the municipalities, from the national level and the police "
        "districts. If one of {worse} leaves, no contact is lost, but some are reached less well; "
        "{apart} posts are joined to the national level by nothing.",
        needs=number(answer.needs), worse=number(answer.worse_only), apart=number(answer.apart),
    )  # fmt: skip


def _bridge(words: Told, label: str, one: Bridge) -> tuple[str, ...]:
    return texts(
        _who(words, label, one.node), words.word(one.kind) if one.kind else words.word(label),
        number(one.lost), number(one.worse), _counts("Worsening", one.losses),
        _counts("Reference", one.references), _places(one.municipalities),
    )  # fmt: skip


def _counts(enumeration: str, counts: Mapping[Reference, int] | Mapping[Worsening, int]) -> str:
    """Words, each with how many there are."""
    told = session.terms(enumeration)
    return ", ".join(f"{told.get(word, word)}: {number(count)}" for word, count in counts.items())


def _who(words: Told, label: str, node: NodeName) -> str:
    return node.name or f"{words.unnamed(label)} ({node.id[-6:]})"


def _places(areas: Iterable[NodeName]) -> str:
    return ", ".join(name_of(one) for one in areas)


def _articulation(words: Told, one: Articulation) -> tuple[str, ...]:
    return texts(name_of(one.node), words.word(one.label), number(one.behind))


def _link(words: Told, one: BridgeLink) -> tuple[str, ...]:
    return texts(name_of(one.source), words.word(one.type), name_of(one.target), number(one.behind))

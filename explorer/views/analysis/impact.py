"""Questions about what the structure rests on: bridges, cuts, central posts and relations."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, cast

import streamlit as st
from babel.numbers import format_decimal

from api.client import AskedMetrics
from api.schemas.entities import NodeName
from api.schemas.impact import (
    Bridges,
    Cut,
    Cuts,
    FewestNodes,
    Metrics,
    Relations,
)
from api.schemas.words import Metric, NetworkKind, PostKind, Reference, Worsening
from explorer import files, screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import texts
from explorer.i18n import _, language, number
from explorer.labels import Labels, labels
from explorer.views.analysis import question_answer
from explorer.views.analysis.question_answer import AnswerPart, QuestionAnswer, bars, name_of

Leaving = Literal["Actor", "Network", "Person"]
_LEAVING: Final[tuple[Leaving, ...]] = ("Actor", "Network", "Person")


def bridges(context: ScreenContext) -> QuestionAnswer | None:
    """Whose departure worsens most contacts, and the only connections to the national level."""
    words = labels()
    names = {one: words.word(one) for one in _LEAVING}
    chosen = question_answer.word(_("Who leaves"), "label", names) or "Actor"
    on = None if context.is_today else context.on
    answer: Bridges = screen_state.fetch(
        context.client, ("bridges", chosen, on),
        lambda: context.client.bridges(label=cast("Leaving", chosen), on=on),
    )  # fmt: skip
    return QuestionAnswer(
        parts=(
            AnswerPart(
                name=_("Whose leaving makes most worse"),
                heads=(
                    _("Who"),
                    _("Kind"),
                    _("No longer reached"),
                    _("Reached less well"),
                    _("What is worse"),
                    _("Contact for"),
                    _("Municipalities"),
                ),
                rows=[
                    texts(
                        _who(words, chosen, one.node),
                        words.word(one.kind) if one.kind else words.word(chosen),
                        number(one.lost),
                        number(one.worse),
                        _counts("Worsening", one.losses),
                        _counts("Reference", one.references),
                        _places(one.municipalities),
                    )
                    for one in answer.bridges
                ],
            ),
            AnswerPart(
                name=_("Without whom posts are joined to nothing"),
                heads=(_("Who"), _("Label"), _("Posts behind")),
                rows=[
                    texts(name_of(one.node), words.word(one.label), number(one.behind))
                    for one in answer.articulations
                ],
            ),
            AnswerPart(
                name=_("Links that alone join posts"),
                heads=(_("From"), _("Link"), _("To"), _("Posts behind")),
                rows=[
                    texts(
                        name_of(one.source),
                        words.word(one.type),
                        name_of(one.target),
                        number(one.behind),
                    )
                    for one in answer.links
                ],
            ),
        ),
        nodes=tuple(one.node.id for one in (*answer.bridges, *answer.articulations)),
        revision=answer.revision,
        is_cut=answer.is_cut,
        notes=(
            _(
                "Of {needs} contacts in the municipalities, from the national level and the police "
                "districts. If one of {worse} leaves, no contact is lost, but some are reached less well; "
                "{apart} posts are joined to the national level by nothing.",
                needs=number(answer.needs),
                worse=number(answer.worse_only),
                apart=number(answer.apart),
            ),
        ),
        chart=bars(
            [(_who(words, chosen, one.node), one.lost + one.worse) for one in answer.bridges],
            title=_("Contacts lost or worse by who leaves; the table says the same"),
            number=_("Contacts lost or worse"),
        )
        if answer.bridges
        else None,
    )


def _counts(enumeration: str, counts: Mapping[Reference, int] | Mapping[Worsening, int]) -> str:
    """Words, each with its count."""
    told = session.terms(enumeration)
    return ", ".join(f"{told.get(word, word)}: {number(count)}" for word, count in counts.items())


def _who(words: Labels, label: str, node: NodeName) -> str:
    return node.name or f"{words.unnamed(label)} ({node.id[-6:]})"


def _places(areas: Iterable[NodeName]) -> str:
    return ", ".join(name_of(one) for one in areas)


def cuts(context: ScreenContext) -> QuestionAnswer | None:
    """The fewest people and posts whose loss disconnects a municipality's contacts."""
    area = question_answer.area(context, _("Municipality, district or region"))
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


_TICKET: Final = "analysis-metrics-ticket"


def metrics(context: ScreenContext) -> QuestionAnswer | None:
    """A measure of the cooperation network, its meaning, and its method."""
    left, right = st.columns(2)
    with left:
        measure = question_answer.word(_("Measure"), "measure", session.terms("Metric"))
    with right:
        kinds_known = {**session.terms("PostKind"), **session.terms("NetworkKind")}
        kind = question_answer.word(_("Kind"), "kind", kinds_known)
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
    asked = AskedMetrics(measure=answer.measure, kind=answer.kinds, on=on)
    if not session.may(context.me, "EXPORT"):
        pass
    else:
        if st.button(_("Make a file of this measure (CSV)"), key="analysis-make-metrics"):
            files.make(_TICKET, asked, lambda: context.client.make_metrics_export(asked))
        files.offer(_TICKET, asked)
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


def relations(context: ScreenContext) -> QuestionAnswer | None:
    """How many pairs of each network's people know each other; the fewest first."""
    area, kind = question_answer.place_and_kind(context, _("Kind of network"), "NetworkKind")
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
                heads=(_("Kind"), _("Networks"), _("Pairs"), _("Know each other"), _("Share")),
                rows=[
                    texts(
                        words.word(one),
                        number(networks),
                        number(pairs),
                        number(known),
                        _percent(known / pairs if pairs else None),
                    )
                    for one, networks, pairs, known in by_kind
                ],
            ),
            AnswerPart(
                name=_("By network"),
                heads=(
                    _("Network"),
                    _("Kind"),
                    _("Posts"),
                    _("People"),
                    _("Pairs"),
                    _("Know each other"),
                    _("Share"),
                ),
                rows=[
                    texts(
                        name_of(one.network),
                        words.word(one.kind),
                        number(one.posts),
                        number(one.people),
                        number(one.pairs),
                        number(one.known),
                        _percent(one.share),
                    )
                    for one in answer.networks
                ],
            ),
        ),
        nodes=tuple(one.network.id for one in answer.networks),
        revision=answer.revision,
        is_cut=answer.is_cut,
        notes=(_pairs_note(answer),),
        chart=bars(
            [
                (words.word(one), round(100 * known / pairs, 1))
                for one, _, pairs, known in by_kind
                if pairs
            ],
            title=_("Share of pairs who know each other by kind; the table says the same"),
            number=_("Share of pairs who know each other, percent"),
        )
        if any(pairs for _, _, pairs, _ in by_kind)
        else None,
    )


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


def _pairs_note(answer: Relations) -> str:
    return _(
        "{known} pairs of people know each other; {apart} of them meet in no network.",
        known=number(answer.known), apart=number(answer.apart),
    )  # fmt: skip


def _percent(share: float | None) -> str:
    return "" if share is None else f"{round(100 * share)} %"

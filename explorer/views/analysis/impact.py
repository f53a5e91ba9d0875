"""Questions about critical parts of the structure: bridges, cuts, measures and relations."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Final, Literal, cast

import streamlit as st
from babel.numbers import format_decimal

from api.client import AskedMetrics
from api.schemas.entities import AreaCard, NodeName
from api.schemas.impact import Bridges, Cuts, FewestNodes, Metrics, Relations
from api.schemas.words import Metric, NetworkKind, PostKind, Reference, Worsening
from explorer import files, screen_state, session
from explorer.frame import ScreenContext
from explorer.html_table import foldable_cell, texts
from explorer.i18n import _, danish_key, language, ngettext, number, percent
from explorer.labels import Labels, labels
from explorer.views.analysis import question_answer
from explorer.views.analysis.query_parameters import Origin
from explorer.views.analysis.question_answer import (
    AnswerPart,
    QuestionAnswer,
    ReadyQuestion,
    bars,
    name_of,
)

Leaving = Literal["Actor", "Network", "Person"]
_FEW: Final = 4
"""The most municipalities whose names a cell shows unfolded."""
_FRESH_S: Final = 600.0
_LEAVING: Final[tuple[Leaving, ...]] = ("Actor", "Network", "Person")


def bridges(context: ScreenContext) -> QuestionAnswer | None:
    """The nodes whose departure worsens most contacts, and the only links to the national level."""
    words = labels()
    names = {label: words.word(label) for label in _LEAVING}
    leaver_label = question_answer.word(_("Who leaves"), "label", names) or "Actor"
    on = context.as_of
    answer: Bridges = question_answer.fetch(
        context, ("bridges", leaver_label, on),
        lambda: context.client.bridges(label=cast("Leaving", leaver_label), on=on),
    )  # fmt: skip
    heads = (_("Who"), _("Kind"), _("No longer reached"), _("Reached less well"),
             _("What is worse"), _("Contact for"), _("Municipalities"))  # fmt: skip
    districts = _districts(context)
    rows: list[tuple[str, ...]] = []
    sizes: list[tuple[str, float]] = []
    for bridge in answer.bridges:
        who = bridge.node.name or f"{words.generic_name(leaver_label)} ({bridge.node.id[-6:]})"
        sizes.append((who, bridge.lost + bridge.worse))
        cells = texts(
            who, words.word(bridge.kind or leaver_label), number(bridge.lost), number(bridge.worse),
            _counts("Worsening", bridge.losses), _counts("Reference", bridge.references),
        )  # fmt: skip
        rows.append((*cells, municipalities_cell(bridge.municipalities, districts)))
    alone = [
        texts(name_of(row.node), words.word(row.label), number(row.behind))
        for row in answer.articulations
    ]
    links = [
        texts(name_of(link.source), words.word(link.type), name_of(link.target),
              number(link.behind))
        for link in answer.links
    ]  # fmt: skip
    behind = _("Posts behind")
    note = _(
        "{needs} routes from the national level and the police districts to contacts in the "
        "municipalities. {worse} removals only weaken routes; {apart} posts have no route from the "
        "national level.",
        needs=number(answer.needs), worse=number(answer.worse_only), apart=number(answer.apart),
    )  # fmt: skip
    return QuestionAnswer(
        parts=(
            AnswerPart(_("Whose departure is felt most"), heads, rows),
            AnswerPart(
                _("Without them, posts have no route"), (_("Who"), _("Kind"), behind), alone
            ),
            AnswerPart(
                _("Links that are a post's only connection"),
                (_("From"), _("Link"), _("To"), behind),
                links,
            ),
        ),
        nodes=tuple(row.node.id for row in (*answer.bridges, *answer.articulations)),
        revision=answer.revision,
        is_cut=answer.is_cut,
        notes=(note,),
        chart=bars(
            sizes,
            title=_("Contacts lost or worse by who leaves; the table says the same"),
            number=_("Contacts lost or worse"),
        ),
    )


def _districts(context: ScreenContext) -> list[AreaCard]:
    """The police districts, each with what lies in it."""
    client, on = context.client, context.as_of
    return screen_state.fetch(
        client, ("districts", on),
        lambda: [
            card for page in client.areas(kind="POLICE_DISTRICT", on=on) for card in page.found
        ],
        fresh_s=_FRESH_S,
    )  # fmt: skip


def municipalities_cell(found: Sequence[NodeName], districts: Sequence[AreaCard]) -> str:
    """A few names; of more, their number, which unfolds to the names by police district."""
    names = {area.id: name_of(area) for area in found}
    if len(names) <= _FEW:
        return escape(", ".join(names.values()))
    parts = list[str]()
    for district in districts:
        inside = [names.pop(area.id) for area in district.holds if area.id in names]
        if inside:
            head = _(
                "{district}: {count} of {all}", district=district.entity.name or "",
                count=number(len(inside)), all=number(len(district.holds)),
            )  # fmt: skip
            parts.append(f"<dt>{escape(head)}</dt>{_definition(inside)}")
    if names:
        parts.append(_definition(names.values()))
    count = ngettext("{count} municipality", "{count} municipalities", len(found))
    return foldable_cell(count, f"<dl>{''.join(parts)}</dl>")


def _definition(names: Iterable[str]) -> str:
    return f"<dd>{escape(', '.join(sorted(names, key=danish_key)))}</dd>"


def _counts(enumeration: str, counts: Mapping[Reference, int] | Mapping[Worsening, int]) -> str:
    """Words, each with its count."""
    words = session.terms(enumeration)
    return ", ".join(f"{words.get(word, word)}: {number(count)}" for word, count in counts.items())


def cuts(context: ScreenContext) -> QuestionAnswer | None:
    """The fewest people and posts whose loss disconnects a municipality's contacts."""
    area = question_answer.area(context, _("Municipality, district or region"))
    if area is None:
        st.info(_("Choose a place."))
        return None
    on = context.as_of
    answer: Cuts = question_answer.fetch(
        context, ("cuts", area, on), lambda: context.client.cuts(area, on=on)
    )
    words = labels()
    rows: list[tuple[str, ...]] = []
    for cut in answer.cuts:
        contact = session.term("Reference", cut.reference) or _("all of them")
        if cut.reference is not None and cut.fit not in (None, 1):  # the best class is not reached
            contact = _("{reference}, class {fit}", reference=contact, fit=number(cut.fit))
        start = (name_of(cut.area), session.term("Tier", cut.tier), contact)
        if cut.posts is None:
            rows.append(texts(*start, _("no path now"), "", "", ""))
            continue
        people, names = _("no number of people"), ""
        if cut.people is not None:
            people, names = _count(cut.people), _names(cut.people, words, "Person")
        posts = (_count(cut.posts), _names(cut.posts, words, "Actor"))
        rows.append(texts(*start, people, names, *posts))
    heads = (_("Municipality"), _("From"), _("Contact for"), _("People who must go"), _("Who"),
             _("Posts that must go"), _("Which"))  # fmt: skip
    return QuestionAnswer(
        parts=(AnswerPart(_("What would isolate it"), heads, rows),),
        nodes=tuple(post.id for cut in answer.cuts if cut.posts for post in cut.posts.nodes),
        revision=answer.revision,
    )


def _count(fewest: FewestNodes) -> str:
    if fewest.is_exact:
        return number(len(fewest.nodes))
    return _("{least} to {most}", least=number(fewest.at_least), most=number(len(fewest.nodes)))


def _names(fewest: FewestNodes, words: Labels, label: str) -> str:
    return ", ".join(node.name or words.generic_name(label) for node in fewest.nodes)


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
    on = context.as_of
    answer: Metrics = question_answer.fetch(
        context, ("metrics", measure, kinds, on),
        lambda: context.client.metrics(cast("Metric", measure), kind=kinds, on=on),
    )  # fmt: skip
    words = labels()
    request = AskedMetrics(measure=answer.measure, kind=answer.kinds, on=on)
    if session.may(context.me, "EXPORT"):
        files.download(_("Download this measure"), "metrics", request)
    every: list[AnswerPart] = []
    if answer.value is not None:
        value = [texts(answer.words.name, _value(answer.value))]
        every.append(AnswerPart(_("In all"), (_("Measure"), _("Value")), value))
    highest = [
        texts(name_of(row.node), words.word(row.kind), _value(row.value)) for row in answer.rows
    ]
    by_kind = [
        texts(words.word(row.kind), number(row.nodes), _value(row.mean), _value(row.highest))
        for row in answer.by_kind
    ]
    groups = [
        texts(number(group.number), number(group.posts), number(group.networks),
              ", ".join(map(name_of, group.districts)), ", ".join(map(name_of, group.members[:3])))
        for group in answer.communities
    ]  # fmt: skip
    districts = [
        texts(name_of(row.district), number(row.within), number(row.outward))
        for row in answer.districts
    ]
    group_heads = (_("Number"), _("Posts"), _("Networks"), _("Districts"), _("Among them"))
    every += [
        AnswerPart(_("The highest"), (_("Who"), _("Kind"), _("Value")), highest),
        AnswerPart(_("By kind"), (_("Kind"), _("Number"), _("Mean"), _("Highest")), by_kind),
        AnswerPart(_("Groups"), group_heads, groups),
        AnswerPart(
            _("By district"), (_("District"), _("Ties within"), _("Ties to others")), districts
        ),
    ]
    return QuestionAnswer(
        parts=tuple(every),
        nodes=tuple(row.node.id for row in answer.rows),
        revision=answer.revision,
        is_cut=answer.is_cut,
        notes=(answer.words.meaning,),
        how=(how(answer),),
        chart=bars(
            [(name_of(row.node), round(row.value, 4)) for row in answer.rows],
            title=_("The highest values; the table says the same"), number=answer.words.name,
        ),
    )  # fmt: skip


def how(answer: Metrics) -> str:
    """The method, its version, and the size of the network measured."""
    parameters = ", ".join(f"{name}={value}" for name, value in sorted(answer.parameters.items()))
    text = _(
        "Made with {method}({asked}), version {version}, of {nodes} posts and networks and {links} "
        "ties.",
        method=answer.method, asked=parameters, version=answer.version, nodes=number(answer.nodes),
        links=number(answer.links),
    )  # fmt: skip
    if answer.sampled is None:
        return text
    return f"{text} " + _("Estimated from {count} of them.", count=number(answer.sampled))


def _value(value: float) -> str:
    """A number with three significant digits, formatted in the user's language."""
    return format_decimal(float(f"{value:.3g}"), format="0.######", locale=language())


def relations(context: ScreenContext) -> QuestionAnswer | None:
    """The number of pairs in each network who know each other; the fewest first."""
    area, kind = question_answer.place_and_kind(
        context, _("Kind of network"), session.terms("NetworkKind")
    )
    kinds = (cast("NetworkKind", kind),) if kind else ()
    on = context.as_of
    answer: Relations = question_answer.fetch(
        context, ("relations", area, kinds, on),
        lambda: context.client.relations(area=area, kind=kinds, on=on),
    )  # fmt: skip
    words = labels()
    counts: Counter[str] = Counter(network.kind for network in answer.networks)
    pairs: Counter[str] = Counter()
    known_pairs: Counter[str] = Counter()
    for network in answer.networks:
        pairs[network.kind] += network.pairs
        known_pairs[network.kind] += network.known
    shares = {code: known_pairs[code] / pairs[code] if pairs[code] else None for code in counts}

    def percent_of(share: float | None) -> str:
        return "" if share is None else percent(round(100 * share))

    def order(code: str) -> tuple[float, str]:
        share = shares[code]
        return (2.0 if share is None else share), code

    by_kind = [
        texts(words.word(code), number(counts[code]), number(pairs[code]),
              number(known_pairs[code]), percent_of(shares[code]))
        for code in sorted(counts, key=order)
    ]  # fmt: skip
    rows = [
        texts(
            name_of(row.network), words.word(row.kind), number(row.posts), number(row.people),
            number(row.pairs), number(row.known), percent_of(row.share),
        )
        for row in answer.networks
    ]  # fmt: skip
    ends = (_("Pairs"), _("Know each other"), _("Share"))
    note = _(
        "{known} pairs of people know each other; {apart} of them meet in no network.",
        known=number(answer.known), apart=number(answer.apart),
    )  # fmt: skip
    return QuestionAnswer(
        parts=(
            AnswerPart(_("By kind"), (_("Kind"), _("Networks"), *ends), by_kind),
            AnswerPart(
                _("By network"),
                (session.term("Label", "Network"), _("Kind"), _("Posts"), _("People"), *ends),
                rows,
            ),
        ),
        nodes=tuple(row.network.id for row in answer.networks),
        revision=answer.revision,
        is_cut=answer.is_cut,
        notes=(note,),
        chart=bars(
            [
                (words.word(code), round(100 * known_pairs[code] / pairs[code], 1))
                for code in sorted(counts, key=order)
                if pairs[code]
            ],
            title=_("Share of pairs who know each other by kind; the table says the same"),
            number=_("Share of pairs who know each other, percent"),
        ),
    )


def questions() -> dict[str, ReadyQuestion]:
    """The ready questions of this subject, by their code in the address."""
    return {
        "bridges": ReadyQuestion(
            _("Critical contacts"),
            _("The posts, networks or people without whom most contacts are lost."),
            bridges,
            Origin("one-way", is_whole=False),
        ),
        "cuts": ReadyQuestion(
            _("How few losses would isolate a place?"),
            _("Choose a place: the fewest people and posts its contacts hang on."),
            cuts,
            Origin("ways-out", is_whole=False),
        ),
        "metrics": ReadyQuestion(
            _("Who is central, and who belongs together?"),
            _("Choose a measure: the posts and networks that matter most, and their groups."),
            metrics,
            Origin("most-links", is_whole=False),
        ),
        "relations": ReadyQuestion(
            _("Where do membership and working relations differ most?"),
            _("How many of those who meet in a network know each other, the fewest first."),
            relations,
            Origin("meet-and-know", is_whole=False),
        ),
    }

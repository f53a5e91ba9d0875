"""The panel of the selected node: its kind, its links, and what depends on it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

import streamlit as st

from api.schemas.entities import Chain, Neighborhood, NodeName, Terms, Tie
from api.schemas.impact import BestContact, HangingNetwork, Impact, Loss, PostSuccessor
from explorer import address, frame, problem_states, screen_state, session
from explorer.address import FIND, REGISTER
from explorer.components.network import CAP, DrawnNode, NetworkElements
from explorer.html_table import table, texts
from explorer.i18n import _, danish_key, day, ngettext, number, plain
from explorer.labels import Labels, name_not_shown
from explorer.views.network import way
from explorer.views.network.around import NetworkWalk, fresh
from explorer.views.network.controls import NEW

LABELS: Final = frozenset({"Actor", "Person", "Network", "Authority"})
"""The labels of nodes whose departure can be analyzed."""
_IMPACT_NODE: Final = "network-hangs"
_MOST_NAMES: Final = 10


def what_hangs(context: frame.ScreenContext, words: Labels, node: DrawnNode) -> None:
    """Draw the impact button, and its answer while the same node is selected."""
    st.button(
        _("What depends on this?"), key=f"network-hangs-{node['id']}",
        on_click=partial(st.session_state.__setitem__, _IMPACT_NODE, node["id"]),
    )  # fmt: skip
    if st.session_state.get(_IMPACT_NODE) == node["id"]:
        on = context.as_of
        hangs = partial(context.client.impact, node["id"], on=on)
        answer = screen_state.fetch(context.client, ("hangs", node["id"], on), hangs)
        for line in summary(answer, words):
            st.markdown(line)
        if answer.losses:
            name = _("Reached less well, or no longer")
            heads = (_("Municipality"), _("Contact for"), _("From"), _("What is worse"),
                     _("Now"), _("Afterwards"))  # fmt: skip
            rows = sorted(
                losses(answer.losses, words), key=lambda row: (danish_key(row[0]), *row[1:])
            )
            st.html(table(name, heads, rows))
        if answer.posts:
            heads = (_("Post"), _("Answers for"), _("Answers afterwards"),
                     _("Could answer instead"))  # fmt: skip
            rows = list[tuple[str, ...]]()
            for post in answer.posts:
                rung = session.terms("Rung").get(post.rung, post.rung)
                if post.rung == "CLOSED":
                    afterwards = _("nobody")
                elif post.who and post.who.name:
                    afterwards = f"{post.who.name} ({rung})"
                else:
                    is_unnamed = post.is_hidden or post.who
                    afterwards = f"{rung} ({name_not_shown()})" if is_unnamed else rung
                instead = ", ".join(_successor(who, words) for who in post.successors)
                rows.append(texts(
                    _name(post.post, "Actor", words),
                    ", ".join(_names(post.areas, "Area", words)),
                    afterwards, instead or _("nobody"),
                ))  # fmt: skip
            st.html(table(_("Posts that depend on this"), heads, rows))
        else:
            st.info(_("No post that you may see depends on this."))
        lines = (*networks(answer.networks, words), *relations(answer))
        if lines:
            st.markdown("\n".join(f"- {line}" for line in lines))


def summary(answer: Impact, words: Labels) -> Iterator[str]:
    """How many contacts are lost or worse, and which areas become unreachable."""
    if not answer.losses:
        yield _("No contact in the municipalities is reached less well.")
        return
    yield _(
        "Of {needs} contacts in the municipalities, from the national level and the police "
        "districts, {lost} are no longer reached and {worse} are reached less well.",
        needs=number(answer.needs), lost=number(answer.lost), worse=number(answer.worse),
    )  # fmt: skip
    if answer.cut_off:
        places = plain(", ".join(sorted(_names(answer.cut_off, "Area", words), key=danish_key)))
        yield "**" + _("No path leads any longer to: {places}.", places=places) + "**"


def losses(entries: Iterable[Loss], words: Labels) -> Iterator[tuple[str, ...]]:
    """A row for each municipality, contact and start."""
    for loss in entries:
        yield texts(
            _name(loss.area, "Area", words), session.term("Reference", loss.reference),
            session.term("Tier", loss.tier), session.term("Worsening", loss.what),
            _contact(loss.before, loss.what, words),
            _contact(loss.after, loss.what, words) if loss.after else _("nobody"),
        )  # fmt: skip


def _contact(contact: BestContact, what: str, words: Labels) -> str:
    """The post, what is worse about it, and its distance in hops."""
    about = {
        "CLASS": session.term("FitGroup", contact.group),
        "ANSWERING": session.term("Rung", contact.rung),
        "COST": _("estimate {percent}%", percent=number(round(100 * contact.chance))),
    }
    hops = ngettext("{count} step", "{count} steps", contact.hops)
    parts = (_name(contact.post, "Actor", words), about.get(what, "").lower(), hops)
    return " · ".join(part for part in parts if part)


def _successor(successor: PostSuccessor, words: Labels) -> str:
    """A possible successor, with their own post if it is another one."""
    post, is_near = _name(successor.post, "Actor", words), successor.why == "SAME_KIND"
    who = _name(successor.person, "Person", words) if successor.person else post
    if successor.is_hidden and not is_near:
        who = session.term("SuccessorWhy", successor.why).lower()
    notes = [post] if is_near and successor.person else []
    notes += [name_not_shown()] if successor.is_hidden else []
    notes += [f"{number(successor.km)} km"] if successor.km is not None else []
    return f"{who} ({', '.join(notes)})" if notes else who


def networks(entries: Iterable[HangingNetwork], words: Labels) -> Iterator[str]:
    """A sentence for each network."""
    for network in entries:
        name = plain(_name(network.network, "Network", words))
        if network.is_gone:
            yield _(
                "**{network}** goes; {before} posts meet there.",
                network=name, before=number(network.posts_before),
            )  # fmt: skip
            continue
        text = _(
            "**{network}**: {after} of {before} posts are left to answer.",
            network=name, after=number(network.posts_after), before=number(network.posts_before),
        )  # fmt: skip
        if network.coordinates and not network.coordinators_after:
            text += " " + _("Nobody coordinates it.")
        yield text


def relations(answer: Impact) -> Iterator[str]:
    """How many working relations end, and with whom; and how many civilians become unreachable."""
    if answer.relations:
        others = {relation.other.id: relation.other for relation in answer.relations}.values()
        names = [node.name for node in others if node.name][:_MOST_NAMES]
        count = ngettext(
            "{count} working relation ends", "{count} working relations end",
            len(answer.relations),
        )  # fmt: skip
        yield ": ".join(filter(None, (count, plain(", ".join(names)))))
    if answer.civilians is not None:
        yield _(
            "At least {count} civilians lose their door opener.", count=number(answer.civilians)
        )


def _name(node: NodeName, label: str, words: Labels) -> str:
    return node.name or words.generic_name(label)


def _names(nodes: Iterable[NodeName], label: str, words: Labels) -> list[str]:
    return [_name(node, label, words) for node in nodes]


_SELECT = "network-node"


def choose(walk: NetworkWalk, elements: NetworkElements) -> None:
    """Draw the selected node as a choice by name, for users who cannot see the drawing."""

    def select() -> None:
        walk.selected = st.session_state[_SELECT]

    nodes = sorted(elements["nodes"], key=lambda node: danish_key(node["name"]))
    names = {node["id"]: f"{node['name']} · {node['kind']}" for node in nodes}
    st.session_state[_SELECT] = walk.selected if walk.selected in names else None
    st.selectbox(
        _("Selected node"), list(names), key=_SELECT, format_func=names.__getitem__, index=None,
        placeholder=_("None chosen"), filter_mode="contains", on_change=select,
    )  # fmt: skip


def selected_node(walk: NetworkWalk, elements: NetworkElements) -> DrawnNode | None:
    """The selected node, while it is drawn."""
    return next((node for node in elements["nodes"] if node["id"] == walk.selected), None)


def panel(
    context: frame.ScreenContext,
    words: Labels,
    walk: NetworkWalk,
    elements: NetworkElements,
    answers: Sequence[Neighborhood],
) -> None:
    """Draw everything about the selected node."""
    node = selected_node(walk, elements)
    if node is None:
        return
    node_id, now = node["id"], walk.steps.now
    with st.container(horizontal=True, horizontal_alignment="distribute"):
        st.header(plain(node["name"]), anchor=False)
        st.button(
            _("Close"), key="network-close", type="tertiary",
            on_click=partial(setattr, walk, "selected", None),
        )  # fmt: skip
    st.markdown(plain(" · ".join(filter(None, (node["kind"], words.word(node["tier"]))))))
    for line in terms_lines(terms_of(answers, node_id), words):
        st.markdown(line)
    if node.get("count"):
        _links(node, elements)
        return

    def expand() -> None:
        walk.steps = walk.steps.expand(node_id)

    def pin() -> None:
        pinned = dict(walk.steps.now.pinned)
        if pinned.pop(node_id, None) is None:
            walk.hold = node_id
        else:
            walk.steps = walk.steps.pin(pinned)

    is_full = len(elements["nodes"]) >= CAP
    on = context.as_of
    with st.container(horizontal=True):
        st.button(
            _("Expand"), key="network-expand", on_click=expand,
            disabled=is_full or node_id in {walk.center, *now.expanded},
        )  # fmt: skip
        st.button(
            _("Let go") if node_id in now.pinned else _("Pin"), key="network-pin", on_click=pin
        )
        st.button(
            _("Center here"), key="network-here",
            on_click=partial(address.change, id=node_id, **NEW),
        )  # fmt: skip
        problem_states.anchor(_("Find contact path"), address.link(FIND, target=node_id, on=on))
        problem_states.anchor(_("Open in the register"), address.link(REGISTER, id=node_id, on=on))
    for line in chains(answers[0], node_id, words):
        st.markdown(f"- {plain(line)}")
    _links(node, elements)
    way.choose(node, elements)
    if node["label"] in LABELS:
        what_hangs(context, words, node)


# ---- facts about the node


def _links(node: DrawnNode, elements: NetworkElements) -> None:
    """Draw the links of a node as a list."""
    node_id = node["id"]
    names = {shape["id"]: plain(shape["name"]) for shape in elements["nodes"]}
    lines: list[str] = []
    for link in elements["links"]:
        if node_id == link["source"]:
            text = f"{link['type']} **{names[link['target']]}**"
        elif node_id == link["target"]:
            text = _("**{source}** {link} this", source=names[link["source"]], link=link["type"])
        else:
            continue
        # For example: `er døråbner for Jens · Samtykke · ✓ Opdateret`.
        parts = (text, link["gate"], fresh(link["freshness"]))
        lines.append("- " + " · ".join(filter(None, parts)))
    if node["more"]:
        lines.append("- " + _("{more} more not shown", more=node["more"]))
    st.markdown("\n".join(lines))


def terms_of(answers: Iterable[Neighborhood], node_id: str) -> Terms | None:
    """The terms on which a civilian may be contacted."""
    neighbors = (
        neighbor
        for answer in answers
        for neighbor in answer.neighbors
        if neighbor.node.id == node_id
    )
    return next((neighbor.terms for neighbor in neighbors if neighbor.terms is not None), None)


def terms_lines(terms: Terms | None, words: Labels) -> Iterator[str]:
    """The door openers of a civilian, and the end of the consent."""
    if terms is None:
        return
    for opener in terms.door_openers:
        name = plain(opener.name or words.generic_name("Actor"))
        yield _("Mediated by {post}. The number is not shown.", post=name)
    yield _("By consent until {day}.", day=day(terms.until))


def chains(center: Neighborhood, node_id: str, words: Labels) -> tuple[str, ...]:
    """The chains of links from the center to a node, each as a sentence, the shortest first.

    A single link is listed with the others, unless it says when its people were last in contact.
    """
    ties = {tie.id: tie for tie in center.ties}
    return tuple(
        sentence(chain, ties, words)
        for chain in center.chains
        if chain.nodes[-1] == node_id and (len(chain.ties) > 1 or chain.last_contact_on)
    )


def sentence(chain: Chain, ties: Mapping[str, Tie], words: Labels) -> str:
    """A chain of links as one sentence.

    `A kender B (sidst kontakt 3. sep. 2026), B repræsenterer Vindrosen.`
    """
    clauses: list[str] = []
    for tie in map(ties.__getitem__, chain.ties):
        source, target = (_name(node, "Person", words) for node in (tie.source, tie.target))
        clauses.append(f"{source} {words.word(tie.type)} {target}")
        if tie.last_contact_on is not None:
            contact = _("last contact {day}", day=day(tie.last_contact_on))
            clauses[-1] += f" ({contact})"
    return ", ".join(clauses).removesuffix(".") + "."  # a name may end in an initial

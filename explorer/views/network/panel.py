"""The panel of the selected node: what it is, its links, and what depends on it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Final

import streamlit as st

from api.schemas.entities import Chain, Neighborhood, NodeName, Terms, Tie
from api.schemas.impact import BestContact, HangingNetwork, HangingPost, Impact, Loss, Successor
from explorer import address, frame, problem_states, screen_state, session
from explorer.address import FIND, REGISTER
from explorer.components.network import CAP, DrawnLink, DrawnNode, NetworkElements
from explorer.html_table import table, texts
from explorer.i18n import _, danish_key, day, ngettext, number, plain
from explorer.labels import Labels, name_not_shown
from explorer.views.network.around import NetworkWalk, fresh

LABELS: Final = frozenset({"Actor", "Person", "Network", "Authority"})
"""The labels of nodes whose departure can be analyzed."""
_CHOSEN: Final = "network-hangs"
_MOST_NAMES: Final = 10


def what_hangs(context: frame.ScreenContext, words: Labels, node: DrawnNode) -> None:
    """Draw the impact button, and its answer while the same node is selected."""
    st.button(
        _("What hangs on it?"), key=f"network-hangs-{node['id']}",
        on_click=partial(st.session_state.__setitem__, _CHOSEN, node["id"]),
    )  # fmt: skip
    if st.session_state.get(_CHOSEN) == node["id"]:
        on = None if context.is_today else context.on
        hangs = partial(context.client.impact, node["id"], on=on)
        answer = screen_state.fetch(context.client, ("hangs", node["id"], on), hangs)
        for line in summary(answer, words):
            st.markdown(line)
        if answer.losses:
            name = _("Reached less well, or no more")
            heads = (_("Municipality"), _("Contact for"), _("From"), _("What is worse"),
                     _("Now"), _("Afterwards"))  # fmt: skip
            st.html(table(name, heads, sorted(losses(answer.losses, words), key=_by_name)))
        if answer.posts:
            st.html(
                table(
                    _("Posts that hang on it"),
                    (
                        _("Post"),
                        _("Answers for"),
                        _("Answers afterwards"),
                        _("Could answer instead"),
                    ),
                    (_post(one, words) for one in answer.posts),
                )
            )
        else:
            st.info(_("No post that you may see hangs on it."))
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
        yield "**" + _("Nothing leads any more to: {places}.", places=places) + "**"


def losses(found: Iterable[Loss], words: Labels) -> Iterator[tuple[str, ...]]:
    """A row for each municipality, contact and start."""
    for one in found:
        yield texts(
            _name(one.area, "Area", words), session.term("Reference", one.reference),
            session.term("Tier", one.tier), session.term("Worsening", one.what),
            _contact(one.before, one.what, words),
            _contact(one.after, one.what, words) if one.after else _("nobody"),
        )  # fmt: skip


def _by_name(row: tuple[str, ...]) -> tuple[object, ...]:
    return (danish_key(row[0]), *row[1:])


def _contact(one: BestContact, what: str, words: Labels) -> str:
    """The post, what is worse about it, and its distance in hops."""
    about = {
        "CLASS": session.term("FitGroup", one.group),
        "ANSWERING": session.term("Rung", one.rung),
        "COST": _("estimate {percent} %", percent=number(round(100 * one.chance))),
    }
    hops = ngettext("{count} hop", "{count} hops", one.hops)
    parts = (_name(one.post, "Actor", words), about.get(what, "").lower(), hops)
    return " · ".join(part for part in parts if part)


def _post(one: HangingPost, words: Labels) -> tuple[str, ...]:
    successors = ", ".join(_successor(who, words) for who in one.successors)
    return texts(
        _name(one.post, "Actor", words), ", ".join(_names(one.areas, "Area", words)),
        _answers(one), successors or _("nobody"),
    )  # fmt: skip


def _answers(one: HangingPost) -> str:
    if one.rung == "CLOSED":
        return _("nobody")
    rung = session.terms("Rung").get(one.rung, one.rung)
    if one.who and one.who.name:
        return f"{one.who.name} ({rung})"
    return f"{rung} ({name_not_shown()})" if one.is_hidden or one.who else rung


def _successor(one: Successor, words: Labels) -> str:
    """A possible successor, with their own post if it is another one."""
    post, is_near = _name(one.post, "Actor", words), one.why == "SAME_KIND"
    who = _name(one.person, "Person", words) if one.person else post
    if one.is_hidden and not is_near:
        who = session.term("SuccessorWhy", one.why).lower()
    notes = [post] if is_near and one.person else []
    notes += [name_not_shown()] if one.is_hidden else []
    notes += [f"{number(one.km)} km"] if one.km is not None else []
    return f"{who} ({', '.join(notes)})" if notes else who


def networks(found: Iterable[HangingNetwork], words: Labels) -> Iterator[str]:
    """A sentence for each network."""
    for one in found:
        name = plain(_name(one.network, "Network", words))
        if one.is_gone:
            yield _(
                "**{network}** goes; {before} posts meet there.",
                network=name, before=number(one.posts_before),
            )  # fmt: skip
            continue
        told = _(
            "**{network}**: {after} of {before} posts are left to answer.",
            network=name, after=number(one.posts_after), before=number(one.posts_before),
        )  # fmt: skip
        if one.coordinates and not one.coordinators_after:
            told += " " + _("Nobody coordinates it.")
        yield told


def relations(answer: Impact) -> Iterator[str]:
    """How many working relations end, and with whom; and how many civilians become unreachable."""
    if answer.relations:
        others = {one.other.id: one.other for one in answer.relations}.values()
        names = [one.name for one in others if one.name][:_MOST_NAMES]
        told = ngettext(
            "{count} working relation ends", "{count} working relations end",
            len(answer.relations),
        )  # fmt: skip
        yield ": ".join(filter(None, (told, plain(", ".join(names)))))
    if answer.civilians is not None:
        yield _(
            "At least {count} civilians lose their door opener.", count=number(answer.civilians)
        )


def _name(node: NodeName, label: str, words: Labels) -> str:
    return node.name or words.unnamed(label)


def _names(nodes: Iterable[NodeName], label: str, words: Labels) -> list[str]:
    return [_name(one, label, words) for one in nodes]


_SELECT = "network-node"


def choose(walk: NetworkWalk, drawn: NetworkElements) -> None:
    """Draw the selected node as a choice by name, for users who cannot see the drawing."""
    nodes = sorted(drawn["nodes"], key=lambda one: danish_key(one["name"]))
    names = {one["id"]: f"{one['name']} · {one['kind']}" for one in nodes}
    st.session_state[_SELECT] = walk.selected if walk.selected in names else None
    st.selectbox(
        _("Selected node"), list(names), key=_SELECT, format_func=names.__getitem__, index=None,
        placeholder=_("None chosen"), filter_mode="contains", on_change=partial(_chosen, walk),
    )  # fmt: skip


def _chosen(walk: NetworkWalk) -> None:
    walk.selected = st.session_state[_SELECT]


def panel(
    context: frame.ScreenContext,
    words: Labels,
    walk: NetworkWalk,
    drawn: NetworkElements,
    found: Sequence[Neighborhood],
) -> None:
    """Draw everything about the selected node."""
    node = next((one for one in drawn["nodes"] if one["id"] == walk.selected), None)
    if node is None:
        st.markdown(_("Choose a node to see its links."))
        return
    st.header(plain(node["name"]), anchor=False)
    st.markdown(plain(" · ".join(filter(None, (node["kind"], words.word(node["tier"]))))))
    for line in mediated(terms_of(found, node["id"]), words):
        st.markdown(line)
    for line in chains(found[0], node["id"], words):
        st.markdown(f"- {plain(line)}")
    names = {one["id"]: plain(one["name"]) for one in drawn["nodes"]}
    own = [link for link in drawn["links"] if node["id"] in (link["source"], link["target"])]
    lines = [f"- {_seen_from(node['id'], link, names)}" for link in own]
    if node["more"]:
        lines.append("- " + _("{more} more, not shown", more=node["more"]))
    st.markdown("\n".join(lines))
    on = None if context.is_today else context.on
    with st.container(horizontal=True):
        st.button(
            _("Expand"),
            key="network-expand",
            disabled=(len(drawn["nodes"]) >= CAP)
            or node["id"] in {walk.center, *walk.steps.now.expanded},
            on_click=partial(_expand, walk, node["id"]),
        )
        st.button(
            _("Let go") if node["id"] in walk.steps.now.pinned else _("Pin"),
            key="network-pin", on_click=partial(_pin, walk, node["id"]),
        )  # fmt: skip
        st.button(
            _("Center here"), key="network-here",
            on_click=partial(address.change, id=node["id"], expanded=None),
        )  # fmt: skip
        problem_states.anchor(_("Find contact path"), address.link(FIND, target=node["id"], on=on))
        problem_states.anchor(
            _("Open in the register"), address.link(REGISTER, id=node["id"], on=on)
        )
    if node["label"] in LABELS:
        what_hangs(context, words, node)


# ---- facts about the node


def terms_of(found: Iterable[Neighborhood], node_id: str) -> Terms | None:
    """The terms on which a civilian may be contacted."""
    told = (one for answer in found for one in answer.neighbors if one.node.id == node_id)
    return next((one.terms for one in told if one.terms is not None), None)


def mediated(terms: Terms | None, words: Labels) -> Iterator[str]:
    """The door openers of a civilian, and the end of the consent."""
    if terms is None:
        return
    for opener in terms.door_openers:
        name = plain(opener.name or words.unnamed("Actor"))
        yield _("Mediated by {post}. The number is not shown.", post=name)
    yield _("By consent until {day}.", day=day(terms.until))


def chains(center: Neighborhood, node_id: str, words: Labels) -> tuple[str, ...]:
    """The chains of links from the center to a node, each as a sentence, the shortest first.

    A single link is listed with the others, unless it says when its people were last in contact.
    """
    ties = {tie.id: tie for tie in center.ties}
    return tuple(
        sentence(one, ties, words)
        for one in center.chains
        if one.nodes[-1] == node_id and (len(one.ties) > 1 or one.last_contact_on)
    )


def sentence(chain: Chain, ties: Mapping[str, Tie], words: Labels) -> str:
    """A chain of links as one sentence.

    `A kender B (sidst kontakt 3. sep. 2026), B repræsenterer Vindrosen.`
    """
    told = ", ".join(_told(ties[one], words) for one in chain.ties)
    return told.removesuffix(".") + "."  # a name may end in an initial


def _told(tie: Tie, words: Labels) -> str:
    source, target = (one.name or words.unnamed("Person") for one in (tie.source, tie.target))
    told = f"{source} {words.word(tie.type)} {target}"
    if tie.last_contact_on is None:
        return told
    contact = _("last contact {day}", day=day(tie.last_contact_on))
    return f"{told} ({contact})"


def _seen_from(node_id: str, link: DrawnLink, names: Mapping[str, str]) -> str:
    """A link as seen from one end: `er døråbner for Jens · Samtykke · ✓ kontrolleret`."""
    if link["source"] == node_id:
        told = f"{link['type']} **{names[link['target']]}**"
    else:
        told = _("**{source}** {link} this", source=names[link["source"]], link=link["type"])
    return " · ".join(filter(None, (told, link["gate"], fresh(link["freshness"]))))


def _pin(walk: NetworkWalk, node_id: str) -> None:
    """Pin a node at its position, or unpin it."""
    pinned = dict(walk.steps.now.pinned)
    if pinned.pop(node_id, None) is None:
        walk.hold = node_id
    else:
        walk.steps = walk.steps.pin(pinned)


def _expand(walk: NetworkWalk, node_id: str) -> None:
    walk.steps = walk.steps.expand(node_id)

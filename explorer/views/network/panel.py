"""The node that is selected: what it is, by which links it hangs here, and what hangs on it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

import streamlit as st

from api.schemas.entities import Chain, Neighborhood, Terms, Tie
from explorer import address, frame, problem_states
from explorer.components.network import CAP, DrawnLink, DrawnNode, NetworkElements
from explorer.i18n import _, danish_key, day, plain
from explorer.labels import Labels
from explorer.screens import FIND, REGISTER
from explorer.views.network.around import NetworkWalk
from explorer.views.network.hanging import LABELS, what_hangs
from explorer.views.network.table import fresh

_SELECT = "network-node"


def choose(walk: NetworkWalk, drawn: NetworkElements) -> None:
    """The same choice as in the drawing, by name: whoever cannot see it misses nothing."""
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
    """Everything about the selected node."""
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
    _links(drawn, node)
    _ways(context, walk, node, is_full=len(drawn["nodes"]) >= CAP)
    if node["label"] in LABELS:
        what_hangs(context, words, node)


# ---- what is told of it


def terms_of(found: Iterable[Neighborhood], node_id: str) -> Terms | None:
    """On what terms a civilian may be contacted."""
    told = (one for answer in found for one in answer.neighbors if one.node.id == node_id)
    return next((one.terms for one in told if one.terms is not None), None)


def mediated(terms: Terms | None, words: Labels) -> Iterator[str]:
    """Through whom a civilian is reached, and until when."""
    if terms is None:
        return
    for opener in terms.door_openers:
        name = plain(opener.name or words.unnamed("Actor"))
        yield _("Mediated by {post}. The number is not shown.", post=name)
    yield _("By consent until {day}.", day=day(terms.until))


def chains(center: Neighborhood, node_id: str, words: Labels) -> tuple[str, ...]:
    """By which ways one comes from the center to a node, each a sentence, the shortest first.

    A single link is told with the others, unless it says when its people were in contact.
    """
    ties = {tie.id: tie for tie in center.ties}
    return tuple(
        sentence(one, ties, words)
        for one in center.chains
        if one.nodes[-1] == node_id and (len(one.ties) > 1 or one.last_contact_on)
    )


def sentence(chain: Chain, ties: Mapping[str, Tie], words: Labels) -> str:
    """`A kender B (sidst kontakt 3. sep. 2026), B repræsenterer Vindrosen.`"""
    told = ", ".join(_told(ties[one], words) for one in chain.ties)
    return told.removesuffix(".") + "."  # a name may end in an initial


def _told(tie: Tie, words: Labels) -> str:
    source, target = (one.name or words.unnamed("Person") for one in (tie.source, tie.target))
    told = f"{source} {words.word(tie.type)} {target}"
    if tie.last_contact_on is None:
        return told
    contact = _("last contact {day}", day=day(tie.last_contact_on))
    return f"{told} ({contact})"


def _links(drawn: NetworkElements, node: DrawnNode) -> None:
    names = {one["id"]: plain(one["name"]) for one in drawn["nodes"]}
    own = [link for link in drawn["links"] if node["id"] in (link["source"], link["target"])]
    lines = [f"- {_seen_from(node['id'], link, names)}" for link in own]
    if node["more"]:
        lines.append("- " + _("{more} more, not shown", more=node["more"]))
    st.markdown("\n".join(lines))


def _seen_from(node_id: str, link: DrawnLink, names: Mapping[str, str]) -> str:
    """A link as one end sees it: `er døråbner for Jens · Samtykke · ✓ kontrolleret`."""
    if link["source"] == node_id:
        told = f"{link['type']} **{names[link['target']]}**"
    else:
        told = _("**{source}** {link} this", source=names[link["source"]], link=link["type"])
    return " · ".join(filter(None, (told, link["gate"], fresh(link["freshness"]))))


def _ways(
    context: frame.ScreenContext, walk: NetworkWalk, node: DrawnNode, *, is_full: bool
) -> None:
    on = None if context.is_today else context.on
    with st.container(horizontal=True):
        st.button(
            _("Expand"), key="network-expand",
            disabled=is_full or node["id"] in {walk.center, *walk.steps.now.expanded},
            on_click=partial(_expand, walk, node["id"]),
        )  # fmt: skip
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


def _pin(walk: NetworkWalk, node_id: str) -> None:
    """Holds it where it stands, or lets go of it."""
    pinned = dict(walk.steps.now.pinned)
    if pinned.pop(node_id, None) is None:
        walk.hold = node_id
    else:
        walk.steps = walk.steps.pin(pinned)


def _expand(walk: NetworkWalk, node_id: str) -> None:
    walk.steps = walk.steps.expand(node_id)

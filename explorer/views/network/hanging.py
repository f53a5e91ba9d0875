"""What hangs on the selected node: who is reached less well or no more, posts, networks."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

import streamlit as st

from api.schemas.entities import NodeName
from api.schemas.impact import BestContact, HangingNetwork, HangingPost, Impact, Loss, Successor
from explorer import frame, screen_state, session
from explorer.components.network import DrawnNode
from explorer.html_table import table, texts
from explorer.i18n import _, danish_key, ngettext, number, plain
from explorer.labels import Labels, name_not_shown

LABELS: Final = frozenset({"Actor", "Person", "Network", "Authority"})
"""What can leave."""
_CHOSEN: Final = "network-hangs"
_MOST_NAMES: Final = 10


def what_hangs(context: frame.ScreenContext, words: Labels, node: DrawnNode) -> None:
    """The button, and what it answers while the node is the one it was pressed for."""
    st.button(
        _("What hangs on it?"), key=f"network-hangs-{node['id']}",
        on_click=partial(st.session_state.__setitem__, _CHOSEN, node["id"]),
    )  # fmt: skip
    if st.session_state.get(_CHOSEN) == node["id"]:
        on = None if context.is_today else context.on
        hangs = partial(context.client.impact, node["id"], on=on)
        _draw(screen_state.fetch(context.client, ("hangs", node["id"], on), hangs), words)


def _draw(answer: Impact, words: Labels) -> None:
    for line in summary(answer, words):
        st.markdown(line)
    if answer.losses:
        name = _("Reached less well, or no more")
        heads = (_("Municipality"), _("Contact for"), _("From"), _("What is worse"),
                 _("Now"), _("Afterwards"))  # fmt: skip
        st.html(table(name, heads, sorted(losses(answer.losses, words), key=_by_name)))
    if answer.posts:
        st.html(
            table(_("Posts that hang on it"), _heads(), (_post(one, words) for one in answer.posts))
        )
    else:
        st.info(_("No post that you may see hangs on it."))
    lines = (*networks(answer.networks, words), *relations(answer))
    if lines:
        st.markdown("\n".join(f"- {line}" for line in lines))


def summary(answer: Impact, words: Labels) -> Iterator[str]:
    """How many contacts are lost or worse, and where nothing leads any more."""
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
    """The post, what is worse about it, and how many hops away it is."""
    about = {
        "CLASS": session.term("FitGroup", one.group),
        "ANSWERING": session.term("Rung", one.rung),
        "COST": _("estimate {percent} %", percent=number(round(100 * one.chance))),
    }
    hops = ngettext("{count} hop", "{count} hops", one.hops)
    parts = (_name(one.post, "Actor", words), about.get(what, "").lower(), hops)
    return " · ".join(part for part in parts if part)


def _heads() -> tuple[str, ...]:
    return _("Post"), _("Answers for"), _("Answers afterwards"), _("Could answer instead")


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
    """Who, and where they sit if that is another post."""
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
    """How many working relations end, and with whom; and how many civilians are out of reach."""
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

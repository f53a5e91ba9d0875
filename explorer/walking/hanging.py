"""What hangs on the selected node: who is reached no more, posts, networks, relations."""

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final

import streamlit as st

from api.schemas.entities import NodeName
from api.schemas.impact import HangingNetwork, HangingPost, Impact, LocalWay, Loss, Successor
from explorer import frame, on_screen, session
from explorer.components.network import Node
from explorer.html_table import table, texts
from explorer.told import Told
from explorer.words import danish_key, number, say, say_count

LABELS: Final = frozenset({"Actor", "Person", "Network", "Authority"})
"""What can leave."""
_CHOSEN: Final = "network-hangs"
_MOST_NAMES: Final = 10


def what_hangs(seen: frame.Seen, words: Told, node: Node) -> None:
    """The button, and what it answers while the node is the one it was pressed for."""
    st.button(
        say("What hangs on it?"), key=f"network-hangs-{node['id']}",
        on_click=partial(st.session_state.__setitem__, _CHOSEN, node["id"]),
    )  # fmt: skip
    if st.session_state.get(_CHOSEN) == node["id"]:
        on = None if seen.is_today else seen.on
        hangs = partial(seen.client.impact, node["id"], on=on)
        _draw(on_screen.kept(seen.client, ("hangs", node["id"], on), hangs), words)


def _draw(answer: Impact, words: Told) -> None:
    for line in summary(answer, words):
        st.markdown(line)
    if answer.losses:
        name = say("Lost, or dearer")
        heads = (say("Municipality"), say("Cooperation"), say("Now"), say("Afterwards"))
        st.html(table(name, heads, sorted(losses(answer.losses, words), key=_by_name)))
    if answer.posts:
        st.html(
            table(
                say("Posts that hang on it"), _heads(), (_post(one, words) for one in answer.posts)
            )
        )
    else:
        st.info(say("No post that you may see hangs on it."))
    lines = (*networks(answer.networks, words), *relations(answer))
    if lines:
        st.markdown("\n".join(f"- {line}" for line in lines))


def summary(answer: Impact, words: Told) -> Iterator[str]:
    """How many ways from the national level are lost, and where nothing leads any more."""
    if not answer.losses:
        yield say("No way from the national level is lost or costs more.")
        return
    yield say(
        "Of {needs} ways from the national level to the municipalities, {lost} are lost and "
        "{worse} cost more.",
        needs=number(answer.needs), lost=number(answer.lost), worse=number(answer.worse),
    )  # fmt: skip
    if answer.cut_off:
        places = ", ".join(sorted(_names(answer.cut_off, "Area", words), key=danish_key))
        yield "**" + say("Nothing leads any more to: {places}.", places=places) + "**"


def losses(found: Iterable[Loss], words: Told) -> Iterator[tuple[str, ...]]:
    """A row for each municipality and cooperation."""
    kinds = session.terms("Cooperation")
    for one in found:
        yield texts(
            _name(one.area, "Area", words), kinds.get(one.cooperation, one.cooperation),
            _way(one.before, words), _after(one, words),
        )  # fmt: skip


def _by_name(row: tuple[str, ...]) -> tuple[object, ...]:
    return (danish_key(row[0]), *row[1:])


def _after(one: Loss, words: Told) -> str:
    if one.after is not None:
        return _way(one.after, words)
    if one.farther is None:
        return say("lost")
    return say("lost; farther away: {way}", way=_way(one.farther, words))


def _way(way: LocalWay, words: Told) -> str:
    hops = say_count("{count} hop", "{count} hops", way.hops)
    return f"{_name(way.target, 'Actor', words)} · {hops}"


def _heads() -> tuple[str, ...]:
    return say("Post"), say("Answers for"), say("Answers afterwards"), say("Could answer instead")


def _post(one: HangingPost, words: Told) -> tuple[str, ...]:
    successors = ", ".join(_successor(who, words) for who in one.successors)
    return texts(
        _name(one.post, "Actor", words), ", ".join(_names(one.areas, "Area", words)),
        _answers(one), successors or say("nobody"),
    )  # fmt: skip


def _answers(one: HangingPost) -> str:
    if one.rung == "CLOSED":
        return say("nobody")
    rung = session.terms("Rung").get(one.rung, one.rung)
    return f"{one.who.name} ({rung})" if one.who and one.who.name else rung


def _successor(one: Successor, words: Told) -> str:
    """Who, and where they sit if that is another post."""
    who = _name(one.person, "Person", words) if one.person else _name(one.post, "Actor", words)
    if one.why != "SAME_KIND":
        return who
    post = _name(one.post, "Actor", words)
    return f"{who} ({post})" if one.km is None else f"{who} ({post}, {number(one.km)} km)"


def networks(found: Iterable[HangingNetwork], words: Told) -> Iterator[str]:
    """A sentence for each network."""
    for one in found:
        name = _name(one.network, "Network", words)
        if one.is_gone:
            yield say(
                "**{network}** goes; {before} posts meet there.",
                network=name, before=number(one.posts_before),
            )  # fmt: skip
            continue
        told = say(
            "**{network}**: {after} of {before} posts are left to answer.",
            network=name, after=number(one.posts_after), before=number(one.posts_before),
        )  # fmt: skip
        if one.coordinates and not one.coordinators_after:
            told += " " + say("Nobody coordinates it.")
        yield told


def relations(answer: Impact) -> Iterator[str]:
    """How many working relations end, and with whom; and how many civilians are out of reach."""
    if answer.relations:
        others = {one.other.id: one.other for one in answer.relations}.values()
        names = [one.name for one in others if one.name][:_MOST_NAMES]
        told = say_count(
            "{count} working relation ends", "{count} working relations end",
            len(answer.relations),
        )  # fmt: skip
        yield ": ".join(filter(None, (told, ", ".join(names))))
    if answer.civilians is not None:
        yield say(
            "At least {count} civilians lose their door opener.", count=number(answer.civilians)
        )


def _name(node: NodeName, label: str, words: Told) -> str:
    return node.name or words.unnamed(label)


def _names(nodes: Iterable[NodeName], label: str, words: Told) -> list[str]:
    return [_name(one, label, words) for one in nodes]

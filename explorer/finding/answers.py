"""The paths of an answer: alternatives to choose from, one drawn, listed and explained."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

import streamlit as st

from api.client import ApiClient, Need, NotFound
from api.schemas.entities import Detail
from api.schemas.found import Paths
from api.schemas.paths import Hop, Path, Stop
from api.schemas.sign_in import Me
from explorer import address, reveal, session
from explorer.components.path import boxes, card, path, tiers
from explorer.finding.choosing import chosen_among
from explorer.finding.contact import check_and_gate, who_answers
from explorer.finding.take_along import take_along
from explorer.finding.why import why, why_not
from explorer.frame import Seen
from explorer.told import Told
from explorer.words import say

Details = Mapping[str, Sequence[Detail]]
"""The contact details of posts and people, masked."""
_DETAILS: Final = "path-details"


def draw(seen: Seen, told: Told, need: Need, answer: Paths, *, changed: Mapping[str, str]) -> None:
    """The paths, best first; the chosen one drawn and in words."""
    chosen = _alternatives(answer)
    _drawing(told, answer, chosen, changed)
    _list(seen, told, chosen, _details(seen, answer.revision, chosen) if seen.is_today else {})
    _notes(chosen)
    why(told, chosen, answer.words.origin)
    why_not(seen.client, told, need)
    _table(told, chosen)
    take_along(seen, told, need, answer, chosen.number)


def _alternatives(answer: Paths) -> Path:
    paths = {one.number: one for one in answer.paths}
    words = {number: one.words for number, one in paths.items()}
    number = chosen_among(answer.on, words, key="alternatives")
    if answer.is_cut_off:
        st.info(say("The search was cut short; there may be more."))
    elif answer.fewer is not None:
        st.caption(answer.fewer.words.text)
    return paths[number]


def _drawing(told: Told, answer: Paths, chosen: Path, changed: Mapping[str, str]) -> None:
    drawn = boxes(chosen, told, you=say("You: {name}"), changed=changed)
    path(
        answer.words.headline,
        drawn,
        tiers(drawn, told),
        key=f"path-{chosen.number}",
    )


def _list(seen: Seen, told: Told, chosen: Path, details: Details) -> None:
    st.subheader(say("Contact in this order"), anchor=False)
    for number, (stop, hop) in enumerate(zip(chosen.stops[1:], chosen.hops, strict=True), start=1):
        with st.container(border=True, key=card(stop.node.id)):
            _contact(seen, told, number, stop, hop, details)


def _contact(seen: Seen, told: Told, number: int, stop: Stop, hop: Hop, details: Details) -> None:
    name = stop.node.name or told.unnamed(stop.label)
    facts = hop.facts
    st.markdown(f"**{number}. {name}**")
    st.markdown(check_and_gate(told, facts))
    who_answers(stop)
    _what_it_allows(facts.gate)
    st.caption(hop.words.why)
    left, right = st.columns([3, 1])
    with left:
        for detail in details.get(_owner(stop) or "", ()):
            _detail(seen.me, stop, detail)
    right.button(
        say("Without this"),
        key=f"without-{stop.node.id}",
        on_click=partial(_avoid, stop.node.id),
        help=None,
    )


def _what_it_allows(gate: str | None) -> None:
    """What a gate allows, where it allows little."""
    if gate == "GENERAL":
        st.caption(say("Nobody is named."))
    elif gate == "CONTACT_ONLY":
        st.caption(say("You may make contact. The hop gives no right to share information."))


def _owner(stop: Stop) -> str | None:
    """Whose contact details are those of a stop."""
    return None if stop.resolution is None else stop.resolution.reveal


def _details(seen: Seen, revision: int, chosen: Path) -> Details:
    """The masked details of all who answer on a path, asked side by side and once a revision."""
    place = (seen.client, revision, seen.on)
    held: tuple[object, dict[str, Sequence[Detail]]] | None = st.session_state.get(_DETAILS)
    if held is None or held[0] != place:
        st.session_state[_DETAILS] = held = (place, {})
    known = held[1]
    owners = {owner for stop in chosen.stops[1:] if (owner := _owner(stop)) is not None}
    if missing := sorted(owners - known.keys()):
        with ThreadPoolExecutor(len(missing)) as asking:
            found = asking.map(partial(_asked, seen.client), missing)
            known.update(zip(missing, found, strict=True))
    return known


def _asked(client: ApiClient, owner: str) -> Sequence[Detail]:
    try:
        return client.entity(owner).thing.details
    except NotFound:
        return ()


def _detail(me: Me, stop: Stop, detail: Detail) -> None:
    if detail.number is not None:
        word = session.term("Channel", detail.channel)
        st.markdown(f"{word}: **{detail.number}**")
    elif detail.channel is not None:
        reveal.button(
            detail.id, detail.channel, detail.hint, key=f"reveal-{stop.node.id}-{detail.id}", me=me
        )


def _avoid(node_id: str) -> None:
    kept = address.many("avoid")
    address.change(avoid=(*kept, node_id) if node_id not in kept else kept, answer=None)


def _notes(chosen: Path) -> None:
    for note in chosen.notes:
        st.caption(note.words.text)


def _table(told: Told, chosen: Path) -> None:
    """The drawing as a table: the same stops in the same order."""
    with st.expander(say("The path as a table")):
        st.table(
            [
                {
                    say("No."): str(number),
                    say("Name"): stop.node.name or told.unnamed(stop.label),
                    say("Tier"): told.word(stop.tier),
                    say("Answers now"): stop.words.answers or "",
                    say("Gate"): told.word(hop.facts.gate) if hop.facts.gate else "",
                    say("Check"): told.check(hop.facts.freshness, hop.facts.verified_on),
                }
                for number, (stop, hop) in enumerate(
                    zip(chosen.stops[1:], chosen.hops, strict=True), start=1
                )
            ],
            hide_index=True,
        )

"""The contact details of those who answer on a path: masked, each shown by a button of its own."""

from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Final

import streamlit as st

from api.client import ApiClient, NotFound, Unavailable
from api.schemas.entities import Detail
from api.schemas.paths import Stop
from explorer import reveal, session
from explorer.frame import Seen

Details = Mapping[str, Sequence[Detail]]
"""The masked details of posts and people, by the id of their owner."""
_HELD: Final = "path-details"


def details(seen: Seen, revision: int, stops: Iterable[Stop]) -> Details:
    """The details of all who answer at some stops, asked side by side and once a revision.

    Only today's answer shows any, and none that cannot be asked for now: the path stands without.
    """
    if not seen.is_today:
        return {}
    place = (seen.client, revision, seen.on)
    held: tuple[object, dict[str, Sequence[Detail]]] | None = st.session_state.get(_HELD)
    if held is None or held[0] != place:
        st.session_state[_HELD] = held = (place, {})
    known = held[1]
    owners = {owner for stop in stops if (owner := _owner(stop)) is not None}
    if missing := sorted(owners - known.keys()):
        with ThreadPoolExecutor(len(missing)) as asking, suppress(Unavailable):
            found = asking.map(partial(_asked, seen.client), missing)
            known.update(zip(missing, list(found), strict=True))
    return known


def reach(seen: Seen, stop: Stop, known: Details, *, key: str) -> None:
    """How whoever answers at a stop is reached; `key` tells two places of one stop apart."""
    for detail in known.get(_owner(stop) or "", ()):
        if detail.number is not None:
            word = session.term("Channel", detail.channel)
            st.markdown(f"{word}: **{detail.number}**")
        elif detail.channel is not None:
            reveal.button(
                detail.id, detail.channel, detail.hint, key=f"reveal-{key}-{detail.id}", me=seen.me
            )


def _owner(stop: Stop) -> str | None:
    """Whose contact details are those of a stop."""
    return None if stop.resolution is None else stop.resolution.reveal


def _asked(client: ApiClient, owner: str) -> Sequence[Detail]:
    try:
        return client.entity(owner).thing.details
    except NotFound:
        return ()

"""Contact details of those who answer: masked, revealed one by one or together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Final, NamedTuple

import streamlit as st

from api.client import NotFound, Unavailable
from api.schemas.entities import Detail
from api.schemas.paths import Named, Resolution
from explorer import reveal
from explorer.frame import ScreenContext

Details = Mapping[str, Sequence[Detail]]
"""The masked details of posts, people and civilians, by the id of their owner."""
_CACHE: Final = "path-details"
_CALLED: Final = frozenset({"PHONE", "MOBILE", "EMERGENCY"})


class DetailOwner(NamedTuple):
    """The owner of contact details, and the name of whom they reach."""

    id: str
    name: str


def owner_of(who: Resolution | None, post: Named) -> DetailOwner | None:
    """The owner of the details that reach a post; None if there are none to reveal."""
    if who is None or who.reveal is None:
        return None
    name = who.who.name if who.who is not None else None
    return DetailOwner(who.reveal, name or post.name or post.id)


def details(context: ScreenContext, revision: int, owners: Iterable[DetailOwner | None]) -> Details:
    """Return the details of all owners, fetched in parallel and once per revision.

    Empty on another date than today; details that cannot be fetched are left out, since the path is
    valid without them.
    """
    if not context.is_today:
        return {}
    place = (context.client, revision, context.on)
    cache: tuple[object, dict[str, Sequence[Detail]]] | None = st.session_state.get(_CACHE)
    if cache is None or cache[0] != place:
        st.session_state[_CACHE] = cache = (place, {})
    known = cache[1]

    def ask(owner: str) -> Sequence[Detail]:
        try:
            return context.client.entity(owner).thing.details
        except NotFound:
            return ()

    if missing := sorted({owner.id for owner in owners if owner is not None} - known.keys()):
        with ThreadPoolExecutor(len(missing)) as pool, suppress(Unavailable):
            known.update(zip(missing, list(pool.map(ask, missing)), strict=True))
    return known


def reach(context: ScreenContext, owner: DetailOwner | None, known: Details, *, key: str) -> None:
    """Draw the details of an owner; `key` distinguishes two places of one owner."""
    public(owner, known)
    for detail in _masked(owner, known):
        reveal.button(
            detail.id, detail.channel, detail.hint, key=f"reveal-{key}-{detail.id}", me=context.me
        )


def public(owner: DetailOwner | None, known: Details) -> None:
    """Draw the numbers that are public."""
    for detail in _of(owner, known):
        if detail.number is not None:
            st.html(reveal.shown(detail.channel or "", detail.number))


def at_once(context: ScreenContext, owner: DetailOwner | None, known: Details, *, key: str) -> None:
    """Draw one button that reveals all details of an owner."""
    reveal.button_for_all(_masked_details(owner, known), key=f"reveal-{key}", me=context.me)


def numbers_at_once(
    context: ScreenContext, owners: Iterable[DetailOwner | None], known: Details, *, key: str
) -> None:
    """Draw one button that reveals the numbers of all owners; all details if one has no number."""
    hidden: list[reveal.MaskedDetail] = []
    for owner in owners:
        found = _masked_details(owner, known)
        hidden += [detail for detail in found if detail.channel in _CALLED] or found
    reveal.button_for_all(hidden, key=f"reveal-{key}", me=context.me)


def _masked_details(owner: DetailOwner | None, known: Details) -> list[reveal.MaskedDetail]:
    return [
        reveal.MaskedDetail(
            detail=detail.id, channel=detail.channel, hint=detail.hint, owner=owner.name
        )
        for detail in _masked(owner, known)
        if owner is not None and detail.channel is not None
    ]


def _masked(owner: DetailOwner | None, known: Details) -> Iterator[Detail]:
    return (
        detail
        for detail in _of(owner, known)
        if detail.number is None and detail.channel is not None
    )


def _of(owner: DetailOwner | None, known: Details) -> Sequence[Detail]:
    return () if owner is None else known.get(owner.id, ())

"""The user's favorites and last needs, which the browser keeps as ids and codes.

Their names are looked up with the user's present rights each time they are shown, and logged as any
others; what the user may no longer see is left out.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from html import escape
from typing import Final
from urllib.parse import parse_qsl, urlencode

import streamlit as st

from api.client import ApiClient, NotAllowed, NotFound, Problem
from api.schemas.entities import Entity, WholeEntity
from api.schemas.paths import Paths
from explorer import address, problem_states, revealed_details, screen_state, session
from explorer.address import REGISTER
from explorer.components.shortcuts import ListName, keep_need, star, stored_entries
from explorer.frame import ScreenContext
from explorer.i18n import _, ngettext, plain
from explorer.labels import Labels, when_marked
from explorer.views.find.details import ContactNumbers, DetailOwner
from explorer.views.find.need import AS_IT_STANDS, BEST, TERMS, WHAT, NeedQuery, word_label

_FAVORITES: Final[ListName] = "favorites"
_NEEDS: Final[ListName] = "needs"
_WITH_STAR: Final = frozenset({"Actor", "Network", "Authority", "Organization"})
"""The labels of favorites: offices, never a person or a civilian."""
_WITHIN_ANSWER: Final = frozenset({"via", "avoid", "stops"})
_CONDITIONS: Final = tuple(term for term in TERMS if term not in _WITHIN_ANSWER)
_NODES: Final = ("start", "target", "area", "from_area")
_NEED: Final = frozenset((*WHAT, *_CONDITIONS, *_NODES, AS_IT_STANDS))
"""The parameters of a need that are kept: none of its time, nor of a choice within its answer."""
_FRESH_S: Final = 60
_AT_ONCE: Final = 8


def favorite_star(context: ScreenContext, node_id: str, label: str, name: str) -> None:
    """Draw the star of a node that may be a favorite; nothing for people."""
    if label in _WITH_STAR:
        star(context.me.account, node_id, name)


def keep(context: ScreenContext, query: NeedQuery, answer: Paths | None) -> None:
    """Add the need on screen to the last ones, unless it names a person or a civilian.

    `answer` is None for a move.
    """
    if answer is None:
        if not {"from_area", "area"} <= address.here().keys():
            return
    elif not all(
        _is_office(context, name, str(query.fields[name]))
        for name in ("start", "target")
        if name in query.fields
    ):
        return
    codes = [(name, code) for name in sorted(_NEED) for code in address.many(name)]
    start = query.fields.get("start")
    if start and address.text("start") is None:
        codes.append(("start", str(start)))
    keep_need(context.me.account, urlencode(codes))


def _is_office(context: ScreenContext, name: str, node_id: str) -> bool:
    """Whether a node that a need names is of the labels that favorites may have."""

    def read() -> bool:
        whole = _visible(context.client, node_id)
        return whole is not None and whole.entity.label in _WITH_STAR

    return _is_own(context, name, node_id) or screen_state.fetch(
        context.client, ("is-office", node_id), read, fresh_s=_FRESH_S
    )


def draw(context: ScreenContext, words: Labels) -> None:
    """Draw the last needs and the favorites.

    One fragment for both: the browser sends the two lists at once, and then only one is run again.
    """

    @st.fragment
    def draw_lists() -> None:
        needs = _entries(context, _NEEDS, _("Last needs"), _("Clear the last needs"))
        try:
            if needs:
                _draw_needs(context, needs)
            elif needs is not None:
                st.markdown(_("What you ask about stands here, to be asked again in one press."))
            ids = _entries(context, _FAVORITES, _("Favorites"), _("Clear the favorites"))
            if ids:
                _draw_favorites(context, words, _read_favorites(context.client, ids))
            elif ids is not None:
                st.markdown(_("Press ☆ at a contact to have it here."))
        except Problem as problem:
            problem_states.draw(problem)

    draw_lists()


def parsed_need(entry: str) -> Mapping[str, Sequence[str]] | None:
    """The parameters of a need that was kept; None if it is not one."""
    need: dict[str, list[str]] = {}
    for name, code in parse_qsl(entry):
        if name not in _NEED or not address.is_code(code):
            return None
        need.setdefault(name, []).append(code)
    return need or None


def need_again(need: Mapping[str, Sequence[str]]) -> dict[str, address.Value]:
    """The address parameters that ask a need again, for now, without any other of the address."""
    return {**dict.fromkeys(address.here()), **BEST, **need}


def _entries(
    context: ScreenContext, name: ListName, heading: str, label: str
) -> tuple[str, ...] | None:
    with st.container(horizontal=True, vertical_alignment="center", key=f"find-{name}"):
        st.header(heading, anchor=False)
        return stored_entries(context.me.account, name, label)


# ---- favorites


@dataclass(frozen=True, slots=True, kw_only=True)
class _Favorite:
    """A favorite, and the owner of the contact details by which it is reached."""

    whole: WholeEntity
    owner: WholeEntity


def _read_favorites(client: ApiClient, ids: Sequence[str]) -> Sequence[_Favorite]:
    """Return the favorites that the user may see."""
    codes = [node_id for node_id in ids if address.is_code(node_id)]

    def read() -> Sequence[_Favorite]:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            return [found for found in pool.map(partial(_read, client), codes) if found is not None]

    return screen_state.fetch(client, (_FAVORITES, tuple(codes)), read, fresh_s=_FRESH_S)


def _read(client: ApiClient, node_id: str) -> _Favorite | None:
    whole = _visible(client, node_id)
    if whole is None or whole.entity.label not in _WITH_STAR:
        return None
    owner = None
    if whole.answering is not None and whole.answering.reveal not in (None, node_id):
        owner = _visible(client, whole.answering.reveal)
    return _Favorite(whole=whole, owner=owner or whole)


def _visible(client: ApiClient, node_id: str) -> WholeEntity | None:
    """A node; None if the user may not see it or there is none."""
    try:
        return client.entity(node_id).value
    except (NotFound, NotAllowed):
        return None


def _draw_favorites(context: ScreenContext, words: Labels, found: Sequence[_Favorite]) -> None:
    purpose = None
    if any(favorite.owner.details for favorite in found) and revealed_details.may_reveal(context):
        purpose = revealed_details.purpose(context, place=_FAVORITES)
    numbers = ContactNumbers(
        context=context, purpose=purpose,
        details={favorite.owner.entity.id: favorite.owner.details for favorite in found},
    )  # fmt: skip
    revealed_details.refusal(_FAVORITES)
    for favorite in found:
        node, owner = favorite.whole.entity, favorite.owner.entity
        name = node.name or words.generic_name(node.label)
        with st.container(key=f"favorite-{node.id}", gap="xsmall"):
            to = address.link(REGISTER, id=node.id)
            st.html(
                f'<div class="kv-favorite"><a href="{escape(to)}" target="_self">{escape(name)}</a>'
                f"<span>{escape(' · '.join(_role_and_place(words, node)))}</span></div>"
            )
            answering = favorite.whole.answering
            if answering is not None and answering.now is not None:
                st.markdown(when_marked(answering.now))
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                numbers.draw(
                    DetailOwner(owner.id, owner.name or name), key=f"favorite-{node.id}",
                    place=_FAVORITES, to_call=True,
                )  # fmt: skip
    revealed_details.watch()


def _role_and_place(words: Labels, node: Entity) -> Iterator[str]:
    yield words.kind(node.kind, node.own_kind, node.label)
    yield from (area.name for area in node.areas[:1] if area.name)


# ---- last needs


def _draw_needs(context: ScreenContext, entries: Sequence[str]) -> None:
    """Draw the needs as buttons that ask again, for now."""
    needs = [*_named_needs(context, entries)]
    with st.container(key="find-last", horizontal=True, gap="small"):
        for place, (label, need) in enumerate(needs):
            if st.button(plain(label), key=f"last-need-{place}"):
                address.change(**need_again(need))
                st.rerun()  # the whole screen, not these lists alone


def _named_needs(
    context: ScreenContext, entries: Sequence[str]
) -> Iterator[tuple[str, Mapping[str, Sequence[str]]]]:
    """The needs with their words; without those of which the user may no longer see a node."""
    for entry in entries:
        if (need := parsed_need(entry)) is not None:
            with suppress(NotFound, NotAllowed):
                if (label := _need_label(context, need)) is not None:
                    yield label, need


def _need_label(context: ScreenContext, need: Mapping[str, Sequence[str]]) -> str | None:
    """The need in words; None if the name of a node of it is not shown to the user.

    Raises: NotFound, NotAllowed: the user may no longer see a node of it.
    """
    codes = {name: values[0] for name, values in need.items()}
    names: dict[str, str] = {}
    for name, code in codes.items():
        if name in _NODES and not _is_own(context, name, code):
            known_name = session.name_of(code, context.client)
            if known_name is None:
                return None
            names[name] = known_name
    what = [names["target"]] if "target" in names else []
    what += [word_label(part, codes[part]) for part in WHAT if part != "target" and part in codes]
    place = " → ".join(names[name] for name in ("from_area", "area") if name in names)
    parts = [", ".join(what), place]
    if "start" in names:
        parts.append(_("From: {name}", name=names["start"]))
    if count := sum(name in codes for name in _CONDITIONS):
        parts.append(ngettext("{count} condition", "{count} conditions", count))
    return " · ".join(filter(None, parts))


def _is_own(context: ScreenContext, name: str, code: str) -> bool:
    return name == "start" and context.seat is not None and code == context.seat.id

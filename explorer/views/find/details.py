"""Contact details of those who answer: masked, revealed one by one or together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import streamlit as st

from api.client import NotFound, Unavailable
from api.schemas.entities import Detail
from api.schemas.paths import NodeRef, Resolution
from api.schemas.reveal import PurposeWord
from explorer import reveal, revealed_details
from explorer.frame import ScreenContext
from explorer.i18n import plain
from explorer.reveal import PHONE_CHANNELS, MaskedDetail

Details = Mapping[str, Sequence[Detail]]
"""The masked details of posts, people and civilians, by the id of their owner."""
_CACHE: Final = "path-details"


@dataclass(frozen=True, slots=True)
class DetailOwner:
    """The owner of contact details, and the name of the person or post they reach."""

    id: str
    name: str
    is_civilian: bool = False


def owner_of(who: Resolution | None, post: NodeRef) -> DetailOwner | None:
    """The owner of the details that reach a post; None if there are none to reveal."""
    if who is None or who.reveal is None:
        return None
    name = who.who.name if who.who is not None else None
    return DetailOwner(who.reveal, name or post.name or post.id)


def details(context: ScreenContext, revision: int, owners: Iterable[DetailOwner | None]) -> Details:
    """Return the details of all owners, fetched in parallel and once per revision.

    Empty on a past date; details that cannot be fetched are left out, since the path is valid
    without them.
    """
    if context.is_past:
        return {}
    place = (context.client, revision, context.on)
    cache: tuple[object, dict[str, Sequence[Detail]]] | None = st.session_state.get(_CACHE)
    if cache is None or cache[0] != place:
        st.session_state[_CACHE] = cache = (place, {})
    by_owner = cache[1]

    def ask(owner: str) -> Sequence[Detail]:
        try:
            return context.client.entity(owner).value.details
        except NotFound:
            return ()

    if missing := sorted({owner.id for owner in owners if owner is not None} - by_owner.keys()):
        with ThreadPoolExecutor(len(missing)) as pool, suppress(Unavailable):
            by_owner.update(zip(missing, list(pool.map(ask, missing)), strict=True))
    return by_owner


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactNumbers:
    """The contact details on a screen, for the purpose chosen there; None: none may be shown."""

    context: ScreenContext
    details: Details
    purpose: PurposeWord | None

    def public(self, owner: DetailOwner | None) -> None:
        """Draw the numbers that are public."""
        for detail in self._of(owner):
            if detail.number is not None:
                st.html(reveal.value_html(detail.channel or "", detail.number))

    def draw(
        self,
        owner: DetailOwner | None,
        *,
        key: str,
        place: str,
        to_call: bool = False,
        is_main: bool = False,
    ) -> None:
        """Draw all details of an owner, in clear or each with the button that shows it.

        `key` distinguishes two places of one owner; `place`: as in `revealed_details.button`.
        `to_call`: numbers only, if there is one. `is_main`: the first is the main button.
        """
        self.public(owner)
        masked = self.to_call((owner,)) if to_call else list(self._masked_details(owner))
        if owner is not None and owner.is_civilian:  # may lead to the door opener
            for detail in masked:
                reveal.button(
                    detail.detail, detail.channel, detail.hint, owner=detail.owner,
                    key=f"reveal-{key}-{detail.detail}", me=self.context.me,
                )  # fmt: skip
            return
        if not masked:
            return
        channels = [detail.channel for detail in masked]
        with st.container(
            horizontal=True, vertical_alignment="center", gap="small", width="content"
        ):
            for detail in masked:
                if self.purpose is None:
                    st.caption(
                        plain(reveal.masked_text(detail.channel, detail.hint)), width="content"
                    )
                revealed_details.button(
                    detail, self.purpose, key=f"{key}-{detail.detail}", place=place,
                    hint=channels.count(detail.channel) > 1,
                    is_main=is_main and detail is masked[0],
                )  # fmt: skip

    def to_call(self, owners: Iterable[DetailOwner | None]) -> list[MaskedDetail]:
        """The masked numbers of all owners; all details of one who has no number."""
        numbers: list[MaskedDetail] = []
        for owner in owners:
            if owner is not None and not owner.is_civilian:
                masked = list(self._masked_details(owner))
                numbers += [
                    detail for detail in masked if detail.channel in PHONE_CHANNELS
                ] or masked
        return numbers

    def numbers_in_clear(self, owner: DetailOwner | None) -> list[Detail]:
        """The numbers of an owner that are revealed on the screen."""
        return [
            detail
            for detail in self._of(owner)
            if owner is not None and detail.channel in PHONE_CHANNELS
            and revealed_details.value_of(self._as_masked(detail, owner)) is not None
        ]  # fmt: skip

    def in_clear(self, owner: DetailOwner | None) -> Iterator[tuple[str, str]]:
        """The channels and values of an owner that are shown in clear."""
        for public in self._of(owner):
            if public.number is not None:
                yield public.channel or "", public.number
        for detail in self._masked_details(owner):
            if (value := revealed_details.value_of(detail)) is not None:
                yield detail.channel, value

    def _masked_details(self, owner: DetailOwner | None) -> Iterator[MaskedDetail]:
        for detail in self._of(owner):
            if owner is not None and detail.number is None and detail.channel is not None:
                yield self._as_masked(detail, owner)

    @staticmethod
    def _as_masked(detail: Detail, owner: DetailOwner) -> MaskedDetail:
        return MaskedDetail(
            detail=detail.id, channel=detail.channel or "", hint=detail.hint, owner=owner.name
        )

    def _of(self, owner: DetailOwner | None) -> Sequence[Detail]:
        return () if owner is None else self.details.get(owner.id, ())

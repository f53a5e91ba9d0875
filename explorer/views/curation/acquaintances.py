"""The user's acquaintances: a tie is confirmed by the other person; either may end it."""

from collections.abc import Iterator
from functools import partial
from typing import Final

import streamlit as st

from api.client import ApiClient, ChangedFields, Versioned
from api.schemas.entities import LinkCard, NodeName
from explorer import address, frame, screen_state
from explorer.i18n import _, day, ngettext, plain
from explorer.views.curation import editing

_MOST: Final = 50
_Tie = Versioned[LinkCard]


def show(context: frame.ScreenContext) -> None:
    """Draw the user's ties, each with the possible actions."""
    me = context.me.person
    if me is None:
        st.info(_("Your account is tied to no person, so nobody can say that they know you."))
        return
    found = screen_state.fetch_and_watch(
        context.client, ("ties", me), lambda: list(_ties(context, me))
    )
    if found:
        st.header(
            ngettext("You know {count} person", "You know {count} people", len(found)),
            anchor=False,
        )
    else:
        st.info(_("Nobody is said to know you."))
    for one in found:
        link = one.thing
        other = link.target if link.source.id == me else link.source
        is_confirmed = bool(link.fields.get("is_confirmed"))
        is_theirs = link.fields.get("declared_by") not in (me, None)
        with st.container(border=True):
            st.markdown(f"**{plain(editing.name(other))}**")
            st.markdown(" · ".join(_facts(link, is_confirmed=is_confirmed, is_theirs=is_theirs)))
            with st.container(horizontal=True):
                if is_theirs and not is_confirmed:
                    _button(
                        context, one, "confirm", _("Yes, we know each other"), is_confirmed=True
                    )
                _button(
                    context, one, "met", _("In touch today"), last_contact_on=context.on.isoformat()
                )
                st.button(
                    _("I don't know this person"), key=f"unknown-{link.id}",
                    on_click=_take_away, args=(context.client, one, other),
                )  # fmt: skip
    st.button(_("Add somebody you know"), key="tie-new", on_click=partial(_new, me))


def _new(me: str) -> None:
    address.change(tab="new", type="KNOWS", source=me, target=None)


def _ties(context: frame.ScreenContext, me: str) -> Iterator[_Tie]:
    """The user's ties, each with its version, on which a change is based."""
    links = context.client.links
    for page in (
        next(links(source=me, type="KNOWS", limit=_MOST)),
        next(links(target=me, type="KNOWS", limit=_MOST)),
    ):
        yield from (context.client.link(one.id) for one in page.found)


def _facts(link: LinkCard, *, is_confirmed: bool, is_theirs: bool) -> Iterator[str]:
    if is_confirmed:
        yield _("confirmed by both")
    else:
        yield _("said by the other alone") if is_theirs else _("said by you alone")
    last = editing.day_in(link.fields.get("last_contact_on"))
    yield _("last in touch {day}", day=day(last)) if last else _("last contact unknown")


def _button(
    context: frame.ScreenContext, one: _Tie, name: str, label: str, **values: bool | str
) -> None:
    st.button(
        label, key=f"{name}-{one.thing.id}", on_click=_change, args=(context.client, one, values)
    )


def _change(client: ApiClient, one: _Tie, values: dict[str, bool | str]) -> None:
    ask = ChangedFields(fields={**values})
    refused = partial(editing.refuse, saw=[one.thing])
    editing.write(lambda: client.change_link(one.thing.id, ask, one.etag), refused)


def _take_away(client: ApiClient, one: _Tie, other: NodeName) -> None:
    refused = partial(editing.refuse, saw=[one.thing])
    if editing.write(lambda: client.end_link(one.thing.id, one.etag), refused) is not None:
        editing.note(_("The tie to {name} is taken away.", name=editing.name(other)))

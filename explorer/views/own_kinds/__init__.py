"""The screen of own kinds: a table of all, and a form for one."""

from functools import partial
from html import escape

import streamlit as st

from api.schemas.system import KeptOwnKind
from explorer import address, frame, screen_state, session
from explorer.address import OWN_KINDS
from explorer.html_table import table
from explorer.i18n import _, number, paragraphs, plain
from explorer.views.own_kinds import form


def show(context: frame.ScreenContext) -> None:
    """Draw the form of the kind in the address, if there is one, and all own kinds as a table."""
    frame.title(context, _("Own kinds"))
    form.draw_outcome()
    client = context.client
    answer = screen_state.fetch(client, "own-kinds", client.own_kinds)
    if answer.value.faults:
        st.warning(
            paragraphs(
                [
                    _("The file was changed on the server and cannot be used. The own kinds below "
                      "are those of its last good content."),
                    *map(plain, answer.value.faults),
                ]
            )
        )  # fmt: skip
    own_kind = next((kind for kind in answer.value.found if kind.id == address.text("kind")), None)
    if not answer.value.may_change:
        st.info(plain(answer.value.why_not or ""))
    elif own_kind is not None or address.text("new") is not None:
        with st.container(border=True, key="own-kind"):
            form.show(context, answer, own_kind)
    else:
        st.button(
            _("New own kind"), key="own-kind-new", type="primary",
            on_click=partial(address.change, new="1"),
        )  # fmt: skip
    if not answer.value.found:
        st.info(_("There are no own kinds yet."))
        return
    st.html(
        table(
            _("Own kinds"),
            (_("Danish name"), _("English name"), _("What it is"), _("Beneath"),
             _("Narrowed to"), _("In the register")),
            [_cells(kind, may_change=answer.value.may_change) for kind in answer.value.found],
            has_names=True,
        )
    )  # fmt: skip


def _cells(kind: KeptOwnKind, *, may_change: bool) -> tuple[str, ...]:
    name = escape(kind.label_da)
    if may_change:
        link = escape(address.link(OWN_KINDS, kind=kind.id))
        name = f'<a href="{link}" target="_self">{name}</a>'
    above = session.kinds(kind.of).get(kind.is_a, kind.is_a)
    narrowings: list[str] = []
    if "tiers" in kind.narrows:
        tiers = session.terms("Tier")
        narrowings += [label for tier, label in tiers.items() if tier in kind.tiers]
    if "is_unit_only" in kind.narrows:
        narrowings.append(_("answered by a unit"))
    if "gate" in kind.narrows:
        narrowings.append(session.term("LegalGate", kind.gate))
    return (
        name,
        escape(kind.label_en),
        escape(form.sort_names().get(kind.of, kind.of)),
        escape(above),
        escape(", ".join(narrowings) or "–"),
        escape(number(kind.nodes)),
    )

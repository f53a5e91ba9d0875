"""Which contact paths an import would change: a table of before and after."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from api.schemas.imports import ImportPaths, ImportPathStop
from explorer import session
from explorer.html_table import text_table
from explorer.i18n import _, ngettext, number, plain

_SHOWN: Final = 25


def show(paths: ImportPaths) -> None:
    """Draw which paths change, folded in; and whether the time was enough for all."""
    label = ngettext("{count} contact path changes", "{count} contact paths change", paths.count)
    if not paths.count:
        label = _("No contact path changes")
    with st.expander(label):
        st.caption(
            ngettext(
                "Compared: the way to {count} standard contact of the municipalities.",
                "Compared: the ways to {count} standard contacts of the municipalities.",
                paths.compared,
            )
        )
        if paths.is_cut:
            st.warning(_("There was not time to compare all of them."))
        if paths.changed:
            _table(paths)
        if paths.count > _SHOWN:
            st.caption(_("The first {count} are shown.", count=number(_SHOWN)))


def _table(paths: ImportPaths) -> None:
    effects = {
        "LOST": _("no path any more"),
        "NEW": _("new path"),
        "CONTACT": _("another contact"),
        "ANSWERING": _("somebody else answers"),
        "STOPS": _("other steps on the way"),
    }
    references, tiers = session.terms("Reference"), session.terms("Tier")
    st.html(
        text_table(
            _("Contact paths that change"),
            (_("Place"), _("Contact"), _("What"), _("Before"), _("After")),
            (
                (
                    one.area.name or one.area.id,
                    f"{references[one.reference]} ({tiers[one.tier]})"
                    if one.tier
                    else references[one.reference],
                    effects[one.what], _way(one.before), _way(one.after),
                )
                for one in paths.changed[:_SHOWN]
            ),
        )
    )  # fmt: skip


def _way(stops: Sequence[ImportPathStop]) -> str:
    """The steps of a path, and who answers at the last."""
    if not stops:
        return "–"
    hidden = _("name not shown")
    nodes = " → ".join(stop.node.name or hidden for stop in stops)
    last = stops[-1]
    if last.who is not None:
        return plain(f"{nodes}: {last.who.name or hidden}")
    if last.is_hidden:
        return plain(f"{nodes}: {hidden}")
    rung = session.terms("AnswerRole").get(last.rung or "", "")
    return plain(f"{nodes}: {rung}" if rung else nodes)

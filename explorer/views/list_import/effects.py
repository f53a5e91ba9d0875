"""What an import changes for people: who answers, who stops, which contact paths change."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final, get_args

import streamlit as st

from api.schemas.imports import (
    HolderWord,
    Import,
    ImportAnswers,
    ImportPaths,
    ImportPathStop,
    ImportPreview,
)
from explorer import session
from explorer.frame import ScreenContext
from explorer.html_table import text_table
from explorer.i18n import _, day, ngettext, number, plain
from explorer.views.list_import import columns, outcome

_MOST: Final = 25
_ALL: Final = "*"
_CHOICES: Final[tuple[HolderWord, ...]] = get_args(HolderWord)


def show(context: ScreenContext, import_: Import, preview: ImportPreview) -> None:
    """Draw the questions about new holders, then who answers and which paths change."""
    _holders(context, import_, preview)
    if preview.answers is not None:
        _answers(preview.answers)
    if preview.paths is not None:
        _paths(preview.paths)


# ---- new holders of held posts


def _holders(context: ScreenContext, import_: Import, preview: ImportPreview) -> None:
    asked = [row for row in preview.rows if row.holders and row.line is not None]
    if preview.held:
        st.warning(
            ngettext(
                "{count} new holder has a post that somebody else holds. Choose what the new one "
                "is.",
                "{count} new holders have posts that somebody else holds. Choose what the new ones "
                "are.",
                preview.held,
            )
        )
    if not import_.is_mine or not (asked or import_.holders):
        return
    labels: dict[str, str] = {
        "": _("choose"), "REPLACES": _("replaces"), "BESIDE": _("beside"), "SKIP": _("skip"),
    }  # fmt: skip

    if _ALL in import_.holders:
        labels[""] = _("as for all")

    def pick(line: str, label: str, options: Mapping[str, str]) -> None:
        key = f"holder-{import_.id}-{line}"
        chosen = import_.holders.get(line, "")
        st.selectbox(
            label, ["", *_CHOICES], format_func=options.__getitem__, key=key,
            index=["", *_CHOICES].index(chosen),
            on_change=partial(_choose, context, import_, line, key),
        )  # fmt: skip

    pick(_ALL, _("All new holders of held posts"), {**labels, "": _("choose")})
    for row in asked:
        names = ", ".join(holder.name or _("name not shown") for holder in row.holders)
        pick(
            str(row.line),
            _(
                "{post}: {name} is new, {holders} holds it today", post=plain(row.post or ""),
                name=plain(row.person or ""), holders=plain(names),
            ),
            labels,
        )  # fmt: skip


def _choose(context: ScreenContext, import_: Import, line: str, key: str) -> None:
    holders = {at: choice for at, choice in import_.holders.items() if at != line}
    choice: HolderWord | str = st.session_state[key]
    if choice in _CHOICES:
        holders[line] = choice
    choices = columns.choices_of(import_, holders=holders)
    outcome.write(lambda: context.client.choose_mapping(import_.id, choices), "")


# ---- who answers


def _answers(answers: ImportAnswers) -> None:
    """Draw who answers before and after, and who has no post any more."""
    if not answers.count and not answers.stop_count:
        st.markdown(_("Nobody else answers anywhere."))
        return
    if answers.count:
        text = ngettext(
            "At {count} post somebody else answers:", "At {count} posts somebody else answers:",
            answers.count,
        )  # fmt: skip
        st.markdown(f"**{text}**")
        st.html(
            text_table(
                _("Who answers"),
                (_("Post"), _("From"), _("Before"), _("After")),
                (
                    (
                        change.post.name or change.post.id, day(change.on),
                        _answerer(change.before), _answerer(change.after),
                    )
                    for change in answers.changed[:_MOST]
                ),
            )
        )  # fmt: skip
        if answers.count > _MOST:
            st.caption(_("The first {count} are shown.", count=number(_MOST)))
    if answers.stop_count:
        names = ", ".join(node.name or _("name not shown") for node in answers.stops[:_MOST])
        more = " …" if answers.stop_count > _MOST else ""
        st.markdown(plain(_("Without a post afterwards: {names}", names=names + more)))


def _answerer(stop: ImportPathStop | None) -> str:
    """Who answers at a post, in words."""
    if stop is None:
        return _("no such post")
    if stop.who is not None:
        return stop.who.name or _("name not shown")
    if stop.is_hidden:
        return _("name not shown")
    return session.terms("Rung").get(stop.rung or "", _("nobody"))


# ---- contact paths


def _paths(paths: ImportPaths) -> None:
    """Draw the paths that change, collapsed, and a warning if not all were compared in time."""
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
            _paths_table(paths)
        if paths.count > _MOST:
            st.caption(_("The first {count} are shown.", count=number(_MOST)))


def _paths_table(paths: ImportPaths) -> None:
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
                    change.area.name or change.area.id,
                    references[change.reference] + _from(tiers[tier] for tier in change.tiers),
                    effects[change.what], _way(change.before), _way(change.after),
                )
                for change in paths.changed[:_MOST]
            ),
        )
    )  # fmt: skip


def _from(tiers: Iterable[str]) -> str:
    """The levels at which a path begins, in parentheses."""
    text = ", ".join(tiers)
    return f" ({text})" if text else ""


def _way(stops: Sequence[ImportPathStop]) -> str:
    """The steps of a path, and who answers at the last."""
    if not stops:
        return "–"
    nodes = " → ".join(stop.node.name or _("name not shown") for stop in stops)
    last = stops[-1]
    is_answered = last.who is not None or last.is_hidden or last.rung is not None
    return plain(f"{nodes}: {_answerer(last)}" if is_answered else nodes)

"""The proposals tab: proposals that await the user's answer, and the user's own."""

from functools import partial
from typing import Final

import streamlit as st

from api.client import ApiClient, ChangeSet, Create, NewLink, NewProposal, Problem, ProposalAnswer
from api.schemas.changes import Proposal, ProposedChange
from explorer import address, screen_state, session
from explorer.address import IMPORT
from explorer.frame import ScreenContext
from explorer.html_table import text_table
from explorer.i18n import _, day, ngettext, plain
from explorer.labels import labels
from explorer.problem_states import anchor
from explorer.views.curation import editing
from explorer.views.curation.field_errors import FieldErrors, missing

_ASKED: Final = "proposal-asked"
_DECLINING: Final = "proposal-declining"
_LONGEST: Final = 300


def show(context: ScreenContext) -> None:
    """Draw the proposals that await the user's answer, then those the user made."""
    proposals = screen_state.fetch_and_watch(context.client, "proposals", context.client.proposals)
    if "STEWARD" in session.roles(context.me):
        _waiting(context.client, proposals.waiting)
        # The lists that await a steward; the import screen shows what they would change.
        found = screen_state.fetch(context.client, "imports", context.client.imports)
        count = sum(
            one.is_from_server or (one.is_waiting and not one.is_mine) for one in found.open
        )
        if count:
            text = ngettext(
                "{count} list waits for your answer", "{count} lists wait for your answer", count
            )
            anchor(text, address.link(IMPORT))
    st.header(_("Proposed by you"), anchor=False)
    if not proposals.made:
        st.info(_("You have proposed nothing in the last thirty days."))
    for one in proposals.made:
        with st.container(border=True):
            _own(context.client, one)


def _waiting(client: ApiClient, waiting: tuple[Proposal, ...]) -> None:
    count = len(waiting)
    if not count:
        st.header(_("Waiting for your answer"), anchor=False)
        st.info(_("No proposal waits for your answer."))
        return
    text = ngettext(
        "{count} proposal waits for your answer", "{count} proposals wait for your answer", count
    )
    st.header(text, anchor=False)
    for one in waiting:
        with st.container(border=True):
            _show_origin(one)
            if one.is_outdated:
                st.warning(
                    _("It was changed after it was proposed, so it cannot be accepted. Decline it, "
                      "and say why.")
                )  # fmt: skip
            _answer(client, one)


def _answer(client: ApiClient, one: Proposal) -> None:
    key = f"proposal-{one.id}"
    if st.session_state.get(_DECLINING) == one.id:
        _decline(client, one)
        return

    def accept() -> None:
        body = ProposalAnswer(answer="ACCEPTED")
        if editing.attempt(lambda: client.answer_proposal(one.id, body)) is not None:
            editing.note(_("Accepted and saved in your name."))

    with st.container(horizontal=True):
        st.button(
            _("Accept"), key=f"accept-{one.id}", type="primary", disabled=one.is_outdated,
            on_click=accept,
        )  # fmt: skip
        st.button(
            _("Show what would change"), key=f"preview-{one.id}", disabled=one.is_outdated,
            on_click=editing.dry_run,
            args=(
                key, partial(client.preview_proposal, one.id),
                {change.called or change.id: _name(change) for change in one.would},
            ),
        )  # fmt: skip
        st.button(
            _("Decline …"), key=f"decline-{one.id}",
            on_click=partial(st.session_state.__setitem__, _DECLINING, one.id),
        )  # fmt: skip
    editing.show_dry_run(key)


def _decline(client: ApiClient, one: Proposal) -> None:
    errors = FieldErrors()
    with st.form(f"declining-{one.id}", enter_to_submit=False):
        reason = st.text_input(
            _("Why not? (the proposer reads this)"), max_chars=_LONGEST, key=f"reason-{one.id}"
        ).strip()
        errors.below("reason")
        with st.container(horizontal=True):
            is_sent = st.form_submit_button(_("Decline"), type="primary")
            st.form_submit_button(
                _("Back"), on_click=partial(st.session_state.pop, _DECLINING, None)
            )
    if not is_sent:
        return
    if lacking := missing({"reason": reason}, ("reason",)):
        errors.tell(lacking)
        return
    try:
        client.answer_proposal(one.id, ProposalAnswer(answer="REFUSED", reason=reason))
    except Problem as problem:
        if not errors.refused(problem):
            editing.refuse(problem)
            editing.outcome(client)
        return
    screen_state.invalidate()
    st.session_state.pop(_DECLINING)
    editing.note(_("Declined. Nothing is changed."))
    st.rerun()


def _own(client: ApiClient, one: Proposal) -> None:
    _show_origin(one)
    states = {
        "WAITING": ("gray", _("Waits for an answer")),
        "ACCEPTED": ("green", "✓ " + _("Accepted")),
        "REFUSED": ("red", "✕ " + _("Declined")),
        "WITHDRAWN": ("gray", _("Withdrawn")),
    }
    color, text = states[one.state]
    answer = f":{color}-badge[{text}]"
    if one.state != "WAITING":
        answer += f" {day(one.changed_at)}"
    if one.reason:
        answer += " · " + _("Reason: {reason}", reason=plain(one.reason))
    st.markdown(answer)
    if one.state == "WAITING":

        def withdraw() -> None:
            if editing.attempt(lambda: client.withdraw_proposal(one.id)) is not None:
                editing.note(_("The proposal is withdrawn."))

        st.button(_("Withdraw the proposal"), key=f"withdraw-{one.id}", on_click=withdraw)


# ---- what a proposal would do


def _show_origin(proposal: Proposal) -> None:
    """Draw who proposed what and why."""
    when = day(proposal.made_at)
    by = proposal.by.name if proposal.by is not None else None
    if proposal.is_mine:
        st.caption(_("Sent {day}", day=when))
    elif by:
        st.caption(_("Proposed by {name}, {day}", name=plain(by), day=when))
    else:
        st.caption(_("Proposed {day}", day=when))
    if not proposal.would:
        st.markdown(_("What it names is no longer shown to you."))
    for change in proposal.would:
        _change(change)
    if proposal.comment:
        st.markdown(_("Comment: {comment}", comment=plain(proposal.comment)))


def _change(change: ProposedChange) -> None:
    name, before, after = plain(_name(change)), change.before, change.after
    if change.kind == "ENDED":
        until = editing.day_in(after.get("valid_to"))
        st.markdown(_("**{name}** ends {day}", name=name, day=day(until) if until else "–"))
        return
    told = editing.told_of((*before, *after))
    if change.kind == "CREATED":
        facts = [
            f"{editing.field_name(field)}: {editing.value(field, after[field])}"
            for field in told
            if field != "name"
        ]
        st.markdown(_("New: **{name}**", name=name))
        if facts:
            st.markdown(plain(" · ".join(facts)))
        return
    head = (_("Its field"), _("Before the change"), _("After the change"))
    st.markdown(f"**{name}**")
    st.html(text_table(_("What is proposed"), head, editing.field_pairs(told, before, after)))


def _name(change: ProposedChange) -> str:
    """A node by name and kind, a link by its ends."""
    if change.source is not None and change.target is not None:
        verb = session.term("LinkType", change.type)
        return f"{editing.name(change.source)} {verb} {editing.name(change.target)}"
    return change.name or labels().unnamed(change.label or "")


# ---- a proposal from a refused link


def refused(ask: NewLink, problem: Problem) -> None:
    """Show why a link was not saved; if a steward elsewhere must agree, keep it for a proposal."""
    editing.refuse(problem)
    if problem.slug == "home-elsewhere":
        st.session_state[_ASKED] = ask


def offer(client: ApiClient) -> None:
    """Draw the button that proposes the link that `refused` has stored."""
    ask: NewLink | None = st.session_state.pop(_ASKED, None)
    if ask is None:
        return
    seat = Create(type=ask.type, fields=ask.fields)
    new = NewProposal(changes=ChangeSet(reason=ask.reason, creates=(seat,)))

    def propose() -> None:
        if editing.attempt(lambda: client.make_proposal(new)) is not None:
            editing.note(_("Proposed. You find the answer under Proposals."))

    st.button(
        _("Ask the steward where they belong"), key="propose", type="primary", on_click=propose
    )

"""The proposals tab: proposals that await the user's answer, and the user's own."""

from functools import partial
from typing import Final

import streamlit as st

from api.client import ApiClient, ChangeSet, NewProposal, Problem, ProposalAnswer
from api.schemas.changes import Proposal, ProposedChange
from explorer import address, screen_state, session
from explorer.address import IMPORT
from explorer.frame import ScreenContext
from explorer.html_table import text_table
from explorer.i18n import _, day, ngettext, plain
from explorer.labels import labels
from explorer.problem_states import anchor
from explorer.views.curation import editing
from explorer.views.curation.field_errors import FieldErrors, required_errors

_REFUSED_SEAT: Final = "proposal-asked"
_DECLINING: Final = "proposal-declining"
_LONGEST: Final = 300


def show(context: ScreenContext) -> None:
    """Draw the proposals that await the user's answer, then those the user made."""
    proposals = screen_state.fetch_and_watch(context.client, "proposals", context.client.proposals)
    if "STEWARD" in session.roles(context.me):
        _draw_waiting(context.client, proposals.waiting)
        # The lists that await a steward; the import screen shows what they would change.
        imports = screen_state.fetch(context.client, "imports", context.client.imports)
        count = sum(
            import_.is_from_server or (import_.is_waiting and not import_.is_mine)
            for import_ in imports.open
        )
        if count:
            text = ngettext(
                "{count} list waits for your answer", "{count} lists wait for your answer", count
            )
            anchor(text, address.link(IMPORT))
    st.header(_("Proposed by you"), anchor=False)
    if not proposals.made:
        st.info(_("You have proposed nothing in the last thirty days."))
    for proposal in proposals.made:
        with st.container(border=True):
            _own(context.client, proposal)


def _draw_waiting(client: ApiClient, waiting: tuple[Proposal, ...]) -> None:
    count = len(waiting)
    if not count:
        st.header(_("Waiting for your answer"), anchor=False)
        st.info(_("No proposal waits for your answer."))
        return
    text = ngettext(
        "{count} proposal waits for your answer", "{count} proposals wait for your answer", count
    )
    st.header(text, anchor=False)
    for proposal in waiting:
        with st.container(border=True):
            _show_origin(proposal)
            if proposal.is_outdated:
                st.warning(
                    _("It was changed after it was proposed, so it cannot be accepted. Decline it, "
                      "and say why.")
                )  # fmt: skip
            _answer(client, proposal)


def _answer(client: ApiClient, proposal: Proposal) -> None:
    key = f"proposal-{proposal.id}"
    if st.session_state.get(_DECLINING) == proposal.id:
        _decline(client, proposal)
        return

    def accept() -> None:
        body = ProposalAnswer(answer="ACCEPTED")
        if editing.attempt(lambda: client.answer_proposal(proposal.id, body)) is not None:
            editing.note(_("Accepted and saved in your name."))

    with st.container(horizontal=True):
        st.button(
            _("Accept"), key=f"accept-{proposal.id}", type="primary", disabled=proposal.is_outdated,
            on_click=accept,
        )  # fmt: skip
        st.button(
            _("Show what would change"), key=f"preview-{proposal.id}",
            disabled=proposal.is_outdated, on_click=editing.dry_run,
            args=(
                key, partial(client.preview_proposal, proposal.id),
                {change.called or change.id: _name(change) for change in proposal.would},
            ),
        )  # fmt: skip
        st.button(
            _("Decline …"), key=f"decline-{proposal.id}",
            on_click=partial(st.session_state.__setitem__, _DECLINING, proposal.id),
        )  # fmt: skip
    editing.show_dry_run(key)


def _decline(client: ApiClient, proposal: Proposal) -> None:
    errors = FieldErrors()
    with st.form(f"declining-{proposal.id}", enter_to_submit=False):
        reason = st.text_input(
            _("Why not? (the proposer reads this)"), max_chars=_LONGEST, key=f"reason-{proposal.id}"
        ).strip()
        errors.below("reason")
        with st.container(horizontal=True):
            is_sent = st.form_submit_button(_("Decline"), type="primary")
            st.form_submit_button(
                _("Back"), on_click=partial(st.session_state.pop, _DECLINING, None)
            )
    if not is_sent:
        return
    if lacking := required_errors({"reason": reason}, ("reason",)):
        errors.tell(lacking)
        return
    try:
        client.answer_proposal(proposal.id, ProposalAnswer(answer="REFUSED", reason=reason))
    except Problem as problem:
        if not errors.draw_problem(problem):
            editing.refuse(problem)
            editing.outcome(client)
        return
    screen_state.invalidate()
    st.session_state.pop(_DECLINING)
    editing.note(_("Declined. Nothing is changed."))
    st.rerun()


def _own(client: ApiClient, proposal: Proposal) -> None:
    _show_origin(proposal)
    states = {
        "WAITING": ("gray", _("Waits for an answer")),
        "ACCEPTED": ("green", "✓ " + _("Accepted")),
        "REFUSED": ("red", "✕ " + _("Declined")),
        "WITHDRAWN": ("gray", _("Withdrawn")),
    }
    color, text = states[proposal.state]
    answer = f":{color}-badge[{text}]"
    if proposal.state != "WAITING":
        answer += f" {day(proposal.changed_at)}"
    if proposal.reason:
        answer += " · " + _("Reason: {reason}", reason=plain(proposal.reason))
    st.markdown(answer)
    if proposal.state == "WAITING":

        def withdraw() -> None:
            if editing.attempt(lambda: client.withdraw_proposal(proposal.id)) is not None:
                editing.note(_("The proposal is withdrawn."))

        st.button(_("Withdraw the proposal"), key=f"withdraw-{proposal.id}", on_click=withdraw)


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
    field_names = editing.shown_fields((*before, *after))
    if change.kind == "CREATED":
        facts = [
            f"{editing.field_name(field)}: {editing.value(field, after[field])}"
            for field in field_names
            if field != "name"
        ]
        st.markdown(_("New: **{name}**", name=name))
        if facts:
            st.markdown(plain(" · ".join(facts)))
        return
    head = (_("Its field"), _("Before the change"), _("After the change"))
    st.markdown(f"**{name}**")
    st.html(
        text_table(_("What is proposed"), head, editing.field_pairs(field_names, before, after))
    )


def _name(change: ProposedChange) -> str:
    """A node by name and kind, a link by its ends."""
    if change.source is not None and change.target is not None:
        verb = session.term("LinkType", change.type)
        return f"{editing.name(change.source)} {verb} {editing.name(change.target)}"
    return change.name or labels().generic_name(change.label or "")


# ---- a proposal from a refused seat


def handle_refusal(changes: ChangeSet, problem: Problem) -> None:
    """Show why a change was not saved; keep it for a proposal if a steward elsewhere must agree."""
    editing.refuse(problem)
    if problem.slug == "home-elsewhere":
        st.session_state[_REFUSED_SEAT] = changes


def offer(client: ApiClient) -> None:
    """Draw the button that proposes the seat that `handle_refusal` has stored."""
    changes: ChangeSet | None = st.session_state.pop(_REFUSED_SEAT, None)
    if changes is None:
        return
    new = NewProposal(changes=changes)

    def propose() -> None:
        if editing.attempt(lambda: client.make_proposal(new)) is not None:
            editing.note(_("Proposed. You find the answer under Proposals."))

    st.button(
        _("Ask the steward where they belong"), key="propose", type="primary", on_click=propose
    )

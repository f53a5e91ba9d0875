"""Proposals of seats for people whose home is another area: answer, withdraw, or make one."""

from collections.abc import Iterator
from typing import Final

import streamlit as st

from api.client import ApiClient, NewProposal, Problem, ProposalAnswer
from api.schemas.changes import NewLink, Proposal
from explorer import screen_state, session
from explorer.frame import ScreenContext
from explorer.i18n import _, short_day
from explorer.views.curation import saving

_ASKED: Final = "proposal-asked"


def show(context: ScreenContext) -> None:
    """Draw the proposals that await the user's answer, then those the user made."""
    told = screen_state.fetch_and_watch(context.client, "proposals", context.client.proposals)
    st.header(_("Wait for your answer"), anchor=False)
    if not told.waiting:
        st.info(_("Nobody asks for people who belong in your area."))
    for one in told.waiting:
        _waiting(context.client, one)
    st.header(_("Proposed by you"), anchor=False)
    if not told.made:
        st.info(_("You have proposed nothing in the last thirty days."))
    for one in told.made:
        _made(context.client, one)


def _waiting(client: ApiClient, one: Proposal) -> None:
    with st.container(border=True):
        _sentence(one)
        with st.container(horizontal=True):
            for answer, label in (("ACCEPTED", _("Yes, agreed")), ("REFUSED", _("No"))):
                st.button(
                    label, key=f"{answer}-{one.id}", on_click=_answer, args=(client, one, answer)
                )


def _made(client: ApiClient, one: Proposal) -> None:
    with st.container(border=True):
        _sentence(one)
        st.markdown(
            {
                "WAITING": _("Waits for an answer"),
                "ACCEPTED": _("Agreed"),
                "REFUSED": _("Refused"),
                "WITHDRAWN": _("Taken back"),
            }[one.state]
        )
        if one.state == "WAITING":
            st.button(
                _("Take it back"), key=f"withdraw-{one.id}", on_click=_withdraw,
                args=(client, one),
            )  # fmt: skip


def _sentence(one: Proposal) -> None:
    person, post = (session.name_of(each) or each for each in (one.person, one.post))
    verb = session.term("LinkType", one.type)
    st.markdown(f"**{saving.plain(person)}** {saving.plain(verb)} **{saving.plain(post)}**")
    st.markdown(" · ".join(_facts(one)))


def _facts(one: Proposal) -> Iterator[str]:
    yield _("proposed {day}", day=short_day(one.made_at))
    for name, value in one.fields.items():
        yield saving.plain(f"{saving.field_name(name)}: {saving.value(name, value)}")


def _answer(client: ApiClient, one: Proposal, answer: str) -> None:
    asked = ProposalAnswer.model_validate({"answer": answer})
    if saving.attempt(lambda: client.answer_proposal(one.id, asked)) is None:
        return
    if answer == "ACCEPTED":
        saving.note(_("Agreed: the seat is filled."))
    else:
        saving.note(_("Refused: nothing is changed."))


def _withdraw(client: ApiClient, one: Proposal) -> None:
    if saving.attempt(lambda: client.withdraw_proposal(one.id)) is not None:
        saving.note(_("The proposal is taken back."))


# ---- a proposal from a refused link


def refused(ask: NewLink, problem: Problem) -> None:
    """Show why a link was not saved; if a steward elsewhere must agree, keep it for a proposal."""
    saving.refuse(problem)
    if problem.slug == "home-elsewhere":
        st.session_state[_ASKED] = ask


def offer(client: ApiClient) -> None:
    """Draw the button that proposes the link that was just refused for that reason."""
    ask: NewLink | None = st.session_state.pop(_ASKED, None)
    if ask is not None:
        st.button(
            _("Ask the steward where they belong"), key="propose", type="primary",
            on_click=_propose, args=(client, ask),
        )  # fmt: skip


def _propose(client: ApiClient, ask: NewLink) -> None:
    new = NewProposal.model_validate({"type": ask.type, "fields": dict(ask.fields)})
    if saving.attempt(lambda: client.make_proposal(new)) is not None:
        saving.note(_("Proposed. You find the answer under Proposals."))

"""New links: proposed, written where the caller may, and for the gaps in what is known."""

from collections.abc import Iterable, Iterator
from functools import partial
from html import escape
from typing import Final

import streamlit as st

from api.client import ApiClient, NewLink, NewProposal, Problem, ProposalAnswer
from api.schemas.changes import Proposal
from api.schemas.coverage import Coverage, PostRow
from explorer import address, screen_state, session
from explorer.address import CURATION
from explorer.frame import ScreenContext
from explorer.html_table import table, texts
from explorer.i18n import _, ngettext, short_day
from explorer.labels import labels
from explorer.views.curation import editing, fields
from explorer.views.curation.fields import pick

_ASKED: Final = "proposal-asked"


def show_proposal(context: ScreenContext) -> None:
    """Draw the proposals that await the user's answer, then those the user made."""
    told = screen_state.fetch_and_watch(context.client, "proposals", context.client.proposals)
    st.header(_("Wait for your answer"), anchor=False)
    if not told.waiting:
        st.info(_("Nobody asks for people who belong in your area."))
    for one in told.waiting:
        with st.container(border=True):
            _sentence(one)
            with st.container(horizontal=True):
                for answer, label in (("ACCEPTED", _("Yes, agreed")), ("REFUSED", _("No"))):
                    st.button(
                        label,
                        key=f"{answer}-{one.id}",
                        on_click=_answer,
                        args=(context.client, one, answer),
                    )
    st.header(_("Proposed by you"), anchor=False)
    if not told.made:
        st.info(_("You have proposed nothing in the last thirty days."))
    for one in told.made:
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
                    args=(context.client, one),
                )  # fmt: skip


def _sentence(one: Proposal) -> None:
    person, post = (session.name_of(each) or each for each in (one.person, one.post))
    verb = session.term("LinkType", one.type)
    st.markdown(f"**{editing.plain(person)}** {editing.plain(verb)} **{editing.plain(post)}**")
    st.markdown(" · ".join(_facts(one)))


def _facts(one: Proposal) -> Iterator[str]:
    yield _("proposed {day}", day=short_day(one.made_at))
    for name, value in one.fields.items():
        yield editing.plain(f"{editing.field_name(name)}: {editing.value(name, value)}")


def _answer(client: ApiClient, one: Proposal, answer: str) -> None:
    asked = ProposalAnswer.model_validate({"answer": answer})
    if editing.attempt(lambda: client.answer_proposal(one.id, asked)) is None:
        return
    if answer == "ACCEPTED":
        editing.note(_("Agreed: the seat is filled."))
    else:
        editing.note(_("Refused: nothing is changed."))


def _withdraw(client: ApiClient, one: Proposal) -> None:
    if editing.attempt(lambda: client.withdraw_proposal(one.id)) is not None:
        editing.note(_("The proposal is taken back."))


# ---- a proposal from a refused link


def refused(ask: NewLink, problem: Problem) -> None:
    """Show why a link was not saved; if a steward elsewhere must agree, keep it for a proposal."""
    editing.refuse(problem)
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
    if editing.attempt(lambda: client.make_proposal(new)) is not None:
        editing.note(_("Proposed. You find the answer under Proposals."))


_FROM_ADDRESS: Final = ("gate",)
_ENDS: Final = ("source", "target")


def show(context: ScreenContext) -> None:
    """Draw the form; type and ends are in the address, so that a prefilled form can be shared."""
    st.header(_("New link"), anchor=False)
    link_type = _type()
    words = labels()
    of_source, of_target = fields.ENDS[link_type]
    source = pick(context.client, words, _("From"), "source", of_source)
    target = pick(context.client, words, _("To"), "target", of_target)
    key = f"new-{link_type}-{source}-{target}"
    with st.form(key, enter_to_submit=False):
        told_here = {name: address.one(name) for name in _FROM_ADDRESS}
        typed = fields.drawn(
            link_type,
            {
                **fields.begun(link_type),
                "valid_from": context.on.isoformat(),
                "levels": list(session.terms("PreventionLevel")),
                **{name: one for name, one in told_here.items() if one},
            },
            key=key,
        )
        reason = fields.reason(key)
        with st.container(horizontal=True):
            is_saved = st.form_submit_button(_("Save the new link"), type="primary")
            is_asked = st.form_submit_button(_("Show what would change"))
    if not (is_saved or is_asked):
        return
    if source is None or target is None:
        st.error(_("Choose both ends."))
        return
    ends = _ends(link_type, source, target)
    ask = NewLink(type=link_type, fields={**fields.filled(typed), **ends}, reason=reason)
    on_refused = partial(refused, ask)
    if is_saved:
        if editing.write(lambda: context.client.create_link(ask), on_refused) is not None:
            address.change(source=None, target=None, type=None, gate=None)
            st.rerun()
    else:
        editing.dry_run(key, lambda: context.client.dry_run.create_link(ask), {}, on_refused)
    editing.outcome(context.client)
    offer(context.client)
    editing.show_dry_run(key)


def _type() -> str:
    terms = session.terms("LinkType")
    options = list(fields.ENDS)
    now = address.one("type")
    key = "new-type"
    st.session_state[key] = now if now in options else options[0]
    return st.selectbox(
        _("What ties them together"), options, key=key, format_func=terms.__getitem__,
        on_change=_typed,
    )  # fmt: skip


def _typed() -> None:
    """Write the chosen type; ends and gate are removed, since other types have other ends."""
    address.change(type=st.session_state["new-type"], source=None, target=None, gate=None)


def _ends(link_type: str, source: str, target: str) -> dict[str, str]:
    """The ids of both ends; `KNOWS` has no direction, so the smaller id comes first."""
    if link_type == "KNOWS":
        source, target = sorted((source, target))
    return dict(zip((f"{one}_id" for one in _ENDS), (source, target), strict=True))


def link_to(link_type: str, *, target: str) -> dict[str, address.Value]:
    """The address parameters of a new link to a node."""
    return {"tab": "new", "type": link_type, "target": target}


_STATES: Final = ("VACANT", "DOUBLED", "WITHOUT_DEPUTY", "AWAY")
_FILLED_BY: Final = {"VACANT": "HOLDS", "WITHOUT_DEPUTY": "DEPUTIZES_FOR", "AWAY": "DEPUTIZES_FOR"}
_MOST: Final = 200


def show_gaps(context: ScreenContext) -> None:
    """Draw a table by area and post; each row has a link to create what is missing."""
    # The coverage of every area of the user's grants.
    areas = sorted({area for grant in context.me.grants for area in grant.areas})
    answers = [
        screen_state.fetch(
            context.client, ("gaps", area, context.on),
            partial(context.client.coverage, area=area, state=_STATES, on=context.on),
        )
        for area in areas
    ]  # fmt: skip
    if answers:
        screen_state.watch(context.client, min(one.revision for one in answers))
    found = list(_rows(answers))
    if not found:
        st.success(_("No post of your areas is vacant or without a deputy."))
        return
    st.header(
        ngettext("{count} post with a gap", "{count} posts with a gap", len(found)), anchor=False
    )
    if len(found) > _MOST:
        st.info(_("The first {count} are shown.", count=_MOST))
    rows = found[:_MOST]
    may_edit = session.may(context.me, "EDIT")
    heads = (_("Area"), _("Post"), _("What is missing"), _("Fill it"))
    st.html(table(_("Gaps"), heads, (_row(one, may_edit=may_edit) for one in rows)))


def _rows(answers: Iterable[Coverage]) -> Iterator[PostRow]:
    """The posts of all answers, each once per area."""
    known: set[tuple[str, str]] = set()
    for answer in answers:
        for row in answer.rows:
            if (row.area.id, row.post.id) not in known:
                known.add((row.area.id, row.post.id))
                yield row


def _row(one: PostRow, *, may_edit: bool) -> tuple[str, ...]:
    missing = [state for state in one.states if state in _STATES]
    gaps = ", ".join(session.term("PostState", state) for state in missing)
    links = _links(one.post.id, missing) if may_edit else ""
    area, post = one.area.name or one.area.id, one.post.name or one.post.id
    return (*texts(area, post, gaps), links)


def _links(post: str, missing: list[str]) -> str:
    wanted = dict.fromkeys(_FILLED_BY[state] for state in missing if state in _FILLED_BY)
    labels = {"HOLDS": _("Name a holder"), "DEPUTIZES_FOR": _("Name a deputy")}
    return " · ".join(
        f'<a href="{escape(address.link(CURATION, **link_to(one, target=post)))}" '
        f'target="_self">{escape(labels[one])}</a>'
        for one in wanted
    )

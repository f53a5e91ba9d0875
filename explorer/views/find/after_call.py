"""What to do after a call: note whom it reached, go to the next in line, report a wrong number.

Outcomes are held in the session alone; a report is one of three reasons, never free text.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

import streamlit as st

from api.client import ChangeSet, Ending, Need, NewProposal, Problem
from api.schemas.entities import Detail
from api.schemas.paths import Resolution, Stop
from explorer import address, problem_states, screen_state, session
from explorer.address import REGISTER
from explorer.i18n import _
from explorer.views.find.details import ContactNumbers, DetailOwner, owner_of

_TRIES: Final = "no-answer"
_REACHED: Final = "reached"
_NEED: Final = "after-call-need"
_OUTCOME: Final = "after-call"
_Answerer = tuple[str, str | None]
"""A post, and the node whose contact details are used there."""


def restart(need: Need) -> None:
    """Forget who answered and who did not, unless it was for this need."""
    if st.session_state.get(_NEED) != need:
        st.session_state[_NEED] = need
        st.session_state.pop(_TRIES, None)
        st.session_state.pop(_REACHED, None)


def draw_outcome() -> None:
    """Draw what came of the last button pressed, once."""
    last: Problem | str | None = st.session_state.pop(_OUTCOME, None)
    if isinstance(last, Problem):
        problem_states.draw(last)
    elif last is not None:
        st.success(last)


def after_call(
    stop: Stop,
    numbers: ContactNumbers,
    *,
    key: str,
    otherwise_to: int | None,
) -> None:
    """Draw the buttons to press after a call to whoever answers at a stop.

    `key` distinguishes two places of one stop. `otherwise_to`: the contact to try where nobody is
    next in line.
    """
    owner = owner_at(stop)
    if owner is None:
        return
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", key=f"after-{key}"
    ):
        if owner.id in _reached_owners():
            done = _("Reached")
            st.markdown(f":green-badge[✓ {done}]", width="content")
            return
        st.button(
            _("Reached"), key=f"reached-{key}", type="tertiary",
            on_click=partial(_note_reached, numbers, owner),
        )  # fmt: skip
        _no_answer(stop, otherwise_to, key=key)
        _wrong_number(numbers, owner, key=key)


def _reached_owners() -> set[str]:
    """The owners of the details by which somebody was reached."""
    return st.session_state.setdefault(_REACHED, set[str]())


def _note_reached(numbers: ContactNumbers, owner: DetailOwner) -> None:
    """Close the buttons, and verify the numbers in clear that the user may change."""
    _reached_owners().add(owner.id)
    client = numbers.context.client
    details = [detail for detail in numbers.numbers_in_clear(owner) if detail.may_change]
    try:
        for detail in details:
            client.verify_entity(detail.id, client.entity(detail.id).etag)
    except Problem as problem:
        st.session_state[_OUTCOME] = problem
    else:
        if details:
            st.session_state[_OUTCOME] = _("Noted: the number is checked today.")
    if details:
        screen_state.invalidate()


def _no_answer(stop: Stop, otherwise_to: int | None, *, key: str) -> None:
    """Draw the button that shows the next in line, else the next contact."""
    label = _("No answer: next")
    if _tries(stop) < len(_in_line(stop)):

        def note() -> None:
            tries: dict[_Answerer, int] = st.session_state.setdefault(_TRIES, {})
            tries[_answerer(stop)] = _tries(stop) + 1

        st.button(label, key=f"no-answer-{key}", type="tertiary", on_click=note)
    elif otherwise_to is not None:
        st.button(
            label, key=f"no-answer-{key}", type="tertiary",
            on_click=partial(address.change, contact=otherwise_to, answer=None),
        )  # fmt: skip


# ---- a wrong number


def _reasons() -> tuple[str, ...]:
    return (
        _("Somebody else answers"),
        _("The number is not in use"),
        _("Moved to another job"),
    )


def _wrong_number(numbers: ContactNumbers, owner: DetailOwner, *, key: str) -> None:
    """Draw the reasons why a number in clear is wrong; a press on one proposes to end it.

    Whoever may correct the number is led to its card instead.
    """
    details = numbers.numbers_in_clear(owner)
    if not details or owner.is_civilian or not session.may(numbers.context.me, "EDIT"):
        return
    own = [detail for detail in details if detail.may_change]
    with st.popover(_("Wrong number"), key=f"wrong-{key}", type="tertiary"):
        if own:
            problem_states.anchor(
                _("Correct it in the register"), address.link(REGISTER, id=owner.id)
            )
            return
        st.caption(_("Sent to the steward as a proposal. Nothing about the matter is written."))
        for number, reason in enumerate(_reasons()):
            st.button(
                reason, key=f"wrong-{key}-{number}", width="stretch",
                on_click=partial(_report, numbers, details, reason),
            )  # fmt: skip


def _report(numbers: ContactNumbers, details: Sequence[Detail], reason: str) -> None:
    """Propose to end the wrong numbers."""
    client, today = numbers.context.client, numbers.context.me.today
    try:
        ends = tuple(
            Ending(id=detail.id, if_match=client.entity(detail.id).etag, on=today)
            for detail in details
        )
        comment = _("Wrong number: {reason}.", reason=reason[:1].lower() + reason[1:])
        client.make_proposal(NewProposal(changes=ChangeSet(ends=ends), comment=comment))
    except Problem as problem:
        st.session_state[_OUTCOME] = problem
    else:
        st.session_state[_OUTCOME] = _(
            "Sent to the steward. You find the answer under Curation, Proposals."
        )


# ---- who is next in line


def owner_at(stop: Stop) -> DetailOwner | None:
    """The owner of the details at a stop: the next in line, else the cover, else who answers."""
    if after := rest_of_line(stop):
        return after[0]
    return cover_owner(stop.resolution) or owner_of(stop.resolution, stop.node)


def cover_owner(who: Resolution | None) -> DetailOwner | None:
    """Who answers until a post opens: the duty line that covers it."""
    covers = None if who is None else who.availability.covers
    return None if covers is None else DetailOwner(covers.id, covers.name or covers.id)


def rest_of_line(stop: Stop) -> list[DetailOwner]:
    """The candidates at a stop after those that the user has marked as not answering."""
    skipped = _tries(stop)
    return _in_line(stop)[skipped - 1 :] if skipped else []


def _tries(stop: Stop) -> int:
    """How many at a stop did not answer, from the one who answers there."""
    tries: dict[_Answerer, int] = st.session_state.get(_TRIES, {})
    return tries.get(_answerer(stop), 0)


def _answerer(stop: Stop) -> _Answerer:
    return stop.node.id, None if stop.resolution is None else stop.resolution.reveal


def _in_line(stop: Stop) -> list[DetailOwner]:
    """The candidates at a stop after the one who answers, with details of their own.

    None while another covers a post that opens later: all candidates are closed until then.
    """
    who = stop.resolution
    if who is None or (who.availability.state == "OPENS_AT" and who.availability.covers):
        return []
    line: list[DetailOwner] = []
    covering = None if who.availability.covers is None else who.availability.covers.id
    after = [(candidate.rung, candidate.who) for candidate in who.order]
    now = (who.rung, who.who)
    for _rung, node in after[after.index(now) + 1 :] if now in after else after:
        owner = stop.node if node is None else node
        if owner.id not in (who.reveal, covering):
            line.append(DetailOwner(owner.id, owner.name or owner.id))
    return line

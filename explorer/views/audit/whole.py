"""The DPO's views of the whole log: rows, sample, person, word, account and chain verification."""

from datetime import date, datetime, time, timedelta
from functools import partial
from html import escape
from itertools import groupby
from typing import Any, Final, get_args
from zoneinfo import ZoneInfo

import streamlit as st

from api.client import ApiClient, AskedAuditExport, AskedSubjectLetter, AskedTerm
from api.schemas.accounts import Role
from api.schemas.audit import RowKind, Sample, Verdict
from api.schemas.reveal import PurposeWord
from explorer import address, files, screen_state, session
from explorer.address import AUDIT
from explorer.frame import ScreenContext
from explorer.i18n import _, clock, day, number, plain, typed_date
from explorer.labels import labels
from explorer.problem_states import show_problems
from explorer.views.audit import tables
from explorer.views.audit.questions import questions
from explorer.views.find.need import node_field, value_of

_DENMARK: Final = ZoneInfo("Europe/Copenhagen")
_PAGE: Final = 100
_OLDER_THAN: Final = "audit-word-before"  # not in the address, where the word does not stand either
_SAMPLE: Final = 20
_VERDICT: Final = "audit-verdict"
_SAMPLED: Final = "audit-sample"
_LOGIN: Final = "audit-login"
_UNKNOWN: Final = "audit-unknown-login"
_MOST_STEPS: Final = 10


# ---- the hash chain


def chain(client: ApiClient) -> None:
    """Draw whether the log is unaltered: verified once per session, and again on request."""
    cached_verdict: tuple[Verdict, datetime] | None = st.session_state.get(_VERDICT)
    if cached_verdict is None:
        verdict, steps = client.audit_verdict(), 0
        while not verdict.is_whole and verdict.broken is None and steps < _MOST_STEPS:
            verdict, steps = client.audit_verdict(after=verdict.last), steps + 1
        cached_verdict = st.session_state[_VERDICT] = (verdict, datetime.now(_DENMARK))
    verdict, at = cached_verdict
    left, right = st.columns([4, 1], vertical_alignment="center")
    with left:
        if verdict.broken is not None:
            st.error(
                _("The log was changed at row {row}. Call operations.",
                    row=number(verdict.broken.seq))
            )  # fmt: skip
        elif verdict.is_whole:
            st.success(
                _("The log is unchanged ({row} rows) ✓ (verified at {at})",
                    row=number(verdict.last), at=clock(at))
            )  # fmt: skip
        else:
            st.info(_("Verified to row {row}; there is more.", row=number(verdict.last)))
    right.button(
        _("Verify again"), key="audit-verify", on_click=lambda: st.session_state.pop(_VERDICT, None)
    )


# ---- rows


def rows(context: ScreenContext) -> None:
    """Draw the questions in the log, filtered by time, account, person and more."""
    since, until = period()
    left, right = st.columns(2)
    with left:
        account_field(context.client)
    with right:
        node_field(
            context.client, labels(), _("Person"), "audit-whom",
            lambda person: address.change(person=person, page=None),
        )  # fmt: skip
    with st.expander(_("More filters")):
        first, second = st.columns(2)
        with first:
            _choice(_("Action"), "action", tables.actions())
            _choice(_("Purpose"), "purpose", session.terms("Purpose"))
        with second:
            _choice(_("Outcome"), "outcome", tables.kinds())
            _choice(_("Role"), "role", session.terms("Role"))
    caller, person = address.text("caller"), address.text("person")
    place = address.text("page") or ""
    kind, purpose, role = (address.text(name) for name in ("outcome", "purpose", "role"))
    filters: dict[str, Any] = {
        "caller": caller,
        "person": person,
        "action": address.text("action"),
        "kind": kind if kind in get_args(RowKind) else None,
        "purpose": purpose if purpose in get_args(PurposeWord) else None,
        "role": role if role in get_args(Role) else None,
        "since": since,
        "until": until,
    }
    before = int(place) if place.isdecimal() else None
    answer = screen_state.fetch(
        context.client, ("rows", filters, before),
        lambda: next(context.client.audit_rows(**filters, before=before, limit=_PAGE)),
    )  # fmt: skip
    with st.container(horizontal=True):
        if caller is not None:
            st.button(
                _("Only account {account}: remove", account=plain(tables.login(caller, answer))),
                key="audit-any-caller", on_click=partial(address.change, caller=None, page=None),
            )  # fmt: skip
        if person is not None:
            name = answer.names.get(person) or session.name_of(person, context.client) or person
            st.button(
                _("Only {name}: remove", name=plain(name)),
                key="audit-any-person", on_click=partial(address.change, person=None, page=None),
            )  # fmt: skip
    if not answer.rows:
        st.info(_("No look-ups in the period."))
        return
    entries, technical = questions(answer.rows)
    with st.container(key="log"):
        for on, of_day in groupby(
            entries, key=lambda question: question.ends.astimezone(_DENMARK).date()
        ):
            st.header(day(on), anchor=False)
            st.html(tables.question_list(day(on), of_day, answer))
        if technical:
            st.html(tables.technical(technical, answer))
    draw_page_buttons(str(answer.next) if answer.next is not None else None)
    request = AskedAuditExport(**filters)
    with st.expander(_("Download the report (CSV)")):
        # the report has neither typed texts nor the persons in an answer
        st.markdown(
            _("The rows chosen here, newest first, at most 10,000. The download is logged.")
        )
        files.export(
            _("Make the report"), request, context.client.make_audit_export, key="audit-make-report"
        )


def account_field(client: ApiClient) -> None:
    """Draw the choice of an account by its login; the address holds its id."""

    def choose() -> None:
        login = str(st.session_state[_LOGIN]).strip()
        if not login:
            return
        with show_problems():
            first = next(client.audit_rows(login=login, limit=1)).rows
        if first:
            address.change(caller=first[0].caller, page=None)
            st.session_state[_LOGIN] = ""
        else:
            st.session_state[_UNKNOWN] = login

    st.text_input(_("Account (login)"), key=_LOGIN, autocomplete="off", on_change=choose)
    unknown = st.session_state.pop(_UNKNOWN, None)
    if unknown is not None:
        st.caption(_("No look-ups by {account}.", account=plain(unknown)))


def period() -> tuple[datetime | None, datetime | None]:
    """Draw the first and last day, both inclusive; return them as instants."""
    left, right = st.columns(2)
    with left:
        first = _day(_("From"), "from")
    with right:
        last = _day(_("To"), "to")
    return (
        first and datetime.combine(first, time.min, _DENMARK),
        last and datetime.combine(last + timedelta(days=1), time.min, _DENMARK),
    )


def draw_page_buttons(next_page: str | None) -> None:
    """Draw the buttons to older rows and to the newest."""
    with st.container(horizontal=True):
        if address.text("page") is not None:
            st.button(_("Newest"), key="audit-newest", on_click=partial(address.change, page=None))
        if next_page is not None:
            st.button(
                _("Older"), key="audit-older", on_click=partial(address.change, page=next_page)
            )


def _day(label: str, name: str) -> date | None:
    key = f"audit-{name}"
    st.session_state[key] = address.day(name)
    return st.date_input(
        label, value=None, format=typed_date(), key=key,
        on_change=lambda: address.change(**{name: st.session_state[key], "page": None}),
    )  # fmt: skip


def _choice(label: str, name: str, options: dict[str, str]) -> None:
    key, value = f"audit-{name}", address.text(name)
    st.session_state[key] = value if value in options else None
    st.selectbox(
        label, list(options), index=None, key=key, format_func=options.__getitem__,
        placeholder=_("Any"), on_change=partial(address.choose, name, key, options, page=None),
    )  # fmt: skip


# ---- a sample


def sample(context: ScreenContext) -> None:
    """Draw a random sample of rows to review; up to half of them urgent."""
    since, until = period()
    st.markdown(_("{count} rows at random, urgent reveals and used budgets first.", count=_SAMPLE))
    if st.button(_("Draw a sample"), key="audit-draw"):
        st.session_state[_SAMPLED] = context.client.audit_sample(
            size=_SAMPLE, since=since, until=until
        )
    drawn_sample: Sample | None = st.session_state.get(_SAMPLED)
    if drawn_sample is None:
        return
    sample_rows = (*drawn_sample.urgent, *drawn_sample.others)
    if not sample_rows:
        st.info(_("No look-ups in the period."))
        return
    count = 0
    for name, part in ((_("Urgent"), drawn_sample.urgent), (_("Others"), drawn_sample.others)):
        if part:
            st.header(name, anchor=False)
        for row in part:
            count += st.checkbox(
                plain(tables.row_text(row, drawn_sample)), key=f"audit-seen-{row.seq}"
            )
    st.markdown(
        _("{count} of {all} looked through.", count=number(count), all=number(len(sample_rows)))
    )


# ---- a person, a word, an account


def subject(context: ScreenContext) -> None:
    """Draw how a person was looked up, in the form the person receives."""
    client = context.client
    node_field(
        client, labels(), _("Person"), "audit-person",
        lambda person: address.change(subject=person, page=None),
    )  # fmt: skip
    person = address.text("subject")
    if person is None:
        st.info(_("Choose whom the report is about. No staff names stand in it."))
        return
    value = value_of(client, person)
    name = plain(value["name"] if value else person)
    st.header(_("Look-ups about {name}", name=name), anchor=False)
    st.markdown(
        _("The letter says when, how and why the person was looked up. It is logged that you make"
          " it.")
    )  # fmt: skip
    files.export(
        _("Make the letter (PDF)"), AskedSubjectLetter(person=person), client.make_subject_letter,
        key="audit-letter",
    )  # fmt: skip
    place = address.text("page") or ""
    before = int(place) if place.isdecimal() else None
    answer = screen_state.fetch(
        client, ("subject", person, before),
        lambda: next(client.audit_subject(person, before=before, limit=_PAGE)),
    )  # fmt: skip
    if not answer.look_ups:
        st.info(_("No look-ups in the period."))
        return
    st.html(tables.look_ups_table(_("Look-ups about a person"), answer.look_ups))
    to = address.link(AUDIT, tab="all", person=person)
    label = escape(_("Who looked the person up"))
    st.html(f'<p class="kv-ways"><a href="{escape(to)}" target="_self">{label}</a></p>')
    draw_page_buttons(str(answer.next) if answer.next is not None else None)


def term(context: ScreenContext) -> None:
    """Draw who typed a word; the word itself is not stored."""
    st.markdown(_("The log stores no words, but recognizes one that you write in full."))
    with st.form("audit-term", border=False):
        word = st.text_input(_("Word or text"), key="audit-word", autocomplete="off")
        is_asked = st.form_submit_button(_("Search"))
    before = st.session_state.pop(_OLDER_THAN, None)
    if not word.strip() or not (is_asked or before):
        return
    answer = context.client.audit_term(
        AskedTerm(word=word.strip()[:200], before=before, limit=_PAGE)
    )
    others = [row for row in answer.rows if row.action != "find_term"]
    if others:
        st.html(tables.rows_table(_("Who typed a word"), others, answer))
    elif answer.next is None:
        st.info(_("Nobody typed it."))
    if answer.next is not None:
        st.button(
            _("Older"), key="audit-word-older",
            on_click=partial(st.session_state.__setitem__, _OLDER_THAN, answer.next),
        )  # fmt: skip


def breach(context: ScreenContext) -> None:
    """Draw the people whose data an account was shown: for a breach notice within 72 hours."""
    since, until = period()
    account_field(context.client)
    caller = address.text("caller")
    if caller is None or since is None or until is None:
        st.info(_("Choose an account and both days."))
        return
    answer = context.client.audit_breach(caller, since, until)
    st.header(_("Account {account}", account=plain(tables.login(caller, answer))), anchor=False)
    if not answer.exposed:
        st.info(_("The account was shown nobody in the period."))
        return
    st.html(tables.exposed_table(_("Whom an account was shown"), answer.exposed, answer))

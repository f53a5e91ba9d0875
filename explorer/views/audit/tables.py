"""Tables of the audit log, and the words for its actions, kinds and results."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from html import escape
from itertools import groupby
from typing import Any, Final, cast

from api.schemas.audit import AuditRow, Exposure, LookUp, NamedRows, OwnRow
from explorer import address, session
from explorer.address import AUDIT, REGISTER
from explorer.html_table import table, texts
from explorer.i18n import _, clock, danish_key, ngettext, number, short_day
from explorer.views.audit.questions import BEGUN_KINDS, REVEALING, TECHNICAL, LoggedQuestion


def action(name: str) -> str:
    """The word for an action: `reveal_detail` is `vis kontaktoplysning`; its name if unknown."""
    return actions().get(name, name)


def actions() -> dict[str, str]:
    """The words for all actions, in the order in which a user would look for them."""
    return {
        "reveal_detail": _("show a contact detail"),
        "reveal_contacts": _("download contacts"),
        "make_export": _("download a list or network"),
        "make_map_export": _("download the map's table"),
        "make_matrix_export": _("download the matrix"),
        "make_metrics_export": _("download a measure"),
        "make_query_export": _("download an answer"),
        "make_audit_export": _("download the log"),
        "make_subject_letter": _("make a letter about a person"),
        "read_export": _("download a file"),
        "ask_for_contact": _("request contact"),
        "answer_contact_request": _("answer a contact request"),
        "read_contact_requests": _("see contact requests"),
        "read_names": _("search by name"),
        "read_entity": _("open a card"),
        "read_entities": _("see a list"),
        "read_areas": _("see areas"),
        "read_networks": _("see networks"),
        "read_links": _("see links"),
        "read_link": _("see a link"),
        "find_paths": _("find contact paths"),
        "find_paths_through_stops": _("find contact paths through stops"),
        "find_why_not": _("ask why not"),
        "find_handover": _("find a handover"),
        "find_table": _("find who must be at the table"),
        "find_reach": _("ask how far it is"),
        "read_speakers": _("ask who speaks a language"),
        "read_neighborhood": _("see the network around"),
        "read_coverage": _("see coverage"),
        "read_coverage_map": _("see the coverage map"),
        "read_history": _("see what changes"),
        "read_entity_changes": _("see the history of a card"),
        "read_link_changes": _("see the history of a link"),
        "read_changes": _("see what was written"),
        "read_consents": _("see consents"),
        "read_vocabulary": _("load vocabulary"),
        "read_own_kinds": _("see own kinds"),
        "add_own_kind": _("add an own kind"),
        "change_own_kind": _("change an own kind"),
        "delete_own_kind": _("remove an own kind"),
        "read_due": _("see what is to be checked"),
        "read_impact": _("see what depends on somebody"),
        "read_bridges": _("see critical contacts"),
        "read_cuts": _("ask how little would cut a place off"),
        "read_coverage_matrix": _("count posts by area and kind"),
        "read_history_trend": _("see the trend quarter by quarter"),
        "find_path_diff": _("compare paths on two dates"),
        "read_relations": _("compare membership with relations"),
        "read_metrics": _("ask who is central"),
        "read_owners": _("see what needs a new owner"),
        "run_query": _("ask a question of one's own"),
        "read_analysis_schema": _("see what can be asked about"),
        "read_questions": _("see saved questions"),
        "read_question": _("open a saved question"),
        "read_question_file": _("download a saved question"),
        "keep_question": _("save a question"),
        "keep_question_file": _("save a question from a file"),
        "change_question": _("change a saved question"),
        "delete_question": _("delete a saved question"),
        "withdraw_consent": _("withdraw a consent"),
        "renew_consent": _("renew a consent"),
        "verify_entity": _("check a post"),
        "verify_link": _("check a link"),
        "assign_link": _("take on or hand over a check"),
        "give_back_link": _("give back a check"),
        "create_entity": _("create"),
        "change_entity": _("change"),
        "end_entity": _("end"),
        "create_link": _("make a link"),
        "change_link": _("change a link"),
        "end_link": _("end a link"),
        "apply_change_set": _("save changes"),
        "confirm_change_set": _("give the second approval to changes"),
        "undo_change_set": _("undo changes"),
        "read_proposals": _("see proposals"),
        "import_list": _("import a list"),
        "make_proposal": _("propose a change"),
        "answer_proposal": _("accept or decline a proposal"),
        "withdraw_proposal": _("withdraw a proposal"),
        "send_import": _("send a list to import"),
        "read_imports": _("see imports"),
        "read_import_preview": _("preview an import"),
        "choose_mapping": _("say what the columns of a list mean"),
        "read_import_errors": _("download the refused rows of a list"),
        "discard_import": _("discard an uploaded list"),
        "apply_import": _("import a list"),
        "leave_import": _("leave a list for the stewards"),
        "preview_import_undo": _("see what undoing an import would do"),
        "undo_import": _("undo an import"),
        "make_withdrawal_link": _("make a link to withdraw a consent by"),
        "read_withdrawal": _("open a link to withdraw by"),
        "withdraw_by_link": _("withdraw by a link"),
        "open_session": _("sign in"),
        "end_session": _("sign out"),
        "set_up": _("make the first account"),
        "redeem_invitation": _("redeem an invitation"),
        "change_password": _("change one's password"),
        "begin_second_factor": _("set up an authenticator"),
        "confirm_second_factor": _("confirm the authenticator"),
        "make_token": _("make a token of one's own"),
        "read_tokens": _("see one's tokens"),
        "revoke_token": _("revoke a token of one's own"),
        "read_sessions": _("see where one is signed in"),
        "end_session_of_mine": _("end a session of one's own"),
        "end_other_sessions": _("end one's other sessions"),
        "read_accounts": _("see accounts"),
        "read_account": _("see an account"),
        "create_account": _("make an account"),
        "create_accounts": _("make accounts with rights"),
        "read_grant_areas": _("see areas for rights"),
        "disable_account": _("disable an account"),
        "enable_account": _("enable an account"),
        "forget_second_factor": _("remove an account's authenticator"),
        "give_grant": _("give a right"),
        "end_grant": _("end a right"),
        "read_account_changes": _("see changes of rights"),
        "confirm_account_change": _("say yes to a change of rights"),
        "refuse_account_change": _("say no to a change of rights"),
        "read_sessions_of": _("see an account's sessions"),
        "end_sessions_of": _("end an account's sessions"),
        "read_tokens_of": _("see an account's tokens"),
        "revoke_token_of": _("revoke an account's token"),
        "read_rows": _("read the log"),
        "read_subject": _("report about a person"),
        "read_verdict": _("verify the log"),
        "read_sample": _("draw a sample"),
        "find_term": _("search the log for a word"),
        "read_breach": _("see whom an account was shown"),
        "anchor": _("put a seal on the log"),
        "drop_month": _("delete a month of the log"),
        "sweep": _("look for months to delete"),
        "demo": _("begin the demo"),
    }


def outcome(kind: str, result: int | None) -> str:
    """The word for the result of a request: by status code where there is one, else by kind."""
    by_status = {
        404: _("not found"),
        403: _("refused"),
        422: _("not understood"),
        429: _("a limit was reached"),
    }
    if kind != "alert" and result in by_status:
        return by_status[result]
    return kinds().get(kind, kind)


def kinds() -> dict[str, str]:
    """The words for the kinds of rows, in the order of a request's life cycle."""
    return {
        "asked": _("started"),
        "shown": _("viewed"),
        "intent": _("begun"),
        "done": _("done"),
        "not_done": _("not done"),
        "denied": _("refused"),
        "alert": _("alert"),
        "system": _("system"),
    }


def role(names: str | None) -> str:
    """Roles in words: `ANALYST+DPO` is two."""
    return ", ".join(session.term("Role", name) for name in (names or "").split("+") if name)


def purpose(word: str | None) -> str:
    """A purpose in words; empty if there was none."""
    return session.term("Purpose", word) if word else ""


def moment_text(at: datetime) -> str:
    """A moment as 25.11.2026 14.02."""
    return f"{short_day(at)} {clock(at)}"


_UNSAID: Final = frozenset({"start", "lang", "limit", "on", "at", "format", "channel", "purpose"})
"""Parameters that do not say what was searched for, or are shown elsewhere."""
_FINDING: Final = frozenset({"read_names", "read_entity", *REVEALING})
"""Actions about a person, if their answer names only one."""
_MOST_NAMES: Final = 20


def about(parameters: Mapping[str, Any], named_rows: NamedRows) -> str:
    """The subject of a request: words and names of its parameters, as `Løsladelse, Thisted`."""
    words = session.all_terms() | session.terms("Trigger")
    parts: list[str] = []
    for name, value in parameters.items():
        values = cast("list[object]", value) if isinstance(value, list) else [value]
        if name not in _UNSAID:
            parts += (
                named_rows.names.get(str(code)) or words.get(str(code), "") for code in values
            )
    if "beyond" in parameters:
        parts.append(_("beyond the limit of the day"))
    return ", ".join(dict.fromkeys(filter(None, parts)))


def login(account: str | None, named_rows: NamedRows) -> str:
    """The login of an account; its id if the login is unknown."""
    return named_rows.logins.get(account or "", account or "")


def name_list(people: Sequence[str], named_rows: NamedRows) -> str:
    """The names of up to 20 people, and the number of the others, with those without a name."""
    names = sorted(
        (named_rows.names[person] for person in people if person in named_rows.names),
        key=danish_key,
    )
    rest = len(people) - len(names[:_MOST_NAMES])
    text = ", ".join(names[:_MOST_NAMES])
    if not rest:
        return text
    if not text:
        return ngettext("{count} person", "{count} people", rest)
    more = ngettext("{count} more", "{count} more", rest)
    return f"{text}, {more}"


def question_list(name: str, questions: Iterable[LoggedQuestion], named_rows: NamedRows) -> str:
    """Questions as a list, each unfolding to its rows."""
    items = "".join(f"<li>{_question(question, named_rows)}</li>" for question in questions)
    return f'<ul class="kv-log" aria-label="{escape(name)}">{items}</ul>'


def _question(question: LoggedQuestion, named_rows: NamedRows) -> str:
    head = question.head
    time = clock(question.begins)
    if clock(question.ends) != time:
        time = f"{time}–{clock(question.ends)}"
    what = escape(action(head.last.action))
    subjects = head.last.subjects if head.last.action in _FINDING else ()
    if subject := about(head.parameters, named_rows) or (
        name_list(subjects, named_rows) if len(subjects) == 1 else ""
    ):
        what = f"{what}: <strong>{escape(subject)}</strong>"
    whom: list[str] = []
    if question.revealed_people:
        text = _(
            "Contact details shown: {names}", names=name_list(question.revealed_people, named_rows)
        )
        purposes = ", ".join(map(purpose, question.purposes))
        whom.append(f"{text} ({purposes})" if purposes else text)
    others = len(set(question.people) - set(question.revealed_people))
    if others:
        whom.append(ngettext("{count} person in answers", "{count} people in answers", others))
    marks = "".join(
        f'<span class="kv-mark">{escape(word)}</span>'
        for word in dict.fromkeys(outcome(row.kind, row.result) for row in question.exceptions)
    )
    caller = head.last.caller
    summary = (
        f"<summary><span>{escape(time)}</span>"
        f"<span><strong>{escape(login(caller, named_rows))}</strong><br>"
        f"{escape(role(head.last.role))}</span><span>{what}</span>"
        f"<span>{escape(' · '.join(whom))}{marks}</span></summary>"
    )
    links = [_anchor(address.link(REGISTER, id=person), named_rows.names[person])
             for person in question.revealed_people if person in named_rows.names]  # fmt: skip
    if caller:
        only = _("Only this account")
        links.insert(0, _anchor(address.link(AUDIT, tab="all", caller=caller), only))
    heads = (_("Time"), _("Action"), _("About"), _("Purpose"), _("Outcome"), _("People"), _("Row"))
    rows = (
        texts(
            clock(row.at), action(row.action), about(request.parameters, named_rows),
            purpose(row.purpose), outcome(row.kind, row.result),
            name_list(row.subjects, named_rows), number(row.seq),
        )
        for request in question.requests
        for row in request.rows
    )  # fmt: skip
    ways = f'<p class="kv-ways">{" ".join(links)}</p>' if links else ""
    body = table(_("Rows"), heads, rows)
    return f"<details>{summary}{body}{ways}</details>"


def technical(rows: Sequence[AuditRow], named_rows: NamedRows) -> str:
    """The rows of requests that screens made by themselves, collapsed."""
    count = ngettext("{count} technical row", "{count} technical rows", len(rows))
    body = rows_table(_("Technical rows"), rows, named_rows)
    return f'<details class="kv-log-rest"><summary>{escape(count)}</summary>{body}</details>'


def rows_table(name: str, rows: Sequence[AuditRow], named_rows: NamedRows) -> str:
    """A table of log rows; a begun request is left out where its outcome is listed too."""
    heads = (
        _("When"), _("Account"), _("Role"), _("Action"), _("Purpose"), _("Outcome"), _("People"),
        _("Row"),
    )  # fmt: skip
    return table(
        name, heads,
        (
            (
                escape(moment_text(row.at)),
                _anchor(
                    address.link(AUDIT, tab="all", caller=row.caller),
                    login(row.caller, named_rows),
                )
                if row.caller else "",
                *texts(
                    role(row.role), action(row.action), purpose(row.purpose),
                    outcome(row.kind, row.result), name_list(row.subjects, named_rows),
                    number(row.seq),
                ),
            )
            for row in without_begun(rows)
        ),
    )  # fmt: skip


def without_begun(rows: Sequence[AuditRow]) -> list[AuditRow]:
    """One row per request, where its outcome is known."""
    ended_ids = {row.request_id for row in rows if row.kind not in BEGUN_KINDS}
    return [row for row in rows if row.kind not in BEGUN_KINDS or row.request_id not in ended_ids]


def row_text(row: AuditRow, named_rows: NamedRows) -> str:
    """A row as one line of text."""
    parts = (
        moment_text(row.at), action(row.action), name_list(row.subjects[:3], named_rows),
        purpose(row.purpose), outcome(row.kind, row.result), role(row.role),
        login(row.caller, named_rows),
    )  # fmt: skip
    return " · ".join(part for part in parts if part)


_SAME: Final = timedelta(minutes=10)


def own_tables(name: str, rows: Sequence[OwnRow]) -> tuple[str, str]:
    """Tables of the user's own requests and, collapsed, of those that screens made themselves.

    The same request within ten minutes is one line.
    """
    heads = (_("When"), _("What you did"), _("Purpose"), _("Outcome"), _("People in answers"))
    lines: list[list[OwnRow]] = []
    for row in rows:
        last = lines[-1][-1] if lines else None
        if (
            last is not None
            and (last.action, last.purpose, last.kind) == (row.action, row.purpose, row.kind)
            and last.at - row.at <= _SAME
        ):
            lines[-1].append(row)
        else:
            lines.append([row])
    usual = [line for line in lines if line[0].action not in TECHNICAL]
    rest = [line for line in lines if line[0].action in TECHNICAL]
    folded = ""
    if rest:
        count = sum(map(len, rest))
        label = escape(ngettext("{count} technical row", "{count} technical rows", count))
        body = table(_("Technical rows"), heads, map(_own_line, rest))
        folded = f'<details class="kv-log-rest"><summary>{label}</summary>{body}</details>'
    return (table(name, heads, map(_own_line, usual)) if usual else ""), folded


def _own_line(rows: Sequence[OwnRow]) -> tuple[str, ...]:
    first = rows[0]
    what = action(first.action)
    if len(rows) > 1:
        times = ngettext("{count} time", "{count} times", len(rows))
        what = f"{what} ({times})"
    people = max(row.persons for row in rows)
    return texts(
        moment_text(first.at), what, purpose(first.purpose), outcome(first.kind, first.result),
        number(people) if people else "",
    )  # fmt: skip


def look_ups_table(name: str, rows: Sequence[LookUp]) -> str:
    """A table of look-ups of a person, without the names of those who made them.

    Consecutive equal rows are one line with their number.
    """
    heads = (
        _("Day"), _("Action"), _("Times"), _("Purpose"), _("Kind of office"), _("Role"),
    )  # fmt: skip
    lines = (
        (
            short_day(row.on), action(row.action), purpose(row.purpose),
            ", ".join(session.term("PostKind", office) for office in row.offices), role(row.role),
        )
        for row in rows
    )  # fmt: skip
    return table(
        name, heads,
        (
            texts(day, what, number(len(tuple(same))), *rest)
            for (day, what, *rest), same in groupby(lines)
        ),
    )  # fmt: skip


def exposed_table(name: str, rows: Sequence[Exposure], named_rows: NamedRows) -> str:
    """A table of the persons whose data an account was shown."""
    heads = (
        _("Person"), _("Times"), _("First"), _("Last"), _("Actions"),
        _("Contact detail shown"),
    )  # fmt: skip
    return table(
        name, heads,
        (
            (
                _anchor(
                    address.link(REGISTER, id=row.person),
                    named_rows.names.get(row.person, row.person),
                ),
                escape(number(row.count)), escape(moment_text(row.first_at)),
                escape(moment_text(row.last_at)),
                escape(", ".join(map(action, row.actions))),
                escape(_("yes") if row.is_revealed else _("no")),
            )
            for row in rows
        ),
    )  # fmt: skip


def _anchor(to: str, text: str) -> str:
    return f'<a href="{escape(to)}" target="_self">{escape(text)}</a>'

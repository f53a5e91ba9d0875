"""Tables of the audit log, and the words for its actions, kinds and results."""

from collections.abc import Sequence
from datetime import datetime
from html import escape

from api.schemas.audit import AuditRow, Exposed, LookUp, OwnRow
from explorer import address, session
from explorer.address import AUDIT, REGISTER
from explorer.html_table import table, texts
from explorer.i18n import _, clock, number, short_day


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
        "read_questions": _("see kept questions"),
        "read_question": _("open a kept question"),
        "read_question_file": _("download a saved question"),
        "keep_question": _("keep a question"),
        "keep_question_file": _("keep a question from a file"),
        "change_question": _("change a kept question"),
        "delete_question": _("delete a kept question"),
        "withdraw_consent": _("withdraw a consent"),
        "renew_consent": _("renew a consent"),
        "verify_entity": _("check a post"),
        "verify_link": _("check a link"),
        "create_entity": _("create"),
        "change_entity": _("change"),
        "end_entity": _("end"),
        "create_link": _("make a link"),
        "change_link": _("change a link"),
        "end_link": _("end a link"),
        "apply_change_set": _("save changes"),
        "confirm_change_set": _("say the second yes to changes"),
        "read_proposals": _("see proposals for posts"),
        "make_proposal": _("propose who fills a post"),
        "answer_proposal": _("answer a proposal for a post"),
        "withdraw_proposal": _("withdraw a proposal for a post"),
        "make_withdrawal_link": _("make a link to withdraw a consent by"),
        "read_withdrawal": _("open a link to withdraw by"),
        "withdraw_by_link": _("withdraw by a link"),
        "open_session": _("sign in"),
        "end_session": _("sign out"),
        "set_up": _("make the first account"),
        "redeem_invitation": _("redeem an invitation"),
        "change_password": _("change one's password"),
        "begin_second_factor": _("set up a second factor"),
        "confirm_second_factor": _("confirm the second factor"),
        "make_token": _("make a token of one's own"),
        "read_tokens": _("see one's tokens"),
        "revoke_token": _("revoke a token of one's own"),
        "read_accounts": _("see accounts"),
        "read_account": _("see an account"),
        "create_account": _("make an account"),
        "disable_account": _("disable an account"),
        "enable_account": _("enable an account"),
        "forget_second_factor": _("remove an account's second factor"),
        "give_grant": _("give a right"),
        "end_grant": _("end a right"),
        "read_account_changes": _("see changes of rights"),
        "confirm_account_change": _("say yes to a change of rights"),
        "refuse_account_change": _("say no to a change of rights"),
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
    known = {
        404: _("not found"),
        403: _("refused"),
        422: _("not understood"),
        429: _("the day's number was used"),
    }
    if kind != "alert" and result in known:
        return known[result]
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


def when(at: datetime) -> str:
    """A moment as 25.11.2026 14.02."""
    return f"{short_day(at)} {clock(at)}"


_BEGUN = frozenset({"started", "intent"})


def rows_table(name: str, rows: Sequence[AuditRow]) -> str:
    """A table of log rows; a begun request is left out where its outcome is listed too."""
    heads = (
        _("Row"), _("When"), _("Action"), _("Purpose"), _("Outcome"), _("Role"),
        _("Account"), _("Persons"),
    )  # fmt: skip
    return table(
        name, heads,
        (
            (
                escape(number(row.seq)), escape(when(row.at)), escape(action(row.action)),
                escape(purpose(row.purpose)), escape(outcome(row.kind, row.result)),
                escape(role(row.role)),
                _anchor(address.link(AUDIT, tab="all", caller=row.caller), row.caller)
                if row.caller else "",
                escape(number(len(row.subjects)) if row.subjects else ""),
            )
            for row in without_begun(rows)
        ),
    )  # fmt: skip


def without_begun(rows: Sequence[AuditRow]) -> list[AuditRow]:
    """One row per request, where its outcome is known."""
    ended = {row.request_id for row in rows if row.kind not in _BEGUN}
    return [row for row in rows if row.kind not in _BEGUN or row.request_id not in ended]


def row_text(row: AuditRow) -> str:
    """A row as one line of text."""
    parts = (
        when(row.at), action(row.action), purpose(row.purpose),
        outcome(row.kind, row.result), role(row.role), row.caller or "",
    )  # fmt: skip
    return " · ".join(part for part in parts if part)


def own_table(name: str, rows: Sequence[OwnRow]) -> str:
    """A table of the user's own requests."""
    heads = (_("When"), _("Action"), _("Purpose"), _("Outcome"), _("Persons"))
    return table(
        name, heads,
        (
            texts(
                when(row.at), action(row.action), purpose(row.purpose),
                outcome(row.kind, row.result), number(row.persons),
            )
            for row in rows
        ),
    )  # fmt: skip


def look_ups_table(name: str, rows: Sequence[LookUp]) -> str:
    """A table of look-ups of a person, without the names of those who made them."""
    heads = (_("Day"), _("Action"), _("Purpose"), _("Kind of office"), _("Role"))
    return table(
        name, heads,
        (
            texts(
                short_day(row.on), action(row.action), purpose(row.purpose),
                ", ".join(session.term("PostKind", office) for office in row.offices),
                role(row.role),
            )
            for row in rows
        ),
    )  # fmt: skip


def exposed_table(name: str, rows: Sequence[Exposed]) -> str:
    """A table of the persons whose data an account was shown."""
    heads = (
        _("Person"), _("Times"), _("First"), _("Last"), _("Actions"),
        _("Contact detail shown"),
    )  # fmt: skip
    return table(
        name, heads,
        (
            (
                _anchor(address.link(REGISTER, id=row.person), row.person),
                escape(number(row.count)), escape(when(row.first_at)),
                escape(when(row.last_at)),
                escape(", ".join(map(action, row.actions))),
                escape(_("yes") if row.is_revealed else _("no")),
            )
            for row in rows
        ),
    )  # fmt: skip


def _anchor(to: str, text: str) -> str:
    return f'<a href="{escape(to)}" target="_self">{escape(text)}</a>'

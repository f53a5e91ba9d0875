"""What the log's actions, kinds and results are called."""

from datetime import datetime

from explorer import session
from explorer.i18n import clock, say, short_day


def action(name: str) -> str:
    """`reveal_detail` is `vis kontaktoplysning`; one without words stands by its name."""
    return actions().get(name, name)


def actions() -> dict[str, str]:
    """What people do, in the order in which one would look for it."""
    return {**_taken(), **_asked(), **_written(), **_of_accounts(), **_of_the_log()}


def _taken() -> dict[str, str]:
    """Contact details, and what leaves."""
    return {
        "reveal_detail": say("show a contact detail"),
        "reveal_contacts": say("take contacts along"),
        "make_export": say("take a list or network along"),
        "make_map_export": say("take the map's table along"),
        "make_matrix_export": say("take the matrix along"),
        "make_metrics_export": say("take a measure along"),
        "make_query_export": say("take an answer along"),
        "make_audit_export": say("take the log along"),
        "read_export": say("fetch a file"),
        "ask_for_contact": say("ask for contact"),
        "answer_contact_request": say("answer an asking"),
        "read_contact_requests": say("see askings"),
    }


def _asked() -> dict[str, str]:
    """What the register is asked."""
    return {
        "read_names": say("search by name"),
        "read_entity": say("open a card"),
        "read_entities": say("see a list"),
        "read_areas": say("see areas"),
        "read_networks": say("see networks"),
        "read_links": say("see links"),
        "read_link": say("see a link"),
        "find_paths": say("find contact paths"),
        "find_paths_through_stops": say("find contact paths through stops"),
        "find_why_not": say("ask why not"),
        "find_handover": say("find a handover"),
        "find_table": say("find who must be at the table"),
        "find_reach": say("ask how far it is"),
        "read_neighborhood": say("see the network around"),
        "read_coverage": say("see coverage"),
        "read_coverage_map": say("see the coverage map"),
        "read_history": say("see what changes"),
        "read_entity_changes": say("see the history of a card"),
        "read_link_changes": say("see the history of a link"),
        "read_changes": say("see what was written"),
        "read_consents": say("see consents"),
        "read_vocabulary": say("fetch the words"),
        "read_due": say("see what is to be checked"),
        "read_impact": say("ask what hangs on somebody"),
        "read_bridges": say("ask what holds the network together"),
        "read_cuts": say("ask how little would cut a place off"),
        "read_coverage_matrix": say("count posts by area and kind"),
        "read_history_trend": say("see how it has gone quarter by quarter"),
        "find_path_diff": say("compare paths on two dates"),
        "read_relations": say("compare membership with relations"),
        "read_metrics": say("ask who is central"),
        "read_owners": say("see what needs a new owner"),
        "run_query": say("ask a question of one's own"),
        "read_analysis_schema": say("see what can be asked about"),
        "read_questions": say("see kept questions"),
        "read_question": say("open a kept question"),
        "read_question_file": say("take a kept question along"),
        "keep_question": say("keep a question"),
        "keep_question_file": say("keep a question from a file"),
        "change_question": say("change a kept question"),
        "delete_question": say("delete a kept question"),
    }


def _written() -> dict[str, str]:
    """What is written into it."""
    return {
        "withdraw_consent": say("withdraw a consent"),
        "renew_consent": say("renew a consent"),
        "verify_entity": say("check a post"),
        "verify_link": say("check a link"),
        "create_entity": say("create"),
        "change_entity": say("change"),
        "end_entity": say("end"),
        "create_link": say("make a link"),
        "change_link": say("change a link"),
        "end_link": say("end a link"),
        "apply_change_set": say("save changes"),
        "confirm_change_set": say("say the second yes to changes"),
        "read_proposals": say("see proposed seats"),
        "make_proposal": say("propose a seat"),
        "answer_proposal": say("answer a proposed seat"),
        "withdraw_proposal": say("take a proposed seat back"),
        "make_withdrawal_link": say("make a link to withdraw a consent by"),
        "read_withdrawal": say("open a link to withdraw by"),
        "withdraw_by_link": say("withdraw by a link"),
    }


def _of_accounts() -> dict[str, str]:
    """Signing in, and who may."""
    return {
        "open_session": say("sign in"),
        "end_session": say("sign out"),
        "set_up": say("make the first account"),
        "redeem_invitation": say("take up an invitation"),
        "change_password": say("change one's password"),
        "begin_second_factor": say("begin a second factor"),
        "confirm_second_factor": say("confirm the second factor"),
        "make_token": say("make a token of one's own"),
        "read_tokens": say("see one's tokens"),
        "revoke_token": say("revoke a token of one's own"),
        "read_accounts": say("see accounts"),
        "read_account": say("see an account"),
        "create_account": say("make an account"),
        "disable_account": say("disable an account"),
        "enable_account": say("enable an account"),
        "forget_second_factor": say("forget an account's second factor"),
        "give_grant": say("give a right"),
        "end_grant": say("end a right"),
        "read_account_changes": say("see changes of rights"),
        "confirm_account_change": say("say yes to a change of rights"),
        "refuse_account_change": say("say no to a change of rights"),
        "read_tokens_of": say("see an account's tokens"),
        "revoke_token_of": say("revoke an account's token"),
    }


def _of_the_log() -> dict[str, str]:
    """The log itself."""
    return {
        "read_rows": say("read the log"),
        "read_subject": say("report about a person"),
        "read_verdict": say("verify the log"),
        "read_sample": say("draw a sample"),
        "find_term": say("search the log for a word"),
        "read_breach": say("see whom an account was shown"),
        "anchor": say("put a seal on the log"),
        "drop_month": say("delete a month of the log"),
        "sweep": say("look for months to delete"),
        "demo": say("begin the demo"),
    }


def outcome(kind: str, result: int | None) -> str:
    """What came of it, without a number where there is a word."""
    known = {
        404: say("not found"),
        403: say("refused"),
        422: say("not understood"),
        429: say("the day's number was used"),
    }
    if kind != "alert" and result in known:
        return known[result]
    return kinds().get(kind, kind)


def kinds() -> dict[str, str]:
    """What a row can tell, in the order of a request's life."""
    return {
        "asked": say("asked"),
        "shown": say("shown"),
        "intent": say("begun"),
        "done": say("done"),
        "not_done": say("not done"),
        "denied": say("refused"),
        "alert": say("alert"),
        "system": say("system"),
    }


def role(told: str | None) -> str:
    """`ANALYST+DPO` in words."""
    return ", ".join(session.term("Role", one) for one in (told or "").split("+") if one)


def purpose(told: str | None) -> str:
    """A purpose in words; empty where there was none."""
    return session.term("Purpose", told) if told else ""


def when(at: datetime) -> str:
    """25.11.2026 14.02."""
    return f"{short_day(at)} {clock(at)}"

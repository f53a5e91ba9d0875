"""What the log's actions, kinds and results are called."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from explorer import session
from explorer.words import clock, say, short_day

_DENMARK: Final = ZoneInfo("Europe/Copenhagen")


def action(name: str) -> str:
    """`reveal_detail` is `vis kontaktoplysning`; one without words stands by its name."""
    return actions().get(name, name)


def actions() -> dict[str, str]:
    """What people do, in the order in which one would look for it."""
    return {
        "reveal_detail": say("show a contact detail"),
        "reveal_contacts": say("take contacts along"),
        "make_export": say("take a list or network along"),
        "read_export": say("fetch a file"),
        "ask_for_contact": say("ask for contact"),
        "answer_contact_request": say("answer an asking"),
        "read_contact_requests": say("see askings"),
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
        "open_session": say("sign in"),
        "end_session": say("sign out"),
        "read_vocabulary": say("fetch the words"),
        "read_rows": say("read the log"),
        "read_subject": say("report about a person"),
        "read_verdict": say("verify the log"),
        "read_sample": say("draw a sample"),
        "find_term": say("search the log for a word"),
        "read_breach": say("see whom an account was shown"),
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
    return {
        "asked": say("asked"),
        "shown": say("shown"),
        "intent": say("begun"),
        "done": say("done"),
        "not_done": say("not done"),
        "denied": say("refused"),
        "alert": say("alert"),
        "system": say("system"),
    }.get(kind, kind)


def role(told: str | None) -> str:
    """`ANALYST+DPO` in words."""
    return ", ".join(session.term("Role", one) for one in (told or "").split("+") if one)


def purpose(told: str | None) -> str:
    """A purpose in words; empty where there was none."""
    return session.term("Purpose", told) if told else ""


def when(at: datetime) -> str:
    """25.11.2026 14.02."""
    return f"{short_day(at.astimezone(_DENMARK).date())} {clock(at)}"

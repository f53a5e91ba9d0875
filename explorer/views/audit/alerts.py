"""Alerts: unusual look-ups and risky changes, each with its reason and what to do about it."""

from datetime import date
from html import escape

import streamlit as st

from api.danish_time import COPENHAGEN
from api.schemas.audit import AuditRow, NamedRows
from explorer import address, screen_state
from explorer.address import AUDIT
from explorer.frame import ScreenContext
from explorer.i18n import _, number
from explorer.views.audit import tables
from explorer.views.audit.whole import draw_page_buttons, period

_PAGE = 20
_RIGHTS = frozenset(
    {
        "give_grant", "end_grant", "disable_account", "enable_account", "forget_second_factor",
        "confirm_account_change", "refuse_account_change", "create_account", "set_up",
    }
)  # fmt: skip
_UPKEEP = frozenset({"anchor", "drop_month", "sweep"})


def alerts(context: ScreenContext) -> None:
    """Draw the alerts of a period, the newest first."""
    since, until = period()
    place = address.text("page") or ""
    before = int(place) if place.isdecimal() else None
    answer = screen_state.fetch(
        context.client, ("alerts", since, until, before),
        lambda: next(context.client.audit_rows(
            kind="alert", since=since, until=until, before=before, limit=_PAGE
        )),
    )  # fmt: skip
    if not answer.rows:
        st.info(_("No alerts in the period."))
        return
    items = "".join(_item(row, answer) for row in answer.rows)
    name = escape(_("Alerts"))
    st.html(f'<ul class="kv-log" aria-label="{name}">{items}</ul>')
    draw_page_buttons(str(answer.next) if answer.next is not None else None)


def reason(row: AuditRow) -> tuple[str, str]:
    """Why a row is an alert, and what to do about it."""
    parameters = row.asked
    if "people_per_hour" in parameters:
        return (
            _("Saw more than {most} people within an hour",
              most=number(parameters["people_per_hour"])),
            _("Read what was looked up. Is it one case, or somebody reading through the register?"
              " Ask the user; without a good answer, ask an administrator to close the account."),
        )  # fmt: skip
    if "beyond" in parameters:
        return (
            _("Went beyond the limit of {most} contact details a day, in an emergency",
              most=number(parameters["beyond"])),
            _("Ask the user what happened, and whether it could not wait until the next day."),
        )  # fmt: skip
    if "usual" in parameters:
        return (
            _("More contact details for acute danger than the usual {usual} a day",
              usual=number(parameters["usual"])),
            _("Ask the user what happened that day, and whether each of them was acute."),
        )  # fmt: skip
    if row.result == 429:
        return (
            _("Tried to see more contact details than a day allows"),
            _("Read what the others were for. If it is a large case, nothing more is needed;"
              " otherwise ask the user."),
        )  # fmt: skip
    if "sweep" in parameters:
        return (
            _("A change was interrupted, and nobody knows whether it was made"),
            _("Ask an administrator to look at the account that was being changed."),
        )
    if row.action in _RIGHTS:
        return (
            _("A right that gives access to people, or to supervision, was to be changed"),
            _("Look under Changes of rights: did you know of it, and who approved it?"),
        )
    if row.action == "open_session":
        return (
            _("Many failed sign-ins to one account"),
            _("Ask the owner of the account. If it was somebody else, ask for a new password."),
        )
    if row.action in _UPKEEP:
        return (
            _("The upkeep of the log failed"),
            _("Call operations: without seals, nobody can prove that the log is unaltered."),
        )
    return _("Marked for review"), _("Read what the account did at the time.")


def _item(row: AuditRow, named_rows: NamedRows) -> str:
    why, then = reason(row)
    who = tables.login(row.caller, named_rows) or _("the system itself")
    facts = [
        tables.moment_text(row.at),
        who,
        tables.action(row.action),
        tables.about(row.asked, named_rows),
    ]
    if row.purpose:
        facts.append(tables.purpose(row.purpose))
    if row.subjects:
        facts.append(tables.name_list(row.subjects, named_rows))
    links = ""
    if row.caller:
        day: date = row.at.astimezone(COPENHAGEN).date()
        to = address.link(AUDIT, **{
            "tab": "all", "caller": row.caller, "from": day, "to": day,
        })  # fmt: skip
        label = escape(_("What {account} looked up that day", account=who))
        links = f'<p class="kv-ways"><a href="{escape(to)}" target="_self">{label}</a></p>'
    return (
        f"<li><h2>{escape(why)}</h2><p>{escape(' · '.join(filter(None, facts)))}</p>"
        f"<p>{escape(then)}</p>{links}</li>"
    )

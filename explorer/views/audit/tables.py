"""The tables of the log: real HTML, every cell a text."""

from collections.abc import Sequence
from html import escape

from api.schemas.audit import AuditRow, Exposed, LookUp, OwnRow
from explorer import address, session
from explorer.html_table import table
from explorer.i18n import _, number, short_day
from explorer.screens import AUDIT, REGISTER
from explorer.views.audit import words

_BEGUN = frozenset({"asked", "intent"})


def rows_table(name: str, rows: Sequence[AuditRow]) -> str:
    """The log's rows; what was begun is left out where its outcome stands there too."""
    heads = (
        _("Row"), _("When"), _("Action"), _("Purpose"), _("Outcome"), _("Role"),
        _("Account"), _("Persons"),
    )  # fmt: skip
    return table(name, heads, map(_row, without_begun(rows)))


def without_begun(rows: Sequence[AuditRow]) -> list[AuditRow]:
    """One row a request, where its outcome is known."""
    ended = {row.request_id for row in rows if row.kind not in _BEGUN}
    return [row for row in rows if row.kind not in _BEGUN or row.request_id not in ended]


def told(row: AuditRow) -> str:
    """A row as one line of text."""
    parts = (
        words.when(row.at), words.action(row.action), words.purpose(row.purpose),
        words.outcome(row.kind, row.result), words.role(row.role), row.caller or "",
    )  # fmt: skip
    return " · ".join(part for part in parts if part)


def own_table(name: str, rows: Sequence[OwnRow]) -> str:
    """One's own requests."""
    heads = (_("When"), _("Action"), _("Purpose"), _("Outcome"), _("Persons"))
    return table(
        name, heads,
        (
            tuple(map(escape, (
                words.when(row.at), words.action(row.action), words.purpose(row.purpose),
                words.outcome(row.kind, row.result), number(row.persons),
            )))
            for row in rows
        ),
    )  # fmt: skip


def look_ups_table(name: str, rows: Sequence[LookUp]) -> str:
    """How a person was looked up: never by whom."""
    heads = (_("Day"), _("Action"), _("Purpose"), _("Kind of office"), _("Role"))
    return table(
        name, heads,
        (
            tuple(map(escape, (
                short_day(one.on), words.action(one.action), words.purpose(one.purpose),
                ", ".join(session.term("PostKind", office) for office in one.offices),
                words.role(one.role),
            )))
            for one in rows
        ),
    )  # fmt: skip


def exposed_table(name: str, rows: Sequence[Exposed]) -> str:
    """Whom an account was shown."""
    heads = (
        _("Person"), _("Times"), _("First"), _("Last"), _("Actions"),
        _("Contact detail shown"),
    )  # fmt: skip
    return table(
        name, heads,
        (
            (
                _anchor(address.link(REGISTER, id=one.person), one.person),
                escape(number(one.count)), escape(words.when(one.first_at)),
                escape(words.when(one.last_at)),
                escape(", ".join(map(words.action, one.actions))),
                escape(_("yes") if one.is_revealed else _("no")),
            )
            for one in rows
        ),
    )  # fmt: skip


def _row(row: AuditRow) -> tuple[str, ...]:
    of_caller = address.link(AUDIT, tab="all", caller=row.caller) if row.caller else ""
    return (
        escape(number(row.seq)),
        escape(words.when(row.at)),
        escape(words.action(row.action)),
        escape(words.purpose(row.purpose)),
        escape(words.outcome(row.kind, row.result)),
        escape(words.role(row.role)),
        _anchor(of_caller, row.caller) if row.caller else "",
        escape(number(len(row.subjects)) if row.subjects else ""),
    )


def _anchor(to: str, text: str) -> str:
    return f'<a href="{escape(to)}" target="_self">{escape(text)}</a>'
